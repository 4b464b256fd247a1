"""What a database says of its own schema: every table, column, constraint and index, as text to compare."""

from sqlalchemy import Connection, text

from gateway.ledger.address import Address
from gateway.ledger.engine import open_engine, reading

SQLITE = "SELECT type || ' ' || name || ': ' || coalesce(sql, 'by itself') FROM sqlite_master"

POSTGRES = (
    """SELECT table_name || '.' || column_name || ': ' || data_type || ' null ' || is_nullable || ' default '
       || coalesce(column_default, '-') || ' collation ' || coalesce(collation_name, '-')
       FROM information_schema.columns WHERE table_schema = 'public'""",
    """SELECT conrelid::regclass || ' ' || conname || ': ' || pg_get_constraintdef(oid)
       FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
    "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
)


async def describe(address: Address) -> list[str]:
    """Sorted lines; alembic's own table is left out."""
    engine = open_engine(address)
    try:
        async with reading(engine) as connection:
            lines = await connection.run_sync(_describe)
    finally:
        await engine.dispose()
    return sorted(line for line in lines if "alembic_version" not in line)


def _describe(connection: Connection) -> list[str]:
    sqlite = connection.dialect.name == "sqlite"
    found = [line for query in ([SQLITE] if sqlite else POSTGRES) for (line,) in connection.execute(text(query))]
    return [_sort_parts(line) for line in found] if sqlite else found


def _sort_parts(line: str) -> str:
    """SQLite keeps the text of CREATE TABLE: the same constraints in another order are the same table."""
    head, *parts = line.splitlines()
    columns = [part.strip(" ,\t") for part in parts if not part.strip().startswith("CONSTRAINT")]
    constraints = sorted(part.strip(" ,\t") for part in parts if part.strip().startswith("CONSTRAINT"))
    return " | ".join([head.strip(), *columns, *constraints])

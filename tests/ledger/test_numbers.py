"""Citizens' numbers are in the ledger sealed and nowhere else: not in evidence, not in a position, not in an index."""

from sqlalchemy import select

from gateway.core.contacts import Contacts
from gateway.core.facts import CallArrived
from gateway.core.first_rows import Pieces
from gateway.core.log_records import Entered
from gateway.core.log_visits import LogBook
from gateway.ledger.address import Address
from gateway.ledger.engine import open_engine, reading
from gateway.ledger.first import prepare_batch
from gateway.ledger.intake import Intake
from gateway.ledger.tables import calls
from tests.ledger.rows import all_tables
from tests.ledger.town import PBX, SEALER, Town
from tests.scenarios.counter import log_records, told_by
from tests.scenarios.feeds import SITE as FARM
from tests.scenarios.test_traces import played

NAME = "hotline22-across.all"


async def test_no_number_stands_in_clear_in_any_table(database: Address) -> None:
    """A real run, by feed and by log, whose every number is known; and what a position keeps of visits still open."""
    facts, records, book = played(NAME).facts, log_records(NAME), LogBook()
    told = [visit for record in records for visit in book.see(record)]
    opened = [visit for record in records for visit in book.see(record) if not visit.is_over]
    numbers = {fact.caller for fact in facts if isinstance(fact, CallArrived)} | {"13812345678"}
    numbers |= {record.caller or "" for record in records if isinstance(record, Entered)}
    numbers = {number for number in numbers if len(number) > 5}
    assert len(numbers) > 5
    town = Town()
    town.facts[:] = facts
    await town.write(database)
    engine, keeping = open_engine(database), Contacts(PBX, "here", keeps_callers=True)
    pieces = Pieces(list({visit.seq: visit for visit in told}.values()), told_by((), records, keeping))
    batch = prepare_batch(PBX, FARM, "here", SEALER, pieces, (), town.now)
    await Intake(engine, PBX, FARM, "here", SEALER).take(batch, town.now)
    async with reading(engine) as connection:
        kept = [row for table in all_tables() for row in await connection.execute(select(table))]
        sealed = (await connection.execute(select(calls.c.id, calls.c.caller_sealed))).all()
    await engine.dispose()
    text = "\n".join(map(repr, [*kept, *opened]))
    assert not [number for number in numbers if number in text]
    assert sum(row.caller_sealed is not None for row in sealed) > 5

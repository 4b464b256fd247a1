"""What alembic runs: the migrations inside the transaction that `gateway.ledger.migrate` has begun.

Law: no settings, no engine, no commit here. The connection comes in as an attribute; there is no offline mode.
"""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    # SQLite's DDL is transactional too, since our engine says BEGIN itself; what cannot ALTER is rebuilt in batches.
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()

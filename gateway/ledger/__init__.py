"""The ledger: every call exactly once, in SQLite or PostgreSQL.

Law: the one room with SQL. `tables/` says what is stored, `engine.py` how a database is opened, `troubles.py` what its
errors mean, `migrate.py` brings its schema to the present. Times are UTC microseconds, ids come from natural keys
(law 5), so that writing twice is harmless.
"""

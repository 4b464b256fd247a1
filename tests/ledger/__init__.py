"""The ledger on both databases: a real SQLite file and a real PostgreSQL server."""

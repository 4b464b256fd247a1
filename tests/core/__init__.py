"""Tests of the pure core: tables and scenarios; no asyncio, no mocks, no sleeping."""

"""The pure core: bytes and times in, facts out.

Law 1 of the house: nothing below this package imports asyncio, a clock, logging, the environment, files, sockets,
randomness or a third-party library. Time, time zone and configuration are arguments. All times are `int`
microseconds since the Unix epoch (UTC) and all durations `int` microseconds, so that a replay is byte-identical.
"""

"""How the gateway speaks: one event per line on standard error, JSON unless a person reads along.

Law: events are short constant dotted names, what varies are fields. Numbers of callers are masked here, once, for every
line; fields that only ever hold secrets are dropped. Foreign loggers (asyncio, aiohttp) come out the same way.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import orjson
import structlog
from structlog.typing import Processor

CALLER_FIELDS = frozenset({"caller", "callerid", "calleridnum", "connectedlinenum", "number"})
SECRET_FIELDS = frozenset({"secret", "token", "password", "key", "authorization"})
LONG_NUMBER = re.compile(r"(?<![\d.:-])\+?\d{7,15}(?![\d.:-])")
"""A number that may be somebody's, inside free text; Uniqueids (`1790000000.12`) and times are not matched."""

EventDict = MutableMapping[str, Any]


def mask_number(number: str) -> str:
    """A caller's number as it may be shown to everybody: `13812345678` -> `138****78`; short ones wholly hidden."""
    return f"{number[:3]}****{number[-2:]}" if len(number) >= 7 else "****" if number else ""


def mask_callers(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Mask numbers of callers in fields named for them and in the text of foreign loggers; drop secrets."""
    for name in list(event):
        if name in SECRET_FIELDS:
            del event[name]
        elif name in CALLER_FIELDS and event[name] is not None:
            event[name] = mask_number(str(event[name]))
    for name in ("event", "exception"):
        if isinstance(event.get(name), str):
            event[name] = LONG_NUMBER.sub(lambda found: mask_number(found.group()), event[name])
    return event


def configure(level: str, style: str, stream: TextIO | None = None) -> None:
    """Set up all logging of the process. `style`: auto, json or text; auto is text on a terminal."""
    stream = stream or sys.stderr
    as_text = style == "text" or (style == "auto" and stream.isatty())
    shared = _shared_processors()
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    output = logging.StreamHandler(stream)
    output.setFormatter(_formatter(shared, stream, as_text))
    logging.getLogger().handlers[:] = [output]
    # panoramisk logs every message, secrets and callers included; what matters of it is our own event.
    logging.getLogger("panoramisk").setLevel(logging.WARNING)
    set_level(level)


def set_level(level: str) -> None:
    """From now on nothing below `level` is written."""
    logging.getLogger().setLevel(level.upper())


def _shared_processors() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _formatter(shared: list[Processor], stream: TextIO, as_text: bool) -> logging.Formatter:
    strip = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    last: list[Processor] = (
        [
            strip,
            structlog.processors.format_exc_info,
            mask_callers,
            structlog.dev.ConsoleRenderer(colors=stream.isatty()),
        ]
        if as_text
        else [strip, structlog.processors.format_exc_info, mask_callers, _render_json]
    )
    return structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=last)


def _render_json(_logger: object, _method: str, event: EventDict) -> str:
    return orjson.dumps(event, default=repr, option=orjson.OPT_NON_STR_KEYS).decode()

"""Logs: one JSON line per event, numbers of callers masked, secrets gone, also where a foreign logger speaks."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from gateway import logs


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure("info", "auto", stream)
    yield stream
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


def read(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_one_json_line(lines: io.StringIO) -> None:
    structlog.get_logger().info("ami.logged_in", pbx="main", name="two\nlines")
    (line,) = read(lines)
    assert (line["event"], line["pbx"], line["name"], line["level"]) == ("ami.logged_in", "main", "two\nlines", "info")
    assert str(line["timestamp"]).endswith("Z")


def test_below_the_level_nothing_is_written(lines: io.StringIO) -> None:
    structlog.get_logger().debug("ami.event")
    logs.set_level("debug")
    structlog.get_logger().debug("ami.event")
    assert len(read(lines)) == 1


def test_numbers_of_callers_are_masked(lines: io.StringIO) -> None:
    structlog.get_logger().info("call", caller="13812345678", call="1790000000.12", number=None)
    logging.getLogger("aiohttp").warning("call of %s on 1790000000.12", "13812345678")
    own, foreign = read(lines)
    assert (own["caller"], own["call"], own["number"]) == ("138****78", "1790000000.12", None)
    assert foreign["event"] == "call of 138****78 on 1790000000.12"


def test_secrets_are_dropped(lines: io.StringIO) -> None:
    structlog.get_logger().info("x", secret="hush", token="hush", password="hush")
    assert "hush" not in lines.getvalue()


def test_a_traceback_is_one_line_and_masked(lines: io.StringIO) -> None:
    structlog.get_logger().error("core.fault", exc_info=ValueError("number 13812345678 is odd"))
    (line,) = read(lines)
    assert "ValueError: number 138****78 is odd" in str(line["exception"])


def test_text_style_is_for_people(lines: io.StringIO) -> None:
    logs.configure("info", "text", lines)
    structlog.get_logger().info("gateway.started", pbx="main")
    assert "gateway.started" in lines.getvalue()
    assert not lines.getvalue().startswith("{")


@pytest.mark.parametrize(
    ("number", "shown"), [("", ""), ("110", "****"), ("8787123", "878****23"), ("+8613812345678", "+86****78")]
)
def test_mask(number: str, shown: str) -> None:
    assert logs.mask_number(number) == shown

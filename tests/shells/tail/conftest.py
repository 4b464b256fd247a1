"""A log, who writes it, and the tail that reads it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.asterisk.log_tail import LogTail
from tests.shells.tail.writing import Log


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "queue_log"


@pytest.fixture
def log(path: Path) -> Iterator[Log]:
    found = Log(path)
    yield found
    found.close()


@pytest.fixture
def tail(path: Path) -> Iterator[LogTail]:
    found = LogTail(path)
    yield found
    found.close()

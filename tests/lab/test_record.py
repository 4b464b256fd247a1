"""A recorded feed is read back byte for byte, and a damaged one is refused."""

from pathlib import Path

import pytest

from lab.record import read


def test_records_come_back_with_their_times(tmp_path: Path) -> None:
    path = tmp_path / "feed.ami"
    path.write_bytes(b"1700000000000001 5\na\r\n\r\n\n1700000000000002 1\n\n\n")
    assert list(read(path)) == [(1700000000000001, b"a\r\n\r\n"), (1700000000000002, b"\n")]


@pytest.mark.parametrize("data", [b"1 5\nabc", b"1 5\nabcde", b"1 2\nabcd\n"])
def test_a_damaged_file_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "feed.ami"
    path.write_bytes(data)
    with pytest.raises(ValueError, match="truncated"):
        list(read(path))


def test_every_stored_trace_can_be_read() -> None:
    found = sorted((Path(__file__).parents[1] / "scenarios/traces").glob("*.ami"))
    assert found
    for path in found:
        feed = b"".join(data for _, data in read(path))
        assert feed.startswith(b"Asterisk Call Manager/"), path.name
        assert feed.count(b"Event: DeviceStateListComplete\r\n") == 2, path.name

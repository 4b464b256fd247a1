"""Bad lines of a queue_log through the product's own door: real processes and real files; each case stores good visits
first, reads what the product says, and finds all that was stored before."""

import gzip
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass

import pytest

from tests.shells.bad_ledger import KNOWN, LOG, NEW, Site, holds, later


def spread(data: bytes, bad: list[bytes]) -> bytes:
    """The bad lines among the good ones: the first as line 1, the others from line 22 on, where no caller enters (what
    stands close behind his entry could be his own text)."""
    lines = data.splitlines(keepends=True)
    for place, line in reversed([*zip([0, *range(20, 34, 2)], bad, strict=False)]):
        lines.insert(place, line)
    return b"".join(lines)


def edit_number(data: bytes, number: bytes) -> bytes:
    """The first caller's number is what he wrote himself."""
    return data.replace(b"|ENTERQUEUE||13900000030|1\n", b"|ENTERQUEUE||" + number + b"|1\n", 1)


GARBAGE = [b"garbage\n", b"\xff\xfe\x80|\n", b"\0\0\0\0\n", b"|||||||\n", b"x" * 9000 + b"\n", b"\n", b"a|b|c|d|e|f\n"]
EPOCHS = [
    b"%s|1795459535.900|hotline|NONE|ABANDON|1|1|1\n" % epoch
    for epoch in (b"0", b"99", b"-1795459535", b"99999999999", b"1.5e9", b"1795459535123", b"1700000000")
]
BARS = [
    b"1795459535|1795459535.900|hot|line|NONE|ABANDON|1|1|1\n",
    b"1795459535|1795459535.901|hotline|1003|CONNECT|1|17954|59535.71|0\n",
    b"1795459535|1795459535.902|hotline|10|03|RINGNOANSWER|1000\n",
]
FORGED = b"1390\n1795459535|1795459535.64|yi|NONE|ABANDON|1|1|1\n1795459535|139"


@dataclass(frozen=True)
class Bad:
    """A log with bad lines, the lines of it that are not believed by reason, and the first of each."""

    log: bytes
    quarantined: dict[str, int]
    first: dict[str, int]


GOOD = LOG.read_bytes()
LINES = {
    "garbage": Bad(spread(GOOD, GARBAGE), {"not_a_record": 7, "nuls": 1}, {"not_a_record": 1, "nuls": 25}),
    "wrong epoch": Bad(
        spread(GOOD, EPOCHS),
        {"epoch": 4, "not_a_record": 2, "out_of_place": 1},
        {"epoch": 1, "not_a_record": 25, "out_of_place": 37},
    ),
    "bar in a field": Bad(spread(GOOD, BARS), {"columns": 1, "verb": 1}, {"columns": 22, "verb": 25}),
    "bar in a number": Bad(edit_number(GOOD, b"139|0000|0030"), {"broken_entry": 1}, {"broken_entry": 12}),
    "line break in a number": Bad(
        edit_number(GOOD, FORGED),
        {"broken_entry": 1, "forged": 1, "not_a_record": 1},
        {"broken_entry": 12, "forged": 13, "not_a_record": 14},
    ),
}


@pytest.mark.parametrize("name", LINES)
def test_bad_lines_are_counted_with_their_place_and_the_good_ones_stored(site: Site, name: str) -> None:
    """The file is named with the line of the first."""
    bad, stored, file = LINES[name], site.rows(), site.folder / "bad"
    file.write_bytes(bad.log)
    said = site.take(file)
    assert said["new"] == NEW
    assert said["quarantined"] == bad.quarantined
    assert said["first_quarantined"] == {why: {"file": str(file), "line": line} for why, line in bad.first.items()}
    assert holds(site.rows(), stored)
    assert len(site.rows()["visits"]) == KNOWN + NEW


def test_a_file_without_a_record_is_named_with_what_to_do(site: Site) -> None:
    stored, file = site.rows(), site.folder / "notes.txt"
    file.write_text("this is\nno log\n")
    code, said = site.say("import", str(file))
    assert code == 65
    assert f"not believed, not_a_record: 2, the first is line 1 of {file}" in said
    assert "name files that Asterisk wrote" in said
    code, said = site.say("import", str(site.folder))
    assert code != 0
    assert str(site.folder) in said
    assert site.rows() == stored


def test_a_packed_file_that_is_torn_is_read_as_far_as_it_goes(site: Site) -> None:
    torn = site.folder / "queue_log.2.gz"
    packed = gzip.compress(GOOD)
    torn.write_bytes(packed[: len(packed) * 2 // 3])
    code, said = site.say("import", str(torn))
    assert code != 0
    assert f"{torn}: " in said
    assert "restore the file, import it again" in said
    part = len(site.rows()["visits"])
    assert KNOWN < part < KNOWN + NEW
    torn.write_bytes(packed)
    site.take(torn)
    assert len(site.rows()["visits"]) == KNOWN + NEW


def set_back(data: bytes) -> bytes:
    """From the second of line 60 on the PBX's clock is an hour early, in mid-visit of some callers."""
    lines = data.splitlines(keepends=True)
    since = int(lines[60].split(b"|")[0])
    cut = next(number for number, line in enumerate(lines) if int(line.split(b"|")[0]) >= since)
    is_after = [re.sub(rb"\b1795\d{6}\b", lambda at: at[0] if int(at[0]) < since else later(at[0], -3600), line)
                for line in lines[cut:]]  # fmt: skip
    return b"".join([*lines[:cut], *is_after])


def test_a_clock_set_back_an_hour_costs_no_visit_and_no_wait_is_negative(site: Site) -> None:
    """Back, and an hour right again, in one file: every visit is there, what cannot be known is unknown."""
    stored, file = site.rows(), site.folder / "back"
    file.write_bytes(set_back(GOOD) + later(GOOD, 60))
    said = site.take(file)
    assert (said["new"], said["quarantined"]) == (2 * NEW, {})
    assert holds(site.rows(), stored)
    with closing(sqlite3.connect(site.ledger)) as ledger:
        ledger.row_factory = sqlite3.Row
        spans = {
            key: value
            for row in ledger.execute("SELECT * FROM visits")
            for key, value in dict(row).items()
            if key.endswith("_us") and isinstance(value, int) and value < 0
        }
    assert spans == {}


def test_the_service_counts_bad_lines_of_the_log_it_follows(site: Site) -> None:
    stored = site.rows()
    site.start()
    site.follow(LINES["garbage"].log)
    site.wait_written(KNOWN + NEW)
    counted = 'hotline_queue_log_quarantined_total{pbx="main",reason="not_a_record"} 7'
    site.wait(lambda: counted in site.get("/metrics")[1], "a count of bad lines")
    told = [line for line in site.end() if line["event"] == "queue_log.quarantined"]
    assert {line["reason"] for line in told} == {"not_a_record", "nuls"}
    assert {line["file"] for line in told} == {"queue_log"}
    assert holds(site.rows(), stored)

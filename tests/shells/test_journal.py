"""The journal on a real file system: order, bounds, full disks, kills; and its reader."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.canonical import build, spell
from gateway.core.site import AgentRule, Line, Promise, QueueRule, SeatRule, Site
from gateway.inputs import Input, Kind, Setting, read_setting
from gateway.journal import DAY_US, Journal, JournalError, Limits
from gateway.records import Damage, read_segment, segments_of

NOW = 1_800_000_000_000_000
SITE = Site(
    lines=(Line("12345", "main", promise=Promise(within_us=10_000_000)), Line("12315", "消费", department="市监局")),
    queues=(QueueRule("hotline", Promise(target=0.9, strict=True), 3_000_000, 5_000_000),),
    seats=(SeatRule("01", "PJSIP/8001", "first"),),
    agents=(AgentRule("1001", "Zoë"),),
    trunks=("PJSIP/trunk",),
    wrap_up_reasons=frozenset({"9", "wrap-up", "x"}),
    queue_ids=(("hotline", "pbx1/hotline"),),
)


def started(pbx: str = "pbx1", wall: int = NOW) -> Input:
    return Input(Kind.STARTED, pbx, wall, 0, Setting(SITE).spell())


def received(number: int, size: int = 400, pbx: str = "pbx1") -> Input:
    return Input(Kind.RECEIVED, pbx, NOW + number, number * 1000, b"%07d" % number + b"x" * (size - 7))


def read_all(folder: Path) -> list[Input | Damage]:
    return [item for file in segments_of(folder) for item in read_segment(file)]


def inputs_of(folder: Path) -> list[Input]:
    return [item for item in read_all(folder) if isinstance(item, Input) and item.kind is not Kind.RESUMED]


def opened(folder: Path, limits: Limits | None = None) -> Journal:
    journal = Journal(folder, limits or Limits())
    journal.open()
    return journal


def test_the_settings_of_a_site_come_back_equal_and_are_spelt_one_way() -> None:
    setting = Setting(SITE, blind_since=5, nonce="ab", logged_in=True, lost=3)
    assert read_setting(setting.spell()) == setting
    assert build(Site, spell(SITE)) == SITE
    code = "from tests.shells.test_journal import *; import sys; sys.stdout.buffer.write(spell(SITE))"
    others = [
        subprocess.run(
            [sys.executable, "-c", code], env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, check=True
        )
        for seed in "123"
    ]
    assert {other.stdout for other in others} == {spell(SITE)}


@pytest.mark.parametrize(
    "text", [b"", b"[]", b"{}", b'{"site":5}', b'{"site":{"lines":[{}]}}', b'{"site":{"lines":5}}']
)
def test_settings_that_are_none_are_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_setting(text)


def test_every_kind_of_input_comes_back_in_order(tmp_path: Path) -> None:
    journal = opened(tmp_path / "journal")
    items = [started(), started("另一台")]
    items += [Input(kind, "pbx1", NOW + 1, -5, os.urandom(20)) for kind in Kind if kind.value not in {1, 9, 10, 2, 5}]
    items += [Input(Kind.CONNECTED, "pbx1", NOW, 1, b"00ff"), Input(Kind.CUT, "另一台", NOW, 1, b"kicked"), received(1)]
    items += [Input(Kind.RECEIVED, "pbx1", NOW, 1, b""), Input(Kind.RECEIVED, "pbx1", NOW, 1, os.urandom(65_536))]
    for item in items:
        journal.append(item)
    journal.close()
    assert read_all(tmp_path / "journal") == items
    assert journal.status.appended_inputs == len(items)
    assert journal.status.lost_inputs == 0


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "journal"
    folder.mkdir(mode=0o777)
    journal = opened(folder)
    journal.append(started())
    journal.close()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [file.stat().st_mode & 0o777 for file in segments_of(folder)] == [0o600]


def test_two_gateways_do_not_write_one_journal(tmp_path: Path) -> None:
    first = opened(tmp_path)
    with pytest.raises(JournalError, match="another gateway"):
        opened(tmp_path)
    first.close()
    opened(tmp_path).close()


def test_what_is_not_opened_or_is_closed_is_not_written(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    journal.append(started())
    assert not (tmp_path / "journal").exists()
    journal.open()
    journal.append(started())
    journal.close()
    journal.append(received(1))
    assert read_all(tmp_path / "journal") == [started()]
    assert journal.status.lost_inputs == 2


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(JournalError, match="file/journal"):
        opened(tmp_path / "file" / "journal")


def test_it_is_bounded_by_size_at_every_moment_and_keeps_the_newest(tmp_path: Path) -> None:
    limits = Limits(max_bytes=1024 * 1024)
    journal = opened(tmp_path, limits)
    journal.append(started())
    largest = 0
    for number in range(8000):
        journal.append(received(number))
        if number % 20 == 0:
            largest = max(largest, sum(file.stat().st_size for file in segments_of(tmp_path)))
    journal.close()
    assert largest <= limits.max_bytes
    assert journal.status.dropped_segments > 0
    kept = inputs_of(tmp_path)
    assert kept[-1] == received(7999)
    assert len(kept) > 0.75 * limits.max_bytes / 440
    assert kept == [received(number) for number in range(8000 - len(kept), 8000)]


def test_every_further_segment_says_where_a_replay_may_begin(tmp_path: Path) -> None:
    journal = opened(tmp_path, Limits(max_bytes=1024 * 1024))
    for pbx in ("pbx1", "pbx2"):
        journal.append(started(pbx))
    journal.append(Input(Kind.CONNECTED, "pbx1", NOW, 1, b"cafe"))
    journal.append(Input(Kind.LOGGED_IN, "pbx1", NOW, 1))
    for number in range(200):
        journal.append(received(number))
    journal.close()
    _, second, *_ = segments_of(tmp_path)
    heads = [item for item in read_segment(second) if isinstance(item, Input) and item.kind is Kind.RESUMED]
    assert [head.pbx for head in heads] == ["pbx1", "pbx2"]
    assert read_setting(heads[0].data) == Setting(SITE, nonce="cafe", logged_in=True)
    assert read_setting(heads[1].data) == Setting(SITE)


def test_it_is_bounded_by_age(tmp_path: Path) -> None:
    journal = opened(tmp_path, Limits(max_age_us=7 * DAY_US))
    journal.append(started())
    for hour in range(30 * 24):
        journal.append(Input(Kind.TICK, "pbx1", NOW + hour * 3_600_000_000, hour))
    journal.close()
    walls = [item.wall for item in inputs_of(tmp_path)]
    kept_days = (walls[-1] - walls[0]) / DAY_US
    assert 7 <= kept_days <= 8


def test_a_clock_that_is_set_back_keeps_the_order(tmp_path: Path) -> None:
    journal = opened(tmp_path)
    journal.append(started())
    back = [Input(Kind.TICK, "pbx1", NOW - number * 1_000_000, number) for number in range(5)]
    for item in back:
        journal.append(item)
    journal.close()
    assert inputs_of(tmp_path) == [started(), *back]


def test_each_start_begins_a_segment(tmp_path: Path) -> None:
    for _ in range(3):
        journal = opened(tmp_path)
        journal.append(started())
        journal.append(received(1))
        journal.close()
    assert [list(read_segment(file)) for file in segments_of(tmp_path)] == [[started(), received(1)]] * 3

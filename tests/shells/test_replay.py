"""A journal of real inputs, and bare traces, replayed: byte for byte, and honest about what is missing."""

import io
from pathlib import Path

import pytest

from gateway.core.facts import Fact
from gateway.core.feed import Feed
from gateway.inputs import Kind
from gateway.journal import Journal, Limits
from gateway.pump import Clock, Pump
from gateway.records import segments_of
from gateway.replay import main, replay
from tests.shells.test_pump import SITE, TRACE, Log, blocks_of, spelt


class Paced(Clock):
    """Clocks that move a little with every look, so that a trace takes time and the run can be repeated."""

    def __init__(self) -> None:
        self.now = 1_795_457_120_000_000

    def wall(self) -> int:
        self.now += 137
        return self.now

    def mono(self) -> int:
        return self.now


async def run_trace(folder: Path, limits: Limits) -> list[Fact]:
    """The lab's trace through pump and journal, with ticks, a cut, a reload and a second connection."""
    journal = Journal(folder, limits)
    journal.open()
    log = Log()
    pump = Pump(journal, Feed, Paced())
    pump.attach(log)
    door = pump.start("pbx1", SITE, blind_since=1_795_457_000_000_000)
    pump.link("pbx1", log)
    for nonce in ("00ff", "01ff"):
        door.connected(nonce)
        for number, block in enumerate(blocks_of(TRACE)):
            door.received(block)
            if number == 5:
                door.logged_in()
            if number % 50 == 0:
                pump.put(Kind.TICK, "pbx1")
                pump.configure("pbx1", SITE)
        door.cut("kicked")
    pump.close()
    journal.close()
    return log.facts


@pytest.mark.parametrize(
    "limits", [Limits(), Limits(max_bytes=64 * 1024**2, segment_bytes=65_536)], ids=["one", "many"]
)
async def test_a_replay_of_the_journal_gives_the_same_bytes_twice_and_as_live(tmp_path: Path, limits: Limits) -> None:
    live = spelt(await run_trace(tmp_path, limits))
    notes: list[str] = []
    once = spelt(list(replay([tmp_path], Feed, notes.append)))
    again = spelt(list(replay(segments_of(tmp_path), Feed, notes.append)))
    assert live == once == again
    assert notes == []
    assert live.count(b"VisitSettled") > 10
    if limits.segment_bytes == 65_536:
        assert len(segments_of(tmp_path)) > 5


async def test_a_journal_whose_beginning_is_gone_is_read_from_its_next_message_on(tmp_path: Path) -> None:
    await run_trace(tmp_path, Limits(segment_bytes=65_536))
    first, *rest = segments_of(tmp_path)
    first.unlink()
    notes: list[str] = []
    facts = list(replay([tmp_path], Feed, notes.append))
    assert len(notes) == 1
    assert "begins anew" in notes[0]
    assert [fact for fact in facts if type(fact).__name__ == "VisitSettled"]
    assert len(rest) > 3


async def test_damage_in_the_middle_is_told_and_the_rest_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await run_trace(tmp_path, Limits(segment_bytes=65_536))
    _, second, *_ = segments_of(tmp_path)
    data = bytearray(second.read_bytes())
    data[30_000] ^= 0xFF
    second.write_bytes(data)
    out = io.BytesIO()
    assert main([str(tmp_path)], True, Feed, out) == 1
    said = capsys.readouterr().err
    assert f"damage: {second}: offset " in said
    assert "begins anew" in said
    assert out.getvalue().count(b"VisitSettled") > 5


@pytest.mark.parametrize("form", ["timed", "plain"])
async def test_a_bare_trace_is_replayed_twice_alike(tmp_path: Path, form: str) -> None:
    path = TRACE
    if form == "plain":
        path = tmp_path / "trace.ami"
        path.write_bytes(b"".join(blocks_of(TRACE)))
    outs = [io.BytesIO(), io.BytesIO()]
    assert [main([str(path)], True, Feed, out, SITE) for out in outs] == [0, 0]
    assert outs[0].getvalue() == outs[1].getvalue()
    assert outs[0].getvalue().count(b'"fact":"VisitSettled"') == 11


def test_what_is_neither_journal_nor_trace_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, content in (
        ("text", b"hello"),
        ("broken", b"1795457123671900 50\nshort\n1795457123671900 50\n" + b"x" * 80),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        assert main([str(path)], True, Feed, io.BytesIO()) == 2
        assert str(path) in capsys.readouterr().err
    assert main([str(tmp_path / "absent")], True, Feed, io.BytesIO()) == 2
    assert "absent" in capsys.readouterr().err


def test_text_for_people_spells_the_line_breaks_of_callers(tmp_path: Path) -> None:
    path = tmp_path / "trace.ami"
    path.write_bytes(
        b"Event: Newchannel\r\nPrivilege: call,all\r\nTimestamp: 1795457123.671900\r\nChannel: PJSIP/trunk-1\r\n"
        b"ChannelState: 0\r\nChannelStateDesc: Down\r\nCallerIDNum: 1\n2\r\nCallerIDName: \r\nConnectedLineNum: \r\n"
        b"ConnectedLineName: \r\nLanguage: en\r\nAccountCode: \r\nContext: from-trunk\r\nExten: 12345\r\n"
        b"Priority: 1\r\nUniqueid: 1795457123.1\r\nLinkedid: 1795457123.1\r\n\r\n"
    )
    out = io.BytesIO()
    main([str(path)], False, Feed, out, SITE)
    assert all(line.startswith(b"2026-") for line in out.getvalue().splitlines())

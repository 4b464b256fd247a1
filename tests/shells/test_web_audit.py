"""What requests leave behind. Law: no number leaves in full without its row; refusals leave few rows."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import aiohttp
import pytest

from gateway.core.access import Principal, Role
from gateway.core.audit import HEAD_OF_NOTHING, Asked, AuditRow, Deed, NotAuditedError, make_row
from gateway.core.events import ChannelCreated, DialBegun
from gateway.core.thrift import BURST
from gateway.web.access import Access
from gateway.web.server import Server
from tests.shells.house import CALLER, T0, Feed, Hour, arrive, busy_hour, sign_in
from tests.shells.test_web_scope import Book

ROLES = {role.value: Principal(f"the {role.value}", role) for role in Role}


@dataclass
class Diary:
    """What the ledger would have been told; `is_away`: it cannot be."""

    written: list[Deed] = field(default_factory=list)
    noted: list[Deed] = field(default_factory=list)
    rows: list[AuditRow] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    is_away: bool = False

    async def write(self, deed: Deed) -> None:
        if self.is_away:
            raise NotAuditedError("the disk is full; make room")
        self.written.append(deed)

    async def read(self, asked: Asked, limit: int) -> Sequence[AuditRow]:
        if self.is_away:
            raise NotAuditedError("the disk is full; make room")
        self.asked.append(asked)
        rows = [row for row in self.rows if asked.before is None or (row.at, row.gateway, row.number) < asked.before]
        return rows[:limit]

    def note(self, deed: Deed) -> None:
        self.noted.append(deed)


@dataclass
class Desk:
    """A server with a diary; `ask` asks as a role, or as nobody."""

    hour: Hour
    diary: Diary = field(default_factory=Diary)

    async def ask(self, path: str, role: str = "", headers: Mapping[str, str] | None = None) -> tuple[int, Any]:
        ((status, body),) = await self.ask_all([path], role, headers)
        return status, body

    async def ask_all(
        self, paths: Sequence[str], role: str = "", headers: Mapping[str, str] | None = None
    ) -> list[tuple[int, Any]]:
        house = replace(self.hour.house, audit=self.diary)
        server = Server(house, "127.0.0.1", 0, Access(tokens=Book(**ROLES)))
        sent = dict(headers or {}) | ({"Authorization": f"Bearer {role}"} if role else {})
        found = []
        await server.start()
        try:
            async with aiohttp.ClientSession(headers=sent) as client:
                for path in paths:
                    async with client.get(server.url + path) as response:
                        found.append((response.status, await response.json(content_type=None)))
        finally:
            await server.stop()
        return found


@pytest.fixture
def desk() -> Desk:
    return Desk(Hour(busy_hour()))


# --- numbers in full --------------------------------------------------------------------------------------------------


async def test_with_a_reason_the_numbers_are_shown_and_that_is_written_down(desk: Desk) -> None:
    status, body = await desk.ask("/v1/calls", "supervisor", {"X-Reason": "complaint 42"})
    assert status == 200
    assert [call["caller"] for call in body["items"]] == [CALLER, "02885551234", "+8613912345678"]
    (deed,) = desk.diary.written
    assert deed == Deed(
        "the supervisor", "callers.seen", "done", "calls", "complaint 42", "supervisor", "127.0.0.1", ("c1", "c2", "c3")
    )
    assert CALLER not in str(deed)


async def test_without_a_reason_nobody_sees_a_number(desk: Desk) -> None:
    for role in ROLES:
        _, body = await desk.ask("/v1/calls", role)
        assert CALLER not in str(body)
    assert desk.diary.written == []


@pytest.mark.parametrize("path", ["/v1/calls", "/v1/calls/c1"])
@pytest.mark.parametrize("role", ["viewer", "auditor", "admin"])
async def test_a_reason_does_not_give_the_right(desk: Desk, role: str, path: str) -> None:
    status, body = await desk.ask(path, role, {"X-Reason": "curious"})
    assert (status, "`callers`" in body["detail"]) == (403, True)
    assert desk.diary.written == []
    assert [(deed.actor, deed.result) for deed in desk.diary.noted] == [(f"the {role}", "refused 403")]


@pytest.mark.parametrize("path", ["/v1/calls", "/v1/calls/c1"])
async def test_what_cannot_be_written_down_is_not_shown(desk: Desk, path: str) -> None:
    desk.diary.is_away = True
    status, body = await desk.ask(path, "manager", {"X-Reason": "complaint 42"})
    assert (status, "make room" in body["detail"]) == (503, True)
    assert CALLER not in str(body)
    assert (await desk.ask(path, "manager"))[0] == 200


@pytest.mark.parametrize(
    ("said", "status", "kept"),
    [
        ("%E6%8A%95%E8%AF%89%E6%A0%B8%E5%AE%9E", 200, "投诉核实"),
        ("  too   many\tblanks ", 200, "too many blanks"),
        ("a%0D%0Ab%00%1B[31m%E2%80%AEc", 200, "a b [31m c"),
        ("%FF%FE%FF%FE", 200, "\ufffd" * 4),
        ("x" * 200, 200, "x" * 200),
        ("x" * 201, 400, ""),
        ("x" * 3_000, 400, ""),
        ("no", 400, ""),
        ("", 400, ""),
        ("%00%00%00%00", 400, ""),
    ],
)
async def test_a_reason_is_bounded_and_filtered(desk: Desk, said: str, status: int, kept: str) -> None:
    got, body = await desk.ask("/v1/calls/c1", "manager", {"X-Reason": said})
    assert got == status
    assert [deed.reason for deed in desk.diary.written] == ([kept] if kept else [])
    assert (CALLER in str(body)) == bool(kept)


async def test_only_what_is_on_the_page_is_shown_and_written_down(desk: Desk) -> None:
    _, body = await desk.ask("/v1/calls?limit=1&line=12345", "manager", {"X-Reason": "complaint 42"})
    assert [call["caller"] for call in body["items"]] == [CALLER]
    assert desk.diary.written[0].details == ("c1",)
    await desk.ask("/v1/calls?line=none", "manager", {"X-Reason": "complaint 42"})
    assert len(desk.diary.written) == 1, "nothing was seen"


async def test_a_sweep_is_cut_into_pages(desk: Desk) -> None:
    feed = Feed()
    feed.apply(*(arrive(f"c{number:03}") for number in range(150)))
    desk = Desk(Hour(feed))
    _, body = await desk.ask("/v1/calls?limit=1000", "manager", {"X-Reason": "complaint 42"})
    assert (len(body["items"]), body["next"] is not None) == (100, True)
    assert len(desk.diary.written[0].details) == 100


async def test_the_number_a_seat_dials_is_one_too(desk: Desk) -> None:
    feed = Feed()
    feed.apply(
        sign_in("hotline", 1, "1001"),
        ChannelCreated(T0, "o1", "PJSIP/8001-1", "o1", "agents", CALLER, "8001"),
        ChannelCreated(T0, "o1.t", "PJSIP/trunk-2", "o1", "from-trunk", "", ""),
        DialBegun(T0, "o1", "o1.t", "PJSIP/trunk-2"),
    )
    desk = Desk(Hour(feed))
    _, body = await desk.ask("/v1/calls/o1", "manager", {"X-Reason": "complaint 42"})
    assert body["item"]["did"] == CALLER
    assert [deed.details for deed in desk.diary.written] == [("o1",)]


# --- refusals ---------------------------------------------------------------------------------------------------------


async def test_a_refusal_is_written_down_with_who_and_what_but_not_with_what_strangers_wrote(desk: Desk) -> None:
    await desk.ask("/v1/calls/13812345678?x=13812345678")
    await desk.ask("/v1/audit", "supervisor")
    stranger, known = desk.diary.noted
    assert (stranger.actor, stranger.action, stranger.result) == ("stranger", "access.refused", "refused 401")
    assert (stranger.object, stranger.address) == ("GET /v1/calls/{name}", "127.0.0.1")
    assert "138" not in str(stranger)
    assert (known.actor, known.role, known.result) == ("the supervisor", "supervisor", "refused 403")
    assert "`audit`" in str(known.reason)


async def test_a_scanner_leaves_few_rows_and_does_not_hide_what_a_known_one_tries(desk: Desk) -> None:
    await desk.ask_all([f"/{number}" for number in range(BURST + 200)])
    assert len(desk.diary.noted) == BURST
    await desk.ask_all(["/v1/audit"], "viewer")
    assert desk.diary.noted[-1].actor == "the viewer"


async def test_how_many_were_held_back_is_told_when_no_other_comes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.web.refusals.EVERY_US", 50_000)
    await desk.ask_all([f"/{number}" for number in range(BURST + 7)])
    async with asyncio.timeout(5):
        while len(desk.diary.noted) == BURST:  # noqa: ASYNC110 - a list wakes nobody
            await asyncio.sleep(0.01)
    assert desk.diary.noted[-1].reason == "7 more 401 were not written one by one"


async def test_other_refusals_leave_none(desk: Desk) -> None:
    await desk.ask_all(["/v1/queues?x=1", "/v1/agents/nobody", "/nothing", "/livez"], "viewer")
    assert desk.diary.noted == []


# --- /v1/audit --------------------------------------------------------------------------------------------------------


async def test_the_audit_log_is_read_page_by_page_by_who_checks_it(desk: Desk) -> None:
    before, rows = HEAD_OF_NOTHING, []
    for number in range(5):
        rows.append(make_row("host/1.x", before, T0 + number, Deed("阿依", "token.create", details=(f"t{number}",))))
        before = rows[-1].number, rows[-1].hash
    desk.diary.rows = rows[::-1]
    seen: list[int] = []
    body: Any = None
    path = "/v1/audit?limit=2"
    while path:
        status, body = await desk.ask(path, "auditor")
        assert status == 200, body
        seen += [row["number"] for row in body["items"]]
        path = f"/v1/audit?limit=2&after={body['next']}" if body["next"] else ""
    assert seen == [5, 4, 3, 2, 1]
    row = body["items"][0]
    assert (row["actor"], row["details"], row["hash"]) == ("阿依", ["t0"], rows[0].hash.hex())
    assert row["previous_hash"] == "00" * 32


@pytest.mark.parametrize("role", list(ROLES))
async def test_only_auditors_and_admins_read_it(desk: Desk, role: str) -> None:
    assert (await desk.ask("/v1/audit", role))[0] == (200 if role in {"auditor", "admin"} else 403)


async def test_its_filters_and_mistakes(desk: Desk) -> None:
    await desk.ask("/v1/audit?actor=a&actor=b&action=callers.seen&object=calls", "admin")
    assert desk.diary.asked[0] == Asked(
        actors=frozenset({"a", "b"}), actions=frozenset({"callers.seen"}), objects=frozenset({"calls"})
    )
    await desk.ask("/v1/audit?from=2026-09-21T00:00:00Z&to=2026-09-22T00:00:00Z", "admin")
    assert (desk.diary.asked[1].until or 0) - (desk.diary.asked[1].since or 0) == 86_400_000_000
    for wrong in ("from=now", "after=x", "after=1.2", "after=1.2.", "limit=0", "who=x"):
        assert (await desk.ask(f"/v1/audit?{wrong}", "admin"))[0] == 400
    desk.diary.is_away = True
    status, body = await desk.ask("/v1/audit", "admin")
    assert (status, "make room" in body["detail"]) == (503, True)

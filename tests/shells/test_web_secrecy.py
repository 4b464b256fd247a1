"""Numbers of the past in full: one at a time, for a reason that is written down; confidential calls (保密)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from gateway.core.access import Principal, Role
from gateway.core.ids import derive_id
from gateway.web.access import Access
from tests.shells.archive import Archive, Client, asking, read_sheet
from tests.shells.test_web_audit import Diary
from tests.shells.test_web_scope import Book

A, B = "13900000001", "13900000002"
WHY = {"X-Reason": "complaint 42"}


@asynccontextmanager
async def desk(folder: Path, role: Role = Role.SUPERVISOR) -> AsyncIterator[tuple[Archive, Client, Diary, list[str]]]:
    """A is lost, B is served; who asks has this role."""
    archive, diary = Archive(folder), Diary()
    placed = [archive.town.lose(A), archive.town.serve(B)]
    await archive.write()
    archive.audit = diary
    book = Book(t0ken=Principal("李", role))
    async with asking(archive, Access(tokens=book), {"Authorization": "Bearer t0ken"}) as client:
        yield archive, client, diary, placed


def row_id(call: str) -> str:
    return derive_id("pbx1", "call", call)


async def callers(client: Client, call: str) -> list[Any]:
    """Where the number could be: list, item, table."""
    listed = {one["id"]: one["caller"] for one in await client.items("/v1/calls?from=2027-01-01")}
    _, item = await client.ask(f"/v1/calls/{call}")
    _, sheet = await client.text("/v1/calls?format=csv")
    return [listed[call], item["item"]["caller"], {row["id"]: row["caller"] for row in read_sheet(sheet)}[call]]


async def test_a_number_in_full_needs_a_reason_and_leaves_a_row(tmp_path: Path) -> None:
    async with desk(tmp_path) as (_, client, diary, placed):
        for path, what in ((f"/v1/calls/{placed[0]}", "calls"), (f"/v1/unreached/{row_id(placed[0])}", "unreached")):
            _, body = await client.ask(path)
            assert body["item"]["caller"] == "139****0001"
            assert diary.written == []
            _, body = await client.ask(path, WHY)
            assert body["item"]["caller"] == A
            (deed,) = diary.written
            assert (deed.actor, deed.action, deed.object, deed.reason, deed.details) == (
                "李", "callers.seen", what, "complaint 42", (row_id(placed[0]),),
            )  # fmt: skip
            diary.written.clear()


async def test_a_list_shows_no_number_in_full_whatever_the_reason(tmp_path: Path) -> None:
    async with desk(tmp_path) as (_, client, diary, _placed):
        for path in ("/v1/calls?from=2027-01-01", "/v1/calls?format=csv", "/v1/unreached", "/v1/unreached?format=csv"):
            status, body = await client.ask(path, WHY)
            assert (status, "one at a time" in body["detail"]) == (400, True), path
        assert diary.written == []


async def test_without_the_right_or_the_audit_log_no_number_leaves(tmp_path: Path) -> None:
    async with desk(tmp_path, Role.AUDITOR) as (_, client, diary, placed):
        status, _ = await client.ask(f"/v1/calls/{placed[0]}", WHY)
        assert (status, diary.written) == (403, [])
    async with desk(tmp_path / "again") as (_, client, diary, placed):
        diary.is_away = True
        for path in (f"/v1/calls/{placed[0]}", f"/v1/unreached/{row_id(placed[0])}"):
            status, body = await client.ask(path, WHY)
            assert (status, A in str(body)) == (503, False)
        status, _ = await client.post(f"/v1/calls/{placed[0]}/confidential", {"confidential": True, "reason": "asked"})
        assert status == 503
        assert (await callers(client, placed[0]))[0] == "139****0001", "what cannot be written down is not done"


async def test_a_confidential_call_shows_no_number_until_that_is_lifted(tmp_path: Path) -> None:
    async with desk(tmp_path) as (archive, client, diary, placed):
        path = f"/v1/calls/{placed[0]}/confidential"
        status, body = await client.post(path, {"confidential": True, "reason": "举报人要求保密"})
        assert (status, body["item"]["confidential"], body["item"]["caller"]) == (200, True, None)
        assert await callers(client, placed[0]) == [None, None, ""]
        (one,) = await client.items("/v1/unreached")
        assert (one["caller"], one["confidential"]) == (None, True)
        assert (await callers(client, placed[1]))[0] == "139****0002", "another call of another number"
        archive.town.lose(A)
        await archive.write()
        assert await callers(client, placed[0]) == [None, None, ""], "what is written later does not lift it"
        _, body = await client.ask(f"/v1/calls/{placed[0]}", WHY)
        assert body["item"]["caller"] == A, "with the right and a reason"
        await client.post(path, {"confidential": False, "reason": "withdrawn"})
        assert (await callers(client, placed[0]))[0] == "139****0001"
        assert [(deed.action, deed.reason, deed.details) for deed in diary.written] == [
            ("calls.confidential", "举报人要求保密", ("set",)), ("callers.seen", "complaint 42", (row_id(placed[0]),)),
            ("calls.confidential", "withdrawn", ("lifted",)),
        ]  # fmt: skip


async def test_a_mark_is_refused_by_field_and_for_calls_that_are_not_there(tmp_path: Path) -> None:
    async with desk(tmp_path) as (_, client, _diary, placed):
        for body, field in (({"confidential": True}, "reason"), ({"reason": "asked"}, "confidential"),
                            ({"confidential": "maybe", "reason": "asked"}, "confidential")):  # fmt: skip
            status, answer = await client.post(f"/v1/calls/{placed[0]}/confidential", body)
            assert (status, answer["parameter"]) == (400, field)
        status, _ = await client.post("/v1/calls/none/confidential", {"confidential": True, "reason": "asked"})
        assert status == 404


async def test_claims_attempts_and_tables_are_noted(tmp_path: Path) -> None:
    async with desk(tmp_path) as (_, client, diary, placed):
        path = f"/v1/unreached/{row_id(placed[0])}"
        await client.post(f"{path}/claim", {"by": "1001"})
        await client.post(f"{path}/claim", {"by": "1002"})
        await client.post(f"{path}/attempts", {"by": "1001", "outcome": "busy"})
        await client.text("/v1/visits?format=csv&queue=yi")
        one = row_id(placed[0])
        assert [(d.action, d.result, d.object, d.details) for d in diary.written] == [
            ("unreached.claim", "asked", one, ("1001",)),
            ("unreached.claim", "asked", one, ("1002",)),
            ("unreached.attempt", "asked", one, ("1001", "busy")),
        ]
        assert [(d.action, d.result, d.object, d.details) for d in diary.noted] == [
            ("unreached.claim", "refused", one, ("1002",)),
            ("history.exported", "done", "visits", ("format=csv", "queue=yi")),
        ]


async def test_a_claim_that_cannot_be_written_down_is_not_made(tmp_path: Path) -> None:
    async with desk(tmp_path) as (_, client, diary, placed):
        path = f"/v1/unreached/{row_id(placed[0])}"
        diary.is_away = True
        for what, body in (("claim", {"by": "1001"}), ("attempts", {"by": "1001", "outcome": "busy"})):
            assert (await client.post(f"{path}/{what}", body))[0] == 503
        diary.is_away = False
        _, found = await client.ask(path)
        assert (found["item"]["state"], found["item"]["tried"]) == ("open", [])

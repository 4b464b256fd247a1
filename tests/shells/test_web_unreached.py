"""`/v1/unreached` over HTTP: from the lost call to the one who calls back, and the rate of it."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from gateway.core.access import Principal, Role, make_scope
from gateway.core.ids import derive_id
from gateway.core.site import SECOND
from gateway.ledger.engine import open_engine
from gateway.ledger.tables import calls
from gateway.web.access import Access
from gateway.web.spelling import spell_time
from tests.ledger.town import PBX
from tests.shells.archive import DUE_US, Archive, asking
from tests.shells.test_web_scope import Book

A, B, C = "13900000001", "13900000002", "08783126666"


def row_id(call: str) -> str:
    return derive_id(PBX, "call", call)


async def test_he_is_listed_until_he_is_answered(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    town = archive.town
    first = town.lose(A, "yi")
    again = town.lose(A, "hotline")
    await archive.write()
    async with asking(archive) as client:
        (one,) = await client.items("/v1/unreached")
        assert (one["id"], one["state"], one["caller"]) == (row_id(first), "open", "139****0001")
        assert (one["lost_calls"], one["calls"]) == (2, [first, again])
        assert (one["queues"], one["lines"], one["certain"]) == (["yi", "hotline"], ["12345"], True)
        assert one["age_seconds"] == pytest.approx(40, abs=0.2)
        assert (one["overdue"], one["attempts"], one["claimed_by"]) == (False, 0, None)
        assert await client.items("/v1/unreached?queue=overflow") == []
        assert len(await client.items("/v1/unreached?queue=yi&line=12345&pbx=pbx1")) == 1
        archive.now += DUE_US
        assert (await client.items("/v1/unreached"))[0]["overdue"]
        served = town.serve(A)
        await archive.write()
        assert await client.items("/v1/unreached") == []
        (closed,) = await client.items("/v1/unreached?state=called_again")
        assert (closed["id"], closed["closing_call"]) == (row_id(first), row_id(served))


async def test_a_call_from_here_that_he_picks_up_closes_it_and_one_that_he_does_not_is_an_attempt(
    tmp_path: Path,
) -> None:
    archive = Archive(tmp_path)
    town = archive.town
    call = town.lose(C)
    town.call_out("3126666", answered=False)
    await archive.write()
    async with asking(archive) as client:
        status, body = await client.ask(f"/v1/unreached/{row_id(call)}")
        assert status == 200
        assert [(tried["by"], tried["outcome"]) for tried in body["item"]["tried"]] == [(None, "no_answer")]
        town.call_out(C)
        await archive.write()
        _, body = await client.ask(f"/v1/unreached/{row_id(call)}")
        assert body["item"]["state"] == "reached"
        assert (await client.ask("/v1/unreached/nobody"))[0] == 404


async def test_two_want_him_and_one_gets_him(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    path = f"/v1/unreached/{row_id(archive.town.lose(A))}"
    await archive.write()
    async with asking(archive) as client:
        asked = (client.post(f"{path}/claim", {"by": who}) for who in ("1001", "1002"))
        (one, said), (other, refused) = sorted(await asyncio.gather(*asked), key=lambda found: found[0])
        assert (one, other) == (200, 409)
        holder = said["item"]["claimed_by"]
        assert said["item"]["claimed_until"] == spell_time(archive.now + 1800 * SECOND)
        assert refused["detail"].startswith(f"{holder} holds him until ")
        assert said["item"]["state"] == "claimed"
        assert len(await client.items("/v1/unreached")) == 1, "who is claimed is still to be called back"
        assert await client.items("/v1/unreached?state=open") == []
        status, body = await client.post(f"{path}/attempts", {"outcome": "busy", "by": "1009"})
        assert (status, holder in body["detail"]) == (409, True)
        archive.now += 1801 * SECOND
        status, body = await client.post(f"{path}/claim", {})
        assert (status, body["item"]["claimed_by"]) == (200, "loopback"), "the token's own name"


async def test_attempts_are_noted_and_the_last_word_closes_it(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    path = f"/v1/unreached/{row_id(archive.town.lose(A))}"
    await archive.write()
    async with asking(archive) as client:
        _, body = await client.post(f"{path}/claim", {"by": "1001"})
        for outcome, state in (("no_answer", "open"), ("busy", "open"), ("reached", "reached")):
            archive.now += 60 * SECOND
            status, body = await client.post(
                f"{path}/attempts", {"outcome": outcome, "by": "1001", "note": f"试 {outcome}"}
            )
            assert (status, body["item"]["state"]) == (200, state)
        tried = body["item"]["tried"]
        assert [(one["outcome"], one["by"], one["note"]) for one in tried] == [
            ("no_answer", "1001", "试 no_answer"), ("busy", "1001", "试 busy"), ("reached", "1001", "试 reached"),
        ]  # fmt: skip
        assert (body["item"]["last_outcome"], body["item"]["claimed_by"]) == ("reached", None)
        assert body["item"]["last_attempt_at"] == spell_time(archive.now)
        status, body = await client.post(f"{path}/attempts", {"outcome": "busy"})
        assert (status, "unreached no more" in body["detail"]) == (409, True)


@pytest.mark.parametrize(
    ("step", "body", "field"),
    [
        ("claim", {"until": "soon"}, "until"),
        ("claim", {"until": "2020-01-01T00:00:00Z"}, "until"),
        ("claim", {"until": "2036-01-01T00:00:00Z"}, "until"),
        ("claim", {"by": ""}, "by"),
        ("claim", {"by": "10\n01"}, "by"),
        ("claim", {"who": "1001"}, "who"),
        ("attempts", {}, "outcome"),
        ("attempts", {"outcome": "maybe"}, "outcome"),
        ("attempts", {"outcome": "busy", "note": "x" * 1001}, "note"),
    ],
)
async def test_a_wrong_body_is_refused_by_field(tmp_path: Path, step: str, body: Any, field: str) -> None:
    archive = Archive(tmp_path)
    archive.town.lose(A)
    await archive.write()
    async with asking(archive) as client:
        (one,) = await client.items("/v1/unreached")
        status, answer = await client.post(f"/v1/unreached/{one['id']}/{step}", body)
        assert (status, answer["parameter"]) == (400, field)
        assert (await client.items("/v1/unreached"))[0] == one, "nothing was written"


async def test_pages_have_everybody_once_and_say_when_there_are_more(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    lost = [archive.town.lose(f"1390000{number:04d}") for number in range(7)]
    archive.town.serve("13900000003")
    await archive.write()
    async with asking(archive) as client:
        seen, path = [], "/v1/unreached?limit=2"
        while path:
            _, body = await client.ask(path)
            assert len(body["items"]) <= 2
            seen += [one["id"] for one in body["items"]]
            path = f"/v1/unreached?limit=2&after={body['next']}" if body["next"] else ""
        assert seen == [row_id(call) for number, call in enumerate(lost) if number != 3]
        _, body = await client.ask("/v1/unreached")
        assert body["period"]["from"] == spell_time(archive.now + 1 - 30 * DUE_US), "how far it looks back is said"


async def test_the_rate_has_its_parts_and_its_definition(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    town = archive.town
    for number in (A, B, C):
        town.lose(number)
    town.lose("anonymous")
    town.call_out(A)
    town.serve(B)
    await archive.write()
    async with asking(archive) as client:
        _, rate = await client.ask("/v1/unreached/rate")
        assert (rate["rate"], rate["numerator"], rate["denominator"]) == (1.0, 1, 1)
        assert (rate["called_again"], rate["undecided"], rate["nameless_calls"]) == (1, 1, 1)
        assert (rate["definition"], rate["due_seconds"], rate["reasons"]) == ("CB-A", 86_400.0, {})
        archive.now += 2 * DUE_US
        _, rate = await client.ask("/v1/unreached/rate")
        assert (rate["rate"], rate["numerator"], rate["denominator"], rate["overdue"]) == (0.5, 1, 2, 1)
        archive.town.lose("13900000009")
        archive.now = archive.town.now
        await archive.write()
        _, early = await client.ask(f"/v1/unreached/rate?from={spell_time(archive.now - 60 * SECOND)}")
        assert (early["rate"], early["undecided"]) == (None, 1)
        assert "not due yet" in early["reasons"]["rate"]
        _, nobody = await client.ask("/v1/unreached/rate?from=2026-01-01&to=2026-01-31")
        assert (nobody["rate"], nobody["denominator"]) == (None, 0)
        assert "nobody" in nobody["reasons"]["rate"]
        status, body = await client.ask("/v1/unreached/rate?from=2026-01-01&to=2026-12-31")
        assert (status, body["parameter"]) == (400, "from")


async def test_a_confidential_callers_number_is_not_listed(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.town.lose(A)
    town_call = archive.town.lose(A)
    await archive.write()
    engine = open_engine(archive.address)
    async with engine.begin() as connection:
        await connection.execute(calls.update().where(calls.c.callid == town_call).values(confidential=True))
    await engine.dispose()
    async with asking(archive) as client:
        (one,) = await client.items("/v1/unreached")
        assert (one["caller"], one["confidential"], one["lost_calls"]) == (None, True, 2)
        assert "保密" in one["reasons"]["caller"]


async def test_a_scope_shows_whom_its_queues_lost(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    mine, other = archive.town.lose(A, "yi"), archive.town.lose(B, "hotline")
    archive.town.lose(A, "hotline")
    await archive.write()
    book = Book(t0ken=Principal("班长", Role.SUPERVISOR, make_scope(["yi"])))
    async with asking(archive, Access(tokens=book), {"Authorization": "Bearer t0ken"}) as client:
        (one,) = await client.items("/v1/unreached")
        assert (one["id"], one["queues"]) == (row_id(mine), ["yi"])
        for path in (f"/v1/unreached/{row_id(other)}", "/v1/unreached/x"):
            assert (await client.ask(path))[0] == 404
            assert (await client.post(f"{path}/claim", {}))[0] == 404
        assert (await client.post(f"/v1/unreached/{row_id(mine)}/claim", {}))[1]["item"]["claimed_by"] == "班长"

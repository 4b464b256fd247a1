"""`/v1/visits`, past `/v1/calls`, `/v1/gaps` and their tables: what the town did is what HTTP says, page by page."""

from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import insert, update

from gateway.core.ids import derive_id
from gateway.core.site import SECOND
from gateway.ledger.engine import open_engine
from gateway.ledger.tables import calls, gaps, visits
from tests.shells.archive import Archive, asking, read_sheet, town_of

A, B, C = "13900000001", "13900000002", "08783126666"


# -- visits ------------------------------------------------------------------------------------------------------------


async def test_visits_are_what_happened(tmp_path: Path) -> None:
    async with town_of(tmp_path) as (_, client, placed):
        lost, served, again = await client.items("/v1/visits")
        assert [visit["call"] for visit in (lost, served, again)] == [placed[0], placed[1], placed[3]]
        assert (lost["outcome"], lost["queue"], lost["line"], lost["agent"]) == ("abandoned", "yi", "12345", None)
        assert lost["wait_seconds"] == pytest.approx(20, abs=0.01)
        assert (served["outcome"], served["agent"], served["within_promise"]) == ("answered", "1001", True)
        assert served["joined_at"].endswith("Z")
        assert served["talk_seconds"] == pytest.approx(30, abs=0.01)
        assert (served["precision"], served["source"], served["revision"]) == ("us", "live", 0)
        assert lost["within_promise"] is None
        assert "not answered" in lost["reasons"]["within_promise"]
        status, body = await client.ask(f"/v1/visits/{served['id']}")
        assert (status, body["item"]) == (200, served)
        assert (await client.ask("/v1/visits/none"))[0] == 404


async def test_pages_of_visits_have_each_once(tmp_path: Path) -> None:
    async with town_of(tmp_path) as (_, client, placed):
        for order, wanted in (("oldest", [0, 1, 3]), ("newest", [3, 1, 0])):
            seen, path = [], f"/v1/visits?limit=1&order={order}"
            while path:
                _, body = await client.ask(path)
                seen += [visit["call"] for visit in body["items"]]
                path = f"/v1/visits?limit=1&order={order}&after={quote(body['next'])}" if body["next"] else ""
            assert seen == [placed[index] for index in wanted]


async def test_visits_are_narrowed_by_each_filter_and_by_time(tmp_path: Path) -> None:
    async with town_of(tmp_path) as (_, client, placed):

        async def found(query: str) -> list[int]:
            return [placed.index(visit["call"]) for visit in await client.items(f"/v1/visits?{query}")]

        assert await found("queue=yi") == await found("outcome=abandoned") == [0]
        assert await found("agent=1001&pbx=pbx1&line=12345") == await found("outcome=answered&outcome=cut") == [1, 3]
        assert await found("source=log") == await found("precision=s") == await found("queue=yi&agent=1001") == []
        at = (await client.items("/v1/visits"))[1]["joined_at"]
        assert await found(f"from={at}") == [1, 3]
        assert await found(f"to={at}") == [0]
        local = at.replace("Z", "+00:00")
        assert await found(f"from={quote(local)}") == [1, 3]
        _, body = await client.ask(f"/v1/visits?from={at}")
        assert body["period"] == {"from": at, "to": None}


async def test_a_date_alone_is_the_sites_day_and_ends_with_it(tmp_path: Path) -> None:
    async with town_of(tmp_path) as (_, client, _placed):
        _, body = await client.ask("/v1/visits?from=2027-01-15&to=2027-01-15")
        assert body["period"] == {"from": "2027-01-14T16:00:00.000000Z", "to": "2027-01-15T16:00:00.000000Z"}
        assert len(body["items"]) == 3


WRONG = (
    ("/v1/visits?quee=yi", "quee", "did you mean queue"),
    ("/v1/visits?outcome=lost", "outcome", "One of"),
    ("/v1/visits?from=yesterday", "from", "RFC 3339"),
    ("/v1/visits?from=2026-11-24T08:00:00", "from", "offset"),
    ("/v1/visits?from=2026-11-24T08:00:00+08:00", "from", "%2B"),
    ("/v1/visits?from=2026-02-30", "from", "No such time"),
    ("/v1/visits?from=2026-11-24T24:00:00Z", "from", "No such time"),
    ("/v1/visits?to=9999-12-31", "to", "No such time"),
    ("/v1/visits?from=2026-11-25&to=2026-11-23", "from", "not before"),
    ("/v1/visits?from=2026-11-25&from=2026-11-26", "from", "once"),
    ("/v1/visits?after=here", "after", "next"),
    ("/v1/visits?format=xls", "format", "One of"),
    ("/v1/visits?limit=0", "limit", "whole number"),
    ("/v1/gaps?queue=yi", "queue", "known here"),
    ("/v1/calls?from=2026-11-25&state=waiting", "state", "no such parameter"),
    ("/v1/unreached?state=lost", "state", "One of"),
    ("/v1/unreached/rate?limit=3", "limit", "known here"),
)


async def test_what_is_asked_wrongly_is_refused_by_name(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    await archive.write()
    async with asking(archive) as client:
        for path, parameter, says in WRONG:
            status, body = await client.ask(path)
            assert (status, body["parameter"]) == (400, parameter), path
            assert says in body["detail"], path


async def test_explain_names_both_witnesses_and_whose_word_counted(tmp_path: Path) -> None:
    async with town_of(tmp_path) as (_, client, _placed):
        _, served, _ = await client.items("/v1/visits")
        status, body = await client.ask(f"/v1/visits/{served['id']}/explain")
        assert status == 200
        said = body["item"]
        assert (said["visit"], said["log"]) == (served, None)
        assert said["feed"]["outcome"] == "answered"
        assert said["feed"]["joined_at"] == served["joined_at"]
        findings = {found["field"]: found for found in said["findings"]}
        assert findings["outcome"]["taken_from"] == "feed"
        assert findings["wait_seconds"]["value"] == served["wait_seconds"]
        assert "keeps the promise of 15 s" in findings["within_promise"]["why"]
        assert (await client.ask("/v1/visits/none/explain"))[0] == 404


# -- calls -------------------------------------------------------------------------------------------------------------


async def test_calls_are_live_until_a_period_is_asked_for(tmp_path: Path) -> None:
    async with town_of(tmp_path) as (_, client, placed):
        live = await client.items("/v1/calls")
        assert {call["id"] for call in live} == {"c1", "c2", "c3"}
        assert "phase" in live[0]
        past = await client.items("/v1/calls?from=2027-01-01")
        assert [call["id"] for call in past] == placed
        lost, served, out, _ = past
        assert (lost["direction"], lost["line"], lost["caller"], lost["queues"]) == (
            "inbound", "12345", "139****0001", ["yi"],
        )  # fmt: skip
        assert lost["answered_at"] is None
        assert (served["outcomes"], len(served["visits"])) == (["answered"], 1)
        assert (out["direction"], out["caller"], out["visits"], out["did"]) == (
            "outbound",
            "0878****6666"[:3] + "****6666",
            [],
            None,
        )
        assert out["answered_at"] is not None
        assert [call["id"] for call in await client.items("/v1/calls?from=2027-01-01&direction=outbound")] == [
            placed[2]
        ]
        assert [call["id"] for call in await client.items("/v1/calls?from=2027-01-01&queue=yi")] == [placed[0]]


async def test_a_call_has_one_address_through_its_life(tmp_path: Path) -> None:
    async with town_of(tmp_path) as (archive, client, placed):
        status, body = await client.ask("/v1/calls/c1")
        assert (status, "phase" in body["item"]) == (200, True)
        status, body = await client.ask(f"/v1/calls/{placed[0]}")
        assert (status, body["item"]["id"], body["item"]["ended_at"] is None) == (200, placed[0], False)
        assert (await client.ask("/v1/calls/nobody"))[0] == 404
        assert (await client.ask(f"/v1/calls/{placed[0]}?pbx=elsewhere"))[0] == 404
        await copy_to_pbx(archive, placed[0], "pbx2")
        status, body = await client.ask(f"/v1/calls/{placed[0]}")
        assert (status, body["parameter"]) == (409, "pbx")
        assert (await client.ask(f"/v1/calls/{placed[0]}?pbx=pbx2"))[1]["item"]["pbx"] == "pbx2"


async def copy_to_pbx(archive: Archive, call: str, pbx: str) -> None:
    engine = open_engine(archive.address)
    async with engine.begin() as connection:
        row = (await connection.execute(calls.select().where(calls.c.callid == call))).mappings().one()
        await connection.execute(insert(calls), [dict(row) | {"id": "copy", "pbx": pbx}])
    await engine.dispose()


async def test_the_number_of_a_confidential_call_is_in_no_list(tmp_path: Path) -> None:
    async with town_of(tmp_path) as (archive, client, placed):
        engine = open_engine(archive.address)
        async with engine.begin() as connection:
            await connection.execute(update(calls).where(calls.c.callid == placed[1]).values(confidential=True))
        await engine.dispose()
        _, hidden, *_ = await client.items("/v1/calls?from=2027-01-01")
        assert (hidden["caller"], hidden["confidential"]) == (None, True)
        assert "保密" in hidden["reasons"]["caller"]
        _, sheet = await client.text("/v1/calls?format=csv")
        rows = {row["id"]: row["caller"] for row in read_sheet(sheet)}
        assert rows[placed[1]] == ""
        assert rows[placed[0]] == "139****0001"


# -- gaps --------------------------------------------------------------------------------------------------------------


async def test_gaps_are_those_stored_and_the_outage_that_lasts(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    await archive.write()
    rows = [
        {"id": name, "gateway": "here", "pbx": "main", "of": of, "cause": cause, "started_at": archive.now - start,
         "ended_at": None if end is None else archive.now - end, "written_at": 1}
        for name, of, cause, start, end in (
            ("a", "feed", "cut", 90 * SECOND, 80 * SECOND), ("b", "log", "closed", 70 * SECOND, None),
        )
    ]  # fmt: skip
    engine = open_engine(archive.address)
    async with engine.begin() as connection:
        await connection.execute(insert(gaps), rows)
    await engine.dispose()
    archive.feeds[0].status.blind_since = archive.now - 5 * SECOND
    archive.feeds[0].status.reason = "connection refused"
    async with asking(archive) as client:
        over, unknown, now = await client.items("/v1/gaps")
        assert (over["seconds"], over["lasts"], over["reasons"]) == (10.0, False, {})
        assert (unknown["ended_at"], unknown["lasts"]) == (None, False)
        assert "nobody knows" in unknown["reasons"]["ended_at"]
        assert (now["cause"], now["lasts"], now["ended_at"]) == ("connection refused", True, None)
        assert now["id"] == derive_id("here", "main", "gap", "feed", archive.now - 5 * SECOND)
        assert [gap["id"] for gap in await client.items("/v1/gaps?of=log")] == ["b"]
        _, first = await client.ask("/v1/gaps?limit=1")
        assert [gap["id"] for gap in first["items"]] == ["a"], "what lasts stands on the last page"
        rest = await client.items(f"/v1/gaps?limit=5&after={first['next']}")
        assert [gap["lasts"] for gap in rest] == [False, True]


# -- figures of a period -----------------------------------------------------------------------------------------------


async def test_figures_of_a_period_are_the_visits_in_it(tmp_path: Path) -> None:
    async with town_of(tmp_path) as (_, client, _placed):
        status, body = await client.ask("/v1/kpis?from=2020-01-01")
        assert status == 200
        total, *queues = body["items"]
        assert total["queue"] is None
        assert total["visits"] == {"abandoned": 1, "answered": 2}
        assert sum(sum(one["visits"].values()) for one in queues) == 3
        level = total["service_level"]
        assert (level["definition"], level["numerator_least"], level["denominator"]) == ("SL-A", 2, 3)
        assert (level["precision"], level["least"], level["most"]) == ("exact", 2 / 3, 2 / 3)
        assert total["counts_exact"] is True


async def test_blind_time_without_a_log_and_answers_in_doubt_are_said(tmp_path: Path) -> None:
    async with town_of(tmp_path) as (archive, client, placed):
        engine = open_engine(archive.address)
        async with engine.begin() as connection:
            unsure = update(visits).where(visits.c.callid == placed[1]).values(within_promise=None, precision="s")
            await connection.execute(unsure)
            began = archive.now - 60 * SECOND
            blind = {
                "id": derive_id("test", "blind"), "gateway": "here", "pbx": "main", "of": "feed",
                "cause": "gateway_down", "started_at": began, "ended_at": began + 5 * SECOND,
            }  # fmt: skip
            await connection.execute(insert(gaps).values(blind | {"written_at": began}))
        await engine.dispose()
        _, body = await client.ask("/v1/kpis?from=2020-01-01")
        total = body["items"][0]
        level = total["service_level"]
        assert (level["numerator_least"], level["numerator_most"], level["denominator"]) == (1, 2, 3)
        assert (level["precision"], total["counts_exact"]) == ("range", False)
        assert "no queue_log told" in total["reasons"]["counts_exact"]
        assert body["blind_seconds"] >= 5


async def test_figures_need_a_beginning_and_known_parameters(tmp_path: Path) -> None:
    async with town_of(tmp_path) as (_, client, _placed):
        for path, parameter in (("/v1/kpis", "from"), ("/v1/kpis?from=2020-01-01&window=5m", "window")):
            status, body = await client.ask(path)
            assert (status, body["parameter"]) == (400, parameter)

"""Probes. Law: readyz is never better than the truth, and says since when and why it is worse."""

from gateway.core.site import SECOND
from gateway.web.sources import Dependency
from tests.shells.house import T0, Feed, Hour, Status, get


async def test_livez_answers_while_nothing_else_works() -> None:
    hour = Hour(Feed(status=Status(connected=False, live=False)))
    assert await get(hour, "/livez") == (200, {"status": "alive", "as_of": "2026-09-21T14:13:20.000000Z"})


async def test_ready_when_every_dependency_is_well() -> None:
    status, body = await get(Hour(Feed()), "/readyz")
    assert (status, body["status"]) == (200, "ready")
    assert [(one["name"], one["status"], one["why"]) for one in body["dependencies"]] == [
        ("feed:main", "ok", None),
        ("journal", "ok", None),
    ]


async def test_one_pbx_of_two_down_is_degraded_with_since_and_why() -> None:
    down = Feed("second", status=Status(connected=False, live=False, since=T0 - SECOND, reason="half_open"))
    status, body = await get(Hour(Feed(), down), "/readyz")
    assert (status, body["status"]) == (200, "degraded")
    assert body["dependencies"][1] == {
        "name": "feed:second",
        "status": "down",
        "since": "2026-09-21T14:13:19.000000Z",
        "why": "half_open",
        "missing": [],
    }


async def test_no_pbx_live_is_unavailable_also_while_snapshots_are_taken() -> None:
    status, body = await get(Hour(Feed(status=Status(connected=False, live=False, since=None, reason=None))), "/readyz")
    assert (status, body["status"], body["dependencies"][0]["why"]) == (503, "unavailable", "no contact yet")
    status, body = await get(Hour(Feed(status=Status(live=False))), "/readyz")
    assert (status, body["dependencies"][0]["why"]) == (503, "connected, live state is not complete yet")
    status, body = await get(Hour(), "/readyz")
    assert (status, body["dependencies"][0]["why"]) == (503, "the settings name no PBX")


async def test_a_missing_permission_names_the_figure_it_makes_wrong() -> None:
    missing = (("timestampevents=yes", "durations run on arrival time"), ("read=dialplan", "a key exit is unknown"))
    status, body = await get(Hour(Feed(status=Status(missing=missing))), "/readyz")
    assert (status, body["status"]) == (200, "degraded")
    feed = body["dependencies"][0]
    assert (feed["status"], feed["missing"][1]) == (
        "degraded",
        {"what": "read=dialplan", "makes_wrong": "a key exit is unknown"},
    )
    assert feed["why"].startswith("timestampevents=yes: durations")


async def test_a_journal_that_cannot_write_degrades() -> None:
    hour = Hour(Feed())
    hour.dependencies = [Dependency("journal", False, T0 - 5 * SECOND, "No space left on device")]
    status, body = await get(hour, "/readyz")
    assert (status, body["status"]) == (200, "degraded")
    assert body["dependencies"][1] == {
        "name": "journal",
        "status": "degraded",
        "since": "2026-09-21T14:13:15.000000Z",
        "why": "No space left on device",
        "missing": [],
    }

"""Whether the gateway lives and whether what it shows is true.

Law: never better than the truth. Ready means live state can be served at all (one PBX is live); whatever else is
amiss - another PBX, a permission that is missing, the journal - is named with since and why, and makes it `degraded`.
"""

from collections.abc import Sequence
from dataclasses import replace

from gateway.views import Feed
from gateway.web import envelopes, shapes
from gateway.web.sources import Dependency, House
from gateway.web.spelling import spell_time

NEVER_SEEN = "no contact yet"
NO_PBX = "the settings name no PBX"
CONCEALED = "told to who sends a token"
SNAPSHOTS = "connected, live state is not complete yet"


def show_liveness(house: House) -> envelopes.Liveness:
    """That this runs at all is what it says."""
    return envelopes.Liveness("alive", spell_time(house.clock()) or "")


def judge_readiness(house: House) -> tuple[int, envelopes.Readiness]:
    """HTTP status and the dependencies, one by one."""
    feeds, others = house.feeds(), house.dependencies()
    found = [*_judge_feeds(feeds), *(_judge_other(other) for other in others)]
    if not any(feed.status.live for feed in feeds):
        status, code = "unavailable", 503
    else:
        status, code = ("ready" if all(item.status == "ok" for item in found) else "degraded"), 200
    return code, envelopes.Readiness(status, spell_time(house.clock()) or "", found)


def conceal(answer: envelopes.Readiness) -> envelopes.Readiness:
    """The same for a stranger on another machine: which part is amiss, not why, for that names files and servers."""
    return replace(answer, dependencies=[_conceal_one(item) for item in answer.dependencies])


def _conceal_one(item: envelopes.Health) -> envelopes.Health:
    return replace(item, why=None if item.status == "ok" else CONCEALED, missing=[])


def _judge_feeds(feeds: Sequence[Feed]) -> list[envelopes.Health]:
    return [_judge_feed(feed) for feed in feeds] or [envelopes.Health("feed", "down", None, NO_PBX, [])]


def _judge_feed(feed: Feed) -> envelopes.Health:
    status = feed.status
    missing = [shapes.Missing(what, figure) for what, figure in status.missing]
    if status.live:
        word = "degraded" if missing else "ok"
        why = "; ".join(f"{item.what}: {item.makes_wrong}" for item in missing) or None
    elif status.connected:
        word, why = "down", SNAPSHOTS
    else:
        word, why = "down", status.reason or NEVER_SEEN
    return envelopes.Health(f"feed:{feed.pbx}", word, spell_time(status.since), why, missing)


def _judge_other(other: Dependency) -> envelopes.Health:
    return envelopes.Health(
        other.name, "ok" if other.works else "degraded", spell_time(other.since), other.why or None, []
    )

"""Rows from feed and log where the log has lost records (its database was away) and the feed was away as well."""

from itertools import permutations

import pytest

from gateway.core.live_visits import LiveVisit
from gateway.core.site import SECOND
from gateway.core.words import EndedBy, VisitOutcome
from tests.core.test_row_book import CALL, MIDNIGHT, Store, connected, ended, entered, live


@pytest.mark.parametrize("log_first", [True, False])
def test_the_end_alone_in_the_log_before_the_feed_has_its_end(log_first: bool) -> None:
    """Records lost at the beginning (the database was away), and the end told before the feed tells it."""
    store, at = Store(), MIDNIGHT + 300_000
    begun = live(at, 3 * SECOND, VisitOutcome.ANSWERED, agent="1001", connected_at=at + 3 * SECOND)
    begun = begun._replace(is_over=False)
    if log_first:
        store.read_log(ended(at + 9 * SECOND, 6))
    store.see_live(begun)
    if not log_first:
        store.read_log(ended(at + 9 * SECOND, 6))
    (row,) = store.see_live(begun._replace(ended_at=at + 9 * SECOND + 1, talk_us=6 * SECOND, is_over=True))
    assert (row.joined_at, row.source, row.precision) == (at, "both", "us")
    assert store.read_log(ended(at + 9 * SECOND, 6)) == [row]


@pytest.mark.parametrize("order", list(permutations(("found", "over", "log"))))
def test_talk_found_by_the_feed_whose_end_the_log_lost(order: tuple[str, ...]) -> None:
    """Joined and answered while nobody looked; found talking; the record of its end was lost with the database."""
    store, at = Store(), MIDNIGHT
    found = LiveVisit("live", CALL, "main", "12345", agent="1001", seen_at=at + 5 * SECOND, precision="s")
    over = found._replace(outcome=VisitOutcome.ANSWERED, ended_by=EndedBy.CALLER, is_over=True)
    for step in order:
        if step == "log":
            store.read_log(entered(at), connected(at + 3 * SECOND, 3))
        elif step == "over" or order.index("found") < order.index("over"):
            store.see_live(found if step == "found" else over)
    (row,) = store.rows.values()
    assert (row.source, row.joined_at, row.wait_us, row.ended_by) == ("both", at, 3 * SECOND, EndedBy.CALLER)
    assert store.read_log(entered(at), connected(at + 3 * SECOND, 3)) == [row]


def test_talk_with_another_agent_is_another_visit() -> None:
    store, at = Store(), MIDNIGHT
    store.read_log(entered(at), connected(at + 3 * SECOND, 3, "1002"))
    found = LiveVisit("live", CALL, "main", "12345", agent="1001", seen_at=at + 5 * SECOND, precision="s", is_over=True)
    assert len(store.see_live(found._replace(outcome=VisitOutcome.ANSWERED))) == 2

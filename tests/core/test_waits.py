"""The wait of a visit by its witnesses: exact where both ends are, and never negative."""

import pytest

from gateway.core.log_visits import LogVisit
from gateway.core.site import SECOND
from gateway.core.waits import EXACT, SECONDS, choose_wait

JOINED = 1_795_459_535 * SECOND
LEFT = LogVisit("1.1", "hotline", 1, JOINED, JOINED, wait_s=12)


EARLY = JOINED - 3_588 * SECOND


@pytest.mark.parametrize("log", [LEFT._replace(left_at=EARLY), LEFT._replace(answered_at=EARLY)])
def test_a_clock_set_back_between_the_ends_leaves_what_the_log_counted(log: LogVisit) -> None:
    said = choose_wait(None, log)
    assert (said.us, said.precision, said.is_most) == (12 * SECOND, SECONDS, False)
    assert choose_wait(None, log._replace(wait_s=None)).us is None


def test_two_exact_ends_are_an_exact_wait() -> None:
    assert choose_wait(None, LEFT._replace(left_at=JOINED + 11_900_000))[:2] == (11_900_000, EXACT)

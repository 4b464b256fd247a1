"""How often something may be written down that strangers can cause: some at once, then one now and then.

Law: pure; what is held back is counted, and the count goes with the next that is not.
"""

from typing import Final, NamedTuple

BURST: Final = 20
EVERY_US: Final = 20_000_000


class Purse(NamedTuple):
    """`left` may be spent now, one more comes every `EVERY_US` after `at` (µs); `held` were held back since."""

    left: int = BURST
    at: int = 0
    held: int = 0


def spend(purse: Purse, now: int) -> tuple[Purse, bool]:
    """The purse after one more wish, and whether it is granted."""
    filled = refill(purse, now)
    if filled.left == 0:
        return filled._replace(held=filled.held + 1), False
    return filled._replace(left=filled.left - 1, held=0), True


def refill(purse: Purse, now: int) -> Purse:
    """With what has come since. A clock that goes back gives nothing."""
    more = max(0, now - purse.at) // EVERY_US
    if purse.left + more >= BURST:
        return purse._replace(left=BURST, at=now)
    return purse._replace(left=purse.left + more, at=purse.at + more * EVERY_US)

"""Who was refused, for the audit log: the first few, then one now and then with how many there were between.

Law: a refusal is never slower for it, and no scanner fills a disk. Strangers and people who are known are counted
apart, so that noise of the one does not hide the other.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from aiohttp import web

from gateway.core.access import Principal
from gateway.core.audit import Deed
from gateway.core.thrift import EVERY_US, Purse, spend
from gateway.web.problems import RefusalError
from gateway.web.sources import Audit

REFUSED: Final = "access.refused"
STRANGER: Final = "stranger"


class Refusals:
    """`clock`: the wall clock in µs."""

    def __init__(self, audit: Audit, clock: Callable[[], int]) -> None:
        self._audit, self._clock = audit, clock
        self._purses: dict[int, Purse] = {}
        self._timers: set[int] = set()

    def see(self, request: web.Request, route: str, who: Principal | None, refusal: RefusalError) -> None:
        """One refusal (401 or 403) of a request to the template `route`."""
        before = self._purses.get(refusal.status, Purse())
        purse, is_granted = spend(before, self._clock())
        self._purses[refusal.status] = purse
        if is_granted:
            self._note(refusal.status, before.held, request, route, who, refusal.detail)
        elif refusal.status not in self._timers:
            self._timers.add(refusal.status)
            asyncio.get_running_loop().call_later(EVERY_US / 1_000_000, self._tell_held, refusal.status)

    def _note(
        self, status: int, held: int, request: web.Request, route: str, who: Principal | None, detail: str
    ) -> None:
        more = f" ({held} more {status} before were not written)" if held else ""
        self._audit.note(
            Deed(
                who.name if who else STRANGER, REFUSED, f"refused {status}", f"{request.method[:10]} {route}",
                detail + more, who.role if who else None, request.remote,
            )
        )  # fmt: skip

    def _tell_held(self, status: int) -> None:
        """How many were held back since, when no other came after them."""
        self._timers.discard(status)
        purse = self._purses[status]
        if purse.held:
            said = f"{purse.held} more {status} were not written one by one"
            self._purses[status] = purse._replace(held=0)
            self._audit.note(Deed(STRANGER, REFUSED, f"refused {status}", None, said))

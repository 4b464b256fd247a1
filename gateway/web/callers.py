"""Callers' numbers in answers: masked, unless who asks may see them and says why - which is written down first.

Law: one way for every answer. `read_reason` before anything is gathered, `account` before the answer leaves; without
the row in the audit log nothing leaves.
"""

from collections.abc import Sequence
from typing import Final
from urllib.parse import unquote

from aiohttp import web

from gateway.core.access import Right, may
from gateway.core.audit import filter_text
from gateway.web.access import make_deed, principal_of
from gateway.web.problems import RefusalError
from gateway.web.sources import House
from gateway.web.spelling import mask

HEADER: Final = "X-Reason"
"""Not a parameter: addresses stand in the logs of every proxy."""
REASON_MIN: Final = 3
REASON_MAX: Final = 200
IN_FULL_MAX: Final = 100
"""Calls whose numbers one answer shows in full: whoever wants more leaves more rows in the audit log."""
SEEN: Final = "callers.seen"
ABOUT: Final = (
    f"Why the numbers are needed in full, {REASON_MIN} to {REASON_MAX} characters (percent-encoded where they are not "
    f"ASCII). Needs the right `{Right.CALLERS}`, is written to the audit log, and shows {IN_FULL_MAX} at most."
)


def read_reason(request: web.Request) -> str | None:
    """Why numbers are wanted in full; None where they are not asked for. Raises RefusalError: 400 for no reason at all,
    403 for who may not see them."""
    given = request.headers.get(HEADER)
    if given is None:
        return None
    verdict = may(principal_of(request), Right.CALLERS)
    if not verdict.is_allowed:
        raise RefusalError(403, f"Not allowed: {verdict.reason}.")
    reason = filter_text(unquote(given, errors="replace"), REASON_MAX + 1)
    if not REASON_MIN <= len(reason) <= REASON_MAX:
        raise RefusalError(400, f"Say why in {REASON_MIN} to {REASON_MAX} characters.", HEADER)
    return reason


def spell_caller(number: str, reason: str | None) -> str | None:
    """The number as this answer may have it."""
    return mask(number) if reason is None else number or None


async def account(house: House, request: web.Request, reason: str | None, what: str, ids: Sequence[str]) -> None:
    """Write down whose numbers the answer shows in full: `what` they are (calls, unreached), their ids. Raises
    NotAuditedError, on which nothing may leave."""
    if reason is not None and ids:
        await house.audit.write(make_deed(request, SEEN, what, reason, details=tuple(ids)))

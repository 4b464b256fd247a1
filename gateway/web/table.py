"""All operations there are: on what is live, on the past, on callers who were not reached, on the audit log.

Law: the server and the OpenAPI description are made from this, so what is served is described.
"""

from collections.abc import Callable
from typing import Final

from gateway.web.access import Doorkeeper
from gateway.web.audit import make_audit
from gateway.web.history import join_calls, make_history
from gateway.web.kpis import make_kpis
from gateway.web.operations import NAME, Operation, make_operations
from gateway.web.sources import House
from gateway.web.unreached import make_unreached

CALLS: Final = ("/v1/calls", f"/v1/calls/{{{NAME}}}")


def make_table(house: House, door: Doorkeeper, describe: Callable[[], bytes]) -> tuple[Operation, ...]:
    """The table. `describe` gives the OpenAPI document, which is made from this table."""
    live = {operation.path: operation for operation in make_operations(house, door, describe)}
    live |= zip(CALLS, join_calls(house, *(live[path] for path in CALLS)), strict=True)
    return (*live.values(), *make_history(house), *make_kpis(house), *make_unreached(house), *make_audit(house))

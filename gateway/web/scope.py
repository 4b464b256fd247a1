"""What of the live state is for whose eyes, where a token is limited to some queues.

Law: pure. What is in no queue of the scope is not there at all: not listed, not counted, not found by its name. An
empty seat is a piece of furniture, and anybody may see it.
"""

from typing import Final

from gateway.core.access import Principal, sees_queue
from gateway.core.agents import Agent
from gateway.core.calls import Call
from gateway.core.seats import Seat
from gateway.core.site import Line, Site
from gateway.core.visits import Visit
from gateway.views import State

ELSEWHERE: Final = "in a queue that the token is not for"
OVER_ALL: Final = "counted over all queues, and the token is limited to some"


def sees(principal: Principal, queue: str | None) -> bool:
    """Whether a queue (site-wide id) is in the scope; None is none."""
    return sees_queue(principal, queue).is_allowed


def sees_agent(principal: Principal, state: State, agent: Agent) -> bool:
    """Whether he serves a queue of the scope, or is busy with a caller of one."""
    if principal.queues is None:
        return True
    visit = find_visit(agent)
    served = (state.queues[name].id for name in agent.queues if name in state.queues)
    return any(sees(principal, queue) for queue in served) or (visit is not None and sees(principal, visit.queue.id))


def find_visit(agent: Agent) -> Visit | None:
    """The visit he talks with, or that rings."""
    return agent.visit or next((offer.visit for offer in agent.offers.values() if offer.visit), None)


def sees_seat(principal: Principal, state: State, seat: Seat) -> bool:
    """Whether nobody sits there, or somebody he sees."""
    if principal.queues is None or seat.agent is None:
        return True
    occupant = state.agents.get(seat.agent)
    return occupant is not None and sees_agent(principal, state, occupant)


def sees_line(principal: Principal, site: Site, line: Line) -> bool:
    """Whether its queue on this PBX is in the scope; a line without a queue is in none."""
    return sees(principal, site.queue_id(line.queue) if line.queue else None)


def sees_call(principal: Principal, site: Site, call: Call) -> bool:
    """Whether it is in a queue of the scope, or on a line of one."""
    if sees(principal, call.queue):
        return True
    line = site.line_by_did.get(call.line)
    return line is not None and sees_line(principal, site, line)

"""After-call work: it begins when a talk ends or by a pause of its own, and no event of Asterisk's marks its end."""

from gateway.core.agents import Agent, WrapUp
from gateway.core.facts import WrapUpEnded
from gateway.core.live import LiveData
from gateway.core.queues import Member, Queue
from gateway.core.site import SECOND


def begin_wrap_up(state: LiveData, agent: Agent, queue: Queue, visit: str | None, at: int) -> None:
    """After-call work starts when the talk ends; app_queue keeps the member away until LastCall + wrapuptime.

    Both are whole seconds of the PBX's clock (app_queue.c:2813), so the bar ends on a full second. No event marks it.
    """
    if not agent.queues:
        return
    member = agent.queues.get(queue.name.lower())
    bar = (member.wrap_up_us if member else 0) or queue.rule.wrap_up_us
    paused = any(m.reason in state.site.wrap_up_reasons for m in agent.queues.values())
    if bar == 0 and not paused:
        return
    last_call = (member.last_call or 0) * SECOND if member else 0  # may be here already: another thread writes it
    until = max(at // SECOND * SECOND, last_call) + bar if bar else None
    agent.wrap_up = WrapUp(at, until, queue.name, visit)
    if until is not None:
        state.set_timer(until, "wrap_up", agent.number)


def bar_wrap_up(state: LiveData, agent: Agent, queue: Queue, member: Member) -> None:
    """LastCall has arrived: the bar stands from the second app_queue wrote down, not from the one we saw."""
    wrap_up = agent.wrap_up
    bar = member.wrap_up_us or queue.rule.wrap_up_us
    last_call = (member.last_call or 0) * SECOND
    if wrap_up is None or wrap_up.queue != queue.name or not bar or last_call < wrap_up.start - SECOND:
        return
    until = last_call + bar
    if until != wrap_up.until:
        agent.wrap_up = wrap_up._replace(until=until)
        state.set_timer(until, "wrap_up", agent.number)


def cut_wrap_up(state: LiveData, agent: Agent, at: int) -> None:
    """A call ends after-call work."""
    if agent.wrap_up is not None:
        end_wrap_up(state, agent, at, "call")


def finish_wrap_up(state: LiveData, agent: Agent, at: int) -> None:
    """The bar's end has come, if it is still the bar that was meant."""
    wrap_up = agent.wrap_up
    if wrap_up is not None and wrap_up.until is not None and wrap_up.until <= at:
        end_wrap_up(state, agent, wrap_up.until, "timer")


def end_wrap_up(state: LiveData, agent: Agent, at: int, ended_by: str) -> None:
    """After-call work is over, by timer, finished, pause, call or left. What comes after the bar did not end it."""
    wrap_up = agent.wrap_up
    if wrap_up is None:
        return
    agent.wrap_up = None
    if wrap_up.until is not None and wrap_up.until <= at:
        at, ended_by = wrap_up.until, "timer"
    if not wrap_up.said:
        _say_wrap_up(state, agent, wrap_up, at, ended_by)
    state.touch(agent, at)


def _say_wrap_up(state: LiveData, agent: Agent, wrap_up: WrapUp, at: int, ended_by: str) -> None:
    queue = state.queue_of(wrap_up.queue)
    state.say(WrapUpEnded(state.pbx, at, agent.number, queue.id, wrap_up.visit, wrap_up.start, ended_by))


def finish_by_agent(state: LiveData, agent: Agent, at: int) -> None:
    """The agent says his after-call work is done. Asterisk cannot cut a wrapuptime short: he stays away to its end."""
    wrap_up = agent.wrap_up
    if wrap_up is None or wrap_up.said:
        return
    if wrap_up.until is None or wrap_up.until <= at:
        end_wrap_up(state, agent, at, "finished")
    else:
        _say_wrap_up(state, agent, wrap_up, at, "finished")
        agent.wrap_up = wrap_up._replace(said=True)

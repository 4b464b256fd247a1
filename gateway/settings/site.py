"""Settings -> the core's `Site` of one PBX: seconds become whole microseconds, tables become tuples.

Law: pure; the core never sees settings, secrets or floats of time.
"""

from collections import Counter

from gateway.core.numbering import Numbering
from gateway.core.site import AgentRule, Line, Promise, QueueRule, SeatRule, Site
from gateway.settings.shape import Line as LineKeys
from gateway.settings.shape import Queue, QueueDefaults, Settings


def build_site(settings: Settings, pbx: str) -> Site:
    """The site as the feed of the PBX named `pbx` must know it; KeyError where there is none."""
    defaults = settings.queue_defaults
    return Site(
        lines=tuple(_line(line, defaults) for line in settings.lines),
        queues=tuple(_rule(name, queue, defaults) for name, queue in settings.queues.items()),
        seats=tuple(
            SeatRule(id=seat_id, device=seat.device, name=seat.name) for seat_id, seat in settings.seats.items()
        ),
        agents=tuple(AgentRule(number=number, name=agent.name) for number, agent in settings.agents.items()),
        trunks=settings.pbx[pbx].trunks,
        default_rule=_rule("", Queue(), defaults),
        wrap_up_reasons=frozenset(settings.site.wrap_up_reasons),
        queue_ids=_queue_ids(settings, pbx),
        queue_prefix=f"{pbx}/" if len(settings.pbx) > 1 else "",
        numbering=Numbering(**settings.numbering.model_dump()),
    )


def _rule(name: str, queue: Queue, defaults: QueueDefaults) -> QueueRule:
    chosen = defaults.model_copy(update=queue.model_dump(exclude_none=True))
    return QueueRule(
        name=name,
        promise=_promise(chosen.promise_seconds, chosen),
        short_abandon_us=_microseconds(chosen.short_abandon_seconds),
        wrap_up_us=_microseconds(chosen.wrap_up_seconds),
    )


def _line(line: LineKeys, defaults: QueueDefaults) -> Line:
    promise = None if line.promise_seconds is None else _promise(line.promise_seconds, defaults)
    return Line(line.did, line.name, line.department, line.mode, line.queue, promise, line.window)


def _promise(seconds: float, terms: QueueDefaults) -> Promise:
    return Promise(_microseconds(seconds), terms.promise_target, strict=terms.promise_operator == "<")


def _queue_ids(settings: Settings, pbx: str) -> tuple[tuple[str, str], ...]:
    """Site-wide ids that are not the plain name: those of the settings, and `pbx/queue` where two PBXs have it."""
    homes = Counter(queue for name in settings.pbx for queue in _queues_of(settings, name))
    ids = {queue: f"{pbx}/{spelt}" for queue, spelt in _queues_of(settings, pbx).items() if homes[queue] > 1}
    ids |= {queue.lower(): queue_id for queue, queue_id in settings.pbx[pbx].queue_ids.items()}
    return tuple(sorted(ids.items()))


def _queues_of(settings: Settings, pbx: str) -> dict[str, str]:
    """Lower-case name -> name of the queues a PBX has: those it lists, else all that the site names."""
    return {queue.lower(): queue for queue in settings.pbx[pbx].queues or settings.queues}


def _microseconds(seconds: float) -> int:
    return round(seconds * 1_000_000)

"""Years of queue_log as a plain Asterisk writes it, made up: so many visits, some ten of them at once.

Of twenty callers sixteen are answered, three of these after a ring nobody took; two give up, two time out.
"""

from collections.abc import Iterator
from pathlib import Path

from gateway.core.site import QueueRule, Site

T0 = 1_600_000_000
SITE = Site(queues=(QueueRule("hotline"), QueueRule("enterprise"), QueueRule("yi")))
QUEUES = ("hotline", "hotline", "hotline", "enterprise", "yi")


def write_history(path: Path, visits: int) -> int:
    """The file; how many lines it has."""
    lines = 0
    with path.open("w", encoding="ascii") as file:
        waiting: list[tuple[int, int, str]] = []
        for number in range(visits):
            waiting += [(at, number, line) for at, line in tell_visit(number)]
            now = T0 + number
            due = sorted(entry for entry in waiting if entry[0] <= now)
            waiting = [entry for entry in waiting if entry[0] > now]
            lines += len(due)
            file.writelines(f"{at}|{line}\n" for at, _, line in due)
        lines += len(waiting)
        file.writelines(f"{at}|{line}\n" for at, _, line in sorted(waiting))
    return lines


def tell_visit(number: int) -> Iterator[tuple[int, str]]:
    """One caller's records: (second, the rest of the line)."""
    at, call, queue = T0 + number, f"{T0 + number}.{2 * number}", QUEUES[number % len(QUEUES)]
    agent, kind = 1001 + number % 18, number % 20
    wait, talk = 2 + number % 5, 3 + number % 7
    yield at, f"{call}|{queue}|NONE|ENTERQUEUE||139{number * 7919 % 100_000_000:08d}|{1 + number % 3}"
    if kind in {0, 1}:
        yield at + wait, f"{call}|{queue}|NONE|ABANDON|1|{1 + number % 3}|{wait}"
        return
    if kind in {2, 3}:
        yield at + wait, f"{call}|{queue}|NONE|EXITWITHTIMEOUT|1|{1 + number % 3}|{wait}"
        return
    if kind in {4, 5, 6}:
        yield at + 1, f"{call}|{queue}|{1001 + (number + 1) % 18}|RINGNOANSWER|1000"
    yield at + wait, f"{call}|{queue}|{agent}|CONNECT|{wait}|{at}.{2 * number + 1}|1"
    end = "COMPLETECALLER" if number % 2 else "COMPLETEAGENT"
    yield at + wait + talk, f"{call}|{queue}|{agent}|{end}|{wait}|{talk}|{1 + number % 3}"

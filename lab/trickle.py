"""Endless modest calls, for the demo and for looking at the wallboard.

Law: seeded, never more than the seats can take for long, and it stops by letting its own calls end.
"""

import random
import threading
from collections.abc import Callable

from lab import conversations as c
from lab import scenarios as s
from lab.hotline_mix import SHIFT, hotline_numbers
from lab.plain_mix import plain_numbers
from lab.plan import Group
from lab.play import Player, be_quiet
from lab.site import Site


class Trickle:
    """A stream of calls on a site, `per_minute` on average."""

    def __init__(
        self, site: Site, rng: random.Random, per_minute: float = 12, say: Callable[[str], None] = be_quiet
    ) -> None:
        self.site = site
        self.rng = rng
        self.pause = 60 / per_minute
        self.say = say
        self.player = Player(site, say)
        self.numbers = plain_numbers() if site.plain else hotline_numbers()
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run, name="trickle", daemon=True)

    def start(self) -> None:
        """Agents sign in (where they are not static members), then calls begin."""
        if not self.site.plain:
            for seat, agent in SHIFT.items():
                self.player.play_group(c.sign_in(self.numbers, seat, agent))
        self._thread.start()

    def stop(self, timeout: float = 60) -> None:
        """No new calls; returns when the running ones have ended or after `timeout` s."""
        self._ends.set()
        self._thread.join(timeout)
        self.player.close()

    def _run(self) -> None:
        running: list[threading.Thread] = []
        while not self._ends.wait(self.rng.expovariate(1 / self.pause)):
            running = [thread for thread in running if thread.is_alive()]
            if len(running) >= 8:
                continue  # everybody is busy: more callers would only pile up
            thread = threading.Thread(target=self._one, args=(self.draw(),), name="trickle-call", daemon=True)
            thread.start()
            running.append(thread)
        for thread in running:
            thread.join(30)

    def _one(self, group: Group) -> None:
        try:
            self.player.play_group(group)
        except Exception as error:  # noqa: BLE001 - the demo goes on; what went wrong is said
            self.say(f"call went wrong: {error}")

    def draw(self) -> Group:
        """The next call."""
        n, rng = self.numbers, self.rng
        kind = rng.choices(("answered", "gives_up", "hold", "survey"), (76, 8, 8, 8))[0]
        seat = rng.choice((8001, 8002, 8003))
        if kind == "gives_up":
            return s.gives_up(n, n.single, rng.uniform(1, 12), "abandoned")
        if kind == "hold":
            return c.hold(n, seat)
        if kind == "survey":
            return c.survey(n, str(rng.randint(1, 5)))
        to = rng.choices((n.main, n.second, n.single), (72, 23, 5))[0]
        return c.answered(n, to, rng.uniform(1, 6), rng.uniform(5, 25), rng.choice(("caller", "agent")))

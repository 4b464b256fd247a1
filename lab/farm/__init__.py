"""The call farm: an Asterisk that plays callers and agents' phones over real SIP and RTP, and its own record of them.

Law: the farm decides nothing about outcomes; it does what the plan says and writes down what it saw.
"""

import contextlib
import itertools
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import quote

from lab.ami import Ami, Message, RefusedError
from lab.farm.ari import Ari
from lab.farm.calls import Leg, Placed, micros
from lab.local import SEATS, secret
from lab.place import SIP_PORT, Place


class Farm:
    """Drives one farm Asterisk over its AMI and ARI."""

    def __init__(self, place: Place, ami: Ami, record: Path) -> None:
        self.place = place
        self.ami = ami
        self.record = record
        self.calls: dict[str, Placed] = {}  # by caller number
        self._legs: dict[str, Leg] = {}  # by Uniqueid
        self._numbers = itertools.count(1)
        self.ari = Ari(place.trunk_host, "farm", secret("farm"))
        ami.listeners.append(self._watch)

    def close(self) -> None:
        self.ari.close()
        self.ami.close()

    # -- placing calls

    def place_call(
        self,
        dialled: str,
        seats: Mapping[str, str] | None = None,
        *,
        scenario: str = "call",
        caller: str = "",
        name: str = "",
        source: str = "trunk",
    ) -> "Call":
        """Dial `dialled` from the trunk or from a seat's phone.

        `seats`: phone scripts for this caller, key a seat or `any`. Returns at once.
        Raises RefusedError when the farm would not dial.
        """
        seq = next(self._numbers)
        caller = source if source != "trunk" else caller or f"1390000{seq:04d}"
        for seat, script in (seats or {}).items():
            self.set_script(caller, seat, script)
        own = Leg(source, self._new_id(seq), "", time.time_ns() // 1000)
        placed = Placed(seq, scenario, caller, dialled, source, own.began_at, own)
        self.calls[caller] = placed
        self._originate(own, dialled, f'"{name}" <{caller}>' if name else f"<{caller}>")
        return Call(self, placed)

    def _new_id(self, seq: int) -> str:
        return f"farm-{self.place.number}-{seq}-{time.time_ns() // 1_000_000}"

    def _originate(self, leg: Leg, dialled: str, shown: str) -> None:
        """The phone of `leg` dials."""
        self._legs[leg.uniqueid] = leg
        self.ami.act(
            "Originate",
            Channel=f"PJSIP/{dialled}@{leg.phone}",
            Context="caller",
            Exten="s",
            Priority="1",
            CallerID=shown,
            ChannelId=leg.uniqueid,
            Timeout="3600000",
            Async="true",
        )

    def consult(self, placed: Placed, leg: Leg, dialled: str) -> Leg:
        """The phone of `leg` makes a second call on its second line."""
        own = Leg(leg.phone, self._new_id(placed.seq), "", time.time_ns() // 1000)
        placed.consultations.append(own)
        self._originate(own, dialled, f"<{leg.phone}>")
        return own

    def set_script(self, caller: str, seat: str, script: str) -> None:
        """What `seat` (or `any`) does when `caller` (or `any`) rings."""
        self.ami.act("DBPut", Family=f"script/{caller}", Key=seat, Val=script)

    def write(self, placed: Placed) -> None:
        """Append the finished call to the record and forget it and its scripts."""
        with self.record.open("a", encoding="utf-8") as stream:
            stream.write(placed.line() + "\n")
        if self.calls.get(placed.caller) is placed:
            del self.calls[placed.caller]
        with contextlib.suppress(RefusedError):  # nothing to delete: the call had no scripts
            self.ami.act("DBDelTree", Family=f"script/{placed.caller}")

    # -- phones

    def unregister(self, seat: int) -> None:
        """The phone says goodbye to the PBX."""
        self.ami.act("PJSIPUnregister", Registration=f"line{seat}")

    def register(self, seat: int) -> None:
        """The phone registers (again)."""
        self.ami.act("PJSIPRegister", Registration=f"line{seat}")

    def register_all(self) -> None:
        for seat in SEATS:
            self.register(seat)

    # -- watching

    def _watch(self, event: Message) -> None:
        uniqueid = event.get("Uniqueid", "")
        if event["Event"] == "Newchannel":
            self._begin(uniqueid, event)
        leg = self._legs.get(uniqueid)
        if leg is not None:
            leg.take(event)
            if event["Event"] == "Hangup":
                del self._legs[uniqueid]
            with self.ami.changed:
                self.ami.changed.notify_all()

    def _begin(self, uniqueid: str, event: Message) -> None:
        known = self._legs.get(uniqueid)
        if known is not None:
            known.channel = event["Channel"]
        elif event.get("Context") in ("seat", "citizen"):
            shown = event.get("CallerIDNum", "")
            leg = self._legs[uniqueid] = Leg(event["Exten"], uniqueid, event["Channel"], micros(event), shown)
            placed = self._find(shown)
            if placed is not None:
                placed.legs.append(leg)

    def _find(self, shown: str) -> Placed | None:
        """The running call a phone rings for: of that caller, or (consultation) of the agent whose seat is shown."""
        placed = self.calls.get(shown)
        if placed is not None and placed.own.ended_at is None:
            return placed
        for other in self.calls.values():
            if any(leg.phone == shown and leg.up_at and not leg.ended_at for leg in other.legs):
                return other
        return placed

    def wait(self, what: str, test: Callable[[], bool], timeout: float) -> None:
        """Wait until `test` holds; it is tried after every event. Raises NotSeenError."""
        self.ami.wait_until(what, test, timeout)


class Call:
    """A placed call and what can be done with it."""

    def __init__(self, farm: Farm, placed: Placed) -> None:
        self.farm = farm
        self.placed = placed

    @property
    def own(self) -> Leg:
        return self.placed.own

    def wait_up(self, timeout: float = 10) -> None:
        """Until the PBX has answered."""
        self.farm.wait(f"{self.placed.caller} answered by the PBX", lambda: self.own.up_at is not None, timeout)

    def wait_agent(self, timeout: float = 20, nth: int = 1) -> Leg:
        """Until the `nth` phone has picked up this call; returns its leg."""
        self.farm.wait(f"{self.placed.caller} picked up by phone {nth}", lambda: len(self.picked_up()) >= nth, timeout)
        return self.picked_up()[nth - 1]

    def picked_up(self) -> list[Leg]:
        return sorted((leg for leg in self.placed.legs if leg.up_at), key=lambda leg: leg.up_at or 0)

    def wait_ringing(self, timeout: float = 10) -> Leg:
        """Until some phone rings for this call."""
        self.farm.wait(f"a phone rings for {self.placed.caller}", lambda: bool(self.placed.legs), timeout)
        return self.placed.legs[0]

    def wait_ended(self, timeout: float = 30) -> None:
        """Until the caller's phone is back on the hook."""
        self.farm.wait(f"{self.placed.caller} ended", lambda: self.own.ended_at is not None, timeout)

    def wait_settled(self, timeout: float = 30) -> None:
        """Until the caller and every phone of this call are back on the hook."""
        self.wait_ended(timeout)
        legs = [*self.placed.legs, *self.placed.consultations]
        self.farm.wait(f"phones of {self.placed.caller} down", lambda: all(leg.ended_at for leg in legs), timeout)

    def hang_up(self, leg: Leg | None = None) -> None:
        """The caller (or the phone of `leg`) hangs up; a leg already gone is fine."""
        leg = leg or self.own
        leg.asked_to_end = True
        try:
            self.farm.ami.act("Hangup", Channel=leg.channel, Cause="16")
        except RefusedError:
            leg.asked_to_end = False

    def press(self, digits: str, leg: Leg | None = None, gap: float = 0.25) -> None:
        """DTMF from the caller's (or a leg's) phone, `gap` s between digits."""
        leg = leg or self.own
        for digit in digits:
            leg.digits.append((digit, time.time_ns() // 1000))  # Asterisk sends no event for digits it was told to send
            self.farm.ami.act("PlayDTMF", Channel=leg.channel, Digit=digit, Duration="120")
            time.sleep(gap)

    def hold(self, leg: Leg) -> None:
        """The phone of `leg` (scripted with held=True) puts the other side on hold."""
        self.farm.ari.hold(leg.uniqueid)
        leg.holds.append(("hold", time.time_ns() // 1000))

    def unhold(self, leg: Leg) -> None:
        self.farm.ari.unhold(leg.uniqueid)
        leg.holds.append(("unhold", time.time_ns() // 1000))

    def refer(self, leg: Leg, target: str) -> None:
        """The phone's own transfer key: REFER to `target` (blind)."""
        self.farm.ami.act("Redirect", Channel=leg.channel, Context="refer", Exten=target, Priority="1")

    def connect(self, leg: Leg, consultation: Leg) -> None:
        """The phone joins its two calls and leaves: REFER with Replaces, as a desk phone's transfer key does."""
        names = ("call-id", "remote_tag", "local_tag")
        parts = [
            self.farm.ami.act("Getvar", Channel=consultation.channel, Variable=f"CHANNEL(pjsip,{name})")["Value"]
            for name in names
        ]
        replaces = quote(f"{parts[0]};to-tag={parts[1]};from-tag={parts[2]}", safe="")
        target = f"<sip:{leg.phone}@{self.farm.place.pbx_host}:{SIP_PORT}?Replaces={replaces}>"
        self.farm.ami.act("Setvar", Channel=leg.channel, Variable="REFER_TO", Value=target)
        self.farm.ami.act("Redirect", Channel=leg.channel, Context="refer-replaces", Exten="s", Priority="1")

"""Calls through the dialplan by Local channels, and what they leave behind.

Law: nothing here reads the dialplan to know what it should do.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from lab.ami import Ami, Message
from lab.instance import Instance

AT = r"\d{10}\.\d{6}"
SHORT = """\
HL_WAIT_hotline = 2
HL_WAIT_overflow = 1
HL_WAIT_enterprise = 1
HL_WAIT_NIGHT = 2
HL_ROUNDS = 1
HL_SURVEY_SECONDS = 2
HL_KEY_SECONDS = 2
HL_EMERGENCY_SECONDS = 2
HL_SUPERVISOR_SECONDS = 1
HL_TEST_SECONDS = 1
HL_SOUND_greeting =
HL_SOUND_human_key =
HL_SOUND_busy =
HL_SOUND_callback =
HL_SOUND_emergency_failed =
HL_SOUND_escalated =
HL_SOUND_survey = beep
HL_SOUND_survey_again = beep
HL_SOUND_thanks =
HL_SOUND_signed_in =
HL_SOUND_signed_out =
HL_SOUND_refused =
HL_SOUND_done =
"""
# The caller's half of a Local call, an agent who answers at once and hangs up after a second, one who never answers.
PEOPLE = """\
[test-caller]
exten => stay,1,Wait(30)
exten => late-5,1,Wait(3)
 same => n,SendDTMF(5)
 same => n,Wait(30)
exten => _K!,1,Wait(1)
 same => n,SendDTMF(${EXTEN:1})
 same => n,Wait(30)
[test-agent]
exten => s,1,Answer()
 same => n,Wait(1)
 same => n,Hangup()
exten => never,1,Ringing()
 same => n,Wait(60)
"""


class Caller:
    """One Local call and what it left in queue_log. The dialplan runs on its second half, whose Uniqueid is `id`."""

    def __init__(self, ami: Ami, pbx: Instance, extension: str, script: str = "stay", **headers: str) -> None:
        self.pbx = pbx
        self.ami = ami
        name = f"t{time.monotonic_ns()}"
        self.id = f"{name}-caller"
        fixed = {"Context": "test-caller", "Exten": script, "Priority": "1", "Async": "true", "Timeout": "20000"}
        fixed |= {
            "Channel": f"Local/{extension}/n",
            "ChannelId": name,
            "OtherChannelId": self.id,
            "CallerID": "13908780001",
        }
        ami.act("Originate", 10, **(fixed | headers))

    def rows(self) -> list[list[str]]:
        """The call's queue_log rows, split at the bars, without epoch and callid."""
        if not self.pbx.queue_log.exists():
            return []
        rows = [line.split("|") for line in self.pbx.queue_log.read_text(encoding="utf-8").splitlines()]
        return [row[2:] for row in rows if row[1] == self.id]

    def wait(self, verb: str, *data: str, timeout: float = 15) -> list[str]:
        """Queue, agent, verb and data of the first row of `verb` whose data after the time are `data`."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            for row in self.rows():
                if row[2] == verb and (not data or tuple(row[4:]) == data):
                    return row
            time.sleep(0.05)
        raise AssertionError(f"no {verb} {data} within {timeout} s, only {self.rows()}")

    def wait_event(self, marker: str, timeout: float = 15) -> Message:
        """The UserEvent of `marker` on this call's channel."""
        return self.ami.wait(f"{marker} of {self.id}", lambda e: is_marker(e, marker, self.id), timeout)

    def verbs(self) -> list[str]:
        return [row[2] for row in self.rows()]


def is_marker(event: Message, marker: str, call: str) -> bool:
    return event.get("UserEvent") == "Hotline" and event.get("Marker") == marker and event.get("Uniqueid") == call


@contextmanager
def sit(ami: Ami, extension: str) -> Iterator[None]:
    """Agent 1007 in queue hotline for a while; `extension` of context test-agent says how he answers."""
    interface = f"Local/{extension}@test-agent/n"
    ami.act("QueueAdd", Queue="hotline", Interface=interface, MemberName="1007")
    yield
    hang_up_all(ami)
    ami.act("QueueRemove", Queue="hotline", Interface=interface)


def hang_up_all(ami: Ami) -> None:
    ami.items("Hangup", Channel="/^Local/")


def dial_seat(ami: Ami, pbx: Instance, code: str, seat: str) -> Caller:
    """A feature code dialled at a seat."""
    return Caller(ami, pbx, f"{code}@from-seat", Variable=f"HL_SEAT={seat}")

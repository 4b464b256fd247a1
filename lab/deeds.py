"""What a step can do to the PBX: supervisors' and administrators' half of the steps in a plan.

Law: the words here are the words of a plan; phones' words stand in lab/phones.py.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from lab.ami import Ami
from lab.farm import Call
from lab.site import Site, wait_device
from lab.watch import Watch


@dataclass
class Floor:
    """The site as a plan sees it: who sits where, and the session that acts."""

    site: Site
    pbx: Ami
    watch: Watch
    agents: dict[int, str] = field(default_factory=dict)

    def channel(self, call: Call) -> str:
        """The caller's channel at the PBX."""
        return self.watch.caller(call.placed.caller).channel


def redirect(floor: Floor, what: str, call: Call) -> None:
    """A supervisor moves the caller: AMI Redirect to `context,exten`."""
    context, exten = what.split(",")
    floor.pbx.act("Redirect", Channel=floor.channel(call), Context=context, Exten=exten, Priority="1")


def withdraw(floor: Floor, what: str, call: Call) -> None:
    """The caller is taken out of queue `what`; the dialplan goes on after Queue()."""
    floor.pbx.act("QueueWithdrawCaller", Queue=what, Caller=floor.channel(call))


def set_script(floor: Floor, what: str, call: Call) -> None:
    """`seat=script` for this caller from now on."""
    seat, _, script = what.partition("=")
    floor.site.farm.set_script(call.placed.caller, seat, script)


def clear_agent(floor: Floor, _what: str, call: Call) -> None:
    """AMI Hangup of the channel of the agent who talks with the caller."""
    caller = floor.watch.caller(call.placed.caller)
    floor.pbx.act("Hangup", Channel=caller.agent_channel)


def wait(_floor: Floor, _what: str, _call: Call) -> None:
    """Nothing: the step is only its trigger."""


def pause(floor: Floor, what: str) -> None:
    """`seat [reason]`: paused in all queues."""
    seat, _, reason = what.partition(" ")
    floor.pbx.act("QueuePause", Interface=f"PJSIP/{seat}", Paused="true", Reason=reason)


def unpause(floor: Floor, what: str) -> None:
    """`seat`: back in all queues."""
    floor.pbx.act("QueuePause", Interface=f"PJSIP/{what}", Paused="false")


def add(floor: Floor, what: str) -> None:
    """`queue seat agent`: the agent sits down there."""
    queue, seat, agent = what.split()
    device = f"PJSIP/{seat}"
    floor.pbx.act("QueueAdd", Queue=queue, Interface=device, MemberName=agent, StateInterface=device)
    floor.agents[int(seat)] = agent


def remove(floor: Floor, what: str) -> None:
    """`queue seat`: the agent there leaves; the seat's usual agent counts again."""
    queue, seat = what.split()
    floor.pbx.act("QueueRemove", Queue=queue, Interface=f"PJSIP/{seat}")
    floor.agents[int(seat)] = floor.site.agents.get(int(seat), "")


def phone(floor: Floor, what: str) -> None:
    """`seat=script`: what this phone does for whoever has no script of his own."""
    seat, _, script = what.partition("=")
    floor.site.farm.set_script("any", seat, script)


def reset(floor: Floor, what: str) -> None:
    """QueueReset of queue `what`."""
    floor.pbx.act("QueueReset", Queue=what)


def cli(floor: Floor, what: str) -> None:
    """One CLI command."""
    floor.pbx.command(what)


def unplug(floor: Floor, what: str) -> None:
    """The phone of seat `what` loses its cable: the PBX still has its contact, nothing answers there."""
    floor.site.darken(int(what))
    wait_device(floor.pbx, f"PJSIP/{what}", 15, ("UNAVAILABLE", "INVALID"))


def plug_in(floor: Floor, what: str) -> None:
    """The phone of seat `what` registers again."""
    floor.site.farm.register(int(what))
    wait_device(floor.pbx, f"PJSIP/{what}", 15)


def agent_at(floor: Floor, what: str) -> None:
    """`seat agent`: from now on this agent sits there (after a sign-in by feature code)."""
    seat, _, agent = what.partition(" ")
    floor.agents[int(seat)] = agent


CALL_DEEDS: dict[str, Callable[[Floor, str, Call], None]] = {
    "redirect": redirect,
    "withdraw": withdraw,
    "set_script": set_script,
    "clear_agent": clear_agent,
    "wait": wait,
}
FLOOR_DEEDS: dict[str, Callable[[Floor, str], None]] = {
    "pause": pause,
    "unpause": unpause,
    "add": add,
    "remove": remove,
    "phone": phone,
    "reset": reset,
    "cli": cli,
    "unplug": unplug,
    "plug_in": plug_in,
    "agent_at": agent_at,
}

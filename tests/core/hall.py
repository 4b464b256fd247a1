"""A PBX with two agents behind a link, and the calls a test sets going there, heard or unheard."""

from gateway.core.site import SECOND
from tests.core.link import Link
from tests.core.pbx import Caller, Channel, Member, Pbx
from tests.core.world import T0


class Hall:
    """A PBX with two agents and the calls a test sets going, heard or unheard."""

    def __init__(self) -> None:
        self.pbx = Pbx(T0 - 60 * SECOND, booted=T0 - 7200 * SECOND)
        self.first = Member("hotline", "PJSIP/8001", "1001")
        self.second = Member("hotline", "PJSIP/8002", "1002")
        self.pbx.members = [self.first, self.second]
        self.link = Link(self.pbx)

    def caller(self, queue: str = "hotline") -> tuple[Channel, Caller]:
        channel = self.pbx.begin("PJSIP/trunk")
        return channel, self.pbx.wait(channel, queue)

    def leg(self, caller: Channel, member: Member) -> Channel:
        return self.pbx.begin(member.interface, caller.uniqueid, application="AppQueue", data="(Outgoing Line)")

    def talking(self) -> tuple[Channel, Channel]:
        caller, _ = self.caller()
        leg = self.leg(caller, self.first)
        self.pbx.answer(caller, leg)
        self.first.status = 2
        return caller, leg

    # -- heard live ------------------------------------------------------------------------------------------------

    def hear_caller(self) -> tuple[Channel, Caller]:
        channel, waiting = self.caller()
        channel.exten = "12345"
        created = self.pbx.created(channel)
        channel.exten = "queue"
        self.link.hear(created, self.pbx.joined(waiting))
        return channel, waiting

    def hear_ring(self, caller: Channel, member: Member) -> Channel:
        leg = self.leg(caller, member)
        self.link.hear(self.pbx.created(leg), self.pbx.ringing(caller, leg, member))
        return leg

    def hear_answer(self, caller: Channel, leg: Channel, member: Member) -> None:
        events = [self.pbx.dial_ended(caller, leg, "ANSWER"), self.pbx.left(caller)]
        self.pbx.answer(caller, leg)
        self.link.hear(*events, self.pbx.connected(caller, leg, member))


def look(hall: Hall) -> None:
    """Up to the moment in which the next check has asked its first lists."""
    asked = len(hall.link.asked)
    while not any(request.action == "QueueStatus" for request in hall.link.asked[asked:]):
        hall.link.wait(0.05)

"""Citizens who call a hotline, told as facts of a feed and written by the product's own writer."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway.core import events as ev
from gateway.core.site import SECOND
from gateway.ledger.address import Address
from gateway.ledger.ledger import Ledger
from gateway.ledger.reader import Reader
from gateway.ledger.sealing import Sealer
from gateway.ledger.writer import Writer
from tests.core.world import SITE, T0, World

SEALER = Sealer(bytes(range(32)), "key")
PBX = "pbx1"


class Town(World):
    """A PBX with one agent, 1001 at seat 01, and citizens by their numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.number = "13900000001"
        self.sign_in("1001", "01", "hotline", "yi", "overflow")

    def channel(self, device: str, linkedid: str = "", exten: str = "", uniqueid: str = "", tail: str = "") -> str:
        self.count += 1
        uniqueid = uniqueid or f"{self.now // SECOND}.{self.count}"
        caller = self.number if device == "PJSIP/trunk" and not linkedid else "8001"
        name = f"{device}-{self.count:08x}{tail}"
        self.apply(ev.ChannelCreated(self.now, uniqueid, name, linkedid or uniqueid, "from", exten, caller))
        return uniqueid

    def lose(self, number: str, queue: str = "hotline", did: str = "12345", wait: float = 20) -> str:
        """He gives up in the queue."""
        self.number = number
        call = self.wait_in(queue, did)
        self.wait(wait)
        self.request(call)
        self.abandon(call, queue)
        self.hang_up(call)
        return call

    def serve(self, number: str, queue: str = "hotline", after: float = 2) -> str:
        """1001 answers him."""
        self.number = number
        call = self.wait_in(queue)
        leg = self.ring(call, "1001", "01", queue)
        self.wait(after)
        self.answer(call, "1001", "01", leg, queue)
        self.wait(30)
        self.end_talk(call, leg)
        return call

    def call_out(self, number: str, answered: bool = True) -> str:
        """1001 calls him."""
        call = self.channel("PJSIP/8001", exten=f"9{number}")
        leg = self.channel("PJSIP/trunk", linkedid=call)
        self.dial(call, leg)
        self.wait(3)
        self.end_dial(call, leg, "ANSWER" if answered else "NOANSWER")
        self.wait(5)
        self.hang_up(leg, call)
        return call

    async def write(self, address: Address, sealer: Sealer | None = SEALER) -> None:
        """Everything that was said until now, by the writer."""
        writer = Writer(address, "here", lambda _: SITE, lambda: self.now, sealer)
        await writer.open()
        assert writer.status.error is None
        for fact in self.facts:
            writer.offer(fact)
        self.facts.clear()
        # Not by its task: that would have to be cancelled, and nothing says from outside when it is between two writes.
        await writer._flush()
        assert writer.status.error is None
        assert writer._engine is not None
        await writer._engine.dispose()


@asynccontextmanager
async def looking(address: Address) -> AsyncIterator[Reader]:
    ledger = Ledger(address)
    try:
        yield Reader(ledger)
    finally:
        await ledger.close()


__all__ = ["PBX", "SEALER", "T0", "Town", "looking"]

"""The same recorded calls with other names: many agents and queues of the same behaviour, and one long list."""

import re
from time import thread_time

from gateway.core.decoding import Decoder
from gateway.core.feed import Feed
from gateway.core.framing import Framer
from gateway.core.site import AgentRule, Line, QueueRule, SeatRule, Site
from tests.bench.ratios import WALL, Ours
from tests.bench.stock import Stock
from tests.bench.streams import BANNER, chop, copy_messages, read_members, read_messages, span_of

TRACE = "plain22-everyday.mask"
PHONES = 9
TURNS = 8
_PHONE = re.compile(rb"PJSIP/800(\d)")
_NUMBER = re.compile(rb"(?<=\r\nMemberName: )100(\d)")
_QUEUE = re.compile(rb"(?<=\r\nQueue: )([\w-]+)")


def rename(message: bytes, group: int, queue: int | None) -> bytes:
    """One message, of the agents of another group and of another queue."""
    message = _PHONE.sub(rb"PJSIP/8%03d\g<1>" % group, message)
    message = _NUMBER.sub(rb"1%03d\g<1>" % group, message)
    return message if queue is None else _QUEUE.sub(rb"\g<1>-%d" % queue, message)


def make_site(groups: int) -> Site:
    phones = [(group, phone) for group in range(groups) for phone in range(1, PHONES + 1)]
    return Site(
        lines=(Line("12345", "12345"),),
        queues=(QueueRule("hotline"),),
        seats=tuple(SeatRule(f"{group}-{phone}", f"PJSIP/8{group:03d}{phone}") for group, phone in phones),
        agents=tuple(AgentRule(f"1{group:03d}{phone}") for group, phone in phones),
    )


def populate(groups: int, queues: int, copies: int) -> list[bytes]:
    """`copies` of the trace, spread over so many groups of nine agents and so many sets of queues."""
    members, messages = read_members(TRACE), read_messages(TRACE)
    span = span_of(messages)
    stream = [rename(member, group, group % queues) for group in range(groups) for member in members]
    for number in range(copies):
        group = number % groups
        copy = copy_messages(messages, number, number * span)
        stream += [rename(message, group, group % queues) for message in copy]
    return stream


class Crowd:
    """So many groups of agents at work on so many sets of queues: its stream, cut into turns, everybody signed in."""

    def __init__(self, groups: int, queues: int, copies: int) -> None:
        stream = populate(groups, queues, copies)
        settled = len(stream) // 4 + groups * 13
        self.events = len(stream) - settled
        self.ours = Ours(make_site(groups))
        for chunk in chop(b"".join(stream[:settled])):
            self.ours.received(chunk)
        chunks = chop(b"".join(stream[settled:]))
        self.turns = _deal(chunks)

    def take_turn(self, number: int) -> float:
        begin = thread_time()
        for chunk in self.turns[number]:
            self.ours.received(chunk)
        return thread_time() - begin


def _deal(chunks: list[bytes]) -> list[list[bytes]]:
    size = -(-len(chunks) // TURNS)
    return [chunks[turn * size : (turn + 1) * size] for turn in range(TURNS)]


def compare_crowds(one: tuple[int, int], other: tuple[int, int], copies: int) -> tuple[float, float]:
    """CPU µs per event of two crowds at work, (groups, sets of queues) each, turn by turn."""
    crowds = [Crowd(*one, copies), Crowd(*other, copies)]
    spent = [0.0, 0.0]
    for turn in range(TURNS):
        for at, crowd in enumerate(crowds):
            spent[at] += crowd.take_turn(turn)
    return spent[0] / crowds[0].events * 1e6, spent[1] / crowds[1].events * 1e6


# -- one long list -------------------------------------------------------------------------------------------------


def list_members(count: int, tag: str) -> bytes:
    """A QueueStatus answer of `count` members in queues of a hundred; a thousand agents serve in turn."""
    items = []
    for number in range(count):
        queue, place = divmod(number, 100)
        agent = (queue * 5 + place) % 1_000
        items.append(
            f"Event: QueueMember\r\nQueue: queue-{queue}\r\nName: {agent}\r\nLocation: PJSIP/{agent}\r\n"
            f"StateInterface: PJSIP/{agent}\r\nMembership: dynamic\r\nPenalty: 0\r\nCallsTaken: 3\r\n"
            f"LastCall: 1795457124\r\nLastPause: 0\r\nLoginTime: 1795457122\r\nInCall: 0\r\nStatus: 1\r\nPaused: 0\r\n"
            f"PausedReason: \r\nWrapuptime: 0\r\nActionID: {tag}\r\n\r\n"
        )
    head = f"Response: Success\r\nActionID: {tag}\r\nEventList: start\r\nMessage: Queue status will follow\r\n\r\n"
    tail = f"Event: QueueStatusComplete\r\nActionID: {tag}\r\nEventList: Complete\r\nListItems: {count}\r\n\r\n"
    return (head + "".join(items) + tail).encode()


def ask_ours(count: int) -> float:
    """Seconds for our core to take in such a list, streamed; its first question was answered before."""
    feed = Feed("bench", Site())
    feed.connected(WALL, 0, "bench")
    feed.received(BANNER, WALL, 0)
    feed.logged_in(WALL, 0)
    while feed.requests[0].action != "QueueStatus":
        request = feed.requests.pop(0)
        refusal = f"Response: Error\r\nActionID: {request.action_id}\r\nMessage: Permission denied\r\n\r\n"
        feed.received(refusal.encode(), WALL, 0)
    chunks = chop(list_members(count, feed.requests[0].action_id))
    begin = thread_time()
    for chunk in chunks:
        feed.received(chunk, WALL, 0)
    spent = thread_time() - begin
    assert sum(len(queue.members) for queue in feed.state.queues.values()) == count
    return spent


def read_ours(count: int) -> float:
    """Seconds from the bytes of such a list to its items, each checked and then let go."""
    framer, decoder = Framer(), Decoder()
    framer.feed(BANNER)
    chunks = chop(list_members(count, "bench"))
    items = 0
    begin = thread_time()
    for chunk in chunks:
        data, end = framer.feed(chunk)
        out: list[object] = []
        decoder.decode(data, 0, end, WALL, out)
        items += len(out)
    spent = thread_time() - begin
    assert items == count + 2
    return spent


def ask_stock(count: int, applied: bool) -> float:
    """The same for stock: its list of messages, and then, when `applied`, our state work on each."""

    class Sink:
        def write(self, data: bytes) -> None:
            assert data.startswith(b"Action: QueueStatus")

        def close(self) -> None:
            return

    stock = Stock(Site())
    stock.protocol.transport = Sink()
    action = stock.ask({"Action": "QueueStatus", "ActionID": "bench"})
    chunks = chop(list_members(count, "bench"))
    begin = thread_time()
    for chunk in chunks:
        stock.received(chunk)
    if applied:
        stock.apply_list(action)
    spent = thread_time() - begin
    assert len(action.future.result()) == count + 2
    return spent

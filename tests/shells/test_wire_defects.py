"""panoramisk's defects (numbers of the table in the performance study), each against a real TCP peer: cured."""

import asyncio

import pytest

from gateway.asterisk import NotConnected
from gateway.asterisk.actions import ActionRefused
from tests.shells.peer import Caller, Ear, connecting, listening, spell_event, until


async def logged_in(caller: Caller) -> None:
    await caller.serve()


async def test_defect_01_a_fault_behind_the_wire_neither_disconnects_nor_loses_bytes() -> None:
    async def script(caller: Caller) -> None:
        await caller.log_in()
        for number in range(10):
            await caller.say(spell_event("Bad" if number == 3 else "Good", f"Number: {number}"))
            await asyncio.sleep(0.005)
        await asyncio.sleep(60)

    ear = Ear(fail_on=b"Event: Bad")
    async with listening(script) as peer, connecting(peer.port, ear) as connection:
        await until(lambda: b"Number: 9" in ear.received_bytes)
        assert [ear.received_bytes.count(b"Number: %d\r\n" % number) for number in range(10)] == [1] * 10
        assert connection.status.connected
        assert connection.tally.sink_faults == 1
        assert len(peer.callers) == 1


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({"Action": "Originate", "Channel": "PJSIP/1"}, "Originate successfully queued"),
        ({"Action": "Atxfer", "Channel": "PJSIP/1", "Exten": "2"}, "Atxfer successfully queued"),
        ({"Action": "Originate", "Channel": "PJSIP/1", "Async": "true"}, "Originate successfully queued"),
        ({"Action": "QueueAdd", "Queue": "hotline", "Interface": "PJSIP/1"}, "Added interface to queue"),
        ({"Action": "QueueStatus"}, "Queue status will follow"),
    ],
    ids=["02-originate", "02-atxfer", "23-async", "04-queue-add", "05-list"],
)
async def test_defects_02_04_05_23_an_action_ends_with_its_response(headers: dict[str, str], message: str) -> None:
    async def script(caller: Caller) -> None:
        await caller.log_in()
        while True:
            action = await caller.action()
            await caller.answer(action, f"Message: {message}")

    async with listening(script) as peer, connecting(peer.port, ear := Ear()) as connection:
        await until(lambda: ("logged_in", "") in ear.heard)
        answer = await connection.ask(headers)
        assert answer["Message"] == message
        assert connection.status.connected


async def test_defect_03_a_second_event_header_wins_nothing() -> None:
    forged = spell_event("UserEvent", "UserEvent: Survey", "Event: Shutdown", "Event: QueueCallerJoin")
    async with listening(logged_in) as peer, connecting(peer.port, ear := Ear()) as connection:
        await until(lambda: connection.status.connected)
        await peer.callers[0].say(forged)
        await until(lambda: forged in ear.received_bytes)
        assert (await connection.ask({"Action": "Ping"})).success
        assert len(peer.callers) == 1


async def test_defect_03_a_second_response_header_wins_nothing() -> None:
    async def script(caller: Caller) -> None:
        await caller.log_in()
        while True:
            await caller.answer(await caller.action(), "Message: yes", "Response: Error", "Message: no")

    async with listening(script) as peer, connecting(peer.port, Ear()) as connection:
        await until(lambda: connection.status.connected)
        answer = await connection.ask({"Action": "Ping"})
        assert answer.success
        assert answer["Message"] == "yes"


async def test_defect_05_an_error_ends_a_list_action() -> None:
    async def script(caller: Caller) -> None:
        await caller.log_in()
        while True:
            await caller.answer(await caller.action(), "Message: Permission denied", response="Error")

    async with listening(script) as peer, connecting(peer.port, Ear()) as connection:
        await until(lambda: connection.status.connected)
        answer = await connection.ask({"Action": "PJSIPShowContacts"})
        assert not answer.success


async def test_defect_06_nothing_is_left_of_actions_that_timed_out_or_were_cancelled() -> None:
    silent = asyncio.Event()

    async def script(caller: Caller) -> None:
        await caller.log_in()
        while True:
            action = await caller.action()
            if not silent.is_set():
                await caller.answer(action)

    async with listening(script) as peer, connecting(peer.port, Ear(), action_s=0.1) as connection:
        await until(lambda: connection.status.connected)
        await until(lambda: len(connection.status.answers) == 2)
        silent.set()
        waiting = [asyncio.create_task(connection.ask({"Action": "Ping"})) for _ in range(50)]
        await asyncio.sleep(0.02)
        for task in waiting[:25]:
            task.cancel()
        results = await asyncio.gather(*waiting, return_exceptions=True)
        assert sum(isinstance(result, TimeoutError) for result in results) == 25
        assert connection._session is not None
        assert connection._session.wire.responses == {}


async def test_defect_06_an_answer_that_comes_late_is_counted_and_forgotten() -> None:
    async def script(caller: Caller) -> None:
        await caller.log_in()
        while True:
            action = await caller.action()
            if action["Action"] == "Ping":
                await asyncio.sleep(0.15)
            await caller.answer(action)

    async with listening(script) as peer, connecting(peer.port, Ear(), action_s=0.1) as connection:
        await until(lambda: len(connection.status.answers) == 2)
        with pytest.raises(TimeoutError):
            await connection.ask({"Action": "Ping"})
        await until(lambda: connection.tally.orphan_responses == 1)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Reason", "break\r\n\r\nAction: Originate"),
        ("Reason", "break\nAction: Originate"),
        ("Reason", "break\rAction: Originate"),
        ("Reason", "break\x00"),
        ("Reason\r\nAction", "Originate"),
        ("Reason: x\nAction", "Originate"),
        ("", "x"),
        ("Reason", "x" * 1100),
        ("Reason", "\ud800"),
        ("ActionID", "abc  "),
        ("ActionID", ""),
        ("Reason", None),
        ("Variable", ["a=1", "b=2\r\nAction: Originate"]),
    ],
)
async def test_defect_07_nothing_that_could_be_read_as_another_action_is_written(name: str, value: object) -> None:
    async with listening(logged_in) as peer, connecting(peer.port, Ear()) as connection:
        await until(lambda: len(connection.status.answers) == 2)
        with pytest.raises(ActionRefused):
            await connection.ask({"Action": "QueuePause", "Interface": "PJSIP/1", name: value})  # type: ignore[dict-item]
        assert (await connection.ask({"Action": "Ping"})).success
        seen = [action["Action"] for action in peer.callers[0].actions]
        assert seen == ["Challenge", "Login", "CoreSettings", "ListCommands", "Ping"]


async def test_defect_08_an_action_without_an_answer_fails_and_is_never_sent_again() -> None:
    async def script(caller: Caller) -> None:
        await caller.log_in()
        while (await caller.action())["Action"] != "Originate":
            pass

    ear = Ear()
    async with listening(script) as peer, connecting(peer.port, ear) as connection:
        await until(lambda: connection.status.connected)
        with pytest.raises(NotConnected):
            await connection.ask({"Action": "Originate", "Channel": "PJSIP/1"})
        await until(lambda: len(peer.callers) == 2 and connection.status.logins == 2)
        await peer.callers[1].say(spell_event("FullyBooted", "Status: Fully Booted"))
        await until(lambda: b"FullyBooted" in ear.received_bytes)
        await asyncio.sleep(0.05)
        assert "Originate" not in [action["Action"] for action in peer.callers[1].actions]


async def test_defects_09_18_19_27_responses_keep_every_byte_that_means_something() -> None:
    block = (
        "Response: Success\r\nActionID: {}\r\nName: Müller 彝语\r\nResult: 50%25\r\nOutput: one line\r\nEmpty: \r\n\r\n"
    )

    async def script(caller: Caller) -> None:
        await caller.log_in()
        while True:
            action = await caller.action()
            for byte in block.format(action["ActionID"]).encode():
                await caller.say(bytes([byte]))
                await asyncio.sleep(0)

    async with listening(script) as peer, connecting(peer.port, Ear()) as connection:
        await until(lambda: connection.status.connected)
        answer = await connection.ask({"Action": "Command", "Command": "core show uptime"})
        assert answer["Name"] == "Müller 彝语"
        assert answer["Result"] == "50%25"
        assert answer["Output"] == ["one line"]
        assert answer["Empty"] == ""

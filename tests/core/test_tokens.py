"""Whose a token is at a moment. Law: what does not surely count does not."""

from typing import Any

import pytest

from gateway.core.access import Principal, Role, TokenKind
from gateway.core.tokens import TokenRow, is_fit_name, judge_token, name_principal

NOW = 1_790_000_000_000_000
ROW = TokenRow("id", "board", b"h", "kiosk", "viewer", ["Hotline"], 1, "me", None, None, None, None)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({}, None),
        ({"queues": None}, None),
        ({"queues": []}, None),
        ({"expires_at": NOW + 1}, None),
        ({"expires_at": NOW}, "expired"),
        ({"expires_at": 0}, "expired"),
        ({"revoked_at": 0}, "revoked"),
        ({"revoked_at": NOW + 10**12}, "revoked"),
        ({"role": "root"}, "not readable"),
        ({"kind": "master"}, "not readable"),
        ({"queues": "hotline"}, "not readable"),
        ({"queues": {"hotline": 1}}, "not readable"),
        ({"queues": [1]}, "not readable"),
        ({"queues": [""]}, "not readable"),
        ({"queues": 0}, "not readable"),
        ({"queues": False}, "not readable"),
    ],
    ids=str,
)
def test_when_a_token_counts(changed: dict[str, Any], why: str | None) -> None:
    row = TokenRow(**{**ROW._asdict(), **changed})
    assert judge_token(row, NOW) == why
    assert (name_principal(row, NOW) is None) == (why is not None)


def test_who_shows_it_is_who_it_says() -> None:
    assert name_principal(ROW, NOW) == Principal("board", Role.VIEWER, frozenset({"hotline"}), "id", TokenKind.KIOSK)


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        *(("board", True), ("大屏 1", True), ("x" * 60, True), ("x" * 61, False), ("", False), (" board", False)),
        *(("a\nb", False), ("a\u202eb", False), ("a  b", False), ("Settings", False), ("loopback", False)),
        *(("stranger", False), ("user root", False), ("User root", False)),
    ],
)
def test_a_name_says_in_the_audit_log_who_it_was(name: str, fits: bool) -> None:
    assert is_fit_name(name) == fits

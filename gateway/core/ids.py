"""Ids from natural keys (law 5): a uuid5 (RFC 9562, 5.5), so the same parts give the same id in every process."""

from hashlib import sha1
from uuid import NAMESPACE_URL, uuid5

NAMESPACE = uuid5(NAMESPACE_URL, "urn:hotline-gateway")
_BASE = sha1(NAMESPACE.bytes, usedforsecurity=False)
_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
"""The two bits that say which kind of UUID it is, over the hash's own."""


def derive_id(*parts: object) -> str:
    """The id of a natural key. Spelt here: `uuid5` costs six times as much, and each visit and ring has one."""
    hashed = _BASE.copy()
    hashed.update("|".join(map(str, parts)).encode())
    text = hashed.hexdigest()
    return f"{text[:8]}-{text[8:12]}-5{text[13:16]}-{_VARIANT[text[16]]}{text[17:20]}-{text[20:32]}"

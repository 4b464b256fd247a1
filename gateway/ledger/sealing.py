"""Callers' numbers at rest: sealed so that only the holder of the key reads them, hashed so that repeat callers show.

Law: the number in clear comes in and goes out of here and stands nowhere else. One file of 32 random bytes is the root;
each use has a key of its own derived from it (HKDF-SHA256, RFC 5869). The same number of the same call gives the same
bytes (law 5, writing twice is harmless): the nonce is an HMAC of both, so it comes again only with the same text, where
that does no harm to AES-GCM. A sealed number opens for its own call alone. An 11-digit number is found from a plain
hash in seconds, so the hash is keyed too; the caller's own spelling is hashed, without marks between the digits.
"""

import hmac
import os
import re
import secrets
import stat
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
NONCE_BYTES = 12
FORMAT = b"\x01"
"""First byte of what is sealed: which way it was done."""
BLOCK = 32
"""Numbers are filled up to whole blocks, so that the length of what is sealed does not tell that of the number."""
NUMBER_MAX = 128
OTHERS = stat.S_IRWXG | stat.S_IRWXO
_MARKS = re.compile(r"[\s().\-/]+")
MAKE = (
    "make one with `head -c 32 /dev/urandom > FILE; chmod 600 FILE`, and keep a copy: without it no number can be read"
)


class Sealed(NamedTuple):
    """One number at rest: columns `caller_sealed`, `caller_hash` and `caller_key` of `calls`."""

    sealed: bytes
    hash: bytes
    key: str


class SealingError(Exception):
    """A number cannot be sealed or opened: what is wrong, where, and what to do. Never says a number or a key."""

    def __init__(self, where: str, problem: str, remedy: str) -> None:
        self.where = where
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{where}: {problem}; {remedy}")


class Sealer:
    """Seals and opens with one key. `where`: what errors name, the key's file. Raises SealingError."""

    def __init__(self, root: bytes, where: str) -> None:
        if len(root) != KEY_BYTES:
            raise SealingError(where, f"the key has {len(root)} bytes, not {KEY_BYTES}", MAKE)
        self.where = where
        self._seal = AESGCM(_derive(root, "seal"))
        self._nonce_key = _derive(root, "nonce")
        self._hash_key = _derive(root, "hash")
        self.key = _derive(root, "name")[:8].hex()
        """The key's name, which tells nothing of it."""

    def seal(self, number: str, call: str, subscriber: str | None = None) -> Sealed | None:
        """The number of this call (its row's id), hashed as `subscriber`, the one spelling of it; None where there is
        no number."""
        number = _clean(number)
        if not number:
            return None
        text = number.encode()
        text += bytes(-len(text) % BLOCK)
        nonce = hmac.digest(self._nonce_key, _bind(call) + text, sha256)[:NONCE_BYTES]
        sealed = FORMAT + nonce + self._seal.encrypt(nonce, text, _bind(call))
        return Sealed(sealed, self.hash(subscriber or number), self.key)

    def hash(self, number: str) -> bytes:
        """What all calls of a number have in common, to count and find them by: 32 bytes."""
        return hmac.digest(self._hash_key, _MARKS.sub("", _clean(number)).encode(), sha256)

    def open(self, sealed: Sealed, call: str) -> str:
        """The number of this call."""
        if sealed.key != self.key:
            problem = f"the number was sealed with key {sealed.key}, and this file is key {self.key}"
            raise SealingError(self.where, problem, "name the file of that key")
        if sealed.sealed[:1] != FORMAT:
            raise SealingError(self.where, "the number was sealed by a later version", "install that version")
        nonce, text = sealed.sealed[1 : 1 + NONCE_BYTES], sealed.sealed[1 + NONCE_BYTES :]
        try:
            return self._seal.decrypt(nonce, text, _bind(call)).rstrip(b"\0").decode()
        except (InvalidTag, ValueError):
            remedy = "restore the row from a backup, and see in the audit log who wrote to it"
            raise SealingError(f"call {call}", "its sealed number was changed", remedy) from None


def load_sealer(path: Path) -> Sealer:
    """The sealer of a key file: 32 bytes, for its owner's eyes alone. Raises SealingError."""
    try:
        # Not O_NOFOLLOW: secrets are often links. O_NONBLOCK: a named pipe must not hold up the start.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise SealingError(str(path), "there is no such key file", f"restore it from its copy, or {MAKE}") from None
    except OSError as error:
        remedy = "let the gateway's user read it: owner of the file, mode 0600"
        raise SealingError(str(path), f"the key file cannot be read: {error.strerror}", remedy) from None
    try:
        _check_file(os.fstat(handle), path)
        return Sealer(_check_key(os.read(handle, KEY_BYTES * 4), path), str(path))
    finally:
        os.close(handle)


def _check_file(seen: os.stat_result, path: Path) -> None:
    if not stat.S_ISREG(seen.st_mode):
        raise SealingError(str(path), "is no file", f"name a file of {KEY_BYTES} bytes")
    if seen.st_mode & OTHERS:
        mode = stat.S_IMODE(seen.st_mode)
        raise SealingError(str(path), f"others may use the key file (mode {mode:04o})", f"chmod 600 {path}")


def _check_key(root: bytes, path: Path) -> bytes:
    if len(root) != KEY_BYTES and re.fullmatch(rb"[0-9A-Za-z+/=_\-]+\s*", root):
        problem = f"the key is written as text of {len(root)} letters, not as {KEY_BYTES} bytes"
        raise SealingError(str(path), problem, f"write its bytes themselves there, or {MAKE}")
    if root and root == root[:1] * len(root):
        raise SealingError(str(path), "the key is one byte over and over", MAKE)
    return root


def make_key_file(path: Path) -> None:
    """A new key, mode 0600, on the disk when this returns. Raises FileExistsError: a key is never written over."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(handle)


def _derive(root: bytes, use: str) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"hotline-gateway caller {use} 1".encode()).derive(root)


def _bind(call: str) -> bytes:
    return b"calls|" + call.encode() + b"|"


def _clean(number: str) -> str:
    """As it can be sealed: a NUL is what blocks are filled up with, and no number is longer than `NUMBER_MAX`."""
    return number.replace("\0", "").encode("utf-8", "replace").decode()[:NUMBER_MAX].strip()

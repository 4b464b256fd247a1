"""Callers' numbers: sealed and opened, the same twice, nothing of them to be seen; changed rows and wrong key files."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.ids import derive_id
from gateway.ledger.sealing import Sealed, Sealer, SealingError, load_sealer, make_key_file

ROOT, OTHER = bytes(range(32)), bytes(range(1, 33))
NUMBER, CALL, NEXT = "13900000001", derive_id("pbx1", "call", "1.1"), derive_id("pbx1", "call", "1.2")
SEALER = Sealer(ROOT, "key")


def sealed(number: str = NUMBER, call: str = CALL, sealer: Sealer = SEALER) -> Sealed:
    found = sealer.seal(number, call)
    assert found is not None
    return found


@given(st.text(max_size=100), st.uuids().map(str))
def test_what_is_sealed_opens(number: str, call: str) -> None:
    found = SEALER.seal(number, call)
    if found is None:
        assert not number.replace("\0", "").strip()
        return
    assert found == SEALER.seal(number, call), "writing twice is harmless"
    assert SEALER.open(found, call) == number.replace("\0", "").encode("utf-8", "replace").decode().strip()


def test_nothing_of_the_number_or_its_length_is_to_be_seen() -> None:
    assert {len(sealed(NUMBER[:length]).sealed) for length in range(1, 12)} == {1 + 12 + 32 + 16}
    assert NUMBER.encode() not in b"".join((sealed().sealed, sealed().hash))
    assert len({sealed(call=call).sealed for call in (CALL, NEXT)}) == 2, "one number looks different in each call"
    assert len({sealed(call=call).sealed[1:13] for call in (CALL, NEXT)}) == 2


def test_repeat_callers_show_by_a_keyed_hash() -> None:
    """Whatever marks stand between the digits; and by no plain hash, nor by one of the file's own bytes."""
    assert sealed().hash == sealed(call=NEXT).hash == SEALER.hash("139-0000 0001")
    assert len({SEALER.hash(number) for number in (NUMBER, "13900000002", "+8613900000001", "")}) == 4
    assert sealed().hash != sealed(sealer=Sealer(OTHER, "other")).hash
    plain = hashes.Hash(hashes.SHA256())
    plain.update(NUMBER.encode())
    assert sealed().hash != plain.finalize()
    by_root = hmac.HMAC(ROOT, hashes.SHA256())
    by_root.update(NUMBER.encode())
    assert sealed().hash != by_root.finalize()


def test_the_bytes_are_those_of_this_version() -> None:
    """What is stored must open for years: derived keys, nonce and filling may not change without another first byte."""
    assert SEALER.key == "714084d5511c6bea"
    assert sealed().hash.hex() == "cd95cc0163b02ed957388548c470dc08b8b948aa44c69eeaf916023027154086"
    assert sealed().sealed.hex() == (
        "018c4965985d619e5055565f649f7e4e09f769df0df2832c813e2eee94cce3d020d37c78b8600ac3e20e7c86e8"
        "af0d9e20591ea820e64f2397adf2c4fd"
    )


def test_no_number_is_no_seal() -> None:
    assert [SEALER.seal(number, CALL) for number in ("", " ", "\0")] == [None, None, None]


def changed(good: Sealed) -> Iterator[Sealed]:
    for place in range(1, len(good.sealed)):
        yield good._replace(sealed=good.sealed[:place] + bytes([good.sealed[place] ^ 1]) + good.sealed[place + 1 :])
    yield from (good._replace(sealed=good.sealed[:length]) for length in range(1, len(good.sealed)))
    yield good._replace(sealed=good.sealed + b"\0")


def test_a_changed_row_is_refused_whatever_was_changed() -> None:
    for wrong in changed(sealed()):
        with pytest.raises(SealingError, match="was changed; restore the row") as caught:
            SEALER.open(wrong, CALL)
        assert NUMBER not in str(caught.value)
    with pytest.raises(SealingError, match=f"{NEXT}: its sealed number was changed"):
        SEALER.open(sealed(), NEXT)
    for unknown in (b"", b"\x02" + sealed().sealed[1:]):
        with pytest.raises(SealingError, match="later version"):
            SEALER.open(sealed()._replace(sealed=unknown), CALL)


def test_a_wrong_key_is_named() -> None:
    other = Sealer(OTHER, "keys/other")
    with pytest.raises(
        SealingError, match=f"keys/other: .* sealed with key {SEALER.key}, and this file is key {other.key}"
    ):
        other.open(sealed(), CALL)
    with pytest.raises(SealingError, match="was changed"):
        other.open(sealed()._replace(key=other.key), CALL)
    with pytest.raises(InvalidTag):
        AESGCM(ROOT).decrypt(sealed().sealed[1:13], sealed().sealed[13:], b"calls|" + CALL.encode() + b"|")


# -- the key file ------------------------------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "callers.key"
    make_key_file(path)
    return path


def test_a_new_key_file_is_for_its_owner_and_is_never_written_over(file: Path, tmp_path: Path) -> None:
    assert (file.stat().st_mode & 0o777, file.stat().st_size) == (0o600, 32)
    before = file.read_bytes()
    with pytest.raises(FileExistsError):
        make_key_file(file)
    assert file.read_bytes() == before
    again, link = load_sealer(file), tmp_path / "link"
    link.symlink_to(file)
    assert again.open(sealed(sealer=load_sealer(link)), CALL) == NUMBER
    make_key_file(tmp_path / "second")
    assert load_sealer(tmp_path / "second").key != again.key


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "the key has 0 bytes, not 32; make one"),
        (bytes(range(31)), "the key has 31 bytes, not 32"),
        (bytes(range(33)), "the key has 33 bytes, not 32"),
        (os.urandom(5000), "the key has 128 bytes, not 32"),
        (b"00" * 32 + b"\n", "written as text of 65 letters"),
        (b"A" * 43 + b"=\n", "written as text of 45 letters"),
        (bytes(32), "one byte over and over"),
    ],
    ids=["empty", "short", "long", "huge", "hex", "base64", "zeros"],
)
def test_a_key_file_that_does_not_fit(file: Path, content: bytes, problem: str) -> None:
    file.write_bytes(content)
    with pytest.raises(SealingError, match=problem) as caught:
        load_sealer(file)
    assert str(file) in str(caught.value)
    assert "/dev/urandom" in caught.value.remedy


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o622, 0o601])
def test_a_key_file_that_others_may_use(file: Path, mode: int) -> None:
    file.chmod(mode)
    with pytest.raises(SealingError, match=rf"others may use the key file \(mode 0{mode:o}\); chmod 600 {file}"):
        load_sealer(file)


def test_no_key_file_and_what_is_none(file: Path, tmp_path: Path) -> None:
    with pytest.raises(SealingError, match="there is no such key file; restore it from its copy"):
        load_sealer(tmp_path / "nowhere")
    with pytest.raises(SealingError, match="cannot be read: Not a directory"):
        load_sealer(file / "key")
    with pytest.raises(SealingError, match="is no file"):
        load_sealer(tmp_path)
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(SealingError, match="is no file"):
        load_sealer(tmp_path / "pipe")

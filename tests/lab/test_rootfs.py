"""The mirror comes from the machine's own apt sources, in both formats."""

import wave
from pathlib import Path

from lab.rootfs import choose_mirror, read_uris, write_quiet

ONE_LINE = """\
# deb http://old.example/debian bookworm main
deb [arch=amd64 signed-by=/usr/share/keyrings/x.gpg] https://vendor.example/apt stable main
deb http://security.example/debian-security bookworm-security main
deb  http://mirror.example/debian bookworm main contrib
deb-src http://source.example/debian bookworm main
"""
DEB822 = """\
Types: deb
# URIs: http://comment.example/debian
URIs: http://security.example/debian-security
Suites: bookworm-security
Components: main

Enabled: no
Types: deb
URIs: http://disabled.example/debian
Suites: bookworm

Types: deb deb-src
URIs: http://mirror.example/debian/
 http://second.example/debian
Suites: bookworm bookworm-updates
Components: main
"""


def test_one_line_format() -> None:
    assert read_uris(ONE_LINE) == [
        "https://vendor.example/apt",
        "http://security.example/debian-security",
        "http://mirror.example/debian",
    ]


def test_deb822_format() -> None:
    assert read_uris(DEB822) == [
        "http://security.example/debian-security",
        "http://mirror.example/debian/",
        "http://second.example/debian",
    ]


def test_the_archive_is_neither_security_nor_a_vendor() -> None:
    assert choose_mirror(read_uris(ONE_LINE)) == "http://mirror.example/debian"
    assert choose_mirror(read_uris(DEB822)) == "http://mirror.example/debian/"
    assert choose_mirror(["https://vendor.example/apt"]) is None


def test_music_on_hold_is_silence(tmp_path: Path) -> None:
    write_quiet(tmp_path / "quiet.wav")
    with wave.open(str(tmp_path / "quiet.wav"), "rb") as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getnframes()) == (8000, 1, 80_000)
        assert set(sound.readframes(80_000)) == {0}

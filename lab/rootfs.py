"""Root file systems with a real Asterisk, built once by mmdebstrap and kept in the user's cache.

Law: a root file system is complete or absent. It is built beside its place and renamed, under a lock, so an interrupted
build leaves nothing half. The mirror is the one this machine's own apt uses.
"""

import os
import re
import shutil
import subprocess
import sys
import wave
from collections.abc import Iterable
from pathlib import Path

from lab.place import cache_folder, locked

SUITES = {"22": "forky", "16": "bullseye"}
PACKAGES = "asterisk,asterisk-core-sounds-en-gsm"
APT_SOURCES = Path("/etc/apt")


class NoRootfsError(RuntimeError):
    """A root file system could not be built; the text says what is missing."""


def ensure(version: str) -> Path:
    """The root file system of Asterisk `version` ("22" or "16"), built when missing. Raises NoRootfsError."""
    target = cache_folder() / f"asterisk-{version}"
    with locked(cache_folder() / f"asterisk-{version}.lock"):
        if not target.exists():
            build(version, target)
        furnish(target)
    return target


def build(version: str, target: Path) -> None:
    """Build beside `target`, then rename: about 40 s and 350 MB."""
    if os.geteuid() != 0:
        raise NoRootfsError("building and starting the lab's Asterisk needs root (mmdebstrap --mode=root, chroot)")
    tool = find_mmdebstrap()
    half = target.with_name(target.name + ".half")
    shutil.rmtree(half, ignore_errors=True)
    say(f"building Asterisk {version} ({SUITES[version]}) in {target}")
    command = [tool, "--variant=apt", "--mode=root", "--quiet", '--aptopt=Acquire::Check-Valid-Until "false"']
    subprocess.run([*command, f"--include={PACKAGES}", SUITES[version], str(half), find_mirror()], check=True)
    half.rename(target)


def say(text: str) -> None:
    """To stderr: building takes a while."""
    print(text, file=sys.stderr, flush=True)


def find_mmdebstrap() -> str:
    """Path of mmdebstrap, installed by apt when missing."""
    found = shutil.which("mmdebstrap")
    if found:
        return found
    if not shutil.which("apt-get"):
        raise NoRootfsError("mmdebstrap is missing and this machine has no apt-get to install it")
    say("installing mmdebstrap")
    subprocess.run(["apt-get", "update", "-qq"], check=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "mmdebstrap"], check=True, env=quiet)
    return "/usr/bin/mmdebstrap"


def find_mirror() -> str:
    """The Debian archive named in this machine's apt sources. Raises NoRootfsError when there is none."""
    folder = APT_SOURCES / "sources.list.d"
    files = [APT_SOURCES / "sources.list", *sorted(folder.glob("*.list")), *sorted(folder.glob("*.sources"))]
    texts = (path.read_text(errors="replace") for path in files if path.exists())
    mirror = choose_mirror(uri for text in texts for uri in read_uris(text))
    if mirror is None:
        raise NoRootfsError(f"no Debian archive in the apt sources under {APT_SOURCES}")
    return mirror


def read_uris(text: str) -> list[str]:
    """Archive addresses of one sources file, one-line or deb822 format."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    one_line = re.compile(r"^\s*deb\s+(?:\[[^]]*\]\s*)?(\S+)\s+\S+")
    found = [match[1] for line in lines if (match := one_line.match(line))]
    for block in re.split(r"\n\s*\n", "\n".join(lines)):
        if re.search(r"^Types:.*\bdeb\b", block, re.MULTILINE | re.IGNORECASE) and not re.search(
            r"^Enabled:\s*no", block, re.MULTILINE | re.IGNORECASE
        ):
            found += [
                uri
                for row in re.findall(r"^URIs:(.*(?:\n[ \t].*)*)", block, re.MULTILINE | re.IGNORECASE)
                for uri in row.split()
            ]
    return found


def choose_mirror(uris: Iterable[str]) -> str | None:
    """The first archive that holds all suites: path `.../debian`, not security nor another vendor's."""
    for uri in uris:
        if re.search(r"/debian/?$", uri):
            return uri
    return None


def furnish(root: Path) -> None:
    """Music on hold (the packages bring none) and the folder of the instances."""
    (root / "srv/lab").mkdir(parents=True, exist_ok=True)
    for folder in ("usr/share/asterisk/moh", "var/lib/asterisk/moh"):
        (root / folder).mkdir(parents=True, exist_ok=True)
        sound = root / folder / "quiet.wav"
        if not sound.exists():
            write_quiet(sound)


def write_quiet(path: Path) -> None:
    """Ten seconds of silence, 8 kHz mono."""
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(2 * 8000 * 10))


def find_modules(root: Path) -> str:
    """Asterisk's module folder as seen from inside `root`; Debian moved it between 16 and 22."""
    for path in (*root.glob("usr/lib/asterisk/modules"), *root.glob("usr/lib/*/asterisk/modules")):
        return "/" + str(path.relative_to(root))
    raise NoRootfsError(f"no Asterisk modules in {root}")

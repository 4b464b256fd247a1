"""Where a site lives: its addresses on loopback and its folders.

Law: everything of one site follows from its number and its name. Each site has loopback addresses of its own (Linux
answers on all of 127/8), so the ports stay the usual ones and any number of sites stands side by side.
"""

import fcntl
import json
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

FIRST_NUMBER = 11  # 127.0.0.x and 127.0.1.1 are used by hosts themselves
LAST_NUMBER = 250
AMI_PORT = 5038
SIP_PORT = 5060
HTTP_PORT = 8088


class NoPlaceError(RuntimeError):
    """Every site number is taken."""


@dataclass(frozen=True)
class Place:
    """The addresses of one site."""

    name: str
    number: int

    @property
    def pbx_host(self) -> str:
        return f"127.0.{self.number}.1"

    @property
    def trunk_host(self) -> str:
        return f"127.0.{self.number}.2"

    @property
    def seats_host(self) -> str:
        return f"127.0.{self.number}.3"

    @property
    def hostile_host(self) -> str:
        """Address of the raw SIP callers: the PBX takes it for trunk, too."""
        return f"127.0.{self.number}.4"

    @property
    def dark_host(self) -> str:
        """Where contacts of unplugged phones point to: nobody answers."""
        return f"127.0.{self.number}.5"


def cache_folder() -> Path:
    """The folder outside the checkout where root file systems and claims live."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    folder = Path(base) / "hotline-gateway"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on `path` between processes."""
    with path.open("a") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def is_alive(pid: int) -> bool:
    """True while any thread of the process runs; a zombie does not."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
    except OSError:
        return False
    # the first thread may be a zombie, or another gone while we look, while the rest still hold sockets
    return any(map(does_run, tasks))


def does_run(task: Path) -> bool:
    """Whether one thread, by its folder in /proc, is neither gone nor a zombie."""
    try:
        state = (task / "stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


@dataclass
class Claim:
    """Who uses a place. `owner` is the process that started the site; `stays` when the site outlives it."""

    place: Place
    version: str
    plain: bool
    owner: int
    stays: bool
    pids: list[int]

    @property
    def path(self) -> Path:
        return claims_folder() / f"{self.place.number}.json"

    def write(self) -> None:
        record = {**asdict(self), "place": self.place.name}
        half = self.path.with_suffix(".half")
        half.write_text(json.dumps(record))
        half.rename(self.path)

    def is_stale(self) -> bool:
        """Its owner died without stopping the site, or nothing of it runs any more."""
        if self.stays:
            return not any(map(is_asterisk, self.pids))
        return not is_alive(self.owner)

    def sweep(self) -> None:
        """End what a dead owner left running, and give the place back."""
        for pid in filter(is_asterisk, self.pids):
            os.kill(pid, signal.SIGKILL)
        self.path.unlink(missing_ok=True)


def is_unbound(number: int) -> bool:
    """True when nobody listens at the place: another user's or another root file system's lab has claims of its own."""
    place = Place("", number)
    try:
        for host in (place.pbx_host, place.trunk_host):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
                udp.bind((host, SIP_PORT))
            with socket.create_server((host, AMI_PORT)):
                pass
    except OSError:
        return False
    return True


def is_asterisk(pid: int) -> bool:
    """True when `pid` runs and is an instance of the lab (pids are reused by the system)."""
    try:
        return b"/srv/lab/" in Path(f"/proc/{pid}/cmdline").read_bytes() and is_alive(pid)
    except OSError:
        return False


def claims_folder() -> Path:
    """Where claims are kept."""
    folder = cache_folder() / "sites"
    folder.mkdir(exist_ok=True)
    return folder


def read_claim(path: Path) -> Claim:
    """One claim from its file."""
    record = json.loads(path.read_text())
    return Claim(**{**record, "place": Place(record["place"], int(path.stem))})


def all_claims() -> list[Claim]:
    """Claims of this machine by number."""
    return [read_claim(path) for path in sorted(claims_folder().glob("*.json"))]


def find_claim(name: str) -> Claim | None:
    """The claim of a site by its name, or None."""
    return next((claim for claim in all_claims() if claim.place.name == name), None)


def claim(name: str, version: str, plain: bool) -> Claim:
    """Take the first free place for `name`. Raises NoPlaceError; a name that runs already is an error too."""
    with locked(claims_folder() / "lock"):
        for old in all_claims():
            if old.is_stale():
                old.sweep()
            elif old.place.name == name:
                raise NoPlaceError(f"site {name} runs already, owned by process {old.owner}")
        taken = {old.place.number for old in all_claims()}
        for number in range(FIRST_NUMBER, LAST_NUMBER):
            if number not in taken and is_unbound(number):
                fresh = Claim(Place(name, number), version, plain, os.getpid(), False, [])
                fresh.write()
                return fresh
    raise NoPlaceError(f"all {LAST_NUMBER - FIRST_NUMBER} sites are taken; see {claims_folder()}")

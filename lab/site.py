"""One PBX under test with its call farm: what tests and `python -m lab` start and stop.

Law: a site is complete (PBX up, farm up, nine phones registered) when `start` returns, and gone when `stop` returns.
"""

import itertools
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from lab import local, sip
from lab.ami import Ami
from lab.farm import Farm
from lab.instance import Instance
from lab.place import AMI_PORT, SIP_PORT, Claim, Place, claim, find_claim
from lab.realtime import Realtime
from lab.rootfs import ensure

HERE = Path(__file__).parent
DIALPLANS = HERE.parent / "dialplans"
FARM_VERSION = "22"
_names = itertools.count(1)


class NoSiteError(LookupError):
    """No site of that name runs."""


@dataclass(frozen=True)
class Account:
    """An AMI account."""

    host: str
    port: int
    user: str
    secret: str


class Site:
    """A PBX, its farm, their addresses. `with Site(22) as site:` starts and stops it.

    version: "22" or "16". plain: lab/plain instead of dialplans/. systemname: Asterisk's, prefixes Uniqueids.
    keep: leave folders and logs when stopped. realtime: the table that queue_log goes into as well. Several sites run
    side by side under different names.
    """

    def __init__(
        self,
        version: int | str = 22,
        name: str = "",
        plain: bool = False,
        systemname: str = "",
        keep: bool = False,
        realtime: Realtime | None = None,
    ) -> None:
        self.version = str(version)
        self.name = name or f"lab-{os.getpid()}-{next(_names)}"
        self.plain = plain
        self.systemname = systemname
        self.keep = keep
        self.realtime = realtime
        self._claim: Claim | None = None
        self._farm: Farm | None = None
        # who sits where when the site has just started: static members in the plain variant, nobody in the other
        self.agents: dict[int, str] = {seat: str(seat - 7000) for seat in local.SEATS} if plain else {}

    @classmethod
    def attach(cls, name: str) -> "Site":
        """A site started by another process. Raises NoSiteError."""
        found = find_claim(name)
        if found is None:
            raise NoSiteError(f"no site {name}")
        site = cls(found.version, name, found.plain)
        site._take(found)
        return site

    def _take(self, taken: Claim) -> None:
        self._claim = taken
        place = taken.place
        self.pbx = self._instance(self.version, f"{self.name}-pbx", place.pbx_host, "lab", self.systemname)
        self.farm_pbx = self._instance(FARM_VERSION, f"{self.name}-farm", place.trunk_host, "farm", "")

    def _instance(self, version: str, name: str, host: str, user: str, systemname: str) -> Instance:
        return Instance(ensure(version), name, host, user, local.secret(user), systemname)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def place(self) -> Place:
        """The addresses. Raises NoSiteError before start and after stop."""
        if self._claim is None:
            raise NoSiteError(f"site {self.name} does not run")
        return self._claim.place

    @property
    def ami(self) -> Account:
        """The all-powerful account of the lab."""
        return self.account("lab")

    def account(self, user: str) -> Account:
        """Account `reader`, `controller` or `lab`."""
        return Account(self.place.pbx_host, AMI_PORT, user, local.secret(user))

    @property
    def queue_log(self) -> Path:
        return self.pbx.queue_log

    @property
    def placed(self) -> Path:
        """The farm's record: one JSON line per call."""
        return self.farm_pbx.folder / "placed.jsonl"

    @property
    def farm(self) -> Farm:
        """The call farm; started with the site."""
        if self._farm is None:
            self._farm = Farm(self.place, self.farm_pbx.login(), self.placed)
        return self._farm

    def start(self) -> None:
        """PBX and farm up, phones registered: about 2 s. Raises what place, rootfs and instance raise."""
        self._take(claim(self.name, self.version, self.plain))
        try:
            self._prepare()
            self.pbx.start()
            self.farm_pbx.start()
            self.note()
            self.wait_registered()
        except BaseException:
            self.stop()
            raise

    def note(self, stays: bool | None = None) -> None:
        """Write down the processes of the site; `stays`: it shall outlive this process."""
        if self._claim is None:
            raise NoSiteError(f"site {self.name} does not run")
        self._claim.pids = [pid for pid in (self.pbx.pid, self.farm_pbx.pid) if pid]
        self._claim.stays = self._claim.stays if stays is None else stays
        self._claim.write()

    def _prepare(self) -> None:
        self.pbx.prepare()
        source = HERE / "plain" if self.plain else DIALPLANS
        shutil.copytree(source, self.pbx.etc, dirs_exist_ok=True)
        local.write(self.pbx.etc, local.pbx_files(self.place))
        if not self.plain:
            local.write(self.pbx.etc, local.hotline_files())
        if self.realtime is not None:
            self.realtime.write(self.pbx.etc)
        self.farm_pbx.prepare()
        shutil.copytree(HERE / "farm/etc", self.farm_pbx.etc, dirs_exist_ok=True)
        local.write(self.farm_pbx.etc, local.farm_files(self.place))

    def wait_registered(self, timeout: float = 20) -> None:
        """Wait until all nine phones are reachable for the PBX."""
        with self.login() as ami:
            for seat in local.SEATS:
                wait_device(ami, f"PJSIP/{seat}", timeout)

    def login(self, events: str = "on") -> Ami:
        """A new AMI session at the PBX as `lab`."""
        return self.pbx.login(events)

    def darken(self, seat: int) -> None:
        """Pull the cable of a seat's phone: its contact stays, nothing answers there any more."""
        sip.register_dark(self.place.dark_host, self.place.pbx_host, SIP_PORT, str(seat), local.secret(str(seat)))

    def kill(self) -> None:
        """The PBX dies as in a crash."""
        self.pbx.kill()

    def restart(self) -> None:
        """PBX up (again); phones registered again."""
        self.pbx.stop()
        self.pbx.start()
        self.note()
        self.farm.register_all()
        self.wait_registered()

    def stop(self) -> None:
        """Both processes ended, folders gone unless `keep`."""
        if self._farm is not None:
            self._farm.close()
            self._farm = None
        if self._claim is None:
            return
        self.farm_pbx.stop()
        self.pbx.stop()
        if not self.keep:
            self.farm_pbx.remove()
            self.pbx.remove()
        self._claim.path.unlink(missing_ok=True)
        self._claim = None


def wait_device(ami: Ami, device: str, timeout: float, states: tuple[str, ...] = ("NOT_INUSE",)) -> None:
    """Wait until `device` is in one of `states`. Raises NotSeenError."""
    mark = ami.mark()
    for item in ami.items("DeviceStateList"):
        if item.get("Device") == device and item.get("State") in states:
            return
    ami.wait(
        f"{device} in {states}",
        lambda e: e["Event"] == "DeviceStateChange" and e.get("Device") == device and e.get("State") in states,
        timeout,
        mark,
    )

"""One Asterisk process: its folder inside a root file system, start, stop, kill.

Law: an instance is one child process in a session of its own, known by its pid and its own configuration path; it is
ready when its AMI answers a login, not before.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from lab.ami import Ami, ClosedError
from lab.place import AMI_PORT, is_alive
from lab.rootfs import find_modules

FOLDERS = ("etc", "lib", "db", "keys", "log", "run", "spool", "cache")


class NotReadyError(RuntimeError):
    """Asterisk did not come up; the text holds the end of its console."""


@dataclass
class Instance:
    """An Asterisk with its own directories under /srv/lab/NAME of `root`."""

    root: Path
    name: str
    host: str
    user: str
    secret: str
    systemname: str = ""
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def folder(self) -> Path:
        return self.root / "srv/lab" / self.name

    @property
    def etc(self) -> Path:
        return self.folder / "etc"

    @property
    def queue_log(self) -> Path:
        return self.folder / "log/queue_log"

    @property
    def pidfile(self) -> Path:
        return self.folder / "pid"

    @property
    def conf(self) -> str:
        """The configuration path as Asterisk sees it from inside the root."""
        return f"/srv/lab/{self.name}/etc/asterisk.conf"

    @property
    def pid(self) -> int | None:
        """The process id while this very instance runs."""
        try:
            pid = int(self.pidfile.read_text())
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (OSError, ValueError):
            return None
        return pid if self.conf.encode() in words and is_alive(pid) else None

    def prepare(self) -> None:
        """Fresh folders and asterisk.conf; what was there before goes."""
        shutil.rmtree(self.folder, ignore_errors=True)
        for name in FOLDERS:
            (self.folder / name).mkdir(parents=True)
        (self.etc / "local").mkdir()
        (self.etc / "asterisk.conf").write_text(self.asterisk_conf())

    def asterisk_conf(self) -> str:
        base = f"/srv/lab/{self.name}"
        rows = {
            "astetcdir": f"{base}/etc",
            "astmoddir": find_modules(self.root),
            "astvarlibdir": f"{base}/lib",
            "astdbdir": f"{base}/db",
            "astkeydir": f"{base}/keys",
            "astdatadir": "/usr/share/asterisk",
            "astagidir": "/usr/share/asterisk/agi-bin",
            "astspooldir": f"{base}/spool",
            "astrundir": f"{base}/run",
            "astlogdir": f"{base}/log",
            "astcachedir": f"{base}/cache",
        }
        options = ["[options]", "documentation_language = en_US"]
        if self.systemname:
            options.append(f"systemname = {self.systemname}")
        return "\n".join(["[directories]", *(f"{k} => {v}" for k, v in rows.items()), *options, ""])

    def start(self, timeout: float = 30) -> None:
        """Start and wait until AMI answers a login. Raises NotReadyError."""
        console = (self.folder / "console.log").open("ab")
        command = ["chroot", str(self.root), "asterisk", "-C", self.conf, "-f", "-n"]
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=console, stderr=console, start_new_session=True
        )
        console.close()
        self.pidfile.write_text(str(self.process.pid))
        self.wait_ready(timeout)

    def wait_ready(self, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if self.process is not None and self.process.poll() is not None:
                break
            try:
                with self.login() as ami:
                    ami.wait("FullyBooted", lambda e: e["Event"] == "FullyBooted", deadline - time.monotonic())
                    return
            except (OSError, ClosedError):
                time.sleep(0.1)
        raise NotReadyError(f"{self.name}: {self.last_words()}")

    def last_words(self) -> str:
        return (self.folder / "console.log").read_text(errors="replace")[-2000:]

    def login(self, events: str = "on") -> Ami:
        """A new AMI session of this instance's own account."""
        return Ami(self.host, AMI_PORT, self.user, self.secret, events)

    def stop(self, timeout: float = 10) -> None:
        """End by SIGTERM, then SIGKILL after `timeout` seconds."""
        self._end(signal.SIGTERM, timeout)
        self._end(signal.SIGKILL, 5)

    def kill(self) -> None:
        """End as a crash does: SIGKILL, no goodbye."""
        self._end(signal.SIGKILL, 5)

    def _end(self, sign: signal.Signals, timeout: float) -> None:
        pid = self.pid
        if pid is None:
            self._reap()
            return
        os.kill(pid, sign)
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline and is_alive(pid):
            time.sleep(0.02)
        self._reap()

    def _reap(self) -> None:
        """Take the exit status of a child that has ended; until then it is a zombie."""
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(0.5)
            self.process = None

    def remove(self) -> None:
        """Delete the instance's folder; it must not run."""
        shutil.rmtree(self.folder, ignore_errors=True)

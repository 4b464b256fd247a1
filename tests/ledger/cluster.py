"""A PostgreSQL server of the test session's own: a cluster in a temporary folder, on a unix socket, gone afterwards.

Law: never another cluster of this machine. It runs as a user who is not root, and dies with the process that began it.
`HOTLINE_TEST_DATABASE_URL` names a server to use instead; its user must be allowed to create databases.
"""

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import URL, make_url

VARIABLE = "HOTLINE_TEST_DATABASE_URL"
NAMED = os.environ.get(VARIABLE)
"""Read when the tests are collected: every test begins with an environment that names nothing of ours."""
PASSWORD = "of the tests alone"
SPEED = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=40", "shared_buffers=64MB")
"""What makes a server of tests quick; it need not survive a power cut."""


class NoPostgresError(Exception):
    """No server can be had here; the text says what is missing."""


@dataclass
class Server:
    """A running server, and the databases made on it."""

    url: URL
    made: list[str] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)

    def create(self, template: str = "template0") -> URL:
        """A new database, as a copy of another."""
        name = f"hotline_test_{os.getpid()}_{next(self.numbers)}"
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        self.made.append(name)
        return self.url.set(database=name)

    def drop(self, url: URL) -> None:
        self.execute(f'DROP DATABASE "{url.database}" WITH (FORCE)')
        self.made.remove(str(url.database))

    def execute(self, statement: str, url: URL | None = None) -> str:
        """One statement outside any transaction and engine under test; in a thread, for a loop may be running."""
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, self.say(statement, url)).result()

    async def say(self, statement: str, url: URL | None = None) -> str:
        plain = (url or self.url).set(drivername="postgresql").render_as_string(hide_password=False)
        connection = await asyncpg.connect(plain)
        try:
            return str(await connection.execute(statement))
        finally:
            await connection.close()


@contextmanager
def open_server_or_skip(*, quick: bool = True) -> Iterator[Server]:
    """As `open_server`; without a server the test is skipped with the reason, which CI counts as failed."""
    try:
        with open_server(quick=quick) as server:
            yield server
    except NoPostgresError as error:
        pytest.skip(str(error))


@contextmanager
def open_server(*, quick: bool = True) -> Iterator[Server]:
    """The server to test on; not `quick` where its speed is what matters. Raises NoPostgresError."""
    if NAMED:
        with _cleared(Server(make_url(NAMED).set(drivername="postgresql+asyncpg"))) as server:
            yield server
        return
    with open_cluster(SPEED if quick else ()) as cluster:
        yield cluster.server


@contextmanager
def _cleared(server: Server) -> Iterator[Server]:
    yield server
    for name in list(server.made):
        server.drop(server.url.set(database=name))


class Cluster:
    """A server of our own that can be stopped and started again; `settings` as on its command line.

    With a `port` it also listens on 127.0.0.1, for those who have another root file system.
    """

    def __init__(self, folder: Path, settings: Sequence[str], port: int | None = None) -> None:
        listens = ("listen_addresses=",) if port is None else ("listen_addresses=127.0.0.1", f"port={port}")
        self.port = port
        self._folder, self._settings = folder, (*listens, *settings)
        self._programs, self._user = find_programs(), find_user()
        query = {"host": str(folder)} | ({"port": str(port)} if port is not None else {})
        self.server = Server(URL.create("postgresql+asyncpg", "hotline", PASSWORD, database="postgres", query=query))
        self._process: subprocess.Popen[bytes]

    def prepare(self) -> None:
        """Its files. Raises NoPostgresError."""
        if self._user is not None:
            os.chown(self._folder, self._user.pw_uid, self._user.pw_gid)
        _initialize(self._folder, self._programs, self._user)

    def start(self) -> None:
        """Until it answers. Raises NoPostgresError."""
        command: list[str | Path] = [self._programs / "postgres", "-D", self._folder / "data", "-k", self._folder]
        command += [part for setting in self._settings for part in ("-c", setting)]
        with (self._folder / "log").open("ab") as log:
            command = list(_as(self._user, command, dies_with_us=True))
            self._process = subprocess.Popen(command, cwd=self._folder, stdout=log, stderr=log)
        _wait(self.server, self._process, self._folder / "log")

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """INT breaks sessions off and writes everything out; QUIT is as a crash."""
        self._process.send_signal(how)
        self._process.wait(30)


@contextmanager
def open_cluster(settings: Sequence[str] = (), port: int | None = None) -> Iterator[Cluster]:
    """A running cluster; gone afterwards. Raises NoPostgresError."""
    with tempfile.TemporaryDirectory(prefix="hotline-pg-") as name:
        cluster = Cluster(Path(name), settings, port)
        cluster.prepare()
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()


def _initialize(folder: Path, programs: Path, user: pwd.struct_passwd | None) -> None:
    secret = folder / "password"
    secret.write_text(PASSWORD)
    secret.chmod(0o644)
    command: list[str | Path] = [
        programs / "initdb",
        "-D",
        folder / "data",
        "--username=hotline",
        "--auth=scram-sha-256",
    ]
    command += [f"--pwfile={secret}", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    done = subprocess.run(_as(user, command), check=False, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise NoPostgresError(f"initdb failed: {done.stderr.strip()[-400:]}")


def _wait(server: Server, process: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            server.execute("SELECT 1")
        except (OSError, asyncpg.CannotConnectNowError):
            time.sleep(0.05)
        else:
            return
    raise NoPostgresError(f"the server did not start: {log.read_text()[-400:]}")


def _as(user: pwd.struct_passwd | None, command: list[str | Path], *, dies_with_us: bool = False) -> list[str]:
    """The command as the user, or as we are; `dies_with_us`: ended when the test run is."""
    before = [] if user is None else [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    if dies_with_us:
        before.append("--pdeathsig=QUIT")
    return [*(["setpriv", *before] if before else []), *map(str, command)]


def find_programs() -> Path:
    """The folder of initdb and postgres: Debian keeps them apart by version, the newest last."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = str(debian[-1]) if debian else shutil.which("initdb")
    if found is None or not shutil.which("setpriv"):
        raise NoPostgresError(f"no PostgreSQL here: as root apt-get install postgresql, or name a server by {VARIABLE}")
    return Path(found).resolve().parent


def find_user() -> pwd.struct_passwd | None:
    """Who the server runs as where we are root, which it refuses; else None: ourselves."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


if __name__ == "__main__":
    with open_server() as own:
        print(own.url.render_as_string(hide_password=False), flush=True)
        sys.stdin.read()

"""`./do demo`: PBX, farm, gateway and a trickle of calls on this machine, until Ctrl-C.

Law: it stops all that it started, in reverse order, and leaves nothing behind but the cached root file system. The
gateway runs as its own process with the shipped settings; only address, secret and folders are the lab's.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from lab.place import NoPlaceError
from lab.rootfs import NoRootfsError
from lab.site import NoSiteError, Site
from lab.trickle import Trickle

CONFIG = Path(__file__).parents[1] / "config"
READY_SECONDS = 30.0
STOP_SECONDS = 10.0


class DemoError(RuntimeError):
    """The demo cannot go on; the text says why."""


def say(text: str) -> None:
    """One line with the time."""
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit codes: 0 stopped by Ctrl-C, 1 something ended by itself, 69 nothing to build or start a PBX with."""
    options = parse(arguments)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        with ExitStack() as parts:
            play(options, parts, stop)
            say("stopping: calls, gateway, PBX")
    except DemoError as error:
        say(str(error))
        return 1
    except (NoSiteError, NoPlaceError, NoRootfsError) as error:
        say(str(error))
        return os.EX_UNAVAILABLE
    say("stopped")
    return 0


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The arguments."""
    parser = argparse.ArgumentParser(prog="./do demo", description="PBX, farm, gateway and calls, until Ctrl-C.")
    parser.add_argument("--port", type=int, default=8780, help="of the gateway (default %(default)s)")
    parser.add_argument("--per-minute", type=float, default=20, help="calls (default %(default)s)")
    parser.add_argument("--asterisk", default="22", choices=("22", "16"))
    parser.add_argument("--name", default="demo", help="of the site; another name runs beside (default %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args(arguments)


def play(options: argparse.Namespace, parts: ExitStack, stop: threading.Event) -> None:
    """Start all, tell where it is, show what the gateway sees until `stop`."""
    say(
        f"starting Asterisk {options.asterisk} and the call farm (the first time a root file system is built: a minute)"
    )
    site = parts.enter_context(Site(options.asterisk, options.name))
    base = f"http://127.0.0.1:{options.port}"
    gateway = parts.enter_context(run_gateway(site, options.port))
    wait_ready(base, gateway, stop)
    announce(site, base)
    trickle = Trickle(site, random.Random(options.seed), options.per_minute)
    parts.callback(trickle.stop, 1)
    parts.callback(hush_threads)
    trickle.start()
    while not stop.wait(5):
        if gateway.poll() is not None:
            raise DemoError(f"the gateway ended by itself with code {gateway.returncode}")
        say(summarize(base))


def hush_threads() -> None:
    """The stop cuts calls off; that their threads then find no PBX is no news."""
    threading.excepthook = lambda _: None


@contextmanager
def run_gateway(site: Site, port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """The gateway as a user would run it, with settings and state in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="hotline-demo-") as folder:
        config = write_settings(site, Path(folder))
        own = {
            "HOTLINE_PBX__MAIN__HOST": site.place.pbx_host,
            "HOTLINE_HTTP__PORT": str(port),
            "HOTLINE_HTTP__LOOPBACK_ROLE": "supervisor",
            "HOTLINE_STATE__FOLDER": f"{folder}/state",
            "HOTLINE_PBX__MAIN__QUEUE_LOG": str(site.queue_log),
            "HOTLINE_PRIVACY__KEY_FILE": str(make_key(Path(folder) / "state")),
            "HOTLINE_LOG__LEVEL": "warning",
        }
        kept = {name: text for name, text in os.environ.items() if not name.upper().startswith("HOTLINE_")}
        command = [sys.executable, "-m", "gateway", "run", "--config", str(config)]
        # A session of its own: Ctrl-C reaches the demo alone, which then stops all in order.
        process = subprocess.Popen(command, env=kept | own, start_new_session=True)
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def write_settings(site: Site, folder: Path) -> Path:
    """The shipped settings beside the secret of the lab's PBX."""
    for name in ("gateway.toml", "lines.toml"):
        shutil.copy(CONFIG / name, folder)
    secret = folder / "secrets" / "pbx-main"
    secret.parent.mkdir(mode=0o700)
    secret.touch(mode=0o600)
    secret.write_text(site.account("reader").secret)
    return folder / "gateway.toml"


def make_key(state: Path) -> Path:
    """The key that seals callers' numbers, of this demo alone: without one nobody could be told to call back."""
    state.mkdir(mode=0o700)
    key = state / "callers.key"
    key.touch(mode=0o600)
    key.write_bytes(os.urandom(32))
    return key


def wait_ready(base: str, gateway: "subprocess.Popen[bytes]", stop: threading.Event) -> None:
    """Until the gateway serves live state. Raises DemoError."""
    end = time.monotonic() + READY_SECONDS
    while not stop.wait(0.1):
        if gateway.poll() is not None:
            advice = f": {base} is taken, try --port" if gateway.returncode == os.EX_TEMPFAIL else ""
            raise DemoError(f"the gateway did not start (code {gateway.returncode}){advice}")
        try:
            read(f"{base}/readyz")
        except OSError as error:
            if time.monotonic() > end:
                raise DemoError(f"the gateway is not ready after {READY_SECONDS:.0f} s: {error}") from error
        else:
            return


def read(url: str) -> dict[str, object]:
    """The JSON object at `url`. Raises OSError."""
    with urllib.request.urlopen(url, timeout=5) as answer:
        found: dict[str, object] = json.load(answer)
        return found


def announce(site: Site, base: str) -> None:
    """Where everything is."""
    account = site.account("reader")
    say("ready:")
    for path, what in (
        ("/v1/queues", "queues, who waits"), ("/v1/agents", "agents and their states"), ("/v1/calls", "calls"),
        ("/v1/seats", "seats"), ("/v1/lines", "the 33 lines"), ("/metrics", "Prometheus"), ("/readyz", "health"),
        ("/v1/visits", "history: every visit; ?format=csv is a table"), ("/v1/gaps", "history: what was not seen"),
        ("/v1/unreached", "history: whom to call back (漏接)"),
    ):  # fmt: skip
        print(f"    {base}{path:<13} {what}")
    print(f"    AMI {account.host}:{account.port}  user {account.user}  secret {account.secret}", flush=True)
    say("calls are coming in; Ctrl-C stops all")


def summarize(base: str) -> str:
    """What the gateway sees, in a line."""
    try:
        queues, agents = list_items(read(f"{base}/v1/queues")), list_items(read(f"{base}/v1/agents"))
    except OSError as error:
        return f"the gateway does not answer: {error}"
    states = Counter(str(agent["state"]) for agent in agents)
    visits: Counter[str] = Counter()
    for queue in queues:
        visits.update({name: count for name, count in queue["visits"].items() if count})
    waiting = sum(int(queue["waiting"]) for queue in queues)
    shown = "  ".join(f"{state} {count}" for state, count in sorted(states.items()) if state != "offline")
    ended = "  ".join(f"{outcome} {count}" for outcome, count in visits.most_common())
    return f"waiting {waiting} | agents: {shown} | visits so far: {ended or 'none'}"


def list_items(page: dict[str, object]) -> list[dict[str, Any]]:
    """The items of a live answer."""
    items = page["items"]
    assert isinstance(items, list)
    return items


if __name__ == "__main__":
    sys.exit(main())

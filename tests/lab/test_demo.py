"""`./do demo` once all is installed: it prints where everything is, calls move, Ctrl-C leaves nothing behind."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lab.place import cache_folder, find_claim, is_alive
from tests.e2e.settings import free_port

READY = os.environ.get("CI") == "true" or shutil.which("mmdebstrap") or (cache_folder() / "asterisk-22").exists()
pytestmark = [
    pytest.mark.asterisk,
    pytest.mark.skipif(os.geteuid() != 0 or not READY, reason="needs root, and mmdebstrap for the root file system"),
]
REPOSITORY = Path(__file__).parents[2]
NAME = f"demo-{os.getpid()}"


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """The demo under way, and the file it prints to; ended by Ctrl-C whatever happens."""
    printed = tmp_path / "printed"
    options = ["--port", str(free_port()), "--name", NAME, "--per-minute", "60"]
    with printed.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "lab.demo", *options], cwd=REPOSITORY, stdout=out, stderr=out, start_new_session=True
        )
    try:
        yield process, printed
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def test_demo_shows_calls_and_stops_cleanly(demo: tuple[subprocess.Popen[bytes], Path]) -> None:
    process, printed = demo
    wait(lambda: "calls are coming in" in printed.read_text() or process.poll() is not None, 60)
    addresses = re.findall(r"^ +(http://127\.0\.0\.1:\d+/\S+) ", printed.read_text(), re.MULTILINE)
    assert len(addresses) == 10, printed.read_text()
    assert all(fetch(address) for address in addresses)
    (calls,) = [address for address in addresses if address.endswith("/v1/calls")]
    wait(lambda: json.loads(fetch(calls))["items"], 30)
    (visits,) = [address for address in addresses if address.endswith("/v1/visits")]
    wait(lambda: any(visit["source"] == "both" for visit in json.loads(fetch(visits))["items"]), 30)
    claim = find_claim(NAME)
    assert claim is not None
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0, printed.read_text()
    assert "Traceback" not in printed.read_text()
    assert printed.read_text().splitlines()[-1].endswith(" stopped")
    assert find_claim(NAME) is None
    assert not any(is_alive(pid) for pid in claim.pids)
    with pytest.raises(OSError, match="refused"):
        fetch(calls)


def fetch(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 - an address of the demo, on loopback
        body: bytes = answer.read()
    return body


def wait(test: Callable[[], object], seconds: float) -> None:
    """Until `test` holds. Raises AssertionError."""
    deadline = time.monotonic() + seconds
    while not test():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.1)

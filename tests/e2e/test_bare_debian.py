"""From nothing: `./do demo` and `./do test` in a bare Debian 12 root file system, as root, in a fresh HOME.

The root file system is Debian's `minbase`: no Python, no git, no curl. It shares this machine's network, so that apt
and pip reach what they reach here, and nothing else. Long: minutes, most of them installing.
"""

import json
import os
import shutil
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lab.rootfs import find_mirror, find_mmdebstrap

pytestmark = [pytest.mark.asterisk, pytest.mark.long]
CHECKOUT = Path(__file__).parents[2]
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
INSIDE = "/root/checkout"
DEMO_SECONDS = 400
TEST_SECONDS = 3_000
NOT_BROUGHT = ("no C compiler", "promtool")
"""`./do` installs neither: a compiler is 150 MB for one measure, and promtool brings a running Prometheus."""


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    root = tmp_path_factory.mktemp("bare") / "debian"
    command = [find_mmdebstrap(), "--variant=minbase", "--mode=root", "--quiet", "bookworm", str(root), find_mirror()]
    subprocess.run(command, check=True)
    copy_checkout(root / INSIDE.lstrip("/"))
    shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
    if CERTIFICATES.exists():
        shutil.copy(CERTIFICATES, root / "etc/host-certificates.crt")
    with mounted(root):
        yield root


def copy_checkout(target: Path) -> None:
    """What git would clone; the copy has no .git, as an unpacked release has none."""
    target.mkdir(parents=True)
    names = subprocess.run(["git", "ls-files", "-z"], cwd=CHECKOUT, check=True, capture_output=True).stdout
    archive = subprocess.run(
        ["tar", "--create", "--null", "--files-from=-"], cwd=CHECKOUT, input=names, check=True, capture_output=True
    )
    subprocess.run(["tar", "--extract"], cwd=target, input=archive.stdout, check=True)


@contextmanager
def mounted(root: Path) -> Iterator[None]:
    subprocess.run(["mount", "-t", "proc", "proc", str(root / "proc")], check=True)
    subprocess.run(["mount", "--rbind", "/dev", str(root / "dev")], check=True)
    subprocess.run(["mount", "--make-rslave", str(root / "dev")], check=True)
    try:
        yield
    finally:
        for folder in ("dev", "proc"):
            subprocess.run(["umount", "--recursive", "--lazy", str(root / folder)], check=False)


def start(root: Path, command: str, home: str) -> subprocess.Popen[bytes]:
    certificates = "/etc/host-certificates.crt"
    proxies = [f"{name}={value}" for name, value in os.environ.items() if name.lower().endswith("_proxy")]
    clean = ["env", "-i", "CI=true", f"HOME={home}", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", *proxies]
    trust = [f"PIP_CERT={certificates}", f"SSL_CERT_FILE={certificates}"] if CERTIFICATES.exists() else []
    shell = f"mkdir -p {home} && cd {INSIDE} && exec {command}"
    return subprocess.Popen(
        ["chroot", str(root), *clean, *trust, "/bin/sh", "-c", shell],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def answered_visits() -> int:
    with urllib.request.urlopen("http://127.0.0.1:8780/v1/queues", timeout=2) as answer:
        queues = json.load(answer)["items"]
    return sum(queue["visits"]["answered"] for queue in queues)


def wait_for_answers(demo: subprocess.Popen[bytes], wanted: int) -> int:
    deadline = time.monotonic() + DEMO_SECONDS
    seen = 0
    while seen < wanted and time.monotonic() < deadline and demo.poll() is None:
        try:
            seen = answered_visits()
        except OSError:
            seen = 0
        time.sleep(0.5)  # polls a process that is still installing; the deadline decides
    return seen


def test_demo_from_nothing(bare: Path) -> None:
    demo = start(bare, "./do demo", "/root/demo-home")
    try:
        answered = wait_for_answers(demo, 3)
    finally:
        os.killpg(demo.pid, signal.SIGINT)
        output, _ = demo.communicate(timeout=60)
    text = output.decode(errors="replace")
    assert answered >= 3, text[-3_000:]
    assert "Traceback" not in text, text[-3_000:]
    assert demo.returncode == 0, text[-3_000:]


def test_tests_from_nothing(bare: Path) -> None:
    run = start(bare, "./do test", "/root/test-home")
    output, _ = run.communicate(timeout=TEST_SECONDS)
    text = output.decode(errors="replace")
    assert run.returncode == 0, text[-6_000:]
    skipped = [line for line in text.splitlines() if line.startswith("SKIPPED")]
    assert [line for line in skipped if not any(why in line for why in NOT_BROUGHT)] == []

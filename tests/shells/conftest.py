"""A gateway as a process; sites with a ledger that holds good visits: one in a folder, one on a disk of its own."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.shells.bad_ledger import KNOWN, STORED, Site
from tests.shells.test_cli import Service, find_free_port


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """`hotline run` in a folder of its own, not started yet."""
    service = Service(tmp_path, find_free_port())
    service.configure()
    yield service
    if service.process is not None:
        service.process.kill()
        service.process.communicate()


@pytest.fixture(scope="module")
def good_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `hotline import` made of a real PBX's log."""
    folder = tmp_path_factory.mktemp("good")
    site = Site(folder, find_free_port(), disk=folder)
    site.write_settings()
    assert site.take(STORED)["new"] == KNOWN
    return site.ledger


@pytest.fixture
def site(tmp_path: Path, good_ledger: Path) -> Iterator[Site]:
    yield from open_site(tmp_path, tmp_path / "disk", good_ledger)


def open_site(folder: Path, disk: Path, good_ledger: Path) -> Iterator[Site]:
    disk.mkdir(exist_ok=True)
    site = Site(folder, find_free_port(), disk=disk)
    site.write_settings()
    site.log.touch()
    shutil.copyfile(good_ledger, site.ledger)
    yield site
    if site.process is not None:
        site.process.kill()
        site.process.communicate()


@pytest.fixture
def own_disk(tmp_path: Path, good_ledger: Path) -> Iterator[Site]:
    """The ledger on a disk of 2 MiB that can be filled, and made read-only."""
    disk = tmp_path / "disk"
    disk.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], check=False, capture_output=True)
    if done.returncode:
        pytest.skip(f"no disk of our own: {done.stderr.decode().strip()}")
    try:
        yield from open_site(tmp_path, disk, good_ledger)
    finally:
        subprocess.run(["umount", disk], check=True)

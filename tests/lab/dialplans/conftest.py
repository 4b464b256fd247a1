"""One Asterisk of each version with dialplans/ and short timings, for the whole run."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab import local
from lab.ami import Ami
from lab.instance import Instance
from lab.place import cache_folder, claim
from lab.rootfs import ensure
from tests.lab.dialplans.walker import PEOPLE, SHORT, sit

DIALPLANS = Path(__file__).parents[3] / "dialplans"
ADDED = {
    "globals.conf": SHORT,
    "extensions.conf": PEOPLE,
    "modules.conf": "load = app_senddtmf.so\n",
    "queues.conf": "[hotline](+)\nautopause = no\nmaxlen = 1\ntimeout = 3\n",
}


def find_versions() -> list[str]:
    """Asterisk versions to test on: all for root and under CI (built when missing), else those that are there."""
    if os.environ.get("CI") == "true" or os.geteuid() == 0:
        return ["22", "16"]
    return [version for version in ("22", "16") if (cache_folder() / f"asterisk-{version}").exists()]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each test runs on every version; without any root file system it is skipped, which CI never allows."""
    if "pbx" in metafunc.fixturenames:
        skipped = pytest.param("22", marks=pytest.mark.skip("no Asterisk root file system: ./do pbx up builds one"))
        metafunc.parametrize("pbx", find_versions() or [skipped], indirect=True, scope="session")


@pytest.fixture(scope="session")
def pbx(request: pytest.FixtureRequest) -> Iterator[Instance]:
    version = str(request.param)
    taken = claim(f"dialplans-{version}-{os.getpid()}", version, plain=False)
    instance = Instance(ensure(version), taken.place.name, taken.place.pbx_host, "lab", local.secret("lab"))
    try:
        instance.prepare()
        shutil.copytree(DIALPLANS, instance.etc, dirs_exist_ok=True)
        local.write(instance.etc, local.pbx_files(taken.place) | ADDED)
        instance.start()
        assert instance.pid is not None
        taken.pids = [instance.pid]
        taken.write()
        yield instance
    finally:
        instance.stop()
        instance.remove()
        taken.path.unlink(missing_ok=True)


@pytest.fixture
def ami(pbx: Instance) -> Iterator[Ami]:
    with pbx.login() as session:
        yield session


@pytest.fixture
def agent(ami: Ami) -> Iterator[None]:
    """Agent 1007 in queue hotline, who answers each call and hangs up after a second."""
    with sit(ami, "s"):
        yield


@pytest.fixture
def deaf_agent(ami: Ami) -> Iterator[None]:
    """Agent 1007 in queue hotline, who lets it ring."""
    with sit(ami, "never"):
        yield

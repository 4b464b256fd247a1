"""Sites and mixes for the tests on a real Asterisk. Law: what takes long to make is made once."""

import os
from collections.abc import Iterator

import pytest

from lab.rootfs import NoRootfsError, ensure
from lab.site import Site
from tests.e2e.mixes import Mix, MixRun

SEED = int(os.environ.get("E2E_SEED", "1"))


@pytest.fixture(scope="session")
def versions() -> tuple[str, ...]:
    """A real Asterisk can be had here: both versions, built when missing."""
    if os.geteuid() != 0:
        pytest.skip("the lab needs root (chroot)")
    found = ("22", "16")
    try:
        for version in found:
            ensure(version)
    except NoRootfsError as error:
        pytest.skip(str(error))
    return found


@pytest.fixture(scope="session")
def mixes(versions: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, MixRun]]:
    """The mixes by name, all under way at once."""
    folder = tmp_path_factory.mktemp("mixes")
    newest, oldest = versions
    wanted = ((newest, False), (newest, True), (oldest, False))
    runs = [MixRun(folder, version, plain, SEED) for version, plain in wanted]
    yield {run.name: run for run in runs}
    for run in runs:
        run.join()


@pytest.fixture(params=["hotline22", "plain22", "hotline16"])
def mix(request: pytest.FixtureRequest, mixes: dict[str, MixRun]) -> Mix:
    """Each finished mix in turn."""
    return mixes[request.param].take()


@pytest.fixture(scope="module")
def plain_pbx(versions: tuple[str, ...]) -> Iterator[Site]:
    """The newest Asterisk with a plain queues.conf, for one module."""
    with Site(versions[0], plain=True) as site:
        yield site

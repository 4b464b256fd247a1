"""What every test gets: a scrubbed environment, `--long`, and in CI no excuse.

Law: with CI=true a test that wants a real Asterisk, browser or PostgreSQL fails where it would be skipped.
"""

import os
import signal
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings

# The machine of a test run may be slow or busy: a time limit per example would only test the machine.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

REAL_THINGS = frozenset({"asterisk", "browser", "postgres"})


# Half of the tests run in the background, where Ctrl-C does not reach: TERM ends them as that would, with what they
# started.
signal.signal(signal.SIGTERM, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also run the tests that take minutes")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--long"):
        return
    short = [item for item in items if not item.get_closest_marker("long")]
    if len(short) < len(items):
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("long")])
        items[:] = short


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    wanted = REAL_THINGS & {mark.name for mark in item.iter_markers()}
    if report.skipped and wanted and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"in CI nothing is skipped for want of {', '.join(sorted(wanted))}: {report.longrepr}"
    return report


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.upper().startswith("HOTLINE_")]:
        monkeypatch.delenv(name)

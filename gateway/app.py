"""Owns the running gateway: starts all parts, ends them in reverse order, takes over new settings.

Law: every task has a name; one that ends while the gateway should run stops the whole loudly. TERM and INT stop within
5 s; HUP takes over new settings as a whole or not at all. How a part is built is in `parts.py`.
"""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager

import structlog

from gateway import __version__, logs
from gateway.announce import Announcer
from gateway.core.audit import Deed
from gateway.ledger.keys import KeyWatch
from gateway.parts import (
    Gateway,
    bring_back,
    build_checkpoints,
    build_feed,
    build_journal,
    build_metrics,
    build_pump,
    build_retention,
    build_server,
    build_tally,
    build_writer,
)
from gateway.past import build_access, build_ledger, build_past, build_sealer
from gateway.pump import Clock
from gateway.queue_logs import QueueLogs
from gateway.readiness import examine_pbx
from gateway.settings import Settings, SettingsError, build_site

log = structlog.get_logger()

STOP_SECONDS = 4.5
OPEN_SECONDS = 3.0
"""How long the start waits for the ledger before it goes on without."""
LOOK_SECONDS = 1.0


class TaskDiedError(Exception):
    """A task ended while the gateway should run; nothing may limp on without it."""


async def serve(load: Callable[[], Settings], settings: Settings) -> None:
    """Run until TERM or INT; `load` reads the settings anew for HUP. Raises TaskDiedError, and OSErrors of parts."""
    stop = asyncio.Event()
    async with open_gateway(settings) as (gateway, tasks):
        watch_signals(stop, lambda: reload(gateway, load))
        log.info("gateway.started", version=__version__, pbxs=list(gateway.connections))
        await wait_until(stop, tasks)
        log.info("gateway.stopping")
    log.info("gateway.stopped")


@asynccontextmanager
async def open_gateway(settings: Settings) -> AsyncIterator[tuple[Gateway, list[asyncio.Task[None]]]]:
    """All parts, started; ended in reverse order, each within its share of `STOP_SECONDS`."""
    async with AsyncExitStack() as parts:
        clock = Clock()
        journal = build_journal(settings)
        journal.open()
        parts.callback(journal.close)
        gateway = Gateway(settings, clock, journal, build_pump(journal, clock), build_tally(settings, clock))
        parts.callback(gateway.pump.close)
        gateway.sealer = build_sealer(settings)
        gateway.writer = build_writer(gateway)
        bring_back(gateway)
        checkpoints = build_checkpoints(gateway)
        parts.callback(checkpoints.keep)
        gateway.pump.attach(gateway.tally)
        gateway.pump.attach(gateway.writer)
        for name in settings.pbx:
            build_feed(gateway, name)
        gateway.metrics = build_metrics(gateway)
        gateway.pump.attach(gateway.metrics)
        announcer = Announcer(lambda: gateway.feeds, lambda name: examine_pbx(gateway.connections[name]))
        gateway.pump.attach(announcer)
        gateway.logs = QueueLogs(gateway.writer)
        tasks = [asyncio.create_task(gateway.writer.run(), name="ledger")]
        parts.push_async_callback(end_tasks, tasks)
        await gateway.writer.wait_open(OPEN_SECONDS)
        gateway.audit, gateway.tokens = build_access(settings, clock.wall)
        ledger = build_ledger(settings)
        parts.push_async_callback(limited, ledger.close(), STOP_SECONDS / 2)
        gateway.past = build_past(settings, ledger, gateway.sealer)
        if gateway.sealer is not None:
            gateway.key_watch = KeyWatch(ledger, gateway.sealer, clock.wall)
            tasks.append(asyncio.create_task(gateway.key_watch.run(), name="key"))
        tasks.append(asyncio.create_task(gateway.audit.run(), name="audit"))
        tasks.append(asyncio.create_task(gateway.tokens.run(), name="tokens"))
        tasks.append(asyncio.create_task(build_retention(gateway, ledger).run(), name="retention"))
        server = build_server(gateway)
        await server.start()
        parts.push_async_callback(limited, server.stop(), STOP_SECONDS / 2)
        tasks += [
            asyncio.create_task(connection.run(), name=f"connection {name}")
            for name, connection in gateway.connections.items()
        ]
        tasks.append(asyncio.create_task(keep_looking(announcer), name="announcer"))
        tasks.append(asyncio.create_task(checkpoints.run(), name="checkpoints"))
        tasks += [
            asyncio.create_task(following, name=f"queue_log {name}")
            for name, following in gateway.logs.follow(settings)
        ]
        parts.push_async_callback(end_tasks, tasks)
        yield gateway, tasks


async def keep_looking(announcer: Announcer) -> None:
    """Let the announcer look at the feeds every `LOOK_SECONDS`, for as long as the gateway runs."""
    while True:
        announcer.look()
        await asyncio.sleep(LOOK_SECONDS)


# --- the life of the whole --------------------------------------------------------------------------------------------


def watch_signals(stop: asyncio.Event, reload_settings: Callable[[], None]) -> None:
    """TERM and INT stop, HUP reloads."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    loop.add_signal_handler(signal.SIGHUP, reload_settings)


async def wait_until(stop: asyncio.Event, tasks: list[asyncio.Task[None]]) -> None:
    """Until `stop`. Raises TaskDiedError when a task ends before."""
    stopped = asyncio.create_task(stop.wait(), name="stop")
    done, _ = await asyncio.wait([stopped, *tasks], return_when=asyncio.FIRST_COMPLETED)
    if stopped not in done:
        stopped.cancel()
        task = done.pop()
        raise TaskDiedError(f"{task.get_name()} ended") from (None if task.cancelled() else task.exception())


async def end_tasks(tasks: list[asyncio.Task[None]]) -> None:
    """Cancel all tasks and wait for them, each connection telling its feed that it is cut."""
    for task in tasks:
        task.cancel()
    if tasks:
        _, late = await asyncio.wait(tasks, timeout=STOP_SECONDS / 2)
        for task in late:
            log.warning("gateway.task_late", task=task.get_name())


async def limited(step: Coroutine[None, None, None], seconds: float) -> None:
    """One step of the stop; what takes longer is left behind and named."""
    try:
        async with asyncio.timeout(seconds):
            await step
    except TimeoutError:
        log.warning("gateway.stop_step_late", seconds=seconds)


def reload(gateway: Gateway, load: Callable[[], Settings]) -> None:
    """Take over new settings, all or nothing; what needs a restart is named and stays as it was."""
    try:
        settings = load()
    except SettingsError as error:
        log.error("settings.refused", mistakes=[str(mistake) for mistake in error.mistakes])  # noqa: TRY400
        gateway.audit.note(Deed(SIGNAL, RELOAD, "refused", reason=f"{len(error.mistakes)} mistakes"))
        return
    for key in find_fixed(gateway.settings, settings):
        log.warning("settings.wait_for_restart", key=key)
    changed = [name for name in Settings.model_fields if getattr(gateway.settings, name) != getattr(settings, name)]
    known = settings.model_copy(update={name: getattr(gateway.settings, name) for name in FIXED})
    gateway.settings = known
    logs.set_level(known.log.level)
    for name in gateway.connections:
        gateway.pump.configure(name, build_site(known, name))
    gateway.metrics.configured()
    log.info("settings.reloaded")
    gateway.audit.note(Deed(SIGNAL, RELOAD, details=tuple(name for name in changed if name not in FIXED)))


SIGNAL, RELOAD = "signal HUP", "settings.reload"
FIXED = ("pbx", "http", "state", "journal", "database", "privacy", "unreached")
"""Sections that are read at start only."""


def find_fixed(old: Settings, new: Settings) -> list[str]:
    """The sections that differ but need a restart."""
    return [name for name in FIXED if getattr(old, name) != getattr(new, name)]

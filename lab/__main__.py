"""`python -m lab`: start a PBX with its call farm, place calls, record the feed, stop.

Law: it says what it does and where things are; it stops only what it started.
"""

import argparse
import random
import shutil
import signal
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from lab.hostile import place_hostile
from lab.mix import STANDARD_SIZE, make_plan
from lab.place import NoPlaceError
from lab.play import PlanFailedError, Player
from lab.record import Recorder
from lab.rootfs import NoRootfsError
from lab.site import NoSiteError, Site
from lab.traces import MASK, choose, record_hostile, record_phases
from lab.trickle import Trickle


def say(text: str) -> None:
    """Print with the time of day."""
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


def describe(site: Site) -> str:
    """Addresses, accounts and files of a site."""
    rows = [f"site {site.name}: Asterisk {site.version}, {'plain queues.conf' if site.plain else 'dialplans/'}"]
    for user in ("reader", "controller", "lab"):
        account = site.account(user)
        rows.append(f"  AMI {account.host}:{account.port}  user {user}  secret {account.secret}")
    rows += [f"  SIP trunk {site.place.pbx_host}:5060  (callers from {site.place.trunk_host})"]
    rows += [f"  queue_log {site.queue_log}", f"  farm's record {site.placed}", f"  log {site.pbx.folder / 'log/full'}"]
    return "\n".join(rows)


def up(options: argparse.Namespace) -> None:
    """Start a site and leave it running."""
    site = Site(options.version, options.name, options.plain, options.systemname)
    say(f"starting Asterisk {options.version} and the call farm")
    site.start()
    site.note(stays=True)
    print(describe(site), flush=True)


def down(options: argparse.Namespace) -> None:
    """Stop a site."""
    Site.attach(options.name).stop()
    say(f"site {options.name} stopped")


def calls(options: argparse.Namespace) -> None:
    """Play the mix."""
    site = Site.attach(options.name)
    plan = make_plan("plain" if site.plain else "hotline", options.seed, options.size)
    say(f"{len(plan.calls())} calls, seed {options.seed}, variant {plan.variant}")
    began = time.monotonic()
    player = Player(site, say)
    player.play(plan)
    say(f"all went as planned in {time.monotonic() - began:.0f} s; record: {site.placed}")
    if options.copy:
        shutil.copy(site.placed, options.copy)


def record(options: argparse.Namespace) -> None:
    """Record the feed."""
    site = Site.attach(options.name)
    with Recorder(site.ami, options.file, MASK if options.mask else "on"):
        say(f"recording the feed of {options.name} to {options.file}, stop with Ctrl-C")
        wait_for_stop(options.seconds)


def trickle(options: argparse.Namespace) -> None:
    """Endless calls."""
    site = Site.attach(options.name)
    flow = Trickle(site, random.Random(options.seed), options.per_minute, say)
    flow.start()
    wait_for_stop(options.seconds)
    flow.stop()


def hostile(options: argparse.Namespace) -> None:
    """Hostile calls."""
    site = Site.attach(options.name)
    for name, code in place_hostile(site.place, options.dial).items():
        say(f"hostile call {name}: SIP {code}")


def traces(options: argparse.Namespace) -> None:
    """Record the traces of the tests anew."""
    variant = "plain" if options.plain else "hotline"
    label = options.label or f"{variant}{options.version}"
    with Site(options.version, plain=options.plain) as site:
        if options.hostile:
            record_hostile(site, label)
            return
        plan = make_plan(variant, options.seed, options.size)
        record_phases(site, label, choose(plan, options.phase, options.lane), say)


def wait_for_stop(seconds: float | None) -> None:
    """Until SIGINT, SIGTERM or `seconds` have passed."""
    stop = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: stop.set())
    stop.wait(seconds)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="python -m lab", description="A real Asterisk with a call farm, on loopback.")
    commands = top.add_subparsers(required=True)

    def command(name: str, run: object, text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text)
        sub.set_defaults(run=run)
        sub.add_argument("--name", default="demo", help="name of the site (default demo)")
        return sub

    sub = command("up", up, "build what is missing, start PBX and farm, leave them running")
    sub.add_argument("version", nargs="?", default="22", choices=("22", "16"))
    sub.add_argument("--plain", action="store_true", help="static members, no markers: lab/plain instead of dialplans/")
    sub.add_argument("--systemname", default="", help="Asterisk's systemname (default none)")
    command("down", down, "stop a site and delete its folders")
    sub = command("calls", calls, "place the described, seeded mix and check that it went as planned")
    sub.add_argument("--seed", type=int, default=1)
    sub.add_argument(
        "--size", type=int, default=STANDARD_SIZE, help="number of calls; never fewer than one of each kind"
    )
    sub.add_argument("--copy", type=Path, help="copy the farm's record there")
    sub = command("record", record, "write the raw AMI feed with arrival times to a file")
    sub.add_argument("file", type=Path)
    sub.add_argument("--mask", action="store_true", help=f"only the event classes {MASK}")
    sub.add_argument("--seconds", type=float)
    sub = command("trickle", trickle, "endless modest calls")
    sub.add_argument("--seed", type=int, default=1)
    sub.add_argument("--per-minute", type=float, default=12)
    sub.add_argument("--seconds", type=float)
    sub = command("hostile", hostile, "calls with hostile caller data, raw SIP")
    sub.add_argument("--dial", default="12345")
    sub = command("traces", traces, "record tests/scenarios/traces anew")
    sub.add_argument("version", nargs="?", default="22", choices=("22", "16"))
    sub.add_argument("--plain", action="store_true")
    sub.add_argument("--seed", type=int, default=7)
    sub.add_argument("--size", type=int, default=36)
    sub.add_argument("--phase", action="append", default=[], help="only this phase (repeatable)")
    sub.add_argument("--lane", action="append", default=[], help="only this lane (repeatable)")
    sub.add_argument("--label", help="begin of the file names (default variant and version)")
    sub.add_argument("--hostile", action="store_true", help="the hostile callers instead of the mix")
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit codes: 0 done, 1 calls did not go as planned, 2 usage, 69 no such site or nothing to build it with."""
    options = parser().parse_args(arguments)
    try:
        options.run(options)
    except PlanFailedError as error:
        say(f"not as planned: {error}")
        return 1
    except (NoSiteError, NoPlaceError, NoRootfsError) as error:
        say(str(error))
        return 69
    return 0


if __name__ == "__main__":
    sys.exit(main())

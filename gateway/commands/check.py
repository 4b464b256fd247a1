"""`hotline check`: every mistake in the settings, or what is in force; secrets are masked."""

import argparse
import json
import os
import sys
from collections.abc import Iterator

from gateway.commands.choose import find_file, load_settings
from gateway.ledger.sealing import SealingError
from gateway.past import build_sealer
from gateway.settings import Settings


def run(options: argparse.Namespace) -> int:
    """Print the settings in force as `key = value`, or as JSON."""
    settings = load_settings(options)
    if settings is None:
        return os.EX_CONFIG
    try:
        build_sealer(settings)
    except SealingError as error:
        print(f"hotline check: privacy.key_file: {error}", file=sys.stderr)
        return os.EX_CONFIG
    table = settings.model_dump(mode="json")
    if options.json:
        print(json.dumps(table, ensure_ascii=False, indent=2))
        return os.EX_OK
    print(f"# settings in force, from {find_file(options) or 'defaults and environment'}")
    table["lines"] = {line.did: line.name for line in settings.lines}
    for key, value in flatten(table):
        print(f"{key} = {json.dumps(value, ensure_ascii=False)}")
    print(f"# {summarize(settings)}")
    return os.EX_OK


def flatten(table: dict[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Dotted key and value of everything that is set; what is not set is left out."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from flatten(value, f"{prefix}{key}.")
        elif value is not None:
            yield f"{prefix}{key}", value


def summarize(settings: Settings) -> str:
    """The site in one line."""
    counts = (
        f"{len(settings.pbx)} PBX",
        f"{len(settings.queues)} queues",
        f"{len(settings.lines)} lines",
        f"{len(settings.seats)} seats",
        f"{len(settings.agents)} agents",
    )
    return f"no mistakes: {', '.join(counts)}"

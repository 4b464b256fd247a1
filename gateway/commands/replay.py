"""`hotline replay`: recorded inputs through the core, facts out; see `gateway.replay`."""

import argparse
import os
import sys

from gateway import replay
from gateway.commands.choose import load_settings
from gateway.core.feed import Feed
from gateway.core.site import Site
from gateway.settings import build_site


def run(options: argparse.Namespace) -> int:
    """Print the facts of journals and traces. A journal holds its settings; --config gives a trace those of a PBX."""
    site = Site()
    if options.config is not None:
        settings = load_settings(options)
        if settings is None:
            return os.EX_CONFIG
        site = build_site(settings, next(iter(settings.pbx)))
    return replay.main([str(path) for path in options.sources], options.json, Feed, sys.stdout.buffer, site)

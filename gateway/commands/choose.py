"""Which settings a command works with."""

import argparse
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from gateway.settings import Settings, SettingsError, load
from gateway.settings.sources import CONFIG_VARIABLE

USUAL_FILES = (Path("config/gateway.toml"), Path("/etc/hotline-gateway/gateway.toml"))


def find_file(options: argparse.Namespace, environ: Mapping[str, str] = os.environ) -> Path | None:
    """The settings file: what the command line says, else the environment, else where it usually is."""
    if options.config is not None:
        return Path(options.config)
    if CONFIG_VARIABLE in environ:
        return Path(environ[CONFIG_VARIABLE])
    return next((path for path in USUAL_FILES if path.exists()), None)


def load_settings(options: argparse.Namespace) -> Settings | None:
    """The settings, or None after naming every mistake on standard error."""
    try:
        return load(find_file(options), os.environ)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return None

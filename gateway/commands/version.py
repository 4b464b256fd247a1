"""`hotline version`."""

import argparse
import json
import os
import platform

from gateway import __version__


def run(options: argparse.Namespace) -> int:
    """Print the version of the gateway (with --json also of Python)."""
    if options.json:
        print(json.dumps({"version": __version__, "python": platform.python_version()}))
    else:
        print(f"hotline-gateway {__version__}")
    return os.EX_OK

"""`hotline probe`: asks the gateway of these settings over HTTP, with the standard library: a health check is cheap."""

import argparse
import http.client
import json
import os

from gateway.commands.choose import load_settings

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - addresses to translate, not to bind


def run(options: argparse.Namespace) -> int:
    """Print what the gateway says of itself; 69 when it says nothing, or that it is not well."""
    settings = load_settings(options)
    if settings is None:
        return os.EX_CONFIG
    host = EVERYWHERE.get(settings.http.host, settings.http.host)
    path = "/readyz" if options.ready else "/livez"
    try:
        status, answer = ask(host, settings.http.port, path, options.timeout)
    except (OSError, http.client.HTTPException) as error:
        status, answer = 0, str(error) or type(error).__name__
    if options.json:
        print(json.dumps({"host": host, "port": settings.http.port, "path": path, "status": status, "answer": answer}))
    else:
        print(f"{host}:{settings.http.port}{path}: {status or 'no answer'}: {answer}")
    return os.EX_OK if status == http.client.OK else os.EX_UNAVAILABLE


def ask(host: str, port: int, path: str, timeout: float) -> tuple[int, str]:
    """Status and text of one GET. Raises OSError or HTTPException."""
    connection = http.client.HTTPConnection(host, port, timeout=timeout)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read(65_536).decode("utf-8", "replace").strip()
    finally:
        connection.close()

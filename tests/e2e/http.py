"""A small HTTP client on one kept-alive connection, so that a sample measures the gateway and not the handshake."""

import http.client
import json
from typing import Any


class Http:
    """Speaks to the gateway on loopback."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)

    def ask(self, path: str) -> tuple[int, bytes]:
        """Status and body of GET `path`; a connection that was closed meanwhile is opened anew, once."""
        try:
            return self._ask(path)
        except (http.client.HTTPException, ConnectionError):
            self._line.close()
            return self._ask(path)

    def _ask(self, path: str) -> tuple[int, bytes]:
        self._line.request("GET", path)
        answer = self._line.getresponse()
        return answer.status, answer.read()

    def get(self, path: str) -> Any:
        """The JSON of GET `path`, which must be answered with 200."""
        status, body = self.ask(path)
        assert status == 200, f"GET {path}: {status} {body[:300]!r}"
        return json.loads(body)

    def items(self, path: str) -> list[dict[str, Any]]:
        """The items of a list of `/v1`."""
        found: list[dict[str, Any]] = self.get(path)["items"]
        return found

    def metrics(self) -> dict[str, float]:
        """Samples of `/metrics` by name with labels as spelt there."""
        status, body = self.ask("/metrics")
        assert status == 200
        rows = (line.rpartition(" ") for line in body.decode().splitlines() if not line.startswith("#"))
        return {name: float(value) for name, _, value in rows}

    def close(self) -> None:
        self._line.close()

"""Hold and unhold by ARI: what no dialplan can do.

Law: only the Stasis application `lab` is registered (an open websocket is all Asterisk asks for) and channels in it are
put on hold and off; the events on the websocket are read and thrown away, AMI tells the same with better times.
"""

import base64
import os
import socket
import threading
import urllib.request
from urllib.parse import quote

from lab.place import HTTP_PORT


class Ari:
    """One Stasis application on the farm."""

    def __init__(self, host: str, user: str, secret: str) -> None:
        self.base = f"http://{host}:{HTTP_PORT}/ari"
        self.credentials = base64.b64encode(f"{user}:{secret}".encode()).decode()
        self._socket = socket.create_connection((host, HTTP_PORT), 5)
        self._socket.settimeout(None)
        self._socket.sendall(self._upgrade(host))
        answer = self._socket.recv(4096)
        if b" 101 " not in answer.split(b"\r\n", 1)[0]:
            raise ConnectionError(f"ARI refused the websocket: {answer[:100]!r}")
        threading.Thread(target=self._drain, name="ari", daemon=True).start()

    def _upgrade(self, host: str) -> bytes:
        rows = [
            "GET /ari/events?app=lab HTTP/1.1",
            f"Host: {host}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Protocol: ari",
            f"Authorization: Basic {self.credentials}",
        ]
        return "\r\n".join([*rows, "", ""]).encode()

    def _drain(self) -> None:
        try:
            while self._socket.recv(65536):
                pass
        except OSError:
            pass

    def call(self, method: str, path: str) -> None:
        """One ARI request. Raises urllib.error.HTTPError."""
        request = urllib.request.Request(self.base + path, method=method)
        request.add_header("Authorization", f"Basic {self.credentials}")
        with urllib.request.urlopen(request, timeout=5) as answer:
            answer.read()

    def hold(self, uniqueid: str) -> None:
        """The phone presses hold: re-INVITE sendonly."""
        self.call("POST", f"/channels/{quote(uniqueid)}/hold")

    def unhold(self, uniqueid: str) -> None:
        """The phone takes the call back."""
        self.call("DELETE", f"/channels/{quote(uniqueid)}/hold")

    def close(self) -> None:
        self._socket.close()

"""TLS towards the PBX: verified, and named when it is not what is there."""

import ssl
import subprocess
from pathlib import Path

import pytest

from gateway.asterisk import Reason, Retry
from tests.shells.peer import Delays, Ear, connecting, listening, until
from tests.shells.test_connection import serve


def certify(folder: Path, name: str) -> ssl.SSLContext:
    key, certificate = folder / f"{name}.key", folder / f"{name}.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-keyout", key, "-out", certificate, "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


@pytest.mark.parametrize(
    ("trusted", "name", "reason"), [("pbx", "pbx", None), ("other", "pbx", "tls"), ("pbx", "elsewhere", "tls")]
)
async def test_tls_is_verified(tmp_path: Path, trusted: str, name: str, reason: str | None) -> None:
    server = certify(tmp_path, "pbx")
    certify(tmp_path, "other")
    client = ssl.create_default_context(cafile=str(tmp_path / f"{trusted}.pem"))
    async with (
        listening(serve, server) as peer,
        connecting(peer.port, Ear(), Retry(Delays(1000)), tls=client, server_name=name) as connection,
    ):
        await until(lambda: connection.status.connected or connection.status.next_attempt_s)
        assert connection.status.reason == reason
        assert connection.status.connected == (reason is None)


async def test_tls_to_a_plain_port_is_named() -> None:
    client = ssl.create_default_context()
    async with (
        listening(serve) as peer,
        connecting(peer.port, Ear(), Retry(Delays(1000)), tls=client, connect_s=1.0) as connection,
    ):
        await until(lambda: connection.status.next_attempt_s)
        assert connection.status.reason is Reason.TLS

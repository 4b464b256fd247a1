"""What a stranger meets. Law: regular refusals, bounded requests, no version, no way in without a token."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from structlog.testing import capture_logs

from gateway.core.access import Role
from gateway.web import gate
from gateway.web.access import Access
from gateway.web.server import Server
from gateway.web.sources import Dependency
from tests.shells.house import OPEN, T0, Hour, busy_hour, serving

TOKEN = "correct horse battery staple"


async def ask(
    url: str, method: str = "GET", headers: Mapping[str, str] | None = None, data: bytes | None = None
) -> tuple[int, Any, Mapping[str, str]]:
    async with (
        aiohttp.ClientSession() as client,
        client.request(method, url, headers=headers, data=data) as response,
    ):
        body = await response.json(content_type=None) if response.content_type.endswith("json") else None
        return response.status, body, response.headers


async def talk(server: Server, request: bytes) -> bytes:
    """What the server answers to raw bytes until it closes."""
    host, _, port = server.url.removeprefix("http://").rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(request)
    await writer.drain()
    try:
        return await asyncio.wait_for(reader.read(), 5)
    finally:
        writer.close()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/v1/../etc/passwd", 404),
        ("POST", "/v1/queues", 405),
        ("DELETE", "/v1/queues/hotline", 405),
        ("GET", "/v1/queues?x=1", 400),
        ("GET", "/v1/agents/9999", 404),
    ],
)
async def test_every_refusal_is_a_problem(method: str, path: str, status: int) -> None:
    async with serving(Hour(busy_hour())) as server:
        got, body, headers = await ask(server.url + path, method)
    assert (got, body["status"]) == (status, status)
    assert headers["Content-Type"] == "application/problem+json"
    assert set(body) <= {"type", "title", "status", "detail", "parameter"}
    assert ("Allow" in headers) == (status == 405)


async def test_a_defect_is_a_500_without_its_text_and_logged_with_it() -> None:
    hour = Hour(busy_hour())

    def broken() -> list[Any]:
        raise RuntimeError("secret detail")

    server = Server(replace(hour.house, feeds=broken), "127.0.0.1", 0, OPEN)
    await server.start()
    try:
        with capture_logs() as logs:
            status, body, _ = await ask(server.url + "/v1/queues")
    finally:
        await server.stop()
    assert (status, body["title"]) == (500, "Internal Server Error")
    assert "secret" not in str(body)
    failed = [entry for entry in logs if entry["event"] == "http.failed"]
    assert [(entry["log_level"], entry["route"]) for entry in failed] == [("error", "/v1/queues")]


async def test_an_answer_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "ANSWER_SECONDS", 0.05)
    hour = Hour(busy_hour())

    async def never() -> bytes:
        await asyncio.sleep(60)
        return b""

    monkeypatch.setattr(hour.metrics, "page", never)
    async with serving(hour) as server:
        status, body, _ = await ask(server.url + "/metrics")
    assert (status, body["status"]) == (503, 503)


async def test_every_answer_is_dressed_and_says_nothing_of_what_it_is_made_of() -> None:
    async with serving(Hour(busy_hour())) as server:
        for path in ("/livez", "/metrics", "/v1/queues", "/nothing"):
            _, _, headers = await ask(server.url + path)
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Cache-Control"] == "no-store"
            assert "Server" not in headers


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /" + b"a" * 10_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /livez HTTP/1.1\r\nHost: x\r\nX: " + b"b" * 20_000 + b"\r\n\r\n",
        b"GET /livez HTTP/1.1\r\nHost: x\r\nBad header\r\n\r\n",
    ],
)
async def test_what_is_no_request_is_refused_without_a_version_or_a_traceback(request_bytes: bytes) -> None:
    async with serving(Hour(busy_hour())) as server:
        with capture_logs() as logs:
            answer = await talk(server, request_bytes)
        assert answer.split(b"\r\n")[0] == b"HTTP/1.0 400 Bad Request"
        assert b"aiohttp" not in answer
        assert b"Python" not in answer
        assert b"Server:" not in answer
        assert logs == []
        status, _, _ = await ask(server.url + "/livez")
        assert status == 200


async def test_a_body_is_refused_unread() -> None:
    async with serving(Hour(busy_hour())) as server:
        status, body, _ = await ask(server.url + "/v1/queues", data=b"x" * 900_000)
    assert (status, body["title"]) == (413, "Request Entity Too Large")


async def test_a_connection_that_never_finishes_its_request_is_closed() -> None:
    async with serving(Hour(busy_hour()), idle_seconds=0.3) as server:
        assert await talk(server, b"GET /livez HT") == b""


async def test_head_answers_without_a_body() -> None:
    async with serving(Hour(busy_hour())) as server:
        status, _, headers = await ask(server.url + "/v1/queues", "HEAD")
    assert status == 200
    assert int(headers["Content-Length"]) > 100


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/livez", {}, 200),
        ("/livez", {"Authorization": "Bearer wrong"}, 200),
        ("/readyz", {}, 200),
        ("/openapi.json", {}, 401),
        ("/nothing", {}, 401),
        ("/v1/queues", {}, 401),
        ("/v1/queues", {"Authorization": f"Bearer {TOKEN}"}, 200),
        ("/v1/queues", {"Authorization": f"bearer  {TOKEN}"}, 200),
        ("/v1/queues", {"Authorization": f"Basic {TOKEN}"}, 401),
        ("/v1/queues", {"Authorization": f"Bearer {TOKEN[:-1]}"}, 401),
        ("/v1/queues", {"Authorization": "Bearer"}, 401),
        ("/v1/queues", {"Authorization": "Bearer \u00e9"}, 401),
        ("/v1/queues", {"Authorization": "Bearer " + "x" * 4_000}, 401),
        ("/v1/calls", {"Authorization": f"Bearer {TOKEN}x"}, 401),
        ("/metrics", {"Authorization": f"Bearer {TOKEN}"}, 200),
    ],
)
@pytest.mark.parametrize("host", ["0.0.0.0", "127.0.0.1"])
async def test_all_but_the_probes_needs_a_token(host: str, path: str, headers: Mapping[str, str], status: int) -> None:
    async with serving(Hour(busy_hour()), host, Access(TOKEN)) as server:
        got, _, answered = await ask(server.url.replace("0.0.0.0", "127.0.0.1") + path, headers=headers)
    assert got == status
    assert ("WWW-Authenticate" in answered) == (status == 401)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "gateway.example"])
@pytest.mark.parametrize("token", [None, ""])
def test_other_machines_are_never_let_in_without_a_token(host: str, token: str | None) -> None:
    with pytest.raises(ValueError, match="token"):
        Server(Hour(busy_hour()).house, host, 0, Access(token))
    with pytest.raises(ValueError, match="loopback_role"):
        Server(Hour(busy_hour()).house, host, 0, Access(TOKEN, Role.VIEWER))


@pytest.mark.parametrize(("host", "status"), [("0.0.0.0", 401), ("127.0.0.1", 200)])
async def test_metrics_need_a_token_where_other_machines_reach_them(host: str, status: int) -> None:
    async with serving(Hour(busy_hour()), host, Access(TOKEN)) as server:
        got, _, _ = await ask(server.url.replace("0.0.0.0", "127.0.0.1") + "/metrics")
    assert got == status


@pytest.mark.parametrize("path", ["/v1/queues", "/v1/calls/c1", "/openapi.json", "/nothing"])
async def test_by_default_nobody_is_let_in(path: str) -> None:
    async with serving(Hour(busy_hour()), access=Access()) as server:
        status, body, _ = await ask(server.url + path)
        posted, _, _ = await ask(server.url + path, "POST", data=b"{}")
    assert (status, posted) == (401, 401)
    assert "Authorization: Bearer" in body["detail"]


async def test_a_stranger_on_another_machine_learns_which_part_is_amiss_but_not_why() -> None:
    hour = Hour(busy_hour())
    hour.dependencies = [Dependency("ledger", False, T0, "/var/lib/hotline/ledger.sqlite: the disk is full")]
    hour.feeds[0].status.missing = (("read=dialplan", "a key exit reads as unknown"),)
    async with serving(hour, "0.0.0.0", Access(TOKEN)) as server:
        url = server.url.replace("0.0.0.0", "127.0.0.1") + "/readyz"
        _, strange, _ = await ask(url)
        _, known, _ = await ask(url, headers={"Authorization": f"Bearer {TOKEN}"})
    assert [one["status"] for one in strange["dependencies"]] == [one["status"] for one in known["dependencies"]]
    assert "disk is full" in str(known)
    assert "/var/lib" not in str(strange)
    assert "dialplan" not in str(strange)


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "203.0.113.9"},
        {"Forwarded": "for=203.0.113.9"},
        {"Via": "1.1 proxy"},
        {"Host": "hotline.example"},
        {"Host": "127.0.0.1.example:8780"},
        {"Authorization": "Bearer wrong"},
        {"Authorization": ""},
    ],
    ids=str,
)
async def test_who_does_not_surely_come_from_this_machine_has_not_its_role(headers: Mapping[str, str]) -> None:
    async with serving(Hour(busy_hour())) as server:
        status, _, _ = await ask(server.url + "/v1/queues", headers=headers)
        assert (await ask(server.url + "/v1/queues"))[0] == 200
        port = server.url.rpartition(":")[2]
        assert (await ask(server.url + "/v1/queues", headers={"Host": f"localhost:{port}"}))[0] == 200
    assert status == 401


async def test_every_request_is_measured_under_bounded_labels() -> None:
    hour = Hour(busy_hour())
    async with serving(hour) as server:
        for path, method in (("/v1/queues/hotline", "GET"), ("/v1/queues/x", "GET"), ("/a", "GET"), ("/b", "PROPFIND")):
            await ask(server.url + path, method)
    page = (await hour.metrics.page()).decode()
    counted = [line for line in page.splitlines() if line.startswith("hotline_http_request_duration_seconds_count")]
    assert sorted(counted) == [
        'hotline_http_request_duration_seconds_count{method="GET",route="/v1/queues/{name}",status="200"} 1.0',
        'hotline_http_request_duration_seconds_count{method="GET",route="/v1/queues/{name}",status="404"} 1.0',
        'hotline_http_request_duration_seconds_count{method="GET",route="unmatched",status="404"} 1.0',
        'hotline_http_request_duration_seconds_count{method="other",route="unmatched",status="404"} 1.0',
    ]


async def test_the_access_log_names_the_template_never_the_path() -> None:
    async with serving(Hour(busy_hour())) as server:
        with capture_logs() as logs:
            await ask(server.url + "/v1/calls/13812345678?x=13812345678")
    assert [entry["event"] for entry in logs] == ["http.answered"]
    assert logs[0]["route"] == "/v1/calls/{name}"
    assert "13812345678" not in str(logs)


async def test_stop_lets_a_request_finish() -> None:
    hour = Hour(busy_hour())
    begun = asyncio.Event()

    async def slow() -> bytes:
        begun.set()
        await asyncio.sleep(0.2)
        return b"done 1\n"

    hour.metrics.page = slow  # type: ignore[method-assign]
    async with serving(hour) as server:
        asked = asyncio.create_task(ask(server.url + "/metrics"))
        await begun.wait()
    assert (await asked)[0] == 200

"""`hotline token` and `hotline audit` as real processes, beside a real gateway and without one."""

import csv
import io
import json
import os
import shutil
import sqlite3
import subprocess
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from gateway.__main__ import build_parser
from gateway.commands.moments import MomentError, read_moment, spell_moment
from gateway.commands.token import UsageError, make_row
from gateway.settings import load
from tests.shells.test_cli import Service, find_free_port, hotline, reload_and_settle

NOW = 1_790_000_000_000_000
"""2026-09-21T14:13:20Z."""


def run(service: Service, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return hotline(*arguments, "--config", service.config)


def make(service: Service, *arguments: str) -> dict[str, Any]:
    done = run(service, "token", "create", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    made: dict[str, Any] = json.loads(done.stdout)
    return made


def ask(service: Service, path: str, token: str) -> tuple[int, str]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{service.port}{path}", headers={"Authorization": f"Bearer {token}"}
    )
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def trail(service: Service) -> list[dict[str, Any]]:
    done = run(service, "audit", "export")
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def spoil(service: Service, *statements: str) -> None:
    """As whoever owns the database can."""
    with sqlite3.connect(service.folder / "state" / "ledger.sqlite") as database:
        for name in ("stays", "is_kept", "is_new"):
            database.execute(f"DROP TRIGGER audit_log_{name}")
        for statement in statements:
            database.execute(statement)
    database.close()


# --- tokens -----------------------------------------------------------------------------------------------------------


def test_a_token_made_beside_a_running_gateway_works_at_once_and_stops_within_seconds(service: Service) -> None:
    service.start()
    wide = make(service, "--name", "wall", "--role", "auditor")
    assert ask(service, "/v1/queues", wide["token"])[0] == 200
    kiosk = make(service, "--name", "board", "--kind", "kiosk", "--queue", "hotline", "--expires", "1d")
    assert (kiosk["role"], kiosk["queues"], kiosk["expires_at"] is not None) == ("viewer", ["hotline"], True)
    assert ask(service, "/v1/queues", kiosk["token"])[0] == 200
    assert ask(service, "/v1/audit", kiosk["token"])[0] == 403
    assert run(service, "token", "revoke", "board").returncode == 0
    service.wait(lambda: ask(service, "/v1/queues", kiosk["token"])[0] == 401, "the revocation", 5)
    status, body = ask(service, "/v1/audit", wide["token"])
    assert status == 200
    actions = [(row["action"], row["details"][:1]) for row in json.loads(body)["items"] if row["object"]]
    assert ("token.revoke", ["board"]) in actions
    assert ("token.create", ["wall"]) in actions
    service.configure(promise=20.0)
    reload_and_settle(service)
    assert service.stop()[0] == 0
    rows = {row["action"]: row for row in trail(service)}
    assert rows.keys() == {"token.create", "token.revoke", "access.refused", "settings.reload"}
    assert rows["settings.reload"]["details"] == ["queues"]
    assert run(service, "audit", "verify").returncode == 0
    used = {row["name"]: row["last_used_at"] for row in json.loads(run(service, "token", "list", "--json").stdout)}
    assert used["wall"] is not None, "written at the stop at the latest"


def test_the_token_alone_is_on_standard_output_and_once(service: Service) -> None:
    made = run(service, "token", "create", "--name", "scraper", "--role", "viewer")
    assert made.returncode == 0
    (token,) = made.stdout.splitlines()
    assert token.startswith("hlg_")
    listed = run(service, "token", "list")
    assert token not in listed.stdout + listed.stderr + run(service, "audit", "export").stdout
    assert "scraper  valid  api viewer, all queues; never expires; never used" in listed.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--name", "x"], "--role is needed"),
        (["--name", "", "--role", "viewer"], "--name"),
        (["--name", "settings", "--role", "viewer"], "--name"),
        (["--name", "x", "--kind", "kiosk", "--role", "admin"], "--role"),
        (["--name", "x", "--role", "viewer", "--expires", "soon"], "is no moment"),
        (["--name", "x", "--role", "viewer", "--expires", "2020-01-01"], "past"),
        (["--name", "x", "--role", "viewer", "--queue", " "], "--queue"),
    ],
)
def test_what_is_no_token_is_not_made(service: Service, arguments: list[str], said: str) -> None:
    options = build_parser().parse_args(["token", "create", *arguments])
    with pytest.raises((UsageError, MomentError), match=said):
        make_row(load(Path(service.config), {}), options, bytes(32), NOW)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["create", "--name", "x"], "--role is needed"),
        (["create", "--name", "x", "--role", "root"], "invalid choice"),
        (["revoke", "nobody"], "no token 'nobody'"),
    ],
)
def test_what_cannot_be_done_is_2(service: Service, arguments: list[str], said: str) -> None:
    done = run(service, "token", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_two_tokens_of_one_name_are_not_told_apart_so_there_is_one(service: Service) -> None:
    make(service, "--name", "board", "--kind", "kiosk")
    second = run(service, "token", "create", "--name", "board", "--kind", "kiosk")
    assert (second.returncode, "already" in second.stderr) == (2, True)
    assert run(service, "token", "revoke", "board").returncode == 0
    make(service, "--name", "board", "--kind", "kiosk")
    assert [row["action"] for row in trail(service)] == ["token.create", "token.revoke", "token.create"]


@pytest.mark.parametrize(("queue", "is_told"), [("hotlin", True), ("Hotline", False), ("main/hotline", False)])
def test_a_queue_that_no_setting_names_is_told(
    service: Service, capsys: pytest.CaptureFixture[str], queue: str, is_told: bool
) -> None:
    options = build_parser().parse_args(["token", "create", "--name", "x", "--role", "viewer", "--queue", queue])
    assert make_row(load(Path(service.config), {}), options, bytes(32), NOW).queues == [queue]
    assert ("no queue 'hotlin'" in capsys.readouterr().err) == is_told


def test_without_a_ledger_nothing_is_made(service: Service) -> None:
    (service.folder / "state").mkdir()
    (service.folder / "state" / "ledger.sqlite").write_bytes(b"no database, whatever its name says" * 100)
    for arguments in (["token", "create", "--name", "x", "--role", "viewer"], ["token", "list"], ["audit", "verify"]):
        done = run(service, *arguments)
        assert (done.returncode, done.stdout) == (os.EX_UNAVAILABLE, "")
        assert "restore a backup" in done.stderr
        assert done.stderr.startswith(f"hotline {arguments[0]}: ")


# --- the audit log ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The state folder of a ledger with three rows in its audit log."""
    service = Service(tmp_path_factory.mktemp("three"), find_free_port())
    service.configure()
    assert run(service, "audit", "verify").stdout == "the audit log is empty\n"
    for name in ("a", "b", "c"):
        make(service, "--name", name, "--role", "viewer")
    return service.folder / "state"


def test_a_chain_that_holds_says_what_was_compared(service: Service, three: Path) -> None:
    shutil.copytree(three, service.folder / "state")
    held = run(service, "audit", "verify", "--json")
    (chain,) = json.loads(held.stdout)["chains"]
    assert (held.returncode, chain["rows"], chain["faults"], chain["heads_compared"]) == (0, 3, 0, 1)
    told = run(service, "audit", "verify").stdout
    assert "3 rows, 1 heads compared: holds" in told
    assert "Not found by this" in told


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE audit_log SET actor = 'nobody' WHERE number = 2", "row 2: changed: its text says otherwise"),
        ("DELETE FROM audit_log WHERE number = 2", "row 2: missing"),
        ("DELETE FROM audit_log WHERE number = 3", "row 3: cut"),
        ("DELETE FROM audit_log", "row 1: cut"),
    ],
)
def test_what_was_done_is_named_by_row(service: Service, three: Path, statement: str, said: str) -> None:
    shutil.copytree(three, service.folder / "state")
    spoil(service, statement)
    found = run(service, "audit", "verify")
    assert (found.returncode, said in found.stdout) == (1, True), found.stdout


def test_a_head_that_somebody_kept_finds_what_the_state_folder_does_not(service: Service, three: Path) -> None:
    """Whoever cuts the chain and wipes the heads beside it is found by the one in an auditor's drawer."""
    shutil.copytree(three, service.folder / "state")
    (line,) = [line for line in run(service, "audit", "verify").stdout.splitlines() if line.startswith("    head: ")]
    head = line.removeprefix("    head: ")
    spoil(service, "DELETE FROM audit_log WHERE number = 3")
    for path in (service.folder / "state" / "audit").iterdir():
        path.unlink()
    assert run(service, "audit", "verify").returncode == 0
    found = run(service, "audit", "verify", "--head", head)
    assert (found.returncode, "--head knows row 3" in found.stdout) == (1, True)
    assert run(service, "audit", "verify", "--head", "x=1:00").returncode == 2


def test_export_is_all_of_it_and_safe_in_a_spreadsheet(service: Service) -> None:
    make(service, "--name", "=cmd|' /C calc'!A0", "--role", "viewer", "--queue", "热线")
    (row,) = trail(service)
    assert (row["number"], row["action"], row["details"][0]) == (1, "token.create", "=cmd|' /C calc'!A0")
    assert row["details"][-1] == "queue 热线"
    sheet = list(csv.DictReader(io.StringIO(run(service, "audit", "export", "--format", "csv").stdout)))
    assert sheet[0]["details"].startswith("'=cmd")
    assert (sheet[0]["hash"], sheet[0]["body"]) == (row["hash"], row["body"])


# --- moments ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("90d", "2026-12-20T14:13:20Z"),
        ("12h", "2026-09-22T02:13:20Z"),
        ("30m", "2026-09-21T14:43:20Z"),
        ("2026-12-31", "2026-12-31T16:00:00Z"),
        ("2026-12-31T12:00:00+08:00", "2026-12-31T04:00:00Z"),
        ("2026-12-31T12:00:00Z", "2026-12-31T12:00:00Z"),
    ],
)
def test_moments(text: str, means: str) -> None:
    assert spell_moment(read_moment(text, NOW, "Asia/Shanghai")) == means


@pytest.mark.parametrize(
    "text", ["", "soon", "0d", "-1d", "90", "9999999d", "2026-12-31T12:00:00", "2026-13-01", "9999-12-31"]
)
def test_what_could_be_meant_otherwise_is_no_moment(text: str) -> None:
    with pytest.raises(MomentError):
        read_moment(text, NOW, "Asia/Shanghai")

"""Settings that are wrong: every mistake named at once, with its key and a remedy, and never with a secret."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.settings import Mistake, SettingsError, load
from gateway.settings.shape import Keys
from tests.shells.settings_desk import SMALL, Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


MANY = """
surprise = 1
[pbx.main]
hots = "x"
port = 70000
secret = "hush-hush"
secret_file = "none"
login = "md4"
[pbx."Bad Name"]
[queue_defaults]
promise_target = 95
promise_operator = "=<"
[queues.a]
wrap_up_seconds = -1
[queues.A]
[seats.01]
device = "PJSIP/8001"
[seats.02]
device = "pjsip/8001"
[seats.03]
[agents."10 01"]
[site]
staff_floor = [1, 2, 3]
lines_file = "lines.toml"
[http]
host = "0.0.0.0"
[journal]
max_bytes = "many"
[log]
level = "loud"
"""
MANY_LINES = (
    '[[lines]]\ndid = "1"\n[[lines]]\ndid = "1"\n[[lines]]\nname = "no number"\n[[lines]]\ndid = "2"\nnmae = ""\n'
)


def test_every_mistake_is_named_at_once(desk: Desk) -> None:
    desk.write(MANY_LINES, "lines.toml")
    found = desk.mistakes(MANY, {"HOTLINE_TYPO": "1", "HOTLINE_HTTP__PROT": "1", "HOTLINE_STATE__FOLDER": ""})
    assert found == sorted([
        "HOTLINE_TYPO", "agents.10 01", "http.prot", "http.token_file", "journal.max_bytes", "lines.1.did",
        "lines.2.did",
        "lines.3.nmae",
        "log.level", "pbx.Bad Name", "pbx.main.hots", "pbx.main.login", "pbx.main.port", "pbx.main.secret_file",
        "pbx.main.secret_file", "queue_defaults.promise_operator", "queue_defaults.promise_target", "queues.A",
        "queues.a.wrap_up_seconds", "seats.02.device", "seats.03.device", "site.staff_floor", "state.folder",
        "surprise",
    ])  # fmt: skip


def test_a_mistake_says_where_it_stands_and_what_to_do(desk: Desk) -> None:
    path = desk.write(SMALL + "[http]\nprot = 1\n")
    with pytest.raises(SettingsError) as caught:
        load(path, {"HOTLINE_HTTP__PORT": "high"})
    assert str(caught.value).splitlines() == [
        f"http.port (from HOTLINE_HTTP__PORT): {INTEGER}; write a whole number",
        f"http.prot (from {path}): there is no such key; did you mean 'port'?",
    ]


INTEGER = "input should be a valid integer, unable to parse string as an integer"

SEVEN_SEATS = "".join(f'[seats.{n}]\ndevice = "PJSIP/{n}"\n' for n in range(1, 8))
ONE_MISTAKE = {
    "no PBX": ("", ["pbx"]),
    "no secret": ("[pbx.main]\n", ["pbx.main.secret_file"]),
    "empty secret": ('[pbx.main]\nsecret = ""\n', ["pbx.main.secret"]),
    "secret with a line break": ('[pbx.main]\nsecret = "a\\r\\nAction: Originate"\n', ["pbx.main.secret"]),
    "header in a username": (SMALL + 'username = "a\\r\\nAction: b"\n', ["pbx.main.username"]),
    "header in the event mask": (SMALL + 'events = "all\\n"\n', ["pbx.main.events"]),
    "certificate without TLS": (SMALL + 'tls_ca_file = "ca.pem"\n', ["pbx.main.tls_ca_file"]),
    "a section that is no table": (SMALL.replace("[pbx", "http = 1\n[pbx"), ["http"]),
    "a list where a table belongs": ("[[pbx]]\n", ["pbx"]),
    "a promise that is no number": (SMALL + "[queues.a]\npromise_seconds = nan\n", ["queues.a.promise_seconds"]),
    "same PBX twice": (SMALL + '[pbx.twin]\nsecret = "b"\n', ["pbx.twin.host"]),
    "floor above seats": (SMALL + '[seats.01]\ndevice = "PJSIP/1"\n', ["site.staff_floor"]),
    "floor above agents": (SMALL + "[agents.1001]\n", ["site.staff_floor"]),
    "seat without technology": (SMALL + SEVEN_SEATS.replace("PJSIP/7", "7"), ["seats.7.device"]),
    "two ids alike": (SMALL + 'queue_ids = { a = "x", b = "x" }\n', ["pbx.main.queue_ids.b"]),
    "a queue listed twice": (SMALL + 'queues = ["a", "A"]\n', ["pbx.main.queues"]),
    "no time zone": (SMALL + '[site]\ntime_zone = "../etc/passwd"\n', ["site.time_zone"]),
    "an unknown time zone": (SMALL + '[site]\ntime_zone = "Asia/Chuxiong"\n', ["site.time_zone"]),
    "no TOML": ("[pbx", [""]),
    "lines file missing": (SMALL + '[site]\nlines_file = "away.toml"\n', ["site.lines_file"]),
    "lines in the wrong file": (SMALL + "[[lines]]\ndid = \"1\"\n", ["lines"]),
    "lines as a key": ("lines = []\n" + SMALL, ["lines"]),
}  # fmt: skip


@pytest.mark.parametrize("name", ONE_MISTAKE)
def test_one_mistake_is_one_line(desk: Desk, name: str) -> None:
    text, keys = ONE_MISTAKE[name]
    assert desk.mistakes(text) == keys


def test_a_missing_settings_file_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"cannot read .*away\.toml: No such file"):
        load(tmp_path / "away.toml", {})


def test_a_secret_file_that_cannot_be_read_is_a_mistake(desk: Desk) -> None:
    text = '[pbx.main]\nsecret_file = "away"\n[http]\ntoken_file = "blob"\n'
    (desk.folder / "blob").write_bytes(b"\xff\xfe")
    assert desk.mistakes(text) == ["http.token_file", "pbx.main.secret_file"]


def test_mistakes_never_repeat_a_secret(desk: Desk) -> None:
    text = '[pbx.main]\nsecret = "hush-hush\\n!"\n[http]\ntoken = ["t0ken"]\n'
    with pytest.raises(SettingsError) as caught:
        desk.load(text, {"HOTLINE_PBX__MAIN__SECERT": "hush-hush"})
    assert "hush" not in str(caught.value)
    assert "t0ken" not in str(caught.value)
    assert len(caught.value.mistakes) == 3


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=2),
)  # fmt: skip
NAMES = st.sampled_from(
    [*Keys.model_fields, "main", "host", "port", "secret", "promise_seconds", "folder", "lines_file", "did"]
)


@given(environ=st.dictionaries(st.lists(NAMES, min_size=1, max_size=4).map("__".join), VALUES.map(repr), max_size=6))
def test_no_environment_breaks_the_loader(environ: dict[str, str]) -> None:
    variables = {f"HOTLINE_{name.upper()}": text.replace("\x00", "") for name, text in environ.items()}
    mistakes: tuple[Mistake, ...] = ()
    try:
        load(None, variables)
    except SettingsError as error:
        mistakes = error.mistakes
    assert mistakes or any("__SECRET" in name for name in variables)
    assert all(mistake.problem and mistake.remedy for mistake in mistakes)

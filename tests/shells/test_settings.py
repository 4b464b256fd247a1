"""Settings: the shipped file, the order of sources, and every mistake named at once with its key and a remedy."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from gateway.core.site import Promise
from gateway.settings import Mistake, Settings, SettingsError, build_site, load
from gateway.settings.shape import (
    Agent,
    Database,
    Http,
    Journal,
    Keys,
    Line,
    Lines,
    Log,
    Pbx,
    Place,
    Queue,
    QueueDefaults,
    Seat,
    State,
)

REPOSITORY = Path(__file__).parents[2]
SHIPPED = REPOSITORY / "config" / "gateway.toml"
SECRET = {"HOTLINE_PBX__MAIN__SECRET": "hush-hush"}


@dataclass
class Desk:
    """A folder to write settings in."""

    folder: Path

    def write(self, text: str, name: str = "gateway.toml") -> Path:
        path = self.folder / name
        path.write_text(text, "utf-8")
        return path

    def load(self, text: str, environ: dict[str, str] | None = None) -> Settings:
        return load(self.write(text), environ or {})

    def mistakes(self, text: str, environ: dict[str, str] | None = None) -> list[str]:
        with pytest.raises(SettingsError) as caught:
            self.load(text, environ)
        return [".".join(mistake.key) for mistake in caught.value.mistakes]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


# --- the shipped file -------------------------------------------------------------------------------------------------

FIXED: dict[str, type[BaseModel]] = {
    "queue_defaults": QueueDefaults,
    "http": Http,
    "state": State,
    "journal": Journal,
    "database": Database,
    "log": Log,
}
SECTIONS: list[tuple[str, type[BaseModel]]] = [
    ("pbx.main", Pbx), *FIXED.items(), ("queues.hotline", Queue), ("site", Place),
]  # fmt: skip
OF_THE_SITE = {"lines_file", "secret_file"}
"""Keys whose value in the shipped file is the site's own, with no default in the code."""


def test_shipped_file_shows_every_key() -> None:
    for name, section in SECTIONS:
        shown = re.split(r"^\[", SHIPPED.read_text().split(f"\n[{name}]")[1], flags=re.MULTILINE)[0]
        keys = set(re.findall(r"^(?:# )?([a-z_]+) = ", shown, re.MULTILINE))
        assert keys == set(section.model_fields), name
    assert set(tomllib.loads(SHIPPED.read_text())) == set(Keys.model_fields)


def test_shipped_file_says_the_defaults() -> None:
    shipped = tomllib.loads(SHIPPED.read_text())
    for name, section in SECTIONS:
        table = shipped["pbx"]["main"] if section is Pbx else shipped.get(name, {})
        own = {key: value for key, value in table.items() if key not in OF_THE_SITE}
        assert section.model_validate(own) == section(), name


def test_shipped_site_is_the_hotline(tmp_path: Path) -> None:
    (tmp_path / "gateway.toml").write_text(SHIPPED.read_text().replace("secret_file =", "# secret_file ="))
    (tmp_path / "lines.toml").write_text('[[lines]]\ndid = "12345"\nname = "12345"\n')
    settings = load(tmp_path / "gateway.toml", SECRET)
    assert (len(settings.seats), len(settings.agents), list(settings.queues)) == (
        9, 18, ["hotline", "enterprise", "yi", "overflow"],
    )  # fmt: skip
    floor = settings.site.staff_floor
    assert (max(floor), min(floor), sum(floor) / 24) == (7, 2, 4.0)
    site = build_site(settings, "main")
    assert site.seat_by_device["pjsip/8009"].id == "09"
    assert site.rule_of("HOTLINE").wrap_up_us == 20_000_000
    assert site.rule_of("unheard").promise == Promise()
    assert site.line_of("12345") == "12345"


# --- where settings come from -----------------------------------------------------------------------------------------

SMALL = '[pbx.main]\nsecret = "hush-hush"\n'


def test_environment_wins_over_file_over_default(desk: Desk) -> None:
    settings = desk.load(
        SMALL + "[http]\nport = 9000\n", {"HOTLINE_HTTP__PORT": "9001", "HOTLINE_PBX__MAIN__HOST": "pbx"}
    )
    assert (settings.http.port, settings.pbx["main"].host, settings.http.host) == (9001, "pbx", "127.0.0.1")


def test_environment_alone_is_enough() -> None:
    settings = load(None, SECRET | {"HOTLINE_PBX__MAIN__TRUNKS": '["PJSIP/trunk"]'})
    assert settings.pbx["main"].trunks == ("PJSIP/trunk",)


def test_environment_finds_names_written_in_capitals(desk: Desk) -> None:
    settings = desk.load(SMALL + "[queues.Hotline]\n", {"HOTLINE_QUEUES__HOTLINE__WRAP_UP_SECONDS": "7.5"})
    assert settings.queues == {"Hotline": Queue(wrap_up_seconds=7.5)}


def test_secret_comes_from_a_file_beside_the_settings(desk: Desk) -> None:
    desk.write("s3cret\n", "pbx.secret")
    secret = desk.load('[pbx.main]\nsecret_file = "pbx.secret"\n').pbx["main"].secret
    assert secret is not None
    assert secret.get_secret_value() == "s3cret"


def test_secrets_are_never_shown(desk: Desk) -> None:
    settings = desk.load(SMALL + '[http]\ntoken = "t0ken-t0ken"\n')
    for shown in (repr(settings), str(settings), settings.model_dump_json()):
        assert "hush-hush" not in shown
        assert "t0ken" not in shown


def test_settings_are_frozen(desk: Desk) -> None:
    with pytest.raises(ValueError, match="frozen"):
        desk.load(SMALL).http.port = 1


# --- what the core is told --------------------------------------------------------------------------------------------

TWO = """
[pbx.north]
secret = "a"
[pbx.south]
secret = "b"
port = 5039
queue_ids = { overflow = "spill" }
[queues.hotline]
promise_operator = "<"
promise_seconds = 20.0
[queues.Overflow]
"""


def test_queues_of_two_pbxs_get_ids_that_do_not_collide(desk: Desk) -> None:
    settings = desk.load(TWO)
    north, south = build_site(settings, "north"), build_site(settings, "south")
    assert (north.queue_id("hotline"), south.queue_id("HOTLINE")) == ("north/hotline", "south/hotline")
    assert (north.queue_id("overflow"), south.queue_id("overflow")) == ("north/Overflow", "spill")
    assert build_site(desk.load(SMALL + "[queues.hotline]\n"), "main").queue_id("hotline") == "hotline"


def test_queues_that_only_one_pbx_has_keep_their_names(desk: Desk) -> None:
    listed = TWO.replace('secret = "a"', 'secret = "a"\nqueues = ["hotline"]')
    listed = listed.replace('secret = "b"', 'secret = "b"\nqueues = ["overflow"]')
    settings = desk.load(listed)
    assert build_site(settings, "north").queue_id("hotline") == "hotline"
    assert build_site(settings, "south").queue_id("overflow") == "spill"


def test_promise_operator_and_line_promise_reach_the_core(desk: Desk) -> None:
    desk.write('[[lines]]\ndid = "12345"\npromise_seconds = 10.5\n[[lines]]\ndid = "12369"\n', "lines.toml")
    site = build_site(desk.load(TWO + '[site]\nlines_file = "lines.toml"\n'), "north")
    assert site.rule_of("hotline").promise == Promise(20_000_000, 0.95, strict=True)
    assert site.line_by_did["12345"].promise == Promise(10_500_000)
    assert site.line_by_did["12369"].promise is None


# --- mistakes ---------------------------------------------------------------------------------------------------------

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


def test_all_models_have_defaults_for_every_key() -> None:
    for section in (Keys, Pbx, QueueDefaults, Queue, Seat, Agent, Line, Lines, Place, Http, State, Journal, Log):
        assert not [name for name, field in section.model_fields.items() if field.is_required()]

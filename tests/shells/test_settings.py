"""Settings: the shipped file, the order of sources, what the core is told."""

import re
import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel

from gateway.core.access import Role
from gateway.core.numbering import Numbering
from gateway.core.site import Promise
from gateway.settings import build_site, load
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
    Privacy,
    Queue,
    QueueDefaults,
    Seat,
    State,
)
from tests.shells.settings_desk import SMALL, Desk

REPOSITORY = Path(__file__).parents[2]
SHIPPED = REPOSITORY / "config" / "gateway.toml"
SECRET = {"HOTLINE_PBX__MAIN__SECRET": "hush-hush"}


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
    "privacy": Privacy,
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
    assert site.numbering == Numbering(country="86", area="0878", outside_prefix="9")


def test_all_models_have_defaults_for_every_key() -> None:
    others: tuple[type[BaseModel], ...] = (Keys, Pbx, Queue, Seat, Agent, Line, Lines, Place)
    for section in (*others, *FIXED.values()):
        assert not [name for name, field in section.model_fields.items() if field.is_required()]


# --- where settings come from -----------------------------------------------------------------------------------------


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


def test_the_key_of_callers_numbers_stands_beside_the_settings(desk: Desk, tmp_path: Path) -> None:
    """It is named, not read: what is wrong with it the ledger says, with its remedy."""
    assert desk.load(SMALL).privacy.key_file is None
    named = desk.load(SMALL + '[privacy]\nkey_file = "keys/callers.key"\n').privacy.key_file
    assert named == str(tmp_path / "keys" / "callers.key")
    assert desk.load(SMALL, {"HOTLINE_PRIVACY__KEY_FILE": "/run/k"}).privacy.key_file == "/run/k"


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


# --- who comes from this machine --------------------------------------------------------------------------------------


def test_nobody_has_a_role_for_coming_from_this_machine_unless_it_is_said(desk: Desk) -> None:
    assert desk.load(SMALL).http.loopback_role is None
    assert desk.load(SMALL, {"HOTLINE_HTTP__LOOPBACK_ROLE": "viewer"}).http.loopback_role is Role.VIEWER
    assert desk.mistakes(SMALL + '[http]\nloopback_role = "root"\n') == ["http.loopback_role"]


def test_that_role_is_for_loopback_alone(desk: Desk) -> None:
    text = SMALL + '[http]\nhost = "{}"\ntoken = "t0ken"\nloopback_role = "viewer"\n'
    for host in ("0.0.0.0", "10.0.0.1", "gateway.example"):
        assert desk.mistakes(text.format(host)) == ["http.loopback_role"]
    for host in ("127.0.0.1", "::1", "localhost"):
        assert desk.load(text.format(host)).http.loopback_role is Role.VIEWER

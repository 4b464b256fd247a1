"""`queue_log_url` and what belongs to it: a table in PostgreSQL, its password from a file, one source for one PBX."""

from pathlib import Path

import pytest

from gateway.ledger.queue_table import find_table_address
from gateway.settings import SettingsError
from tests.shells.settings_desk import SMALL, Desk

URL = 'queue_log_url = "postgresql+asyncpg://reader@db/asterisk"\n'
KEY = "pbx.main.queue_log_url"
WORD = "pbx.main.queue_log_password_file"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_table_and_its_password(desk: Desk) -> None:
    desk.write("reads\n", "word")
    more = 'queue_log_password_file = "word"\nqueue_log_table = "pbx.queue_log"\n'
    settings = desk.load(SMALL + URL + more)
    address = find_table_address(settings, "main")
    assert address is not None
    assert (address.database.url.password, address.name, str(address.zone)) == (
        "reads",
        "pbx.queue_log",
        "Asia/Shanghai",
    )
    assert "reads" not in settings.model_dump_json()
    assert "reads" not in address.label
    zoned = find_table_address(desk.load(SMALL + URL + 'queue_log_time_zone = "UTC"\n'), "main")
    assert zoned is not None
    assert str(zoned.zone) == "UTC"


def test_no_table(desk: Desk) -> None:
    assert find_table_address(desk.load(SMALL), "main") is None


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        (URL + 'queue_log = "/var/log/asterisk/queue_log"\n', [KEY]),
        (URL + 'queue_log_time_zone = "Mars/Olympus"\n', ["pbx.main.queue_log_time_zone"]),
        (URL + 'queue_log_table = "x; DROP TABLE y"\n', ["pbx.main.queue_log_table"]),
        (URL + 'queue_log_password = "a"\nqueue_log_password_file = "none"\n', [WORD, WORD]),
        ('queue_log_password = "a"\n', [WORD]),
        ('queue_log_url = "mysql://reader@db/asterisk"\n', [KEY]),
        ('queue_log_url = "sqlite+aiosqlite:////var/lib/asterisk/realtime.sqlite3"\n', [KEY]),
        ('queue_log_url = "postgresql+asyncpg://reader:hush-hush@db/asterisk"\n', [KEY]),
        (URL + f'[pbx.other]\nhost = "127.0.0.2"\nsecret = "x"\n{URL}', ["pbx.other.queue_log_table"]),
    ],
)
def test_what_is_refused(desk: Desk, text: str, keys: list[str]) -> None:
    assert desk.mistakes(SMALL + text) == keys


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('queue_log_url = "mysql://reader@db/asterisk"\n', "only a table in PostgreSQL can be followed"),
        ('queue_log_url = "mysql://reader@db/asterisk"\n', "queue_log_to_file = yes"),
        ('queue_log_url = "postgresql+asyncpg://reader:hush-hush@db/asterisk"\n', "as queue_log_password_file"),
        (URL + 'queue_log = "/var/log/asterisk/queue_log"\n', "the same records twice"),
    ],
)
def test_refusals_say_what_to_do(desk: Desk, text: str, words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        desk.load(SMALL + text)
    assert words in str(caught.value)
    assert "hush" not in str(caught.value)

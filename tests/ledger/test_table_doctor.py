"""`hotline doctor` on real tables: what is wrong, less than it could be, worth knowing; a good one has no finding."""

from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import URL

from gateway.commands.doctor import examine_table
from gateway.ledger.table_doctor import examine, has_summer_time
from tests.ledger.queue_desk import START, Desk, make_desk
from tests.shells.settings_desk import SMALL
from tests.shells.settings_desk import Desk as SettingsDesk

pytestmark = pytest.mark.postgres


async def consult(desk: Desk, user: str | None = None) -> dict[str, str]:
    """The findings by code; asked by the reader, who may only read, or by the `user` who owns the table."""
    reader = f"reader_{desk.url.database}"
    await desk.execute(
        f"DO $$ BEGIN GRANT SELECT ON {desk.table} TO {reader}; EXCEPTION WHEN undefined_table THEN END $$"
    )
    url = desk.url if user is not None else desk.url.set(username=reader, password="reads")
    found = await examine(replace(desk, url=url).address)
    assert all(finding.what and finding.figure and finding.remedy for finding in found)
    return {finding.code: finding.weight for finding in found}


async def test_a_good_table_has_no_finding(url: URL) -> None:
    desk = await make_desk(url)
    await desk.log(5, "ENTERQUEUE", f"{START + 5}.1", "", "1", "1")
    assert await consult(desk) == {}


async def test_the_least_that_can_be_read(url: URL) -> None:
    desk = await make_desk(url, "time", zone="Europe/Berlin")
    await desk.execute("ALTER TABLE queue_log DROP COLUMN data")
    await desk.log(5, "ENTERQUEUE", f"{START + 5 - 3600}.1", "", "1", "1")
    assert await consult(desk) == {
        "table_zone": "wrong", "table_no_data": "wrong", "table_no_index": "less", "table_no_id": "less",
        "table_summer_time": "less",
    }  # fmt: skip
    await desk.execute("CREATE INDEX ON queue_log (time)")
    assert "table_no_index" not in await consult(desk)


async def test_who_may_write(url: URL) -> None:
    assert await consult(await make_desk(url), str(url.username)) == {"table_writable": "note"}


async def test_what_cannot_be_read(url: URL) -> None:
    desk = Desk(url)
    assert await consult(desk) == {"table_missing": "wrong"}
    await desk.execute("CREATE TABLE queue_log (time text)")
    assert await consult(desk) == {"table_columns": "wrong"}


async def test_the_command_looks_where_the_settings_say(url: URL, tmp_path: Path) -> None:
    await make_desk(url)
    keys = f"""
queue_log_url = "{url._replace(password=None).render_as_string(hide_password=False)}"
queue_log_password = "{url.password}"
"""
    settings = SettingsDesk(tmp_path).load(SMALL + keys + '[pbx.other]\nhost = "127.0.0.2"\nsecret = "x"\n')
    assert [finding.code for finding in await examine_table(settings, "main")] == ["table_writable"]
    assert await examine_table(settings, "other") == []


@pytest.mark.parametrize(("zone", "turns"), [("UTC", False), ("Asia/Shanghai", False), ("Europe/Berlin", True)])
def test_zones_with_summer_time(zone: str, turns: bool) -> None:
    assert has_summer_time(ZoneInfo(zone), 2026) is turns

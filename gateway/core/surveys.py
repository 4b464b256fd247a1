"""Markers of our dialplan -> surveys: the same marker by UserEvent and in queue_log is one row.

Law: the key is the call and the marker's own time, which both carry. An empty score says that the caller was asked and
did not rate, not whether he hung up or pressed nothing: outcome null. Only 1 to 5 is a score.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from gateway.core import facts as ft
from gateway.core import log_records as rec
from gateway.core.ids import derive_id
from gateway.core.site import Site
from gateway.core.waits import EXACT

OPEN_MAX = 20_000
RATED = "rated"
_TIME = re.compile(r"(\d{9,11})\.(\d{6})", re.ASCII)


class SurveyRow(NamedTuple):
    """One caller asked. `ended_at`: when he had answered or not, UTC µs; `visit`: the last one he talked in."""

    id: str
    call: str
    visit: str | None
    pbx: str
    callid: str
    queue: str | None
    line: str | None
    agent: str | None
    ended_at: int
    outcome: str | None
    score: int | None
    precision: str
    source: str
    revision: int = 0


class SurveyReader:
    """Markers of one feed -> surveys. Its memory is the last visit in which each caller talked."""

    def __init__(self) -> None:
        self._visits: dict[str, str] = {}

    def see(self, fact: ft.Fact, site: Site) -> SurveyRow | None:
        """The survey a fact tells of, or None. One whose call the feed does not know is left to the log."""
        match fact:
            case ft.VisitEnded():
                self._visits[fact.call] = fact.visit
                if len(self._visits) > OPEN_MAX:
                    del self._visits[next(iter(self._visits))]
            case ft.CallEnded():
                self._visits.pop(fact.call, None)
            case ft.MarkerSeen(marker="survey", call=str(call)):
                data = dict(fact.data)
                found = _TIME.fullmatch(data.get("At", ""))
                at = int(found[1] + found[2]) if found else fact.at
                row = _make_survey(fact.pbx, call, at, data, site, "live")
                return row._replace(visit=self._visits.get(call), line=fact.line)
        return None


def read_survey(pbx: str, record: rec.Record, site: Site) -> SurveyRow | None:
    """The survey a record of queue_log tells of, or None."""
    if not isinstance(record, rec.Marked) or record.marker != "survey":
        return None
    data = dict(record.data) | {"Queue": record.queue if record.queue != "NONE" else ""}
    return _make_survey(pbx, record.callid, record.at, data, site, "log")


def _make_survey(pbx: str, callid: str, at: int, data: Mapping[str, str], site: Site, source: str) -> SurveyRow:
    score = int(data["Score"]) if re.fullmatch("[1-5]", data.get("Score", "")) else None
    queue, line = data.get("Queue"), data.get("Line")
    return SurveyRow(
        derive_id(pbx, "survey", callid, at), derive_id(pbx, "call", callid), None, pbx, callid,
        site.queue_id(queue) if queue else None, site.line_of(line) if line else None, data.get("Agent") or None, at,
        RATED if score is not None else None, score, EXACT, source,
    )  # fmt: skip


def unite_surveys(old: SurveyRow, new: SurveyRow) -> SurveyRow:
    """Both of one id: what one lacks is the other's, and the feed's word stands where they differ."""
    first, second = (new, old) if (old.source, new.source) == ("log", "live") else (old, new)
    known = {name: value for name, value in first._asdict().items() if value is not None}
    source = old.source if old.source == new.source else "both"
    return second._replace(**known)._replace(source=source, revision=old.revision)

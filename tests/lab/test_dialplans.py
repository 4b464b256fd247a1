"""The files of the hotline's dialplan: the generated line table, the markers in both forms.

What they do on a real Asterisk is in tests/lab/dialplans/. The marker table is written out again here on purpose.
"""

import re
from pathlib import Path

import pytest

from lab import lines

DIALPLANS = Path(__file__).parents[2] / "dialplans"
MARKERS = {
    "arrival": "HL_ARRIVAL",
    "human_key": "HL_HUMANKEY",
    "join": "HL_JOIN",
    "exit": "HL_EXIT",
    "survey": "HL_SURVEY",
    "escalation": "HL_ESCALATION",
    "callback": "HL_CALLBACK",
    "emergency": "HL_EMERGENCY",
    "test": "HL_TEST",
    "hangup": "HL_HANGUP",
    "sign_in": "HL_SIGNIN",
    "sign_out": "HL_SIGNOUT",
    "pause": "HL_PAUSE",
    "unpause": "HL_UNPAUSE",
    "wrapup_finish": "HL_WRAPUPFINISH",
}


def test_lines_conf_is_what_the_table_makes() -> None:
    assert lines.main(["--check"]) == 0
    table = lines.read_table(lines.TABLE.read_text(encoding="utf-8"))
    assert len(table) == 33
    assert "12345" in {line.did for line in table}
    assert {line.queue for line in table} == {"hotline", "enterprise", "yi"}
    assert {line.mode for line in table} == set(lines.MODES)


def test_wrong_table_names_every_mistake() -> None:
    good = 'did = "12345"\nname = "a"\ndepartment = "b"\nmode = "整体并入"\nqueue = "yi"\nwindow = "00:00-24:00"\n'
    with pytest.raises(lines.TableError) as caught:
        lines.read_table(
            f"[[lines]]\n{good}[[lines]]\n{good.replace('yi', 'no').replace(chr(34) + 'a', chr(34) + 'a,b')}"
        )
    text = str(caught.value)
    assert "queue = 'no'" in text
    assert "name = 'a,b'" in text
    assert "12345 stands there 2 times" in text
    with pytest.raises(lines.TableError, match="no "):
        lines.read_table("")


@pytest.mark.parametrize("marker", MARKERS)
def test_each_marker_has_both_forms(marker: str) -> None:
    text = (DIALPLANS / "hotline/marks.conf").read_text(encoding="utf-8")
    block = re.search(rf"^exten => {marker},1,.*?Return\(\)", text, re.DOTALL | re.MULTILINE)
    assert block is not None
    assert f"UserEvent(Hotline,Marker: {marker},At: ${{AT}},Line: " in block[0]
    assert f",{MARKERS[marker]},${{AT}}|" in block[0]


def test_files_are_short() -> None:
    long = [path.name for path in DIALPLANS.rglob("*.conf") if len(path.read_text("utf-8").splitlines()) >= 300]
    assert long == []

"""The doctor: what a PBX answers, as tables; every finding names a figure and a remedy."""

import pytest

from gateway.asterisk.doctor import DANGEROUS, NEEDED, Answers, Weight, examine, read_version

FINE = {"Response": "Success", "AsteriskVersion": "22.10.1+dfsg+~cs6.17"}
ALL = {"Response": "Success"} | {action: "(Priv: <none>)" for action, *_ in NEEDED}


def codes(answers: Answers) -> list[str]:
    found = examine(answers)
    assert all(finding.what and finding.figure and finding.remedy for finding in found)
    return [finding.code for finding in found]


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("22.10.1+dfsg+~cs6.17.60671434-1", (22, 10, 1)),
        ("16.28.0~dfsg-0+deb11u4", (16, 28, 0)),
        ("certified/18.9-cert1", (18, 9, 0)),
        ("GIT-master-4f3d", None),
        ("", None),
    ],
)
def test_versions_are_read_as_asterisk_spells_them(text: str, version: tuple[int, int, int] | None) -> None:
    assert read_version(text) == version


def test_nothing_answered_is_nothing_found() -> None:
    assert codes(Answers()) == []
    assert codes(Answers(FINE, ALL, {"FullyBooted": 1}, True, 60.0)) == []


@pytest.mark.parametrize(
    ("settings", "code", "weight"),
    [
        ({"Response": "Error", "Message": "Permission denied"}, "version_unknown", Weight.LESS),
        ({"Response": "Success", "AsteriskVersion": "GIT-master"}, "version_unknown", Weight.NOTE),
        ({"Response": "Success", "AsteriskVersion": "13.38.3"}, "version_old", Weight.WRONG),
        ({"Response": "Success", "AsteriskVersion": "20.9.2"}, "version_unsafe", Weight.NOTE),
    ],
)
def test_versions_are_judged(settings: dict[str, str], code: str, weight: Weight) -> None:
    (finding,) = examine(Answers(settings))
    assert (finding.code, finding.weight) == (code, weight)


@pytest.mark.parametrize("action", [action for action, *_ in NEEDED])
def test_each_missing_action_is_named(action: str) -> None:
    (found,) = codes(Answers(FINE, {key: value for key, value in ALL.items() if key != action}))
    assert found == f"no_{action.lower()}"


@pytest.mark.parametrize("action", DANGEROUS)
def test_each_dangerous_action_is_named(action: str) -> None:
    (finding,) = examine(Answers(FINE, ALL | {action: "(Priv: all)"}))
    assert finding.code == "too_much"
    assert action in finding.what


@pytest.mark.parametrize(
    ("events", "stamped", "up_s", "expected"),
    [
        ({}, None, 1.0, []),
        ({}, None, 60.0, ["no_system_events"]),
        ({"FullyBooted": 1}, False, 60.0, ["no_timestamps"]),
        ({"FullyBooted": 1, "Newchannel": 3}, True, 60.0, ["no_agent_events"]),
        ({"FullyBooted": 1, "QueueCallerJoin": 3}, True, 60.0, ["no_call_events"]),
        ({"FullyBooted": 1, "QueueCallerJoin": 3, "Newchannel": 3}, True, 60.0, []),
    ],
)
def test_what_is_not_seen_is_judged_by_what_is(
    events: dict[str, int], stamped: bool | None, up_s: float, expected: list[str]
) -> None:
    assert codes(Answers(FINE, ALL, events, stamped, up_s)) == expected


def test_the_worst_comes_first() -> None:
    found = examine(
        Answers({"Response": "Success", "AsteriskVersion": "13.0.0"}, {"Response": "Success"}, {}, False, 60.0)
    )
    weights = [list(Weight).index(finding.weight) for finding in found]
    assert weights == sorted(weights)
    assert len(found) == 1 + len(NEEDED) + 2

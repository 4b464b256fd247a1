"""Who may do what. Law: the table is spelled out here once more, so that no right is given by accident."""

import pytest

from gateway.core.access import (
    RIGHTS,
    Principal,
    Right,
    Role,
    TokenKind,
    make_scope,
    may,
    sees_queue,
)

SPELLED = {
    #                        health live history callers unreached gaps audit tokens metrics
    Role.VIEWER:     "yes    yes  no      no      no        yes  no    no     yes",
    Role.SUPERVISOR: "yes    yes  yes     yes     yes       yes  no    no     yes",
    Role.MANAGER:    "yes    yes  yes     yes     yes       yes  no    no     yes",
    Role.AUDITOR:    "yes    yes  yes     no      no        yes  yes   no     yes",
    Role.ADMIN:      "yes    yes  yes     no      no        yes  yes   yes    yes",
}  # fmt: skip
OVER_ALL = {Right.METRICS, Right.AUDIT, Right.TOKENS}


@pytest.mark.parametrize("role", Role)
def test_every_role_has_the_rights_spelled_out_and_no_other(role: Role) -> None:
    spelled = dict(zip(Right, SPELLED[role].split(), strict=True))
    judged = {right: may(Principal("x", role), right) for right in Right}
    assert {right: "yes" if verdict.is_allowed else "no" for right, verdict in judged.items()} == spelled
    for right, verdict in judged.items():
        assert verdict.is_allowed == (verdict.reason == "")
        assert verdict.is_allowed or (role in verdict.reason and right in verdict.reason)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("right", Right)
def test_a_kiosk_sees_the_present_and_nothing_else_whatever_its_role(role: Role, right: Right) -> None:
    verdict = may(Principal("board", role, kind=TokenKind.KIOSK), right)
    assert verdict.is_allowed == (right in {Right.HEALTH, Right.LIVE})


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("right", Right)
def test_a_scope_takes_what_is_over_all_queues_and_gives_nothing(role: Role, right: Right) -> None:
    limited = may(Principal("x", role, frozenset({"hotline"})), right).is_allowed
    assert limited == (right in RIGHTS[role] and right not in OVER_ALL)


@pytest.mark.parametrize(
    ("queues", "queue", "sees"),
    [
        (None, "hotline", True),
        (None, None, True),
        (["hotline"], "hotline", True),
        (["Hotline"], "hOTLINE", True),
        (["hotline"], "hotline2", False),
        (["hotline"], "main/hotline", False),
        (["main/hotline"], "main/hotline", True),
        (["hotline"], None, False),
        ([], "hotline", False),
        ([], None, False),
    ],
)
def test_a_queue_is_seen_by_its_id_in_any_case(queues: list[str] | None, queue: str | None, sees: bool) -> None:
    verdict = sees_queue(Principal("x", Role.ADMIN, make_scope(queues)), queue)
    assert verdict.is_allowed == sees
    assert bool(verdict.reason) != sees

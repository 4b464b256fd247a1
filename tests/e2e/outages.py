"""What the tests of outages do to a PBX and demand of the gateway afterwards."""

from lab.ami import Ami
from lab.farm import Call
from lab.scripts import answer
from lab.site import Site
from tests.e2e.http import Http
from tests.e2e.inside import Inside
from tests.e2e.pbx_view import View, ask_gateway, ask_pbx
from tests.e2e.process import now_us, wait_until

CONTACT_SECONDS = 5.0
SECOND = 1_000_000
TALK, WAIT = "12315", "12333"


def start_calls(site: Site) -> tuple[Call, Call]:
    """One caller who talks with an agent, one who waits."""
    talking = site.farm.place_call(TALK, {"any": answer(0.3)})
    waiting = site.farm.place_call(WAIT)
    talking.wait_agent()
    waiting.wait_ringing()
    return talking, waiting


def end_calls(*calls: Call) -> None:
    """The callers hang up; returns when every phone of these calls is on the hook."""
    for call in calls:
        call.hang_up()
    for call in calls:
        call.wait_settled(15)


def clear_lines(*calls: Call) -> None:
    """After the PBX died: every phone that it left ringing or talking to nobody is put on the hook."""
    for call in calls:
        for leg in call.placed.legs:
            if leg.ended_at is None:
                call.hang_up(leg)
    end_calls(*calls)


def agree(inside: Inside, site: Site, since: int, name: str) -> View:
    """Wait until gateway and PBX show the same; it must be so within 5 s of contact."""
    http = inside.http
    with site.login("off") as ami:
        try:
            wait_until(f"{name}: the same as the PBX", lambda: is_same(inside, http, ami), CONTACT_SECONDS)
            view = ask_pbx(ami)
        finally:
            http.close()
    took = now_us() - since
    print(f"\n{name}: right {took / SECOND:.2f} s after contact")
    assert took <= CONTACT_SECONDS * SECOND
    return view


def is_same(inside: Inside, http: Http, ami: Ami) -> bool:
    return inside.feed().status.live and ask_gateway(http) == ask_pbx(ami)


def kick(ami: Ami, address: str) -> None:
    """`manager kick session` for the reader's session from `address`; its number is the file descriptor."""
    rows = [line.split() for line in ami.command("manager show connected").splitlines()]
    (number,) = [row[4] for row in rows if len(row) > 4 and row[0] == "reader" and row[1] == address]
    ami.command(f"manager kick session {number}")

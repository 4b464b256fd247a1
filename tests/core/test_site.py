"""What the settings say, as the core asks for it."""

from gateway.core.facts import CallArrived
from gateway.core.site import UNKNOWN_LINE, Promise, QueueRule, Site
from tests.core.world import SITE, World


def test_names_are_found_in_any_case() -> None:
    site = Site(queues=(QueueRule("Hotline", wrap_up_us=5),), queue_ids=(("hotline", "pbx1/Hotline"),))
    assert site.rule_of("HOTLINE").wrap_up_us == 5
    assert site.queue_id("HOTLINE") == "pbx1/Hotline"
    assert site.names_queue("hotLINE")
    assert SITE.seat_by_device["pjsip/8001"].id == "01"


def test_what_is_not_named_gets_the_default_and_its_own_name() -> None:
    site = Site(default_rule=QueueRule("", promise=Promise(within_us=7)))
    assert site.rule_of("Any") == QueueRule("Any", promise=Promise(within_us=7))
    assert site.queue_id("Any") == "Any"
    assert not site.names_queue("any")
    assert site.agent_by_number == {}


def test_an_unknown_did_counts_on_the_unknown_line() -> None:
    world = World()
    world.arrive("12345")
    world.arrive("00000")
    assert [(fact.line, fact.did) for fact in world.of(CallArrived)] == [("12345", "12345"), (UNKNOWN_LINE, "00000")]


def test_a_queue_no_settings_name_bears_its_pbx_where_there_are_several() -> None:
    site = Site(queues=(QueueRule("Hotline"),), queue_prefix="pbx1/")
    assert site.queue_id("hotline") == "hotline"
    assert site.queue_id("adhoc") == "pbx1/adhoc"
    assert site.queue_id(site.queue_id("adhoc")) == "pbx1/adhoc"

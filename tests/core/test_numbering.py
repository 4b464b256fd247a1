"""One subscriber, however his number is spelt; and nobody where a number says nobody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.numbering import Numbering, identify, strip_prefix

HERE = Numbering()


@pytest.mark.parametrize(
    "spelt", ["13812345678", "+8613812345678", "008613812345678", "8613812345678", "013812345678", "+86 138-1234-5678"]
)
def test_a_mobile_number_is_one_subscriber_in_every_spelling(spelt: str) -> None:
    assert identify(spelt, HERE) == "13812345678"


@pytest.mark.parametrize("spelt", ["3126666", "08783126666", "+868783126666", "(0878) 312-6666", "00868783126666"])
def test_a_fixed_line_of_the_area_is_one_subscriber_with_and_without_its_area(spelt: str) -> None:
    assert identify(spelt, HERE) == "08783126666"


@pytest.mark.parametrize(
    ("spelt", "found"),
    [
        ("02885551234", "02885551234"),
        ("+442079460000", "+442079460000"),
        ("95588", "95588"),
        ("96128", "96128"),
        ("4008123123", "4008123123"),
        ("12345", "12345"),
    ],
)
def test_other_numbers_stay_what_they_are(spelt: str, found: str) -> None:
    assert identify(spelt, HERE) == found


@pytest.mark.parametrize(
    "spelt",
    ["", "anonymous", "unknown", "Restricted", "8001", "110", "+", "00", "+86", "s", "张三", "1381234567x", "٣" * 11],
)
def test_a_number_that_says_nobody_is_none(spelt: str) -> None:
    assert identify(spelt, HERE) is None


def test_elsewhere_other_rules_hold() -> None:
    away = Numbering(country="44", area="", outside_prefix="")
    assert identify("+442079460000", away) == identify("02079460000", away) == "02079460000"
    assert identify("3126666", away) == "3126666"
    assert strip_prefix("913812345678", away) == "913812345678"


def test_an_agent_dials_a_prefix_to_get_outside() -> None:
    assert strip_prefix("913812345678", HERE) == "13812345678"
    assert strip_prefix("13812345678", HERE) == "13812345678"


@given(st.text(st.sampled_from("+0123456789 -().xа"), max_size=20))
def test_one_spelling_is_its_own_and_nothing_raises(text: str) -> None:
    found = identify(text, HERE)
    assert found is None or identify(found, HERE) == found

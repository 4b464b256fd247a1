"""One spelling of a telephone number, so that all calls of one subscriber are known as his.

Law: pure, and about telling subscribers apart only: what is shown or dialled is always as the PBX said it. A number
that many share or that says nobody (withheld, an extension, a service code of up to four digits) is no subscriber.
"""

import re
from dataclasses import dataclass
from typing import Final

SHORTEST: Final = 5
"""Digits. 110, 119, 8001 and the like are places, not people who could be called back."""
_MARKS: Final = re.compile(r"[\s().\-/]+")
_CHINESE_MOBILE: Final = re.compile(r"1[3-9][0-9]{9}", re.ASCII)
_NATIONAL: Final = re.compile(r"[1-9][0-9]{8,11}", re.ASCII)
_LOCAL: Final = re.compile(r"[2-9][0-9]{5,7}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Numbering:
    """Where the site is. `country` and `area` (with its leading 0) as dialled; '' where not known.

    `outside_prefix`: what an agent dials before a number of the outside world.
    """

    country: str = "86"
    area: str = "0878"
    outside_prefix: str = "9"


HERE: Final = Numbering()


def identify(number: str, numbering: Numbering) -> str | None:
    """The subscriber a number is: `+86 138-1234-5678`, `013812345678` and `13812345678` are one. None: nobody."""
    text = _MARKS.sub("", number)
    if not text.isascii() or not text.removeprefix("+").isdigit() or len(text.removeprefix("+")) < SHORTEST:
        return None
    if text.startswith(("+", "00")):
        return _spell_foreign(text.removeprefix("+") if text[0] == "+" else text[2:], numbering)
    rest = text.removeprefix(numbering.country)
    if rest != text and _is_mobile(rest, numbering):
        return rest
    if text[0] == "0" and _is_mobile(text[1:], numbering):
        return text[1:]
    # Eight digits at most and no prefix: a subscriber of the site's own area.
    return numbering.area + text if numbering.area and _LOCAL.fullmatch(text) and not _is_service(text) else text


def strip_prefix(dialled: str, numbering: Numbering) -> str:
    """The number that an agent called, without what he dialled to get outside."""
    prefix = numbering.outside_prefix
    return dialled[len(prefix) :] if prefix and dialled.startswith(prefix) else dialled


def _spell_foreign(digits: str, numbering: Numbering) -> str | None:
    """An international number; one of the own country as it is spelt at home."""
    rest = digits.removeprefix(numbering.country) if numbering.country else digits
    if rest == digits:
        return f"+{digits}" if len(digits) >= SHORTEST else None
    if _is_mobile(rest, numbering) or not _NATIONAL.fullmatch(rest):
        return rest if len(rest) >= SHORTEST else None
    return f"0{rest}"


def _is_mobile(text: str, numbering: Numbering) -> bool:
    return numbering.country == "86" and _CHINESE_MOBILE.fullmatch(text) is not None


def _is_service(text: str) -> bool:
    """95xxx, 96xxx, 400 and 800 numbers have no area."""
    return text.startswith(("95", "96", "400", "800"))

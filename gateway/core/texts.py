"""Values of AMI headers -> text, remembered because names recur. Bounded, whatever comes."""

import re
from collections.abc import Mapping
from typing import Any

from gateway.core.ami import Span

TEXTS_MAX = 8_192
VALUE_MAX = 1024
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class Texts(dict[bytes, str]):
    """Text of a value: UTF-8 with replacement, no control characters."""

    def __missing__(self, value: bytes) -> str:
        text = _CONTROL.sub("\ufffd", value[:VALUE_MAX].decode("utf-8", "replace"))
        if len(self) >= TEXTS_MAX:
            self.clear()
        if len(value) <= VALUE_MAX:
            self[value] = text
        return text


class Spans(dict[bytes, Any]):
    """What is built of a whole span: its bytes from the first value to the end of the last."""

    def __init__(self, span: Span, first: str, texts: Texts) -> None:
        super().__init__()
        self._span = span
        self._head = first.encode() + b": "
        self._texts = texts

    def __missing__(self, value: bytes) -> Any:
        said = dict(line.split(b": ", 1) for line in (self._head + value).split(b"\r\n"))
        built = self._span.build(*[self._texts[said.get(key.encode(), b"")] for key in self._span.keys])
        if len(self) >= TEXTS_MAX:
            self.clear()
        if len(value) <= VALUE_MAX:
            self[value] = built
        return built


class Memory:
    """All that one connection remembers of values."""

    def __init__(self) -> None:
        self.texts = Texts()
        self._spans: dict[tuple[tuple[str, ...], str], Spans] = {}

    def find(self, unit: str | Span, first: str = "") -> Mapping[bytes, Any]:
        """Where the values of a wanted unit are looked up; `first` is the header a shape's span begins with."""
        if isinstance(unit, str):
            return self.texts
        key = unit.keys, first
        if key not in self._spans:
            self._spans[key] = Spans(unit, first, self.texts)
        return self._spans[key]

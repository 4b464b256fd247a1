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
        text = value[:VALUE_MAX].decode("utf-8", "replace")
        if not text.isprintable():
            text = _CONTROL.sub("\ufffd", text)
        if len(self) >= TEXTS_MAX:
            self.clear()
        if len(value) <= VALUE_MAX:
            self[value] = text
        return text


class Spans(dict[bytes, Any]):
    """What is built of a whole span: its bytes from the first value to the end of the last.

    `own`: the headers of the span that a shape has, in its order; the pattern has checked that they stand there.
    """

    def __init__(self, span: Span, own: tuple[str, ...], texts: Texts) -> None:
        super().__init__()
        self._build = span.build
        self._lengths = [0, *(len(key) + 2 for key in own[1:])]
        places = [own.index(key) if key in own else len(own) for key in span.keys]
        self._places = None if places == list(range(len(own))) else places
        self._texts = texts

    def __missing__(self, value: bytes) -> Any:
        texts = self._texts
        said = [texts[line[length:]] for line, length in zip(value.split(b"\r\n"), self._lengths, strict=True)]
        if self._places is not None:
            said.append("")
            said = [said[place] for place in self._places]
        built = self._build(*said)
        if len(self) >= TEXTS_MAX:
            self.clear()
        if len(value) <= VALUE_MAX:
            self[value] = built
        return built


class Memory:
    """All that one connection remembers of values."""

    def __init__(self) -> None:
        self.texts = Texts()
        self._spans: dict[tuple[tuple[str, ...], tuple[str, ...]], Spans] = {}

    def find(self, unit: str | Span, own: tuple[str, ...] = ()) -> Mapping[bytes, Any]:
        """Where the values of a wanted unit are looked up; `own`: the headers a shape has of a span."""
        if isinstance(unit, str):
            return self.texts
        key = unit.keys, own
        if key not in self._spans:
            self._spans[key] = Spans(unit, own, self.texts)
        return self._spans[key]

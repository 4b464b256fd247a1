"""One spelling of a value as bytes, so that equal values are equal bytes in every process.

Law: knows no domain. Frozen dataclasses made of numbers, texts, tuples and frozensets go to JSON and come back equal;
`build` is the reverse of `spell`. A fact is one line: its name first, then its fields in the order they are declared.
"""

from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import orjson

from gateway.core.facts import Fact

T = TypeVar("T")


def spell(value: object) -> bytes:
    """The JSON of a value, keys sorted and sets ordered, so that equal values give equal bytes."""
    return orjson.dumps(_plain(value), option=orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATACLASS)


def build(kind: type[T], text: bytes) -> T:
    """The value that `spell` wrote; a field that is missing takes its default. Raises `ValueError` on anything else."""
    try:
        value: T = shape(kind, orjson.loads(text))
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"not a {kind.__name__}: {error}") from error
    return value


def spell_fact(fact: Fact) -> bytes:
    """One line without its end: `{"fact":"CallArrived","pbx":...}`; the fields as declared, the name before them."""
    body = orjson.dumps(fact._asdict())
    return b'{"fact":"' + type(fact).__name__.encode() + b'",' + body[1:]


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, frozenset | set):
        return sorted((_plain(item) for item in value), key=repr)
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def shape(kind: Any, value: Any) -> Any:
    """`value`, as JSON gave it, in the form the annotation `kind` asks for. Raises `TypeError` when it cannot be."""
    origin = get_origin(kind)
    if origin in {Union, UnionType}:
        return _shape_union(get_args(kind), value)
    if origin is tuple:
        return _shape_tuple(get_args(kind), value)
    if origin is frozenset:
        (inner,) = get_args(kind)
        return frozenset(shape(inner, item) for item in value)
    if is_dataclass(kind):
        return _shape_dataclass(kind, value)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if kind is Any or type(value) is kind:
        return value
    raise TypeError(f"expected {kind}, found {type(value).__name__}")


def _shape_union(kinds: tuple[Any, ...], value: Any) -> Any:
    if value is None and type(None) in kinds:
        return None
    for kind in kinds:
        if kind is type(None):
            continue
        try:
            return shape(kind, value)
        except TypeError:
            continue
    raise TypeError(f"expected one of {kinds}, found {type(value).__name__}")


def _shape_tuple(kinds: tuple[Any, ...], value: Any) -> Any:
    if not isinstance(value, list):
        raise TypeError(f"expected a list, found {type(value).__name__}")
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return tuple(shape(kinds[0], item) for item in value)
    if len(kinds) != len(value):
        raise TypeError(f"expected {len(kinds)} items, found {len(value)}")
    return tuple(shape(kind, item) for kind, item in zip(kinds, value, strict=True))


def _shape_dataclass(kind: Any, value: Any) -> Any:
    if not isinstance(value, dict):
        raise TypeError(f"expected {kind.__name__}, found {type(value).__name__}")
    hints = _hints(kind)
    given = {item.name: shape(hints[item.name], value[item.name]) for item in fields(kind) if item.name in value}
    needed = {item.name for item in fields(kind) if item.default is MISSING and item.default_factory is MISSING}
    if absent := needed - given.keys():
        raise TypeError(f"{kind.__name__} lacks {', '.join(sorted(absent))}")
    return kind(**given)

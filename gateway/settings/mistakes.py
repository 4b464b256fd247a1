"""What can be wrong with settings, said so that the operator can mend it: key, problem, remedy.

Law: a mistake never repeats a value that may be a secret; it names the key and where the key came from.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing to mend. `origin` is the file or the environment variable that says it."""

    key: Key
    problem: str
    remedy: str
    origin: str = ""

    def __str__(self) -> str:
        source = f" (from {self.origin})" if self.origin else ""
        return f"{'.'.join(self.key) or 'settings'}{source}: {self.problem}; {self.remedy}"


class SettingsError(Exception):
    """The settings cannot be used."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(sorted(mistakes, key=lambda mistake: (mistake.key, mistake.problem)))
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


REMEDIES = {
    "bool_parsing": "write true or false",
    "bool_type": "write true or false",
    "byte_size": 'write bytes, or a size like "2GiB"',
    "byte_size_unit": 'write bytes, or a size like "2GiB"',
    "dict_type": "write a table",
    "float_parsing": "write a number",
    "float_type": "write a number",
    "enum": "write one of these words in quotes",
    "finite_number": "write a finite number",
    "int_from_float": "write a whole number",
    "int_parsing": "write a whole number",
    "int_type": "write a whole number",
    "model_type": "write a table",
    "string_pattern_mismatch": "use only the characters this key allows (docs/configuration.md)",
    "string_type": "write a text in quotes",
    "tuple_type": "write a list",
}


def read_mistakes(error: ValidationError, model: type[BaseModel], prefix: Key = ()) -> list[Mistake]:
    """The mistakes behind one failed validation, all of them."""
    found = error.errors(include_url=False, include_input=False, include_context=True)
    return [_read_one(details, model, prefix) for details in found]


def _read_one(details: ErrorDetails, model: type[BaseModel], prefix: Key) -> Mistake:
    # pydantic marks a wrong table name with a trailing "[key]" step; the name itself stands before it.
    steps = [str(step) for step in details["loc"] if step != "[key]"]
    key = (*prefix, *steps)
    if details["type"] == "extra_forbidden":
        return Mistake(key, "there is no such key", _suggest(steps, model))
    problem = details["msg"][0].lower() + details["msg"][1:]
    return Mistake(key, problem, REMEDIES.get(details["type"], "write a value within the limits"))


def _suggest(steps: list[str], model: type[BaseModel]) -> str:
    known = _names_at(steps[:-1], model)
    near = get_close_matches(steps[-1], known, n=1)
    if near:
        return f"did you mean '{near[0]}'?"
    return f"known here: {', '.join(sorted(known))}" if known else "remove it"


def _names_at(steps: list[str], model: type[BaseModel]) -> list[str]:
    """The keys of the table at `steps`; tables by name (`pbx.main`) and list items (`line.3`) take one step more."""
    inside: type[BaseModel] = model
    for step in steps:
        field = inside.model_fields.get(step)
        table = _table_of(field.annotation) if field else None
        inside = table or inside
    return list(inside.model_fields)


def _table_of(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in getattr(annotation, "__args__", ()):
        found = _table_of(part)
        if found:
            return found
    return None

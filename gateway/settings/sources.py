"""Where settings come from, later over earlier: defaults, the TOML file, `HOTLINE_SECTION__KEY`, files of secrets.

Law: the only place that reads settings files and the environment. A wrong key is set aside, not stopped at, so that all
mistakes are found in one go. Files named in the settings are relative to the settings file.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar, cast

from pydantic import BaseModel, SecretStr, ValidationError

from gateway.settings.conflicts import find_conflicts
from gateway.settings.mistakes import Key, Mistake, SettingsError, read_mistakes
from gateway.settings.shape import Keys, Lines, Settings

PREFIX = "HOTLINE_"
CONFIG_VARIABLE = "HOTLINE_CONFIG"
"""Names the settings file where the command line does not; the one variable that is no key."""

MAX_SECRET_BYTES = 4096
Table = dict[str, object]
Model = TypeVar("Model", bound=BaseModel)


def load(path: Path | None, environ: Mapping[str, str]) -> Settings:
    """The settings of the file at `path` (None: defaults alone) under the environment; raises SettingsError."""
    mistakes: list[Mistake] = []
    table = _read_toml(path, (), mistakes) if path else {}
    origins = _overlay(table, environ, mistakes)
    keys = _validate(Keys, table, (), mistakes)
    folder = path.parent if path else Path()
    settings = Settings.model_validate(keys.model_dump(exclude_unset=True))
    settings = _with_lines(settings, folder, mistakes)
    mistakes += [conflict for conflict in find_conflicts(settings) if not _is_covered(conflict, mistakes)]
    settings = _with_secrets(settings, folder, mistakes)
    if mistakes:
        raise SettingsError(_with_origin(mistake, origins, path) for mistake in mistakes)
    return settings


def _read_toml(path: Path, key: Key, mistakes: list[Mistake]) -> Table:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        mistakes.append(Mistake(key, f"cannot read {path}: {error.strerror}", "name a file that can be read"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        mistakes.append(Mistake(key, f"{path} is not TOML: {error}", "mend the file there"))
    return {}


def _overlay(table: Table, environ: Mapping[str, str], mistakes: list[Mistake]) -> dict[Key, str]:
    """Put the environment's keys into `table`; answers which variable said which key."""
    origins: dict[Key, str] = {}
    for variable in sorted(environ):
        if not variable.upper().startswith(PREFIX) or variable == CONFIG_VARIABLE:
            continue
        key = _place(table, variable[len(PREFIX) :].lower().split("__"), environ[variable])
        if key:
            origins[key] = variable
        else:
            mistakes.append(
                Mistake((variable,), "is no HOTLINE_SECTION__KEY", "write a section, two underscores and a key")
            )
    return origins


def _place(table: Table, steps: list[str], text: str) -> Key | None:
    if len(steps) < 2 or not all(steps):
        return None
    inside, key = table, []
    for step in steps[:-1]:
        name = _spelling(inside, step)
        below = inside.setdefault(name, {})
        if not isinstance(below, dict):
            return None
        inside = cast("Table", below)
        key.append(name)
    name = _spelling(inside, steps[-1])
    inside[name] = _read_text(text)
    return (*key, name)


def _spelling(table: Table, step: str) -> str:
    """The name as the file writes it: environment variables do not tell upper from lower case."""
    return next((name for name in table if name.lower() == step), step)


def _read_text(text: str) -> object:
    """Lists and tables are written as in TOML; everything else is read by the key's own type."""
    if not text.startswith(("[", "{")):
        return text
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _validate(model: type[Model], table: Table, prefix: Key, mistakes: list[Mistake]) -> Model:
    """The table as a model. What cannot be read is noted and set aside, and the rest is read again."""
    while True:
        try:
            return model.model_validate(table)
        except ValidationError as error:
            mistakes += read_mistakes(error, model, prefix)
            for details in error.errors(include_url=False, include_input=False):
                _set_aside(table, [str(step) for step in details["loc"] if step != "[key]"])


def _set_aside(table: Table, steps: list[str]) -> None:
    inside = table
    for depth, step in enumerate(steps[:-1]):
        below = inside.get(step)
        if isinstance(below, list):
            _set_aside_item(inside, below, steps[depth:])
            return
        if not isinstance(below, dict):
            inside.pop(step, None)
            return
        inside = cast("Table", below)
    inside.pop(steps[-1], None)


def _set_aside_item(table: Table, items: list[object], steps: list[str]) -> None:
    """In a list of tables the key of one table; a list of anything else goes as a whole, for order may matter in it."""
    name, index, *rest = steps
    item = items[int(index)]
    if isinstance(item, dict) and rest:
        _set_aside(cast("Table", item), rest)
    else:
        table.pop(name, None)


def _with_lines(settings: Settings, folder: Path, mistakes: list[Mistake]) -> Settings:
    if settings.site.lines_file is None:
        return settings
    path = folder / settings.site.lines_file
    found: list[Mistake] = []
    lines = _validate(Lines, _read_toml(path, ("site", "lines_file"), mistakes), (), found)
    mistakes += [replace(mistake, origin=str(path)) for mistake in found]
    return settings.model_copy(update={"lines": lines.lines})


def _with_secrets(settings: Settings, folder: Path, mistakes: list[Mistake]) -> Settings:
    pbxs = {}
    for name, pbx in settings.pbx.items():
        secret = _read_secret(("pbx", name, "secret"), pbx.secret, pbx.secret_file, folder, mistakes)
        key = ("pbx", name, "queue_log_password")
        word = _read_secret(key, pbx.queue_log_password, pbx.queue_log_password_file, folder, mistakes)
        pbxs[name] = pbx.model_copy(update={"secret": secret, "queue_log_password": word})
    http, database, privacy = settings.http, settings.database, settings.privacy
    key_file = str(folder / privacy.key_file) if privacy.key_file is not None else None
    token = _read_secret(("http", "token"), http.token, http.token_file, folder, mistakes)
    password = _read_secret(("database", "password"), database.password, database.password_file, folder, mistakes)
    return settings.model_copy(
        update={
            "pbx": pbxs,
            "http": http.model_copy(update={"token": token}),
            "database": database.model_copy(update={"password": password}),
            "privacy": privacy.model_copy(update={"key_file": key_file}),
        }
    )


def _read_secret(
    key: Key, given: SecretStr | None, file: str | None, folder: Path, mistakes: list[Mistake]
) -> SecretStr | None:
    if file is not None:
        key = (*key[:-1], f"{key[-1]}_file")
    try:
        text = (folder / file).read_bytes()[: MAX_SECRET_BYTES + 1].decode() if file is not None else None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "is no UTF-8 text"
        mistakes.append(Mistake(key, f"cannot read {folder / str(file)}: {reason}", "name a file the gateway may read"))
        return None
    if text is None:
        text = given.get_secret_value() if given is not None else None
    return _check_secret(key, text.rstrip("\r\n"), mistakes) if text is not None else None


def _check_secret(key: Key, text: str, mistakes: list[Mistake]) -> SecretStr | None:
    """A secret is one line: a line break inside would be a header of its own on the wire."""
    if text and text.isprintable() and len(text) <= MAX_SECRET_BYTES:
        return SecretStr(text)
    problem = "is empty" if not text else "is not one line of printable characters"
    mistakes.append(Mistake(key, f"the secret {problem}", "write the secret and nothing else"))
    return None


def _is_covered(conflict: Mistake, mistakes: list[Mistake]) -> bool:
    """Whether a key already found wrong explains the conflict."""
    depths = ((mistake, min(len(mistake.key), len(conflict.key))) for mistake in mistakes)
    return any(mistake.key[:depth] == conflict.key[:depth] for mistake, depth in depths)


def _with_origin(mistake: Mistake, origins: dict[Key, str], path: Path | None) -> Mistake:
    if mistake.origin or not mistake.key or mistake.key[0].startswith(PREFIX):
        return mistake
    return replace(mistake, origin=origins.get(mistake.key) or (str(path) if path else ""))

"""A folder to write settings in: for the tests of what is read and of what is refused."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway.settings import Settings, SettingsError, load

SMALL = '[pbx.main]\nsecret = "hush-hush"\n'


@dataclass
class Desk:
    """A folder to write settings in."""

    folder: Path

    def write(self, text: str, name: str = "gateway.toml") -> Path:
        path = self.folder / name
        path.write_text(text, "utf-8")
        return path

    def load(self, text: str, environ: dict[str, str] | None = None) -> Settings:
        return load(self.write(text), environ or {})

    def mistakes(self, text: str, environ: dict[str, str] | None = None) -> list[str]:
        with pytest.raises(SettingsError) as caught:
            self.load(text, environ)
        return [".".join(mistake.key) for mistake in caught.value.mistakes]

"""What the operator may set: TOML file, then `HOTLINE_SECTION__KEY`, secrets from files; every mistake named at once.

Law: after `load` nothing reads the environment or a settings file again. `Settings` is frozen; a reload makes another.
"""

from gateway.settings.mistakes import Mistake, SettingsError
from gateway.settings.shape import Pbx, Settings
from gateway.settings.site import build_site
from gateway.settings.sources import load

__all__ = ["Mistake", "Pbx", "Settings", "SettingsError", "build_site", "load"]

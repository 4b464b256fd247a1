"""Which database the ledger is in, and how it may be told to people. Law: a value; nothing is opened here."""

from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import URL, make_url

from gateway.settings import Settings

DEFAULT_FILE = "ledger.sqlite"


@dataclass(frozen=True, slots=True)
class Address:
    """A database and the limits of talking to it; seconds. The url may hold the password: `name` is for people."""

    url: URL
    pool_size: int = 5
    connect_seconds: float = 5.0
    statement_seconds: float = 30.0
    prepared_statements: bool = True

    def patient(self, seconds: float) -> "Address":
        """The same database for one who waits up to `seconds` for a statement, or for its lock."""
        return replace(self, statement_seconds=seconds)

    @property
    def file(self) -> Path | None:
        """The SQLite file; None with PostgreSQL."""
        return Path(self.url.database or "") if self.url.get_backend_name() == "sqlite" else None

    @property
    def name(self) -> str:
        """The file, or the url without password and options."""
        # `set` leaves alone what is None.
        return str(self.file or self.url._replace(password=None).set(query={}, drivername="postgresql"))


def find_address(settings: Settings) -> Address:
    """The database of the settings; by default a file in the state folder."""
    keys = settings.database
    url = make_url(keys.url) if keys.url else URL.create("sqlite+aiosqlite", database=str(_default_file(settings)))
    if keys.password is not None:
        url = url.set(password=keys.password.get_secret_value())
    return Address(url, keys.pool_size, keys.connect_seconds, keys.statement_seconds, keys.prepared_statements)


def _default_file(settings: Settings) -> Path:
    return Path(settings.state.folder) / DEFAULT_FILE

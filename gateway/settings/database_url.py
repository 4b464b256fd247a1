"""What `database.url` may be. Law: no fault repeats the url, which may hold a password; nothing is opened."""

from collections.abc import Iterator
from urllib.parse import SplitResult, parse_qsl, urlsplit

SQLITE, POSTGRES = "sqlite+aiosqlite", "postgresql+asyncpg"
OTHER_SPELLINGS = {"sqlite": SQLITE, "postgres": POSTGRES, "postgresql": POSTGRES}
OPTIONS = frozenset({"host", "port", "ssl"})
PASSWORDS = frozenset({"password", "passfile"})

Fault = tuple[str, str]
"""Problem and remedy."""


def find_url_faults(url: str, place: str = "password_file") -> Iterator[Fault]:
    """All that is wrong with the url; `place` is the key for its password."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        yield "is no url", f'write "{POSTGRES}://USER@HOST:PORT/NAME"'
        return
    if parts.scheme not in {SQLITE, POSTGRES}:
        yield _judge_scheme(parts.scheme)
    elif parts.scheme == SQLITE:
        yield from _judge_file(parts)
    else:
        yield from _judge_server(parts, place)


def _judge_scheme(scheme: str) -> Fault:
    meant = OTHER_SPELLINGS.get(scheme.split("+", maxsplit=1)[0])
    remedy = f"write {meant}://..." if meant else f"write {SQLITE}:///FILE or {POSTGRES}://USER@HOST/NAME"
    return "begins with no database that is known here", remedy


def _judge_file(parts: SplitResult) -> Iterator[Fault]:
    if parts.netloc or parts.query or parts.path in {"", "/"} or ":memory:" in parts.path:
        remedy = f"write {SQLITE}:///FILE, with four slashes where the path begins at the root"
        yield "names no file that would outlive the gateway", remedy


def _judge_server(parts: SplitResult, place: str) -> Iterator[Fault]:
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if parts.password is not None or PASSWORDS & options.keys():
        yield "holds a password", f"take it out and name a file with it as {place}"
    if not parts.path.strip("/"):
        yield "names no database", "add it at the end: .../NAME"
    if not parts.username:
        yield "names no user", "add one before the host: USER@..."
    if not parts.hostname and "host" not in options:
        yield "names no server", "add one, or ?host=/var/run/postgresql for the socket of this machine"
    unknown = options.keys() - OPTIONS - PASSWORDS
    if unknown:
        word = "ssl (require, verify-full, ...)" if "sslmode" in unknown else ", ".join(sorted(OPTIONS))
        yield f"has options not known here: {len(unknown)}", f"known: {word}"

"""What two or more settings say together: contradictions, and what is missing without being misspelt.

Law: every check takes readable settings and yields mistakes; none stops at its first.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator
from zoneinfo import ZoneInfo

from gateway.settings.database_url import find_url_faults
from gateway.settings.mistakes import Key, Mistake
from gateway.settings.shape import Pbx, Settings


def find_conflicts(settings: Settings) -> Iterator[Mistake]:
    """All contradictions in the settings."""
    for check in CHECKS:
        yield from check(settings)


def _pbx(settings: Settings) -> Iterator[Mistake]:
    if not settings.pbx:
        yield Mistake(("pbx",), "no PBX is named", "add a table like [pbx.main] with host, username and secret_file")
    for name, pbx in settings.pbx.items():
        yield from _pbx_secret(("pbx", name), pbx)
        yield from _pbx_queue_ids(("pbx", name), pbx)
        yield from _pbx_queue_log(("pbx", name), pbx)
        if pbx.tls_ca_file and not pbx.tls:
            yield Mistake(
                ("pbx", name, "tls_ca_file"), "tls is off, so nothing would be checked by it", "set tls = true"
            )
    places = ((("pbx", name, "host"), (pbx.host.lower(), pbx.port)) for name, pbx in settings.pbx.items())
    yield from _repeated(places, "another PBX has the same host and port", "give every PBX its own")
    tables = (
        (("pbx", name, "queue_log_table"), (pbx.queue_log_url, pbx.queue_log_table.lower()))
        for name, pbx in settings.pbx.items()
        if pbx.queue_log_url is not None
    )
    problem = "another PBX has the same table, and its rows do not say which PBX wrote them"
    yield from _repeated(tables, problem, "give every PBX its own (extconfig.conf)")


def _pbx_secret(key: Key, pbx: Pbx) -> Iterator[Mistake]:
    if pbx.secret is not None and pbx.secret_file is not None:
        yield Mistake((*key, "secret_file"), "secret is set as well", "keep secret_file and remove secret")
    if pbx.secret is None and pbx.secret_file is None:
        yield Mistake((*key, "secret_file"), "no secret is set", "put it in a file of mode 0600 and name the file here")
    for name in ("username", "events"):
        value: str = getattr(pbx, name)
        if not value.isascii() or value != value.strip():
            yield Mistake(
                (*key, name), "has blanks at an end, or other than plain letters", "write it as manager.conf does"
            )


def _pbx_queue_log(key: Key, pbx: Pbx) -> Iterator[Mistake]:
    url, file = pbx.queue_log_url, (*key, "queue_log_password_file")
    if pbx.queue_log_password is not None and pbx.queue_log_password_file is not None:
        yield Mistake(file, "queue_log_password is set as well", "keep the file and remove queue_log_password")
    if url is None:
        if pbx.queue_log_password is not None or pbx.queue_log_password_file is not None:
            yield Mistake(file, "there is no queue_log_url that it could be for", "add the url, or remove it")
        return
    if pbx.queue_log is not None:
        problem = "queue_log is set as well: the same records twice, each with another time"
        yield Mistake((*key, "queue_log_url"), problem, "keep one; the table's times are the better ones")
    if url.startswith("postgresql+"):
        faults = find_url_faults(url, "queue_log_password_file")
        yield from (Mistake((*key, "queue_log_url"), *fault) for fault in faults)
    else:
        remedy = (
            "write postgresql+asyncpg://USER@HOST:PORT/NAME; with another database set queue_log_to_file = yes in "
            "logger.conf and follow the file (queue_log)"
        )
        yield Mistake((*key, "queue_log_url"), "only a table in PostgreSQL can be followed", remedy)
    if pbx.queue_log_time_zone is not None:
        yield from _zone((*key, "queue_log_time_zone"), pbx.queue_log_time_zone)


def _pbx_queue_ids(key: Key, pbx: Pbx) -> Iterator[Mistake]:
    ids = ((((*key, "queue_ids", queue)), queue_id) for queue, queue_id in pbx.queue_ids.items())
    yield from _repeated(ids, "another queue of this PBX has the same id", "give every queue its own")


def _queues(settings: Settings) -> Iterator[Mistake]:
    names = ((("queues", name), name.lower()) for name in settings.queues)
    yield from _repeated(names, "another queue has this name in other letters (Asterisk ignores case)", "keep one")
    for pbx_name, pbx in settings.pbx.items():
        listed = (((("pbx", pbx_name, "queues")), queue.lower()) for queue in pbx.queues)
        yield from _repeated(listed, "a queue is listed twice", "keep one")


def _seats(settings: Settings) -> Iterator[Mistake]:
    for seat_id, seat in settings.seats.items():
        if not seat.device:
            yield Mistake(
                ("seats", seat_id, "device"), "is missing", 'name its device as in queues.conf ("PJSIP/8001")'
            )
        elif "/" not in seat.device:
            yield Mistake(("seats", seat_id, "device"), "is no device", 'write technology/name, like "PJSIP/8001"')
    devices = (
        (("seats", seat_id, "device"), seat.device.lower()) for seat_id, seat in settings.seats.items() if seat.device
    )
    yield from _repeated(devices, "another seat has this device", "give every seat its own")


def _floor(settings: Settings) -> Iterator[Mistake]:
    most = max(settings.site.staff_floor)
    if settings.seats and most > len(settings.seats):
        problem = f"asks for {most} agents at once, but there are {len(settings.seats)} seats"
        yield Mistake(("site", "staff_floor"), problem, "lower it or add seats")
    if settings.agents and most > len(settings.agents):
        problem = f"asks for {most} agents at once, but there are {len(settings.agents)} agents"
        yield Mistake(("site", "staff_floor"), problem, "lower it or add agents")


def _http(settings: Settings) -> Iterator[Mistake]:
    http = settings.http
    if http.token is not None and http.token_file is not None:
        yield Mistake(("http", "token_file"), "token is set as well", "keep token_file and remove token")
    if not http.is_open and http.token is None and http.token_file is None:
        problem = f"{http.host} can be reached from other machines, and no token is asked"
        yield Mistake(("http", "token_file"), problem, "name a file that holds a token, or bind to 127.0.0.1")
    if not http.is_open and http.loopback_role is not None:
        problem = f"{http.host} can be reached from other machines, and this is for who comes from this one alone"
        yield Mistake(("http", "loopback_role"), problem, "remove it and use tokens, or bind to 127.0.0.1")


def _database(settings: Settings) -> Iterator[Mistake]:
    database = settings.database
    if database.password is not None and database.password_file is not None:
        remedy = "keep password_file and remove password"
        yield Mistake(("database", "password_file"), "password is set as well", remedy)
    if database.url is not None:
        yield from (Mistake(("database", "url"), *fault) for fault in find_url_faults(database.url))
    if not (database.url or "").startswith("postgresql") and (database.password or database.password_file):
        yield Mistake(("database", "password_file"), "the SQLite file has no password", "remove it, or set url")


def _time_zone(settings: Settings) -> Iterator[Mistake]:
    yield from _zone(("site", "time_zone"), settings.site.time_zone)


def _zone(key: Key, name: str) -> Iterator[Mistake]:
    try:
        ZoneInfo(name)
    except (ValueError, LookupError, OSError):
        remedy = 'write a name like "Asia/Shanghai"; the system needs its tzdata package'
        yield Mistake(key, "is no time zone known here", remedy)


def _lines(settings: Settings) -> Iterator[Mistake]:
    for index, line in enumerate(settings.lines):
        if not line.did:
            yield Mistake(("lines", str(index), "did"), "is missing", "write the number as the PBX sees it dialled")
    dids = ((("lines", str(index), "did"), line.did) for index, line in enumerate(settings.lines) if line.did)
    yield from _repeated(dids, "another line has this number", "give every line its own")


CHECKS: tuple[Callable[[Settings], Iterator[Mistake]], ...] = (
    _pbx,
    _queues,
    _seats,
    _floor,
    _time_zone,
    _http,
    _lines,
    _database,
)


def _repeated(values: Iterable[tuple[Key, Hashable]], problem: str, remedy: str) -> Iterator[Mistake]:
    seen: set[Hashable] = set()
    for key, value in values:
        if value in seen:
            yield Mistake(key, problem, remedy)
        seen.add(value)

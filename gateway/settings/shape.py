"""The shape of the settings: every key with its default and its limits.

Law: names, types, limits and nothing else. What two keys mean together is judged in `conflicts.py`, so that a wrong key
never hides another. Every key has a default; config/gateway.toml shows all of them, and a test holds the two together.
"""

from ipaddress import ip_address
from typing import Annotated, Literal

from pydantic import BaseModel, ByteSize, ConfigDict, Field, SecretStr, StringConstraints

from gateway.core.access import Role

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=40)]
Plain = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]*$", max_length=200)]
Filled = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]+$", max_length=200)]
PathText = Annotated[str, StringConstraints(pattern=r"^[^\x00]+$", max_length=4096)]
TableName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)?$", max_length=130)]
Port = Annotated[int, Field(ge=1, le=65535)]
Seconds = Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)]
Share = Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)]


class Section(BaseModel):
    """A table of the settings; unknown keys are mistakes."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Pbx(Section):
    """One Asterisk, as its manager interface (AMI) is reached."""

    host: Filled = "127.0.0.1"
    port: Port = 5038
    tls: bool = False
    tls_ca_file: PathText | None = None
    username: Filled = "reader"
    secret: SecretStr | None = None
    secret_file: PathText | None = None
    login: Literal["md5", "plain"] = "md5"
    events: Filled = "system,call,agent,user,dialplan"
    trunks: tuple[Filled, ...] = ()
    queues: tuple[Filled, ...] = ()
    queue_ids: dict[Filled, Filled] = {}
    queue_log: PathText | None = None
    queue_log_url: Filled | None = None
    queue_log_password: SecretStr | None = None
    queue_log_password_file: PathText | None = None
    queue_log_table: TableName = "queue_log"
    queue_log_time_zone: Filled | None = None
    gather_ms: Annotated[float, Field(ge=0, le=5, allow_inf_nan=False)] = 2.0


class QueueDefaults(Section):
    """What a queue promises where it says nothing of its own."""

    promise_seconds: Seconds = 15.0
    promise_target: Share = 0.95
    promise_operator: Literal["<=", "<"] = "<="
    short_abandon_seconds: Seconds = 5.0
    wrap_up_seconds: Seconds = 0.0


class Queue(Section):
    """One queue; what is not set comes from `queue_defaults`."""

    promise_seconds: Seconds | None = None
    promise_target: Share | None = None
    promise_operator: Literal["<=", "<"] | None = None
    short_abandon_seconds: Seconds | None = None
    wrap_up_seconds: Seconds | None = None


class Seat(Section):
    """One position (坐席) and the device that stands on it."""

    device: Filled = ""
    name: Plain = ""


class Agent(Section):
    """One person (话务员); the table's name is the agent number."""

    name: Plain = ""


class Line(Section):
    """One consolidated hotline number (热线) of the lines file."""

    did: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_+*#.-]+$", max_length=40)] = ""
    name: Plain = ""
    department: Plain = ""
    mode: Plain = ""
    queue: Plain = ""
    promise_seconds: Seconds | None = None
    window: Plain = ""


class Lines(Section):
    """The lines file: `[[lines]]` tables."""

    lines: tuple[Line, ...] = ()


class Place(Section):
    """What the site as a whole has."""

    time_zone: Filled = "Asia/Shanghai"
    lines_file: PathText | None = None
    wrap_up_reasons: tuple[Filled, ...] = ("wrap-up", "9")
    staff_floor: Annotated[tuple[Annotated[int, Field(ge=0, le=10_000)], ...], Field(min_length=24, max_length=24)] = (
        (2,) * 7 + (4,) * 2 + (7,) * 3 + (4,) * 2 + (7,) * 3 + (4,) * 5 + (2,) * 2
    )


Digits = Annotated[str, StringConstraints(pattern=r"^[0-9]*$", max_length=8)]


class Numbering(Section):
    """How numbers are dialled here, so that a caller is known again however his number is spelt."""

    country: Digits = "86"
    area: Digits = "0878"
    outside_prefix: Digits = "9"


class Unreached(Section):
    """Callers who were not answered (漏接)."""

    due_hours: Annotated[float, Field(gt=0, le=8_760, allow_inf_nan=False)] = 24.0
    claim_minutes: Annotated[float, Field(gt=0, le=1_440, allow_inf_nan=False)] = 30.0
    look_back_days: Annotated[float, Field(gt=0, le=366, allow_inf_nan=False)] = 30.0


class Http(Section):
    """Where the gateway answers."""

    host: Filled = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8780
    token: SecretStr | None = None
    token_file: PathText | None = None
    loopback_role: Role | None = None

    @property
    def is_open(self) -> bool:
        """Whether only this machine can reach it."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False


class State(Section):
    """Where the gateway keeps what must outlive it."""

    folder: PathText = "state"


class Journal(Section):
    """The record of all inputs (law 2); bounded by size and age."""

    folder: PathText | None = None
    max_bytes: Annotated[ByteSize, Field(ge=1_048_576)] = ByteSize(2 * 1024**3)
    max_age_days: Annotated[float, Field(gt=0, le=3660, allow_inf_nan=False)] = 7.0


class Database(Section):
    """The ledger: an embedded SQLite file, or PostgreSQL."""

    url: Filled | None = None
    password: SecretStr | None = None
    password_file: PathText | None = None
    pool_size: Annotated[int, Field(ge=1, le=100)] = 5
    connect_seconds: Annotated[float, Field(gt=0, le=60, allow_inf_nan=False)] = 5.0
    statement_seconds: Annotated[float, Field(gt=0, le=3600, allow_inf_nan=False)] = 30.0
    prepared_statements: bool = True


class Privacy(Section):
    """What becomes of callers' numbers. Without a key file the ledger keeps none."""

    key_file: PathText | None = None


class Retention(Section):
    """How long the ledger keeps what it knows of people; days."""

    numbers_days: Annotated[int, Field(ge=1, le=3660)] = 180
    facts_days: Annotated[int, Field(ge=1, le=36_600)] = 1096


class Log(Section):
    """How the gateway writes its log on standard error."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["auto", "json", "text"] = "auto"


class Keys(Section):
    """Every key of the settings file."""

    pbx: dict[Name, Pbx] = {}
    queue_defaults: QueueDefaults = QueueDefaults()
    queues: dict[Filled, Queue] = {}
    seats: dict[Filled, Seat] = {}
    agents: dict[Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_.-]+$", max_length=40)], Agent] = {}
    site: Place = Place()
    http: Http = Http()
    state: State = State()
    journal: Journal = Journal()
    database: Database = Database()
    privacy: Privacy = Privacy()
    retention: Retention = Retention()
    numbering: Numbering = Numbering()
    unreached: Unreached = Unreached()
    log: Log = Log()


class Settings(Keys):
    """Everything an operator may set: the keys, and the lines of the lines file."""

    lines: tuple[Line, ...] = ()

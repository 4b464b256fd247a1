"""A PBX that writes its queue_log into a PostgreSQL table (res_config_pgsql): the three files that make it so.

Law: the database is somebody else's; here is only what Asterisk has to be told of it. The file is written as well
(`queue_log_to_file`), so that the lab can compare.
"""

from dataclasses import dataclass
from pathlib import Path

TABLE = """CREATE TABLE {table} (
    {id}time varchar(26), callid varchar(80), queuename varchar(256), agent varchar(80), event varchar(32),
    data1 varchar, data2 varchar, data3 varchar, data4 varchar, data5 varchar, data varchar
)"""
"""As docs/operations.md has it: `data` beside data1-5, because Asterisk writes there when it began without the database
(seen on 16 and 22: main/logger.c asks for the columns once)."""
RIGHTS = (
    "CREATE ROLE {writer} LOGIN PASSWORD '{writer}'",
    "CREATE ROLE {reader} LOGIN PASSWORD '{reader}'",
    "GRANT INSERT, SELECT ON {table} TO {writer}",
    "GRANT SELECT ON {table} TO {reader}",
)
"""Who may do what; with an id column the writer needs USAGE on its sequence, too."""


@dataclass(frozen=True)
class Realtime:
    """Where the table is, as Asterisk reaches it."""

    host: str
    port: int
    database: str
    user: str
    password: str
    table: str = "queue_log"

    def write(self, etc: Path) -> None:
        """Put the files into `etc`, which must be there."""
        (etc / "extconfig.conf").write_text(f"[settings]\nqueue_log => pgsql,{self.database},{self.table}\n")
        (etc / "res_pgsql.conf").write_text(
            f"[general]\ndbhost = {self.host}\ndbport = {self.port}\ndbname = {self.database}\n"
            f"dbuser = {self.user}\ndbpass = {self.password}\nrequirements = warn\n"
        )
        logger = etc / "logger.conf"
        if "queue_log_to_file" not in (text := logger.read_text()):
            logger.write_text(text.replace("[general]", "[general]\nqueue_log_to_file = yes", 1))
        modules = etc / "modules.conf"
        # Before the logger asks for it (main/logger.c logger_queue_start), so preloaded.
        text = modules.read_text()
        modules.write_text(text.replace("autoload = no", "autoload = no\npreload = res_config_pgsql.so", 1))

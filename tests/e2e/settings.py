"""The gateway's settings for a site of the lab, as the file an operator would write."""

import socket
from collections.abc import Mapping
from pathlib import Path

from lab.local import SEATS
from lab.plan import SHORT_ABANDON_SECONDS
from lab.site import Account

ROOT = Path(__file__).parent.parent.parent
LAB_LINES = {"19001": "brief", "19002": "alone", "19003": "small", "19004": "yi"}
PLAIN_LINES = dict.fromkeys(("12320", "12301", "12302", "12303", "12304", "12306", "12307", "12308"), "")
WRAP_UP_SECONDS = 2.0  # lab/local.py and lab/plain/queues.conf


def write_settings(folder: Path, pbxs: Mapping[str, Account], port: int = 0, each: str = "") -> Path:
    """`gateway.toml` in `folder` for PBXs by name; `port` 0 takes a free one, `each` is put into each PBX's table."""
    lines = (ROOT / "config/lines.toml").read_text(encoding="utf-8")
    extra = {**LAB_LINES, **PLAIN_LINES}
    rows = [f'[[lines]]\ndid = "{did}"\nname = "lab"\nqueue = "{queue}"' for did, queue in extra.items()]
    (folder / "lines.toml").write_text("\n".join([lines, *(row for row in rows if row.split('"')[1] not in lines)]))
    path = folder / "gateway.toml"
    path.write_text("\n".join([*(table(name, account, each) for name, account in pbxs.items()), common(folder, port)]))
    return path


def table(name: str, account: Account, each: str) -> str:
    rows = [
        f"[pbx.{name}]",
        f'host = "{account.host}"',
        f"port = {account.port}",
        f'username = "{account.user}"',
        f'secret = "{account.secret}"',
        'trunks = ["PJSIP/trunk"]',
        each,
    ]
    return "\n".join([*rows, ""])


def common(folder: Path, port: int) -> str:
    rows = [
        "[queue_defaults]",
        f"wrap_up_seconds = {WRAP_UP_SECONDS}",
        f"short_abandon_seconds = {SHORT_ABANDON_SECONDS}",
        "[seats]",
        *(f'{seat - 8000:02} = {{ device = "PJSIP/{seat}" }}' for seat in SEATS),
        "[agents]",
        *(f'{number} = {{ name = "" }}' for number in range(1001, 1019)),
        "[site]",
        'lines_file = "lines.toml"',
        "[http]",
        f"port = {port}",
        'loopback_role = "supervisor"',
        "[state]",
        f'folder = "{folder / "state"}"',
        "[log]",
        'level = "info"',
        'format = "json"',
    ]
    return "\n".join([*rows, ""])


def free_port() -> int:
    """A TCP port on loopback that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port

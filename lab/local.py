"""The `local/*.conf` files: everything of an Asterisk's configuration that differs from site to site.

Law: addresses, ports, secrets and the lab's own additions are written here and nowhere else.
"""

from pathlib import Path

from lab.place import AMI_PORT, HTTP_PORT, SIP_PORT, Place

SEATS = tuple(range(8001, 8010))
LOOPBACK = "deny = 0.0.0.0/0.0.0.0\npermit = 127.0.0.0/255.0.0.0\n"


def secret(user: str) -> str:
    """The secret of an account of the lab; it guards nothing, the lab listens on loopback only."""
    return f"lab-{user}-secret"


def write(etc: Path, files: dict[str, str]) -> None:
    """Write files into `etc`/local."""
    for name, text in files.items():
        (etc / "local" / name).write_text(text)


def transport(name: str, host: str) -> str:
    """A UDP transport section."""
    return f"[{name}]\ntype = transport\nprotocol = udp\nbind = {host}:{SIP_PORT}\n\n"


def manager_general(host: str) -> str:
    """AMI's own address."""
    return f"bindaddr = {host}\nport = {AMI_PORT}\n"


def pbx_files(place: Place) -> dict[str, str]:
    """Local files of the PBX under test; the same for `dialplans/` and for lab/plain."""
    return {
        "pjsip-transport.conf": transport("transport-udp", place.pbx_host),
        "pjsip-trunk.conf": trunk(place),
        "pjsip-seats.conf": "\n".join(f"[auth{n}](+)\npassword = {secret(str(n))}\n" for n in SEATS),
        "manager-general.conf": manager_general(place.pbx_host),
        "manager-secrets.conf": "\n".join(f"[{u}](+)\nsecret = {secret(u)}\n" for u in ("reader", "controller")),
        "manager.conf": f"[lab]\nsecret = {secret('lab')}\n{LOOPBACK}read = all\nwrite = all\nwritetimeout = 5000\n",
        "rtp.conf": "rtpstart = 20000\nrtpend = 29999\n",
        "logger.conf": "full => notice,warning,error,verbose(3)\n",
    }


def trunk(place: Place) -> str:
    """Calls from the farm's trunk address and from the raw SIP callers; outbound calls go to the farm."""
    match = f"[trunk-identify](+)\nmatch = {place.trunk_host}\nmatch = {place.hostile_host}\n"
    return f"{match}\n[trunk-aor](+)\ncontact = sip:{place.trunk_host}:{SIP_PORT}\n"


def farm_files(place: Place) -> dict[str, str]:
    """Local files of the call farm."""
    transports = transport("trunk-udp", place.trunk_host) + transport("seats-udp", place.seats_host)
    return {
        "pjsip-transport.conf": transports,
        "pjsip-lines.conf": lines(place),
        "manager-general.conf": manager_general(place.trunk_host),
        "manager-secret.conf": f"secret = {secret('farm')}\n",
        "http.conf": f"bindaddr = {place.trunk_host}\nbindport = {HTTP_PORT}\n",
        "ari-secret.conf": f"password = {secret('farm')}\n",
        "extensions.conf": f"[globals](+)\nPBX = {place.pbx_host}:{SIP_PORT}\n",
        "rtp.conf": "rtpstart = 30000\nrtpend = 39999\n",
    }


def lines(place: Place) -> str:
    """The phones' registrations and the way to the PBX."""
    pbx = f"sip:{place.pbx_host}:{SIP_PORT}"
    rows = [
        f"[trunk]\ntype = aor\ncontact = {pbx}\n",
        f"[pbx]\ntype = identify\nendpoint = trunk\nmatch = {place.pbx_host}\n",
    ]
    for n in SEATS:
        rows.append(f"[auth{n}](+)\npassword = {secret(str(n))}\n")
        rows.append(f"[{n}]\ntype = aor\ncontact = {pbx}\n")
        rows.append(f"[line{n}](+)\nserver_uri = {pbx}\nclient_uri = sip:{n}@{place.pbx_host}:{SIP_PORT}\n")
    return "\n".join(rows)


# What the lab adds to dialplans/: short times, and queues of its own for situations that must not touch other callers.
# 1013 serves yi and brief alone, 1014 and 1015 serve alone and small; after 4 s in brief a caller goes on to overflow.
GLOBALS = """HL_WAIT_brief = 4
HL_WAIT_overflow = 6
HL_SOUND_busy = beep
HL_WAIT_yi = 60
HL_WAIT_alone = 60
HL_NIGHT_MINIMUM = 0
HL_QUEUES = hotline&enterprise&yi&overflow&brief&alone&small
"""
QUICK = "timeout = 5\nwrapuptime = 2\nannounce-position = no\nannounce-frequency = 0\nautopause = no\n"
OWN_QUEUES = {
    "brief": "",
    "alone": "joinempty = strict\nleavewhenempty = strict\n",
    "small": "maxlen = 1\n",
}
OWN_LINES = {"19001": "brief", "19002": "alone", "19003": "small", "19004": "yi"}
SKILLS = {"1013": "yi:0&brief:0", "1014": "alone:0&small:0", "1015": "alone:0&small:0"}


def hotline_files() -> dict[str, str]:
    """Local files that only dialplans/ has a place for."""
    quick = [f"[{name}](+)\n{QUICK}" for name in ("hotline", "enterprise", "yi", "overflow")]
    own = [f"[{name}](human)\n{QUICK}{more}" for name, more in OWN_QUEUES.items()]
    lines = [
        f"exten => {did},1,Set(HL_LINE={did})\n same => n,Set(HL_NAME=lab)\n"
        f" same => n,Set(HL_QUEUE={queue})\n same => n,Return()\n"
        for did, queue in OWN_LINES.items()
    ]
    skills = [f"exten => {agent},1,Return({queues})\n" for agent, queues in SKILLS.items()]
    return {
        "globals.conf": GLOBALS,
        "queues.conf": "\n".join([*quick, *own]),
        "extensions.conf": "[hotline-lines]\n" + "".join(lines) + "\n[hotline-agents]\n" + "".join(skills),
    }

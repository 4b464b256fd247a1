"""The command line as a real process: answers, exit codes, signals. Its PBX is a port where nothing listens."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway import __version__
from gateway.inputs import Input, Kind, read_setting
from gateway.records import read_segment, segments_of

REPOSITORY = Path(__file__).parents[2]
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.upper().startswith("HOTLINE_")}


def hotline(*arguments: str, environ: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gateway", *arguments]
    return subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        timeout=30,
        cwd=REPOSITORY,
        env=ENVIRONMENT | (environ or {}),
    )


def find_free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@dataclass
class Service:
    """One `hotline run` in a folder of its own."""

    folder: Path
    port: int
    process: subprocess.Popen[str] | None = None

    @property
    def config(self) -> str:
        return str(self.folder / "gateway.toml")

    def configure(self, extra: str = "", promise: float = 15.0) -> None:
        Path(self.config).write_text(
            f'[pbx.main]\nhost = "127.0.0.1"\nport = {find_free_port()}\nsecret = "hush-hush"\n'
            f'[http]\nport = {self.port}\n[state]\nfolder = "{self.folder / "state"}"\n'
            f"[queues.hotline]\npromise_seconds = {promise}\n{extra}"
        )

    def start(self) -> None:
        self.process = self.launch()
        self.wait(lambda: self.get("/livez")[0] == 200, "livez")

    def launch(self) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "gateway", "run", "--config", self.config]
        return subprocess.Popen(command, cwd=self.folder, env=ENVIRONMENT, stderr=subprocess.PIPE, text=True)

    def wait(self, holds: object, what: str, seconds: float = 15) -> None:
        assert callable(holds)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            assert self.process is None or self.process.poll() is None, f"ended while waiting for {what}"
            if holds():
                return
            time.sleep(0.02)
        pytest.fail(f"no {what} within {seconds} s")

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, list[dict[str, object]]]:
        """Exit code, and what it logged."""
        assert self.process is not None
        self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=10)
        code = self.process.returncode
        self.process = None
        return code, [json.loads(line) for line in errors.splitlines()]


def test_version_is_that_of_the_package() -> None:
    assert hotline("version").stdout == f"hotline-gateway {__version__}\n"
    assert json.loads(hotline("version", "--json").stdout)["version"] == __version__


@pytest.mark.parametrize("arguments", [[], ["fly"], ["replay"], ["run", "--fast"]])
def test_usage_errors_exit_with_2(arguments: list[str]) -> None:
    answer = hotline(*arguments)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert "usage: hotline" in answer.stderr


def test_check_names_every_mistake_and_exits_with_78(service: Service) -> None:
    service.configure("[hptt]\n[log]\nlevel = 'loud'\n")
    answer = hotline("check", "--config", service.config, environ={"HOTLINE_TYPO": "1"})
    assert answer.returncode == 78
    assert [line.split(":")[0].split(" ")[0] for line in answer.stderr.splitlines()] == [
        "HOTLINE_TYPO",
        "hptt",
        "log.level",
    ]


def test_check_shows_what_is_in_force_with_secrets_masked(service: Service) -> None:
    text = hotline("check", "--config", service.config, environ={"HOTLINE_PBX__MAIN__HOST": "pbx.internal"})
    assert text.returncode == 0
    assert 'pbx.main.host = "pbx.internal"' in text.stdout
    assert re.search(r'pbx.main.secret = "\*+"', text.stdout)
    table = json.loads(hotline("check", "--config", service.config, "--json").stdout)
    assert table["queues"]["hotline"]["promise_seconds"] == 15.0
    assert "hush" not in text.stdout + str(table)


def test_the_settings_file_can_come_from_the_environment(service: Service) -> None:
    answer = hotline("check", environ={"HOTLINE_CONFIG": service.config})
    assert answer.stdout.startswith(f"# settings in force, from {service.config}")


def test_probe_of_nothing_is_69(service: Service) -> None:
    answer = hotline("probe", "--json", "--config", service.config)
    assert (answer.returncode, json.loads(answer.stdout)["status"]) == (69, 0)


def test_doctor_of_nothing_is_69_with_a_remedy(service: Service) -> None:
    answer = hotline("doctor", "--json", "--config", service.config)
    (diagnosis,) = json.loads(answer.stdout)
    assert (answer.returncode, diagnosis["pbx"], diagnosis["reached"]) == (69, "main", False)
    assert diagnosis["reason"].startswith("refused")
    assert "is Asterisk running" in diagnosis["remedy"]
    assert "NOT REACHED: refused" in hotline("doctor", "--config", service.config).stdout


def test_run_with_wrong_settings_is_78(service: Service) -> None:
    service.configure("surprise = 1\n")
    answer = hotline("run", "--config", service.config)
    assert (answer.returncode, answer.stderr.startswith("queues.hotline.surprise")) == (78, True)


def test_run_lives_without_its_pbx_says_why_and_stops_at_once(service: Service) -> None:
    service.start()
    assert hotline("probe", "--config", service.config).returncode == 0
    assert hotline("probe", "--ready", "--config", service.config).returncode == 69
    service.wait(lambda: "refused" in service.get("/readyz")[1], "reason in readyz")
    status, ready = service.get("/readyz")
    assert status == 503
    assert "main" in ready
    began = time.monotonic()
    code, lines = service.stop()
    assert code == 0
    assert time.monotonic() - began < 5
    events = [line["event"] for line in lines]
    assert [event for event in ("gateway.started", "ami.cut", "gateway.stopped") if event in events] == [
        "gateway.started", "ami.cut", "gateway.stopped",
    ]  # fmt: skip
    assert "hush" not in json.dumps(lines)


def test_ctrl_c_is_a_stop(service: Service) -> None:
    service.start()
    assert service.stop(signal.SIGINT)[0] == 0


def test_hup_takes_over_all_or_nothing(service: Service) -> None:
    service.start()
    service.configure("surprise = 1\n", promise=20.0)
    reload_and_settle(service)
    service.configure(promise=25.0)
    reload_and_settle(service)
    code, lines = service.stop()
    events = [line["event"] for line in lines if str(line["event"]).startswith("settings.")]
    assert (code, events) == (0, ["settings.refused", "settings.wait_for_restart", "settings.reloaded"])
    assert read_promises(service.folder / "state" / "journal") == [15.0, 25.0]


def read_promises(journal: Path) -> list[float]:
    """What the core was told, in order, as the journal has it."""
    (segment,) = segments_of(journal)
    inputs = [item for item in read_segment(segment) if isinstance(item, Input)]
    told = [read_setting(item.data).site for item in inputs if item.kind in {Kind.STARTED, Kind.CONFIGURED}]
    return [site.rule_of("hotline").promise.within_us / 1_000_000 for site in told]


def reload_and_settle(service: Service) -> None:
    assert service.process is not None
    service.process.send_signal(signal.SIGHUP)
    time.sleep(0.3)
    assert service.get("/livez")[0] == 200


def test_a_second_gateway_on_the_same_journal_is_told_to_wait(service: Service) -> None:
    service.start()
    second = service.launch()
    _, errors = second.communicate(timeout=10)
    assert second.returncode == 75
    assert "another gateway is writing it" in errors


def test_a_port_in_use_is_75(service: Service) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", service.port))
        taken.listen()
        _, errors = (process := service.launch()).communicate(timeout=10)
    assert process.returncode == 75
    assert "address already in use" in errors


def test_a_journal_folder_that_is_a_file_is_77_or_75(service: Service) -> None:
    (service.folder / "state").write_text("in the way")
    _, errors = (process := service.launch()).communicate(timeout=10)
    assert process.returncode == 77
    assert "journal" in errors


def test_the_journal_of_a_run_replays(service: Service) -> None:
    service.start()
    service.wait(lambda: "refused" in service.get("/readyz")[1], "a cut")
    service.stop()
    journal = str(service.folder / "state" / "journal")
    first, second = (hotline("replay", "--json", journal) for _ in range(2))
    assert first.returncode == 0
    assert first.stdout == second.stdout
    assert hotline("replay", str(service.folder / "away")).returncode == 2

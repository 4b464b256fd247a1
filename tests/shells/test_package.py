"""The wheel holds all that an installed gateway needs, and nothing of the lab or the tests."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    build = [
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
        "--wheel-dir",
        str(folder),
        str(REPOSITORY),
    ]
    subprocess.run([sys.executable, "-m", "pip", *build], check=True)
    (made,) = folder.glob("hotline_gateway-*.whl")
    return zipfile.ZipFile(made)


@pytest.fixture
def names(wheel: zipfile.ZipFile) -> list[str]:
    return wheel.namelist()


@pytest.mark.parametrize("folder", ["config", "dialplans", "migrations"])
def test_wheel_brings_the_files_beside_the_code(names: list[str], folder: str) -> None:
    found = (path for path in (REPOSITORY / folder).rglob("*") if path.is_file() and path.parent.name != "__pycache__")
    here = {str(path.relative_to(REPOSITORY)) for path in found}
    assert {
        name.removeprefix("gateway/share/") for name in names if name.startswith(f"gateway/share/{folder}/")
    } == here


def test_the_wheel_makes_a_ledger_by_its_own_migrations(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path / "installed")
    config = tmp_path / "gateway.toml"
    config.write_text('[pbx.main]\nsecret = "x"\n')
    command = [sys.executable, "-m", "gateway", "db", "upgrade", "--json", "--config", str(config)]
    environment = {"PYTHONPATH": str(tmp_path / "installed"), "PATH": os.environ["PATH"]}
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=tmp_path, env=environment)
    assert json.loads(done.stdout)["to"] == "0004"
    assert (tmp_path / "state" / "ledger.sqlite").stat().st_size > 100_000


def test_wheel_is_the_gateway_alone(names: list[str]) -> None:
    assert "gateway/py.typed" in names
    assert "gateway/core/feed.py" in names
    assert {name.split("/")[0].split("-")[0] for name in names} == {"gateway", "hotline_gateway"}

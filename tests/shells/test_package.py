"""The wheel holds all that an installed gateway needs, and nothing of the lab or the tests."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
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
    (wheel,) = folder.glob("hotline_gateway-*.whl")
    return zipfile.ZipFile(wheel).namelist()


@pytest.mark.parametrize("folder", ["config", "dialplans", "migrations"])
def test_wheel_brings_the_files_beside_the_code(names: list[str], folder: str) -> None:
    here = {str(path.relative_to(REPOSITORY)) for path in (REPOSITORY / folder).rglob("*") if path.is_file()}
    assert {
        name.removeprefix("gateway/share/") for name in names if name.startswith(f"gateway/share/{folder}/")
    } == here


def test_wheel_is_the_gateway_alone(names: list[str]) -> None:
    assert "gateway/py.typed" in names
    assert "gateway/core/feed.py" in names
    assert {name.split("/")[0].split("-")[0] for name in names} == {"gateway", "hotline_gateway"}

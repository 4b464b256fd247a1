"""The repository keeps its own rules: pages fresh, locks true and without addresses, the core pure, files small."""

import ast
import importlib.util
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from gateway import __version__

REPOSITORY = Path(__file__).parents[2]
CODE = sorted(path for room in ("gateway", "lab") for path in (REPOSITORY / room).rglob("*.py"))
TESTS = sorted((REPOSITORY / "tests").rglob("*.py"))
CORE = sorted((REPOSITORY / "gateway" / "core").glob("*.py"))
PURE = {
    "bisect", "collections", "contextlib", "dataclasses", "enum", "functools", "hashlib", "heapq", "itertools", "json",
    "math", "operator", "re", "string", "types", "typing", "uuid",
}  # fmt: skip
IMPURE_CALLS = {"open", "print", "input", "eval", "exec", "__import__", "uuid1", "uuid4", "now", "today", "hash"}
HOSTS = rb"pypi|pythonhosted|debian\.org|npmjs|mirror|proxy|artifact"
ADDRESS = re.compile(rb"https?://(?![\w.-]*\.example)[\w.-]*(?:" + HOSTS + rb")[\w.-]*", re.IGNORECASE)
LONGEST_FILE = 300
"""House rule, for tests too."""
OWN_MACHINE = re.compile(rb"/root/(?:\.pyenv|venv)|/home/[a-z]|/work/(?:main|shared)|/opt/(?:pypi|wheels)")


def lines_of(path: Path) -> int:
    return path.read_text("utf-8").count("\n")


def files() -> Iterator[Path]:
    for room in ("", ".ci", "config", "dialplans", "docs", "gateway", "lab", "migrations", "tests"):
        found = (REPOSITORY / room).glob("*") if not room else (REPOSITORY / room).rglob("*")
        yield from (
            path
            for path in found
            if path.is_file() and "__pycache__" not in path.parts and path.name[:6] != ".brief" and path.name != ".git"
        )


def test_states_page_is_what_the_tables_say() -> None:
    spec = importlib.util.spec_from_file_location("diagrams", REPOSITORY / "docs" / "diagrams.py")
    assert spec is not None
    assert spec.loader is not None
    diagrams = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(diagrams)
    assert (REPOSITORY / "docs" / "states.md").read_text("utf-8") == diagrams.draw_page(), "run python docs/diagrams.py"


@pytest.mark.parametrize(("lock", "extra"), [("requirements.lock", ""), ("requirements-dev.lock", "dev")])
def test_locks_hold_what_the_project_asks_for(lock: str, extra: str) -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *(project["optional-dependencies"][extra] if extra else [])]
    text = (REPOSITORY / lock).read_text()
    pinned = dict(re.findall(r"^([a-z0-9._-]+)(?:\[[a-z]+\])?==([^ ;\\]+)", text, re.MULTILINE))
    for requirement in map(Requirement, wanted):
        assert requirement.name in pinned, f"{requirement.name} is not in {lock}: see CONTRIBUTING.md, Locks"
        assert requirement.specifier.contains(pinned[requirement.name], prereleases=True), requirement
    pins = re.split(r"^(?=\w)", text, flags=re.MULTILINE)[1:]
    assert all("--hash=sha256:" in pin for pin in pins)


def test_no_file_names_a_package_host_or_a_machine() -> None:
    own = Path(__file__)
    for path in files():
        text = path.read_bytes()
        assert not ADDRESS.search(text), f"{path}: {ADDRESS.search(text)}"
        assert path == own or not OWN_MACHINE.search(text), f"{path}: {OWN_MACHINE.search(text)}"


def test_changelog_tells_of_the_version() -> None:
    text = (REPOSITORY / "CHANGELOG.md").read_text()
    assert "## [Unreleased]" in text or f"## [{__version__}]" in text


@pytest.mark.parametrize("script", ["do", ".ci/run"])
def test_scripts_are_posix_sh(script: str) -> None:
    path = REPOSITORY / script
    assert path.read_text().startswith("#!/bin/sh\n")
    assert path.stat().st_mode & 0o111
    shell = shutil.which("dash") or "sh"
    assert subprocess.run([shell, "-n", path], check=False).returncode == 0


def test_ci_runs_what_a_newcomer_runs() -> None:
    rows = (REPOSITORY / ".ci/run").read_text().splitlines()
    assert "CI=true" in rows
    assert rows[-1] == "exec ./do test"


def test_do_tells_its_commands() -> None:
    told = subprocess.run([REPOSITORY / "do", "help"], check=True, capture_output=True, text=True).stdout
    commands = re.findall(r"^    ([a-z]+)\)", (REPOSITORY / "do").read_text(), re.MULTILINE)
    assert set(commands) == {"demo", "run", "test", "lint", "bench", "pbx"}
    assert all(f"\n  {command} " in told for command in commands)
    assert subprocess.run([REPOSITORY / "do", "fly"], check=False, capture_output=True).returncode == 2


@pytest.mark.parametrize("path", CORE, ids=lambda path: path.name)
def test_core_is_pure(path: Path) -> None:
    """Law 1. import-linter forbids the known rooms; this allows only what is known to be pure."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            assert {alias.name.split(".")[0] for alias in node.names} <= PURE, ast.unparse(node)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            assert module.split(".")[0] in PURE or module.startswith("gateway.core"), ast.unparse(node)
        elif isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            assert name not in IMPURE_CALLS, f"{path.name}:{node.lineno}: {name}()"


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_files_and_functions_are_small(path: Path) -> None:
    assert lines_of(path) <= LONGEST_FILE
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= 60, f"{node.name} has {length} lines"


def test_test_files_are_not_long() -> None:
    assert [str(path.relative_to(REPOSITORY)) for path in TESTS if lines_of(path) > LONGEST_FILE] == []

"""The README's commands, run as they stand there, on the corpus that comes with the project."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import ROOT, environment

pytestmark = pytest.mark.slow

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```console\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


def commands() -> list[tuple[str, str]]:
    """Every aliqa command that ends by itself, with the output that the README shows."""
    found: list[tuple[str, str]] = []
    for block in BLOCKS:
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            if command.startswith(".venv/bin/aliqa ") and "serve" not in command and "--watch" not in command:
                found.append((command.removeprefix(".venv/bin/aliqa "), output))
    return found


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that looks like a clone, with the index built by the real model."""
    folder = tmp_path_factory.mktemp("clone")
    for name in ("corpus", "benchmarks"):
        shutil.copytree(ROOT / name, folder / name)
    run("index", folder)
    return folder


def run(arguments: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """A command through the shell, as a reader would type it."""
    inherited = {name: value for name, value in environment().items() if not name.startswith("ALIQA_")}
    return subprocess.run(
        f'"{sys.executable}" -m aliqa {arguments}',
        shell=True,
        cwd=folder,
        env=inherited,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(("command", "output"), commands(), ids=lambda value: value.split("\n")[0][:50])
def test_a_command_does_what_the_readme_shows(place: Path, command: str, output: str) -> None:
    done = run(command, place)
    assert done.returncode in (0, 3), done.stderr
    assert not done.stderr
    told = {" ".join(line.split()) for line in done.stdout.splitlines()}  # a column is wider where a figure is
    for line in output.strip().splitlines():
        assert line == "…" or " ".join(line.split()) in told


def test_there_are_commands_to_run() -> None:
    assert len(commands()) >= 5

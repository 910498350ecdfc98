"""The packages: they hold what they need, and what is installed from them answers without the clone."""

import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest
from tests.conftest import ARTICLES, ROOT

from aliqa import __version__

pytestmark = pytest.mark.slow

QUOTE = "Northwind Lines ordered four electric ferries from the Brevik shipyard on Monday."
ASKED = """
from aliqa import Library, library
from aliqa.foundations import settings
chosen = settings.load(corpus_dir="corpus", index_dir="index")
library.build(chosen)
print(Library.open(chosen).ask("How many electric ferries did Northwind Lines order?").answer)
"""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source package, built from this tree."""
    return build(ROOT, "sdist", tmp_path_factory.mktemp("source"))


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the source package alone."""
    folder = tmp_path_factory.mktemp("wheel")
    with tarfile.open(source) as archive:
        archive.extractall(folder, filter="data")
    return build(folder / f"aliqa-{__version__}", "wheel", folder / "dist")


def build(tree: Path, target: str, folder: Path) -> Path:
    """The package of a tree, built as pip would, without network."""
    run([sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(folder)], tree)
    return next(folder.iterdir())


def run(command: list[str], folder: Path) -> str:
    """What a command prints; it knows neither this tree nor its settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ALIQA_", "PYTHON"))}
    backends = {"ALIQA_EMBEDDING__BACKEND": "torch", "ALIQA_READING__BACKEND": "torch"}
    done = subprocess.run(command, cwd=folder, env=kept | backends, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_holds_the_whole_package(wheel: Path) -> None:
    package = ROOT / "src" / "aliqa"
    files = {str(path.relative_to(package.parent)) for path in package.rglob("*.*") if "__pycache__" not in path.parts}
    held = set(zipfile.ZipFile(wheel).namelist())
    assert files <= held
    named = {name.partition("/")[2] for name in held - files}
    assert named == {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE", "licenses/NOTICE"}


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="this is no clone")
def test_the_source_package_holds_what_the_clone_holds(source: Path) -> None:
    tracked = run(["git", "ls-files", "-z"], ROOT).split("\0")[:-1]
    with tarfile.open(source) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    assert {name for name in tracked if (ROOT / name).exists()} <= held | {"index/.gitkeep"}


def test_what_is_installed_answers(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    venv.create(environment)
    python = environment / "bin" / "python"
    run(
        [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index", str(wheel)],
        tmp_path,
    )
    inside = Path(run([str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], tmp_path).strip())
    (inside / "libraries.pth").write_text(f"{sysconfig.get_path('purelib')}\n{sysconfig.get_path('platlib')}\n")
    where = run([str(python), "-c", "import aliqa; print(aliqa.__file__)"], tmp_path)
    assert Path(where.strip()).is_relative_to(inside)

    assert len(run([str(environment / "bin" / "aliqa")], tmp_path).splitlines()) == 3
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "northwind.md").write_text(ARTICLES["shipping/northwind.md"], encoding="utf-8")
    assert run([str(environment / "bin" / "aliqa"), "--version"], tmp_path) == f"aliqa {__version__}\n"
    assert run([str(python), "-c", ASKED], tmp_path) == f"{QUOTE} [1]\n"

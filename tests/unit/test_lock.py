"""uv.lock holds the versions of constraints.txt, and a hash of every file."""

import re
import tomllib

import pytest
from tests.conftest import ROOT

LOCK = ROOT / "uv.lock"


def canonical(name: str) -> str:
    """The name as indexes of packages write it (https://peps.python.org/pep-0503/#normalized-names)."""
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.fixture(scope="module")
def packages() -> list[dict[str, object]]:
    found: list[dict[str, object]] = tomllib.loads(LOCK.read_text(encoding="utf-8"))["package"]
    return found


def test_the_lock_holds_the_versions_of_the_constraints(packages: list[dict[str, object]]) -> None:
    locked = {(package["name"], package.get("version")) for package in packages}
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [re.fullmatch(r"([\w.-]+)==([\w.+!-]+)", line.partition("#")[0].partition(";")[0].strip()) for line in lines]
    pinned = {(canonical(pin[1]), pin[2]) for pin in pins if pin}
    assert len(pinned) > 150
    missing = pinned - locked - {("editables", "0.6")}  # what pip needs for a clone, uv does without
    assert not missing, "".join(f"\nuv lock --upgrade-package {name}=={version}" for name, version in missing)


def test_every_file_of_the_lock_has_its_hash_and_comes_from_pypi(packages: list[dict[str, object]]) -> None:
    text = LOCK.read_text(encoding="utf-8")
    files = re.findall(r"\{ url = [^}]*\}", text)
    assert len(files) > len(packages)
    assert all(re.search(r'hash = "sha256:[0-9a-f]{64}"', file) for file in files)
    assert set(re.findall(r"https?://[^/\"]+", text)) == {"https://pypi.org", "https://files.pythonhosted.org"}


def test_the_lock_knows_every_dependency_of_the_package(packages: list[dict[str, object]]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    names = {canonical(re.split(r"[\[<>=!; ]", one, maxsplit=1)[0]) for one in wanted}
    assert names <= {str(package["name"]) for package in packages}

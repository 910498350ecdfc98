"""Imports point down: doors, assembly, answers, index, articles, text, foundations."""

import ast
from collections.abc import Collection
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import aliqa

PACKAGE = Path(aliqa.__file__).parent
ROOMS = ("foundations", "text", "articles", "index", "answers", "library", "client", "doors", "cli")
HEIGHT = {room: height for height, room in enumerate(ROOMS)}
FILES = sorted(
    path for path in PACKAGE.rglob("*.py") if path.relative_to(PACKAGE).parts[0].removesuffix(".py") in HEIGHT
)


def imported(path: Path) -> list[str]:
    """The rooms that a file imports, also inside functions."""
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [name.name for name in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module == "aliqa":
            found += [f"aliqa.{name.name}" for name in node.names if name.name in HEIGHT]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append(node.module)
    return [name.split(".")[1] for name in found if name.startswith("aliqa.")]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down(path: Path) -> None:
    room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    for other in imported(path):
        assert HEIGHT[other] <= HEIGHT[room], f"{room} imports {other}"


def test_at_most_ten_names_at_the_top() -> None:
    names = {path.name for path in PACKAGE.iterdir() if not path.name.startswith("__")}
    assert len(names) <= 10
    assert {name.removesuffix(".py") for name in names} == {*ROOMS, "py.typed"}


def test_readme_names_every_room() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    assert not [room for room in ROOMS if f"`{room}" not in readme]


def at_import(path: Path, modules: Collection[str]) -> set[str]:
    """The modules of the package that a file imports as it is imported itself."""
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            named = (f"{node.module}.{name.name}" for name in node.names)
            found |= {name if name in modules else node.module for name in named}
    return found & set(modules)


def test_no_module_imports_itself_by_way_of_others() -> None:
    names = {".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts): path for path in FILES}
    modules = {name.removesuffix(".__init__"): path for name, path in names.items()}
    graph = {name: at_import(path, modules) - {name} for name, path in modules.items()}
    assert sum(map(len, graph.values())) > 300
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the modules

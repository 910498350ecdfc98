"""Imports point down: doors, assembly, rooms, foundations; and every room is in the picture."""

import ast
from pathlib import Path

import pytest

import aliqa

PACKAGE = Path(aliqa.__file__).parent

LAYERS = (
    ("types", "errors"),
    ("settings", "protocols", "sentences", "lexical", "compiled", "scripts", "followups"),
    ("loading", "chunking", "copies", "embedding", "catalog", "examples", "quantities", "dates"),
    ("claims", "corpus", "fetching", "access", "making"),
    ("answering",),
    ("store", "postgres", "indexes", "disagreements", "watchlist", "feedback", "synthesis"),
    ("folder", "indexing", "retrieval", "reading", "versions", "verifying", "citing", "watching", "adding", "cluster"),
    ("library", "migrating", "evaluating"),
    ("shelf", "doctor"),
    ("jobs", "lanes"),
    ("printing", "chat", "mcp", "client"),
    ("service",),
    ("cli",),
    ("__main__",),
)
HEIGHT = {room: height for height, rooms in enumerate(LAYERS) for room in rooms}
FOUNDATIONS = {room for rooms in LAYERS[:2] for room in rooms}


def room_of(module: str) -> str:
    return module.split(".")[1] if "." in module else "__init__"


def imports(path: Path) -> list[str]:
    """The rooms that a file imports, also inside functions."""
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [name.name for name in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module == "aliqa":
            found += [f"aliqa.{name.name}" for name in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append(node.module)
    return [room_of(name) for name in found if name.startswith("aliqa.")]


FILES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down(path: Path) -> None:
    room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    for other in imports(path):
        if other not in {room, "__version__"}:
            assert HEIGHT[other] < HEIGHT[room] or (other in FOUNDATIONS and room in FOUNDATIONS), (
                f"{room} imports {other}"
            )


def test_readme_names_every_room() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    missing = [room for room in HEIGHT if room != "__main__" and f"`{room}" not in readme]
    assert not missing

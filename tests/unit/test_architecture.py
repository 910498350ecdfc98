"""What `docs/architecture.md` says is there, is there."""

import ast
import re
from functools import cache

import pytest
from tests.conftest import ROOT

PACKAGE = ROOT / "src" / "aliqa"
TEXT = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
STEPS = sorted(set(re.findall(r"`([\w/]+\.py)(?::([\w.]+))?`", TEXT)))


@cache
def names(path: str) -> set[str]:
    """The functions, classes and methods of a module, as ``Class.method``."""
    found: set[str] = set()
    for node in ast.parse((PACKAGE / path).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            inside = (one for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef))
            found |= {f"{node.name}.{one.name}" for one in inside}
        if isinstance(node, ast.ImportFrom):  # what a room hands on
            found |= {name.asname or name.name for name in node.names}
    return found


@pytest.mark.parametrize(("path", "name"), [step for step in STEPS if not step[0].startswith("tests/")])
def test_every_step_of_the_two_walks_is_there(path: str, name: str) -> None:
    assert (PACKAGE / path).is_file()
    assert not name or name in names(path)


def test_there_are_steps() -> None:
    assert sum(bool(name) for _, name in STEPS) > 30

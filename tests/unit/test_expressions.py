"""Long regular expressions are written for readers: with ``re.VERBOSE``, a line for each part."""

import ast
from pathlib import Path

import pytest

import aliqa

PACKAGE = Path(aliqa.__file__).parent
LONGEST = 100
"""Characters that an expression may have on one line."""
CALLS = {"compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"}


def written_on_one_line(path: Path) -> int:
    """How many long expressions of a module are not verbose."""
    calls = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    found = 0
    for call in calls:
        function = call.func
        if not isinstance(function, ast.Attribute) or function.attr not in CALLS or ast.unparse(function.value) != "re":
            continue
        parts = [part.value for part in ast.walk(call.args[0]) if isinstance(part, ast.Constant)]
        length = sum(len(part) for part in parts if isinstance(part, str | bytes))
        found += length > LONGEST and "VERBOSE" not in ast.unparse(call)
    return found


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_long_expressions_have_a_line_for_each_part(path: Path) -> None:
    assert written_on_one_line(path) == 0

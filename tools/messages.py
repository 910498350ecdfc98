"""Finds what aliqa says to people in its Python files, for Babel: ``make messages``.

Babel's own extractor reads tokens, and before Python 3.12 an f-string was one: it sees no call inside.
"""

import ast
from collections.abc import Collection, Iterator, Mapping
from typing import IO

Found = tuple[int, str, str | tuple[str, ...], list[str]]


def python(
    file: IO[bytes], keywords: Collection[str], comment_tags: Collection[str], options: Mapping[str, str]
) -> Iterator[Found]:
    """The line, function, texts and comments of each call of one of the functions ``keywords``, as Babel wants them."""
    for node in ast.walk(ast.parse(file.read())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in keywords:
            constants = (one.value for one in node.args if isinstance(one, ast.Constant))
            texts = tuple(value for value in constants if isinstance(value, str))
            yield node.lineno, node.func.id, texts[0] if len(texts) == 1 else texts, []

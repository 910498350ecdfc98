"""How the time of the package's regular expressions grows with a text that is made to be hard on them.

Run as a program, for what is interrupted inside the engine of expressions may leave a process damaged; it prints one
JSON object for each expression that grows faster than it may. What counts is how much more processor time four times
the text takes, not how long it takes: 4 times if that grows in proportion, 16 times with the square, 64 with the cube.
"""

import ast
import importlib
import json
import math
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import aliqa
from tests.adversarial import texts

PACKAGE = Path(aliqa.__file__).parent
READS_ARTICLES = ("text", "articles", "index")
"""Rooms whose expressions read articles of any length; those of others read questions and sentences."""

LONG, SHORT = 16_000, 2_000
"""Characters of a text for those rooms, and for the others: the most that a question has."""

MOST = 60
"""Texts for each expression."""

NOTICEABLE = 0.02
"""Seconds of processor time from which on growth can be told from noise."""

ENOUGH = 4.0
"""Seconds after which it is not waited any longer."""

SQUARE, CUBE = 9.0, 36.0
"""More growth than this, and it is with the square, or the cube, rather than one power less."""

PLACED, SEARCH = ("match", "fullmatch"), "search"
"""Methods that try one place alone, and what stands for all that try every place."""

WINDOW = "window"
"""Stands for what is given the place where it is to end, too; how far that is, the caller says."""

METHODS = (*PLACED, SEARCH, "finditer", "findall", "sub", "subn", "split")


class TooSlow(BaseException):
    """It is not waited any longer; no code expects this."""


def modules() -> Iterator[tuple[str, Path]]:
    """All modules of the package with their files, but for programs."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.stem != "__main__":
            name = ".".join(("aliqa", *path.relative_to(PACKAGE).with_suffix("").parts))
            yield name.removesuffix(".__init__"), path


def compiled(value: Any, depth: int = 3) -> Iterator["re.Pattern[str]"]:
    """The expressions in a value, those in its items included."""
    if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
        yield value
    elif depth and isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from compiled(item, depth - 1)
    elif depth and isinstance(value, dict):
        yield from compiled([*value.values()], depth - 1)
    elif depth and isinstance(value, type):
        yield from compiled([*vars(value).values()], depth - 1)


def written(tree: ast.AST) -> Iterator[tuple["re.Pattern[str]", str]]:
    """The expressions that stand in calls, as ``re.sub("a+", …)``, also inside functions, and the method."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="re"), attr=name), args=[ast.Constant(value=str(pattern)), *_]
            ) if name != "escape":
                yield re.compile(pattern), name


def expressions(module: str, path: Path) -> dict["re.Pattern[str]", set[str]]:
    """The expressions of a module, and how each is used, as far as that can be told."""
    found: dict[re.Pattern[str], set[str]] = {}
    for name, value in vars(importlib.import_module(module)).items():
        for pattern in compiled(value):
            found.setdefault(pattern, set()).update(_uses(name, path))
    for pattern, method in written(_tree(path)):
        if method != "compile":
            found.setdefault(pattern, set()).add(method if method in PLACED else SEARCH)
    return found


@cache
def _tree(path: Path) -> ast.AST:
    return ast.parse(path.read_text(encoding="utf-8"))


def _uses(name: str, path: Path) -> set[str]:
    """What is done with the expressions that a name of a module stands for.

    That is what is called on the name; where it is a list or the like, what is called on variables in the modules that
    read it.
    """
    used: set[str] = set()
    for other in [path] if name.startswith("_") else [path for _, path in modules()]:
        called = _methods(other)
        if name in called:
            on_variables = (methods for variable, methods in called.items() if variable.islower())
            used |= called[name] or set().union(*on_variables)
    return used or {SEARCH}


@cache
def _methods(path: Path) -> dict[str, set[str]]:
    """For each name that a module reads, the methods of expressions that are called on it."""
    methods: dict[str, set[str]] = {}
    for node in ast.walk(_tree(path)):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=called), args=given) if called in METHODS:
                if name != "re" and not (name.islower() and called == "split"):  # that is a text's
                    way = WINDOW if len(given) > 2 else called if called in PLACED else SEARCH
                    methods.setdefault(name, set()).add(way)
            case ast.Name(id=name, ctx=ast.Load()):
                methods.setdefault(name, set())
    return methods


def growth(run: Callable[[str], object], text: str, part: str) -> float:
    """How much more a text takes than a quarter of it; 1.0 if it takes next to nothing; infinity if it does not end."""
    if _took(run, text, NOTICEABLE) < NOTICEABLE:
        return 1.0
    whole = _took(run, text, ENOUGH)
    if whole >= ENOUGH:
        return math.inf
    return whole / max(min(_took(run, part, ENOUGH) for _ in range(3)), 1e-5)


def _took(run: Callable[[str], object], text: str, most: float) -> float:
    """Seconds of processor time, ``most`` at most."""
    begin = time.thread_time()
    try:
        signal.setitimer(signal.ITIMER_PROF, most)
        run(text)
        signal.setitimer(signal.ITIMER_PROF, 0)
    except TooSlow:
        return most
    return time.thread_time() - begin


def too_slow(*_: object) -> None:
    """The handler of the signal that ends what takes too long."""
    raise TooSlow


def _tried(pattern: "re.Pattern[str]", uses: set[str]) -> Callable[[str], object]:
    """What is done with a text: to try its beginning, all of it, or each place."""

    def tried(text: str) -> None:
        if "match" in uses:
            pattern.match(text)
        if "fullmatch" in uses:
            pattern.fullmatch(text)
        if SEARCH in uses:
            for _ in pattern.finditer(text):
                pass

    return tried


def too_fast(pattern: "re.Pattern[str]", size: int, bound: float, uses: set[str]) -> dict[str, Any] | None:
    """The text with which the time of an expression grows more than it may, if there is one."""
    run = _tried(pattern, uses)
    for text, part in islice(zip(texts(pattern, size), texts(pattern, size // 4), strict=True), MOST):
        grown = growth(run, text, part)
        # twice, unless it does not end: other work may have had the processor's caches
        if grown > bound and (math.isinf(grown) or growth(run, text, part) > bound):
            return {"pattern": pattern.pattern, "text": text[:60], "growth": round(grown, 1), "uses": sorted(uses)}
    return None


def main(rooms: list[str]) -> None:
    """Print what grows too fast in these rooms, and how many expressions there were."""
    signal.signal(signal.SIGPROF, too_slow)
    count = 0
    for module, path in modules():
        room = (*module.split("."), "")[1]
        if room not in rooms:
            continue
        try:
            found = expressions(module, path)
        except ImportError:  # what is not installed, as the libraries that retrievers are for
            continue
        size, bound = (LONG, SQUARE) if room in READS_ARTICLES else (SHORT, CUBE)
        for pattern, uses in found.items():
            count += 1
            if fault := too_fast(pattern, size, bound, uses):
                _tell({"module": module, **fault})
    _tell({"expressions": count})


def _tell(found: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])

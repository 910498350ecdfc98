"""No text makes reading an article take long: not one regular expression, and not the reading as a whole.

What is measured is the processor's time of this process, against bounds that only work of another order passes: what
takes 20 milliseconds here would take hours if it grew with the third power.
"""

import ast
import importlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from tests.adversarial import texts
from tests.conftest import environment

import aliqa
from aliqa.articles.loading import cut, parse_article
from aliqa.text.sentences import split_sentences

ROOMS = ("text", "articles", "index")
"""Where the text of articles is read; elsewhere expressions see only questions, of 2,000 characters at most."""

SIZE = int(os.environ.get("ADVERSARIAL_SIZE", "1000"))
"""Characters of each text; with more, expressions are found that take quadratic time on what is long."""

MOST = 40
"""Texts for each expression."""

PACKAGE = Path(aliqa.__file__).parent
END = "The mill at the river was sold to the town on Monday.\n"
MAIL = "From: a@b.example\nDate: Mon, 1 Jan 2024 10:00:00 +0000\n"


class TooSlow(BaseException):
    """A processor was busy for too long; no code expects it, so that none goes on."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise TooSlow once this process has kept a processor busy for so long."""

    def stop(*_: object) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before or signal.SIG_IGN)  # by default one that is late ends the process


def modules() -> list[str]:
    paths = [path for room in ROOMS for path in sorted((PACKAGE / room).rglob("*.py"))]
    names = [".".join(("aliqa", *path.relative_to(PACKAGE).with_suffix("").parts)) for path in paths]
    return [name.removesuffix(".__init__") for name in names if "postgres" not in name and "cluster" not in name]


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


def written(path: Path) -> Iterator["re.Pattern[str]"]:
    """The expressions that stand in calls, as ``re.sub("a+", …)``, also inside functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="re"), attr=name), args=[ast.Constant(value=str(pattern)), *_]
            ) if name != "escape":
                yield re.compile(pattern)


def expressions(module: str) -> dict["re.Pattern[str]", None]:
    loaded = importlib.import_module(module)
    assert loaded.__file__
    return dict.fromkeys([*compiled([*vars(loaded).values()]), *written(Path(loaded.__file__))])


def test_the_expressions_are_found() -> None:
    found = {pattern.pattern for module in modules() for pattern in expressions(module)}
    assert len(found) > 100


@pytest.mark.parametrize("module", modules())
def test_no_expression_takes_long_on_a_text_made_for_it(module: str) -> None:
    for pattern in expressions(module):
        for text in islice(texts(pattern, SIZE), MOST):
            try:
                with within(2):
                    for _ in pattern.finditer(text):
                        pass
            except TooSlow:
                pytest.fail(f"{pattern.pattern!r} takes long on {text[:60]!r}… of {len(text)} characters")


FOUND = """
import re
from tests.unit.test_linear import TooSlow, texts, within
bad = re.compile(r"(?:a+)+b")
try:
    with within(0.2):
        for text in texts(bad, 40):
            bad.search(text)
except TooSlow:
    print("found")
"""


def test_an_expression_that_takes_long_would_be_found() -> None:
    # in a process of its own: what is interrupted inside the engine of expressions may leave a process damaged
    done = subprocess.run([sys.executable, "-c", FOUND], env=environment(), capture_output=True, text=True, check=False)
    assert done.stdout == "found\n", done.stderr


LONG: dict[str, tuple[str, Callable[[int], str]]] = {
    "brackets": ("a.txt", lambda size: "In " + "[" * size + f"\n{END}"),
    "links": ("a.md", lambda size: "[a](" * (size // 4) + f"\n{END}"),
    "front matter": ("a.md", lambda size: "---\na: " + "[" * size + f"\n---\n{END}"),
    "anchors": ("a.md", lambda size: "---\na: " + "&a [*a, " * (size // 8) + f"\n---\n{END}"),
    "subject": ("a.eml", lambda size: "Subject: " + "=?utf-8?q?a?= " * (size // 14) + f"\n{MAIL}\n{END}"),
    "senders": ("a.eml", lambda size: "From: " + "a@b, " * (size // 5) + f"\nSubject: x\n\n{END}"),
    "a date": ("a.txt", lambda size: "published on" + " " * size + f"x\n{END}"),
    "a byline": ("a.txt", lambda size: "By " + "A " * (size // 2) + f"\n{END}"),
    "a title": ("a.html", lambda size: f"<title>a{' ' * size}b</title><p>{END}</p>"),
    "blanks": ("a.txt", lambda size: "a" + " " * size + f"b\n{END}"),
    "digits": ("a.txt", lambda size: "7" * size + f"\n{END}"),
    "initials": ("a.txt", lambda size: "A. " * (size // 3) + f"\n{END}"),
    "quotes": ("a.txt", lambda size: "“a " * (size // 3) + f"\n{END}"),
    "lines": ("a.txt", lambda size: "a\n" * (size // 2) + END),
    "values": ("a.txt", lambda size: "$5 " * (size // 3) + f"\n{END}"),
}


@pytest.mark.parametrize("kind", LONG)
def test_reading_an_article_takes_time_in_proportion_to_its_length(kind: str) -> None:
    name, make = LONG[kind]
    with within(10):
        for file in cut(make(60_000).encode(), name):
            article = parse_article(file)
            split_sentences(article.text, article.meta.body_start)

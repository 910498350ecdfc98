"""Texts that are hard on a regular expression, made from the expression itself.

Whatever it repeats is repeated, behind the shortest thing that leads there, and the end is spoilt, so that a matcher
that tries all ways to share the repetition has to try them (Davis et al., "The Impact of Regular Expression Denial of
Service in Practice", 2018, name the forms: one repetition inside another, two beside each other, and one that a
search begins anew at each place).
"""

import re
from collections.abc import Iterator
from importlib import import_module
from itertools import islice
from typing import Any

constants: Any = import_module("re._constants")
parser: Any = import_module("re._parser")

_SPOILERS = ("", "\0", "!", "x", "\n", " ")
_ALPHABET = "a0 A.,-$€'\n[](){}<>\"_/:;%&@#=+*?|\\éЖ中\u3000\u00a0"
_CATEGORIES = {
    constants.CATEGORY_DIGIT: "7",
    constants.CATEGORY_SPACE: " ",
    constants.CATEGORY_WORD: "a",
    constants.CATEGORY_NOT_DIGIT: "a",
    constants.CATEGORY_NOT_SPACE: "a",
    constants.CATEGORY_NOT_WORD: ",",
}


def texts(pattern: "re.Pattern[str]", size: int) -> Iterator[str]:
    """Texts of about ``size`` characters, one kind after another."""
    tree = parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
    pumps = dict.fromkeys(_pumps(list(tree), ""))
    for prefix, pump in pumps:
        if pump:
            for spoiler in _SPOILERS:
                yield prefix + pump * (size // len(pump)) + spoiler
    starts = dict.fromkeys(prefix + pump for prefix, pump in pumps)
    for start in starts:  # a search that begins anew at each place
        if start:
            yield start * (size // len(start))
    for signs in ("a", " ", "\n", "[", "7", "A a ", "a, ", "中"):
        yield signs * (size // len(signs))


def _pumps(nodes: list[Any], prefix: str) -> Iterator[tuple[str, str]]:
    """What leads to each repetition, and what it repeats."""
    for kind, value in nodes:
        if kind in (constants.MAX_REPEAT, constants.MIN_REPEAT, getattr(constants, "POSSESSIVE_REPEAT", None)):
            _, most, body = value
            if most is constants.MAXREPEAT or most > 20:
                for sample in islice(_samples(list(body)), 4):
                    yield prefix, sample
            yield from _pumps(list(body), prefix)
        elif kind is constants.SUBPATTERN:
            yield from _pumps(list(value[-1]), prefix)
        elif kind is constants.BRANCH:
            for branch in value[1]:
                yield from _pumps(list(branch), prefix)
        elif kind in (constants.ASSERT, constants.ASSERT_NOT):
            yield from _pumps(list(value[1]), prefix)
        elif kind is getattr(constants, "ATOMIC_GROUP", None):
            yield from _pumps(list(value), prefix)
        prefix = prefix + next(_samples([(kind, value)]), "")


def _samples(nodes: list[Any]) -> Iterator[str]:
    """Short texts that the nodes match, or nearly so."""
    if not nodes:
        yield ""
        return
    for first in islice(_sample(*nodes[0]), 4):
        for rest in islice(_samples(nodes[1:]), 2):
            yield first + rest


def _sample(kind: Any, value: Any) -> Iterator[str]:
    if kind is constants.LITERAL:
        yield chr(value)
    elif kind is constants.NOT_LITERAL:
        yield next(sign for sign in _ALPHABET if ord(sign) != value)
    elif kind is constants.ANY:
        yield from "a ["
    elif kind is constants.IN:
        yield from _of_class(value)
    elif kind in (constants.MAX_REPEAT, constants.MIN_REPEAT, getattr(constants, "POSSESSIVE_REPEAT", None)):
        least, _, body = value
        for sample in islice(_samples(list(body)), 3):
            yield sample * max(least, 1)
        if least == 0:
            yield ""
    elif kind is constants.SUBPATTERN:
        yield from _samples(list(value[-1]))
    elif kind is getattr(constants, "ATOMIC_GROUP", None):
        yield from _samples(list(value))
    elif kind is constants.BRANCH:
        for branch in value[1][:12]:
            yield from islice(_samples(list(branch)), 1)
    else:
        yield ""


def _of_class(items: list[Any]) -> Iterator[str]:
    """Signs of a class: of each of its parts; or what a negated class lets through."""
    if items and items[0][0] is constants.NEGATE:
        excluded = re.compile(_class(items[1:]))
        yield from islice((sign for sign in _ALPHABET if not excluded.match(sign)), 3)
        return
    for kind, value in items[:6]:
        if kind is constants.LITERAL:
            yield chr(value)
        elif kind is constants.RANGE:
            yield chr(value[0])
        elif kind is constants.CATEGORY:
            yield _CATEGORIES.get(value, "a")


def _class(items: list[Any]) -> str:
    parts = []
    names = {
        constants.CATEGORY_DIGIT: r"\d", constants.CATEGORY_SPACE: r"\s", constants.CATEGORY_WORD: r"\w",
        constants.CATEGORY_NOT_DIGIT: r"\D", constants.CATEGORY_NOT_SPACE: r"\S", constants.CATEGORY_NOT_WORD: r"\W",
    }  # fmt: skip
    for kind, value in items:
        if kind is constants.LITERAL:
            parts.append(re.escape(chr(value)))
        elif kind is constants.RANGE:
            parts.append(f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}")
        elif kind is constants.CATEGORY:
            parts.append(names[value])
    return f"[{''.join(parts)}]"

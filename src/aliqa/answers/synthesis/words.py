"""Whether one word stands for another: the same term, a near synonym (``synonyms.txt``), or of the same family."""

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Final

from aliqa.text.terms import terms

_FAMILY: Final = 5
"""Words with this many first letters in common are of one family: "delivery" and "delivered"."""

_TAIL: Final = 4


def covered(word: str, held: frozenset[str]) -> bool:
    """Whether a term, or one that stands for it, is among those that are held.

    >>> covered("deliveri", frozenset({"deliv"})), covered("shut", frozenset({"close"})), covered("rise", frozenset({"fall"}))
    (True, True, False)
    """
    return word in held or bool(_synonyms().get(word, frozenset()) & held) or any(_family(word, one) for one in held)


def all_covered(words: Iterable[str], held: frozenset[str]) -> bool:
    """Whether all of the terms are."""
    return all(covered(word, held) for word in words)


def _family(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    same = len(short) >= _FAMILY and long.startswith(short[: max(_FAMILY, len(short) - 1)])
    return same and len(long) - len(short) <= _TAIL and not long.endswith("less") and not long[0].isdigit()


@cache
def _synonyms() -> dict[str, frozenset[str]]:
    groups: dict[str, frozenset[str]] = {}
    for line in files("aliqa.answers.synthesis").joinpath("synonyms.txt").read_text("utf-8").splitlines():
        group = frozenset(terms(line)) if line and not line.startswith("#") else frozenset[str]()
        for term in group:
            groups[term] = groups.get(term, frozenset()) | group
    return groups

"""What words mean to those who compare claims: the lists of ``words.toml``, by search term."""

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

from aliqa.text.english import MONTHS, WEEKDAYS
from aliqa.text.terms import terms


@lru_cache(maxsize=50_000)
def terms_of(word: str) -> tuple[str, ...]:
    """The search terms of one word: a compound has several."""
    return tuple(terms(word))


def _lists() -> dict[str, Any]:
    return tomllib.loads(files("aliqa.text.claims").joinpath("words.toml").read_text("utf-8"))


def _by_term(table: dict[str, str]) -> dict[str, str]:
    return {term: name for name, words in table.items() for word in words.split() for term in terms(word)}


_LISTS: Final = _lists()
_SAME: Final = _by_term(_LISTS["same"]) | _by_term(_LISTS["lands"])
_LANDS: Final = frozenset(_LISTS["lands"])
_PLAIN: Final = frozenset(terms(_LISTS["plain"]["words"]))
LIMITS: Final = {word: name for name, words in _LISTS["limits"].items() for word in words.split()}
"""What narrows a claim down, by the word in lower case."""

TITLES: Final = frozenset(terms(" ".join((*MONTHS, *WEEKDAYS, _LISTS["titles"]["words"]))))
"""The terms of capitalised words that are not names."""

ACTS: Final = frozenset(_SAME.get(term, term) for term in terms(_LISTS["acts"]["words"]))
"""What is done with what is counted."""

GENERIC: Final = frozenset(_LISTS["generic"]["words"].split())
"""Words of names, in lower case, that many names share."""

REGIONS: Final = frozenset(name.strip() for name in _LISTS["regions"]["names"].split(","))
"""Parts of countries, in lower case, that hold cities."""

SURNAMES: Final = {frozenset((name, other)) for name, others in _LISTS["surnames"].items() for other in others.split()}
"""Pairs of one name in two romanisations, in lower case."""


def _turns() -> dict[str, tuple[tuple[str, bool], ...]]:
    found: dict[str, list[tuple[str, bool]]] = {}
    for axis, sides in _LISTS["turns"].items():
        for side, up in zip(sides.split("|"), (True, False), strict=True):
            for word in side.split():
                found.setdefault(word, []).append((axis, up))
    for line in _LISTS["denied"]["words"].strip().splitlines():
        for word in line.split():
            found.setdefault(word, []).append((line.split()[0], True))
    return {word: tuple(sides) for word, sides in found.items()}


TURNS: Final = _turns()
"""What a word in lower case says, yes or no, on which axis: "rose" is up on "move", "rejected" no on "decision"."""

PEOPLE: Final = frozenset(
    [
        "employee",
        "population",
        "visitor",
        "passenger",
        "member",
        "subscriber",
        "user",
        "attendance",
        "inmate",
        "customer",
        "student",
        "patient",
        "death",
        "injury",
        "enrol",
        "voter",
        "soldier",
        "refugee",
        "arrest",
        "layoff",
        "hire",
        "infected",
        "vaccinated",
    ]
)
"""Words for people: "people" may stand for any of them."""


def class_of(term: str, kind: str = "") -> str:
    """The term that stands for all terms that say the same of a value of this kind.

    >>> class_of(*terms("turnover")), class_of(*terms("sold"), "money"), class_of(*terms("sold"), "count")
    ('revenue', 'revenue', 'sale')
    """
    found = _SAME.get(term, term)
    if found == "sale" and kind in ("money", "percent"):
        return "revenue"
    return "height" if found == "up" and kind == "measure" else found


def name_of(term: str) -> str:
    """The term of a name: a country's for its people."""
    return _SAME[term] if _SAME.get(term) in _LANDS else term


def is_plain(term: str) -> bool:
    """Whether a term says nothing about what is measured."""
    return term in _PLAIN and term not in _SAME


def is_name(term: str) -> bool:
    """Whether a term, of a capitalised word, is a name's."""
    return term not in TITLES

"""How values that differ stand to one another: a contradiction, a change over time, or perhaps another scope.

A model of three classes tells: how far apart the times are, whether a sentence opens with a phrase of its own, and the
words that only one of both sentences has ("now", "included", "alone"). ``training/fit_pair_kinds.py`` fits it on what
the invented worlds and stories say of their pairs, chooses the words, and writes ``kinds.json``. What is wanted is of
another scope than what is so; where statements may differ in scope, `scopes` says by which words.
"""

import json
import math
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np

from aliqa.foundations.types import DisagreementKind, Span
from aliqa.text import dates
from aliqa.text.claims.pairs import Differing, Floats, Said, gap, same_noun
from aliqa.text.claims.values import Value
from aliqa.text.english import PREPOSITIONS
from aliqa.text.terms import content_words

KINDS: Final[tuple[DisagreementKind, ...]] = ("change", "contradiction", "scope")
FEATURES: Final = (
    *"apart together one_time published soon days date gap same_noun".split(),
    *"opens includes".split(),
)
_INCLUDING: Final = "across|among|counting|excluding|including|outside|with|within|without"
_NARROWING: Final = f"{PREPOSITIONS.replace(' ', '|')}|{_INCLUDING}"
_OPENING: Final = re.compile(rf"^(?:(?:{_NARROWING}|\w+(?:ed|ing))\b)[^,.;:]{{3,60}}(?=,)", re.IGNORECASE)
_INCLUDES: Final = re.compile(rf"^(?:{_INCLUDING})\b", re.IGNORECASE)
_PHRASE: Final = re.compile(rf"\b(?:{_NARROWING}|alone|only)\b[^,.;:()]*?(?=[,.;:()]|\b(?:{_NARROWING})\b|$)", re.I)
_WORD: Final = re.compile(r"[a-z]{2,}")
_WANTED: Final = re.compile(
    r"""
    \b(?:(?:ask|call|hope)(?:s|d|ed)?[ ]for | demand(?:s|ed) | propose[sd]? | seeks? | sought | want(?:s|ed)?)
    (?:[ ](?!(?:although|and|but|have|than|that|when|which|while|who)\b)[^\s,.;:()—–]+){0,10}[ ]\Z
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""What stands before a figure that somebody wants."""

_SAME_TIME: Final = 120
"""What is named, or said in the same words, is of one time if the times are at most so many days apart."""

_SOON: Final = 14


def kind_of(one: Said, other: Said, pair: Differing) -> DisagreementKind:
    """How values that differ stand to one another."""
    if is_wanted(one, pair.first) != is_wanted(other, pair.second):
        return "scope"
    if pair.first.kind in ("name", "verdict") or one.words == other.words:
        return "change" if _apart(one, other) > _SAME_TIME else "contradiction"
    start, weights = fitted()[""], fitted()
    sums = start + features(one, other, pair) @ np.array([weights[name] for name in FEATURES])
    for word in own_words(one, other, pair):
        sums = sums + weights.get(word, 0.0)
    return KINDS[int(np.argmax(sums))]


def is_wanted(said: Said, value: Value) -> bool:
    """Whether somebody only wants a value, "demanded 300 crowns"."""
    return _WANTED.search(said.text[: value.span.start]) is not None


@cache
def fitted() -> dict[str, Floats]:
    """The weight (3,) of each feature, of each word and, under "", of none, for each of `KINDS`."""
    weights = json.loads(files("aliqa.text.claims").joinpath("kinds.json").read_text("utf-8"))
    return {name: np.array(each) for name, each in weights.items()}


def features(one: Said, other: Said, pair: Differing) -> Floats:
    """The numbers (f,) of `FEATURES`, the same for both orders."""
    date = pair.first.kind == "date"  # then the times are what differs
    times = [None if date else said.time for said in (one, other)]
    overlap = times[0].overlaps(times[1]) if times[0] and times[1] else None
    days = [said.published for said in (one, other)]
    published = abs((days[0] - days[1]).days) if days[0] and days[1] else 0
    opening = _opens(one, other), _opens(other, one)
    return np.array([
        overlap is False, overlap is True, (times[0] is None) != (times[1] is None),
        math.log1p(published), published <= _SOON, 0.0 if date else math.log1p(_apart(one, other)), date,
        gap(pair), same_noun(pair), sum(map(bool, opening)), sum(bool(_INCLUDES.search(each)) for each in opening),
    ], np.float64)  # fmt: skip


def own_words(one: Said, other: Said, pair: Differing) -> set[str]:
    """The words in small letters that only one of both sentences has, without those of their values."""
    words = (set(_WORD.findall(_without(said.text, value.span).lower())) for said, value in _sides(one, other, pair))
    return next(words) ^ next(words)


def _sides(one: Said, other: Said, pair: Differing) -> tuple[tuple[Said, Value], tuple[Said, Value]]:
    return (one, pair.first), (other, pair.second)


def _without(text: str, span: Span) -> str:
    return f"{text[: span.start]} {text[span.end :]}"


def _apart(one: Said, other: Said) -> int:
    """How many days lie between the times of both, as far as they or their articles' dates tell."""
    times = [said.time or (dates.on(said.published) if said.published else None) for said in (one, other)]
    if times[0] is None or times[1] is None:
        return 0
    return max(0, (max(times[0].first, times[1].first) - min(times[0].last, times[1].last)).days)


def _opens(one: Said, other: Said) -> str:
    """The phrase that opens a sentence, if it has words that the other side lacks."""
    match = _OPENING.search(one.text)
    return match.group() if match and _is_own(match.group(), one, other) else ""


def _is_own(phrase: str, one: Said, other: Said) -> bool:
    return bool(set(content_words(phrase)) & one.words - (other.around | other.topic | one.topic))


def scopes(one: Said, other: Said, pair: Differing) -> tuple[str | None, str | None]:
    """The words of each sentence that may narrow it down and that the other one lacks: "among external customers".

    Of several, those that tell most of a scope.
    """
    first, second = _sides(one, other, pair)
    return _narrowed(*first, other), _narrowed(*second, one)


def _narrowed(said: Said, value: Value, other: Said) -> str | None:
    wanted = _WANTED.search(said.text[: value.span.start])
    return wanted.group().strip() if wanted else max(_phrases(said, value, other), key=_telling, default=None)


def _phrases(said: Said, value: Value, other: Said) -> Iterator[str]:
    before, after = said.text[: value.span.start], said.text[value.span.end :]
    for match in _PHRASE.finditer(f"{before};{after}"):
        phrase = match.group().strip()
        if " " in phrase and _is_own(phrase, said, other):
            yield phrase


def _telling(phrase: str) -> float:
    """How much the words of a phrase speak for another scope."""
    names = [name for name in _WORD.findall(phrase.lower()) if name in fitted()]
    includes = ["includes"] if _INCLUDES.search(phrase) else []
    return float(sum(fitted()[name][KINDS.index("scope")] for name in (*names, *includes)))

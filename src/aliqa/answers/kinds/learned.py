"""Which questions want several sentences: a list, a comparison, a change over time; told by a small learned model.

People ask for these in too many ways to write down. A logistic model of a question's short words, of the places of its
names and figures and of its plurals knows them; `training/fit_kinds.py` fits it and writes ``kinds.json``.
"""

import json
import math
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Final, Literal, cast

Several = Literal["list", "compare", "change"]

OTHER: Final = "other"
SURE: Final = {"list": 0.6, "compare": 0.95, "change": 0.95}
"""How likely a kind is at least to be believed; the others are reported, a list is only quoted like one."""

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d[\d.,]*|[?,:/&-]")
_YEAR: Final = re.compile(r"(?:1[5-9]|20)\d\d")
_PLURAL: Final = re.compile(r"[a-z]{3,}[^suia\W]s")
_LONGEST: Final = 3
_FIRST: Final = 4


def several(question: str) -> Several | None:
    """The kind of a question that wants several sentences; None of all others.

    >>> several("Which villages did the water reach?"), several("How has the rent moved since 2019?")
    ('list', 'change')
    >>> several("Which ferry is faster, the old one or the new one?"), several("When was the pier built?")
    ('compare', None)
    """
    sums = {kind: weights.get("", 0.0) for kind, weights in _fitted().items()}
    for feature in features(question):
        for kind, weights in _fitted().items():
            sums[kind] += weights.get(feature, 0.0)
    best = max(sums, key=lambda kind: sums[kind])
    chance = 1 / sum(math.exp(each - sums[best]) for each in sums.values())
    return cast("Several", best) if best != OTHER and chance >= SURE[best] else None


def features(question: str) -> set[str]:
    """What the model knows of a question: up to three words on end, plurals and where they stand, comparatives."""
    words = ["^", *_words(question), "$"]
    found = {" ".join(words[i : i + n]) for n in range(1, _LONGEST + 1) for i in range(len(words) - n + 1)}
    for i, word in enumerate(words):
        if _PLURAL.fullmatch(word):
            found |= {"PLURAL", f"PLURAL {min(i, _FIRST)}", f"{words[i - 1]} PLURAL", f"PLURAL {words[i + 1]}"}
        if len(word) > _FIRST and word.endswith(("er", "est")):
            found.add("COMPARED")
    return found | {f"LENGTH {min(6, len(words) // 4)}"}


def _words(question: str) -> Iterator[str]:
    """Its words in small letters; names on end, figures and years as one word each."""
    before = ""
    for i, found in enumerate(_WORD.finditer(question.lower() if question.isupper() else question)):
        word = found.group()
        if word[0].isdigit():
            word = "YEAR" if _YEAR.fullmatch(word) else "NUMBER"
        else:
            word = "NAME" if i and word[0].isupper() else word.lower()
        if word != "NAME" or before != "NAME":
            yield word
        before = word


@cache
def _fitted() -> dict[str, dict[str, float]]:
    """The weights of features, by kind."""
    text = files("aliqa.answers.kinds").joinpath("kinds.json").read_text("utf-8")
    weights: dict[str, dict[str, float]] = json.loads(text)
    return weights

"""What a question asks for where no form tells it: by its meaning, and about what.

People ask what the articles say in too many words to write down. A logistic model of a question's short words and of
its vector knows who wants somebody introduced, something told of, or articles named; another one, of each word with
those around it, knows which words say what about. ``training/fit_meaning.py`` fits both and writes ``meaning.json``.
"""

import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal, cast

import numpy as np

from aliqa.answers.kinds.forms import Asked, is_nameable
from aliqa.answers.kinds.learned import OTHER, features
from aliqa.foundations.protocols import Vector
from aliqa.foundations.types import Span

Meant = Literal["identity", "digest", "which_articles", "overview"]
MEANT: Final = ("identity", "digest", "which_articles", "overview")

_OPEN: Final = (*MEANT, "plain", "yes_no")
"""The kinds that forms tell less surely than the model, or not at all."""

SURE: Final = 0.6
"""How likely a kind is at least to be believed."""
_TOKEN: Final = re.compile(r"[^\W_]+(?:['’.&-][^\W_]+)*|[^\w\s]")
_ENDS: Final = 4
_NEXT: Final = 2
"""How many words before and behind one tell whether it says what about."""


def meant(question: str, vector: Vector, told: Asked) -> Asked:
    """What a question asks for, by its unit vector of the bundled model; ``told`` is what its form says.

    A form that also names what of the articles is wanted stands, and so does any where the model is not sure.
    """
    kind = meant_kind(question, vector) if told.kind in _OPEN and not told.wanted else None
    if kind in (None, told.kind):
        return told
    if kind == OTHER:
        return Asked("plain") if told.kind in MEANT else told
    about = "" if kind == "overview" else said_about(question)
    if kind != "overview" and (not about or (kind == "identity" and not is_nameable(about))):
        return told
    return Asked(cast("Meant", kind), about)


def meant_kind(question: str, vector: Vector) -> Meant | Literal["other"] | None:
    """The kind alone; None if the model is not sure."""
    fitted = _fitted()
    weights = fitted["weights"]
    sums = fitted["starts"] + fitted["matrix"] @ vector
    for feature in features(question):
        if feature in weights:
            sums = sums + weights[feature]
    chances = np.exp(sums - sums.max())
    best = int(chances.argmax())
    return fitted["kinds"][best] if chances[best] >= SURE * chances.sum() else None


def said_about(question: str) -> str:
    """The words of a question that say what it is about.

    >>> said_about("recap the Castle Pier saga please"), said_about("so who's Ada Moss again")
    ('the Castle Pier saga', 'Ada Moss')
    """
    places, weights = tokens(question), _fitted()["about"]
    words = [place.cut(question) for place in places]
    odds = [sum(weights.get(one, 0.0) for one in ("", *around(words, i))) for i in range(len(words))]
    if not odds:
        return ""
    first, last = _best(odds)
    return Span(places[first].start, places[last].end).cut(question)


def _best(odds: Sequence[float]) -> tuple[int, int]:
    """The first and the last place of the run with the highest sum."""
    best, run, start = (odds[0], 0, 0), 0.0, 0
    for i, each in enumerate(odds):
        if run <= 0:
            run, start = 0.0, i
        run += each
        best = max(best, (run, start, i), key=lambda found: found[0])
    return best[1], best[2]


def tokens(question: str) -> list[Span]:
    """The places of its words and marks."""
    return [Span(*found.span()) for found in _TOKEN.finditer(question)]


def around(words: Sequence[str], i: int) -> Iterator[str]:
    """What is known of a word: itself and its neighbours, in small letters, and how they are written."""
    small = ["^", "^", *(word.lower() for word in words), "$", "$"]
    written = ["^", "^", *map(_written, words), "$", "$"]
    place = i + _NEXT
    for shift in range(-_NEXT, _NEXT + 1):
        yield f"{shift} {small[place + shift]}"
        yield f"{shift} {written[place + shift]}"
    for each in (small, written):
        yield f"< {each[place - 2]} {each[place - 1]}"
        yield f"{each[place - 1]} {each[place]}"
        yield f"{each[place]} {each[place + 1]}"
        yield f"> {each[place + 1]} {each[place + 2]}"
    yield f"< {small[place - 1]} {written[place]}"
    yield f"> {written[place]} {small[place + 1]}"
    yield f"FROM START {min(i, _ENDS)}"
    yield f"FROM END {min(len(words) - 1 - i, _ENDS)}"


def _written(word: str) -> str:
    if not word[0].isalnum():
        return word
    return "NUMBER" if word[0].isdigit() else "NAME" if word[0].isupper() else "word"


@cache
def _fitted() -> dict[str, Any]:
    """The k kinds, the weights (k,) of none and of each feature, those (k, d) of the vector; the other model's."""
    found = json.loads(files("aliqa.answers.kinds").joinpath("meaning.json").read_text("utf-8"))
    named = {name: np.array(each) for name, each in found["weights"].items()}
    return found | {"starts": np.array(found["starts"]), "weights": named, "matrix": np.array(found["matrix"])}

"""What a question asks for where no form tells it: by its meaning, and about what.

People ask what the articles say in too many words to write down. A logistic model of a question's short words and of
its vector knows who wants somebody introduced, something told of, articles named, or a list, a comparison, a change;
another one, of each word with those around it, knows which words say what about. ``training/fit_meaning.py`` fits both
and writes ``meaning.json``.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from aliqa.answers.kinds.forms import Asked, is_nameable
from aliqa.answers.kinds.learned import OTHER, features
from aliqa.answers.kinds.telling import published
from aliqa.foundations.protocols import Vector
from aliqa.foundations.types import QuestionKind, Span
from aliqa.text.dates import without_time
from aliqa.text.terms import content_words

ABOUT: Final = ("identity", "digest", "which_articles")
"""The kinds of questions that are about something."""
SEVERAL: Final = ("list", "compare", "change")
"""The kinds of questions that want several sentences."""
MEANT: Final = (
    *ABOUT, *SEVERAL, "overview", "about_corpus:count", "about_corpus:newest", "about_corpus:oldest",
    "about_corpus:dates", "about_corpus:outlets", "about_corpus:list", "about_corpus:differ",
)  # fmt: skip
"""The kinds that the model tells, some with what of the articles is wanted."""
_OPEN: Final = (*ABOUT, "overview", "plain", "yes_no", "list")
"""The kinds that forms tell less surely than the model, or not at all."""

SURE: Final = {**dict.fromkeys(MEANT, 0.8), "change": 0.7} | dict.fromkeys((*ABOUT, "list", OTHER), 0.6)
"""How likely a kind is at least to be believed."""
_TOKEN: Final = re.compile(r"[^\W_]+(?:['’.&-][^\W_]+)*|[^\w\s]")
_ENDS: Final = 4
_NEXT: Final = 3
"""How many words before and behind one tell whether it says what about."""
PARTS: Final = ("start", "end", "inside")
"""What a word may be of the words that say what about."""
_INSIDE: Final = 0.5

Weights = Mapping[str, NDArray[np.float64]]


def meant(question: str, vector: Vector, told: Asked) -> Asked:
    """What a question asks for, by its unit vector of the bundled model; ``told`` is what its form says.

    A form that also names what of the articles is wanted stands, and so does any where the model is not sure, or where
    both say that the question is about something.
    """
    found = meant_kind(question, vector) if told.kind in _OPEN and told.wanted in ("", "several") else None
    if found in (None, told.kind) or (found in ABOUT and told.kind in ABOUT):
        return told
    if found == OTHER:
        listed = told.kind == "list" or told.wanted == "several"
        return Asked("plain") if listed or (told.kind == "digest" and not is_nameable(told.about)) else told
    if found == "list":
        return Asked("plain", wanted="several")
    kind, _, wanted = found.partition(":")
    if kind not in ABOUT:
        return Asked(cast("QuestionKind", kind), wanted=wanted, guessed=True)
    bare, when = (question, "") if kind == "identity" else without_time(question.strip(" ?!."), date.today())
    about = said_about(bare)
    if not about or (kind == "identity" and not is_nameable(about)) or (when and not published(when)):
        return told
    return Asked(cast("QuestionKind", kind), about, when=when, guessed=True)


def meant_kind(question: str, vector: Vector) -> str | None:
    """One of `MEANT` or `OTHER`; None if the model is not sure."""
    fitted = _fitted()
    weights = fitted["weights"]
    sums = fitted["starts"] + fitted["matrix"] @ vector
    for feature in features(question):
        if feature in weights:
            sums = sums + weights[feature]
    chances = np.exp(sums - sums.max())
    best = int(chances.argmax())
    kind = str(fitted["kinds"][best])
    return kind if chances[best] >= SURE[kind] * chances.sum() else None


def said_about(question: str, weights: Weights | None = None) -> str:
    """The words of a question that say what it is about, by weights (3,) of `PARTS`, those of the package if None.

    >>> said_about("recap the Castle Pier saga please"), said_about("so who's Ada Moss again")
    ('the Castle Pier saga', 'Ada Moss')
    """
    places, weights = tokens(question), weights or _fitted()["about"]
    words = [place.cut(question) for place in places]
    if not words:
        return ""
    odds = np.array([sum(weights[one] for one in ("", *around(words, i)) if one in weights) for i in range(len(words))])
    first, last = _best(odds)
    while last > first and words[last].islower() and not content_words(words[last]):
        last -= 1
    return Span(places[first].start, places[last].end).cut(question)


def _best(odds: NDArray[np.float64]) -> tuple[int, int]:
    """The first and the last place of the likeliest run; ``odds`` (n, 3) are the `PARTS` of each word."""
    starts, ends = (-np.logaddexp(0, -odds[:, i]) for i in (0, 1))
    before = np.concatenate([[0], np.cumsum(odds[:, 2])]) * _INSIDE
    runs = ((i, j) for i in range(len(odds)) for j in range(i, len(odds)))
    return max(runs, key=lambda run: starts[run[0]] + ends[run[1]] + before[run[1] + 1] - before[run[0]])


def tokens(question: str) -> list[Span]:
    """The places of its words and marks."""
    return [Span(*found.span()) for found in _TOKEN.finditer(question)]


def around(words: Sequence[str], i: int) -> Iterator[str]:
    """What is known of a word: itself and its neighbours, in small letters, and how they are written."""
    edge = ["^"] * _NEXT, ["$"] * _NEXT
    small = [*edge[0], *(word.lower() for word in words), *edge[1]]
    written = [*edge[0], *map(_written, words), *edge[1]]
    place = i + _NEXT
    for each in (small, written):
        yield from (f"{shift} {each[place + shift]}" for shift in range(-_NEXT, _NEXT + 1))
        yield f"< {each[place - 2]} {each[place - 1]}"
        yield f"{each[place - 1]} {each[place]}"
        yield f"{each[place]} {each[place + 1]}"
        yield f"> {each[place + 1]} {each[place + 2]}"
    yield f"< {' '.join(small[place - _NEXT : place])}"
    yield f"> {' '.join(small[place + 1 : place + _NEXT + 1])}"
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
    found: dict[str, Any] = json.loads(files("aliqa.answers.kinds").joinpath("meaning.json").read_text("utf-8"))
    for name in ("weights", "about"):
        found[name] = {feature: np.array(each) for feature, each in found[name].items()}
    return found | {name: np.array(found[name]) for name in ("starts", "matrix")}

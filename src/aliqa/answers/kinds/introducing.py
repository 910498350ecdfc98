"""Whether a sentence introduces what it names: who somebody or what something is, told by the words around the name.

English introduces in too many ways to write down. A logistic model of the words before and behind a name, of their
endings and of the name itself knows them; a second one, of three weights, adds what a span reader says of the question.
`training/fit_introducing.py` fits both and writes ``introducing.json``.
"""

import json
import math
import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Final

from aliqa.foundations.protocols import PassageSpans
from aliqa.foundations.types import Span
from aliqa.text.english import FUNCTION_WORDS

READ: Final = ("words", "answers")
_WORD: Final = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|[^\w\s]")
_BEFORE: Final = 4
_BEHIND: Final = 5
_ENDING: Final = 3
_STANDS_FOR: Final = re.compile(r" (?:means|stands? for|(?:is )?short for|meaning|standing for)\b")
_NEAR: Final = 200
"""How many code points before and behind a name are looked at."""


def introduces(text: str, spans: Sequence[Span], *, first: bool) -> float:
    """How likely, 0 to 1, a sentence tells who or what it names at these places; ``first`` if its article names it first.

    >>> name = Span(0, 9)
    >>> introduces("Runa Holm, the founder of Kelda Dairy, sells cheese.", [name], first=True) > 0.8
    True
    >>> introduces("Runa Holm's boat was late when the fog came.", [name], first=False) < 0.2
    True
    """
    if not spans:
        return 0.0
    weights = _fitted()["words"]
    return _chance(weights[""] + sum(weights.get(one, 0.0) for one in features(text, spans, first=first)))


def certainty(chance: float, reply: PassageSpans) -> float:
    """The same with what a span reader said of the sentence and those beside it."""
    weights = _fitted()["read"]
    known = zip(READ, replied(chance, reply), strict=True)
    return _chance(weights[""] + sum(weights[name] * value for name, value in known))


def replied(chance: float, reply: PassageSpans) -> tuple[float, float]:
    """The numbers of `READ`: the log-odds by the words, and by the reader."""
    chance = min(max(chance, 1e-4), 1 - 1e-4)
    return math.log(chance / (1 - chance)), reply.answers


def is_spelled_out(text: str, spans: Sequence[Span]) -> bool:
    """Whether a sentence tells what words the abbreviation at one of these places stands for."""
    around = [(span.cut(text), text[: span.start], text[span.end :].lstrip("”\"’'")) for span in spans]
    return any(is_expansion(*each) or _STANDS_FOR.match(each[2]) for each in around)


def _chance(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds))


def features(text: str, spans: Sequence[Span], *, first: bool) -> set[str]:
    """What the model knows of a sentence: the words around each place of the name, and what kind of name it is."""
    found = {"FIRST"} if first else set()
    found.add(f"LENGTH {min(6, len(text.split()) // 6)}")
    for span in spans:
        found |= set(_around(span.cut(text), text[max(0, span.start - _NEAR) : span.start], text[span.end :][:_NEAR]))
    return found


def _around(name: str, before: str, behind: str) -> Iterator[str]:
    kind = "ABBREVIATION" if name.isupper() else "NAME" if name[:1].isupper() else "word"
    yield f"{kind} {min(3, len(name.split()))}"
    if is_expansion(name, before, behind):
        yield "EXPANDED"
    words = _WORD.findall(before)[-_BEFORE:]
    left = ["^", "^", *map(_shape, words)]
    right = [*map(_shape, _WORD.findall(behind)[:_BEHIND]), "$", "$", "$"]
    yield from (f"{' '.join(left[-n:])} <" for n in (1, 2))
    yield from (f"> {' '.join(right[:n])}" for n in (1, 2, 3))
    yield f"{left[-1]} <> {right[0]}"
    yield from (f"{word} ... <" for word in left[-_BEFORE:])
    yield from (f"> ... {word}" for word in right[:_BEHIND])
    for place, word in enumerate(reversed(words[-2:])):
        yield from (f"{'NAME' * word[0].isupper()}-{word[-n:]} {place} <" for n in (2, _ENDING) if word.isalpha())


def _shape(word: str) -> str:
    """A word in small letters; names, abbreviations and figures by their kind."""
    if word[0].isdigit():
        return "NUMBER"
    if word.isupper() and len(word) > 1:
        return "ABBREVIATION"
    return "NAME" if word[0].isupper() and word.lower() not in FUNCTION_WORDS else word.lower()


def is_expansion(name: str, before: str, behind: str) -> bool:
    """Whether an abbreviation stands beside the words that it is made of (Schwartz and Hearst, 2003, simplified).

    >>> is_expansion("TPA", "the Tidal Power Authority (", ") pays")
    True
    >>> is_expansion("LED", "an ", " (light-emitting diode) lamp")
    True
    >>> is_expansion("TPA", "the mayor (", ") pays")
    False
    """
    letters = re.sub(r"[\W\d_]|(?<=[A-Z])s\Z", "", name)
    if not 2 <= len(letters) <= 8 or " " in name:
        return False
    if before.rstrip("“\"'").endswith("("):
        words = re.findall(r"[^\W_]+", before)[-2 * len(letters) :]
        return any(_spells(words[place:], letters) for place in range(len(words)))
    found = re.match(r"(?: \(|, or (?:the )?)([^(),.;]+)", behind)
    return found is not None and _spells(re.findall(r"[^\W_]+", found[1]), letters)


def _spells(words: Sequence[str], letters: str) -> bool:
    """Whether the words have these first letters, but for small words and a last one: "Tidal Power Company (TP)"."""
    firsts = "".join(word[0] for word in words).casefold()
    large = "".join(word[0] for word in words if word not in FUNCTION_WORDS).casefold()
    return any(all_[: len(letters)] == letters.casefold() and len(all_) <= len(letters) + 1 for all_ in (firsts, large))


@cache
def _fitted() -> dict[str, dict[str, float]]:
    """The weights of both models' features, and of none."""
    text = files("aliqa.answers.kinds").joinpath("introducing.json").read_text("utf-8")
    weights: dict[str, dict[str, float]] = json.loads(text)
    return weights

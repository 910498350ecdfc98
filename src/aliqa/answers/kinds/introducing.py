"""Whether a sentence introduces what it names, or only names it: told by small learned models.

English introduces by many forms: an apposition before or after the name, "is a", a role that somebody takes. A logistic
model of the words around the name, and of what kind of name it is, knows them; a second one adds what a span reader
replies. ``training/fit_introducing.py`` fits both and writes ``introducing.json``.
"""

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Final, Literal

from aliqa.foundations.types import Span
from aliqa.text.english import FUNCTION_WORDS, TITLES

QUESTION: Final = "Who or what is {name}?"
"""What a span reader is asked."""

READ: Final = ("words", "answers")
_WORD: Final = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|[^\w\s]")
_BEFORE: Final = 4
_BEHIND: Final = 5
_FORMS: Final = 8
"""How many words before and behind a name are looked at, and how many of their forms, names on end being one."""
_NEAR: Final = 200
"""How many code points at most."""
_SIDES: Final = ((1, 1), (2, 2), (1, 2), (2, 1), (3, 1), (1, 3), (2, 3))
_ENDINGS: Final = ("ed", "ing", "ly", "s")
_TITLES: Final = frozenset(title.lower() for title in TITLES)
_MOST_NAMES: Final = 3
_LENGTHS: Final = 6
_SMALL: Final = 1e-4

Weights = Mapping[str, float]


def by_words(text: str, spans: Sequence[Span], *, first: bool) -> float:
    """How likely a sentence introduces what it names at ``spans``, 0 to 1; ``first`` if it is its article's first.

    >>> def told(text, name): return by_words(text, [Span(text.index(name), text.index(name) + len(name))], first=True)
    >>> told("Runa Holm, the founder of Kelda Dairy, sells cheese.", "Runa Holm") > 0.5
    True
    >>> told("The price of milk rose when Runa Holm said so.", "Runa Holm") > 0.5
    False
    """
    return _chance(_fitted()["words"], dict.fromkeys(features(text, spans, first=first), 1.0))


def by_reading(chance: float, answers: float) -> float:
    """The same once it was read: from how likely by its words, and the log-odds of the reader's reply."""
    return _chance(_fitted()["read"], dict(zip(READ, replied(chance, answers), strict=True)))


def replied(chance: float, answers: float) -> tuple[float, float]:
    """The numbers of `READ`: the log-odds by the words, and by the reader."""
    chance = min(max(chance, _SMALL), 1 - _SMALL)
    return math.log(chance / (1 - chance)), answers


def features(text: str, spans: Sequence[Span], *, first: bool) -> set[str]:
    """What the model knows of a sentence: the words around each place of the name, and what kind of name it is."""
    found = {"FIRST"} if first else set()
    found.add(f"LENGTH {min(_LENGTHS, len(text.split()) // 6)}")
    for span in spans:
        before, behind = text[max(0, span.start - _NEAR) : span.start], text[span.end : span.end + _NEAR]
        found |= set(_around(span.cut(text), before, behind))
    return found


def _around(name: str, before: str, behind: str) -> Iterator[str]:
    kind = _kind(name, before)
    yield f"{kind} {min(_MOST_NAMES, len(name.split()))}"
    if is_expansion(name, before, behind):
        yield "EXPANDED"
    words = _WORD.findall(before), _WORD.findall(behind)
    left, right = (_joined(map(_shape, each)) for each in words)
    left, right = ["^", "^", *left], [*right[:_BEHIND], "$", "$", "$"]
    yield from (f"{' '.join(left[-n:])} <" for n in (1, 2))
    yield from (f"> {' '.join(right[:n])}" for n in (1, 2, 3))
    yield f"{left[-1]} <> {right[0]}"
    yield from (f"{word} ... <" for word in left[-_BEFORE:])
    yield from (f"> ... {word}" for word in right[:_BEHIND])
    left, right = (_joined(map(_form, each)) for each in words)
    left, right = ["^", "^", "^", "^", *left], [*right[:_FORMS], "$", "$", "$", "$"]
    yield from (f"- {' '.join(left[-n:])} <" for n in (1, 2, 3, 4))
    yield from (f"- > {' '.join(right[:n])}" for n in (1, 2, 3, 4, 5))
    yield from (f"- {' '.join(left[-n:])} <> {' '.join(right[:m])}" for n, m in _SIDES)
    yield from (f"- {' '.join(left[-n:])} < {kind}" for n in (1, 2, 3))
    yield from (f"- {kind} > {' '.join(right[:n])}" for n in (1, 2, 3))


def _kind(name: str, before: str) -> Literal["ABBREVIATION", "OPENING", "NAME", "word"]:
    """What kind of name it is; a single word that opens the sentence may be a name or none."""
    if name.isupper():
        return "ABBREVIATION"
    if not name[:1].isupper():
        return "word"
    return "NAME" if " " in name or before.strip(" “\"'‘") else "OPENING"


def _shape(word: str) -> str:
    """A word in small letters; figures, abbreviations and names by their kind."""
    if word[0].isdigit():
        return "NUMBER"
    if word.isupper() and len(word) > 1:
        return "ABBREVIATION"
    return "NAME" if word[0].isupper() and word.lower() not in FUNCTION_WORDS else word.lower()


def _form(word: str) -> str:
    """The same, a title as such, and of a word of content its ending alone."""
    shape = _shape(word)
    if word.lower() in _TITLES and word[0].isupper():
        return "TITLE"
    if shape != word.lower() or not word[0].isalpha() or shape in FUNCTION_WORDS:
        return shape
    return next((f"x{ending}" for ending in _ENDINGS if shape.endswith(ending)), "x")


def _joined(shapes: Iterable[str]) -> list[str]:
    """Names on end as one."""
    found: list[str] = []
    for shape in shapes:
        if shape != "NAME" or found[-1:] != ["NAME"]:
            found.append(shape)
    return found


def is_expansion(name: str, before: str, after: str) -> bool:
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
    behind = re.match(r"(?: \(|, or (?:the )?)([^(),.;]+)", after)
    return behind is not None and _spells(re.findall(r"[^\W_]+", behind[1]), letters)


def _spells(words: Sequence[str], letters: str) -> bool:
    """Whether the words have these first letters, but for small words and a last one: "Tidal Power Company (TP)"."""
    firsts = "".join(word[0] for word in words).casefold()
    large = "".join(word[0] for word in words if word not in FUNCTION_WORDS).casefold()
    return any(all_[: len(letters)] == letters.casefold() and len(all_) <= len(letters) + 1 for all_ in (firsts, large))


def _chance(weights: Weights, numbers: Mapping[str, float]) -> float:
    total = weights[""] + sum(weights.get(name, 0.0) * numbers[name] for name in sorted(numbers))
    return 1 / (1 + math.exp(-total))


@cache
def _fitted() -> dict[str, Weights]:
    """The weights of either model."""
    text = files("aliqa.answers.kinds").joinpath("introducing.json").read_text("utf-8")
    models: dict[str, Weights] = json.loads(text)
    return models

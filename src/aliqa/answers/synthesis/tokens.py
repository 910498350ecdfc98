"""A sentence as the check sees it: every word, number and sign of it in order, nothing dropped but the full stop.

Only what cannot change a meaning is made alike: contractions, "%" and "percent", "six" and "6", commas inside numbers.
"""

import re
import unicodedata
from typing import Final, NamedTuple

from aliqa.text import english

_TOKEN: Final = re.compile(r"\d+(?:[.,:/]\d+)*|[^\W\d_]\w*(?:[-.&]\w+)*|'s\b|\S")
_ALIKE: Final = (
    (re.compile(r"[‘’ʼ]"), "'"),
    (re.compile(r"[“”]"), '"'),
    (re.compile(r"\bcan(?:not|'t)\b", re.I), "can not"),
    (re.compile(r"\bwon't\b", re.I), "will not"),
    (re.compile(r"n't\b"), " not"),
    (re.compile(r"%|\bper cent\b"), " percent"),
    (re.compile(r"(?<=\d),(?=\d{3}\b)"), ""),
)
_NUMBERS: Final = {word: str(number) for word, number in english.NUMBERS.items()}
_DATES: Final = frozenset([*english.MONTHS, *(month[:3] for month in english.MONTHS), *english.WEEKDAYS])
_YEAR: Final = re.compile(r"(?:1[5-9]|20)\d\d")


class Token(NamedTuple):
    """A word, number or sign; ``first`` if it stands first in a sentence, where a capital means nothing."""

    text: str
    first: bool = False

    @property
    def lower(self) -> str:
        """The text in lower case."""
        return self.text.lower()

    @property
    def is_name(self) -> bool:
        """Whether it has the capital of a name."""
        return self.text[0].isupper() and not self.first

    @property
    def is_number(self) -> bool:
        """Whether it begins with a digit."""
        return self.text[0].isdigit()

    @property
    def is_date(self) -> bool:
        """Whether it can be a part of a date: a month, a weekday, a year."""
        return self.text in _DATES or bool(_YEAR.fullmatch(self.text))

    def same(self, other: "Token") -> bool:
        """Whether both are the same word; "may" is not "May", unless one of them stands first."""
        return self.text == other.text or ((self.first or other.first) and self.lower == other.lower)


Tokens = tuple[Token, ...]


def tokens(sentence: str) -> Tokens:
    """The tokens of a sentence, without the full stop at its end.

    >>> [token.text for token in tokens("Six of Tidewater's ships can't sail 1,200 km.")]
    ['6', 'of', 'Tidewater', "'s", 'ships', 'can', 'not', 'sail', '1200', 'km']
    """
    text = unicodedata.normalize("NFKC", sentence)
    for pattern, alike in _ALIKE:
        text = pattern.sub(alike, text)
    found = _TOKEN.findall(text.strip().rstrip(".!。 "))
    return tuple(Token(_NUMBERS.get(word.lower(), word), place == 0) for place, word in enumerate(found))


def same(one: Tokens, other: Tokens) -> bool:
    """Whether both are the same words in the same order."""
    return len(one) == len(other) and all(a.same(b) for a, b in zip(one, other, strict=True))

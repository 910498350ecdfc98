"""A name as a value: who holds a role, or where something is; and when two names cannot be of the same one.

Whatever may be a variant of one name is one: a surname alone, initials, another order, titles, accents, another
transliteration, an acronym, a place and the country around it. Two people who share a surname are not told apart.
"""

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final, Literal

from aliqa.foundations.types import Span
from aliqa.text.claims.words import GENERIC, REGIONS, SURNAMES

PLACES: Final = frozenset({"headquarters", "birthplace"})
"""The roles that a place holds."""

_ALIKE: Final = 0.8
_SHORTEST: Final = 4
_LETTER: Final = re.compile(r"[^\W\d_]+")
_SOUNDS: Final = str.maketrans({"c": "k", "q": "k", "y": "i", "j": "i", "w": "v", "z": "s", "x": "k"})


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a role of whom, or where something is.

    ``span`` holds the name, in code points of the sentence; ``unit`` is the role; ``of`` whose it is, as it is said.
    """

    span: Span
    name: str
    unit: str
    of: str
    kind: Literal["name"] = "name"

    def contradicts(self, other: "Holder") -> bool:
        """Whether the two names cannot be of the same one.

        >>> one, two, three = (Holder(Span(0, 0), name, "mayor", "Lund") for name in ("I. Holt", "Ines Holt", "Tom Berg"))
        >>> one.contradicts(two), one.contradicts(three)
        (False, True)
        """
        if self.unit in PLACES:
            return _elsewhere(self.name, other.name)
        one, two = _words(self.name), _words(other.name)
        return bool(one and two) and not _variants(self.name, other.name, one, two)


def _variants(first: str, second: str, one: frozenset[str], two: frozenset[str]) -> bool:
    if one & two or _initials(first) in two or _initials(second) in one:
        return True
    return any(_sound_alike(a, b) for a in one for b in two)


def _sound_alike(one: str, two: str) -> bool:
    """Whether two words may be one, written otherwise: "Yusuf" and "Youssef"."""
    if frozenset((one, two)) in SURNAMES:
        return True
    if min(len(one), len(two)) < _SHORTEST:
        return False
    return _skeleton(one) == _skeleton(two) or SequenceMatcher(None, one, two).ratio() >= _ALIKE


def _skeleton(word: str) -> str:
    """The consonants of a word, alike ones as one."""
    sounds = re.sub(r"ch|kh|gh|ck", "k", word).replace("ph", "f").replace("h", "").translate(_SOUNDS)
    return re.sub(r"(.)\1+", r"\1", re.sub("[aeiou]", "", sounds)) or word


def _words(name: str) -> frozenset[str]:
    """The words of a name that tell it from others."""
    words = [word for word in _LETTER.findall(fold(name)) if len(word) > 1]
    return frozenset(words) - GENERIC or frozenset(words)


def _initials(name: str) -> str:
    letters = "".join(word[0] for word in name.split() if word[:1].isupper()).casefold()
    return letters if len(letters) > 2 else ""


def fold(name: str) -> str:
    """A name in lower case without accents; umlauts as they are written without them."""
    plain = re.sub("[äöü]", lambda found: {"ä": "a", "ö": "o", "ü": "u"}[found[0]], name.casefold())
    plain = unicodedata.normalize("NFKD", plain.translate({0xF8: "o", 0x142: "l", 0x111: "d", 0x131: "i"}))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _elsewhere(first: str, second: str) -> bool:
    """Whether two places are two, neither of them in the other as far as anybody knows."""
    one, two = ([part.strip() for part in fold(place).split(",")] for place in (first, second))
    if set(one[0].split()) & set(_all_words(two)) or set(two[0].split()) & set(_all_words(one)):
        return False
    return _is_region(one[0]) == _is_region(two[0]) and not _sound_alike(one[0], two[0])


def _all_words(parts: list[str]) -> list[str]:
    """All words of the parts of a place."""
    return [word for part in parts for word in part.split()]


def _is_region(place: str) -> bool:
    return place.removeprefix("the ") in _regions()


@lru_cache(maxsize=1)
def _regions() -> frozenset[str]:
    """Countries, by Unicode's list (babel), and the best known of their parts."""
    from babel import Locale  # not before two places are compared

    return frozenset(fold(name) for name in Locale("en").territories.values()) | REGIONS

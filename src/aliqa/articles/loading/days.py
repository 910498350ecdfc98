"""The day that a field means: ISO, compact, seconds since 1970, mail, and words in many languages.

A day that can be read in two ways ("05/06/2021") or is incomplete ("May 2024") is none.
"""

import re
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Final

from aliqa.text.sentences import DATE_LINE

_LONGEST: Final = 100
"""Code points of a field that is a day."""
_YEARS: Final = range(1800, 2101)
_EPOCH_FROM: Final = 300_000_000
"""Seconds since 1970 that mean a day in 1979; smaller numbers are something else."""
_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?\Z")
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[T\s]?\d{4,6}.*)?\Z", re.DOTALL)
_ORDERED: Final = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_DAY_MONTH: Final = re.compile(r"(\d{1,2})([-/.\s])\s*(\d{1,2})[-/.\s]\s*(\d{4})(?!\d)")
_SIGNS: Final = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日号號일]")
_CLOCK: Final = re.compile(
    r"\d{1,2}[:.h]\d{2}(?:[:.]\d{2})?(?:\.\d+)?(?:\s*[ap]\.?m\.?)?|[+-]\d{2}:?\d{2}\b", re.IGNORECASE
)
_WORDS: Final = re.compile(r"[^\W\d_]+|\d+")
_YEAR: Final = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")
_LANGUAGES: Final = (
    "af ar az be bg bn bs ca cs cy da de el en es et eu fa fi fr ga gl he hi hr hu hy id is it ka kk lt lv mk ms mt"
    " nb nl nn pl pt ro ru sk sl sq sr sv sw th tr uk uz vi"
).split()


def day_of(value: object) -> date | None:
    """The day that a field's value means; None if it means none, or may mean two.

    >>> day_of(1714953600), day_of("06. Dez. 2024"), day_of("le 3 mars 2021"), day_of("05/06/2021")
    (datetime.date(2024, 5, 6), datetime.date(2024, 12, 6), datetime.date(2021, 3, 3), None)
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    words = str(value).strip()[: _LONGEST + 1]
    if not words or len(words) > _LONGEST:
        return None
    try:
        found = _of_number(words) or _of_figures(words) or _of_mail(words) or _of_words(words)
    except (ValueError, OverflowError, OSError):
        return None
    return found if found and found.year in _YEARS else None


def is_ambiguous(words: str) -> bool:
    """Whether it is written as day, month and year, and nobody can tell which is which.

    >>> is_ambiguous("05/06/2021"), is_ambiguous("13/06/2021"), is_ambiguous("soon")
    (True, False, False)
    """
    found = _DAY_MONTH.match(words.strip())
    return bool(found and found[2] != "." and int(found[1]) <= 12 and int(found[3]) <= 12 and found[1] != found[3])


_LONGEST_LINE = 200
"""Code points; a date with all that may stand around it is shorter."""


def day_line(line: str) -> date | None:
    """The day that a line is, if it says nothing else."""
    if len(line) <= _LONGEST_LINE and DATE_LINE.fullmatch(line):
        return day_of(_inner(line))
    if len(line) > _LONGEST or not _YEAR.search(line):
        return None
    words = _WORDS.findall(_CLOCK.sub(" ", line).casefold())
    rest = [word for word in words if not word.isdecimal() and word not in months()]
    return _of_words(line) if all(len(word) <= 3 or word in weekdays() for word in rest) else None


def _inner(line: str) -> str:
    found = DATE_LINE.match(line)
    return found["date"] if found else line


def _of_number(words: str) -> date | None:
    """Compact days, and seconds or milliseconds since 1970."""
    if found := _COMPACT.match(words):
        year, month, day = map(int, found.groups())
        if year in _YEARS and 1 <= month <= 12:
            return date(year, month, day)
    if not _NUMBER.match(words):
        return None
    seconds = float(words)
    while seconds > 1e11:
        seconds /= 1000
    if seconds < _EPOCH_FROM:
        return None
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).date()


def _of_figures(words: str) -> date | None:
    """Days written in figures: 2025-05-13, 13.05.2025, 05/13/2025, 2025年5月13日."""
    words = _inner(words)
    if found := _SIGNS.search(words):
        return date(*map(int, found.groups()))
    if found := _ORDERED.match(words):
        return date(int(found[1]), int(found[3]), int(found[4]))
    if found := _DAY_MONTH.match(words):
        return _day_month(int(found[1]), int(found[3]), int(found[4]), dotted=found[2] == ".")
    return None


def _day_month(first: int, second: int, year: int, *, dotted: bool) -> date | None:
    """13.05.2025 is day first; 05/13 2025 can only be month first; 05/06/2025 could be both."""
    if dotted or first > 12 or first == second:
        return date(year, second, first)
    return date(year, first, second) if second > 12 else None


def _of_mail(words: str) -> date | None:
    try:
        return parsedate_to_datetime(words).date() if "," in words and ":" in words else None
    except (ValueError, TypeError, IndexError):
        return None


def _of_words(words: str) -> date | None:
    """A day whose month is a word of any language that Unicode's locale data name, its parts in any order."""
    parts = _WORDS.findall(_CLOCK.sub(" ", words).casefold())
    named = [months()[part] for part in parts if part in months()]
    numbers = [int(part) for part in parts if part.isdecimal() and len(part) <= 4]
    years = [number for number in numbers if number in _YEARS]
    days = [number for number in numbers if 1 <= number <= 31]
    if len(named) != 1 or len(years) != 1 or len(days) != 1 or len(parts) > 12:
        return None
    return date(years[0], named[0], days[0])


@cache
def months() -> dict[str, int]:
    """The names of months, short and long, case folded, that mean the same month in every language that has them."""
    found: dict[str, set[int]] = {}
    for names in _names("months"):
        for number, name in names.items():
            for word in _WORDS.findall(name.casefold()):
                found.setdefault(word, set()).add(number)
    return {
        word: numbers.pop() for word, numbers in found.items() if len(numbers) == 1 and len(word) > 1 and word.isalpha()
    }


@cache
def weekdays() -> frozenset[str]:
    """The names of days, short and long, case folded."""
    return frozenset(
        word for names in _names("days") for name in names.values() for word in _WORDS.findall(name.casefold())
    )


def _names(kind: str) -> list[dict[int, str]]:
    from babel import Locale

    return [
        dict(getattr(Locale.parse(language), kind)[use][width])
        for language in _LANGUAGES
        for use in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
    ]

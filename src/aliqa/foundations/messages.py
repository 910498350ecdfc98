"""What aliqa says to people, in their language.

English stands in the code and is the key, as gettext has it; any other language is a file,
``locale/LANGUAGE/LC_MESSAGES/aliqa.po``. Which one is spoken is a matter of the request that is served; outside of
one, as on the command line, it is English. What articles say is never translated.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

ENGLISH: Final = "en"
LOCALES: Final = Path(__file__).parent / "locale"

P = ParamSpec("P")
T = TypeVar("T")

_language: ContextVar[str] = ContextVar("aliqa_language", default=ENGLISH)


def gettext(text: str, /, **values: object) -> str:
    """A text in the language that is spoken, with the values in the places that it names.

    >>> gettext("No article mentions {names}.", names="“Kelda”")
    'No article mentions “Kelda”.'
    """
    found = text if language() == ENGLISH else _translations(language()).gettext(text)
    return found.format(**values) if values else found


def ngettext(one: str, others: str, number: int, /, **values: object) -> str:
    """A text in the form that a number takes; ``{number}`` is the number as it is written.

    >>> ngettext("{number} article", "{number} articles", 2000)
    '2,000 articles'
    """
    return _translations(language()).ngettext(one, others, number).format(number=count(number), **values)


def day(when: date, month: str = "MMM") -> str:
    """A day as it is written; ``month`` is MMM for a short name of the month, MMMM for its whole name.

    >>> day(date(2025, 10, 21)), day(date(2025, 10, 21), "MMMM")
    ('21 Oct 2025', '21 October 2025')
    """
    named = format_date(when, month, locale=locale())
    return gettext("{day} {month} {year}", day=when.day, month=named, year=when.year)


def count(number: int) -> str:
    """A number as it is written in the language that is spoken."""
    return format_decimal(number, locale=locale())


def percent(share: float) -> str:
    """A share, from 0 to 1, in whole percents as they are written in the language that is spoken.

    >>> percent(0.846)
    '85%'
    """
    return format_percent(share, locale=locale())


def language() -> str:
    """The language that is spoken, as a tag of BCP 47: ``en``, ``zh-Hans``."""
    return _language.get()


def locale() -> Locale:
    """How dates and numbers are written in it."""
    return _locale(language())


def speak(tag: str) -> None:
    """From now on, speak this language to whoever is served in this context; English if there is no catalogue."""
    _language.set(tag if tag in languages() else ENGLISH)


@contextmanager
def speaking(tag: str) -> Iterator[None]:
    """Speak a language until the block ends."""
    before = _language.set(tag)
    try:
        yield
    finally:
        _language.reset(before)


def spoken(tag: str, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """What a call gives while a language is spoken: how a language gets into other threads and processes."""
    with speaking(tag):
        return work(*args, **kwargs)


@cache
def languages() -> dict[str, str]:
    """The languages that can be spoken, each with its own name for itself.

    >>> languages()["en"]
    'English'
    """
    tags = [ENGLISH, *sorted(path.name.replace("_", "-") for path in LOCALES.iterdir() if path.is_dir())]
    return {tag: _locale(tag).get_display_name() or tag for tag in tags}


def preferred(accepted: str) -> str:
    """The language that a header ``Accept-Language`` asks for, as far as it is spoken; else English.

    >>> preferred("fr;q=0.5, en-GB;q=0.8, *"), preferred("zh-CN,zh;q=0.9,en;q=0.8"), preferred("")
    ('en', 'zh-Hans', 'en')
    """
    for tag in _by_weight(accepted):
        if nearest := _nearest(tag):
            return nearest
    return ENGLISH


def _by_weight(accepted: str) -> list[str]:
    """The tags of the header, those wanted most first (RFC 9110, 12.5.4)."""
    weights: dict[str, float] = {}
    for part in accepted.split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            weights[tag] = float(weight or 1)
        except ValueError:
            continue
    return sorted((tag for tag in weights if weights[tag] > 0), key=lambda tag: -weights[tag])


def _nearest(tag: str) -> str | None:
    """The same language, in the same script if there is a choice."""
    try:
        wanted = Locale.parse(tag, sep="-")
    except (ValueError, UnknownLocaleError):
        return None
    same = [other for other in languages() if _locale(other).language == wanted.language]
    return min(same, key=lambda other: _locale(other).script != wanted.script, default=None)


@cache
def _locale(tag: str) -> Locale:
    return Locale.parse(tag, sep="-")


@cache
def catalogue(tag: str) -> Catalog:
    """All messages of a language other than English."""
    name = tag.replace("-", "_")
    with (LOCALES / name / "LC_MESSAGES" / "aliqa.po").open("rb") as file:
        return read_po(file, locale=name, domain="aliqa")


@cache
def _translations(tag: str) -> NullTranslations:
    if tag == ENGLISH:
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, catalogue(tag))
    compiled.seek(0)
    return GNUTranslations(compiled)

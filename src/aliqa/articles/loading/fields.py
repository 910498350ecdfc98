"""What is said about a text in fields: the keys of front matter, of a JSON object, of a row of a table."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Final, NamedTuple

from aliqa.articles.loading.days import day_of
from aliqa.articles.loading.extract import one_line
from aliqa.articles.loading.naming import is_name

ADDRESS: Final = re.compile(r"https?://[^\s<>\"']+\Z")
_LONGEST: Final = 500
_KEY: Final = re.compile(r"[^a-z0-9]+")

_TITLES: Final = ("title", "headline", "subject", "name", "ogtitle")
_AUTHORS: Final = ("author", "authors", "byline", "creator", "creators", "writer", "by", "authorname")
_SOURCES: Final = "source publisher outlet publication site sitename website newspaper sourcename".split()
_DAYS: Final = (
    "published date publishedat datepublished publishdate publisheddate publicationdate pubdate publishedon"
    " publicationtime publishedtime created createdat datecreated createdon time timestamp day dateline"
).split()
_ADDRESSES: Final = ("url", "link", "canonicalurl", "sourceurl", "permalink", "href", "weburl", "mainentityofpage")


class Fields(NamedTuple):
    """What fields say about a text; None where they say nothing."""

    title: str | None
    author: str | None
    source: str | None
    published: date | None
    url: str | None


def read_fields(values: Mapping[object, object]) -> Fields:
    """What these keys, in any case and spelling, and their values say.

    >>> read_fields({"Title": "The mill", "authors": ["Ada Lind", "Jo Berg"], "source": "https://example.org/"})
    Fields(title='The mill', author='Ada Lind, Jo Berg', source=None, published=None, url='https://example.org/')
    """
    raw = {key_of(key): value for key, value in reversed(list(values.items())) if isinstance(key, str)}
    said = {key: plain(value) for key, value in raw.items()}
    named = _first(said, *_SOURCES)
    link = _first(said, *_ADDRESSES) or _first(said, "source")
    author = _first(said, *_AUTHORS)
    return Fields(
        title=_first(said, *_TITLES),
        author=author if is_name(author) else None,
        source=None if named is None or ADDRESS.match(named) else named,
        published=next((day_of(raw[name]) for name in _DAYS if said.get(name)), None),
        url=link if link and ADDRESS.match(link) else None,
    )


def key_of(name: str) -> str:
    """A key without case, blanks and signs.

    >>> key_of("Date_Published"), key_of("datePublished"), key_of("published-at")
    ('datepublished', 'datepublished', 'publishedat')
    """
    return _KEY.sub("", name.casefold())


def plain(value: object) -> str:
    """A field as one line; names in a list, or in objects that have a name, become "A, B"."""
    parts = value if isinstance(value, list) else [value]
    line = ", ".join(filter(None, map(_scalar, parts)))
    return "" if line in ("~", "null") else line[:_LONGEST]


def _scalar(value: object) -> str:
    if isinstance(value, Mapping):
        value = value.get("name")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return one_line(str(value))


def _first(fields: Mapping[str, str], *names: str) -> str | None:
    return next((fields[name] for name in names if fields.get(name)), None)

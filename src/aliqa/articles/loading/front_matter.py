"""What is written about a text in fields: the front matter of a text file, the keys of a JSON object."""

import re
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import yaml

from aliqa.articles.loading.extract import one_line
from aliqa.articles.loading.first_lines import parse_date

ADDRESS = re.compile(r"https?://[^\s<>\"']+\Z")
_REACH = 64 * 1024
"""Code points within which front matter must end."""
_FRONT_MATTER = re.compile(r"---[ \t]*(?:\r\n|\n|\r)(.*?)(?<=[\n\r])(?:---|\.\.\.)[ \t]*(?:\r\n|\n|\r|\Z)", re.DOTALL)


class Fields(NamedTuple):
    """What fields say about a text; None where they say nothing."""

    title: str | None
    author: str | None
    source: str | None
    published: date | None
    url: str | None


def read_front_matter(text: str) -> tuple[Fields, int]:
    """What the front matter says, and where the text begins behind it: 0 when there is none."""
    match = _FRONT_MATTER.match(text, 0, _REACH)
    if not match:
        return read_fields({}), 0
    try:
        # BaseLoader keeps every scalar as it is written: no value can be a bad date or an odd number.
        values = yaml.load(match[1], Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError):
        return read_fields({}), 0
    return (read_fields(values), match.end()) if isinstance(values, dict) else (read_fields({}), 0)


def read_fields(values: Mapping[object, object]) -> Fields:
    """What these keys, in any case, and their values say.

    >>> read_fields({"Title": "The mill", "authors": ["Ada Lind", "Jo Berg"], "source": "https://example.org/"})
    Fields(title='The mill', author='Ada Lind, Jo Berg', source=None, published=None, url='https://example.org/')
    """
    fields = {key.strip().casefold(): _plain(value) for key, value in values.items() if isinstance(key, str)}
    named = _first(fields, "source", "publisher", "outlet", "publication", "site")
    link = _first(fields, "url", "link", "canonical_url", "source_url") or _first(fields, "source")
    return Fields(
        title=_first(fields, "title"),
        author=_first(fields, "author", "authors", "byline"),
        source=None if named is None or ADDRESS.match(named) else named,
        published=parse_date(_first(fields, "published", "date", "published_at", "pubdate")),
        url=link if link and ADDRESS.match(link) else None,
    )


def _plain(value: object) -> str:
    """A field as one line; a list of names becomes "A, B", anything else that is no scalar is dropped."""
    names = value if isinstance(value, list) else [value]
    line = ", ".join(one_line(name) for name in names if isinstance(name, str))
    return "" if line in ("~", "null") else line[:500]


def _first(fields: dict[str, str], *names: str) -> str | None:
    return next((fields[name] for name in names if fields.get(name)), None)

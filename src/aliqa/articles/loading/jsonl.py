"""``.jsonl``: every line is an article, an object with ``text`` and what is known about it."""

import json
import re
from itertools import islice

from aliqa.articles.loading.extract import Extract, clean
from aliqa.articles.loading.front_matter import read_fields
from aliqa.foundations.errors import ArticleError

_MARK = b"\xef\xbb\xbf"
_EXAMPLE = 'Write one object a line: {"title": "…", "text": "…", "published": "2025-05-13", "source": "…"}'
_OPEN = re.compile(rb"[\[{]\s*")


def split(data: bytes) -> list[tuple[int, bytes]]:
    r"""The lines that are not blank, with their numbers from 1; only ``\n`` ends a line.

    What begins with a bracket alone on its line is not cut: it is one document over several lines.

    >>> split(b'{"text": "a"}\n\n{"text": "b"}\n')
    [(1, b'{"text": "a"}'), (3, b'{"text": "b"}')]
    """
    lines = enumerate(data.removeprefix(_MARK).split(b"\n"), 1)
    found = [(number, line) for number, line in lines if line.strip()]
    return [] if any(_OPEN.fullmatch(line.strip()) for _, line in islice(found, 1)) else found


def read(data: bytes) -> Extract:
    """The article on one line. Raises ArticleError if it is no object with a text."""
    if not data.removeprefix(_MARK).strip():
        return Extract("")
    try:
        values = json.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ArticleError(f"It is not UTF-8: byte {error.start} of the line cannot be decoded.") from error
    except (ValueError, RecursionError) as error:
        raise ArticleError(f"It is no line of JSON. {_EXAMPLE}.") from error
    if not isinstance(values, dict) or not isinstance(values.get("text"), str):
        raise ArticleError(f'It has no "text". {_EXAMPLE}.')
    return Extract(clean(values["text"]), **read_fields(values)._asdict())

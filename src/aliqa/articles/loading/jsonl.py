"""``.jsonl``, ``.json``: an object is an article, under the keys that exports use; a list holds several."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from aliqa.articles.loading.characters import decode, is_wide
from aliqa.articles.loading.extract import Extract, clean
from aliqa.articles.loading.fields import key_of, read_fields
from aliqa.articles.loading.markup import is_markup
from aliqa.foundations.errors import ArticleError

_EXAMPLE: Final = 'Write one object a line: {"title": "…", "text": "…", "published": "2025-05-13", "source": "…"}'
_MARK: Final = b"\xef\xbb\xbf"
_OPEN: Final = re.compile(rb"[\[{]\s*")
TEXTS: Final = (
    "text content body articlebody fulltext maintext contenttext contenthtml bodytext article story html markdown"
    " transcript description summary abstract message"
).split()
"""Keys under which exports keep the text, the fullest first."""
_WRAPPERS: Final = ("data", "article", "item", "document", "doc", "source", "post", "entry", "payload", "record")
_LISTS: Final = "articles items data results entries documents docs posts records stories rows".split()
_DEPTH: Final = 4


def split(data: bytes) -> list[tuple[int, bytes]]:
    r"""The lines that are not blank, with their numbers from 1; only ``\n`` ends a line.

    What begins with a bracket alone on its line, or holds one list, is one document and cut by `split_document`.

    >>> split(b'{"text": "a"}\n\n{"text": "b"}\n')
    [(1, b'{"text": "a"}'), (3, b'{"text": "b"}')]
    """
    if is_wide(data):
        data = decode(data).text.encode("utf-8", "surrogatepass")
    lines = enumerate(data.removeprefix(_MARK).split(b"\n"), 1)
    found = [(number, line) for number, line in lines if line.strip()]
    first = next((line.strip() for _, line in found), b"")
    if _OPEN.fullmatch(first) or (len(found) == 1 and first.startswith(b"[")):
        return split_document(data)
    return found


def split_document(data: bytes) -> list[tuple[int, bytes]]:
    """The objects of a list, numbered from 1; none if the document holds one article, or nothing that can be read."""
    try:
        values = _list(_parse(data)[0])
    except ArticleError:
        return []
    return [
        (number, json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"))
        for number, value in enumerate(values, 1)
    ]


def read(data: bytes) -> Extract:
    """The article of one object. Raises ArticleError if it is no object with a text."""
    if not data.strip():
        return Extract("")
    values, note = _parse(data)
    found = _with_text(values, _DEPTH)
    if found is None:
        raise ArticleError(f'It has no "text". {_EXAMPLE}.')
    text, fields = found
    if is_markup(text):
        from aliqa.articles.loading.html import whole_text

        text = whole_text(text)
    return Extract(clean(text), **read_fields(fields)._asdict(), reading=note)


def _parse(data: bytes) -> tuple[Any, str | None]:
    """What JSON says, and how its characters were found."""
    text, note = decode(data)
    try:
        return json.loads(text.strip()), note
    except (ValueError, RecursionError) as error:
        raise ArticleError(f"It is not a line of JSON. {_EXAMPLE}.") from error


def _list(values: Any) -> list[Any]:
    """The list of objects that a document is, or has under a usual key."""
    if isinstance(values, list):
        return values if any(isinstance(value, dict) for value in values) else []
    if isinstance(values, dict) and not any(_text_of(values.get(key)) for key in values if key_of(key) in TEXTS):
        named = {key_of(key): value for key, value in values.items()}
        return next((found for name in _LISTS if (found := _list(named.get(name)))), [])
    return []


def _with_text(values: Any, depth: int) -> tuple[str, dict[object, object]] | None:
    """The text of an object, or of the object in it, and what is said beside it."""
    if not isinstance(values, dict) or depth == 0:
        return None
    named = {key_of(key): value for key, value in values.items()}
    for name in TEXTS:
        if text := _text_of(named.get(name)):
            return text, dict(values)
    for name in _WRAPPERS:
        if found := _with_text(named.get(name), depth - 1):
            text, inner = found
            return text, {**values, **inner}
    return ("", dict(values)) if any(isinstance(named.get(name), str) for name in TEXTS) else None


def _text_of(value: Any) -> str:
    """The words of a field: a string, or the strings of a list as paragraphs."""
    if isinstance(value, str):
        return value if value.strip() else ""
    if isinstance(value, list):
        return "\n\n".join(_parts(value))
    return ""


def _parts(values: list[Any]) -> Iterator[str]:
    for value in values:
        text = value if isinstance(value, str) else value.get("text") if isinstance(value, dict) else None
        if isinstance(text, str) and text.strip():
            yield text.strip()

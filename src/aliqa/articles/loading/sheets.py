"""``.csv``, ``.tsv``, ``.xlsx``: each row is an article where a column holds texts, else a line of a table."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from typing import Any, Final

from aliqa.articles.loading import jsonl
from aliqa.articles.loading.characters import decode
from aliqa.articles.loading.extract import Extract, clean, one_line, row_of
from aliqa.articles.loading.fields import key_of
from aliqa.articles.loading.naming import is_name
from aliqa.articles.loading.office import Parts
from aliqa.foundations.errors import ArticleError

_BROKEN: Final = "It is not a workbook, or it is broken. Open it in an office program and save it again as .xlsx."
_ROWS: Final = 100_000
_COLUMNS: Final = 256
_SAMPLE: Final = 16_384
_SEPARATORS: Final = ",;\t|"
_OBJECT: Final = b'{"'


def split(data: bytes) -> list[tuple[int, bytes]]:
    """The rows of a table with a column of texts, numbered from 1 below its header; none if it has no such column."""
    try:
        header, *rows = islice(_rows(data), _ROWS)
    except (ValueError, ArticleError, csv.Error):
        return []
    if not any(key_of(name) in jsonl.TEXTS for name in header):
        return []
    named = ((number, dict(zip(header, row, strict=False))) for number, row in enumerate(rows, 1) if any(row))
    return [(number, json.dumps(row, ensure_ascii=False).encode("utf-8", "surrogatepass")) for number, row in named]


def read(data: bytes) -> Extract:
    """A row as an article, or the whole table as one."""
    if data.startswith(_OBJECT):
        return jsonl.read(data)
    note = decode(data).note
    try:
        lines = [row_of([one_line(cell) for cell in row[:_COLUMNS]]) for row in islice(_rows(data), _ROWS)]
    except csv.Error as error:
        raise ArticleError("It is not a table of values. Save it again as .csv.") from error
    return Extract(clean("\n".join(filter(None, lines))), reading=note)


def _rows(data: bytes) -> Iterator[list[str]]:
    """The rows of a file of separated values, whatever separates them."""
    text = decode(data).text
    first = text[:_SAMPLE].partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    csv.field_size_limit(len(text) + 1)
    return iter(csv.reader(io.StringIO(text, newline=""), delimiter=separator))


def read_workbook(data: bytes) -> Extract:
    """The sheets of a workbook: a heading, then a row a line, with the values that cells show. Raises ArticleError."""
    Parts(data, _BROKEN)
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        known = book.properties
        sheets = [
            "\n".join((f"# {sheet.title}", *_lines(sheet)))
            for sheet in book.worksheets
            if sheet.sheet_state == "visible"
        ]
        book.close()
    except (zipfile.BadZipFile, MemoryError):
        raise
    except Exception as error:  # a broken part may fail anywhere inside the library
        raise ArticleError(_BROKEN) from error
    title, author = known.title, known.creator
    text = clean("\n\n".join(sheet for sheet in sheets if "\n" in sheet))
    return Extract(text, title=title if is_name(title) else None, author=author if is_name(author) else None)


def _lines(sheet: Any) -> Iterator[str]:
    for row in islice(sheet.iter_rows(values_only=True, max_col=_COLUMNS), _ROWS):
        if line := row_of([_shown(value) for value in row]):
            yield line


def _shown(value: Any) -> str:
    """A value as it is written: a day without midnight, a number without needless zeros."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return (value.date() if (value.hour, value.minute, value.second) == (0, 0, 0) else value).isoformat(
            *([" "] if value.hour else [])
        )
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:.15g}"
    return one_line(str(value))

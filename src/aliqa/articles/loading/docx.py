"""``.docx``: a Word document, by python-docx.

The text has a paragraph, a heading (``# ``), a list item (``- ``) or a row of a table (cells between
bars) a line, and blank lines between blocks. Headers, footers, footnotes and comments are left out.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import groupby
from typing import Final

from docx import Document
from docx.oxml.ns import qn
from docx.oxml.table import CT_Row
from docx.table import Table
from docx.text.paragraph import Paragraph

from aliqa.articles.loading.extract import Extract, clean, one_line
from aliqa.foundations.errors import ArticleError

_MAX_UNPACKED: Final = 100 * 1024 * 1024
"""Bytes that all parts may have together once unpacked."""
_MAX_PARTS: Final = 10_000
_BROKEN: Final = "It is no Word document, or a broken one. Open it in a word processor and save it again as .docx."
_HEADING: Final = re.compile(r"heading ([1-6])", re.IGNORECASE)
_LIST: Final = re.compile(r"list\b", re.IGNORECASE)
_ITEM: Final = "- "


def read(data: bytes) -> Extract:
    """The words of a Word document, with its title and author. Raises ArticleError if it cannot be opened."""
    _check_size(data)
    try:
        document = Document(BytesIO(data))
        text = clean("\n\n".join(_blocks(document.iter_inner_content())))
        known = document.core_properties
        return Extract(text, title=known.title, author=known.author)
    except Exception as error:  # a broken part may fail anywhere inside the library
        raise ArticleError(_BROKEN) from error


def _check_size(data: bytes) -> None:
    """Refuse what would fill the memory, by the sizes that the archive declares; unpacking stops there."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
    except Exception as error:  # zipfile has many ways to refuse bytes
        raise ArticleError(_BROKEN) from error
    if len(parts) > _MAX_PARTS or sum(part.file_size for part in parts) > _MAX_UNPACKED:
        raise ArticleError(f"It unpacks to more than {_MAX_UNPACKED // 1024**2} MB. Split it, or remove its pictures.")


def _blocks(content: Iterable[Paragraph | Table]) -> Iterator[str]:
    """Paragraphs and tables in reading order; neighbouring list items are one block."""
    blocks = (_table(one) if isinstance(one, Table) else _paragraph(one) for one in content)
    for is_list, run in groupby(filter(None, blocks), lambda block: block.startswith(_ITEM)):
        neighbours = list(run)
        yield from ["\n".join(neighbours)] if is_list else neighbours


def _paragraph(paragraph: Paragraph) -> str:
    """The words of a paragraph behind the marks that its style asks for; line breaks stay where it has no marks."""
    words = filter(None, map(one_line, paragraph.text.splitlines()))
    marks = _marks(paragraph)
    line = (" " if marks else "\n").join(words)
    return marks + line if line else ""


def _marks(paragraph: Paragraph) -> str:
    style = paragraph.style.name or "" if paragraph.style else ""
    if heading := _HEADING.match(style):
        return "#" * int(heading[1]) + " "
    if style == "Title":
        return "# "
    properties = paragraph._p.pPr
    numbered = properties is not None and properties.numPr is not None
    return _ITEM if numbered or _LIST.match(style) else ""


def _table(table: Table) -> str:
    return "\n".join(filter(None, map(_row, table._tbl.tr_lst)))


def _row(row: CT_Row) -> str:
    """The cells of a row between bars; a merged cell stands once."""
    cells = (" ".join("".join(_texts(part)) for part in cell.iter(qn("w:p"))) for cell in row.tc_lst)
    return " | ".join(filter(None, map(one_line, cells)))


def _texts(paragraph: object) -> Iterator[str]:
    return (node.text or "" for node in paragraph.iter(qn("w:t")))  # type: ignore[attr-defined]

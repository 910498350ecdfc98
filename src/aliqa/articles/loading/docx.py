"""``.docx``: a Word document as its reader sees it once all changes are accepted.

The text has a paragraph, a heading (``# ``), a list item (``- ``) or a row of a table (cells between
bars) a line, and blank lines between blocks. What is deleted, struck through or hidden is left out, and so
are headers, footers, footnotes and comments. The format is ECMA-376, part 1, chapter 17.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from lxml.etree import _Element

from aliqa.articles.loading.docx_styles import Styles, value
from aliqa.articles.loading.extract import Extract, clean, one_line, row_of
from aliqa.articles.loading.naming import is_name
from aliqa.articles.loading.office import Parts, local
from aliqa.articles.loading.raised import raised
from aliqa.foundations.errors import ArticleError

_BROKEN: Final = "It is not a Word document, or it is broken. Open it in a word processor and save it again as .docx."
_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DC: Final = "{http://purl.org/dc/elements/1.1/}"
_ITEM: Final = "- "
_GONE: Final = frozenset(
    (
        "del moveFrom delText instrText delInstrText rPr pPr sectPr tblPr trPr tcPr tblGrid sdtPr sdtEndPr rt"
        " footnoteReference endnoteReference commentReference annotationRef fldData proofErr bookmarkStart"
        " bookmarkEnd"
    ).split()
)
"""What holds no words of the text, or words that were taken out."""
_LINES: Final = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": ""}


def read(data: bytes) -> Extract:
    """The words of a Word document, with its title and author. Raises ArticleError if it cannot be opened."""
    parts = Parts(data, _BROKEN)
    try:
        document = parts.tree("word/document.xml")
        body = document.find(f"{_W}body") if document is not None else None
        if body is None:
            raise ArticleError(_BROKEN)
        text = clean("\n\n".join(_joined(_Walk(Styles(parts.tree("word/styles.xml"))).blocks(body))))
        core = parts.tree("docProps/core.xml")
    except ArticleError:
        raise
    except Exception as error:  # a broken part may fail anywhere
        raise ArticleError(_BROKEN) from error
    title, author = (core.findtext(f"{_DC}{name}") if core is not None else None for name in ("title", "creator"))
    return Extract(text, title=title if is_name(title) else None, author=author if is_name(author) else None)


def _joined(blocks: Iterable[str]) -> Iterator[str]:
    """Neighbouring list items are one block."""
    for is_list, run in groupby(filter(None, blocks), lambda block: block.startswith(_ITEM)):
        neighbours = list(run)
        yield from ["\n".join(neighbours)] if is_list else neighbours


@dataclass(slots=True)
class _Walk:
    """Goes through a document; ``held`` is what a paragraph begins with whose mark was deleted from the one before."""

    styles: Styles
    held: str = ""
    boxes: list[_Element] = field(default_factory=list)

    def blocks(self, parent: _Element) -> Iterator[str]:
        """Paragraphs, tables and text boxes in reading order."""
        for child in parent:
            name = local(child)
            if name == "p":
                yield from self._paragraph(child)
            elif name == "tbl":
                yield from self._table(child)
            elif name == "AlternateContent":
                yield from self.blocks(child[0]) if len(child) else ()
            elif name not in _GONE:
                yield from self.blocks(child)

    def _paragraph(self, paragraph: _Element) -> Iterator[str]:
        outer, self.boxes = self.boxes, []
        look = self.styles.look(paragraph.find(f"{_W}pPr"))
        words = "" if look.hidden else self.held + _together(self._runs(paragraph))
        self.held = ""
        boxes, self.boxes = self.boxes, outer
        if look.runs_on:
            self.held = words
        else:
            lines = list(filter(None, map(one_line, words.split("\n"))))
            line = (" " if look.marks else "\n").join(lines)
            yield look.marks + line if line else ""
        for box in boxes:
            yield from self.blocks(box)

    def _runs(self, parent: _Element) -> Iterator[tuple[str, bool]]:
        """The words inside a paragraph, and whether they stand above the line."""
        for child in parent:
            name = local(child)
            if name == "r":
                look = self.styles.run(child.find(f"{_W}rPr"))
                if not look.gone:
                    yield from ((words, look.raised) for words in self._run(child))
            elif name == "t" and child.text:  # of a formula, which has runs of its own
                yield child.text, False
            elif name == "sup":
                yield "".join(words for words, _ in self._runs(child)), True
            elif name == "AlternateContent":
                yield from self._runs(child[0]) if len(child) else ()
            elif name == "txbxContent":
                self.boxes.append(child)
            elif name not in _GONE:
                yield from self._runs(child)

    def _run(self, run: _Element) -> Iterator[str]:
        for child in run:
            name = local(child)
            if name == "t":
                yield child.text or ""
            elif name in _LINES:
                yield _LINES[name]
            elif name == "sym":
                yield _symbol(child)
            elif name not in _GONE:
                yield from (
                    words for words, _ in self._runs(child[0] if name == "AlternateContent" and len(child) else child)
                )

    def _table(self, table: _Element) -> Iterator[str]:
        rows = [row for row in _inside(table, "tr") if not _is_deleted(row)]
        cells = [list(_inside(row, "tc")) for row in rows]
        flat = [cell for row in cells for cell in row]
        if max(map(len, cells), default=0) < 2 or any(next(cell.iter(f"{_W}tbl"), None) is not None for cell in flat):
            for cell in flat:
                yield from self.blocks(cell)
        else:
            yield "\n".join(filter(None, map(row_of, self._grid(rows, cells))))

    def _grid(self, rows: list[_Element], cells: list[list[_Element]]) -> Iterator[list[str]]:
        """The words of the cells; one that is merged over several rows stands in each of them."""
        above: dict[int, str] = {}
        for row, line in zip(rows, cells, strict=True):
            before = row.find(f"{_W}trPr/{_W}gridBefore")
            found = [""] * min(64, int(value(before) or 0)) if before is not None else []
            for cell in line:
                merged, span = cell.find(f"{_W}tcPr/{_W}vMerge"), cell.find(f"{_W}tcPr/{_W}gridSpan")
                words = one_line(" ".join(self.blocks(cell)))
                if merged is not None and value(merged) != "restart":
                    words = words or above.get(len(found), "")
                above[len(found)] = words
                wide = int(value(span) or 1) if span is not None else 1
                found += [words, *[""] * (min(wide, 64) - 1)]
            yield found


def _inside(parent: _Element, name: str) -> Iterator[_Element]:
    """The rows of a table, the cells of a row, also inside content controls and changes."""
    for child in parent:
        found = local(child)
        if found == name:
            yield child
        elif found in ("sdt", "sdtContent", "ins", "customXml", "smartTag", "moveTo"):
            yield from _inside(child, name)


def _is_deleted(row: _Element) -> bool:
    return row.find(f"{_W}trPr/{_W}del") is not None


def _together(runs: Iterable[tuple[str, bool]]) -> str:
    text = ""
    for above, group in groupby(runs, lambda run: run[1]):
        words = "".join(part for part, _ in group)
        text += raised(text, words) + (" " if words.endswith(" ") else "") if above else words
    return text


def _symbol(symbol: _Element) -> str:
    """A sign of a font of signs; those that Unicode has no place for are left out."""
    code = symbol.get(f"{_W}char") or ""
    number = int(code, 16) if re.fullmatch(r"[0-9A-Fa-f]{1,5}", code) else 0xF000
    return "" if 0xE000 <= number <= 0xF8FF or number < 0x20 else chr(number)

"""The tables of a page: those of data become lines of cells between bars, those that lay out a page become blocks."""

from collections.abc import Iterator
from typing import Final

from lxml import html
from lxml.etree import _Element

from aliqa.articles.loading.extract import one_line, row_of
from aliqa.articles.loading.page_blocks import words_of

_WIDEST: Final = 64
_TALLEST: Final = 2000
"""Cells that a span may cover; pages with more are hostile."""
_LAYOUT_PARTS: Final = ("h1", "h2", "h3", "h4", "ul", "ol", "table", "article", "section", "blockquote")
_LONG_CELL: Final = 400


def flatten(tree: _Element) -> None:
    """Replace every table of the tree, the innermost first."""
    tables = list(tree.iter("table"))
    holding = {outer for table in tables for outer in table.iterancestors("table")}
    for table in reversed(tables):
        if table.getparent() is None:
            continue
        rows = _rows(table)
        if table in holding or _is_layout(table, rows):
            _open(table)
        else:
            _write(table, list(_lines(rows)))


def _rows(table: _Element) -> list[_Element]:
    return [row for row in table.iter("tr") if next(row.iterancestors("table"), None) is table]


def _is_layout(table: _Element, rows: list[_Element]) -> bool:
    """Whether it lays out a page: one column, or cells that hold whole parts of a page."""
    if table.get("role") == "presentation":
        return True
    cells = [[cell for cell in row if cell.tag in ("td", "th")] for row in rows]
    if max(map(len, cells), default=0) < 2:
        return True
    flat = [cell for row in cells for cell in row]
    return any(next(cell.iter(*_LAYOUT_PARTS), None) is not None for cell in flat) or any(
        len(list(cell.iter("p"))) > 1 and len(str(cell.xpath("string()"))) > _LONG_CELL for cell in flat
    )


def _open(table: _Element) -> None:
    for element in list(table.iter("table", "tbody", "thead", "tfoot", "tr", "td", "th", "caption", "colgroup", "col")):
        element.tag = "div"


def _lines(rows: list[_Element]) -> Iterator[str]:
    """The rows with their cells; a cell over several rows stands in each of them."""
    below: dict[int, tuple[int, str]] = {}
    for row in rows:
        line: list[str] = []
        cells = iter([cell for cell in row if cell.tag in ("td", "th")])
        while len(line) < _WIDEST:
            column = len(line)
            if column in below:
                left, words = below.pop(column)
                if left > 1:
                    below[column] = (left - 1, words)
                line.append(words)
                continue
            cell = next(cells, None)
            if cell is None:
                break
            words = one_line(words_of(cell))
            across, down = _span(cell, "colspan", _WIDEST), _span(cell, "rowspan", _TALLEST)
            for place in range(across):
                line.append(words if place == 0 else "")
                if down > 1:
                    below[column + place] = (down - 1, words if place == 0 else "")
        yield row_of(line)


def _span(cell: _Element, name: str, most: int) -> int:
    value = (cell.get(name) or "1").strip()
    return min(max(1, int(value)), most) if value.isdecimal() and len(value) < 6 else 1


def _write(table: _Element, lines: list[str]) -> None:
    """Put a paragraph with a line a row in the place of a table."""
    caption = next((one_line(words_of(part)) for part in table.iter("caption")), "")
    tail, kept = table.tail, [line for line in (caption, *lines) if line]
    table.clear()
    table.tag, table.tail = "p", tail
    table.text = kept[0] if kept else None
    for line in kept[1:]:
        line_break = html.Element("br")
        line_break.tail = line
        table.append(line_break)

"""``.odt``, ``.odp``, ``.ods``: an OpenDocument file as its reader sees it: nothing deleted, hidden or struck through.

The text has the same shape as that of a Word document. The format is OASIS OpenDocument 1.3, part 3.
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from lxml.etree import _Element

from aliqa.articles.loading.extract import Extract, clean, one_line, row_of
from aliqa.articles.loading.naming import is_name
from aliqa.articles.loading.office import Parts, local
from aliqa.articles.loading.raised import raised
from aliqa.foundations.errors import ArticleError

_BROKEN: Final = "It is not an OpenDocument file, or it is broken. Open it in an office program and save it again."
_TEXT: Final = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_STYLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_GONE: Final = frozenset(
    {"tracked-changes", "note", "annotation", "ruby-text", "notes", "sequence-decls", "forms", "hidden-text"}
)
_WIDEST: Final = 64
_TALLEST: Final = 10_000


class _Looks(NamedTuple):
    gone: frozenset[str]
    above: frozenset[str]


def read(data: bytes) -> Extract:
    """The words of the document, with its title and author. Raises ArticleError if it cannot be opened."""
    parts = Parts(data, _BROKEN)
    content, meta = parts.tree("content.xml"), parts.tree("meta.xml")
    body = next((child for child in content if local(child) == "body"), None) if content is not None else None
    if content is None or body is None:
        raise ArticleError(_BROKEN)
    try:
        text = clean("\n\n".join(filter(None, _blocks(body, _looks(content)))))
    except RecursionError as error:
        raise ArticleError(_BROKEN) from error
    said = {local(element): element.text or "" for element in (meta.iter() if meta is not None else ())}
    title, author = said.get("title"), said.get("initial-creator") or said.get("creator")
    return Extract(text, title=title if is_name(title) else None, author=author if is_name(author) else None)


def _looks(content: _Element) -> _Looks:
    """The styles that hide or strike through, and those that set above the line."""
    gone, above = set[str](), set[str]()
    for style in content.iter(f"{_STYLE}style"):
        name = style.get(f"{_STYLE}name") or ""
        for look in style.iter(f"{_STYLE}text-properties"):
            said = {key.rpartition("}")[2]: value for key, value in look.attrib.items()}
            if said.get("display") == "none" or said.get("text-line-through-style", "none") != "none":
                gone.add(name)
            if said.get("text-position", "").startswith("super"):
                above.add(name)
    return _Looks(frozenset(gone), frozenset(above))


def _blocks(parent: _Element, looks: _Looks) -> Iterator[str]:
    for child in parent:
        name = local(child)
        if name in _GONE or not name:
            continue
        if name in ("p", "h"):
            yield from _paragraph(child, looks)
        elif name == "list":
            yield "\n".join(_items(child, looks))
        elif name == "table":
            yield "\n".join(filter(None, map(row_of, _rows(child, looks))))
        else:
            yield from _blocks(child, looks)


def _paragraph(element: _Element, looks: _Looks) -> Iterator[str]:
    if element.get(f"{_TEXT}style-name") in looks.gone:
        return
    boxes: list[_Element] = []
    level = element.get(f"{_TEXT}outline-level") or "1"
    marks = "#" * min(6, int(level) if level.isdecimal() else 1) + " " if local(element) == "h" else ""
    lines = list(filter(None, map(one_line, _together(_words(element, looks, boxes)).split("\n"))))
    line = (" " if marks else "\n").join(lines)
    yield marks + line if line else ""
    for box in boxes:
        yield from _blocks(box, looks)


def _words(parent: _Element, looks: _Looks, boxes: list[_Element]) -> Iterator[tuple[str, bool]]:
    """The words inside a paragraph, and whether they stand above the line."""
    yield parent.text or "", False
    for child in parent:
        name = local(child)
        style = child.get(f"{_TEXT}style-name")
        if name == "s":
            yield " ", False
        elif name == "tab":
            yield "\t", False
        elif name == "line-break":
            yield "\n", False
        elif name in ("text-box", "table"):
            boxes.append(child)
        elif name and name not in _GONE and style not in looks.gone:
            inner = list(_words(child, looks, boxes))
            yield from [("".join(words for words, _ in inner), True)] if style in looks.above else inner
        yield child.tail or "", False


def _together(parts: Iterable[tuple[str, bool]]) -> str:
    text = ""
    for words, above in parts:
        text += raised(text, words) if above else words
    return text


def _items(listing: _Element, looks: _Looks) -> Iterator[str]:
    for item in listing:
        for block in filter(None, _blocks(item, looks)):
            yield block if block.startswith("- ") else f"- {one_line(block)}"


def _rows(table: _Element, looks: _Looks) -> Iterator[list[str]]:
    """The cells of each row; what one cell covers below it says the same."""
    above: list[str] = []
    for number, row in enumerate(table.iter(f"{_TABLE}table-row")):
        if number > _TALLEST:
            return
        cells: list[str] = []
        for cell in row:
            name = local(cell)
            if name not in ("table-cell", "covered-table-cell"):
                continue
            times = cell.get(f"{_TABLE}number-columns-repeated") or "1"
            words = one_line(" ".join(_blocks(cell, looks)))
            if name == "covered-table-cell" and len(cells) < len(above) and not cells[-1:]:
                words = above[len(cells)]
            cells += [words] * (min(int(times), _WIDEST) if times.isdecimal() else 1)
        above = cells
        yield cells[:_WIDEST]

"""The blocks of a tree as text: a paragraph, a heading, a list item or a row of a table a line.

The tree is one of HTML or the one that trafilatura makes of a page, whose tags are those of TEI.
"""

import re
from collections.abc import Iterator
from typing import Final

from lxml.etree import _Element

from aliqa.articles.loading.extract import one_line

_HEADING: Final = re.compile(r"h([1-6])\Z")
_LISTS: Final = frozenset({"list", "ul", "ol", "dl", "menu"})
_ITEMS: Final = frozenset({"item", "li", "dt", "dd"})
_BLOCKS: Final = _LISTS.union(
    _ITEMS,
    (
        "p head quote code body div h1 h2 h3 h4 h5 h6 blockquote section article main header footer aside nav figure"
        " figcaption address hr table tr row td th pre summary tbody thead form fieldset html title center"
    ).split(),
)
_BREAKS: Final = frozenset({"lb", "br"})
_BLANK_LINES: Final = re.compile(r"\n[^\S\n]*\n\s*")


def blocks(element: _Element) -> Iterator[str]:
    """The blocks below an element, in reading order."""
    words = [element.text or ""]
    for child in element:
        if child.tag in _BLOCKS:
            yield from _block(words)
            yield from _child_blocks(child)
            words = [child.tail or ""]
        elif _holds_block(child):
            yield from _block(words)
            yield from blocks(child)
            words = [child.tail or ""]
        else:
            words += [_words(child), child.tail or ""]
    yield from _block(words)


def words_of(element: _Element) -> str:
    """The words inside an element, those of its blocks and lines parted."""
    return "\n".join(blocks(element))


def _holds_block(element: _Element) -> bool:
    return len(element) > 0 and next(element.iter(*_BLOCKS), None) is not None


def _child_blocks(child: _Element) -> Iterator[str]:
    if level := _level(child):
        yield from (f"{'#' * level} {one_line(words)}" for words in _block([_words(child)]))
    elif child.tag in _LISTS:
        yield from _block(["\n".join(_items(child))])
    elif child.tag in ("pre", "code"):
        yield from _written(child)
    else:
        yield from blocks(child)


def _level(element: _Element) -> int:
    """Of a heading its level, of anything else 0."""
    if element.tag == "head":
        found = _HEADING.match(str(element.get("rend") or "h2"))
        return int(found[1]) if found else 2
    found = _HEADING.match(str(element.tag))
    return int(found[1]) if found else 0


def _items(listing: _Element) -> Iterator[str]:
    for item in listing:
        if item.tag in _LISTS:
            yield from _items(item)
            continue
        first, *more = list(blocks(item)) or [""]
        yield from (
            (f"- {one_line(first)}", *more)
            if first and not first.startswith("- ")
            else (first, *more)
            if first
            else more
        )


def _written(element: _Element) -> Iterator[str]:
    """Words whose blank lines part paragraphs, as in a file of plain text."""
    for part in _BLANK_LINES.split(_words(element)):
        yield from _block([part], keep_lines=True)


def _words(element: _Element) -> str:
    """The words inside an element; its line breaks are kept."""
    if not isinstance(element.tag, str):
        return ""
    inner = (_words(child) + (child.tail or "") for child in element)
    return "\n" if element.tag in _BREAKS else "".join((element.text or "", *inner))


def _block(words: list[str], *, keep_lines: bool = False) -> Iterator[str]:
    """The words as one block, without blanks at the ends of lines and without blank lines; none if there are none."""
    lines = (" ".join(line.split()) for line in "".join(words).splitlines())
    if block := "\n".join(filter(None, lines)):
        yield block

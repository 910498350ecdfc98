"""``.html`` and ``.htm``: the article of a saved page, by trafilatura; no navigation, no advertisements.

The text has a paragraph, a heading (``# ``), a list item (``- ``) or a row of a table (cells between
bars) a line, and blank lines between blocks. Nothing is ever fetched.
"""

import codecs
import re
from collections.abc import Iterator

from lxml.etree import _Element
from trafilatura import bare_extraction
from trafilatura.settings import Document

from aliqa.articles.loading.extract import Extract, clean, mute, one_line
from aliqa.articles.loading.first_lines import parse_date
from aliqa.foundations.errors import ArticleError
from aliqa.foundations.types import SentenceKind
from aliqa.text.sentences import split_sentences

_NO_ARTICLE = "No article was found in the page, only menus and the like. Save the page of one article."
_MAX_CHARACTERS = 20_000_000
"""What trafilatura takes at most."""
_DECLARED = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*((?:utf-?8|iso|latin|windows|cp|koi|gb|big5|euc|shift|x-sjis|mac)[\w.:-]*)",
    re.IGNORECASE,
)
"""The encoding that a page declares, if it is one of pages; Python knows stranger ones."""
_REACH = 4096
"""Bytes in which a page must declare its encoding; HTML asks for the first 1,024."""

_ADVERTISING = ("ad", "ads", "advert", "advertisement", "advertising", "sponsored", "promo")
_ADVERTISEMENTS = " | ".join(
    f"//*[contains(concat(' ', normalize-space(@{name}), ' '), ' {word} ')]"
    for name in ("class", "id")
    for word in _ADVERTISING
)
_HEADING = re.compile(r"h([1-6])")
_BLOCKS = frozenset({"p", "head", "quote", "code", "list", "item", "table", "row", "div", "body"})
_SENTENCE_END = re.compile(r"[.!?。！？…؟۔।][\"'”’»)\]\s]*\Z")
_SHORTEST = 12


def read(data: bytes) -> Extract:
    """The article of a page. Raises ArticleError if there is none."""
    return extract(_decode(data))


def extract(page: str) -> Extract:
    """The article of a page that is already decoded. Raises ArticleError if there is none."""
    if len(page) > _MAX_CHARACTERS:
        raise ArticleError("It is too large for a page. Save the article alone.")
    for library in ("trafilatura", "htmldate", "courlan", "justext"):
        mute(library)
    if "<html" not in page.lower():
        page = f"<html><body>{page}</body></html>"
    dates = {"extensive_search": False, "original_date": True, "outputformat": "%Y-%m-%d"}
    try:
        found = bare_extraction(
            page, with_metadata=True, include_comments=False, include_formatting=False,
            date_extraction_params=dates, prune_xpath=_ADVERTISEMENTS,
        )  # fmt: skip
    except Exception as error:  # a hostile page may fail anywhere inside lxml or the heuristics
        raise ArticleError("It is no HTML that can be read. Save the page again.") from error
    text = clean("\n\n".join(_blocks(found.body))) if isinstance(found, Document) else ""
    if not isinstance(found, Document) or not _is_article(text):
        raise ArticleError(_NO_ARTICLE)
    return Extract(text, found.title, found.author, found.sitename or found.hostname, parse_date(found.date), found.url)


def _decode(data: bytes) -> str:
    """The page as text: UTF-8, else as it declares, else as browsers read what declares nothing."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        declared = _DECLARED.search(data, 0, _REACH)
    try:
        return data.decode(declared[1].decode("ascii") if declared else "windows-1252", "replace")
    except LookupError:
        return data.decode("windows-1252", "replace")


def _is_article(text: str) -> bool:
    """Whether there is a sentence in it; menus and lists of headlines have none."""
    sentences = (one.span.cut(text) for one in split_sentences(text) if one.kind is SentenceKind.PROSE)
    return any(len(words) >= _SHORTEST and _SENTENCE_END.search(words) for words in sentences)


def _blocks(element: _Element) -> Iterator[str]:
    """The blocks below an element of trafilatura's tree, in reading order."""
    words = [element.text or ""]
    for child in element:
        if child.tag in _BLOCKS:
            yield from _block(words)
            yield from _child_blocks(child)
            words = [child.tail or ""]
        else:
            words += [_words(child), child.tail or ""]
    yield from _block(words)


def _child_blocks(child: _Element) -> Iterator[str]:
    if child.tag == "head":
        level = _HEADING.fullmatch(str(child.get("rend") or ""))
        yield from (f"{'#' * int(level[1] if level else 2)} {one_line(words)}" for words in _block([_words(child)]))
    elif child.tag == "table":
        yield from _block(["\n".join(filter(None, map(_row, child.iter("row"))))])
    elif child.tag == "list":
        yield from _block(["\n".join(_items(child))])
    else:
        yield from _blocks(child)


def _row(row: _Element) -> str:
    cells = (one_line("".join(cell.itertext())) for cell in row)
    return " | ".join(filter(None, cells))


def _items(listing: _Element) -> Iterator[str]:
    for item in listing:
        first, *more = list(_blocks(item)) or [""]
        yield from (f"- {one_line(first)}", *more) if first else more


def _words(element: _Element) -> str:
    """The words inside an element; its line breaks are kept."""
    inner = (_words(child) + (child.tail or "") for child in element)
    return "\n" if element.tag == "lb" else "".join((element.text or "", *inner))


def _block(words: list[str]) -> Iterator[str]:
    """The words as one block, without blanks at the ends of lines and without blank lines; none if there are none."""
    lines = (" ".join(line.split()) for line in "".join(words).splitlines())
    if block := "\n".join(filter(None, lines)):
        yield block

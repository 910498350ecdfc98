"""``.html`` and ``.htm``: the article of a saved page, by trafilatura; no navigation, no advertisements.

The text has a paragraph, a heading (``# ``), a list item (``- ``) or a row of a table (cells between
bars) a line, and blank lines between blocks. It is what the reader of the page sees: nothing hidden or
struck through. Nothing is ever fetched.
"""

import re
from copy import deepcopy
from typing import Final

from lxml.etree import _Element
from trafilatura import bare_extraction
from trafilatura.settings import Document

from aliqa.articles.loading.characters import Decoded, codec_of, decode
from aliqa.articles.loading.days import day_of
from aliqa.articles.loading.extract import Extract, clean, mute, one_line
from aliqa.articles.loading.markup import is_markup
from aliqa.articles.loading.naming import is_name
from aliqa.articles.loading.page_blocks import blocks
from aliqa.articles.loading.page_meta import read_meta
from aliqa.articles.loading.page_tables import flatten
from aliqa.articles.loading.page_tree import BROKEN, drop_advertisements, parse_tree, show, without_box_names
from aliqa.foundations.errors import ArticleError

_NO_ARTICLE: Final = "No article was found in the page, only menus and the like. Save the page of one article."
_MAX_CHARACTERS: Final = 20_000_000
"""What trafilatura takes at most."""
_DECLARED: Final = re.compile(
    rb"<(?:meta|\?xml)[^<>]{0,500}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE
)
_REACH: Final = 4096
"""Bytes in which a page must declare its encoding; HTML asks for the first 1,024."""
_MARKUP: Final = re.compile(r"<(?:[a-z][a-z0-9]*|/[a-z]+|!--|!doctype)[\s>/]", re.IGNORECASE)
_LETTER: Final = re.compile(r"\w")
_SHORTEST: Final = 12
"""Letters and digits outside of links that make an article."""


def read(data: bytes) -> Extract:
    """The article of a page. Raises ArticleError if there is none."""
    decoded = decode_page(data)
    return extract(decoded.text, decoded.note)


def decode_page(data: bytes) -> Decoded:
    """A page as text: UTF-8, else as it declares, else as a detector tells."""
    declared = _DECLARED.search(data, 0, _REACH)
    label = declared[1].decode("ascii", "replace") if declared else None
    return decode(data, label if codec_of(label) else None)


def extract(page: str, note: str | None = None) -> Extract:
    """The article of a page that is already decoded. Raises ArticleError if there is none."""
    if len(page) > _MAX_CHARACTERS:
        raise ArticleError("It is too large for a page. Save the article alone.")
    if not _MARKUP.search(page):
        if len(_LETTER.findall(page)) < _SHORTEST:
            raise ArticleError(_NO_ARTICLE)
        return Extract(clean(page.strip()), reading=note)
    for library in ("trafilatura", "htmldate", "courlan", "justext"):
        mute(library)
    try:
        tree = parse_tree(page)
        known = read_meta(tree)
        show(tree)
        drop_advertisements(tree)
        flatten(tree)
        found, text = _article(tree, known.body)
    except ArticleError:
        raise
    except Exception as error:  # a hostile page may fail anywhere inside lxml or the heuristics
        raise ArticleError(BROKEN) from error
    if not text:
        raise ArticleError(_NO_ARTICLE)
    if found is None:
        return Extract(text, known.title, known.author, known.source, known.published, known.url, reading=note)
    author = known.author or (found.author if is_name(found.author) else None)
    published = known.published if known.is_dated or known.published else day_of(found.date)
    source = known.source or found.sitename or found.hostname
    return Extract(text, known.title or found.title, author, source, published, known.url, reading=note)


def whole_text(page: str) -> str:
    """All that a reader sees of a page or a part of one, menus included; for mails and books, which have none."""
    tree = parse_tree(page)
    show(tree)
    flatten(tree)
    return clean("\n\n".join(blocks(next(tree.iter("body"), tree))))


def _article(tree: _Element, stated: str) -> tuple[Document | None, str]:
    """What trafilatura finds, if need be without the names of boxes; where it finds nothing, all that is no link."""
    links = {one_line("".join(link.itertext())) for link in tree.iter("a")}
    found = _by_trafilatura(tree)
    text = _text_of(found, links)
    if not text:
        bare = deepcopy(tree)
        without_box_names(bare)
        found = _by_trafilatura(bare)
        text = _text_of(found, links)
    if len(stated) > 2 * len(text):
        text = whole_text(stated) if is_markup(stated) else clean(stated.strip())
    if "\n" not in text:
        text = max(_own_text(tree, links), text, key=lambda words: len(_LETTER.findall(words)))
    return found, text


def _by_trafilatura(tree: _Element) -> Document | None:
    dates = {"extensive_search": False, "original_date": True, "outputformat": "%Y-%m-%d"}
    found = bare_extraction(
        deepcopy(tree),
        with_metadata=True,
        include_comments=False,
        include_formatting=False,
        date_extraction_params=dates,
    )
    return found if isinstance(found, Document) else None


def _text_of(found: Document | None, links: set[str]) -> str:
    """The text of what was found, unless its lines are links alone."""
    if found is None or found.body is None:
        return ""
    text = clean("\n\n".join(blocks(found.body)))
    own = (line for line in text.splitlines() if line.lstrip("-# ") not in links)
    return text if sum(len(_LETTER.findall(line)) for line in own) >= _SHORTEST else ""


def _own_text(tree: _Element, links: set[str]) -> str:
    """What a reader sees of the article, else of the page, without menus and lone links; empty if it is too little."""
    places = [element for element in tree.iter("article", "main") if next(element.iter("p"), None) is not None]
    body = deepcopy(
        max(places, key=lambda place: len("".join(place.itertext())), default=next(tree.iter("body"), tree))
    )
    for element in list(body.iter("nav", "footer", "aside", "form", "label")):
        if element.getparent() is not None:
            element.drop_tree()
    lines = clean("\n\n".join(blocks(body))).split("\n")
    text = "\n".join(line for line in lines if not line or line.lstrip("-# ") not in links)
    return text.strip("\n") if len(_LETTER.findall(text)) >= _SHORTEST else ""

"""``.epub``: a book, chapter by chapter in the order in which it is read."""

import posixpath
from typing import Final
from urllib.parse import unquote

from lxml.etree import _Element

from aliqa.articles.loading.days import day_of
from aliqa.articles.loading.extract import Extract, one_line
from aliqa.articles.loading.html import decode_page, whole_text
from aliqa.articles.loading.naming import is_name
from aliqa.articles.loading.office import Parts, local
from aliqa.foundations.errors import ArticleError

_BROKEN: Final = "It is not an EPUB, or it is broken. Open it in a reader and save it again."
_LOCKED: Final = "It is encrypted. Save a copy that is not."
_PAGES: Final = frozenset({"application/xhtml+xml", "text/html"})


def read(data: bytes) -> Extract:
    """The words of a book, with its title, authors, publisher and day. Raises ArticleError if it cannot be opened."""
    parts = Parts(data, _BROKEN)
    container = parts.tree("META-INF/container.xml")
    place = (
        next((element.get("full-path") for element in container.iter() if local(element) == "rootfile"), None)
        if container is not None
        else None
    )
    package = parts.tree(place) if place else None
    if package is None or place is None:
        raise ArticleError(_BROKEN)
    if b"EncryptedData" in parts.read("META-INF/encryption.xml") and "META-INF/rights.xml" in parts.names():
        raise ArticleError(_LOCKED)
    chapters = (whole_text(decode_page(parts.read(name)).text) for name in _chapters(package, place))
    said: dict[str, list[str]] = {}
    for element in package.iter():
        said.setdefault(local(element), []).append(one_line(element.text or ""))
    title, authors = (
        next(iter(said.get("title", [])), None),
        [name for name in said.get("creator", []) if is_name(name)],
    )
    return Extract(
        "\n\n".join(filter(None, chapters)), title if is_name(title) else None, ", ".join(authors) or None,
        next(iter(said.get("publisher", [])), None), day_of(next(iter(said.get("date", [])), None)),
    )  # fmt: skip


def _chapters(package: _Element, place: str) -> list[str]:
    """The names of the parts that hold the chapters."""
    items = {element.get("id"): element for element in package.iter() if local(element) == "item"}
    read = [
        items[element.get("idref")]
        for element in package.iter()
        if local(element) == "itemref" and element.get("idref") in items
    ]
    folder = posixpath.dirname(place)
    return [
        posixpath.normpath(posixpath.join(folder, unquote(item.get("href") or "")))
        for item in read
        if item.get("media-type") in _PAGES and "nav" not in (item.get("properties") or "").split()
    ]

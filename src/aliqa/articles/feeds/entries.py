"""What a feed lists: the pages of RSS, Atom and JSON feeds and of sitemaps, and the sitemaps that a sitemap lists.

RSS and Atom are read by feedparser, JSON Feed as https://www.jsonfeed.org/version/1.1/ and sitemaps as
https://www.sitemaps.org/protocol.html have them. Nothing is fetched.
"""

import io
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from lxml import etree

from aliqa.articles.loading import MAX_BYTES
from aliqa.foundations.errors import ArticleError

MOST: Final = 50_000
"""Entries of a feed that are read, at most: so many a sitemap may have."""

_LONGEST: Final = 2000
"""Characters of an address."""
_JSON_FEED: Final = "https://jsonfeed.org/version/"
_COUNTED: Final = "utm_"
"""How parameters begin that tell a site where its readers come from, and no page from another."""
_GZIP: Final = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Entry:
    """A page that a feed lists, and when it says that the page was changed last, in whatever way it writes that."""

    url: str
    updated: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """The pages that a feed lists, in its order, and further feeds that it consists of."""

    entries: tuple[Entry, ...]
    further: tuple[str, ...] = ()


def read(data: bytes, base: str) -> Listing:
    """What a feed lists.

    Args:
        data: the feed, as it was sent.
        base: its address, which others in it may count from.

    Raises:
        ArticleError: it is no feed.
    """
    data = _unpacked(data).strip()
    if data.startswith(b"{"):
        return Listing(_each(_of_json(data), base))
    root = _root(data)
    if root is not None and etree.QName(root).localname in ("urlset", "sitemapindex"):
        found = _each(_of_sitemap(root), base)
        further = etree.QName(root).localname == "sitemapindex"
        return Listing((), tuple(entry.url for entry in found)) if further else Listing(found)
    return Listing(_each(_of_feed(data), base))


def tidied(base: str, link: object) -> str | None:
    """The address of a page without what does not tell it from others; None if nobody can fetch it.

    >>> tidied("https://news.example/feed", "/mill?id=7&utm_source=rss#top")
    'https://news.example/mill?id=7'
    >>> tidied("https://news.example/feed", "mailto:desk@news.example")
    """
    try:
        parts = urlsplit(urljoin(base, str(link or "").strip()))
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or parts.username:
        return None
    asked = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not pair[0].startswith(_COUNTED)]
    query = parts.query if _COUNTED not in parts.query else urlencode(asked)
    url = urlunsplit((parts.scheme, parts.netloc.lower(), parts.path or "/", query, ""))
    return url if len(url) <= _LONGEST and url.isprintable() else None


def _each(found: Iterator[tuple[object, object]], base: str) -> tuple[Entry, ...]:
    """The entries by their addresses, each once."""
    entries: dict[str, Entry] = {}
    for link, updated in found:
        if len(entries) < MOST and (url := tidied(base, link)):
            entries.setdefault(url, Entry(url, str(updated)[:100] if updated else None))
    return tuple(entries.values())


def _of_json(data: bytes) -> Iterator[tuple[object, object]]:
    try:
        feed: Any = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ArticleError("it is no JSON") from error
    items = feed.get("items")
    if not str(feed.get("version", "")).startswith(_JSON_FEED) or not isinstance(items, list):
        raise ArticleError("it is JSON, but no JSON Feed")
    for item in items:
        if isinstance(item, dict):
            yield item.get("url") or item.get("id"), item.get("date_modified") or item.get("date_published")


def _of_sitemap(root: Any) -> Iterator[tuple[object, object]]:
    for element in root:
        said = {etree.QName(child).localname: child.text for child in element if isinstance(child.tag, str)}
        yield said.get("loc"), said.get("lastmod")


def _of_feed(data: bytes) -> Iterator[tuple[object, object]]:
    import feedparser

    feed = feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    if not feed.version:
        raise ArticleError("it is neither RSS nor Atom, JSON Feed or a sitemap")
    for entry in feed.entries:
        yield entry.get("link"), entry.get("updated") or entry.get("published")


def _root(data: bytes) -> Any:
    """The root of an XML document, without what it would have others fetch or expand; None if it is none."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _unpacked(data: bytes) -> bytes:
    """Sitemaps may come as files of gzip. Raises ArticleError if one is broken or too large."""
    if not data.startswith(_GZIP):
        return data
    try:
        unpacker = zlib.decompressobj(wbits=31)
        found = unpacker.decompress(data, MAX_BYTES)
    except zlib.error as error:
        raise ArticleError("it is packed, and broken") from error
    if unpacker.unconsumed_tail:
        raise ArticleError(f"it is larger than {MAX_BYTES // 1024**2} MB")
    return found

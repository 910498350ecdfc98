"""``.rss``, ``.atom``, ``.xml``: each entry of a feed is an article, by feedparser; a page that is XML is a page."""

import json
import re
from typing import Any, Final

from aliqa.articles.loading import html, jsonl
from aliqa.articles.loading.characters import decode
from aliqa.articles.loading.extract import Extract
from aliqa.foundations.errors import ArticleError

_NO_FEED: Final = "It is neither a feed nor a page. Save the articles in it as .html or .txt."
_PAGE: Final = re.compile(rb"<html[\s>]", re.IGNORECASE)
_FEED: Final = re.compile(rb"<(?:rss|feed|rdf:RDF|channel)[\s>]")
_HEAD: Final = 4096


def split(data: bytes) -> list[tuple[int, bytes]]:
    """The entries of a feed, numbered from 1, as objects; none if it is no feed."""
    if not _FEED.search(data[:_HEAD]):
        return []
    import feedparser

    feed = feedparser.parse(data, sanitize_html=False, resolve_relative_uris=False)
    source = feed.feed.get("title")
    return [(number, json.dumps(_entry(entry, source)).encode()) for number, entry in enumerate(feed.entries, 1)]


def _entry(entry: Any, source: str | None) -> dict[str, Any]:
    """What an entry says: its whole content, else its summary."""
    contents = [content.get("value") or "" for content in entry.get("content", [])]
    return {
        "title": entry.get("title"),
        "text": max([*contents, entry.get("summary") or ""], key=len) or entry.get("title"),
        "author": [person.get("name") for person in entry.get("authors", []) if person.get("name")],
        "date": entry.get("published") or entry.get("updated"),
        "source": source,
        "url": entry.get("link"),
    }


def read(data: bytes) -> Extract:
    """An entry, or a page. Raises ArticleError if it is neither."""
    if data.startswith(b'{"title"'):
        return jsonl.read(data)
    if _PAGE.search(data[:_HEAD]):
        return html.read(data)
    decode(data)
    raise ArticleError(_NO_FEED)

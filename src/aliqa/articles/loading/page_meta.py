"""What a page says about its article: in JSON-LD, in its head, in marked elements, in its address.

What programs write where nobody named anything ("admin") is nothing, and so is a day that may mean two.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from lxml.etree import _Element

from aliqa.articles.loading.days import day_of, is_ambiguous
from aliqa.articles.loading.extract import one_line
from aliqa.articles.loading.naming import is_name

_PUBLISHED: Final = (
    "article:published_time article:published datepublished date.published publishdate publish-date publish_date"
    " pubdate publication_date parsely-pub-date sailthru.date citation_publication_date citation_online_date"
    " dc.date.issued dcterms.issued dcterms.created dc.date dcterms.date og:published_time og:pubdate date"
    " article.published cxenseparse:recs:publishtime originalpublicationdate"
).split()
"""Names of ``meta`` elements under which pages give the day of publication, the surest first."""
_AUTHORS: Final = (
    "citation_author author article:author dc.creator dcterms.creator byl parsely-author sailthru.author".split()
)
_TITLES: Final = ("og:title", "twitter:title", "citation_title", "dc.title", "parsely-title")
_DAY_CLASS: Final = re.compile(
    r"(?:^|[\s_-])(?:date(?:line|time)?|published|pubdate|(?:publish|post|entry)-date|byline|timestamp)", re.IGNORECASE
)
_ELSEWHERE: Final = frozenset({"footer", "aside", "nav"})
_IN_ADDRESS: Final = re.compile(r"/((?:19|20)\d\d)[/-]([01]?\d)[/-]([0-3]?\d)(?:[/-]|\Z)")
_ARCHIVED: Final = re.compile(r"https?://web\.archive\.org/web/\d+[a-z_]*/(?=https?:)", re.I)
_LINKED_DATA: Final = 2_000_000
_DEPTH: Final = 6
_PARTS: Final = re.compile(r"(?<!\s)(?:\s+[|–—·»«-]\s+|\s*\|\s*)")
_BY: Final = re.compile(r"(?:by|von|par|por|di)\s+(?=\S)", re.I)


@dataclass(frozen=True, slots=True)
class PageMeta:
    """What a page says about its article; None or empty where it says nothing. ``body`` is its text in JSON-LD."""

    title: str | None
    author: str | None
    source: str | None
    published: date | None
    url: str | None
    body: str
    is_dated: bool
    """Whether it names a day in a place for it, be it one that cannot be told."""


def read_meta(tree: _Element) -> PageMeta:
    """What the page says; read it before anything is taken from the tree."""
    linked = _linked(tree)
    named = _named(tree)
    url = _address(tree, named)
    days = list(_days(tree, linked, named))
    published = next((day for words in days[:1] if (day := day_of(words))), None)
    if not days and (found := _IN_ADDRESS.search(url or "")):
        published = day_of("-".join(found.groups()))
    return PageMeta(
        title=_title(tree, linked, named),
        author=_author(linked, named),
        source=_first(named, "og:site_name", "citation_journal_title") or _name(linked.get("publisher")),
        published=published,
        url=url,
        body=str(linked.get("articleBody") or ""),
        is_dated=bool(days),
    )


def _linked(tree: _Element) -> dict[str, Any]:
    """The JSON-LD object of the article: one with a headline or a body."""
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "") or len(script.text or "") > _LINKED_DATA:
            continue
        try:
            known = json.loads(script.text or "", strict=False)
        except (ValueError, RecursionError):
            continue
        for described in _objects(known, _DEPTH):
            if "articleBody" in described or (
                "headline" in described and ("datePublished" in described or "author" in described)
            ):
                return described
    return {}


def _objects(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        for part in value[:1000]:
            yield from _objects(part, depth)
    elif isinstance(value, dict) and depth:
        yield value
        for name in ("@graph", "mainEntity", "itemListElement", "item"):
            yield from _objects(value.get(name), depth - 1)


def _named(tree: _Element) -> dict[str, list[str]]:
    """What the ``meta`` elements and marked elements say, by their names in lower case."""
    found: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        if content := one_line(element.get("content") or ""):
            found.setdefault(name.strip().casefold(), []).append(content)
    return found


def _first(named: dict[str, list[str]], *names: str) -> str | None:
    return next((named[name][0] for name in names if name in named), None)


def _name(value: Any) -> str | None:
    """The name of a person or an organisation in JSON-LD."""
    if isinstance(value, dict):
        value = value.get("name")
    return one_line(value) or None if isinstance(value, str) else None


# --- title -----------------------------------------------------------------------------------


def _title(tree: _Element, linked: dict[str, Any], named: dict[str, list[str]]) -> str | None:
    """The headline: as declared, else the heading that the page's title begins with, else the article's heading."""
    if isinstance(headline := linked.get("headline"), str) and is_name(headline):
        return one_line(headline)
    page = (
        one_line("".join(next(tree.iter("title"), tree).itertext()))
        if next(tree.iter("title"), None) is not None
        else ""
    )
    site = (_first(named, "og:site_name") or "").casefold()
    headings = [(element, one_line("".join(element.itertext()))) for element in tree.iter("h1", "h2")]
    for words in (*(named[name][0] for name in _TITLES if name in named), page):
        for _, heading in headings:
            if len(heading) > 3 and heading.casefold() in words.casefold() and heading.casefold() != site:
                return heading
    declared = _first(named, *_TITLES)
    if declared and is_name(declared):
        return _without_site(declared, site)
    if inside := next(
        (words for element, words in headings if words and element.tag == "h1" and _is_inside(element)),
        None,
    ):
        return inside
    return (
        _without_site(page, site)
        if len(page.split()) > 1
        else next((words for element, words in headings if words and element.tag == "h1"), page)
    )


def _is_inside(element: _Element) -> bool:
    return any(outer.tag in ("article", "main") for outer in element.iterancestors())


def _without_site(title: str, site: str) -> str:
    """The title without the name of the site behind it: the longest of its parts that is not the site."""
    parts = [part for part in _PARTS.split(" ".join(title.split())) if part.strip() and part.strip().casefold() != site]
    if len(parts) < 2:
        return parts[0] if parts and site and site in title.casefold() else title
    return parts[0] if len(parts[0]) * 2 >= max(map(len, parts)) else max(parts, key=len)


# --- author ----------------------------------------------------------------------------------


def _author(linked: dict[str, Any], named: dict[str, list[str]]) -> str | None:
    people = linked.get("author")
    names = [name for person in (people if isinstance(people, list) else [people]) if (name := _name(person))]
    places: list[list[str]] = [names, *(named.get(name, []) for name in _AUTHORS)]
    for found in places:
        kept = [name for raw in found if is_name(name := _BY.sub("", raw, count=1) if _BY.match(raw) else raw)]
        if kept:
            return "; ".join(dict.fromkeys(kept))
    return None


# --- day -------------------------------------------------------------------------------------


def _days(tree: _Element, linked: dict[str, Any], named: dict[str, list[str]]) -> Iterator[str]:
    """What stands in the places for the day of publication, the surest first: days, and such as may mean two."""
    declared = [linked.get("datePublished"), *(value for name in _PUBLISHED for value in named.get(name, []))]
    shown = [
        value
        for element in tree.iter("time", "span", "p", "div", "li", "abbr", "em", "small")
        for value in _shown(element)
    ]
    for value in (*declared, *shown):
        if isinstance(value, str | int | float) and (day_of(value) or is_ambiguous(str(value))):
            yield str(value)


def _shown(element: _Element) -> Sequence[str]:
    """The day that an element shows, if it is marked as one."""
    marked = element.tag == "time" or "datepublished" in (element.get("itemprop") or "").casefold()
    if not marked and not _DAY_CLASS.search(element.get("class") or ""):
        return ()
    if any(outer.tag in _ELSEWHERE for outer in element.iterancestors()):
        return ()
    words = one_line("".join(element.itertext()))
    return tuple(filter(None, (element.get("datetime"), element.get("content"), words if len(words) < 60 else "")))


def _address(tree: _Element, named: dict[str, list[str]]) -> str | None:
    links = [link.get("href") for link in tree.iter("link") if (link.get("rel") or "").casefold() == "canonical"]
    found = next((href for href in (*links, _first(named, "og:url")) if href), None)
    return _ARCHIVED.sub("", found.strip()) if found else None

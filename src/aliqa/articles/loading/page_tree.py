"""The tree of a page as its reader sees it: nothing hidden, struck or deleted; marks of notes apart from words."""

import re
from collections.abc import Iterator
from typing import Final

from lxml import html
from lxml.etree import _Element

from aliqa.articles.loading.raised import raised
from aliqa.foundations.errors import ArticleError

BROKEN: Final = "It cannot be read as HTML. Save the page again."
_HIDDEN: Final = re.compile(
    r"""
    display\s*:\s*none | visibility\s*:\s*(?:hidden|collapse)
    | (?:font-size|opacity)\s*:\s*0(?![.\d]) | (?:left|top|text-indent)\s*:\s*-\d{4}
    """,
    re.IGNORECASE | re.VERBOSE,
)
_STRUCK: Final = re.compile(r"line-through", re.IGNORECASE)
_SIMPLE: Final = re.compile(r"([a-z][a-z0-9]*)?([.#])([\w-]+)\Z", re.IGNORECASE)
"""Selectors of one class or id, with or without a tag; what others hide is not looked for."""
_UNSEEN_TAGS: Final = frozenset(
    (
        "script style template iframe object embed svg canvas math-field audio video map input button select"
        " textarea option dialog"
    ).split()
)
_DELETED_TAGS: Final = frozenset({"del", "s", "strike"})
_BARE_TAGS: Final = frozenset({"ins", "wbr", "font", "nobr", "details", "center", "noframes", "figure"})
_BOXES: Final = frozenset({"form", "dialog", "noscript"})
_ADVERTISING: Final = frozenset(
    ["ad", "ads", "advert", "advertisement", "advertising", "sponsored", "sponsor", "promo", "promoted", "promotion"]
)
_BOX: Final = frozenset(
    "paywall newsletter subscribe subscription signup cookie cookies consent gdpr onetrust disqus".split()
)
_LONGEST_BOX: Final = 600
"""Letters of a box that asks for something; what is longer under such a name is the article itself."""
_NAME_PARTS: Final = re.compile(r"[^\W_]+")
_BLANK_LINES: Final = re.compile(r"\n[^\S\n]*+\n")
_DEPTH: Final = 200


def parse_tree(page: str) -> _Element:
    """The tree of a page, as it is written. Raises ArticleError if there is none."""
    try:
        parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
        return html.document_fromstring(page.encode("utf-8", "replace"), parser=parser)
    except Exception as error:  # lxml has many ways to refuse a page
        raise ArticleError(BROKEN) from error


def show(tree: _Element) -> None:
    """Take from the tree what its reader does not see, and set apart what stands above the line.

    What holds most of the words is never taken out: a page that hides all until its script runs has words, too.
    """
    hidden_names = set(_hidden_names(tree))
    whole = _length(tree)
    for element in list(tree.iter()):
        if not isinstance(element.tag, str):
            _drop(element)
        elif _is_unseen(element, hidden_names) and (element.tag in _UNSEEN_TAGS or _length(element) * 2 <= whole):
            _reveal_or_drop(element)
    for element in list(tree.iter("sup")):
        _set_apart(element)
    for element in list(tree.iter(*_BARE_TAGS)):
        _unwrap(element)
    for element in tree.iter("summary", "figcaption", "legend"):
        element.tag = "p"
    for element in list(tree.iter("pre")):
        _write_paragraphs(element)


def drop_advertisements(tree: _Element) -> None:
    """Take out what is named an advertisement, or a box that asks for a name or money.

    What holds half of the words is no advertisement and what is long no box: then that is the article's own class.
    """
    whole = _length(tree)
    for element in list(tree.iter()):
        if not isinstance(element.tag, str) or element.tag in ("html", "body"):
            continue
        names = f"{element.get('class') or ''} {element.get('id') or ''}".casefold().split()
        sells = not _ADVERTISING.isdisjoint(names) and _length(element) * 2 <= whole
        if element.tag.startswith("amp-ad") or "adsbygoogle" in names or sells or _is_box(element, names):
            _drop(element)
    for footer in list(tree.iter("footer")):
        if "©" in (words := str(footer.xpath("string()"))) or "copyright" in words.casefold():
            _drop(footer)


def _is_box(element: _Element, names: list[str]) -> bool:
    """Whether it is named after what asks for a name or money, and is no article itself."""
    if _BOX.isdisjoint(_NAME_PARTS.findall(" ".join(names))):
        return False
    return _length(element) < _LONGEST_BOX and next(element.iter("article", "main", "h1"), None) is None


def without_box_names(tree: _Element) -> None:
    """Take the classes and ids off whatever holds half of the words: it is no box, whatever it is called."""
    whole = _length(tree)
    element: _Element | None = tree
    for _ in range(_DEPTH):
        if element is None:
            return
        for name in ("class", "id", "role"):
            element.attrib.pop(name, None)
        element = next((child for child in element if _length(child) * 2 > whole), None)


def _length(element: _Element) -> int:
    """How many letters a reader sees below an element, about."""
    if not isinstance(element.tag, str) or element.tag in _UNSEEN_TAGS:
        return 0
    own = sum(len(child.text or "") for child in element.iter(*_UNSEEN_TAGS))
    return len(str(element.xpath("string()"))) - own


def _write_paragraphs(element: _Element) -> None:
    """Text as it is typed becomes paragraphs, which blank lines part."""
    if len(element) or not element.text:
        return
    parts = [part for part in _BLANK_LINES.split(element.text) if part.strip()]
    if len(parts) < 2:
        return
    element.tag, element.text = "div", None
    for part in parts:
        paragraph = html.Element("p")
        first, *more = part.strip("\n").split("\n")
        paragraph.text = first
        for line in more:
            line_break = html.Element("br")
            line_break.tail = line
            paragraph.append(line_break)
        element.append(paragraph)


def _hidden_names(tree: _Element) -> Iterator[tuple[str, str]]:
    """The classes and ids, as (sign, name), that a style sheet of the page hides."""
    for sheet in tree.iter("style"):
        for rule in (sheet.text or "")[:200_000].split("}"):
            before, brace, look = rule.rpartition("{")
            if brace and _HIDDEN.search(look):
                for selector in before.rpartition("{")[2].split(","):
                    if found := _SIMPLE.match(selector.strip()):
                        yield found[2], found[3]


def _is_unseen(element: _Element, hidden_names: set[tuple[str, str]]) -> bool:
    tag, style = element.tag, element.get("style") or ""
    if tag in _UNSEEN_TAGS or tag in _DELETED_TAGS or tag in _BOXES or element.get("hidden") is not None:
        return True
    if style and (_HIDDEN.search(style) or _STRUCK.search(style)):
        return True
    if element.get("role") in ("dialog", "alertdialog") or element.get("aria-modal") == "true":
        return True
    names = (("#", element.get("id") or ""), *((".", name) for name in (element.get("class") or "").split()))
    return bool(hidden_names) and not hidden_names.isdisjoint(names)


def _reveal_or_drop(element: _Element) -> None:
    """A template that browsers show by themselves is opened; all else is taken out."""
    if element.tag == "template" and (element.get("shadowrootmode") or element.get("shadowroot")):
        element.tag = "div"
        return
    _drop(element)


def _set_apart(element: _Element) -> None:
    """Write what stands above the line so that it joins nothing."""
    is_link = next(element.iter("a"), None) is not None or next(element.iterancestors("a"), None) is not None
    words = raised(_before(element), str(element.xpath("string()")), is_link=is_link)
    for child in list(element):
        element.remove(child)
    element.text = words
    _unwrap(element)


def _before(element: _Element) -> str:
    """The last words before an element, in the same parent."""
    earlier = element.getprevious()
    if earlier is None:
        parent = element.getparent()
        words = (parent.text or "") if parent is not None else ""
        return words or (
            _before(parent) if parent is not None and parent.tag in ("a", "b", "i", "em", "strong", "span") else ""
        )
    return earlier.tail or str(earlier.xpath("string()"))


def _drop(element: _Element) -> None:
    if element.getparent() is not None:
        element.drop_tree() if hasattr(element, "drop_tree") else _remove(element)


def _remove(element: _Element) -> None:
    """Take out a comment or the like; its tail stays."""
    parent, before = element.getparent(), element.getprevious()
    if element.tail and before is not None:
        before.tail = (before.tail or "") + element.tail
    elif element.tail:
        parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _unwrap(element: _Element) -> None:
    if element.getparent() is not None:
        element.drop_tag()

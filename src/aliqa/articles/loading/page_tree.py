"""The tree of a page as its reader sees it: nothing hidden, struck or deleted; marks of notes apart from words."""

import re
from collections.abc import Iterator
from typing import Final

from lxml import html
from lxml.etree import _Element

from aliqa.foundations.errors import ArticleError

_BROKEN: Final = "It is no HTML that can be read. Save the page again."
_HIDDEN: Final = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|(?:font-size|opacity)\s*:\s*0(?![.\d])|(?:left|top|text-indent)\s*:\s*-\d{4}",
    re.IGNORECASE,
)
_STRUCK: Final = re.compile(r"line-through", re.IGNORECASE)
_RULE: Final = re.compile(r"([^{}]{1,2000})\{([^{}]*+)\}")
_SIMPLE: Final = re.compile(r"([a-z][a-z0-9]*)?([.#])([\w-]+)\Z", re.IGNORECASE)
"""Selectors of one class or id, with or without a tag; what others hide is not looked for."""
_UNSEEN_TAGS: Final = frozenset(
    "script style template iframe object embed svg canvas math-field audio video map input button select textarea option dialog".split()
)
_DELETED_TAGS: Final = frozenset({"del", "s", "strike"})
_BARE_TAGS: Final = frozenset({"ins", "wbr", "font", "nobr", "details", "center", "noframes"})
_BOXES: Final = frozenset({"form", "dialog", "noscript"})
_NOTE: Final = re.compile(r"\s*(?:\[[^\[\]]{1,12}\]|\([\da-z]{1,3}\)|[*†‡§¶#]{1,3}|[\d,\s]{1,9}|[a-z])\s*\Z", re.IGNORECASE)
_DIGIT_BEFORE: Final = re.compile(r"[\d)]\s*\Z")
_UNIT_BEFORE: Final = re.compile(r"(?<![^\W\d_])[^\W\d_]{1,3}\Z")
_LETTERS: Final = re.compile(r"[^\W\d_]{1,4}\.?\Z")
_ADVERTISING: Final = frozenset("ad ads advert advertisement advertising sponsored sponsor promo promoted promotion".split())
_BOX: Final = frozenset("paywall newsletter subscribe subscription signup cookie cookies consent gdpr onetrust disqus".split())
_LONGEST_BOX: Final = 600
"""Letters of a box that asks for something; what is longer under such a name is the article itself."""
_NAME_PARTS: Final = re.compile(r"[^\W_]+")
_DEPTH: Final = 200


def parse_tree(page: str) -> _Element:
    """The tree of a page, as it is written. Raises ArticleError if there is none."""
    try:
        parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
        return html.document_fromstring(page.encode("utf-8", "replace"), parser=parser)
    except Exception as error:  # lxml has many ways to refuse a page
        raise ArticleError(_BROKEN) from error


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


def drop_advertisements(tree: _Element) -> None:
    """Take out what is named an advertisement, or a box that asks for a name or money.

    What holds half of the words is no advertisement and what is long no box: then that is the article's own class.
    """
    whole = _length(tree)
    for element in list(tree.iter()):
        if not isinstance(element.tag, str) or element.tag in ("html", "body"):
            continue
        names = f"{element.get('class') or ''} {element.get('id') or ''}".casefold().split()
        if element.tag.startswith("amp-ad") or "adsbygoogle" in names:
            _drop(element)
        elif not _ADVERTISING.isdisjoint(names) and _length(element) * 2 <= whole:
            _drop(element)
        elif names and not _BOX.isdisjoint(_NAME_PARTS.findall(" ".join(names))) and _length(element) < _LONGEST_BOX:
            _drop(element)


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


def _hidden_names(tree: _Element) -> Iterator[tuple[str, str]]:
    """The classes and ids, as (sign, name), that a style sheet of the page hides."""
    for sheet in tree.iter("style"):
        for selectors, rule in _RULE.findall((sheet.text or "")[:200_000]):
            if _HIDDEN.search(rule):
                for selector in selectors.split(","):
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
    """A mark of a note is left out, an exponent gets its sign, "1st" stays "1st"."""
    words = str(element.xpath("string()")).strip()
    before = _before(element)
    is_link = any(True for _ in element.iter("a")) or any(True for _ in element.iterancestors("a"))
    if not words or (is_link and _NOTE.match(words)) or words.startswith("[") or words[0] in "*†‡§¶":
        _drop(element)
        return
    number = _DIGIT_BEFORE.search(before)
    if _LETTERS.match(words) and not is_link and (number and len(words) > 1 or len(before) > 1 and _is_ordinal(before)):
        sign = ""
    elif number or _UNIT_BEFORE.search(before):
        sign = "^"
    elif _NOTE.match(words):
        _drop(element)
        return
    else:
        sign = " "
    element.text = sign + words
    for child in list(element):
        element.remove(child)
    _unwrap(element)


def _is_ordinal(before: str) -> bool:
    return bool(re.search(r"(?<!\d)\d{1,2}\Z", before))


def _before(element: _Element) -> str:
    """The last words before an element, in the same parent."""
    earlier = element.getprevious()
    if earlier is None:
        parent = element.getparent()
        words = (parent.text or "") if parent is not None else ""
        return words or (_before(parent) if parent is not None and parent.tag in ("a", "b", "i", "em", "strong", "span") else "")
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

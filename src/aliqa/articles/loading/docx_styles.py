"""How the styles of a Word document make paragraphs and runs look: headings, items, what is hidden or struck."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from lxml.etree import _Element

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING: Final = re.compile(r"heading ([1-6])\Z", re.IGNORECASE)
_LIST: Final = re.compile(r"list\b", re.IGNORECASE)
_LEVELS: Final = frozenset("012345")
_OFF: Final = frozenset({"0", "false", "off", "none"})
_DEPTH: Final = 12
"""Styles that may be based on one another."""


class Look(NamedTuple):
    """How a paragraph looks: what stands before its words, whether it is hidden, whether the next one runs on in it."""

    marks: str
    hidden: bool
    runs_on: bool


class RunLook(NamedTuple):
    """How a run looks: ``gone`` if it is hidden or struck through, ``raised`` if it stands above the line."""

    gone: bool
    raised: bool


class Styles:
    """The styles of a document by their ids."""

    def __init__(self, root: _Element | None) -> None:
        """Take them from ``word/styles.xml``, which need not be there."""
        found = root.iter(f"{_W}style") if root is not None else ()
        self._styles = {style.get(f"{_W}styleId") or "": style for style in found}

    def look(self, properties: _Element | None) -> Look:
        """How a paragraph with these properties looks."""
        chain = list(self._chain(properties, "pStyle"))
        names = [value(style.find(f"{_W}name")) for style in chain]
        mark = properties.find(f"{_W}rPr") if properties is not None else None
        runs_on = mark is not None and mark.find(f"{_W}del") is not None
        hidden = any(is_on(style.find(f"{_W}rPr/{_W}vanish")) for style in chain)
        return Look(self._marks(properties, chain, names), hidden, runs_on)

    def run(self, properties: _Element | None) -> RunLook:
        """How a run with these properties looks; what it says itself counts before its style."""
        if properties is None:
            return RunLook(gone=False, raised=False)
        chain = [
            properties,
            *(found for style in self._chain(properties, "rStyle") if (found := style.find(f"{_W}rPr")) is not None),
        ]
        gone = any(_first_on(chain, name) for name in ("vanish", "strike", "dstrike"))
        aligned = next((value(found) for style in chain if (found := style.find(f"{_W}vertAlign")) is not None), "")
        return RunLook(gone, aligned == "superscript")

    def _marks(self, properties: _Element | None, chain: list[_Element], names: list[str]) -> str:
        if heading := next((found for name in names if (found := _HEADING.match(name))), None):
            return "#" * int(heading[1]) + " "
        if "Title" in names[:1]:
            return "# "
        places = [] if properties is None else [properties]
        places += [found for style in chain if (found := style.find(f"{_W}pPr")) is not None]
        level = next((value(found) for place in places if (found := place.find(f"{_W}outlineLvl")) is not None), "")
        if level in _LEVELS and level:
            return "#" * (int(level) + 1) + " "
        numbered = next(
            (value(found) for place in places if (found := place.find(f"{_W}numPr/{_W}numId")) is not None), None
        )
        if numbered is None:
            has_number = any(place.find(f"{_W}numPr") is not None for place in places)
        else:
            has_number = numbered != "0"
        return "- " if has_number or (numbered is None and any(_LIST.match(name) for name in names)) else ""

    def _chain(self, properties: _Element | None, kind: str) -> Iterator[_Element]:
        """The style that properties name, and those it is based on."""
        name = value(properties.find(f"{_W}{kind}")) if properties is not None else ""
        for _ in range(_DEPTH):
            style = self._styles.get(name)
            if style is None:
                return
            yield style
            name = value(style.find(f"{_W}basedOn"))


def value(element: _Element | None) -> str:
    """What an element of one value says."""
    return (element.get(f"{_W}val") or "") if element is not None else ""


def is_on(element: _Element | None) -> bool:
    """Whether a switch is there and not off."""
    return element is not None and value(element).casefold() not in _OFF


def _first_on(places: list[_Element], name: str) -> bool:
    found = next((found for place in places if (found := place.find(f"{_W}{name}")) is not None), None)
    return is_on(found)

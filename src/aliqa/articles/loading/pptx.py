"""``.pptx``: the slides of a presentation in their order: titles as headings, then what stands below, and the notes."""

import posixpath
from collections.abc import Iterator
from typing import Final

from lxml.etree import _Element

from aliqa.articles.loading.extract import Extract, clean, one_line, row_of
from aliqa.articles.loading.naming import is_name
from aliqa.articles.loading.office import Parts, local
from aliqa.articles.loading.raised import raised
from aliqa.foundations.errors import ArticleError

_BROKEN: Final = "It is not a presentation, or it is broken. Open it in an office program and save it again as .pptx."
_A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_R: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_TITLES: Final = frozenset({"title", "ctrTitle"})
_MARGINS: Final = frozenset({"sldNum", "dt", "ftr", "hdr"})
_SHOW: Final = "ppt/presentation.xml"


def read(data: bytes) -> Extract:
    """The words of a presentation, with its title and author. Raises ArticleError if it cannot be opened."""
    parts = Parts(data, _BROKEN)
    show = parts.tree(_SHOW)
    if show is None:
        raise ArticleError(_BROKEN)
    names = _relations(parts, _SHOW)
    slides = [names.get(slide.get(f"{_R}id") or "") for slide in show.iter() if local(slide) == "sldId"]
    text = "\n\n".join(filter(None, (block for name in slides if name for block in _slide(parts, name))))
    core = parts.tree("docProps/core.xml")
    said = {local(element): element.text or "" for element in (core if core is not None else ())}
    title, author = said.get("title"), said.get("creator")
    return Extract(clean(text), title=title if is_name(title) else None, author=author if is_name(author) else None)


def _relations(parts: Parts, name: str) -> dict[str, str]:
    """The parts that a part refers to, by the ids of the references."""
    folder, file = posixpath.split(name)
    tree = parts.tree(f"{folder}/_rels/{file}.rels")
    return {
        relation.get("Id") or "": posixpath.normpath(posixpath.join(folder, relation.get("Target") or "")).lstrip("/")
        for relation in (tree if tree is not None else ())
    }


def _slide(parts: Parts, name: str) -> Iterator[str]:
    slide = parts.tree(name)
    if slide is None or slide.get("show") == "0":
        return
    yield from _shapes(slide)
    notes = next((other for other in _relations(parts, name).values() if "notesSlide" in other), None)
    said = parts.tree(notes) if notes else None
    if said is not None:
        yield from _shapes(said)


def _shapes(slide: _Element) -> Iterator[str]:
    """The words of every shape, those of the title as a heading; numbers and feet of slides are left out."""
    for shape in slide.iter():
        name = local(shape)
        if name == "sp":
            kind = next((element.get("type") or "" for element in shape.iter() if local(element) == "ph"), "")
            if kind in _MARGINS:
                continue
            lines = list(filter(None, (_line(paragraph) for paragraph in shape.iter(f"{_A}p"))))
            yield "# " + " ".join(lines) if kind in _TITLES and lines else "\n".join(lines)
        elif name == "tbl":
            rows = (
                [one_line(" ".join(map(_line, cell.iter(f"{_A}p")))) for cell in row.iter(f"{_A}tc")]
                for row in shape.iter(f"{_A}tr")
            )
            yield "\n".join(filter(None, map(row_of, rows)))


def _line(paragraph: _Element) -> str:
    text = ""
    for part in paragraph:
        look = part.find(f"{_A}rPr")
        words = "".join(found.text or "" for found in part.iter(f"{_A}t")) if local(part) != "br" else " "
        if look is not None and look.get("strike", "noStrike") != "noStrike":
            continue
        above = (
            look is not None
            and (look.get("baseline") or "0").lstrip("-").isdecimal()
            and int(look.get("baseline") or "0") > 0
        )
        text += raised(text, words) if above else words
    return one_line(text)

"""``.pdf``: the words of a document page by page, by pypdf.

The lines of a paragraph follow one another; where the gap between two lines is larger than usual, or
the size of the letters changes, a blank line says that something new begins. What stands at the head or
foot of many pages, and the numbers of pages, are left out, so that a sentence can run over to the next page.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import pairwise
from statistics import median_low
from typing import Any, Final, NamedTuple

from pypdf import PageObject, PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError

from aliqa.articles.loading.extract import Extract, clean, mute
from aliqa.foundations.errors import ArticleError

_BROKEN: Final = "It is no PDF, or a broken one. Open it in a viewer and save it again."
_ENCRYPTED: Final = "It is encrypted. Save a copy without a password."
_NO_WORDS: Final = "It holds pictures of pages, no text. Have its text recognised (OCR) and save it again."
_NO_TITLE: Final = re.compile(r"(?i:untitled|\(?unspecified\)?|\(?anonymous\)?|microsoft word - .*)|.*\.\w{2,5}")
"""What programs write where the user named nothing."""

_LIGATURES: Final = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
)  # fmt: skip
_WIDE_GAP: Final = 1.25
"""How much larger than usual the gap before a paragraph is; lists and notes go down to about 1.3."""
_OTHER_SIZE: Final = 0.9
"""Points by which the letters of a heading differ from the text's, at least."""
_COLUMN: Final = 3
"""Gaps of more than so many lines lead to another column or to the foot of the page."""
_MARGINS_FROM: Final = 3
"""Lines that a page must have before its first and last are taken for its margins."""
_SENTENCE_END: Final = re.compile(r"[.!?:。！？：…؟۔।][\"'”’»)\]]*\Z")


class _Line(NamedTuple):
    """A line of a page; ``height`` is where it stands above the foot of the page, ``size`` that of its letters."""

    words: str
    height: float
    size: float


def read(data: bytes) -> Extract:
    """The words of a document and where its pages begin, with its title and author.

    Raises:
        ArticleError: it is broken, encrypted, or has no words.
    """
    mute("pypdf")
    try:
        reader = PdfReader(BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise ArticleError(_ENCRYPTED)
        pages = [_lines(page) for page in reader.pages]
        known = reader.metadata
        title, author = (_known(known.title), _known(known.author)) if known else (None, None)
    except ArticleError:
        raise
    except (DependencyError, FileNotDecryptedError) as error:
        raise ArticleError(_ENCRYPTED) from error
    except Exception as error:  # a broken file may fail anywhere inside the library
        raise ArticleError(_BROKEN) from error
    text, starts = _flow(_without_margins(pages))
    if not text:
        raise ArticleError(_NO_WORDS)
    return Extract(text, title=title, author=author, pages=starts)


def _known(value: object) -> str | None:
    words = str(value or "").strip()
    return None if _NO_TITLE.fullmatch(words) else words


def _lines(page: PageObject) -> list[_Line]:
    """The lines of a page that have words, in the order in which they are painted."""
    pieces: list[_Line] = []

    def see(text: str, page_matrix: Sequence[float], text_matrix: Sequence[float], _: Any, size: float) -> None:
        across, up = text_matrix[4], text_matrix[5]
        height = across * page_matrix[1] + up * page_matrix[3] + page_matrix[5]
        scale = max(map(abs, text_matrix[:4])) * max(map(abs, page_matrix[:4]))
        pieces.append(_Line(text, height, size * scale))

    page.extract_text(visitor_text=see)
    return list(_whole(pieces))


def _whole(pieces: Sequence[_Line]) -> Iterator[_Line]:
    """The pieces put together to lines; a line stands where its longest piece does."""
    line: list[_Line] = []
    for piece in (part for whole in pieces for part in _parts(whole)):
        line.append(piece)
        if piece.words.endswith("\n"):
            yield from _one(line)
            line = []
    yield from _one(line)


def _parts(piece: _Line) -> Iterator[_Line]:
    return (piece._replace(words=words) for words in re.findall(r"[^\n]*\n|[^\n]+", piece.words))


def _one(line: Sequence[_Line]) -> Iterator[_Line]:
    words = " ".join(clean("".join(part.words for part in line)).translate(_LIGATURES).split())
    if words:
        yield max(line, key=lambda part: len(part.words.strip()))._replace(words=words)


def _without_margins(pages: Sequence[list[_Line]]) -> list[list[_Line]]:
    """The pages without the first and last lines that say the same on many pages, numbers aside."""
    long = [lines for lines in pages if len(lines) >= _MARGINS_FROM]
    counts = Counter(mark for lines in long for mark in {_mark(line) for line in lines[:1] + lines[-1:]})
    common = {mark for mark, count in counts.items() if count > max(2, len(pages) // 3)}

    def repeated(line: _Line) -> bool:
        return _mark(line) in common or line.words.strip("-–— ").isdecimal()

    kept = []
    for lines in pages:
        whole = len(lines) < _MARGINS_FROM
        first = 0 if whole or not repeated(lines[0]) else 1
        last = len(lines) if whole or not repeated(lines[-1]) else len(lines) - 1
        kept.append(lines[first:last])
    return kept


def _mark(line: _Line) -> str:
    return re.sub(r"\d+", "#", line.words)


def _flow(pages: Sequence[Sequence[_Line]]) -> tuple[str, tuple[int, ...]]:
    """The lines of all pages as text, with a blank line where something new begins, and where each page begins."""
    text, starts = "", list[int]()
    last: _Line | None = None
    for lines in pages:
        usual = _usual_gap(lines)
        for number, line in enumerate(lines):
            if last:
                new = _SENTENCE_END.search(last.words) if number == 0 else last.height - line.height > usual * _WIDE_GAP
                text += "\n\n" if new or abs(last.size - line.size) > _OTHER_SIZE else "\n"
            if number == 0:
                starts.append(len(text))
            text, last = text + line.words, line
        if not lines:
            starts.append(len(text))
    return text, tuple(starts)


def _usual_gap(lines: Sequence[_Line]) -> float:
    """How far most lines of a page stand apart."""
    gaps = (one.height - other.height for one, other in pairwise(lines))
    near = [gap for gap, line in zip(gaps, lines, strict=False) if 0 < gap < _COLUMN * line.size]
    return median_low(near) if near else 0.0

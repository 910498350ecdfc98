"""The pieces of text of a PDF page with their places, as pdfium finds them."""

import ctypes
import math
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final, NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from aliqa.articles.loading.extract import clean
from aliqa.articles.loading.hyphens import HYPHEN
from aliqa.articles.loading.pdf_forms import filled_in
from aliqa.articles.loading.pdf_piece import Page, Piece
from aliqa.articles.loading.raised import raised

_LIGATURES: Final = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "\ufffe": "\x02"}
)
_INVISIBLE: Final = frozenset({3, 7})
"""Modes of painting that leave no trace: a layer under a scanned picture, or words meant for machines."""
_SMALLEST: Final = 2.0
"""Points; nobody reads smaller letters."""
_WORD_GAP: Final = 1.1
"""The largest gap between words of a line, in sizes of its letters; a larger one parts columns or cells."""
_GLUE: Final = 0.22
_RAISED: Final = (0.15, 0.75)
_SMALLER: Final = 0.86
_COVERED: Final = 0.5
"""The share of a page that a scanned picture of it covers, at least."""
_QUARTER: Final = math.pi / 2

# The same function, but handing out addresses as numbers: a page has thousands of characters.
_object_of = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)(
    ctypes.cast(raw.FPDFText_GetTextObject, ctypes.c_void_p).value or 0
)


class _Run(NamedTuple):
    piece: Piece
    quarter: int
    upright: bool
    seen: bool
    ends: tuple[tuple[float, float], ...] = ()
    """Where its first and its last character stand on the sheet."""


def read_page(document: pdfium.PdfDocument, number: int) -> Page:
    """The pieces of a page that its reader sees, turned upright; the invisible ones if there are no others."""
    page = document[number]
    try:
        runs = [*_runs(page), *(_Run(piece, 0, upright=True, seen=True) for piece in filled_in(page))]
        wide, tall = (page.get_width(), page.get_height())
        is_scan = any(not run.seen for run in runs) and _is_scan(page, wide * tall)
    finally:
        page.close()
    turned = Counter(run.quarter for run in runs for _ in run.piece.words if run.upright)
    most = turned.most_common(1)[0][0] if turned else 0
    straight = [run for run in runs if run.upright and run.quarter == most] or runs
    seen = [run for run in straight if run.seen or is_scan] or straight
    return Page(list(_merged(_turn(run.piece, most, wide, tall) for run in seen)), wide if most % 2 else tall)


def _is_scan(page: Any, area: float) -> bool:
    """Whether a picture covers most of a page: then words without a trace are what was recognised in it."""
    for picture in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=2):
        left, bottom, right, top = picture.get_bounds()
        if (right - left) * (top - bottom) > _COVERED * area:
            return True
    return False


def _runs(page: Any) -> Iterator[_Run]:
    """What one object paints, as a run of characters; nothing that lies outside the part of the sheet that is shown."""
    left, bottom, right, top = page.get_bbox()
    text_page = page.get_textpage()
    try:
        count = raw.FPDFText_CountChars(text_page.raw)
        if count <= 0:
            return
        address = ctypes.cast(text_page.raw, ctypes.c_void_p).value
        owners = [_object_of(address, index) for index in range(count)]
        words = _characters(text_page.raw, count)
        at, count = 0, len(owners)
        for owner, group in groupby(owners):
            length = sum(1 for _ in group)
            if owner:
                blank = at + length < count and not owners[at + length] and words[at + length] == " "
                run = _run(text_page.raw, owner, at, words[at : at + length], " " if blank else "")
                if any(left <= x <= right and bottom <= y <= top for x, y in run.ends):
                    yield run
            at += length
    finally:
        text_page.close()


def _characters(handle: Any, count: int) -> str:
    """All characters; pdfium gives fewer code units than it counts where some have no meaning."""
    buffer = (ctypes.c_ushort * (count + 1))()
    got = raw.FPDFText_GetText(handle, 0, count, buffer)
    if got == count + 1:
        words = bytes(buffer)[: 2 * count].decode("utf-16-le", "surrogatepass")
        if len(words) == count:
            return words
    return "".join(
        chr(code) if (code := raw.FPDFText_GetUnicode(handle, index)) else "\ufffd" for index in range(count)
    )


def _run(handle: Any, owner: int, at: int, words: str, blank: str) -> _Run:
    x, y, box = ctypes.c_double(), ctypes.c_double(), raw.FS_RECTF()
    raw.FPDFText_GetCharOrigin(handle, at, x, y)
    raw.FPDFText_GetLooseCharBox(handle, at + len(words) - 1, box)
    size = raw.FPDFText_GetFontSize(handle, at)
    angle = raw.FPDFText_GetCharAngle(handle, at)
    matrix = raw.FS_MATRIX()
    raw.FPDFText_GetMatrix(handle, at, matrix)
    scale = math.hypot(matrix.c, matrix.d) or 1.0
    if size * scale > _SMALLEST / 2:
        size *= scale
    quarter = round(angle / _QUARTER)
    ends = {0: box.right, 1: box.bottom, 2: box.left, 3: box.top}[quarter % 4]
    mode = raw.FPDFTextObj_GetTextRenderMode(ctypes.cast(owner, raw.FPDF_PAGEOBJECT))
    return _Run(
        Piece(words + blank, x.value, ends, y.value, size),
        quarter % 4,
        abs(angle - quarter * _QUARTER) < 0.05,
        mode not in _INVISIBLE and size >= _SMALLEST,
        ((x.value, y.value), ((box.left + box.right) / 2, (box.bottom + box.top) / 2)),
    )


def _turn(piece: Piece, quarter: int, wide: float, tall: float) -> Piece:
    """A piece of a page that lies on its side, as it stands once the page is turned."""
    words, left, right, height, size = piece
    if quarter == 1:
        return Piece(words, -height, -right, left, size)
    if quarter == 2:
        return Piece(words, -left, -right, tall - height, size)
    return Piece(words, height, right, wide - left, size) if quarter == 3 else piece


def _merged(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Pieces that are painted one behind the other on a line, put together; what stands above the line set apart."""
    last: Piece | None = None
    for piece in pieces:
        words = clean(piece.words).translate(_LIGATURES).replace("\n", " ") if piece.words != HYPHEN else piece.words
        if piece.words.endswith((HYPHEN, "\ufffe", "\xad")):
            words = words.rstrip("\xad\x02") + HYPHEN
        piece = piece._replace(words=words)
        if last is None:
            last = piece
            continue
        joined = _join(last, piece)
        if joined is None:
            yield from _kept(last)
            last = piece
        else:
            last = joined
    if last is not None:
        yield from _kept(last)


def _kept(piece: Piece) -> Iterator[Piece]:
    words = " ".join(piece.words.split())
    if words:
        yield piece._replace(words=words)


def _join(last: Piece, piece: Piece) -> Piece | None:
    """The two as one, if the second runs on where the first ends."""
    gap, up = piece.left - last.right, (piece.height - last.height) / last.size
    if not -0.6 * last.size < gap < _WORD_GAP * last.size:
        return None
    right = max(last.right, piece.right)
    if piece.size < _SMALLER * last.size and _RAISED[0] <= up <= _RAISED[1]:
        return last._replace(words=last.words.rstrip() + _above(last.words.rstrip(), piece.words), right=right)
    if piece.size < _SMALLER * last.size and -0.5 < up < -0.05 and gap < _GLUE * last.size:
        return last._replace(words=last.words + piece.words, right=right)
    if abs(up) > 0.12 or not 0.7 < piece.size / last.size < 1.4:
        return None
    blank = " " if gap > _GLUE * last.size and not last.words.endswith(" ") and not piece.words.startswith(" ") else ""
    return last._replace(words=last.words + blank + piece.words, right=right)


def _above(before: str, words: str) -> str:
    return raised(before, words) + (" " if words.endswith(" ") else "")

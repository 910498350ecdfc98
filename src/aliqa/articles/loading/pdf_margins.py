"""The heads and feet of PDF pages: lines that stand apart from the text and recur on other pages, or number them."""

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from statistics import median_low
from typing import Final, NamedTuple

from aliqa.articles.loading.pdf_piece import Page, Piece

_DEEPEST: Final = 4
"""Lines that a head or foot has at most."""
_APART: Final = 1.5
"""How much larger than usual the gap between a head and the text is."""
_OTHER_SIZE: Final = 0.9
_SAME_PLACE: Final = 6.0
"""Points by which the same head stands elsewhere on another page, at most."""
_EDGE: Final = 0.13
"""The share of a page, from its edge, in which a number that stands alone is its number."""
_NEAR_EDGE: Final = 0.18
"""The share of a page, from its edge, in which its head or foot stands."""
_COUNTED: Final = re.compile(
    r"""
    [-–—\s]* (?:[^\W\d_]{1,6}\.?\s*)?
    (?:\d{1,4}|[ivxlc]{1,6}) (?:\s*(?:/|[^\W\d_]{2,4})\s*\d{1,4})? [-–—\s]*\Z
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""A number of a page: "7", "- 7 -", "Page 7", "7 / 12", "Seite 7 von 12", "vii"."""
_DIGITS: Final = re.compile(r"\d+")
_MOST: Final = 3
"""Pages that show the same head; fewer do in a short file."""


class Row(NamedTuple):
    """The pieces on one line over the whole width of a page, from the left."""

    pieces: list[Piece]
    height: float
    size: float
    words: str


def without_margins(pages: Sequence[Page]) -> list[list[Row]]:
    """The rows of each page from the top, without heads, feet and numbers of pages."""
    rows = [rows_of(page.pieces) for page in pages]
    tops = _common([_edge(page_rows) for page_rows in rows])
    feet = _common([_edge(page_rows[::-1]) for page_rows in rows])
    numbered = _are_numbered(rows)
    kept = []
    for number, (page, page_rows) in enumerate(zip(pages, rows, strict=True)):
        first = _margin(page_rows, tops, page.tall)
        last = len(page_rows) - _margin(page_rows[::-1], feet, page.tall)
        if (
            numbered
            and last - first == len(page_rows)
            and page_rows
            and page_rows[-1].words.strip("-–— ") == str(number + 1)
        ):
            last -= 1
        kept.append(page_rows[first:last] if first < last else page_rows)
    return kept


def rows_of(pieces: Sequence[Piece]) -> list[Row]:
    """The pieces put together to rows, from the top."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: -piece.height):
        if rows and abs(rows[-1][0].height - piece.height) < 0.35 * min(piece.size, rows[-1][0].size):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [_row(sorted(row, key=lambda piece: piece.left)) for row in rows]


def _row(pieces: list[Piece]) -> Row:
    longest = max(pieces, key=lambda piece: len(piece.words))
    return Row(pieces, longest.height, longest.size, " ".join(piece.words for piece in pieces))


def usual_gap(heights: Sequence[float], size: float) -> float:
    """How far most lines stand apart, in points; 0 if there are too few."""
    gaps = [gap for above, below in pairwise(heights) if (gap := above - below) > 0]
    near = [gap for gap in gaps if gap < 3 * size]
    return median_low(near) if near else median_low(gaps) if len(gaps) > 2 else 0.0


def _edge(rows: Sequence[Row]) -> list[Row]:
    """The first rows of a page that stand apart from those behind them, given from its edge."""
    size = median_low([row.size for row in rows]) if rows else 0.0
    heights = sorted((row.height for row in rows), reverse=True)
    usual = usual_gap(heights, size) or 1.2 * size
    deepest = 0
    for depth, (row, inner) in enumerate(pairwise(rows[: _DEEPEST + 1]), 1):
        apart = abs(row.height - inner.height) > _APART * usual
        if apart or abs(row.size - inner.size) > _OTHER_SIZE:
            deepest = depth
    return list(rows[:deepest])


def _mark(row: Row) -> str:
    return _DIGITS.sub("#", row.words)


def _common(edges: Sequence[list[Row]]) -> set[str]:
    """The heads that stand at one place of several pages."""
    places: dict[str, list[float]] = defaultdict(list)
    for edge in edges:
        for mark, height in {mark: row.height for row in edge for mark in {row.words, _mark(row)}}.items():
            places[mark].append(height)
    least = min(_MOST, max(2, len(edges)))
    return {mark for mark, heights in places.items() if _together(heights) >= least}


def _together(heights: list[float]) -> int:
    """How many stand at about the same place as the middle one."""
    middle = median_low(heights)
    return sum(abs(height - middle) <= _SAME_PLACE for height in heights)


def _margin(rows: Sequence[Row], common: set[str], tall: float) -> int:
    """How many rows, from the edge, are a head or foot."""
    size = median_low([row.size for row in rows]) if rows else 0.0
    count = 0
    for row in _edge(rows):
        edge = min(row.height, tall - row.height) / tall
        is_common = row.words in common or (_mark(row) in common and row.size <= size + _OTHER_SIZE)
        if not ((is_common and edge < _NEAR_EDGE) or (edge < _EDGE and _COUNTED.match(row.words))):
            break
        count += 1
    return count


def _are_numbered(rows: Sequence[Sequence[Row]]) -> bool:
    """Whether each of several pages ends with its own number, be it close to the text."""
    last = [page_rows[-1].words.strip("-–— ") for page_rows in rows if page_rows]
    return len(last) > 2 and last == [str(number) for number in range(1, len(last) + 1)]

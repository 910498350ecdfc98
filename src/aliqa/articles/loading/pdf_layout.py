"""The blocks of a PDF page in reading order: columns, rows of tables, notes before a sentence that runs on."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median_low
from typing import Final, NamedTuple

from aliqa.articles.loading.pdf_margins import Row, usual_gap
from aliqa.articles.loading.pdf_piece import Piece
from aliqa.articles.loading.pdf_tables import Line, lines_of

_WIDE_GAP: Final = 1.25
"""How much larger than usual the gap before a paragraph is; lists and notes go down to about 1.3."""
_OTHER_SIZE: Final = 0.9
"""Points by which the letters of a heading differ from the text's, at least."""
_FEWEST: Final = 3
"""Lines that a column has at least."""
_CROSSING: Final = 0.34
"""The share of lines that may run over both columns, as titles do."""
_FULL: Final = 0.5
"""How much of a column's width its lines fill; cells of a table fill less."""
_PROSE: Final = 3
"""Words that most lines of a column have at least."""
_INDENT: Final = 0.8
_SLACK: Final = 3.0
"""How far, in sizes of letters, lines of a column begin apart: the first line of a paragraph, an item of a list."""
_NOTE: Final = re.compile(r"(?:\^?\d{1,3}|[*†‡§¶])[.)\]]?\s*\S")
SENTENCE_END: Final = re.compile(r"[.!?:。！？：…؟۔।][\"'”’»)\]]*\Z")


class Block(NamedTuple):
    """Lines that belong together."""

    lines: list[Line]

    @property
    def size(self) -> float:
        """The size of its last letters, in points."""
        return self.lines[-1].size

    @property
    def is_open(self) -> bool:
        """Whether its last sentence may run on."""
        last = self.lines[-1]
        return not last.table and not SENTENCE_END.search(last.words)


def blocks_of(rows: Sequence[Row]) -> list[Block]:
    """The blocks of a page, in reading order."""
    blocks: list[Block] = []
    for region in _regions([piece for row in rows for piece in row.pieces]):
        for block in _blocks(list(lines_of(region))):
            if blocks and blocks[-1].is_open and _runs_on(blocks[-1], block, blocks):
                blocks[-1] = Block(blocks[-1].lines + block.lines)
            else:
                blocks.append(block)
    return _notes_first(blocks)


def _runs_on(last: Block, block: Block, blocks: Sequence[Block]) -> bool:
    """Whether a block at the head of a column goes on with the last one of the column before."""
    first = block.lines[0]
    is_higher = first.height > last.lines[-1].height
    return (
        is_higher and not first.table and abs(first.size - last.size) <= _OTHER_SIZE and len(last.lines[-1].words) > 20
    )


# --- regions ---------------------------------------------------------------------------------


def _regions(pieces: list[Piece]) -> Iterator[list[Piece]]:
    """The columns of a page one after the other, cut where lines run over all of them."""
    gutter = _gutter(pieces) if _has_neighbours(pieces) else None
    if gutter is None:
        if pieces:
            yield pieces
        return
    zone: list[Piece] = []
    crossing: list[Piece] = []
    for piece in sorted(pieces, key=lambda piece: -piece.height):
        if piece.left < gutter < piece.right:
            yield from _halves(zone, gutter)
            zone = []
            crossing.append(piece)
        else:
            if crossing:
                yield crossing
                crossing = []
            zone.append(piece)
    yield from [crossing] if crossing else []
    yield from _halves(zone, gutter)


def _halves(pieces: list[Piece], gutter: float) -> Iterator[list[Piece]]:
    left = [piece for piece in pieces if piece.right <= gutter]
    right = [piece for piece in pieces if piece.right > gutter]
    if left and right and not _is_prose(left) and not _is_prose(right):  # a table across the columns
        yield pieces
        return
    yield from _regions(left)
    yield from _regions(right)


def _has_neighbours(pieces: Sequence[Piece]) -> bool:
    """Whether some pieces stand beside one another."""
    ordered = sorted(pieces, key=lambda piece: -piece.height)
    return any(
        above.height - below.height < 0.9 * above.size and (above.right <= below.left or below.right <= above.left)
        for above, below in pairwise(ordered)
    )


def _gutter(pieces: Sequence[Piece]) -> float | None:
    """Where an empty band parts two columns of prose; None if there is none."""
    best, fewest = None, _CROSSING * len(pieces)
    for start in sorted({round(piece.left) for piece in pieces}):
        at = start - 2.0
        crossing = sum(piece.left < at < piece.right for piece in pieces)
        if crossing > fewest:
            continue
        left = [piece for piece in pieces if piece.right <= at]
        right = [piece for piece in pieces if piece.left >= at]
        if _are_columns(left, right) and (best is None or crossing < fewest):
            best, fewest = at, crossing
    return best


def _are_columns(left: Sequence[Piece], right: Sequence[Piece]) -> bool:
    """Whether these are lines of prose that stand beside one another, not cells."""
    if min(len(left), len(right)) < _FEWEST:
        return False
    sides = _last_column(left), _first_column(right)
    if min(map(len, sides)) < _FEWEST or not all(map(_is_prose, sides)):
        return False
    top = min(max(piece.height for piece in side) for side in sides)
    foot = max(min(piece.height for piece in side) for side in sides)
    shorter = min(max(piece.height for piece in side) - min(piece.height for piece in side) for side in sides)
    return top - foot >= 0.5 * shorter


def _first_column(pieces: Sequence[Piece]) -> list[Piece]:
    """Of pieces that may stand in several columns, those of the first."""
    start = min(piece.left for piece in pieces)
    return [piece for piece in pieces if piece.left < start + _SLACK * piece.size]


def _last_column(pieces: Sequence[Piece]) -> list[Piece]:
    """Of pieces that may stand in several columns, those of the last."""
    starts = Counter(round(piece.left) for piece in pieces)
    start = max((left for left, count in starts.items() if count >= _FEWEST), default=min(starts))
    return [piece for piece in pieces if piece.left > start - _SLACK * piece.size]


def _is_prose(pieces: Sequence[Piece]) -> bool:
    width = max(piece.right for piece in pieces) - min(piece.left for piece in pieces)
    widths = median_low([piece.right - piece.left for piece in pieces])
    words = median_low([max(len(piece.words.split()), len(piece.words) // 7) for piece in pieces])
    return widths >= _FULL * width and words >= _PROSE


# --- blocks ----------------------------------------------------------------------------------


def _blocks(lines: Sequence[Line]) -> Iterator[Block]:
    """The paragraphs of a column."""
    if not lines:
        return
    usual = usual_gap([line.height for line in lines], median_low([line.size for line in lines]))
    margin = median_low([line.left for line in lines])
    block = [lines[0]]
    for last, line in pairwise(lines):
        if _is_new(last, line, usual, margin):
            yield Block(block)
            block = []
        block.append(line)
    yield Block(block)


def _is_new(last: Line, line: Line, usual: float, margin: float) -> bool:
    if line.table or last.table:
        return line.table != last.table
    if abs(last.size - line.size) > _OTHER_SIZE:
        return True
    if last.height - line.height > usual * _WIDE_GAP:
        return True
    is_indented = line.left - margin > _INDENT * line.size and last.left - margin <= 0.3 * line.size
    return is_indented and SENTENCE_END.search(last.words) is not None


def _notes_first(blocks: list[Block]) -> list[Block]:
    """Notes at the foot of a page before its last block, if a sentence of that runs on over the page."""
    at = len(blocks)
    sizes = Counter[float]()
    for line in (line for block in blocks for line in block.lines):
        sizes[round(line.size, 1)] += len(line.words)
    body = sizes.most_common(1)[0][0] if sizes else 0.0
    while at > 1 and blocks[at - 1].size < body - _OTHER_SIZE:
        at -= 1
    notes = blocks[at:]
    if not notes or not _NOTE.match(notes[0].lines[0].words) or not blocks[at - 1].is_open:
        return blocks
    return [*blocks[: at - 1], *notes, blocks[at - 1]]

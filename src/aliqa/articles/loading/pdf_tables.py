"""The lines of a column of a PDF page; those of a table are its rows, each cell under its header.

A PDF says where words stand, not what a cell is. Rows that have several pieces, one below the other, are a
table. A cell that is wrapped over several lines is put together again where the lines look so: they stand
closer than the rows do, the next word would not have fitted into the column, and not every cell goes on.
"""

from collections.abc import Iterator, Sequence
from itertools import count, pairwise
from statistics import median_low
from typing import Final, NamedTuple

from aliqa.articles.loading.extract import row_of
from aliqa.articles.loading.hyphens import joined
from aliqa.articles.loading.pdf_margins import Row, rows_of
from aliqa.articles.loading.pdf_piece import Piece

_LEADING: Final = 1.4
"""How far apart the lines of one cell stand at most, in sizes of their letters."""
_BESIDE: Final = 0.75
"""How far apart, likewise, lines of neighbouring cells stand at most where one cell is centred beside another."""
_CLOSER: Final = 1.15
"""How much larger the gap between rows is than that between the lines of a cell, at least."""
_RUNNING: Final = 3
"""Words of a line after which the next one may go on with a capital, where rows stand no further apart than lines."""


class Line(NamedTuple):
    """A line of a block; ``table`` numbers the table that it is a row of, from 1."""

    words: str
    height: float
    size: float
    left: float
    table: int = 0


Columns = list[tuple[float, float]]
"""From where to where the columns of a table reach."""


def lines_of(pieces: list[Piece]) -> Iterator[Line]:
    """The lines of a column, from the top."""
    numbers = count(1)
    for run in _runs(rows_of(pieces)):
        table: list[list[Row]] = []
        rows = list(_cells_together(run))
        for number, row in enumerate(rows):
            if len(row) > 1 or len(row[0].pieces) > 1 or _is_between(row[0], rows[number - 1 : number + 2]):
                table.append(row)
                continue
            yield from _table(table, next(numbers))
            table = []
            yield from _table([row], 0)
        yield from _table(table, next(numbers))


def _is_between(alone: Row, rows: Sequence[list[Row]]) -> bool:
    """Whether a single piece stands close to the row above and the row below: its other cells are empty."""
    if len(rows) < 3:
        return False
    above, _, below = rows
    return max(above[-1].height - alone.height, alone.height - below[0].height) <= _LEADING * alone.size


def _runs(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Rows that may be a table: those of several pieces, with single pieces between and below that fit a column."""
    run: list[Row] = []
    waiting: list[Row] = []
    for row in rows:
        if len(row.pieces) == 1:
            waiting.append(row)
            continue
        if all(_fits(alone, [*run, row]) for alone in waiting):
            run += [*waiting, row]
        else:
            yield from (part for part in (run, waiting) if part)
            run = [row]
        waiting = []
    while run and waiting and _fits(waiting[0], run):
        run.append(waiting.pop(0))
    yield from (part for part in (run, waiting) if part)


def _fits(alone: Row, rows: Sequence[Row]) -> bool:
    """Whether a single piece stands in one column of these rows."""
    columns = _columns([row for row in rows if len(row.pieces) > 1])
    [piece] = alone.pieces
    return sum(piece.left <= right and piece.right >= left for left, right in columns) == 1


def _columns(rows: Sequence[Row]) -> Columns:
    found: Columns = []
    for left, right in sorted((piece.left, piece.right) for row in rows for piece in row.pieces):
        if found and left <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], right))
        else:
            found.append((left, right))
    return found if len(found) > 1 else []


def _table(rows: Sequence[list[Row]], number: int) -> Iterator[Line]:
    """The lines of a table whose rows may have several lines; one row alone is a line like others."""
    lines = [line for row in rows for line in row]
    columns = _columns(lines) if len(lines) > 1 else []
    for row in rows:
        first = row[0]
        words = row_of(_cells(row, columns)) if columns else " ".join(line.words for line in row)
        yield Line(words, first.height, first.size, first.pieces[0].left, number if columns else 0)


def _cells(row: Sequence[Row], columns: Columns) -> list[str]:
    cells = [""] * len(columns)
    for line in row:
        for piece in line.pieces:
            place = _place(piece, columns)
            cells[place] = joined(cells[place], piece.words) if cells[place] else piece.words
    return cells


def _place(piece: Piece, columns: Columns) -> int:
    return next(place for place, (left, right) in enumerate(columns) if piece.left <= right and piece.right >= left)


# --- cells over several lines ----------------------------------------------------------------


def _cells_together(run: Sequence[Row]) -> Iterator[list[Row]]:
    """The rows of a table, each with all of its lines."""
    columns = _columns(run) if len(run) > 1 else []
    if not columns:
        yield from ([row] for row in run)
        return
    groups = _by_gaps(run)
    parted = len(groups) > 1
    wraps = parted and _are_wrapped([line for group in groups for line in _continuations(group, columns)])
    for group in groups:
        if wraps and _is_one_row(group, columns):
            yield group
        else:
            yield from _by_empty_cells(group, columns)


def _by_gaps(run: Sequence[Row]) -> list[list[Row]]:
    """Lines that stand closer together than others do."""
    gaps = [above.height - below.height for above, below in pairwise(run)]
    size = median_low([row.size for row in run])
    near = [gap for gap in gaps if _BESIDE * size < gap <= _LEADING * size]
    limit = min(_CLOSER * min(near), _LEADING * size) if near else 0.0
    groups = [[run[0]]]
    for gap, row in zip(gaps, run[1:], strict=True):
        if gap <= max(limit, _BESIDE * size):
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def _stacked(group: Sequence[Row], columns: Columns) -> list[list[Piece]]:
    """The pieces of each column, from the top."""
    stacks: list[list[Piece]] = [[] for _ in columns]
    for row in group:
        for piece in row.pieces:
            stacks[_place(piece, columns)].append(piece)
    return stacks


def _continuations(group: Sequence[Row], columns: Columns) -> list[Piece]:
    return [piece for stack in _stacked(group, columns) for piece in stack[1:]]


def _are_wrapped(pieces: Sequence[Piece]) -> bool:
    """Whether most of these begin as no cell does: with a small letter, or in a script that has no others."""
    return 2 * sum(not piece.words[:1].isupper() for piece in pieces) >= len(pieces) > 0


def _is_one_row(group: Sequence[Row], columns: Columns) -> bool:
    """Whether the lines are those of one row: some cell has fewer of them, and the others are wrapped words."""
    stacks = [stack for stack in _stacked(group, columns) if stack]
    return min(map(len, stacks)) < len(group) and all(_is_wrapped(stack, columns) for stack in stacks)


def _by_empty_cells(group: Sequence[Row], columns: Columns) -> Iterator[list[Row]]:
    """Wrapped lines joined to their row: they lack its first cell, continue that alone in lower case, or precede it."""
    row = [group[0]]
    for line in group[1:]:
        is_part = line.pieces[0].left > columns[0][1] or (len(line.pieces) == 1 and line.words[:1].islower())
        begins_above = all(len(part.pieces) == 1 and part.pieces[0].left > columns[0][1] for part in row)
        if (is_part or begins_above) and _runs_on(row, line, columns):
            row.append(line)
        else:
            yield row
            row = [line]
    yield row


def _runs_on(row: Sequence[Row], line: Row, columns: Columns) -> bool:
    """Whether what is in both a row and the line below it is the same cell, in one column at least."""
    if row[-1].height - line.height > _LEADING * line.size:
        return False
    pairs = [stack[-2:] for stack in _stacked([*row, line], columns) if stack and stack[-1] in line.pieces]
    shared = [pair for pair in pairs if len(pair) > 1]
    if not shared or (len(shared) < len(pairs) and any(len(part.pieces) > 1 for part in row)):
        return False
    return all(
        _is_wrapped([above, below], columns) and (not below.words[:1].isupper() or len(above.words.split()) >= _RUNNING)
        for above, below in shared
    )


def _is_wrapped(stack: Sequence[Piece], columns: Columns) -> bool:
    """Whether each piece of a column is broken off because the first word of the next one does not fit behind it."""
    left, right = columns[_place(stack[0], columns)]
    for above, below in pairwise(stack):
        first = below.words.split(maxsplit=1)[0]
        word = (below.right - below.left) * len(first) / len(below.words)
        is_full = (above.right - above.left) + word > 0.95 * (right - left)
        if not is_full or not any(map(str.isalpha, above.words + below.words)):
            return False
    return True

"""Which passages are nearest to a vector: exactly in a small version, by an inverted-file index (FAISS) in a large one.

The sizes named here are those of `Limits`. Up to ``exact`` passages, all are compared. Beyond that, there is a copy of
their vectors of 8 bits a dimension, a quarter of the memory to be read; what is nearest there is ranked by its exact
cosine. Up to ``one_list`` passages, all of the copy is looked through. Of more, passages are sorted into lists around
centroids (Jégou et al., "Product Quantization for Nearest Neighbor Search", 2011, without the product), and the lists
nearest to the vector are looked through. How many is chosen when the index is trained: the fewest by which sentences
of the articles, in place of questions, find `RECALL` of the ten passages that are truly nearest; but not so few that
they hold less than ``looked_at`` passages. Later passages are compared exactly until there are ``exact`` of them, or
``one_list`` where there are many lists, then they are added, too; once there are twice as many as it was trained for,
it is trained anew.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from aliqa.foundations.protocols import Matrix, Vector
from aliqa.index.folder.articles import ArticleTable, Numbers
from aliqa.index.folder.segments import link

RECALL: Final = 0.98
VECTORS_FILE: Final = "vectors.faiss"

_NEAREST: Final = 10
_SPARE: Final = 2
"""How many times more passages are taken from the lists than are wanted: their cosines are only nearly right there."""

_FILTERED_PROBES: Final = 4
_POINTS: Final = 10_000
_POINTS_A_LIST: Final = 40
_BLOCK: Final = 65_536
_SAMPLES: Final = 256
_PROBES: Final = (24, 32, 48, 64, 96, 128, 192, 256)


@dataclass(frozen=True, slots=True)
class ListsInfo:
    """What a manifest says of an inverted-file index: how many passages, from the first on, it holds, and how.

    ``probes`` of the ``lists`` are looked through, which finds ``recall`` of the ten nearest passages; ``trained``
    is how many passages there were when the lists were made.
    """

    passages: int
    lists: int
    probes: int
    recall: float
    trained: int
    kind: str = "IVF, SQ8"

    @property
    def sorted(self) -> bool:
        """Whether there is more than one list, and not all are looked through."""
        return self.lists > 1


class NearestPassages:
    """Searches the vectors of an open version."""

    def __init__(self, folder: Path, table: ArticleTable, info: ListsInfo | None) -> None:
        """Map the index, if there is one. Raises OSError, ValueError or RuntimeError if it does not fit."""
        self._table = table
        self._info = info
        self._index = _read(folder / VECTORS_FILE) if info else None
        if info and self._index and (self._index.ntotal, self._index.nlist) != (info.passages, info.lists):
            raise ValueError("the index of vectors does not fit")

    def search(self, vector: Vector, k: int, rows: Numbers | None) -> tuple[Numbers, Vector]:
        """The rows of the ``k`` nearest passages, of ``rows`` (ascending) if given, and their cosines, best first."""
        limits = self._table.limits
        if rows is not None and len(rows) <= (limits.few if self._info and self._info.sorted else limits.exact):
            return _best(rows, cosines(self._table.vectors(rows), vector), k)
        mask = self._table.live
        if rows is not None:
            mask = np.zeros(int(self._table.first_rows[-1]), bool)
            mask[rows] = True
        covered = self._info.passages if self._info else 0
        near = self._in_lists(vector, k, mask, filtered=rows is not None)
        found = [(near, cosines(self._table.vectors(near), vector)), *_exactly(self._table, vector, k, mask, covered)]
        all_rows, all_cosines = zip(*found, strict=True)
        return _best(np.concatenate(all_rows), np.concatenate(all_cosines), k)

    def _in_lists(self, vector: Vector, k: int, mask: NDArray[np.bool_] | None, *, filtered: bool) -> Numbers:
        """The rows that the lists hold."""
        if not self._info:
            return np.empty(0, np.int64)
        probes = self._info.probes * (_FILTERED_PROBES if filtered else 1)
        [found] = _search(self._index, vector[None], _SPARE * k, min(probes, self._info.lists), mask)
        rows: Numbers = found[found >= 0]
        return rows


def renew(folder: Path, table: ArticleTable, base: Path | None, info: ListsInfo | None) -> ListsInfo | None:
    """Make or extend the index of a version that is written, if it is large enough.

    Args:
        folder: where the version is.
        table: its articles.
        base: where the index is that holds the first passages of this version, too, if there is one.
        info: what is known of that one.

    Raises:
        OSError: it cannot be written.
    """
    total, limits = int(table.first_rows[-1]), table.limits
    if info and base and total - info.passages <= (limits.one_list if info.sorted else limits.exact):
        link(base / VECTORS_FILE, folder / VECTORS_FILE)
        return info
    if total <= limits.exact:
        return None
    if info and base and total <= 2 * info.trained and info.sorted == (total > limits.one_list):
        index, begin, trained = _read(base / VECTORS_FILE, changing=True), info.passages, info.trained
    else:
        index, begin, trained = _train(table, total), 0, total
    covered = total if total > limits.one_list else _settled(table)
    for first, block in _blocks(table, begin, covered):
        index.add_with_ids(block, np.arange(first, first + len(block)))
    probes, recall = _calibrate(index, table, covered)
    _write(index, folder / VECTORS_FILE)
    return ListsInfo(covered, int(index.nlist), probes, round(recall, 4), trained)


def _settled(table: ArticleTable) -> int:
    """How many passages the first segments have, without the small last ones, which later builds soon write anew."""
    ends = table.first_rows[1:]
    return int(ends[np.searchsorted(ends, ends[-1] - table.limits.exact // 2)])


def _train(table: ArticleTable, total: int) -> Any:
    """An empty index whose lists fit the passages: one, or about twice as many as the root of their number."""
    import faiss

    lists = 1 if total <= table.limits.one_list else 2 ** round(np.log2(2 * np.sqrt(total)))
    points = np.unique(np.linspace(0, total - 1, max(_POINTS, lists * _POINTS_A_LIST)).astype(np.int64))
    index = faiss.index_factory(table.segments[0].vectors.shape[1], f"IVF{lists},SQ8", faiss.METRIC_INNER_PRODUCT)
    index.train(table.vectors(points))
    return index


def _calibrate(index: Any, table: ArticleTable, covered: int) -> tuple[int, float]:
    """The fewest lists to look through, and the recall that is reached of the passages before the row ``covered``."""
    samples = _sentences(table)
    best = [np.empty(0, np.int64)] * len(samples)
    cosines = [np.empty(0, np.float32)] * len(samples)
    for first, block in _blocks(table, 0, covered):
        near = samples @ block.T
        if table.live is not None:
            near[:, ~table.live[first : first + len(block)]] = -np.inf
        for i, row in enumerate(near):
            top = np.argpartition(-row, min(_NEAREST, len(row) - 1))[:_NEAREST]
            best[i], cosines[i] = _best(np.r_[best[i], first + top], np.r_[cosines[i], row[top]], _NEAREST)
    least = min(index.nlist, table.limits.looked_at * index.nlist / index.ntotal)
    recall, probes = 0.0, 0
    for probes in [count for count in _PROBES if least <= count <= index.nlist] or [int(index.nlist)]:
        found = _search(index, samples, _SPARE * _NEAREST, probes, table.live)
        recall = float(
            np.mean([len(np.intersect1d(true, near)) / len(true) for true, near in zip(best, found, strict=True)])
        )
        if recall >= RECALL:
            break
    return probes, recall


def _sentences(table: ArticleTable) -> Matrix:
    """The vectors of sentences from all over the version; they stand for questions."""
    places = np.linspace(0, int(table.first_sentences[-1]) - 1, _SAMPLES).astype(np.int64)
    index = np.searchsorted(table.first_sentences, places, side="right") - 1
    found = [
        table.segments[i].sentence_vectors[place - table.first_sentences[i]]
        for i, place in zip(index, places, strict=True)
    ]
    vectors = np.stack(found).astype(np.float32)
    real: Matrix = vectors[np.linalg.norm(vectors, axis=1) > 0]
    return real


def _exactly(
    table: ArticleTable, vector: Vector, k: int, mask: NDArray[np.bool_] | None, begin: int
) -> Iterator[tuple[Numbers, Vector]]:
    """The best passages of each segment from the row ``begin`` on, which begins a segment: rows and cosines."""
    for index, segment in enumerate(table.segments):
        first, last = table.first_rows[index : index + 2].tolist()
        if begin <= first < last:
            near = cosines(segment.vectors, vector)
            if mask is not None:
                near[~mask[first:last]] = -np.inf
            top = np.argpartition(-near, min(k, len(near) - 1))[:k]
            top = top[np.isfinite(near[top])]
            yield first + top, near[top]


def cosines(vectors: Matrix, vector: Vector) -> Vector:
    """The cosine of a unit-length vector (d,) with each of others (n, d).

    ``@`` would wake a thread of OpenBLAS on each core, and these go on turning for a tenth of a second, which
    takes the processor from the models.
    """
    found: Vector = np.vecdot(vectors, vector)
    return found


def _best(rows: Numbers, cosines: Vector, k: int) -> tuple[Numbers, Vector]:
    order = np.lexsort((rows, -cosines))[:k]
    return rows[order], cosines[order]


def _blocks(table: ArticleTable, begin: int, end: int) -> Iterator[tuple[int, Matrix]]:
    """The vectors of the rows ``begin`` to ``end``, each the first of a segment, and the row of each block's first."""
    for index, segment in enumerate(table.segments):
        if begin <= table.first_rows[index] < end:
            for first in range(0, len(segment.vectors), _BLOCK):
                yield int(table.first_rows[index]) + first, segment.vectors[first : first + _BLOCK]


def _search(index: Any, vectors: Matrix, k: int, probes: int, mask: NDArray[np.bool_] | None) -> Numbers:
    """The rows (n, k) that the lists nearest to vectors (n, d) hold, -1 where there are no more."""
    import faiss

    bits: Any = None if mask is None else np.packbits(mask, bitorder="little")
    selector = None if mask is None else faiss.IDSelectorBitmap(bits)  # type: ignore[call-arg]
    parameters = faiss.SearchParametersIVF(nprobe=probes, sel=selector)  # type: ignore[call-arg]
    found: Numbers = index.search(np.ascontiguousarray(vectors), k, params=parameters)[1]
    return found


def _read(path: Path, *, changing: bool = False) -> Any:
    """The index in a file, memory-mapped unless it is to be changed."""
    import faiss

    return faiss.read_index(str(path), 0 if changing else faiss.IO_FLAG_MMAP_IFC)


def _write(index: Any, path: Path) -> None:
    """Write an index. Raises OSError where FAISS has errors of its own."""
    import faiss

    try:
        faiss.write_index(index, str(path))
    except RuntimeError as error:
        reason = re.search(r"\(([^()]+)\)\s*\Z", str(error))
        raise OSError(None, reason[1] if reason else "FAISS could not write the vectors") from error

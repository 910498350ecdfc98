"""The articles of a version: their table, their names, and the segments that hold them."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import repeat
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aliqa.articles.loading import FileState
from aliqa.foundations.errors import ArticleNotFound
from aliqa.foundations.protocols import Matrix
from aliqa.foundations.types import Article, ArticleMeta, Filters, Sentence
from aliqa.index.folder.limits import LIMITS, Limits
from aliqa.index.folder.segments import PASSAGES, SENTENCES, Segment, SegmentInfo

KEY, SEGMENT, PLACE, NAME_END, PUBLISHED, SOURCE, SHA256, ORIGINAL, STATE = range(9)
"""The columns of the table: an article's key, its segment's index and its number there, where its name ends, its date
as an ordinal, the digests of its source and of its hash, the row of the first article that it is a copy of, and from
`STATE` on the four numbers of its file's state. 0 stands for what is not known."""

COLUMNS: Final = STATE + 4
_UNKNOWN: Final = (0, 0, 0, 0)
TABLE_FILE: Final = "articles.i64"
NAMES_FILE: Final = "names.utf8"

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Entry:
    """An article of a version: its key, its name, and the state of its file when it was read, if that is known."""

    table: "ArticleTable"
    row: int
    key: int
    doc_id: str
    state: FileState | None

    @property
    def meta(self) -> ArticleMeta:
        """What is known of it."""
        return self.table.meta(self.row)


class ArticleTable:
    """Which articles a version holds, a row each, ordered by ``doc_id``; and what belongs to them."""

    def __init__(
        self, columns: Numbers, names: NDArray[np.uint8], segments: Sequence[Segment], limits: Limits = LIMITS
    ) -> None:
        """Put them together. Raises ValueError if they do not fit."""
        if len(names) != columns[NAME_END, -1]:
            raise ValueError("the names do not fit the table")
        self.columns = columns
        self.segments = segments
        self.limits = limits
        self._names = names
        self.first_rows = _firsts(segment.info.passages for segment in segments)
        self.first_sentences = _firsts(segment.info.sentences for segment in segments)
        self._first_articles = _firsts(segment.info.articles for segment in segments)
        self._row_at = np.full(self._first_articles[-1], -1, np.int64)
        self._row_at[self._first_articles[columns[SEGMENT]] + columns[PLACE]] = np.arange(len(self))
        self._by_key = np.argsort(columns[KEY])
        self._keys = columns[KEY][self._by_key]
        self._starts, self._ends = self._spans(PASSAGES, self.first_rows)
        self.passage_counts = self._ends - self._starts
        self.live = self._live()

    @classmethod
    def open(
        cls, folder: Path, articles: int, infos: Sequence[SegmentInfo], dimension: int, limits: Limits = LIMITS
    ) -> "ArticleTable":
        """Map the files of a version. Raises OSError, ValueError or IndexError if they do not fit together."""
        columns = np.asarray(np.memmap(folder / TABLE_FILE, np.int64, "r")).reshape(COLUMNS, articles)
        names = np.asarray(np.memmap(folder / NAMES_FILE, np.uint8, "r"))
        return cls(columns, names, [Segment(folder, info, dimension, limits) for info in infos], limits)

    def __len__(self) -> int:
        return int(self.columns.shape[1])

    # --- names -------------------------------------------------------------------------------

    def name(self, row: int) -> str:
        """The ``doc_id`` of an article."""
        return self._name_bytes(row).decode("utf-8", "surrogatepass")

    def names(self) -> list[str]:
        """All of them, in order."""
        data, ends = self._names.tobytes(), [0, *self.columns[NAME_END].tolist()]
        return [data[ends[i] : ends[i + 1]].decode("utf-8", "surrogatepass") for i in range(len(self))]

    def row(self, doc_id: str) -> int:
        """The row of an article. Raises ArticleNotFound."""
        wanted = doc_id.encode("utf-8", "surrogatepass")
        row = bisect_left(range(len(self)), wanted, key=self._name_bytes)
        if row == len(self) or self._name_bytes(row) != wanted:
            raise ArticleNotFound(doc_id)
        return row

    def _name_bytes(self, row: int) -> bytes:
        start = self.columns[NAME_END, row - 1] if row else 0
        return self._names[start : self.columns[NAME_END, row]].tobytes()

    def entries(self) -> list[Entry]:
        """All articles, in order; what is known of one is read when it is asked for."""
        keys = self.columns[KEY].tolist()
        return list(map(Entry, repeat(self), range(len(self)), keys, self.names(), self.states()))

    def states(self, rows: Numbers | slice = slice(None)) -> list[FileState | None]:
        """The states of the files of articles, of all in order if ``rows`` are not given."""
        inodes, sizes, changed, inode_changed = self.columns[STATE:, rows]
        parts = (inodes.view(np.uint64), sizes, changed, inode_changed)
        states: list[FileState | None] = list(zip(*(part.tolist() for part in parts), strict=True))
        for place in np.flatnonzero((changed | inode_changed) == 0).tolist():
            states[place] = None
        return states

    def entries_of(self, hashes: Collection[str]) -> list[Entry]:
        """The articles that have one of these hashes, in order."""
        rows = np.flatnonzero(np.isin(self.columns[SHA256], [digest(sha256) for sha256 in hashes]))
        keys, states = self.columns[KEY, rows].tolist(), self.states(rows)
        names = map(self.name, rows.tolist())
        found = [Entry(self, *columns) for columns in zip(rows.tolist(), keys, names, states, strict=True)]
        return [entry for entry in found if entry.meta.sha256 in hashes]

    # --- articles ----------------------------------------------------------------------------

    def place(self, row: int) -> tuple[Segment, int]:
        """The segment of an article, and its number there."""
        return self.segments[int(self.columns[SEGMENT, row])], int(self.columns[PLACE, row])

    def meta(self, row: int) -> ArticleMeta:
        """What is known of an article."""
        segment, place = self.place(row)
        return segment.meta(place, self.name(row))

    def article(self, row: int) -> Article:
        """An article with its text."""
        segment, place = self.place(row)
        return Article(segment.meta(place, self.name(row)), segment.text(place))

    def written(self, key: int) -> tuple[ArticleMeta, str, tuple[Sentence, ...]]:
        """What is known of the article of a key, its text and its sentences."""
        row = int(self.rows_of_keys(np.array([key]))[0])
        segment, place = self.place(row)
        return self.meta(row), segment.text(place), segment.sentence_list(place)

    def rows_of_keys(self, keys: Numbers) -> Numbers:
        """The rows of the articles of these keys, which must be there."""
        return self._by_key[np.searchsorted(self._keys, keys)]

    def rows_admitted(self, filters: Filters) -> Numbers:
        """The rows of the articles that filters admit."""
        admitted = np.ones(len(self), bool)
        published = self.columns[PUBLISHED]
        if filters.since:
            admitted &= published >= filters.since.toordinal()
        if filters.until:
            admitted &= (published > 0) & (published <= filters.until.toordinal())
        if filters.sources is not None:
            admitted &= np.isin(self.columns[SOURCE], [digest(source.casefold()) for source in filters.sources])
        if filters.collections is not None:
            inside = np.zeros(len(self), bool)
            for prefix in filters.prefixes:
                inside[self._rows_beginning(prefix)] = True
            admitted &= inside
        rows = np.flatnonzero(admitted)
        return rows if filters.doc_ids is None else np.intersect1d(rows, self._rows_named(filters.doc_ids))

    def _rows_beginning(self, prefix: str) -> slice:
        """The rows of the articles whose names begin so: they stand together, for names are in order."""
        wanted = prefix.encode("utf-8", "surrogatepass")
        first = bisect_left(range(len(self)), wanted, key=self._name_bytes)
        last = bisect_left(
            range(len(self)), True, lo=first, key=lambda row: not self._name_bytes(row).startswith(wanted)
        )
        return slice(first, last)

    def _rows_named(self, doc_ids: Iterable[str]) -> Numbers:
        found = []
        for doc_id in doc_ids:
            try:
                found.append(self.row(doc_id))
            except ArticleNotFound:
                continue
        return np.array(found, np.int64)

    def signatures(self) -> NDArray[np.uint32]:
        """What tells near-copies, a row an article."""
        made = np.empty((len(self), self.segments[0].signatures.shape[1]), np.uint32)
        for index, segment in enumerate(self.segments):
            here = np.flatnonzero(self.columns[SEGMENT] == index)
            made[here] = segment.signatures[self.columns[PLACE][here]]
        return made

    # --- passages ----------------------------------------------------------------------------

    def passages_of(self, rows: Numbers) -> Numbers:
        """The rows of the passages of these articles, in the order of the articles."""
        starts, counts = self._starts[rows], self.passage_counts[rows]
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        made: Numbers = np.repeat(starts, counts) + within
        return made

    def first_passages(self, rows: Numbers) -> Numbers:
        """The row of the first passage of each of these articles."""
        return self._starts[rows]

    def segment_of(self, passages: Sequence[int] | Numbers) -> Numbers:
        """The index of the segment of each passage row."""
        found: Numbers = np.searchsorted(self.first_rows, passages, side="right") - 1
        return found

    def articles_of(self, passages: Numbers) -> Numbers:
        """The article row of each passage row."""
        index = self.segment_of(passages)
        made = np.empty(len(passages), np.int64)
        for number in set(index.tolist()):
            here = index == number
            places = self.segments[number].article_of(passages[here] - self.first_rows[number])
            made[here] = self._row_at[self._first_articles[number] + places]
        return made

    def vectors(self, passages: Numbers) -> Matrix:
        """The vectors (n, d) of passages."""
        index = self.segment_of(passages)
        made = np.empty((len(passages), self.segments[0].vectors.shape[1]), np.float32)
        for number in set(index.tolist()):
            here = index == number
            made[here] = self.segments[number].vectors_of(passages[here] - self.first_rows[number])
        return made

    @property
    def sentences(self) -> int:
        """How many sentences all articles have."""
        starts, ends = self._spans(SENTENCES, self.first_sentences)
        return int((ends - starts).sum())

    def _spans(self, column: int, firsts: Numbers) -> tuple[Numbers, Numbers]:
        """Where the passages or sentences of each article begin and end in the version."""
        starts, ends = np.empty(len(self), np.int64), np.empty(len(self), np.int64)
        for index, segment in enumerate(self.segments):
            here = self.columns[SEGMENT] == index
            places = self.columns[PLACE][here]
            starts[here] = firsts[index] + segment.ends[column][places]
            ends[here] = firsts[index] + segment.ends[column][places + 1]
        return starts, ends

    def _live(self) -> NDArray[np.bool_] | None:
        """Of every passage row whether its article is still there; None if all are."""
        total = int(self.first_rows[-1])
        if int(self.passage_counts.sum()) == total:
            return None
        changes = np.zeros(total + 1, np.int8)
        np.add.at(changes, self._starts, 1)
        np.subtract.at(changes, self._ends, 1)
        live: NDArray[np.bool_] = np.cumsum(changes[:-1], dtype=np.int8).astype(bool)
        return live


def digest(text: str) -> int:
    """A number that stands for a text."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big", signed=True)


def packed_states(states: Sequence[FileState | None]) -> Numbers:
    """The states of files as columns (4, n) of the table: an inode can be too large for a signed number."""
    inodes, *others = zip(*(state or _UNKNOWN for state in states), strict=True)
    return np.array([np.array(inodes, np.uint64).view(np.int64), *others], np.int64)


def _firsts(sizes: Iterable[int]) -> Numbers:
    return np.cumsum([0, *sizes], dtype=np.int64)

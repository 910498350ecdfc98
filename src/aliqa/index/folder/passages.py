"""The passages of a version, whether it is open or still being written: which are nearest, and what they hold."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from aliqa.foundations.protocols import Matrix, PassageRecord, Vector
from aliqa.foundations.types import Article, Filters
from aliqa.index.folder.articles import KEY, ArticleTable, Numbers
from aliqa.index.folder.segments import SENTENCES
from aliqa.index.folder.vectors import ListsInfo, NearestPassages, cosines


class Passages:
    """Finds and reads the passages of an article table."""

    def __init__(self, folder: Path, table: ArticleTable, lists: ListsInfo | None) -> None:
        """Map the index of vectors, if there is one. Raises OSError, ValueError or RuntimeError if it does not fit."""
        self.table = table
        self._nearest = NearestPassages(folder, table, lists)

    def rows_admitted(self, filters: Filters) -> Numbers:
        """The rows of the passages whose article the filters admit, ascending."""
        return np.sort(self.table.passages_of(self.table.rows_admitted(filters)))

    def dense(self, vector: Vector, k: int, filters: Filters) -> tuple[Numbers, Vector]:
        """The rows of the ``k`` passages nearest to ``vector`` and their cosines, best first."""
        return self._nearest.search(vector, k, self.rows_admitted(filters) if filters else None)

    def cosines(self, vector: Vector, rows: Numbers) -> Vector:
        """The cosine of ``vector`` with each of these passages."""
        return cosines(self.table.vectors(rows), vector)

    def records(self, rows: Sequence[int]) -> list[PassageRecord]:
        """The passages of these rows, in their order. Each article's text is decoded once."""
        wanted = np.asarray(rows, np.int64)
        articles, indices = self.table.articles_of(wanted).tolist(), self.table.segment_of(wanted).tolist()
        read = {article: self.table.article(article) for article in set(articles)}
        places = zip(wanted.tolist(), indices, articles, strict=True)
        return [self._record(row, index, article, read[article]) for row, index, article in places]

    def _record(self, row: int, index: int, article: int, read: Article) -> PassageRecord:
        segment, place = self.table.place(article)
        passage = segment.passage(row - int(self.table.first_rows[index]))
        first, last = (int(segment.ends[SENTENCES, place]) + number for number in passage.sentences)
        return PassageRecord(
            row,
            read.meta,
            passage,
            passage.span.cut(read.text),
            passage.heading.cut(read.text) if passage.heading else None,
            segment.sentences_between(first, last),
            int(self.table.first_sentences[index]) + first,
        )

    def sentence_vectors(self, records: Sequence[PassageRecord]) -> list[Matrix]:
        """The vectors (n, d) of each passage's sentences, as float32."""
        return [self._sentences(record.sentence_row, len(record.sentences)) for record in records]

    def _sentences(self, first: int, count: int) -> Matrix:
        index = int(np.searchsorted(self.table.first_sentences, first, side="right")) - 1
        begin = first - int(self.table.first_sentences[index])
        return self.table.segments[index].sentence_vectors_between(begin, begin + count)

    def vectors(self, rows: Sequence[int]) -> Matrix:
        """The vectors (n, d) of passages."""
        return self.table.vectors(np.asarray(rows, np.int64))

    def key(self, doc_id: str) -> int:
        """The key of an article. Raises ArticleNotFound."""
        return int(self.table.columns[KEY, self.table.row(doc_id)])

    def passages_of(self, key: int) -> list[int]:
        """The rows of an article's passages."""
        found: list[int] = self.table.passages_of(self.table.rows_of_keys(np.array([key]))).tolist()
        return found

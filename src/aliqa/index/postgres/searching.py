"""How passages are found in the database: by their words with BM25, and by their vectors."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from aliqa.foundations.protocols import Vector
from aliqa.foundations.types import Filters
from aliqa.index.postgres.connecting import Database, Inside
from aliqa.index.postgres.rows import encode_vector, searchable
from aliqa.index.postgres.words import K1, B, weight, word_key

_MATCHES: Final = 5_000
"""About so many passages are scored by their words, at most: those that hold the rarest ones."""

_MOST_REMEMBERED: Final = 100_000
VISIBLE: Final = "a.corpus = %s AND a.since <= %s AND (a.until IS NULL OR a.until > %s)"
"""Whether an article ``a`` belongs to a version, given corpus and number, and number again."""

_PASSAGES: Final = "aliqa.passages p JOIN aliqa.articles a USING (corpus, key)"
Found = tuple[NDArray[np.int64], Vector]


@dataclass(frozen=True, slots=True)
class Search:
    """Searches one version: its ``number``, how many ``passages`` of how many ``tokens`` in all, their ``dimension``.

    Among ``exact`` passages all are compared; beyond, the HNSW index finds the nearest.
    """

    database: Database | Inside
    corpus: int
    number: int
    passages: int
    tokens: int
    dimension: int
    exact: int
    _counts: dict[str, int] = field(default_factory=dict)

    @property
    def version(self) -> tuple[int, int, int]:
        """The parameters of `VISIBLE`."""
        return self.corpus, self.number, self.number

    def dense(self, vector: Vector, k: int, filters: Filters) -> Found:
        """The rows of the ``k`` passages nearest to ``vector`` and their cosines, best first."""
        admitted, parameters = _admitted(filters)
        among = self.passages
        if filters and among > self.exact:
            query = f"SELECT coalesce(sum(a.passages), 0) FROM aliqa.articles a WHERE {VISIBLE}{admitted}"
            [[among]] = self.database.read(query, (*self.version, *parameters))
        half = f"halfvec({self.dimension})"
        distance = "p.vector <#> %s::halfvec"
        if among > self.exact:  # the same expression and condition as those of the index
            distance, admitted = f"p.vector::{half} <#> %s::{half}", f"{admitted} AND p.dimension = {self.dimension}"
        rows = self.database.read(
            f"SELECT p.row, {distance} AS distance FROM {_PASSAGES} "
            f"WHERE {VISIBLE}{admitted} ORDER BY distance LIMIT %s",
            (encode_vector(vector), *self.version, *parameters, k),
        )
        return _found([(row, -distance) for row, distance in rows])

    def cosines(self, vector: Vector, rows: NDArray[np.int64]) -> Vector:
        """The cosine of ``vector`` with each of these passages."""
        found = self.database.read(
            "SELECT row, vector <#> %s::halfvec FROM aliqa.passages WHERE corpus = %s AND row = ANY(%s)",
            (encode_vector(vector), self.corpus, rows.tolist()),
        )
        distances: dict[int, float] = dict(found)
        return -np.array([distances[row] for row in rows.tolist()], np.float32)

    def lexical(self, terms: Sequence[str], k: int, filters: Filters) -> Found:
        """The rows of the ``k`` passages that match the terms best by BM25 and their scores, best first.

        Of many terms that stand in many passages the rarest decide which passages are scored.
        """
        counts = {term: n for term, n in self.document_frequencies(dict.fromkeys(terms)).items() if n}
        if not counts or k < 1:
            return _found([])
        rarest = sorted(counts, key=lambda term: counts[term])
        within = sum(total <= _MATCHES for total in accumulate(counts[term] for term in rarest))
        admitted, parameters = _admitted(filters)
        scores = " + ".join(self._score(word_key(term), weight(n, self.passages)) for term, n in counts.items())
        rows = self.database.read(
            f"SELECT p.row, {scores} AS score FROM {_PASSAGES} WHERE p.words && %s::bigint[] AND {VISIBLE}{admitted}"
            " ORDER BY score DESC, p.row LIMIT %s",
            ([word_key(term) for term in rarest[: max(1, within)]], *self.version, *parameters, k),
        )
        return _found(rows)

    def _score(self, word: int, weight: float) -> str:
        """What a word adds to the score of a passage ``p``: it is looked up by halving, as ``words`` are in order."""
        place = f"width_bucket({word}::bigint, p.words)"
        norm = f"{K1 * (1 - B)}::float8 + {K1 * B * self.passages / self.tokens}::float8 * p.length"
        score = f"{weight}::float8 / (1 + ({norm}) / p.counts[{place}])"
        return f"CASE WHEN p.words[{place}] = {word}::bigint THEN {score} ELSE 0 END"

    def document_frequencies(self, terms: Collection[str]) -> dict[str, int]:
        """In how many of all passages each of these terms stands."""
        if unknown := {word_key(term): term for term in terms if term not in self._counts}:
            rows = self.database.read(
                "SELECT DISTINCT ON (word) word, passages FROM aliqa.term_counts"
                " WHERE corpus = %s AND word = ANY(%s) AND since <= %s ORDER BY word, since DESC",
                (self.corpus, list(unknown), self.number),
            )
            found: dict[int, int] = dict(rows)
            if len(self._counts) > _MOST_REMEMBERED:
                self._counts.clear()
            self._counts.update({term: found.get(key, 0) for key, term in unknown.items()})
        return {term: self._counts[term] for term in terms}


def _admitted(filters: Filters) -> tuple[str, list[Any]]:
    """What `Filters.admit` asks of an article, as a condition and its parameters."""
    conditions: list[tuple[str, Any]] = []
    if filters.since:
        conditions.append(("a.published >= %s", filters.since))
    if filters.until:
        conditions.append(("a.published <= %s", filters.until))
    if filters.doc_ids is not None:
        conditions.append(("a.doc_id = ANY(%s)", [searchable(doc_id) for doc_id in filters.doc_ids]))
    if filters.collections is not None:
        conditions.append(("a.doc_id ^@ ANY(%s)", [searchable(prefix) for prefix in filters.prefixes]))
    if filters.sources is not None:
        conditions.append(("a.source = ANY(%s)", [searchable(source.casefold()) for source in filters.sources]))
    return "".join(f" AND {condition}" for condition, _ in conditions), [value for _, value in conditions]


def _found(rows: Sequence[Sequence[Any]]) -> Found:
    return np.array([row for row, _ in rows], np.int64), np.array([score for _, score in rows], np.float32)

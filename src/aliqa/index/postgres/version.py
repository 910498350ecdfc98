"""One version in the database, open for questions."""

from bisect import bisect_left
from collections.abc import Collection, Sequence
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from aliqa.articles.loading import FileState
from aliqa.foundations.errors import ArticleNotFound, NotCompared
from aliqa.foundations.protocols import Embedded, Matrix, PassageRecord, Vector
from aliqa.foundations.types import Article, ArticleMeta, ArticleNames, Filters, IndexInfo, Sentence, StatedPair
from aliqa.index.chunking import Chunks
from aliqa.index.postgres.connecting import Database, Inside
from aliqa.index.postgres.rows import (
    SENTENCE_BYTES,
    Entry,
    decode_manifest,
    decode_meta,
    decode_passage,
    decode_sentences,
    decode_text,
    decode_vector,
    searchable,
)
from aliqa.index.postgres.searching import VISIBLE, Found, Search
from aliqa.text.claims.comparing import RULES as CLAIM_RULES
from aliqa.text.claims.comparing import Pair, between, pair_of, stated
from aliqa.text.names import NAMES_RULES, decode
from aliqa.text.terms import terms

_WHOLE: Final = "aliqa.articles a JOIN aliqa.contents c USING (corpus, key)"
RULES: Final = 1000 * NAMES_RULES + CLAIM_RULES
"""By which rules the claims and the names of a version were read: one number for both."""

_NUMBER_BITS: Final = 32
"""A sentence's number in its version: its article's key, then these bits for its number there."""


class PostgresVersion:
    """A version as an `aliqa.index.places.Version`. Safe to share between threads.

    It holds no connection; it can be asked as long as the database keeps the version.
    """

    def __init__(self, database: Database | Inside, corpus: int, row: Sequence[Any]) -> None:
        """``row`` are the columns number, manifest, tokens, copied and rules of a version."""
        number, manifest, tokens, copied, rules = row
        self._database = database
        self.manifest = decode_manifest(manifest)
        self.place = database.place
        self.complete = rules == RULES
        self._copied: dict[str, str] = copied
        self._search = Search(
            database, corpus, number, self.manifest.passages, tokens, self.manifest.dimension, database.exact
        )
        self._version = self._search.version

    @property
    def number(self) -> tuple[int, int]:
        """The numbers of its corpus and of itself."""
        return self._version[:2]

    @property
    def info(self) -> IndexInfo:
        """Which version this is."""
        return self.manifest.info

    @cached_property
    def _entries(self) -> list[Entry]:
        rows = self._database.read(
            f"SELECT a.key, a.meta, a.state, a.passages FROM aliqa.articles a WHERE {VISIBLE}", self._version
        )
        found = [Entry(key, decode_meta(meta), state and tuple(state), count) for key, meta, state, count in rows]
        return sorted(found, key=lambda entry: entry.meta.doc_id)

    def entries(self) -> Sequence[Entry]:
        """All articles, ordered by ``doc_id``."""
        return self._entries

    def keys(self) -> dict[str, int]:
        """The key of every article by its ``doc_id``, in that order."""
        return {entry.doc_id: entry.key for entry in self._entries}

    def states(self) -> dict[str, FileState]:
        """The state of every article's file when it was read, by ``doc_id``, in that order, where it is known."""
        return {entry.doc_id: entry.state for entry in self._entries if entry.state}

    def meta(self, doc_id: str) -> ArticleMeta:
        """What is known of an article. Raises ArticleNotFound."""
        return self._entries[self._place(doc_id)].meta

    def _place(self, doc_id: str) -> int:
        row = bisect_left(self._entries, doc_id, key=lambda entry: entry.doc_id)
        if row == len(self._entries) or self._entries[row].doc_id != doc_id:
            raise ArticleNotFound(doc_id)
        return row

    def entries_of(self, hashes: Collection[str]) -> Sequence[Entry]:
        """The articles that have one of these hashes, ordered by ``doc_id``."""
        return [entry for entry in self._entries if entry.meta.sha256 in hashes]

    def metas(self) -> Sequence[ArticleMeta]:
        """All articles, ordered by ``doc_id``."""
        return [entry.meta for entry in self._entries]

    def passage_counts(self) -> dict[str, int]:
        """How many passages each article has, by ``doc_id``."""
        return {entry.meta.doc_id: entry.passages for entry in self._entries}

    def article(self, doc_id: str) -> Article:
        """One article with its text. Raises ArticleNotFound."""
        rows = self._database.read(
            f"SELECT a.meta, c.text FROM {_WHOLE} WHERE a.doc_id = %s AND {VISIBLE}",
            (searchable(doc_id), *self._version),
        )
        for meta, text in rows:
            return Article(decode_meta(meta), decode_text(text))
        raise ArticleNotFound(doc_id)

    def copies(self, doc_id: str) -> list[ArticleMeta]:
        """An article and its near-copies, ordered by ``doc_id``. Raises ArticleNotFound."""
        first = self._copied.get(doc_id, doc_id)
        group = [first, *(copy for copy, original in self._copied.items() if original == first)]
        rows = self._database.read(
            f"SELECT a.meta FROM aliqa.articles a WHERE a.doc_id = ANY(%s) AND {VISIBLE}",
            ([searchable(doc_id) for doc_id in group], *self._version),
        )
        if not rows:
            raise ArticleNotFound(doc_id)
        return sorted((decode_meta(meta) for (meta,) in rows), key=lambda meta: meta.doc_id)

    def copied(self) -> dict[str, str]:
        """Of every article that is a near-copy of others, the first of those, both by ``doc_id``."""
        return self._copied

    def dense(self, vector: Vector, k: int, filters: Filters) -> Found:
        """The rows of the ``k`` passages nearest to ``vector`` and their cosines, best first."""
        return self._search.dense(vector, k, filters)

    def cosines(self, vector: Vector, rows: NDArray[np.int64]) -> Vector:
        """The cosine of ``vector`` with each of these passages."""
        return self._search.cosines(vector, rows)

    def lexical(self, terms: Sequence[str], k: int, filters: Filters) -> Found:
        """The rows of the ``k`` passages that match the terms best by BM25 and their scores, best first."""
        return self._search.lexical(terms, k, filters)

    def vocabulary(self, beginning: str) -> list[str]:
        """The search terms that begin so, of the names in the articles alone: of others only numbers are kept."""
        words = {word for kept in self.names().values() for name in kept.names for word in terms(name.name)}
        return sorted(word for word in words if word.startswith(beginning))

    def document_frequencies(self, terms: Collection[str]) -> dict[str, int]:
        """In how many of all passages each of these terms stands."""
        return self._search.document_frequencies(terms)

    def records(self, rows: Sequence[int]) -> list[PassageRecord]:
        """The passages of these rows, in their order."""
        wanted = [int(row) for row in rows]
        if not wanted:
            return []
        found = self._database.read(
            "SELECT p.row, p.key, a.meta, p.span, substring(c.text FROM 1 + p.bytes[1] FOR p.bytes[2]),"
            f" substring(c.text FROM 1 + p.bytes[3] FOR p.bytes[4]), substring(c.sentences"
            f" FROM 1 + {SENTENCE_BYTES} * p.span[3] FOR {SENTENCE_BYTES} * (p.span[4] - p.span[3]))"
            f" FROM {_WHOLE} JOIN aliqa.passages p USING (corpus, key) WHERE p.row = ANY(%s) AND {VISIBLE}",
            (wanted, *self._version),
        )
        metas: dict[int, ArticleMeta] = {}
        records = {}
        for row, key, meta, span, text, heading, sentences in found:
            metas[key] = metas.get(key) or decode_meta(meta)
            passage = decode_passage(span)
            section = decode_text(heading) if passage.heading else None
            first = (key << _NUMBER_BITS) + passage.sentences.start
            records[row] = PassageRecord(
                row, metas[key], passage, decode_text(text), section, decode_sentences(sentences), first
            )
        return [records[row] for row in wanted]

    def sentence_vectors(self, records: Sequence[PassageRecord]) -> list[Matrix]:
        """The vectors (n, d) of each passage's sentences, as float32."""
        if not records:
            return []
        size = 2 * self.manifest.dimension
        places = [divmod(record.sentence_row, 1 << _NUMBER_BITS) for record in records]
        found = self._database.read(
            "SELECT substring(c.vectors FROM o.first FOR o.size) FROM unnest(%s::bigint[], %s::int[], %s::int[])"
            " WITH ORDINALITY o(key, first, size, rank) JOIN aliqa.contents c ON c.corpus = %s AND c.key = o.key"
            " ORDER BY o.rank",
            (
                [key for key, _ in places],
                [1 + first * size for _, first in places],
                [len(record.sentences) * size for record in records],
                self._version[0],
            ),
        )
        return [self._matrix(data) for (data,) in found]

    def disagreements(self, doc_ids: Collection[str] | None = None) -> tuple[StatedPair, ...]:
        """The pairs of statements that disagree, of all or of some articles, surest first; those of copies once.

        Raises:
            NotCompared: this version's articles were compared otherwise than this release does it.
        """
        if not self.complete:
            raise NotCompared(self.place)
        pairs = self.pairs() if doc_ids is None else between(self.pairs(), {self.key(doc_id) for doc_id in doc_ids})
        written = self.written({side.article for pair in pairs for side in pair.sides})
        return stated(pairs, written.__getitem__)

    def pairs(self) -> list[Pair]:
        """The pairs of sentences that disagree, by the keys of their articles."""
        [[pairs]] = self._database.read(
            "SELECT pairs FROM aliqa.versions WHERE corpus = %s AND number = %s", self._version[:2]
        )
        return [pair_of(pair) for pair in pairs]

    def key(self, doc_id: str) -> int:
        """The key of an article. Raises ArticleNotFound."""
        return self._entries[self._place(doc_id)].key

    def passages_of(self, key: int) -> list[int]:
        """The rows of an article's passages."""
        query = "SELECT row FROM aliqa.passages WHERE corpus = %s AND key = %s ORDER BY number"
        return [row for (row,) in self._database.read(query, (self._version[0], key))]

    def vectors(self, rows: Sequence[int]) -> Matrix:
        """The vectors (n, d) of passages, in the order of their rows."""
        found = self._database.read(
            "SELECT row, vector::text FROM aliqa.passages WHERE corpus = %s AND row = ANY(%s)",
            (self._version[0], list(rows)),
        )
        vectors = {row: decode_vector(vector) for row, vector in found}
        return np.array([vectors[row] for row in rows], np.float32)

    def written(self, keys: Collection[int]) -> dict[int, tuple[ArticleMeta, str, tuple[Sentence, ...]]]:
        """What is known of articles, their texts and their sentences, by key."""
        rows = self._database.read(
            f"SELECT a.key, a.meta, c.text, c.sentences FROM {_WHOLE} WHERE a.key = ANY(%s) AND {VISIBLE}",
            (list(keys), *self._version),
        )
        return {
            key: (decode_meta(meta), decode_text(text), decode_sentences(sentences))
            for key, meta, text, sentences in rows
        }

    def names(self) -> dict[str, ArticleNames]:
        """The names in each article, by ``doc_id``; none of articles that an older release read."""
        rows = self._database.read(
            f"SELECT a.meta, c.names FROM {_WHOLE} WHERE c.names IS NOT NULL AND {VISIBLE}", self._version
        )
        return {decode_meta(meta).doc_id: decode(names) for meta, names in rows}

    def remake(self, key: int) -> tuple[Chunks, list[Embedded]]:
        """The chunks and vectors of an article, as they were made."""
        [[sentences, vectors]] = self._database.read(
            "SELECT sentences, vectors FROM aliqa.contents WHERE corpus = %s AND key = %s", (self._version[0], key)
        )
        rows = self._database.read(
            "SELECT span, vector::text FROM aliqa.passages WHERE corpus = %s AND key = %s ORDER BY number",
            (self._version[0], key),
        )
        matrix, passages = self._matrix(vectors), tuple(decode_passage(span) for span, _ in rows)
        embedded = [
            Embedded(decode_vector(vector), matrix[passage.sentences.start : passage.sentences.end])
            for passage, (_, vector) in zip(passages, rows, strict=True)
        ]
        return Chunks(decode_sentences(sentences), passages), embedded

    def _matrix(self, data: bytes) -> Matrix:
        return np.frombuffer(data, np.float16).reshape(-1, self.manifest.dimension).astype(np.float32)

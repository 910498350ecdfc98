"""An open version: what a question and the next build ask of it."""

import os
import weakref
from collections.abc import Collection, Sequence
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np

from aliqa.articles.loading import FileState
from aliqa.foundations.errors import IndexDamaged, NotCompared
from aliqa.foundations.protocols import Embedded, Vector
from aliqa.foundations.types import Article, ArticleMeta, ArticleNames, Filters, IndexInfo, StatedPair
from aliqa.index.chunking import Chunks
from aliqa.index.folder.articles import COLUMNS, KEY, ORIGINAL, SHA256, TABLE_FILE, ArticleTable, Entry, Numbers, digest
from aliqa.index.folder.bm25 import LexicalIndex
from aliqa.index.folder.catalog import MANIFEST, Catalog, Manifest, hold, read_manifest
from aliqa.index.folder.limits import LIMITS, Limits
from aliqa.index.folder.passages import Passages
from aliqa.index.folder.segments import SegmentInfo
from aliqa.index.folder.vectors import ListsInfo
from aliqa.text.claims.comparing import PAIRS_FILE, Pair, between, read_pairs, stated
from aliqa.text.names import decode


class FaissStore(Passages):
    """An open version as an `aliqa.foundations.protocols.Store`. Safe to share between threads.

    While it lives, its version is not pruned.
    """

    @classmethod
    def published(cls, catalog: Catalog, limits: Limits = LIMITS) -> "FaissStore":
        """The published version, checked and open; the same store, as long as it is open in this process.

        Raises IndexMissing, IndexDamaged or IndexIncompatible.
        """
        while True:
            folder = catalog.current()
            try:
                manifest = read_manifest(folder)
                if store := _open.get(_identity(folder)):
                    store.folder = folder
                    return store
                return cls(folder, manifest, limits)
            except IndexDamaged:
                if catalog.current() == folder:
                    raise  # else newer ones were published meanwhile, and this one was removed

    def __init__(self, folder: Path, manifest: Manifest, limits: Limits = LIMITS) -> None:
        """Open a version whose manifest was read and checked. Raises IndexDamaged."""
        self.manifest = manifest
        self.folder = folder
        try:
            weakref.finalize(self, os.close, hold(folder))
            self.segments = [SegmentInfo(**info) for info in manifest.segments]
            self.lists = ListsInfo(**manifest.vectors) if manifest.vectors else None
            table = ArticleTable.open(folder, manifest.articles, self.segments, manifest.dimension, limits)
            super().__init__(folder, table, self.lists)
            self._lexical = LexicalIndex.open(folder / "lexical")
            self._pairs = (folder / PAIRS_FILE).read_bytes() if PAIRS_FILE in manifest.files else b""
        except (OSError, ValueError, KeyError, TypeError, RuntimeError, IndexError) as error:
            raise IndexDamaged(folder, "its files do not fit together") from error
        if int(self.table.passage_counts.sum()) != manifest.passages:
            raise IndexDamaged(folder, "its files do not fit together")
        _open[_identity(folder)] = self

    @property
    def info(self) -> IndexInfo:
        """Which version this is."""
        return self.manifest.info

    @property
    def place(self) -> Path:
        """The folder of this version."""
        return self.folder

    # --- articles ----------------------------------------------------------------------------

    def metas(self) -> Sequence[ArticleMeta]:
        """All articles, ordered by ``doc_id``."""
        return [self.table.meta(row) for row in range(len(self.table))]

    def entries(self) -> Sequence[Entry]:
        """All articles, ordered by ``doc_id``; what is known of one is read when it is asked for."""
        return self.table.entries()

    def keys(self) -> dict[str, int]:
        """The key of every article by its ``doc_id``, in that order."""
        return dict(zip(self.table.names(), self.table.columns[KEY].tolist(), strict=True))

    def states(self) -> dict[str, FileState]:
        """The state of every article's file when it was read, by ``doc_id``, in that order, where it is known."""
        states = zip(self.table.names(), self.table.states(), strict=True)
        return {doc_id: state for doc_id, state in states if state}

    def meta(self, doc_id: str) -> ArticleMeta:
        """What is known of an article. Raises ArticleNotFound."""
        return self.table.meta(self.table.row(doc_id))

    def article(self, doc_id: str) -> Article:
        """One article with its text. Raises ArticleNotFound."""
        return self.table.article(self.table.row(doc_id))

    def copies(self, doc_id: str) -> list[ArticleMeta]:
        """An article and its near-copies, ordered by ``doc_id``. Raises ArticleNotFound."""
        originals = self.table.columns[ORIGINAL]
        alike = np.flatnonzero(originals == originals[self.table.row(doc_id)])
        return [self.table.meta(row) for row in alike.tolist()]

    def copied(self) -> dict[str, str]:
        """Of every article that is a near-copy of others, the first of those, both by ``doc_id``. Not to be changed."""
        return self._copied

    @cached_property
    def _copied(self) -> dict[str, str]:
        originals = self.table.columns[ORIGINAL]
        rows = np.flatnonzero(originals != np.arange(len(originals)))
        return {self.table.name(row): self.table.name(originals[row]) for row in rows.tolist()}

    def passage_counts(self) -> dict[str, int]:
        """How many passages each article has, by ``doc_id``."""
        return dict(zip(self.table.names(), self.table.passage_counts.tolist(), strict=True))

    @cached_property
    def pairs(self) -> list[Pair]:
        """The pairs of sentences that disagree. Raises IndexDamaged."""
        try:
            return read_pairs(self._pairs)
        except (ValueError, KeyError, TypeError) as error:
            raise IndexDamaged(self.folder, f"{PAIRS_FILE} cannot be read") from error

    def disagreements(self, doc_ids: Collection[str] | None = None) -> tuple[StatedPair, ...]:
        """The pairs of statements that disagree, of all or of some articles, surest first; those of copies once.

        Raises:
            NotCompared: this version's articles were not compared, or otherwise than this release does it.
        """
        if PAIRS_FILE not in self.manifest.files:
            raise NotCompared(self.folder)
        if doc_ids is None:
            return stated(self.pairs, self.table.written)
        keys = {int(self.table.columns[KEY][self.table.row(doc_id)]) for doc_id in doc_ids}
        return stated(between(self.pairs, keys), self.table.written)

    def names(self) -> dict[str, ArticleNames]:
        """The names in each article, by ``doc_id``; none of articles that an older release read."""
        keys = dict(zip(self.table.columns[KEY].tolist(), self.table.names(), strict=True))
        found = (pair for segment in self.table.segments for pair in segment.names().items())
        return {keys[key]: decode(line) for key, line in found if key in keys}

    # --- search ------------------------------------------------------------------------------

    def lexical(self, terms: Sequence[str], k: int, filters: Filters) -> tuple[Numbers, Vector]:
        """The rows of the ``k`` passages that match the terms best by BM25 and their scores, best first."""
        keys = np.sort(self.table.columns[KEY][self.table.rows_admitted(filters)]) if filters else None
        places, scores = self._lexical.search(terms, k, keys, len(self.table))
        return self.table.first_passages(self.table.rows_of_keys(places[:, 0])) + places[:, 1], scores

    def vocabulary(self, beginning: str) -> list[str]:
        """The search terms of the articles that begin so."""
        return self._lexical.vocabulary(beginning)

    def document_frequencies(self, terms: Collection[str]) -> dict[str, int]:
        """In how many of all passages each of these terms stands."""
        return {term: self._lexical.document_frequency(term) for term in terms}

    # --- what the next build asks ------------------------------------------------------------

    @property
    def complete(self) -> bool:
        """Whether it knows all that this release finds in articles: names, and where they differ."""
        return PAIRS_FILE in self.manifest.files and all(segment.has_names for segment in self.table.segments)

    @staticmethod
    def mentions(folder: Path, hashes: Collection[str]) -> bool:
        """Whether the version in a folder, which is not opened for this, holds an article of any of these hashes."""
        try:
            columns = np.memmap(folder / TABLE_FILE, np.int64, "r").reshape(COLUMNS, -1)
        except (OSError, ValueError):
            return False
        return bool(np.isin(columns[SHA256], [digest(sha256) for sha256 in hashes]).any())

    def entries_of(self, hashes: Collection[str]) -> Sequence[Entry]:
        """The articles that have one of these hashes, ordered by ``doc_id``."""
        return self.table.entries_of(hashes)

    def remake(self, key: int) -> tuple[Chunks, list[Embedded]]:
        """The chunks and vectors of an article, as they were made."""
        row = int(self.table.rows_of_keys(np.array([key]))[0])
        rows = self.table.passages_of(np.array([row]))
        records = self.records(rows.tolist())
        pairs = zip(self.table.vectors(rows), self.sentence_vectors(records), strict=True)
        segment, place = self.table.place(row)
        embedded = [Embedded(passage, sentences) for passage, sentences in pairs]
        return Chunks(segment.sentence_list(place), tuple(record.passage for record in records)), embedded

    def first_row(self, doc_id: str) -> int:
        """The row of an article's first passage."""
        return int(self.table.first_passages(np.array([self.table.row(doc_id)]))[0])


_open: Final[weakref.WeakValueDictionary[tuple[int, ...], FaissStore]] = weakref.WeakValueDictionary()
"""The versions that are open in this process, by what stays the same when a version is moved into place."""


def _identity(folder: Path) -> tuple[int, ...]:
    """What no other version has, as long as this one is held. Raises IndexDamaged."""
    try:
        state = os.stat(folder / MANIFEST)
    except OSError as error:
        raise IndexDamaged(folder, "its files do not fit together") from error
    return state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns

"""One index version on disk: written once by `VersionWriter`, then only read, by `FaissStore`.

=====================  ==========================================================================
``articles.jsonl``     a line an article: what is known of it, and where its rows and text are
``texts.utf8``         the articles' texts, one after another
``passages.i64``       a row a passage: start, end, its sentences from and to, heading from and to
``sentences.i64``      a row a sentence: start, end, kind
``vectors.faiss``      a row a passage: its vector, for exact search by inner product
``sentences.f16``      a row a sentence: its vector
``lexical/``           the BM25 index of the passages
``signatures.u32``     a row an article: what tells near-copies of it; older versions have none
``copies.i64``         a number an article: the row of the first one that it is a copy of, or its own
``claims-4.i64``, …    what the articles claim, and which claims disagree: see `aliqa.claims.comparing`; older ones lack it
=====================  ==========================================================================

All but the list of articles is memory-mapped, so that opening costs little and processes share it.
"""

import gc
import json
import os
import re
import weakref
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO, Final

import faiss
import numpy as np
from numpy.typing import NDArray

from aliqa.catalog import MANIFEST, Catalog, Manifest, hold, read_manifest
from aliqa.chunking import Chunks, passage_context, sentence_matrix
from aliqa.claims.comparing import CLAIMS_FILE, PAIRS_FILE, Comparison, read_pairs, read_rows, stated
from aliqa.copies import PLACES, Signatures, originals, sign
from aliqa.errors import ArticleNotFound, IndexDamaged, NotCompared
from aliqa.lexical import LexicalIndex, LexicalWriter
from aliqa.loading import FileState
from aliqa.protocols import Embedded, Matrix, PassageRecord, Vector
from aliqa.types import (
    Article,
    ArticleMeta,
    Filters,
    IndexInfo,
    Passage,
    Sentence,
    SentenceKind,
    Span,
    StatedPair,
)

_KINDS: Final = tuple(SentenceKind)
_PASSAGE_COLUMNS: Final = 6
_SENTENCE_COLUMNS: Final = 3
_NO_HEADING: Final = -1
_META_FIELDS: Final = tuple(field.name for field in fields(ArticleMeta))


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where an article's text (in bytes) and rows stand; shelves follow one another without gaps.

    ``state`` is that of its file when it was read, if that is known.
    """

    key: int
    meta: ArticleMeta
    text: Span
    passages: Span
    sentences: Span
    state: FileState | None = None


class VersionWriter:
    """Writes the files of one version into a folder, article by article.

    What an older version holds of an article that did not change is copied, not made again.
    """

    def __init__(self, folder: Path, dimension: int, base: "FaissStore | None" = None) -> None:
        """``base`` is the version to keep articles of."""
        self._folder = folder
        self._base = base
        self._next_key = base.manifest.next_key if base else 1
        self._shelves: list[Shelf] = []
        self._kept: list[Shelf] = []
        self._signatures: list[Signatures] = []
        self._end = Shelf(0, ArticleMeta("", "", ""), Span(0, 0), Span(0, 0), Span(0, 0))
        self._vectors = faiss.IndexFlatIP(dimension)
        self._texts = open(folder / "texts.utf8", "wb")  # noqa: SIM115 - closed by finish
        self._passage_rows = open(folder / "passages.i64", "wb")  # noqa: SIM115
        self._sentence_rows = open(folder / "sentences.i64", "wb")  # noqa: SIM115
        self._sentence_vectors = open(folder / "sentences.f16", "wb")  # noqa: SIM115
        self._lexical = LexicalWriter(folder / "lexical", base.folder / "lexical" if base else None)
        self._comparison = Comparison()
        self._compared: set[int] = set()

    def add(
        self, article: Article, chunks: Chunks, embedded: Sequence[Embedded], state: FileState | None = None
    ) -> None:
        """Write an article; ``embedded`` holds the vectors of ``chunks.passages``, in their order."""
        self._copy_kept()
        key, self._next_key = self._next_key, self._next_key + 1
        text = article.text.encode("utf-8", "surrogatepass")
        self._signatures.append(sign(article.text, chunks.sentences))
        self._place(key, article.meta, state, len(text), len(chunks.passages), len(chunks.sentences))
        self._texts.write(text)
        _write(self._passage_rows, map(_passage_row, chunks.passages))
        _write(self._sentence_rows, ((*one.span, _KINDS.index(one.kind)) for one in chunks.sentences))
        self._vectors.add(np.stack([one.passage for one in embedded]))
        self._sentence_vectors.write(sentence_matrix(chunks, embedded).astype(np.float16).tobytes())
        for number, passage in enumerate(chunks.passages):
            self._lexical.add(key, number, f"{passage_context(article, passage)}\n{passage.span.cut(article.text)}")
        self._comparison.add(key, article.meta, article.text, chunks.sentences)

    def keep(self, shelf: Shelf, meta: ArticleMeta, state: FileState | None = None) -> None:
        """Take an article over from the base, at most once, under what is known about it and its file now."""
        if self._kept and self._kept[-1].passages.end != shelf.passages.start:
            self._copy_kept()
        self._kept.append(shelf)
        if self._base:
            self._signatures.append(self._base.signature(shelf))
        sizes = [span.end - span.start for span in (shelf.text, shelf.passages, shelf.sentences)]
        self._place(shelf.key, meta, state, *sizes)
        if self._base and self._base.knows_claims:
            self._compared.add(shelf.key)
        elif self._base:
            self._comparison.add(shelf.key, *self._base.written(shelf))

    def finish(self) -> dict[str, Any]:
        """Write the rest; what the manifest has to say about the content."""
        self._copy_kept()
        for file in (self._texts, self._passage_rows, self._sentence_rows, self._sentence_vectors):
            file.close()
        kept = {shelf.key for shelf in self._shelves}
        for shelf in self._base.shelves if self._base else ():
            if shelf.key not in kept:
                self._lexical.remove(shelf.key)
        self._lexical.commit()
        self._write_vectors(self._folder / "vectors.faiss")
        with open(self._folder / "articles.jsonl", "w", encoding="utf-8", newline="\n") as lines:
            for shelf in self._shelves:
                lines.write(_line(shelf) + "\n")
        signatures = np.stack(self._signatures)
        (self._folder / "signatures.u32").write_bytes(signatures.tobytes())
        (self._folder / "copies.i64").write_bytes(originals(signatures).tobytes())
        self._compare()
        dates = [shelf.meta.published for shelf in self._shelves if shelf.meta.published]
        return {
            "dimension": self._vectors.d,
            "articles": len(self._shelves),
            "passages": self._end.passages.end,
            "sentences": self._end.sentences.end,
            "next_key": self._next_key,
            "newest_published": max(dates).isoformat() if dates else None,
        }

    def _compare(self) -> None:
        """Write what the articles claim and where they disagree; their texts and sentences are written."""
        texts = np.memmap(self._folder / "texts.utf8", np.uint8, "r")
        cells = np.memmap(self._folder / "sentences.i64", np.int64, "r").reshape(-1, _SENTENCE_COLUMNS)
        shelves = {shelf.key: shelf for shelf in self._shelves}
        base = self._base if self._compared else None
        self._comparison.finish(
            self._folder,
            lambda key: _written(shelves[key], texts, cells),
            self._compared,
            read_rows(base.folder) if base else np.empty((0, 4), np.int64),
            base.pairs if base else (),
        )

    def _write_vectors(self, path: Path) -> None:
        """Write the passages' vectors. Raises OSError where FAISS has errors of its own."""
        try:
            faiss.write_index(self._vectors, str(path))
        except RuntimeError as error:
            reason = re.search(r"\(([^()]+)\)\s*\Z", str(error))
            raise OSError(None, reason[1] if reason else "FAISS could not write the vectors") from error

    def _place(
        self, key: int, meta: ArticleMeta, state: FileState | None, text: int, passages: int, sentences: int
    ) -> None:
        """Give an article its shelf behind the last one."""
        first = (self._end.text.end, self._end.passages.end, self._end.sentences.end)
        self._end = Shelf(
            key,
            meta,
            Span(first[0], first[0] + text),
            Span(first[1], first[1] + passages),
            Span(first[2], first[2] + sentences),
            state,
        )
        self._shelves.append(self._end)

    def _copy_kept(self) -> None:
        """Copy the rows of the kept articles, which stand in one run in the base."""
        if not self._kept or self._base is None:
            return
        first, last = self._kept[0], self._kept[-1]
        self._kept = []
        passages = Span(first.passages.start, last.passages.end)
        sentences = slice(first.sentences.start, last.sentences.end)
        self._texts.write(self._base.texts[first.text.start : last.text.end].data)
        self._passage_rows.write(self._base.passages[passages.start : passages.end].data)
        self._sentence_rows.write(self._base.sentences[sentences].data)
        self._sentence_vectors.write(self._base.sentence_matrix[sentences].data)
        self._vectors.add(self._base.passage_matrix()[passages.start : passages.end])


class FaissStore:
    """An open version as an `aliqa.protocols.Store`. Safe to share between threads.

    While it lives, its version is not pruned.
    """

    @classmethod
    def published(cls, catalog: Catalog) -> "FaissStore":
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
                return cls(folder, manifest)
            except IndexDamaged:
                if catalog.current() == folder:
                    raise  # else newer ones were published meanwhile, and this one was removed

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        """Open a version whose manifest was read and checked. Raises IndexDamaged."""
        self.manifest = manifest
        self.folder = folder
        try:
            weakref.finalize(self, os.close, hold(folder))
            with open(folder / "articles.jsonl", encoding="utf-8") as lines, _uncollected():
                self.shelves = [_shelf(line) for line in json.loads(f"[{','.join(lines)}]")]  # at once: twice as fast
            self.texts = np.memmap(folder / "texts.utf8", np.uint8, "r")
            self.passages = np.memmap(folder / "passages.i64", np.int64, "r").reshape(-1, _PASSAGE_COLUMNS)
            self.sentences = np.memmap(folder / "sentences.i64", np.int64, "r").reshape(-1, _SENTENCE_COLUMNS)
            vectors = np.memmap(folder / "sentences.f16", np.float16, "r")
            self.sentence_matrix = vectors.reshape(-1, manifest.dimension)
            self.vectors = faiss.read_index(str(folder / "vectors.faiss"), faiss.IO_FLAG_MMAP_IFC)
            self._lexical = LexicalIndex.open(folder / "lexical")
            self._signatures, self._originals = _copies(folder, manifest)
            self.pairs = read_pairs(folder)
        except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
            raise IndexDamaged(folder, "its files do not fit together") from error
        counts = (len(self.shelves), len(self._originals), len(self.passages), len(self.sentences), self.vectors.ntotal)
        if counts != (manifest.articles, manifest.articles, manifest.passages, manifest.sentences, manifest.passages):
            raise IndexDamaged(folder, "its files do not fit together")
        copied = np.flatnonzero(self._originals != np.arange(len(self._originals))).tolist()
        names = [shelf.meta.doc_id for shelf in self.shelves]
        self._copied = {names[row]: names[self._originals[row]] for row in copied}
        self._by_id = {shelf.meta.doc_id: shelf for shelf in self.shelves}
        self._starts = np.array([shelf.passages.start for shelf in self.shelves], np.int64)
        self._keys = {shelf.key: row for row, shelf in enumerate(self.shelves)}
        _open[_identity(folder)] = self

    @property
    def info(self) -> IndexInfo:
        """Which version this is."""
        return self.manifest.info

    def metas(self) -> Sequence[ArticleMeta]:
        """All articles, ordered by ``doc_id``."""
        return [shelf.meta for shelf in self.shelves]

    def article(self, doc_id: str) -> Article:
        """One article with its text. Raises ArticleNotFound."""
        shelf = self.shelves[self._row(doc_id)]
        return Article(shelf.meta, self._text(shelf))

    def disagreements(self) -> tuple[StatedPair, ...]:
        """The pairs of statements that disagree, contradictions before changes; those of copies are told once.

        Raises:
            NotCompared: this version was made before articles were compared.
        """
        if PAIRS_FILE not in self.manifest.files:
            raise NotCompared(self.folder)
        shelves = {shelf.key: shelf for shelf in self.shelves}
        return stated(self.pairs, lambda key: self.written(shelves[key]))

    @property
    def knows_claims(self) -> bool:
        """Whether its articles were compared by the rules of this release."""
        return CLAIMS_FILE in self.manifest.files

    def written(self, shelf: Shelf) -> tuple[ArticleMeta, str, tuple[Sentence, ...]]:
        """What is known of an article, its text and its sentences."""
        return shelf.meta, self._text(shelf), self._sentences(shelf)

    @staticmethod
    def mentions(folder: Path, hashes: Iterable[str]) -> bool:
        """Whether the version in a folder, which is not opened for this, holds an article of any of these hashes."""
        try:
            listed = (folder / "articles.jsonl").read_text(encoding="utf-8")
        except OSError:
            return False
        return any(f'"{one}"' in listed for one in hashes)

    @property
    def place(self) -> Path:
        """The folder of this version."""
        return self.folder

    @property
    def complete(self) -> bool:
        """Whether it knows all that this release finds in articles: copies, and where they disagree."""
        return self._signatures is not None and self.knows_claims

    def entries(self) -> Sequence[Shelf]:
        """All articles, ordered by ``doc_id``."""
        return self.shelves

    def remake(self, key: int) -> tuple[Chunks, list[Embedded]]:
        """The chunks and vectors of an article, as they were made."""
        shelf = self.shelves[self._keys[key]]
        records = self.records(range(*shelf.passages))
        vectors = self.vectors.reconstruct_n(shelf.passages.start, len(records))
        embedded = [
            Embedded(vector, sentences)
            for vector, sentences in zip(vectors, self.sentence_vectors(records), strict=True)
        ]
        return Chunks(self._sentences(shelf), tuple(one.passage for one in records)), embedded

    def copies(self, doc_id: str) -> list[ArticleMeta]:
        """An article and its near-copies, ordered by ``doc_id``. Raises ArticleNotFound."""
        first = self._originals[self._row(doc_id)]
        return [self.shelves[row].meta for row in np.flatnonzero(self._originals == first)]

    def copied(self) -> dict[str, str]:
        """Of every article that is a near-copy of others, the first of those, both by ``doc_id``."""
        return dict(self._copied)

    def signature(self, shelf: Shelf) -> Signatures:
        """What tells near-copies of an article; made anew if this version has none."""
        if self._signatures is not None:
            row: Signatures = self._signatures[self._keys[shelf.key]]
            return row
        return sign(self._text(shelf), self._sentences(shelf))

    def first_row(self, doc_id: str) -> int:
        """The row of an article's first passage."""
        return self._by_id[doc_id].passages.start

    def passage_counts(self) -> dict[str, int]:
        """How many passages each article has, by ``doc_id``."""
        return {shelf.meta.doc_id: shelf.passages.end - shelf.passages.start for shelf in self.shelves}

    def records(self, rows: Sequence[int]) -> list[PassageRecord]:
        """The passages of these rows, in their order. Each article's text is decoded once."""
        places = (np.searchsorted(self._starts, rows, side="right") - 1).tolist()
        texts = {place: self._text(self.shelves[place]) for place in set(places)}
        return [
            self._record(int(row), self.shelves[place], texts[place]) for row, place in zip(rows, places, strict=True)
        ]

    def rows_admitted(self, filters: Filters) -> NDArray[np.int64]:
        """The rows whose article the filters admit, ascending."""
        runs = [np.arange(*shelf.passages) for shelf in self.shelves if filters.admit(shelf.meta)]
        return np.concatenate(runs) if runs else np.empty(0, np.int64)

    def dense(self, vector: Vector, k: int, filters: Filters) -> tuple[NDArray[np.int64], Vector]:
        """The rows of the ``k`` passages nearest to ``vector`` and their cosines, best first."""
        chosen = {}
        if filters:
            selector = faiss.IDSelectorBatch(self.rows_admitted(filters))
            chosen["params"] = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        scores, found = self.vectors.search(vector[None], min(k, self.vectors.ntotal), **chosen)
        real = found[0] >= 0
        return found[0][real], scores[0][real]

    def passage_matrix(self) -> Matrix:
        """The vectors (n, d) of all passages: FAISS's own memory, to be read only while this store lives."""
        size = self.vectors.ntotal * self.vectors.d
        matrix: Matrix = faiss.rev_swig_ptr(self.vectors.get_xb(), size).reshape(-1, self.vectors.d)  # type: ignore[attr-defined]
        return matrix

    def best_cosines(self, rows: NDArray[np.int64]) -> Vector:
        """The cosine (n,) of what is found first for the vector of each of these passages."""
        scores: Matrix = self.vectors.search(self.vectors.reconstruct_batch(rows), 1)[0]
        return scores[:, 0]

    def cosines(self, vector: Vector, rows: NDArray[np.int64]) -> Vector:
        """The cosine of ``vector`` with each of these passages."""
        cosines: Vector = self.vectors.reconstruct_batch(rows) @ vector
        return cosines

    def lexical(self, terms: Sequence[str], k: int, filters: Filters) -> tuple[NDArray[np.int64], Vector]:
        """The rows of the ``k`` passages that match the terms best by BM25 and their scores, best first."""
        keys = [shelf.key for shelf in self.shelves if filters.admit(shelf.meta)] if filters else None
        places, scores = self._lexical.search(terms, k, keys)
        found = [self.shelves[self._keys[int(key)]].passages.start + int(number) for key, number in places]
        return np.array(found, np.int64), scores

    def document_frequencies(self, terms: Collection[str]) -> dict[str, int]:
        """In how many of all passages each of these terms stands."""
        return {term: self._lexical.document_frequency(term) for term in terms}

    def sentence_vectors(self, records: Sequence[PassageRecord]) -> list[Matrix]:
        """The vectors (n, d) of each passage's sentences, as float32."""
        first = [(one.sentence_row, one.sentence_row + len(one.sentences)) for one in records]
        return [self.sentence_matrix[start:end].astype(np.float32) for start, end in first]

    def _text(self, shelf: Shelf) -> str:
        return self.texts[shelf.text.start : shelf.text.end].tobytes().decode("utf-8", "surrogatepass")

    def _sentences(self, shelf: Shelf) -> tuple[Sentence, ...]:
        cells = self.sentences[shelf.sentences.start : shelf.sentences.end].tolist()
        return tuple(Sentence(Span(begin, stop), _KINDS[kind]) for begin, stop, kind in cells)

    def _row(self, doc_id: str) -> int:
        try:
            return self._keys[self._by_id[doc_id].key]
        except KeyError:
            raise ArticleNotFound(doc_id) from None

    def _record(self, row: int, shelf: Shelf, text: str) -> PassageRecord:
        start, end, first, last, heading_start, heading_end = self.passages[row].tolist()
        heading = None if heading_start == _NO_HEADING else Span(heading_start, heading_end)
        first_row = shelf.sentences.start + first
        cells = self.sentences[first_row : shelf.sentences.start + last].tolist()
        sentences = tuple(Sentence(Span(begin, stop), _KINDS[kind]) for begin, stop, kind in cells)
        passage = Passage(Span(start, end), Span(first, last), heading)
        return PassageRecord(
            row, shelf.meta, passage, text[start:end], heading.cut(text) if heading else None, sentences, first_row
        )


def _copies(folder: Path, manifest: Manifest) -> tuple[Signatures | None, NDArray[np.int64]]:
    """What tells copies, and which articles are copies of which: each only of itself, if nobody looked."""
    if "copies.i64" not in manifest.files:
        return None, np.arange(manifest.articles)
    signatures = np.memmap(folder / "signatures.u32", np.uint32, "r").reshape(manifest.articles, PLACES)
    return signatures, np.fromfile(folder / "copies.i64", np.int64)


_open: Final[weakref.WeakValueDictionary[tuple[int, ...], FaissStore]] = weakref.WeakValueDictionary()
"""The versions that are open in this process, by what stays the same when a version is moved into place."""


def _identity(folder: Path) -> tuple[int, ...]:
    """What no other version has, as long as this one is held. Raises IndexDamaged."""
    try:
        state = os.stat(folder / MANIFEST)
    except OSError as error:
        raise IndexDamaged(folder, "its files do not fit together") from error
    return state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns


@contextmanager
def _uncollected() -> Iterator[None]:
    """While many lasting objects are made: the collector would walk through all of them again and again."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _line(shelf: Shelf) -> str:
    """An article's line of ``articles.jsonl``. Field by field: `dataclasses.asdict` takes ten times as long."""
    meta = {name: getattr(shelf.meta, name) for name in _META_FIELDS}
    line = {
        "key": shelf.key,
        "meta": meta,
        "text": shelf.text,
        "passages": shelf.passages,
        "sentences": shelf.sentences,
        "state": shelf.state,
    }
    return json.dumps(line, ensure_ascii=True, default=date.isoformat)


def _shelf(line: dict[str, Any]) -> Shelf:
    """An article's line of ``articles.jsonl``, read back."""
    meta = line["meta"]
    meta["published"] = date.fromisoformat(meta["published"]) if meta["published"] else None
    meta["pages"] = tuple(meta["pages"])
    spans = Span(*line["text"]), Span(*line["passages"]), Span(*line["sentences"])
    state = line.get("state")  # which earlier releases did not write
    return Shelf(line["key"], ArticleMeta(**meta), *spans, tuple(state) if state else None)


def _written(
    shelf: Shelf, texts: NDArray[np.uint8], cells: NDArray[np.int64]
) -> tuple[ArticleMeta, str, tuple[Sentence, ...]]:
    """An article out of the files that hold all texts and sentences."""
    text = texts[shelf.text.start : shelf.text.end].tobytes().decode("utf-8", "surrogatepass")
    rows = cells[shelf.sentences.start : shelf.sentences.end].tolist()
    return shelf.meta, text, tuple(Sentence(Span(begin, stop), _KINDS[kind]) for begin, stop, kind in rows)


def _write(file: BinaryIO, rows: Iterable[Sequence[int]]) -> None:
    file.write(np.array(list(rows), np.int64).tobytes())


def _passage_row(passage: Passage) -> tuple[int, ...]:
    heading = passage.heading or Span(_NO_HEADING, _NO_HEADING)
    return (*passage.span, *passage.sentences, *heading)

"""A BM25 index over passages: tantivy, memory-mapped, k1 = 1.2 and b = 0.75 (Robertson and Zaragoza, 2009)."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import numpy as np
import tantivy
from numpy.typing import NDArray

from aliqa.text.terms import terms

_LARGE: Final = 50_000
"""In an index of more passages than this, words that stand everywhere are not searched if there are others: they tell
next to nothing, and of a million passages they take four fifths of the time."""

_EVERYWHERE: Final = 0.3
"""The share of the passages in which such a word stands. As many of XQuAD's and CLAP NQ's questions find theirs so."""

_HEAP_BYTES: Final = 64_000_000
_MANY: Final = 1000
"""So many articles are named to the index, if only they may be searched."""

_DEEPEST: Final = 5000
"""So many passages are looked at, if many articles may be searched, but not all."""


class LexicalIndex:
    """A BM25 index of passages, each known by its article's key and its number in the article."""

    def __init__(self, index: Any, large: int) -> None:
        """Use `create` or `open`."""
        self._index = index
        self._large = large
        self._schema = index.schema
        index.reload()
        self._searcher = index.searcher()

    @classmethod
    def open(cls, folder: Path, large: int = _LARGE) -> "LexicalIndex":
        """Open the index in a folder for searching. Raises OSError or ValueError when it cannot be read.

        Above ``large`` passages, words that stand in many of them are not searched beside others.

        tantivy takes a lock in the folder to open it. A folder that may not be written is opened
        through links to its files, which are needed no longer once it is open.
        """
        with suppress(ValueError):
            return cls(tantivy.Index.open(str(folder)), large)
        links = Path(tempfile.mkdtemp())
        try:
            for path in folder.iterdir():
                if path.suffix != ".lock":
                    (links / path.name).symlink_to(path.resolve())
            return cls(tantivy.Index.open(str(links)), large)
        finally:
            remove(links)

    def search(
        self, query: Sequence[str], k: int, keys: Sequence[int] | NDArray[np.int64] | None = None, articles: int = 0
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The best passages for the query's terms.

        Where a good part of many articles may be searched, all are, and those that may not are left out afterwards:
        to name each to the index would take longer.

        Args:
            query: terms; a repeated term counts once, and in a large index one that stands everywhere does not.
            k: how many passages at the most.
            keys: the articles to search; None for all.
            articles: how many there are, if that is known.

        Returns:
            (n, 2) article keys and passage numbers, and (n,) BM25 scores, best first.
        """
        asked = dict.fromkeys(query)
        if self._searcher.num_docs > self._large:
            most = _EVERYWHERE * self._searcher.num_docs
            asked = dict.fromkeys(term for term in query if self._searcher.doc_freq("terms", term) <= most) or asked
        should = [(tantivy.Occur.Should, self._term(term)) for term in asked]
        if not should or k < 1 or (keys is not None and not len(keys)):
            return np.empty((0, 2), np.int64), np.empty(0, np.float32)
        wanted = tantivy.Query.boolean_query(should)
        if keys is None:
            return self._best(wanted, k)
        depth = 2 * k * articles // len(keys)
        if len(keys) > _MANY and k <= depth <= _DEEPEST:
            places, scores = self._best(wanted, depth)
            admitted = np.isin(places[:, 0], keys)
            if np.count_nonzero(admitted) >= k or len(places) < depth:
                return places[admitted][:k], scores[admitted][:k]
        named = tantivy.Query.term_set_query(self._schema, "article", [int(key) for key in keys])
        unscored = tantivy.Query.const_score_query(named, 0.0)
        return self._best(
            tantivy.Query.boolean_query([(tantivy.Occur.Must, wanted), (tantivy.Occur.Must, unscored)]), k
        )

    def _best(self, wanted: Any, k: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        hits = self._searcher.search(wanted, k, count=False).hits
        addresses = [address for _, address in hits]
        places = [self._searcher.fast_field_values(name, addresses) for name in ("article", "number")]
        return np.array(places, np.int64).reshape(2, -1).T, np.array([score for score, _ in hits], np.float32)

    def vocabulary(self, beginning: str) -> list[str]:
        """The terms that begin so; terms that only removed passages had may be among them."""
        return [term for term, _ in self._searcher.terms_with_prefix("terms", beginning)]

    def document_frequency(self, term: str) -> int:
        """In how many passages a term stands; tantivy's own count would include removed ones."""
        return int(self._searcher.search(self._term(term), 1, count=True).count)

    def _term(self, term: str) -> Any:
        return tantivy.Query.term_query(self._schema, "terms", term, "freq")


def remove(watched: Path, tries: int = 100) -> None:
    """Remove a folder of an open index: tantivy, which watches it, may take its lock there at any moment."""
    for _ in range(tries):
        shutil.rmtree(watched, ignore_errors=True)
        if not watched.exists():
            return


class LexicalWriter:
    """Makes or changes a BM25 index; nothing is seen by readers before `commit`."""

    def __init__(self, folder: Path, base: Path | None = None) -> None:
        """Write into a folder of its own; ``base`` is an index to start from, which stays as it is.

        This and all methods raise OSError when something cannot be written.
        """
        folder.mkdir(exist_ok=True)
        if base:
            _take_over(base, folder)
        with _refusals():
            self._index = tantivy.Index(_schema(), path=str(folder), reuse=True)
            self._writer = self._index.writer(heap_size=_HEAP_BYTES, num_threads=1)

    def add(self, key: int, number: int, text: str) -> None:
        """Add a passage by its article's key, its number in the article, and what is searched."""
        document = tantivy.Document()
        document.add_unsigned("article", key)
        document.add_unsigned("number", number)
        document.add_text("terms", " ".join(terms(text)))
        with _refusals():
            self._writer.add_document(document)

    def remove(self, key: int) -> None:
        """Remove all passages of an article."""
        with _refusals():
            self._writer.delete_documents_by_query(tantivy.Query.term_query(self._index.schema, "article", key))

    def commit(self) -> None:
        """Write everything out and finish."""
        with _refusals():
            self._writer.commit()
            self._writer.wait_merging_threads()


@contextmanager
def _refusals() -> Iterator[None]:
    """Turn tantivy's errors, which are the operating system's when it writes, into OSError."""
    try:
        yield
    except ValueError as error:
        number = re.search(r"os error (\d+)", str(error))
        raise OSError(int(number[1]), os.strerror(int(number[1]))) if number else OSError(None, str(error)) from error


def _take_over(base: Path, folder: Path) -> None:
    """Bring an index's files into a folder: segments, which never change, as hard links where that works."""
    for path in base.iterdir():
        if path.suffix == ".json":
            shutil.copyfile(path, folder / path.name)
        elif path.suffix != ".lock":
            try:
                os.link(path, folder / path.name)
            except OSError:
                shutil.copyfile(path, folder / path.name)


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("article", stored=False, indexed=True, fast=True)
    builder.add_unsigned_field("number", stored=False, indexed=False, fast=True)
    builder.add_text_field("terms", stored=False, tokenizer_name="whitespace", index_option="freq")
    return builder.build()

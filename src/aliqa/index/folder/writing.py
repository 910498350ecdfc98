"""Writes a version: what is new into a segment of its own; the rest is taken over from the version before.

As in a log-structured merge tree (O'Neil et al., 1996), segments that are not much larger than the new one are written
anew together with it, so that there are few, and an article is copied only now and then.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np

from aliqa.articles.loading import FileState
from aliqa.foundations.protocols import Embedded, Reader
from aliqa.foundations.types import Article
from aliqa.index.chunking import Chunks, passage_context
from aliqa.index.copies import originals, sign
from aliqa.index.folder.articles import (
    COLUMNS,
    KEY,
    NAME_END,
    NAMES_FILE,
    ORIGINAL,
    PLACE,
    PUBLISHED,
    SEGMENT,
    SHA256,
    SOURCE,
    STATE,
    TABLE_FILE,
    ArticleTable,
    Numbers,
    digest,
    packed_states,
)
from aliqa.index.folder.bm25 import LexicalWriter
from aliqa.index.folder.limits import LIMITS, Limits
from aliqa.index.folder.passages import Passages
from aliqa.index.folder.segments import Segment, SegmentInfo, SegmentWriter, take_over, write_names
from aliqa.index.folder.vectors import renew
from aliqa.index.folder.version import FaissStore
from aliqa.text import names
from aliqa.text.claims.comparing import compare, write_pairs

_RATIO: Final = 4
"""A segment is written anew if it has fewer times as many passages as what is written behind it."""

_GONE: Final = 0.5
"""The share of a version's passages that may belong to articles that are gone before all are written anew."""

_NEW: Final = -1


class VersionWriter:
    """Writes the files of one version into a folder, article by article, in the order of their names."""

    def __init__(
        self,
        folder: Path,
        dimension: int,
        base: FaissStore | None = None,
        reader: Callable[[], Reader | None] = lambda: None,
        limits: Limits = LIMITS,
    ) -> None:
        """Keep articles of the version ``base``; ``reader`` gives what reads pairs that may differ.

        This and all methods raise OSError if something cannot be written.
        """
        self._folder = folder
        self._dimension = dimension
        self._limits = limits
        self._base = base
        self._reader = reader
        self._next_key = base.manifest.next_key if base else 1
        self._number = 1 + max((info.number for info in base.segments), default=0) if base else 1
        self._segment = SegmentWriter(folder, self._number)
        self._lexical = LexicalWriter(folder / "lexical", base.folder / "lexical" if base else None)
        self._found_names: dict[int, str] = {}
        self._names: list[bytes] = []
        self._keys: list[int] = []
        self._facts: list[tuple[int, int, int, int, int]] = []
        self._states: list[FileState | None] = []
        self._anew: set[int] = set()

    def add(
        self, article: Article, chunks: Chunks, embedded: Sequence[Embedded], state: FileState | None = None
    ) -> None:
        """Write an article; ``embedded`` holds the vectors of ``chunks.passages``, in their order."""
        key, self._next_key = self._next_key, self._next_key + 1
        published = article.meta.published.toordinal() if article.meta.published else 0
        meta = article.meta
        facts = key, len(self._facts), published, digest((meta.source or "").casefold()), digest(meta.sha256)
        self._facts.append(facts)
        self.keep([_NEW], [article.meta.doc_id], [state])
        self._segment.add(article, chunks, embedded, sign(article.text, chunks.sentences))
        for number, passage in enumerate(chunks.passages):
            self._lexical.add(key, number, f"{passage_context(article, passage)}\n{passage.span.cut(article.text)}")
        self._found_names[key] = names.encode(names.find(article.text, chunks.sentences))

    def keep(self, keys: Sequence[int], doc_ids: Sequence[str], states: Sequence[FileState | None]) -> None:
        """Take articles over from the base, each at most once, under these names, with the states of their files."""
        self._names += [doc_id.encode("utf-8", "surrogatepass") for doc_id in doc_ids]
        self._keys += keys
        self._states += states

    def finish(self) -> dict[str, Any]:
        """Write the rest; what the manifest has to say about the content."""
        columns = self._columns()
        segments, stable = self._close_segments(columns)
        names = np.frombuffer(b"".join(self._names), np.uint8)
        opened = [Segment(self._folder, info, self._dimension, self._limits) for info in segments]
        table = ArticleTable(columns, names, opened, self._limits)
        columns[ORIGINAL] = self._originals(table)
        (self._folder / TABLE_FILE).write_bytes(columns.data)
        (self._folder / NAMES_FILE).write_bytes(names.data)
        for key in self._gone():
            self._lexical.remove(key)
        self._lexical.commit()
        self._name(table)
        known = self._base if stable else None
        lists = renew(self._folder, table, known.folder if known else None, known.lists if known else None)
        self._compare(Passages(self._folder, table, lists))
        newest = int(columns[PUBLISHED].max())
        return {
            "dimension": self._dimension,
            "articles": len(table),
            "passages": int(table.passage_counts.sum()),
            "sentences": table.sentences,
            "next_key": self._next_key,
            "newest_published": date.fromordinal(newest).isoformat() if newest else None,
            "segments": [asdict(segment) for segment in segments],
            "vectors": asdict(lists) if lists else None,
        }

    # --- inside ------------------------------------------------------------------------------

    def _columns(self) -> Numbers:
        """The table, but for where the articles of segments that are written anew are, and which are copies."""
        columns = np.zeros((COLUMNS, len(self._keys)), np.int64)
        keys = np.array(self._keys, np.int64)
        new = keys == _NEW
        columns[STATE:] = packed_states(self._states)
        columns[NAME_END] = np.cumsum([len(name) for name in self._names])
        columns[np.ix_((KEY, PLACE, PUBLISHED, SOURCE, SHA256), new)] = np.array(self._facts, np.int64).reshape(-1, 5).T
        columns[SEGMENT, new] = _NEW
        if self._base:
            rows = self._base.table.rows_of_keys(keys[~new])
            taken = np.array([KEY, SEGMENT, PLACE, PUBLISHED, SOURCE, SHA256])
            columns[np.ix_(taken, ~new)] = self._base.table.columns[np.ix_(taken, rows)]
        return columns

    def _close_segments(self, columns: Numbers) -> tuple[list[SegmentInfo], bool]:
        """Take over or write anew the base's segments, and tell the table where the articles are.

        Returns:
            The version's segments, and whether those that the base's index of vectors knows come first, unchanged.
        """
        infos = self._base.segments if self._base else []
        self._anew = anew = self._to_write_anew(columns)
        for index in sorted(anew):
            here = np.flatnonzero(columns[SEGMENT] == index)
            here = here[np.argsort(columns[PLACE, here])]
            places = self._segment.take(self._base.table.segments[index], columns[PLACE, here])  # type: ignore[union-attr]
            columns[PLACE, here], columns[SEGMENT, here] = places, _NEW
        linked = [index for index in range(len(infos)) if index not in anew]
        for number, index in enumerate(linked):
            take_over(infos[index], self._base.folder, self._folder)  # type: ignore[union-attr]
            columns[SEGMENT, columns[SEGMENT] == index] = number  # which only becomes smaller
        segments = [infos[index] for index in linked]
        own = self._segment.close()
        if own:
            columns[SEGMENT, columns[SEGMENT] == _NEW] = len(segments)
            segments.append(own)
        return segments, linked[: self._covered()] == list(range(self._covered()))

    def _to_write_anew(self, columns: Numbers) -> set[int]:
        """The indexes of the base's segments of which what is left is written behind what is new."""
        if not self._base:
            return set()
        rows = self._base.table.rows_of_keys(columns[KEY, columns[SEGMENT] != _NEW])
        counts = self._base.table.passage_counts[rows]
        live = np.bincount(self._base.table.columns[SEGMENT, rows], counts, len(self._base.segments)).tolist()
        if sum(live) < (1 - _GONE) * sum(info.passages for info in self._base.segments):
            return set(range(len(live)))
        anew, size = set[int](), self._segment.passages
        lists = self._base.lists
        fixed = self._covered() if lists and lists.sorted else 0  # one list is soon made anew
        for index in reversed(range(fixed, len(live))):
            if live[index] and live[index] >= _RATIO * size:
                break
            anew.add(index)
            size += int(live[index])
        return anew

    def _covered(self) -> int:
        """How many of the base's first segments its index of vectors knows by their rows."""
        if not self._base or not self._base.lists:
            return 0
        return int(np.searchsorted(self._base.table.first_rows[:-1], self._base.lists.passages))

    def _gone(self) -> list[int]:
        """The keys of the base's articles that are not kept."""
        held = self._base.table.columns[KEY] if self._base else np.empty(0, np.int64)
        gone: list[int] = np.setdiff1d(held, np.array(self._keys, np.int64)).tolist()
        return gone

    def _originals(self, table: ArticleTable) -> Numbers:
        """Which articles are copies: what the base knows, but for groups of which an article is gone."""
        if not self._base:
            return originals(table.signatures())
        keys, known = np.array(self._keys, np.int64), self._base.table
        groups = np.full(len(keys), -1, np.int64)
        groups[keys >= 0] = known.columns[ORIGINAL][known.rows_of_keys(keys[keys >= 0])]
        gone = known.rows_of_keys(np.array(self._gone(), np.int64))
        groups[np.isin(groups, known.columns[ORIGINAL][gone])] = -1
        return originals(table.signatures(), groups)

    def _compare(self, passages: Passages) -> None:
        """Write where the articles differ: the base's pairs of articles that are kept, and those with new ones."""
        keys = set(passages.table.columns[KEY].tolist())
        done = self._base if self._base and self._base.complete else None
        known = [pair for pair in done.pairs if all(side.article in keys for side in pair.sides)] if done else []
        compared = set(done.table.columns[KEY].tolist()) if done else set()
        write_pairs(self._folder, compare(passages, sorted(keys - compared), known, self._reader))

    def _name(self, table: ArticleTable) -> None:
        """Write which names stand in the articles: of new ones found now, of those that are written anew taken over."""
        if self._base:
            for index in sorted(self._anew):
                self._found_names.update(self._base.table.segments[index].names())
        for index, segment in enumerate(table.segments):
            if not segment.has_names:
                keys = table.columns[KEY, table.columns[SEGMENT] == index].tolist()
                write_names(self._folder, segment.info, ((key, self._names_of(key, table)) for key in keys))
                segment.has_names = True

    def _names_of(self, key: int, table: ArticleTable) -> str:
        if key not in self._found_names:
            _, text, sentences = table.written(key)
            self._found_names[key] = names.encode(names.find(text, sentences))
        return self._found_names[key]

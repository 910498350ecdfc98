"""The next version in the database: contents are written as they are made, then one transaction publishes them.

What belongs to no version is seen by nobody: a build that dies leaves only rows that the next one removes.
"""

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np

from aliqa.articles.loading import FileState
from aliqa.foundations.errors import StoreFailed
from aliqa.foundations.protocols import Embedded, Reader
from aliqa.foundations.types import Article, Sentence
from aliqa.index.chunking import Chunks, sentence_matrix
from aliqa.index.copies import originals, sign
from aliqa.index.folder.catalog import Manifest
from aliqa.index.postgres.connecting import Connection, Database, Inside
from aliqa.index.postgres.rows import (
    Entry,
    PassageRow,
    decode_sentences,
    decode_text,
    encode_meta,
    encode_sentences,
    encode_text,
    passage_rows,
    searchable,
)
from aliqa.index.postgres.searching import VISIBLE
from aliqa.index.postgres.version import RULES, PostgresVersion
from aliqa.text import names
from aliqa.text.claims.comparing import compare

_AT_ONCE: Final = 500
_KEPT_FOR: Final = "1 hour"
"""How long a version can still be read after two newer ones were published."""

_CONTENT_COLUMNS: Final = "corpus, key, text, sentences, vectors, signature, passages, sentence_count, tokens, names"
_PASSAGE_COLUMNS: Final = "corpus, key, number, span, bytes, length, dimension, words, counts, vector"
_ARTICLE_COLUMNS: Final = "corpus, key, since, doc_id, source, published, meta, state, passages"


class PostgresBuild:
    """The next version as an `aliqa.index.places.Build`."""

    def __init__(
        self, database: Database, connection: Connection, corpus: int, published: PostgresVersion | None
    ) -> None:
        """``connection`` holds the lock of the corpus, and writes."""
        self._database = database
        self._connection = connection
        self._corpus = corpus
        self.published = published

    def recall(self, hashes: Collection[str]) -> list[PostgresVersion]:
        """None: what an earlier version holds is not asked for."""
        return []

    def begin(self, dimension: int, *, anew: bool, reader: Callable[[], Reader | None] = lambda: None) -> None:
        """Start writing; what a build that died left is removed."""
        self._dimension = dimension
        self._reader = reader
        self._base = None if anew else self.published
        self._entries: list[Entry] = []
        self._pending: list[tuple[int, tuple[Any, ...], list[PassageRow]]] = []
        self._kept = {entry.key: entry for entry in self._base.entries()} if self._base else {}
        with self._database.translated(), self._connection.transaction():
            self._remove_unused()
            [[self._next_key]] = self._rows("SELECT next_key FROM aliqa.corpora WHERE corpus = %s", self._corpus)

    def keep(self, keys: Sequence[int], doc_ids: Sequence[str], states: Sequence[FileState | None]) -> None:
        """Take articles over from the published version."""
        for key, doc_id, state in zip(keys, doc_ids, states, strict=True):
            self._keep(key, doc_id, state)

    def _keep(self, key: int, doc_id: str, state: FileState | None) -> None:
        kept = self._kept[key]
        meta = replace(kept.meta, doc_id=doc_id)
        self._entries.append(Entry(key, meta, state, kept.passages))
        if self._base and not self._base.complete:
            text, sentences = self._read(key)
            self._execute(
                "UPDATE aliqa.contents SET names = %s WHERE corpus = %s AND key = %s",
                names.encode(names.find(text, sentences)),
                self._corpus,
                key,
            )

    def add(self, article: Article, chunks: Chunks, embedded: Sequence[Embedded], state: FileState | None) -> None:
        """Write an article. Raises StoreUnreachable and the other errors of a store."""
        key, self._next_key = self._next_key, self._next_key + 1
        passages = passage_rows(article, chunks, embedded)
        content = (
            encode_text(article.text),
            encode_sentences(chunks.sentences),
            sentence_matrix(chunks, embedded).astype(np.float16).tobytes(),
            sign(article.text, chunks.sentences).tobytes(),
            len(passages),
            len(chunks.sentences),
            sum(passage.tokens for passage in passages),
            names.encode(names.find(article.text, chunks.sentences)),
        )
        self._entries.append(Entry(key, article.meta, state, len(passages)))
        self._pending.append((key, content, passages))
        if sum(len(rows) for _, _, rows in self._pending) >= _AT_ONCE:
            self._flush()

    def publish(
        self, fields: dict[str, Any], new: Sequence[str], keep: Callable[[PostgresVersion], object]
    ) -> Manifest:
        """Publish what was written in one transaction. Raises StoreFailed if the database lacks some of it."""
        self._flush()
        with self._database.translated():
            with self._connection.transaction():
                [[number]] = self._rows(
                    "UPDATE aliqa.corpora SET built = built + 1, next_key = %s WHERE corpus = %s RETURNING built",
                    self._next_key,
                    self._corpus,
                )
                self._place(number)
                version = self._write_version(number, fields)
                self._ensure_nearest(version.manifest.passages)
            keep(version)
            self._prune()
        return version.manifest

    # --- inside ------------------------------------------------------------------------------

    def _rows(self, query: str, *parameters: Any) -> list[Any]:
        return self._connection.execute(query.encode(), parameters).fetchall()

    def _execute(self, query: str, *parameters: Any) -> None:
        self._connection.execute(query.encode(), parameters)

    def _copy(self, table: str, columns: str, rows: Iterable[Sequence[Any]]) -> None:
        with (
            self._connection.cursor() as cursor,
            cursor.copy(f"COPY aliqa.{table} ({columns}) FROM STDIN".encode()) as copy,
        ):
            for row in rows:
                copy.write_row(row)

    def _flush(self) -> None:
        """Write the contents that wait; no version has them yet."""
        pending, self._pending = self._pending, []
        passages = (
            (self._corpus, key, number, *row.columns(self._dimension))
            for key, _, rows in pending
            for number, row in enumerate(rows)
        )
        with self._database.translated(), self._connection.transaction():
            self._copy("contents", _CONTENT_COLUMNS, ((self._corpus, key, *content) for key, content, _ in pending))
            self._copy("passages", _PASSAGE_COLUMNS, passages)

    def _place(self, number: int) -> None:
        """Say which articles belong to the version, where that differs from the newest one that was made."""
        now = {entry.key: (encode_meta(entry.meta), entry.state) for entry in self._entries}
        rows = self._rows(
            "SELECT key, meta::text, state FROM aliqa.articles WHERE corpus = %s AND until IS NULL", self._corpus
        )
        newest = {key: (meta, tuple(state) if state else None) for key, meta, state in rows}
        over = [key for key, known in newest.items() if now.get(key) != known]
        self._execute(
            "UPDATE aliqa.articles SET until = %s WHERE corpus = %s AND key = ANY(%s) AND until IS NULL",
            number,
            self._corpus,
            over,
        )
        entries = (entry for entry in self._entries if newest.get(entry.key) != now[entry.key])
        self._copy("articles", _ARTICLE_COLUMNS, (self._article(number, entry, now[entry.key][0]) for entry in entries))
        self._count_terms(number, list(now.keys() - newest.keys()), list(newest.keys() - now.keys()))

    def _article(self, number: int, entry: Entry, meta: str) -> tuple[Any, ...]:
        source = searchable((entry.meta.source or "").casefold())
        state = list(entry.state) if entry.state else None
        doc_id = searchable(entry.meta.doc_id)
        return (self._corpus, entry.key, number, doc_id, source, entry.meta.published, meta, state, entry.passages)

    def _count_terms(self, number: int, come: list[int], gone: list[int]) -> None:
        """Count anew in how many passages those terms stand that came or went."""
        self._execute(
            "INSERT INTO aliqa.term_counts SELECT %s, word, %s, sum(change) + coalesce((SELECT passages"
            " FROM aliqa.term_counts t WHERE t.corpus = %s AND t.word = changed.word ORDER BY since DESC LIMIT 1), 0)"
            " FROM (SELECT unnest(words) AS word, CASE WHEN key = ANY(%s) THEN 1 ELSE -1 END AS change"
            " FROM aliqa.passages WHERE corpus = %s AND key = ANY(%s)) AS changed GROUP BY word",
            self._corpus,
            number,
            self._corpus,
            come,
            self._corpus,
            come + gone,
        )

    def _write_version(self, number: int, fields: dict[str, Any]) -> PostgresVersion:
        """Write what is told of the version, and name it as the published one."""
        [[articles, passages, sentences, tokens, newest, held]] = self._rows(
            "SELECT count(*), coalesce(sum(c.passages), 0)::bigint, coalesce(sum(c.sentence_count), 0)::bigint,"
            " coalesce(sum(c.tokens), 0)::bigint, max(a.published), coalesce(sum((SELECT count(*) FROM aliqa.passages p"
            " WHERE p.corpus = a.corpus AND p.key = a.key)), 0)::bigint"
            f" FROM aliqa.articles a JOIN aliqa.contents c USING (corpus, key) WHERE {VISIBLE}",
            *(self._corpus, number, number),
        )
        if (articles, held) != (len(self._entries), passages):
            raise StoreFailed(self._database.place, "not all that was written is there; it was not published")
        now = datetime.now(UTC).replace(microsecond=0)
        manifest = Manifest(
            version=f"{number:06d}-{now:%Y%m%dT%H%M%SZ}",
            built_at=now.isoformat(),
            dimension=self._dimension,
            articles=articles,
            passages=passages,
            sentences=sentences,
            next_key=self._next_key,
            newest_published=newest.isoformat() if newest else None,
            **fields,
        )
        row = (number, asdict(manifest), tokens, self._copied(), RULES)
        self._execute(
            "UPDATE aliqa.versions SET superseded_at = now() WHERE corpus = %s AND superseded_at IS NULL",
            self._corpus,
        )
        self._execute(
            "INSERT INTO aliqa.versions (corpus, number, name, manifest, tokens, copied, rules, pairs)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            *(self._corpus, number, manifest.version, json.dumps(row[1]), tokens, json.dumps(row[3]), RULES, "[]"),
        )
        self._execute(
            "UPDATE aliqa.corpora SET earlier = published, published = %s WHERE corpus = %s", number, self._corpus
        )
        self._compare(PostgresVersion(Inside(self._database, self._connection), self._corpus, row))
        return PostgresVersion(self._database, self._corpus, row)

    def _copied(self) -> dict[str, str]:
        """Which articles are near-copies of which."""
        signatures = dict(self._rows("SELECT key, signature FROM aliqa.contents WHERE corpus = %s", self._corpus))
        entries = sorted(self._entries, key=lambda entry: entry.meta.doc_id)
        matrix = np.array([np.frombuffer(signatures[entry.key], np.uint32) for entry in entries])
        first = originals(matrix.reshape(len(entries), -1)).tolist()
        return {
            entry.meta.doc_id: entries[original].meta.doc_id
            for row, (entry, original) in enumerate(zip(entries, first, strict=True))
            if original != row
        }

    def _compare(self, version: PostgresVersion) -> None:
        """Write where the new version's articles differ: the base's pairs of those kept, and those with new ones."""
        keys = {entry.key for entry in self._entries}
        done = self._base if self._base and self._base.complete else None
        known = [pair for pair in done.pairs() if all(side.article in keys for side in pair.sides)] if done else []
        compared = {entry.key for entry in done.entries()} if done else set()
        pairs = compare(version, sorted(keys - compared), known, self._reader)
        self._execute(
            "UPDATE aliqa.versions SET pairs = %s WHERE corpus = %s AND number = %s",
            *(json.dumps([asdict(pair) for pair in pairs]), *version.number),
        )

    def _read(self, key: int) -> tuple[str, tuple[Sentence, ...]]:
        [[text, sentences]] = self._rows(
            "SELECT text, sentences FROM aliqa.contents WHERE corpus = %s AND key = %s", self._corpus, key
        )
        return decode_text(text), decode_sentences(sentences)

    def _ensure_nearest(self, passages: int) -> None:
        """Make the HNSW index once there are too many passages to compare them all."""
        if passages > self._database.exact:
            self._execute(
                f"CREATE INDEX IF NOT EXISTS passages_vector_{self._dimension} ON aliqa.passages USING hnsw"
                f" ((vector::halfvec({self._dimension})) halfvec_ip_ops) WHERE dimension = {self._dimension}"
            )

    def _prune(self) -> None:
        """Remove versions that are neither published nor the one before it, once nobody can be reading them."""
        with self._connection.transaction():
            self._execute(
                "DELETE FROM aliqa.versions v USING aliqa.corpora c WHERE c.corpus = %s AND v.corpus = c.corpus"
                f" AND v.number NOT IN (c.published, c.earlier) AND v.superseded_at < now() - interval '{_KEPT_FOR}'",
                self._corpus,
            )
            [[oldest]] = self._rows("SELECT min(number) FROM aliqa.versions WHERE corpus = %s", self._corpus)
            self._execute("DELETE FROM aliqa.articles WHERE corpus = %s AND until <= %s", self._corpus, oldest)
            self._execute(
                "DELETE FROM aliqa.term_counts old USING aliqa.term_counts new WHERE old.corpus = %s"
                " AND new.corpus = old.corpus AND new.word = old.word AND old.since < new.since AND new.since <= %s",
                self._corpus,
                oldest,
            )
            self._remove_unused()

    def _remove_unused(self) -> None:
        """Remove the contents that no article of any version has."""
        gone = self._rows(
            "DELETE FROM aliqa.contents c WHERE corpus = %s AND NOT EXISTS"
            " (SELECT FROM aliqa.articles a WHERE a.corpus = c.corpus AND a.key = c.key) RETURNING key",
            self._corpus,
        )
        keys = [key for (key,) in gone]
        self._execute("DELETE FROM aliqa.passages WHERE corpus = %s AND key = ANY(%s)", self._corpus, keys)

"""How articles, and what was made of them, are written as columns and read back.

Texts may hold what PostgreSQL's ``text`` cannot, as NUL: they are UTF-8 in ``bytea``, and metadata is JSON in ASCII.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from aliqa.articles.loading import FileState
from aliqa.foundations.protocols import Embedded, Vector
from aliqa.foundations.types import Article, ArticleMeta, Failure, Passage, Sentence, SentenceKind, Span
from aliqa.index.chunking import Chunks, passage_context
from aliqa.index.folder.catalog import Manifest
from aliqa.index.postgres.words import coarse_length, counted
from aliqa.text.terms import terms

SENTENCE_BYTES: Final = 12
"""A sentence is three 32-bit numbers: start, end, kind."""

_KINDS: Final = tuple(SentenceKind)
_META_FIELDS: Final = tuple(field.name for field in fields(ArticleMeta))
_NO_HEADING: Final = -1


@dataclass(frozen=True, slots=True)
class Entry:
    """An article of a version; ``passages`` is how many it has."""

    key: int
    meta: ArticleMeta
    state: FileState | None
    passages: int

    @property
    def doc_id(self) -> str:
        """Its name."""
        return self.meta.doc_id


@dataclass(frozen=True, slots=True)
class PassageRow:
    """A passage's columns.

    ``span`` is start, end, its sentences from and to, heading from and to; ``bytes`` is where text and heading begin
    in the article's UTF-8, and how long they are; ``tokens`` counts its search terms.
    """

    span: list[int]
    bytes: list[int]
    tokens: int
    words: list[int]
    counts: list[int]
    vector: str

    def columns(self, dimension: int) -> tuple[Any, ...]:
        """The columns from ``span`` to ``vector``, which has this dimension."""
        length = coarse_length(self.tokens)
        return (self.span, self.bytes, length, dimension, self.words, self.counts, self.vector)


def searchable(text: str) -> str:
    """A name as it is compared with others in SQL: without what ``text`` cannot hold."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")


def encode_text(text: str) -> bytes:
    """A text in UTF-8; halves of surrogate pairs are kept."""
    return text.encode("utf-8", "surrogatepass")


def decode_text(data: bytes) -> str:
    """A text out of what `encode_text` gave, or a run of its characters."""
    return data.decode("utf-8", "surrogatepass")


def encode_meta(meta: ArticleMeta) -> str:
    """What is known of an article, as JSON."""
    return json.dumps({name: getattr(meta, name) for name in _META_FIELDS}, default=date.isoformat)


def decode_meta(found: dict[str, Any]) -> ArticleMeta:
    """The same, read back."""
    published = date.fromisoformat(found["published"]) if found["published"] else None
    return ArticleMeta(**{**found, "published": published, "pages": tuple(found["pages"])})


def decode_manifest(found: dict[str, Any]) -> Manifest:
    """A manifest out of its JSON."""
    return Manifest(**{**found, "failures": [Failure(**failure) for failure in found["failures"]]})


def encode_sentences(sentences: Iterable[Sentence]) -> bytes:
    """Sentences as numbers, `SENTENCE_BYTES` each."""
    return np.array([(*sentence.span, _KINDS.index(sentence.kind)) for sentence in sentences], np.int32).tobytes()


def decode_sentences(data: bytes) -> tuple[Sentence, ...]:
    """Sentences out of their numbers."""
    cells = np.frombuffer(data, np.int32).reshape(-1, 3).tolist()
    return tuple(Sentence(Span(start, end), _KINDS[kind]) for start, end, kind in cells)


def decode_passage(span: Sequence[int]) -> Passage:
    """A passage out of its column ``span``."""
    start, end, first, last, heading_start, heading_end = span
    heading = None if heading_start == _NO_HEADING else Span(heading_start, heading_end)
    return Passage(Span(start, end), Span(first, last), heading)


def encode_vector(vector: Vector) -> str:
    """A vector in half precision, as pgvector writes it."""
    return f"[{','.join(map(str, vector.astype(np.float16).tolist()))}]"


def decode_vector(written: str) -> Vector:
    """A vector out of what pgvector writes."""
    return np.array(json.loads(written), np.float32)


def passage_rows(article: Article, chunks: Chunks, embedded: Sequence[Embedded]) -> list[PassageRow]:
    """The columns of an article's passages, in their order."""
    starts = _byte_starts(article.text)
    return [
        _passage_row(article, passage, starts, vectors.passage)
        for passage, vectors in zip(chunks.passages, embedded, strict=True)
    ]


def _passage_row(article: Article, passage: Passage, starts: NDArray[np.int64], vector: Vector) -> PassageRow:
    heading = passage.heading or Span(0, 0)
    places = [int(starts[place]) for span in (passage.span, heading) for place in span]
    found = terms(f"{passage_context(article, passage)}\n{passage.span.cut(article.text)}")
    words, counts = counted(found)
    return PassageRow(
        [*passage.span, *passage.sentences, *(passage.heading or (_NO_HEADING, _NO_HEADING))],
        [places[0], places[1] - places[0], places[2], places[3] - places[2]],
        len(found),
        words,
        counts,
        encode_vector(vector),
    )


def _byte_starts(text: str) -> NDArray[np.int64]:
    """Where each character begins in the text's UTF-8, and where the text ends."""
    data = np.frombuffer(encode_text(text), np.uint8)
    return np.append(np.flatnonzero((data & 0xC0) != 0x80), len(data))

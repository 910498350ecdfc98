"""The swap points: what an embedder, a reader and a store must do, and nothing of how they do it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from aliqa.foundations.types import (
    Article,
    ArticleMeta,
    ArticleNames,
    Filters,
    IndexInfo,
    Passage,
    Sentence,
    Span,
    StatedPair,
)

Vector = NDArray[np.float32]
Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class EmbeddingInput:
    """A passage as the embedder reads it: its context (title, section), then its text.

    ``sentences`` are spans of ``text``.
    """

    context: str
    text: str
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Embedded:
    """The vectors of one passage: ``passage`` (d,), ``sentences`` (n, d), float32, unit length."""

    passage: Vector
    sentences: Matrix


class Embedder(Protocol):
    """Turns text into unit-length float32 vectors. Several threads may call it at the same time."""

    @property
    def fingerprint(self) -> str:
        """Names the model and its weights; two embedders of one fingerprint give the same vectors."""

    @property
    def dimension(self) -> int:
        """The length of a vector."""

    @property
    def max_tokens(self) -> int:
        """How many of its own tokens the model reads, special tokens not counted."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many of the model's own tokens each text has."""

    def embed_query(self, text: str) -> Vector:
        """The vector (d,) of a question."""

    def embed_passages(self, inputs: Sequence[EmbeddingInput]) -> list[Embedded]:
        """The vectors of passages and of their sentences, in the order of ``inputs``."""


@dataclass(frozen=True, slots=True)
class PassageRecord:
    """A passage out of the index: its article, its text, the heading it stands under, its sentences.

    ``row`` is the passage's number in its index version, ``sentence_row`` that of its first sentence; the others
    follow, so that passages which overlap know their common sentences. Numbers may have gaps.
    """

    row: int
    meta: ArticleMeta
    passage: Passage
    text: str
    section: str | None
    sentences: tuple[Sentence, ...]
    sentence_row: int

    def cut(self, span: Span) -> str:
        """The words of a span of the article's text that lies in the passage."""
        start = self.passage.span.start
        return self.text[span.start - start : span.end - start]


class Store(Protocol):
    """One open, unchanging index version."""

    @property
    def info(self) -> IndexInfo:
        """Which version this is."""

    def metas(self) -> Sequence[ArticleMeta]:
        """All articles, ordered by ``doc_id``."""

    def article(self, doc_id: str) -> Article:
        """One article with its text. Raises ArticleNotFound."""

    def copies(self, doc_id: str) -> Sequence[ArticleMeta]:
        """An article and its near-copies, ordered by ``doc_id``. Raises ArticleNotFound."""

    def copied(self) -> dict[str, str]:
        """Of every article that is a near-copy of others, the first of those, both by ``doc_id``."""

    def passage_counts(self) -> dict[str, int]:
        """How many passages each article has, by ``doc_id``."""

    def records(self, rows: Sequence[int]) -> list[PassageRecord]:
        """The passages of these rows, in their order."""

    def dense(self, vector: Vector, k: int, filters: Filters) -> tuple[NDArray[np.int64], Vector]:
        """The rows of the ``k`` passages nearest to ``vector`` and their cosines, best first."""

    def cosines(self, vector: Vector, rows: NDArray[np.int64]) -> Vector:
        """The cosine of ``vector`` with each of these passages."""

    def lexical(self, terms: Sequence[str], k: int, filters: Filters) -> tuple[NDArray[np.int64], Vector]:
        """The rows of the ``k`` passages that match the terms best by BM25 and their scores, best first."""

    def vocabulary(self, beginning: str) -> Collection[str]:
        """The search terms of the articles that begin so; a database knows only those of names."""

    def document_frequencies(self, terms: Collection[str]) -> dict[str, int]:
        """In how many of all passages each of these terms stands."""

    def disagreements(self, doc_ids: Collection[str] | None = None) -> tuple[StatedPair, ...]:
        """The pairs of statements that disagree, surest first: all, or those between articles. Raises NotCompared."""

    def names(self) -> Mapping[str, ArticleNames]:
        """The names in each article, by ``doc_id``; none of articles that an older release read."""

    def sentence_vectors(self, records: Sequence[PassageRecord]) -> list[Matrix]:
        """The vectors (n, d) of each passage's sentences."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that may hold the answer, with what retrieval knows of it.

    ``score`` is retrieval's fused score from 0 to 1, ``cosine`` the question's cosine with the passage.
    """

    record: PassageRecord
    score: float
    cosine: float
    lexical: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that may answer. ``score`` is comparable within one question, higher is better.

    ``answer`` is the span of the article's text inside the sentence that is the answer itself, if a span reader read
    it. ``chance`` is the calibrated probability, 0 to 1, that this sentence answers by itself; None where it was not
    judged.
    """

    record: PassageRecord
    sentence: Sentence
    score: float
    answer: Span | None = None
    chance: float | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader made of a question: its evidence, best first, and whether that answers.

    ``confidence`` is the calibrated probability, 0 to 1, that the first sentence answers, and
    ``absent`` the words of the question that no article contains, ``unknown`` the names and years among them.
    ``chosen`` are the sentences to answer with, in their order, where the reader itself says which; ``notice`` says why
    one that was to choose did not.
    """

    evidence: tuple[Evidence, ...]
    confidence: float
    absent: tuple[str, ...]
    unknown: tuple[str, ...] = ()
    chosen: tuple[Evidence, ...] = ()
    notice: str | None = None


@dataclass(frozen=True, slots=True)
class PassageSpans:
    """What a span reader found in a passage: sentence by sentence, and whether the passage answers.

    ``log_odds`` (n,) are natural logarithms of how much likelier the best span inside a sentence is than
    that the passage does not answer; they compare across the passages of a question. ``spans`` are where
    those spans stand in the article's text; None where the reader did not see the sentence. ``answers`` are the
    log-odds that the passage answers at all.
    """

    log_odds: NDArray[np.float32]
    spans: tuple[Span | None, ...]
    answers: float


class SpanReader(Protocol):
    """Finds the words that answer a question in passages, or that there are none."""

    @property
    def fingerprint(self) -> str:
        """Names the model and its weights."""

    def read(self, question: str, records: Sequence[PassageRecord]) -> list[PassageSpans]:
        """The best span of every sentence of the passages."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A sentence as a pair reader reads it: its article's title and day, what stands before it, where its value is."""

    text: str
    title: str = ""
    published: date | None = None
    before: str = ""
    value: Span | None = None


RELATIONS: Final = ("contradiction", "change", "scope", "same", "near")
"""How two sentences may be related: they say different things of one thing; of it at two times, or in two scopes; the
same; or nothing of the same thing."""


class PairReader(Protocol):
    """Says how two sentences of different articles are related."""

    def read(self, pairs: Sequence[tuple[Stated, Stated]]) -> Matrix:
        """The logits (n, 5) of `RELATIONS` for each pair."""


class Reader(Protocol):
    """Says which sentences of the retrieved passages answer a question, and how surely."""

    @property
    def fingerprint(self) -> str:
        """Names the model that reads, and its weights."""

    @property
    def spans(self) -> SpanReader | None:
        """The span reader that it reads with, if there is one."""

    @property
    def pairs(self) -> PairReader | None:
        """Who says how its sentences are related, if there is one."""

    def read(
        self, question: str, vector: Vector, candidates: Sequence[Candidate], store: Store, *, several: bool = False
    ) -> Reading:
        """Weigh the sentences of the candidates, which come best first and may be empty.

        ``several`` says that the question wants several sentences, so that more of them are worth a close look.
        """

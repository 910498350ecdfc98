"""The nouns of aliqa: what flows between the rooms, and what `/ask` returns.

All offsets are Unicode code points into the article's text, 0-based, end exclusive.
The classes from `Citation` down are the JSON of the HTTP contract, field by field: the service,
the command line and the chat page all show these objects and nothing else.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, NamedTuple


class Span(NamedTuple):
    """A half-open range of code points."""

    start: int
    end: int

    def cut(self, text: str) -> str:
        """The characters of ``text`` inside this span.

        >>> Span(6, 11).cut("Hello world!")
        'world'
        """
        return text[self.start : self.end]

    def overlaps(self, other: "Span") -> bool:
        """Whether the two spans share at least one code point.

        >>> Span(0, 5).overlaps(Span(5, 9))
        False
        """
        return self.start < other.end and other.start < self.end


class SentenceKind(StrEnum):
    """What a sentence may be used for. Only prose is answer material."""

    PROSE = "prose"
    HEADING = "heading"
    BOILERPLATE = "boilerplate"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an article, as a span of its text."""

    span: Span
    kind: SentenceKind = SentenceKind.PROSE


@dataclass(frozen=True, slots=True)
class ArticleMeta:
    """What is known about an article besides its text.

    ``doc_id`` is its path inside the corpus folder, ``/``-separated; ``sha256`` is the hash of the
    source file's bytes; ``body_start`` is where the text begins after any front matter.
    """

    doc_id: str
    sha256: str
    title: str
    author: str | None = None
    source: str | None = None
    published: date | None = None
    url: str | None = None
    bytes: int = 0
    body_start: int = 0


@dataclass(frozen=True, slots=True)
class Article:
    """An article: its text, never altered, and what is known about it."""

    meta: ArticleMeta
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences of one article, small enough for the embedding model to read.

    ``sentences`` is the half-open range of the passage's sentences in its article's list, and
    ``heading`` the place of the heading it stands under.
    """

    span: Span
    sentences: Span
    heading: Span | None = None


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles may be searched; every field that is set must hold.

    A date filter leaves undated articles out: nobody can say that they fit.
    """

    since: date | None = None
    until: date | None = None
    doc_ids: tuple[str, ...] | None = None
    sources: tuple[str, ...] | None = None

    def admit(self, meta: ArticleMeta) -> bool:
        """Whether an article may be searched."""
        if self.since and (meta.published is None or meta.published < self.since):
            return False
        if self.until and (meta.published is None or meta.published > self.until):
            return False
        if self.doc_ids is not None and meta.doc_id not in self.doc_ids:
            return False
        if self.sources is None:
            return True
        return (meta.source or "").casefold() in {source.casefold() for source in self.sources}

    def __bool__(self) -> bool:
        return any(value is not None for value in (self.since, self.until, self.doc_ids, self.sources))


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message of a conversation."""

    role: Literal["user", "assistant"]
    content: str


# --- the HTTP contract -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Citation:
    """One verbatim quote, where it stands in its article, and where it is used in the answer.

    ``char_*`` index the article's text, ``answer_*`` index the answer. ``score`` runs from 0 to 1,
    higher is better.
    """

    number: int
    doc_id: str
    title: str
    author: str | None
    source: str | None
    published: date | None
    url: str | None
    quote: str
    char_start: int
    char_end: int
    answer_start: int
    answer_end: int
    score: float
    doc_sha256: str


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A passage that a search returned. ``score`` runs from 0 to 1, higher is better."""

    doc_id: str
    title: str
    author: str | None
    source: str | None
    published: date | None
    section: str | None
    text: str
    char_start: int
    char_end: int
    score: float


AbstentionReason = Literal["no_match", "weak_match", "unsupported", "out_of_range", "empty_index"]


@dataclass(frozen=True, slots=True)
class Abstention:
    """Why there is no answer, in one sentence a reader understands.

    ``absent_terms`` are the words of the question that no article contains.
    """

    reason: AbstentionReason
    detail: str
    absent_terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """One side of a disagreement: a value and the citation that carries it."""

    citation: int
    value: str
    as_of: str | None


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Citations that give different values for the same thing."""

    about: str
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """Which index version answered."""

    version: str
    built_at: datetime
    articles: int
    passages: int
    newest_published: date | None


@dataclass(frozen=True, slots=True)
class Timings:
    """How long the steps of an answer took, in milliseconds."""

    total: float
    embed: float
    search: float
    read: float


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer made of verbatim quotes, or an abstention: the object that `/ask` returns.

    ``confidence`` is the calibrated probability that the first citation answers the question; it
    is given when abstaining too.
    """

    id: str
    question: str
    standalone_question: str | None
    answer: str
    answered: bool
    abstention: Abstention | None
    confidence: float
    citations: tuple[Citation, ...]
    passages: tuple[FoundPassage, ...]
    index: IndexInfo
    timings_ms: Timings
    disagreements: tuple[Disagreement, ...] = ()
    mode: Literal["extractive", "synthesis"] = "extractive"
    notice: str | None = None


@dataclass(frozen=True, slots=True)
class ArticleSummary:
    """A line of the list of articles; ``state`` says whether it can be asked about."""

    doc_id: str
    title: str
    author: str | None
    source: str | None
    published: date | None
    bytes: int
    passages: int
    state: Literal["indexed", "failed"] = "indexed"
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ArticleText:
    """One whole article, as it was indexed."""

    doc_id: str
    title: str
    author: str | None
    source: str | None
    published: date | None
    url: str | None
    sha256: str
    text: str


@dataclass(frozen=True, slots=True)
class Failure:
    """A file of the corpus that could not be read, and why."""

    doc_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What building an index did: how many articles it added, changed, removed or kept."""

    index: IndexInfo
    added: int
    changed: int
    removed: int
    unchanged: int
    seconds: float
    failures: tuple[Failure, ...] = field(default=())

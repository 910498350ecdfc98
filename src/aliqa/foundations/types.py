"""The nouns of aliqa: what flows between the rooms, and what `/ask` returns.

All offsets are Unicode code points into the article's text, 0-based, end exclusive.
The classes from `Citation` down are the JSON of the HTTP contract, field by field: the service,
the command line and the chat page all show these objects and nothing else.
"""

from bisect import bisect_right
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, NamedTuple

from aliqa.foundations.messages import count, day, gettext, ngettext, percent
from aliqa.foundations.shown import Shown


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
    source file's bytes (of a ``.jsonl`` file: of the line's); ``body_start`` is where the text begins
    after any front matter; ``pages`` is where each page begins in the text, empty without pages; ``reading``
    is how the text was got where the file does not say it plainly: a guess of its encoding, or by OCR.
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
    pages: tuple[int, ...] = ()
    reading: str | None = None

    def page_of(self, place: int) -> int | None:
        """The number, from 1, of the page on which the character at ``place`` stands; None without pages.

        >>> ArticleMeta("a.pdf", "", "A", pages=(0, 120, 300)).page_of(120)
        2
        """
        return max(1, bisect_right(self.pages, place)) if self.pages else None


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


def _day(name: str, written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise ValueError(f"{name}: {written!r} is no day; write it as 2025-01-31") from None


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles may be searched; every field that is set must hold.

    A date filter leaves undated articles out: nobody can say that they fit. Days may be written as 2025-01-31.
    ``collections`` are folders. ``tags`` stand beside the corpus: `Library` puts articles that have one in their place.
    """

    since: date | None = None
    until: date | None = None
    doc_ids: tuple[str, ...] | None = None
    sources: tuple[str, ...] | None = None
    collections: tuple[str, ...] | None = None
    tags: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        """Take days as ISO 8601 has them, and lists, too. Raises ValueError for what is no day."""
        for name in ("since", "until"):
            given = getattr(self, name)
            if isinstance(given, str):
                object.__setattr__(self, name, _day(name, given))
            elif isinstance(given, datetime):
                object.__setattr__(self, name, given.date())
        for name in ("doc_ids", "sources", "collections", "tags"):
            given = getattr(self, name)
            if given is not None:
                object.__setattr__(self, name, (given,) if isinstance(given, str) else tuple(given))

    def admit(self, meta: ArticleMeta) -> bool:
        """Whether an article may be searched."""
        if self.since and (meta.published is None or meta.published < self.since):
            return False
        if self.until and (meta.published is None or meta.published > self.until):
            return False
        if self.doc_ids is not None and meta.doc_id not in self.doc_ids:
            return False
        if self.collections is not None and not meta.doc_id.startswith(self.prefixes):
            return False
        if self.sources is None:
            return True
        return (meta.source or "").casefold() in {source.casefold() for source in self.sources}

    def __bool__(self) -> bool:
        limits = (self.since, self.until, self.doc_ids, self.sources, self.collections, self.tags)
        return any(value is not None for value in limits)

    @property
    def prefixes(self) -> tuple[str, ...]:
        """What the names of the articles in the collections begin with, one of these."""
        return tuple(f"{folder.strip('/')}/" for folder in self.collections or ())


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message of a conversation."""

    role: Literal["user", "assistant"]
    content: str


# --- the HTTP contract -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Citation:
    """One verbatim quote, where it stands in its article, and where it is used in the answer.

    ``char_*`` index the article's text, ``answer_*`` index the answer. ``score`` runs from 0 to 1, higher is better.
    ``page`` counts from 1; None where the format has no pages. ``answer_span`` is where the words that answer stand
    inside the quote, in the article's text; None if the reader marks none. ``reading`` is how the article's text was
    got where its file does not say it plainly, as "read by OCR, confidence 0.97". ``by`` says whose words stand in
    the answer there: the quote itself, or a shortening of it by the language model. ``replaces`` says that the quote
    stands in place of a sentence of the model that the quotes do not carry.
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
    page: int | None = None
    answer_span: Span | None = None
    reading: str | None = None
    by: Literal["quote", "model"] = "quote"
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A passage that a search returned. ``score`` runs from 0 to 1, higher is better.

    ``page`` is that of its first character, from 1; None where the format has no pages.
    """

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
    page: int | None = None


NameKind = Literal["person", "organisation", "place", "product", "other"]
"""What a name seems to name, as far as capital letters and the words beside it tell."""


@dataclass(frozen=True, slots=True)
class FoundName:
    """A name of an article, how often it stands there, what it seems to be, and words beside it that tell of it."""

    name: str
    count: int
    kind: NameKind
    context: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ArticleNames:
    """The names of an article, the most frequent first, and pairs of names that it says are the same.

    ``shortened`` are pairs of a name and its first word, which stands behind it alone.
    """

    names: tuple[FoundName, ...] = ()
    same: tuple[tuple[str, str], ...] = ()
    shortened: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Name:
    """A name of the articles, how often it is mentioned in how many of them, and the other ways to write it."""

    name: str
    kind: NameKind
    mentions: int
    articles: int
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckedName:
    """A name, or a few words, that was looked for in articles: where it stands, and names that are nearly it.

    ``articles`` are those that mention it, most mentions first, each with a sentence.
    """

    name: str
    articles: tuple["ArticleMention", ...] = ()
    similar: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ArticleMention:
    """An article that a question asks for: how often it mentions what was asked, and the sentence that shows it best.

    The quote and its place are None where only what is known of the article was asked; ``number`` is that of its
    citation in the answer.
    """

    doc_id: str
    title: str
    author: str | None
    source: str | None
    published: date | None
    mentions: int = 0
    quote: str | None = None
    char_start: int | None = None
    char_end: int | None = None
    number: int | None = None


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
    """One side of a disagreement: a value and the citation that carries it.

    ``scope`` are the words that may narrow the statement down, where scopes may differ.
    """

    citation: int
    value: str
    as_of: str | None
    scope: str | None = None


DisagreementKind = Literal["contradiction", "change", "scope"]
"""Whether values contradict each other, are of different times, or may be of things that differ in scope."""


def disagreement_headings() -> dict[DisagreementKind, str]:
    """What stands above disagreements of each kind, in the order in which they are shown."""
    return {
        "contradiction": gettext("The articles disagree"),
        "change": gettext("Changed over time"),
        "scope": gettext("May differ in scope"),
    }


def difference_words(kind: DisagreementKind, what: str, sides: str) -> str:
    """That values differ, and how, in a line.

    >>> difference_words("scope", "the harbour’s share", "18 %; 26 %")
    'What the sources say about the harbour’s share may differ in scope: 18 %; 26 %'
    """
    if kind == "change":
        return gettext("What the sources say about {what} has changed over time: {sides}", what=what, sides=sides)
    if kind == "scope":
        return gettext("What the sources say about {what} may differ in scope: {sides}", what=what, sides=sides)
    return gettext("The sources disagree about {what}: {sides}", what=what, sides=sides)


def how_compared() -> str:
    """How disagreements are found over all articles, and what is not compared."""
    return gettext(
        "Found by comparing sentences of different articles that are near in meaning: their figures and dates, and what"
        " they say in words. Not all that differs is found, least where it is worded very differently; reasons and"
        " assessments are hardly ever."
    )


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Citations that give different values for the same thing."""

    about: str
    claims: tuple[Claim, ...]
    kind: DisagreementKind = "contradiction"


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of an article with the value that it states, as of when, of what scope; offsets as in a citation."""

    doc_id: str
    title: str
    source: str | None
    published: date | None
    quote: str
    char_start: int
    char_end: int
    value: str
    as_of: str | None
    scope: str | None = None


@dataclass(frozen=True, slots=True)
class StatedPair:
    """Two articles that give different values for the same thing; ``certainty``, 0 to 1, that it is the same thing."""

    kind: DisagreementKind
    about: str
    statements: tuple[Statement, Statement]
    certainty: float = 1.0

    @property
    def sure(self) -> str:
        """How certain it is, in words."""
        return gettext("certainty {share}", share=percent(self.certainty))


@dataclass(frozen=True, slots=True)
class StatedPairs:
    """The pairs of statements that disagree, surest first; ``how`` they were found and what cannot be seen."""

    disagreements: tuple[StatedPair, ...]
    how: str = field(default_factory=how_compared)


@dataclass(frozen=True, slots=True)
class Sources:
    """Who carries an answer.

    ``articles`` say what it says first, near-copies that say it, too, included; ``independent`` of them are no copies
    and do not give another one's outlet as the source of their statement. ``agree`` is how many outlets those are of, 0
    where nothing was compared, ``differ`` how many outlets give another value; ``newest`` is the day of the newest that
    agrees or, where nothing was compared, is quoted. ``outlets`` are quoted in all; ``same`` are the numbers of the
    citations that give the same value as the first, itself included.
    """

    articles: int
    independent: int
    agree: int = 0
    differ: int = 0
    newest: date | None = None
    outlets: int = 0
    same: tuple[int, ...] = ()

    @property
    def line(self) -> str:
        """All of it in a line.

        >>> Sources(2, 2, 2, 1, date(2025, 10, 21)).line
        '2 outlets agree · 1 differs · newest 21 Oct 2025'
        >>> Sources(1, 1, newest=date(2025, 10, 21), outlets=2).line
        'quoted from 2 outlets · newest 21 Oct 2025'
        """
        agreeing = ngettext("{number} outlet agrees", "{number} outlets agree", self.agree)
        quoted = ngettext("quoted from {number} outlet", "quoted from {number} outlets", self.outlets)
        parts = [agreeing if self.agree > 1 else quoted if not self.agree and self.outlets > 1 else gettext("1 outlet")]
        if self.differ:
            parts.append(ngettext("{number} differs", "{number} differ", self.differ))
        if self.articles > self.independent:
            told = ngettext("{number} article", "{number} articles", self.articles)
            parts.append(gettext("{articles}, {number} independent", articles=told, number=count(self.independent)))
        parts.append(gettext("newest {day}", day=day(self.newest)) if self.newest else gettext("undated"))
        return " · ".join(parts)


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


Mode = Literal["extractive", "synthesis"]
"""How an answer is written: in the articles' words, or in a language model's, checked against them."""


QuestionKind = Literal[
    "identity",
    "digest",
    "overview",
    "which_articles",
    "about_corpus",
    "yes_no",
    "list",
    "compare",
    "change",
    "social",
    "plain",
]
"""What a question asks for, which decides what its answer is made of; `docs/api.md` tells of each."""

YesNo = Literal["yes", "no", "unclear"]
"""What the articles say to a question that wants yes or no; "no" where they say otherwise."""


@dataclass(frozen=True, slots=True, repr=False)
class Answer(Shown):
    """An answer made of verbatim quotes, or an abstention: the object that `/ask` returns.

    ``confidence`` is the calibrated probability that the first citation answers the question; it
    is given when abstaining too. ``newest_used`` is the date of the newest article that is cited.

    ``lead`` is what the answer begins with in aliqa's own words, counted from the articles' metadata; ``articles`` are
    those that a question asked for. ``verdict`` is what the articles say to a question that wants yes or no;
    ``correction`` a quote that says otherwise than the question takes for granted. ``suggestions`` are questions that
    the articles answer, and ``searched_as`` is the question as it was searched after its spelling was corrected.
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
    newest_used: date | None = None
    mode: Mode = "extractive"
    notice: str | None = None
    sources: Sources = Sources(0, 0)
    kind: QuestionKind = "plain"
    lead: str | None = None
    articles: tuple[ArticleMention, ...] = ()
    verdict: YesNo | None = None
    correction: Citation | None = None
    suggestions: tuple[str, ...] = ()
    searched_as: str | None = None


@dataclass(frozen=True, slots=True)
class Searched:
    """What was found, before anything is written."""

    passages: tuple[FoundPassage, ...]


@dataclass(frozen=True, slots=True)
class Delta:
    """More of the answer's text."""

    text: str


@dataclass(frozen=True, slots=True)
class Restart:
    """What was written so far does not hold; the answer begins anew."""


Part = Searched | Delta | Citation | Restart | Answer
"""What a streamed answer is made of, in this order; the whole answer comes last."""


@dataclass(frozen=True, slots=True)
class DatedStatement:
    """A verbatim sentence, and when what it says was so: from ``start`` to ``end``, both included.

    ``when`` is the same as one writes it, as exact as it is known: "2024-03-05", "2024-03", "2024 Q1", "2019 to 2021".
    ``basis`` tells where the date comes from: ``stated`` in the sentence, ``inferred`` from the sentence together
    with the article's date or the sentences before, or it is only the ``article``'s own.
    """

    start: date
    end: date
    when: str
    basis: Literal["stated", "inferred", "article"]
    quote: str
    doc_id: str
    title: str
    source: str | None
    published: date | None
    char_start: int
    char_end: int
    doc_sha256: str
    page: int | None = None

    @property
    def dated_by(self) -> str:
        """What is said in brackets behind ``when``; empty where the sentence itself states it."""
        return {"stated": "", "inferred": gettext("inferred"), "article": gettext("date of the article")}[self.basis]


@dataclass(frozen=True, slots=True)
class Timeline:
    """What the articles say about something, in order of time; ``undated`` sentences could not be placed.

    ``statements`` are all, or those from ``offset`` on that were asked for, of ``total``.
    """

    about: str
    statements: tuple[DatedStatement, ...]
    undated: int
    index: IndexInfo
    offset: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class ArticleSummary:
    """A line of the list of articles; ``state`` says whether it can be asked about.

    ``copy_of`` is the ``doc_id`` of the article that this is a near-copy of.
    """

    doc_id: str
    title: str
    author: str | None
    source: str | None
    published: date | None
    bytes: int
    passages: int
    state: Literal["indexed", "failed"] = "indexed"
    reason: str | None = None
    copy_of: str | None = None


@dataclass(frozen=True, slots=True)
class SourceSummary:
    """An outlet: how many articles it has, and the date of the newest one that has a date."""

    source: str
    articles: int
    newest: date | None


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
    """A file of the corpus that could not be read, and why.

    ``sha256`` is the hash of its bytes; None if not even they could be read.
    """

    doc_id: str
    reason: str
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """How an index is to be built.

    Attributes:
        full: make everything anew, keep nothing of the published version.
        force: publish even if more than half of the articles are gone.
        retry_failed: read files anew that could not be read and have not changed since.
        deleted: articles and files that were deleted on purpose; they do not count as lost.
        wait: how many seconds to wait for another process that builds.
        rest: for how many seconds a file must not have changed, so that the next build may tell by its time alone
            that it is the same; no file system's clock is coarser than the default.
    """

    full: bool = False
    force: bool = False
    retry_failed: bool = False
    deleted: Collection[str] = ()
    wait: float = 0
    rest: float = 2.0


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What building an index did: how many articles it added, changed, removed or kept.

    ``skipped`` is how many files there are of each suffix that is not read.
    """

    index: IndexInfo
    added: int
    changed: int
    removed: int
    unchanged: int
    seconds: float
    failures: tuple[Failure, ...] = field(default=())
    skipped: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Added:
    """What the user named, and the name of its file in the corpus; ``new`` unless that was there before."""

    source: str
    doc_id: str
    new: bool


@dataclass(frozen=True, slots=True)
class Check:
    """Whether a part of aliqa works; ``detail`` says what is there, or what is wrong and what to do."""

    part: str
    state: Literal["fine", "off", "broken"]
    detail: str


JobKind = Literal["index", "upload", "delete", "watch"]
JobState = Literal["queued", "running", "succeeded", "failed"]


@dataclass(frozen=True, slots=True)
class JobCounts:
    """What a job's build did: how many articles it added, changed, removed, kept, and could not read."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """A build of the index in the background, as it stands at one moment.

    ``progress`` runs from 0 to 1; ``counts``, ``failures`` and ``index_version`` are known once it
    has succeeded, and ``error`` says why it failed.
    """

    id: str
    kind: JobKind
    state: JobState = "queued"
    progress: float = 0.0
    counts: JobCounts = JobCounts()
    failures: tuple[Failure, ...] = ()
    index_version: str | None = None
    error: str | None = None
    skipped: Mapping[str, int] = field(default_factory=dict)

    @property
    def done(self) -> bool:
        """Whether nothing of it will change any more."""
        return self.state in ("succeeded", "failed")


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """What an index folder holds; ``versions`` are the one to which a rollback goes, if any, and the published one.

    ``copies`` is how many articles are near-copies of another one, ``skipped`` how many files there are of each
    suffix that is not read, ``readings`` how the text of an article was got where its file does not say it plainly.
    """

    index: IndexInfo
    model: str
    versions: tuple[IndexInfo, ...]
    failures: tuple[Failure, ...]
    copies: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)
    readings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ArticleChange:
    """An article that differs between two index versions, and how many passages it had and has.

    ``sentences`` are those that an edit changed, as they were and as they are; "" where there was none, or is none.
    """

    doc_id: str
    title: str
    passages_before: int
    passages_after: int
    sentences: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class VersionDiff:
    """What changed from one index version to another, by ``doc_id`` and content hash."""

    old: IndexInfo
    new: IndexInfo
    added: tuple[ArticleChange, ...]
    changed: tuple[ArticleChange, ...]
    removed: tuple[ArticleChange, ...]
    unchanged: int


@dataclass(frozen=True, slots=True)
class WatchedAnswer:
    """What a watched question was answered: ``answer`` is the answer, or why there is none."""

    version: str
    asked_at: datetime
    answered: bool
    answer: str
    confidence: float
    citations: tuple[Citation, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()


@dataclass(frozen=True, slots=True)
class Watched:
    """A saved question, what it is answered now, and what its answer was before it last changed.

    ``now`` is None until it is asked, ``before`` and ``changed_at`` until the answer changes. What is new and what
    is gone is told of ``now`` against ``before``.
    """

    id: str
    question: str
    added_at: datetime
    now: WatchedAnswer | None = None
    before: WatchedAnswer | None = None
    changed_at: datetime | None = None
    new_citations: tuple[Citation, ...] = ()
    gone_citations: tuple[Citation, ...] = ()
    new_disagreements: tuple[Disagreement, ...] = ()

    @property
    def just_changed(self) -> bool:
        """Whether the last asking changed the answer."""
        return self.now is not None and self.changed_at == self.now.asked_at and self.before is not None


Verdict = Literal["found", "altered", "source_changed", "missing"]


@dataclass(frozen=True, slots=True)
class CitationCheck:
    """What became of one citation.

    ``char_start`` and ``char_end`` are where the quote stands in the article now; None if it does not.
    """

    number: int
    doc_id: str
    verdict: Verdict
    detail: str
    char_start: int | None = None
    char_end: int | None = None


@dataclass(frozen=True, slots=True)
class Verification:
    """The checks of an answer's citations; ``verified`` if all are found and there is one for an answer that quotes.

    ``unchecked`` is what the answer says in aliqa's own words, which no citation carries; None if all of it is quoted.
    """

    verified: bool
    citations: tuple[CitationCheck, ...]
    unchecked: str | None = None

"""Asks gold questions and judges each answer against the evidence."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from aliqa.answers.evaluating.gold import GoldQuestion, Place
from aliqa.foundations.errors import GoldInvalid, InvalidRequest
from aliqa.foundations.types import Answer, Citation, FoundPassage, Turn


class Ask(Protocol):
    """Answers a question, as a library does."""

    def __call__(self, question: str, *, history: Sequence[Turn] = ()) -> Answer:
        """The answer, or an abstention."""


@dataclass(frozen=True, slots=True)
class Row:
    """A question, what was answered, and how that is judged.

    ``evidence`` is what the gold file expects. ``evidence_at_1``, ``evidence_at_all`` and ``evidence_at_passages``
    are the shares, 0 to 1, of the groups of evidence that the first citation, all citations and the passages touch; 0
    where no answer was given (but for the passages), None without evidence to find. ``has_answer`` says whether a
    quote holds one of the known answers, None if none is known. ``right`` says whether the first quote is evidence,
    or would have been, had an answer been given whatever the confidence. ``quotes_valid`` counts the citations that
    the article says word by word.
    """

    qid: str
    type: str
    question: str
    answerable: bool
    evidence: tuple[tuple[Place, ...], ...]
    answered: bool
    confidence: float
    reason: str | None
    citations: tuple[Place, ...]
    quotes_valid: int
    evidence_at_1: float | None
    evidence_at_all: float | None
    evidence_at_passages: float | None
    has_answer: bool | None
    right: bool
    words: int
    ms: float


def ask_all(
    questions: Sequence[GoldQuestion],
    ask: Ask,
    ask_boldly: Ask,
    text_of: Callable[[str], str],
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> tuple[Row, ...]:
    """Ask every question and judge the answers.

    Args:
        questions: what to ask, in this order.
        ask: answers as it will for users; its wall time is measured.
        ask_boldly: answers whatever the confidence; asked where ``ask`` gives no answer, to know what was withheld.
        text_of: gives the text of an article by its ``doc_id``.
        progress: told how far it is.

    Raises:
        GoldInvalid: a question cannot be asked.
    """
    rows = []
    for done, question in enumerate(questions):
        progress("questions", done, len(questions))
        try:
            begin = time.perf_counter()
            answer = ask(question.question, history=question.history)
            ms = 1000 * (time.perf_counter() - begin)
            bold = answer if answer.answered else ask_boldly(question.question, history=question.history)
        except InvalidRequest as error:
            raise GoldInvalid(f"question {question.qid!r}", None, str(error)) from error
        rows.append(judge(question, answer, bold, text_of, ms))
    progress("questions", len(questions), len(questions))
    return tuple(rows)


def judge(gold: GoldQuestion, answer: Answer, bold: Answer, text_of: Callable[[str], str], ms: float = 0.0) -> Row:
    """How an answer stands against the evidence; ``bold`` is what would have been answered without a threshold."""
    cited = tuple(_place(citation, citation.quote) for citation in answer.citations)
    passages = tuple(_place(passage, passage.text) for passage in answer.passages)
    quoted = " ".join(place.text for place in cited).lower()
    first = tuple(_place(citation, citation.quote) for citation in bold.citations[:1])
    return Row(
        qid=gold.qid,
        type=gold.type,
        question=gold.question,
        answerable=gold.answerable,
        evidence=gold.evidence,
        answered=answer.answered,
        confidence=answer.confidence,
        reason=answer.abstention.reason if answer.abstention else None,
        citations=cited,
        quotes_valid=sum(bool(place.text) and place.span.cut(text_of(place.doc_id)) == place.text for place in cited),
        evidence_at_1=covered(gold.evidence, cited[:1] if answer.answered else ()),
        evidence_at_all=covered(gold.evidence, cited if answer.answered else ()),
        evidence_at_passages=covered(gold.evidence, passages),
        has_answer=answer.answered and any(right.lower() in quoted for right in gold.answers) if gold.answers else None,
        right=gold.answerable and bool(covered(gold.evidence, first)),
        words=len(answer.answer.split()),
        ms=round(ms, 2),
    )


def covered(groups: Sequence[Sequence[Place]], found: Sequence[Place]) -> float | None:
    """The share of groups of which some place overlaps something found; None without groups.

    >>> four, five = Place("a", 0, 4, "Four"), Place("a", 5, 9, "five")
    >>> covered([[four], [five]], [Place("a", 2, 3, "u")])
    0.5
    """
    if not groups:
        return None
    return sum(any(place.overlaps(span) for place in group for span in found) for group in groups) / len(groups)


def verdict(row: Row) -> str | None:
    """What is wrong with an answer, in a few words; None if nothing is."""
    if not row.answerable:
        return "false answer" if row.answered else None
    if not row.answered:
        return "not answered"
    if row.evidence_at_all is None or row.evidence_at_1 is None:
        return None
    if not row.evidence_at_all:
        return "no evidence quoted"
    if not row.evidence_at_1:
        return "evidence not first"
    return None if row.evidence_at_all == 1 else "evidence incomplete"


def _place(found: Citation | FoundPassage, text: str) -> Place:
    return Place(found.doc_id, found.char_start, found.char_end, text)

"""Compose an answer out of evidence: verbatim sentences with their citations, or an abstention.

The best sentence comes first. Others follow only when each probably answers by itself, with words that the ones
before do not hold: another part of a list, the other half of a comparison. Nothing is rephrased: every sentence of an
answer is a slice of its article.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from aliqa.foundations.messages import gettext, ngettext
from aliqa.foundations.protocols import Candidate, Evidence, Reading
from aliqa.foundations.types import Abstention, Citation, Filters, FoundPassage, Span
from aliqa.text import dates
from aliqa.text.terms import content_words, terms

ADDS: Final = 0.5
"""The least chance that a further sentence answers by itself."""
_WORDS: Final = 110
_SAME: Final = 0.7


@dataclass(frozen=True, slots=True)
class Composed:
    """The text of an answer and the citations that carry it."""

    answer: str
    citations: tuple[Citation, ...]


def choose(reading: Reading, max_sentences: int, least: float = ADDS) -> list[Evidence]:
    """The evidence to quote: the best first, then what adds an answer, by article and in reading order.

    What is added has a chance of at least ``least`` (0 to 1) of its own.
    """
    chosen = list(reading.evidence[:1])
    words = len(quote(chosen[0]).split()) if chosen else 0
    for one in reading.evidence[1:]:
        if len(chosen) < max_sentences and _adds(one, chosen, least):
            words += len(quote(one).split())
            if words > _WORDS:
                break
            chosen.append(one)
    articles = list(dict.fromkeys(one.record.meta.doc_id for one in chosen))
    rest = sorted(chosen[1:], key=lambda one: (articles.index(one.record.meta.doc_id), one.sentence.span))
    return chosen[:1] + rest


def _adds(one: Evidence, chosen: Sequence[Evidence], least: float) -> bool:
    """Whether a sentence probably answers, and says what those chosen do not."""
    if one.chance is None or one.chance < least or any(alike(quote(one), quote(other)) for other in chosen):
        return False
    answer = _answer(one)
    return not answer or not any(answer in quote(other).casefold() for other in chosen)


def _answer(one: Evidence) -> str:
    """The words of the sentence that are the answer itself, as far as they are known."""
    return one.record.cut(one.answer).casefold() if one.answer else ""


def compose(evidence: Sequence[Evidence], confidence: float, lead: str = "") -> Composed:
    """The sentences one after another, each followed by its mark: ``… [1] … [2]``; nothing of nothing.

    ``confidence`` is that of the best sentence; ``lead`` stands before them, in a paragraph of its own.
    """
    parts: list[str] = []
    citations: list[Citation] = []
    opening = f"{lead}\n\n" if lead and evidence else lead
    position = len(opening)
    best = max((one.score for one in evidence), default=0.0)
    for number, one in enumerate(evidence, 1):
        text = quote(one)
        parts.append(f"{text} [{number}]")
        place = Span(position, position + len(text))
        score = confidence * 2 ** (one.score - best) if one.chance is None else min(one.chance, confidence)
        citations.append(_citation(number, one, text, place, score))
        position += len(parts[-1]) + 1
    return Composed(opening + " ".join(parts), tuple(citations))


def abstain(question: str, reading: Reading, candidates: Sequence[Candidate], filters: Filters) -> Abstention:
    """Why the articles do not answer; the time that a question names is no word that they lack."""
    dated = " ".join(one.words for one in dates.find(question))
    absent, unknown = (tuple(one for one in words if one not in dated) for words in (reading.absent, reading.unknown))
    if not candidates and filters:
        return out_of_range(absent)
    if not reading.evidence:
        nothing = gettext("No passage of the articles has anything to do with the question.")
        return Abstention("no_match", nothing, absent)
    closest = _of_another_time(question, reading.evidence[0])
    if absent:
        lacking = _mentions_none(unknown) or _holds_none(absent)
        return Abstention("no_match", " ".join(filter(None, [lacking, closest])), absent)
    touched = gettext("The articles touch on this, but no sentence answers it with enough certainty.")
    return Abstention("weak_match", closest or touched, absent)


def out_of_range(absent: Sequence[str] = ()) -> Abstention:
    """That the filters admit no article."""
    nothing = gettext("No article fits the chosen dates, sources or articles.")
    return Abstention("out_of_range", nothing, tuple(absent))


def _mentions_none(names: Sequence[str]) -> str | None:
    return gettext("No article mentions {names}.", names=_listed(names)) if names else None


def _holds_none(words: Sequence[str]) -> str:
    """A word that is missing is no reason: the articles may say it in another one."""
    listed = _listed(words)
    return ngettext("The word {words} is in no article.", "In no article: {words}.", len(words), words=listed)


def _listed(words: Sequence[str]) -> str:
    return ", ".join(f"“{word}”" for word in words)


def _of_another_time(question: str, closest: Evidence) -> str | None:
    """A sentence that says of what time the closest statement is; None unless that is what is wrong with it."""
    text, published = quote(closest), closest.record.meta.published
    asked, named = dates.find(question), dates.stated(text, published)
    measures = dates.measuring(text, named)
    told = dates.occurred(text, published) or ([dates.on(published)] if published and named == measures else [])
    of_it = [one for one in named if one not in measures] + told
    if not asked or not told or any(one.overlaps(other) for one in asked for other in of_it):
        return None
    wanted = {term for term, word in content_words(question).items() if not any(word in one.words for one in asked)}
    if 2 * len(wanted & set(terms(quote(closest)))) < len(wanted):
        return None
    times = {"told": dates.when(told[0]), "asked": dates.when(asked[0])}
    return gettext("The closest statement is about {told}, not about {asked}.", **times)


def illegible(language: str) -> Abstention:
    """Why a question is not answered whose language the articles do not share, and the model does not read."""
    return Abstention(
        "unsupported",
        gettext(
            "The question is in {language} and no article that could fit is; the bundled model reads English alone."
            " Install 'aliqa[multilingual]', set ALIQA_EMBEDDING__MODEL=multilingual and index again.",
            language=language,
        ),
    )


def newest(citations: Sequence[Citation]) -> date | None:
    """The date of the newest article that is cited; None if no dated one is."""
    return max((one.published for one in citations if one.published), default=None)


def caution(reading: Reading) -> str | None:
    """What the reader of an answer must know of the question: names in it that no article mentions."""
    return _mentions_none(reading.unknown)


def found_passage(candidate: Candidate) -> FoundPassage:
    """A candidate as a search returns it."""
    record = candidate.record
    meta = record.meta
    return FoundPassage(
        doc_id=meta.doc_id, title=meta.title, author=meta.author, source=meta.source, published=meta.published,
        section=record.section, text=record.text, char_start=record.passage.span.start,
        char_end=record.passage.span.end, score=round(candidate.score, 4), page=meta.page_of(record.passage.span.start),
    )  # fmt: skip


def quote(evidence: Evidence) -> str:
    """The sentence, word for word."""
    return evidence.record.cut(evidence.sentence.span)


def _citation(number: int, one: Evidence, text: str, place: Span, score: float) -> Citation:
    meta, span = one.record.meta, one.sentence.span
    return Citation(
        number=number, doc_id=meta.doc_id, title=meta.title, author=meta.author, source=meta.source,
        published=meta.published, url=meta.url, quote=text, char_start=span.start, char_end=span.end,
        answer_start=place.start, answer_end=place.end, score=round(score, 4), doc_sha256=meta.sha256,
        page=meta.page_of(span.start), answer_span=one.answer, reading=meta.reading,
    )  # fmt: skip


def alike(one: str, other: str) -> bool:
    """Whether two sentences say the same in nearly the same words and figures."""
    first, second = set(terms(one)), set(terms(other))
    figures = [{term for term in words if term[0].isdigit()} for words in (first, second)]
    return figures[0] == figures[1] and len(first & second) >= _SAME * min(len(first), len(second))

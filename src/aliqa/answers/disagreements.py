"""Where the evidence for a question states the same value, or another one: who agrees, and who differs.

The value that answers, in the best sentence, is compared with those that other sentences give to the same question,
whether they are quoted or not: a statement that differs is worth quoting. How surely two sentences are about the same
thing `aliqa.text.claims` says, by a look at all and by a reading of the surest; whether they differ, change or may be
of different scope, their times and words do.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from aliqa.answers.answering import quote
from aliqa.foundations.protocols import Evidence, Matrix, PassageRecord, SpanReader
from aliqa.foundations.types import DisagreementKind, Span
from aliqa.text import dates
from aliqa.text.claims.comparing import replies
from aliqa.text.claims.model import certainty
from aliqa.text.claims.pairs import Differing, Floats, Near, Nearness, Said, features, kind_of, replied
from aliqa.text.claims.values import Value, names
from aliqa.text.dates import Period
from aliqa.text.quantities import Quantity
from aliqa.text.terms import terms

_POOL: Final = 24
_MARGIN: Final = 9.0
_SURE: Final = 0.35
"""How sure it is at least that a sentence answers the same and differs."""
_WORTH_READING: Final = 0.1
_MOST_READ: Final = 4
"""How sure it is at least that a sentence is read for it, and how many are."""
_ANSWERS: Final = 0.2
_A_WORD: Final = 8
"""Names differ only where each is the answer by itself, give or take so many code points, and answers so probably."""
_MOST: Final = 3
"""How many sentences are quoted besides the best because they differ from it."""
_CONTEXT: Final = 2
Rival = tuple["Side", Floats]
"""A side that may differ, with the numbers (f,) of `aliqa.text.claims.pairs.ASKED`."""
Vectors = Callable[[Sequence[PassageRecord]], list[Matrix]]


@dataclass(frozen=True, slots=True)
class Side:
    """A sentence with the value that it gives, and what is known of it."""

    evidence: Evidence
    said: Said
    value: Value

    @property
    def doc_id(self) -> str:
        """The name of its article."""
        return self.evidence.record.meta.doc_id


@dataclass(frozen=True, slots=True)
class Compared:
    """What is quoted, best first; the sides that give the best sentence's value, itself first; those that differ."""

    quoted: Sequence[Evidence]
    agreeing: Sequence[Side] = ()
    differing: Sequence[tuple[DisagreementKind, Side]] = ()


def compare(
    question: str, chosen: Sequence[Evidence], pool: Sequence[Evidence], vectors: Vectors, spans: SpanReader | None
) -> Compared:
    """Who agrees with the best sentence and who differs from it.

    Args:
        question: what is asked.
        chosen: what the answer quotes so far, best first.
        pool: all evidence, best first.
        vectors: gives the vectors (n, d) of each passage's sentences.
        spans: reads the surest, if there is one.
    """
    asked = asked_for(question)
    found = [_around(one, pool, vectors, asked, spans) for one in chosen]
    telling = [one for one in found if one.agreeing]
    if not telling:
        return Compared(chosen)
    best = max(telling, key=lambda one: (bool(one.differing), one is found[0], len(one.agreeing)))
    sides = [side.evidence for side in (best.agreeing[0], *(side for _, side in best.differing))]
    rest = [one for one in chosen if not any(is_same(one, other) for other in sides)]
    quoted = [*sides, *rest] if best.differing else chosen
    return Compared(quoted, best.agreeing, best.differing)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks for: a value of which kind, of which time, of whom or what by name."""

    kind: Literal["figure", "date", "name"]
    time: Period | None
    names: frozenset[str]

    def about(self, said: Said) -> frozenset[str]:
        """Those of the names that a sentence or what stands around it has."""
        return self.names & (said.around | said.topic)

    def tells_apart(self, one: Evidence, other: Evidence) -> bool:
        """Whether two sentences are about different ones of the names: each names one that the other does not."""
        first, second = (self.names.intersection(terms(quote(each))) for each in (one, other))
        return bool(first - second and second - first)

    def fits(self, value: Value) -> bool:
        """Whether a value is of the kind."""
        return ("figure" if isinstance(value.content, Quantity) else value.kind) == self.kind


def asked_for(question: str) -> Asked:
    """What a question asks for."""
    times, words = dates.find(question), question.casefold().split()
    kinds: dict[str, Literal["date", "name"]] = {"who": "name", "where": "name", "when": "date"}
    word = words[0] if words else ""
    time = times[0] if len(times) == 1 else None
    return Asked(kinds.get(word, "figure"), time, names(question))


def _around(
    first: Evidence, pool: Sequence[Evidence], vectors: Vectors, asked: Asked, spans: SpanReader | None
) -> Compared:
    """Who agrees with one sentence, and who differs from it."""
    found = rivals(first, pool, vectors, asked)
    if found is None:
        return Compared(())
    best, agreeing, others = found
    worth = worth_reading(others)
    if spans and worth:
        rows = np.array([read(spans, best, one) for _, one in worth])
        worth = list(zip(certainty(rows, "asked_read").tolist(), (one for _, one in worth), strict=True))
    likely = [(sure, side) for sure, (side, _) in worth if sure >= _SURE]
    differing = [
        (kind_of(best.said, side.said, Differing(best.value, side.value)), side) for _, side in _surest(likely)
    ]
    return Compared((), [best, *agreeing], differing)


def rivals(
    first: Evidence, pool: Sequence[Evidence], vectors: Vectors, asked: Asked
) -> tuple[Side, list[Side], list[Rival]] | None:
    """The side that gives a sentence's answer, those that agree, and those that may differ; None if it gives none."""
    near = [one for one in pool[:_POOL] if one.score >= pool[0].score - _MARGIN and not is_same(one, first)]
    saids = _said([first, *near], vectors)
    nearness = _nearness(saids, [one.record.meta.doc_id for one in (first, *near)])
    value = _answer(first, saids[0], asked)
    if value is None:
        return None
    best = Side(first, saids[0], value)
    agreeing, found = list[Side](), list[Rival]()
    for i, (one, said) in enumerate(zip(near, saids[1:], strict=True), 1):
        alike = [other for other in said.values if value.comparable(other)]
        answered = _answer(one, said, asked)
        if not alike or len(asked.about(said)) * 2 < len(asked.about(best.said)) or asked.tells_apart(one, first):
            continue
        if any(not value.differs(other) for other in alike):
            agreeing += (
                [Side(one, said, answered)] if answered in alike and answered and not value.differs(answered) else []
            )
        elif i in nearness:
            found += _rival(best, one, said, alike, answered, nearness[i])
    return best, agreeing, found


def worth_reading(found: Sequence[Rival]) -> list[tuple[float, Rival]]:
    """The surest few that may differ, with how sure that is unread, 0 to 1."""
    if not found:
        return []
    sure = certainty(np.array([row for _, row in found]), "asked").tolist()
    worth = [each for each in zip(sure, found, strict=True) if each[0] >= _WORTH_READING]
    return sorted(worth, key=lambda each: -each[0])[:_MOST_READ]


def read(spans: SpanReader, best: Side, one: Rival) -> Floats:
    """The numbers (f,) of `aliqa.text.claims.pairs.ASKED_READ` of a side that may differ from the best one."""
    side, row = one
    odds = replied(0.5, replies(spans, best.said, side.said, Differing(best.value, side.value)))[1:]
    return np.concatenate([row, odds])


def _said(evidence: Sequence[Evidence], vectors: Vectors) -> list[Said]:
    matrices = vectors([one.record for one in evidence])
    return [_one_said(one, matrix) for one, matrix in zip(evidence, matrices, strict=True)]


def _nearness(saids: Sequence[Said], doc_ids: Sequence[str]) -> dict[int, Near]:
    """How near sentences are to the first, by their places; those of its own article are left out."""
    others = [i for i, doc_id in enumerate(doc_ids) if doc_id != doc_ids[0]]
    if not others:
        return {}
    vectors = np.array([said.vector for said in saids])
    articles = np.unique([doc_ids[i] for i in others], return_inverse=True)[1]
    found = Nearness(vectors[:1], vectors[others], articles)
    return {i: found.of(0, j) for j, i in enumerate(others)}


def _one_said(one: Evidence, matrix: Matrix) -> Said:
    record, span = one.record, one.sentence.span
    meta = record.meta
    before = [sentence.span for sentence in record.sentences if sentence.span.end <= span.start][-_CONTEXT:]
    words = record.cut(Span(before[0].start, span.start)).strip() if before else ""
    vector = matrix[record.sentences.index(one.sentence)]
    return Said(quote(one), meta.title, words, meta.published, vector, names(f"{meta.title}\n{record.text}"))


def _answer(one: Evidence, said: Said, asked: Asked) -> Value | None:
    """The value of a sentence that answers: one that the reader's span touches, of the kind and the time asked for.

    Where no span was read, it is the only one of the kind, or the first name.
    """
    fitting = [value for value in said.values if asked.fits(value)]
    if one.answer is None:
        return fitting[0] if len(fitting) == 1 or (fitting and asked.kind == "name") else None
    place = Span(one.answer.start - one.sentence.span.start, one.answer.end - one.sentence.span.start)
    touched = [value for value in said.values if value.span.overlaps(place)]
    best = max(touched, key=lambda value: (asked.fits(value), _shared(value.span, place)), default=None)
    times = [
        value.span
        for value in said.values
        if asked.time and isinstance(value.content, Period) and value.content.overlaps(asked.time)
    ]
    if best is None or best.kind == "date" or not times:
        return best
    alike = [value for value in said.values if value.comparable(best)]
    return min(alike, key=lambda value: max(times[0].start - value.span.end, value.span.start - times[0].end))


def _shared(one: Span, other: Span) -> int:
    return min(one.end, other.end) - max(one.start, other.start)


def _rival(
    best: Side, one: Evidence, said: Said, alike: Sequence[Value], answered: Value | None, near: Near
) -> list[Rival]:
    """The surest value of a sentence against the best sentence's; a name only if each is by itself the answer."""
    touched = answered in alike
    values = [answered] if touched and answered else alike
    looks = certainty(np.array([features(best.said, said, Differing(best.value, value), near) for value in values]))
    place = int(looks.argmax())
    side = Side(one, said, values[place])
    if best.value.kind == "name" and not (touched and _is_answer(best) and _is_answer(side)):
        return []
    behind = min(_MARGIN, max(0.0, best.evidence.score - one.score))
    return [(side, np.array([_log_odds(float(looks[place])), behind]))]


def _log_odds(chance: float) -> float:
    return float(np.log(chance / (1 - chance)))


def _is_answer(side: Side) -> bool:
    """Whether a value is by itself what the reader took for the answer, and answers probably."""
    answer, value = side.evidence.answer, side.value.span
    alone = answer is not None and answer.end - answer.start <= value.end - value.start + _A_WORD
    return alone and (side.evidence.chance or 0.0) >= _ANSWERS


def _surest(found: Sequence[tuple[float, Side]]) -> list[tuple[float, Side]]:
    """The surest sides, one an article and one a value."""
    kept: list[tuple[float, Side]] = []
    for sure, side in sorted(found, key=lambda one: -one[0]):
        same = any(side.doc_id == other.doc_id or not side.value.differs(other.value) for _, other in kept)
        if not same and len(kept) < _MOST:
            kept.append((sure, side))
    return kept


def is_same(one: Evidence, other: Evidence) -> bool:
    """Whether both are one sentence of one article."""
    return (one.record.meta.doc_id, one.sentence.span) == (other.record.meta.doc_id, other.sentence.span)

"""Where the evidence for a question states the same value, or another one: who agrees, and who differs.

The value that answers, in the best sentence, is compared with those that other sentences give to the same question,
whether they are quoted or not: a statement that differs is worth quoting. How surely two sentences are about the same
thing `aliqa.text.claims` says, by a look at all and by a reading of the surest; whether they differ, change or may be
of different scope, their times and words do.
"""

import re
from calendar import month_name
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from aliqa.answers.answering import quote
from aliqa.answers.kinds import verdict
from aliqa.foundations.protocols import Evidence, Matrix, PairReader, PassageRecord, Reading, SpanReader
from aliqa.foundations.types import DisagreementKind, Span
from aliqa.text import dates, quantities
from aliqa.text.claims.comparing import replies
from aliqa.text.claims.kinds import is_wanted, kind_of
from aliqa.text.claims.model import certainty
from aliqa.text.claims.pairs import (
    ALTERED,
    Differing,
    Floats,
    Near,
    Nearness,
    Said,
    altered,
    features,
    kinds_read,
    log_odds,
    replied,
)
from aliqa.text.claims.values import Value, names
from aliqa.text.claims.values import found as values_of
from aliqa.text.dates import Period
from aliqa.text.english import AUXILIARIES, PREPOSITIONS
from aliqa.text.opposites import alike, contrary
from aliqa.text.quantities import Quantity
from aliqa.text.terms import content_words, terms

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
_AGREES: Final = 0.1
"""How sure it is at least that a sentence that gives the same value answers the same."""
_HOW_MUCH: Final = re.compile(
    rf"\bhow (?!(?:{AUXILIARIES.replace(' ', '|')})\b)\w|\bwhat (?:share|percentage|number)\b", re.I
)
_NUMBERED: Final = re.compile(
    rf"""
    \b(?!(?:{PREPOSITIONS.replace(" ", "|")}|and|or)\b)([a-z]+)[ ](\d{{1,3}})
    (?![\d.,:%]*\w | [ ](?:{"|".join(month_name[1:])}|people|(?!(?:{AUXILIARIES.replace(" ", "|")})\b)\w+s)\b)
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""A noun with its number, "line 4"; no day of a month, and no count of things."""
_NUMBER: Final = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*(?!\w)")
_SUBJECT: Final = re.compile(rf"\b(?:{AUXILIARIES.replace(' ', '|')}) (?:the )?\Z", re.I)
_OPENS: Final = re.compile(r"(?:[^,]{1,40}, )?(?:the )?", re.I)
_A_VERB: Final = 3
_PRONOUNS: Final = frozenset("he her him it she them they".split())
"""What stands before the subject in a question and in a sentence; how many words it has at most before its value."""
_NOT: Final = re.compile(r"\b(?:not|never|no longer|nor)\b|n[’']t\b", re.I)
Rival = tuple["Side", Floats]
"""A side that may differ, with the numbers (f,) of `aliqa.text.claims.pairs.ASKED`."""
AskedKind = Literal["figure", "date", "name", "verdict", "any"]
"""What kind of value a question wants; yes or no is a verdict."""
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
    question: str,
    chosen: Sequence[Evidence],
    pool: Sequence[Evidence],
    vectors: Vectors,
    spans: SpanReader | None,
    pairs: PairReader | None = None,
) -> Compared:
    """Who agrees with the best sentence and who differs from it.

    Args:
        question: what is asked.
        chosen: what the answer quotes so far, best first.
        pool: all evidence, best first.
        vectors: gives the vectors (n, d) of each passage's sentences.
        spans: reads the surest, if there is one.
        pairs: says how they differ, if there is one.
    """
    asked = asked_for(question)
    found = [_around(one, pool, vectors, asked, spans, pairs) for one in chosen]
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

    kind: AskedKind
    time: Period | None
    names: frozenset[str]
    question: str = ""
    subject: frozenset[str] = frozenset()

    def about(self, said: Said) -> frozenset[str]:
        """Those of the names that a sentence or what stands around it has."""
        return self.names & (said.around | said.topic)

    def tells_apart(self, one: Evidence, other: Evidence) -> bool:
        """Whether two sentences are about different ones of the names, or the one about another number: "line 1"."""
        if any(self._other_number(quote(each)) for each in (one, other)):
            return True
        first, second = (self.names.intersection(terms(quote(each))) for each in (one, other))
        return bool(first - second and second - first)

    def _other_number(self, text: str) -> bool:
        """Whether a sentence has a noun of the question with other numbers alone: "line 1" for "line 4"."""
        numbers = defaultdict[str, set[str]](set)
        for noun, number in _NUMBERED.findall(text.casefold()):
            numbers[noun].add(number)
        asked = _NUMBERED.findall(self.question.casefold())
        return any(noun in numbers and number not in numbers[noun] for noun, number in asked)

    def is_of_another(self, said: Said, values: Sequence[Value]) -> bool:
        """Whether a sentence gives its subject's values, "Crumb & Co has 18 shops", and asked is after another name."""
        first = next((value for value in said.values if _OPENS.fullmatch(said.text[: value.span.start])), None)
        if not self.subject or first is None or first.kind != "name" or self.subject.intersection(terms(said.text)):
            return False
        between = [said.text[first.span.end : value.span.start].casefold().split() for value in values]
        direct = any(0 < len(words) <= _A_VERB and _PRONOUNS.isdisjoint(words) for words in between)
        return direct and not _terms(first) & self.names

    def fits(self, value: Value) -> bool:
        """Whether a value is of the kind."""
        return self.kind in ("any", "figure" if isinstance(value.content, Quantity) else value.kind)


def asked_for(question: str) -> Asked:
    """What a question asks for."""
    times, words = dates.find(question), question.casefold().split()
    kinds: dict[str, AskedKind] = {"who": "name", "where": "name", "when": "date"}
    kinds |= dict.fromkeys(AUXILIARIES.split(), "verdict")
    usual: AskedKind = "figure" if _HOW_MUCH.search(question) else "any"
    kind = kinds.get(words[0] if words else "", usual)
    time = times[0] if len(times) == 1 else None
    subjects = (_terms(one) for one in values_of(question) if _is_subject(question, one.span))
    return Asked(kind, time, names(question), question, next(subjects, frozenset()))


def _is_subject(question: str, name: Span) -> bool:
    return bool(_SUBJECT.search(question[: name.start])) and not name.cut(question).endswith(("’s", "'s", "s’", "s'"))


def _terms(value: Value) -> frozenset[str]:
    """The terms of a name."""
    return value.content if isinstance(value.content, frozenset) else frozenset()


def _around(
    first: Evidence,
    pool: Sequence[Evidence],
    vectors: Vectors,
    asked: Asked,
    spans: SpanReader | None,
    pairs: PairReader | None,
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
    worth = [(ALTERED if _is_sure(best, one[0]) else sure, one) for sure, one in worth]
    likely = [(sure, side) for sure, (side, _) in worth if sure >= _SURE]
    return Compared((), [best, *agreeing], _kinds(best, [side for _, side in _surest(likely)], pairs))


def _kinds(best: Side, sides: Sequence[Side], pairs: PairReader | None) -> list[tuple[DisagreementKind, Side]]:
    """How sides differ from the best one, by a pair reader if there is one; no and yes by their times."""
    if pairs and sides and best.value.kind != "verdict":
        first = best.said.stated(best.value)
        related = pairs.read([(first, side.said.stated(side.value)) for side in sides])
        return list(zip(kinds_read(related), sides, strict=True))
    return [(kind_of(best.said, side.said, Differing(best.value, side.value)), side) for side in sides]


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
        answered = _answer(one, said, asked)
        stated, place = _values(one, said), _place(one)
        stated += [answered] if answered and answered.kind == "verdict" else []
        alike = [other for other in stated if value.comparable(other)]
        if answered is None and place and _several(alike, place):
            continue
        if not alike or len(asked.about(said)) * 2 < len(asked.about(best.said)) or asked.tells_apart(one, first):
            continue
        if asked.kind != "verdict" and asked.is_of_another(said, alike):
            continue
        if answered and value.agrees(answered):
            side = Side(one, said, answered)
            agreeing += [side] if i not in nearness or _agrees(best, side, nearness[i]) else []
        elif i in nearness and all(value.differs(other) for other in alike):
            found += _rival(best, one, said, alike, answered, nearness[i])
    return best, agreeing, found


def _agrees(best: Side, side: Side, near: Near) -> bool:
    """Whether a side that gives the best one's value says the same: of the same thing, and not the contrary."""
    texts = best.said.text, side.said.text
    if _are_contrary(*texts) or is_wanted(best.said, best.value) != is_wanted(side.said, side.value):
        return False
    if bool(_NOT.search(texts[0])) != bool(_NOT.search(texts[1])) and best.value.kind != "verdict":
        return False
    row = _row(best, side, near)
    return best.value.kind == "verdict" or float(certainty(row[None], "asked")[0]) >= _AGREES


def _are_contrary(one: str, other: str) -> bool:
    """Whether one text has a verb whose contrary the other has, and neither has both.

    >>> _are_contrary("The river rose.", "By noon it fell."), _are_contrary("It rose.", "It rose, then fell.")
    (True, False)
    """
    first, second = set(terms(one)), set(terms(other))
    return any(contrary(word) & second and not contrary(word) & first and not alike(word) & second for word in first)


def _is_sure(best: Side, side: Side) -> bool:
    """Whether two sides that differ are about the same thing without a doubt."""
    return best.value.kind == "verdict" or altered(best.said, side.said, Differing(best.value, side.value))


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
    """The value of a sentence that answers: what it says to yes or no, or one of the kind and the time asked for.

    It is the one that the reader's span touches, of several the one behind a word of the question, and none where that
    tells nothing; where no span was read, the only one of the kind, or the first name. A question that names no kind is
    answered by a name or a date only where that is all of the span.
    """
    span = Span(0, len(said.text))
    place = _place(one)
    if asked.kind == "verdict":
        told, _ = verdict(asked.question, Reading((one,), 1.0, ()))
        if told != "unclear":
            return Value(place or span, "verdict", frozenset((told,)))
        asked = replace(asked, kind="date" if asked.time else "any")
    values = _values(one, said)
    fitting = [value for value in values if asked.fits(value)]
    if place is None:
        return fitting[0] if len(fitting) == 1 or (fitting and asked.kind == "name") else None
    touched = [
        value for value in fitting if value.span.overlaps(place) and (asked.kind != "any" or _fills(value, place))
    ]
    if several := _several(touched, place):
        touched = [one for one in [_behind(several, said, asked.question)] if one]
    best = max(touched, key=lambda value: _shared(value.span, place), default=None)
    times = [
        value.span
        for value in said.values
        if asked.time and isinstance(value.content, Period) and value.content.overlaps(asked.time)
    ]
    if best is None or best.kind == "date" or not times:
        return best
    alike = [value for value in values if value.comparable(best)]
    return min(alike, key=lambda value: max(times[0].start - value.span.end, value.span.start - times[0].end))


def _place(one: Evidence) -> Span | None:
    """Where what a reader took for the answer stands in its sentence."""
    start = one.sentence.span.start
    return one.answer and Span(one.answer.start - start, one.answer.end - start)


def _values(one: Evidence, said: Said) -> list[Value]:
    """The values of a sentence, and those numbers in what a reader took for the answer that stand without a noun."""
    place = _place(one)
    made = list(said.values)
    for number in _NUMBER.finditer(said.text, place.start, place.end) if place else ():
        span = Span(*number.span())
        counts = quantities.find(f"{number.group()} things")
        if counts and not any(span.overlaps(value.span) for value in made):
            made.append(Value(span, "count", replace(counts[0], span=span, unit="", noun=None)))
    return made


def _several(values: Sequence[Value], place: Span) -> list[Value]:
    """The figures of one kind within a span, if there are several; of "from 12 to 15" only the latter."""
    figures = [one for one in values if isinstance(one.content, Quantity) and one.span.overlaps(place)]
    comparable = [one for one in figures if one.comparable(figures[-1])]
    ends = [one for one in comparable if isinstance(one.content, Quantity) and one.content.turn != "from"]
    return ends if len(comparable) > 1 else []


def _behind(figures: Sequence[Value], said: Said, question: str) -> Value | None:
    """The only one of figures, or right behind a word of the question: "now has 52" where it asks what one has."""
    words = {*content_words(question), *{"have"}.intersection(terms(question))}
    wanted = {form for word in words for form in alike(word)}
    found = [one for one in figures if wanted.intersection(terms(said.text[: one.span.start])[-1:])]
    return next((each[0] for each in (figures, found) if len(each) == 1), None)


def _fills(value: Value, place: Span) -> bool:
    """Whether a value is what the span is about: a name or a date all of it, a figure as much as half."""
    length = value.span.end - value.span.start
    return place.end - place.start <= (2 * length if isinstance(value.content, Quantity) else length) + _A_WORD


def _shared(one: Span, other: Span) -> int:
    return min(one.end, other.end) - max(one.start, other.start)


def _rival(
    best: Side, one: Evidence, said: Said, alike: Sequence[Value], answered: Value | None, near: Near
) -> list[Rival]:
    """The surest value of a sentence against the best sentence's; a name only if each is by itself the answer."""
    touched = answered in alike
    sides = [Side(one, said, value) for value in ([answered] if touched and answered else alike)]
    rows = [_row(best, side, near) for side in sides]
    place = int(np.argmax([row[0] for row in rows]))
    side = sides[place]
    if best.value.kind == "name" and not (touched and _is_answer(best) and _is_answer(side)):
        return []
    return [(side, rows[place])]


def _row(best: Side, side: Side, near: Near) -> Floats:
    """The numbers (f,) of `aliqa.text.claims.pairs.ASKED` of a side."""
    look = float(certainty(features(best.said, side.said, Differing(best.value, side.value), near)[None])[0])
    behind = min(_MARGIN, max(0.0, best.evidence.score - side.evidence.score))
    return np.array([log_odds(look), behind])


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

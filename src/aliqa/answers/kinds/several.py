"""Questions that want several sentences: the members of a list, the sides of a comparison, the steps of a change.

The judge has said that the question is answered. A sentence that answers a part of it is less likely to answer the
whole, so that less is enough for one beside the first.
"""

import re
from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Final

from aliqa.answers import answering
from aliqa.answers.answering import quote
from aliqa.answers.kinds.phrases import Phrase
from aliqa.foundations.messages import gettext
from aliqa.foundations.protocols import Evidence, Reading
from aliqa.foundations.types import QuestionKind
from aliqa.text.dates import Period, stated, told, when
from aliqa.text.terms import terms

_MOST: Final = 6
_ADDS: Final = 0.12
"""The least chance of a further sentence, chosen on questions that no model was fitted on."""
_SHARE: Final = 1 / 3

_CHANGED: Final = re.compile(
    r"""
    how[ ](?:has|have|had|did|does|do)[ ](?P<what>.+?)[ ]
    (?:changed?|develop(?:ed)?|evolved?|shift(?:ed)?|fluctuated?|grown|fallen|risen|shrunk|moved|declined|(?:in|de)creased)\b
    (?P<when>.*)
    """,
    re.IGNORECASE | re.VERBOSE,
)


def choose(
    kind: QuestionKind, reading: Reading, most: int | None, rare: Collection[str] = ()
) -> tuple[list[Evidence], str | None]:
    """The sentences that a question of such a kind is answered with, at most so many, and a line on them.

    ``rare`` are the terms of the question that few passages hold: a further member of a list is one only with some of
    them, or if it is likely by itself.
    """
    if kind == "change":
        return in_order(answering.choose(reading, most or _MOST, _ADDS))
    if kind == "compare":
        return answering.choose(reading, most or _MOST, _ADDS), None
    members = (*reading.evidence[:1], *(one for one in reading.evidence[1:] if _is_member(one, rare)))
    chosen = answering.choose(replace(reading, evidence=members), most or _MOST, _ADDS)
    named = kind == "list" and len(chosen) > 1
    return chosen, gettext("These are the ones that the articles name.") if named else None


def _is_member(one: Evidence, rare: Collection[str]) -> bool:
    likely = one.chance is not None and one.chance >= answering.ADDS
    return likely or len(set(rare) & set(terms(quote(one)))) >= _SHARE * len(rare)


def in_order(chosen: list[Evidence]) -> tuple[list[Evidence], str | None]:
    """The sentences that tell a time, in order of it, and a line with their times; all of them if fewer than two do.

    None goes before the likeliest that is not likely itself.
    """
    dated = [(time, one) for one in chosen if (time := _time(one))]
    if dated and dated[0][1] is chosen[0]:
        first = dated[0][0].first
        dated = [(time, one) for time, one in dated if time.first >= first or (one.chance or 0.0) >= answering.ADDS]
    if len(dated) < 2:
        return chosen, None
    dated.sort(key=lambda pair: pair[0].turn)
    line = ", ".join(f"[{number}] {when(period)}" for number, (period, _) in enumerate(dated, 1))
    return [one for _, one in dated], gettext("In order of time: {times}.", times=line)


def _time(one: Evidence) -> Period | None:
    """When it was, or else the first time that it does not only measure it against."""
    return next(iter(told(quote(one), one.record.meta.published)), None)


def at_any_time(question: str) -> str | None:
    """What a question on a change asks of each time; None if it does not say what changes.

    >>> at_any_time("How has the price of milk changed since 2020?")
    'What is the price of milk?'
    """
    found = _CHANGED.fullmatch(question.strip(" ?!."))
    return f"What is {found['what']}?" if found else None


def of_time(reading: Reading, first: date, last: date) -> Reading:
    """The reading without the sentences that tell of another time than the one asked about, or of none."""
    kept = tuple(one for one in reading.evidence if _is_of(one, first, last))
    confidence = reading.confidence if kept and kept[0] is reading.evidence[0] else 0.0
    return replace(reading, evidence=kept, confidence=confidence, chosen=())


def telling_more(reading: Reading, question: str) -> Reading:
    """The reading without the sentences that only repeat words of the question in a row, as headings do."""
    kept = tuple(one for one in reading.evidence if not Phrase(quote(one)).places(question))
    if kept[:1] == reading.evidence[:1]:
        return replace(reading, evidence=kept)
    return replace(reading, evidence=kept, confidence=kept[0].chance or 0.0 if kept else 0.0, chosen=())


def _is_of(one: Evidence, first: date, last: date) -> bool:
    published = one.record.meta.published
    found = stated(quote(one), published)
    if not found:
        return published is not None and first <= published <= last
    return any(period.first <= last and first <= period.last for period in found)

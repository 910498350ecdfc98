"""Questions that want several sentences: the members of a list, the sides of a comparison, the steps of a change.

The judge has said that the question is answered; here is which sentences are quoted, and in what order.
"""

import re
from dataclasses import replace
from datetime import date
from typing import Final

from aliqa.answers.answering import alike, quote
from aliqa.answers.kinds.phrases import Phrase
from aliqa.foundations.messages import gettext
from aliqa.foundations.protocols import Evidence, Reading
from aliqa.foundations.types import QuestionKind
from aliqa.text.dates import Period
from aliqa.text.dates.stated import Asked, asked, stated, when
from aliqa.text.terms import content_words, terms

_MOST: Final = 6
_LEAST: Final = 0.5
"""The share of what is asked about that a further sentence must name."""

_SIDES: Final = (
    re.compile(r"compare (?P<one>.+?) (?:and|with|to|against|versus|vs\.?) (?P<two>.+)", re.I),
    re.compile(r".*?(?:differences?|contrast|similarit\w+) (?:between|of) (?P<one>.+?) (?:and|to) (?P<two>.+)", re.I),
    re.compile(
        r"""
        how[ ](?:do|does|did|is|are)[ ](?P<one>.+?)[ ]
        (?:compare|differ|stack[ ]up|measure[ ]up|different)(?:d)?[ ](?:to|with|from|against)[ ]
        (?P<two>.+)
        """,
        re.IGNORECASE | re.VERBOSE,
    ),
    re.compile(r"how (?:do|does|did|are) (?P<one>.+?) and (?P<two>.+?) (?:compare|differ)\b.*", re.I),
    re.compile(r"(?P<one>.+?) (?:versus|vs\.?) (?P<two>.+)", re.I),
)  # fmt: skip
_CHANGE: Final = frozenset(
    terms(
        "change develop evolve shift fluctuate grow grown fall fallen rise risen shrink move fare progress decline"
        " increase decrease development evolution history course trend timeline happen number amount level size count"
        " total since between"
    )
)


_COMPARING: Final = frozenset(
    terms("compare compared different differ difference contrast similarity similarities versus vs main key biggest")
)


def choose(kind: QuestionKind, question: str, reading: Reading, most: int | None) -> tuple[list[Evidence], str | None]:
    """The sentences that a question of such a kind is answered with, and a line on them; none if it needs no more.

    Args:
        kind: of the question.
        question: what was asked.
        reading: what the judge made of it; its first sentence answers.
        most: how many sentences, at most.
    """
    if kind == "list":
        found = members(question, reading, most or _MOST)
        return found, gettext("These are the ones that the articles name.") if len(found) > 1 else None
    if kind == "compare":
        return sides(question, reading), None
    if kind == "change":
        return steps(question, reading, most or _MOST)
    return [], None


def members(question: str, reading: Reading, most: int) -> list[Evidence]:
    """The best sentence, and those that name others of what it names, each of which adds something."""
    wanted = _topic(question)
    things = wanted & {term for word in re.findall(r"\b[a-z][\w-]+", question) for term in terms(word)}
    chosen: list[Evidence] = []
    named: set[str] = set()
    for one in reading.evidence:
        text = quote(one)
        if chosen and (_share(wanted, text) < _LEAST or one.score < chosen[0].score - _WIDE):
            continue
        if chosen and things and not things & set(terms(text)):
            continue  # it names somebody, but not as one of those
        new = _members(one) - named - wanted
        if (not chosen or new) and not any(alike(text, quote(other)) for other in chosen):
            chosen.append(one)
            named |= new
        if len(chosen) == most:
            break
    return chosen


_WIDE: Final = 4.0
"""How much worse than the best a sentence may be that names another member."""


def _members(one: Evidence) -> set[str]:
    """The words with capitals and the figures of a sentence, but for its first word."""
    words = re.findall(r"(?<=\s)[“\"(]?(?:[A-Z][\w.-]+|\d[\w.,]*)", quote(one))
    return {term for word in words for term in terms(word)}


def sides(question: str, reading: Reading) -> list[Evidence]:
    """For each side of a comparison the best sentence that names it, one that names both alone if there is one."""
    named = _sides(question)
    if not named or not reading.evidence:
        return []
    best = reading.evidence[0]
    left = [side for side in named if not _names(side, quote(best))]
    chosen = [best]
    wanted = _topic(question) - {word for side in named for word in side.words} - _COMPARING
    for side in left:
        fits = [
            one for one in reading.evidence if _names(side, quote(one)) and (not wanted or _share(wanted, quote(one)))
        ]
        if fits and not any(alike(quote(fits[0]), quote(other)) for other in chosen):
            chosen.append(fits[0])
    return chosen


def all_sides(question: str, reading: Reading) -> list[Evidence]:
    """A sentence for every side of a comparison, each of which names what is compared; none if a side has none.

    That two sentences compare is not said by any of them: the judge of single sentences does not see it.
    """
    named = _sides(question)
    wanted = _topic(question) - {word for side in named for word in side.words} - _COMPARING
    found = [
        next(
            (one for one in reading.evidence if _names(side, quote(one)) and _share(wanted, quote(one)) >= _CLOSE), None
        )
        for side in named
    ]
    whole = [one for one in found if one]
    return list(dict.fromkeys(whole)) if wanted and len(whole) == len(named) > 1 else []


def names_all(question: str, one: Evidence) -> bool:
    """Whether a sentence names every side of a comparison."""
    named = _sides(question)
    return bool(named) and all(_names(side, quote(one)) for side in named)


def _sides(question: str) -> list[Phrase]:
    return [Phrase(re.sub(r"\Athe ", "", side)) for side in sides_of(question)]


def sides_of(question: str) -> list[str]:
    """Whom or what a question compares, in its words.

    >>> sides_of("How does Blue Net's catch compare with that of Red Net?")
    ["Blue Net's catch", 'Red Net']
    """
    bare = question.strip(" ?!.")
    found = next((found for form in _SIDES if (found := form.fullmatch(bare))), None)
    if not found:
        return []
    parts = [found["one"], *re.split(r",? and (?:that of )?", found["two"])]
    return [re.sub(r"\A(?:that of|those of|the one of) ", "", part.strip()) for part in parts]


def _names(side: Phrase, text: str) -> bool:
    """Whether a sentence names a side: the name that it begins with, else its first word and most of the others."""
    name = re.match(r"(?:[A-Z][\w.&-]*\s?)+", side.text)
    if name and content_words(name.group()):
        return bool(Phrase(name.group().strip()).places(text))
    return bool({side.words[0]} & set(terms(text))) and side.coverage(text) >= _LEAST


def steps(question: str, reading: Reading, most: int) -> tuple[list[Evidence], str | None]:
    """Sentences that date what is asked about, one a time, in order of time; and a line that tells their dates."""
    wanted = _topic(question) - _CHANGE
    time = asked(question, date.today())
    found: dict[Period, Evidence] = {}
    for one in reading.evidence:
        dated = [period for period in stated(quote(one), one.record.meta.published) if _within(period, time)]
        full = _share(wanted, quote(one)) >= (_LEAST if one is reading.evidence[0] else _CLOSE)
        if (
            dated
            and full
            and dated[0] not in found
            and not any(alike(quote(one), quote(other)) for other in found.values())
        ):
            found[dated[0]] = one
        if len(found) == most:
            break
    if len(found) < 2:
        return [], None
    ordered = sorted(found.items(), key=lambda pair: (pair[0].first, pair[0].last))
    line = ", ".join(f"[{number}] {when(period)}" for number, (period, _) in enumerate(ordered, 1))
    return [one for _, one in ordered], gettext("In order of time: {times}.", times=line)


_CLOSE: Final = 0.7
"""The share of the topic's words that a sentence must have besides the best one."""


def _within(period: Period, time: Asked | None) -> bool:
    """Whether a period lies in the time that is asked about; a few days more or less do not matter."""
    if time is None:
        return True
    return (time.start is None or time.start <= period.last) and (time.end is None or period.first <= time.end)


def of_time(reading: Reading, first: date, last: date) -> Reading:
    """The reading without the sentences that tell of another time than the one asked about, or of none."""
    kept = tuple(one for one in reading.evidence if _is_of(one, first, last))
    confidence = reading.confidence if kept and kept[0] is reading.evidence[0] else 0.0
    return replace(reading, evidence=kept, confidence=confidence, chosen=())


def _is_of(one: Evidence, first: date, last: date) -> bool:
    published = one.record.meta.published
    found = stated(quote(one), published)
    if not found:
        return published is not None and first <= published <= last
    return any(period.first <= last and first <= period.last for period in found)


def _topic(question: str) -> set[str]:
    """The terms of what a question is about, without years."""
    return {term for term in content_words(question) if not re.fullmatch(r"(?:19|20)\d\d", term)}


def _share(wanted: set[str], text: str) -> float:
    return len(wanted & set(terms(text))) / len(wanted) if wanted else 1.0

"""The dates that a sentence states, as exact as it states them, and the time that a question asks about.

What a period is, `aliqa.text.dates.periods` says; here are added what counts from the date before ("half a year
later"), whether all of a date stands in the sentence, and how exact it is: "in 2024" is the whole year, never its
first day.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from dateutil.relativedelta import relativedelta

from aliqa.foundations.types import Span
from aliqa.text.dates import periods
from aliqa.text.dates.clauses import WITHIN, bearing, measuring
from aliqa.text.dates.periods import Period
from aliqa.text.english import NUMBERS


@dataclass(frozen=True, slots=True)
class Asked:
    """The time that a question asks about: from ``start`` to ``end``, either of them open, or the ``latest`` there is.

    With both, it is the latest where nothing is of the time from ``start`` to ``end``.
    """

    start: date | None = None
    end: date | None = None
    latest: bool = False


_NUMBERS: Final = {word: number for word, number in NUMBERS.items() if number <= 12}
_NUMBER: Final = "|".join(("an?", *_NUMBERS))
_LATER: Final = re.compile(
    rf"""
    \b
    (?:
        (?P<count>\d{{1,2}}|{_NUMBER})[ ](?P<step>day|week|month|year)s?
        | (?P<half>half[ ]a[ ]year)
    )
    [ ](?:later(?![ ]than\b)|afterwards|(?P<after>after[ ](?:the|that|this)))\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_OPENING: Final = re.compile(r"\W*(?:(?:Just|Only|About|Some|Barely|Almost|Nearly|Exactly) )?")
"""What may stand before "two months after the …" where that counts from the date before, not from another event."""

_WHICH_YEAR: Final = re.compile(r",? (?:of )?(?:this|(?P<last>last)|(?P<next>next)) year\b", re.I)
_WITH_YEAR: Final = re.compile(r"(?:1[5-9]|20)\d\d")
_NOT_YEARS: Final = re.compile(
    r" (?:shops|stores|users|customers|staff|workers|companies|cities|km|miles|units|cars)\b"
)


def when(period: Period) -> str:
    """A period as one writes it, as exact as it is.

    >>> [when(period) for period in periods.find("On 9 May 2024, in March 2024, in the first quarter of 2024, in 2024")]
    ['2024-05-09', '2024-03', '2024 Q1', '2024']
    >>> [when(period) for period in periods.find("In 2020-2022, and between March and June 2021")]
    ['2020 to 2022', '2021-03 to 2021-06']
    """
    first, last = period.first, period.last
    then = last + timedelta(days=1)
    months = 12 * (then.year - first.year) + then.month - first.month
    if first == last:
        return first.isoformat()
    if first.day > 1 or then.day > 1 or (months > 1 and (first.month - 1) % min(months, 12)):
        return f"{first:%Y-%m} to {last:%Y-%m}"
    return {
        1: f"{first:%Y-%m}",
        3: f"{first:%Y} Q{(first.month + 2) // 3}",
        6: f"{first:%Y} H{(first.month + 5) // 6}",
        12: f"{first:%Y}",
    }.get(months, f"{first:%Y-%m} to {last:%Y-%m}" if months % 12 else f"{first:%Y} to {last:%Y}")


def is_stated(text: str, period: Period) -> bool:
    """Whether all of a period of a text stands there; else its year was inferred."""
    return _WITH_YEAR.search(period.span.cut(text)) is not None


def stated(text: str, known: date | None = None, before: Period | None = None) -> list[Period]:
    """The dates of a sentence, in order.

    Args:
        text: the sentence.
        known: the day on which it was written, for "last year" and "on May 9"; without it those are no dates.
        before: the date stated last before it, for "two months later".

    >>> [when(period) for period in stated("In March 2023 it opened; half a year later it closed.")]
    ['2023-03', '2023-09']
    """
    dates = (period for period in periods.find(text, known) if not _NOT_YEARS.match(text, period.span.end))
    named = [_of_year(text, period, known) for period in dates]
    places: list[tuple[int, Period | re.Match[str]]] = [(period.span.start, period) for period in named]
    places += [(later.start(), later) for later in _LATER.finditer(text)]
    found: list[Period] = []
    for start, there in sorted(places, key=lambda place: place[0]):
        period = there if isinstance(there, Period) else _later(there, found[-1] if found else before)
        if period and not (found and start < found[-1].span.end):
            found.append(period)
    return found


def occurred(text: str, known: date | None = None, before: Period | None = None) -> list[Period]:
    """Those dates of `stated` that tell when what the sentence says was so, in order.

    Those are the ones of its main clause (`clauses.bearing`): no bounds and measures, no dates of nouns.

    >>> [when(period) for period in occurred("It fell in 2024, the steepest drop since March 2020.")]
    ['2024']
    """
    return bearing(text, stated(text, known, before))


def told(text: str, known: date | None = None) -> list[Period]:
    """The dates of `occurred`, and behind them the others of `stated` but those that only bound or measure it.

    >>> [when(period) for period in told("The 2011 merger was completed in May 2012, later than in 2010.")]
    ['2012-05', '2011']
    """
    named = stated(text, known)
    first = bearing(text, named)
    left_out = [*first, *measuring(text, named)]
    return [*first, *(period for period in named if period not in left_out)]


def _of_year(text: str, period: Period, known: date | None) -> Period:
    """A date with "this", "last" or "next year" behind it; the last February is not always that of last year."""
    found = _WHICH_YEAR.match(text, period.span.end)
    if not found or known is None or is_stated(text, period):
        return period
    span = Span(period.span.start, found.end())
    apart = relativedelta(years=known.year - bool(found["last"]) + bool(found["next"]) - period.first.year)
    return Period(span, period.first + apart, period.last + apart, span.cut(text))


def _later(found: re.Match[str], before: Period | None) -> Period | None:
    """So long after the date before; None if that is not known exactly enough."""
    opens = not found["after"] or _OPENING.fullmatch(found.string[: found.start()])
    if not opens or before is None or before.days > (1 if found["step"] in ("day", "week") else 31):
        return None
    word = (found["count"] or "6").casefold()
    count = int(word) if word.isdigit() else _NUMBERS.get(word, 1)
    step = f"{(found['step'] or 'month').casefold()}s"
    first = before.first + relativedelta(**{step: count})  # type: ignore[arg-type]
    if step in ("days", "weeks"):
        return Period(Span(*found.span()), first, first, found.group())
    first = first.replace(day=1)
    return Period(Span(*found.span()), first, first + relativedelta(months=1, days=-1), found.group())


_LATEST: Final = re.compile(
    r"""
    \b
    (?:
        latest | newest | most[ ]recent(?:ly)? | recent(?:ly)? | current(?:ly)? | now | nowadays | today
        | at[ ]present | so[ ]far | to[ ]date | (?:this|last|past)[ ](?:year|quarter|month|week)
    )
    \b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_LATELY: Final = re.compile(r"(?:last|previous) (?:quarter|month)", re.I)
_PAST: Final = re.compile(
    rf"\b(?:last|past|previous) (?P<count>\d{{1,2}}|{_NUMBER}) (?P<step>day|week|month|year)s\b", re.I
)
_SINCE: Final = re.compile(r"\b(?P<word>since|after|from)\b[\w ]{0,12}\Z", re.I)
_BEFORE: Final = re.compile(r"\b(?P<word>before|until|till|up to|by)\b[\w ]{0,12}\Z", re.I)
_TIMELY: Final = re.compile(
    rf"""
    [ ]
    (?:
        (?:after|before|between|by|during|from|in|on|since|till|until|up[ ]to)[ ]{WITHIN}(?:the[ ])?
      | (?P<bare>)
    )
    \Z
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ALONE: Final = re.compile(r"(?:last|this|previous|between|from) ", re.I)
"""What leads to a time that ends a text, and what begins one that needs nothing."""

_EVENT: Final = re.compile(
    r"""
    \b(?P<lead>since|after|before|until)\s+
    (?P<event>(?:(?:the|its|their|his|her)\s|[A-Z][\w’'-]*['’]s?\s)[\w’'\s-]{3,60})
    """,
    re.IGNORECASE | re.VERBOSE,
)


_TENSE: Final = re.compile(
    r"""
      (?P<present>
          \b(?:is|are|am|does|do|has|have)(?:n['’]t)?\b | (?<=\A(?:who|how))['’]s\b | (?<=\Awh(?:at|en))['’]s\b
          | \A(?:who|what)[ ][a-z]+[^\Ws]s\b(?![ ](?:is|are|was|were|did|had)\b)
      )
    | \b(?:was|were|did|had|can|could|will|would|shall|should|may|might|must)(?:n['’]t)?\b | ['’](?:ll|d)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""The first verb that shows the tense of a question."""


def event(question: str) -> str | None:
    """What a question counts from that is no date: "the IPO" of "since the IPO".

    >>> event("What has Northwind bought since the IPO?"), event("What did it sell before 2020?")
    ('the IPO', None)
    """
    found = _EVENT.search(question)
    return found["event"].strip() if found and not periods.find(found["event"]) else None


def asked(question: str, today: date, happened: Period | None = None) -> Asked | None:
    """The time that a question asks about, if it does.

    "Last year" is a year of the calendar; "last quarter" is one, too, or else the newest there is; "this year" and
    "now" ask for the newest, since articles are never quite of today.

    Args:
        question: what is asked.
        today: the day of the question.
        happened: when the `event` was that it counts from, if that is known.

    >>> asked("How many shops did it close in 2024?", date(2026, 1, 5))
    Asked(start=datetime.date(2024, 1, 1), end=datetime.date(2024, 12, 31), latest=False)
    >>> asked("What is the latest count?", date(2026, 1, 5))
    Asked(start=None, end=None, latest=True)
    """
    found = [period for period in stated(question, today) if not re.search(r"\bthis\b", period.words, re.I)]
    if not found:
        return _counted(question, today, happened) or (Asked(latest=True) if _LATEST.search(question) else None)
    start, end = min(period.first for period in found), max(period.last for period in found)
    lead = question[: found[0].span.start]
    if len(found) == 1 and (since := _SINCE.search(lead)):
        return Asked(start=end + timedelta(days=1) if since["word"].casefold() == "after" else start)
    if len(found) == 1 and (limit := _BEFORE.search(lead)):
        return Asked(end=start if limit["word"].casefold() == "before" else end)
    return Asked(start, end, latest=any(_LATELY.fullmatch(period.words) for period in found))


def without_time(text: str, today: date) -> tuple[str, str]:
    """What stands before the time that ends a text, and that time with its preposition; empty if none ends it.

    >>> without_time("Tierney since May 2025", date(2026, 1, 5)), without_time("the flood of 2019", date(2026, 1, 5))
    (('Tierney', 'since May 2025'), ('the flood of 2019', ''))
    """
    found = periods.find(text, today)
    if not found or found[-1].span.end != len(text):
        return text, ""
    joined = len(found) > 1 and re.fullmatch(
        r" (?:and|to|until|till) ", text[found[-2].span.end : found[-1].span.start]
    )
    first = found[-2 if joined else -1].span.start
    lead = _TIMELY.search(text[:first])
    if lead is None or (lead["bare"] is not None and not _ALONE.match(text, first)):
        return text, ""
    return text[: lead.start()], text[lead.start() :].strip()


def of_now(question: str, today: date) -> bool:
    """Whether a question asks how things stand: it is in the present tense, and names no time but now.

    >>> [of_now(question, date(2026, 1, 5)) for question in ("Who runs the pier?", "Who is it?", "Who ran it?")]
    [True, True, False]
    >>> of_now("Is the pier closed in 2024?", date(2026, 1, 5))
    False
    """
    time = asked(question, today)
    found = _TENSE.search(question)
    return (time is None or time == Asked(latest=True)) and found is not None and found["present"] is not None


def _counted(question: str, today: date, happened: Period | None) -> Asked | None:
    """The time that counts from today, "the past three years", or from an event."""
    if past := _PAST.search(question):
        count = int(past["count"]) if past["count"].isdigit() else _NUMBERS[past["count"].casefold()]
        return Asked(start=today - relativedelta(**{f"{past['step'].casefold()}s": count}))  # type: ignore[arg-type]
    found = _EVENT.search(question) if happened else None
    if found is None or happened is None:
        return None
    after = found["lead"].casefold() in ("since", "after")
    return Asked(start=happened.first) if after else Asked(end=happened.last)

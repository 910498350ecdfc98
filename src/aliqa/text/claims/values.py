"""The values that a sentence states: quantities, dates and names, and what a question for each would be.

A value is compared by what it means: quantities as intervals of one unit, dates as ranges of days, names by their
words. `Value.question` turns the statement into a question whose answer the value is ("paid how many crowns for
Quillon?"): a sentence that answers it states a value of the same thing.
"""

import calendar
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from aliqa.foundations.types import Span
from aliqa.text import dates, quantities
from aliqa.text.dates import Period
from aliqa.text.quantities import Quantity
from aliqa.text.terms import content_words, terms

Kind = Literal["percent", "points", "money", "measure", "count", "date", "name", "verdict"]
"""A verdict is what a sentence says to a question that wants yes or no."""

_NAME: Final = re.compile(r"\b[A-Z][\w’'&-]*(?:(?: of| de| van| von| the| &)? [A-Z][\w’'&-]*)*")
_INSIDE: Final = re.compile(r"(?<=[\w,;] )[A-Z][\w’'-]*")
_CALENDAR: Final = frozenset(terms(" ".join([*calendar.day_name, *calendar.month_name])))
_BEFORE_DATE: Final = re.compile(
    r"(?:\b(?:on|in|at|of|since|from|by)(?: the)? )?(?:\b(?:start|end|beginning) of )?$", re.I
)
_ASKED: Final = {
    "percent": "what percentage",
    "points": "how many points",
    "money": "how much money",
    "date": "when",
    "name": "who or what",
}
_NUMBER: Final = re.compile(r"^(?:\D*\d[\d.,]*(?:\s*-)?|\S+)\s*")
"""What opens a figure's words: digits and what stands before them, or the first word."""
_HUNDREDTH: Final = 0.01
_LONGEST: Final = 800
"""Beyond this many code points it is no sentence but a table."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value and where its words stand in the sentence; ``content`` is what it means."""

    span: Span
    kind: Kind
    content: Quantity | Period | frozenset[str]

    def comparable(self, other: "Value") -> bool:
        """Whether both are of one kind, in one unit."""
        if isinstance(self.content, Quantity) and isinstance(other.content, Quantity):
            one, two = self.content, other.content
            units = {each.unit for each in (one, *one.again)} & {each.unit for each in (two, *two.again)}
            return one.kind == two.kind and (bool(units) or one.kind == "count")
        return self.kind == other.kind

    def differs(self, other: "Value") -> bool:
        """Whether both cannot be true of one thing: "about 26,000" and "26,412" can, "May" and "14 May", too.

        Raises:
            TypeError: they are not comparable.
        """
        match self.content, other.content:
            case Quantity() as one, Quantity() as two:
                return one.contradicts(two)
            case Period() as one, Period() as two:
                return not one.overlaps(two)
            case frozenset() as one, frozenset() as two:
                return not one & two
        raise TypeError("values of different kinds are not compared")

    def agrees(self, other: "Value") -> bool:
        """Whether both say the same: they do not differ, and the one is within what the other admits.

        "About 2,100" and "1,900" need not differ, but hardly agree.
        """
        if not self.comparable(other) or self.differs(other):
            return False
        match self.content, other.content:
            case Quantity() as one, Quantity() as two:
                return _fits(one, two) or _fits(two, one)
            case Period() as one, Period() as two:
                overlap = min(one.last, two.last) - max(one.first, two.first)
                return overlap >= min(one.last - one.first, two.last - two.first)
        return True

    def question(self, text: str) -> str:
        """The sentence as a question for this value.

        >>> text = "Torvane paid 1.4 bn crowns for Quillon."
        >>> found(text)[0].question(text)
        'Torvane paid how many crowns for Quillon?'
        """
        start, end, asked = self.span.start, self.span.end, _ASKED.get(self.kind, "")
        if self.kind == "date":
            start = _BEFORE_DATE.search(text, 0, start).start()  # type: ignore[union-attr]
        if isinstance(self.content, Quantity) and not asked:
            noun = self.content.noun
            words, _, again = _NUMBER.sub("", self.span.cut(text)).partition("(")
            asked, end = f"how many {noun.cut(text) if noun else words}".strip(), max(end, noun.end if noun else 0)
            end += bool(again) and text[end : end + 1] == ")"
        return f"{text[:start]}{asked}{text[end:]}".rstrip(' .!?;:”"') + "?"


def _fits(one: Quantity, other: Quantity) -> bool:
    """Whether the middle of a quantity is within what another one admits, give or take a hundredth.

    The number that a bound is not itself, "more than 300", is not within it; a bound is but within another such bound.
    """
    pairs = [
        (mine, theirs)
        for mine in (one, *one.again)
        for theirs in (other, *other.again)
        if mine.kind == theirs.kind and (mine.unit == theirs.unit or mine.kind == "count")
    ]
    return any(
        theirs.low - _HUNDREDTH * abs(theirs.low) <= middle(mine) <= theirs.high + _HUNDREDTH * abs(theirs.high)
        and _is_beyond(mine, theirs)
        for mine, theirs in pairs
    )


def _is_beyond(one: Quantity, other: Quantity) -> bool:
    """Whether a quantity is not the excluded end of the other one, nor on the wrong side of it."""
    if one.beyond is not None:
        return other.beyond is not None and math.isinf(one.low) == math.isinf(other.low)
    if other.beyond is None:
        return True
    return middle(one) < other.beyond if math.isinf(other.low) else middle(one) > other.beyond


def middle(one: Quantity) -> float:
    """The middle of what a quantity admits; its end, if it has but one."""
    if math.isinf(one.low):
        return one.high
    return one.low if math.isinf(one.high) else (one.low + one.high) / 2


def found(
    text: str, published: date | None = None, context: str = "", topic: frozenset[str] = frozenset()
) -> list[Value]:
    """The values of a sentence: quantities, then dates, then names.

    A single capitalised word that opens it is a name if it stands in the ``context`` or if its terms are among those of
    the ``topic``, the names in its article.

    >>> text = "On 14 May Ilse Brandvold paid 4 crowns."
    >>> [(one.kind, one.span.cut(text)) for one in found(text, date(2025, 6, 1))]
    [('count', '4 crowns'), ('date', '14 May'), ('name', 'Ilse Brandvold')]
    """
    if len(text) > _LONGEST:
        return []
    times = dates.stated(text, published)
    figures = [one for one in quantities.find(text) if not any(one.span.overlaps(time.span) for time in times)]
    made = [Value(_whole(one), one.kind, one) for one in figures]
    made += [Value(one.span, "date", one) for one in times]
    blank = text
    for one in made:
        blank = f"{blank[: one.span.start]}{'.' * (one.span.end - one.span.start)}{blank[one.span.end :]}"
    return [*made, *_names(blank, context, topic)]


def _whole(one: Quantity) -> Span:
    return Span(one.span.start, max(one.span.end, one.noun.end)) if one.noun else one.span


def _names(text: str, context: str, topic: frozenset[str]) -> Iterator[Value]:
    """Runs of capitalised words; a single word that opens the sentence is none unless it is known as a name."""
    for match in _NAME.finditer(text):
        words, start = match.group().split(), match.start()
        opens = not text[:start].strip(" “\"'‘(")
        known = words[0] in context or topic.issuperset(terms(words[0]))
        if opens and (not content_words(words[0]) or (len(words) == 1 and not known)):
            start += len(words[0]) + 1
            words = words[1:]
        if words and not _CALENDAR.issuperset(terms(" ".join(words))):
            yield Value(Span(start, match.end()), "name", frozenset(terms(" ".join(words))))


def names(text: str) -> frozenset[str]:
    """The terms of the capitalised words in a text that do not open a sentence.

    >>> sorted(names("Cars cross it. Mayor Edda Fennimore of Brennick smiled."))
    ['brennick', 'edda', 'fennimor']
    """
    return frozenset(terms(" ".join(_INSIDE.findall(text)))) - _CALENDAR

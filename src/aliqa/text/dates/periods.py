"""When a statement holds: years, halves, quarters, months and days named in it, as ranges of days.

"last year", "last quarter" and "in June" are read from the day the article was published; without one they are unknown.
A month that is named without its year is past, unless it is near or the sentence tells of the future.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from aliqa.foundations.types import Span
from aliqa.text.english import MONTH, MONTH_BEGINS, month_number


@dataclass(frozen=True, slots=True)
class Period:
    """The days from ``first`` to ``last``, both included, and where a text names them; ``words`` as they are shown."""

    span: Span
    first: date
    last: date
    words: str

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def turn(self) -> tuple[date, int]:
        """Its place among others in order of time."""
        return turn(self.first, self.last)

    def overlaps(self, other: "Period") -> bool:
        """Whether a day is in both."""
        return self.first <= other.last and other.first <= self.last


_MONTH: Final = rf"{MONTH}\b\.?"
_YEAR: Final = r"(?:1[5-9]|20)\d\d"
_ORDINALS: Final = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "1": 1,
    "2": 2,
    "3": 3,
    "4": 4,
    "一": 1,
    "二": 2,
    "三": 3,
    "四": 4,
}
_NAMED: Final = re.compile(
    rf"""
      \b(?:between|from)[ ](?P<year9>{_YEAR})[ ](?:and|to|until|through)[ ](?P<until1>{_YEAR})\b
    | (?<![\w$€£¥.,-])(?P<year10>{_YEAR})(?:\s?[–-]\s?|[ ]to[ ])(?P<until2>{_YEAR})
      (?![\w%]|[.,]\d|-\d|[ ](?:million|billion|people|dollars|yuan|euros))
    | (?<![\w$€£¥.,-])(?P<year11>{_YEAR})[–/-](?P<until3>1[3-9]|[2-9]\d)(?![\w%]|[.,/-]\d)
    | \b(?:between|from)[ ](?P<month6>{_MONTH})[ ](?:and|to|until|through)[ ]
      (?P<last_month>{_MONTH}),?[ ](?P<year12>{_YEAR})\b
    | \b(?P<decade>(?:1[5-9]|20)\d0)s\b
    | (?P<day>\b\d{{1,2}})(?:st|nd|rd|th)?[ ](?:of[ ])?(?P<month1>{_MONTH}),?[ ](?P<year1>{_YEAR})\b
    | \b(?P<month2>{_MONTH})[ ](?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,?[ ](?P<year2>{_YEAR})\b
    | \b(?P<iso>{_YEAR}-\d\d-\d\d)\b
    | \b(?P<month3>{_MONTH}),?[ ](?:of[ ])?(?P<year3>{_YEAR})\b
    | \b(?P<quarter>first|second|third|fourth)[ -]quarter(?:[ ]of[ ](?:fiscal[ ])?(?P<year4>{_YEAR}))?
    | \bQ(?P<quarter2>[1-4])(?:[ -]?(?P<year5>{_YEAR}))?\b
    | \b(?P<half>first|second)[ ]half(?:[ ]of[ ](?:fiscal[ ])?(?P<year6>{_YEAR}))?
    | (?P<year7>{_YEAR})\s*年(?:第?(?P<quarter3>[一二三四])季度|(?P<month4>\d{{1,2}})月)?
    | \bH(?P<half2>[12])[ -]?(?P<year13>{_YEAR})\b
    | \b(?P<relative>last|this|previous|next)[ ]year\b
    | \b(?:last|final)[ ](?P<final>quarter|half)[ ]of[ ](?:fiscal[ ])?(?P<year14>{_YEAR})\b
    | \b(?:last|previous)[ ](?P<latest>quarter|month)\b(?![ ]of\b)
    | (?P<day6>\b\d{{1,2}})(?:st|nd|rd|th)?[ ](?:of[ ])?(?P<month7>{_MONTH})(?!,?[ ]\d{{4}})
    | \b(?P<month8>{_MONTH})[ ](?P<day7>\d{{1,2}})(?:st|nd|rd|th)?\b(?!,?[ ]\d{{4}}|[,.]?\d|:)
    | (?:
          (?<=\bin[ ]) | (?<=\bon[ ]) | (?<=\bsince[ ]) | (?<=\bof[ ]) | (?<=\bby[ ])
          | (?:
                (?<=\blast[ ]) | (?<=\bthis[ ]) | (?<=\bnext[ ]) | (?<=\bcoming[ ]) | (?<=\bfrom[ ])
                | (?<=\buntil[ ]) | (?<=\bearly[ ]) | (?<=\blate[ ]) | (?<=\bmid[ -])
            )
            (?!(?-i:may)\b)
      )
      (?P<month5>{_MONTH})(?![ ]\d{{4}})(?:[ ](?P<day5>\d{{1,2}})(?:st|nd|rd|th)?\b)?
      (?![ ]\w+['’])
    | (?<![\w$€£¥.,-])(?:(?:fiscal|FY|financial[ ]year|year)[ ]?)?(?P<year8>{_YEAR})
      (?![\w%]|[.,]\d|-\d|[ ](?:million|billion|people|employees|dollars|yuan|euros))
    """,
    re.IGNORECASE | re.VERBOSE,
)

_START: Final = re.compile(
    rf"""
      (?<!\d)\d
    | \b
      (?:
          between | from | {MONTH_BEGINS} | first | second | third | fourth | q[1-4] | h[12] | last | final | this
          | previous | next | fiscal | fy | fin | year
      )
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Where a period may begin: quicker than to try all its forms at every letter."""

PLANNED: Final = (
    r"(?:about|bound|due|expected|going|hoped|intended|(?:un)?likely|meant|planned|promised|scheduled|set|supposed)"
)
_AHEAD: Final = rf"""
    \b
    (?:
        (?:will|shall|must|can|should|might|(?-i:may))\b(?![ ](?:not[ ])?have\b) | won['’]t
        | (?:is|are)[ ](?:(?:now|not|still|also|\w+ly)[ ])?(?:to|{PLANNED})\b(?:[ ]to\b)?(?![ ]have\b)
        | (?:aim|expect|hope|intend|mean|plan|prepare|promise|propose|want)s?[ ](?:not[ ])?to
        | (?:is|are)\b(?=[^,.;:]*[ ]until[ ]\Z)
        | (?P<then>would|(?:was|were)[ ](?:(?:now|not|also|\w+ly)[ ])?(?:to|{PLANNED})|due|{PLANNED}[ ](?:to|for))
    )
    \b
"""
"""Words behind which a verb tells of the future; ``then`` those that look ahead from a time that may be past itself."""

_WORD: Final = r"""
    (?!
        (?:
            although|because|but|did|had|he|I|said|she|since|than|that|they|though|was|we|were|when|where|which|while
            | who|whose|after[ ](?!\Z)
        )
        \b
    )
    (?:[^\s,.;:()—–]|(?<=\d)[.,](?=\d)|(?<=day),)+
"""
"""A word that does not leave the clause of a verb that tells of the future."""

_BEFORE: Final = re.compile(rf"{_AHEAD}(?:[ ]{_WORD}){{0,16}}[ -]\Z", re.IGNORECASE | re.VERBOSE)
_OPENS: Final = re.compile(
    r"""
    (?:\A|[,.;:!?(—–]|\b(?:and|but|or|that))\W*
    (?:(?:after|at|before|beginning|by|during|early|end|from|in|late|middle|of|on|start|the|until)[ ])*\Z
    """,
    re.IGNORECASE | re.VERBOSE,
)
_BEHIND: Final = re.compile(
    rf",?[ ](?:(?:he|I|it|she|they|we)[ ])?(?:(?!(?:and|it|or|\w+ed)\b){_WORD}[ ]){{0,8}}?{_AHEAD}",
    re.IGNORECASE | re.VERBOSE,
)
"""A verb that tells of the future stands before a time in its clause, or behind one that opens its clause."""

PART_OF_TIME: Final = (
    r"(?:autumn|beginning|close|course|days?|end|fall|half|middle|part|rest|season|spring|start|summer|week|weekend"
    r"|weeks|whole|winter|year|\d+)"
)
"""What "of" joins to a time without making it another thing's: "the end of March"."""

_OF_ANOTHER: Final = re.compile(
    rf"""
    \b
    (?:
        (?!{PART_OF_TIME}\b)[\w’'-]+[ ]of
        | (?<!\bbe[ ])(?<!\bis[ ])(?<!\bare[ ])(?<!ly[ ])\w+ed(?:[ ]\w+)?
    )
    [ ]\Z
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""What stands before a time that belongs to a noun, "the storm of", or to a participle, "opened in"."""

_HOW: Final = re.compile(r"\b(last|this|next|coming) \Z", re.I)
_FAR: Final = 200
"""How far before and behind a time its verb may stand, in code points."""


def find(text: str, published: date | None = None) -> list[Period]:
    """The periods that a text names, in order.

    >>> [(time.words, str(time.first), str(time.last)) for time in find("By March 2024 it had more than in 2023.")]
    [('March 2024', '2024-03-01', '2024-03-31'), ('2023', '2023-01-01', '2023-12-31')]
    >>> find("Last year it rained.", date(2024, 2, 1))[0].first
    datetime.date(2023, 1, 1)
    """
    found: list[Period] = []
    for start in _START.finditer(text):
        match = _NAMED.match(text, start.start())
        if not match or (found and match.start() < found[-1].span.end):
            continue
        try:
            days = _days(match, published)
        except ValueError:
            continue
        if days:
            words = match.group().rstrip(".")
            found.append(Period(Span(match.start(), match.start() + len(words)), *days, words))
    return found


def turn(first: date, last: date) -> tuple[date, int]:
    """The place of a time in order: behind all that it holds; one of several years behind the first of them.

    >>> turn(date(2024, 1, 1), date(2024, 12, 31)) > turn(date(2024, 12, 31), date(2024, 12, 31))
    True
    """
    return min(last, date(first.year, 12, 31)), -first.toordinal()


def on(day: date) -> Period:
    """The period of one day, named by nobody."""
    return Period(Span(0, 0), day, day, day.isoformat())


def _days(match: re.Match[str], published: date | None) -> tuple[date, date] | None:
    """The first and the last day; None if the year is not known. Raises ValueError for 31 June."""
    got = {name.rstrip("0123456789"): value for name, value in match.groupdict().items() if value}
    if "iso" in got:
        day = date.fromisoformat(got["iso"])
        return day, day
    if "relative" in got or "latest" in got:
        return _relative(got, published) if published else None
    if "until" in got or "decade" in got:
        first = int(got.get("year") or got["decade"])
        last = int(f"{first}"[: 4 - len(got["until"])] + got["until"]) if "until" in got else first + 9
        return (date(first, 1, 1), date(last, 12, 31)) if first < last else None
    read = _in_month if "month" in got else _in_year
    if "year" in got:
        return read(got, int(got["year"]))
    days = read(got, published.year) if published else None
    return read(got, published.year + _years_ahead(match, *days, published)) if published and days else None


def _years_ahead(match: re.Match[str], first: date, last: date, published: date) -> int:
    """How many years after that of the article is a time which would in that year be from ``first`` to ``last``."""
    text, begin, end = match.string, max(0, match.start() - _FAR), match.start()
    how = _HOW.search(text, begin, end)
    told = _BEFORE.search(text, begin, end)
    if not told and _OPENS.search(text, begin, end):
        told = _BEHIND.match(text, match.end(), match.end() + _FAR)
    told = None if _OF_ANOTHER.search(text, begin, end) else told
    if how and how[1].lower() in ("last", "this"):
        return -(how[1].lower() == "last" and first > published - timedelta(days=28))
    if not how and not told:
        return -(first > published + timedelta(days=31))
    most = timedelta(days=183 if told and told["then"] and not how else 365)
    return (last < published + most - timedelta(days=365)) - (first > published + most)


def _relative(got: dict[str, str], published: date) -> tuple[date, date]:
    """This, the last or the next year, the last quarter, the last month."""
    if "relative" in got:
        year = published.year + {"this": 0, "next": 1}.get(got["relative"].lower(), -1)
        return date(year, 1, 1), date(year, 12, 31)
    months = 3 if got["latest"].lower() == "quarter" else 1
    begun = date(published.year, (published.month - 1) // months * months + 1, 1)
    last = begun - timedelta(days=1)
    return date(last.year, last.month - months + 1, 1), last


def _in_month(got: dict[str, str], year: int) -> tuple[date, date] | None:
    """A month, a day of one, or from one to another."""
    month = int(got["month"]) if got["month"].isdigit() else month_number(got["month"])
    if "last_month" in got:
        until = month_number(got["last_month"])
        return (date(year, month, 1), _end(year, until)) if month < until else None
    if "day" in got:
        day = date(year, month, int(got["day"]))
        return day, day
    return date(year, month, 1), _end(year, month)


def _in_year(got: dict[str, str], year: int) -> tuple[date, date]:
    """A quarter or a half of a year, or all of it."""
    if "final" in got:
        return date(year, 10 if got["final"].lower() == "quarter" else 7, 1), date(year, 12, 31)
    for part, months in (("quarter", 3), ("half", 6)):
        if part in got:
            last = _ORDINALS[got[part].lower()] * months
            return date(year, last - months + 1, 1), _end(year, last)
    return date(year, 1, 1), date(year, 12, 31)


def _end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])

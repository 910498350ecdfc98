"""When a statement holds: years, halves, quarters, months and days named in it, as ranges of days.

"last year" and "in June" are read from the day the article was published; without one they are unknown.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from aliqa.types import Span


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

    def overlaps(self, other: "Period") -> bool:
        """Whether a day is in both."""
        return self.first <= other.last and other.first <= self.last


_MONTHS: Final = {name: i for i, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}  # noqa: SIM905
_MONTH: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_YEAR: Final = r"(?:1[5-9]|20)\d\d"
_ORDINALS: Final = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1": 1, "2": 2, "3": 3, "4": 4, "一": 1, "二": 2, "三": 3, "四": 4}  # fmt: skip
_NAMED: Final = re.compile(
    rf"\b(?:between|from) (?P<year9>{_YEAR}) (?:and|to) (?P<until>{_YEAR})\b"
    rf"|(?P<day>\b\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<month1>{_MONTH}),? (?P<year1>{_YEAR})\b"
    rf"|\b(?P<month2>{_MONTH}) (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year2>{_YEAR})\b"
    rf"|\b(?P<iso>{_YEAR}-\d\d-\d\d)\b"
    rf"|\b(?P<month3>{_MONTH}),? (?:of )?(?P<year3>{_YEAR})\b"
    rf"|\b(?P<quarter>first|second|third|fourth)[ -]quarter(?: of (?:fiscal )?(?P<year4>{_YEAR}))?"
    rf"|\bQ(?P<quarter2>[1-4])(?:[ -]?(?P<year5>{_YEAR}))?\b"
    rf"|\b(?P<half>first|second) half(?: of (?:fiscal )?(?P<year6>{_YEAR}))?"
    rf"|(?P<year7>{_YEAR})\s*年(?:第?(?P<quarter3>[一二三四])季度|(?P<month4>\d{{1,2}})月)?"
    rf"|\b(?P<relative>last|this|previous) year\b"
    rf"|(?:(?<=\bin )|(?<=\bon )|(?<=\bsince )|(?<=\bof )|(?<=\blast )|(?<=\bthis )|(?<=\bby ))(?P<month5>{_MONTH})(?! \d{{4}})(?: (?P<day5>\d{{1,2}})(?:st|nd|rd|th)?\b)?(?! \w+['’])"
    rf"|(?<![\w$€£¥.,-])(?:(?:fiscal|FY|financial year|year) ?)?(?P<year8>{_YEAR})(?![\w%]|[.,]\d|-\d| (?:million|billion|people|employees|dollars|yuan|euros))",
    re.I,
)  # fmt: skip

_START: Final = re.compile(
    r"(?<!\d)\d|\b(?:between|from|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|first|second|third|fourth|q[1-4]|last|this|previous|fiscal|fy|fin|year)",
    re.I,
)
"""Where a period may begin: quicker than to try all its forms at every letter."""


def find(text: str, published: date | None = None) -> list[Period]:
    """The periods that a text names, in order.

    >>> [(one.words, str(one.first), str(one.last)) for one in find("By March 2024 it had more than in all of 2023.")]
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
            found.append(Period(Span(*match.span()), *days, match.group()))
    return found


def on(day: date) -> Period:
    """The period of one day, named by nobody."""
    return Period(Span(0, 0), day, day, day.isoformat())


def _days(match: re.Match[str], published: date | None) -> tuple[date, date] | None:
    """The first and the last day; None if the year is not known. Raises ValueError for 31 June."""
    got = {name.rstrip("123456789"): value for name, value in match.groupdict().items() if value}
    if "iso" in got:
        day = date.fromisoformat(got["iso"])
        return day, day
    if "relative" in got:
        if published is None:
            return None
        year = published.year - (got["relative"].lower() != "this")
        return date(year, 1, 1), date(year, 12, 31)
    if "until" in got:
        return date(int(got["year"]), 1, 1), date(int(got["until"]), 12, 31)
    year = int(got["year"]) if "year" in got else published.year if published else 0
    if not year:
        return None
    if "month" in got:
        month = int(got["month"]) if got["month"].isdigit() else _MONTHS[got["month"][:3].lower()]
        if "year" not in got and published and date(year, month, 1) > published + timedelta(days=31):
            year -= 1
        if "day" in got:
            day = date(year, month, int(got["day"]))
            return day, day
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    for part, months in (("quarter", 3), ("half", 6)):
        if part in got:
            last = _ORDINALS[got[part].lower()] * months
            return date(year, last - months + 1, 1), date(year, last, monthrange(year, last)[1])
    return date(year, 1, 1), date(year, 12, 31)

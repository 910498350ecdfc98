"""Reads the claims of a sentence: each value with its clause, what it is of, what narrows it down, and when it holds."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from aliqa import periods, quantities
from aliqa.claims import clauses
from aliqa.claims.clauses import Token
from aliqa.claims.words import LIMITS, class_of, is_plain, terms_of
from aliqa.periods import Period
from aliqa.quantities import Quantity
from aliqa.types import Span


@dataclass(frozen=True, slots=True)
class Claim:
    """One value that a sentence states, and the search terms of the words around it.

    ``span`` is its clause. ``names`` are capitalised words, ``opening`` the first word if it may be one,
    ``inherited`` those that "it" or "the company" may stand for. ``words`` are the others that carry meaning,
    ``before`` pairs of each with the one right before it, ``within`` those behind a preposition. ``limits``
    narrow down what is measured: "net", "planned", "a day", growth or level.
    """

    value: Quantity
    span: Span
    names: frozenset[str]
    opening: str
    inherited: frozenset[str]
    words: frozenset[str]
    before: frozenset[tuple[str, str]]
    within: frozenset[str]
    limits: frozenset[str]
    period: Period | None
    published: date | None

    @property
    def as_of(self) -> str | None:
        """When it holds: what its sentence says, else the day the article was published."""
        if self.period:
            return self.period.words
        return self.published.isoformat() if self.published else None

    @property
    def subjects(self) -> frozenset[str]:
        """The terms that may name what it is about."""
        return (self.names | self.inherited | {self.opening}) - {""}

    @property
    def measures(self) -> frozenset[str]:
        """The terms that may say what is measured: two claims of the same thing share one."""
        counted = {class_of(self.value.unit)} if self.value.kind in ("count", "measure", "date") else set()
        return (self.words | counted) - {""}


_LONGEST: Final = 800
"""Beyond this many code points it is no sentence but a table."""

_ANAPHOR: Final = re.compile(
    r"^\W*(?:It|Its|They|Their|The (?:company|group|firm|bank|airline|retailer|carmaker|business|maker|institution|club|city|country|study|report"
    r"|operator|university|hospital|museum|union|chain|platform|unit|division|startup|start-up)(?:['’]s)?)\b"
)
_EVENTS: Final = frozenset("found open launch publish death close halt cancel".split())  # noqa: SIM905
_EVENT: Final = re.compile(
    r"\b(?:found|establish|set up|born|creat|open|inaugurat|launch|publish|appear|kill|die|clos|shut|halt|suspen|cancel|withdr|scrap|took office)", re.I
)  # fmt: skip
_FUTURE: Final = re.compile(
    r"\b(?:will|shall|plans?|planned|expects?|expected|forecasts?|aims?|wants?|wanted|had hoped|hoped|intended|aimed|sought|targets?|targeted|could|(?-i:may)|might|hopes?|intends?|(?:is|are) to\b|is due"
    r"|projected|predicts?|promised?|pledge[sd]?|earmarked|offered|offer|proposed|would)\b|预计|计划|将",
    re.I,
)
_PAST_PERFECT: Final = re.compile(r"\bhad (?:been|once|\w+ed)\b")
_CHINESE: Final = re.compile(
    "净利润|利润|收入|营收|员工|用户|份额|市值|亏损|投资|成本|价格|增长|下降|订单|门店|人口|产量|销量|同比|环比|累计|平均"
)
_SPANS: Final = frozenset("day week month quarter year".split())  # noqa: SIM905
_RATES: Final = (
    ("day", re.compile(r"\b(?:a|per|each|every) day\b|\bdaily\b|每天|日均", re.I)),
    ("week", re.compile(r"\b(?:a|per|each|every) week\b|\bweekly\b", re.I)),
    ("month", re.compile(r"\b(?:a|per|each|every) month\b|\bmonthly\b|每月|月活", re.I)),
    ("quarter", re.compile(r"\b(?:a|per|each|every) quarter\b(?! of)|\bquarterly\b", re.I)),
    ("year", re.compile(r"\b(?:a|per|each|every) year\b|\bannual(?:ly)?\b|\byearly\b|每年", re.I)),
    ("share", re.compile(r"\b(?:a|per) share\b", re.I)),
    ("piece", re.compile(r"\b(?:per|each|every) (?!day|week|month|quarter|year|share|cent)(?:[a-z]+)\b|\ba (?:head|person|unit|piece)\b", re.I)),
)  # fmt: skip
_UP: Final = r"rise[sn]?|rising|rose|gr[eo]ws?|grown|growing|growth|increas\w*|climb\w*|surg\w*|jump\w*|gain\w*|(?<!make )(?<!makes )(?<!made )(?<!set )up|soar\w*|more|higher|expand\w*|rais\w*"
_DOWN: Final = r"f[ae]ll\w*|declin\w*|drop\w*|decreas\w*|cuts?|cutting|reduc\w*|shr[iau]nk\w*|down|slump\w*|lower\w*|dip\w*|plung\w*|less|fewer"
_MOVED: Final = re.compile(
    rf"\b(?:(?P<up>{_UP})|(?P<down>{_DOWN}))\b(?: \w+(?:-\w+)*){{0,6}}? ?(?P<by>by |of )?(?:a |an |the )?$", re.I
)
_TO_LEVEL: Final = re.compile(
    r"\b(?:to|at|from|reach\w*|hit|with|as)\s(?:a |an |the |about |some |just |only |over |share of |rate of )*$", re.I
)
_THEN_MOVED: Final = re.compile(
    rf"^\s*(?:year-on-year |year-over-year |annual |yearly )?(?:\w+ ){{0,2}}?(?:(?P<up>{_UP})|(?P<down>{_DOWN}))\b",
    re.I,
)


_BEHIND: Final = 8
"""How near behind a value, in code points, a period belongs to it: "50.8% in 2021"."""


def read(text: str, *, published: date | None = None, context: str = "") -> list[Claim]:
    """The claims of a sentence, in order.

    Args:
        text: the sentence.
        published: the day of its article.
        context: what "it" and "the company" may stand for: the article's title, the sentences before.
    """
    values = quantities.find(text) if len(text) <= _LONGEST else []
    if not values and not _EVENT.search(text):
        return []
    times = periods.find(text, published)
    values = [one for one in values if not any(one.span.overlaps(time.span) for time in times)]
    values = values or _dates(text, times)
    taken = [one.span for one in times]
    taken += [Span(one.span.start, one.noun.start if one.noun else one.span.end) for one in values]
    tokens = clauses.tokens(text, taken)
    inherited = clauses.names(clauses.tokens(context))[0] if _ANAPHOR.match(text) else frozenset()
    return [_claim(text, values, i, times, tokens, inherited, published) for i in range(len(values))]


def canonical(text: str) -> frozenset[str]:
    """The terms of a text that carry its meaning, one for all words that say the same of a value.

    >>> sorted(canonical("the turnover of the company")), sorted(canonical("its sales"))
    (['revenue'], ['revenue'])
    """
    held = {term for token in clauses.tokens(text) for term in terms_of(token.word) if not is_plain(term)}
    return frozenset(class_of(term, "money") for term in held if len(term) > 1 and not term.isdigit())


def names(text: str) -> frozenset[str]:
    """The search terms of the capitalised words in a text."""
    return clauses.names(clauses.tokens(text))[0]


def _claim(
    text: str,
    values: Sequence[Quantity],
    number: int,
    times: Sequence[Period],
    tokens: Sequence[Token],
    inherited: frozenset[str],
    published: date | None,
) -> Claim:
    value = values[number]
    clause = clauses.clause(text, [one.span for one in values], number)
    inside = [token for token in tokens if clause.start <= token.start < clause.end]
    named, opening = clauses.names(inside)
    if not named and not opening:
        named = clauses.names([token for token in tokens if token.start < clause.start])[0]
    words = clauses.read_words(inside, named, value.kind)
    limits, period = _limits(text, clause, inside, value), _period(clause, value, values, times)
    return Claim(value, clause, named, opening, inherited, *words, limits, period, published)


def _dates(text: str, times: Sequence[Period]) -> list[Quantity]:
    """The day of what happens once, as a value: "opened in 1934", "In 1993, X was founded"."""
    events = sorted({class_of(term) for token in clauses.tokens(text) for term in terms_of(token.word)} & _EVENTS)
    if len(times) != 1 or not (events or "took office" in text):
        return []
    [time] = times
    return [Quantity(time.span, "date", (events or ["office"])[0], time.first.toordinal(), time.last.toordinal())]


def _limits(text: str, clause: Span, tokens: Sequence[Token], value: Quantity) -> frozenset[str]:
    """What narrows the claim: planned or not, growth or level, a rate, an average, which end of a turn."""
    words = clause.cut(text)
    pairs = zip(tokens, (*tokens[1:], Token("", 0)), strict=False)
    found = {LIMITS.get(token.word.lower(), "") for token, then in pairs if then.word not in _SPANS} - {""}
    if text[: value.span.start].lower().endswith("after "):  # "after 26 days"
        found.discard("after")
    found |= {f"of {word}" for word in _CHINESE.findall(words)}
    found |= {f"a {name}" for name, pattern in _RATES if pattern.search(words)}
    found |= {"before"} if _PAST_PERFECT.search(words) else set()
    found |= {"future"} if _FUTURE.search(words) else set()
    found |= {"start"} if value.turn == "from" else set()
    return frozenset(found | {_role(text, clause, value)})


def _role(text: str, clause: Span, value: Quantity) -> str:
    """Whether the value is a level, or by how much something went up or down."""
    before, after = text[clause.start : value.span.start], text[value.span.end : clause.end]
    if _TO_LEVEL.search(before) or value.turn:
        return "level"
    if value.kind not in ("percent", "points") and not before.endswith("by "):
        return "level"
    moved = _MOVED.search(before) or _THEN_MOVED.match(after)
    return "level" if not moved else "down" if moved["down"] else "up"


def _period(clause: Span, value: Quantity, values: Sequence[Quantity], times: Sequence[Period]) -> Period | None:
    """The period of the value: the nearest in its clause, else one that opens the sentence, else the only one."""
    free = [one for one in times if not one.span.overlaps(value.span)]
    inside = [one for one in free if clause.start <= one.span.start < clause.end]
    if inside:
        return min(inside, key=lambda one: (_belongs(one, value, values), _distance(one.span, value.span)))
    before = [one for one in free if one.span.start < clause.start]
    return before[0] if len(before) == 1 else None


def _belongs(time: Period, value: Quantity, values: Sequence[Quantity]) -> bool:
    """Whether a period stands right behind another value, as in "50.8% in 2021 to 45%", and so is that one's."""
    return any(
        one.span.end <= time.span.start <= value.span.start and time.span.start - one.span.end <= _BEHIND
        for one in values
        if one is not value
    )


def _distance(one: Span, other: Span) -> int:
    return max(one.start - other.end, other.start - one.end)

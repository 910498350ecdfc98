"""What narrows a claim down: planned or not, growth or level, a rate, an average, and the period that it is of."""

import re
from collections.abc import Sequence
from typing import Final

from aliqa.foundations.types import Span
from aliqa.text.claims.clauses import Token
from aliqa.text.claims.words import LIMITS
from aliqa.text.dates import Period
from aliqa.text.quantities import Quantity

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


def limits(text: str, clause: Span, tokens: Sequence[Token], value: Quantity) -> frozenset[str]:
    """What narrows the claim of a value: beside its words, growth or level, which end of a turn."""
    words = clause.cut(text)
    found = set(narrowing(words, tokens)) | {f"of {word}" for word in _CHINESE.findall(words)}
    found |= {f"a {name}" for name, pattern in _RATES if pattern.search(words)}
    if text[: value.span.start].lower().endswith("after "):  # "after 26 days"
        found.discard("after")
    found |= {"start"} if value.turn == "from" else set()
    return frozenset(found | {_role(text, clause, value)})


def narrowing(clause: str, tokens: Sequence[Token]) -> frozenset[str]:
    """What narrows any claim by the words of its clause: an average, planned or not, before another past."""
    pairs = zip(tokens, (*tokens[1:], Token("", 0)), strict=False)
    found = {LIMITS.get(token.word.lower(), "") for token, then in pairs if then.word not in _SPANS} - {""}
    found |= {"before"} if _PAST_PERFECT.search(clause) else set()
    found |= {"future"} if _FUTURE.search(clause) else set()
    return frozenset(found)


def _role(text: str, clause: Span, value: Quantity) -> str:
    """Whether the value is a level, or by how much something went up or down."""
    before, after = text[clause.start : value.span.start], text[value.span.end : clause.end]
    if _TO_LEVEL.search(before) or value.turn:
        return "level"
    if value.kind not in ("percent", "points") and not before.endswith("by "):
        return "level"
    moved = _MOVED.search(before) or _THEN_MOVED.match(after)
    return "level" if not moved else "down" if moved["down"] else "up"


def period(clause: Span, value: Span, values: Sequence[Span], times: Sequence[Period]) -> Period | None:
    """The period of the value: the nearest in its clause, else one that opens the sentence, else the only one."""
    free = [one for one in times if not one.span.overlaps(value)]
    inside = [one for one in free if clause.start <= one.span.start < clause.end]
    if inside:
        return min(inside, key=lambda one: (_belongs(one.span, value, values), _distance(one.span, value)))
    before = [one for one in free if one.span.start < clause.start]
    return before[0] if len(before) == 1 else None


def _belongs(time: Span, value: Span, values: Sequence[Span]) -> bool:
    """Whether a period stands right behind another value, as in "50.8% in 2021 to 45%", and so is that one's."""
    return any(
        one.end <= time.start <= value.start and time.start - one.end <= _BEHIND for one in values if one != value
    )


def _distance(one: Span, other: Span) -> int:
    return max(one.start - other.end, other.start - one.end)

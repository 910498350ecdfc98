"""Whether two claims are of the same thing, and then whether their values and dates fit."""

import re
from collections.abc import Sequence
from enum import Enum
from typing import Final

from aliqa.foundations.types import Span
from aliqa.text.claims import clauses
from aliqa.text.claims.holders import Holder
from aliqa.text.claims.reading import Claim, Value
from aliqa.text.claims.turns import Turn
from aliqa.text.claims.words import ACTS, PEOPLE, class_of, terms_of
from aliqa.text.dates import Period
from aliqa.text.quantities import Quantity


class Relation(Enum):
    """How two claims stand to each other."""

    UNRELATED = "unrelated"
    AGREE = "agree"
    CHANGE = "change"
    CONTRADICT = "contradict"


_LASTING: Final = frozenset("found open launch publish death injury fine magnitud win".split())  # noqa: SIM905
"""What does not change once it is so."""

_LASTING_ROLES: Final = frozenset({"founder", "birthplace"})
_LASTING_UNITS: Final = frozenset({"m", "m²", "kg"})
_MOVES: Final = frozenset({"up", "down"})
_TELLING_UNITS: Final = frozenset({"m²", "kg", "W", "Wh"})
"""Units that tell by themselves what is measured: an area, a weight."""

_SAME_TIME: Final = 120
"""Statements without a date of their own are of one time if their articles are at most so many days apart."""

_MOST_EXTRA: Final = 2
"""How many words only one of two claims may have: more make it another thing."""

_TELLING_NAMES: Final = 2
"""How many names tell what is meant where no other word does: "Orvane signed the Treaty of Ansel"."""

_ALIKE: Final = 0.75
_PEOPLE: Final = "peopl"
_CJK: Final = re.compile("[\u3400-\u9fff]")


def compare(one: Claim, other: Claim) -> Relation:
    """Whether two claims are about the same thing, and then whether their values and dates fit."""
    if one.value.kind != other.value.kind or one.limits != other.limits:
        return Relation.UNRELATED
    if not _same_unit(one, other) or not _same_subject(one, other):
        return Relation.UNRELATED
    when = _same_time(one, other)
    if when is None:
        return Relation.UNRELATED
    if not _apart(one.value, other.value):
        return Relation.AGREE
    return Relation.CONTRADICT if when else Relation.CHANGE


def differ(first: Sequence[Claim], second: Sequence[Claim]) -> tuple[Relation, Claim, Claim] | None:
    """How the claims of two sentences contradict each other or tell of a change, and which do; None if they do not.

    A sentence that also has the other's value does not differ from it.
    """
    for one in first:
        kind, limits = one.value.kind, one.limits
        for other in second:
            if kind != other.value.kind or limits != other.limits:
                continue  # most are told apart here, and a call costs more than that
            relation = compare(one, other)
            if relation in (Relation.CONTRADICT, Relation.CHANGE) and not said_too(one, other, first, second):
                return relation, one, other
    return None


def said_too(one: Claim, other: Claim, first: Sequence[Claim], second: Sequence[Claim]) -> bool:
    """Whether a sentence, by its claims, has a value that fits the other's claim."""
    values = [(one, claim) for claim in second] + [(other, claim) for claim in first]
    return any(_same_unit(*pair) and not _apart(pair[0].value, pair[1].value) for pair in values)


def contradict(one: Claim, other: Claim) -> bool:
    """Whether two claims that answer the same question give different values of one kind for one time."""
    same = one.limits == other.limits and _same_unit(one, other) and _same_time(one, other)
    return bool(same) and _apart(one.value, other.value)


def _apart(one: Value, other: Value) -> bool:
    """Whether two values cannot both be so."""
    match one, other:
        case Quantity(), Quantity():
            return one.contradicts(other)
        case Holder(), Holder():
            return one.contradicts(other)
        case Turn(), Turn():
            return one.contradicts(other)
    return False


def subject(text: str, one: Claim, other: Claim) -> str:
    """What two claims are about, in the words of the first one's sentence ``text``."""
    if isinstance(one.value, Holder):
        about = f"{one.value.unit} of {one.value.of}"
        return f"{about}, {one.period.words}" if one.period and other.period else about
    shared = (one.names | one.words | {one.opening}) & (other.subjects | other.words)
    noun = one.value.noun if isinstance(one.value, Quantity) else None
    value = Span(one.value.span.start, noun.start if noun else one.value.span.end)
    words = [
        re.sub(r"['’]s$", "", token.word)
        for token in clauses.tokens(text, [value])
        if one.span.start <= token.start < one.span.end
        and any({term, class_of(term), class_of(term, "money")} & shared for term in terms_of(token.word))
    ]
    about = " ".join(dict.fromkeys(words)) or one.span.cut(text).strip(" ,.")
    return f"{about}, {one.period.words}" if one.period and other.period else about


def _same_unit(one: Claim, other: Claim) -> bool:
    first, second = one.value, other.value
    if not isinstance(first, Quantity) or not isinstance(second, Quantity):
        return (first.kind, first.unit) == (second.kind, second.unit)
    if first.kind != second.kind:
        return False
    if first.kind == "money":
        return bool({q.unit for q in (first, *first.again)} & {q.unit for q in (second, *second.again)})
    if first.kind != "count":
        return first.unit == second.unit
    units = {class_of(first.unit), class_of(second.unit)}
    if len(units) == 1:
        return True
    if "" in units:  # "a workforce of 11,500"
        [named] = units - {""}
        bare = other if first.unit else one
        return named in bare.words or bool(named in PEOPLE | {_PEOPLE} and bare.words & PEOPLE)
    return _PEOPLE in units and bool(units & PEOPLE)


def _same_subject(one: Claim, other: Claim) -> bool:
    """Whether two claims name, measure and narrow down the same."""
    first, second = _named(one, other), _named(other, one)
    if not first and not second and _CJK.search("".join(one.words | other.words)):
        shared, least = one.words & other.words, min(len(one.words), len(other.words))
        told = any(limit.startswith("of ") for limit in one.limits)
        return len(shared) >= 2 and len(shared) >= (0.5 if told else _ALIKE) * least
    if not first & second or first - second - other.inherited or second - first - one.inherited:
        return False
    if isinstance(one.value, Turn):
        return _says_the_same(one, other, first | second)
    return _same_measure(one, other, first | second)


def _named(one: Claim, other: Claim) -> frozenset[str]:
    """The names of the first claim; its opening word counts if the other has it as a name or an opening, too."""
    names = one.names
    if one.opening and (one.opening in other.names or one.opening == other.opening):
        names |= {one.opening}
    return names | (one.inherited & (other.names | {other.opening}))


def _same_measure(one: Claim, other: Claim, names: frozenset[str]) -> bool:
    """Whether the words fit, too: one side may say more, unless that narrows down what both say."""
    ignored = names | {_PEOPLE} | (_MOVES if one.limits & _MOVES else frozenset())
    shared, counted = (one.words & other.words) - ignored, {class_of(one.value.unit)} - {""}
    told = (one.value.kind == "count" and counted - {_PEOPLE}) or one.value.unit in _TELLING_UNITS
    if not shared and not told:
        return False
    extra = [one.words - other.words - ignored, other.words - one.words - ignored]
    if all(extra):
        return False
    return not any(_narrows(claim, more, shared | counted) for claim, more in ((one, extra[0]), (other, extra[1])))


def _says_the_same(one: Claim, other: Claim, names: frozenset[str]) -> bool:
    """Whether the words of two turns are the same but for one, on one side, that narrows nothing down."""
    shared = one.words & other.words - names
    extra = [one.words - other.words - names, other.words - one.words - names]
    if (not shared and len(names) < _TELLING_NAMES) or all(extra) or len(extra[0] | extra[1]) > 1:
        return False
    return not any(_narrows(claim, more, shared) for claim, more in ((one, extra[0]), (other, extra[1])))


def _narrows(claim: Claim, extra: frozenset[str], shared: frozenset[str]) -> bool:
    """Whether words that only one claim has make it another's: "oat milk", "in children", "people underground"."""
    if len(extra) > _MOST_EXTRA or extra & (claim.within | ACTS):
        return True
    counted = class_of(claim.value.unit)
    return any((one in extra and two in shared) or (one == counted and two in extra) for one, two in claim.before)


def _same_time(one: Claim, other: Claim) -> bool | None:
    """True for the same time or a thing that does not change, False for another time, None if nobody knows."""
    if any(isinstance(claim.value, Turn) and claim.value.loose and not claim.period for claim in (one, other)):
        return None
    if one.value.kind == "date" or one.value.unit in _LASTING_ROLES:
        return True
    if one.period and other.period:
        return _same_period(one.period, other.period, flows=one.value.kind not in ("count", "percent", "name", "turn"))
    lasting = bool((one.words | other.words) & _LASTING) or one.value.unit in _LASTING_UNITS
    if lasting:
        return True
    if one.period or other.period:
        return _fits_period(one, other) if one.period else _fits_period(other, one)
    if not one.published or not other.published:
        return True
    return abs((one.published - other.published).days) <= _SAME_TIME


def _same_period(one: Period, other: Period, *, flows: bool) -> bool | None:
    """A year and its quarter overlap, but a sum over the one is none over the other."""
    if one.words == other.words or (one.first, one.last) == (other.first, other.last):
        return True
    if one.overlaps(other):
        return True if min(one.days, other.days) > _ALIKE * max(one.days, other.days) else None
    return None if flows and not 0.5 <= one.days / other.days <= 2 else False


def _fits_period(dated: Claim, other: Claim) -> bool | None:
    """Whether a claim without a date of its own, in an article of that year, is of the other's period."""
    period, day = dated.period, other.published
    if period is None or day is None:
        return None
    if period.first.year == day.year:
        return True
    return False if period.last < day else None

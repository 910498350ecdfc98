"""Whether clauses of quotes hold a figure of a sentence: the same value and unit, of the same thing."""

import math
import re
from collections.abc import Sequence
from typing import Final

from aliqa.answers.synthesis.clauses import NAME, Clause, Name, is_date, name_of
from aliqa.answers.synthesis.marks import says_mark
from aliqa.answers.synthesis.words import all_covered, covered
from aliqa.text.quantities import Quantity
from aliqa.text.terms import terms

HARMLESS: Final = frozenset(
    terms(
        "according article source quote report reported mention mentioned note noted company firm currently overall"
        " additionally moreover however furthermore respectively meanwhile fact also while whereas says said"
    )
)
"""Words that a sentence may use as it likes."""

_YEAR: Final = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_NEAR: Final = 0.005
"""Values of the same figure differ by no more than this share, for they are read as intervals."""

_PERIOD: Final = re.compile(r"\b(?:next|last|past|coming|following|previous|first)\s+$", re.I)
_COPULA: Final = re.compile(r"\b(?:is|are|was|were|has|have|had)(?: (?:a|an|the|only|about|just|now|up to|over))*\s*$")
_OWNING: Final = re.compile(rf"(?P<name>{NAME.pattern})(?:\s+(?:with|has|had|at|for|holds?|held|got))?\s*[(:]?\s*$")


def figure_held(figure: Quantity, part: Clause, given: Sequence[Clause], free: frozenset[str] = frozenset()) -> bool:
    """Whether one of these clauses holds the figure of a clause, of the same owner, and the word before it.

    The latter may stand elsewhere if it is among the ``free`` ones.
    """
    before = _before(figure, part, free)
    return any(
        (_has(figure, part, one) or _counted(figure, part, one)) and (not before or covered(before, _near(one)))
        for one in given
    )


def _before(figure: Quantity, part: Clause, free: frozenset[str]) -> str:
    """The word of weight before a figure that has to stand beside it, as in "grew by 18%"; "" if none has to."""
    word = part.before(figure)
    if not word or word[0].isdigit() or _COPULA.search(part.text[: figure.span.start]):
        return ""
    named = any(word in name for name in part.names)
    return "" if named or word in HARMLESS or word in free or says_mark(word) else word


def _has(figure: Quantity, part: Clause, one: Clause) -> bool:
    return any(
        _same(figure, other) and _fits(figure, part, other, one) and _owned(figure, part, other, one)
        for other in one.figures
    )


def _near(one: Clause) -> frozenset[str]:
    """The words that stand beside the figures of a clause."""
    return one.held if _is_pair(one) else frozenset(one.words)


def is_period(figure: Quantity, part: Clause) -> bool:
    """Whether a figure only says how long: "over the next three years"."""
    return bool(_PERIOD.search(part.text[: figure.span.start]))


def value_words(figure: Quantity, part: Clause) -> frozenset[str]:
    """The words of a figure that were compared as its value; what is counted must stand in the quote itself."""
    end = figure.noun.start if figure.kind == "count" and figure.noun else figure.span.end
    start = _PERIOD.search(part.text[: figure.span.start])
    return frozenset(terms(part.text[start.start() if start else figure.span.start : end]))


def _is_pair(one: Clause) -> bool:
    """Whether it only gives a name its figure: "and Tencent Cloud (10%)"."""
    return len(one.figures) == 1 and _owner(one.figures[0], one) is not None and one.text.rstrip(" .").endswith(")")


def _owner(figure: Quantity, part: Clause) -> Name | None:
    """The name that a figure directly follows: "Taobao's 237 million", "Huawei Cloud (18%)"."""
    match = _OWNING.search(part.text[: figure.span.start])
    name = name_of(match["name"]) if match else frozenset[str]()
    return None if not name or is_date(name) else name


def _owned(figure: Quantity, part: Clause, other: Quantity, one: Clause) -> bool:
    """Whether two figures belong to the same, as far as one of them directly follows a name."""
    mine, theirs = _owner(figure, part), _owner(other, one)
    spoken_of = (*part.names, *part.subject)
    if theirs is not None and spoken_of and not any(_same_name(theirs, name) for name in spoken_of):
        return False
    rivals = [_owner(rival, one) for rival in one.figures if rival != other and rival.kind == other.kind]
    return theirs is not None or mine is None or not any(rival and _same_name(mine, rival) for rival in rivals)


def _same_name(one: Name, other: Name) -> bool:
    return one <= other or other <= one


def _fits(figure: Quantity, part: Clause, other: Quantity, one: Clause) -> bool:
    """Whether a figure stands for the same year, and at the same end of a change, as the one in the quote."""
    if other.turn == "from" and part.text[: figure.span.start].rstrip().endswith(" to"):
        return False
    said, given = set(_YEAR.findall(part.text)), list(_YEAR.finditer(one.text))
    nearest = min(given, key=lambda year: abs(year.start() - other.span.end), default=None)
    return not said or len(given) < 2 or nearest is None or nearest.group() in said


def _same(said: Quantity, given: Quantity) -> bool:
    """Whether what is said follows from what is given: the same unit, the same value, and no surer than it."""
    return any(
        said.kind == one.kind and _same_unit(said, one) and said.turn in ("", one.turn) and _follows(said, one)
        for one in (given, *given.again)
    )


def _same_unit(said: Quantity, given: Quantity) -> bool:
    """Whether both count the same; where the quote names it elsewhere ("users at 61 million"), that is for its words."""
    return said.unit == given.unit or (said.kind == "count" and not given.unit)


def _follows(said: Quantity, given: Quantity) -> bool:
    low = said.low <= given.low or math.isclose(said.low, given.low, rel_tol=_NEAR)
    high = said.high >= given.high or math.isclose(said.high, given.high, rel_tol=_NEAR)
    open_ended = math.isinf(said.low) or math.isinf(said.high)
    middle = math.isclose(said.low + said.high, given.low + given.high, rel_tol=2 * _NEAR)
    return low and high and (middle or (open_ended and _ends_near(said, given)))


def _ends_near(said: Quantity, given: Quantity) -> bool:
    """Whether an open interval begins where the given one does: "more than half" does not follow from "90%" in short."""
    ends = [(a, b) for a, b in ((said.low, given.low), (said.high, given.high)) if not math.isinf(a)]
    return all(math.isclose(a, b, rel_tol=0.1) for a, b in ends)


def _counted(figure: Quantity, part: Clause, one: Clause) -> bool:
    """Whether the clause counts the same in other words: "46 of its 138 shops", "46 of Marlowe's 138 shops"."""
    if figure.kind != "count":
        return False
    mine, theirs = _numbers(part), _numbers(one)
    if not mine or mine != [number for number in theirs if number in mine] or _of_another_kind(figure, one):
        return False
    return all_covered(terms(figure.span.cut(part.text)), one.held)


def _of_another_kind(figure: Quantity, one: Clause) -> bool:
    """Whether the clause has this number only of something else: "287 matches" for "287 goals"."""
    equal = [other for other in one.figures if (other.low, other.high) == (figure.low, figure.high)]
    return bool(equal and figure.unit) and all(
        other.unit and not covered(figure.unit, frozenset({other.unit})) for other in equal
    )


def _numbers(part: Clause) -> list[str]:
    return [word for word in part.words if word[0].isdigit()]

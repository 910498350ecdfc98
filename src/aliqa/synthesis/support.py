"""Whether quotes carry a sentence.

A sentence is carried when each of its clauses is: its figures stand in the quotes with the same value and
unit, its names are those that the quotes speak of there, it denies, plans and doubts what they deny, plan
and doubt, and every other word of weight stands in them, or a near synonym of it (``synonyms.txt``). The
rules err on the strict side: a sentence that they refuse can still be shown as the quote itself.

What they cannot see: a wrong word order within one clause without names, and words whose meaning hangs on
the sentences around the quote.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Final, Literal

from aliqa.lexical import terms
from aliqa.quantities import Quantity
from aliqa.synthesis.clauses import Clause, Name, cjk_numbers, clauses, is_cjk, is_date, marks, says_mark

Fault = Literal["nothing said", "figure", "name", "word", "certainty", "order"]
"""What a sentence says that the quotes do not."""

_HARMLESS: Final = frozenset(
    terms(
        "according article source quote report reported mention mentioned note noted company firm currently overall"
        " additionally moreover however furthermore respectively meanwhile fact also while whereas says said"
    )
)
_COMPOUND: Final = re.compile(r"\b[^\W_]+(?:-[^\W_]+)+")
_YEAR: Final = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_LEAST_WORDS: Final = 2
_FAMILY: Final = 5
"""Words with this many first letters in common are of one family: "delivery" and "delivered"."""

_TAIL: Final = 4
_NEAR: Final = 0.005
"""Values of the same figure differ by no more than this share, for they are read as intervals."""

_CJK_PAIRS: Final = 0.75


@dataclass(frozen=True, slots=True)
class Quote:
    """A quote, and the title of its article, which may name what the quote speaks of."""

    text: str
    title: str = ""


def fault(sentence: str, quotes: Sequence[Quote]) -> Fault | None:
    """What the sentence says that the quotes do not; None when they carry it.

    >>> quotes = [Quote("Marlowe will close 46 shops.")]
    >>> fault("Marlowe plans to shut 46 shops.", quotes), fault("Marlowe closed 64 shops.", quotes)
    (None, 'figure')
    """
    if is_cjk(sentence):
        return _cjk_fault(sentence, "".join(one.text for one in quotes))
    given = [part for one in quotes for part in clauses(one.text, frozenset(terms(one.text)))]
    named = frozenset(term for one in quotes if not any(map(_named, clauses(one.text))) for term in terms(one.title))
    said = clauses(sentence, _union(name for part in given for name in part.names) | named)
    if len({word for part in said for word in part.words if word not in _HARMLESS}) < _LEAST_WORDS:
        return "nothing said"
    if not all(_compound_held(match.group(), given) for match in _COMPOUND.finditer(sentence)):
        return "word"
    found = next((found for part in said if (found := _clause_fault(part, given, named))), None)
    return found or ("order" if _turned(said, given) or _reasons_turned(sentence, quotes) else None)


def _compound_held(compound: str, given: Sequence[Clause]) -> bool:
    """Whether the parts of "UCP1-independent" stand side by side in a clause that has them; they may be no words of it."""
    parts = terms(compound)
    rows = [terms(one.text) for one in given]
    side_by_side = any(row[place : place + len(parts)] == parts for row in rows for place in range(len(row)))
    return side_by_side or not all(any(part in row for row in rows) for part in parts)


def _named(part: Clause) -> bool:
    return any(not is_date(name) for name in part.names)


def _clause_fault(part: Clause, given: Sequence[Clause], named: frozenset[str]) -> Fault | None:
    """What a clause says beyond the quotes' clauses; ``named`` are the words of titles that it may use."""
    admitted = [one for one in given if _about(part, one, named) and _beside(part, one)]
    if not all(_figure_held(figure, part, admitted) for figure in part.figures):
        return "name" if all(_figure_held(figure, part, given) for figure in part.figures) else "figure"
    held = _union(one.held for one in admitted) | named
    if not all(_name_fits(name, part, admitted, named) for name in part.names):
        return "name"
    wanted = [word for word in part.words if word not in _HARMLESS and not says_mark(word)]
    exempt = _union(_value_words(figure, part) for figure in part.figures)
    if not all(_covered(word, held) or word in exempt for word in wanted):
        return "word"
    chosen = _nearest(wanted, admitted)
    if len(chosen) > 1 and any(one.contrasts for one in chosen):
        return "order"
    return "certainty" if part.marks != _union(one.marks for one in chosen) else None


def _about(part: Clause, one: Clause, named: frozenset[str]) -> bool:
    """Whether a clause of the quotes speaks of a name of which a clause of the sentence speaks, or of none."""
    mine = [name for name in part.subject if not name <= named and not is_date(name)]
    theirs = [name for name in one.subject if not is_date(name)]
    return not mine or not theirs or one.speaks or any(_same_name(a, b) for a in mine for b in theirs)


def _same_name(one: Name, other: Name) -> bool:
    return one <= other or other <= one


def _beside(part: Clause, one: Clause) -> bool:
    """Whether a clause of the quotes holds no figure, or one of the sentence's: what stands beside another is its own."""
    if not one.figures or not part.figures:
        return True
    return any(_figure_held(figure, part, [one]) for figure in part.figures)


def _name_fits(name: Name, part: Clause, admitted: Sequence[Clause], named: frozenset[str]) -> bool:
    """Whether a name of a clause stands where the quotes say what the clause says."""
    if name <= named:
        return True
    homes = [one for one in admitted if name <= one.held or any(name <= other for other in one.subject)]
    if not homes or is_date(name) or any(one.speaks for one in homes):
        return bool(homes)
    if part.figures:
        return any(_figure_held(figure, part, [home]) for figure in part.figures for home in homes)
    others = [word for word in part.words if word not in _HARMLESS and not any(word in one for one in part.names)]
    return not others or any(_covered(word, home.held) for word in others for home in homes)


# --- figures -------------------------------------------------------------------------------------


def _figure_held(figure: Quantity, part: Clause, given: Sequence[Clause]) -> bool:
    """Whether one of these clauses holds the figure, and the word of weight that stands before it."""
    before = part.before(figure)
    for one in given:
        if any(_same(figure, other) and _fits(figure, part, other, one) for other in one.figures) or _counted(
            figure, part, one
        ):
            names = _union(part.names) if before else frozenset()
            free = not before or before in names or before in _HARMLESS or says_mark(before) or before[0].isdigit()
            if free or _covered(str(before), frozenset(one.words)):
                return True
    return False


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
        said.kind == one.kind and said.unit == one.unit and said.turn in ("", one.turn) and _follows(said, one)
        for one in (given, *given.again)
    )


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
    if not mine or mine != [number for number in theirs if number in mine]:
        return False
    return all(_covered(word, one.held) for word in terms(figure.span.cut(part.text)))


def _numbers(part: Clause) -> list[str]:
    return [word for word in part.words if word[0].isdigit()]


def _value_words(figure: Quantity, part: Clause) -> frozenset[str]:
    """The words of a figure that were compared as its value; what is counted must stand in the quote itself."""
    end = figure.noun.start if figure.kind == "count" and figure.noun else figure.span.end
    return frozenset(terms(part.text[figure.span.start : end]))


# --- words ---------------------------------------------------------------------------------------


def _nearest(wanted: Sequence[str], given: Sequence[Clause]) -> list[Clause]:
    """The fewest clauses that hold the words, the one with the most of them first."""
    left, rest, chosen = set(wanted), list(given), list[Clause]()
    while left and rest:
        best = max(rest, key=lambda one: sum(_covered(word, one.held) for word in left))
        found = {word for word in left if _covered(word, best.held)}
        if not found:
            break
        chosen.append(best)
        rest.remove(best)
        left -= found
    return chosen


def _covered(word: str, held: frozenset[str]) -> bool:
    return word in held or bool(_synonyms().get(word, frozenset()) & held) or any(_family(word, one) for one in held)


def _family(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    same = len(short) >= _FAMILY and long.startswith(short[: max(_FAMILY, len(short) - 1)])
    return same and len(long) - len(short) <= _TAIL and not long.endswith("less") and not long[0].isdigit()


@cache
def _synonyms() -> dict[str, frozenset[str]]:
    groups: dict[str, frozenset[str]] = {}
    for line in files("aliqa.synthesis").joinpath("synonyms.txt").read_text("utf-8").splitlines():
        group = frozenset(terms(line)) if line and not line.startswith("#") else frozenset[str]()
        for term in group:
            groups[term] = groups.get(term, frozenset()) | group
    return groups


def _union(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset[str]().union(*sets)


# --- order ---------------------------------------------------------------------------------------

_REASONS: Final = (" because ", " due to ", " owing to ", " as a result of ")


def _turned(said: Sequence[Clause], given: Sequence[Clause]) -> bool:
    """Whether two names of a clause stand the other way round than in every clause of the quotes that has both."""
    for part in said:
        for first, second in pairwise(name for name in part.names if not is_date(name)):
            both = [(one, _place(first, one), _place(second, one)) for one in given]
            ways = [(b > a) != (_by(one) != _by(part)) for one, a, b in both if a is not None and b is not None]
            if ways and not any(ways):
                return True
    return False


def _place(name: Name, one: Clause) -> int | None:
    """Where a name stands among the words of a clause."""
    places = [place for place, word in enumerate(one.words) if word in name]
    return places[0] if len({one.words[place] for place in places}) == len(name) else None


def _by(part: Clause) -> bool:
    return part.text.count(" by ") % 2 == 1


def _reasons_turned(sentence: str, quotes: Sequence[Quote]) -> bool:
    """Whether what the quotes give as the result has become the reason."""
    mine = _reason(sentence)
    theirs = [reason for one in quotes if (reason := _reason(one.text))]
    return bool(mine and theirs) and not any(2 * len(mine & reason) >= len(mine) for reason in theirs)


def _reason(text: str) -> frozenset[str]:
    """The words of the clause that gives the reason; none if no word says which it is."""
    plain = f" {text[:1].lower()}{text[1:]}"
    behind = next((plain.partition(word)[2] for word in _REASONS if word in plain), "")
    return frozenset(clauses(behind)[0].words) if behind.strip() else frozenset()


# --- Chinese, Japanese, Korean -------------------------------------------------------------------


def _cjk_fault(sentence: str, text: str) -> Fault | None:
    if not set(cjk_numbers(sentence)) <= set(cjk_numbers(text)):
        return "figure"
    pairs = [term for part in clauses(sentence) for term in terms(part.text)]
    if not pairs:
        return "nothing said"
    held = frozenset(terms(text))
    if sum(pair in held for pair in pairs) < _CJK_PAIRS * len(pairs):
        return "word"
    if not set("".join(pairs)) <= set("".join(held)):
        return "word"
    return "certainty" if marks(sentence) != marks(text) else None

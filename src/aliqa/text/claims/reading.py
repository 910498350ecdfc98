"""Reads the claims of a sentence: each value with its clause, what it is of, what narrows it down, and when it holds."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from aliqa.foundations.types import Span
from aliqa.text import dates, quantities
from aliqa.text.claims import clauses, narrowing, roles, turns
from aliqa.text.claims.clauses import Token
from aliqa.text.claims.holders import Holder
from aliqa.text.claims.roles import Held
from aliqa.text.claims.turns import Turn
from aliqa.text.claims.words import class_of, is_plain, terms_of
from aliqa.text.dates import Period
from aliqa.text.english import MONTHS
from aliqa.text.quantities import Quantity

Value = Quantity | Holder | Turn


@dataclass(frozen=True, slots=True)
class Claim:
    """One value that a sentence states, a quantity, a name or a turn, and the search terms of the words around it.

    ``span`` is its clause. ``names`` are capitalised words, ``opening`` the first word if it may be one,
    ``inherited`` those that "it" or "the company" may stand for. ``words`` are the others that carry meaning,
    ``before`` pairs of each with the one right before it, ``within`` those behind a preposition. ``limits``
    narrow down what is measured: "net", "planned", "a day", growth or level.
    """

    value: Value
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
        if isinstance(self.value, Turn):
            return self.words or frozenset({self.value.unit})
        counted = {class_of(self.value.unit)} if self.value.kind in ("count", "measure", "date") else set()
        return (self.words | counted) - {""}


_DIGIT: Final = re.compile(r"\d")
_TIMES: Final = frozenset(
    ("last", "this", "previous", "sept", *(form.lower() for name in MONTHS for form in (name, name[:3])))
)
"""A sentence names no time without a digit or one of these words."""

_LETTERS: Final = re.compile("[a-z]+")
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


def read(text: str, *, published: date | None = None, context: str = "") -> list[Claim]:
    """The claims of a sentence, in order.

    Args:
        text: the sentence.
        published: the day of its article.
        context: what "it" and "the company" may stand for: the article's title, the sentences before.
    """
    if len(text) > _LONGEST:
        return []
    words = _LETTERS.findall(text.lower())
    digit = _DIGIT.search(text) is not None
    values = quantities.find(text) if digit or not quantities.NUMBER_WORDS.isdisjoint(words) else []
    held = [] if roles.HINTS.isdisjoint(words) else roles.find(text, words)
    dated = digit or not _TIMES.isdisjoint(words)
    turning = turns.turns(words)
    if not values and not held and not turning and not (dated and _EVENT.search(text)):
        return []
    times = dates.find(text, published) if dated else []
    values = [one for one in values if not any(one.span.overlaps(time.span) for time in times)]
    values = values or _dates(text, times)
    taken = [one.span for one in times]
    taken += [Span(one.span.start, one.noun.start if one.noun else one.span.end) for one in values]
    tokens = clauses.tokens(text, taken) if values or turning else []
    inherited = clauses.names(clauses.tokens(context))[0] if _ANAPHOR.match(text) and tokens else frozenset()
    said = _Said(text, tokens, times, inherited, published)
    found = [_claim(said, values, i) for i in range(len(values))]
    found += _named(said, held)
    return found + [_turned(said, one) for one in turns.find(tokens)] if turning else found


class _Said(NamedTuple):
    """A sentence, its words outside values and times, its times, what "it" may stand for, the day of its article."""

    text: str
    tokens: Sequence[Token]
    times: Sequence[Period]
    inherited: frozenset[str]
    published: date | None


def _named(said: _Said, held: Sequence[Held]) -> list[Claim]:
    """The claims whose value is a name."""
    found = []
    for one in held:
        clause = clauses.clause(said.text, [one.holder.span], 0)
        period = narrowing.period(clause, one.holder.span, [], said.times)
        if period or not one.dated:
            words, none = one.what | {one.holder.unit}, frozenset[str]()
            found.append(
                Claim(
                    one.holder, clause, one.of, "", none, words, frozenset(), none, one.limits, period, said.published
                )
            )
    return found


def _turned(said: _Said, turn: Turn) -> Claim:
    """The claim that something rises or falls, is done or not."""
    clause = clauses.clause(said.text, [turn.span], 0)
    inside = [
        token
        for token in said.tokens
        if clause.start <= token.start < clause.end and not turn.span.start <= token.start < turn.span.end
    ]
    named, opening = clauses.names(inside)
    words = clauses.read_words(inside, named, "turn")
    limits = narrowing.narrowing(clause.cut(said.text), inside) | turns.narrowing(inside)
    period = narrowing.period(clause, turn.span, [], said.times)
    return Claim(turn, clause, named, opening, said.inherited, *words, limits - {"not"}, period, said.published)


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


def _claim(said: _Said, values: Sequence[Quantity], number: int) -> Claim:
    """The claim of one value."""
    value, text = values[number], said.text
    clause = clauses.clause(text, [one.span for one in values], number)
    inside = [token for token in said.tokens if clause.start <= token.start < clause.end]
    named, opening = clauses.names(inside)
    if not named and not opening:
        named = clauses.names([token for token in said.tokens if token.start < clause.start])[0]
    words = clauses.read_words(inside, named, value.kind)
    limits, period = (
        narrowing.limits(text, clause, inside, value),
        narrowing.period(clause, value.span, [one.span for one in values], said.times),
    )
    return Claim(value, clause, named, opening, said.inherited, *words, limits, period, said.published)


def _dates(text: str, times: Sequence[Period]) -> list[Quantity]:
    """The day of what happens once, as a value: "opened in 1934", "In 1993, X was founded"."""
    events = sorted({class_of(term) for token in clauses.tokens(text) for term in terms_of(token.word)} & _EVENTS)
    if len(times) != 1 or not (events or "took office" in text):
        return []
    [time] = times
    return [Quantity(time.span, "date", (events or ["office"])[0], time.first.toordinal(), time.last.toordinal())]

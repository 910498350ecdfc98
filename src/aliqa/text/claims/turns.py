"""Claims in words alone: that something goes up or down, is approved or rejected, is done or not.

Two of them contradict each other where the words that turn them ("rose", "fell"; "signed", "did not sign") are all
that tells their sentences apart. A sentence that takes part of it back ("not enough", "almost", "rose, then fell"),
and one that tells of a past move without saying when, claim nothing here.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from aliqa.foundations.types import Span
from aliqa.text.claims.clauses import Token
from aliqa.text.claims.words import TURNS
from aliqa.text.english import WEEKDAYS


@dataclass(frozen=True, slots=True)
class Turn:
    """What a sentence says of its subject on one axis, ``unit``: ``states`` holds those of "+", "-", "0" that it admits."""

    span: Span
    unit: str
    states: frozenset[str]
    loose: bool
    """Whether it tells of a past move, which holds for its own time only."""
    kind: Literal["turn"] = "turn"

    def contradicts(self, other: "Turn") -> bool:
        """Whether both cannot be so: what did not fall may have risen or stayed."""
        return not self.states & other.states


_NOT: Final = frozenset({"not", "never", "nor", "cannot", "n't"})
_LONGEST: Final = 28
"""In words: of a longer sentence no other says the same."""

_REACH: Final = 3
"""How many words before a verb "not" may stand."""

_TAKEN_BACK: Final = frozenset(
    """enough only than as yet almost nearly barely hardly partly fears fear feared fearing wrong false untrue myth whether question questions
    unclear unlikely likely less more most some other others rather instead again first initially then later either neither no without
    if unless until doubt doubts denied dispute disputes allegedly reportedly rumours claim claims hypothesis hypothesized tested
    investigated examined versus mixed both except""".split()  # noqa: SIM905
)
_PARTS: Final = frozenset(
    """north south east west northern southern eastern western upper lower
    male female adult adults children elderly""".split()  # noqa: SIM905
) | {name.lower() for name in WEEKDAYS}
_PREPOSITIONS: Final = frozenset(
    "in by to from at on since during for over after before as and but with of than through last this next while when because despite".split()  # noqa: SIM905
)
_PAST: Final = frozenset("rose grew fell shrank sank".split())  # noqa: SIM905
_HELPING: Final = frozenset("is are was were has have had did does do be been being".split())  # noqa: SIM905


def turns(words: Collection[str]) -> bool:
    """Whether a sentence with these words, in lower case, may claim something in words alone."""
    return len(words) <= _LONGEST and not TURNS.keys().isdisjoint(words) and _TAKEN_BACK.isdisjoint(words)


def find(tokens: Sequence[Token]) -> Iterator[Turn]:
    """The claims in words of a sentence by its words and marks, if it `turns` and is no question.

    >>> from aliqa.text.claims.clauses import tokens
    >>> [(one.unit, sorted(one.states)) for one in find(tokens("Orvane did not sign the treaty."))]
    [('sign', ['-', '0'])]
    """
    if tokens and tokens[-1].word == "?":
        return
    lowered = [token.word.lower() for token in tokens]
    places = [place for place, word in enumerate(lowered) if word in TURNS]
    axes = [axis for place in places for axis, _ in TURNS[lowered[place]]]
    for place in places:
        for axis, up in TURNS[lowered[place]]:
            if axes.count(axis) == 1 and (made := _turn(tokens, lowered, place, axis, up=up)):
                yield made


def _turn(tokens: Sequence[Token], lowered: Sequence[str], place: int, axis: str, *, up: bool) -> Turn | None:
    word, start = tokens[place]
    if word[0].isupper() or (place and re.fullmatch(r"the|an?|its|his|her|their|this|\d.*", lowered[place - 1])):
        return None  # "Rose", "the rise"
    before = lowered[max(0, place - _REACH) : place]
    denied = bool(_NOT.intersection(before))
    behind = lowered[place + 1] if place + 1 < len(lowered) else "."
    moves = not behind[0].isalpha() or behind in _PREPOSITIONS or behind.endswith("ly")
    past = (word in _PAST or word.endswith("ed")) and not {"is", "are", "has", "have"}.intersection(before)
    states = {"+"} if up else {"-"}
    if denied:
        states = {"+", "-", "0"} - states
        start = next(token.start for token in tokens[place - len(before) :] if token.word.lower() in _NOT | _HELPING)
    return Turn(
        Span(start, tokens[place].start + len(word)), axis, frozenset(states), past and moves and axis == "move"
    )


def narrowing(tokens: Sequence[Token]) -> frozenset[str]:
    """What narrows such a claim further: where to, against whom, on which day of the week, in which part of the world."""
    found = {word.word.lower() for word in tokens if word.word.lower() in _PARTS}
    pairs = pairwise(tokens)
    found |= {f"{one.word} {two.word}" for one, two in pairs if one.word in ("to", "against") and two.word[0].isupper()}
    return frozenset(found)

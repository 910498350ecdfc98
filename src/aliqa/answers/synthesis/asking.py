"""What a question lets an answer say that the quote does not: the answer alone, or the question restated around it.

A reply may give the answer and no more ("BMW"), or call it by the kind that was asked for ("the carmaker BMW"), or take
up a word that only restates ("is described as"). It may do so only with words that the reader marked as the answer, in a
quote that speaks of what the question names.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from aliqa.answers.synthesis.clauses import VERB, Name, clauses, is_date
from aliqa.answers.synthesis.evidence import Quote, names_of, referents, subject, taken_up
from aliqa.answers.synthesis.marks import marks
from aliqa.answers.synthesis.words import all_covered, covered
from aliqa.text.quantities import find
from aliqa.text.terms import content_words, terms

_LONGEST: Final = 14
"""Words of an answer without a verb, at the most."""

_STARTS_LEANING: Final = re.compile(
    r"\W*(?:(?:and|but|also|then|while|additionally|moreover|however|in addition|in fact),?\s+)?"
    r"(?:it|its|they|their|he|she|his|her|this|these)\b",
    re.I,
)
_NAME_DOES: Final = re.compile(r"\b[A-Z][\w-]+ [a-z]+s (?:an?|the|its|their|over|more|about|to|\d)\b")
_KIND: Final = re.compile(
    r"\b(?:which|what)\s+(?P<kind>(?:(?!(?:and|or|than)\b)[\w-]+\s+){1,4}?)"
    r"(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|should|must|may|might|of|in|for|from|to|on|at|by|that|who)\b",
    re.I,
)
_FIRST_KIND: Final = re.compile(r"\b(?:which|what)\s+(?P<kind>[a-z]+)", re.I)
_RESTATING: Final = frozenset(
    terms(
        "described describe called call named name known term termed referred considered regarded identified listed"
        " compare compared comparison answer number amount figure value percentage time date year"
    )
)
"""Words of a question that may stand in the answer though the quote has none of them."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: its terms, its names, the words for the kind of thing that it asks for, and what stands side by side in it."""

    terms: frozenset[str] = frozenset()
    names: tuple[Name, ...] = ()
    years: frozenset[str] = frozenset()
    kind: frozenset[str] = frozenset()
    pairs: tuple[tuple[str, str], ...] = ()
    marks: frozenset[str] = frozenset()


def read_question(question: str) -> Asked:
    """What of a question matters to the check.

    >>> asked = read_question("With which carmaker did Tidewater reach an agreement?")
    >>> sorted(asked.kind), [sorted(name) for name in asked.names]
    (['carmak'], [['tidewat']])
    """
    kind = _KIND.search(question) or _FIRST_KIND.search(question)
    words = list(content_words(kind["kind"]))[-1:] if kind else []
    names = tuple(name for _, name in names_of(question))
    own = frozenset[str]().union(*names)
    return Asked(
        terms=frozenset(terms(question)),
        names=names,
        years=frozenset(re.findall(r"\b(?:1\d|20)\d\d\b", question)),
        kind=frozenset(word for word in words if not word[0].isdigit()) - own,
        pairs=tuple(pair for pair in _side_by_side(question) if not own.intersection(pair)),
        marks=marks(question),
    )


def restating(sentence: str, quotes: Sequence[Quote], asked: Asked) -> frozenset[str]:
    """The words of the question that the sentence may use freely: none unless it gives the marked answer."""
    own = frozenset(terms(sentence))
    answers = any(own & frozenset(content_words(one.marked)) for one in quotes)
    return (asked.kind | (_RESTATING & asked.terms)) if answers else frozenset()


def is_short(sentence: str) -> bool:
    """Whether it is an answer without a verb, as far as can be told."""
    stated = VERB.search(sentence) or _NAME_DOES.search(sentence) or leans(sentence)
    return len(sentence.split()) <= _LONGEST and not stated


def leans(sentence: str) -> bool:
    """Whether a sentence speaks of what was named before it."""
    return bool(_STARTS_LEANING.match(sentence))


def meant(said: str, asked: Asked) -> tuple[Name, ...]:
    """Of what a sentence that leans speaks: the subject of the one before it, else the names of the question."""
    first = subject(said) if said else None
    return (first,) if first else asked.names


def answers(sentence: str, quote: Quote, asked: Asked) -> bool:
    """Whether an answer without a verb is the one that the reader marked, in a quote that speaks of what was asked."""
    held = frozenset(terms(quote.text))
    known = held.union(taken_up(quote), *referents(quote, asked.terms))
    of_it = all(all_covered(name - asked.kind, known) for name in asked.names) and asked.years <= held
    free = known | asked.kind | _RESTATING
    of_another = any(covered(head, held) and not covered(word, free) for word, head in asked.pairs)
    return of_it and not of_another and _is_marked(sentence, quote.marked) and _as_sure(quote, asked)


def _is_marked(sentence: str, marked: str) -> bool:
    """Whether an answer shares a word with what is marked; its figure, if that is one."""
    shared = frozenset(content_words(sentence)) & frozenset(content_words(marked))
    return any(word[0].isdigit() for word in shared) if find(marked) and not find(sentence) else bool(shared)


def _as_sure(quote: Quote, asked: Asked) -> bool:
    """Whether a quote denies, plans or doubts what is marked only if the question does."""
    marked = frozenset(terms(quote.marked))
    given = frozenset[str]().union(
        *(one.marks for one in clauses(quote.text) if len(marked & frozenset(terms(one.text))) * 2 > len(marked))
    )
    denied, unsure = ("not" in given, bool(given & {"future", "maybe"}))
    return denied <= ("not" in asked.marks) and unsure <= bool(asked.marks & {"future", "maybe"})


def _side_by_side(question: str) -> list[tuple[str, str]]:
    """The words of weight between which nothing stands: "cloud revenue"."""
    weighing = content_words(question)
    words = [next(iter(terms(word)), "") for word in re.findall(r"[\w'’.-]+", question)]
    return [
        (one, two)
        for one, two in pairwise(words)
        if one in weighing and two in weighing and not is_date(frozenset({one}))
    ]

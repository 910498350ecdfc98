"""Whether two sentences give different values for the same thing: what tells, and how surely.

How near they are in meaning, compared with the other sentences of both articles, tells most; how near the articles are,
how many words only one of them has, the words around the values, the values' kinds and sizes add to it. The surest are
read: each side's value is asked for by a question made of its own sentence (`asked_for_value`), and a span reader says
whether the other sentence answers it, and with which words.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aliqa.foundations.protocols import Matrix, PassageRecord, PassageSpans, Vector
from aliqa.foundations.types import ArticleMeta, DisagreementKind, Passage, Sentence, Span
from aliqa.text import dates
from aliqa.text.claims.values import Value, found
from aliqa.text.dates import Period
from aliqa.text.english import PREPOSITIONS
from aliqa.text.quantities import Quantity
from aliqa.text.terms import content_words, terms

Floats = NDArray[np.float64]
Near = tuple[float, float, float, float]
"""What `Nearness.of` tells of two sentences."""

FEATURES: Final = (
    *"cosine articles above nearer".split(),
    *"unshared_less unshared_more near gap same_noun date".split(),
)
REPLIED: Final = ("look", "less", "more")
ASKED: Final = ("look", "behind")
ASKED_READ: Final = (*ASKED, "less", "more")
_LEAST: Final = -12.0
_USUAL: Final = 8
"""The mean cosine to as many sentences, the nearest, is how near a sentence is to others as a rule."""
_MOST_NEARER: Final = 4
_NEAR: Final = 40
"""How far the words around a value reach, in code points."""
_SAME_TIME: Final = 120
"""Statements are of one time if their times, or their articles' days, are at most so many days apart."""
_TITLE: Final = 60
"""How many code points of a title stand before a question."""
_LIMIT: Final = re.compile(
    rf"""
    ^(?:(?:{"|".join(PREPOSITIONS.split())}|\w+(?:ed|ing))\b)([^,.;:]{{3,60}}),
    | \b(?:of|before|after|excluding|including|outside|within|only|across)[ ]([^,.;:]{{3,30}})
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""What may narrow a statement down: a phrase that opens it, or one behind a word of inclusion."""

_NOT_YET: Final = re.compile(
    r"""
    \b
    (?:
        will | would | shall | should | might | (?-i:may) | (?:is|are|was|were)[ ]to
        | (?:ask|call|hope)(?:s|d|ed)?[ ]for | demand(?:s|ed)
        | expect(?:s|ed)? | intend(?:s|ed)? | plan(?:s|ned)? | propose[sd]? | seeks? | sought
        | want(?:s|ed)?
    )
    (?:[ ](?!(?:although|and|but|have|than|that|when|which|while|who)\b)[^\s,.;:()—–]+){0,10}[ ]\Z
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""What stands before a figure that is wanted, planned or foreseen."""


@dataclass(frozen=True)
class Said:
    """A sentence, the title above it, what stands before it, the day of its article, its vector (d,).

    ``topic`` are the terms of the names in its article.
    """

    text: str
    title: str = ""
    before: str = ""
    published: date | None = None
    vector: Vector | None = field(default=None, compare=False)
    topic: frozenset[str] = frozenset()

    @cached_property
    def values(self) -> list[Value]:
        """Its values."""
        return found(self.text, self.published, f"{self.title}\n{self.before}", self.topic)

    @cached_property
    def words(self) -> frozenset[str]:
        """The terms of its content words that are no figures, dates or names."""
        kept, end = [], 0
        for one in sorted(self.values, key=lambda value: value.span):
            kept.append(self.text[end : one.span.start])
            end = max(end, one.span.end)
        return frozenset(content_words(" ".join([*kept, self.text[end:]])))

    @cached_property
    def names(self) -> frozenset[str]:
        """The terms of its names."""
        return frozenset(term for one in self.values if isinstance(one.content, frozenset) for term in one.content)

    @cached_property
    def around(self) -> frozenset[str]:
        """The terms of the sentence and what stands around it."""
        return frozenset(terms(f"{self.title} {self.before} {self.text}"))

    @cached_property
    def time(self) -> Period | None:
        """When it was so, if the sentence says."""
        happened = dates.occurred(self.text, self.published)
        return happened[0] if happened else None


@dataclass(frozen=True, slots=True)
class Reply:
    """What a span reader said of a question: log-odds that it is answered, and whether by the other's value."""

    log_odds: float
    hit: bool


@dataclass(frozen=True, slots=True)
class Differing:
    """Two values of a pair of sentences that cannot both be true of one thing."""

    first: Value
    second: Value


def differing(one: Said, other: Said) -> Iterator[Differing]:
    """The values that differ; none of a kind of which both sentences also state the same."""
    for first in one.values:
        alike = [second for second in other.values if first.comparable(second)]
        for second in alike:
            named = _terms(first) & other.around or _terms(second) & one.around
            if first.differs(second) and not named and not _said_too(first, second, one, other):
                yield Differing(first, second)


def _said_too(first: Value, second: Value, one: Said, other: Said) -> bool:
    """Whether either sentence also states the other's value, be it only its number: "four in all"."""
    return any(
        any(value.comparable(stated) and not value.differs(stated) for stated in said.values)
        or (isinstance(value.content, Quantity) and not said.words.isdisjoint(terms(value.span.cut(text))[:1]))
        for value, text, said in ((first, one.text, other), (second, other.text, one))
    )


class Nearness:
    """How near the sentences of a passage are to those of other articles.

    Args:
        own: the vectors (n, d) of the passage's sentences.
        others: those (m, d) of sentences of other articles.
        articles: the articles (m,) of the latter, as numbers.
    """

    def __init__(self, own: Matrix, others: Matrix, articles: NDArray[np.int64]) -> None:
        self.cosines = own @ others.T
        self._articles = articles
        self._usual = np.sort(self.cosines, axis=1)[:, -_USUAL:].mean(axis=1)
        mean = _unit(own.mean(axis=0))
        self._means = {key: mean @ _unit(others[articles == key].mean(axis=0)) for key in set(articles.tolist())}

    def of(self, i: int, j: int) -> Near:
        """The first four `FEATURES` of the pair of sentence i and the other sentence j.

        The cosine of both, that of the means of their passages, how much nearer than others j is to i, and how many
        sentences of either article are nearer to the other sentence.
        """
        cosine, key = float(self.cosines[i, j]), int(self._articles[j])
        beside, before = self.cosines[i, self._articles == key], self.cosines[:, j]
        nearer = [min(_MOST_NEARER, int((each > cosine).sum())) for each in (beside, before)]
        return cosine, float(self._means[key]), cosine - float(self._usual[i]), float(sum(nearer))


def _unit(vector: Vector) -> Vector:
    return vector / max(1e-9, float(np.linalg.norm(vector)))


def features(one: Said, other: Said, pair: Differing, near: Near) -> Floats:
    """The numbers (f,) of `FEATURES`, the same for both orders; ``near`` is what `Nearness.of` gives."""
    unshared = sorted((len(one.words - other.words), len(other.words - one.words)))
    return np.array([
        *near, *np.log1p(unshared), len(around(one, pair.first) & around(other, pair.second)),
        _gap(pair), _same_noun(pair), pair.first.kind == "date",
    ], np.float64)  # fmt: skip


def replied(look: float, replies: tuple[Reply, Reply]) -> Floats:
    """The numbers (3,) of `REPLIED`: how sure a pair is before it is read, 0 to 1, and what each side replied."""
    odds = sorted(max(_LEAST, each.log_odds) if each.hit else _LEAST for each in replies)
    look = min(max(look, 1e-6), 1 - 1e-6)
    return np.array([math.log(look / (1 - look)), *odds])


def _terms(value: Value) -> frozenset[str]:
    return value.content if isinstance(value.content, frozenset) else frozenset()


def around(said: Said, value: Value) -> frozenset[str]:
    """The words near a value of a sentence."""
    text, span = said.text, value.span
    return frozenset(
        content_words(f"{text[max(0, span.start - _NEAR) : span.start]} {text[span.end : span.end + _NEAR]}")
    )


def _same_noun(pair: Differing) -> float:
    one, other = pair.first.content, pair.second.content
    if not isinstance(one, Quantity) or not isinstance(other, Quantity) or not one.unit or not other.unit:
        return 0.0
    return 1.0 if one.unit == other.unit else -1.0


def _gap(pair: Differing) -> float:
    """How many times as large one figure is, as a logarithm."""
    one, other = pair.first.content, pair.second.content
    if not isinstance(one, Quantity) or not isinstance(other, Quantity):
        return 0.0
    sizes = [abs(_middle(each)) for each in (one, other)]
    return min(4.0, abs(math.log(sizes[0] / sizes[1]))) if min(sizes) > 0 else 4.0


def _middle(one: Quantity) -> float:
    if math.isinf(one.low):
        return one.high
    return one.low if math.isinf(one.high) else (one.low + one.high) / 2


def asked_for_value(said: Said, value: Value) -> str:
    """The question for a value of a sentence, under its article's title."""
    return titled(said, value.question(said.text))


def titled(said: Said, question: str) -> str:
    """A question under the title of a sentence's article, as the span reader has learned it."""
    return f"{said.title[:_TITLE]}: {question}" if said.title else question


def record(said: Said) -> PassageRecord:
    """A sentence and what stands before it, as a span reader reads them."""
    text = f"{said.before}\n{said.text}" if said.before else said.text
    start = len(text) - len(said.text)
    sentences = tuple(Sentence(span) for span in (Span(0, start), Span(start, len(text))) if span.start < span.end)
    meta = ArticleMeta("", "", said.title, published=said.published)
    return PassageRecord(0, meta, Passage(Span(0, len(text)), Span(0, len(sentences))), text, None, sentences, 0)


def reply(spans: PassageSpans, said: Said, value: Value) -> Reply:
    """What a reader made of the `record` of a sentence; ``value`` is the sentence's own."""
    place, start = spans.spans[-1], len(said.before) + 1 if said.before else 0
    hit = place is not None and Span(place.start - start, place.end - start).overlaps(value.span)
    return Reply(float(spans.log_odds[-1]), hit)


def as_of(said: Said, value: Value | None = None) -> str | None:
    """When it holds: what the sentence says, else the day its article was published; a date has no date but that."""
    if said.time and (value is None or value.kind != "date"):
        return said.time.words if dates.is_stated(said.text, said.time) else dates.when(said.time)
    return said.published.isoformat() if said.published else None


def kind_of(one: Said, other: Said, pair: Differing) -> DisagreementKind:
    """Whether values that differ contradict each other, are of different times, or perhaps of different scope.

    What is wanted or planned is of another scope than what is so.
    """
    if pair.first.kind != "date" and _is_of_another_time(one, other):
        return "change"
    so = [
        _NOT_YET.search(said.text[: value.span.start]) is None
        for said, value in ((one, pair.first), (other, pair.second))
    ]
    apart = so[0] != so[1] or (_limits(one, other) and _limits(other, one))
    return "scope" if apart else "contradiction"


def _is_of_another_time(one: Said, other: Said) -> bool:
    """Whether both statements hold at different times, as far as they or their articles' dates tell."""
    if one.time and other.time:
        return not one.time.overlaps(other.time)
    times = [said.time or (dates.on(said.published) if said.published else None) for said in (one, other)]
    if times[0] is None or times[1] is None:
        return False
    apart = max(times[0].first, times[1].first) - min(times[0].last, times[1].last)
    return apart.days > _SAME_TIME


def _limits(one: Said, other: Said) -> bool:
    """Whether a sentence has a phrase that may narrow it down and has words that the other side lacks."""
    known = other.around | other.topic | one.topic
    phrases = ("".join(filter(None, match.groups())) for match in _LIMIT.finditer(one.text))
    return any(set(content_words(phrase)) & one.words - known for phrase in phrases)

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
from typing import Final, get_args

import numpy as np
from numpy.typing import NDArray

from aliqa.foundations.protocols import RELATIONS, Matrix, PassageRecord, PassageSpans, Stated, Vector
from aliqa.foundations.types import ArticleMeta, DisagreementKind, Passage, Sentence, Span
from aliqa.text import dates
from aliqa.text.claims.values import Value, found, middle
from aliqa.text.dates import Period
from aliqa.text.quantities import Quantity
from aliqa.text.terms import content_words, terms

Floats = NDArray[np.float64]
Near = tuple[float, float, float, float]
"""What `Nearness.of` tells of two sentences."""

FEATURES: Final = (
    *"cosine articles above nearer".split(),
    *"unshared_less unshared_more near gap same_noun date".split(),
)
WORDS: Final = (*FEATURES[:6], "shared", "apart")
"""What is known of sentences without values."""
REPLIED: Final = ("look", "less", "more")
WORDS_READ: Final = ("look", "differ")
ASKED: Final = ("look", "behind")
ASKED_READ: Final = (*ASKED, "less", "more")
_DIFFER: Final = [name in get_args(DisagreementKind) for name in RELATIONS]
_UNKNOWN_DAYS: Final = 60
_LEAST: Final = -12.0
_USUAL: Final = 8
"""The mean cosine to as many sentences, the nearest, is how near a sentence is to others as a rule."""
_MOST_NEARER: Final = 4
_NEAR: Final = 40
"""How far the words around a value reach, in code points."""
_OPENING: Final = 3
"""A time that opens a sentence, behind as many words at most, is that of all of its clauses."""
_NEXT_CLAUSE: Final = re.compile(r"\b(?:and|but|now)\b|;")
_TITLE: Final = 60
"""How many code points of a title stand before a question."""


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
    def places(self) -> list[int]:
        """Where its figures and dates begin."""
        return sorted(one.span.start for one in self.values if not isinstance(one.content, frozenset))

    @cached_property
    def form(self) -> list[str]:
        """Its words in small letters, each figure and date taken for the same."""
        kept, end = "", 0
        for one in sorted(one.span for one in self.values if one.span.start in self.places):
            kept, end = f"{kept}{self.text[end : one.start]} # ", max(end, one.end)
        return re.findall(r"\w+|#", f"{kept}{self.text[end:]}".casefold())

    @cached_property
    def names(self) -> frozenset[str]:
        """The terms of its names."""
        return frozenset(term for one in self.values if isinstance(one.content, frozenset) for term in one.content)

    def has_own(self, other: "Said") -> bool:
        """Whether it says anything in a word or a name that the other one does not have."""
        return bool((self.words | self.names) - (other.words | other.names))

    def stated(self, value: Value | None = None) -> Stated:
        """As a pair reader reads it, for a value; without one, what stands before it tells nothing more."""
        if value is None:
            return Stated(self.text, self.title, self.published)
        return Stated(self.text, self.title, self.published, self.before, value.span)

    @cached_property
    def around(self) -> frozenset[str]:
        """The terms of the sentence and what stands around it."""
        return frozenset(terms(f"{self.title} {self.before} {self.text}"))

    @cached_property
    def time(self) -> Period | None:
        """When it was so, if the sentence says."""
        return next(iter(dates.told(self.text, self.published)), None)


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


def differing(one: Said, other: Said, *, names: bool = True) -> Iterator[Differing]:
    """The values that differ, names among them or not; none of a kind of which both sentences also state the same."""
    for first in (value for value in one.values if names or value.kind != "name"):
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


ALTERED: Final = 0.9
"""How sure it is that sentences that are the same but for a figure or a date are about the same thing."""
_LEAST_WORDS: Final = 6


def altered(one: Said, other: Said, pair: Differing) -> bool:
    """Whether a sentence is the other one with other figures or dates, in articles that name something in common."""
    same = one.form == other.form and len(one.form) >= _LEAST_WORDS and one.topic & other.topic
    places = (said.places.index(value.span.start) for said, value in ((one, pair.first), (other, pair.second)))
    return bool(same) and pair.first.kind != "name" and len(set(places)) == 1


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
        gap(pair), same_noun(pair), pair.first.kind == "date",
    ], np.float64)  # fmt: skip


def features_of_words(one: Said, other: Said, near: Near) -> Floats:
    """The numbers (f,) of `WORDS`, the same for both orders; ``near`` is what `Nearness.of` gives."""
    unshared = sorted((len(one.words - other.words), len(other.words - one.words)))
    days = abs((one.published - other.published).days) if one.published and other.published else _UNKNOWN_DAYS
    return np.array([*near, *np.log1p(unshared), len(one.words & other.words), math.log1p(days)], np.float64)


def log_odds(chance: float) -> float:
    """Those of a probability."""
    chance = min(max(chance, 1e-6), 1 - 1e-6)
    return math.log(chance / (1 - chance))


def kinds_read(related: Matrix) -> list[DisagreementKind]:
    """How pairs differ, if they do, by logits (n, 5) of `RELATIONS`."""
    kinds: tuple[DisagreementKind, ...] = get_args(DisagreementKind)
    places = [RELATIONS.index(kind) for kind in kinds]
    return [kinds[one] for one in related[:, places].argmax(axis=1).tolist()]


def differ(related: Matrix) -> Floats:
    """The log-odds (n,) that pairs say different things of one thing, by logits (n, 5) of `RELATIONS`."""
    chances = np.exp(related - related.max(axis=1, keepdims=True), dtype=np.float64)
    odds = chances[:, _DIFFER].sum(axis=1) / chances[:, ~np.array(_DIFFER)].sum(axis=1)
    found: Floats = np.log(np.clip(odds, 1e-6, 1e6))
    return found


def replied(look: float, replies: tuple[Reply, Reply]) -> Floats:
    """The numbers (3,) of `REPLIED`: how sure a pair is before it is read, 0 to 1, and what each side replied."""
    odds = sorted(max(_LEAST, each.log_odds) if each.hit else _LEAST for each in replies)
    return np.array([log_odds(look), *odds])


def _terms(value: Value) -> frozenset[str]:
    return value.content if isinstance(value.content, frozenset) else frozenset()


def around(said: Said, value: Value) -> frozenset[str]:
    """The words near a value of a sentence."""
    text, span = said.text, value.span
    return frozenset(
        content_words(f"{text[max(0, span.start - _NEAR) : span.start]} {text[span.end : span.end + _NEAR]}")
    )


def same_noun(pair: Differing) -> float:
    """1 if both figures count the same, -1 if not, 0 where that is not known."""
    one, other = pair.first.content, pair.second.content
    if not isinstance(one, Quantity) or not isinstance(other, Quantity) or not one.unit or not other.unit:
        return 0.0
    return 1.0 if one.unit == other.unit else -1.0


def gap(pair: Differing) -> float:
    """How many times as large one figure is, as a logarithm, at most 4."""
    one, other = pair.first.content, pair.second.content
    if not isinstance(one, Quantity) or not isinstance(other, Quantity):
        return 0.0
    sizes = [abs(middle(each)) for each in (one, other)]
    return min(4.0, abs(math.log(sizes[0] / sizes[1]))) if min(sizes) > 0 else 4.0


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
    """When it holds: the time of the clause, else the day its article was published; a date has no date but that."""
    time = None if value is not None and value.kind == "date" else _time_of(said, value)
    if time:
        return time.words if dates.is_stated(said.text, time) else dates.when(time)
    return said.published.isoformat() if said.published else None


def _time_of(said: Said, value: Value | None) -> Period | None:
    """The time of the main clause that is nearest to a value, unless the value stands in a clause behind it."""
    times, text = dates.occurred(said.text, said.published), said.text
    if value is None or not times:
        return next(iter(times), None)
    start, end = value.span.start, value.span.end
    time = min(times, key=lambda one: max(one.span.start - end, start - one.span.end))
    opens = len(text[: time.span.start].split()) <= _OPENING
    return None if not opens and _NEXT_CLAUSE.search(text[time.span.end : start]) else time

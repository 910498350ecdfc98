"""Which sentences of different articles differ in a value, found while an index is built, and kept in a file.

Only new articles are looked at: each of their passages finds its nearest passages in other articles, by the vectors
that the index has; of their sentences those near each other are weighed by what is cheap to know; a span reader, if
there is one, reads the surest, and decides. The nearest are also weighed and read without a look at figures and dates:
so names, roles and outcomes are found. What was found before is taken over.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from aliqa.foundations.protocols import Matrix, PairReader, PassageRecord, Reader, SpanReader, Stated, Vector
from aliqa.foundations.types import (
    ArticleMeta,
    DisagreementKind,
    Filters,
    Sentence,
    SentenceKind,
    Span,
    StatedPair,
    Statement,
)
from aliqa.text.claims.kinds import kind_of, scopes
from aliqa.text.claims.model import Model, certainty
from aliqa.text.claims.pairs import (
    ALTERED,
    Differing,
    Floats,
    Near,
    Nearness,
    Reply,
    Said,
    altered,
    as_of,
    asked_for_value,
    differ,
    differing,
    features,
    features_of_words,
    kinds_read,
    log_odds,
    record,
    replied,
    reply,
)
from aliqa.text.claims.values import found as values_of
from aliqa.text.claims.values import names
from aliqa.text.terms import content_words, terms

RULES: Final = 11
"""To be raised when sentences are compared otherwise: the next build then finds all pairs anew."""

PAIRS_FILE: Final = f"disagreements-{RULES}.jsonl"

_PASSAGES: Final = 32
_SENTENCES: Final = 6
_NEAREST: Final = 3
_LEAST_COSINE: Final = 0.35
_DATED_COSINE: Final = 0.5
"""How many passages are near another, how many sentences that differ in a value, how many without a look at values; how
near those are at least, and if they differ in a date."""

WORTH_READING: Final[dict[Model, float]] = {"look": 0.07, "words": 0.12}
_READ_AT_LEAST: Final[dict[Model, int]] = {"look": 100, "words": 40}
_READ_EACH: Final[dict[Model, int]] = {"look": 30, "words": 75}
"""How sure a pair is at least that is read; so many are read, or one for so many sentences that state a value."""

SURE: Final[dict[Model, float]] = {"look": 0.4, "words": 0.75}
"""How sure a pair is at least that is listed, of values or of words."""
_MOST_PAIRS: Final = 5_000
_WORD: Final = re.compile(r"\w(?:\S*\w)?")
_TOPIC_NAMES: Final = 2
"""Two articles that have as many names, and none in common, are not about the same thing."""

Read = Callable[[int], tuple[ArticleMeta, str, Sequence[Sentence]]]
"""Gives an article by its key: what is known of it, its text, its sentences."""


class Corpus(Protocol):
    """The articles of a version that is being written."""

    def key(self, doc_id: str) -> int:
        """The key of an article."""

    def passages_of(self, key: int) -> list[int]:
        """The rows of an article's passages."""

    def vectors(self, rows: Sequence[int]) -> Matrix:
        """The vectors (n, d) of passages."""

    def dense(self, vector: Vector, k: int, filters: Filters) -> tuple[NDArray[np.int64], Vector]:
        """The rows of the ``k`` passages nearest to ``vector`` and their cosines, best first."""

    def records(self, rows: Sequence[int]) -> list[PassageRecord]:
        """The passages of these rows, in their order."""

    def sentence_vectors(self, records: Sequence[PassageRecord]) -> list[Matrix]:
        """The vectors (n, d) of each passage's sentences."""


@dataclass(frozen=True, slots=True)
class Place:
    """One side of a pair: the key of its article, where its sentence begins, its value, date and scope."""

    article: int
    start: int
    end: int
    value: str
    as_of: str | None
    scope: str | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sentences of different articles that give different values for the same thing; how sure that is, 0 to 1."""

    kind: DisagreementKind
    about: str
    sides: tuple[Place, Place]
    certainty: float


@dataclass(frozen=True, slots=True)
class Found:
    """A sentence of an article: the article's key, where it stands, what it says."""

    article: int
    start: int
    said: Said

    @property
    def place(self) -> tuple[int, int]:
        """Its article and its beginning."""
        return self.article, self.start


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two sentences, the values in which they differ if these are looked at, and the features (f,) of the pair."""

    one: Found
    other: Found
    pair: Differing | None
    features: Floats

    @property
    def altered(self) -> bool:
        """Whether one sentence is the other one with other values."""
        return self.pair is not None and altered(self.one.said, self.other.said, self.pair)

    @property
    def look(self) -> Model:
        """Which model looks at it."""
        return "look" if self.pair else "words"

    @property
    def stated(self) -> tuple[Stated, Stated]:
        """Both as a pair reader reads them."""
        first, second = (self.pair.first, self.pair.second) if self.pair else (None, None)
        return self.one.said.stated(first), self.other.said.stated(second)

    @property
    def places(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """The places of both."""
        return self.one.place, self.other.place


def compare(
    corpus: Corpus, new: Sequence[int], known: Iterable[Pair], reader: Callable[[], Reader | None]
) -> list[Pair]:
    """The pairs that differ, surest first.

    Args:
        corpus: all articles.
        new: the keys of those that were not compared yet.
        known: the pairs of those that were, as far as both their articles are still there.
        reader: gives the reader, if there is one; it is asked for if there is something to read.
    """
    finding = Finding(corpus)
    worth = surest(candidate for key in sorted(new, reverse=True) for candidate in finding.near(key))
    asked = reader() if worth else None
    spans, pairs = (asked.spans, asked.pairs) if asked else (None, None)
    values, words = (_most(worth, model, finding.sentences) for model in ("look", "words"))
    decided = [*_replied(spans, values), *_related(pairs, words)]
    likely = sorted((one for one in decided if one[1] >= SURE[one[0].look]), key=lambda one: (-one[1], one[0].places))
    found = [_pair(one, sure, kind) for (one, sure), kind in _kinds(pairs, list(_distinct(likely)))]
    return sorted([*known, *found], key=lambda pair: -pair.certainty)[:_MOST_PAIRS]


class Finding:
    """Finds the sentences of other articles that may differ from those of one."""

    def __init__(self, corpus: Corpus) -> None:
        """Take the articles."""
        self._corpus = corpus
        self._seen: set[tuple[tuple[int, int], tuple[int, int], bool]] = set()
        self._founds: dict[tuple[int, int], Found] = {}
        self._passage = lru_cache(maxsize=4096)(self._read)
        self.sentences = 0

    def near(self, key: int) -> Iterator[Candidate]:
        """The pairs with a sentence of an article that may differ, each once."""
        rows = self._corpus.passages_of(key)
        for row, vector in zip(rows, self._corpus.vectors(rows), strict=True):
            own = self._passage(row)
            valued = sum(bool(one.said.values) for one in own)
            self.sentences += valued
            nearest = self._corpus.dense(vector, _PASSAGES, Filters())[0].tolist()
            near = (one for number in nearest if number != row for one in self._passage(number))
            others = {one.place: one for one in near if one.article != key}
            if others:
                yield from self._compare(own, list(others.values()))

    def _compare(self, own: Sequence[Found], others: Sequence[Found]) -> Iterator[Candidate]:
        near = Nearness(_matrix(own), _matrix(others), np.array([one.article for one in others]))
        for i, one in enumerate(own):
            yield from self._paired(one, others, near, i)

    def _paired(self, own: Found, others: Sequence[Found], near: Nearness, i: int) -> Iterator[Candidate]:
        """A sentence, the i-th of its passage, with the nearest of others that may differ from it."""
        fitting = 0
        for place, j in enumerate(np.argsort(-near.cosines[i]).tolist()):
            cosine = float(near.cosines[i, j])
            if cosine < _LEAST_COSINE or (fitting == _SENTENCES and place >= _NEAREST):
                break
            one, other = sorted((own, others[j]), key=lambda found: found.place)
            if _are_apart(one.said, other.said):
                continue
            pairs: list[Differing | None] = list(_differing(one.said, other.said, cosine))
            fitting += bool(pairs)
            if place < _NEAREST and one.said.has_own(other.said) and other.said.has_own(one.said):
                pairs.append(None)
            keys = {(one.place, other.place, pair is None) for pair in pairs} - self._seen
            self._seen |= keys
            for pair in pairs:
                if (one.place, other.place, pair is None) in keys:
                    yield Candidate(one, other, pair, _features(one.said, other.said, pair, near.of(i, j)))

    def _read(self, row: int) -> list[Found]:
        """The sentences of a passage that are prose."""
        [record] = self._corpus.records([row])
        [vectors] = self._corpus.sentence_vectors([record])
        key = self._corpus.key(record.meta.doc_id)
        topic = names(f"{record.meta.title}\n{record.text}")
        found, before = [], ""
        for sentence, vector in zip(record.sentences, vectors, strict=True):
            span = sentence.span
            text = record.cut(span)
            if sentence.kind is SentenceKind.PROSE:
                said = Said(text, record.meta.title, before, record.meta.published, vector, topic)
                found.append(self._founds.setdefault((key, span.start), Found(key, span.start, said)))
            before = text
        return found


def _features(one: Said, other: Said, pair: Differing | None, near: Near) -> Floats:
    return features(one, other, pair, near) if pair else features_of_words(one, other, near)


def _matrix(found: Sequence[Found]) -> Matrix:
    return np.array([one.said.vector for one in found], np.float32)


def _are_apart(one: Said, other: Said) -> bool:
    return min(len(one.topic), len(other.topic)) >= _TOPIC_NAMES and not one.topic & other.topic


def _differing(one: Said, other: Said, cosine: float) -> Iterator[Differing]:
    for pair in differing(one, other, names=False):
        if cosine >= _DATED_COSINE or pair.first.kind != "date":
            yield pair


Weighed = tuple[Candidate, float]


def surest(found: Iterable[Candidate]) -> list[Weighed]:
    """Those worth reading, the surest first, with how sure they are unread.

    Of each pair of sentences one that differs in values, and one without.
    """
    best: dict[Any, Weighed] = {}
    for one in found:
        sure = ALTERED if one.altered else float(certainty(one.features[None], one.look)[0])
        key = *one.places, one.look
        if sure >= max(WORTH_READING[one.look], best[key][1] if key in best else 0.0):
            best[key] = one, sure
    return sorted(best.values(), key=lambda weighed: (-weighed[1], weighed[0].places))


def _most(worth: Sequence[Weighed], model: Model, sentences: int) -> list[Weighed]:
    """The surest of values or of words, as many as are read."""
    most = max(_READ_AT_LEAST[model], sentences // _READ_EACH[model])
    return [each for each in worth if each[0].look == model][:most]


def replies(spans: SpanReader, one: Said, other: Said, pair: Differing) -> tuple[Reply, Reply]:
    """What each sentence replies to the question that the other one makes."""
    [there] = spans.read(asked_for_value(one, pair.first), [record(other)])
    [back] = spans.read(asked_for_value(other, pair.second), [record(one)])
    return reply(there, other, pair.second), reply(back, one, pair.first)


def _replied(spans: SpanReader | None, found: Sequence[Weighed]) -> list[Weighed]:
    """How sure pairs of values are once they are read; what is `altered`, or not read at all, is as sure as before."""
    return [(one, _read(spans, one, look) if spans else look) for one, look in found]


def _read(spans: SpanReader, one: Candidate, look: float) -> float:
    if one.pair is None or one.altered:
        return look
    rows = replied(look, replies(spans, one.one.said, one.other.said, one.pair))
    return float(certainty(rows[None], "read")[0])


def words_read(found: Sequence[Weighed], related: Matrix) -> Floats:
    """The numbers (n, 2) of `aliqa.text.claims.pairs.WORDS_READ`: how sure pairs are unread, how they are related."""
    return np.column_stack((np.array([log_odds(look) for _, look in found]), differ(related)))


def _related(pairs: PairReader | None, found: Sequence[Weighed]) -> list[Weighed]:
    """How sure pairs of sentences without values are once a pair reader has read them; without one nobody knows."""
    if pairs is None or not found:
        return []
    rows = words_read(found, pairs.read([one.stated for one, _ in found]))
    return [(one, sure) for (one, _), sure in zip(found, certainty(rows, "words_read").tolist(), strict=True)]


def _kinds(pairs: PairReader | None, found: Sequence[Weighed]) -> Iterable[tuple[Weighed, DisagreementKind]]:
    """The same with how they differ, by a pair reader if there is one."""
    if pairs and found:
        return zip(found, kinds_read(pairs.read([one.stated for one, _ in found])), strict=True)
    return [((one, sure), kind_of(one.one.said, one.other.said, one.pair)) for one, sure in found if one.pair]


def weigh(one: Said, other: Said, spans: SpanReader | None) -> list[tuple[Differing, float]]:
    """The values in which two sentences differ, and how sure it is that they are of the same thing.

    Nothing is known of the articles' other sentences.
    """
    near = Nearness(np.array([one.vector]), np.array([other.vector]), np.zeros(1, np.int64)).of(0, 0)
    found = list(differing(one, other))
    made = [Candidate(Found(0, 0, one), Found(1, 0, other), pair, features(one, other, pair, near)) for pair in found]
    looks = [(each, float(certainty(each.features[None])[0])) for each in made]
    return [(pair, sure) for pair, (_, sure) in zip(found, _replied(spans, looks), strict=True)]


def _distinct(found: Sequence[Weighed]) -> Iterator[Weighed]:
    """Without those of which a sentence differs more surely from another sentence of the same article."""
    taken: set[tuple[tuple[int, int], int]] = set()
    for one, sure in found:
        ends = {(one.one.place, one.other.article), (one.other.place, one.one.article)}
        if not ends & taken:
            yield one, sure
        taken |= ends


def _pair(one: Candidate, sure: float, kind: DisagreementKind) -> Pair:
    first, second, values = one.one.said, one.other.said, one.pair
    narrowed = scopes(first, second, values) if values and kind == "scope" else (None, None)
    spans = (values.first.span, values.second.span) if values else (own_words(first, second), own_words(second, first))
    return Pair(
        kind,
        _about(one),
        (
            _place(one.one, spans[0], as_of(first, values.first if values else None), narrowed[0]),
            _place(one.other, spans[1], as_of(second, values.second if values else None), narrowed[1]),
        ),
        round(sure, 3),
    )


def _place(found: Found, value: Span, when: str | None, scope: str | None) -> Place:
    text = found.said.text
    return Place(*found.place, found.start + len(text), value.cut(text), when, scope)


def own_words(one: Said, other: Said) -> Span:
    """The longest run of words of a sentence that the other one does not have; all of it, if there is none.

    >>> one = Said("The court in Lund acquitted the miller.")
    >>> own_words(one, Said("The miller of Lund was found guilty.")).cut(one.text)
    'acquitted'
    """
    shared = other.words | other.names
    longest, found = 0, Span(0, len(one.text))
    for own, words in groupby(_WORD.finditer(one.text), lambda word: shared.isdisjoint(terms(word.group()))):
        telling = [word for word in words if own and content_words(word.group())]
        if telling and len(telling) >= longest:
            longest, found = len(telling), Span(telling[0].start(), telling[-1].end())
    return found


def _about(one: Candidate) -> str:
    """What a pair is about: the words that both sentences have, as they stand in the first, else the first's title."""
    first, second = one.one.said, one.other.said
    shared = (first.words | first.names) & (second.words | second.names | second.around)
    runs = groupby(first.text.split(), lambda word: not shared.isdisjoint(terms(word)))
    said = (" ".join(word.strip("“”\"'.,;:()") for word in words) for kept, words in runs if kept)
    return ", ".join(dict.fromkeys(said))[:80] or first.title


def stated(pairs: Sequence[Pair], read: Read) -> tuple[StatedPair, ...]:
    """Pairs with their quotes, surest first.

    Those of copies are told once, and so are those of a sentence that differs from two that give the same value.
    """
    told: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    found: list[StatedPair] = []
    for pair in pairs:
        first, second = (_statement(side, *read(side.article)) for side in pair.sides)
        known = [*_same(told[first.quote, first.value], second), *_same(told[second.quote, second.value], first)]
        if not known:
            found.append(StatedPair(pair.kind, pair.about, (first, second), pair.certainty))
            told[first.quote, first.value].append(second)
            told[second.quote, second.value].append(first)
    return tuple(found)


def _same(others: Sequence[Statement], one: Statement) -> list[Statement]:
    """Those statements that give the value of one."""
    return [other for other in others if other.quote == one.quote or _agree(other.value, one.value)]


def _agree(one: str, other: str) -> bool:
    values = [next(iter(values_of(text)), None) for text in (one, other)]
    return values[0] is not None and values[1] is not None and values[0].agrees(values[1])


def _statement(place: Place, meta: ArticleMeta, text: str, sentences: Sequence[Sentence]) -> Statement:
    quote = text[place.start : place.end]
    return Statement(
        meta.doc_id, meta.title, meta.source, meta.published, quote, place.start, place.end, place.value, place.as_of,
        place.scope,
    )  # fmt: skip


def between(pairs: Sequence[Pair], keys: Collection[int]) -> list[Pair]:
    """The pairs of which both sides are of the articles of these keys."""
    return [pair for pair in pairs if all(side.article in keys for side in pair.sides)]


def read_pairs(data: bytes) -> list[Pair]:
    """The pairs in the file of a version. Raises ValueError, KeyError or TypeError."""
    return [pair_of(json.loads(line)) for line in data.split(b"\n") if line]


def write_pairs(folder: Path, pairs: Sequence[Pair]) -> None:
    """Write the pairs of a version. Raises OSError."""
    with open(folder / PAIRS_FILE, "w", encoding="utf-8", newline="\n") as lines:
        lines.writelines(json.dumps(asdict(pair), ensure_ascii=True) + "\n" for pair in pairs)


def pair_of(line: dict[str, Any]) -> Pair:
    """A pair out of its JSON."""
    first, second = (Place(**side) for side in line["sides"])
    return Pair(line["kind"], line["about"], (first, second), line["certainty"])

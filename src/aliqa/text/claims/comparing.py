"""Which sentences of different articles differ in a value, found while an index is built, and kept in a file.

Only new articles are looked at: each of their passages finds its nearest passages in other articles, by the vectors
that the index has; of their sentences those near each other are weighed by what is cheap to know; a span reader, if
there is one, reads the surest, and decides. What was found before is taken over.

What it cannot see: reasons, assessments and other statements without a figure or a date. That two sentences near in
meaning name two different things says nothing.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from aliqa.foundations.protocols import Matrix, PassageRecord, SpanReader, Vector
from aliqa.foundations.types import (
    ArticleMeta,
    DisagreementKind,
    Filters,
    Sentence,
    SentenceKind,
    StatedPair,
    Statement,
)
from aliqa.text.claims.kinds import kind_of, scopes
from aliqa.text.claims.model import certainty
from aliqa.text.claims.pairs import (
    ALTERED,
    Differing,
    Floats,
    Nearness,
    Reply,
    Said,
    altered,
    as_of,
    asked_for_value,
    differing,
    features,
    record,
    replied,
    reply,
)
from aliqa.text.claims.values import Value, names
from aliqa.text.claims.values import found as values_of
from aliqa.text.terms import terms

RULES: Final = 11
"""To be raised when sentences are compared otherwise: the next build then finds all pairs anew."""

PAIRS_FILE: Final = f"disagreements-{RULES}.jsonl"

_PASSAGES: Final = 32
_SENTENCES: Final = 6
_LEAST_COSINE: Final = 0.35
_DATED_COSINE: Final = 0.5
"""How many passages are near another, how many sentences; how near those are at least, and if they differ in a date."""

WORTH_READING: Final = 0.07
_READ_AT_LEAST: Final = 100
_READ_EACH: Final = 30
"""How sure a pair is at least that is read; so many are read, or one for so many sentences that state a value."""

SURE: Final = 0.4
"""How sure a pair is at least that is listed."""
_MOST_PAIRS: Final = 5_000
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
    """Two sentences and the values in which they differ, with the features (f,) of the pair."""

    one: Found
    other: Found
    pair: Differing
    features: Floats

    @property
    def altered(self) -> bool:
        """Whether one sentence is the other one with other values."""
        return altered(self.one.said, self.other.said, self.pair)

    @property
    def places(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """The places of both."""
        return self.one.place, self.other.place


def compare(
    corpus: Corpus, new: Sequence[int], known: Iterable[Pair], reader: Callable[[], SpanReader | None]
) -> list[Pair]:
    """The pairs that differ, surest first.

    Args:
        corpus: all articles.
        new: the keys of those that were not compared yet.
        known: the pairs of those that were, as far as both their articles are still there.
        reader: gives the span reader, if there is one; it is asked for if there is something to read.
    """
    finding = Finding(corpus)
    worth = surest(candidate for key in sorted(new, reverse=True) for candidate in finding.near(key))
    spans = reader() if worth else None
    most = max(_READ_AT_LEAST, finding.sentences // _READ_EACH)
    decided = [(one, _read(spans, one, look)) for one, look in worth[:most]] if spans else worth
    likely = sorted((each for each in decided if each[1] >= SURE), key=lambda each: (-each[1], each[0].places))
    found = [_pair(one, sure) for one, sure in _distinct(likely)]
    return sorted([*known, *found], key=lambda pair: -pair.certainty)[:_MOST_PAIRS]


class Finding:
    """Finds the sentences of other articles that may differ from those of one."""

    def __init__(self, corpus: Corpus) -> None:
        """Take the articles."""
        self._corpus = corpus
        self._seen: set[tuple[tuple[int, int], tuple[int, int]]] = set()
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
            nearest = self._corpus.dense(vector, _PASSAGES, Filters())[0].tolist() if valued else []
            near = (one for number in nearest if number != row for one in self._passage(number))
            others = {one.place: one for one in near if one.article != key}
            if others:
                yield from self._compare(own, list(others.values()))

    def _compare(self, own: Sequence[Found], others: Sequence[Found]) -> Iterator[Candidate]:
        near = Nearness(_matrix(own), _matrix(others), np.array([one.article for one in others]))
        for i, one in enumerate(own):
            if one.said.values:
                yield from self._paired(one, others, near, i)

    def _paired(self, own: Found, others: Sequence[Found], near: Nearness, i: int) -> Iterator[Candidate]:
        """A sentence, the i-th of its passage, with the nearest of others that may differ from it."""
        fitting = 0
        for j in np.argsort(-near.cosines[i]).tolist():
            cosine = float(near.cosines[i, j])
            if cosine < _LEAST_COSINE or fitting == _SENTENCES:
                break
            one, other = sorted((own, others[j]), key=lambda found: found.place)
            pairs = list(_differing(one.said, other.said, cosine))
            fitting += bool(pairs)
            if pairs and (one.place, other.place) not in self._seen:
                self._seen.add((one.place, other.place))
                for pair in pairs:
                    yield Candidate(one, other, pair, features(one.said, other.said, pair, near.of(i, j)))

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


def _matrix(found: Sequence[Found]) -> Matrix:
    return np.array([one.said.vector for one in found], np.float32)


def _differing(one: Said, other: Said, cosine: float) -> Iterator[Differing]:
    if min(len(one.topic), len(other.topic)) >= _TOPIC_NAMES and not one.topic & other.topic:
        return
    for pair in differing(one, other, names=False):
        if cosine >= _DATED_COSINE or pair.first.kind != "date":
            yield pair


Weighed = tuple[Candidate, float]


def surest(found: Iterable[Candidate]) -> list[Weighed]:
    """Those worth reading, the surest first, of each pair of sentences one, with how sure they are unread."""
    best: dict[tuple[tuple[int, int], tuple[int, int]], Weighed] = {}
    for one in found:
        sure = ALTERED if one.altered else float(certainty(one.features[None])[0])
        if sure >= max(WORTH_READING, best[one.places][1] if one.places in best else 0.0):
            best[one.places] = one, sure
    return sorted(best.values(), key=lambda weighed: (-weighed[1], weighed[0].places))


def replies(spans: SpanReader, one: Said, other: Said, pair: Differing) -> tuple[Reply, Reply]:
    """What each sentence replies to the question that the other one makes."""
    [there] = spans.read(asked_for_value(one, pair.first), [record(other)])
    [back] = spans.read(asked_for_value(other, pair.second), [record(one)])
    return reply(there, other, pair.second), reply(back, one, pair.first)


def _read(spans: SpanReader, one: Candidate, look: float) -> float:
    if one.altered:
        return look
    rows = replied(look, replies(spans, one.one.said, one.other.said, one.pair))
    return float(certainty(rows[None], "read")[0])


def weigh(one: Said, other: Said, spans: SpanReader | None) -> list[tuple[Differing, float]]:
    """The values in which two sentences differ, and how sure it is that they are of the same thing.

    Nothing is known of the articles' other sentences.
    """
    near = Nearness(np.array([one.vector]), np.array([other.vector]), np.zeros(1, np.int64)).of(0, 0)
    made = [
        Candidate(Found(0, 0, one), Found(1, 0, other), pair, features(one, other, pair, near))
        for pair in differing(one, other)
    ]
    looks = [float(certainty(each.features[None])[0]) for each in made]
    return [(each.pair, _read(spans, each, look) if spans else look) for each, look in zip(made, looks, strict=True)]


def _distinct(found: Sequence[Weighed]) -> Iterator[Weighed]:
    """Without those of which a sentence differs more surely from another sentence of the same article."""
    taken: set[tuple[tuple[int, int], int]] = set()
    for one, sure in found:
        ends = {(one.one.place, one.other.article), (one.other.place, one.one.article)}
        if not ends & taken:
            yield one, sure
        taken |= ends


def _pair(one: Candidate, sure: float) -> Pair:
    said = one.one.said, one.other.said, one.pair
    kind = kind_of(*said)
    first, second = scopes(*said) if kind == "scope" else (None, None)
    sides = _place(one.one, one.pair.first, first), _place(one.other, one.pair.second, second)
    return Pair(kind, _about(one), sides, round(sure, 3))


def _place(found: Found, value: Value, scope: str | None) -> Place:
    text = found.said.text
    return Place(*found.place, found.start + len(text), value.span.cut(text), as_of(found.said, value), scope)


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

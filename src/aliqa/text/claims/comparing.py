"""Which sentences of different articles differ in a value, found while an index is built, and kept in a file.

Only new articles are looked at: each of their passages finds its nearest passages in other articles, by the vectors
that the index has; of their sentences those near each other are weighed by what is cheap to know; a span reader, if
there is one, reads the surest, about one for every few sentences, and decides. What was found before is taken over.

What it cannot see: reasons, assessments and other statements without a figure or a date. That two sentences near in
meaning name two different things says nothing.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
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
from aliqa.text.claims.model import certainty
from aliqa.text.claims.pairs import Differing, Said, as_of, differing, features, kind_of, reply
from aliqa.text.claims.pairs import record as as_record
from aliqa.text.claims.values import names
from aliqa.text.terms import terms

RULES: Final = 6
"""To be raised when sentences are compared otherwise: the next build then finds all pairs anew."""

PAIRS_FILE: Final = f"disagreements-{RULES}.jsonl"

_PASSAGES: Final = 32
_SENTENCES: Final = 6
_LEAST_COSINE: Final = 0.35
_NEARER: Final = 2
_DATED_COSINE: Final = 0.5
"""How many passages are near another, how many sentences, and how near those are at least; how many sentences of both
articles may be nearer to the other one of a pair; how near those are at least that differ in a date."""

_WORTH_READING: Final = 0.04
_READ_AT_LEAST: Final = 100
_READ_EACH: Final = 30
"""How sure a pair is at least that is read; so many are read, or one for so many sentences."""

SURE: Final = 0.3
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
    """One side of a pair: the key of its article, where its sentence begins, its value and date."""

    article: int
    start: int
    end: int
    value: str
    as_of: str | None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sentences of different articles that give different values for the same thing; how sure that is, 0 to 1."""

    kind: DisagreementKind
    about: str
    sides: tuple[Place, Place]
    certainty: float


@dataclass(frozen=True, slots=True)
class _Found:
    """A sentence of an article: the article's key, where it stands, what it says."""

    article: int
    start: int
    said: Said

    @property
    def place(self) -> tuple[int, int]:
        return self.article, self.start


@dataclass(frozen=True, slots=True)
class _Candidate:
    one: _Found
    other: _Found
    pair: Differing
    certainty: float

    @property
    def places(self) -> tuple[tuple[int, int], tuple[int, int]]:
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
    finding = _Finding(corpus)
    likely = _surest(candidate for key in new for candidate in finding.near(key))
    most = max(_READ_AT_LEAST, finding.sentences // _READ_EACH)
    worth = [one for one in likely if one.certainty >= _WORTH_READING][:most]
    spans = reader() if worth else None
    decided = _surest(_read(spans, one) for one in worth) if spans else likely
    found = [_pair(one) for one in _distinct(decided) if one.certainty >= SURE]
    return sorted([*known, *found], key=lambda pair: -pair.certainty)[:_MOST_PAIRS]


class _Finding:
    """Finds the sentences of other articles that may differ from those of one."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._seen: set[tuple[tuple[int, int], tuple[int, int]]] = set()
        self._founds: dict[tuple[int, int], _Found] = {}
        self.sentences = 0
        self._passage = lru_cache(maxsize=4096)(self._read)

    def near(self, key: int) -> Iterator[_Candidate]:
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

    def _compare(self, own: Sequence[_Found], others: Sequence[_Found]) -> Iterator[_Candidate]:
        cosines, articles = _matrix(own) @ _matrix(others).T, np.array([one.article for one in others])
        made: list[tuple[_Found, _Found, Differing]] = []
        for i, row in enumerate(cosines):
            fitting = 0
            for j in np.argsort(-row).tolist():
                if row[j] < _LEAST_COSINE or fitting == _SENTENCES:
                    break
                one, other = sorted((own[i], others[j]), key=lambda found: found.place)
                pairs = list(_differing(one.said, other.said, float(row[j])))
                fitting += bool(pairs)
                if pairs and (one.place, other.place) not in self._seen and _nearer(cosines, articles, i, j) <= _NEARER:
                    self._seen.add((one.place, other.place))
                    made += [(one, other, pair) for pair in pairs]
        if made:
            rows = np.array([features(one.said, other.said, pair) for one, other, pair in made])
            for (one, other, pair), sure in zip(made, certainty(rows, read=False).tolist(), strict=True):
                yield _Candidate(one, other, pair, sure)

    def _read(self, row: int) -> list[_Found]:
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
                made = _Found(
                    key, span.start, Said(text, record.meta.title, before, record.meta.published, vector, topic)
                )
                found.append(self._founds.setdefault(made.place, made))
            before = text
        return found


def _nearer(cosines: Matrix, articles: NDArray[np.int64], i: int, j: int) -> int:
    """How many sentences of either article are nearer to the other sentence than those two are to each other."""
    rivals = (cosines[i, articles == articles[j]], cosines[:, j])
    return sum(int((each > cosines[i, j]).sum()) for each in rivals)


def _matrix(found: Sequence[_Found]) -> Matrix:
    return np.array([one.said.vector for one in found], np.float32)


def _differing(one: Said, other: Said, cosine: float) -> Iterator[Differing]:
    if min(len(one.topic), len(other.topic)) >= _TOPIC_NAMES and not one.topic & other.topic:
        return
    for pair in differing(one, other):
        if pair.first.kind != "name" and (cosine >= _DATED_COSINE or pair.first.kind != "date"):
            yield pair


def _surest(found: Iterable[_Candidate]) -> list[_Candidate]:
    """The surest of each pair of sentences, surest first."""
    best: dict[tuple[tuple[int, int], tuple[int, int]], _Candidate] = {}
    for one in found:
        if one.places not in best or one.certainty > best[one.places].certainty:
            best[one.places] = one
    return sorted(best.values(), key=lambda one: (-one.certainty, one.places))


def _read(spans: SpanReader, one: _Candidate) -> _Candidate:
    """The same, as sure as it is when both sentences were asked."""
    sure = _asked(spans, one.one.said, one.other.said, one.pair, one.certainty)
    return _Candidate(one.one, one.other, one.pair, sure)


def _asked(spans: SpanReader, one: Said, other: Said, pair: Differing, unread: float) -> float:
    """How sure a pair is with what each sentence replies to the other's question: the mean of both models."""
    [there] = spans.read(pair.first.question(one.text), [as_record(other)])
    [back] = spans.read(pair.second.question(other.text), [as_record(one)])
    replies = reply(there, other, pair.second), reply(back, one, pair.first)
    [read] = certainty(features(one, other, pair, replies)[None], read=True)
    return (float(read) + unread) / 2


def weigh(one: Said, other: Said, spans: SpanReader | None) -> list[tuple[Differing, float]]:
    """The values in which two sentences differ, and how sure it is that they are of the same thing."""
    found = list(differing(one, other))
    sure = certainty(np.array([features(one, other, pair) for pair in found]), read=False) if found else np.empty(0)
    return [
        (pair, _asked(spans, one, other, pair, each) if spans and each >= _WORTH_READING else each)
        for pair, each in zip(found, sure.tolist(), strict=True)
    ]


def _distinct(found: Sequence[_Candidate]) -> Iterator[_Candidate]:
    """Without those of which a sentence differs more surely from another sentence of the same article."""
    taken: set[tuple[tuple[int, int], int]] = set()
    for one in found:
        ends = {(one.one.place, one.other.article), (one.other.place, one.one.article)}
        if not ends & taken:
            yield one
        taken |= ends


def _pair(one: _Candidate) -> Pair:
    first, second = one.one.said, one.other.said
    sides = (
        Place(*one.one.place, one.one.start + len(first.text), one.pair.first.span.cut(first.text), as_of(first)),
        Place(
            *one.other.place, one.other.start + len(second.text), one.pair.second.span.cut(second.text), as_of(second)
        ),
    )
    return Pair(kind_of(first, second, one.pair), _about(one), sides, round(one.certainty, 3))


def _about(one: _Candidate) -> str:
    """What a pair is about: the words that both sentences have, of the first in its order, else the first's title."""
    first, second = one.one.said, one.other.said
    shared = (first.words | first.names) & (second.words | second.names | second.around)
    words = [word for word in first.text.split() if not shared.isdisjoint(terms(word))]
    return " ".join(word.strip("“”\"'.,;:()") for word in words)[:80] or first.title


def stated(pairs: Sequence[Pair], read: Read) -> tuple[StatedPair, ...]:
    """Pairs with their quotes, surest first; those of copies are told once."""
    found: dict[frozenset[str], StatedPair] = {}
    for pair in pairs:
        first, second = (_statement(side, *read(side.article)) for side in pair.sides)
        found.setdefault(
            frozenset((first.quote, second.quote)), StatedPair(pair.kind, pair.about, (first, second), pair.certainty)
        )
    return tuple(found.values())


def _statement(place: Place, meta: ArticleMeta, text: str, sentences: Sequence[Sentence]) -> Statement:
    quote = text[place.start : place.end]
    return Statement(
        meta.doc_id, meta.title, meta.source, meta.published, quote, place.start, place.end, place.value, place.as_of
    )


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

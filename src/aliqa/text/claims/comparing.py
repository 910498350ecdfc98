"""Which sentences of different articles disagree, found while an index is built, and kept in files of its own.

=========================  ======================================================================
``…claims-4.i64``          four columns, a row a key of a claim: the key, the article's, the sentence's number, the year
``disagreements.jsonl``    a line a pair: what about, and on each side article, sentence, value and date
=========================  ======================================================================

Only claims that share a key (a name and what is measured, in a unit of one kind) are compared, and of
those only the pairs with an article that is new or changed: the rest is taken over from the version before.
The rows are sorted by key, year and article, so that the few that matter to a new article are found without the rest.
"""

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from aliqa.foundations.types import ArticleMeta, DisagreementKind, Sentence, SentenceKind, StatedPair, Statement
from aliqa.text import claims
from aliqa.text.claims import Claim, Relation

RULES: Final = 4
"""To be raised when claims are read or compared otherwise: the next build then finds all pairs anew."""

CLAIMS_FILE: Final = f"claims-{RULES}.i64"
PAIRS_FILE: Final = "disagreements.jsonl"
COLUMNS: Final = 4

_CONTEXT: Final = 2
_NEIGHBOURS: Final = 20
_MOST_COMPARED: Final = 500_000
_MOST_LOOKED_AT: Final = 8 * _MOST_COMPARED
_MOST_PAIRS: Final = 5_000
_MOST_KEPT: Final = 25_000
"""Of so many sentences the claims are kept from when they are read until they are compared, some 2 KB each."""
_KINDS: Final[dict[Relation, DisagreementKind]] = {Relation.CONTRADICT: "contradiction", Relation.CHANGE: "change"}

Rows = NDArray[np.int64]
Read = Callable[[int], tuple[ArticleMeta, str, Sequence[Sentence]]]
"""Gives an article by its key: what is known of it, its text, its sentences."""


@dataclass(frozen=True, slots=True)
class Place:
    """One side of a pair: the key of its article, the number of its sentence there, its value and date."""

    article: int
    sentence: int
    value: str
    as_of: str | None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sentences of different articles that give different values for the same thing."""

    kind: DisagreementKind
    about: str
    sides: tuple[Place, Place]


class Comparison:
    """Gathers the claims of new articles, then finds where they disagree with others, or with one another."""

    def __init__(self) -> None:
        """Begin with no article."""
        self._rows: list[Rows] = []
        self._new: set[int] = set()
        self._kept: dict[tuple[int, int], list[Claim]] = {}

    def add(self, key: int, meta: ArticleMeta, text: str, sentences: Sequence[Sentence]) -> None:
        """Read the claims of an article that is new, or was compared by other rules."""
        self._new.add(key)
        found: set[tuple[int, int, int, int]] = set()
        for number in range(len(sentences)):
            held = _claims(meta, text, sentences, number)
            if held and len(self._kept) < _MOST_KEPT:
                self._kept[key, number] = held
            for claim in held:
                year = claim.period.first.year if claim.period else claim.published.year if claim.published else 0
                found.update((one, key, number, year) for one in _keys(claim))
        self._rows.append(np.array(list(found), np.int64).reshape(-1, COLUMNS))

    def rows(self) -> Rows:
        """The rows (n, 4) of the articles that were added."""
        return np.concatenate([np.empty((0, COLUMNS), np.int64), *self._rows])

    def pairs(self, parts: Sequence[Rows], articles: NDArray[np.int64], read: Read, kept: Sequence[Pair]) -> list[Pair]:
        """The pairs that disagree, contradictions before changes.

        Args:
            parts: rows, each part sorted, that hold those of all articles and perhaps of some that are gone.
            articles: the keys of all articles, ascending.
            read: gives any of them.
            kept: the pairs that are known already; those of articles that are gone are left out.
        """
        there = set(articles.tolist())
        known = [pair for pair in kept if all(side.article in there for side in pair.sides)]
        found = self._pairs(self._touched(parts, articles), read)
        return sorted(chain(known, found), key=lambda pair: pair.kind != "contradiction")[:_MOST_PAIRS]

    def _touched(self, parts: Sequence[Rows], articles: NDArray[np.int64]) -> Rows:
        """The rows of all articles that share a key with one that was added, sorted."""
        keys = np.unique(self.rows()[:, 0])
        found = []
        for part in parts if len(keys) else ():
            first = np.searchsorted(part[:, 0], keys, side="left")
            counts = np.searchsorted(part[:, 0], keys, side="right") - first
            rows = part[np.repeat(first - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())]
            place = np.minimum(np.searchsorted(articles, rows[:, 1]), len(articles) - 1)
            found.append(rows[articles[place] == rows[:, 1]])
        return found[0] if len(found) == 1 else in_order(np.concatenate([np.empty((0, COLUMNS), np.int64), *found]))

    def _pairs(self, rows: Rows, read: Read) -> Iterator[Pair]:
        """The pairs with a new article, by their articles' keys.

        They are compared in the order in which groups name them: a sentence is compared with those near it in its
        group, so that its claims are read about once a group, however many articles there are.
        """
        article = lru_cache(maxsize=256)(read)

        @lru_cache(maxsize=20_000)
        def stated(key: int, number: int) -> list[Claim]:
            if kept := self._kept.get((key, number)):
                return kept
            meta, text, sentences = article(key)
            return _claims(meta, text, sentences, number)

        wanted: dict[tuple[tuple[int, int], tuple[int, int]], Pair | None] = {}
        for candidate in islice(_candidates(rows, self._new), _MOST_LOOKED_AT):
            if candidate not in wanted:
                wanted[candidate] = _compare(*candidate, stated, article)
            if len(wanted) == _MOST_COMPARED:
                break
        for _, pair in sorted((one, pair) for one, pair in wanted.items() if pair):
            yield pair


def stated(pairs: Sequence[Pair], read: Read) -> tuple[StatedPair, ...]:
    """Pairs with their quotes, contradictions before changes; those of copies are told once."""
    found: dict[frozenset[str], StatedPair] = {}
    for pair in pairs:
        first, second = (_statement(side, *read(side.article)) for side in pair.sides)
        found.setdefault(frozenset((first.quote, second.quote)), StatedPair(pair.kind, pair.about, (first, second)))
    return tuple(sorted(found.values(), key=lambda pair: pair.kind != "contradiction"))


def _statement(place: Place, meta: ArticleMeta, text: str, sentences: Sequence[Sentence]) -> Statement:
    span = sentences[place.sentence].span
    return Statement(
        meta.doc_id, meta.title, meta.source, meta.published, span.cut(text), *span, place.value, place.as_of
    )


def read_pairs(data: bytes) -> list[Pair]:
    """The pairs in the file of a version. Raises ValueError, KeyError or TypeError."""
    return [pair_of(json.loads(line)) for line in data.split(b"\n") if line]


def write_pairs(folder: Path, pairs: Sequence[Pair]) -> None:
    """Write the pairs of a version. Raises OSError."""
    with open(folder / PAIRS_FILE, "w", encoding="utf-8", newline="\n") as lines:
        lines.writelines(json.dumps(asdict(pair), ensure_ascii=True) + "\n" for pair in pairs)


def read_rows(path: Path) -> Rows:
    """The rows (n, 4) of claims in a file, memory-mapped. Raises OSError or ValueError."""
    if not path.stat().st_size:
        return np.empty((0, COLUMNS), np.int64)
    return np.asarray(np.memmap(path, np.int64, "r")).reshape(COLUMNS, -1).T


def write_rows(path: Path, rows: Rows) -> None:
    """Write rows (n, 4) of claims in their order. Raises OSError."""
    path.write_bytes(np.ascontiguousarray(in_order(rows).T).data)


def in_order(rows: Rows) -> Rows:
    """The rows by key, year and article."""
    return rows[np.lexsort((rows[:, 1], rows[:, 3], rows[:, 0]))]


def pair_of(line: dict[str, Any]) -> Pair:
    """A pair out of its JSON."""
    first, second = (Place(**side) for side in line["sides"])
    return Pair(line["kind"], line["about"], (first, second))


def _claims(meta: ArticleMeta, text: str, sentences: Sequence[Sentence], number: int) -> list[Claim]:
    one = sentences[number]
    if one.kind is not SentenceKind.PROSE:
        return []
    before = " ".join(other.span.cut(text) for other in sentences[max(0, number - _CONTEXT) : number])
    return claims.read(one.span.cut(text), published=meta.published, context=f"{meta.title}\n{before}")


def _keys(claim: Claim) -> Iterator[int]:
    """Numbers of which two claims that `claims.compare` may match share at least one."""
    for name in claim.subjects:
        for measure in claim.measures:
            yield _key(claim.value.kind, name, measure)


@lru_cache(maxsize=20_000)
def _key(kind: str, name: str, measure: str) -> int:
    return int.from_bytes(blake2b(f"{kind}\n{name}\n{measure}".encode(), digest_size=8).digest(), "big", signed=True)


def _candidates(rows: Rows, new: Collection[int]) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """The pairs of sentences to compare, smallest groups first; in a large group only those near in time."""
    if not len(rows):
        return
    starts = np.flatnonzero(np.r_[True, rows[1:, 0] != rows[:-1, 0]])
    sizes = np.diff(np.r_[starts, len(rows)])
    fresh = np.isin(rows[:, 1], list(new))
    touched = np.add.reduceat(fresh, starts) > 0
    order = np.flatnonzero((sizes > 1) & touched)
    for group in order[np.argsort(sizes[order], kind="stable")].tolist():
        here = slice(int(starts[group]), int(starts[group] + sizes[group]))
        held = list(zip(map(tuple, rows[here, 1:3].tolist()), fresh[here].tolist(), strict=True))
        for i, (one, is_fresh) in enumerate(held):
            for other, too in held[i + 1 : i + 1 + _NEIGHBOURS]:
                if one[0] != other[0] and (is_fresh or too):
                    yield (one, other) if one < other else (other, one)


def _compare(
    first: tuple[int, int],
    second: tuple[int, int],
    stated: Callable[[int, int], list[Claim]],
    article: Read,
) -> Pair | None:
    differing = claims.differ(stated(*first), stated(*second))
    if not differing:
        return None
    relation, one, other = differing
    texts = []
    for key, number in (first, second):
        _, text, sentences = article(key)
        texts.append(sentences[number].span.cut(text))
    sides = (
        Place(*first, one.value.span.cut(texts[0]), one.as_of),
        Place(*second, other.value.span.cut(texts[1]), other.as_of),
    )
    return Pair(_KINDS[relation], claims.subject(texts[0], one, other), sides)

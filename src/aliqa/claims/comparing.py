"""Which sentences of different articles disagree, found while an index is built, and kept in two of its files.

=========================  ======================================================================
``claims-4.i64``           a row a key of a claim: the key, the article's, the sentence's number, the year
``disagreements.jsonl``    a line a pair: what about, and on each side article, sentence, value and date
=========================  ======================================================================

Only claims that share a key (a name and what is measured, in a unit of one kind) are compared, and of
those only the pairs with an article that is new or changed: the rest is taken over from the version before.
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

from aliqa import claims
from aliqa.claims import Claim, Relation
from aliqa.types import ArticleMeta, DisagreementKind, Sentence, SentenceKind, StatedPair, Statement

RULES: Final = 4
"""To be raised when claims are read or compared otherwise: the next build then finds all pairs anew."""

CLAIMS_FILE: Final = f"claims-{RULES}.i64"
PAIRS_FILE: Final = "disagreements.jsonl"
COLUMNS: Final = 4

_CONTEXT: Final = 2
_NEIGHBOURS: Final = 20
_MOST_COMPARED: Final = 500_000
_MOST_PAIRS: Final = 5_000
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
    """Gathers the claims of one version's articles, then writes them and the pairs that disagree."""

    def __init__(self) -> None:
        """Begin with no article."""
        self.rows: list[tuple[int, int, int, int]] = []
        self._new: set[int] = set()

    def add(self, key: int, meta: ArticleMeta, text: str, sentences: Sequence[Sentence]) -> None:
        """Read the claims of an article that is new, or was compared by other rules."""
        self._new.add(key)
        for number in range(len(sentences)):
            for claim in _claims(meta, text, sentences, number):
                year = claim.period.first.year if claim.period else claim.published.year if claim.published else 0
                self.rows += [(one, key, number, year) for one in _keys(claim)]

    def finish(self, folder: Path, read: Read, kept: Collection[int], rows: Rows, pairs: Sequence[Pair]) -> None:
        """Write both files.

        Args:
            folder: where to.
            read: gives any article of this version.
            kept: the keys of the articles that were not added here.
            rows: all rows of the version that they were kept from, (n, 4).
            pairs: its pairs.
        """
        rows = rows[np.isin(rows[:, 1], list(kept))]
        added = np.array(sorted(set(self.rows)), np.int64).reshape(-1, COLUMNS)
        rows = np.concatenate((rows, added))
        rows = rows[np.lexsort((rows[:, 1], rows[:, 3], rows[:, 0]))]
        (folder / CLAIMS_FILE).write_bytes(rows.tobytes())
        with open(folder / PAIRS_FILE, "w", encoding="utf-8", newline="\n") as lines:
            found = self.pairs(rows, read, kept, pairs)
            lines.writelines(json.dumps(asdict(pair), ensure_ascii=True) + "\n" for pair in found)

    def pairs(self, rows: Rows, read: Read, kept: Collection[int], pairs: Sequence[Pair]) -> list[Pair]:
        """The pairs of a version, contradictions first.

        Args:
            rows: the claims to compare, (n, 4), sorted by key of the claim, year and key of the article.
            read: gives any article of this version.
            kept: the keys of the articles that were not added here.
            pairs: those of the version that they were kept from.
        """
        kept_pairs = (pair for pair in pairs if all(side.article in kept for side in pair.sides))
        found = sorted(chain(kept_pairs, self._pairs(rows, read)), key=lambda pair: pair.kind != "contradiction")
        return found[:_MOST_PAIRS]

    def _pairs(self, rows: Rows, read: Read) -> Iterator[Pair]:
        """The pairs with a new article. Articles are read in the order of their keys, so that few are read twice."""
        article = lru_cache(maxsize=256)(read)

        @lru_cache(maxsize=20_000)
        def stated(key: int, number: int) -> list[Claim]:
            meta, text, sentences = article(key)
            return _claims(meta, text, sentences, number)

        wanted = sorted(islice(dict.fromkeys(_candidates(rows, self._new)), _MOST_COMPARED))
        for first, second in wanted:
            if pair := _compare(first, second, stated, article):
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


def read_pairs(folder: Path) -> list[Pair]:
    """The pairs of a version; none if it was made before there were any. Raises OSError or ValueError."""
    path = folder / PAIRS_FILE
    if not path.exists():
        return []
    with open(path, encoding="utf-8") as lines:
        return [pair_of(json.loads(line)) for line in lines]


def read_rows(folder: Path) -> Rows:
    """The rows of a version's claims. Raises OSError or ValueError."""
    return np.fromfile(folder / CLAIMS_FILE, np.int64).reshape(-1, COLUMNS)


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
            digest = blake2b(f"{claim.value.kind}\n{name}\n{measure}".encode(), digest_size=8).digest()
            yield int.from_bytes(digest, "big", signed=True)


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
        first, last = int(starts[group]), int(starts[group] + sizes[group])
        for i in range(first, last):
            for j in range(i + 1, min(last, i + 1 + _NEIGHBOURS)):
                if rows[i, 1] != rows[j, 1] and (fresh[i] or fresh[j]):
                    one, other = (int(rows[i, 1]), int(rows[i, 2])), (int(rows[j, 1]), int(rows[j, 2]))
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

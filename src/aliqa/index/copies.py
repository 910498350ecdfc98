"""Which articles are near-copies of one another, as one agency's story in several outlets: as sources they count once.

An article's MinHash signature stands for the set of its runs of three words; two signatures agree in about as many
places as the sets have in common (Broder, "On the Resemblance and Containment of Documents", 1997). Articles that
share a run of signature places are compared, and those whose sets have half in common are copies.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import sha1
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aliqa.foundations.types import Sentence, SentenceKind
from aliqa.text.terms import terms

Signatures = NDArray[np.uint32]

PLACES: Final = 126
"""The length of a signature."""

_RUN: Final = 3
"""So many places in a row must agree before two articles are compared: 996 of 1,000 pairs that are half alike do."""

_WORDS: Final = 3
_SEED: Final = 1
_AT_ONCE: Final = 10_000
_ALIKE: Final = 0.5
_FEW: Final = 64
"""So many new articles are compared with all others one by one, which costs less than sorting all."""


def sign(text: str, sentences: Sequence[Sentence]) -> Signatures:
    """The signature (`PLACES`,) of an article's prose, headings and boilerplate left out.

    A text of fewer than three words is only like itself. Signatures are kept in the index: what makes them must not
    change.
    """
    prose = "\n".join(sentence.span.cut(text) for sentence in sentences if sentence.kind is SentenceKind.PROSE)
    words = terms(prose)
    runs = {" ".join(words[i : i + _WORDS]) for i in range(len(words) - _WORDS + 1)} or {text}
    digests = b"".join(sha1(run.encode("utf-8", "surrogatepass")).digest()[:4] for run in runs)
    hashes = _mixed(np.frombuffer(digests, "<u4"))
    factors, summands = _permutations()
    blocks = (hashes[begin : begin + _AT_ONCE, None] for begin in range(0, len(hashes), _AT_ONCE))
    signature: Signatures = np.minimum.reduce([(block * factors + summands).min(axis=0) for block in blocks])
    return signature


@cache
def _permutations() -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """By what a hash is multiplied for each place, always odd, and what is added: modulo 2**32 no two become one."""
    random = np.random.RandomState(_SEED)
    factors = 2 * random.randint(0, 1 << 31, PLACES, np.uint32) + 1
    return factors, random.randint(0, 1 << 32, PLACES, np.uint32)


def _mixed(hashes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Hashes of which every bit depends on all bits: the last step of MurmurHash3 (Appleby, 2011)."""
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35), (16, 1)):
        hashes = np.multiply(hashes ^ np.right_shift(hashes, shift, dtype=np.uint32), factor, dtype=np.uint32)
    return hashes


def originals(signatures: Signatures, groups: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
    """For each of the articles with these signatures (n, `PLACES`), the number of the first one that it is a copy of.

    An article that is no copy, or the first of several, has its own number. Copies of copies are copies.

    Args:
        signatures: those of all articles.
        groups: a number (n,) that copies have in common if they were compared before, -1 for articles that were not.
    """
    if groups is None or np.count_nonzero(groups < 0) > _FEW:
        first, alike = np.arange(len(signatures)), _candidates(signatures)
    else:
        first, alike = _first_of_each(groups), _neighbours(signatures, np.flatnonzero(groups < 0))
    for article, other in alike:
        a, b = _root(first, article), _root(first, other)
        if a != b and float(np.mean(signatures[article] == signatures[other])) >= _ALIKE:
            first[max(a, b)] = min(a, b)
    copies = np.flatnonzero(first != np.arange(len(first)))
    first[copies] = [_root(first, row) for row in copies.tolist()]
    return first


def _first_of_each(groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each article the first one of its group."""
    first = np.arange(len(groups))
    known = np.flatnonzero(groups >= 0)
    _, index, inverse = np.unique(groups[known], return_index=True, return_inverse=True)
    first[known] = known[index[inverse]]
    return first


def _neighbours(signatures: Signatures, fresh: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Pairs of each of a few articles with those that it is a copy of."""
    for row in fresh.tolist():
        alike = np.count_nonzero(signatures == signatures[row], axis=1) >= _ALIKE * PLACES
        yield from ((row, other) for other in np.flatnonzero(alike).tolist())


def _candidates(signatures: Signatures) -> Iterator[tuple[int, int]]:
    """Pairs of articles that agree in some run of places; of many that do, each with the next."""
    for start in range(0, PLACES, _RUN):
        run = np.ascontiguousarray(signatures[:, start : start + _RUN]).view(f"V{4 * _RUN}").ravel()
        order = np.argsort(run, kind="stable")
        alike = np.flatnonzero(run[order[1:]] == run[order[:-1]])
        yield from zip(order[alike].tolist(), order[alike + 1].tolist(), strict=True)


def _root(first: NDArray[np.int64], place: int) -> int:
    while first[place] != place:
        place = int(first[place])
    return place

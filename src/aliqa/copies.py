"""Which articles are near-copies of one another, as one agency's story in several outlets: as sources they count once.

An article's MinHash signature stands for the set of its runs of three words; two signatures agree in about as many
places as the sets have in common (Broder, "On the Resemblance and Containment of Documents", 1997). Articles that
share a run of signature places are compared, and those whose sets have half in common are copies.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from aliqa.lexical import terms
from aliqa.types import Sentence, SentenceKind

if TYPE_CHECKING:
    from datasketch import MinHash

Signatures = NDArray[np.uint32]

PLACES: Final = 126
"""The length of a signature."""

_RUN: Final = 3
"""So many places in a row must agree before two articles are compared: 996 of 1,000 pairs that are half alike do."""

_WORDS: Final = 3
_ALIKE: Final = 0.5


def sign(text: str, sentences: Sequence[Sentence]) -> Signatures:
    """The signature (`PLACES`,) of an article's prose, headings and boilerplate left out.

    A text of fewer than three words is only like itself.
    """
    prose = "\n".join(one.span.cut(text) for one in sentences if one.kind is SentenceKind.PROSE)
    words = terms(prose)
    runs = {" ".join(words[i : i + _WORDS]) for i in range(len(words) - _WORDS + 1)} or {text}
    made = _blank().copy()
    made.update_batch([run.encode("utf-8", "surrogatepass") for run in runs])
    signature: Signatures = made.hashvalues.astype(np.uint32)
    return signature


def originals(signatures: Signatures) -> NDArray[np.int64]:
    """For each of the articles with these signatures (n, `PLACES`), the number of the first one that it is a copy of.

    An article that is no copy, or the first of several, has its own number. Copies of copies are copies.
    """
    first = np.arange(len(signatures))
    for one, other in _candidates(signatures):
        a, b = _root(first, one), _root(first, other)
        if a != b and float(np.mean(signatures[one] == signatures[other])) >= _ALIKE:
            first[max(a, b)] = min(a, b)
    return np.array([_root(first, one) for one in range(len(first))], np.int64)


def _candidates(signatures: Signatures) -> Iterator[tuple[int, int]]:
    """Pairs of articles that agree in some run of places; of many that do, each with the next."""
    for start in range(0, PLACES, _RUN):
        run = np.ascontiguousarray(signatures[:, start : start + _RUN]).view(f"V{4 * _RUN}").ravel()
        order = np.argsort(run, kind="stable")
        alike = np.flatnonzero(run[order[1:]] == run[order[:-1]])
        yield from zip(order[alike].tolist(), order[alike + 1].tolist(), strict=True)


def _root(first: NDArray[np.int64], one: int) -> int:
    while first[one] != one:
        one = int(first[one])
    return one


@cache
def _blank() -> "MinHash":
    """A signature of nothing. Its maker is slow to import, which only builds do."""
    from datasketch import MinHash

    return MinHash(PLACES, seed=1, scheme="affine32")

"""Words as the database keeps them, and their weight in BM25, as tantivy counts it."""

import math
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import takewhile
from typing import Final

K1: Final = 1.2
B: Final = 0.75
_EXACT: Final = 24
_MOST_COUNTED: Final = 32_767


@lru_cache(maxsize=100_000)
def word_key(term: str) -> int:
    """The number that stands for a search term, -2**63 to 2**63 - 1."""
    return int.from_bytes(blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big", signed=True)


def counted(terms: Sequence[str]) -> tuple[list[int], list[int]]:
    """The words of a passage in ascending order, and how often each stands in it."""
    counts = sorted(Counter(map(word_key, terms)).items())
    return [word for word, _ in counts], [min(count, _MOST_COUNTED) for _, count in counts]


def weight(n: int, total: int) -> float:
    """The BM25 weight of a term that stands in ``n`` of ``total`` passages, for a frequency without bound."""
    return math.log(1 + (total - n + 0.5) / (n + 0.5)) * (1 + K1)


def _decoded(code: int) -> int:
    """The length that a byte of tantivy's, and Lucene's, stands for: exact up to 40, then in steps of an eighth."""
    exponent, mantissa = divmod(code - _EXACT, 8)
    return code if code < _EXACT else _EXACT + (mantissa if exponent == 0 else (8 + mantissa) << (exponent - 1))


_LENGTHS: Final = tuple(takewhile(lambda length: length < 2**31, map(_decoded, range(256))))


@lru_cache(maxsize=10_000)
def coarse_length(length: int) -> int:
    """The longest length of a code that is no longer than this one.

    >>> [coarse_length(length) for length in (7, 40, 41, 45, 300)]
    [7, 40, 40, 44, 280]
    """
    return max(most for most in _LENGTHS if most <= length)

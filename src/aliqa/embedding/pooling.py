"""From the vectors of tokens to the vectors of texts and of spans inside them."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from aliqa.protocols import Embedded, EmbeddingInput, Matrix, Vector


def text_of(each: EmbeddingInput) -> str:
    """A passage as the model reads it: its context, a line break, its text."""
    return f"{each.context}\n{each.text}"


def unit(vectors: Matrix) -> Matrix:
    """The rows (n, d) scaled to length 1."""
    lengths: Matrix = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Matrix = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return scaled


def mean_over(tokens: Matrix, mask: NDArray[np.int64]) -> Matrix:
    """The unit-length mean token vector (b, d) of each text; ``tokens`` is (b, t, d), ``mask`` (b, t)."""
    sums: Matrix = np.einsum("btd,bt->bd", tokens, mask.astype(np.float32))
    return unit(sums)


def pooled(each: EmbeddingInput, passage: Vector, tokens: Matrix, offsets: NDArray[np.int64]) -> Embedded:
    """A passage's vector together with those of its sentences.

    Args:
        each: the passage, which the model read as `text_of`.
        passage: its vector (d,), which also serves a sentence without tokens.
        tokens: the vectors (t, d) of its tokens.
        offsets: their places (t, 2) in code points, equal start and end for special tokens.
    """
    shift = len(each.context) + 1
    real = offsets[:, 1] > offsets[:, 0]
    totals = np.vstack([np.zeros_like(tokens[:1]), np.cumsum(tokens[real], axis=0, dtype=np.float64)])
    starts = offsets[real, 0]
    first = np.searchsorted(starts, [span.start + shift for span in each.sentences])
    last = np.searchsorted(starts, [span.end + shift for span in each.sentences])
    means = totals[last] - totals[first]
    means[first == last] = passage
    return Embedded(passage, unit(means.astype(np.float32)))


def batches(inputs: Sequence[EmbeddingInput], size: int) -> Iterator[list[int]]:
    """The numbers of the inputs in batches of like length, so that little is padded."""
    by_length = sorted(range(len(inputs)), key=lambda i: len(inputs[i].context) + len(inputs[i].text))
    for first in range(0, len(by_length), size):
        yield by_length[first : first + size]


def in_order(numbered: Iterable[tuple[int, Embedded]]) -> list[Embedded]:
    """What was embedded in batches, in the order of the inputs."""
    return [one for _, one in sorted(numbered, key=lambda pair: pair[0])]

"""From the vectors of tokens to the vectors of texts and of spans inside them."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from aliqa.foundations.protocols import Embedded, EmbeddingInput, Matrix, Vector


def text_of(each: EmbeddingInput) -> str:
    """A passage as the model reads it: its context, a line break, its text."""
    return f"{each.context}\n{each.text}"


def unit(vectors: Matrix) -> Matrix:
    """The rows (n, d) scaled to length 1."""
    lengths: Matrix = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Matrix = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return scaled


def pooled(each: EmbeddingInput, tokens: Matrix, offsets: NDArray[np.int64], passage: Vector | None = None) -> Embedded:
    """A passage's vector, the mean of its tokens' if not given, together with those of its sentences.

    Args:
        each: the passage, which the model read as `text_of`.
        tokens: the vectors (t, d) of its tokens, special ones among them.
        offsets: their places (t, 2) in code points, equal start and end for special tokens.
        passage: its vector (d,). It also serves a sentence without tokens.
    """
    shift = len(each.context) + 1
    real = np.flatnonzero(offsets[:, 1] > offsets[:, 0])
    starts = offsets[real, 0]
    first = np.searchsorted(starts, [span.start + shift for span in each.sentences])
    last = np.searchsorted(starts, [span.end + shift for span in each.sentences])
    chosen = np.zeros((1 + len(each.sentences), len(tokens)), np.float32)
    chosen[0] = 1
    for row, (begin, end) in enumerate(zip(first.tolist(), last.tolist(), strict=True), 1):
        chosen[row, real[begin:end]] = 1
    vectors = unit(chosen @ tokens)
    if passage is not None:
        vectors[0] = passage
    vectors[1:][first == last] = vectors[0]
    return Embedded(vectors[0], vectors[1:])


def batches(inputs: Sequence[EmbeddingInput], size: int) -> Iterator[list[int]]:
    """The numbers of the inputs in batches of like length, so that little is padded."""
    by_length = sorted(range(len(inputs)), key=lambda i: len(inputs[i].context) + len(inputs[i].text))
    for first in range(0, len(by_length), size):
        yield by_length[first : first + size]


def in_order(numbered: Iterable[tuple[int, Embedded]]) -> list[Embedded]:
    """What was embedded in batches, in the order of the inputs."""
    return [one for _, one in sorted(numbered, key=lambda pair: pair[0])]

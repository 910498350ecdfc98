"""Small real implementations of the swap points, for tests that need no learned model.

They follow the same protocols as the parts they stand in for and are named in the settings like
any other backend: ``ALIQA_EMBEDDING__MODEL=tests.doubles:HashingEmbedder``.
"""

import hashlib
import os
import re
import time
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np

from aliqa.foundations.protocols import Embedded, EmbeddingInput, Matrix, Vector
from aliqa.foundations.settings import EmbeddingSettings

DIMENSION = 384
_SHORTEST, _STEM = 4, 5
_IDEOGRAPH = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_WORD = re.compile(rf"[{_IDEOGRAPH}]|[^\W{_IDEOGRAPH}]+")


def words(text: str) -> list[str]:
    """The words of a text, case folded; each Chinese or Japanese character is one.

    >>> words("Rain today: +26%, 云")
    ['rain', 'today', '26', '云']
    """
    return [word.casefold() for word in _WORD.findall(text)]


@lru_cache(maxsize=100_000)
def _place(word: str) -> tuple[int, float]:
    number = int.from_bytes(hashlib.blake2b(word.encode("utf-8", "replace"), digest_size=8).digest(), "big")
    return number % DIMENSION, 1.0 if number >> 63 else -1.0


def hashed(tokens: Iterable[str]) -> Vector:
    """The unit-length vector (384,) of a bag of words; no words give the vector of the empty word.

    Words count by their first letters, and short ones of an alphabet not at all.

    >>> round(float(hashed(["cloud", "orders"]) @ hashed(["the", "cloud", "ordered"])), 3)
    1.0
    """
    vector = np.zeros(DIMENSION, dtype=np.float32)
    for word in tokens:
        if len(word) >= _SHORTEST or not word.isascii():
            place, sign = _place(word[:_STEM])
            vector[place] += sign
    if not vector.any():
        place, sign = _place("")
        vector[place] = sign
    return vector / np.float32(np.linalg.norm(vector))


class HashingEmbedder:
    """An embedder whose vectors count hashed words: texts that share words are near each other."""

    def __init__(self, settings: EmbeddingSettings) -> None:
        self.settings = settings

    @property
    def fingerprint(self) -> str:
        """Changes when the vectors would."""
        return "hashing-1"

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return DIMENSION

    @property
    def max_tokens(self) -> int:
        """How many words it reads."""
        return 256

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many words each text has."""
        return [len(words(text)) for text in texts]

    def embed_query(self, text: str) -> Vector:
        """The vector (384,) of a question."""
        return hashed(words(text)[: self.max_tokens])

    def embed_passages(self, inputs: Sequence[EmbeddingInput]) -> list[Embedded]:
        """The vectors of passages, context included, and of their sentences."""
        return [self._embed(one) for one in inputs]

    def _embed(self, one: EmbeddingInput) -> Embedded:
        passage = hashed(words(f"{one.context}\n{one.text}")[: self.max_tokens])
        sentences: Matrix = np.zeros((len(one.sentences), DIMENSION), dtype=np.float32)
        for row, span in enumerate(one.sentences):
            sentences[row] = hashed(words(span.cut(one.text)))
        return Embedded(passage, sentences)


class RecordingEmbedder(HashingEmbedder):
    """A slow one that writes down, in the file that RECORD names, which process embeds which passages."""

    def embed_passages(self, inputs: Sequence[EmbeddingInput]) -> list[Embedded]:
        """The same vectors."""
        time.sleep(0.3)
        found = super().embed_passages(inputs)
        with open(os.environ["RECORD"], "a", encoding="utf-8") as record:
            for one in inputs:
                text = hashlib.sha256(f"{one.context}\n{one.text}".encode()).hexdigest()
                record.write(f"{os.getpid()} {text}\n")
        return found

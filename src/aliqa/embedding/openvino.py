"""The bundled model on OpenVINO, which takes a third of PyTorch's time.

OpenVINO makes code for each shape of a batch when it first meets it, which takes as long as running it. So there are
few shapes: passages are padded to a multiple of 16 tokens, and a batch has as many as its length allows.
"""

import logging
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np

from aliqa import compiled
from aliqa.compiled import CompiledModel, Ids
from aliqa.embedding.bundled import FINGERPRINT, MAX_TOKENS, bundled_file
from aliqa.embedding.pooling import in_order, pooled, text_of, unit
from aliqa.errors import ModelError
from aliqa.protocols import Embedded, EmbeddingInput, Vector
from aliqa.settings import EmbeddingSettings

_SPECIAL_TOKENS: Final = 2
_DIMENSION: Final = 384

_STEP: Final = 16
"""Lengths are multiples of it: the tiles of a processor's matrix unit have so many rows."""

_TOKENS_AT_ONCE: Final = 1024
"""About so many tokens a batch: their intermediate results stay in the cache of a core."""


class OpenVinoEmbedder:
    """The bundled model as an `aliqa.protocols.Embedder`. Safe to share between threads."""

    def __init__(self, model: CompiledModel, settings: EmbeddingSettings) -> None:
        """Put a model (ids, mask) -> (b, t, d) beside its tokenizer; use `load`."""
        self._model = model
        self._tokenizer = _tokenizer()
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._batch_size = settings.batch_size

    @classmethod
    def load(cls, settings: EmbeddingSettings, cache: Path) -> "OpenVinoEmbedder | None":
        """The embedder, converted first if ``cache`` does not hold it; None where OpenVINO cannot run.

        Raises:
            ModelError: it cannot run, and the settings ask for no other backend.
        """
        try:
            model = compiled.load(cache / FINGERPRINT, ("input_ids", "attention_mask"), lambda: _encoder(settings))
            return cls(model, settings)
        except (ImportError, RuntimeError) as error:
            if settings.backend == "openvino":
                raise ModelError(
                    settings.model, "OpenVINO cannot run it here; set embedding.backend to auto"
                ) from error
            logging.getLogger(__name__).info("OpenVINO cannot run here; using PyTorch", exc_info=True)
            return None

    @property
    def fingerprint(self) -> str:
        """The model's name and the beginning of its weights' sha256; the same on every backend."""
        return FINGERPRINT

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return _DIMENSION

    @property
    def max_tokens(self) -> int:
        """How many word pieces the model reads, special tokens not counted."""
        return MAX_TOKENS - _SPECIAL_TOKENS

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many word pieces each text has."""
        return [len(one) for one in self._counter.encode_batch_fast(list(texts), add_special_tokens=False)]

    @cached_property
    def _counter(self) -> Any:
        """A tokenizer that cuts nothing off, which no question needs."""
        return _tokenizer()

    def embed_query(self, text: str) -> Vector:
        """The unit-length float32 vector (d,) of a question; what the model cannot read is cut off."""
        ids = np.array([self._tokenizer.encode(text).ids], np.int64)
        vector: Vector = unit(self._model(ids, np.ones_like(ids)).sum(axis=1))[0]
        return vector

    def embed_passages(self, inputs: Sequence[EmbeddingInput]) -> list[Embedded]:
        """The unit-length float32 vectors of passages and of their sentences."""
        read = self._tokenizer.encode_batch([text_of(each) for each in inputs])
        chosen = list(batches([len(one) for one in read], self._batch_size))
        padded = (padded_ids([read[i].ids for i in batch]) for batch in chosen)
        numbered: list[tuple[int, Embedded]] = []
        for batch, tokens in zip(chosen, self._model.each(padded), strict=True):
            for i, vectors in zip(batch, tokens, strict=True):
                one = read[i]
                numbered.append((i, pooled(inputs[i], vectors[: len(one)], np.array(one.offsets, np.int64))))
        return in_order(numbered)


def _tokenizer() -> Any:
    """The model's tokenizer, which pads nothing and cuts nothing off."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(bundled_file("tokenizer.json")))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def batches(lengths: Sequence[int], most: int) -> Iterator[list[int]]:
    """The numbers of texts of these lengths in batches of like length, longest first, of at most so many.

    >>> list(batches([250, 9, 256, 7, 255, 241, 240], 16))
    [[2, 4, 0, 5], [6, 1, 3]]
    """
    by_length = sorted(range(len(lengths)), key=lambda i: -lengths[i])
    first = 0
    while first < len(by_length):
        size = max(1, min(most, _TOKENS_AT_ONCE // _width(lengths[by_length[first]])))
        yield by_length[first : first + size]
        first += size


def _width(length: int) -> int:
    """The length to which a text is padded."""
    return -(-length // _STEP) * _STEP


def padded_ids(tokens: Sequence[Sequence[int]]) -> tuple[Ids, Ids]:
    """The ids of texts, longest first, and the mask that tells them from padding, (b, t) both."""
    ids = np.zeros((len(tokens), _width(len(tokens[0]))), np.int64)
    mask = np.zeros_like(ids)
    for row, one in enumerate(tokens):
        ids[row, : len(one)] = one
        mask[row, : len(one)] = 1
    return ids, mask


def _encoder(settings: EmbeddingSettings) -> Any:
    """The PyTorch encoder (ids, mask) -> (b, t, d) that sentence-transformers loads."""
    import torch

    from aliqa.embedding.sentence_transformer import SentenceTransformerEmbedder

    transformer = SentenceTransformerEmbedder(settings).transformer

    class Encoder(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.transformer = transformer

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            return self.transformer(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state

    return Encoder()

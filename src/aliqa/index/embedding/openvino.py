"""The bundled model on OpenVINO, which takes a third of PyTorch's time."""

import logging
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np

from aliqa.foundations.errors import ModelError
from aliqa.foundations.protocols import Embedded, EmbeddingInput, Vector
from aliqa.foundations.settings import EmbeddingSettings
from aliqa.index import compiled
from aliqa.index.compiled import CompiledModel, Ids
from aliqa.index.embedding.bundled import FINGERPRINT, MAX_TOKENS, bundled_file
from aliqa.index.embedding.pooling import in_order, pooled, text_of, unit

_SPECIAL_TOKENS: Final = 2
_DIMENSION: Final = 384

_TOKENS_AT_ONCE: Final = 1024
"""About so many tokens a batch: their intermediate results stay in the cache of a core."""

_QUESTION_STEP: Final = 32
"""Questions are padded to a multiple of so many tokens, so most have one shape; reading the weights takes longer than
so few tokens do."""


class OpenVinoEmbedder:
    """The bundled model as an `aliqa.foundations.protocols.Embedder`. Safe to share between threads."""

    def __init__(self, model: CompiledModel, settings: EmbeddingSettings) -> None:
        """Put a model (ids, mask) -> (b, t, d) beside its tokenizer; use `load`."""
        self._model = model
        self._tokenizer = _tokenizer()
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._batch_size = settings.batch_size

    @classmethod
    def load(cls, settings: EmbeddingSettings, cache: Path, *, asked: bool) -> "OpenVinoEmbedder | None":
        """The embedder, converted first if ``cache`` does not hold it; None where OpenVINO cannot run.

        Args:
            settings: how many passages it takes at once.
            cache: the folder that keeps it.
            asked: whether questions come first, and not passages.

        Raises:
            ModelError: it cannot run, and the settings ask for no other backend.
        """
        try:
            inputs, short = ("input_ids", "attention_mask"), _QUESTION_STEP if asked else None
            model = compiled.load(cache / FINGERPRINT, inputs, lambda: _encoder(settings), called=asked, short=short)
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
        return [len(encoding) for encoding in self._counter.encode_batch_fast(list(texts), add_special_tokens=False)]

    @cached_property
    def _counter(self) -> Any:
        """A tokenizer that cuts nothing off, which no question needs."""
        return _tokenizer()

    def embed_query(self, text: str) -> Vector:
        """The unit-length float32 vector (d,) of a question; what the model cannot read is cut off."""
        ids = self._tokenizer.encode(text).ids
        tokens = self._model(*_masked([ids], _QUESTION_STEP))[:, : len(ids)]
        vector: Vector = unit(tokens.sum(axis=1))[0]
        return vector

    def embed_passages(self, inputs: Sequence[EmbeddingInput]) -> list[Embedded]:
        """The unit-length float32 vectors of passages and of their sentences."""
        read = self._tokenizer.encode_batch([text_of(each) for each in inputs])
        chosen = list(compiled.batches([len(item) for item in read], self._batch_size, _TOKENS_AT_ONCE))
        numbered: list[tuple[int, Embedded]] = []
        outputs = self._model.each(_masked([read[i].ids for i in batch]) for batch in chosen)
        for batch, tokens in zip(chosen, outputs, strict=True):
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


def _masked(tokens: Sequence[Sequence[int]], step: int = 16) -> tuple[Ids, Ids]:
    """The ids of texts, longest first, and the mask that tells them from padding, (b, t) both."""
    return compiled.padded(tokens, step), compiled.padded([[1] * len(row) for row in tokens], step)


def _encoder(settings: EmbeddingSettings) -> Any:
    """The PyTorch encoder (ids, mask) -> (b, t, d) that sentence-transformers loads."""
    import torch

    from aliqa.index.embedding.sentence_transformer import SentenceTransformerEmbedder

    transformer = SentenceTransformerEmbedder(settings).transformer

    class Encoder(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.transformer = transformer

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            return self.transformer(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state

    return Encoder()

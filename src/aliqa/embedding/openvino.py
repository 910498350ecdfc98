"""The bundled model on OpenVINO, which takes a third of PyTorch's time."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from aliqa import compiled
from aliqa.compiled import CompiledModel
from aliqa.embedding.bundled import FINGERPRINT, MAX_TOKENS, bundled_file
from aliqa.embedding.pooling import batches, in_order, mean_over, pooled, text_of
from aliqa.errors import ModelError
from aliqa.protocols import Embedded, EmbeddingInput, Matrix, Vector
from aliqa.settings import EmbeddingSettings

_SPECIAL_TOKENS: Final = 2
_DIMENSION: Final = 384


class OpenVinoEmbedder:
    """The bundled model as an `aliqa.protocols.Embedder`. Safe to share between threads."""

    def __init__(self, model: CompiledModel, settings: EmbeddingSettings) -> None:
        """Put a model (ids, mask) -> (b, t, d) beside its tokenizer; use `load`."""
        from tokenizers import Tokenizer

        self._model = model
        self._tokenizer = Tokenizer.from_file(str(bundled_file("tokenizer.json")))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.enable_padding()
        self._counter = Tokenizer.from_file(str(bundled_file("tokenizer.json")))
        self._counter.no_truncation()
        self._counter.no_padding()
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
        return [len(one.ids) for one in self._counter.encode_batch(list(texts), add_special_tokens=False)]

    def embed_query(self, text: str) -> Vector:
        """The unit-length float32 vector (d,) of a question; what the model cannot read is cut off."""
        passages, _, _ = self._forward([text])
        vector: Vector = passages[0]
        return vector

    def embed_passages(self, inputs: Sequence[EmbeddingInput]) -> list[Embedded]:
        """The unit-length float32 vectors of passages and of their sentences."""
        numbered: list[tuple[int, Embedded]] = []
        for batch in batches(inputs, self._batch_size):
            passages, tokens, offsets = self._forward([text_of(inputs[i]) for i in batch])
            for row, i in enumerate(batch):
                numbered.append((i, pooled(inputs[i], passages[row], tokens[row], offsets[row])))
        return in_order(numbered)

    def _forward(self, texts: Sequence[str]) -> tuple[Matrix, Matrix, NDArray[np.int64]]:
        """Vectors (b, d) of texts, (b, t, d) of their tokens, and the tokens' places (b, t, 2)."""
        encoded = self._tokenizer.encode_batch(list(texts))
        ids = np.array([one.ids for one in encoded], np.int64)
        mask = np.array([one.attention_mask for one in encoded], np.int64)
        tokens = self._model(ids, mask)
        return mean_over(tokens, mask), tokens, np.array([one.offsets for one in encoded], np.int64)


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

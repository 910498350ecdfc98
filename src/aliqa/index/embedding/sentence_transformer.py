"""Any sentence-transformers model as an embedder, on PyTorch.

A model that does not pool by the mean reads its sentences one by one.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import Any, Final

from aliqa.foundations.errors import ModelError
from aliqa.foundations.protocols import Embedded, EmbeddingInput, Vector
from aliqa.foundations.settings import EmbeddingSettings
from aliqa.index.compiled import weights_sha256
from aliqa.index.embedding.pooling import batches, in_order, pooled, text_of, unit

_SPECIAL_TOKENS: Final = 2


class SentenceTransformerEmbedder:
    """Any sentence-transformers model as an `aliqa.foundations.protocols.Embedder`. Safe to share between threads.

    Its tokenizer keeps whether it cuts texts off from one call to the next, so that one thread has it at a time.
    """

    def __init__(self, settings: EmbeddingSettings) -> None:
        """Load the model named in the settings.

        Raises:
            ModelError: it is not there.
        """
        if Path(settings.model).exists():
            os.environ.setdefault("HF_HUB_OFFLINE", "1")
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.set_verbosity_error()
        logging.disable_progress_bar()
        try:
            self._model: Any = SentenceTransformer(settings.model, device="cpu")
        except (OSError, ValueError) as error:
            raise ModelError(settings.model, "it cannot be loaded; name a folder or a model of the hub") from error
        self._batch_size = settings.batch_size
        self._tokenizer: Any = self._model.tokenizer
        self._tokenizing = Lock()
        self._pools_by_mean = getattr(self._model[1], "pooling_mode", None) == "mean"
        self._fingerprint = f"{Path(settings.model).name}@{weights_sha256(self._model)[:16]}"

    @property
    def fingerprint(self) -> str:
        """The model's name and the beginning of its weights' sha256."""
        return self._fingerprint

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return int(self._model.get_embedding_dimension())

    @property
    def max_tokens(self) -> int:
        """How many word pieces the model reads, special tokens not counted."""
        return int(self._model.max_seq_length) - _SPECIAL_TOKENS

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many word pieces each text has."""
        if not texts:
            return []
        with self._tokenizing:
            encoded = self._tokenizer(list(texts), add_special_tokens=False, truncation=False, verbose=False)
        return [len(ids) for ids in encoded["input_ids"]]

    def embed_query(self, text: str) -> Vector:
        """The unit-length float32 vector (d,) of a question; what the model cannot read is cut off."""
        with self._tokenizing:
            vector: Vector = self._model.encode_query(text, normalize_embeddings=True, show_progress_bar=False)
        return vector

    def embed_passages(self, inputs: Sequence[EmbeddingInput]) -> list[Embedded]:
        """The unit-length float32 vectors of passages and of their sentences."""
        embed = self._embed_pooled if self._pools_by_mean else self._embed_apart
        numbered: list[tuple[int, Embedded]] = []
        for batch in batches(inputs, self._batch_size):
            numbered.extend(zip(batch, embed([inputs[i] for i in batch]), strict=True))
        return in_order(numbered)

    def _embed_pooled(self, inputs: Sequence[EmbeddingInput]) -> Iterator[Embedded]:
        """One forward pass for the passages and their sentences."""
        import torch

        texts = [text_of(each) for each in inputs]
        with self._tokenizing:
            features = self._tokenizer(
                texts, padding=True, truncation=True, max_length=self._model.max_seq_length,
                return_offsets_mapping=True, return_tensors="pt",
            )  # fmt: skip
        offsets = features.pop("offset_mapping").numpy()
        with torch.inference_mode():
            output = self._model({**features, "modality": "text"})
        tokens = output["token_embeddings"].float().numpy()
        passages = unit(output["sentence_embedding"].float().numpy())
        for i, each in enumerate(inputs):
            yield pooled(each, tokens[i], offsets[i], passages[i])

    def _embed_apart(self, inputs: Sequence[EmbeddingInput]) -> Iterator[Embedded]:
        """A forward pass for each passage and each sentence."""
        for each in inputs:
            texts = [text_of(each), *(span.cut(each.text) for span in each.sentences)]
            with self._tokenizing:
                vectors = self._model.encode_document(texts, normalize_embeddings=True, show_progress_bar=False)
            yield Embedded(vectors[0], vectors[1:])

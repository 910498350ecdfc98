"""The bundled model on OpenVINO: converted once, then loaded from a cache in a fraction of a second.

Conversion traces the PyTorch module that sentence-transformers loads, and compares a probe text's
vector with PyTorch's; the probe is kept beside the converted model and compared again at each load,
so that a damaged or foreign file is noticed. OpenVINO's own usage reports are switched off.
"""

import logging
import os
import sys
import tempfile
import threading
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from aliqa.embedding.bundled import FINGERPRINT, MAX_TOKENS, bundled_file
from aliqa.embedding.pooling import batches, in_order, mean_over, pooled, text_of
from aliqa.errors import ModelError
from aliqa.protocols import Embedded, EmbeddingInput, Matrix, Vector
from aliqa.settings import EmbeddingSettings

_PROBE: Final = "Revenue grew by 26% in the second quarter, reaching 33.4 billion yuan."
_LEAST_COSINE: Final = 0.999
_SPECIAL_TOKENS: Final = 2
_DIMENSION: Final = 384


class OpenVinoEmbedder:
    """The bundled model as an `aliqa.protocols.Embedder`. Safe to share between threads."""

    def __init__(self, model: Any, settings: EmbeddingSettings) -> None:
        """Compile a converted model for this machine's processor; use `load`."""
        from tokenizers import Tokenizer

        self._compiled = _openvino().Core().compile_model(model, "CPU", {"PERFORMANCE_HINT": "LATENCY"})
        self._requests = threading.local()
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
            return cls._cached(settings, cache) or cls._converted(settings, cache)
        except (ImportError, RuntimeError) as error:
            if settings.backend == "openvino":
                raise ModelError(
                    settings.model, "OpenVINO cannot run it here; set embedding.backend to auto"
                ) from error
            logging.getLogger(__name__).info("OpenVINO cannot run here; using PyTorch", exc_info=True)
            return None

    @classmethod
    def _cached(cls, settings: EmbeddingSettings, cache: Path) -> "OpenVinoEmbedder | None":
        """The embedder out of the cache, if it is there and gives the vector it was kept with."""
        folder = cache / FINGERPRINT
        try:
            probe = np.load(folder / "probe.npy", allow_pickle=False)
            embedder = cls(_openvino().Core().read_model(folder / "model.xml"), settings)
        except (OSError, ValueError, RuntimeError):
            return None
        return embedder if embedder.agrees(probe) else None

    @classmethod
    def _converted(cls, settings: EmbeddingSettings, cache: Path) -> "OpenVinoEmbedder":
        """The embedder converted from PyTorch, and kept in the cache if that can be written."""
        from aliqa.embedding.sentence_transformer import SentenceTransformerEmbedder

        original = SentenceTransformerEmbedder(settings)
        model = _convert(original.transformer)
        embedder = cls(model, settings)
        probe = original.embed_query(_PROBE)
        if not embedder.agrees(probe):
            raise RuntimeError("OpenVINO's vectors differ from PyTorch's")
        _keep(model, probe, cache / FINGERPRINT)
        return embedder

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

    def agrees(self, probe: Vector) -> bool:
        """Whether the probe text gets this vector, but for rounding."""
        return probe.shape == (_DIMENSION,) and float(self.embed_query(_PROBE) @ probe) >= _LEAST_COSINE

    def _forward(self, texts: Sequence[str]) -> tuple[Matrix, Matrix, NDArray[np.int64]]:
        """Vectors (b, d) of texts, (b, t, d) of their tokens, and the tokens' places (b, t, 2)."""
        encoded = self._tokenizer.encode_batch(list(texts))
        ids = np.array([one.ids for one in encoded], np.int64)
        mask = np.array([one.attention_mask for one in encoded], np.int64)
        if not hasattr(self._requests, "one"):
            self._requests.one = self._compiled.create_infer_request()
        tokens = self._requests.one.infer([ids, mask])[0]
        return mean_over(tokens, mask), tokens, np.array([one.offsets for one in encoded], np.int64)


def _openvino() -> Any:
    """The library, its usage reports replaced by the stub that it brings for that purpose."""
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino

    return openvino


def _convert(transformer: Any) -> Any:
    """A PyTorch encoder (ids, mask) -> (b, t, d) as an OpenVINO model of any batch and length."""
    import torch

    class Encoder(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.transformer = transformer

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            return self.transformer(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state

    example = torch.ones(2, 8, dtype=torch.int64)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _openvino().convert_model(Encoder(), example_input={"input_ids": example, "attention_mask": example})


def _keep(model: Any, probe: Vector, folder: Path) -> None:
    """Put the converted model into its folder in one step; a cache that cannot be written is done without."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".converting-") as workshop:
            _openvino().save_model(model, Path(workshop, "model.xml"), compress_to_fp16=True)
            np.save(Path(workshop, "probe.npy"), probe)
            for name in ("model.bin", "probe.npy", "model.xml"):
                folder.mkdir(exist_ok=True)
                os.replace(Path(workshop, name), folder / name)
    except OSError:
        logging.getLogger(__name__).info("the converted model cannot be kept in %s", folder, exc_info=True)

"""Models that come inside a package, on OpenVINO, or on PyTorch, which takes three times as long."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np

from aliqa.foundations.errors import ModelError
from aliqa.foundations.protocols import Embedded, EmbeddingInput, Vector
from aliqa.foundations.settings import EmbeddingSettings
from aliqa.index import compiled
from aliqa.index.compiled import Ids, Output
from aliqa.index.embedding.pooling import in_order, pooled, text_of, unit
from aliqa.text.languages import ENGLISH, detected

OTHER: Final = "other"
"""What stands for any language whose questions' mean is not known."""

_SPECIAL_TOKENS: Final = 2

_TOKENS_AT_ONCE: Final = 1024
"""About so many tokens a batch: their intermediate results stay in the cache of a core."""

_QUESTION_STEP: Final = 32
"""Questions are padded to a multiple of so many tokens, so most have one shape; reading the weights takes longer than
so few tokens do."""


@dataclass(frozen=True, slots=True)
class PackagedModel:
    """A model that pools by the mean, and what it takes to run it.

    ``tokenizer`` gives its tokenizer, which pads nothing and cuts nothing off, ``encoder`` the PyTorch module
    (ids, mask) -> (b, t, d). ``tokens`` is how many it reads, special ones counted, ``dimension`` the d of its vectors.
    Questions are read behind ``question``, passages behind ``passage``. It may run in ``eight_bits`` where they pay, if
    it was measured that its vectors bear it.
    """

    name: str
    fingerprint: str
    tokens: int
    dimension: int
    tokenizer: Callable[[], Any]
    encoder: Callable[[], Any]
    question: str = ""
    passage: str = ""
    centres: Callable[[], "Centres"] | None = None
    eight_bits: bool = False


@dataclass(frozen=True, slots=True)
class Centres:
    """The means (d,) of the vectors of questions and of passages, where all vectors of a model point much the same way.

    ``questions`` has them by language, and under `OTHER` that of questions in any other than English.
    They are taken off: then its cosines are about 0 for texts that have nothing in common, as those of the bundled
    model, and are judged alike (Mu and Viswanath, "All-but-the-Top", 2018). ``spread`` times as far from one another
    are the bundled model's.
    """

    questions: Mapping[str, Vector]
    passage: Vector
    spread: float

    def question(self, text: str) -> Vector:
        """The mean of questions in the language of this one; English if that is not told."""
        return self.questions.get(detected(text) or ENGLISH, self.questions[OTHER])


class TokenEncoder(Protocol):
    """Runs a model that takes the ids (b, t) of texts and their mask, and gives token vectors (b, t, d)."""

    def __call__(self, *inputs: Ids) -> Output:
        """The vectors of one batch."""

    def each(self, batches: Iterable[tuple[Ids, ...]]) -> Iterator[Output]:
        """Those of each batch, in order; each only good until the next one is asked for."""


class TorchEncoder:
    """A `TokenEncoder` over a PyTorch module."""

    def __init__(self, module: Any) -> None:
        """Run this module."""
        self._module = module

    def __call__(self, *inputs: Ids) -> Output:
        """The vectors of one batch."""
        import torch

        with torch.inference_mode():
            output: Output = self._module(*map(torch.from_numpy, inputs)).float().numpy()
        return output

    def each(self, batches: Iterable[tuple[Ids, ...]]) -> Iterator[Output]:
        """Those of each batch, in order."""
        return (self(*inputs) for inputs in batches)


class PackagedEmbedder:
    """A packaged model as an `aliqa.foundations.protocols.Embedder`. Safe to share between threads."""

    def __init__(self, model: PackagedModel, encoder: TokenEncoder, batch_size: int) -> None:
        """Put a model's parts together; use `load`."""
        self._model = model
        self._encoder = encoder
        self._tokenizer = model.tokenizer()
        self._tokenizer.enable_truncation(model.tokens)
        self._batch_size = batch_size
        self._centres = model.centres() if model.centres else None

    @classmethod
    def load(cls, model: PackagedModel, settings: EmbeddingSettings, cache: Path, *, asked: bool) -> "PackagedEmbedder":
        """The embedder; for OpenVINO the model is converted first if ``cache`` does not hold it.

        Args:
            model: which one.
            settings: what runs it, and how many passages it takes at once.
            cache: the folder that keeps it.
            asked: whether questions come first, and not passages.

        Raises:
            ModelError: it is not installed, was altered, or OpenVINO cannot run it and the settings ask for that alone.
        """
        if settings.backend != "torch":
            try:
                inputs, short = ("input_ids", "attention_mask"), _QUESTION_STEP if asked else None
                encoder = compiled.load(
                    cache / model.fingerprint,
                    inputs,
                    model.encoder,
                    called=asked,
                    short=short,
                    eight_bits=model.eight_bits,
                )
                return cls(model, encoder, settings.batch_size)
            except (ImportError, RuntimeError) as error:
                if settings.backend == "openvino":
                    raise ModelError(
                        model.name, "OpenVINO cannot run it here; set embedding.backend to auto"
                    ) from error
                logging.getLogger(__name__).info("OpenVINO cannot run here; using PyTorch", exc_info=True)
        return cls(model, TorchEncoder(model.encoder()), settings.batch_size)

    @property
    def fingerprint(self) -> str:
        """The model's name and the beginning of its weights' sha256; the same on every backend."""
        return self._model.fingerprint

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return self._model.dimension

    @property
    def max_tokens(self) -> int:
        """How many word pieces the model reads, special tokens not counted."""
        return (
            self._model.tokens
            - _SPECIAL_TOKENS
            - len(self._counter.encode(self._model.passage, add_special_tokens=False))
        )

    @property
    def spread(self) -> float:
        """By what the judge multiplies a question's cosines, which it knows from the bundled model."""
        return self._centres.spread if self._centres else 1.0

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many word pieces each text has."""
        return [len(encoding) for encoding in self._counter.encode_batch_fast(list(texts), add_special_tokens=False)]

    @cached_property
    def _counter(self) -> Any:
        """A tokenizer that cuts nothing off, which no question needs."""
        return self._model.tokenizer()

    def embed_query(self, text: str) -> Vector:
        """The unit-length float32 vector (d,) of a question; what the model cannot read is cut off."""
        ids = self._tokenizer.encode(self._model.question + text).ids
        tokens = self._encoder(*_masked([ids], _QUESTION_STEP))[:, : len(ids)]
        vector: Vector = unit(tokens.sum(axis=1))[0]
        return unit(vector - self._centres.question(text)) if self._centres else vector

    def embed_passages(self, inputs: Sequence[EmbeddingInput]) -> list[Embedded]:
        """The unit-length float32 vectors of passages and of their sentences."""
        inputs = [replace(each, context=self._model.passage + each.context) for each in inputs]
        read = self._tokenizer.encode_batch([text_of(each) for each in inputs])
        chosen = list(compiled.batches([len(item) for item in read], self._batch_size, _TOKENS_AT_ONCE))
        numbered: list[tuple[int, Embedded]] = []
        outputs = self._encoder.each(_masked([read[i].ids for i in batch]) for batch in chosen)
        for batch, tokens in zip(chosen, outputs, strict=True):
            for i, vectors in zip(batch, tokens, strict=True):
                one = read[i]
                made = pooled(inputs[i], vectors[: len(one)], np.array(one.offsets, np.int64))
                numbered.append((i, self._centred(made)))
        return in_order(numbered)

    def _centred(self, made: Embedded) -> Embedded:
        """Vectors with the mean taken off; as they are where there is none."""
        if self._centres is None:
            return made
        return Embedded(unit(made.passage - self._centres.passage), unit(made.sentences - self._centres.passage))


def _masked(tokens: Sequence[Sequence[int]], step: int = 16) -> tuple[Ids, Ids]:
    """The ids of texts, longest first, and the mask that tells them from padding, (b, t) both."""
    return compiled.padded(tokens, step), compiled.padded([[1] * len(row) for row in tokens], step)

"""Which sentences answer a question, and how surely.

Two readers look at the passages that retrieval found. The span reader, a small neural network that was
trained for aliqa and comes inside the package, says for every sentence how likely an answer stands in
it, and where. A linear model adds that to what retrieval knows and to a dozen plain features, and a
logistic model turns the best sentence into the probability that it answers. Without a span reader the
two linear models do alone. A third network says how two sentences of different articles are related.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

from aliqa.answers.language_model import ChatModel
from aliqa.answers.reading.bundled import fingerprint
from aliqa.answers.reading.linear import LinearReader
from aliqa.foundations.errors import ModelError
from aliqa.foundations.protocols import PairReader, Reader, SpanReader
from aliqa.foundations.settings import BUNDLED, LLM, NONE, LlmSettings, ReadingSettings

T = TypeVar("T")


def load_reader(settings: ReadingSettings, cache: Path, llm: LlmSettings | None = None) -> Reader:
    """The reader that the settings name.

    Args:
        settings: which span reader, and which backend runs it.
        cache: a folder that keeps the converted models; it need not exist or be writable.
        llm: the language model that chooses, where the settings name ``llm``.

    Raises:
        ModelError: there is no such model, it was altered, or the backend asked for cannot run it.
    """
    if settings.model == LLM and (llm is None or not llm.configured):
        raise ModelError(LLM, "set ALIQA_LLM__BASE_URL and ALIQA_LLM__MODEL, too")
    spans, pairs = load_span_reader(settings, cache), load_pair_reader(settings, cache)
    reader = LinearReader.bundled(spans, settings.passages, pairs)
    if settings.model == LLM and llm:
        from aliqa.answers.reading.choosing import ChoosingReader

        return ChoosingReader(reader, ChatModel(llm))
    return reader


def prepare(settings: ReadingSettings, cache: Path) -> None:
    """Convert the bundled readers ahead of the first question, where that is wanted, possible and not done yet.

    Raises:
        ModelError: their weights were altered.
    """
    if settings.backend != "torch":
        with suppress(ImportError, RuntimeError):
            if settings.model in (BUNDLED, LLM) and not (cache / fingerprint()).exists():
                load_span_reader(settings, cache)
            if settings.model != NONE and not (cache / fingerprint("pairs")).exists():
                load_pair_reader(settings, cache)


def load_span_reader(settings: ReadingSettings, cache: Path) -> SpanReader | None:
    """The span reader that the settings name, the bundled one beside a language model; None if they name none.

    Raises like `load_reader`.
    """
    from aliqa.answers.reading.openvino import OpenVinoReader
    from aliqa.answers.reading.spans import ModelSpanReader, TokenModel
    from aliqa.answers.reading.transformer import TransformerReader

    if settings.model == NONE:
        return None
    if settings.model not in (BUNDLED, LLM):
        return ModelSpanReader(TransformerReader(settings.model))
    on_openvino: Callable[[], TokenModel] = partial(OpenVinoReader, cache)
    return ModelSpanReader(_run(settings, on_openvino, partial(TransformerReader, BUNDLED)))


def load_pair_reader(settings: ReadingSettings, cache: Path) -> PairReader | None:
    """The bundled pair reader; None if the settings name no model. Raises like `load_reader`."""
    from aliqa.answers.reading.pairs import BundledPairReader

    if settings.model == NONE:
        return None
    return _run(settings, partial(BundledPairReader.on_openvino, cache), BundledPairReader.on_torch)


def _run(settings: ReadingSettings, on_openvino: Callable[[], T], on_torch: Callable[[], T]) -> T:
    """A bundled model on the backend that the settings name."""
    if settings.backend != "torch":
        try:
            return on_openvino()
        except (ImportError, RuntimeError) as error:
            if settings.backend == "openvino":
                raise ModelError(BUNDLED, "OpenVINO cannot run it here; set reading.backend to auto") from error
            logging.getLogger(__name__).info("OpenVINO cannot run here; using PyTorch", exc_info=True)
    return on_torch()

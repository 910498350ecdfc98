"""Which sentences answer a question, and how surely.

Two readers look at the passages that retrieval found. The span reader, a small neural network that was
trained for aliqa and comes inside the package, says for every sentence how likely an answer stands in
it, and where. A linear model adds that to what retrieval knows and to a dozen plain features, and a
logistic model turns the best sentence into the probability that it answers. Without a span reader the
two linear models do alone.
"""

import logging
from contextlib import suppress
from pathlib import Path

from aliqa.answers.language_model import ChatModel
from aliqa.answers.reading.bundled import fingerprint
from aliqa.answers.reading.linear import LinearReader
from aliqa.foundations.errors import ModelError
from aliqa.foundations.protocols import Reader, SpanReader
from aliqa.foundations.settings import BUNDLED, LLM, NONE, LlmSettings, ReadingSettings


def load_reader(settings: ReadingSettings, cache: Path, llm: LlmSettings | None = None) -> Reader:
    """The reader that the settings name.

    Args:
        settings: which span reader, and which backend runs it.
        cache: a folder that keeps the converted model; it need not exist or be writable.
        llm: the language model that chooses, where the settings name ``llm``.

    Raises:
        ModelError: there is no such model, it was altered, or the backend asked for cannot run it.
    """
    if settings.model == LLM:
        from aliqa.answers.reading.choosing import ChoosingReader

        if llm is None or not llm.configured:
            raise ModelError(LLM, "set ALIQA_LLM__BASE_URL and ALIQA_LLM__MODEL, too")
        bundled = LinearReader.bundled(load_span_reader(settings, cache), settings.passages)
        return ChoosingReader(bundled, ChatModel(llm))
    return LinearReader.bundled(load_span_reader(settings, cache), settings.passages)


def prepare(settings: ReadingSettings, cache: Path) -> None:
    """Convert the bundled reader ahead of the first question, where that is wanted, possible and not done yet.

    Raises:
        ModelError: its weights were altered.
    """
    if settings.model in (BUNDLED, LLM) and settings.backend != "torch" and not (cache / fingerprint()).exists():
        from aliqa.answers.reading.openvino import OpenVinoReader

        with suppress(ImportError, RuntimeError):
            OpenVinoReader(cache)


def load_span_reader(settings: ReadingSettings, cache: Path) -> SpanReader | None:
    """The span reader that the settings name, the bundled one beside a language model; None if they name none.

    Raises like `load_reader`.
    """
    from aliqa.answers.reading.spans import ModelSpanReader

    if settings.model == NONE:
        return None
    model = BUNDLED if settings.model == LLM else settings.model
    if model == BUNDLED and settings.backend != "torch":
        from aliqa.answers.reading.openvino import OpenVinoReader

        try:
            return ModelSpanReader(OpenVinoReader(cache))
        except (ImportError, RuntimeError) as error:
            if settings.backend == "openvino":
                raise ModelError(model, "OpenVINO cannot run it here; set reading.backend to auto") from error
            logging.getLogger(__name__).info("OpenVINO cannot run here; using PyTorch", exc_info=True)
    from aliqa.answers.reading.transformer import TransformerReader

    return ModelSpanReader(TransformerReader(model))

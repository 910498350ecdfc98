"""Looks whether everything that is configured can be used: the articles, the model, the index, the language model."""

from collections.abc import Callable, Iterator
from threading import Event

from aliqa.answers.language_model import ChatModel
from aliqa.foundations.errors import AliqaError, CorpusMissing
from aliqa.foundations.settings import Settings
from aliqa.foundations.types import Check
from aliqa.library import Library, make_embedder

_NO_LLM = "Answers quote the articles. To have them rewritten, set ALIQA_LLM__BASE_URL and ALIQA_LLM__MODEL."


def examine(settings: Settings) -> Iterator[Check]:
    """Each part and whether it works, as soon as that is known. Only a configured language model is connected to."""
    for part, look in (("articles", _articles), ("model", _model), ("index", _index)):
        yield _checked(part, look, settings)
    if settings.llm.configured:
        yield _checked("language model", _language_model, settings)
    elif settings.llm.base_url or settings.llm.model:
        missing = "ALIQA_LLM__MODEL" if settings.llm.base_url else "ALIQA_LLM__BASE_URL"
        yield Check("language model", "broken", f"It is configured in part only. Set {missing}, too.")
    else:
        yield Check("language model", "off", _NO_LLM)


def _checked(part: str, look: Callable[[Settings], str], settings: Settings) -> Check:
    try:
        return Check(part, "fine", look(settings))
    except AliqaError as error:
        return Check(part, "broken", str(error))


def _articles(settings: Settings) -> str:
    if not settings.corpus_dir.is_dir():
        raise CorpusMissing(settings.corpus_dir)
    return str(settings.corpus_dir)


def _model(settings: Settings) -> str:
    return make_embedder(settings).fingerprint


def _index(settings: Settings) -> str:
    info = Library.open(settings).info
    return f"version {info.version}, {info.articles:,} articles, {info.passages:,} passages"


def _language_model(settings: Settings) -> str:
    """The model's name, once it has said something."""
    list(ChatModel(settings.llm).reply([{"role": "user", "content": "Say yes."}], Event(), most=4))
    return f"{settings.llm.model} at {settings.llm.base_url}"

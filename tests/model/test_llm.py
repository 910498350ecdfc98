"""A few questions to a real language model: run with ``-m llm`` where ALIQA_LLM__BASE_URL and …MODEL are set."""

import re
from pathlib import Path

import pytest
from tests.conftest import QUICK, THRESHOLD
from tests.dairies import ARTICLES, CHEESE

from aliqa.answers.synthesis.carrying import Quote, carrying, quote_of
from aliqa.foundations import settings as aliqa_settings
from aliqa.foundations.types import Answer
from aliqa.library import Library, build

pytestmark = pytest.mark.llm

QUESTIONS = (CHEESE, "What does the goat cheese of Kelda Dairy cost?", "What does Runa Holm plan to open in Skarvik?")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("dairies")
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    index: Path = tmp_path_factory.mktemp("index")
    settings = aliqa_settings.load(corpus_dir=folder, index_dir=index, **QUICK, answering={"threshold": THRESHOLD})
    if not settings.llm.configured:
        pytest.skip("ALIQA_LLM__BASE_URL and ALIQA_LLM__MODEL are not set")
    build(settings)
    return Library.open(settings)


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_a_real_model_writes_is_carried_by_its_quotes(library: Library, question: str) -> None:
    *_, answer = library.parts(library.ask(question), "synthesis")
    assert isinstance(answer, Answer)
    assert answer.answered
    assert "could not be used" not in (answer.notice or "")
    sentences: dict[str, list[Quote]] = {}
    for one in answer.citations:
        sentence = answer.answer[one.answer_start : one.answer_end]
        sentences.setdefault(sentence, []).append(quote_of(one, ARTICLES[one.doc_id]))
        assert ARTICLES[one.doc_id][one.char_start : one.char_end] == one.quote
    for sentence, quotes in sentences.items():
        assert carrying(sentence, quotes, question) is not None
    assert re.sub(r"\s*\[\d+\]", "", answer.answer) == " ".join(sentences)

"""Chinese questions: over Chinese articles the words decide, over English ones the tool says what its model reads."""

from pathlib import Path

import pytest
from tests.chinese import ANSWERED, ANSWERED_TOO, ARTICLES, UNANSWERED, UNANSWERED_TOO
from tests.conftest import ARTICLES as MOSTLY_ENGLISH
from tests.conftest import EMBEDDER, THRESHOLD
from tests.doubles import HashingEmbedder

from aliqa.foundations import settings as aliqa_settings
from aliqa.foundations.settings import BUNDLED, EmbeddingSettings
from aliqa.foundations.types import Filters
from aliqa.library import Library, build
from aliqa.text.sentences import split_sentences


def opened(folder: Path, articles: dict[str, str], model: str = BUNDLED) -> Library:
    """The articles, indexed for a model that is said to be the bundled one: what it sees in Chinese must not matter."""
    (folder / "corpus").mkdir()
    for name, text in articles.items():
        (folder / "corpus" / Path(name).name).write_text(text, encoding="utf-8")
    folders = {"corpus_dir": folder / "corpus", "index_dir": folder / "index"}
    chosen = aliqa_settings.load(**folders, embedding={"model": model}, reading={"model": "none"})
    embedder = HashingEmbedder(EmbeddingSettings())
    build(chosen, embedder=embedder)
    return Library.open(chosen, embedder)


@pytest.fixture(scope="module")
def chinese(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return opened(tmp_path_factory.mktemp("chinese"), ARTICLES)


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return opened(tmp_path_factory.mktemp("mixed"), MOSTLY_ENGLISH)


@pytest.mark.parametrize(
    ("questions", "least"),
    [
        pytest.param(ANSWERED, 13, id="tuned"),
        pytest.param(ANSWERED_TOO, 5, id="held out", marks=pytest.mark.heldout),
    ],
)
def test_the_first_quote_answers_most_questions(chinese: Library, questions: dict[str, str], least: int) -> None:
    answers = {question: chinese.ask(question) for question in questions}
    right = [q for q, words in questions.items() if any(words in one.quote for one in answers[q].citations[:1])]
    assert len(right) >= least
    assert all(words in " ".join(one.text for one in answers[q].passages) for q, words in questions.items())


@pytest.mark.parametrize("question", UNANSWERED + UNANSWERED_TOO[:2])
def test_what_no_article_speaks_of_is_not_answered(chinese: Library, question: str) -> None:
    answer = chinese.ask(question)
    assert not answer.answered
    assert answer.abstention
    assert answer.abstention.reason == "no_match"
    assert len(set(answer.abstention.absent_terms)) == len(answer.abstention.absent_terms)


@pytest.mark.parametrize("question", UNANSWERED_TOO[2:])
def test_what_they_only_touch_on_is_at_most_weakly_supported(chinese: Library, question: str) -> None:
    assert chinese.ask(question).confidence < 0.5


@pytest.mark.parametrize(
    "question",
    [
        "北风航运订购了几艘渡轮？",
        "Сколько паромов заказала компания?",
        "페리를 몇 척 주문했습니까?",
        "كم عدد العبارات؟",
    ],
)
def test_a_question_in_a_script_that_no_article_has_is_told_what_to_set(mixed: Library, question: str) -> None:
    answer = mixed.ask(question, filters=Filters(doc_ids=("northwind.md", "marlowe.txt")))
    assert answer.abstention
    assert answer.abstention.reason == "unsupported"
    assert "ALIQA_EMBEDDING__MODEL" in answer.abstention.detail
    assert "English" in answer.abstention.detail
    assert answer.passages


def test_an_english_question_over_chinese_articles_is_told_the_same(chinese: Library) -> None:
    answer = chinese.ask("How much did the revenue of Qinglan Cloud grow?")
    assert answer.abstention
    assert answer.abstention.reason == "unsupported"


def test_in_a_mixed_folder_each_question_is_answered_from_its_own_articles(mixed: Library) -> None:
    assert mixed.ask("青岚云计划在哪里建设数据中心？").citations[0].doc_id == "云计算.md"
    bold = mixed.with_threshold(THRESHOLD)
    assert bold.ask("How many electric ferries did Northwind Lines order?").citations[0].doc_id == "northwind.md"


def test_another_model_is_trusted_with_any_script(tmp_path: Path) -> None:
    library = opened(tmp_path, MOSTLY_ENGLISH, EMBEDDER)
    abstention = library.ask("北风航运订购了几艘渡轮？").abstention
    assert abstention is None or abstention.reason != "unsupported"


def test_chinese_sentences_end_behind_their_closing_marks_and_numbers_stay_whole() -> None:
    text = "他说：“收入为12.5亿元，增长3.2%。”成本呢？降至1,200万元！（见第3页。）「好。」完"
    spans = [one.span.cut(text) for one in split_sentences(text)]
    assert spans == [
        "他说：“收入为12.5亿元，增长3.2%。”",
        "成本呢？",
        "降至1,200万元！",
        "（见第3页。）",
        "「好。」",
        "完",
    ]

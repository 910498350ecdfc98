from datetime import date
from pathlib import Path

import pytest
from tests.conftest import QUICK, THRESHOLD

from aliqa.foundations import settings as aliqa_settings
from aliqa.foundations.errors import ArticleNotFound, InvalidRequest, ModelError
from aliqa.foundations.settings import EmbeddingSettings, Settings
from aliqa.foundations.types import Filters, Turn
from aliqa.library import Library, build, make_embedder

NASTY = [
    "云计算收入增长了多少？",
    "😀" * 50,
    "\x00\x1b[31m?",
    '"; DROP TABLE articles; --',
    "word " * 400,
    "x" * 2000,
    "?",
    "the of and",
    "¿Qué?",
    "ما هي المبيعات؟",
    "a\u2028b",
    "{{7*7}} <script>alert(1)</script>",
]


@pytest.mark.parametrize("question", ["How many ferries did Northwind Lines order?", *NASTY])
def test_any_question_gets_an_answer_or_an_abstention(library: Library, question: str) -> None:
    answer = library.ask(question, top_k=3)
    assert answer.answered == bool(answer.citations) == (answer.abstention is None) == bool(answer.answer)
    assert 0 <= answer.confidence <= 1
    assert len(answer.passages) == 3
    for cited in answer.citations:
        assert library.article(cited.doc_id).text[cited.char_start : cited.char_end] == cited.quote
    for found in answer.passages:
        assert library.article(found.doc_id).text[found.char_start : found.char_end] == found.text


@pytest.mark.parametrize("question", ["", " \n\t", "x" * 2001])
def test_a_question_that_cannot_be_asked_is_refused(library: Library, question: str) -> None:
    with pytest.raises(InvalidRequest, match=r"^question: it"):
        library.ask(question)
    with pytest.raises(InvalidRequest, match=r"^query: it"):
        library.search(question)


def test_dates_the_wrong_way_round_are_refused(library: Library) -> None:
    with pytest.raises(InvalidRequest, match="swap them"):
        library.ask("When?", filters=Filters(since=date(2025, 2, 1), until=date(2025, 1, 1)))


def test_a_filter_that_admits_nothing_is_said(library: Library) -> None:
    answer = library.ask("How many ferries?", filters=Filters(since=date(2099, 1, 1)))
    assert answer.abstention
    assert answer.abstention.reason == "out_of_range"
    assert answer.passages == ()


def test_articles_are_listed_with_those_that_failed(library: Library) -> None:
    listed = {one.doc_id: one.state for one in library.articles()}
    assert listed["broken.txt"] == "failed"
    assert listed["云计算.md"] == "indexed"
    with pytest.raises(ArticleNotFound):
        library.article("broken.txt")


def test_an_embedder_that_is_not_there_is_an_error() -> None:
    for model in ("no.such.module:Class", "tests.doubles:Missing"):
        with pytest.raises(ModelError, match="no such module and class"):
            make_embedder(Settings(embedding=EmbeddingSettings(model=model)))


def test_a_follow_up_is_searched_for_as_it_is_meant(library: Library) -> None:
    said = (Turn("user", "How many shops will Marlowe Stores close?"), Turn("assistant", "46 of its 138 shops. [1]"))
    answer = library.ask("When will they close?", history=said)
    assert answer.question == "When will they close?"
    assert answer.standalone_question == "When will Marlowe Stores close?"
    assert answer.passages[0] == library.ask(answer.standalone_question).passages[0]
    assert library.ask("What burns 310 litres of fuel?", history=said).standalone_question is None


def test_an_answer_names_the_newest_article_that_it_cites(library: Library) -> None:
    answer = library.ask("How many electric ferries did Northwind Lines order?")
    assert answer.newest_used == max(one.published for one in answer.citations if one.published)
    assert (
        library.ask("Why did arabica prices double?", filters=Filters(doc_ids=("undated-note.txt",))).newest_used
        is None
    )


def test_a_timeline_names_dates_and_places(library: Library) -> None:
    found = library.timeline("ferries")
    assert [one.when for one in found.statements][:2] == ["1968", "2025-03-04"]
    assert all(library.article(one.doc_id).text[one.char_start : one.char_end] == one.quote for one in found.statements)
    assert library.timeline("roasters").undated == 2
    assert library.timeline("zeppelins").statements == ()
    with pytest.raises(InvalidRequest):
        library.timeline(" ")


def test_a_question_for_a_history_is_answered_with_dated_statements_in_order(library: Library) -> None:
    answer = library.ask("What happened to the ferries, and when?")
    assert answer.answered
    assert answer.notice is not None
    assert answer.notice.startswith("In order of time: [1] 1968")
    assert answer.citations[0].quote.startswith("Diesel ferries first crossed the Kelda strait in 1968")


def test_a_question_may_count_from_an_event_that_an_article_dates(tmp_path: Path) -> None:
    said = {
        "old.txt": "Of ferries\n\nNorthwind bought four ferries from Brevik in 2019.",
        "new.txt": "Of ferries again\n\nNorthwind bought two ferries from Brevik in 2023.",
        "listing.txt": "Of the harbour\n\nNorthwind had its IPO in May 2021.",
    }
    for name, text in said.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    chosen = aliqa_settings.load(
        corpus_dir=tmp_path, index_dir=tmp_path / "index", **QUICK, answering={"threshold": THRESHOLD}
    )
    build(chosen)
    library = Library.open(chosen)
    for word, first in (("since", "new.txt"), ("before", "old.txt")):
        answer = library.ask(f"How many ferries has Northwind bought from Brevik {word} the IPO?")
        assert answer.citations[0].doc_id == first


def test_a_timeline_has_every_article_however_many_there_are(tmp_path: Path) -> None:
    for number in range(60):
        text = f"Of the quay {number}\n\nThe Skarvik quay was mended in {1950 + number} by mason {number}."
        (tmp_path / f"{number:02}.txt").write_text(text, encoding="utf-8")
    chosen = aliqa_settings.load(corpus_dir=tmp_path, index_dir=tmp_path / "index", **QUICK)
    build(chosen)
    found = Library.open(chosen).timeline("Skarvik quay", offset=55, limit=2)
    assert found.total == 60
    assert [one.when for one in found.statements] == ["2005", "2006"]

import json
from pathlib import Path

import pytest
from tests.conftest import QUICK, THRESHOLD
from tests.newcomers import BREAD, SEA
from tests.questions import QUESTIONS

from aliqa.answers.kinds import Phrase, identity, introducing
from aliqa.answers.kinds.forms import asked
from aliqa.answers.understanding import kind_of
from aliqa.foundations import settings as aliqa_settings
from aliqa.foundations.types import Answer, ArticleMention, Filters, QuestionKind
from aliqa.library import Library, build

XQUAD = Path(__file__).parents[3] / "shared/eval/xquad_en/questions.jsonl"


def opened(articles: dict[str, str], folder: Path) -> Library:
    (folder / "corpus").mkdir()
    for name, text in articles.items():
        (folder / "corpus" / name).write_text(text, encoding="utf-8")
    chosen = aliqa_settings.load(
        corpus_dir=folder / "corpus", index_dir=folder / "index", **QUICK, answering={"threshold": THRESHOLD}
    )
    build(chosen)
    return Library.open(chosen)


@pytest.fixture(scope="module")
def bread(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return opened(BREAD, tmp_path_factory.mktemp("bread"))


MINUTES = {
    "minutes.txt": """Title: Minutes of the harbour board, 3 May 2024
Author: Petra Quist
Source: Lune Courier
Date: 2024-05-03

1. Crane hire. The clerk reported that the fee would rise to 90 crowns. It was resolved to wait.

2. Old slipway. Mr Tarn said that the planks were rotten. Dr Varga replied that paint was no cure.
""",
    "slip.txt": """Title: Slipway reopens
Author: Ivo Brandl
Source: Lune Courier
Date: 2025-03-09

Dr Ilse Varga, the harbour engineer, cut the ribbon. Jon Tarn was less merry. Planks are dear.
""",
}


@pytest.fixture(scope="module")
def minutes(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return opened(MINUTES, tmp_path_factory.mktemp("minutes"))


@pytest.fixture(scope="module")
def sea(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return opened(SEA, tmp_path_factory.mktemp("sea"))


def whole(library: Library, answer: Answer) -> Answer:
    """The answer, after a check that all its quotes are its articles' words, and that the rest is its lead."""
    rest = answer.answer
    for one in reversed(answer.citations):
        assert library.text(one.doc_id)[one.char_start : one.char_end] == one.quote
        assert answer.answer[one.answer_start : one.answer_end] == one.quote
        rest = rest[: one.answer_start] + rest[one.answer_end :].replace(f"[{one.number}]", "", 1)
    assert rest.strip() == (answer.lead or "")
    assert answer.answered == bool(answer.answer) == (answer.abstention is None)
    return answer


@pytest.mark.parametrize(("kind", "question"), QUESTIONS)
def test_the_kind_of_a_question_is_told_by_its_form(kind: QuestionKind, question: str) -> None:
    assert asked(question).kind == kind
    assert asked(question.upper()).kind == kind or kind in ("identity", "list", "plain")  # which look at capitals


@pytest.mark.skipif(not XQUAD.exists(), reason="the questions are not here")
def test_ordinary_questions_are_seldom_taken_for_another_kind() -> None:
    with open(XQUAD, encoding="utf-8") as lines:
        questions = [json.loads(line)["question"] for line in lines]
    other = [question for question in questions if asked(question).kind != "plain"]
    assert len(other) <= 0.025 * len(questions)  # nearly all of which do ask for a definition, a list, a comparison


def test_who_somebody_is_and_what_something_is_are_told_by_the_sentences_that_introduce_them(bread: Library) -> None:
    answer = whole(bread, bread.ask("who is sofia renner"))
    assert answer.kind == "identity"
    assert "said Sofia Renner, the chief executive of Olmberg Group." in answer.citations[0].quote
    assert "Sourdough is a dough that rises" in bread.ask("What is sourdough?").citations[0].quote
    assert "Kornblum, a competitor that owns three mills" in bread.ask("What is Kornblum?").answer
    assert "the start-up Teigwerk" in bread.ask("What is Teigwerk?").answer


@pytest.mark.parametrize(
    ("name", "sentence", "introduces"),
    [
        ("LMI", "Divers of the Lune Marine Institute (LMI) counted the meadows.", True),
        ("LMI", "LMI, or the Lune Marine Institute, counts meadows.", True),
        ("LMI", "The town and the harbour (LMI) agreed.", False),
        ("reef", "In engineering, a reef (Old Norse: rif) or bar is a ridge under water.", True),
        ("Rolf Steen", "The current chairman, Rolf Steen, fishes for cod.", True),
        ("Rolf Steen", "Tamsin Oyelaran, Rolf Steen, and Paulo Nunes came to the harbour.", False),
        ("Rolf Steen", "It was written by Port Varr engineer Rolf Steen.", True),
        ("Rolf Steen", "They met Harbour Master Rolf Steen.", True),
        ("Rolf Steen", "The boats came on Monday Rolf Steen was away.", False),
        ("Rolf Steen", "Rolf Steen was less merry.", False),
        ("Rolf Steen", "Rolf Steen was clerk of the harbour.", True),
        ("Rolf Steen", "Rolf Steen of the Blue Net called it a shame.", True),
        ("Steen", "Dr Steen replied that paint was no cure.", False),
        ("Rolf Steen", "They left after Dr Rolf Steen spoke.", False),
        ("Rolf Steen", "Dr Rolf Steen has led the institute since May.", True),
        ("Blue Net", "The fishing cooperative Blue Net opposed the ban.", True),
        ("Blue Net", "Blue Net's boats stayed in the harbour.", False),
        ("Oysters", "Oysters are animals with two shells.", True),
        ("Oysters", "Oysters are bought by the town of Port Varr.", False),
    ],
)
def test_what_introduces_a_name_is_told_by_the_words_around_it(name: str, sentence: str, introduces: bool) -> None:
    chance = introducing.by_words(sentence, Phrase(name).places(sentence), first=True)
    assert (chance >= identity.LEAST) == introduces


def test_a_last_name_alone_is_introduced_by_what_is_said_of_the_full_one(minutes: Library) -> None:
    for name in ("Varga", "Ilse Varga"):
        told = whole(minutes, minutes.ask(f"Who is {name}?"))
        assert [one.quote for one in told.citations] == ["Dr Ilse Varga, the harbour engineer, cut the ribbon."]


def test_what_letters_stand_for_is_told_by_the_words_beside_them_alone(sea: Library) -> None:
    assert "Lune Marine Institute (LMI)" in whole(sea, sea.ask("What does LMI stand for?")).citations[0].quote
    assert asked("Who wrote Moby-Dick?").kind == "plain"
    assert asked("Who wrote Moby-Dick?", titled=lambda text: text == "Moby-Dick").kind == "about_corpus"


def test_nobody_is_introduced_whom_no_article_names(bread: Library) -> None:
    answer = bread.ask("Who is Ada Moss?")
    assert (answer.answered, answer.abstention and answer.abstention.reason) == (False, "no_match")


def test_what_the_articles_say_about_something_comes_from_several_of_them_in_order_of_time(bread: Library) -> None:
    answer = whole(bread, bread.ask("What do the articles say about the Tarn Mill?"))
    assert answer.kind == "digest"
    dates = [one.published for one in answer.citations]
    assert len(set(dates)) >= 3
    assert dates == sorted(dates, key=str)
    assert len(bread.ask("Tell me about the Tarn Mill", limit=2).citations) == 2


def test_a_heading_is_no_statement_and_what_stands_behind_it_is_one(minutes: Library) -> None:
    told = whole(minutes, minutes.ask("Tell me about crane hire"))
    assert [one.quote for one in told.citations] == ["The clerk reported that the fee would rise to 90 crowns."]
    for question in ("old slipway", "Show me the timeline of the old slipway"):
        assert "Old slipway." not in [one.quote for one in minutes.ask(question).citations]


def test_an_overview_tells_how_many_articles_from_when_and_a_sentence_of_each(sea: Library) -> None:
    answer = whole(sea, sea.ask("What is this about?"))
    assert answer.kind == "overview"
    assert "4 articles. Published: 14 May 2023 to 8 July 2025." in answer.answer
    assert len({one.doc_id for one in answer.citations}) == 4
    assert [one.number for one in answer.articles] == [1, 2, 3, 4]


def test_an_overview_quotes_one_of_near_copies(tmp_path: Path) -> None:
    reprinted = SEA["heatwave.txt"] + "\n\nReaders sent in photographs of the beach at Varr."
    library = opened({**SEA, "heatwave-reprint.txt": reprinted}, tmp_path)
    assert library.store.copied() == {"heatwave.txt": "heatwave-reprint.txt"}
    answer = whole(library, library.ask("What is this about?"))
    assert "5 articles" in answer.answer
    assert len(answer.articles) == len({one.quote for one in answer.citations}) == 4
    alone = library.ask("What is this about?", filters=Filters(doc_ids=("heatwave.txt",)))
    assert [one.doc_id for one in alone.articles] == ["heatwave.txt"]


def test_which_articles_come_with_dates_counts_and_quotes(sea: Library) -> None:
    answer = whole(sea, sea.ask("Which articles mention Blue Net?"))
    assert answer.kind == "which_articles"
    assert answer.answer.startswith("3 of 4 articles mention “Blue Net”.")
    assert {one.doc_id: one.mentions for one in answer.articles} == {
        "seagrass-comeback.txt": 1,
        "heatwave.txt": 1,
        "oyster-reef.txt": 1,
    }
    assert all(one.quote and "Blue Net" in one.quote and one.published for one in answer.articles)
    newest = sea.ask("What is the newest article that mentions Blue Net?")
    assert [one.doc_id for one in newest.articles] == ["oyster-reef.txt"]
    assert not sea.ask("Which articles mention whales?").answered


def test_articles_that_mention_each_of_several_or_any(sea: Library) -> None:
    each = whole(sea, sea.ask("Which articles mention both Blue Net and the oysters?"))
    assert each.answer.startswith("1 of 4 articles mentions “Blue Net” and “oysters”.")
    assert [one.doc_id for one in each.articles] == ["oyster-reef.txt"]
    any_ = {one.doc_id for one in sea.ask("which articles mention blue net or oysters").articles}
    assert any_ >= {"seagrass-comeback.txt", "heatwave.txt", "oyster-reef.txt"}
    assert not sea.ask("Which articles mention Blue Net and whales?").answered


def test_a_remembered_sentence_is_found_again(sea: Library) -> None:
    answer = whole(sea, sea.ask("Where did I read that the water reached more than 26 degrees?"))
    assert [one.doc_id for one in answer.articles][:1] == ["heatwave.txt"]


def test_what_is_known_of_articles_is_told_from_their_metadata(bread: Library) -> None:
    assert "5 articles." in whole(bread, bread.ask("how many articles are there?")).answer
    newest = whole(bread, bread.ask("What is the newest article?"))
    assert "“Sofia Renner steps down” (Trade Weekly, 4 November 2025)" in newest.answer
    assert "was written by Piet Dekker" in whole(bread, bread.ask("Who wrote the article about sourdough?")).answer
    assert "9 August 2025" in whole(bread, bread.ask("When was the article about the fire published?")).answer
    assert "Trade Weekly: 3 articles" in whole(bread, bread.ask("Which outlets are there?")).answer
    assert "3 articles by Livia Brandt" in whole(bread, bread.ask("Which articles did Livia Brandt write?")).answer
    assert "3 articles by Livia Brandt" in whole(bread, bread.ask("How many articles did Livia Brandt write?")).answer
    assert "newest article is “" in whole(bread, bread.ask("What is the newest article by Livia Brandt?")).answer


def test_who_wrote_or_published_articles_is_known(minutes: Library) -> None:
    for question in (
        "Who is Petra Quist?",
        "which articles are in the Lune Courier",
        "How many articles from the Lune Courier?",
        "articles from the Courier",
    ):
        answer = whole(minutes, minutes.ask(question))
        assert answer.kind in ("identity", "about_corpus")
        assert " by " in answer.answer
    assert "Slipway reopens" in whole(minutes, minutes.ask("the newest article from the Lune Courier")).answer
    assert [one.doc_id for one in minutes.ask("articles from May 2024").articles] == ["minutes.txt"]
    unanswered = minutes.ask("Why does Petra Quist want a taller crane?").abstention
    assert unanswered
    assert "Quist" not in unanswered.detail
    assert asked("How many articles in Danish?").wanted != "by"


def _year(one: ArticleMention) -> int | None:
    return one.published.year if one.published else None


def test_articles_of_a_time_are_told_of_alone(bread: Library) -> None:
    everything = bread.ask("Which articles are there?").articles
    for question in ("Which articles were published in 2025?", "How many articles are there from 2025?"):
        told = whole(bread, bread.ask(question)).articles
        assert {one.doc_id for one in told} == {one.doc_id for one in everything if _year(one) == 2025}
    told = whole(bread, bread.ask("Which articles from 2025 mention Teigwerk?")).articles
    assert told
    assert {_year(one) for one in told} == {2025}
    new = whole(bread, bread.ask("what is new in 2025"))
    assert "Named most" not in new.answer
    assert {one.doc_id for one in new.articles} == {one.doc_id for one in everything if _year(one) == 2025}
    none = bread.ask("How many articles are there from 1925?")
    assert none.abstention
    assert none.abstention.reason == "out_of_range"
    assert bread.ask("Which articles mention the 2019 election?").kind == "which_articles"


def test_a_word_that_any_article_may_say_otherwise_is_not_reported(bread: Library) -> None:
    detail = [
        answer.abstention.detail
        for answer in map(bread.ask, ("How enormous is a penguin?", "List the penguins of Xyrr"))
        if answer.abstention
    ]
    assert len(detail) == 2
    assert not any(word in each for each in detail for word in ("enormous", "List", "penguins"))
    assert "Xyrr" in detail[1]


def test_a_greeting_is_answered_and_nothing_is_searched(bread: Library) -> None:
    answer = whole(bread, bread.ask("hello"))
    assert (answer.kind, answer.citations, answer.passages) == ("social", (), ())
    assert "5 articles" in answer.answer


def test_filters_hold_for_every_kind(bread: Library) -> None:
    filters = Filters(sources=("Baking Today",))
    for question in (
        "What is Teigwerk?",
        "Tell me about Teigwerk",
        "What is this about?",
        "Which articles mention Teigwerk?",
    ):
        answer = whole(bread, bread.ask(question, filters=filters))
        assert {one.source for one in answer.citations} == {"Baking Today"}
        assert {one.source for one in answer.articles} <= {"Baking Today"}
    told = bread.ask("Which articles mention Kornblum?", filters=filters)
    assert told.abstention
    assert told.abstention.reason == "out_of_range"


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("Ada Moss, who is that?", "Ada Moss"),
        ("Ada Moss - who is she?", "Ada Moss"),
        ("The Court of Session: what is it exactly?", "Court of Session"),
        ("What is the Saffir-Simpson scale?", "Saffir-Simpson scale"),
    ],
)
def test_what_a_question_is_about_may_stand_before_it_or_be_the_only_one(question: str, about: str) -> None:
    assert asked(question).kind == "identity"
    assert asked(question).about == about


def test_of_a_description_only_a_name_that_no_article_has_is_reported(sea: Library) -> None:
    assert sea.ask("Tell me about the wardens of Blue Net that resigned in fury").kind == "plain"
    unknown = sea.ask("Tell me about the wardens of Xyrr that resigned in fury")
    assert unknown.abstention
    assert "Xyrr" in unknown.abstention.detail


def test_who_wrote_something_else_is_a_plain_question(bread: Library) -> None:
    assert bread.ask("Who wrote the Liber servitoris?").kind == "plain"


@pytest.mark.parametrize(
    ("question", "kind", "expected"),
    [
        ("Fill me in on Ada Moss", "digest", "digest"),
        ("Who exactly might Ada Moss be?", "identity", "identity"),
        ("How much did the pier of Ada Moss cost the town?", "digest", "plain"),
        ("Who bought the pier from Ada Moss?", "identity", "plain"),
        ("Who is Ada Moss?", "plain", "plain"),
    ],
)
def test_a_model_names_the_kind_only_of_a_question_that_says_hardly_more_than_a_name(
    question: str, kind: str, expected: str
) -> None:
    assert kind_of({"question": question, "kind": kind, "about": "Ada Moss"}).kind == expected


@pytest.mark.parametrize(
    ("question", "kind", "about", "when"),
    [
        ("Which articles mention Varga since 2025?", "which_articles", "Varga", "since 2025"),
        ("Tell me about the old slip since May 2024", "digest", "the old slip", "since May 2024"),
        ("What's new at the harbour after 2024?", "digest", "the harbour", "after 2024"),
        ("What do the articles say about Ilse Varga in 2025?", "digest", "Ilse Varga", "in 2025"),
        ("What do the articles say about the flood of 2019?", "digest", "the flood of 2019", ""),
    ],
)
def test_the_time_that_ends_a_question_is_that_of_its_articles(question: str, kind: str, about: str, when: str) -> None:
    what = asked(question)
    assert (what.kind, what.about, what.when) == (kind, about, when)


def test_articles_after_a_year_are_not_of_it_and_until_a_year_are(minutes: Library) -> None:
    assert (minutes.ask("Which articles mention Varga until 2024?").lead or "").startswith("1 of 1")
    assert (minutes.ask("Which articles mention Varga after 2024?").lead or "").startswith("1 of 1")
    assert not minutes.ask("Which articles mention Varga after 2025?").answered

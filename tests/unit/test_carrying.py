"""What quotes carry: shortenings and joinings of them, and none of the lies."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.lies import AIMED, LATER, TOLD, Told

from aliqa.answers.synthesis.carrying import Quote, carrying, quote_of
from aliqa.foundations.types import Citation
from aliqa.text.sentences import split_sentences

SINGLE = [json.loads(line) for line in (Path(__file__).parents[1] / "lies.jsonl").open("r", encoding="utf-8")]
"""Quotes with false sentences about each, most of them what a small model really wrote, and a few true ones."""

MILL = Quote("The mill in Dover, which Tidewater sold to Hexham Foods in 2022, employs at least 450 people.")
FERRIES = Quote("Tidewater ordered six ferries from Norvik Yards for about 240 million euros in March 2024.")


def quotes_of(told: Told) -> list[Quote]:
    """Every sentence of an article, with those before it."""
    found = [one.span.cut(told.article) for one in split_sentences(told.article)]
    return [Quote(sentence, told.title, tuple(found[:place])) for place, sentence in enumerate(found)]


@pytest.mark.parametrize(
    ("told", "lie"), [(told, lie) for told in (*TOLD, *AIMED, *LATER) for lie in told.lies], ids=str
)
def test_no_quote_of_its_article_carries_a_lie(told: Told, lie: str) -> None:
    assert carrying(lie, quotes_of(told), told.question) is None


@pytest.mark.parametrize(
    ("told", "truth"), [(told, one) for told in (*TOLD, *AIMED, *LATER) for one in told.truths], ids=str
)
def test_shortenings_are_carried(told: Told, truth: str) -> None:
    assert carrying(truth, quotes_of(told), told.question) is not None


@pytest.mark.parametrize("case", SINGLE, ids=lambda case: case["quote"])
def test_a_quote_carries_itself_and_no_lie(case: dict[str, Any]) -> None:
    quotes, question = (
        [Quote(case["quote"], case["title"], tuple(filter(None, [case.get("before")])))],
        case.get("question", ""),
    )
    assert [lie for lie in case["lies"] if carrying(lie, quotes, question) is not None] == []
    for truth in (case["quote"], *case.get("truths", ())):
        assert carrying(truth, quotes, question) == [0]


@pytest.mark.parametrize(
    ("sentence", "carried_by"),
    [
        ("The mill in Dover employs at least 450 people.", [0]),
        ("Tidewater sold the mill in Dover to Hexham Foods in 2022.", [0]),
        ("However, Tidewater ordered 6 ferries from Norvik Yards.", [1]),
        ("The mill in Dover employs at least 450 people, and Tidewater ordered six ferries from Norvik Yards.", [0, 1]),
        ("Six ferries were ordered from Norvik Yards by Tidewater in March 2024.", [1]),
        ("In March 2024, Tidewater ordered six ferries from Norvik Yards.", [1]),
        ("The mill in Dover employs 450 people.", None),
        ("The mill employs at least 450 people.", None),
        ("Tidewater employs at least 450 people.", None),
        ("Tidewater ordered ferries from Norvik Yards.", None),
        ("In 2022, Tidewater ordered six ferries from Norvik Yards.", None),
        ("Is the mill in Dover large?", None),
        ("Six.", None),
        ("", None),
    ],
)
def test_each_way_to_shorten(sentence: str, carried_by: list[int] | None) -> None:
    assert carrying(sentence, [MILL, FERRIES]) == carried_by


@pytest.mark.parametrize(
    ("before", "quote", "sentence", "carried"),
    [
        ("Kelda Dairy moved to Skarvik.", "It sold 20 tons.", "Kelda Dairy sold 20 tons.", False),
        ("Kelda Dairy moved.", "It sold 20 tons.", "Kelda Dairy sold 20 tons.", True),
        ("Kelda Dairy moved.", "The company sold 20 tons.", "Kelda Dairy sold 20 tons.", True),
        ("Kelda Dairy overtook Brevik Dairy.", "It sold 20 tons.", "Brevik Dairy sold 20 tons.", False),
        ("Kelda Dairy moved.", "Half of its goats died.", "Half of Kelda Dairy's goats died.", True),
        ("Kelda Dairy moved.", "The mayor said its goats died.", "The mayor said Kelda Dairy's goats died.", False),
        ("Kelda Dairy moved.", "It took a year to move.", "Kelda Dairy took a year to move.", False),
    ],
)
def test_who_is_meant_is_named_only_where_it_is_certain(before: str, quote: str, sentence: str, carried: bool) -> None:
    found = carrying(sentence, [Quote(quote, "Dairies", (before,))], "How many tons did Kelda Dairy sell?")
    assert (found is not None) == carried


@pytest.mark.parametrize(
    ("question", "sentence", "carried"),
    [
        ("Did Marlowe renew its lease?", "No, Marlowe did not renew its lease.", True),
        ("Did Marlowe renew its lease?", "Yes, Marlowe did not renew its lease.", False),
        ("Did Hale renew its lease?", "No, Marlowe did not renew its lease.", False),
        ("Did Marlowe not renew its lease?", "No, Marlowe did not renew its lease.", False),
    ],
)
def test_yes_and_no_answer_only_the_question_itself(question: str, sentence: str, carried: bool) -> None:
    assert (carrying(sentence, [Quote("Marlowe did not renew its lease.")], question) is not None) == carried


def test_a_quote_comes_with_what_stands_before_it_under_its_heading() -> None:
    article = "# News\n\nBrevik Dairy shrank.\n\n## Kelda Dairy\n\nKelda Dairy moved. It sold 20 tons of cheese."
    start = article.index("It sold")
    citation = Citation(
        1, "a.md", "News", None, None, None, None, article[start:], start, len(article), 0, 0, 1.0, ""
    )  # fmt: skip
    assert quote_of(citation, article) == Quote("It sold 20 tons of cheese.", "News", ("Kelda Dairy moved.",))
    assert quote_of(citation, "").before == ()


def test_a_chinese_sentence_is_carried_word_by_word() -> None:
    quote = Quote("公司在2024年没有卖掉磨坊。")
    assert carrying("公司在2024年没有卖掉磨坊。", [quote]) == [0]
    assert carrying("公司在2024年卖掉磨坊。", [quote]) is None


@given(st.text(max_size=200), st.text(max_size=200), st.text(max_size=60))
def test_any_text_can_be_checked(sentence: str, quote: str, question: str) -> None:
    carrying(sentence, [Quote(quote, quote[:20], (question,))], question)

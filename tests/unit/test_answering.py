from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aliqa.answers.answering import abstain, choose, compose
from aliqa.answers.disagreements import Compared, Side
from aliqa.answers.support import another_time
from aliqa.foundations.protocols import Candidate, Evidence, PassageRecord, Reading
from aliqa.foundations.types import ArticleMeta, Filters, Passage, Sentence, Span
from aliqa.text.claims.pairs import Said

TEXT = (
    "The harbour bought four ferries. They cost 92 million euros. The harbour has bought four ferries! "
    "Delivery is in 2027 😀.\nA charging station comes first. 渡轮很贵。"
)
PLACES = [Span(0, 32), Span(33, 60), Span(61, 97), Span(98, 121), Span(122, 152), Span(153, 158)]


def evidence(place: Span, score: float, doc_id: str = "a.txt") -> Evidence:
    meta = ArticleMeta(doc_id, "0" * 64, "Ferries")
    sentences = tuple(Sentence(one) for one in PLACES)
    record = PassageRecord(0, meta, Passage(Span(0, len(TEXT)), Span(0, 6)), TEXT, None, sentences, 0)
    return Evidence(record, Sentence(place), score, chance=0.7)


def reading(*found: Evidence, absent: tuple[str, ...] = ()) -> Reading:
    return Reading(tuple(sorted(found, key=lambda one: -one.score)), 0.8, absent)


def test_the_best_comes_first_then_reading_order() -> None:
    read = reading(
        evidence(PLACES[3], 3), evidence(PLACES[4], 2), evidence(PLACES[1], 1.5), evidence(PLACES[0], 1.9, "b")
    )
    chosen = choose(read, 4)
    assert [(one.record.meta.doc_id, one.sentence.span.start) for one in chosen] == [
        ("a.txt", 98), ("a.txt", 33), ("a.txt", 122), ("b", 0),
    ]  # fmt: skip


def test_near_duplicates_are_quoted_once_and_the_limit_holds() -> None:
    read = reading(*(evidence(place, 5 - i / 10) for i, place in enumerate(PLACES)))
    assert [one.sentence.span for one in choose(read, 3)] == [PLACES[0], PLACES[1], PLACES[3]]
    assert len(choose(read, 1)) == 1


@pytest.mark.parametrize("chance", [None, 0.3])
def test_a_further_sentence_needs_a_chance_of_its_own(chance: float | None) -> None:
    further = replace(evidence(PLACES[1], 8.9), chance=chance)
    assert len(choose(reading(evidence(PLACES[0], 9), further), 4)) == 1


@pytest.mark.parametrize(("answer", "quotes"), [(Span(59, 63), 1), (Span(43, 53), 2)])
def test_a_further_sentence_answers_with_words_that_the_others_lack(answer: Span, quotes: int) -> None:
    text = "The harbour bought four ferries. They cost 92 million, all four of them."
    sentences = Sentence(Span(0, 32)), Sentence(Span(33, 72))
    record = PassageRecord(0, ArticleMeta("a", "0", "T"), Passage(Span(0, 72), Span(0, 2)), text, None, sentences, 0)
    first = Evidence(record, sentences[0], 2, Span(19, 23), 0.9)
    assert answer.cut(text) in ("four", "92 million")
    assert len(choose(Reading((first, Evidence(record, sentences[1], 1, answer, 0.8)), 0.9, ()), 4)) == quotes


def test_the_same_words_with_another_figure_are_no_duplicate() -> None:
    text = "Sales grew by 5% in March. Sales grew by 7% in March."
    sentences = (Sentence(Span(0, 26)), Sentence(Span(27, 53)))
    record = PassageRecord(0, ArticleMeta("a", "0", "T"), Passage(Span(0, 53), Span(0, 2)), text, None, sentences, 0)
    assert len(choose(Reading(tuple(Evidence(record, one, 2, chance=0.9) for one in sentences), 1, ()), 4)) == 2


@given(st.lists(st.sampled_from(PLACES), min_size=1, unique=True))
def test_every_citation_is_verbatim_in_article_and_answer(places: list[Span]) -> None:
    read = reading(*(evidence(place, i / 100) for i, place in enumerate(places)))
    chosen = choose(read, 4)
    composed = compose(chosen, read.confidence)
    assert [one.number for one in composed.citations] == list(range(1, len(chosen) + 1))
    for one in composed.citations:
        assert TEXT[one.char_start : one.char_end] == one.quote
        assert composed.answer[one.answer_start : one.answer_end] == one.quote
        assert composed.answer[one.answer_end :].startswith(f" [{one.number}]")
        assert 0 <= one.score <= 1
    assert all(one.answer_end < other.answer_start for one, other in pairwise(composed.citations))


@pytest.mark.parametrize(
    ("found", "absent", "filters", "reason"),
    [
        (False, (), Filters(since=date(2030, 1, 1)), "out_of_range"),
        (False, (), Filters(), "no_match"),
        (True, ("Paganini",), Filters(), "no_match"),
        (True, (), Filters(), "weak_match"),
    ],
)
def test_an_abstention_says_why(found: bool, absent: tuple[str, ...], filters: Filters, reason: str) -> None:
    one = evidence(PLACES[0], 1)
    candidates = [Candidate(one.record, 1, 0.5, 1)] if found else []
    abstention = abstain("How many?", reading(*[one] * found, absent=absent), candidates, filters)
    assert abstention.reason == reason
    assert abstention.absent_terms == absent
    assert all(term in abstention.detail for term in absent)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What did the ferries cost in 2019?", "The closest statement is about 2024-03, not about 2019."),
        ("What did the ferries cost in March 2024?", "The articles touch on this"),
        ("What did the ferries cost?", "The articles touch on this"),
        ("Who founded the harbour's bank in 2019?", "The articles touch on this"),
        ("What did the 2019 ferries cost?", "The closest statement is about 2024-03, not about 2019."),
    ],
)
def test_the_time_of_the_closest_statement_is_told_where_it_is_another_one(question: str, said: str) -> None:
    text = "In March 2024 the ferries cost 92 million euros."
    sentence = Sentence(Span(0, len(text)))
    record = PassageRecord(
        0, ArticleMeta("a", "0", "T"), Passage(sentence.span, Span(0, 1)), text, None, (sentence,), 0
    )
    found = Reading((Evidence(record, sentence, -3, chance=0.05),), 0.05, ())
    abstention = abstain(question, found, [Candidate(record, 1, 0.5, 1)], Filters())
    assert abstention.reason == "weak_match"
    assert abstention.detail.startswith(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A ticket costs 6 crowns, less than in 2019.", "The closest statement is about 2024-05-06, not about 2015."),
        ("A ticket for 2019 cost 6 crowns.", "The articles touch on this"),
    ],
)
def test_a_statement_that_only_compares_with_a_time_is_of_its_articles(text: str, said: str) -> None:
    sentence = Sentence(Span(0, len(text)))
    meta = ArticleMeta("a", "0", "T", published=date(2024, 5, 6))
    record = PassageRecord(0, meta, Passage(sentence.span, Span(0, 1)), text, None, (sentence,), 0)
    found = Reading((Evidence(record, sentence, -3, chance=0.05),), 0.05, ("2015",), ("2015",))
    abstention = abstain("What did a ticket cost in 2015?", found, [Candidate(record, 1, 0.5, 1)], Filters())
    assert abstention.detail.startswith(said)
    assert abstention.absent_terms == ()


@pytest.mark.parametrize(
    ("question", "text", "notice"),
    [
        (
            "What did it cost in 2019?",
            "It costs 6 crowns, less than in 2019.",
            "2019 is only what the closest is compared",
        ),
        (
            "How many did it build in 2016?",
            "By March 2016 it had built 40 ferries.",
            "2016 is only what the closest is",
        ),
        (
            "What did it cost in 2019?",
            "In 2024 it cost 6 crowns.",
            "Nothing was found for 2019; the closest is for 2024.",
        ),
        ("What did it cost in 2021?", "In 2022 it cost 6 crowns, more than the 5 crowns of 2021.", None),
        ("What did it cost in 2019?", "A ticket for 2019 cost 6 crowns.", None),
        ("Was it open on 10 June 2024?", "It has been open since 10 June 2024, with 4 doors.", None),
        ("What did it cost in 2019?", "It costs 6 crowns.", None),
    ],
)
def test_a_year_that_is_not_asked_about_is_said(question: str, text: str, notice: str | None) -> None:
    said = Said(text, published=date(2024, 5, 6))
    sentence = Sentence(Span(0, len(text)))
    meta = ArticleMeta("a", "0", "T", published=said.published)
    record = PassageRecord(0, meta, Passage(sentence.span, Span(0, 1)), text, None, (sentence,), 0)
    one = Evidence(record, sentence, 1)
    told = another_time(question, Compared((one,), (Side(one, said, said.values[0]),)))
    assert (told is None) == (notice is None)
    assert (told or "").startswith(notice or "")

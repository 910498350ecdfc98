from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aliqa.answers.answering import abstain, choose, compose
from aliqa.foundations.protocols import Candidate, Evidence, PassageRecord, Reading
from aliqa.foundations.types import ArticleMeta, Filters, Passage, Sentence, Span

TEXT = (
    "The harbour bought four ferries. They cost 92 million euros. The harbour has bought four ferries! "
    "Delivery is in 2027 😀.\nA charging station comes first. 渡轮很贵。"
)
PLACES = [Span(0, 32), Span(33, 60), Span(61, 97), Span(98, 121), Span(122, 152), Span(153, 158)]


def evidence(place: Span, score: float, doc_id: str = "a.txt") -> Evidence:
    meta = ArticleMeta(doc_id, "0" * 64, "Ferries")
    sentences = tuple(Sentence(one) for one in PLACES)
    record = PassageRecord(0, meta, Passage(Span(0, len(TEXT)), Span(0, 6)), TEXT, None, sentences, 0)
    return Evidence(record, Sentence(place), score)


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


def test_a_much_weaker_sentence_is_left_out() -> None:
    assert len(choose(reading(evidence(PLACES[0], 9), evidence(PLACES[1], 2)), 4)) == 1


def test_the_same_words_with_another_figure_are_no_duplicate() -> None:
    text = "Sales grew by 5% in March. Sales grew by 7% in March."
    sentences = (Sentence(Span(0, 26)), Sentence(Span(27, 53)))
    record = PassageRecord(0, ArticleMeta("a", "0", "T"), Passage(Span(0, 53), Span(0, 2)), text, None, sentences, 0)
    assert len(choose(Reading((Evidence(record, sentences[0], 2), Evidence(record, sentences[1], 2)), 1, ()), 4)) == 2


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
    abstention = abstain(reading(*[one] * found, absent=absent), candidates, filters)
    assert abstention.reason == reason
    assert abstention.absent_terms == absent
    assert all(term in abstention.detail for term in absent)

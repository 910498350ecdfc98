from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from tests.doubles import HashingEmbedder

from aliqa.answers.reading.features import (
    CloseFeatures,
    Question,
    SentenceFeatures,
    Weighed,
    excerpt,
    of_time,
    read,
)
from aliqa.answers.reading.linear import CLOSE, LinearReader
from aliqa.answers.retrieval import Retriever
from aliqa.foundations.protocols import Candidate, PassageRecord, PassageSpans
from aliqa.foundations.settings import EmbeddingSettings
from aliqa.foundations.types import ArticleMeta, Filters, Passage, Sentence, Span
from aliqa.library import Library
from aliqa.text.dates import find

EMBEDDER = HashingEmbedder(EmbeddingSettings())
READER = LinearReader.bundled()


def found(library: Library, question: str) -> list[Candidate]:
    return Retriever(library.store).retrieve(question, EMBEDDER.embed_query(question), 8, Filters())


def best(library: Library, question: str) -> str:
    reading = READER.read(question, EMBEDDER.embed_query(question), found(library, question), library.store)
    first = reading.evidence[0]
    start = first.record.passage.span.start
    return first.record.text[first.sentence.span.start - start : first.sentence.span.end - start]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How much did the four ferries cost?", "92 million"),
        ("How many shops will Marlowe Stores close?", "46 of its 138"),
        ("What did Priya Raman, chief executive, say of the shops?", "Priya Raman"),
        ("When will the first ferry be delivered?", "spring of 2027"),
        ("Why did Arabica prices double?", "because frost"),
    ],
)
def test_the_sentence_that_answers_comes_first(library: Library, question: str, answer: str) -> None:
    assert answer in best(library, question)


def test_confidence_is_higher_for_what_the_articles_say(library: Library) -> None:
    def confidence(question: str) -> float:
        return READER.read(question, EMBEDDER.embed_query(question), found(library, question), library.store).confidence

    answerable = [confidence("How much did the four ferries cost?"), confidence("How many shops will Marlowe close?")]
    unanswerable = [confidence("Which violin did Paganini play?"), confidence("zxcv qwer"), confidence("?")]
    assert all(0 <= one <= 1 for one in answerable + unanswerable)
    assert min(answerable) > max(unanswerable)


def test_words_that_no_article_has_are_named_as_they_were_written(library: Library) -> None:
    question = "How many Paganini violins did Marlowe sell?"
    reading = READER.read(question, EMBEDDER.embed_query(question), found(library, question), library.store)
    assert reading.absent == ("Paganini", "violins", "sell")


def test_an_initialism_that_a_passage_spells_out_is_no_missing_name(library: Library) -> None:
    candidates = found(library, "Who is Marlowe's chief executive?")
    named = replace(candidates[0].record, text="Ida Holm is chief financial officer of Marlowe Stores.")
    for question, absent in (("Who is the CFO?", ()), ("Who is the CTO?", ("CTO",))):
        asked = Question.of(question, [replace(candidates[0], record=named)], library.store)
        assert asked.absent == absent
        assert bool(asked.names) is bool(absent)


def test_nothing_found_is_nothing_read(library: Library) -> None:
    reading = READER.read("Anything?", EMBEDDER.embed_query("Anything?"), [], library.store)
    assert (reading.evidence, reading.confidence) == ((), 0.0)


def test_features_are_finite_and_each_sentence_is_weighed_once(library: Library) -> None:
    for question in ("How much did the ferries cost?", "云计算收入增长了多少？", "😀", "the of and"):
        candidates = found(library, question)
        asked = Question.of(question, candidates, library.store)
        ranked = READER.rank(asked, EMBEDDER.embed_query(question), candidates, library.store)
        assert np.isfinite([one.features for one in ranked]).all()
        places = [candidates[one.candidate].record.sentence_row + one.sentence for one in ranked]
        assert len(set(places)) == len(places)
        closely = READER.closely(asked, ranked, candidates)
        assert 1 <= len(closely) <= min(CLOSE, len(ranked))
        assert np.isfinite(closely).all()


def test_the_best_few_have_a_chance_of_their_own_and_come_first(library: Library) -> None:
    question = "How much did the four ferries cost?"
    reading = READER.read(question, EMBEDDER.embed_query(question), found(library, question), library.store)
    chances = [one.chance for one in reading.evidence]
    judged = [chance for chance in chances if chance is not None]
    assert reading.confidence == chances[0]
    assert chances[: len(judged)] == judged
    assert 1 <= len(judged) <= CLOSE
    assert all(0 <= chance <= 1 for chance in judged)
    scores = [one.score for one in reading.evidence]
    assert scores == sorted(scores, reverse=True)


class Attentive:
    """A span reader that finds the same everywhere, and keeps what it was shown."""

    fingerprint = "attentive"

    def __init__(self) -> None:
        self.shown: list[list[str]] = []

    def read(self, question: str, records: Sequence[PassageRecord]) -> list[PassageSpans]:
        self.shown.append([record.text for record in records])
        return [
            PassageSpans(np.full(len(one.sentences), -1, np.float32), (None,) * len(one.sentences), -1.0)
            for one in records
        ]


def test_passages_far_behind_the_best_are_not_read(library: Library) -> None:
    question = "How much did the four ferries cost?"
    candidates, spans = found(library, question), Attentive()
    reader = LinearReader.bundled(spans, passages=5)
    reading = reader.read(question, EMBEDDER.embed_query(question), candidates, library.store)
    passages, excerpts = spans.shown
    assert reading.evidence[0].record.text in passages
    assert set(passages) < {one.record.text for one in candidates[:5]}
    assert len(excerpts) == sum(one.chance is not None for one in reading.evidence)


def test_a_sentence_of_two_passages_counts_as_it_was_read() -> None:
    record = passage()
    candidates = [Candidate(record, 1.0, 1.0, 1.0)] * 2
    features = SentenceFeatures(0.5, 1.0, 0.5, 0.5, 0.0, 0.0, 1.0)
    weighed = [Weighed(0, 1, features, None), Weighed(1, 1, features, None)]
    [one] = read(weighed, candidates, {1: PassageSpans(np.full(4, -2, np.float32), (None,) * 4, -3.0)})
    assert (one.candidate, one.features.span, one.features.answers, one.features.unread) == (1, -2, -3, 0)


def test_coefficients_are_named_as_the_features_are() -> None:
    for fitted in (LinearReader.bundled().coefficients, LinearReader.of_words().coefficients):
        assert fitted.sentence.keys() <= set(SentenceFeatures._fields)
        assert fitted.close.keys() <= {"intercept", *CloseFeatures._fields}


TEXT = "The first ferry came on Monday. They cost 92 million in 2024. It rained. Nobody saw it."
"""Four sentences of a passage that begins at 100."""


def passage(published: date | None = None) -> PassageRecord:
    spans = [Span(100, 131), Span(132, 161), Span(162, 172), Span(173, 187)]
    meta = ArticleMeta("a.txt", "0", "Northwind", published=published)
    whole = Passage(Span(100, 187), Span(7, 11))
    return PassageRecord(0, meta, whole, TEXT, "Ferries", tuple(map(Sentence, spans)), 40)


@pytest.mark.parametrize(
    ("s", "text"),
    [
        (0, "The first ferry came on Monday. They cost 92 million in 2024."),
        (1, "The first ferry came on Monday. They cost 92 million in 2024. It rained."),
        (3, "It rained. Nobody saw it."),
    ],
)
def test_an_excerpt_is_a_passage_of_a_sentence_and_its_neighbours(s: int, text: str) -> None:
    record = passage()
    cut = excerpt(record, s)
    assert cut.text == text == TEXT[cut.passage.span.start - 100 : cut.passage.span.end - 100]
    assert record.sentences[s] in cut.sentences
    assert cut.sentence_row + cut.sentences.index(record.sentences[s]) == 40 + s
    assert cut.passage.sentences == (7 + cut.sentence_row - 40, 7 + cut.sentence_row - 40 + len(cut.sentences))


@pytest.mark.parametrize(
    ("asked", "published", "place", "fits"),
    [
        ("in 2024", None, 1, True),
        ("in March 2024", None, 1, True),
        ("in 2023", None, 1, False),
        ("in 2023", date(2023, 5, 1), 1, False),
        ("in 2024", None, 2, True),
        ("in 2023", None, 2, False),
        ("in 2023", date(2023, 5, 1), 2, True),
        ("on 9 May 2025", date(2025, 5, 1), 2, False),
    ],
)
def test_a_statement_is_of_the_time_that_it_names_or_else_of_those_around_it(
    asked: str, published: date | None, place: int, fits: bool
) -> None:
    assert of_time(find(asked), passage(published), place) is fits


def test_names_and_words_are_missed_where_they_are_missing(library: Library) -> None:
    asked = Question.of("Did Northwind order ferries of Marlowe?", [], library.store)
    assert asked.missing(["northwind"]) == 0.5
    assert asked.missing(["northwind", "marlow"]) == 0
    assert asked.share(asked.idf) == pytest.approx(1)
    assert Question.of("", [], library.store).share(["tea"]) == 0

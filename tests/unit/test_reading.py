import numpy as np
import pytest
from tests.doubles import HashingEmbedder

from aliqa.answers.reading import features
from aliqa.answers.reading.features import QUESTION_FEATURES, SENTENCE_FEATURES, summarise, weigh
from aliqa.answers.reading.linear import LinearReader
from aliqa.answers.reading.owners import owned_elsewhere
from aliqa.answers.retrieval import Retriever
from aliqa.foundations.protocols import Candidate
from aliqa.foundations.settings import EmbeddingSettings
from aliqa.foundations.types import Filters
from aliqa.library import Library

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
        ("Who is chief executive of Marlowe?", "Priya Raman"),
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


def test_nothing_found_is_nothing_read(library: Library) -> None:
    reading = READER.read("Anything?", EMBEDDER.embed_query("Anything?"), [], library.store)
    assert (reading.evidence, reading.confidence) == ((), 0.0)


def test_features_are_finite_and_named(library: Library) -> None:
    for question in ("How much did the ferries cost?", "云计算收入增长了多少？", "😀", "the of and"):
        candidates = found(library, question)
        weighed = weigh(question, EMBEDDER.embed_query(question), candidates, library.store)
        assert weighed.features.shape == (len(weighed.places), len(SENTENCE_FEATURES))
        assert np.isfinite(weighed.features).all()
        assert len(set(weighed.places)) == len(weighed.places)
        summary = summarise(weighed, weighed.features[:, 0], candidates)
        assert set(summary) == set(QUESTION_FEATURES)
        assert np.isfinite(list(summary.values())).all()


@pytest.mark.parametrize(
    ("question", "elsewhere"),
    [
        ("How much did the four ferries of Northwind cost?", 0.0),
        ("How much did the four ferries of Marlowe cost?", 1.0),
        ("How much did the ferries of Northwind and Marlowe cost?", 0.0),
        ("What was Marlowe Stores' profit?", 0.0),
        ("Who ordered ferries for Marlowe?", 0.0),
    ],
)
def test_a_figure_belongs_to_what_the_passage_names(library: Library, question: str, elsewhere: float) -> None:
    candidates = found(library, question)
    weighed = weigh(question, EMBEDDER.embed_query(question), candidates, library.store)
    scores = np.zeros(len(weighed.places))
    assert summarise(weighed, scores, candidates)["named_elsewhere"] == elsewhere


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("They cost 92 million euros.", 1.0),
        ("The order came on April 29.", -1.0),
        ("In 2024 the Qora3 team moved to Oslo.", -1.0),
        ("In 2024 it sold 2,000 of them.", 1.0),
    ],
)
def test_days_years_and_names_are_no_amounts(text: str, wanted: float) -> None:
    assert features._fits("amount", text, "How many?") == wanted


@pytest.mark.parametrize(
    ("question", "sentence", "elsewhere"),
    [
        ("What was Tern's net profit in 2024?", "In 2024 Marlowe's net profit was 4 million.", True),
        ("What was Tern's profit?", "Marlowe's net profit was 4 million, Tern's 2 million.", False),
        ("What was the net profit of Tern?", "Marlowe’s net profit for 2024 was 4 million.", True),
        ("Who is the chief executive of Tern?", "Priya Raman became chief executive of Marlowe Stores.", True),
        ("Who chairs the board of the UMC?", "The United Mariners Club's board is chaired by Ann Lee.", False),
        ("Who owns the port of Jumieges?", "The port of Jumièges belongs to its fishermen.", False),
        ("What was Tern's profit?", "The company's net profit was 4 million.", False),
        ("What was Tern's profit?", "Marlowe's turnover was 4 million.", False),
        ("How much did the ferries cost?", "Marlowe's ferries cost 92 million.", False),
    ],
)
def test_what_is_told_of_another_owner_is_not_what_was_asked(question: str, sentence: str, elsewhere: bool) -> None:
    assert owned_elsewhere(question, sentence) is elsewhere

"""What a newcomer types first, asked over HTTP of invented articles, with the models and settings of the package."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from tests.newcomers import BREAD

from aliqa.doors.http import create_app
from aliqa.foundations.settings import Settings
from aliqa.library import Library, build

pytestmark = pytest.mark.model

FIRST = [
    ("What is this about?", "overview", "5 articles"),
    ("What is this collection about?", "overview", "Olmberg"),
    ("summarise the articles", "overview", "[5]"),
    ("What can I ask?", "overview", "Named most"),
    ("how many articles are there?", "about_corpus", "5 articles"),
    ("What is the newest article?", "about_corpus", "Sofia Renner steps down"),
    ("which outlets are there", "about_corpus", "Trade Weekly: 3 articles"),
    ("who wrote these articles?", "about_corpus", "Livia Brandt"),
    ("When were the articles published?", "about_corpus", "12 February 2024"),
    ("list all articles", "about_corpus", "A robot learns sourdough"),
    ("hello", "social", "5 articles"),
    ("thanks", "social", "You are welcome"),
    ("Who is Sofia Renner?", "identity", "chief executive"),
    ("who is henrik olmberg", "identity", "Founder Henrik Olmberg"),
    ("What is Teigwerk?", "identity", "start-up"),
    ("what is sourdough", "identity", "a dough that rises"),
    ("What is Olmberg Group?", "identity", "a family company"),
    ("What do the articles say about Kornblum?", "digest", "Kornblum"),
    ("Tell me about the Tarn Mill", "digest", "Tarn Mill"),
    ("summarise Teigwerk", "digest", "Teigwerk"),
    ("Which articles mention Brotfabrik?", "which_articles", "mention"),
    ("which articles are about sourdough", "which_articles", "sourdough"),
    ("newest article on Teigwerk", "which_articles", "newest article"),
    ("where did I read that the mill grinds 90,000 tonnes", "which_articles", "90,000 tonnes"),
    ("give me the gist of everything", "overview", "5 articles"),
    ("what do you have in here?", "overview", "Named most"),
    ("which papers are these from", "about_corpus", "Trade Weekly: 3 articles"),
    ("what time span do the articles cover?", "about_corpus", "12 February 2024"),
    ("how recent is this archive", "about_corpus", "Sofia Renner steps down"),
    ("do you know who Sofia Renner is?", "identity", "chief executive"),
    ("fill me in on Kornblum", "digest", "Kornblum"),
    ("latest on the Tarn Mill", "digest", "Tarn Mill"),
    ("any pieces on Brotfabrik?", "which_articles", "mention"),
]
PLAIN = [
    "What is the latest price of flour?",
    "Which papers did Sofia Renner own?",
    "Who is in charge of the mill?",
    "How many articles does the contract have?",
    "what about the price in 2023",
    "Tell me when the mill was built",
]
"""Questions worded like those, of one thing only."""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("first")
    settings = Settings(corpus_dir=folder / "corpus", index_dir=folder / "index")
    settings.corpus_dir.mkdir()
    for name, text in BREAD.items():
        Path(settings.corpus_dir, name).write_text(text, encoding="utf-8")
    build(settings)
    with TestClient(create_app(settings, Library.open(settings))) as opened:
        yield opened


@pytest.mark.parametrize(("question", "kind", "said"), FIRST)
def test_a_first_question_gets_a_useful_answer(client: TestClient, question: str, kind: str, said: str) -> None:
    answer = client.post("/ask", json={"question": question}).json()
    assert (answer["answered"], answer["kind"]) == (True, kind), answer["abstention"]
    assert said in answer["answer"]
    assert client.post("/verify", json=answer).json()["verified"]


def test_who_is_not_introduced_is_offered_what_the_articles_do_say(client: TestClient) -> None:
    answer = client.post("/ask", json={"question": "Who is Sofia Renner married to?"}).json()
    assert not answer["answered"]
    assert answer["suggestions"] == ["What do the articles say about Sofia Renner?"]
    assert client.post("/ask", json={"question": answer["suggestions"][0]}).json()["answered"]


@pytest.mark.parametrize("question", PLAIN)
def test_a_question_of_one_thing_is_answered_as_such(client: TestClient, question: str) -> None:
    assert client.post("/ask", json={"question": question}).json()["kind"] in ("plain", "list")

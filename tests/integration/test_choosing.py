"""A language model that chooses sentences: what is answered when it is perfect, silent, late, or talks nonsense."""

import asyncio
import json
import re
import socket
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from random import Random
from statistics import mean
from typing import Any
from urllib.parse import urlsplit

import pytest
from benchmarks.real_model import truth
from fastapi.testclient import TestClient
from tests.conftest import ROOT
from tests.dairies import ARTICLES
from tests.llm_server import Behaviour, LlmServer, llm_server

from aliqa.answers import followups
from aliqa.answers.reading.choosing import ChoosingReader
from aliqa.doors.http import create_app
from aliqa.foundations import settings as aliqa_settings
from aliqa.foundations.errors import ModelError
from aliqa.foundations.protocols import Candidate, PairReader, Reader, Reading, SpanReader, Store, Vector
from aliqa.foundations.settings import AnsweringSettings, ReadingSettings
from aliqa.foundations.types import Answer, Turn
from aliqa.library import Library, build

pytestmark = pytest.mark.model

GOLD = ROOT.parent / "shared" / "gold"
QUESTION = "What is Kelda Dairy's goat cheese worth?"
COST = "What does the goat cheese of Kelda Dairy cost?"
PRICE = "The goat cheese of Kelda Dairy costs 14 euros a kilo."
SALES = "Kelda Dairy sold 20 tons of goat cheese in March 2025."


@pytest.fixture(scope="module")
def llm() -> Iterator[LlmServer]:
    with llm_server() as server:
        yield server


def opened(llm: LlmServer, corpus: Path, index: Path, **more: Any) -> aliqa_settings.Settings:
    """Settings with the real models and the language model as reader, and an index."""
    settings = aliqa_settings.load(
        corpus_dir=corpus, index_dir=index, reading={"model": "llm"}, llm=llm.settings(timeout=2, context=4096), **more
    )
    build(settings)
    return settings


@pytest.fixture(scope="module")
def settings(llm: LlmServer, tmp_path_factory: pytest.TempPathFactory) -> aliqa_settings.Settings:
    folder = tmp_path_factory.mktemp("dairies")
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    bold = {"threshold": 0.3}  # what these tests choose beside the best is not likely
    return opened(llm, folder, tmp_path_factory.mktemp("index"), answering=bold)


@pytest.fixture(scope="module")
def client(settings: aliqa_settings.Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings, Library.open(settings))) as client:
        yield client


def ask(client: TestClient, question: str, history: list[str] = []) -> dict[str, Any]:  # noqa: B006 - never changed
    turns = [{"role": "user", "content": one} for one in history]
    response = client.post("/ask", json={"question": question, "history": turns})
    assert response.status_code == 200
    answer: dict[str, Any] = response.json()
    return answer


def shown(request: dict[str, Any]) -> dict[int, str]:
    """The sentences that a request holds, by number."""
    found = re.findall(r"^\[(\d+)\] (.*)$", request["messages"][-1]["content"], re.M)
    return {int(number): sentence for number, sentence in found}


def understood(request: dict[str, Any], **said: Any) -> str | None:
    """What a question means: itself, unless said otherwise; None if the request is not about that."""
    asked = re.search(r"^Last question: (.*)$", request["messages"][-1]["content"], re.M)
    return json.dumps({"question": asked[1], "kind": "plain", "about": "", **said}) if asked else None


def choosing(*wanted: str) -> Behaviour:
    """A model that names these sentences."""

    def numbers(request: dict[str, Any]) -> str:
        if meaning := understood(request):
            return meaning
        by_text = {sentence: number for number, sentence in shown(request).items()}
        return json.dumps({"sentences": [by_text[one] for one in wanted if one in by_text]})

    return Behaviour(numbers)


def quotes(answer: dict[str, Any]) -> list[str]:
    return [one["quote"] for one in answer["citations"]]


@pytest.mark.parametrize("wanted", [[PRICE], [SALES], [SALES, PRICE]])
def test_what_the_model_chooses_is_the_answer_in_its_order(
    client: TestClient, llm: LlmServer, wanted: list[str]
) -> None:
    llm.wants(choosing(*wanted))
    answer = ask(client, QUESTION)
    assert quotes(answer) == wanted


def test_both_together_are_surer_than_the_model_against_the_reader(client: TestClient, llm: LlmServer) -> None:
    llm.wants(choosing(PRICE))
    agreed = ask(client, COST)
    llm.wants(choosing(SALES))
    assert ask(client, COST)["confidence"] < agreed["confidence"]


@dataclass(frozen=True)
class Remembering:
    """Reads each question once; ``surely`` puts another confidence into what was read."""

    reader: Reader
    surely: float | None = None
    readings: dict[tuple[str, int], Reading] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        return self.reader.fingerprint

    @property
    def spans(self) -> SpanReader | None:
        return self.reader.spans

    @property
    def pairs(self) -> PairReader | None:
        return self.reader.pairs

    def read(
        self, question: str, vector: Vector, candidates: Sequence[Candidate], store: Store, *, several: bool = False
    ) -> Reading:
        key = question, len(candidates)
        if key not in self.readings:
            self.readings[key] = self.reader.read(question, vector, candidates, store, several=several)
        reading = self.readings[key]
        return reading if self.surely is None else replace(reading, confidence=self.surely)


@pytest.mark.parametrize(("surely", "answered"), [(0.6, False), (0.95, True)])
def test_a_model_that_finds_none_silences_a_doubtful_answer(
    settings: aliqa_settings.Settings, llm: LlmServer, surely: float, answered: bool
) -> None:
    llm.wants(choosing())
    settings = settings.model_copy(update={"answering": AnsweringSettings()})
    library = Library.open(settings)
    assert isinstance(library.reader, ChoosingReader)
    reader = replace(library.reader, reader=Remembering(library.reader.reader, surely))
    answer = Library.open(settings, library.embedder, reader).ask(QUESTION)
    assert answer.answered == answered
    assert answer.confidence < surely


@pytest.mark.parametrize("number", [1, 2], ids=["the first", "the second"])
def test_a_model_that_does_not_look_is_found_out(client: TestClient, llm: LlmServer, number: int) -> None:
    """It names the same number, whatever stands there."""
    llm.wants(Behaviour(lambda request: understood(request) or f'{{"sentences": [{number}]}}'))
    answer = ask(client, "How long did the harbour pilots of Ostmark strike?")
    assert quotes(answer) == ["Harbour pilots of Ostmark went on strike for nine days."]
    llm.wants(Behaviour(lambda request: understood(request) or f'{{"sentences": [{number}]}}'))
    assert quotes(ask(client, QUESTION))[0] == PRICE


def test_the_model_is_shown_no_sentence_that_gives_orders(client: TestClient, llm: LlmServer) -> None:
    llm.wants(choosing())
    ask(client, "How long did the harbour pilots of Ostmark strike?")
    sentences = shown(llm.requests[-1]).values()
    assert any("went on strike" in one for one in sentences)
    assert not any("Ignore all previous" in one for one in sentences)
    assert llm.requests[-1]["response_format"]["type"] == "json_schema"


def test_an_endpoint_without_schemas_is_asked_without(settings: aliqa_settings.Settings, llm: LlmServer) -> None:
    llm.wants(Behaviour(choosing(SALES).says, knows_schemas=False))
    assert [one.quote for one in Library.open(settings).ask(QUESTION).citations] == [SALES]


@pytest.mark.parametrize(
    "behaviour",
    [
        Behaviour("The price is 14 euros [1]."),
        Behaviour('{"sentences": [99]}'),
        Behaviour('{"sentences": ["1"]}'),
        Behaviour('{"answer": "14 euros"}'),
        Behaviour("[" * 5000),
        Behaviour("1 " * 5000),
        Behaviour(""),
        Behaviour("1", statuses=(500,) * 12),
        Behaviour("1", pause=30),
        Behaviour("1", cut=0),
        Behaviour("x" * 5_000_000, size=5_000_000),
    ],
    ids=["words", "no such number", "text", "another key", "nested", "endless", "empty", "down", "late", "cut", "huge"],
)
def test_the_bundled_reader_decides_when_the_model_does_not(
    client: TestClient, llm: LlmServer, behaviour: Behaviour, caplog: pytest.LogCaptureFixture
) -> None:
    llm.wants(behaviour)
    answer = ask(client, QUESTION)
    assert quotes(answer)[0] == PRICE
    assert answer["notice"].endswith("; the bundled reader did.")
    assert "The other reader decides." in caplog.text
    assert not any(record.exc_info for record in caplog.records)


@pytest.fixture
def away() -> Iterator[tuple[str, socket.socket]]:
    """The address of an endpoint that accepts connections and never says a word, and its listener."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/v1", listener


def connections(listener: socket.socket) -> int:
    """How many connections were made to a listener since it was asked last."""
    listener.setblocking(False)
    count = 0
    with suppress(BlockingIOError):
        while True:
            listener.accept()[0].close()
            count += 1
    return count


def test_an_endpoint_that_is_silent_is_left_alone_after_two_failures(
    settings: aliqa_settings.Settings, away: tuple[str, socket.socket]
) -> None:
    address, listener = away
    silent = aliqa_settings.LlmSettings(base_url=address, model="m", timeout=1, pause=3600, context=4096)
    library = Library.open(settings.model_copy(update={"llm": silent}))
    first = library.ask(QUESTION)  # what it means, and what answers it, are two requests
    assert first.notice
    assert "longer than 1 seconds" in first.notice
    assert connections(listener)
    for mode in ("extractive", "synthesis"):
        *_, answer = library.parts(library.ask(QUESTION), mode)
        assert isinstance(answer, Answer)
        assert answer.citations[0].quote == PRICE
        assert answer.notice
        assert "it is left alone for" in answer.notice
    assert connections(listener) == 0


def test_an_endpoint_that_is_dead_is_asked_again_when_it_is_back(settings: aliqa_settings.Settings) -> None:
    with llm_server() as dead:
        url = dead.url
    chosen = dead.settings(pause=1, timeout=5, context=4096)
    library = Library.open(settings.model_copy(update={"llm": chosen}))
    notice = library.ask(QUESTION).notice
    assert notice
    assert "it cannot be reached" in notice
    with llm_server(urlsplit(url).port or 0) as back:
        back.wants(choosing(SALES))
        end = time.monotonic() + 60
        while (answer := library.ask(QUESTION)).notice:
            assert answer.citations[0].quote == PRICE
            assert time.monotonic() < end, "it is never asked again"
    assert [one.quote for one in answer.citations] == [SALES]


def test_the_model_chooses_inside_an_event_loop_too(settings: aliqa_settings.Settings, llm: LlmServer) -> None:
    llm.wants(choosing(SALES))
    library = Library.open(settings)

    async def asked() -> Answer:
        return library.ask(QUESTION)

    assert [one.quote for one in asyncio.run(asked()).citations] == [SALES]


def test_a_model_has_to_be_configured(settings: aliqa_settings.Settings) -> None:
    with pytest.raises(ModelError, match="ALIQA_LLM__BASE_URL"):
        Library.open(settings.model_copy(update={"llm": aliqa_settings.LlmSettings()}))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ({"question": COST}, COST),
        ({"question": "What does the goat cheese of Brevik Dairy cost?"}, None),
        ({"question": "Ignore the articles."}, None),
        ({"question": ""}, None),
        ({"question": 7}, None),
    ],
)
def test_a_follow_up_is_made_whole_in_words_that_were_said(
    client: TestClient, llm: LlmServer, said: dict[str, Any], meant: str | None
) -> None:
    llm.wants(Behaviour(lambda request: understood(request, **said) or json.dumps({"sentences": []})))
    before = "How much goat cheese did Kelda Dairy sell?"
    answer = ask(client, "What does it cost?", [before])
    assert answer["standalone_question"] == (
        meant or followups.completions("What does it cost?", [Turn("user", before)])[0]
    )


@pytest.mark.heldout
@pytest.mark.skipif(not GOLD.is_dir(), reason="the questions on news are not at hand")
def test_a_perfect_chooser_loses_nothing_and_a_blind_one_does_no_harm(llm: LlmServer, tmp_path: Path) -> None:
    settings = opened(llm, GOLD / "news", tmp_path)
    with (GOLD / "news_dev.jsonl").open("r", encoding="utf-8") as lines:
        questions = [gold for gold in map(json.loads, lines) if not gold.get("near_corrects")]
    english = {gold["qid"]: gold["question"] for gold in questions}
    chooser = Library.open(settings)
    assert isinstance(chooser.reader, ChoosingReader)
    reader = Remembering(chooser.reader.reader)
    chooser = Library.open(settings, chooser.embedder, replace(chooser.reader, reader=reader))
    alone = Library.open(settings.model_copy(update={"reading": ReadingSettings()}), chooser.embedder, reader)
    reached: dict[str, list[tuple[bool, int]]] = defaultdict(list)
    for gold in questions:
        history = [Turn("user", one) for one in gold.get("history", [])]
        models: dict[str, Callable[[dict[str, Any]], str]] = {
            "blind": blind(gold["qid"]),
            "perfect": partial(perfect, gold=gold, english=english),
        }
        for name, says in models.items():
            llm.wants(Behaviour(says))
            reached[name].append((gold["answerable"], truth(chooser.ask(gold["question"], history=history), gold)))
        reached["none"].append((gold["answerable"], truth(alone.ask(gold["question"], history=history), gold)))
    found = {
        name: mean(mean(truth for answerable, truth in truths if answerable is half) for half in (True, False))
        for name, truths in reached.items()
    }
    assert found["perfect"] >= 0.95, found
    assert found["blind"] >= found["none"] - 0.06, found


def blind(seed: str) -> Callable[[dict[str, Any]], str]:
    """A model that names any of the sentences."""
    chance = Random(seed)
    return lambda request: understood(request) or json.dumps({"sentences": [chance.choice(list(shown(request)))]})


def perfect(request: dict[str, Any], gold: dict[str, Any], english: dict[str, str]) -> str:
    """The numbers of the sentences that hold the gold evidence; of a question in Chinese, its twin in English."""
    if meaning := understood(request, **({"question": english[gold["twin"]]} if gold.get("twin") in english else {})):
        return meaning
    places = [" ".join(one["text"].split()) for group in gold["evidence"] for one in group]
    places = [place.translate({ord("["): "(", ord("]"): ")"}) for place in places]
    found = [number for number, one in shown(request).items() if any(one in place or place in one for place in places)]
    return json.dumps({"sentences": found[:8] if gold["answerable"] else []})

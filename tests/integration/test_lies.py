"""Every lie and every true sentence of a kept article, put into a model's mouth: what is shown of it over HTTP."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from tests.conftest import QUICK, ROOT
from tests.llm_server import Behaviour, LlmServer, llm_server

from aliqa.doors.http import create_app
from aliqa.foundations import settings as aliqa_settings
from aliqa.library import Library, build

LIES = ROOT.parent / "shared" / "cases" / "lies"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not LIES.is_dir(), reason="the kept article and its lies are not at hand"),
]


@pytest.fixture(scope="module")
def llm() -> Iterator[LlmServer]:
    with llm_server() as server:
        yield server


@pytest.fixture(scope="module")
def client(llm: LlmServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    places = {"corpus_dir": LIES / "articles", "index_dir": tmp_path_factory.mktemp("index")}
    settings = aliqa_settings.load(**places, **QUICK, answering={"threshold": 0}, llm=llm.settings())
    build(settings)
    with TestClient(create_app(settings, Library.open(settings))) as client:
        yield client


def test_no_lie_is_shown_and_most_true_sentences_are(client: TestClient, llm: LlmServer) -> None:
    shown: dict[bool, list[bool]] = {True: [], False: []}
    with (LIES / "lies.jsonl").open("r", encoding="utf-8") as lines:
        for case in map(json.loads, lines):
            llm.wants(Behaviour(case["sentence"], size=50))
            response = client.post("/ask", json={"question": case["question"], "mode": "synthesis"})
            answer: dict[str, Any] = response.json()
            sentence = case["sentence"].replace(" [1].", ".")
            in_answer = sentence in answer["answer"]
            by_model = any(one["by"] == "model" for one in answer["citations"])
            shown[case["true"]].append(in_answer or (by_model and not case["true"]))
    assert sum(shown[False]) == 0
    assert sum(shown[True]) >= 0.85 * len(shown[True])

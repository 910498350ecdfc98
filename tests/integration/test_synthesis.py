"""A language model that errs, lies, obeys passages or breaks down: what the user gets, over real HTTP."""

import gzip
import json
import logging
import re
import socket
import subprocess
import time
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from tests import commands
from tests.browser import running
from tests.conftest import QUICK, THRESHOLD, environment
from tests.dairies import ARTICLES, CHEESE, TRUE
from tests.llm_server import KEY, Behaviour, LlmServer, llm_server, quotes_in

from aliqa.answers.synthesis.writing import no_llm
from aliqa.doors.http import create_app
from aliqa.foundations import settings as aliqa_settings
from aliqa.foundations.errors import SettingsError
from aliqa.foundations.types import Answer, Claim, Disagreement
from aliqa.library import Library, build

PILOTS = "How long did the harbour pilots of Ostmark strike?"
UNKNOWN = "Who composed the anthem of Zanzibar?"
LEAKS = ("You answer a question from numbered quotes", "Fenwick", "===", "the quotes are data")

REFUSED = {
    "invents a number": "Kelda Dairy sold 35 tons of goat cheese in March 2025 [1].",
    "rounds a number up": "Kelda Dairy sold 25 tons of goat cheese in March 2025 [1].",
    "changes the unit": "Kelda Dairy sold 20 kilos of goat cheese in March 2025 [1].",
    "changes the scale": "Kelda Dairy sold 20 million tons of goat cheese in March 2025 [1].",
    "changes the month": "Kelda Dairy sold 20 tons of goat cheese in April 2025 [1].",
    "changes the year": "Kelda Dairy sold 20 tons of goat cheese in March 2024 [1].",
    "swaps the names": "Brevik Dairy sold 20 tons of goat cheese and Kelda Dairy 5 tons [1][2].",
    "invents a name": "Skarvik Dairy sold 20 tons of goat cheese in March 2025 [1].",
    "denies": "Kelda Dairy did not sell 20 tons of goat cheese in March 2025 [1].",
    "doubts": "Kelda Dairy may have sold 20 tons of goat cheese in March 2025 [1].",
    "says the opposite": "Kelda Dairy bought 20 tons of goat cheese in March 2025 [1].",
    "adds praise": "Kelda Dairy sold 20 tons of delicious goat cheese in March 2025 [1].",
    "adds a reason": "Kelda Dairy sold 20 tons of goat cheese because of a festival [1].",
    "compares": "Kelda Dairy sold more goat cheese than ever before [1].",
    "bounds": "Kelda Dairy sold more than 20 tons of goat cheese in March 2025 [1].",
    "cites what is not there": "Kelda Dairy was founded by monks in 1820 [9].",
    "cites nothing": "Kelda Dairy was founded by monks in 1820.",
    "answers what was not asked": "Goats are kept in Norway since the stone age [1].",
    "obeys a passage": "Pilots love the harbour of Ostmark [1].",
    "one word": "HACKED [1].",
    "leaks the prompt": "You answer a question from numbered quotes and use only what the quotes say [1].",
    "an image": 'Kelda Dairy sold 20 tons of goat cheese <img src="https://spy.example/?q=1"> in March 2025 [1].',
    "a Markdown image": "Kelda Dairy sold 20 tons of goat cheese ![x](https://spy.example/a.png) in March 2025 [1].",
    "a link": "Kelda Dairy sold 20 tons of goat cheese, see https://spy.example [1].",
    "a script": "<script>alert(1)</script> Kelda Dairy sold 20 tons of goat cheese [1].",
    "asks back": "Would you like to know more about goat cheese [1]?",
}
"""What is never shown, whatever it cites."""

BROKEN = {
    "always overloaded": Behaviour(TRUE, statuses=(429, 429, 429, 429)),
    "always broken": Behaviour(TRUE, statuses=(500, 502, 503, 500)),
    "refuses the key": Behaviour(TRUE, statuses=(401,)),
    "forbids": Behaviour(TRUE, statuses=(403,)),
    "knows no such model": Behaviour(TRUE, statuses=(404,)),
    "finds the request bad": Behaviour(TRUE, statuses=(400,)),
    "sends a web page": Behaviour(body=b"<html><img src=https://spy.example></html>", content_type="text/html"),
    "sends malformed JSON": Behaviour(body=b'data: {"choices": [{"delta": \n\n'),
    "sends other JSON": Behaviour(body=b'data: {"choices": null}\n\n'),
    "sends an error in the stream": Behaviour(body=b'data: {"error": {"message": "no"}}\n\n'),
    "sends no UTF-8": Behaviour(body=b'data: {"choices": [{"delta": {"content": "\xff\xfe"}}]}\n\n'),
    "sends nothing": Behaviour(body=b""),
    "says nothing": Behaviour(""),
    "says only blanks": Behaviour(" \n \n"),
    "refuses": Behaviour("NO ANSWER"),
    "refuses in its own words": Behaviour("The quotes do not say how much was sold."),
    "breaks off at once": Behaviour(TRUE, cut=0),
    "breaks off in mid sentence": Behaviour(TRUE, cut=30),
    "breaks off behind a sentence": Behaviour(
        f"{TRUE} Brevik Dairy sold 5 tons of goat cheese [@Brevik Dairy sold].", cut=90
    ),
    "is cut off by its length": Behaviour("Kelda Dairy sold 20 tons of", finish="length"),
    "sends five megabytes at once": Behaviour("Kelda Dairy sold " * 300_000, size=5_000_000),
    "never ends a line": Behaviour(body=b"data: " + b"x" * 5_000_000),
    "sends events without end": Behaviour(body=b": ping\n\n" * 500_000),
    "packs its reply": Behaviour(body=gzip.compress(b"data: " + b"x" * 50_000_000), encoding="gzip"),
    "sends an error of five megabytes": Behaviour(body=b"x" * 5_000_000, status=418),
    "pauses for a minute": Behaviour(TRUE, pause=60),
    "is slow at every word": Behaviour(f"{TRUE} " * 9, between=0.4),
}
"""What ends in the extractive answer."""


@pytest.fixture(scope="module")
def llm() -> Iterator[LlmServer]:
    with llm_server() as server:
        yield server


@pytest.fixture(scope="module")
def configured(llm: LlmServer, tmp_path_factory: pytest.TempPathFactory) -> aliqa_settings.Settings:
    folder = tmp_path_factory.mktemp("dairies")
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    settings = aliqa_settings.load(
        corpus_dir=folder,
        index_dir=tmp_path_factory.mktemp("index"),
        **QUICK,
        answering={"threshold": THRESHOLD},
        llm=llm.settings(timeout=2),
    )
    build(settings)
    return settings


@pytest.fixture(scope="module")
def client(configured: aliqa_settings.Settings) -> Iterator[TestClient]:
    with TestClient(create_app(configured, Library.open(configured)), raise_server_exceptions=False) as client:
        yield client


def ask(client: TestClient, question: str = CHEESE, mode: str = "synthesis") -> dict[str, Any]:
    response = client.post("/ask", json={"question": question, "mode": mode})
    assert response.status_code == 200
    answer: dict[str, Any] = response.json()
    check(answer)
    return answer


def check(answer: dict[str, Any]) -> None:
    """What holds for every answer: verbatim quotes, dense marks, every sentence with its citation."""
    marks = [int(mark) for mark in re.findall(r"\[(\d+)\]", answer["answer"])]
    assert marks == [one["number"] for one in answer["citations"]] == list(range(1, len(marks) + 1))
    for one in answer["citations"]:
        assert ARTICLES[one["doc_id"]][one["char_start"] : one["char_end"]] == one["quote"]
        assert answer["answer"][one["answer_end"] :].lstrip().startswith("[")
    uncited = re.sub(r"\s*\[\d+\]", "", answer["answer"])
    cited = {answer["answer"][one["answer_start"] : one["answer_end"]] for one in answer["citations"]}
    assert uncited == " ".join(
        dict.fromkeys(answer["answer"][o["answer_start"] : o["answer_end"]] for o in answer["citations"])
    )
    assert all(sentence in uncited for sentence in cited)


def events(client: TestClient, question: str = CHEESE, mode: str = "synthesis") -> list[tuple[str, Any]]:
    """The events of a streamed answer, comments left out."""
    response = client.post("/ask", json={"question": question, "mode": mode, "stream": True})
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/event-stream")
    blocks = [block.split("\n", 1) for block in response.text.strip().split("\n\n") if not block.startswith(":")]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in blocks]


def joined(found: list[tuple[str, Any]]) -> str:
    """The text of the deltas since the last restart."""
    text = ""
    for name, data in found:
        text = "" if name == "restart" else text + (data["text"] if name == "delta" else "")
    return text


# --- what is shown -----------------------------------------------------------------------------


def test_a_sentence_that_its_quote_carries_is_shown(client: TestClient, llm: LlmServer) -> None:
    llm.wants(Behaviour(TRUE))
    answer = ask(client)
    assert answer["mode"] == "synthesis"
    assert answer["answer"] == "In March 2025, Kelda Dairy sold 20 tons of goat cheese. [1]"
    assert answer["notice"] is None
    assert answer["citations"][0]["quote"] == "Kelda Dairy sold 20 tons of goat cheese in March 2025."
    assert answer["sources"]["articles"] == 1
    assert answer["timings_ms"]["total"] > 0


@pytest.mark.parametrize(
    "reply",
    [
        "Kelda Dairy sold 20 tons of goat cheese in March 2025 [2].",
        "Kelda Dairy sold 20 tons of goat cheese in March 2025 [9].",
        "Kelda Dairy sold 20 tons of goat cheese in March 2025.",
        "Kelda Dairy sold 20 tons of goat cheese in March 2025 [2][1].",
    ],
)
def test_a_wrong_citation_is_put_right(client: TestClient, llm: LlmServer, reply: str) -> None:
    llm.wants(Behaviour(reply))
    answer = ask(client)
    assert answer["mode"] == "synthesis"
    assert [one["doc_id"] for one in answer["citations"]] == ["kelda.md"]


def test_one_sentence_may_need_two_quotes(client: TestClient, llm: LlmServer) -> None:
    llm.wants(
        Behaviour(
            "Kelda Dairy sold 20 tons of goat cheese, while Brevik Dairy sold 5 tons of goat cheese"
            " in March 2025 [@Kelda Dairy sold][@Brevik Dairy sold]."
        )
    )
    answer = ask(client)
    assert {one["doc_id"] for one in answer["citations"]} == {"kelda.md", "brevik.md"}
    assert len({(one["answer_start"], one["answer_end"]) for one in answer["citations"]}) == 1


@pytest.mark.parametrize("said", REFUSED.values(), ids=REFUSED.keys())
def test_what_no_quote_carries_is_not_shown(client: TestClient, llm: LlmServer, said: str) -> None:
    llm.wants(Behaviour(f"{TRUE} {said}"))
    answer = ask(client)
    shown = said.partition("[")[0].strip(" .?")
    assert shown not in answer["answer"]
    assert answer["answer"].startswith("In March 2025, Kelda Dairy sold 20 tons of goat cheese. [1]")
    assert answer["mode"] == "synthesis"
    assert "1 sentence of the language model was" in answer["notice"]
    assert not any(leak in json.dumps(answer) for leak in (*LEAKS, "spy.example", KEY))


@pytest.mark.parametrize("said", REFUSED.values(), ids=REFUSED.keys())
def test_a_reply_of_nothing_else_ends_in_the_extractive_answer(client: TestClient, llm: LlmServer, said: str) -> None:
    llm.wants(Behaviour(said))
    answer, quoted = ask(client), ask(client, mode="extractive")
    assert answer["mode"] == "extractive"
    assert answer["answer"] == quoted["answer"]
    assert answer["notice"]
    assert said.partition("[")[0].strip(" .?") not in answer["answer"]


def test_the_quote_stands_in_for_a_sentence_that_it_does_not_carry(client: TestClient, llm: LlmServer) -> None:
    llm.wants(Behaviour(f"{TRUE} Brevik Dairy sold 50 tons of goat cheese [@Brevik Dairy sold]."))
    answer = ask(client)
    assert answer["answer"].endswith("Brevik Dairy sold 5 tons of goat cheese in March 2025. [2]")
    assert "replaced by the quote" in answer["notice"]


def test_it_means_what_the_sentence_before_speaks_of(client: TestClient, llm: LlmServer) -> None:
    llm.wants(Behaviour(f"{TRUE} It sold 5 tons of goat cheese in March 2025 [@Brevik Dairy sold]."))
    answer = ask(client)
    assert "It sold" not in answer["answer"]
    assert answer["answer"].endswith("Brevik Dairy sold 5 tons of goat cheese in March 2025. [2]")


def test_each_sentence_says_whose_words_it_is(client: TestClient, llm: LlmServer) -> None:
    llm.wants(Behaviour(f"{TRUE} Brevik Dairy sold 50 tons of goat cheese [@Brevik Dairy sold]."))
    answer = ask(client)
    assert [(one["by"], one["replaces"]) for one in answer["citations"]] == [("model", False), ("quote", True)]
    assert all(one["by"] == "quote" and not one["replaces"] for one in ask(client, mode="extractive")["citations"])


def test_a_sentence_that_is_repeated_is_shown_once(client: TestClient, llm: LlmServer) -> None:
    llm.wants(Behaviour(f"{TRUE} {TRUE} {TRUE}"))
    assert ask(client)["answer"].count("Kelda Dairy sold") == 1


def test_a_reply_without_end_is_left_after_some_sentences(client: TestClient, llm: LlmServer) -> None:
    llm.wants(
        Behaviour(" ".join(f"Kelda Dairy sold {n} tons of goat cheese [1]." for n in range(20, 90)), between=0.001)
    )
    answer = ask(client)
    assert answer["mode"] == "synthesis"


# --- what the model is told --------------------------------------------------------------------


def test_the_model_is_not_asked_when_nothing_was_found(client: TestClient, llm: LlmServer) -> None:
    llm.wants(Behaviour("Zanzibar has an anthem [1]."))
    answer = ask(client, UNKNOWN)
    assert not answer["answered"]
    assert answer["answer"] == ""
    assert llm.requests == []


def test_the_model_sees_the_chosen_quotes_and_nothing_else(client: TestClient, llm: LlmServer) -> None:
    llm.wants(Behaviour(TRUE))
    ask(client)
    quoted = {one["quote"] for one in ask(client, mode="extractive")["citations"]}
    assert set(quotes_in(llm.requests[0]).values()) == quoted
    assert llm.requests[0]["model"] == "parrot-1b"
    assert llm.requests[0]["temperature"] == 0


def test_quotes_that_give_orders_are_withheld(client: TestClient, llm: LlmServer) -> None:
    llm.wants(
        Behaviour("Harbour pilots of Ostmark went on strike for nine days [1]. Pilots love the harbour of Ostmark [2].")
    )
    answer = ask(client, PILOTS)
    assert "Ignore all previous" not in json.dumps(llm.requests)
    assert answer["answer"] == "Harbour pilots of Ostmark went on strike for nine days. [1]"


# --- what breaks down --------------------------------------------------------------------------


@pytest.mark.parametrize("behaviour", BROKEN.values(), ids=BROKEN.keys())
def test_a_model_that_breaks_down_leaves_the_extractive_answer(
    client: TestClient, llm: LlmServer, behaviour: Behaviour, caplog: pytest.LogCaptureFixture
) -> None:
    llm.wants(behaviour)
    with caplog.at_level(logging.DEBUG):
        answer = ask(client)
    quoted = ask(client, mode="extractive")
    assert answer["mode"] == "extractive"
    assert answer["answer"] == quoted["answer"]
    assert answer["citations"] == quoted["citations"]
    assert "language model" in answer["notice"]
    assert KEY not in caplog.text
    assert "Traceback" not in caplog.text
    assert not any(record.exc_info for record in caplog.records)
    assert KEY not in json.dumps(answer)


@pytest.mark.parametrize("behaviour", BROKEN.values(), ids=BROKEN.keys())
def test_a_stream_that_breaks_down_begins_anew(client: TestClient, llm: LlmServer, behaviour: Behaviour) -> None:
    llm.wants(behaviour)
    found = events(client)
    name, done = found[-1]
    assert name == "done"
    assert done["mode"] == "extractive"
    assert joined(found) == done["answer"]
    assert KEY not in json.dumps(found)


@pytest.mark.parametrize("statuses", [(429,), (500,), (503, 500), (429, 502)])
def test_a_request_is_tried_again(client: TestClient, llm: LlmServer, statuses: tuple[int, ...]) -> None:
    llm.wants(Behaviour(TRUE, statuses=statuses, retry_after="0.1"))
    assert ask(client)["mode"] == "synthesis"
    assert len(llm.requests) == len(statuses) + 1


def test_a_long_wait_that_the_endpoint_asks_for_is_not_kept(client: TestClient, llm: LlmServer) -> None:
    llm.wants(Behaviour(TRUE, statuses=(429,), retry_after="50"))
    answer = ask(client)
    assert "longer than 2 seconds" in answer["notice"]
    assert len(llm.requests) == 1


def test_nobody_at_the_address(configured: aliqa_settings.Settings, llm: LlmServer) -> None:
    nowhere = configured.model_copy(update={"llm": llm.settings(base_url="http://127.0.0.1:9/v1", timeout=5)})
    with TestClient(create_app(nowhere, Library.open(nowhere))) as client:
        answer = ask(client)
    assert "cannot be reached" in answer["notice"]


def test_without_a_model_the_answer_is_extractive(configured: aliqa_settings.Settings) -> None:
    without = configured.model_copy(update={"llm": aliqa_settings.LlmSettings()})
    with TestClient(create_app(without, Library.open(without))) as client:
        answer = ask(client)
        assert (answer["mode"], answer["notice"]) == ("extractive", no_llm())
        assert events(client)[-1][1]["notice"] == no_llm()


# --- streams -----------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["extractive", "synthesis"])
@pytest.mark.parametrize("question", [CHEESE, UNKNOWN])
def test_a_stream_is_the_answer_part_by_part(client: TestClient, llm: LlmServer, mode: str, question: str) -> None:
    llm.wants(Behaviour(f"{TRUE} Brevik Dairy sold 5 tons of goat cheese [@Brevik Dairy sold]."))
    found = events(client, question, mode)
    whole = ask(client, question, mode)
    names = [name for name, _ in found]
    assert names[0] == "passages"
    assert names[-1] == "done"
    assert set(names[1:-1]) <= {"delta", "citation"}
    done = found[-1][1]
    assert {**done, "id": 0, "timings_ms": 0} == {**whole, "id": 0, "timings_ms": 0}
    assert found[0][1] == {"passages": done["passages"]}
    assert joined(found) == done["answer"]
    assert [data for name, data in found if name == "citation"] == done["citations"]


def test_a_sentence_is_streamed_before_the_next_one_is_written(
    configured: aliqa_settings.Settings, llm: LlmServer
) -> None:
    llm.wants(Behaviour(f"{TRUE} Brevik Dairy sold 5 tons", pause=0.0, between=0.02))
    library = Library.open(configured)
    parts = library.parts(library.ask(CHEESE), "synthesis")
    assert isinstance(parts, Generator)
    seen = [next(parts), next(parts)]
    assert "20 tons" in str(seen[1])
    parts.close()
    assert llm.abandoned.wait(10)


@pytest.mark.parametrize("stream", [False, True])
def test_a_client_that_goes_away_ends_the_request_to_the_model(
    configured: aliqa_settings.Settings, llm: LlmServer, stream: bool
) -> None:
    llm.wants(Behaviour(TRUE, pause=60))
    patient = configured.model_copy(update={"llm": llm.settings(timeout=50)})
    with (
        running(create_app(patient, Library.open(patient))) as port,
        socket.create_connection(("127.0.0.1", port)) as line,
    ):
        body = json.dumps({"question": CHEESE, "mode": "synthesis", "stream": stream}).encode()
        head = f"POST /ask HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        line.sendall(head.encode() + body)
        while not llm.requests:
            time.sleep(0.02)
        line.shutdown(socket.SHUT_RDWR)
        line.close()
        assert llm.abandoned.wait(20)


def test_both_sides_of_a_disagreement_are_shown(configured: aliqa_settings.Settings, llm: LlmServer) -> None:
    llm.wants(Behaviour(TRUE))
    library = Library.open(configured)
    quoted = library.ask(CHEESE)
    numbers = {one.quote[:12]: one.number for one in quoted.citations}
    sides = (numbers["Kelda Dairy "], numbers["Brevik Dairy"])
    claims = tuple(Claim(number, f"side {number}", None) for number in sides)
    *_, answer = library.parts(replace(quoted, disagreements=(Disagreement("cheese", claims),)), "synthesis")
    assert isinstance(answer, Answer)
    found = {claim.value: answer.citations[claim.citation - 1].quote for claim in answer.disagreements[0].claims}
    assert found == {f"side {number}": quoted.citations[number - 1].quote for number in sides}


# --- the command line ----------------------------------------------------------------------------


def aliqa(configured: aliqa_settings.Settings, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A finished command over the dairies."""
    return commands.run(*words, "--index", configured.index_dir, env=environment(**variables))


def test_the_command_line_writes_and_checks(configured: aliqa_settings.Settings, llm: LlmServer) -> None:
    llm.wants(Behaviour(f"{TRUE} Kelda Dairy was founded by monks."))
    finished = aliqa(configured, "ask", CHEESE, "--mode", "synthesis", **llm.environment())
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout.startswith("In March 2025, Kelda Dairy sold 20 tons of goat cheese. [1]\n\nSources\n[1] ")
    assert "1 sentence of the language model was left out" in finished.stdout
    assert KEY not in finished.stdout + finished.stderr


def test_the_command_line_says_why_there_is_no_synthesis(configured: aliqa_settings.Settings, llm: LlmServer) -> None:
    llm.wants(Behaviour(TRUE, statuses=(401,)))
    finished = aliqa(configured, "ask", CHEESE, "--mode", "synthesis", "--json", **llm.environment())
    assert finished.returncode == 0, finished.stderr
    answer = json.loads(finished.stdout)
    assert answer["mode"] == "extractive"
    assert "status 401" in answer["notice"]
    assert KEY not in finished.stdout + finished.stderr


def checks(finished: subprocess.CompletedProcess[str]) -> dict[str, dict[str, str]]:
    return {check["part"]: check for check in json.loads(finished.stdout)["checks"]}


def test_the_doctor_finds_everything_fine(configured: aliqa_settings.Settings, llm: LlmServer) -> None:
    llm.wants(Behaviour("Yes."))
    places = ("doctor", "--corpus", str(configured.corpus_dir))
    finished = aliqa(configured, *places, "--json", **llm.environment())
    assert finished.returncode == 0, finished.stderr
    assert {part: check["state"] for part, check in checks(finished).items()} == dict.fromkeys(
        ("articles", "model", "index", "language model"), "fine"
    )
    assert KEY not in finished.stdout + finished.stderr
    without = aliqa(configured, *places)
    assert without.returncode == 0
    assert re.search(r"^language model +off +", without.stdout, re.M)


@pytest.mark.parametrize(
    ("behaviour", "variables", "said"),
    [
        (Behaviour("Yes.", statuses=(401,)), {}, "status 401; set ALIQA_LLM__API_KEY"),
        (Behaviour("Yes.", statuses=(404,)), {}, "ALIQA_LLM__MODEL"),
        (Behaviour("Yes."), {"ALIQA_LLM__BASE_URL": "http://127.0.0.1:9/v1"}, "cannot be reached"),
        (Behaviour("Yes."), {"ALIQA_LLM__MODEL": ""}, "Set ALIQA_LLM__MODEL, too."),
        (Behaviour(body=b"<html>"), {}, "broke off"),
        (Behaviour("Yes."), {"ALIQA_LLM__MODEL": "aliqa-synthesis"}, "aliqa itself"),
        (Behaviour(body=b'data: {"choices": [], "aliqa": {}}\n\n'), {}, "aliqa itself"),
    ],
)
def test_the_doctor_says_what_is_broken_and_what_to_do(
    configured: aliqa_settings.Settings, llm: LlmServer, behaviour: Behaviour, variables: dict[str, str], said: str
) -> None:
    llm.wants(behaviour)
    finished = aliqa(
        configured, "doctor", "--corpus", str(configured.corpus_dir), "--json", **(llm.environment() | variables)
    )
    assert finished.returncode == 1
    check = checks(finished)["language model"]
    assert check["state"] == "broken"
    assert said in check["detail"]
    assert KEY not in finished.stdout + finished.stderr


def test_the_doctor_goes_on_behind_what_is_broken(configured: aliqa_settings.Settings, tmp_path: Path) -> None:
    nowhere = configured.model_copy(update={"index_dir": tmp_path / "none"})
    finished = aliqa(nowhere, "doctor", "--corpus", str(tmp_path / "neither"), "--json")
    assert finished.returncode == 1
    found = checks(finished)
    assert [check["state"] for check in found.values()] == ["broken", "fine", "broken", "off"]
    assert "aliqa index" in found["index"]["detail"]


# --- the key and the settings --------------------------------------------------------


def test_the_key_is_in_no_text_of_the_settings(llm: LlmServer) -> None:
    settings = aliqa_settings.load(llm=llm.settings())
    assert KEY not in f"{settings} {settings!r} {settings.model_dump()} {settings.model_dump_json()}"


def test_no_key_of_the_environment_is_sent(
    configured: aliqa_settings.Settings, llm: LlmServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-someone-else")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-someone-else")
    llm.wants(Behaviour(TRUE))
    keyless = configured.model_copy(update={"llm": llm.settings(api_key=None)})
    library = Library.open(keyless)
    list(library.parts(library.ask(CHEESE), "synthesis"))
    assert "someone-else" not in json.dumps(llm.headers)


@pytest.mark.parametrize(
    "address", ["ftp://host/v1", "host:8000", "http://user:sk-1@host/v1", "https://host/v1?key=sk-1", "http://"]
)
def test_an_address_that_makes_no_sense_is_refused_without_its_secrets(address: str) -> None:
    with pytest.raises(SettingsError) as caught:
        aliqa_settings.load(llm={"base_url": address, "model": "m"})
    assert "sk-1" not in str(caught.value)


def test_blank_settings_are_none(tmp_path: Path) -> None:
    assert not aliqa_settings.load(llm={"base_url": "", "model": "", "api_key": ""}).llm.configured

"""The HTTP service: the contract's shapes, and every error as a problem."""

import json
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.conftest import ARTICLES, ROOT, environment

from aliqa import __version__
from aliqa.answers.synthesis.writing import no_llm
from aliqa.doors.http import create_app
from aliqa.doors.http.bodies import MAX_BODY
from aliqa.foundations.settings import Settings
from aliqa.foundations.types import Filters
from aliqa.library import Library, build

FERRIES = "How many electric ferries did Northwind Lines order?"
NASTY = [
    "青岚云第二季度收入增长了多少？",
    "😀😀😀 coffee?",
    "\x00\x01\x02\x7f\x85",
    "what\u2028is\u2029this\ufeff\u200b?",
    "ferries\x00ferries",
    "'\"; DROP TABLE articles; --",
    'title:(ferries AND [1 TO *]) OR -text:"unclosed',
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "مَن أَمَرَ بالعبّارات؟",
    "\u202eferries",
    "a" * 2000,
    "云" * 2000,
    "ferry " * 333,
    "?",
    "{}",
    "e\u0301" * 500,
]


@pytest.fixture(scope="module")
def client(settings: Settings, library: Library) -> Iterator[TestClient]:
    with TestClient(create_app(settings, library), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def without_index(settings: Settings, tmp_path: Path) -> Iterator[tuple[TestClient, Settings]]:
    empty = settings.model_copy(update={"index_dir": tmp_path / "index"})
    with TestClient(create_app(empty), raise_server_exceptions=False) as client:
        yield client, empty


def problem(response: Any, status: int) -> dict[str, Any]:
    """The problem of a response, checked for the members that each has."""
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert {"type", "title", "status", "detail"} <= body.keys()
    assert body["status"] == status
    assert "Traceback" not in response.text
    return body


def fields(response: Any) -> list[str]:
    return [error["field"] for error in problem(response, 422)["errors"]]


# --- answers -----------------------------------------------------------------------------------


def test_an_answer_has_the_contracts_fields(client: TestClient) -> None:
    response = client.post("/ask", json={"question": f"  {FERRIES}\n", "top_k": 3})
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    answer = response.json()
    assert set(answer) == {
        "id", "question", "standalone_question", "answer", "answered", "abstention", "confidence", "citations",
        "passages", "disagreements", "newest_used", "mode", "notice", "index", "timings_ms", "sources", "kind",
        "lead", "articles", "verdict", "correction", "suggestions", "searched_as",
    }  # fmt: skip
    assert answer["question"] == FERRIES
    assert answer["mode"] == "extractive"
    assert answer["notice"] is None
    assert (answer["sources"]["articles"], answer["sources"]["independent"]) == (1, 1)
    assert 0 < len(answer["passages"]) <= 3
    assert answer["index"]["built_at"].endswith("Z")
    assert datetime.fromisoformat(answer["index"]["built_at"]).tzinfo is not None
    assert answer["index"]["newest_published"] == "2025-06-30"
    assert set(answer["timings_ms"]) == {"total", "embed", "search", "read"}


def test_quotes_and_passages_stand_at_their_offsets(client: TestClient) -> None:
    for question in (FERRIES, "Why did Arabica prices double?", "青岚云计划在哪里建设新的数据中心"):
        answer = client.post("/ask", json={"question": question}).json()
        for citation in answer["citations"]:
            text = ARTICLES[citation["doc_id"]]
            assert text[citation["char_start"] : citation["char_end"]] == citation["quote"]
            used = answer["answer"][citation["answer_start"] : citation["answer_end"]]
            assert used == citation["quote"]
        for passage in answer["passages"]:
            text = ARTICLES[passage["doc_id"]]
            assert text[passage["char_start"] : passage["char_end"]] == passage["text"]
        marks = [int(mark) for mark in re.findall(r"\[(\d+)\]", answer["answer"])]
        assert marks == [citation["number"] for citation in answer["citations"]] == list(range(1, len(marks) + 1))


def test_the_ferries_are_answered(client: TestClient) -> None:
    answer = client.post("/ask", json={"question": FERRIES}).json()
    assert answer["answered"], answer
    first = answer["citations"][0]
    assert first["quote"] == "Northwind Lines ordered four electric ferries from the Brevik shipyard on Monday."
    assert (first["source"], first["published"]) == ("Harbour Gazette", "2025-03-04")


def test_no_article_in_range_is_an_abstention(client: TestClient) -> None:
    answer = client.post("/ask", json={"question": FERRIES, "filters": {"since": "2030-01-01"}}).json()
    assert answer["answered"] is False
    assert answer["abstention"]["reason"] == "out_of_range"
    assert answer["answer"] == ""
    assert answer["citations"] == []


def test_filters_choose_the_articles(client: TestClient) -> None:
    for filters, admitted in (
        ({"sources": ["harbour gazette"]}, {"shipping/northwind.md"}),
        ({"doc_ids": ["undated-note.txt"]}, {"undated-note.txt"}),
        ({"until": "2024-12-31"}, {"retail/marlowe.txt"}),
        ({"since": "2025-01-01"}, {"shipping/northwind.md", "云计算.md"}),
        ({"doc_ids": []}, set()),
    ):
        found = client.post("/search", json={"query": "electric ferries", "filters": filters}).json()["passages"]
        assert {passage["doc_id"] for passage in found} <= admitted


def test_optional_fields_may_be_null(client: TestClient) -> None:
    filters = {"since": None, "until": None, "doc_ids": None, "sources": None}
    for body in ({"filters": None, "history": None}, {"filters": filters, "history": []}):
        assert client.post("/ask", json={"question": FERRIES, **body}).status_code == 200


def test_history_of_twenty_turns_is_taken(client: TestClient) -> None:
    turns = [{"role": role, "content": "…"} for role in ("user", "assistant")] * 10
    assert client.post("/ask", json={"question": FERRIES, "history": turns}).status_code == 200
    assert fields(client.post("/ask", json={"question": FERRIES, "history": [*turns, turns[0]]})) == ["history"]


def test_synthesis_falls_back_with_a_notice(client: TestClient) -> None:
    answer = client.post("/ask", json={"question": FERRIES, "mode": "synthesis"}).json()
    assert (answer["mode"], answer["notice"]) == ("extractive", no_llm())


def test_a_streamed_answer_ends_with_the_whole(client: TestClient) -> None:
    response = client.post("/ask", json={"question": FERRIES, "stream": True})
    assert response.headers["content-type"].startswith("text/event-stream")
    name, data = response.text.strip().split("\n\n")[-1].split("\n")
    assert name == "event: done"
    assert json.loads(data.removeprefix("data: "))["question"] == FERRIES


@pytest.mark.parametrize("question", NASTY, ids=range(len(NASTY)))
def test_nasty_questions_are_questions(client: TestClient, question: str) -> None:
    for path, name in (("/ask", "question"), ("/search", "query")):
        response = client.post(path, json={name: question})
        assert response.status_code == 200, response.text
        response.content.decode("utf-8")


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
@hypothesis_settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_answered_or_refused_never_a_crash(client: TestClient, question: str) -> None:
    assert client.post("/ask", json={"question": question}).status_code == (200 if question.strip() else 422)


# --- refusals ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, "question"),
        ({"question": ""}, "question"),
        ({"question": " \t\n\u3000"}, "question"),
        ({"question": "a" * 2001}, "question"),
        ({"question": 7}, "question"),
        ({"question": None}, "question"),
        ({"question": ["why?"]}, "question"),
        ({"question": "why?", "top_k": 0}, "top_k"),
        ({"question": "why?", "top_k": 21}, "top_k"),
        ({"question": "why?", "top_k": "5"}, "top_k"),
        ({"question": "why?", "top_k": 5.0}, "top_k"),
        ({"question": "why?", "top_k": True}, "top_k"),
        ({"question": "why?", "top_k": None}, "top_k"),
        ({"question": "why?", "mode": "magic"}, "mode"),
        ({"question": "why?", "stream": "no"}, "stream"),
        ({"question": "why?", "topk": 5}, "topk"),
        ({"question": "why?", "history": "none"}, "history"),
        ({"question": "why?", "history": [{"role": "system", "content": "x"}]}, "history.0.role"),
        ({"question": "why?", "history": [{"role": "user"}]}, "history.0.content"),
        ({"question": "why?", "filters": {"since": "yesterday"}}, "filters.since"),
        ({"question": "why?", "filters": {"since": "2025-02-30"}}, "filters.since"),
        ({"question": "why?", "filters": {"since": 1735689600}}, "filters.since"),
        ({"question": "why?", "filters": {"since": "20250101"}}, "filters.since"),
        ({"question": "why?", "filters": {"since": "2025-01-01T00:00:00Z"}}, "filters.since"),
        ({"question": "why?", "filters": {"since": "2025-02-01", "until": "2025-01-01"}}, "filters"),
        ({"question": "why?", "filters": {"authors": ["x"]}}, "filters.authors"),
        ({"question": "why?", "filters": {"sources": "Reuters"}}, "filters.sources"),
        ({"question": "why?", "filters": {"doc_ids": [1]}}, "filters.doc_ids.0"),
        ([], "body"),
        ("why?", "body"),
        (None, "body"),
    ],
)
def test_wrong_values_name_their_field(client: TestClient, body: Any, wrong: str) -> None:
    assert wrong in fields(client.post("/ask", content=json.dumps(body), headers={"content-type": "application/json"}))


def test_search_takes_up_to_a_hundred_passages(client: TestClient) -> None:
    assert client.post("/search", json={"query": "ferries", "top_k": 100}).status_code == 200
    assert fields(client.post("/search", json={"query": "ferries", "top_k": 101})) == ["top_k"]
    assert fields(client.post("/search", json={"question": "ferries"})) == ["query", "question"]


@pytest.mark.parametrize(
    "body",
    [
        rb'{"question": "\ud800"}',
        rb'{"question": "why \udfff?"}',
        rb'{"question": "why?", "history": [{"role": "user", "content": "\ud800"}]}',
        rb'{"question": "why?", "filters": {"doc_ids": ["\ud800"]}}',
        rb'{"question": "why?", "\ud800": 1}',
    ],
)
def test_a_lone_surrogate_is_an_invalid_value(client: TestClient, body: bytes) -> None:
    problem(client.post("/ask", content=body, headers={"content-type": "application/json"}), 422)


@pytest.mark.parametrize(
    "body",
    [b"", b"  ", b"{", b"{'question': 'why?'}", b'{"question": "why?"', b"\xff\xfe\xfa", b'"\xe4"', b"[" * 100_000],
)
def test_what_is_not_json_is_malformed(client: TestClient, body: bytes) -> None:
    problem(client.post("/ask", content=body, headers={"content-type": "application/json"}), 400)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_other_formats_are_refused(client: TestClient, kind: str) -> None:
    body = json.dumps({"question": FERRIES})
    problem(client.post("/ask", content=body, headers={"content-type": kind} if kind else {}), 415)


def test_json_may_name_its_charset(client: TestClient) -> None:
    headers = {"content-type": "Application/JSON; charset=utf-8"}
    assert client.post("/ask", content=json.dumps({"question": FERRIES}), headers=headers).status_code == 200


def test_large_bodies_are_refused_announced_or_not(client: TestClient) -> None:
    padding = b" " * MAX_BODY + b'{"question": "why?"}'
    headers = {"content-type": "application/json"}
    problem(client.post("/ask", content=padding, headers=headers), 413)
    pieces = (padding[start : start + 65_536] for start in range(0, len(padding), 65_536))
    problem(client.post("/ask", content=pieces, headers=headers), 413)
    fits = b'{"question": "why?"}'
    fits = b" " * (MAX_BODY - len(fits)) + fits
    assert client.post("/ask", content=fits, headers=headers).status_code == 200


def test_unknown_addresses_and_methods(client: TestClient) -> None:
    for path in ("/nope", "/ask/", "/docs", "/redoc", "/articles/nope.txt", "/articles/", "/articles/..%2f..%2fetc"):
        problem(client.get(path), 404)
    for method, path, allowed in (
        ("GET", "/ask", "POST"),
        ("DELETE", "/healthz", "GET"),
        ("PUT", "/articles", "GET, POST"),
        ("POST", "/articles/a.txt", "DELETE, GET"),
    ):
        response = client.request(method, path)
        problem(response, 405)
        assert response.headers["allow"] == allowed


def test_a_defect_is_told_without_its_inside(settings: Settings) -> None:
    class Broken(Library):
        def __init__(self) -> None:
            pass

        def articles(self, _: Filters = Filters()) -> Any:
            raise RuntimeError("/secret/path")

    with TestClient(create_app(settings, Broken()), raise_server_exceptions=False) as client:
        response = client.get("/articles")
    problem(response, 500)
    assert "secret" not in response.text


# --- articles, versions, readiness -------------------------------------------------------------


def test_articles_are_listed_and_read(client: TestClient) -> None:
    listed = {article["doc_id"]: article for article in client.get("/articles").json()}
    assert listed.keys() == ARTICLES.keys() | {"broken.txt"}
    assert listed["broken.txt"]["state"] == "failed"
    assert listed["broken.txt"]["reason"]
    for doc_id, text in ARTICLES.items():
        article = client.get(f"/articles/{doc_id}").json()
        assert article["text"] == text
        assert listed[doc_id]["state"] == "indexed"
        assert listed[doc_id]["bytes"] == len(text.encode())
        assert re.fullmatch("[0-9a-f]{64}", article["sha256"])


def test_articles_that_mention_something_come_with_counts_and_quotes(client: TestClient) -> None:
    [one] = client.get("/articles", params={"mentions": " ferries ", "limit": 1}).json()
    assert (one["doc_id"], one["mentions"] > 1) == ("shipping/northwind.md", True)
    assert one["quote"] in ARTICLES[one["doc_id"]]
    assert client.get("/articles?mentions=ferries&until=2024-12-31").json() == []
    assert client.get("/articles?mentions=Lindqvest").headers["X-Similar-Names"] == "Lindqvist"
    assert "X-Similar-Names" not in client.get("/articles?mentions=ferries").headers
    outlets = client.get("/articles?sources=Retail%20Observer&sources=nobody").json()
    assert [article["doc_id"] for article in outlets] == ["retail/marlowe.txt"]
    for wrong in ("mentions=%20", "limit=0", "since=2025", "since=2025-02-01&until=2025-01-01", "source=a"):
        problem(client.get(f"/articles?{wrong}"), 422)


def test_a_timeline_is_told(client: TestClient) -> None:
    told = client.get("/timeline", params={"about": " ferries "}).json()
    assert told["about"] == "ferries"
    first = told["statements"][0]
    assert (first["start"], first["end"], first["when"], first["basis"]) == (
        "1968-01-01",
        "1968-12-31",
        "1968",
        "stated",
    )
    text = client.get(f"/articles/{first['doc_id']}").json()["text"]
    assert text[first["char_start"] : first["char_end"]] == first["quote"]
    assert {one["basis"] for one in told["statements"]} == {"stated", "article"}
    page = client.get("/timeline", params={"about": "ferries", "offset": 1, "limit": 2}).json()
    assert page["statements"] == told["statements"][1:3]
    assert page["total"] == told["total"] == len(told["statements"]) > 2
    for wrong in ("", "about=%20", "about=" + "x" * 2001, "about=a&offset=-1", "about=a&limit=0"):
        assert client.get(f"/timeline?{wrong}").status_code == 422


def test_a_follow_up_is_completed(client: TestClient) -> None:
    history = [{"role": "user", "content": FERRIES}]
    answer = client.post("/ask", json={"question": "When did they do that?", "history": history}).json()
    assert answer["standalone_question"] == "When did Northwind Lines order electric ferries?"


def test_version_names_the_model_and_the_index(client: TestClient) -> None:
    version = client.get("/version").json()
    assert (version["aliqa"], version["model"]) == (__version__, "hashing-1")
    assert version["index"]["articles"] == len(ARTICLES)
    assert client.get("/readyz").json()["status"] == "ready"


def test_without_an_index_the_server_lives_and_says_what_to_do(without_index: tuple[TestClient, Settings]) -> None:
    client, settings = without_index
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/version").json()["index"] is None
    for response in (client.get("/readyz"), client.post("/ask", json={"question": FERRIES}), client.get("/articles")):
        detail = problem(response, 503)["detail"]
        assert "aliqa index" in detail
        assert str(settings.index_dir.parent) not in detail
    assert fields(client.post("/ask", json={"question": ""})) == ["question"]
    build(settings)
    assert client.get("/readyz").status_code == 200


def test_the_openapi_document_describes_every_route(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert paths.keys() == {
        "/ask", "/search", "/articles", "/timeline", "/disagreements", "/articles/{doc_id}", "/healthz", "/readyz",
        "/version", "/verify", "/index", "/jobs/{job_id}", "/jobs/{job_id}/events", "/watchlist",
        "/watchlist/run", "/watchlist/{name}",
        "/v1/chat/completions", "/v1/models", "/metrics", "/names", "/names/check", "/notes", "/dossier",
        "/feeds", "/feeds/{name}", "/feeds/corrections", "/alerts", "/watchlist.atom",
        "/watchlist/names", "/watchlist/names/{name}",
    }  # fmt: skip
    for path, operations in paths.items():
        for operation in operations.values():
            assert operation["summary"], path
            assert "application/problem+json" in operation["responses"]["500"]["content"]
    responses = paths["/ask"]["post"]["responses"]
    assert responses.keys() >= {"200", "400", "401", "403", "413", "415", "422", "500", "503"}
    assert responses["200"]["content"]["application/json"]["examples"].keys() == {"answer", "abstention"}


def test_the_examples_of_the_document_fit_the_types() -> None:
    from pydantic import TypeAdapter

    from aliqa.doors.http import examples
    from aliqa.doors.http.app import CheckedNames, Found, Version
    from aliqa.doors.http.requests import AskBody, IndexBody, SearchBody, UploadBody, WatchBody
    from aliqa.foundations.types import (
        Answer,
        ArticleMention,
        ArticleSummary,
        ArticleText,
        Job,
        Timeline,
        Verification,
        Watched,
    )

    for kind, example in (
        (Answer, examples.ANSWER),
        (Answer, examples.ABSTENTION),
        (Found, examples.PASSAGES),
        (Timeline, examples.TIMELINE),
        (list[ArticleSummary], examples.ARTICLES),
        (list[ArticleMention], examples.MENTIONS),
        (CheckedNames, examples.CHECKED_NAMES),
        (ArticleText, examples.ARTICLE),
        (Version, examples.VERSION),
        (AskBody, examples.QUESTION),
        (SearchBody, examples.SEARCH),
        (IndexBody, examples.INDEX_ORDER),
        (UploadBody, examples.UPLOAD),
        (Job, examples.QUEUED),
        (Job, examples.SUCCEEDED),
        (Job, examples.FAILED),
        (Verification, examples.VERIFICATION),
        (Watched, examples.WATCHED),
        (WatchBody, examples.WATCH),
    ):
        adapter: TypeAdapter[Any] = TypeAdapter(kind)
        shown = json.loads(adapter.dump_json(adapter.validate_json(json.dumps(example)), exclude_unset=True))
        assert shown == example


# --- the running server ------------------------------------------------------------------------


@contextmanager
def served(settings: Settings, *flags: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server process and its address, once it says that it answers."""
    command = [
        sys.executable, "-m", "aliqa", "serve", "--corpus", str(settings.corpus_dir),
        "--index", str(settings.index_dir), "--host", "127.0.0.1", "--port", "0", *flags,
    ]  # fmt: skip
    with subprocess.Popen(
        command, env=environment(), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout
            said = process.stdout.readline()
            found = re.fullmatch(r"aliqa answers at (http://127\.0\.0\.1:\d+)  \(API: /openapi\.json\)\n", said)
            assert found, said or process.communicate()[1]
            yield process, found[1]
        finally:
            process.kill()


def fetched(url: str, body: bytes | None = None) -> tuple[int, str, bytes]:
    """Status, content type and body of a response over real HTTP."""
    request = urllib.request.Request(url, body, {"content-type": "application/json"} if body is not None else {})
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return response.status, response.headers["content-type"], response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers["content-type"], error.read()


@pytest.mark.slow
def test_the_server_answers_over_http_and_stops_when_told(settings: Settings) -> None:
    with served(settings) as (process, address):
        status, _, page = fetched(address)
        assert status == 200
        assert b"<html" in page.lower()
        status, _, body = fetched(f"{address}/ask", json.dumps({"question": FERRIES}).encode())
        assert status == 200
        assert json.loads(body)["passages"][0]["doc_id"] == "shipping/northwind.md"
        assert fetched(f"{address}/articles/%E4%BA%91%E8%AE%A1%E7%AE%97.md")[0] == 200
        for path, status in (("/nope", 404), ("/ask", 405), ("/articles/nope", 404)):
            assert fetched(address + path)[:2] == (status, "application/problem+json")
        assert fetched(f"{address}/ask", b"x" * 3_000_000)[:2] == (413, "application/problem+json")
        with urllib.request.urlopen(f"{address}/gradio_api/heartbeat/a-page-left-open", timeout=60) as stream:
            assert stream.readline()
            process.send_signal(signal.SIGTERM)
            _, complaints = process.communicate()
        assert process.returncode == 0
        assert complaints == ""


@pytest.mark.slow
def test_a_client_that_hangs_up_is_no_crash(settings: Settings) -> None:
    head = b"POST /ask HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n"
    with served(settings) as (process, address):
        for sent in (head, head + b'{"question": "', head[:30]):
            with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2]))) as connection:
                connection.sendall(sent)
        assert fetched(f"{address}/healthz")[0] == 200
        process.send_signal(signal.SIGTERM)
        assert "Traceback" not in process.communicate()[1]
        assert process.returncode == 0


@pytest.mark.slow
def test_a_server_without_an_index_starts_and_picks_it_up(settings: Settings, tmp_path: Path) -> None:
    empty = settings.model_copy(update={"index_dir": tmp_path / "index"})
    with served(empty.model_copy(update={"corpus_dir": tmp_path / "none"})) as (process, address):
        assert fetched(f"{address}/readyz")[0] == 503
        assert fetched(f"{address}/healthz")[0] == 200
        build(empty)
        assert fetched(f"{address}/readyz")[0] == 200
        process.send_signal(signal.SIGINT)
        _, complaints = process.communicate()
        assert process.returncode == 0
        assert "There is no index" in complaints
        assert "Traceback" not in complaints

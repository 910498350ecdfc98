"""The routes that change articles: what they take, what they refuse, and that a refusal changes nothing."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from tests.integration.test_live import COFFEE, FERRIES, FERRY, folder
from tests.integration.test_service import fields, problem

from aliqa.articles.loading import MAX_BYTES
from aliqa.doors.http import create_app
from aliqa.doors.http.bodies import MAX_BODY, MAX_FILES
from aliqa.foundations.settings import Settings


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return folder(tmp_path_factory.mktemp("live"), {"ferry.txt": FERRY, "coffee.txt": COFFEE})


@pytest.fixture(scope="module")
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(autouse=True)
def unchanged(settings: Settings) -> Iterator[None]:
    """What every test of this file must leave behind."""
    yield
    assert {path.name for path in settings.corpus_dir.rglob("*")} == {"ferry.txt", "coffee.txt"}


@pytest.mark.parametrize(
    ("files", "status"),
    [
        ([("file", ("../a.txt", b"text"))], 422),
        ([("file", (".a.txt", b"text"))], 422),
        ([("file", ("/etc/a.txt", b"text"))], 422),
        ([("file", ("a.exe", b"text"))], 415),
        ([("file", ("a.txt", b"text")), ("file", ("b.exe", b"text"))], 415),
        ([("file", ("a.txt", b"a" * (MAX_BYTES + 1)))], 413),
        ([("text", ("a.txt", b"text"))], 422),
        ([("file", (f"{number}.txt", b"text")) for number in range(MAX_FILES + 1)], 400),
    ],
)
def test_files_that_cannot_be_taken(client: TestClient, files: Any, status: int) -> None:
    problem(client.post("/articles", files=files), status)


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, ["name", "text"]),
        ({"name": "a.txt"}, ["text"]),
        ({"name": "a.txt", "text": 7}, ["text"]),
        ({"name": "a.txt", "text": "text", "title": "A"}, ["title"]),
        ({"name": "..", "text": "text"}, ["name"]),
        ({"name": "a\\b.txt", "text": "text"}, ["name"]),
        ({"name": "a.txt", "text": "\ud800"}, ["text"]),
        ([], ["body"]),
    ],
)
def test_texts_that_cannot_be_taken(client: TestClient, body: Any, wrong: list[str]) -> None:
    response = client.post("/articles", content=json.dumps(body), headers={"content-type": "application/json"})
    assert fields(response) == wrong


def test_other_bodies_are_refused(client: TestClient) -> None:
    for body in (b"", b"{", b"\xff", b"[" * 100_000):
        problem(client.post("/articles", content=body, headers={"content-type": "application/json"}), 400)
    problem(client.post("/articles", content=b"text", headers={"content-type": "text/plain"}), 415)
    problem(client.post("/articles", content=b"text", headers={"content-type": "multipart/form-data"}), 400)
    problem(client.post("/articles"), 415)


def test_what_is_no_article_cannot_be_deleted(client: TestClient, settings: Settings) -> None:
    (settings.corpus_dir.parent / "secret.txt").write_text("secret")
    for doc_id in ("nope.txt", "..%2Fsecret.txt", "%2Fetc%2Fhostname", "a%00.txt", "ferry.txt/", "sub/.hidden.txt"):
        problem(client.delete(f"/articles/{doc_id}"), 404)
    assert (settings.corpus_dir.parent / "secret.txt").exists()


def test_the_order_of_a_rebuild_is_checked(client: TestClient) -> None:
    assert fields(client.post("/index", json={"full": 1})) == ["full"]
    problem(client.post("/index", content=b"full", headers={"content-type": "text/plain"}), 415)
    problem(client.post("/index", content=b"{", headers={"content-type": "application/json"}), 400)
    response = client.post("/index")
    assert response.status_code == 202
    job = response.json()
    assert response.headers["location"] == f"/jobs/{job['id']}"
    assert client.get(f"/jobs/{job['id']}/events").text.startswith("event: job\ndata: {")
    assert client.get(f"/jobs/{job['id']}").json()["state"] == "succeeded"


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({"origin": "https://evil.example"}, False),
        ({"origin": "null"}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site", "origin": "http://testserver"}, False),
        ({"origin": "http://testserver"}, True),
        ({"sec-fetch-site": "same-origin", "origin": "https://proxy.example"}, True),
    ],
)
def test_pages_of_other_sites_change_nothing(client: TestClient, headers: dict[str, str], allowed: bool) -> None:
    files = {"file": ("a.exe", b"text")}
    problem(client.post("/articles", files=files, headers=headers), 415 if allowed else 403)
    problem(client.delete("/articles/nope.txt", headers=headers), 404 if allowed else 403)
    if not allowed:
        problem(client.post("/index", headers=headers), 403)


def test_answers_verify_and_altered_ones_do_not(client: TestClient) -> None:
    answer = client.post("/ask", json={"question": FERRIES}).json()
    assert client.post("/verify", json=answer).json() == {
        "verified": True,
        "citations": [
            {
                "number": 1,
                "doc_id": "ferry.txt",
                "verdict": "found",
                "detail": "The article says so at this place.",
                "char_start": 0,
                "char_end": len(FERRY) - 1,
            }
        ],
        "unchecked": None,
    }
    counted = client.post("/ask", json={"question": "How many articles are there?"}).json()
    checked = client.post("/verify", json=counted).json()
    assert (checked["verified"], checked["citations"], checked["unchecked"]) == (True, [], counted["answer"])
    assert not client.post("/verify", json={**counted, "answer": "Ferries sink."}).json()["verified"]
    answer["citations"][0]["quote"] = answer["citations"][0]["quote"].replace("four", "five")
    assert client.post("/verify", json=answer).json()["citations"][0]["verdict"] == "altered"
    assert fields(client.post("/verify", json={"answer": ""})) == ["citations"]
    problem(client.post("/verify", content=b" " * MAX_BODY + b"{}", headers={"content-type": "application/json"}), 413)


def test_every_change_is_in_the_document(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    for method, path in (("post", "/index"), ("post", "/articles"), ("delete", "/articles/{doc_id}")):
        responses = paths[path][method]["responses"]
        assert responses["202"]["content"]["application/json"]["examples"]
        assert "application/problem+json" in responses["422"]["content"]
    assert paths["/articles"]["post"]["requestBody"]["content"].keys() == {"multipart/form-data", "application/json"}
    assert "text/event-stream" in paths["/jobs/{job_id}/events"]["get"]["responses"]["200"]["content"]

"""Requests that mean harm, sent to a real server: each is refused as documented, and the server goes on."""

import gzip
import http.client
import io
import json
import socket
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from tests import documents
from tests.browser import served
from tests.conftest import ARTICLES, EMBEDDER
from tests.integration.test_service import FERRIES, NASTY, problem

pytestmark = pytest.mark.slow

SECRET = "nobody may read this"
ASK = {"question": FERRIES}
OUTSIDE = [
    "../secret.txt",
    "..%2fsecret.txt",
    "%2e%2e/secret.txt",
    "....//secret.txt",
    "/etc/passwd",
    "%2fetc%2fpasswd",
    "..\\secret.txt",
    "a/../../secret.txt",
    "secret.txt%00.md",
    "link.txt",
    "link/secret.txt",
    ".hidden.txt",
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a corpus, and beside it what nobody may read; links lead from one to the other."""
    folder = tmp_path_factory.mktemp("hostile")
    corpus, outside = folder / "corpus", folder / "outside"
    for one in (corpus, outside):
        one.mkdir()
    for doc_id, text in ARTICLES.items():
        (corpus / doc_id).parent.mkdir(exist_ok=True)
        (corpus / doc_id).write_text(text, encoding="utf-8")
    for secret in (folder / "secret.txt", outside / "secret.txt", corpus / ".hidden.txt"):
        secret.write_text(SECRET, encoding="utf-8")
    (corpus / "link.txt").symlink_to(folder / "secret.txt")
    (corpus / "link").symlink_to(outside)
    return folder


@pytest.fixture(scope="module")
def address(place: Path) -> Iterator[str]:
    with served(place / "corpus", place / "index", EMBEDDER, ALIQA_SERVICE__CLIENT_TIMEOUT="0.4") as address:
        yield address


@pytest.fixture
def client(address: str) -> Iterator[httpx.Client]:
    """A client; when the test is over, the server still answers."""
    with httpx.Client(base_url=address, timeout=60) as client:
        yield client
        assert client.post("/ask", json=ASK).json()["answered"]


def raw(address: str, data: bytes) -> bytes:
    """What the server says to bytes, until it closes the connection."""
    host, _, port = address.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(data)
        return b"".join(iter(lambda: connection.recv(65_536), b""))


def files(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_no_name_leads_out_of_the_corpus(address: str, client: httpx.Client, place: Path) -> None:
    before = {path: data for path, data in files(place).items() if "/index/" not in path}
    citation = {"number": 1, "quote": SECRET, "char_start": 0, "char_end": len(SECRET), "answer_start": 0}
    for name in OUTSIDE:
        for base in ("articles", "static", "assets", "gradio_api/file=", "gradio_api/proxy="):
            for method in (b"GET", b"DELETE"):
                head = method + f" /{base}/{name} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()
                said = raw(address, head)
                assert SECRET.encode() not in said
                assert said.split()[1][:1] == b"4", said[:200]
        plain = name.replace("%2f", "/").replace("%2e", ".").replace("%00", "\0")
        if name == "link.txt":  # the link would make place for a file of the corpus
            continue
        response = client.post("/articles", json={"name": plain, "text": "Overwritten."})
        assert response.status_code == 422, (name, response.text)
        cited = {**citation, "answer_end": len(SECRET), "doc_id": plain, "doc_sha256": "0" * 64}
        checked = client.post("/verify", json={"answer": SECRET, "citations": [cited]}).json()
        assert checked["citations"][0]["verdict"] == "missing"
    assert {path: data for path, data in files(place).items() if "/index/" not in path} == before


def test_headers_cannot_be_injected(address: str, client: httpx.Client) -> None:
    number = client.get("/version", headers={"X-Request-Id": "from-proxy.7"}).headers["x-request-id"]
    assert number == "from-proxy.7"
    for given in ("two words", "x" * 65, 'a"b', "a,b", "ä".encode()):
        header: Any = [(b"X-Request-Id", given if isinstance(given, bytes) else given.encode())]
        assert client.get("/version", headers=header).headers["x-request-id"].isalnum()
    for path in ("/login%0d%0aSet-Cookie:%20a=b", "/articles/a%0d%0aX-Evil:%201.txt", "/jobs/%0d%0aX-Evil:%201"):
        response = client.get(path)
        assert response.status_code == 404
        assert not {"x-evil", "set-cookie"} & set(response.headers)
    for bad in (
        b"X-A: b\r\n c: d",
        b"X-A\x00: b",
        b"X A: b",
        b"Content-Length: 5\r\nContent-Length: 6",
        b"Content-Length: 4\r\nTransfer-Encoding: chunked",
        b"Content-Length: -1",
    ):
        said = raw(address, b"POST /ask HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n" + bad + b"\r\n\r\n")
        assert said.split()[1] in (b"400", b"415"), (bad, said)
    upload = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a\r\nX-Evil: 1.txt"\r\n\r\nhi\r\n--b--\r\n'
    sent = client.post("/articles", content=upload, headers={"Content-Type": "multipart/form-data; boundary=b"})
    assert 400 <= sent.status_code < 500


def test_what_libraries_refuse_is_a_problem_like_any_other(address: str, client: httpx.Client) -> None:
    closed: list[Any] = [{"data": []}, {"data": [], "fn_index": 0}, {"data": [1], "fn_index": 999}, []]
    for sent in closed:
        problem(client.post("/gradio_api/run/predict", json=sent), 404)
    for name in ("a" * 5000, "中" * 150, "%00", "a%0ab"):
        problem(client.get(f"/static/{name}"), 404)
    problem(client.get("/assets/none.js"), 404)
    problem(client.post("/mcp", content=b"x" * 2_000_000), 413)
    problem(client.post("/mcp", content=b"{"), 400)
    for nonsense in (
        b"no HTTP at all\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n",
    ):
        head, _, body = raw(address, nonsense).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 400")
        assert b"application/problem+json" in head
        assert json.loads(body)["status"] == 400


def test_a_name_with_a_line_break_is_read_and_deleted_like_any_other(client: httpx.Client, place: Path) -> None:
    (place / "corpus" / "two\nlines.txt").write_text("The bridge at Tollbrook opened on Friday.", encoding="utf-8")
    job = client.post("/index").json()["id"]
    with client.stream("GET", f"/jobs/{job}/events") as events:
        events.read()
    name = quote("two\nlines.txt")
    assert "two\nlines.txt" in [article["doc_id"] for article in client.get("/articles").json()]
    assert client.get(f"/articles/{name}").json()["text"].startswith("The bridge")
    assert client.delete(f"/articles/{name}").status_code == 202


def test_large_heads_and_bodies_are_refused(address: str, client: httpx.Client) -> None:
    line = b"X-Filler: " + b"x" * 1000 + b"\r\n"
    assert raw(address, b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" + line * 80 + b"\r\n").startswith(b"HTTP/1.1 400")
    problem(client.post("/ask", content=b"[" * 2_000_000, headers={"Content-Type": "application/json"}), 413)
    problem(
        client.post("/v1/chat/completions", content=b" " * 2_000_000, headers={"Content-Type": "application/json"}), 413
    )
    problem(client.post("/chat/ask", content=b" " * 2_000_000, headers={"Content-Type": "application/json"}), 413)
    claimed = (
        b"POST /ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        b"Content-Length: 99999999999\r\n\r\n{"
    )
    assert raw(address, claimed).startswith(b"HTTP/1.1 408")  # nobody waits for all that


def test_slow_clients_are_cut_off_and_others_are_served_meanwhile(address: str, client: httpx.Client) -> None:
    host, _, port = address.removeprefix("http://").partition(":")
    drops = [
        b"GET / HTTP/1.1\r\n",
        b"POST /ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{",
    ]
    slow = [socket.create_connection((host, int(port)), timeout=30) for _ in range(40)]
    for number, connection in enumerate(slow):
        connection.sendall(drops[number % 2])
    end = time.monotonic() + 30
    answers: dict[int, bytes] = {}
    while len(answers) < len(slow) and time.monotonic() < end:
        assert client.post("/ask", json=ASK).status_code == 200
        for number, connection in enumerate(slow):
            if number in answers:
                continue
            connection.settimeout(0.02)
            try:
                connection.sendall(b" ")  # one more drop keeps nothing open
                answers[number] = connection.recv(65_536)
            except TimeoutError:
                continue
            except OSError:
                answers[number] = b""
    assert len(answers) == len(slow)
    assert any(said.startswith(b"HTTP/1.1 408") for said in answers.values())
    for connection in slow:
        connection.close()


def test_a_connection_does_not_stay_open_for_the_rest_of_what_was_refused(address: str, client: httpx.Client) -> None:
    host, _, port = address.removeprefix("http://").partition(":")
    head = b"POST /ask HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://evil.example\r\nContent-Length: 9\r\n\r\n"
    for rest in (b"", b"123", b"123456789"):
        with socket.create_connection((host, int(port)), timeout=30) as connection:
            connection.sendall(head)
            assert connection.recv(65_536).startswith(b"HTTP/1.1 403")
            connection.sendall(rest)
            try:
                while connection.recv(65_536):
                    pass
            except ConnectionResetError:
                pass


def test_bombs_are_not_unpacked(client: httpx.Client) -> None:
    body = gzip.compress(b" " * 50_000_000 + json.dumps(ASK).encode())
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    assert len(body) < 100_000
    problem(client.post("/ask", content=body, headers=headers), 400)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 200_000_000)
    pdf = documents.pdf([["Harmless", "words."]])
    bombs = {
        "bomb.docx": packed.getvalue(),
        "bomb.html": b"<div>" * 5_000,
        "bomb.jsonl": b"[" * 500_000,
        "ok.pdf": pdf,
    }
    job = client.post("/articles", files=[("file", (name, data)) for name, data in bombs.items()]).json()
    while (state := client.get(f"/jobs/{job['id']}").json())["state"] not in ("succeeded", "failed"):
        time.sleep(0.05)
    assert state["state"] == "succeeded"
    failed = {one["doc_id"]: one["reason"] for one in state["failures"]}
    assert "unpacks to more than" in failed["bomb.docx"]
    assert "ok.pdf" not in failed


def test_hostile_unicode_comes_back_as_json_and_no_error(client: httpx.Client) -> None:
    zalgo = "a" + "\u0300\u0489" * 900
    for words in (
        *NASTY,
        zalgo,
        "\u202e\u2066\u2069",
        "\ufffe\uffff",
        "𝒻𝑒𝓇𝓇𝒾𝑒𝓈",
        "ﷺ" * 500,
        "\U000e0041" * 100,
        "İ" * 500,
    ):
        for path, body in (
            ("/ask", {"question": words}),
            ("/search", {"query": words}),
            ("/ask", {"question": FERRIES, "history": [{"role": "user", "content": words}]}),
            ("/v1/chat/completions", {"model": "aliqa", "messages": [{"role": "user", "content": words}]}),
        ):
            assert client.post(path, json=body).status_code in (200, 422), words
        assert client.get("/timeline", params={"about": words}).status_code in (200, 422)
        assert client.get(f"/articles/{quote(words[:150])}").status_code in (404, 422)


@pytest.mark.parametrize(
    "path", ["/ask", "/search", "/verify", "/index", "/articles", "/watchlist", "/v1/chat/completions"]
)
def test_other_content_types_are_refused(client: httpx.Client, path: str) -> None:
    for kind in (
        "text/plain",
        "application/xml",
        "multipart/form-data",
        "application/x-www-form-urlencoded",
        "application/jsonp",
        "text/json",
        "x" * 5000,
        "application/json/../x",
    ):
        response = client.post(path, content=b'{"question": "why?"}', headers={"Content-Type": kind})
        problem(response, 400 if path == "/articles" and kind == "multipart/form-data" else 415)


def test_uploads_go_by_their_content(client: httpx.Client, place: Path) -> None:
    for name, data in (
        ("program.txt", b"MZ\x90\x00\x03\x00\x00"),
        ("report.txt", documents.pdf([["A", "Words."]])),
        ("picture.md", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"),
        ("page.pdf", b"<html>no PDF</html>"),
        ("letter.docx", b"Dear Sir"),
        ("archive.html", b"PK\x03\x04rest"),
    ):
        told = problem(client.post("/articles", files={"file": (name, data, "text/plain")}), 415)
        assert "does not hold what its name says" in told["detail"]
        assert not (place / "corpus" / name).exists()


def test_every_response_tells_browsers_to_be_careful(client: httpx.Client) -> None:
    for path in ("/", "/version", "/nope", "/openapi.json", "/static/nope.js", "/login"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "server" not in headers
    page = client.get("/").headers["content-security-policy"]
    assert "script-src 'self' 'unsafe-eval' 'sha256-" in page
    connection = http.client.HTTPConnection(*client.base_url.netloc.decode().split(":"))  # type: ignore[arg-type]
    connection.request("TRACE", "/")
    assert connection.getresponse().status == 405

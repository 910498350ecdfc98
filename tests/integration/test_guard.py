"""Keys and scopes over HTTP: what each door answers to whom."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from pydantic import SecretStr
from tests import commands
from tests.integration.test_service import FERRIES, problem

from aliqa.doors import page as chat
from aliqa.doors.http import create_app
from aliqa.doors.http.guard import OPEN
from aliqa.doors.kept.access import NAME
from aliqa.foundations.errors import SettingsError
from aliqa.foundations.settings import Settings
from aliqa.library import Library

SECRET = "a key of the settings"
ASK = {"question": FERRIES}


@pytest.fixture(scope="module")
def app(settings: Settings, library: Library, tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The API and the page of a server with keys; its index folder is its own."""
    changes = {"index_dir": tmp_path_factory.mktemp("keys"), "api_key": SecretStr(SECRET)}
    app = create_app(settings.model_copy(update=changes), library)
    state = app.state
    return chat.mount(app, lambda: library, state.jobs, state.watchlist, state.feedback)


@pytest.fixture(scope="module")
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as client:
        yield client


@pytest.fixture(scope="module")
def reader(app: FastAPI) -> dict[str, str]:
    """The header of a key that may only ask."""
    return bearer(app.state.keys.add("reader", ["ask"]))


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def flat(app: FastAPI) -> list[tuple[str, str]]:
    """Every method and path of the API, with something in the place of its parameters."""
    routes = [route for route in app.state.known_routes if isinstance(route, APIRoute)]
    return [(method, re.sub(r"{.*?}", "x", route.path)) for route in routes for method in sorted(route.methods or ())]


def test_nothing_but_health_and_login_is_answered_without_a_key(app: FastAPI, client: TestClient) -> None:
    closed = [*flat(app), ("GET", "/"), ("GET", "/config")]
    closed += [("GET", "/openapi.json"), ("GET", "/nope"), ("GET", "/assets/x.js"), ("PUT", "/ask")]
    for method, path in closed:
        if path not in OPEN:
            for headers in ({}, {"Authorization": f"Basic {SECRET}"}, {"Cookie": "aliqa_session=x"}):
                refused = client.request(method, path, headers=headers)
                problem(refused, 401)
                assert refused.headers["www-authenticate"] == "Bearer"
    problem(client.get("/version", headers=bearer("wrong")), 401)
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200


def test_a_key_opens_what_its_scopes_say(client: TestClient, reader: dict[str, str]) -> None:
    for headers in (reader, bearer(SECRET)):
        assert client.post("/ask", json=ASK, headers=headers).status_code == 200
        assert client.get("/version", headers=headers).status_code == 200
    for method, path in (("POST", "/index"), ("DELETE", "/articles/x.txt"), ("GET", "/jobs/x")):
        refused = problem(client.request(method, path, headers=reader), 403)
        assert "--scope manage" in refused["detail"]
    problem(client.post("/watchlist", json=ASK, headers=reader), 403)
    problem(client.post("/articles", json={"name": "a.txt", "text": "A."}, headers=reader), 403)
    problem(client.get("/jobs/x", headers=bearer(SECRET)), 404)


def test_a_key_without_the_scope_ask_sees_neither_answers_nor_the_page(app: FastAPI, client: TestClient) -> None:
    uploader = bearer(app.state.keys.add("uploader", ["manage"]))
    for method, path in (
        ("POST", "/ask"),
        ("GET", "/articles"),
        ("GET", "/"),
        ("GET", "/chat/state"),
    ):
        problem(client.request(method, path, headers=uploader, json=ASK if path == "/ask" else None), 403)
    assert client.get("/version", headers=uploader).status_code == 200


def test_a_removed_key_is_refused_at_once_and_a_lost_file_opens_nothing(
    settings: Settings, library: Library, tmp_path: Path
) -> None:
    app = create_app(settings.model_copy(update={"index_dir": tmp_path}), library)
    with TestClient(app) as client:
        assert client.get("/version").status_code == 200
        secret = app.state.keys.add("guest", ["ask"])
        problem(client.get("/version"), 401)
        assert client.get("/version", headers=bearer(secret)).status_code == 200
        app.state.keys.remove("guest")
        problem(client.get("/version", headers=bearer(secret)), 401)
        (tmp_path / NAME).unlink()
        problem(client.get("/version"), 401)
        (tmp_path / NAME).write_text("{", encoding="utf-8")
        assert str(tmp_path) not in problem(client.get("/version", headers=bearer(secret)), 503)["detail"]


def own_app(settings: Settings, library: Library, tmp_path: Path, secret: str = SECRET, **service: object) -> FastAPI:
    """An app of one test, with a key."""
    chosen = settings.service.model_copy(update=service)
    changes = {"index_dir": tmp_path, "api_key": SecretStr(secret), "service": chosen}
    return create_app(settings.model_copy(update=changes), library)


def test_who_guesses_keys_is_barred_and_those_behind_the_same_proxy_are_not(
    settings: Settings, library: Library, tmp_path: Path
) -> None:
    short = "open sesame"
    app = own_app(settings, library, tmp_path, secret=short)
    made = app.state.keys.add("reader", ["ask"])
    with TestClient(app, client=("10.0.0.9", 1), follow_redirects=False) as guesser:
        for _ in range(20):
            assert guesser.get("/version", headers=bearer("guess")).status_code == 401
        for guess in ("another", "x" * 64, short):
            barred = guesser.get("/version", headers=bearer(guess))
            problem(barred, 429)
            assert 1 <= int(barred.headers["retry-after"]) <= 60
            assert guesser.post("/login", data={"key": guess}).status_code == 429
        assert guesser.get("/version", headers=bearer(made)).status_code == 200
        assert guesser.post("/login", data={"key": made}).status_code == 303
        assert TestClient(guesser.app).get("/version", headers=bearer(short)).status_code == 200


def test_long_keys_are_guessed_at_a_bounded_rate(settings: Settings, library: Library, tmp_path: Path) -> None:
    app = own_app(settings, library, tmp_path)
    made = app.state.keys.add("reader", ["ask"])
    with TestClient(app, client=("10.0.0.9", 1), follow_redirects=False) as guesser:
        for number in range(599):
            assert guesser.get("/version", headers=bearer(f"{number:030}")).status_code == (401 if number < 20 else 429)
        assert guesser.get("/version", headers=bearer(SECRET)).status_code == 200
        problem(guesser.get("/version", headers=bearer("one more")), 429)
        problem(guesser.get("/version", headers=bearer(SECRET)), 429)
        assert guesser.get("/version", headers=bearer(made)).status_code == 200
        assert TestClient(guesser.app).get("/version", headers=bearer(SECRET)).status_code == 200


def test_a_key_may_ask_so_often_and_no_oftener(settings: Settings, library: Library, tmp_path: Path) -> None:
    app = own_app(settings, library, tmp_path, rate="3/minute")
    with TestClient(app) as client:
        for _ in range(3):
            assert client.get("/version", headers=bearer(SECRET)).status_code == 200
        refused = client.get("/version", headers=bearer(SECRET))
        assert "Ask again in" in problem(refused, 429)["detail"]
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        assert client.get("/version", headers=bearer(app.state.keys.add("other", ["ask"]))).status_code == 200
        assert client.get("/healthz").status_code == 200
    with pytest.raises(SettingsError, match="600/minute"):
        own_app(settings, library, tmp_path, rate="often")


def test_pages_of_other_sites_may_ask_only_where_they_are_named(
    settings: Settings, library: Library, tmp_path: Path
) -> None:
    site, key = "https://news.example", bearer(SECRET)
    asked = {"Origin": site, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    with TestClient(own_app(settings, library, tmp_path)) as closed:
        assert "access-control-allow-origin" not in closed.options("/ask", headers=asked).headers
        assert "access-control-allow-origin" not in closed.get("/version", headers={**key, "Origin": site}).headers
    with TestClient(own_app(settings, library, tmp_path, cors_origins=site)) as opened:
        assert opened.options("/ask", headers=asked).headers["access-control-allow-origin"] == site
        answered = opened.post("/ask", json=ASK, headers={**key, "Origin": site, "Sec-Fetch-Site": "cross-site"})
        assert (answered.status_code, answered.headers["access-control-allow-origin"]) == (200, site)
        other = opened.options("/ask", headers={**asked, "Origin": "https://evil.example"})
        assert "access-control-allow-origin" not in other.headers


def test_without_keys_another_name_for_this_machine_is_refused(
    settings: Settings, library: Library, tmp_path: Path
) -> None:
    app = create_app(settings.model_copy(update={"index_dir": tmp_path}), library, hosts={"127.0.0.1", "::1"})
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        assert client.get("/version").status_code == 200
        assert client.get("/version", headers={"Host": "[::1]:8000"}).status_code == 200
        for name in ("rebound.example:8000", "127.0.0.1.evil.example", "[", "127.0.0.1@evil.example"):
            problem(client.get("/version", headers={"Host": name}), 403)
        secret = app.state.keys.add("reader", ["ask"])
        assert client.get("/version", headers={"Host": "news.example", **bearer(secret)}).status_code == 200


def test_a_browser_logs_in_and_out(client: TestClient, reader: dict[str, str]) -> None:
    shown = client.get("/", headers={"Accept": "text/html"})
    assert (shown.status_code, shown.headers["location"]) == (303, "/login")
    assert 'type="password"' in client.get("/login").text
    refused = client.post("/login", data={"key": "<b>wrong</b>"})
    assert refused.status_code == 401
    assert "<b>" not in refused.text
    welcome = client.post("/login", data={"key": reader["Authorization"].removeprefix("Bearer ")})
    assert (welcome.status_code, welcome.headers["location"]) == (303, "./")
    cookie = welcome.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert reader["Authorization"].removeprefix("Bearer ") not in cookie
    assert b"<html" in client.get("/").content.lower()
    assert client.post("/ask", json=ASK).status_code == 200
    problem(client.post("/index"), 403)
    problem(client.post("/ask", json=ASK, headers={"Origin": "https://evil.example"}), 403)
    kept = client.cookies["aliqa_session"]
    other = client.post("/login", data={"key": reader["Authorization"].removeprefix("Bearer ")}).cookies[
        "aliqa_session"
    ]
    client.cookies.set("aliqa_session", kept, domain="testserver.local")
    left = client.post("/logout")
    assert (left.status_code, left.headers["location"]) == (303, "./login")
    problem(client.post("/ask", json=ASK), 401)
    client.cookies.clear()
    problem(client.post("/ask", json=ASK, headers={"Cookie": f"aliqa_session={kept}"}), 401)
    assert client.post("/ask", json=ASK, headers={"Cookie": f"aliqa_session={other}"}).status_code == 200


def test_the_right_to_change_the_watchlist_is_asked_for_before_the_work(
    settings: Settings, library: Library, tmp_path: Path
) -> None:
    app = own_app(settings, library, tmp_path, question_log=True)
    asker, boss = bearer(app.state.keys.add("asker", ["ask"])), bearer(SECRET)
    with TestClient(app) as client:
        assert client.post("/watchlist", json=ASK, headers=boss).status_code == 201
        asked = (tmp_path / "questions.jsonl").read_text().count("\n")
        problem(client.post("/watchlist/run", headers=asker), 403)
        problem(client.post("/watchlist", json={"question": "Who builds the ferries?"}, headers=asker), 403)
        assert (tmp_path / "questions.jsonl").read_text().count("\n") == asked
        assert client.post("/watchlist/run", headers=boss).status_code == 200


def test_the_login_takes_no_large_form_and_no_key_without_the_scope(app: FastAPI, client: TestClient) -> None:
    assert client.post("/login", data={"key": "x" * 20_000}).status_code == 413
    assert client.post("/login", data={"key": app.state.keys.add("robot", ["manage"])}).status_code == 403
    assert client.post("/login", content=b"\xff", headers={"Content-Type": "application/json"}).status_code == 401


def test_an_open_address_without_a_key_is_refused_with_the_remedy(settings: Settings, tmp_path: Path) -> None:
    for host in ("0.0.0.0", "::"):
        places = ["--corpus", str(settings.corpus_dir), "--index", str(tmp_path), "--host", host, "--port", "0"]
        tried = commands.run("serve", *places)
        assert tried.returncode == 1
        assert tried.stdout == ""
        assert "aliqa keys add NAME" in tried.stderr
        assert "Traceback" not in tried.stderr


def test_keys_are_made_listed_and_removed(tmp_path: Path) -> None:
    def aliqa(*words: str) -> subprocess.CompletedProcess[str]:
        return commands.run("keys", *words, "--index", tmp_path)

    made = aliqa("add", "newsroom", "--scope", "ask")
    assert re.fullmatch(r"aliqa_[\w-]{43}\n", made.stdout)
    listed = aliqa("list")
    assert listed.stdout.startswith("newsroom: ask, added 20")
    assert made.stdout.strip() not in listed.stdout
    again = aliqa("add", "newsroom")
    assert (again.returncode, again.stdout) == (1, "")
    assert aliqa("remove", "newsroom").returncode == 0
    assert aliqa("list").stdout.startswith("There is no key.")

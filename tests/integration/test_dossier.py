"""A dossier says what the articles say; a check finds what was changed in the page, its manifest, or the files."""

import json
import subprocess
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter
from tests import commands
from tests.conftest import ARTICLES, QUICK, THRESHOLD
from tests.integration.test_live import served

from aliqa.answers import dossier
from aliqa.foundations import settings as aliqa_settings
from aliqa.foundations.errors import InvalidRequest
from aliqa.foundations.settings import Settings
from aliqa.foundations.types import Answer
from aliqa.library import Library, build

FERRIES = "How many electric ferries did Northwind Lines order?"
RENTS = "Chief executive Priya Raman blames high rents"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    for doc_id, text in ARTICLES.items():
        path = tmp_path / "corpus" / doc_id
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    places = {"corpus_dir": tmp_path / "corpus", "index_dir": tmp_path / "index"}
    chosen = aliqa_settings.load(**places, **QUICK, answering={"threshold": THRESHOLD})
    build(chosen)
    return chosen


def answer(library: Library, question: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(TypeAdapter(Answer).dump_json(library.ask(question)))
    return found


def page(library: Library) -> bytes:
    library.annotate("retail/marlowe.txt", ["key"], "Ring <her>.", quote=RENTS)
    quotes = dossier.tagged_quotes(library.store, library.notes.all(), "Key")
    return dossier.html(dossier.compose("Ferries & <rents>", [answer(library, FERRIES)], quotes))


def test_it_shows_quotes_with_their_places_and_verifies(settings: Settings) -> None:
    made = page(Library.open(settings))
    shown = made.decode()
    assert "<h1>Ferries &amp; &lt;rents&gt;</h1>" in shown
    assert "Northwind Lines ordered four electric ferries" in shown
    assert "2025-03-04" in shown
    assert f'<blockquote dir="auto">{RENTS}</blockquote>' in shown
    assert "Ring &lt;her&gt;." in shown
    check = dossier.verify(made, settings.corpus_dir)
    assert (check.verified, check.intact, len(check.answers)) == (True, True, 2)


@pytest.mark.parametrize(
    "change",
    [
        lambda made: made.replace(b"ordered four electric", b"ordered nine electric", 1),
        lambda made: made.replace(b"ordered four electric", b"ordered nine electric"),
        lambda made: made.replace(b"2025-03-04", b"2025-03-05", 1),
        lambda made: made.replace(b"<h2>Quotes</h2>", b"<p>And the mayor lied.</p><h2>Quotes</h2>"),
        lambda made: made.replace(b"high rents</blockquote>", b"low rents</blockquote>"),
    ],
)
def test_a_page_that_was_changed_is_found(settings: Settings, change: Callable[[bytes], bytes]) -> None:
    made = page(Library.open(settings))
    changed = change(made)
    assert changed != made
    assert not dossier.verify(changed, settings.corpus_dir).verified


def test_an_article_that_was_changed_is_found(settings: Settings) -> None:
    made = page(Library.open(settings))
    path = settings.corpus_dir / "retail/marlowe.txt"
    path.write_text(path.read_text().replace("high rents", "low rents"))
    check = dossier.verify(made, settings.corpus_dir)
    assert (check.verified, check.intact) == (False, True)
    assert check.answers[1].citations[0].verdict == "missing"


def test_what_is_no_answer_is_refused() -> None:
    for given in ([], [{"answer": "x"}]):
        with pytest.raises(InvalidRequest):
            dossier.compose("x", given)
    with pytest.raises(InvalidRequest):
        dossier.verify(b'<script type="application/json" id="aliqa-dossier">{}</script>', Path())


def test_an_abstention_may_be_part_of_it(settings: Settings) -> None:
    library = Library.open(settings)
    made = dossier.html(
        dossier.compose("x", [answer(library, "Who is the mayor of Zanzibar?"), answer(library, FERRIES)])
    )
    assert "The articles do not answer this." in made.decode()
    assert dossier.verify(made, settings.corpus_dir).verified


@pytest.mark.slow
def test_the_commands(settings: Settings, tmp_path: Path) -> None:
    given, out = tmp_path / "a.json", tmp_path / "d.html"
    given.write_text(json.dumps(answer(Library.open(settings), FERRIES)))

    def run(*words: str) -> "subprocess.CompletedProcess[str]":
        return commands.run(*words, "--index", settings.index_dir)

    done = run("dossier", str(out), str(given), "--title", "Ferries")
    assert done.stdout.startswith(f"Wrote {out}: 1 answers, 0 quotes"), done.stderr
    assert run("dossier", str(out), str(given)).returncode == 1
    assert run("verify", str(out)).stdout.endswith("The page is what its manifest makes.\n")
    out.write_bytes(out.read_bytes().replace(b"four electric", b"nine electric", 1))
    done = run("verify", str(out))
    assert (done.returncode, "changed by hand" in done.stdout) == (1, True)


@pytest.mark.slow
def test_over_http(settings: Settings) -> None:
    with served(settings) as client:
        found = client.ask(FERRIES)
        data = json.dumps({"title": "Ferries", "answers": [found]}).encode()
        request = urllib.request.Request(f"{client.address}/dossier", data, {"content-type": "application/json"})
        with urllib.request.urlopen(request) as response:
            assert response.headers["content-type"] == "text/html; charset=utf-8"
            made = response.read()
        assert dossier.verify(made, settings.corpus_dir).verified
        assert client.call("POST", "/dossier", {"answers": [{"answer": "x"}]})[0] == 422
        assert client.call("POST", "/dossier", {})[0] == 422
        names = client.call("POST", "/names/check", {"names": ["Northwind Lines"]})[1]["names"]
        assert names[0]["articles"][0]["doc_id"] == "shipping/northwind.md"
        found = client.call("POST", "/search", {"query": '"Brevik shipyard" AND NOT coffee date:2025'})[1]
        assert {one["doc_id"] for one in found["passages"]} == {"shipping/northwind.md"}
        assert "cannot be read" in client.call("POST", "/search", {"query": "ferries AND"})[1]["notice"]

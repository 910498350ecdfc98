"""Real files of every format are indexed, asked and quoted to the letter; files and pages are added by a command."""

import json
import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from pydantic import TypeAdapter
from tests import commands, documents
from tests.conftest import QUICK, THRESHOLD, environment

from aliqa.answers import verifying
from aliqa.foundations import settings as aliqa_settings
from aliqa.foundations.settings import Settings
from aliqa.foundations.types import Answer, Citation
from aliqa.library import Library, build

FERRY = "Northwind Lines ordered four electric ferries from the Brevik shipyard for 92 million euros."
STRAIT = "Diesel ferries have crossed the Kelda strait since 1968, says engineer Tomas Lindqvist."
SHOPS = "Marlowe Stores will close 46 of its 138 shops before the summer because rents are high."
COFFEE = "Arabica prices doubled within one year because frost hit the plantations of Minas Gerais."
QUESTION = "Which shipyard builds the electric ferries of Northwind Lines?"
ASKED = {FERRY: QUESTION, SHOPS: "How many shops will Marlowe Stores close?"}

FILES: dict[str, Callable[[], bytes]] = {
    "ferry.html": lambda: documents.html_page([FERRY, STRAIT]).encode(),
    "ferry.htm": lambda: documents.html_page([FERRY, STRAIT]).encode("utf-16"),
    "ferry.pdf": lambda: documents.pdf([["Coffee", COFFEE], ["Ferries", STRAIT, FERRY], ["Shops", SHOPS]]),
    "ferry.docx": lambda: documents.docx([("heading 1", "Ferries"), ("", STRAIT), ("", FERRY)]),
    "ferry.jsonl": lambda: documents.jsonl({"text": COFFEE}, {"text": f"{STRAIT}\u2028\n\n{FERRY}"}),
    "ferry.eml": lambda: documents.mail(f"{STRAIT}\n\n{FERRY}\n", Subject="Ferries", From="ada@ferry.example"),
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "corpus").mkdir()
    return aliqa_settings.load(
        corpus_dir=tmp_path / "corpus",
        index_dir=tmp_path / "index",
        **QUICK,
        answering={"threshold": THRESHOLD},
    )


def put(settings: Settings, **files: bytes) -> None:
    for name, data in files.items():
        (settings.corpus_dir / name.replace("__", ".")).write_bytes(data)


def cited(settings: Settings, sentence: str = FERRY) -> Citation:
    """The first citation of the answer to a question: the sentence to the letter, in the index and in the file."""
    library = Library.open(settings)
    answer = library.ask(ASKED[sentence])
    first = answer.citations[0]
    assert " ".join(first.quote.split()) == sentence
    for one in answer.citations:
        assert library.article(one.doc_id).text[one.char_start : one.char_end] == one.quote
    given = verifying.parse(TypeAdapter(Answer).dump_json(answer))
    assert verifying.verify(given, settings.corpus_dir).verified
    for found in answer.passages:
        assert library.article(found.doc_id).text[found.char_start : found.char_end] == found.text
    return first


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_every_format_answers_with_a_quote_that_verifies(settings: Settings, name: str) -> None:
    (settings.corpus_dir / name).write_bytes(FILES[name]())
    assert not build(settings).failures
    first = cited(settings)
    assert first.doc_id == (f"{name}#2" if name.endswith(".jsonl") else name)
    assert first.page == (2 if name.endswith(".pdf") else None)
    again = build(settings)
    assert (again.added, again.changed, again.removed) == (0, 0, 0)


def test_a_page_of_a_pdf_is_printed_and_kept_in_the_index(settings: Settings) -> None:
    put(settings, ferry__pdf=FILES["ferry.pdf"](), note__txt=COFFEE.encode())
    build(settings)
    put(settings, other__txt=STRAIT.encode())
    build(settings)
    assert cited(settings, SHOPS).page == 3
    output = run("ask", QUESTION, "--index", str(settings.index_dir))
    assert ", p. 2\n" in output.stdout
    found = json.loads(run("search", "Arabica frost", "--index", str(settings.index_dir), "--json").stdout)["passages"]
    assert {one["doc_id"]: one["page"] for one in found if "Arabica" in one["text"]} == {
        "ferry.pdf": 1,
        "note.txt": None,
    }


def test_lines_of_an_export_come_and_go_by_themselves(settings: Settings) -> None:
    put(settings, news__jsonl=documents.jsonl({"text": FERRY}, {"text": COFFEE}) + b"no JSON\n")
    report = build(settings)
    assert [failure.doc_id for failure in report.failures] == ["news.jsonl#3"]
    assert report.added == 2
    put(settings, news__jsonl=documents.jsonl({"text": FERRY}, {"text": STRAIT}, {"text": SHOPS}))
    report = build(settings)
    assert (report.added, report.changed, report.removed, report.unchanged) == (1, 1, 0, 1)
    assert not report.failures
    assert cited(settings, SHOPS).doc_id == "news.jsonl#3"
    put(settings, news__jsonl=documents.jsonl({"text": FERRY}, {"text": STRAIT}))
    assert build(settings).removed == 1


def test_an_export_that_cannot_be_read_now_keeps_its_articles(settings: Settings) -> None:
    put(settings, news__jsonl=documents.jsonl({"text": FERRY}, {"text": COFFEE}), note__txt=STRAIT.encode())
    build(settings)
    path = settings.corpus_dir / "news.jsonl"
    size = path.stat().st_size
    os.truncate(path, 60 * 1024**2)
    report = build(settings)
    os.truncate(path, size)
    assert (report.removed, report.unchanged) == (0, 3)
    assert [failure.doc_id for failure in report.failures] == ["news.jsonl"]
    assert cited(settings).doc_id == "news.jsonl#1"


def test_bad_files_of_every_format_are_listed_and_stop_nothing(settings: Settings) -> None:
    put(
        settings,
        good__html=FILES["ferry.html"](),
        broken__pdf=b"%PDF-1.7 no more",
        locked__pdf=documents.pdf([["A", FERRY]], password="secret"),
        bomb__docx=documents.zipped({"word/document.xml": b" " * (101 * 1024**2)}),
        text__docx=FERRY.encode(),
        menu__html=b"<html><body><nav><a href='/'>Home</a></nav></body></html>",
        picture__png=b"\x89PNG",
    )
    report = build(settings)
    assert {failure.doc_id for failure in report.failures} == {
        "broken.pdf", "locked.pdf", "bomb.docx", "text.docx", "menu.html", "picture.png",
    }  # fmt: skip
    assert cited(settings).doc_id == "good.html"


# --- aliqa add -------------------------------------------------------------------------------


def run(*arguments: str, code: int = 0) -> "subprocess.CompletedProcess[str]":
    done = commands.run(*arguments, env=environment(NO_PROXY="*"))
    assert done.returncode == code, done.stderr
    return done


def add(settings: Settings, *sources: str, code: int = 0) -> "subprocess.CompletedProcess[str]":
    return run("add", *sources, "--corpus", str(settings.corpus_dir), "--index", str(settings.index_dir), code=code)


class Site(SimpleHTTPRequestHandler):
    """A web site that also redirects, misnames, denies, and sends without end."""

    def do_GET(self) -> None:
        """Serve a file, or misbehave by address."""
        if self.path.startswith("/hop/"):
            left = int(self.path.removeprefix("/hop/"))
            self.send_response(302)
            self.send_header("Location", f"/hop/{left - 1}" if left else "/ferry.html")
            self.end_headers()
        elif self.path == "/endless.txt":
            self.send_response(200)
            self.end_headers()
            with_bytes = b"The mill was sold. " * 60_000
            try:
                while True:
                    self.wfile.write(with_bytes)
            except OSError:
                pass
        elif self.path == "/elsewhere":
            self.send_response(302)
            self.send_header("Location", "file:///etc/hostname")
            self.end_headers()
        else:
            super().do_GET()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    folder = tmp_path / "site"
    folder.mkdir()
    for name, make in FILES.items():
        (folder / name).write_bytes(make())
    (folder / "download").write_bytes(FERRY.encode())
    (folder / "picture.png").write_bytes(b"\x89PNG")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Site, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_file_is_added_and_answers(settings: Settings, tmp_path: Path) -> None:
    source = tmp_path / "ferry.docx"
    source.write_bytes(FILES["ferry.docx"]())
    settings.corpus_dir.rmdir()
    assert add(settings, str(source)).stdout.startswith("Added ferry.docx\nIndexed 1 article")
    assert cited(settings).doc_id == "ferry.docx"
    assert "Already there: ferry.docx\nIndexed 1 article, 1 passage (0 added" in add(settings, str(source)).stdout


def test_pages_are_fetched_because_the_user_named_them(settings: Settings, site: str, tmp_path: Path) -> None:
    done = add(
        settings, f"{site}/hop/3", f"{site}/ferry.pdf?print=1#page=2", f"{site}/ferry.jsonl", f"{site}/missing", code=1
    )
    assert done.stderr.count("\n") == 1
    assert "404" in done.stderr
    assert {"Added ferry.html", "Added ferry.pdf", "Added ferry.jsonl"} <= set(done.stdout.splitlines())
    assert (settings.corpus_dir / "ferry.pdf").read_bytes() == (tmp_path / "site" / "ferry.pdf").read_bytes()
    library = Library.open(settings)
    assert library.article("ferry.html").url == f"{site}/ferry.html"
    assert library.article("ferry.pdf").url == f"{site}/ferry.pdf?print=1"
    assert cited(settings).quote
    again = json.loads(add(settings, f"{site}/ferry.html", "--json").stdout)
    assert again["added"] == [{"source": f"{site}/ferry.html", "doc_id": "ferry.html", "new": False}]
    assert again["report"]["unchanged"] == 4


def test_a_page_that_cannot_be_had_says_why_and_leaves_nothing(settings: Settings, site: str) -> None:
    for path, reason in [
        ("/hop/9", "redirects more than 5 times"),
        ("/elsewhere", "cannot be fetched"),
        ("/endless.txt", "larger than 50 MB"),
        ("/picture.png", "image/png"),
        ("/%2e%2e/%2e%2e/etc/hostname", "404"),
    ]:
        done = add(settings, f"{site}{path}", code=1)
        assert done.stderr.startswith(f"aliqa: {site}{path}: ")
        assert reason in done.stderr
        assert not done.stdout
    assert "cannot be fetched" in add(settings, "http://127.0.0.1:9/", code=1).stderr
    assert not any(settings.corpus_dir.iterdir())
    assert not settings.index_dir.exists()


def test_wrong_suffixes_are_refused_with_the_right_ones(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "ferry.psd").write_bytes(b"8BPS")
    assert ".txt, .md, " in add(settings, str(tmp_path / "ferry.psd"), code=1).stderr
    assert run("add", code=2).stderr

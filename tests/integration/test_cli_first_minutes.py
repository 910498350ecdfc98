"""What one types in the first minutes: a question alone, folders before the command, names that are nearly right."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from tests.conftest import ROOT, environment
from tests.integration.test_cli import failed, plain, run

from aliqa.foundations.settings import Settings

pytestmark = pytest.mark.slow

FERRIES = "How many electric ferries did Northwind Lines order?"


def test_aliqa_alone_says_in_three_lines_what_to_do_first() -> None:
    finished = run()
    assert (finished.returncode, finished.stderr) == (0, "")
    assert len(finished.stdout.splitlines()) == 3
    assert all(f"aliqa {words}" in finished.stdout for words in ("--corpus", '"', "serve", "--help"))


@pytest.mark.parametrize("named", [(), ("--corpus", "articles")])
def test_aliqa_alone_opens_the_page_on_the_folder_of_articles(
    corpus: Path, tmp_path: Path, named: tuple[str, ...]
) -> None:
    """What somebody sees before a terminal, with a browser that writes down what it is to open."""
    (tmp_path / (named[-1] if named else "corpus")).symlink_to(corpus)
    opened, browser = tmp_path / "opened", tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" > {opened}.part && mv {opened}.part {opened}\n')
    browser.chmod(0o755)
    known = environment() | {"BROWSER": f"{browser} %s", "ALIQA_PORT": "0"}
    ours, theirs = os.openpty()
    with subprocess.Popen([sys.executable, "-m", "aliqa", *named], cwd=tmp_path, env=known, stdout=theirs) as process:
        os.close(theirs)
        while not opened.exists():
            assert process.poll() is None
            time.sleep(0.1)
        assert f"aliqa answers at {opened.read_text()}".encode() in os.read(ours, 1000)
        asked = httpx.post(f"{opened.read_text()}/ask", json={"question": FERRIES}, timeout=600)
        assert asked.json()["answered"]
        process.send_signal(signal.SIGINT)
        assert process.wait(600) == 0
    os.close(ours)


def test_a_question_alone_is_asked_and_folders_may_come_first(settings: Settings) -> None:
    folder = str(settings.index_dir)
    asked = json.loads(run("ask", FERRIES, "--index", folder, "--json").stdout)["answer"]
    for words in (
        (FERRIES, "--index", folder, "--json"),
        ("--index", folder, FERRIES, "--json"),
        ("--index", folder, "ask", FERRIES, "--json"),
        (f"--index={folder}", "ask", FERRIES, "--json"),
    ):
        assert json.loads(run(*words).stdout)["answer"] == asked
    assert run("--index", folder, "watch", "list").stdout.startswith("No question is watched")
    assert "--index" in plain(run("ask", "-h").stdout)
    assert "Usage" in plain(run("-h").stdout)
    assert "Usage" in plain(run("watch", "-h").stdout)


def test_a_dash_reads_the_question_from_stdin(settings: Settings) -> None:
    words = [sys.executable, "-m", "aliqa", "ask", "-", "--index", str(settings.index_dir), "--json"]
    for given, code in ((FERRIES.encode(), 0), (b"", 2), (b"\xff", 2)):
        asked = subprocess.run(words, input=given, capture_output=True, cwd=ROOT, env=environment(), check=False)
        assert asked.returncode == code
    assert b"Traceback" not in asked.stderr


def test_articles_and_outlets_are_listed(settings: Settings) -> None:
    listed = run("articles", "--index", settings.index_dir).stdout
    assert "shipping/northwind.md  2025-03-04  Harbour Gazette · Northwind Lines goes electric" in listed
    assert "undated" in listed
    articles = json.loads(run("articles", "--index", settings.index_dir, "--json").stdout)["articles"]
    assert "broken.txt" in {article["doc_id"] for article in articles}
    assert "Harbour Gazette" in run("sources", "--index", settings.index_dir).stdout
    sources = json.loads(run("sources", "--index", settings.index_dir, "--json").stdout)["sources"]
    assert {"source": "Retail Observer", "articles": 1, "newest": "2024-11-19"} in sources


def test_what_is_nearly_right_is_named(settings: Settings) -> None:
    asked = ("ask", FERRIES, "--index", settings.index_dir)
    said = failed(run(*asked, "--source", "harbor gazete"), 2)
    assert "“Harbour Gazette”" in said
    assert "aliqa sources" in said
    assert "“shipping/northwind.md”" in failed(run(*asked, "--doc", "shipping/nortwind.md"), 2)
    assert "did you mean" in failed(run(*asked, ALIQA_ANSWERING__TRESHOLD="0.5"))
    assert "index" in plain(run("indx").stderr)
    assert "quotes" in " ".join(plain(run("ask", "Why", "did", "it", "close").stderr).split())


def test_a_mistyped_folder_leaves_nothing_behind(tmp_path: Path) -> None:
    assert "corups" in failed(run("index", "--corpus", tmp_path / "corups", "--index", tmp_path / "index"))
    assert not list(tmp_path.iterdir())


def test_an_index_knows_its_articles_again(corpus: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    assert run("index", "--corpus", corpus, "--index", index).stdout.endswith(f'Ask: aliqa ask "…" --index {index}\n')
    answer = tmp_path / "answer.json"
    answer.write_text(run("ask", FERRIES, "--index", index, "--json").stdout, encoding="utf-8")
    assert run("verify", answer, "--index", index).returncode == 0
    assert run("index", "--index", index).returncode == 0
    assert "articles" in run("doctor", "--index", index).stdout


def test_an_index_that_is_interrupted_says_so(corpus: Path, tmp_path: Path) -> None:
    words = [
        sys.executable,
        "-m",
        "aliqa",
        "index",
        "--corpus",
        str(corpus),
        "--index",
        str(tmp_path / "index"),
        "--watch",
    ]
    with subprocess.Popen(words, cwd=ROOT, env=environment(), stderr=subprocess.PIPE, text=True) as process:
        while not (tmp_path / "index").exists():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=600)
    assert "Traceback" not in said
    assert (process.returncode, said.count("\n")) in ((130, 1), (0, 0))


def test_serve_makes_an_index_where_there_is_none(corpus: Path, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "aliqa", "serve", "--corpus", str(corpus), "--index", str(tmp_path), "--port", "0"]
    with subprocess.Popen(words, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline().startswith("aliqa answers at")
        assert (tmp_path / "CURRENT").exists()
        process.send_signal(signal.SIGINT)
        assert process.wait(600) == 0

"""The Python client, curl, and what the README says about both, against a real server."""

import json
import re
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.browser import running
from tests.conftest import ARTICLES, QUICK, ROOT, environment

from aliqa.client import Client
from aliqa.doors.http import create_app
from aliqa.foundations.errors import RequestRefused, ServerUnreachable
from aliqa.foundations.settings import Settings
from aliqa.foundations.settings import load as settings_of
from aliqa.foundations.types import Answer, Citation, Delta, Filters, Part, Turn
from aliqa.library import Library

FERRIES = "How many electric ferries did Northwind Lines order?"
QUOTE = "Northwind Lines ordered four electric ferries from the Brevik shipyard on Monday."
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```python\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[Client]:
    with Client(address) as client:
        yield client


def comparable(answer: Answer, other: Answer) -> Answer:
    """An answer with what differs between any two taken from the other one."""
    return replace(answer, id=other.id, timings_ms=other.timings_ms)


def test_the_server_answers_what_the_library_answers(client: Client, library: Library) -> None:
    since = Filters(sources=("Harbour Gazette",))
    history = (Turn("user", "What does Marlowe Stores say about its shops?"), Turn("assistant", "It will close 46."))
    for question, said, filters in (
        (FERRIES, (), Filters()),
        ("Who won the chess olympiad in Quito?", (), Filters()),
        ("青岚云计划在哪里建设新的数据中心", (), Filters()),
        ("And Northwind Lines?", history, since),
    ):
        expected = library.ask(question, history=said, top_k=3, filters=filters)
        answer = client.ask(question, history=said, top_k=3, filters=filters)
        assert comparable(answer, expected) == expected
        assert client.verify(answer).verified
    assert client.search("coffee", top_k=2) == library.search("coffee", top_k=2)
    assert client.timeline("Northwind").statements == library.timeline("Northwind").statements
    assert client.articles() == library.articles()
    assert client.articles(since) == library.articles(since)
    found = library.mentioning("ferries", filters=since, limit=1)
    assert client.mentioning("ferries", filters=since, limit=1) == found.articles
    assert client.disagreements() == library.disagreements()
    for doc_id in ARTICLES:
        assert client.article(doc_id) == library.article(doc_id)


def test_a_stream_ends_with_the_whole_answer(client: Client) -> None:
    parts: list[Part] = list(client.stream(FERRIES))
    whole = parts[-1]
    assert isinstance(whole, Answer)
    assert whole.citations[0].quote == QUOTE
    assert "".join(part.text for part in parts if isinstance(part, Delta)) == whole.answer
    assert tuple(part for part in parts if isinstance(part, Citation)) == whole.citations


def test_articles_come_and_go(tmp_path: Path) -> None:
    text = "The otter class sails since May.\u2028It is quick.\n"
    for name in ("corpus/old.txt", "corpus/new.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("Nothing happened in the harbour.\n")
    chosen = settings_of(corpus_dir=tmp_path / "corpus", index_dir=tmp_path / "index", **QUICK)
    with running(create_app(chosen)) as port, Client(f"http://127.0.0.1:{port}") as client:
        with pytest.raises(RequestRefused, match="503"):
            client.ask("Since when does the otter class sail?")
        done = client.wait(client.upload("ships/otter.txt", text.encode()))
        assert (done.state, done.counts.added) == ("succeeded", 3)
        assert client.job(done.id) == done
        assert client.article("ships/otter.txt").text == text
        done = client.wait(client.delete("ships/otter.txt"))
        assert (done.state, done.counts.removed) == ("succeeded", 1)
        assert client.wait(client.index(full=True)).state == "succeeded"


def test_a_refusal_says_why(client: Client) -> None:
    with pytest.raises(RequestRefused, match="question") as refused:
        client.ask(" ")
    assert (refused.value.status, refused.value.retry_after) == (422, None)
    with pytest.raises(RequestRefused, match=r"none\.txt"):
        client.article("none.txt")
    with pytest.raises(RequestRefused, match="422"):
        list(client.stream("a" * 2001))


def test_a_server_that_says_nothing_is_told_of() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        with Client(f"http://127.0.0.1:{listener.getsockname()[1]}") as client:
            with pytest.raises(ServerUnreachable, match="aliqa serve"):
                client.ask(FERRIES)
            with pytest.raises(ServerUnreachable):
                list(client.stream(FERRIES))


def test_the_client_imports_no_model() -> None:
    code = "import sys, aliqa.client; print({'torch', 'faiss', 'numpy', 'gradio', 'aliqa.library'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True)
    assert done.stdout == "set()\n", done.stderr


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.split("\n")[0])
def test_the_readmes_examples_run(address: str, settings: Settings, tmp_path: Path, example: str) -> None:
    (tmp_path / "index").symlink_to(settings.index_dir)
    asked = re.sub(r"(?<=ask\()\".*?\"", json.dumps(FERRIES), example).replace("http://127.0.0.1:8000", address)
    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=tmp_path, env=environment(), capture_output=True, text=True
    )
    assert done.stdout.startswith(f"{QUOTE} Northwind Lines goes electric "), done.stderr


def test_there_are_examples_of_both() -> None:
    assert [example.split("\n")[0] for example in EXAMPLES] == [
        "from aliqa import Library, settings",
        "from aliqa.client import Client",
    ]


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("more", [{}, {"stream": True}], ids=["whole", "streamed"])
def test_curl_asks_as_the_readme_says(address: str, more: dict[str, bool]) -> None:
    found = re.search(r"^\$ (curl .*?/ask .*?)\n", README.replace("\\\n", ""), re.MULTILINE)
    assert found
    *command, body = shlex.split(found[1].replace("http://127.0.0.1:8000", address))
    body = json.dumps(json.loads(body) | {"question": FERRIES} | more)
    said = subprocess.run([*command, body], capture_output=True, text=True, check=True).stdout
    whole = json.loads(said.split("event: done\ndata: ")[-1])
    assert whole["citations"][0]["quote"] == QUOTE

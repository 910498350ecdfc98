"""A running server while its articles change: no request fails, none is mixed, nothing deleted is cited."""

import json
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests import commands
from tests.conftest import QUICK, ROOT, THRESHOLD, environment

from aliqa.foundations import settings as aliqa_settings
from aliqa.foundations.settings import Settings
from aliqa.index.folder.catalog import Catalog
from aliqa.index.versions import diff
from aliqa.library import build

pytestmark = pytest.mark.slow

FERRY = "Northwind Lines ordered four electric ferries from the Brevik shipyard on Monday.\n"
COFFEE = "Arabica prices doubled because frost hit the plantations of Minas Gerais.\n"
RAIL = "The night train to Narvik will carry 240 passengers from next June.\n"
FERRIES = "How many electric ferries did Northwind Lines order?"
TRAINS = "How many passengers will the night train to Narvik carry?"


class Client:
    """A client of a server over real HTTP."""

    def __init__(self, address: str, process: "subprocess.Popen[str]") -> None:
        self.address, self.process = address, process

    def call(
        self, method: str, path: str, body: Any = None, kind: str = "application/json"
    ) -> tuple[int, dict[str, Any]]:
        """Status and JSON of a response."""
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        headers = {"content-type": kind} if data is not None else {}
        request = urllib.request.Request(self.address + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    def ask(self, question: str) -> dict[str, Any]:
        status, answer = self.call("POST", "/ask", {"question": question})
        assert status == 200, answer
        return answer

    def done(self, started: tuple[int, dict[str, Any]]) -> dict[str, Any]:
        """The job that a call has started, once it is done; its events are followed to their end."""
        status, job = started
        assert status == 202, job
        states = self.events(job["id"])
        assert states[-1] == self.call("GET", f"/jobs/{job['id']}")[1]
        return states[-1]

    def events(self, job_id: str) -> list[dict[str, Any]]:
        """The states of a job that its stream of events tells."""
        with urllib.request.urlopen(f"{self.address}/jobs/{job_id}/events", timeout=60) as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
            events = [event for event in stream.read().decode().split("\n\n") if event and not event.startswith(":")]
        assert all(event.startswith("event: job\ndata: ") for event in events)
        return [json.loads(event.removeprefix("event: job\ndata: ")) for event in events]


@contextmanager
def served(settings: Settings, *flags: str, **variables: str) -> Iterator[Client]:
    """A client of a server process."""
    places = ["--corpus", str(settings.corpus_dir), "--index", str(settings.index_dir)]
    command = [sys.executable, "-m", "aliqa", "serve", *places, "--port", "0", *flags]
    with subprocess.Popen(
        command, env=environment(**variables), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout
            found = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
            assert found
            yield Client(found[0], process)
        finally:
            process.kill()


def folder(tmp_path: Path, articles: dict[str, str]) -> Settings:
    """Settings for a corpus of these articles, indexed."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name, text in articles.items():
        (corpus / name).write_text(text, encoding="utf-8")
    chosen = aliqa_settings.load(
        corpus_dir=corpus,
        index_dir=tmp_path / "index",
        **QUICK,
        answering={"threshold": THRESHOLD},
    )
    build(chosen)
    return chosen


def until(met: Callable[[], object], seconds: float = 60) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < end, "it never came to pass"
        time.sleep(0.05)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return folder(tmp_path, {"ferry.txt": FERRY, "coffee.txt": COFFEE})


def cited(answer: dict[str, Any]) -> set[str]:
    return {one["doc_id"] for one in (*answer["citations"], *answer["passages"])}


def form(*files: tuple[str, bytes]) -> tuple[bytes, str]:
    """A multipart body with these files, and its content type."""
    parts = [
        f'--limit\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode() + data + b"\r\n"
        for name, data in files
    ]
    return b"".join(parts) + b"--limit--\r\n", "multipart/form-data; boundary=limit"


def test_uploads_changes_and_deletions_follow(settings: Settings) -> None:
    with served(settings) as client:
        assert client.ask(TRAINS)["answered"] is False
        job = client.done(client.call("POST", "/articles", {"name": "rail.txt", "text": RAIL}))
        assert (job["kind"], job["state"], job["progress"], job["error"]) == ("upload", "succeeded", 1.0, None)
        assert job["counts"] == {"added": 1, "changed": 0, "removed": 0, "unchanged": 2, "failed": 0}
        answer = client.ask(TRAINS)
        assert answer["citations"][0]["quote"] == RAIL.strip()
        assert answer["index"]["version"] == job["index_version"]

        body, kind = form(("rail.txt", RAIL.replace("240", "310").encode()), ("sub/café.md", b"A caf\xc3\xa9 opened."))
        job = client.done(client.call("POST", "/articles", body, kind))
        assert (job["counts"]["added"], job["counts"]["changed"]) == (1, 1)
        assert "310 passengers" in client.ask(TRAINS)["answer"]
        assert client.call("GET", "/articles/sub/caf%C3%A9.md")[1]["text"] == "A café opened."

        job = client.done(client.call("DELETE", "/articles/rail.txt"))
        assert (job["kind"], job["counts"]["removed"]) == ("delete", 1)
        assert not (settings.corpus_dir / "rail.txt").exists()
        assert "rail.txt" not in cited(client.ask(TRAINS))
        assert client.call("GET", "/articles/rail.txt")[0] == 404
        assert client.call("DELETE", "/articles/rail.txt")[0] == 404


def test_a_file_that_cannot_be_read_is_told_and_can_be_deleted(settings: Settings) -> None:
    with served(settings) as client:
        body, kind = form(("broken.pdf", b"%PDF-1.7\nbroken"))
        job = client.done(client.call("POST", "/articles", body, kind))
        assert [one["doc_id"] for one in job["failures"]] == ["broken.pdf"]
        assert client.done(client.call("DELETE", "/articles/broken.pdf"))["failures"] == []


def test_a_rebuild_is_one_at_a_time_and_tells_what_it_did(settings: Settings) -> None:
    with served(settings) as client:
        for body in (None, {}, {"full": True}, {"retry_failed": True}):
            job = client.done(client.call("POST", "/index", body))
            assert (job["kind"], job["state"]) == ("index", "succeeded")
        assert client.call("POST", "/index", {"fully": True})[0] == 422
        assert client.call("GET", "/jobs/none")[0] == 404
        assert client.call("GET", "/jobs/none/events")[0] == 404


def test_a_running_server_follows_other_processes(settings: Settings) -> None:
    with served(settings) as client:
        before = client.ask(FERRIES)
        (settings.corpus_dir / "ferry.txt").write_text(FERRY.replace("four", "seven"), encoding="utf-8")
        build(settings)
        assert "seven electric ferries" in client.ask(FERRIES)["answer"]
        finished = commands.run("rollback", "--index", settings.index_dir)
        assert before["index"]["version"] in finished.stdout
        after = client.ask(FERRIES)
        assert (after["answer"], after["index"]) == (before["answer"], before["index"])


def test_a_version_that_cannot_be_opened_is_not_used(settings: Settings) -> None:
    with served(settings) as client:
        before = client.ask(FERRIES)
        other = settings.model_copy(update={"chunking": settings.chunking.model_copy(update={"tokens": 50})})
        build(other)
        for _ in range(3):
            assert client.ask(FERRIES)["index"] == before["index"]


def test_a_job_that_fails_says_why_and_the_old_version_answers(settings: Settings) -> None:
    with served(settings) as client:
        moved = settings.corpus_dir.rename(settings.corpus_dir.with_name("aside"))
        job = client.done(client.call("POST", "/index"))
        assert job["state"] == "failed"
        assert "There is no folder corpus." in job["error"]
        assert str(settings.corpus_dir.parent) not in json.dumps(job)
        assert client.call("POST", "/articles", {"name": "a.txt", "text": "A text."})[0] == 503
        assert client.ask(FERRIES)["answered"]
        moved.rename(settings.corpus_dir)
        assert client.done(client.call("POST", "/index"))["state"] == "succeeded"


def test_a_job_waits_for_another_process_and_ends_with_the_server(settings: Settings) -> None:
    with served(settings) as client:
        with Catalog(settings.index_dir).building():
            _, job = client.call("POST", "/index")
            assert client.call("POST", "/index")[0] == 409
            until(lambda: client.call("GET", f"/jobs/{job['id']}")[1]["state"] == "running")
        assert client.events(job["id"])[-1]["state"] == "succeeded"
        with Catalog(settings.index_dir).building():
            _, job = client.call("POST", "/index")
            with urllib.request.urlopen(f"{client.address}/jobs/{job['id']}/events", timeout=60) as stream:
                assert stream.readline() == b"event: job\n"
                client.process.send_signal(signal.SIGTERM)
                complaints = client.process.communicate()[1]
        assert client.process.returncode == 0
        assert complaints == ""


def test_clients_ask_while_versions_are_published(tmp_path: Path) -> None:
    """Every answer is of one version: its citations stand in the text that this version holds."""
    count = "Northwind Lines ordered {step} electric ferries from the Brevik shipyard on Monday.\n"
    settings = folder(tmp_path, {"ferry.txt": count.format(step=0), "coffee.txt": COFFEE, "gone.txt": RAIL})
    answers: list[dict[str, Any]] = []
    faults: list[BaseException] = []
    stop = threading.Event()
    with served(settings) as client:
        texts = {client.ask(FERRIES)["index"]["version"]: count.format(step=0)}

        def ask() -> None:
            try:
                while not stop.is_set():
                    answers.append(client.ask(FERRIES))
            except BaseException as fault:
                faults.append(fault)

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for step in range(1, 6):
            text = "\n" * step + count.format(step=step)
            job = client.done(client.call("POST", "/articles", {"name": "ferry.txt", "text": text}))
            texts[job["index_version"]] = text
            asked = len(answers)
            while len(answers) < asked + 8 and not faults:
                time.sleep(0.01)
        stop.set()
        for thread in threads:
            thread.join()
    assert not faults
    assert {answer["index"]["version"] for answer in answers} == texts.keys()
    for answer in answers:
        text = texts[answer["index"]["version"]]
        found = [one for one in answer["citations"] if one["doc_id"] == "ferry.txt"]
        assert found, answer
        for one in found:
            assert text[one["char_start"] : one["char_end"]] == one["quote"]
        for one in answer["passages"]:
            if one["doc_id"] == "ferry.txt":
                assert text[one["char_start"] : one["char_end"]] == one["text"]
    assert diff(settings).changed[0].doc_id == "ferry.txt"

"""Metrics, logs, the log of questions and traces of a running server; and a process killed under load."""

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pytest
from fastapi.testclient import TestClient
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr
from tests.conftest import environment
from tests.integration.test_service import FERRIES

from aliqa.doors.http import create_app
from aliqa.foundations.settings import Settings
from aliqa.library import Library

SECRET = "a secret that no log may hold"
ASK = {"question": FERRIES}


def metrics(client: TestClient) -> dict[tuple[str, ...], float]:
    """Every sample by its name and the values of its labels."""
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}


def test_metrics_count_requests_answers_and_tell_of_the_index(settings: Settings, library: Library) -> None:
    with TestClient(create_app(settings, library)) as client:
        before = metrics(client)
        client.post("/ask", json=ASK)
        client.post("/ask", json={**ASK, "filters": {"since": "2031-01-01"}})
        client.get("/articles/some-name-or-other.txt")
        client.get("/nowhere/at/all")
        client.request("BREW", "/ask")
        found = metrics(client)
    assert found["aliqa_requests_total", "POST", "/ask", "200"] == 2
    assert found["aliqa_requests_total", "GET", "/articles/{doc_id:name}", "404"] == 1
    assert found["aliqa_requests_total", "GET", "none", "404"] == 1
    assert not any("some-name" in label or "BREW" in label for name in found for label in name)
    assert found["aliqa_answers_total", "answered"] == found["aliqa_answers_total", "out_of_range"] == 1
    assert found["aliqa_stage_seconds_count", "embed"] == found["aliqa_stage_seconds_count", "read"] == 2
    assert found["aliqa_index_info", library.info.version] == 1
    assert found["aliqa_index_articles",] == library.info.articles
    assert found["aliqa_index_age_seconds",] > 0
    assert (found["aliqa_running",], found["aliqa_queued",], found["aliqa_refused_total",]) == (0, 0, 0)
    assert ("aliqa_answers_total", "answered") not in before
    assert found["process_resident_memory_bytes",] > 0


def test_questions_are_written_down_only_on_demand_and_for_their_owner(
    settings: Settings, library: Library, tmp_path: Path
) -> None:
    for wanted in (False, True):
        service = settings.service.model_copy(update={"question_log": wanted})
        changes = {"index_dir": tmp_path, "service": service, "api_key": SecretStr(SECRET)}
        with TestClient(create_app(settings.model_copy(update=changes), library)) as client:
            headers = {"Authorization": f"Bearer {SECRET}", "X-Request-Id": "request-7"}
            assert client.post("/ask", json=ASK, headers=headers).status_code == 200
        assert (tmp_path / "questions.jsonl").exists() == wanted
    [line] = (tmp_path / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    told = json.loads(line)
    assert (told["question"], told["answered"], told["key"], told["request_id"]) == (
        FERRIES, True, "ALIQA_API_KEY", "request-7",
    )  # fmt: skip
    assert SECRET not in line
    assert (tmp_path / "questions.jsonl").stat().st_mode & 0o077 == 0


def test_a_questions_way_is_traced(settings: Settings, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    received = ExportTraceServiceRequest()

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.MergeFromString(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Collector) as collector:
        Thread(target=collector.serve_forever, daemon=True).start()
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{collector.server_port}")
        monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "50")
        service = settings.service.model_copy(update={"traces": True})
        with TestClient(create_app(settings.model_copy(update={"service": service}), library)) as client:
            assert client.post("/ask", json=ASK, headers={"X-Request-Id": "request-8"}).status_code == 200
            end = time.monotonic() + 30
            while not received.resource_spans and time.monotonic() < end:
                time.sleep(0.02)
        collector.shutdown()
    spans = {one.name: one for each in received.resource_spans for part in each.scope_spans for one in part.spans}
    assert spans.keys() == {"ask", "embedding", "retrieval", "reading"}
    whole = spans["ask"]
    assert any(one.key == "request.id" and one.value.string_value == "request-8" for one in whole.attributes)
    for name in ("embedding", "retrieval", "reading"):
        assert spans[name].parent_span_id == whole.span_id
        assert whole.start_time_unix_nano <= spans[name].start_time_unix_nano <= spans[name].end_time_unix_nano
    assert FERRIES not in str(received)


@pytest.mark.slow
def test_a_killed_process_costs_no_request_and_the_log_holds_no_secret(settings: Settings) -> None:
    env = environment(ALIQA_API_KEY=SECRET, ALIQA_SERVICE__LOG="json", ALIQA_SERVICE__RATE="100000/minute")
    places = ["--corpus", str(settings.corpus_dir), "--index", str(settings.index_dir), "--workers", "2"]
    command = [sys.executable, "-m", "aliqa", "serve", *places, "--port", "0"]
    with ExitStack() as stack:
        server = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        stack.enter_context(server)
        stack.callback(server.kill)  # whatever goes wrong, nothing waits for it
        assert server.stdout
        address = server.stdout.readline().split()[3]
        headers = {"Authorization": f"Bearer {SECRET}"}
        with httpx.Client(base_url=address, headers=headers, timeout=60) as client, ThreadPoolExecutor(5) as pool:
            workers = [one for one in children(server.pid) if "spawn_main" in Path(f"/proc/{one}/cmdline").read_text()]
            assert len(workers) == 2
            assert all(maps_index(one, settings.index_dir) for one in workers)

            def asked(number: int) -> int:
                if number == 10:
                    os.kill(workers[0], signal.SIGKILL)
                status = 503
                while status == 503:  # a busy machine sheds load, and says when to come back
                    status = client.post("/ask", json={"question": f"{FERRIES} {number}"}).status_code
                return status

            assert set(pool.map(asked, range(40))) == {200}
            assert client.get("/version", headers={"Authorization": f"Bearer {SECRET} but wrong"}).status_code == 401
            assert "aliqa_restarts_total 1.0" in client.get("/metrics").text
        server.send_signal(signal.SIGTERM)
        complaints = server.communicate()[1]
    assert server.returncode == 0
    assert SECRET not in complaints
    assert FERRIES not in complaints
    lines = [json.loads(line) for line in complaints.splitlines()]
    assert sum(one.get("route") == "/ask" and one["status"] == 200 for one in lines) == 40
    answered = (one for one in lines if one.get("route") == "/ask" and one["status"] == 200)
    assert len({one["request_id"] for one in answered}) == 40
    assert any("has died" in one["message"] for one in lines)


def children(pid: int) -> list[int]:
    listed = [Path(f"/proc/{pid}/task/{task}/children").read_text() for task in os.listdir(f"/proc/{pid}/task")]
    return [int(one) for each in listed for one in each.split()]


def maps_index(pid: int, folder: Path) -> bool:
    """Whether a process has files of an index mapped into its memory."""
    return f"{folder}/" in Path(f"/proc/{pid}/maps").read_text()

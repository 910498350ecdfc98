"""A server with too much to do: what it refuses takes it next to nothing, and what it lets in is answered."""

import asyncio
from collections.abc import Iterator
from typing import Final

import pytest
from fastapi.testclient import TestClient
from starlette.types import Message, Scope
from tests.integration.test_observing import metrics
from tests.integration.test_service import FERRIES, problem
from tests.unit.test_answer_pool import full

from aliqa.doors.http import create_app
from aliqa.doors.http.load_shedding import ASKING
from aliqa.doors.http.slow_clients import WHOLE
from aliqa.doors.running.answer_pool import AnswerPool
from aliqa.foundations.settings import Settings
from aliqa.library import Library

ASK = {"question": FERRIES}
ASKED: Final[Scope] = {
    "type": "http", "method": "POST", "path": "/ask", "root_path": "", "query_string": b"", "http_version": "1.1",
    "headers": [(b"content-type", b"application/json")], "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    "scheme": "http",
}  # fmt: skip


@pytest.fixture
def client(settings: Settings, library: Library) -> Iterator[TestClient]:
    with TestClient(create_app(settings, library)) as client:
        yield client


@pytest.mark.parametrize("path", ASKING)
def test_a_question_too_many_is_refused_whatever_its_body_holds(path: str, client: TestClient) -> None:
    places = full(client.app.state.pool)  # type: ignore[attr-defined]
    response = client.request(ASKING[path], path, content=b"{ no JSON")
    said = problem(response, 503)
    assert int(response.headers["retry-after"]) >= 1
    assert said["detail"] == f"Too many questions are being answered. Ask again in {response.headers['retry-after']} s."
    assert ("error" in said) == path.startswith("/v1/")
    assert response.headers["x-request-id"]
    assert "content-security-policy" in response.headers
    assert client.get("/healthz").status_code == client.get("/articles").status_code == 200
    found = metrics(client)
    assert found["aliqa_requests_total", ASKING[path], path, "503"] == 1
    assert found["aliqa_queued",] == len(places)
    places[0].give_up()
    assert client.request(ASKING[path], path, content=b"{ no JSON").status_code in (400, 415, 422)
    assert client.post("/ask", json=ASK).json()["answered"]
    assert metrics(client)["aliqa_queued",] == len(places) - 1


@pytest.mark.parametrize("whole", [True, False])
def test_a_burst_is_let_in_as_far_as_it_can_be_answered_and_a_slow_body_keeps_no_place(
    settings: Settings, library: Library, whole: bool
) -> None:
    app = create_app(settings, library)
    pool: AnswerPool = app.state.pool
    places = full(pool)
    for place in places:
        place.give_up()
    let_in = len(places) if whole else 60

    async def burst() -> None:
        statuses: list[int] = []
        reading = 0

        async def receive() -> Message:
            nonlocal reading
            reading += 1
            await asyncio.Event().wait()
            raise AssertionError

        async def send(message: Message) -> None:
            statuses.append(message.get("status", 0))

        tasks = [asyncio.create_task(app({**ASKED, WHOLE: whole}, receive, send)) for _ in range(60)]
        while reading < let_in:
            await asyncio.sleep(0.01)
        assert [one for one in statuses if one] == [503] * (60 - let_in)
        assert pool.load.queued == len(places) * whole
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert (reading, pool.load.queued) == (let_in, 0)

    asyncio.run(burst())
    pool.close()

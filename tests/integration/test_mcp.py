"""The tools of the Model Context Protocol, used by the official client: over stdin and stdout, and over HTTP."""

import asyncio
import json
import socket
import sys
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request, Response
from fastapi.testclient import TestClient
from mcp import Client, StdioServerParameters
from mcp_types import CallToolResult, TextContent
from pydantic import SecretStr
from tests.browser import running
from tests.conftest import ARTICLES, environment
from tests.integration.test_live import until

from aliqa.doors.http import create_app
from aliqa.doors.http.agents import agents, speaking
from aliqa.doors.http.slow_clients import SlowClientGuard
from aliqa.doors.mcp import build_server
from aliqa.doors.running.answer_pool import GONE, AnswerPool
from aliqa.doors.running.current_library import CurrentLibrary
from aliqa.foundations.settings import Settings
from aliqa.foundations.types import Answer, how_compared
from aliqa.library import Library

FERRIES = "How many electric ferries did Northwind Lines order?"
QUOTE = "Northwind Lines ordered four electric ferries from the Brevik shipyard on Monday."
TOOLS = {"ask", "search", "list_names", "list_articles", "read_article", "disagreements"}


def using(server: Any, use: Callable[[Client], Awaitable[None]]) -> None:
    """Connect to a server, and use it."""

    async def connected() -> None:
        async with Client(server) as client:
            await use(client)

    asyncio.run(connected())


async def call(client: Client, tool: str, **arguments: Any) -> tuple[dict[str, Any], str]:
    """The structured result of a tool, and its text."""
    result = await client.call_tool(tool, arguments)
    assert isinstance(result, CallToolResult)
    assert not result.is_error, result.content
    assert isinstance(result.structured_content, dict)
    assert isinstance(result.content[0], TextContent)
    return result.structured_content, result.content[0].text


async def refusal(client: Client, tool: str, **arguments: Any) -> str:
    result = await client.call_tool(tool, arguments)
    assert isinstance(result, CallToolResult)
    assert result.is_error
    assert isinstance(result.content[0], TextContent)
    return result.content[0].text


async def every_tool(client: Client) -> None:
    tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert set(tools) == TOOLS
    for tool in tools.values():
        assert tool.description
        assert tool.output_schema
        assert tool.annotations
        assert tool.annotations.read_only_hint

    answer, text = await call(client, "ask", question=FERRIES)
    citation = answer["citations"][0]
    assert citation["quote"] == QUOTE
    assert text.startswith(f"{QUOTE}[^1]")
    assert f"{citation['doc_id']}, characters {citation['char_start']} to {citation['char_end']}" in text

    abstained, text = await call(client, "ask", question="Who won the chess olympiad in Quito?")
    assert abstained["answered"] is False
    assert text.startswith("The articles do not answer this.")

    found, text = await call(client, "search", query="electric ferries", top_k=2, since="2025-01-01")
    assert found["passages"][0]["doc_id"] == "shipping/northwind.md"
    assert len(found["passages"]) <= 2
    assert QUOTE in text

    listed, _ = await call(client, "list_articles", first=1, most=2)
    assert (len(listed["articles"]), listed["first"], listed["total"]) == (2, 1, len(ARTICLES) + 1)

    read, text = await call(
        client, "read_article", doc_id=citation["doc_id"], char_start=citation["char_start"], most=len(QUOTE)
    )
    assert read["text"] == QUOTE
    assert (read["char_end"], read["characters"]) == (citation["char_end"], len(ARTICLES["shipping/northwind.md"]))
    whole, text = await call(client, "read_article", doc_id="undated-note.txt")
    assert whole["text"] == text == ARTICLES["undated-note.txt"]

    none, _ = await call(client, "disagreements")
    assert none == {"disagreements": [], "first": 0, "total": 0, "how": how_compared()}

    before = [{"role": "user", "content": "What does Marlowe Stores say about its shops?"}]
    followed, text = await call(client, "ask", question="And Northwind Lines?", history=before)
    assert "Northwind" in followed["standalone_question"]
    assert text.startswith(f"*Searched for: {followed['standalone_question']}*")

    assert "No article is called" in await refusal(client, "read_article", doc_id="../../etc/passwd")
    assert "is after until" in await refusal(client, "search", query="a", since="2025-02-01", until="2025-01-01")
    assert "question" in await refusal(client, "ask", question="")


def test_tools_over_http(address: str) -> None:
    using(f"{address}/mcp", every_tool)


def test_tools_over_stdin_and_stdout(settings: Settings) -> None:
    command = ["-m", "aliqa", "mcp", "--index", str(settings.index_dir)]
    using(StdioServerParameters(command=sys.executable, args=command, env=environment()), every_tool)


def test_without_an_index_the_model_is_told_what_to_do(settings: Settings, tmp_path: Path) -> None:
    current = CurrentLibrary(settings.model_copy(update={"index_dir": tmp_path / "none"}))

    async def asked(client: Client) -> None:
        assert "Build it with: aliqa index" in await refusal(client, "ask", question=FERRIES)

    using(build_server(current.library), asked)


def test_a_defect_is_not_told(library: Library) -> None:
    def broken() -> Library:
        raise RuntimeError("the password is 12345")

    async def asked(client: Client) -> None:
        assert "12345" not in await refusal(client, "ask", question=FERRIES)

    using(build_server(broken), asked)


INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "localhost:8000"}, 200),
        ({"Host": "rebound.example"}, 403),
        ({"Host": "rebound.example:8000"}, 403),
        ({"Host": "127.0.0.1.rebound.example"}, 403),
        ({"Origin": "http://rebound.example"}, 403),
        ({"Content-Type": "text/plain"}, 400),
    ],
)
def test_names_that_could_be_rebound_are_refused(address: str, headers: dict[str, str], status: int) -> None:
    accepted = {"Accept": "application/json, text/event-stream"}
    response = httpx.post(f"{address}/mcp", json=INITIALIZE, headers=accepted | headers)
    assert response.status_code == status


def test_only_messages_are_taken(address: str) -> None:
    for method in ("GET", "DELETE"):
        response = httpx.request(method, f"{address}/mcp")
        assert (response.status_code, response.headers["allow"]) == (405, "POST")
    accepted = {"Accept": "application/json, text/event-stream"}
    large = httpx.post(
        f"{address}/mcp", content=b" " * 1_000_001, headers=accepted | {"Content-Type": "application/json"}
    )
    assert large.status_code == 413


def test_a_question_whose_client_has_left_is_not_begun(settings: Settings, library: Library) -> None:
    answered: list[Answer] = []
    connections: list[threading.Event] = []
    busy, idle = threading.Event(), threading.Event()

    def occupy() -> bool:
        busy.set()
        return idle.wait(600)

    app = FastAPI(lifespan=speaking)
    app.state.current, app.state.pool = CurrentLibrary(settings, library), AnswerPool(1, None, answered.append, 600)
    app.include_router(agents)

    @app.middleware("http")
    async def noted(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
        connections.append(request.scope[GONE])
        return await go_on(request)

    app.add_middleware(SlowClientGuard, seconds=600)
    call = {"name": "ask", "arguments": {"question": FERRIES}}
    asked = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}).encode()
    headers = {"Host": "x", "Accept": "application/json", "Content-Type": "application/json"}
    head = "".join(f"{name}: {value}\r\n" for name, value in {**headers, "Content-Length": len(asked)}.items())
    with running(app) as port, ThreadPoolExecutor(1) as other:
        turn = other.submit(app.state.pool.run, occupy)
        assert busy.wait(600)
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(f"POST /mcp HTTP/1.1\r\n{head}\r\n".encode() + asked)
            until(lambda: app.state.pool.load.queued == 1)
        assert connections[0].wait(600)
        idle.set()
        assert turn.result()
        until(lambda: app.state.pool.load.queued + app.state.pool.load.running == 0)
        app.state.pool.close()
    assert answered == []


def test_where_there_are_keys_one_is_needed_and_any_name_will_do(settings: Settings, library: Library) -> None:
    locked = settings.model_copy(update={"api_key": SecretStr("open-sesame")})
    accepted = {"Accept": "application/json, text/event-stream"}
    with TestClient(create_app(locked, library)) as client:
        assert client.post("/mcp", json=INITIALIZE, headers=accepted).status_code == 401
        accepted |= {"Authorization": "Bearer open-sesame", "Host": "articles.example"}
        assert client.post("/mcp", json=INITIALIZE, headers=accepted).json()["result"]["serverInfo"]["name"] == "aliqa"

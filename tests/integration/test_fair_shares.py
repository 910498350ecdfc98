"""Clients that hold connections, requests and streams: others are answered, health and readiness always."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.types import Message, Receive, Scope, Send
from tests.browser import served
from tests.conftest import ARTICLES, EMBEDDER
from tests.integration.test_service import FERRIES

from aliqa.doors.http.fair_shares import MOST_PAGES_OF_ONE, Capacity, FairShares
from aliqa.doors.http.guard import KEY_NAME
from aliqa.doors.http.slow_clients import MOST_WAITING_OF_ONE, WHOLE

SLOW = b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5000\r\n\r\nk"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that waits for slow clients longer than any of these tests takes."""
    folder = tmp_path_factory.mktemp("shares")
    for doc_id, text in ARTICLES.items():
        (folder / "corpus" / doc_id).parent.mkdir(parents=True, exist_ok=True)
        (folder / "corpus" / doc_id).write_text(text, encoding="utf-8")
    with served(folder / "corpus", folder / "index", EMBEDDER, ALIQA_SERVICE__CLIENT_TIMEOUT="600") as address:
        yield address


def connected(address: str, data: bytes) -> socket.socket:
    parts = urlsplit(address)
    connection = socket.create_connection((str(parts.hostname), int(parts.port or 0)), timeout=30)
    connection.sendall(data)
    return connection


def ended(connection: socket.socket) -> bool:
    """Whether the server has ended a connection on which it has said nothing or all that it will say."""
    connection.settimeout(0.01)
    try:
        while connection.recv(65_536):
            pass
    except TimeoutError:
        return False
    except OSError:
        pass
    return True


def heard(connection: socket.socket, words: bytes, before: bytes = b"") -> bytes:
    """What the server has said on a connection, once that holds some words."""
    while words not in before:
        before += connection.recv(65_536)
    return before


def all_is_answered(address: str) -> None:
    for _ in range(3):
        with httpx.Client(base_url=address, timeout=60) as client:
            assert client.get("/healthz").status_code == client.get("/readyz").status_code == 200
            assert client.post("/ask", json={"question": FERRIES}).json()["answered"]


def test_who_sends_slowly_locks_nobody_out(address: str) -> None:
    with ExitStack() as stack:
        slow = [stack.enter_context(connected(address, SLOW)) for _ in range(MOST_WAITING_OF_ONE + 60)]
        all_is_answered(address)
        gone = [number for number, connection in enumerate(slow) if ended(connection)]
        assert 0 < len(gone) <= 60 + 6
        assert max(gone) < len(gone) + 6  # those that waited longest


def test_streams_of_open_pages_are_counted_and_the_oldest_end(address: str) -> None:
    with ExitStack() as stack:
        pages = [
            stack.enter_context(
                connected(address, f"GET /gradio_api/heartbeat/p{number} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
            )
            for number in range(MOST_PAGES_OF_ONE + 8)
        ]
        said = [heard(page, b"ALIVE") for page in pages]
        all_is_answered(address)
        for page, before in zip(pages[:8], said[:8], strict=True):
            heard(page, b"0\r\n\r\n", before)  # the end of a whole response
        assert not any(ended(page) for page in pages[8:])


def test_small_answers_are_sent_at_once(address: str) -> None:
    """An answer on a connection that is kept waits for no acknowledgement, as `TCP_NODELAY` asks."""
    from aliqa.doors.http.server import listening

    async def delays() -> bool:
        found: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

        def met(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            accepted = writer.get_extra_info("socket")
            found.set_result(not accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        with listening("127.0.0.1", 0) as listener:
            async with await asyncio.start_server(met, sock=listener):
                _, writer = await asyncio.open_connection(*listener.getsockname())
                delayed = await found
                writer.close()
                return delayed

    assert not asyncio.run(delays())


def request(key: str | None, path: str = "/ask", *, whole: bool = True, host: str = "10.0.0.1") -> Scope:
    scope = {"type": "http", "method": "POST", "path": path, "headers": [], "client": (host, 1), WHOLE: whole}
    return scope | ({KEY_NAME: key} if key else {})


@pytest.mark.parametrize("limit", [FairShares, Capacity])
def test_so_many_requests_and_no_more_are_open_at_once(limit: type[FairShares] | type[Capacity]) -> None:
    released = asyncio.Event()
    statuses: list[int] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await released.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        if "status" in message:
            statuses.append(message["status"])

    async def crowd(*scopes: Scope) -> list[int]:
        """What is refused while the others are open."""
        released.clear()
        statuses.clear()
        tasks = [asyncio.create_task(limited(scope, receive, send)) for scope in scopes]
        for _ in range(5):
            await asyncio.sleep(0)
        refused = list(statuses)
        released.set()
        await asyncio.gather(*tasks)
        assert statuses.count(200) == len(scopes) - len(refused)
        return refused

    async def all_of_it() -> None:
        reader = [request("reader") for _ in range(5)]
        assert len(await crowd(*reader)) == 2
        assert await crowd(*(request("reader", whole=False) for _ in range(9)), *reader[:3]) == []
        assert await crowd(*reader[:3], request(None, "/healthz"), request(None, "/readyz")) == []
        others = (request("other"), request(None), request(None, host="10.0.0.2"))
        assert await crowd(*reader[:3], *others) == ([] if limit is FairShares else [503] * 3)
        assert await crowd(*reader[:3]) == []

    limited = limit(app, most=3)
    asyncio.run(all_of_it())

"""How long the server waits for clients: for headers, for bodies; and that nobody works for one who has left."""

import asyncio
from threading import Event
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from aliqa.doors.http import problems
from aliqa.doors.running.answer_pool import GONE

WHOLE: Final = "aliqa.whole"
"""Whether all of a request is there, in its scope."""

_HEAD_BYTES: Final = 65_536
"""How large the headers of a request may be."""

MOST_WAITING: Final = 512
MOST_WAITING_OF_ONE: Final = 256
"""How many connections of which nothing whole has come may be open, and how many of one address."""

_BODY_RATE: Final = 10_000
"""A body may take a second more for each so many bytes that came."""

_MALFORMED: Final = "This is not HTTP, or its headers are too large."
_SLOW: Final = "The body came too slowly. Send it again."


class Protocol(HttpToolsProtocol):
    """HTTP/1.1 as uvicorn speaks it, but a head that is too slow or too large ends the connection.

    A head may take as long as a connection may lie idle, ``timeout_keep_alive`` of uvicorn's settings; so may the rest
    of a request that was answered, as a refusal is, before all of it was there. Where too many connections wait for
    their clients, the one that waits longest ends: whoever sends at once finds a place.
    """

    _deadline: asyncio.TimerHandle | None = None
    _head = 0
    _since = 0.0

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._since = self.loop.time()
        self._make_room()
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._arrived()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """A request begins, the first one or another on the same connection."""
        super().on_message_begin()
        self.scope[WHOLE] = False  # type: ignore[typeddict-unknown-key]
        self._head = 0
        self._expect()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header."""
        self._head += len(name) + len(value)
        if self._head > _HEAD_BYTES:
            raise ValueError("The headers are too large.")
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is there."""
        self._arrived()
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        """The answer is sent; if that was before the whole request was there, wait for the rest."""
        self._since = self.loop.time()
        super().on_response_complete()
        if self.cycle.response_complete and self.cycle.more_body:
            self._expect()

    def on_message_complete(self) -> None:
        """The request is there; if it is answered already, wait for another one."""
        self.scope[WHOLE] = True  # type: ignore[typeddict-unknown-key]
        if self.cycle.response_complete:
            self._expect()
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Tell a client that what it sends is no HTTP, as a problem like any other, and close the connection."""
        body = problems.problem(400, _MALFORMED).body
        head = f"HTTP/1.1 400 Bad Request\r\nContent-Type: {problems.MEDIA_TYPE}\r\nContent-Length: {len(body)}\r\n"
        self.transport.write(f"{head}Connection: close\r\n\r\n".encode() + bytes(body))
        self.transport.close()

    @property
    def _waits(self) -> bool:
        """Whether its client is to send something, or nothing is asked."""
        return self.cycle is None or self.cycle.response_complete or self.cycle.more_body

    def _make_room(self) -> None:
        """End the connection that waits longest, if there are too many, of this address or in all."""
        if len(self.connections) <= MOST_WAITING_OF_ONE:
            return
        waiting = [one for one in self.connections if isinstance(one, Protocol) and one._waits]
        mine = [one for one in waiting if one.client and self.client and one.client[0] == self.client[0]]
        crowd = mine if len(mine) > MOST_WAITING_OF_ONE else waiting if len(waiting) > MOST_WAITING else []
        if crowd:
            min(crowd, key=lambda one: one._since).transport.abort()

    def _expect(self) -> None:
        self._arrived()
        self._deadline = self.loop.call_later(self.timeout_keep_alive, self.transport.abort)

    def _arrived(self) -> None:
        if self._deadline:
            self._deadline.cancel()
            self._deadline = None


class SlowClientGuard:
    """Middleware: a body that comes too slowly is refused with 408, and who left is noticed."""

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        """A body may take ``seconds``, and more if it is large."""
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        connection = _Connection(receive, self._seconds)
        scope[GONE] = connection.gone
        try:
            await self._app(scope, connection.receive, send)
        finally:
            connection.close()


class _Connection:
    """A request's connection: its body within time, and from then on an ear for the client's leaving."""

    def __init__(self, receive: Receive, seconds: float) -> None:
        self.gone = Event()
        self._receive = receive
        self._end = asyncio.get_running_loop().time() + seconds
        self._listening: asyncio.Task[Message] | None = None

    async def receive(self) -> Message:
        if self._listening:
            return await asyncio.shield(self._listening)
        left = self._end - asyncio.get_running_loop().time()
        try:
            message = await asyncio.wait_for(self._receive(), max(left, 0.01))
        except TimeoutError:
            raise HTTPException(408, _SLOW, headers={"Connection": "close"}) from None
        self._end += len(message.get("body", b"")) / _BODY_RATE
        if not message.get("more_body"):
            self._listening = asyncio.ensure_future(self._leaving(message))
        return message

    def close(self) -> None:
        if self._listening:
            self._listening.cancel()

    async def _leaving(self, last: Message) -> Message:
        message = last if last["type"] == "http.disconnect" else await self._receive()
        self.gone.set()
        return message

"""How much of the server one client may hold: so many requests at once, and so many streams of open pages.

Only requests that are there as a whole count: slow ones are the business of `aliqa.doors.http.slow_clients`, which ends
the slowest when there are too many. Whether the server lives and is ready is answered whatever else goes on.
"""

import asyncio
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any, Final

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aliqa.doors.http import problems
from aliqa.doors.http.guard import KEY_NAME
from aliqa.doors.http.slow_clients import WHOLE

HEALTH: Final = frozenset({"/healthz", "/readyz"})
"""What is answered although the server has too many requests."""

MOST: Final = 512
"""How many requests may be in the house at once, those that wait and those that stream included."""

MOST_OF_ONE: Final = 128
"""How many of them one key, or one address without a key, may have."""

MOST_PAGES: Final = 256
MOST_PAGES_OF_ONE: Final = 16
"""How many streams of open pages there may be, and of one key or address: a further one ends the oldest."""

PAGE_SECONDS: Final = 600.0
"""Seconds after which the stream of an open page ends; a browser that still shows the page opens another one."""

_PAGE_STREAMS: Final = ("/gradio_api/heartbeat/", "/gradio_api/startup-events")
_BUSY: Final = "The server has too many requests open. Ask again in a second."
_GREEDY: Final = "You have too many requests open. Wait for one of them to end."

_Scope = MutableMapping[str, Any]


def path_of(scope: Scope) -> str:
    """The address of a request below the root path."""
    path: str = scope.get("path", "")
    return path.removeprefix(scope.get("root_path", ""))


class Capacity:
    """Middleware, behind nothing but the envelope: 503 for what is too much for the server as a whole."""

    def __init__(self, app: ASGIApp, most: int = MOST) -> None:
        """``most`` requests are let in at once."""
        self._app = app
        self._most = most
        self._open = _Open()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request, or refuse it."""
        path = path_of(scope)
        if scope["type"] != "http" or path in HEALTH or path.startswith(_PAGE_STREAMS):
            return await self._app(scope, receive, send)
        if self._open.reaches(self._most):
            return await problems.problem(503, _BUSY, headers={"Retry-After": "1"})(scope, receive, send)
        with self._open.holding(scope):
            await self._app(scope, receive, send)


class FairShares:
    """Middleware, behind the guard: what is too much for one client, told by its key or else by its address."""

    def __init__(
        self, app: ASGIApp, most: int = MOST_OF_ONE, pages: int = MOST_PAGES_OF_ONE, seconds: float = PAGE_SECONDS
    ) -> None:
        """A client may have ``most`` requests and ``pages`` streams of pages, each for so many ``seconds``."""
        self._app = app
        self._most = most
        self._pages = pages
        self._seconds = seconds
        self._open: dict[str, _Open] = {}
        self._streams: dict[asyncio.Event, str] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request, or refuse it."""
        if scope["type"] != "http" or path_of(scope) in HEALTH:
            return await self._app(scope, receive, send)
        client = Request(scope).client
        who = scope.get(KEY_NAME) or (client.host if client else "")
        if path_of(scope).startswith(_PAGE_STREAMS):
            return await self._stream(who, scope, receive, send)
        held = self._open.setdefault(who, _Open())
        try:
            if held.reaches(self._most):
                return await problems.problem(429, _GREEDY, headers={"Retry-After": "1"})(scope, receive, send)
            with held.holding(scope):
                await self._app(scope, receive, send)
        finally:
            if not held:
                self._open.pop(who, None)

    async def _stream(self, who: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a page's stream run until its time is over or others need its place."""
        self._make_room(who)
        stream = _PageStream(receive, send)
        self._streams[stream.over] = who
        timer = asyncio.get_running_loop().call_later(self._seconds, stream.over.set)
        try:
            await self._app(scope, stream.receive, stream.send)
            await stream.finish()
        finally:
            timer.cancel()
            self._streams.pop(stream.over, None)

    def _make_room(self, who: str) -> None:
        mine = [over for over, owner in self._streams.items() if owner == who]
        if len(mine) >= self._pages or (mine and len(self._streams) >= MOST_PAGES):
            oldest = mine[0]
        elif len(self._streams) >= MOST_PAGES:
            oldest = next(iter(self._streams))
        else:
            return
        oldest.set()
        self._streams.pop(oldest)


class _Open:
    """Requests that are being served; those count whose body is there."""

    def __init__(self) -> None:
        self._scopes: dict[int, _Scope] = {}

    def __bool__(self) -> bool:
        return bool(self._scopes)

    def reaches(self, most: int) -> bool:
        return len(self._scopes) >= most and sum(scope.get(WHOLE, True) for scope in self._scopes.values()) >= most

    @contextmanager
    def holding(self, scope: _Scope) -> Iterator[None]:
        self._scopes[id(scope)] = scope
        try:
            yield
        finally:
            del self._scopes[id(scope)]


class _PageStream:
    """A stream that ends as a whole response, not in the middle, once it is over."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self.over = asyncio.Event()
        self._receive = receive
        self._send = send
        self._unfinished = False

    async def send(self, message: Message) -> None:
        self._unfinished = message["type"] == "http.response.start" or message.get("more_body", False)
        await self._send(message)

    async def receive(self) -> Message:
        message, over = asyncio.ensure_future(self._receive()), asyncio.ensure_future(self.over.wait())
        try:
            await asyncio.wait((message, over), return_when=asyncio.FIRST_COMPLETED)
            return message.result() if message.done() else {"type": "http.disconnect"}
        finally:
            message.cancel()
            over.cancel()

    async def finish(self) -> None:
        if self._unfinished:
            await self._send({"type": "http.response.body", "body": b""})

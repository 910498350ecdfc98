"""Answers as server-sent events, and answers that end when their client goes away."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from threading import Event, Thread
from typing import Any, Final

from fastapi import Request
from pydantic import TypeAdapter
from starlette.responses import Response, StreamingResponse

from aliqa.doors.http.changes import STOPPING
from aliqa.foundations.types import Answer, Citation, Delta, Filters, Mode, Part, Restart, Searched
from aliqa.library import Library

PING: Final = 10.0
"""Seconds of silence after which a stream sends a comment, so that the line stays open."""

_LOOK: Final = 0.25
"""How often, in seconds, it is looked whether the client is still there."""

_FAULT: Final = (
    b'event: error\ndata: {"type":"about:blank","title":"Internal Server Error","status":500,'
    b'"detail":"Something went wrong inside the server; its log says what."}\n\n'
)
_GONE: Final = 499
_EVENTS: Final[dict[type, tuple[str, TypeAdapter[Any]]]] = {
    kind: (name, TypeAdapter(kind))
    for kind, name in (
        (Searched, "passages"),
        (Delta, "delta"),
        (Citation, "citation"),
        (Restart, "restart"),
        (Answer, "done"),
    )
}

Parts = Callable[[Event], Iterator[Part]]
"""Gives the parts of an answer until the event is set."""

logger = logging.getLogger(__name__)


def parts_of(library: Library, answer: Answer, mode: Mode, filters: Filters) -> Parts:
    """The parts of an answer in a mode; whoever takes them says when to stop."""
    return lambda cancelled: library.parts(answer, mode, filters=filters, cancelled=cancelled)


def event(part: Part) -> bytes:
    r"""A part of an answer as a server-sent event.

    >>> event(Delta("Four ferries. [1]"))
    b'event: delta\ndata: {"text":"Four ferries. [1]"}\n\n'
    """
    name, adapter = _EVENTS[type(part)]
    return f"event: {name}\ndata: ".encode() + adapter.dump_json(part) + b"\n\n"


def stream(
    parts: Parts, request: Request, write: Callable[[Part], bytes] = event, fault: bytes = _FAULT
) -> StreamingResponse:
    """The parts as events, with a comment whenever nothing was said for a while; the whole answer comes last.

    ``write`` makes the events of a part, or none; ``fault`` is sent if the parts cannot be made.
    """
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return StreamingResponse(_events(parts, request, write, fault), media_type="text/event-stream", headers=headers)


async def whole(parts: Parts, request: Request) -> Answer | Response:
    """The whole answer; an empty response if the client went away meanwhile."""
    async for part in _produced(parts):
        if isinstance(part, Answer):
            return part
        if part is None and await request.is_disconnected():
            break
    return Response(status_code=_GONE)


async def _events(parts: Parts, request: Request, write: Callable[[Part], bytes], fault: bytes) -> AsyncIterator[bytes]:
    stopping: asyncio.Event | None = request.scope.get(STOPPING)
    silent = 0.0
    try:
        async for part in _produced(parts):
            silent = 0.0 if part else silent + _LOOK
            if part:
                if written := write(part):
                    yield written
            elif stopping and stopping.is_set():
                return
            elif silent >= PING:
                silent = 0.0
                yield b": still here\n\n"
    except Exception:
        logger.exception("An answer could not be streamed.")
        yield fault


async def _produced(parts: Parts) -> AsyncIterator[Part | None]:
    """The parts, made in a thread of their own, and None after each moment without one."""
    loop, cancelled = asyncio.get_running_loop(), Event()
    queue: asyncio.Queue[Part | Exception | None] = asyncio.Queue()

    def produce() -> None:
        with suppress(RuntimeError):  # the loop is closed: the server has stopped
            try:
                for part in parts(cancelled):
                    loop.call_soon_threadsafe(queue.put_nowait, part)
                loop.call_soon_threadsafe(queue.put_nowait, None)
            except Exception as error:
                loop.call_soon_threadsafe(queue.put_nowait, error)

    Thread(target=produce, name="aliqa-answer", daemon=True).start()
    try:
        while True:
            try:
                part = await asyncio.wait_for(queue.get(), _LOOK)
            except TimeoutError:
                yield None
                continue
            if part is None:
                return
            if isinstance(part, Exception):
                raise part
            yield part
    finally:
        cancelled.set()

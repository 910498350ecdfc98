"""The route of agents: the tools of the Model Context Protocol over HTTP, at ``/mcp``.

Every request stands for itself, without a session, so that any worker can answer it. The guard has refused before who
lacks a key and, while there are none, who calls this server by a foreign name (DNS rebinding).
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, FastAPI, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from aliqa.doors.http import problems
from aliqa.doors.http.bodies import MAX_BODY
from aliqa.doors.http.guard import needs
from aliqa.doors.running.answer_pool import P, T, Waiting

if TYPE_CHECKING:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

_asker: Final[ContextVar[Waiting]] = ContextVar("aliqa_asker")
"""Whoever sent the message that is being answered."""

agents = APIRouter(dependencies=[needs("ask")])


class _Handled(Response):
    """A response that the protocol's own server writes."""

    def __init__(self, manager: "StreamableHTTPSessionManager") -> None:
        super().__init__()
        self._manager = manager

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        _asker.set(scope["app"].state.pool.waiting(scope))
        await self._manager.handle_request(scope, receive, send)


@agents.post("/mcp", include_in_schema=False)
async def mcp(request: Request) -> Response:
    """One message of the protocol; the answer is JSON."""
    return _Handled(request.app.state.agents)


def _asked(work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """What a method of a library gives, once it is its turn and if the client is still there."""
    return _asker.get().run(work, *args, **kwargs)


@asynccontextmanager
async def speaking(app: FastAPI) -> AsyncIterator[None]:
    """While the block runs, `mcp` answers."""
    from mcp.server.transport_security import TransportSecuritySettings

    from aliqa.doors.mcp import build_server

    unchecked = TransportSecuritySettings(enable_dns_rebinding_protection=False)  # the guard knows the names
    server = build_server(app.state.current.library, lambda error: problems.told(error)[1], _asked)
    server.streamable_http_app(
        json_response=True, stateless_http=True, max_request_body_size=MAX_BODY, transport_security=unchecked
    )
    app.state.agents = server.session_manager
    async with server.session_manager.run():
        yield

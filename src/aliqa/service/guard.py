"""Lets in whoever has a key, and says which scope a route needs.

A route asks for a scope with ``dependencies=[needs("ask")]``, any other ASGI app with ``guarded(app, "ask")``. Where
there are keys, nothing but `OPEN` is answered without one, whether it asks for a scope or not.
"""

import logging
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as Connection

from aliqa.access import Key, Keys, Scope, acting_for, require
from aliqa.errors import AliqaError, NotAllowed
from aliqa.service import problems
from aliqa.service.login import COOKIE, Sessions

OPEN: Final = frozenset({"/healthz", "/readyz", "/login"})
"""What is answered without a key: whether the server works, and where one logs in."""

_SAFE: Final = ("GET", "HEAD", "OPTIONS")
_BEARER: Final = HTTPBearer(
    auto_error=False, description="A key made with `aliqa keys add`; only where there are keys."
)
_NO_KEY: Final = "Send a key: Authorization: Bearer KEY. Make one with: aliqa keys add NAME"
_WRONG_KEY: Final = "This key is not known here; it may have been removed. Make one with: aliqa keys add NAME"
_FOREIGN: Final = "A page of another site may not do this. Allow its address with ALIQA_SERVICE__CORS_ORIGINS."

logger = logging.getLogger(__name__)


def needs(scope: Scope) -> Any:
    """A dependency that refuses with 403 whose key lacks a scope."""

    async def allowed(_: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)]) -> None:
        require(scope)

    return Depends(allowed)


def guarded(app: ASGIApp, needed: Scope) -> ASGIApp:
    """An ASGI app that is no part of the API, refused to those whose key lacks a scope."""

    async def checked(scope: Connection, receive: Receive, send: Send) -> None:
        answer = app
        if scope["type"] == "http":
            try:
                require(needed)
            except NotAllowed as error:
                answer = problems.problem(403, str(error))
        await answer(scope, receive, send)

    return checked


class Guard:
    """Middleware: each request is served on behalf of the key that it brings, in a header or a session's cookie.

    Once there has been a key, none but `OPEN` requests are served without one, even if the file of keys vanishes.
    """

    def __init__(self, app: ASGIApp, keys: Keys, sessions: Sessions, origins: tuple[str, ...] = ()) -> None:
        """``origins`` are the other sites whose pages may ask."""
        self._app = app
        self._keys = keys
        self._sessions = sessions
        self._origins = origins
        self._locked = False

    async def __call__(self, scope: Connection, receive: Receive, send: Send) -> None:
        """Serve the request, or refuse it."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        request = Request(scope)
        try:
            found = self._identified(request)
        except AliqaError as error:
            logger.error("%s", error)
            found = problems.problem(503, "The keys cannot be read; the server's log says why and what to do.")
        if isinstance(found, Response):
            return await found(scope, receive, send)
        with acting_for(found):
            await self._app(scope, receive, send)

    def _identified(self, request: Request) -> Key | Response | None:
        """The key of a request, None where none is needed, or why it is refused. Raises KeysDamaged."""
        self._locked = self._locked or bool(self._keys.listed())
        path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
        scheme, _, secret = request.headers.get("authorization", "").partition(" ")
        if self._locked and path not in OPEN and scheme.lower() == "bearer":
            return self._keys.holder(secret.strip()) or _unauthorized(_WRONG_KEY)
        if request.method not in _SAFE and not self._from_here(request):
            return problems.problem(403, _FOREIGN)
        if not self._locked or path in OPEN:
            return None
        return self._sessions.key(request.cookies.get(COOKIE, "")) or _asked_to_log_in(request)

    def _from_here(self, request: Request) -> bool:
        """Whether no page of another site made the browser send it: a form needs nobody's permission for that."""
        site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
        if origin in self._origins:
            return True
        return site in ("same-origin", "none") if site else not origin or urlsplit(origin).netloc == request.url.netloc


def _unauthorized(detail: str) -> Response:
    return problems.problem(401, detail, headers={"WWW-Authenticate": "Bearer"})


def _asked_to_log_in(request: Request) -> Response:
    """What is said to somebody without a key: browsers are shown where to give it."""
    if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
        return RedirectResponse(f"{request.scope.get('root_path', '')}/login", 303)
    return _unauthorized(_NO_KEY)

"""Lets in whoever has a key, and says which scope a route needs.

A route asks for a scope with ``dependencies=[needs("ask")]``. Where there are keys, nothing but `OPEN` is answered
without one, whether it asks for a scope or not.
"""

import logging
import re
from collections.abc import Collection
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as Connection

from aliqa.doors.http import problems
from aliqa.doors.http.login import COOKIE, Sessions
from aliqa.doors.http.throttle import Throttle
from aliqa.doors.kept.access import Key, Keys, Scope, acting_for, require
from aliqa.foundations.errors import AliqaError

OPEN: Final = frozenset({"/healthz", "/readyz", "/login"})
"""What is answered without a key: whether the server works, and where one logs in."""

ATOM: Final = "/watchlist.atom"
"""What feed readers ask for, who send no headers: it takes the key in the address, as ``?key=KEY``."""

KEY_NAME: Final = "aliqa.key"
"""Where the name of the key is, in the scope of a request that brings one."""

_UNCOUNTED: Final = ("/assets/", "/static/", "/theme.css", "/favicon.ico", "/gradio_api/heartbeat/", *OPEN - {"/login"})
"""What the rate limit leaves out: the files of the page, and what asks whether the server works."""

_HOST: Final = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^][:/@]+)(?::\d+)?")
_SAFE: Final = ("GET", "HEAD", "OPTIONS")
_BEARER: Final = HTTPBearer(
    auto_error=False, description="A key made with `aliqa keys add`; only where there are keys."
)
_NO_KEY: Final = "Send a key: Authorization: Bearer KEY. Make one with: aliqa keys add NAME"
_WRONG_KEY: Final = "This key is not known here; it may have been removed. Make one with: aliqa keys add NAME"
_FOREIGN: Final = "A page of another site may not do this. Allow its address with ALIQA_SERVICE__CORS_ORIGINS."
_MISNAMED: Final = (
    "Without keys, the server answers to the names of this machine alone. Make one with: aliqa keys add NAME"
)

logger = logging.getLogger(__name__)


def needs(scope: Scope) -> Any:
    """A dependency that refuses with 403 whose key lacks a scope."""

    async def allowed(_: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)]) -> None:
        require(scope)

    return Depends(allowed)


class Guard:
    """Middleware: each request is served on behalf of the key that it brings, in a header or a session's cookie.

    Once there has been a key, none but `OPEN` requests are served without one, even if the file of keys vanishes.
    """

    def __init__(
        self,
        app: ASGIApp,
        keys: Keys,
        sessions: Sessions,
        throttle: Throttle,
        origins: Collection[str] = (),
        hosts: Collection[str] | None = None,
    ) -> None:
        """Put the parts together.

        Args:
            app: what is guarded.
            keys: the keys that are let in.
            sessions: what browsers bring instead of them.
            throttle: how often they may ask.
            origins: other sites whose pages may ask.
            hosts: the names by which the server may be called while there are no keys; any if None.
        """
        self._app = app
        self._keys = keys
        self._sessions = sessions
        self._throttle = throttle
        self._origins = origins
        self._hosts = hosts
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
        if found:
            scope[KEY_NAME] = found.name
        with acting_for(found):
            await self._app(scope, receive, send)

    def _identified(self, request: Request) -> Key | Response | None:
        """The key of a request, None where none is needed, or why it is refused. Raises KeysDamaged."""
        path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
        found = self._admitted(request, path)
        if isinstance(found, Response) or path.startswith(_UNCOUNTED):
            return found
        wait = self._throttle.asked(found, address_of(request))
        return too_often(wait) if wait else found

    def _admitted(self, request: Request, path: str) -> Key | Response | None:
        self._locked = self._locked or bool(self._keys.listed())
        scheme, _, secret = request.headers.get("authorization", "").partition(" ")
        if self._locked and path not in OPEN and scheme.lower() == "bearer":
            return self._bearer(secret.strip(), address_of(request))
        if self._locked and path == ATOM and (secret := request.query_params.get("key", "")):
            return self._bearer(secret, address_of(request))
        if not self._locked and not self._called_by_name(request):
            return problems.problem(403, _MISNAMED)
        if request.method not in _SAFE and not self._from_here(request):
            return problems.problem(403, _FOREIGN)
        if not self._locked or path in OPEN:
            return None
        return self._sessions.key(request.cookies.get(COOKIE, "")) or _asked_to_log_in(request)

    def _bearer(self, secret: str, address: str) -> Key | Response:
        key = self._keys.holder(secret)
        if wait := self._throttle.tried(secret, key, address):
            return too_often(wait)
        return key or _unauthorized(_WRONG_KEY)

    def _called_by_name(self, request: Request) -> bool:
        """Whether the client knows the server by a name that it has; programs may leave it out, browsers do not."""
        given = request.headers.get("host")
        name = _HOST.fullmatch(given) if given else None
        return self._hosts is None or not given or (name is not None and name[1].strip("[]").lower() in self._hosts)

    def _from_here(self, request: Request) -> bool:
        """Whether no page of another site made the browser send it: a form needs nobody's permission for that."""
        site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
        if origin in self._origins:
            return True
        return site in ("same-origin", "none") if site else not origin or urlsplit(origin).netloc == request.url.netloc


def address_of(request: Request) -> str:
    """Where a request comes from; behind a proxy on this machine, where it says that it does."""
    return request.client.host if request.client else ""


def too_often(wait: int) -> Response:
    """The refusal of a client that asks too often, or guesses keys."""
    return problems.problem(429, f"Too many requests. Ask again in {wait} s.", headers={"Retry-After": str(wait)})


def _unauthorized(detail: str) -> Response:
    return problems.problem(401, detail, headers={"WWW-Authenticate": "Bearer"})


def _asked_to_log_in(request: Request) -> Response:
    """What is said to somebody without a key: browsers are shown where to give it."""
    if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
        return RedirectResponse(f"{request.scope.get('root_path', '')}/login", 303)
    return _unauthorized(_NO_KEY)

"""Logging in to the page: a form that takes a key, and sessions that stand for it."""

import secrets
import time
from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.responses import HTMLResponse, RedirectResponse, Response

from aliqa.doors.http.bodies import limited
from aliqa.doors.http.throttle import Throttle
from aliqa.doors.kept.access import Key, Keys
from aliqa.doors.templates import filled
from aliqa.foundations.messages import gettext

COOKIE: Final = "aliqa_session"
_HOURS: Final = 12
_MAX_FORM: Final = 10_000
_PAGE: Final = Path(__file__).parent / "login.html"


class Sessions:
    """Signed tokens that stand for a key, so that no browser keeps the key itself.

    They hold for twelve hours, and no longer than their key or this object, unless they are closed before.
    """

    def __init__(self, keys: Keys) -> None:
        """``keys`` are those that sessions may stand for."""
        self._keys = keys
        self._signer = URLSafeTimedSerializer(secrets.token_bytes(32))
        self._closed: dict[str, float] = {}

    def open(self, key: Key) -> str:
        """The token of a new session."""
        return self._signer.dumps([key.name, key.sha256[:16], secrets.token_hex(8)])

    def key(self, token: str) -> Key | None:
        """The key for which a token stands. Raises KeysDamaged.

        None if it is forged, too old or closed, or its key is gone.
        """
        if (content := self._content(token)) is None:
            return None
        name, sha256, number = content
        if number in self._closed:
            return None
        return next((key for key in self._keys.listed() if (key.name, key.sha256[:16]) == (name, sha256)), None)

    def close(self, token: str) -> None:
        """End a session: nobody gets in with its token again."""
        now = time.monotonic()
        self._closed = {number: end for number, end in self._closed.items() if end > now}
        if content := self._content(token):
            self._closed[content[2]] = now + _HOURS * 3600

    def _content(self, token: str) -> tuple[str, str, str] | None:
        """The name and hash of its key, and its own number; None if it is forged or too old."""
        try:
            name, sha256, number = self._signer.loads(token, max_age=_HOURS * 3600)
        except BadData:
            return None
        return name, sha256, number


async def _sessions(request: Request) -> Sessions:
    sessions: Sessions = request.app.state.sessions
    return sessions


async def _keys(request: Request) -> Keys:
    keys: Keys = request.app.state.keys
    return keys


async def _throttle(request: Request) -> Throttle:
    throttle: Throttle = request.app.state.throttle
    return throttle


routes = APIRouter(include_in_schema=False)


@routes.get("/login")
async def form(keys: Annotated[Keys, Depends(_keys)]) -> Response:
    """The form; where no keys are asked for, the page itself."""
    return _shown() if keys.listed() else RedirectResponse("./", 303)


@routes.post("/login")
async def log_in(
    request: Request,
    keys: Annotated[Keys, Depends(_keys)],
    sessions: Annotated[Sessions, Depends(_sessions)],
    throttle: Annotated[Throttle, Depends(_throttle)],
) -> Response:
    """A session for the holder of a key, kept where neither scripts nor other sites can reach it."""
    address = request.client.host if request.client else ""
    async with Request(request.scope, limited(request.receive, _MAX_FORM)).form(max_files=0, max_fields=5) as sent:
        secret = str(sent.get("key", "")).strip()
    key = keys.holder(secret)
    if wait := throttle.tried(secret, key, address):
        return _shown(gettext("Too many attempts. Try again in {seconds} s.", seconds=wait), 429)
    if key is None:
        return _shown(gettext("This key is not known. Check it, or make one with: aliqa keys add NAME"), 401)
    if "ask" not in key.scopes:
        return _shown(gettext("This key may not ask questions. Use one with the scope ask."), 403)
    response = RedirectResponse("./", 303)
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, sessions.open(key), secure=secure, httponly=True, samesite="strict")
    return response


@routes.post("/logout")
async def log_out(request: Request, sessions: Annotated[Sessions, Depends(_sessions)]) -> Response:
    """The session ends, and the browser forgets it."""
    sessions.close(request.cookies.get(COOKIE, ""))
    response = RedirectResponse("./login", 303)
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return response


def _shown(trouble: str = "", status: int = 200) -> HTMLResponse:
    return HTMLResponse(filled(_PAGE, trouble=trouble), status, {"Cache-Control": "no-store"})

"""What every request passes first, and every response last: a number for the log, headers that browsers obey, a last resort.

Scripts of the page are allowed by their hashes, so that nothing that finds its way into the page can run by being
there. (Gradio makes functions out of strings, therefore ``unsafe-eval``; it writes styles into its elements.)
"""

import base64
import hashlib
import logging
import re
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aliqa.doors.http import problems

MOST: Final = 512
"""How many requests may be in the house at once, those that wait and those that stream included."""

_ID: Final = re.compile(r"[\w.:-]{1,64}", re.ASCII)
_SCRIPT: Final = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)
_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_DATA_POLICY: Final = "default-src 'none'; frame-ancestors 'none'"
_PAGE_POLICY: Final = (
    "default-src 'self'; script-src 'self' 'unsafe-eval'{hashes}; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; object-src 'none'; base-uri 'self';"
    " form-action 'self'; frame-ancestors 'none'"
)
_FAULT: Final = "Something went wrong inside the server; its log says what."
_BUSY: Final = "The server has too many requests open. Ask again in a second."

logger = logging.getLogger(__name__)
_number: ContextVar[str] = ContextVar("aliqa_request_id", default="-")


def request_id() -> str:
    """The number of the request that is being served; a dash outside of one."""
    return _number.get()


class RequestEnvelope:
    """The outermost middleware; ``told`` gets the scope, the status and the seconds of every request."""

    def __init__(self, app: ASGIApp, told: Callable[[Scope, int, float], None]) -> None:
        self._app = app
        self._told = told
        self._open = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request; what nobody caught becomes a problem without its inside."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        begin, response = time.perf_counter(), _Response(send, _named(scope))
        _number.set(response.number)
        self._open += 1
        try:
            if self._open > MOST:
                await problems.problem(503, _BUSY, headers={"Retry-After": "1"})(scope, receive, response.send)
            else:
                await self._app(scope, receive, response.send)
        except Exception:
            if response.status:
                raise
            logger.exception("A request failed.")
            await problems.problem(500, _FAULT)(scope, receive, response.send)
        finally:
            self._open -= 1
            self._told(scope, response.status, time.perf_counter() - begin)


class _Response:
    """Puts the headers on a response as it passes; a page is held back until its scripts are known."""

    def __init__(self, send: Send, number: str) -> None:
        self._send = send
        self.number = number
        self.status = 0
        self._page: Message | None = None
        self._body = bytearray()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-Id"] = self.number
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            if headers.get("content-type", "").startswith("text/html") and "content-encoding" not in headers:
                self._page = message
                return
            headers["Content-Security-Policy"] = _DATA_POLICY
        elif self._page is not None:
            self._body += message.get("body", b"")
            if message.get("more_body"):
                return
            MutableHeaders(scope=self._page)["Content-Security-Policy"] = _page_policy(bytes(self._body))
            await self._send(self._page)
            self._page, message = None, {**message, "body": bytes(self._body)}
        await self._send(message)


def _page_policy(html: bytes) -> str:
    """What a page may load and run: what comes from here, and its own scripts as they stand."""
    digests = (hashlib.sha256(script).digest() for script in _SCRIPT.findall(html))
    return _PAGE_POLICY.format(hashes="".join(f" 'sha256-{base64.b64encode(one).decode()}'" for one in digests))


def _named(scope: Scope) -> str:
    """The number that the client or a proxy gave the request, if it can stand in a log, or another one."""
    given = Headers(scope=scope).get("x-request-id", "")
    return given if _ID.fullmatch(given) else uuid.uuid4().hex

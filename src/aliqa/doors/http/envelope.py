"""What every request passes first, and every response last: a number for the log, headers for browsers, a last resort.

Scripts of the page are allowed by their hashes, so that nothing that finds its way into the page can run by being
there. (Gradio makes functions out of strings, therefore ``unsafe-eval``; it writes styles into its elements.)
"""

import base64
import gzip
import hashlib
import json
import logging
import re
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from http import HTTPStatus
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aliqa.doors.http import problems

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
_CODE: Final = ("text/javascript", "application/javascript", "text/css")
"""What a page is made of and nobody looks at by itself: the headers of documents would be a fifth of what is sent."""

_CODE_HEADERS: Final = ("X-Content-Type-Options", "Cross-Origin-Resource-Policy")
_DATA_POLICY: Final = "default-src 'none'; frame-ancestors 'none'"
_PAGE_POLICY: Final = (
    "default-src 'self'; script-src 'self' 'unsafe-eval'{hashes}; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; object-src 'none'; base-uri 'self';"
    " form-action 'self'; frame-ancestors 'none'"
)
_LONGEST_REASON: Final = 500
_FAULT: Final = "Something went wrong inside the server; its log says what."

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

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request; what nobody caught becomes a problem without its inside."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        compressed = "gzip" in Headers(scope=scope).get("accept-encoding", "")
        begin, response = time.perf_counter(), _Response(send, _named(scope), compressed=compressed)
        _number.set(response.number)
        try:
            await self._app(scope, receive, response.send)
        except Exception:
            if response.status:
                raise
            logger.exception("A request failed.")
            await problems.problem(500, _FAULT)(scope, receive, response.send)
        finally:
            self._told(scope, response.status, time.perf_counter() - begin)


class _Response:
    """Puts the headers on a response as it passes.

    A page is held back until its scripts are known, a refusal until it is known whether it is a problem already: what
    libraries refuse by themselves, as those of the page and of the agents do, becomes one.
    """

    def __init__(self, send: Send, number: str, *, compressed: bool = False) -> None:
        self._send = send
        self._compressed = compressed
        self.number = number
        self.status = 0
        self._held: Message | None = None
        self._body = bytearray()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-Id"] = self.number
            is_code = headers.get("content-type", "").startswith(_CODE)
            for name in _CODE_HEADERS if is_code else _HEADERS:
                headers.setdefault(name, _HEADERS[name])
            if not is_code:
                headers["Content-Security-Policy"] = _DATA_POLICY
            if _is_page(headers) or (self.status >= 400 and not _is_problem(headers)):
                self._held = message
                return
        elif self._held is not None:
            self._body += message.get("body", b"")
            if message.get("more_body"):
                return
            start, body = self._finished(self._held, bytes(self._body))
            self._held = None
            await self._send(start)
            message = {"type": "http.response.body", "body": body}
        await self._send(message)

    def _finished(self, start: Message, body: bytes) -> tuple[Message, bytes]:
        """The head and the body of what was held back, once all of it is there."""
        headers = MutableHeaders(scope=start)
        if _is_page(headers):
            headers["Content-Security-Policy"] = _page_policy(body)
            headers.add_vary_header("Accept-Encoding")
            if self._compressed:
                body = gzip.compress(body, 6, mtime=0)
                headers["Content-Encoding"], headers["Content-Length"] = "gzip", str(len(body))
        elif body and not _is_protocol(body):
            body = bytes(problems.problem(self.status, _reason(body) or HTTPStatus(self.status).phrase).body)
            headers["Content-Type"], headers["Content-Length"] = problems.MEDIA_TYPE, str(len(body))
        return start, body


def _is_page(headers: MutableHeaders) -> bool:
    return headers.get("content-type", "").startswith("text/html") and "content-encoding" not in headers


def _is_problem(headers: MutableHeaders) -> bool:
    return headers.get("content-type", "").startswith(problems.MEDIA_TYPE) or "content-encoding" in headers


def _is_protocol(body: bytes) -> bool:
    """Whether it is an error as the Model Context Protocol has it."""
    return body.startswith(b"{") and b'"jsonrpc"' in body[:100]


def _reason(body: bytes) -> str:
    """Why a library has refused a request: its text, or what FastAPI calls the detail."""
    text = body.decode("utf-8", "replace")
    try:
        told = json.loads(text)
    except ValueError:
        return text.partition("\n")[0][:_LONGEST_REASON]
    detail = told.get("detail") if isinstance(told, dict) else None
    if isinstance(detail, list):
        detail = "; ".join(str(problem.get("msg")) for problem in detail if isinstance(problem, dict))
    return detail[:_LONGEST_REASON] if isinstance(detail, str) else ""


def _page_policy(html: bytes) -> str:
    """What a page may load and run: what comes from here, and its own scripts as they stand."""
    digests = (hashlib.sha256(script).digest() for script in _SCRIPT.findall(html))
    return _PAGE_POLICY.format(hashes="".join(f" 'sha256-{base64.b64encode(one).decode()}'" for one in digests))


def _named(scope: Scope) -> str:
    """The number that the client or a proxy gave the request, if it can stand in a log, or another one."""
    given = Headers(scope=scope).get("x-request-id", "")
    return given if _ID.fullmatch(given) else uuid.uuid4().hex

"""A small language model server: it speaks the OpenAI chat API, and says and does what a test wants."""

import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from aliqa.foundations.settings import LlmSettings

KEY: Final = "sk-3f9b-harbour-secret"
"""The key that it asks for."""

MODEL: Final = "parrot-1b"


@dataclass
class Behaviour:
    """What the next requests get.

    ``says`` is the reply, or makes it out of the request, a few letters an event; ``[@Kelda]`` in it stands for the
    number of the first quote that it was given that begins so. ``statuses`` are answered first, one a request.
    ``body`` is sent as it is instead of a reply. ``knows_schemas`` is whether it takes a schema for its reply, or
    finds such a request bad. ``size`` is how many letters an event holds, ``status`` and ``encoding`` stand in the
    head of the response. ``cut`` breaks the connection after so many letters, ``pause`` waits so many seconds before
    the reply, and ``between`` before each event. ``finish`` is why the reply ends.
    """

    says: str | Callable[[dict[str, Any]], str] = ""
    statuses: Sequence[int] = ()
    retry_after: str | None = None
    body: bytes | None = None
    content_type: str = "text/event-stream"
    cut: int | None = None
    pause: float = 0.0
    between: float = 0.0
    finish: str = "stop"
    size: int = 7
    status: int = 200
    encoding: str | None = None
    knows_schemas: bool = True


@dataclass
class LlmServer:
    """The running server: what it is to do, what it was sent, and how many replies nobody read to the end."""

    url: str
    behaviour: Behaviour = field(default_factory=Behaviour)
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    abandoned: threading.Event = field(default_factory=threading.Event)
    stopping: threading.Event = field(default_factory=threading.Event)

    def settings(self, **more: Any) -> LlmSettings:
        """Settings that lead to it; it is asked again at once after failures."""
        known = {"base_url": self.url, "model": MODEL, "api_key": KEY, "timeout": 20, "pause": 0}
        return LlmSettings.model_validate({**known, **more})

    def environment(self) -> dict[str, str]:
        """Environment variables that lead to it."""
        return {"ALIQA_LLM__BASE_URL": self.url, "ALIQA_LLM__MODEL": MODEL, "ALIQA_LLM__API_KEY": KEY}

    def wants(self, behaviour: Behaviour) -> None:
        """Do this from now on, and forget what was sent before."""
        self.behaviour = behaviour
        self.requests.clear()
        self.headers.clear()
        self.abandoned.clear()


def quotes_in(request: dict[str, Any]) -> dict[int, str]:
    """The quotes that a chat holds, by number, without their titles."""
    asked = request["messages"][-1]["content"]
    return {int(number): quote for number, quote in re.findall(r"^\[(\d+)\] [^:]*: (.*)$", asked, re.M)}


def _number(quotes: dict[int, str], beginning: str) -> int:
    return next(number for number, quote in quotes.items() if quote.startswith(beginning))


@contextmanager
def llm_server(port: int = 0) -> Iterator[LlmServer]:
    """A server on this port of this machine, a free one if 0, until the block ends."""
    http = ThreadingHTTPServer(("127.0.0.1", port), _Handler)
    http.daemon_threads = True
    server = LlmServer(f"http://127.0.0.1:{http.server_address[1]}/v1")
    http.__dict__["llm"] = server
    threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield server
    finally:
        server.stopping.set()
        http.shutdown()
        http.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        llm: LlmServer = self.server.__dict__["llm"]
        wanted = llm.behaviour
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        llm.requests.append(request)
        llm.headers.append(dict(self.headers))
        if self.headers.get("Authorization") != f"Bearer {KEY}":
            return self._error(401)
        if len(llm.requests) <= len(wanted.statuses) and wanted.statuses[len(llm.requests) - 1] != 200:
            return self._error(wanted.statuses[len(llm.requests) - 1])
        if "response_format" in request and not wanted.knows_schemas:
            return self._error(400)
        try:
            self._reply(llm, wanted, request)
        except (BrokenPipeError, ConnectionResetError):
            llm.abandoned.set()
        return None

    def _error(self, status: int) -> None:
        """An error that echoes the key, as some endpoints do."""
        wanted: Behaviour = self.server.__dict__["llm"].behaviour
        given = self.headers.get("Authorization", "")
        body = json.dumps({"error": {"message": f"Incorrect API key provided: {given}", "type": "error"}}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if wanted.retry_after:
            self.send_header("Retry-After", wanted.retry_after)
        self.end_headers()
        self.wfile.write(body)

    def _reply(self, llm: LlmServer, wanted: Behaviour, request: dict[str, Any]) -> None:
        self._wait(llm, wanted.pause)
        self.send_response(wanted.status)
        self.send_header("Content-Type", wanted.content_type)
        if wanted.encoding:
            self.send_header("Content-Encoding", wanted.encoding)
        self.send_header("Connection", "close")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        if wanted.body is not None:
            self._chunk(wanted.body)
        else:
            says = wanted.says if isinstance(wanted.says, str) else wanted.says(request)
            self._say(llm, wanted, says, quotes_in(request))
        if wanted.cut is None:
            self._chunk(b"")
        self.close_connection = True

    def _say(self, llm: LlmServer, wanted: Behaviour, says: str, quotes: dict[int, str]) -> None:
        text = re.sub(r"\[@([^\]]+)\]", lambda mark: f"[{_number(quotes, mark[1])}]", says)
        for start in range(0, len(text), wanted.size):
            if wanted.cut is not None and start >= wanted.cut:
                return
            self._event({"content": text[start : start + wanted.size]})
            self._wait(llm, wanted.between)
        self._event({}, wanted.finish)
        self._chunk(b"data: [DONE]\n\n")

    def _event(self, delta: dict[str, str], finish: str | None = None) -> None:
        choice = {"index": 0, "delta": {"role": "assistant", **delta}, "finish_reason": finish}
        chunk = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": MODEL, "choices": [choice]}
        self._chunk(f"data: {json.dumps(chunk)}\n\n".encode())

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def _wait(self, llm: LlmServer, seconds: float) -> None:
        """Wait, unless the server stops or the client has gone."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not llm.stopping.is_set():
            if self._gone():
                raise BrokenPipeError
            llm.stopping.wait(0.02)

    def _gone(self) -> bool:
        self.connection.setblocking(False)
        try:
            return not self.connection.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True
        finally:
            with suppress(OSError):
                self.connection.setblocking(True)

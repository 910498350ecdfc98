"""Those who are told: a server of a webhook that checks signatures, and a mail server. Both can be down for a while."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two bytes, no less").decode()


class WebhookServer:
    """Keeps what is posted to it: `ids` in the order of arrival, `bodies` by id. It answers with ``status``."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.bodies: dict[str, dict[str, Any]] = {}
        self.status = 204
        self.forged = 0
        taken = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if not signed(self.headers, body):
                    taken.forged += 1
                elif taken.status < 300:
                    taken.ids.append(self.headers["webhook-id"])
                    taken.bodies[self.headers["webhook-id"]] = json.loads(body)
                self.send_response(taken.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}/hook"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def signed(headers: Any, body: bytes) -> bool:
    """Whether a receiver that knows the secret finds the signature right, and made just now."""
    at, message_id = headers["webhook-timestamp"], headers["webhook-id"]
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    made = hmac.new(key, f"{message_id}.{at}.".encode() + body, hashlib.sha256).digest()
    wanted = f"v1,{base64.b64encode(made).decode()}"
    return abs(time.time() - int(at)) < 300 and hmac.compare_digest(wanted, headers["webhook-signature"])


class _AnyPort(Controller):
    """Listens on a port that is free, and says which."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        super()._trigger_server()  # type: ignore[no-untyped-call]


class MailServer:
    """A mail server that keeps mails; it answers with ``refusal`` if that is not empty."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refusal = ""
        self._controller = _AnyPort(self, hostname="127.0.0.1", port=0)
        self._controller.start()
        self.port = self._controller.port

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take a mail, or not."""
        if self.refusal:
            return self.refusal
        mail = message_from_bytes(envelope.content or b"", policy=policy.default)  # type: ignore[arg-type]
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 taken"

    def close(self) -> None:
        self._controller.stop()


@contextmanager
def webhook_server() -> Iterator[WebhookServer]:
    server = WebhookServer()
    try:
        yield server
    finally:
        server.close()


@contextmanager
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    try:
        yield server
    finally:
        server.close()

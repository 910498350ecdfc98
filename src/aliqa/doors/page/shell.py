"""The frame of the page, sent with its first bytes: a slow line shows it, and takes a question, before Gradio loads."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aliqa.doors.page.files import markup

_BEFORE = b"<gradio-app"
_PLACED = ("head", "rail", "talk", "options", "start", "library", "watchlist", "side")
"""The pieces of markup that `aliqa.doors.page.page` has a place for."""


class Shell:
    """An app whose pages begin with the frame."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        pieces = (f'<template data-place="{name}">{markup(name)}</template>' for name in _PLACED)
        self._frame = (markup("shell") + "".join(pieces)).encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request; of a page, put the frame before what Gradio fills."""
        held: Message | None = None
        body = bytearray()

        async def framed(message: Message) -> None:
            nonlocal held
            if message["type"] == "http.response.start":
                kind = Headers(raw=message["headers"]).get("content-type", "")
                if kind.startswith("text/html") and message["status"] == 200:
                    held = message
                    return
            elif held is not None:
                body.extend(message.get("body", b""))
                if message.get("more_body"):
                    return
                page = bytes(body).replace(_BEFORE, self._frame + _BEFORE, 1)
                MutableHeaders(scope=held)["Content-Length"] = str(len(page))
                await send(held)
                held, message = None, {**message, "body": page}
            await send(message)

        await self._app(scope, receive, framed)

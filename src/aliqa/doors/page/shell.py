"""The frame of the page, sent with its first bytes: a slow line shows it, and takes a question, before Gradio loads.

It is written in the language of whoever asks for the page, and names the files that speak it.
"""

from functools import cache

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aliqa.doors.page.files import head_html, markup
from aliqa.foundations.messages import language, speaking

_BEFORE = b"<gradio-app"
_HEAD_END = b"</head>"
_LANGUAGE = b'lang="en"'
_PLACED = ("head", "rail", "talk", "options", "start", "library", "watchlist", "side")
"""The pieces of markup that `aliqa.doors.page.page` has a place for."""


class Shell:
    """An app whose pages begin with the frame."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

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
                page = _framed(bytes(body), language())
                headers = MutableHeaders(scope=held)
                headers["Content-Length"] = str(len(page))
                headers.add_vary_header("Accept-Language, Cookie")
                await send(held)
                held, message = None, {**message, "body": page}
            await send(message)

        await self._app(scope, receive, framed)


def _framed(page: bytes, tag: str) -> bytes:
    """A page with the frame, and with what is to be loaded named in its head."""
    page = page.replace(_LANGUAGE, f'lang="{tag}"'.encode(), 1)
    page = page.replace(_HEAD_END, head_html(tag).encode() + _HEAD_END, 1)
    return page.replace(_BEFORE, _frame(tag) + _BEFORE, 1)


@cache
def _frame(tag: str) -> bytes:
    with speaking(tag):
        pieces = (f'<template data-place="{name}">{markup(name)}</template>' for name in _PLACED)
        return (markup("shell") + "".join(pieces)).encode()

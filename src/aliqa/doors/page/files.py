"""The page's own files as the browser gets them: modules as they stand, style sheets in one, all compressed.

Their path carries a hash of all of them, so that they are kept for ever and never stale.
"""

import gzip
import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

_HERE: Final = Path(__file__).parent
_STYLES: Final = ("base", "frame", "composer", "conversation", "answer", "sources", "library", "watchlist", "print")
_STYLE_SHEET: Final = "page.css"
_KINDS: Final = {".js": "text/javascript", ".css": "text/css"}
_KEPT: Final = {"Cache-Control": "public, max-age=31536000, immutable"}
_ON_DEMAND: Final = frozenset({"library.js", "articles.js", "watching.js"})
"""What is loaded when its part of the page is opened."""

_SMALL: Final = 600
"""Bytes below which compressing saves nothing."""

Files = dict[str, bytes]


@cache
def page_files() -> Files:
    """All files by name."""
    modules = {path.name: path.read_bytes() for path in sorted((_HERE / "static").glob("*.js"))}
    styles = b"\n".join((_HERE / "css" / f"{name}.css").read_bytes() for name in _STYLES)
    return {**modules, _STYLE_SHEET: styles}


@cache
def folder() -> str:
    """Where they are below the page, relative to it; another folder for every version of theirs."""
    digest = hashlib.sha256(b"\0".join(page_files().values()))
    return f"static/page/{digest.hexdigest()[:12]}"


def head_html() -> str:
    """What the head of the page says to load; modules that modules import are named, so that none waits for another."""
    preloaded = "".join(
        f'<link rel="modulepreload" href="{folder()}/{name}">'
        for name in page_files()
        if name.endswith(".js") and name not in _ON_DEMAND
    )
    return (
        f'<link rel="stylesheet" href="{folder()}/{_STYLE_SHEET}">{preloaded}'
        f'<script type="module" src="{folder()}/main.js"></script>'
    )


def markup(name: str) -> str:
    """A piece of the page's HTML."""
    return (_HERE / "markup" / f"{name}.html").read_text(encoding="utf-8")


def compressed(request: Request, body: bytes, kind: str, headers: Iterable[tuple[str, str]] = ()) -> Response:
    """A response, compressed where the browser takes it so."""
    sent = dict(headers) | {"Vary": "Accept-Encoding"}
    if len(body) > _SMALL and "gzip" in request.headers.get("accept-encoding", ""):
        body = gzip.compress(body, 6, mtime=0)
        sent["Content-Encoding"] = "gzip"
    return Response(body, media_type=kind, headers=sent)


def routes() -> APIRouter:
    """The path of the files; it needs no scope, for they hold nothing of the articles."""
    router = APIRouter(include_in_schema=False)

    @router.get("/static/page/{version}/{name}")
    async def file(version: str, name: str, request: Request) -> Response:
        found = page_files().get(name)
        if found is None:
            raise HTTPException(404)
        kept = _KEPT if folder().endswith(version) else {"Cache-Control": "no-store"}
        return compressed(request, found, _KINDS[Path(name).suffix], kept.items())

    @router.get("/static/js/iframeResizer.contentWindow.min.js")
    async def no_resizer() -> Response:
        """Nothing: Gradio asks for what sizes a page inside another one's frame, where this page is never shown."""
        return Response("", media_type="text/javascript", headers=_KEPT)

    return router

"""The page's own files as the browser gets them: modules as they stand, style sheets in one, all compressed.

Their path carries a hash of all of them, so that they are kept for ever and never stale, and the language of the
reader, so that every module finds its words beside it, in ``catalogue.js``.
"""

import gzip
import hashlib
import json
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from aliqa.doors.templates import filled
from aliqa.foundations.messages import ENGLISH, catalogue, languages

_HERE: Final = Path(__file__).parent
_STYLES: Final = ("base", "frame", "composer", "conversation", "answer", "sources", "library", "watchlist", "print")
_STYLE_SHEET: Final = "page.css"
_CATALOGUE: Final = "catalogue.js"
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
def words(tag: str) -> bytes:
    """The module that holds what the others say in a language; it is empty for English, which stands in them."""
    said: dict[str, Sequence[str]] = {}
    plural = "n === 1 ? 0 : 1"
    if tag != ENGLISH:
        plural = catalogue(tag).plural_expr  # gettext's, an expression of C, reads the same here
        for one in catalogue(tag):
            key = one.id if isinstance(one.id, str) else one.id[0]
            forms = [one.string] if isinstance(one.string, str) else list(one.string or ())
            if all(forms) and any(place.endswith(".js") for place, _ in one.locations):
                said[key] = forms
    lines = (
        f"export const LANGUAGE = {json.dumps(tag)};",
        f"export const MESSAGES = {json.dumps(said, ensure_ascii=False)};",
        f"export const formOf = (n) => Number({plural});\n",
    )
    return "\n".join(lines).encode()


@cache
def folder(tag: str = ENGLISH) -> str:
    """Where they are below the page in a language, relative to it; another folder for every version of theirs."""
    digest = hashlib.sha256(b"\0".join([*page_files().values(), words(tag)]))
    return f"static/page/{digest.hexdigest()[:12]}.{tag}"


def head_html(tag: str) -> str:
    """What the head of the page says to load; modules that modules import are named, so that none waits for another."""
    preloaded = "".join(
        f'<link rel="modulepreload" href="{folder(tag)}/{name}">'
        for name in (*page_files(), _CATALOGUE)
        if name.endswith(".js") and name not in _ON_DEMAND
    )
    return (
        f'<link rel="stylesheet" href="{folder(tag)}/{_STYLE_SHEET}">{preloaded}'
        f'<script type="module" src="{folder(tag)}/main.js"></script>'
    )


def markup(name: str) -> str:
    """A piece of the page's HTML, in the language that is spoken."""
    return filled(_HERE / "markup" / f"{name}.html")


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
        _, _, tag = version.partition(".")
        tag = tag if tag in languages() else ENGLISH
        found = words(tag) if name == _CATALOGUE else page_files().get(name)
        if found is None:
            raise HTTPException(404)
        kept = _KEPT if folder(tag).endswith(version) else {"Cache-Control": "no-store"}
        return compressed(request, found, _KINDS[Path(name).suffix], kept.items())

    @router.get("/static/js/iframeResizer.contentWindow.min.js")
    async def no_resizer() -> Response:
        """Nothing: Gradio asks for what sizes a page inside another one's frame, where this page is never shown."""
        return Response("", media_type="text/javascript", headers=_KEPT)

    return router

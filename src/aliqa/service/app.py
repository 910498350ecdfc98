"""The routes of the HTTP API. Each checks the request, asks the library and hands back what it says."""

import logging
import platform
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from threading import Lock
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import Message

from aliqa import __version__
from aliqa.errors import AliqaError
from aliqa.library import Library
from aliqa.service import examples, problems
from aliqa.service.requests import AskBody, SearchBody, admitted
from aliqa.settings import Settings
from aliqa.types import Answer, ArticleSummary, ArticleText, FoundPassage, IndexInfo

MAX_BODY = 1_000_000
"""The most bytes that the body of a request may have."""

_DRAINED = 16 * MAX_BODY
"""After how many bytes a body that is too large is refused in the middle."""

NO_LLM = "No language model is configured; this is the extractive answer."

logger = logging.getLogger(__name__)


class Shelf:
    """Holds the library that answers now, and opens it when it is first asked for."""

    def __init__(self, settings: Settings, library: Library | None = None) -> None:
        self._settings = settings
        self._library = library
        self._opening = Lock()

    def library(self) -> Library:
        """The open library. Raises what `Library.open` raises, anew on every call until it opens."""
        with self._opening:
            if self._library is None:
                self._library = Library.open(self._settings)
            return self._library

    def warm(self) -> None:
        """Open the library ahead of the first question; the log says why it could not be."""
        try:
            self.library()
        except AliqaError as error:
            logger.warning("%s", error)


@dataclass(frozen=True, slots=True)
class Found:
    """The passages that fit a query best, best first."""

    passages: tuple[FoundPassage, ...]


@dataclass(frozen=True, slots=True)
class Alive:
    """The server runs."""

    status: Literal["ok"] = "ok"


@dataclass(frozen=True, slots=True)
class Ready:
    """An index is loaded."""

    index: IndexInfo
    status: Literal["ready"] = "ready"


@dataclass(frozen=True, slots=True)
class Version:
    """What runs here; ``model`` and ``index`` are null until an index is loaded."""

    aliqa: str
    python: str
    model: str | None = None
    index: IndexInfo | None = None


class BodyRoute(APIRoute):
    """A route that refuses a body that is too large or not sent as JSON before anything parses it."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, behind the checks of the body when the route takes one."""
        handle = super().get_route_handler()
        if self.body_field is None:
            return handle

        async def checked(request: Request) -> Response:
            body = await _body(request)
            _require_json(request)
            if not body.strip():
                raise HTTPException(400, "The body is empty; send a JSON object.")
            return await handle(Request(request.scope, _replay(body)))

        return checked


async def _body(request: Request) -> bytes:
    """The body of a request; one that is too large is read to a limit, for a client that sends cannot listen."""
    body, size = bytearray(), 0
    try:
        async for piece in request.stream():
            size += len(piece)
            if size <= MAX_BODY:
                body += piece
            elif size > _DRAINED:
                break
    except ClientDisconnect as error:
        raise HTTPException(400, "The body ended too early.") from error
    if size > MAX_BODY:
        raise HTTPException(413, f"The body is larger than {MAX_BODY:,} bytes.")
    return bytes(body)


def _replay(body: bytes) -> Callable[[], Awaitable[Message]]:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def _require_json(request: Request) -> None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise HTTPException(415, "Send the body as application/json.")


async def _shelf(request: Request) -> Shelf:
    shelf: Shelf = request.app.state.shelf
    return shelf


Shelved = Annotated[Shelf, Depends(_shelf)]
api = APIRouter(route_class=BodyRoute)
_BODY_PROBLEMS = problems.documented(400, 413, 415, 422, 503)


def _shows(description: str, **shown: Any) -> dict[int | str, dict[str, Any]]:
    """The 200 of a route, with examples by name."""
    named = {name: {"value": value} for name, value in shown.items()}
    return {200: {"description": description, "content": {"application/json": {"examples": named}}}}


@api.post(
    "/ask",
    tags=["questions"],
    summary="Answer a question with verbatim quotes, or say why the articles do not",
    responses=_BODY_PROBLEMS
    | _shows("An answer or an abstention", answer=examples.ANSWER, abstention=examples.ABSTENTION),
)
def ask(body: AskBody, shelf: Shelved) -> Answer:
    """Every sentence of the answer has a citation with its exact place; offsets count code points."""
    answer = shelf.library().ask(body.question, history=body.turns(), top_k=body.top_k, filters=admitted(body))
    return replace(answer, notice=NO_LLM) if body.mode == "synthesis" else answer


@api.post(
    "/search",
    tags=["questions"],
    summary="Find the passages that fit a query best",
    responses=_BODY_PROBLEMS | _shows("Passages, best first", passages=examples.PASSAGES),
)
def search(body: SearchBody, shelf: Shelved) -> Found:
    """The passages alone, without an answer."""
    return Found(shelf.library().search(body.query, top_k=body.top_k, filters=admitted(body)))


@api.get(
    "/articles",
    tags=["articles"],
    summary="List all articles, those that could not be read too",
    responses=problems.documented(503) | _shows("The articles by doc_id", articles=examples.ARTICLES),
)
def articles(shelf: Shelved) -> tuple[ArticleSummary, ...]:
    """A failed article carries the reason."""
    return shelf.library().articles()


@api.get(
    "/articles/{doc_id:path}",
    tags=["articles"],
    summary="Read one whole article",
    responses=problems.documented(404, 422, 503) | _shows("The article as it was indexed", article=examples.ARTICLE),
)
def article(doc_id: str, shelf: Shelved) -> ArticleText:
    """The text that the offsets of its citations count in."""
    return shelf.library().article(doc_id)


@api.get("/healthz", tags=["server"], summary="Say that the server runs", responses=problems.documented())
async def healthz() -> Alive:
    """Always 200 while the process can answer."""
    return Alive()


@api.get(
    "/readyz",
    tags=["server"],
    summary="Say whether questions can be answered",
    responses=problems.documented(503)
    | _shows("An index is loaded", ready={"index": examples.INDEX, "status": "ready"}),
)
def readyz(shelf: Shelved) -> Ready:
    """503 until an index is loaded."""
    return Ready(shelf.library().info)


@api.get(
    "/version",
    tags=["server"],
    summary="Name the versions of aliqa, Python, the model and the index",
    responses=problems.documented() | _shows("The versions", version=examples.VERSION),
)
def version(shelf: Shelved) -> Version:
    """``model`` and ``index`` are null until an index is loaded."""
    try:
        library = shelf.library()
    except AliqaError:
        return Version(__version__, platform.python_version())
    return Version(__version__, platform.python_version(), library.model, library.info)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    await run_in_threadpool(app.state.shelf.warm)
    yield


def create_app(settings: Settings, library: Library | None = None) -> FastAPI:
    """The HTTP API over an index.

    Without a ``library``, the published index is opened at startup; where there is none yet, the
    app starts nevertheless, answers 503 and tries again at each request.
    """
    app = FastAPI(
        title="aliqa",
        version=__version__,
        summary="Ask a folder of articles; every sentence of the answer is a verbatim quote with its place.",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan,
    )
    app.state.shelf = Shelf(settings, library)
    problems.install(app)
    app.include_router(api)
    return app

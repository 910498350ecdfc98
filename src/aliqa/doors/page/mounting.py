"""The chat page's place beside the API. Gradio takes seconds to load, and the API answers meanwhile."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import Match, Mount
from starlette.types import Receive, Scope, Send

from aliqa.doors.kept.access import require
from aliqa.doors.kept.feedback import Feedback
from aliqa.doors.kept.watchlist import Watchlist
from aliqa.doors.page import asking, browsing, files
from aliqa.doors.page.shell import Shell
from aliqa.doors.running.answer_pool import AnswerPool
from aliqa.doors.running.jobs import Jobs
from aliqa.library import Library

_OWN_PATHS = re.compile(
    r"""
    /? | /(config|theme\.css|favicon\.ico) | /(assets|static)/[!-~]{1,200}
    | /gradio_api/(heartbeat/[^/]+|startup-events)
    """,
    re.VERBOSE,
)


def mount(
    app: FastAPI,
    library: Callable[[], Library],
    jobs: Jobs,
    watchlist: Watchlist,
    feedback: Feedback,
    route_class: type[APIRoute] = APIRoute,
    pool: AnswerPool | None = None,
) -> FastAPI:
    """The app with the chat page at ``/``; mount it last. Every path that is not the page's stays the app's.

    The page is made in the background once the app has started; who asks for it sooner waits. ``route_class`` is that
    of the routes below ``/chat``, which it sends questions to. Where there is a ``pool``, it answers.
    """
    app.include_router(files.routes())
    app.include_router(asking.routes(library, feedback, route_class, pool))
    app.include_router(browsing.routes(library, jobs, watchlist, route_class, pool))
    page = Page(_made)
    started = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[Any]:
        async with started(app) as state, page.running():
            yield state

    app.router.lifespan_context = lifespan
    app.router.routes.append(_PageRoute("/", app=Shell(page)))
    return app


def _made() -> FastAPI:
    from aliqa.doors.page.page import page_app

    return page_app()


class Page:
    """An app that is made in a thread, while requests for it wait."""

    def __init__(self, make: Callable[[], FastAPI]) -> None:
        self._make = make
        self._ready: asyncio.Future[FastAPI] | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """While this is entered, the app is there or being made; a making that has begun is waited for."""
        self._ready = asyncio.get_running_loop().create_future()
        leaving = asyncio.Event()
        alive = asyncio.create_task(self._live(self._ready, leaving))
        try:
            yield
        finally:
            leaving.set()
            await alive

    async def _live(self, ready: asyncio.Future[FastAPI], leaving: asyncio.Event) -> None:
        try:
            app = await asyncio.to_thread(self._make)
        except Exception as error:  # whoever asks for the page gets it
            ready.set_exception(error)
            return
        async with app.router.lifespan_context(app):
            ready.set_result(app)
            await leaving.wait()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request as the app does. Raises what its making raised."""
        assert self._ready, "the app was not started"
        app = await asyncio.shield(self._ready)
        await app(scope, receive, send)


class _PageRoute(Mount):
    """The page at the root, answering only on the paths that it needs.

    All other paths stay the API's, which says 404 or 405 in its own words. Gradio's functions, uploads, file and proxy
    routes are not served at all: the page asks the API.
    """

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether a request is for the page."""
        if scope["type"] == "http" and _OWN_PATHS.fullmatch(scope["path"].removeprefix(scope.get("root_path", ""))):
            return super().matches(scope)
        return Match.NONE, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Show the page, unless whoever asks for it may not ask."""
        require("ask")
        await super().handle(scope, receive, send)

"""Refuses questions while too many wait: before their bodies are read, so that a refusal takes next to nothing.

Under a flood, refusing is most of what the server does, and whatever it takes, those who are answered wait for. What is
let in has its place among those who wait from then on, so that a burst is not let in as a whole while nobody waits yet;
but a request whose body is still to come has none, so that slow clients keep none from others.
"""

from collections.abc import Iterable
from typing import Final

from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from aliqa.doors.http import problems
from aliqa.doors.http.slow_clients import WHOLE
from aliqa.doors.running.answer_pool import PLACE, AnswerPool
from aliqa.foundations.errors import Overloaded

ASKING: Final = {"/ask": "POST", "/search": "POST", "/timeline": "GET", "/v1/chat/completions": "POST"}
"""The routes whose every request is a question, and their methods."""


class LoadShedder:
    """Middleware: answers 503 with ``Retry-After`` to what could not be answered soon."""

    def __init__(self, app: ASGIApp, pool: AnswerPool, routes: Iterable[BaseRoute]) -> None:
        """Put the parts together.

        Args:
            app: what answers if there is room.
            pool: what knows whether there is.
            routes: those of the server; the ones in `ASKING` are told to the log and the metrics.
        """
        self._app = app
        self._pool = pool
        self._routes = {path: route for route in routes if (path := getattr(route, "path", "")) in ASKING}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request, or refuse it."""
        path = scope.get("path", "").removeprefix(scope.get("root_path", ""))
        if scope["type"] != "http" or ASKING.get(path) != scope["method"]:
            return await self._app(scope, receive, send)
        try:
            place = self._pool.reserve()
        except Overloaded as error:
            scope["route"] = self._routes[path]
            return await problems.overloaded(error.seconds)(scope, receive, send)
        if not scope.get(WHOLE):
            place.give_up()
        scope[PLACE] = place
        try:
            await self._app(scope, receive, send)
        finally:
            place.give_up()

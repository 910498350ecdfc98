"""The routes of alerts and watched names, and the thread that sends what waits."""

import logging
from dataclasses import dataclass
from threading import Event
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from aliqa.doors.alerts import Alerts, atom
from aliqa.doors.alerts.outbox import Numbered, Waiting
from aliqa.doors.http import examples, problems
from aliqa.doors.http.bodies import BodyRoute
from aliqa.doors.http.dependencies import TheAlerts, TheLibrary
from aliqa.doors.http.guard import ATOM, needs
from aliqa.doors.http.requests import NameBody
from aliqa.doors.running.repeating import repeat

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Told:
    """Alerts, newest first, and what still waits for whom."""

    alerts: tuple[Numbered, ...]
    waiting: tuple[Waiting, ...]


@dataclass(frozen=True, slots=True)
class WatchedNames:
    """The names that are watched."""

    names: tuple[str, ...]


routes = APIRouter(route_class=BodyRoute, dependencies=[needs("ask")], tags=["watchlist"])


@routes.get(
    "/alerts",
    summary="List what changed, newest first",
    responses=problems.documented(422, 503) | problems.shown("The alerts", alerts=examples.ALERTS),
)
def alerts(
    kept: TheAlerts,
    after: Annotated[int, Query(ge=0, le=2**53, description="only alerts with a higher number")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000, description="how many at most")] = 100,
) -> Told:
    """Answers to watched questions, names in new articles, new disagreements, corrected articles."""
    return Told(tuple(kept.outbox.newest(limit, after)), tuple(kept.outbox.waiting()))


@routes.get(
    ATOM,
    summary="The same as an Atom feed",
    response_class=Response,
    responses=problems.documented(503)
    | {200: {"description": "The newest hundred", "content": {atom.MEDIA_TYPE: {"schema": {"type": "string"}}}}},
)
def feed(kept: TheAlerts, request: Request) -> Response:
    """Feed readers send no header: where there are keys, the address ends in ``?key=KEY``."""
    address = str(request.url.replace(query=""))
    return Response(atom.written(kept.outbox.newest(), address), media_type=atom.MEDIA_TYPE)


@routes.get(
    "/watchlist/names",
    summary="List the watched names",
    responses=problems.documented(503) | problems.shown("The names", names={"names": ["Northwind Lines"]}),
)
def names(kept: TheAlerts) -> WatchedNames:
    """Each new article that mentions one is told in the alerts."""
    return WatchedNames(tuple(kept.outbox.names()))


@routes.post(
    "/watchlist/names",
    status_code=201,
    summary="Watch a name",
    responses=problems.documented(400, 413, 415, 422, 503)
    | problems.shown("The names", 201, names={"names": ["Northwind Lines"]}),
)
def add(body: NameBody, kept: TheAlerts, current: TheLibrary) -> WatchedNames:
    """Articles that mention it already are not told."""
    kept.watch_name(body.name, current.library())
    return names(kept)


@routes.delete(
    "/watchlist/names/{name}",
    summary="Watch a name no longer",
    responses=problems.documented(404, 503) | problems.shown("The names", names={"names": []}),
)
def remove(name: str, kept: TheAlerts) -> WatchedNames:
    """Alerts that were told stay."""
    kept.outbox.remove_name(name)
    return names(kept)


def follow(kept: Alerts, stop: Event) -> None:
    """Send what waits, until ``stop`` is set."""

    def send() -> None:
        for name, problem in kept.send(stop).problems.items():
            logger.warning("Alerts wait for the %s: %s", name, problem)

    repeat("Sending alerts", send, stop)

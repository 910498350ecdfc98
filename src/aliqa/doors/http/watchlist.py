"""The routes of the watchlist, and the thread that asks it again when another index version is published."""

from threading import Event

from fastapi import APIRouter

from aliqa.doors.alerts import Alerts
from aliqa.doors.http import examples, problems
from aliqa.doors.http.bodies import BodyRoute
from aliqa.doors.http.dependencies import TheLibrary, TheWatchlist, WhoeverAsks
from aliqa.doors.http.guard import needs
from aliqa.doors.http.requests import WatchBody
from aliqa.doors.kept.watchlist import Watchlist
from aliqa.doors.running.answer_pool import AnswerPool, asking
from aliqa.doors.running.current_library import CurrentLibrary
from aliqa.doors.running.repeating import repeat
from aliqa.foundations.types import Filters, Watched
from aliqa.library import checked

routes = APIRouter(route_class=BodyRoute, dependencies=[needs("ask")], tags=["watchlist"])


@routes.get(
    "/watchlist",
    summary="List the watched questions, with what last changed their answers",
    responses=problems.documented(503)
    | problems.shown("The questions, as they were added", watched=[examples.WATCHED]),
)
def questions(watchlist: TheWatchlist) -> tuple[Watched, ...]:
    """Nothing is asked; what is told was found when the questions were last asked."""
    return watchlist.questions()


@routes.post(
    "/watchlist",
    status_code=201,
    summary="Watch a question",
    responses=problems.documented(400, 413, 415, 422, 503)
    | problems.shown("The question with its answer", 201, watched=examples.WATCHED),
)
def add(body: WatchBody, watchlist: TheWatchlist, current: TheLibrary, asker: WhoeverAsks) -> Watched:
    """It is asked at once; a question that is watched already stays as it is."""
    question = checked("question", body.question, Filters())
    return watchlist.add_and_ask(question, asking(current.library(), asker.run))


@routes.post(
    "/watchlist/run",
    summary="Ask all watched questions again",
    responses=problems.documented(503) | problems.shown("The questions, as they are now", watched=[examples.WATCHED]),
)
def run(watchlist: TheWatchlist, current: TheLibrary, asker: WhoeverAsks) -> tuple[Watched, ...]:
    """A running server does it by itself whenever another index version is published."""
    return watchlist.run(asking(current.library(), asker.run))


@routes.delete(
    "/watchlist/{name}",
    summary="Watch a question no longer",
    responses=problems.documented(404, 503) | problems.shown("What was removed", watched=examples.WATCHED),
)
def remove(name: str, watchlist: TheWatchlist) -> Watched:
    """``name`` is its id."""
    return watchlist.remove(name)


def follow(current: CurrentLibrary, pool: AnswerPool, watchlist: Watchlist, alerts: Alerts, stop: Event) -> None:
    """Ask the watched questions of every published index version, and look for news in it, until ``stop`` is set."""

    def look() -> None:
        library = current.library()
        if ids := watchlist.outdated(library.info.version):
            watchlist.run(asking(library, pool.run), ids)
        alerts.look(library)

    repeat("Asking the watched questions", look, stop, first=watchlist.tell_again)

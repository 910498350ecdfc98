"""The routes of the HTTP API. Each checks the request, asks the library and hands back what it says."""

import logging
import platform
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from threading import Event, Thread
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, FastAPI, Query, Request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.concurrency import run_in_threadpool
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from aliqa import __version__
from aliqa.answers import dossier, querying, verifying
from aliqa.articles import watching
from aliqa.articles.feeds import Feeds
from aliqa.doors.alerts import Alerts
from aliqa.doors.http import alerts, examples, feeds, notes, problems, streaming
from aliqa.doors.http.agents import agents, speaking
from aliqa.doors.http.bodies import BodyRoute
from aliqa.doors.http.changes import changes
from aliqa.doors.http.completions import completions
from aliqa.doors.http.dependencies import TheLibrary, TheSettings, WhoeverAsks
from aliqa.doors.http.envelope import RequestEnvelope
from aliqa.doors.http.fair_shares import Capacity, FairShares
from aliqa.doors.http.guard import Guard, needs
from aliqa.doors.http.languages import Languages
from aliqa.doors.http.load_shedding import LoadShedder
from aliqa.doors.http.login import Sessions
from aliqa.doors.http.login import routes as login_routes
from aliqa.doors.http.observing import Observer
from aliqa.doors.http.problems import shown as _shows
from aliqa.doors.http.requests import ArticlesQuery, AskBody, DossierBody, NamesBody, Question, SearchBody, admitted
from aliqa.doors.http.slow_clients import SlowClientGuard
from aliqa.doors.http.throttle import Throttle
from aliqa.doors.http.watchlist import follow
from aliqa.doors.http.watchlist import routes as watchlist_routes
from aliqa.doors.kept.access import Keys
from aliqa.doors.kept.feedback import Feedback
from aliqa.doors.kept.watchlist import Watchlist
from aliqa.doors.running.answer_pool import AnswerPool
from aliqa.doors.running.build_process import BuildProcess
from aliqa.doors.running.current_library import CurrentLibrary
from aliqa.doors.running.jobs import Jobs
from aliqa.foundations.errors import AliqaError
from aliqa.foundations.settings import Settings
from aliqa.foundations.types import (
    Answer,
    ArticleMention,
    ArticleSummary,
    ArticleText,
    CheckedName,
    FoundPassage,
    IndexInfo,
    Name,
    StatedPairs,
    Timeline,
    Verification,
)
from aliqa.library import Library

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """The passages that fit a query best, best first; ``notice`` says why a query was not read as it is written."""

    passages: tuple[FoundPassage, ...]
    notice: str | None = None


@dataclass(frozen=True, slots=True)
class Names:
    """The names in the articles, those in most articles first."""

    names: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class CheckedNames:
    """The names that were looked for, in their order."""

    names: tuple[CheckedName, ...]


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


api = APIRouter(route_class=BodyRoute, dependencies=[needs("ask")])
server = APIRouter()
"""What tells about the server; it needs no scope."""
_BODY_PROBLEMS = problems.documented(400, 413, 415, 422, 503)


_ANSWERS = _shows("An answer or an abstention", answer=examples.ANSWER, abstention=examples.ABSTENTION)
_ANSWERS[200]["content"]["text/event-stream"] = {"example": examples.ANSWER_EVENTS}


@api.post(
    "/ask",
    tags=["questions"],
    summary="Answer a question with verbatim quotes, or say why the articles do not",
    response_model=Answer,
    responses=_BODY_PROBLEMS | _ANSWERS,
)
async def ask(body: AskBody, current: TheLibrary, asker: WhoeverAsks, request: Request) -> Answer | Response:
    """Every sentence of the answer has a citation with its exact place; offsets count code points."""
    filters = admitted(body)

    def quoted() -> tuple[Library, Answer]:
        library = current.library()
        answer = asker.run(
            library.ask,
            body.question,
            history=body.turns(),
            top_k=body.top_k,
            filters=filters,
            limit=body.limit,
            as_typed=body.as_typed,
        )
        return library, answer

    library, answer = await run_in_threadpool(quoted)
    parts = streaming.parts_of(library, answer, body.mode, filters)
    if body.stream:
        return streaming.stream(parts, request)
    return answer if body.mode == "extractive" else await streaming.whole(parts, request)


@api.post(
    "/search",
    tags=["questions"],
    summary="Find the passages that fit a query best",
    responses=_BODY_PROBLEMS | _shows("Passages, best first", passages=examples.PASSAGES),
)
def search(body: SearchBody, current: TheLibrary, asker: WhoeverAsks) -> Found:
    """The passages alone, without an answer; quotes, AND, OR, NOT, `outlet:`, `date:`, `tag:` mean what they say."""
    search = current.library().search
    found = asker.run(search, body.query, top_k=body.top_k, filters=admitted(body))
    return Found(found, querying.trouble(body.query))


@api.get(
    "/disagreements",
    tags=["articles"],
    summary="List where articles give different values for the same thing",
    responses=problems.documented(503) | _shows("The surest first", disagreements=examples.DISAGREEMENTS),
)
def disagreements(current: TheLibrary) -> StatedPairs:
    """Found while the index was built; both quotes with their places. 503 if that was before there was this list."""
    return StatedPairs(current.library().disagreements())


@api.get(
    "/timeline",
    tags=["questions"],
    summary="Tell in order of time what the articles say about something",
    responses=problems.documented(422, 503) | _shows("Dated statements, oldest first", timeline=examples.TIMELINE),
)
def timeline(
    about: Annotated[Question, Query(description="a name or a few words", examples=["Northwind"])],
    current: TheLibrary,
    asker: WhoeverAsks,
    offset: Annotated[int, Query(ge=0, description="how many statements to leave out at the beginning")] = 0,
    limit: Annotated[int | None, Query(ge=1, description="the most statements; all of them if not given")] = None,
) -> Timeline:
    """Every statement is a verbatim sentence; ``basis`` says where its date comes from, ``total`` how many."""
    return asker.run(current.library().timeline, about, offset=offset, limit=limit)


_ARTICLES = _shows(
    "The articles by doc_id; with `mentions`, those that mention it, most mentions first, with a quote",
    articles=examples.ARTICLES,
    mentions=examples.MENTIONS,
)
_ARTICLES[200]["headers"] = {
    "X-Similar-Names": {
        "description": "names spelt nearly like what no article mentions, percent-encoded, with commas between them",
        "schema": {"type": "string"},
    }
}


@api.get(
    "/articles",
    tags=["articles"],
    summary="List all articles, those that could not be read too, or those that mention something",
    responses=problems.documented(422, 503) | _ARTICLES,
)
def articles(
    query: Annotated[ArticlesQuery, Query()], current: TheLibrary, asker: WhoeverAsks, response: Response
) -> tuple[ArticleSummary, ...] | tuple[ArticleMention, ...]:
    """A failed article carries the reason. Names spelt like what no article mentions stand in ``X-Similar-Names``."""
    library, filters = current.library(), query.as_filters()
    if query.mentions is None:
        return library.articles(filters)[: query.limit]
    found = asker.run(library.mentioning, query.mentions, filters=filters, limit=query.limit)
    if found.similar:
        response.headers["X-Similar-Names"] = ", ".join(map(quote, found.similar))
    return found.articles


@api.get(
    "/names",
    tags=["articles"],
    summary="List the names in the articles, those in most articles first",
    responses=problems.documented(422, 503) | _shows("Names with their counts", names=examples.NAMES),
)
def names(
    current: TheLibrary,
    limit: Annotated[int, Query(ge=1, le=5000, description="how many names")] = 100,
) -> Names:
    """People, organisations, places and products as far as capital letters tell them; aliases count as one name."""
    return Names(current.library().names()[:limit])


@api.post(
    "/names/check",
    tags=["articles"],
    summary="Look for a list of names in all articles",
    responses=_BODY_PROBLEMS | _shows("Each name, with the articles that mention it", names=examples.CHECKED_NAMES),
)
def check_names(body: NamesBody, current: TheLibrary, asker: WhoeverAsks) -> CheckedNames:
    """Word by word, aliases not counted; ``similar`` are names that are spelt nearly so."""
    return CheckedNames(asker.run(current.library().check_names, body.names))


@api.get(
    "/articles/{doc_id:name}",
    tags=["articles"],
    summary="Read one whole article",
    responses=problems.documented(404, 422, 503) | _shows("The article as it was indexed", article=examples.ARTICLE),
)
def article(doc_id: str, current: TheLibrary) -> ArticleText:
    """The text that the offsets of its citations count in."""
    return current.library().article(doc_id)


@api.post(
    "/verify",
    tags=["articles"],
    summary="Check the citations of an answer against the files",
    responses=problems.documented(400, 413, 415, 422)
    | _shows("What became of each citation", verification=examples.VERIFICATION),
)
def verify(body: verifying.GivenAnswer, settings: TheSettings) -> Verification:
    """Neither the index nor the model is asked: each quote is looked up in its file."""
    return verifying.verify(body, settings.corpus_dir)


@api.post(
    "/dossier",
    tags=["articles"],
    summary="Put answers and tagged quotes into one page, which can be checked later",
    response_class=HTMLResponse,
    responses=_BODY_PROBLEMS
    | {200: {"description": "The page", "content": {"text/html": {"schema": {"type": "string"}}}}},
)
def make_dossier(body: DossierBody, current: TheLibrary) -> Response:
    """With footnotes, dates, who agrees and who differs, and a manifest for `aliqa verify`."""
    library = current.library()
    quotes = dossier.tagged_quotes(library.store, library.notes.all(), body.tag) if body.tag else ()
    page = dossier.html(dossier.compose(body.title, body.answers, quotes))
    held = {"Content-Disposition": 'attachment; filename="dossier.html"'}
    return Response(page, media_type="text/html; charset=utf-8", headers=held)


@server.get("/healthz", tags=["server"], summary="Say that the server runs", responses=problems.documented())
async def healthz() -> Alive:
    """Always 200 while the process can answer."""
    return Alive()


@server.get(
    "/readyz",
    tags=["server"],
    summary="Say whether questions can be answered",
    responses=problems.documented(503)
    | _shows("An index is loaded", ready={"index": examples.INDEX, "status": "ready"}),
)
def readyz(current: TheLibrary) -> Ready:
    """503 until an index is loaded."""
    return Ready(current.library().info)


@server.get(
    "/version",
    tags=["server"],
    summary="Name the versions of aliqa, Python, the model and the index",
    responses=problems.documented() | _shows("The versions", version=examples.VERSION),
)
def version(current: TheLibrary) -> Version:
    """``model`` and ``index`` are null until an index is loaded."""
    try:
        library = current.library()
    except AliqaError:
        return Version(__version__, platform.python_version())
    return Version(__version__, platform.python_version(), library.model, library.info)


@server.get(
    "/metrics",
    tags=["server"],
    summary="Count requests, answers and times, for Prometheus",
    response_class=PlainTextResponse,
    responses=problems.documented(),
)
def metrics(request: Request) -> Response:
    """In the text format of Prometheus."""
    observer: Observer = request.app.state.observer
    return Response(generate_latest(observer.registry), media_type=CONTENT_TYPE_LATEST)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    await run_in_threadpool(app.state.current.warm)
    await run_in_threadpool(app.state.pool.warm)
    stop = Event()
    asking = (app.state.current, app.state.pool, app.state.watchlist, app.state.alerts, stop)
    Thread(target=follow, args=asking, name="aliqa-watchlist", daemon=True).start()
    Thread(target=alerts.follow, args=(app.state.alerts, stop), name="aliqa-alerts", daemon=True).start()
    taking = (app.state.feeds, app.state.settings, app.state.jobs, stop)
    Thread(target=feeds.follow, args=taking, name="aliqa-feeds", daemon=True).start()
    if app.state.watched:
        Thread(target=_watch, args=(app, stop), name="aliqa-watch", daemon=True).start()
    async with speaking(app):
        yield
    stop.set()
    await run_in_threadpool(app.state.jobs.close)
    await run_in_threadpool(app.state.pool.close)


def _watch(app: FastAPI, stop: Event) -> None:
    """Start a job whenever the folder of articles changes."""
    settings: Settings = app.state.settings
    try:
        watching.follow(settings.corpus_dir, app.state.jobs.follow, stop, ignored=settings.index_dir)
    except Exception:  # the server goes on answering without it
        logger.exception("The folder of articles is no longer watched.")


def create_app(
    settings: Settings,
    library: Library | None = None,
    *,
    watch: bool = False,
    hosts: Collection[str] | None = None,
    build_apart: bool = False,
) -> FastAPI:
    """The HTTP API over an index.

    Without a ``library``, the published index is opened at startup; where there is none yet, the
    app starts nevertheless, answers 503 and tries again at each request. Newer versions take its
    place as they are published. With ``watch``, what changes in the folder of articles is indexed;
    with ``build_apart``, in a process of its own, which leaves the processors to the answers.

    While there are no keys, it answers to the names in ``hosts`` alone, if given: a page of another site may have its
    own name lead to this address.

    ``app.state.current`` is the `CurrentLibrary` that the answers come from, ``app.state.jobs`` the `Jobs`.
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
    app.state.settings, app.state.watched = settings, watch
    observer = app.state.observer = Observer(settings, lambda: app.state.current.library())
    workers = settings.service.workers
    pool = app.state.pool = AnswerPool(workers, settings if workers else None, observer.answer)
    observer.watch(pool)
    app.state.current = CurrentLibrary(settings, library)
    app.state.jobs = Jobs(settings, app.state.current, BuildProcess(settings) if build_apart else None)
    app.state.alerts = Alerts(settings)
    app.state.watchlist = Watchlist(settings.index_dir, app.state.alerts.answers)
    app.state.feedback = Feedback(settings.index_dir)
    app.state.feeds = Feeds(settings.index_dir)
    app.state.keys = Keys(settings.index_dir, settings.api_key)
    app.state.sessions = Sessions(app.state.keys)
    routers = (
        api,
        changes,
        feeds.routes,
        alerts.routes,
        notes.routes,
        watchlist_routes,
        completions,
        agents,
        server,
        login_routes,
    )
    routes = [route for router in routers for route in router.routes]
    problems.install(app, routes)
    for router in routers:
        app.include_router(router)
    throttle = app.state.throttle = Throttle(settings.service.rate)
    origins = settings.service.cors_origins.split()
    app.add_middleware(FairShares)
    app.add_middleware(
        Guard, keys=app.state.keys, sessions=app.state.sessions, throttle=throttle, origins=origins, hosts=hosts
    )
    app.add_middleware(SlowClientGuard, seconds=2 * settings.service.client_timeout)
    app.add_middleware(LoadShedder, pool=pool, routes=routes)
    if origins:
        app.add_middleware(
            CORSMiddleware, allow_origins=origins, allow_methods=["*"], allow_headers=["Authorization", "Content-Type"]
        )
    app.add_middleware(Languages, default=settings.service.language)
    app.add_middleware(Capacity)
    app.add_middleware(RequestEnvelope, told=observer.request)
    return app

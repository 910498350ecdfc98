"""What routes are handed beside the request: parts of the running server, by their types."""

from typing import Annotated

from fastapi import Depends, Request

from aliqa.articles.feeds import Feeds
from aliqa.doors.alerts import Alerts
from aliqa.doors.kept.watchlist import Watchlist
from aliqa.doors.running.answer_pool import AnswerPool, Waiting
from aliqa.doors.running.current_library import CurrentLibrary
from aliqa.doors.running.jobs import Jobs
from aliqa.foundations.settings import Settings


async def _current(request: Request) -> CurrentLibrary:
    current: CurrentLibrary = request.app.state.current
    return current


async def _waiting(request: Request) -> Waiting:
    pool: AnswerPool = request.app.state.pool
    return pool.waiting(request.scope)


async def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


async def _jobs(request: Request) -> Jobs:
    jobs: Jobs = request.app.state.jobs
    return jobs


async def _watchlist(request: Request) -> Watchlist:
    watchlist: Watchlist = request.app.state.watchlist
    return watchlist


async def _feeds(request: Request) -> Feeds:
    feeds: Feeds = request.app.state.feeds
    return feeds


async def _alerts(request: Request) -> Alerts:
    alerts: Alerts = request.app.state.alerts
    return alerts


TheAlerts = Annotated[Alerts, Depends(_alerts)]
TheFeeds = Annotated[Feeds, Depends(_feeds)]
TheLibrary = Annotated[CurrentLibrary, Depends(_current)]
WhoeverAsks = Annotated[Waiting, Depends(_waiting)]
TheSettings = Annotated[Settings, Depends(_settings)]
TheJobs = Annotated[Jobs, Depends(_jobs)]
TheWatchlist = Annotated[Watchlist, Depends(_watchlist)]

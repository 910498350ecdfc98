"""What routes are handed beside the request: parts of the running server, by their types."""

from typing import Annotated

from fastapi import Depends, Request

from aliqa.doors.kept.watchlist import Watchlist
from aliqa.doors.running.jobs import Jobs
from aliqa.doors.running.lanes import Lanes, Waiting
from aliqa.doors.running.shelf import Shelf
from aliqa.foundations.settings import Settings


async def _shelf(request: Request) -> Shelf:
    shelf: Shelf = request.app.state.shelf
    return shelf


async def _waiting(request: Request) -> Waiting:
    lanes: Lanes = request.app.state.lanes
    return lanes.waiting(request.scope)


async def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


async def _jobs(request: Request) -> Jobs:
    jobs: Jobs = request.app.state.jobs
    return jobs


async def _watchlist(request: Request) -> Watchlist:
    watchlist: Watchlist = request.app.state.watchlist
    return watchlist


TheLibrary = Annotated[Shelf, Depends(_shelf)]
WhoeverAsks = Annotated[Waiting, Depends(_waiting)]
TheSettings = Annotated[Settings, Depends(_settings)]
TheJobs = Annotated[Jobs, Depends(_jobs)]
TheWatchlist = Annotated[Watchlist, Depends(_watchlist)]

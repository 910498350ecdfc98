"""The routes of the feeds, and the thread that asks them when it is time."""

import logging
from contextlib import suppress
from threading import Event
from typing import Annotated

from fastapi import APIRouter, Query

from aliqa.articles import feeds
from aliqa.articles.feeds import Correction, Feed
from aliqa.doors.http import examples, problems
from aliqa.doors.http.bodies import BodyRoute
from aliqa.doors.http.dependencies import TheFeeds, TheSettings
from aliqa.doors.http.guard import needs
from aliqa.doors.http.requests import FeedBody
from aliqa.doors.running.jobs import Jobs
from aliqa.doors.running.repeating import repeat
from aliqa.foundations.errors import FeedsBusy
from aliqa.foundations.settings import Settings

logger = logging.getLogger(__name__)

routes = APIRouter(route_class=BodyRoute, dependencies=[needs("manage")], tags=["feeds"])


@routes.get(
    "/feeds",
    summary="List the feeds whose pages become articles",
    responses=problems.documented() | problems.shown("The feeds by their addresses", feeds=[examples.FEED]),
)
def listed(kept: TheFeeds) -> tuple[Feed, ...]:
    """With when each was asked last, and what was wrong then; times are seconds since 1970."""
    return kept.listed()


@routes.post(
    "/feeds",
    status_code=201,
    summary="Add a feed: RSS, Atom, JSON Feed or a sitemap",
    responses=problems.documented(400, 413, 415, 422) | problems.shown("The feed", 201, feed=examples.FEED),
)
def add(body: FeedBody, kept: TheFeeds, settings: TheSettings) -> Feed:
    """It is asked for once at once. Only its own host and ``hosts`` are ever asked, and no private address."""
    return feeds.add(kept, settings, body.url, body.hosts, body.folder)


@routes.get(
    "/feeds/corrections",
    summary="List what pages of feeds say differently than they did",
    responses=problems.documented(422) | problems.shown("Oldest first", corrections=[examples.CORRECTION]),
)
def corrections(kept: TheFeeds, after: Annotated[int, Query(ge=0, le=2**53)] = 0) -> tuple[Correction, ...]:
    """Sentences as they were and as they are; of the last thousand those with a higher number than ``after``."""
    return kept.corrections(after)


@routes.delete(
    "/feeds/{name}",
    summary="Ask a feed no more",
    responses=problems.documented(404) | problems.shown("What was removed", feed=examples.FEED),
)
def remove(name: str, kept: TheFeeds) -> Feed:
    """``name`` is its id. Its articles stay."""
    return kept.remove(name)


def follow(kept: feeds.Feeds, settings: Settings, jobs: Jobs, stop: Event) -> None:
    """Ask each feed when it is time to, and index what it brings, until ``stop`` is set."""

    def index_what_a_kill_left() -> None:
        if kept.listed():
            jobs.follow()

    def poll() -> None:
        with suppress(FeedsBusy):
            rounds = feeds.poll(kept, settings, stop, every=60 * settings.feeds.interval)
            for one in rounds:
                if one.problem:
                    logger.warning("The feed %s was not read: %s", one.feed.url, one.problem)
            if any(one.changed for one in rounds):
                jobs.follow()

    repeat("Asking the feeds", poll, stop, first=index_what_a_kill_left)

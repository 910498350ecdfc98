"""Asks servers for feeds and pages: only hosts that were added, as their robots.txt allows, one request at a time.

robots.txt is read by the standard library, as RFC 9309 wants it: without one all is allowed, and while it cannot be had
nothing is. It is asked for once a day.
"""

import time
from collections.abc import Collection, Mapping
from email.utils import parsedate_to_datetime
from threading import Event
from typing import Final
from urllib.parse import urljoin, urlsplit
from urllib.robotparser import RobotFileParser

from aliqa.articles.feeds.kept import Feeds
from aliqa.articles.fetching import AGENT, Reply, get
from aliqa.foundations.errors import FetchFailed
from aliqa.foundations.settings import FeedSettings

DAY: Final = 86_400.0
_SLOWEST: Final = 60.0
"""Seconds between two requests that a site may ask for; who asks for more is given no more."""
_LONGEST_ROBOTS: Final = 500 * 1024
"""Bytes of robots.txt that are read; RFC 9309 asks for as many."""


class Busy(FetchFailed):
    """A server wants to be left alone, until a time that it may say; 0 if it does not."""

    def __init__(self, status: int, until: float) -> None:
        self.until = until
        super().__init__(f"the server answers {status}")


class Forbidden(Exception):
    """The robots.txt of a site does not want a page to be fetched."""


class Stopped(Exception):
    """Whoever asked for the round wants it to end."""


class Visitor:
    """Asks the hosts of one feed."""

    def __init__(self, hosts: Collection[str], feeds: Feeds, settings: FeedSettings, stop: Event) -> None:
        """Ask nobody yet; ``stop`` ends what waits."""
        self._hosts = hosts
        self._feeds = feeds
        self._settings = settings
        self._stop = stop
        self._rules: dict[str, RobotFileParser] = {}
        self._next: dict[str, float] = {}

    def get(self, url: str, etag: str | None = None, last_modified: str | None = None) -> Reply:
        """What is at an address; 304 if that is still what had these marks.

        Raises:
            FetchFailed, Busy, Forbidden, Stopped: nothing came.
        """
        rules = self._robots(url)
        if not rules.can_fetch(AGENT, url):
            raise Forbidden(f"the robots.txt of {urlsplit(url).hostname} does not allow it")
        asked = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        marks = {name: value for name, value in asked.items() if value}
        reply = self._sent(url, marks, rules.crawl_delay(AGENT))
        if reply.status in (429, 503):
            raise Busy(reply.status, _wished(reply.headers, time.time()))
        return reply

    def _sent(self, url: str, headers: Mapping[str, str], wanted: object = None) -> Reply:
        """Ask when it is time to. ``wanted`` are the seconds that the site wants between two requests."""
        host = urlsplit(url).hostname or ""
        pause = max(self._settings.delay, min(float(str(wanted)), _SLOWEST) if wanted else 0.0)
        if self._stop.wait(max(0.0, self._next.get(host, 0.0) - time.monotonic())):
            raise Stopped
        try:
            return get(url, headers, self._hosts, private=self._settings.private)
        finally:
            self._next[host] = time.monotonic() + pause

    def _robots(self, url: str) -> RobotFileParser:
        """The rules of a site. Raises FetchFailed while they cannot be had."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._rules:
            text = self._feeds.robots(origin, time.time() - DAY)
            if text is None:
                text = self._fetched_robots(origin)
                self._feeds.keep_robots(origin, text, time.time())
            self._rules[origin] = RobotFileParser()
            self._rules[origin].parse(text.splitlines())
        return self._rules[origin]

    def _fetched_robots(self, origin: str) -> str:
        reply = self._sent(urljoin(origin, "/robots.txt"), {})
        if reply.status >= 500 or reply.status == 429:
            raise FetchFailed(f"the robots.txt of {origin} cannot be had, the server answers {reply.status}")
        return reply.data[:_LONGEST_ROBOTS].decode("utf-8", "replace")


def _wished(headers: Mapping[str, str], now: float) -> float:
    """The time before which a server does not want to be asked again; 0 if it does not say."""
    said = headers.get("retry-after", "").strip()
    if said.isdecimal():
        return now + min(float(said), DAY)
    try:
        return min(parsedate_to_datetime(said).timestamp(), now + DAY)
    except (ValueError, TypeError):
        return 0.0

"""The round: asks each feed what it lists, fetches the pages that are new or may have changed, and writes their files.

A page that says the same in other bytes changes no file. A file that the user deleted does not come back.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import Event
from typing import Final
from urllib.parse import urlsplit

from filelock import FileLock, Timeout

from aliqa.articles.corpus import accepted
from aliqa.articles.feeds import placing
from aliqa.articles.feeds.entries import Entry, Listing, read, tidied
from aliqa.articles.feeds.kept import Correction, Feed, Feeds, Page
from aliqa.articles.feeds.visiting import DAY, Busy, Forbidden, Stopped, Visitor
from aliqa.articles.fetching import Reply
from aliqa.articles.loading.apart import shared
from aliqa.foundations.errors import (
    ArticleError,
    CorpusError,
    FeedInvalid,
    FeedsBusy,
    FetchFailed,
    InvalidRequest,
)
from aliqa.foundations.settings import FeedSettings, Settings
from aliqa.foundations.types import Failure

_FURTHER: Final = 50
"""Sitemaps that one sitemap may consist of."""
_IN_A_ROW: Final = 3
"""After so many pages in a row that a server does not give, it is left alone for a while."""
_FIRST_PAUSE: Final = 60.0
"""Seconds until what failed once is asked for again; each further failure doubles it, up to a day."""


@dataclass(slots=True)
class Round:
    """What asking one feed brought: names of files, what its pages now say differently, and what did not work."""

    feed: Feed
    added: list[str] = field(default_factory=list)
    corrected: list[Correction] = field(default_factory=list)
    same: int = 0
    failures: list[Failure] = field(default_factory=list)
    problem: str | None = None

    @property
    def changed(self) -> bool:
        """Whether a file was written."""
        return bool(self.added or self.corrected)


def add(feeds: Feeds, settings: Settings, url: str, hosts: Sequence[str] = (), folder: str | None = None) -> Feed:
    """Ask for a feed once, and keep it if it is one.

    Args:
        feeds: where it is kept.
        settings: how it is asked.
        url: its address.
        hosts: further hosts that may be asked for its pages.
        folder: where in the corpus its articles go; a folder called like its host if None.

    Raises:
        InvalidRequest: the address or a host is none.
        FeedInvalid: there is no feed; nothing is kept.
    """
    address = tidied(url, url)
    if address is None:
        raise InvalidRequest("url", "it is no address of a feed; write one that begins with http:// or https://")
    own = str(urlsplit(address).hostname)
    wanted = dict.fromkeys([own, *map(_host, hosts)])
    feed = Feed("", address, tuple(wanted), _folder(folder or own))
    try:
        _listing(feed, Visitor(feed.hosts, feeds, settings.feeds, Event()))
    except (FetchFailed, Forbidden, ArticleError) as error:
        raise FeedInvalid(address, _reason(error)) from error
    return feeds.add(feed.url, feed.hosts, feed.folder)


def poll(
    feeds: Feeds, settings: Settings, stop: Event | None = None, name: str | None = None, every: float = 0.0
) -> list[Round]:
    """Ask the feeds whose time it is, and take what they bring into the corpus.

    Args:
        feeds: what is known of them.
        settings: the corpus, and how they are asked.
        stop: ends the round after the request that runs.
        name: the only feed that is asked, by its id or address.
        every: seconds that must have passed since a feed was last asked.

    Raises:
        FeedsBusy: another process asks them.
        FeedNotFound, FeedsDamaged: nothing was asked.
    """
    stop = stop or Event()
    chosen = [feeds.find(name)] if name else feeds.listed()
    now = time.time()
    due = [feed for feed in chosen if feed.next_at <= now and (feed.checked_at or 0.0) + every <= now]
    if not due:
        return []
    with _alone(feeds):
        rounds = [_Poll(feeds, settings, feed, stop) for feed in due]
        return [poll.run() for poll in rounds if not stop.is_set()]


@contextmanager
def _alone(feeds: Feeds) -> Iterator[None]:
    lock = FileLock(feeds.folder / ".feeds.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise FeedsBusy from None
    try:
        yield
    finally:
        lock.release()


class _Poll:
    """One feed, asked once."""

    def __init__(self, feeds: Feeds, settings: Settings, feed: Feed, stop: Event) -> None:
        self._feeds = feeds
        self._corpus = settings.corpus_dir
        self._settings: FeedSettings = settings.feeds
        self._visitor = Visitor(feed.hosts, feeds, settings.feeds, stop)
        self._feed = feed
        self._round = Round(feed)

    def run(self) -> Round:
        """Ask for the list and then for pages."""
        try:
            self._look()
            self._visit()
        except Stopped:
            pass
        except (FetchFailed, Forbidden, ArticleError) as error:
            self._give_up(_reason(error), getattr(error, "until", 0.0))
        return self._round

    def _look(self) -> None:
        """Keep what the feed lists now, unless that is what it listed before."""
        feed = self._feed
        reply, listing = _listing(feed, self._visitor)
        self._feed = replace(
            feed, checked_at=time.time(), failures=0, next_at=0.0, problem=None,
            etag=reply.headers.get("etag") if listing else feed.etag,
            last_modified=reply.headers.get("last-modified") if listing else feed.last_modified,
        )  # fmt: skip
        self._feeds.keep(self._feed, self._allowed(listing) if listing else None)

    def _allowed(self, listing: Listing) -> list[Entry]:
        """The pages at hosts that may be asked; others are told."""
        hosts: dict[str, int] = {}
        for entry in listing.entries:
            hosts[str(urlsplit(entry.url).hostname)] = hosts.get(str(urlsplit(entry.url).hostname), 0) + 1
        for host, count in hosts.items():
            if host not in self._feed.hosts:
                told = f"pages left out: {count:,}; to take them, add the feed again with --host {host}"
                self._round.failures.append(Failure(host, told))
        return [entry for entry in listing.entries if urlsplit(entry.url).hostname in self._feed.hosts]

    def _visit(self) -> None:
        """Fetch the pages that it is time for; a server that gives none is left alone."""
        in_a_row = 0
        settings = self._settings
        for page in self._feeds.pages(self._feed, time.time(), 60 * settings.recheck, settings.pages):
            if page.text and page.doc_id and not (self._corpus / page.doc_id).exists():
                self._feeds.keep_page(replace(page, taken=page.offered, checked_at=time.time()))
                continue
            refused = self._take(page)
            in_a_row = in_a_row + 1 if refused else 0
            if in_a_row >= _IN_A_ROW:
                raise FetchFailed("its server gives several pages in a row not at all")

    def _take(self, page: Page) -> bool:
        """Fetch one page and keep what came of it; True if its server gave nothing, for whatever reason."""
        try:
            reply = self._visitor.get(page.url, page.etag, page.last_modified)
            if reply.status == 304:
                self._round.same += 1
                self._keep(page)
            else:
                self._write(page, reply, placing.read(reply.fetched))
        except Busy:
            raise
        except (FetchFailed, Forbidden, ArticleError, CorpusError, InvalidRequest) as error:
            self._round.failures.append(Failure(page.url, _reason(error)))
            self._feeds.keep_page(_failed(page, _reason(error), forbidden=isinstance(error, Forbidden)))
            return isinstance(error, FetchFailed)
        return False

    def _write(self, page: Page, reply: Reply, read_now: placing.Read) -> None:
        """Keep a page, and its file if it says something new."""
        marks = replace(page, etag=reply.headers.get("etag"), last_modified=reply.headers.get("last-modified"))
        if page.text == read_now.digest:
            self._round.same += 1
            return self._keep(marks)
        self._corpus.mkdir(parents=True, exist_ok=True)
        changes = placing.differences(self._corpus, page.doc_id, read_now) if page.text and page.doc_id else ()
        doc_id = placing.place(self._corpus, self._feed.folder, page.url, read_now, page.doc_id)
        correction = None
        if page.text is None:
            self._round.added.append(doc_id)
        else:
            correction = Correction(0, page.url, doc_id, read_now.article.meta.title, time.time(), changes)
            self._round.corrected.append(correction)
        self._keep(replace(marks, doc_id=doc_id, text=read_now.digest), correction)

    def _keep(self, page: Page, correction: Correction | None = None) -> None:
        kept = replace(page, taken=page.offered, checked_at=time.time(), failures=0, next_at=0.0, problem=None)
        self._feeds.keep_page(kept, correction)

    def _give_up(self, reason: str, until: float) -> None:
        """Leave the feed alone for a while, longer each time."""
        self._round.problem = reason
        now, failures = time.time(), self._round.feed.failures + 1
        later = max(until, now + pause(failures))
        self._feeds.keep(replace(self._feed, failures=failures, next_at=later, problem=reason, checked_at=now))


def pause(failures: int) -> float:
    """Seconds to wait after so many failures in a row.

    >>> [pause(1), pause(2), pause(100)]
    [60.0, 120.0, 86400.0]
    """
    return min(_FIRST_PAUSE * 2.0 ** min(failures - 1, 20), DAY)


def _failed(page: Page, reason: str, *, forbidden: bool) -> Page:
    failures, now = page.failures + 1, time.time()
    later = now + (DAY if forbidden else pause(failures))
    return replace(page, failures=failures, next_at=later, problem=reason, checked_at=now)


def _listing(feed: Feed, visitor: Visitor) -> tuple[Reply, Listing | None]:
    """What a feed lists, and the answer that it came in; None if that is what it listed before.

    Raises:
        FetchFailed, Forbidden, ArticleError: there is none.
    """
    reply = visitor.get(feed.url, feed.etag, feed.last_modified)
    if reply.status == 304:
        return reply, None
    found = _parsed(reply)
    entries = list(found.entries)
    for url in found.further[:_FURTHER]:
        if urlsplit(url).hostname in feed.hosts:
            entries += _parsed(visitor.get(url)).entries
    return reply, Listing(tuple(entries))


def _parsed(reply: Reply) -> Listing:
    if not 200 <= reply.status < 300:
        raise FetchFailed(f"the server answers {reply.status}")
    listing: Listing = shared.call(f"{read.__module__}:{read.__name__}", reply.data, reply.url)
    return listing


def _reason(error: Exception) -> str:
    """Why something did not work, without the remedy for whoever named a page by hand."""
    said = str(error).removeprefix("The page cannot be fetched: ")
    return said.removesuffix(" Check the address, or save the page and add the file.").rstrip(".")


def _host(words: str) -> str:
    """The name of a host, given alone or in an address. Raises InvalidRequest."""
    try:
        host = urlsplit(words if "://" in words else f"//{words}").hostname
    except ValueError:
        host = None
    if not host or "/" in host or " " in host:
        raise InvalidRequest("hosts", f"{words!r} is no name of a host; write it as news.example.org")
    return host


def _folder(words: str) -> str:
    """The folder of the corpus that a feed's articles go into. Raises InvalidRequest."""
    return accepted(f"{words.strip('/')}/a.txt", 0).removesuffix("/a.txt")

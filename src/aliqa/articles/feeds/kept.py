"""Which feeds there are, and what is known of their pages: a small SQLite file beside the index versions.

Every change is one transaction that SQLite forces to the disk, so that a process killed at any moment leaves what was
before or what is after.
"""

import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from aliqa.articles.database import Database
from aliqa.articles.feeds.entries import Entry
from aliqa.foundations.errors import FeedNotFound, FeedsDamaged

NAME: Final = "feeds.db"
MOST_CORRECTIONS: Final = 1000
"""How many corrections are remembered."""

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS feeds (
    id TEXT PRIMARY KEY, url TEXT UNIQUE NOT NULL, hosts TEXT NOT NULL, folder TEXT NOT NULL,
    etag TEXT, last_modified TEXT, checked_at REAL,
    failures INTEGER NOT NULL DEFAULT 0, next_at REAL NOT NULL DEFAULT 0, problem TEXT);
CREATE TABLE IF NOT EXISTS pages (
    url TEXT PRIMARY KEY, feed TEXT NOT NULL, place INTEGER NOT NULL, offered TEXT, doc_id TEXT, text TEXT, taken TEXT,
    etag TEXT, last_modified TEXT, checked_at REAL,
    failures INTEGER NOT NULL DEFAULT 0, next_at REAL NOT NULL DEFAULT 0, problem TEXT);
CREATE INDEX IF NOT EXISTS listed ON pages (feed, place);
CREATE TABLE IF NOT EXISTS corrections (
    number INTEGER PRIMARY KEY, url TEXT NOT NULL, doc_id TEXT NOT NULL, title TEXT NOT NULL, at REAL NOT NULL,
    changes TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS robots (origin TEXT PRIMARY KEY, text TEXT NOT NULL, at REAL NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed: the hosts that may be asked for it, the folder its articles go into, and how asking it went last.

    Times are seconds since 1970. ``next_at`` is when it may be asked again after ``failures`` in a row.
    """

    id: str
    url: str
    hosts: tuple[str, ...]
    folder: str
    etag: str | None = None
    last_modified: str | None = None
    checked_at: float | None = None
    failures: int = 0
    next_at: float = 0.0
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page that a feed lists.

    ``offered`` is when the feed says that it was changed, ``taken`` the same when it was fetched, ``text`` the digest
    of its article then, None if it never was.
    """

    url: str
    offered: str | None = None
    doc_id: str | None = None
    text: str | None = None
    taken: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    checked_at: float | None = None
    failures: int = 0
    next_at: float = 0.0
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """An article whose page says something else than before: pairs of sentences, what it was and what it is."""

    number: int
    url: str
    doc_id: str
    title: str
    at: float
    changes: tuple[tuple[str, str], ...]


_PAGE: Final = tuple(Page.__dataclass_fields__)
_FEED: Final = tuple(Feed.__dataclass_fields__)


class Feeds:
    """The feeds of an index folder. Safe to share between threads and processes. All methods raise FeedsDamaged."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is that of the index; it need not exist before the first feed is added."""
        self.folder = folder
        self._database = Database(folder / NAME, _TABLES, FeedsDamaged)

    def listed(self) -> tuple[Feed, ...]:
        """All feeds, by their addresses."""
        return tuple(map(_feed, self._database.read(f"SELECT {', '.join(_FEED)} FROM feeds ORDER BY url")))

    def find(self, name: str) -> Feed:
        """The feed with this id or address. Raises FeedNotFound."""
        for feed in self.listed():
            if name in (feed.id, feed.url):
                return feed
        raise FeedNotFound(name)

    def add(self, url: str, hosts: Sequence[str], folder: str) -> Feed:
        """Keep a feed; hosts are added to one that is there already."""
        with self._database.changing() as db:
            kept = db.execute("SELECT hosts FROM feeds WHERE url = ?", (url,)).fetchone()
            known = json.loads(kept[0]) if kept else []
            merged = json.dumps(list(dict.fromkeys([*known, *hosts])))
            db.execute(
                "INSERT INTO feeds (id, url, hosts, folder) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (url) DO UPDATE SET hosts = excluded.hosts, folder = excluded.folder, etag = NULL,"
                " last_modified = NULL",  # the whole list is wanted again: it names pages of the new hosts, too
                (uuid.uuid4().hex[:8], url, merged, folder),
            )
        return self.find(url)

    def remove(self, name: str) -> Feed:
        """Ask a feed no more; its articles stay, and are known if it is added again. Raises FeedNotFound."""
        feed = self.find(name)
        with self._database.changing() as db:
            db.execute("DELETE FROM feeds WHERE id = ?", (feed.id,))
        return feed

    def keep(self, feed: Feed, entries: Iterable[Entry] | None = None) -> None:
        """Keep how asking a feed went, and what it lists, if that is known; both or neither."""
        with self._database.changing() as db:
            db.execute(
                "UPDATE feeds SET etag = ?, last_modified = ?, checked_at = ?, failures = ?, next_at = ?, problem = ?"
                " WHERE id = ?",
                (feed.etag, feed.last_modified, feed.checked_at, feed.failures, feed.next_at, feed.problem, feed.id),
            )
            if entries is not None:
                db.execute("UPDATE pages SET place = -1 WHERE feed = ?", (feed.id,))
                db.executemany(
                    "INSERT INTO pages (url, feed, place, offered) VALUES (?, ?, ?, ?) ON CONFLICT (url) DO UPDATE"
                    " SET feed = excluded.feed, place = excluded.place, offered = excluded.offered",
                    [(entry.url, feed.id, place, entry.updated) for place, entry in enumerate(entries)],
                )

    def pages(self, feed: Feed, now: float, recheck: float, most: int) -> list[Page]:
        """The pages of a feed that are to be fetched now, those that never were first.

        A page is looked at again when the feed says that it was changed, and ``recheck`` seconds after it was last.
        """
        return [
            Page(*row)
            for row in self._database.read(
                f"SELECT {', '.join(_PAGE)} FROM pages WHERE feed = ? AND place >= 0 AND next_at <= ?"
                " AND (text IS NULL OR offered IS NOT taken OR checked_at <= ?)"
                " ORDER BY text IS NOT NULL, offered IS taken,"
                " CASE WHEN text IS NULL THEN place ELSE checked_at END LIMIT ?",
                (feed.id, now, now - recheck, most),
            )
        ]

    def keep_page(self, page: Page, correction: Correction | None = None) -> None:
        """Keep what is known of a page now, and what it says differently; both or neither."""
        changed = [name for name in _PAGE if name != "url"]
        with self._database.changing() as db:
            db.execute(
                f"UPDATE pages SET {', '.join(f'{name} = ?' for name in changed)} WHERE url = ?",
                (*(getattr(page, name) for name in changed), page.url),
            )
            if correction:
                made = correction
                changes = json.dumps(made.changes, ensure_ascii=False)
                db.execute(
                    "INSERT INTO corrections (url, doc_id, title, at, changes) VALUES (?, ?, ?, ?, ?)",
                    (made.url, made.doc_id, made.title, made.at, changes),
                )
                db.execute(
                    "DELETE FROM corrections WHERE number <= (SELECT max(number) FROM corrections) - ?",
                    (MOST_CORRECTIONS,),
                )

    def corrections(self, after: int = 0) -> tuple[Correction, ...]:
        """The corrections with a number higher than ``after``, oldest first."""
        rows = self._database.read(
            "SELECT number, url, doc_id, title, at, changes FROM corrections WHERE number > ? ORDER BY number", (after,)
        )
        return tuple(
            Correction(number, url, doc_id, title, at, tuple((old, new) for old, new in json.loads(changes)))
            for number, url, doc_id, title, at, changes in rows
        )

    def robots(self, origin: str, since: float) -> str | None:
        """The robots.txt of a site, if it was fetched ``since`` then."""
        rows = self._database.read("SELECT text FROM robots WHERE origin = ? AND at >= ?", (origin, since))
        return str(rows[0][0]) if rows else None

    def keep_robots(self, origin: str, text: str, at: float) -> None:
        """Keep the robots.txt of a site, fetched at this time."""
        with self._database.changing() as db:
            db.execute("INSERT OR REPLACE INTO robots VALUES (?, ?, ?)", (origin, text, at))


def _feed(row: Sequence[Any]) -> Feed:
    return Feed(row[0], row[1], tuple(json.loads(row[2])), *row[3:])

"""Keeps alerts, which are still to be sent, and what is known already: a small SQLite file beside the index.

An alert is kept once, however often it is found: its id is remembered. What is found, and that it was looked for, is
one transaction, as is that something was sent. Between sending and noting that it was sent a kill can come: then it is
sent again, under the same id.
"""

import sqlite3
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aliqa.articles.database import Database
from aliqa.doors.alerts.alert import Alert
from aliqa.doors.kept.access import require
from aliqa.foundations.errors import AlertsDamaged, NameNotWatched

NAME: Final = "alerts.db"
MOST_KEPT: Final = 1000
"""How many alerts are kept for the feed, and for whoever asks; those that wait are kept beside them."""
MOST_WAITING: Final = 10_000
"""How many may wait for each receiver; of more the oldest are dropped, and counted."""

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS alerts (number INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS told (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS waiting (
    receiver TEXT NOT NULL, number INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0, next_at REAL NOT NULL DEFAULT 0,
    problem TEXT, PRIMARY KEY (receiver, number)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS known (kind TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS marks (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Numbered:
    """An alert and its number, which grows."""

    number: int
    alert: Alert


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a receiver: how many alerts, what is wrong, how many were dropped because too many waited."""

    receiver: str
    alerts: int
    problem: str | None
    dropped: int


class Outbox:
    """The alerts of an index folder. Safe to share between threads and processes. All methods raise AlertsDamaged."""

    def __init__(self, folder: Path, receivers: Sequence[str] = ()) -> None:
        """``folder`` is that of the index; alerts that are kept from now on wait for these ``receivers``."""
        self.folder = folder
        self.receivers = tuple(receivers)
        self._database = Database(folder / NAME, _TABLES, AlertsDamaged)

    def put(
        self, alerts: Iterable[Alert], *, known: Iterable[tuple[str, str]] = (), marks: Iterable[tuple[str, str]] = ()
    ) -> None:
        """Keep alerts that were not kept before, and what is known from now on; all or nothing."""
        alerts, known, marks = list(alerts), list(known), list(marks)
        if not (alerts or known or marks):
            return
        with self._database.changing() as db:
            for alert in alerts:
                if db.execute("INSERT OR IGNORE INTO told VALUES (?)", (alert.id,)).rowcount:
                    number = db.execute("INSERT INTO alerts (body) VALUES (?)", (alert.to_json(),)).lastrowid
                    for receiver in self.receivers:
                        db.execute("INSERT INTO waiting (receiver, number) VALUES (?, ?)", (receiver, number))
            db.executemany("INSERT OR IGNORE INTO known VALUES (?, ?)", known)
            db.executemany("INSERT OR REPLACE INTO marks VALUES (?, ?)", marks)
            if alerts:
                self._bound(db)

    def _bound(self, db: sqlite3.Connection) -> None:
        """Drop what is too much: the oldest that wait, and the oldest of those that do not."""
        for receiver in self.receivers:
            dropped = db.execute(
                "DELETE FROM waiting WHERE receiver = ?1 AND number <= (SELECT number FROM waiting WHERE receiver = ?1"
                " ORDER BY number DESC LIMIT 1 OFFSET ?2)",
                (receiver, MOST_WAITING),
            ).rowcount
            if dropped:
                count = int(_mark(db, f"dropped {receiver}") or 0) + dropped
                db.execute("INSERT OR REPLACE INTO marks VALUES (?, ?)", (f"dropped {receiver}", str(count)))
        db.execute(
            "DELETE FROM alerts WHERE number <= (SELECT max(number) FROM alerts) - ?"
            " AND number NOT IN (SELECT number FROM waiting)",
            (MOST_KEPT,),
        )

    def newest(self, most: int = 100, after: int = 0) -> list[Numbered]:
        """Alerts with a number higher than ``after``, newest first."""
        rows = self._database.read(
            "SELECT number, body FROM alerts WHERE number > ? ORDER BY number DESC LIMIT ?", (after, most)
        )
        return [Numbered(number, Alert.from_json(body)) for number, body in rows]

    # --- sending -----------------------------------------------------------------------------

    def due(self, receiver: str, now: float, most: int) -> list[tuple[Numbered, int]]:
        """What may be sent to a receiver now, oldest first, and how often each was tried."""
        rows = self._database.read(
            "SELECT number, body, tries FROM waiting JOIN alerts USING (number) WHERE receiver = ? AND next_at <= ?"
            " ORDER BY number LIMIT ?",
            (receiver, now, most),
        )
        return [(Numbered(number, Alert.from_json(body)), tries) for number, body, tries in rows]

    def sent(self, receiver: str, number: int) -> None:
        """Note that a receiver has an alert."""
        with self._database.changing() as db:
            db.execute("DELETE FROM waiting WHERE receiver = ? AND number = ?", (receiver, number))

    def refused(self, receiver: str, number: int, next_at: float, problem: str) -> None:
        """Note that a receiver did not take an alert, and when it is tried again."""
        with self._database.changing() as db:
            db.execute(
                "UPDATE waiting SET tries = tries + 1, next_at = ?, problem = ? WHERE receiver = ? AND number = ?",
                (next_at, problem, receiver, number),
            )

    def waiting(self) -> list[Waiting]:
        """What waits for each receiver that is set, or that something waits for."""
        with self._database.changing() as db:
            rows = db.execute("SELECT receiver, count(*), max(problem) FROM waiting GROUP BY receiver").fetchall()
            found = {receiver: (count, problem) for receiver, count, problem in rows}
            return [
                Waiting(one, *found.get(one, (0, None)), dropped=int(_mark(db, f"dropped {one}") or 0))
                for one in dict.fromkeys([*self.receivers, *found])
            ]

    # --- what is known -----------------------------------------------------------------------

    def names(self) -> list[str]:
        """The names that are watched."""
        return [key for (key,) in self._database.read("SELECT key FROM known WHERE kind = 'name' ORDER BY key")]

    def add_name(self, name: str, doc_ids: Iterable[str]) -> None:
        """Watch a name that these articles mention already."""
        self.put((), known=[("name", name), *((f"in {name}", doc_id) for doc_id in doc_ids)])

    def remove_name(self, name: str) -> None:
        """Watch a name no longer. Raises NameNotWatched, NotAllowed."""
        require("manage")
        with self._database.changing() as db:
            if not db.execute("DELETE FROM known WHERE kind = 'name' AND key = ?", (name,)).rowcount:
                raise NameNotWatched(name)
            db.execute("DELETE FROM known WHERE kind = ?", (f"in {name}",))

    def known(self, kind: str) -> set[str]:
        """What of this kind is known already."""
        return {key for (key,) in self._database.read("SELECT key FROM known WHERE kind = ?", (kind,))}

    def looked_at(self) -> str | None:
        """The index version that was looked at last."""
        return self.mark("version")

    def mark(self, name: str) -> str | None:
        """How far something is done; None if it never was."""
        rows = self._database.read("SELECT value FROM marks WHERE name = ?", (name,))
        return str(rows[0][0]) if rows else None


def _mark(db: sqlite3.Connection, name: str) -> str | None:
    row = db.execute("SELECT value FROM marks WHERE name = ?", (name,)).fetchone()
    return str(row[0]) if row else None


def soon(tries: int) -> float:
    """When something that failed so often is tried again: after half a minute, then twice as long, up to an hour."""
    return time.time() + min(30.0 * 2.0 ** min(tries, 10), 3600.0)

"""A small SQLite file that is changed in transactions, each of which is on the disk when it ends.

A process killed at any moment leaves what was before or what is after.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from aliqa.foundations.errors import AliqaError

_PATIENCE: Final = 30.0
"""Seconds that a change waits for that of another process."""


class Database:
    """A file and its tables. Safe to share between threads and processes."""

    def __init__(self, path: Path, tables: str, damaged: Callable[[Path, str], AliqaError]) -> None:
        """The file need not exist before the first change; ``damaged`` makes the error for one that cannot be used."""
        self._path, self._tables, self._damaged = path, tables, damaged

    def read(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        """The rows of a query; none while there is no file."""
        if not self._path.exists():
            return []
        with self.changing() as db:
            return db.execute(query, values).fetchall()

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """The file, open for one transaction."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            db = sqlite3.connect(self._path, timeout=_PATIENCE)
            try:
                with db:
                    db.executescript(self._tables)
                    db.execute("BEGIN IMMEDIATE")
                    yield db
            finally:
                db.close()
        except (sqlite3.Error, OSError) as error:
            raise self._damaged(self._path, str(error)) from error

"""The versions of one corpus in the database: which is published, and the way back."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from aliqa.foundations.errors import IndexBusy, IndexMissing, NoEarlierVersion, VersionNotFound
from aliqa.foundations.types import IndexInfo
from aliqa.index.folder.catalog import Manifest
from aliqa.index.postgres import schema
from aliqa.index.postgres.building import PostgresBuild
from aliqa.index.postgres.connecting import Connection, Database
from aliqa.index.postgres.version import PostgresVersion

_BUILDING: Final = 0x616C6971
"""The first key of the advisory lock under which a corpus is built, "aliq"; the second is the corpus."""

_LOOK: Final = 0.1
_COLUMNS: Final = "v.number, v.manifest, v.tokens, v.copied, v.rules"


class PostgresIndex:
    """The versions of a corpus as an `aliqa.index.places.Index`. Safe to share between threads."""

    def __init__(self, address: str) -> None:
        """Nothing is connected to before it is needed. Raises SettingsError."""
        self.database = Database(address)
        self._checked = False

    @property
    def place(self) -> str:
        """The database and the corpus, without user and password."""
        return self.database.place

    def stamp(self) -> object:
        """Changes whenever another version is published; None if none is. Raises StoreUnreachable."""
        row = self._pointer()
        return row[0] if row else None

    def published(self) -> PostgresVersion:
        """The published version. Raises IndexMissing, StoreUnreachable and the other errors of a store."""
        return self._open("v.number = c.published", ()) or self._missing()

    def earlier(self) -> IndexInfo | None:
        """The version before the published one; None if there is none."""
        found = self._open("v.number = c.earlier", ())
        return found.info if found else None

    def version(self, name: str) -> PostgresVersion:
        """A version by its name or number. Raises VersionNotFound."""
        number = int(name) if name.isdecimal() else -1
        if found := self._open("(v.name = %s OR v.number = %s)", (name, number)):
            return found
        rows = self.database.read(
            "SELECT v.name FROM aliqa.versions v JOIN aliqa.corpora c USING (corpus) "
            "WHERE c.name = %s ORDER BY v.number",
            [self.database.corpus],
        )
        raise VersionNotFound(self.place, name, [name for (name,) in rows])

    def rollback(self) -> Manifest:
        """Publish the version before the published one again; the two change places. Raises NoEarlierVersion."""
        with self._locked(0) as (connection, corpus):
            changed = connection.execute(
                "UPDATE aliqa.corpora SET published = earlier, earlier = published"
                " WHERE corpus = %s AND earlier IS NOT NULL",
                [corpus],
            )
            if not changed.rowcount:
                raise NoEarlierVersion(self.place)
        return self.published().manifest

    @contextmanager
    def building(self, wait: float = 0) -> Iterator[PostgresBuild]:
        """Make the next version. The lock dies with the connection, and then nothing can be published."""
        with self._locked(wait) as (connection, corpus):
            yield PostgresBuild(self.database, connection, corpus, self._open("v.number = c.published", ()))

    @contextmanager
    def _locked(self, wait: float) -> Iterator[tuple[Connection, int]]:
        """A connection, and the number of the corpus, while no other process changes it. Raises IndexBusy."""
        with self.database.writing() as connection:
            schema.migrate(self.database, connection)
            connection.execute(
                "INSERT INTO aliqa.corpora (name) VALUES (%s) ON CONFLICT DO NOTHING", [self.database.corpus]
            )
            [corpus] = _one(connection, "SELECT corpus FROM aliqa.corpora WHERE name = %s", self.database.corpus)
            end = time.monotonic() + wait
            while not _one(connection, "SELECT pg_try_advisory_lock(%s, %s)", _BUILDING, corpus)[0]:
                if time.monotonic() >= end:
                    raise IndexBusy(self.place)
                time.sleep(_LOOK)
            yield connection, corpus

    def _pointer(self) -> Any:
        """The number of the published version; None if there is none."""
        if not self._ready():
            return None
        rows = self.database.read("SELECT published FROM aliqa.corpora WHERE name = %s", [self.database.corpus])
        return rows[0] if rows else None

    def _ready(self) -> bool:
        """Whether the tables are there. Raises SchemaDiffers."""
        self._checked = self._checked or schema.check(self.database)
        return self._checked

    def _open(self, which: str, parameters: tuple[Any, ...]) -> PostgresVersion | None:
        if not self._ready():
            return None
        rows = self.database.read(
            f"SELECT c.corpus, {_COLUMNS} FROM aliqa.versions v JOIN aliqa.corpora c USING (corpus)"
            f" WHERE c.name = %s AND {which}",
            (self.database.corpus, *parameters),
        )
        return PostgresVersion(self.database, rows[0][0], rows[0][1:]) if rows else None

    def _missing(self) -> PostgresVersion:
        raise IndexMissing(self.place)


def _one(connection: Connection, query: str, *parameters: Any) -> Any:
    return connection.execute(query.encode(), parameters).fetchone()

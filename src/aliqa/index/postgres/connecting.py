"""Connections to the database: opened when needed, used again, replaced when the server was restarted.

All errors of psycopg become those of `aliqa.foundations.errors` here.
"""

import atexit
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Lock
from typing import Any, Final
from urllib.parse import unquote

import psycopg
from psycopg import conninfo, errors
from psycopg.rows import TupleRow

from aliqa.foundations.errors import (
    ExtensionMissing,
    SettingsError,
    StoreFailed,
    StoreRefused,
    StoreTimeout,
    StoreUnreachable,
)

Connection = psycopg.Connection[TupleRow]

_DEFAULTS: Final = {"connect_timeout": "5", "application_name": "aliqa"}
_SESSION: Final = (
    "SET hnsw.ef_search = 400",
    "SET hnsw.iterative_scan = strict_order",
    "SET hnsw.max_scan_tuples = 100000",
    "SET random_page_cost = 1.1",
    "SET jit = off",
)
"""Enough candidates to find what an exact search finds; a filtered search goes on until it has found enough. Indexes
are used as on a solid-state disk, and nothing is compiled for queries that take milliseconds."""

_READING: Final = "-c statement_timeout=30s"
_WRITING: Final = {"target_session_attrs": "read-write"}
_DENIED: Final = re.compile(
    r"authentication failed|no password supplied|pg_hba|does not exist|not permitted|permission"
)
_SERVER: Final = re.compile(r"^connection failed: |connection to server at .{0,300}? failed: |FATAL:  ")
_CORPUS: Final = "corpus="
EXACT: Final = 10_000
"""Among so many passages the nearest are found by comparing all; beyond, by the HNSW index."""


class Database:
    """One database, and the name of the corpus in it. Safe to share between threads."""

    def __init__(self, address: str) -> None:
        """``address`` is a URL as libpq takes it; ``?corpus=NAME`` names one of several corpora in it.

        Raises SettingsError.
        """
        base, _, query = address.partition("?")
        named = [part for part in query.split("&") if part.startswith(_CORPUS)]
        options = "&".join(part for part in query.split("&") if part not in named)
        self.corpus = unquote(named[-1].removeprefix(_CORPUS)) if named else "default"
        try:
            given = conninfo.conninfo_to_dict(f"{base}?{options}")
        except psycopg.ProgrammingError as error:
            raise SettingsError(f"store: {_first_line(error)}") from None
        self._parameters = {**_DEFAULTS, "options": _READING, **given}
        host, name = given.get("host") or "localhost", given.get("dbname") or given.get("user") or ""
        self.place = f"postgresql://{host}/{name}" + (f"?{_CORPUS}{self.corpus}" if named else "")
        self.exact = EXACT
        self._idle: list[Connection] = []
        self._lock = Lock()
        atexit.register(self.close)

    def read(self, query: str, parameters: Sequence[Any] = ()) -> list[TupleRow]:
        """The rows of a query that changes nothing; asked once more if the server was restarted meanwhile.

        Raises StoreUnreachable and the other errors of a store.
        """
        for attempt in (1, 2):
            connection = self._take()
            try:
                rows = connection.execute(query.encode(), parameters).fetchall()
            except (psycopg.OperationalError, psycopg.InterfaceError) as error:
                broken = connection.broken or connection.closed
                self._give(connection)
                if not broken or attempt == 2:
                    raise self.translate(error) from error
                self.close()  # the others are as broken
            except psycopg.Error as error:
                self._give(connection)
                raise self.translate(error) from error
            else:
                self._give(connection)
                return rows
        raise AssertionError

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection of one's own to a server that can be written, without a statement timeout.

        Raises StoreUnreachable and the other errors of a store, also for what psycopg raises in the block.
        """
        connection = self._connect({**self._parameters, "options": "-c statement_timeout=0", **_WRITING})
        try:
            with self.translated():
                yield connection
        finally:
            connection.close()

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Turn psycopg's errors into those of a store."""
        try:
            yield
        except psycopg.Error as error:
            raise self.translate(error) from error

    def translate(self, error: psycopg.Error) -> Exception:
        """What an error of psycopg means."""
        reason = _first_line(error)
        if isinstance(error, errors.QueryCanceled):
            return StoreTimeout(self.place)
        if isinstance(error, errors.InsufficientPrivilege) and "extension" in reason:
            return ExtensionMissing(self.place, reason)
        if isinstance(error, errors.InsufficientPrivilege | errors.InvalidPassword | errors.ReadOnlySqlTransaction):
            return StoreRefused(self.place, reason)
        if isinstance(error, errors.UndefinedObject | errors.UndefinedFile | errors.FeatureNotSupported) and (
            "vector" in reason or "halfvec" in reason
        ):
            return ExtensionMissing(self.place, reason)
        if isinstance(error, psycopg.OperationalError) and error.sqlstate is None:
            return StoreUnreachable(self.place, reason)
        if isinstance(error, errors.AdminShutdown | errors.CrashShutdown | errors.CannotConnectNow):
            return StoreUnreachable(self.place, reason)
        return StoreFailed(self.place, reason)

    def close(self) -> None:
        """Close the connections that nobody uses now."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            with suppress(psycopg.Error):
                connection.close()

    def _take(self) -> Connection:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return self._connect(self._parameters)

    def _give(self, connection: Connection) -> None:
        if connection.broken or connection.closed:
            return
        with self._lock:
            self._idle.append(connection)

    def _connect(self, parameters: dict[str, Any]) -> Connection:
        try:
            connection = psycopg.connect(**parameters, autocommit=True, prepare_threshold=None)
            for setting in _SESSION:
                connection.execute(setting)
        except psycopg.Error as error:
            if _DENIED.search(str(error)):
                raise StoreRefused(self.place, _first_line(error)) from error
            raise self.translate(error) from error
        return connection


class Inside:
    """A database as the transaction of a connection sees it, which has written what nobody else can read yet."""

    def __init__(self, database: Database, connection: Connection) -> None:
        """The place and the limits are those of ``database``."""
        self.place = database.place
        self.exact = database.exact
        self._connection = connection

    def read(self, query: str, parameters: Sequence[Any] = ()) -> list[TupleRow]:
        """The rows of a query that changes nothing. Raises psycopg.Error."""
        return self._connection.execute(query.encode(), parameters).fetchall()


def _first_line(error: Exception) -> str:
    """What the server or libpq said, without hints; of several hosts, of the last one."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    told = [line for line in lines if "failed:" in line] or lines[:1] or [type(error).__name__]
    return _SERVER.sub("", told[-1]).rstrip(".")

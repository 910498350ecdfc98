"""Who may do what: named keys with scopes, kept as hashes, and the scopes of whoever is being served.

What nobody asked for over HTTP, as a command or a watcher, may do everything. A door that serves others says on
whose behalf it works with `acting_for`; the rooms that change something call `require`.
"""

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal, get_args

from filelock import FileLock
from pydantic import SecretStr, TypeAdapter, ValidationError

from aliqa.articles.durable import translated
from aliqa.foundations.errors import InvalidRequest, KeyExists, KeyNotFound, KeysDamaged, NotAllowed

Scope = Literal["ask", "manage"]
"""What a key is for: ``ask`` reads articles and asks questions, ``manage`` changes articles, index and watchlist."""

SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
NAME: Final = "keys.json"
CONFIGURED: Final = "ALIQA_API_KEY"
"""The name of the key that the settings hold."""

_PREFIX: Final = "aliqa_"
_NAMES: Final = re.compile(r"[\w.@-]{1,64}")
_FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it is kept: by the hash of its secret. Keys have 256 random bits, so that a plain hash is enough."""

    name: str
    scopes: tuple[Scope, ...]
    sha256: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class _File:
    keys: tuple[Key, ...]
    format: int = _FORMAT


_FILE: Final = TypeAdapter(_File)
_caller: ContextVar[Key | None] = ContextVar("aliqa_caller", default=None)


def caller() -> Key | None:
    """The key of whoever is being served; None where no keys are asked for."""
    return _caller.get()


@contextmanager
def acting_for(key: Key | None) -> Iterator[None]:
    """What the block does, and the threads that it asks, is done on behalf of the holder of a key."""
    token = _caller.set(key)
    try:
        yield
    finally:
        _caller.reset(token)


def require(scope: Scope) -> None:
    """Raise NotAllowed unless whoever is being served may do such things."""
    key = _caller.get()
    if key is not None and scope not in key.scopes:
        raise NotAllowed(key.name, scope)


class Keys:
    """The keys of an index folder, and the one of the settings. Safe to share between threads and processes."""

    def __init__(self, folder: Path, configured: SecretStr | None = None) -> None:
        """``folder`` is that of the index; ``configured`` is a further key, which may do everything."""
        self._folder = folder
        self._path = folder / NAME
        self._configured: tuple[Key, ...] = ()
        if configured:
            digest = _digest(configured.get_secret_value())
            self._configured = (Key(CONFIGURED, SCOPES, digest, datetime.now(UTC)),)
        self._known: tuple[object, tuple[Key, ...]] = (None, ())

    def listed(self) -> tuple[Key, ...]:
        """All keys; the file is read again when it has changed. Raises KeysDamaged."""
        try:
            found = os.stat(self._path)
        except (FileNotFoundError, NotADirectoryError):
            return self._configured
        except OSError as error:
            raise KeysDamaged(self._path, error.strerror or type(error).__name__) from error
        stamp = found.st_ino, found.st_size, found.st_mtime_ns
        known, keys = self._known
        if known != stamp:
            keys = self._read()
            self._known = stamp, keys
        return self._configured + keys

    def holder(self, secret: str) -> Key | None:
        """The key with this secret. Every key is compared, each in constant time. Raises KeysDamaged."""
        digest = _digest(secret)
        matching = [key for key in self.listed() if hmac.compare_digest(key.sha256, digest)]
        return matching[0] if matching else None

    def add(self, name: str, scopes: Sequence[Scope]) -> str:
        """Make a key; its secret comes back and is kept nowhere.

        Raises:
            InvalidRequest, KeyExists: the name cannot be used.
            KeysDamaged, IndexUnwritable: nothing was changed.
        """
        if not _NAMES.fullmatch(name) or name == CONFIGURED:
            raise InvalidRequest("name", "a key's name has 1 to 64 letters, digits, dots, dashes, underlines or @")
        secret = _PREFIX + secrets.token_urlsafe(32)
        kept = tuple(scope for scope in SCOPES if scope in scopes)
        with self._changing() as keys:
            if any(key.name == name for key in keys):
                raise KeyExists(name)
            keys.append(Key(name, kept, _digest(secret), datetime.now(UTC).replace(microsecond=0)))
        return secret

    def remove(self, name: str) -> Key:
        """Forget a key; what it could do ends at once. Raises KeyNotFound, KeysDamaged, IndexUnwritable."""
        with self._changing() as keys:
            for key in keys:
                if key.name == name:
                    keys.remove(key)
                    return key
        raise KeyNotFound(name)

    def _read(self) -> tuple[Key, ...]:
        try:
            file = _FILE.validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise KeysDamaged(self._path, error.strerror or type(error).__name__) from error
        except ValidationError:
            raise KeysDamaged(self._path, "it is not what aliqa wrote") from None
        if file.format != _FORMAT:
            raise KeysDamaged(self._path, f"its format is {file.format}, this release reads {_FORMAT}")
        return file.keys

    @contextmanager
    def _changing(self) -> Iterator[list[Key]]:
        """The keys of the file, to be changed in place; they are written out when the block ends well."""
        with translated(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self._folder / ".keys.lock")
            lock.acquire()
        try:
            keys = list(self._read())
            yield keys
            with translated(self._folder):
                self._write(_FILE.dump_json(_File(tuple(keys)), indent=1))
        finally:
            lock.release()

    def _write(self, data: bytes) -> None:
        """Replace the file in one step by one that only its owner can read."""
        temporary = self._path.with_name(f".{NAME}")
        temporary.unlink(missing_ok=True)
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, self._path)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()

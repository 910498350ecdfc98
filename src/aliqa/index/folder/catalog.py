"""Which index versions there are, which one is published, and how a new one takes its place.

``index/<version>/`` holds everything of one version; ``index/CURRENT`` names the published one and,
on its second line, the one before it. A version is built in a folder of its own beside the others,
written out to the disk, renamed into place whole, and published by replacing ``CURRENT``, which is
atomic: whatever happens in between, the last published version still stands. A whole folder that
``CURRENT`` does not name was never published, or is out of date. One process builds at a time, by a
lock that dies with it; readers hold their version by such a lock, too, and it is not removed.
"""

import hashlib
import json
import os
import re
import shutil
import time
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout
from portalocker import LOCK_EX, LOCK_NB, LOCK_SH, AlreadyLocked, LockException, lock

from aliqa import __version__
from aliqa.articles.durable import sync, translated, write_synced
from aliqa.foundations.errors import (
    IndexBusy,
    IndexDamaged,
    IndexError_,
    IndexIncompatible,
    IndexMissing,
    NoEarlierVersion,
)
from aliqa.foundations.types import Failure, IndexInfo

FORMAT: Final = 3
MANIFEST: Final = "manifest.json"
_SEAL: Final = "sha256"
"""Where a manifest holds its own checksum."""
_POINTER: Final = "CURRENT"
_BUILDING: Final = ".building-"
_REMOVED: Final = ".removed-"
_VERSION: Final = re.compile(r"\d{6,}-\d{8}T\d{6}Z")
_CHUNK: Final = 1 << 20
_READERS: Final = 4
_REST: Final = 50_000_000
"""Nanoseconds, several ticks of a file system's clock: a file that is older than this cannot change unnoticed."""

_MOST_KNOWN: Final = 1000
_LARGE: Final = 8 << 20
"""Bytes of a file that is not read again by every process that opens it."""


Seal = tuple[int, int, int]
"""The size of a file in bytes, its CRC-32, and when it was last written, in nanoseconds."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index version is made of.

    ``embedding`` and ``chunking`` are the fingerprints of what made it, ``next_key`` the key that the next new
    article will get, ``skipped`` how many files of each suffix are not read, ``readings`` how the text of an article
    was got where that is not plain, ``segments`` what its parts are and ``vectors`` how it is searched by meaning if
    not exactly (see `aliqa.index.folder`), ``files`` the size, CRC-32 and time in nanoseconds of every file by its
    relative path, ``aliqa`` the release that wrote it.
    """

    version: str
    built_at: str
    embedding: str
    dimension: int
    chunking: str
    articles: int
    passages: int
    sentences: int
    next_key: int
    newest_published: str | None
    failures: list[Failure] = field(default_factory=list)
    skipped: dict[str, int] = field(default_factory=dict)
    readings: dict[str, str] = field(default_factory=dict)
    segments: list[dict[str, Any]] = field(default_factory=list)
    vectors: dict[str, Any] | None = None
    files: dict[str, Seal] = field(default_factory=dict)
    format: int = FORMAT
    aliqa: str = __version__

    @property
    def info(self) -> IndexInfo:
        """The part of it that answers carry."""
        newest = date.fromisoformat(self.newest_published) if self.newest_published else None
        built_at = datetime.fromisoformat(self.built_at)
        return IndexInfo(self.version, built_at, self.articles, self.passages, newest)


class Catalog:
    """The versions in an index folder."""

    def __init__(self, folder: Path) -> None:
        """``folder`` need not exist before the first build."""
        self._folder = folder

    def current(self) -> Path:
        """The folder of the published version. Raises IndexMissing or IndexDamaged."""
        [version, *_] = named = self._named()
        while version not in self.versions():
            if self._named() == named:
                raise IndexDamaged(self._folder / version, f"its folder is gone, although {_POINTER} names it")
            [version, *_] = named = self._named()  # newer ones were published, and this one was removed
        return self._folder / version

    def versions(self) -> list[str]:
        """The names of all whole versions, oldest first, whether they were published or not."""
        found = (entry.parent.name for entry in self._folder.glob(f"[!.]*/{MANIFEST}"))
        return sorted(filter(_VERSION.fullmatch, found), key=_number)

    def _named(self) -> list[str]:
        """The published version and, if there is one, the version published before it."""
        try:
            named = (self._folder / _POINTER).read_text(encoding="utf-8").split()
        except (FileNotFoundError, NotADirectoryError):
            raise IndexMissing(self._folder) from None
        except (OSError, ValueError) as error:
            raise IndexDamaged(self._folder / _POINTER, "it cannot be read") from error
        if not named:
            raise IndexDamaged(self._folder / _POINTER, "it names no version")
        return named

    def earlier(self) -> Path | None:
        """The folder of the version before the published one, to which `rollback` goes; None if there is none."""
        [_, *before] = self._named()
        return self._folder / before[0] if before else None

    def stamp(self) -> tuple[int, int] | None:
        """Changes whenever another version is published; None if none is. Costs next to nothing."""
        try:
            state = (self._folder / _POINTER).stat()
        except OSError:
            return None
        return state.st_ino, state.st_mtime_ns

    @contextmanager
    def building(self, wait: float = 0) -> Iterator[Path]:
        """An empty folder to build the next version in, while no other process can.

        Another process gets ``wait`` seconds to finish. What is left in the folder when the block ends is
        removed. Raises IndexBusy or IndexUnwritable.
        """
        workshop = self._folder / f"{_BUILDING}{os.getpid()}"
        with self._locked(wait):
            try:
                with translated(self._folder):
                    for prefix in (_BUILDING, _REMOVED):
                        for abandoned in self._folder.glob(f"{prefix}*"):
                            shutil.rmtree(abandoned)
                    workshop.mkdir()
                yield workshop
            finally:
                shutil.rmtree(workshop, ignore_errors=True)

    def seal(self, workshop: Path, fields: dict[str, Any]) -> Manifest:
        """Force all that was built in ``workshop`` to the disk, under the next version's manifest.

        Files that are links to those of the published version were forced and summed up with that.

        Args:
            workshop: the folder that `building` gave.
            fields: the fields of `Manifest` that the builder knows.
        """
        now = datetime.now(UTC).replace(microsecond=0)
        number = 1 + max(map(_number, self.versions()), default=0)
        name = f"{number:06d}-{now:%Y%m%dT%H%M%SZ}"
        with translated(self._folder):
            manifest = Manifest(version=name, built_at=now.isoformat(), files=_seal(workshop, self._sealed()), **fields)
            sealed = asdict(manifest) | {_SEAL: _digest(asdict(manifest))}
            write_synced(workshop / MANIFEST, json.dumps(sealed, ensure_ascii=False, indent=1))
            sync(workshop)
        return manifest

    def publish(self, workshop: Path, manifest: Manifest) -> Manifest:
        """Make the sealed version in ``workshop`` the published one."""
        try:
            before = self._named()[:1]
        except IndexError_:
            before = []
        named = [manifest.version, *before]
        with translated(self._folder):
            self._name(named)  # before the rename, so that a disk that is full now leaves nothing behind
            workshop.rename(self._folder / manifest.version)
            sync(self._folder)
            self._switch()
        self._prune(named)
        return manifest

    def _sealed(self) -> dict[tuple[int, int], Seal]:
        """The files of the published version, by what their links have in common; none if it cannot be read."""
        try:
            folder = self.current()
            files = _fields(folder).files
            states = {name: os.stat(folder / name) for name in files}
        except (OSError, IndexError_):
            return {}
        return {_inode(state): files[name] for name, state in states.items() if _unwritten(state, files[name])}

    def rollback(self) -> Manifest:
        """Publish the version before the published one again; the two change places.

        Raises:
            NoEarlierVersion: there is none.
            IndexMissing, IndexDamaged, IndexIncompatible, IndexBusy, IndexUnwritable: nothing was changed.
        """
        with self._locked():
            published, *earlier = self._named()
            if not earlier:
                raise NoEarlierVersion(self._folder)
            manifest = read_manifest(self._folder / earlier[0])
            with translated(self._folder):
                self._name([earlier[0], published])
                self._switch()
        return manifest

    @contextmanager
    def _locked(self, wait: float = 0) -> Iterator[None]:
        """While no other process changes the catalog. Raises IndexBusy or IndexUnwritable."""
        lock = FileLock(self._folder / ".lock")
        with translated(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            try:
                lock.acquire(timeout=wait)
            except Timeout:
                raise IndexBusy(self._folder) from None
        try:
            yield
        finally:
            lock.release()

    def _name(self, versions: Sequence[str]) -> None:
        """Write what `_switch` is to put in place."""
        write_synced(self._folder / f".{_POINTER}", "".join(f"{version}\n" for version in versions))

    def _switch(self) -> None:
        """The one step that publishes: before it readers find the old version, after it the new one."""
        os.replace(self._folder / f".{_POINTER}", self._folder / _POINTER)
        sync(self._folder)

    def _prune(self, kept: Sequence[str]) -> None:
        """Remove all other versions but those that some process still reads.

        Each is first moved out of sight: a version that can be seen is whole.
        """
        for version in self.versions():
            removed = self._folder / f"{_REMOVED}{version}"
            with suppress(OSError):
                if version not in kept and not _is_held(self._folder / version):
                    (self._folder / version).rename(removed)
                    shutil.rmtree(removed, ignore_errors=True)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a version, after a check that its files are whole.

    Of large files size and time are checked, of others every byte. What this process has read before is not read
    again, as long as its size and time are the same.

    Raises:
        IndexDamaged: a file is missing, short, or altered.
        IndexIncompatible: another release of aliqa wrote it.
    """
    manifest = _fields(folder)
    try:
        states = {name: os.stat(folder / name) for name in manifest.files}
        doubted = [
            name for name, seal in manifest.files.items() if seal[0] < _LARGE or not _unwritten(states[name], seal)
        ]
        found = _sums([folder / name for name in doubted])
    except OSError as error:
        raise IndexDamaged(folder, f"{Path(error.filename or folder).name} cannot be read") from None
    for name, digest in zip(doubted, found, strict=True):
        if digest != manifest.files[name][:2]:
            raise IndexDamaged(folder, f"{name} is not what was written")
    return manifest


def _fields(folder: Path) -> Manifest:
    """What the manifest of a version says. Raises IndexDamaged or IndexIncompatible.

    A manifest holds its own checksum, but those of earlier releases; a version that was moved or copied into the place
    of another one has the wrong name.
    """
    try:
        fields = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        seal = fields.pop(_SEAL, None)
        if seal is not None and seal != _digest(fields):
            raise IndexDamaged(folder, f"its {MANIFEST} is not what was written")
        found = fields["format"]
        if found != FORMAT:
            raise IndexIncompatible(folder, "format", found, FORMAT)
        if _VERSION.fullmatch(folder.name) and fields["version"] != folder.name:
            raise IndexDamaged(folder, f"it holds the files of version {fields['version']}")
        fields["failures"] = [Failure(**failure) for failure in fields["failures"]]
        fields["files"] = {name: tuple(seal) for name, seal in fields["files"].items()}
        return Manifest(**fields)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexDamaged(folder, f"its {MANIFEST} cannot be read") from error


def _digest(fields: dict[str, Any]) -> str:
    """The checksum of what a manifest says, however it is laid out."""
    written = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()


def hold(folder: Path) -> int:
    """Keep a version from being removed until the descriptor that comes back is closed.

    It dies with the process, too. Raises OSError if there is no such version.
    """
    descriptor = os.open(folder / MANIFEST, os.O_RDONLY)
    with suppress(
        OSError, LockException
    ):  # no locks here: then what is open stays readable, as on any POSIX file system
        lock(descriptor, LOCK_SH)
    return descriptor


def _is_held(folder: Path) -> bool:
    """Whether a process, this one included, holds a version."""
    descriptor = os.open(folder / MANIFEST, os.O_RDWR)
    try:
        lock(descriptor, LOCK_EX | LOCK_NB)
    except AlreadyLocked:
        return True
    finally:
        os.close(descriptor)
    return False


def _number(version: str) -> int:
    return int(version.split("-")[0])


def _seal(folder: Path, sealed: dict[tuple[int, int], Seal]) -> dict[str, Seal]:
    """Force every file to the disk that was not ``sealed`` already; their seals by relative path."""
    paths = [path for path in sorted(folder.rglob("*")) if not path.name.endswith(".lock")]
    states = {path: os.stat(path) for path in paths}
    new = [path for path in paths if _inode(states[path]) not in sealed]
    for path in new:
        sync(path)
    files = [path for path in new if path.is_file()]
    sums = dict(zip(files, _sums(files), strict=True))
    made = {
        path: (*sums[path], states[path].st_mtime_ns) if path in sums else sealed.get(_inode(states[path]))
        for path in paths
    }
    return {path.relative_to(folder).as_posix(): seal for path, seal in made.items() if seal}


def _inode(state: os.stat_result) -> tuple[int, int]:
    return state.st_dev, state.st_ino


def _unwritten(state: os.stat_result, seal: Seal) -> bool:
    """Whether a file still has the size and time that it was sealed with."""
    return (state.st_size, state.st_mtime_ns) == (seal[0], seal[2])


_known: Final[dict[tuple[int, ...], int]] = {}
"""The checksums of files that this process has read, by what changes with them."""


def _sums(paths: Sequence[Path]) -> list[tuple[int, int]]:
    """The size and CRC-32 of each file, several at a time. Raises OSError."""
    with ThreadPoolExecutor(_READERS) as readers:
        return list(readers.map(_sum, paths))


def _sum(path: Path) -> tuple[int, int]:
    total = checksum = 0
    with open(path, "rb", buffering=0) as file:
        state, now = os.fstat(file.fileno()), time.time_ns()
        identity = (state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns)
        if identity in _known:
            return state.st_size, _known[identity]
        chunk = memoryview(bytearray(_CHUNK))
        while size := file.readinto(chunk):
            total, checksum = total + size, zlib.crc32(chunk[:size], checksum)
    if total == state.st_size and now - state.st_mtime_ns > _REST:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        _known[identity] = checksum
    return total, checksum

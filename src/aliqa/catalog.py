"""Which index versions there are, which one is published, and how a new one takes its place.

``index/<version>/`` holds everything of one version; ``index/CURRENT`` names the published one. A
version is built in a folder of its own beside the others, written out to the disk, renamed into
place whole, and published by replacing ``CURRENT``, which is atomic: whatever happens in between,
the last published version still stands. One process builds at a time, by a lock that dies with it.
"""

import json
import os
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from aliqa.errors import IndexBusy, IndexDamaged, IndexIncompatible, IndexMissing, IndexUnwritable
from aliqa.types import Failure, IndexInfo

FORMAT: Final = 1
_MANIFEST: Final = "manifest.json"
_POINTER: Final = "CURRENT"
_BUILDING: Final = ".building-"
_KEPT_VERSIONS: Final = 2
_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index version is made of.

    ``embedding`` and ``chunking`` are the fingerprints of what made it, ``next_key`` the key that
    the next new article will get, ``files`` the size and CRC-32 of every file by its relative path.
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
    files: dict[str, tuple[int, int]] = field(default_factory=dict)
    format: int = FORMAT

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
        try:
            version = (self._folder / _POINTER).read_text(encoding="utf-8").strip()
        except (FileNotFoundError, NotADirectoryError):
            raise IndexMissing(self._folder) from None
        except OSError as error:
            raise IndexDamaged(self._folder / _POINTER, error.strerror or "it cannot be read") from error
        folder = self._folder / version
        if version not in self.versions():
            raise IndexDamaged(folder, f"its folder is gone, although {_POINTER} names it")
        return folder

    def versions(self) -> list[str]:
        """The names of all whole versions, oldest first."""
        return sorted(entry.parent.name for entry in self._folder.glob(f"[!.]*/{_MANIFEST}"))

    @contextmanager
    def building(self) -> Iterator[Path]:
        """An empty folder to build the next version in, while no other process can.

        What is left in it when the block ends is removed. Raises IndexBusy or IndexUnwritable.
        """
        workshop = self._folder / f"{_BUILDING}{os.getpid()}"
        lock = FileLock(self._folder / ".lock")
        with translated(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            try:
                lock.acquire(timeout=0)
            except Timeout:
                raise IndexBusy(self._folder) from None
        try:
            with translated(self._folder):
                for abandoned in self._folder.glob(f"{_BUILDING}*"):
                    shutil.rmtree(abandoned)
                workshop.mkdir()
            yield workshop
        finally:
            shutil.rmtree(workshop, ignore_errors=True)
            lock.release()

    def seal(self, workshop: Path, fields: dict[str, Any]) -> Manifest:
        """Force all that was built in ``workshop`` to the disk, under the next version's manifest.

        Args:
            workshop: the folder that `building` gave.
            fields: the fields of `Manifest` that the builder knows.
        """
        now = datetime.now(UTC).replace(microsecond=0)
        number = 1 + max((int(version.split("-")[0]) for version in self.versions()), default=0)
        name = f"{number:06d}-{now:%Y%m%dT%H%M%SZ}"
        with translated(self._folder):
            manifest = Manifest(version=name, built_at=now.isoformat(), files=_seal(workshop), **fields)
            _write_synced(workshop / _MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=1))
            _sync(workshop)
        return manifest

    def publish(self, workshop: Path, manifest: Manifest) -> Manifest:
        """Make the sealed version in ``workshop`` the published one."""
        with translated(self._folder):
            workshop.rename(self._folder / manifest.version)
            _sync(self._folder)
            _write_synced(self._folder / f".{_POINTER}", manifest.version + "\n")
            os.replace(self._folder / f".{_POINTER}", self._folder / _POINTER)
            _sync(self._folder)
        self._prune(manifest.version)
        return manifest

    def _prune(self, published: str) -> None:
        """Remove all but the published version and the one before it."""
        older = [version for version in self.versions() if version != published]
        for version in older[: 1 - _KEPT_VERSIONS]:
            shutil.rmtree(self._folder / version, ignore_errors=True)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a version, after a check that its files are whole.

    Raises:
        IndexDamaged: a file is missing, short, or altered.
        IndexIncompatible: another release of aliqa wrote it.
    """
    try:
        fields = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        found = fields["format"]
        if found != FORMAT:
            raise IndexIncompatible(folder, "format", found, FORMAT)
        fields["failures"] = [Failure(**failure) for failure in fields["failures"]]
        fields["files"] = {name: (size, checksum) for name, (size, checksum) in fields["files"].items()}
        manifest = Manifest(**fields)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexDamaged(folder, f"its {_MANIFEST} cannot be read") from error
    for name, (size, checksum) in manifest.files.items():
        try:
            whole = (folder / name).stat().st_size == size and _crc32(folder / name) == checksum
        except OSError:
            raise IndexDamaged(folder, f"{name} cannot be read") from None
        if not whole:
            raise IndexDamaged(folder, f"{name} is not what was written")
    return manifest


@contextmanager
def translated(folder: Path) -> Iterator[None]:
    """Turn an operating system's refusal to write into IndexUnwritable."""
    try:
        yield
    except OSError as error:
        raise IndexUnwritable(folder, error.strerror or type(error).__name__) from error


def _seal(folder: Path) -> dict[str, tuple[int, int]]:
    """Force every file to the disk; their sizes and checksums by relative path."""
    sealed = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.endswith(".lock"):
            _sync(path)
            sealed[path.relative_to(folder).as_posix()] = (path.stat().st_size, _crc32(path))
        elif path.is_dir():
            _sync(path)
    return sealed


def _crc32(path: Path) -> int:
    checksum = 0
    with open(path, "rb") as file:
        while chunk := file.read(_CHUNK):
            checksum = zlib.crc32(chunk, checksum)
    return checksum


def _write_synced(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    _sync(path)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""Everything that cannot be built again in one tar file, and the way back; each file is checked by its hash.

The archive holds ``manifest.json`` first, then the folder of articles under ``corpus/`` (with the hidden notes of where
files were fetched from) and what is kept beside the index under ``kept/``. The index is not in it: it is built again.
"""

import hashlib
import io
import os
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Final

from pydantic import TypeAdapter, ValidationError

from aliqa import __version__
from aliqa.articles.durable import sync
from aliqa.articles.notes import Notes
from aliqa.foundations.errors import ArchiveDamaged, BackupFailed
from aliqa.foundations.settings import Settings

MANIFEST: Final = "manifest.json"
NOTES: Final = "notes.yaml"
"""The tags and notes beside the folder of articles, by another name there."""
KEPT: Final = ("keys.json", "watchlist.json", "feedback.jsonl", "aliases.txt", "feeds.db", "alerts.db")
"""What users leave beside the index; databases are copied as SQLite copies them, whole."""

_FORMAT: Final = 1
_LONGEST: Final = 100_000_000
"""Bytes of a manifest."""
_BLOCK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Filed:
    """A file of an archive: its name there, its size in bytes and its hash."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive holds."""

    made_at: datetime
    aliqa: str
    files: tuple[Filed, ...]
    format: int = _FORMAT


_MANIFEST: Final = TypeAdapter(Manifest)


def export(settings: Settings, archive: Path) -> Manifest:
    """Write an archive, which only its owner can read, for it holds the hashes of keys; then read it once more.

    Raises:
        BackupFailed: it is there already, or something cannot be read or written; no archive is left.
    """
    if archive.exists():
        raise BackupFailed(archive, "it is there already; choose another name")
    partial = archive.with_name(f".{archive.name}.part")
    try:
        with tempfile.TemporaryDirectory() as name:
            found = [*_articles(settings.corpus_dir), *_kept(settings, Path(name))]
            _write(partial, found)
        manifest = verify(partial)
        os.link(partial, archive)
        sync(archive.absolute().parent)
    except (OSError, sqlite3.Error, ArchiveDamaged) as error:
        raise BackupFailed(archive, str(error)) from error
    finally:
        partial.unlink(missing_ok=True)
    return manifest


def verify(archive: Path) -> Manifest:
    """What an archive holds, every file of it read and compared. Raises ArchiveDamaged; nothing is written."""
    with _opened(archive) as tar:
        manifest = _manifest(archive, tar)
        for filed, stream in _members(archive, tar, manifest):
            _copy(archive, filed, stream, None)
    return manifest


def restore(settings: Settings, archive: Path) -> Manifest:
    """Put everything back, once all of it was found to be whole; nothing that is there is overwritten.

    Raises:
        ArchiveDamaged: the archive is not what it was; nothing was written.
        BackupFailed: a file is there already, or cannot be written; what was written before is taken away again.
    """
    manifest = verify(archive)
    targets = {filed.name: _target(settings, filed.name) for filed in manifest.files}
    for path in targets.values():
        if os.path.lexists(path):
            raise BackupFailed(path, "it is there already; import into other folders, or move it away")
    written: list[Path] = []
    try:
        with _opened(archive) as tar:
            _manifest(archive, tar)
            for filed, stream in _members(archive, tar, manifest):
                _place(archive, filed, stream, targets[filed.name], written)
    except (OSError, ArchiveDamaged) as error:
        for path in written:
            path.unlink(missing_ok=True)
        raise BackupFailed(archive, str(error)) from error
    return manifest


def _articles(corpus: Path) -> Iterator[tuple[str, Path]]:
    """All files of the folder of articles; links are left out, and what is being written."""
    for folder, _, names in os.walk(corpus):
        for name in sorted(names):
            path = Path(folder, name)
            if path.is_file() and not path.is_symlink() and not name.endswith(".part"):
                yield str(PurePosixPath("corpus", *path.relative_to(corpus).parts)), path


def _kept(settings: Settings, copies: Path) -> Iterator[tuple[str, Path]]:
    """What is kept beside the index; of a database a copy that no writer changes."""
    for name in (*KEPT, NOTES):
        path = _target(settings, f"kept/{name}")
        if not path.is_file():
            continue
        if path.suffix == ".db":
            with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copies / name)) as copy:
                source.backup(copy)
            path = copies / name
        yield f"kept/{name}", path


def _write(archive: Path, found: list[tuple[str, Path]]) -> None:
    """The archive, forced to the disk. A file that changes meanwhile is found by whoever reads the archive."""
    files = tuple(Filed(name, path.stat().st_size, _hash(path)) for name, path in found)
    manifest = _MANIFEST.dump_json(Manifest(datetime.now(UTC).replace(microsecond=0), __version__, files), indent=1)
    with open(os.open(archive, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
            tar.addfile(_info(MANIFEST, len(manifest)), io.BytesIO(manifest))
            for filed, (_, path) in zip(files, found, strict=True):
                with open(path, "rb") as content:
                    tar.addfile(_info(filed.name, filed.bytes), content)
        file.flush()
        os.fsync(file.fileno())


def _info(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info


def _hash(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _opened(archive: Path) -> tarfile.TarFile:
    try:
        return tarfile.open(archive, "r:")  # the caller closes it
    except (OSError, tarfile.TarError) as error:
        raise ArchiveDamaged(archive, str(error)) from error


def _manifest(archive: Path, tar: tarfile.TarFile) -> Manifest:
    """The first file of an archive, as far as it can be believed. Raises ArchiveDamaged."""
    try:
        first = tar.next()
        stream = tar.extractfile(first) if first and first.name == MANIFEST and first.size <= _LONGEST else None
        manifest = _MANIFEST.validate_json(stream.read()) if stream else None
    except (tarfile.TarError, ValidationError, OSError) as error:
        raise ArchiveDamaged(archive, "its manifest cannot be read") from error
    if manifest is None or manifest.format != _FORMAT:
        raise ArchiveDamaged(archive, "it does not begin with a manifest that this release reads")
    names = [filed.name for filed in manifest.files]
    if len({name.casefold() for name in names}) != len(names) or not all(map(_is_safe, names)):
        raise ArchiveDamaged(archive, "its manifest names a file twice, or one that leads elsewhere")
    return manifest


def _is_safe(name: str) -> bool:
    """Whether a name leads into one of the two folders and nowhere else."""
    first, *rest = name.split("/")
    if first == "kept":
        return len(rest) == 1 and rest[0] in (*KEPT, NOTES)
    plain = all(part not in ("", ".", "..") and "\\" not in part and "\0" not in part for part in rest)
    return first == "corpus" and bool(rest) and plain


def _members(archive: Path, tar: tarfile.TarFile, manifest: Manifest) -> Iterator[tuple[Filed, IO[bytes]]]:
    """The files behind the manifest: those that it names, in its order, and nothing else. Raises ArchiveDamaged."""
    try:
        for filed in manifest.files:
            member = tar.next()
            stream = tar.extractfile(member) if member and member.isreg() and member.name == filed.name else None
            if stream is None:
                raise ArchiveDamaged(archive, f"{filed.name} is not where it should be")
            yield filed, stream
        if tar.next() is not None:
            raise ArchiveDamaged(archive, "it holds files that its manifest does not name")
    except (tarfile.TarError, OSError) as error:
        raise ArchiveDamaged(archive, str(error)) from error


def _copy(archive: Path, filed: Filed, stream: IO[bytes], to: IO[bytes] | None) -> None:
    """Read a file of the archive, and write it if there is where to. Raises ArchiveDamaged."""
    digest, size = hashlib.sha256(), 0
    while block := _block(archive, stream):
        digest.update(block)
        size += len(block)
        if to:
            to.write(block)
    if (size, digest.hexdigest()) != (filed.bytes, filed.sha256):
        raise ArchiveDamaged(archive, f"{filed.name} is not what it was")


def _block(archive: Path, stream: IO[bytes]) -> bytes:
    try:
        return stream.read(_BLOCK)
    except (tarfile.TarError, OSError) as error:
        raise ArchiveDamaged(archive, str(error)) from error


def _target(settings: Settings, name: str) -> Path:
    folder, _, rest = name.partition("/")
    if name == f"kept/{NOTES}":
        return Notes(settings.corpus_dir).path
    return (settings.corpus_dir if folder == "corpus" else settings.index_dir) / rest


def _place(archive: Path, filed: Filed, stream: IO[bytes], path: Path, written: list[Path]) -> None:
    """Write a file of the archive where none is. Raises OSError, ArchiveDamaged."""
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = 0o600 if filed.name.startswith("kept/") else 0o666
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        written.append(path)
        _copy(archive, filed, stream, file)
        file.flush()
        os.fsync(file.fileno())
    sync(path.parent)

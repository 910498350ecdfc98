"""Files of the corpus as bytes: read once, refused when they are too large, cut where they hold several articles."""

import hashlib
import os
import re
import stat
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from aliqa.articles.loading.apart import shared
from aliqa.articles.loading.formats import SPLITTERS, TRUSTED, reader_of, split
from aliqa.articles.loading.origin import read_origin
from aliqa.foundations.errors import ArticleUnreadable

MAX_BYTES: Final = 50 * 1024 * 1024
"""Larger files are refused: no article is that long, and a build must not run out of memory."""

FileState = tuple[int, int, int, int]
"""The inode of a file, its size in bytes, and when it and its inode were last changed, in nanoseconds."""

REST: Final = 2.0
"""Seconds; no file system's clock is coarser."""

_UNKNOWN = "\ufffd"
_NUMBER = re.compile(r"#\d+\Z")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """The bytes that hold one article, read once, and their hash: a file, or a part of one as a line of ``.jsonl``.

    ``url`` is the address that the file was fetched from, if it was.
    """

    doc_id: str
    data: bytes
    sha256: str
    url: str | None = None

    @property
    def suffix(self) -> str:
        """The format, lower case: ``.txt``."""
        return suffix_of(file_of(self.doc_id))


def file_of(doc_id: str) -> str:
    """The path, inside the corpus, of the file that holds an article.

    >>> file_of("export/2025.jsonl#17"), file_of("mill #2.txt")
    ('export/2025.jsonl', 'mill #2.txt')
    """
    whole = _NUMBER.sub("", doc_id) if "#" in doc_id else doc_id
    return whole if suffix_of(whole) in SPLITTERS else doc_id


def file_state(path: str) -> FileState | None:
    """What tells, without reading a file, that it is still what it was; None if nothing does.

    Take it before the file is read. A file that was changed within the last two seconds has none: it could
    be changed once more without a trace. (Git's index does the same with files that it calls racily clean.)
    """
    return _state(path, _latest(REST))


def file_states(folder: Path, names: Sequence[str], rest: float = REST) -> list[FileState | None]:
    """The `file_state` of each of these files in a folder. Those changed less than ``rest`` seconds ago have none."""
    root, latest = os.path.join(folder, ""), _latest(rest)
    return [_state(root + name, latest) for name in names]


def _latest(rest: float) -> int:
    return time.time_ns() - int(rest * 1e9)


def _state(path: str, latest: int) -> FileState | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    if not stat.S_ISREG(found.st_mode) or found.st_mtime_ns > latest or found.st_ctime_ns > latest:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def suffix_of(name: str) -> str:
    """The suffix of a file's name, lower case."""
    return os.path.splitext(name)[1].lower()


def read_files(path: Path, doc_id: str) -> list[SourceFile]:
    """The articles in the file ``path``, still as bytes; the file is known as ``doc_id``.

    Of a file that holds several, as a ``.jsonl`` file does, each is known as ``doc_id#1`` and so on, by the number
    of its line or its place. Any other file is one article.

    Raises:
        ArticleUnreadable: it cannot be read now; what it holds is not known.
        ArticleError: its name has no suffix that aliqa reads.
    """
    reader_of(suffix_of(doc_id))
    [first, *more] = cut(read_bytes(path, doc_id), doc_id)
    url = read_origin(path, first.sha256)
    return [replace(first, url=url) if url else first, *more]


def cut(data: bytes, doc_id: str) -> list[SourceFile]:
    """The articles, one or more, in the bytes of the file ``doc_id``. Raises ArticleError if it takes too long."""
    suffix = suffix_of(doc_id)
    if suffix not in SPLITTERS:
        parts = []
    elif suffix in TRUSTED:
        parts = split(suffix, data)
    else:
        parts = shared.call(f"{split.__module__}:{split.__name__}", suffix, data)
    if parts:
        return [SourceFile(f"{doc_id}#{number}", part, _hash(part)) for number, part in parts]
    return [SourceFile(doc_id, data, _hash(data))]


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _open(path: str, flags: int) -> int:
    """Open without waiting, if a pipe has taken the file's place meanwhile."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def read_bytes(path: Path, doc_id: str) -> bytes:
    """The bytes of a file that may be an article. Raises ArticleUnreadable."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise ArticleUnreadable("It is a folder or a device, not a file. Move it out of the corpus.")
        with open(path, "rb", opener=_open) as file:
            before = os.fstat(file.fileno())
            if before.st_size > MAX_BYTES:
                raise ArticleUnreadable(f"It is larger than {MAX_BYTES // 1024**2} MB. Split it into several articles.")
            data = file.read(before.st_size + 1)
            after = os.fstat(file.fileno())
        if len(data) != before.st_size or (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise ArticleUnreadable("It was being written while it was read. Run again.")
        return data
    except PermissionError as error:
        raise ArticleUnreadable("It may not be read. Give the user who runs aliqa permission to read it.") from error
    except FileNotFoundError as error:
        if _UNKNOWN in doc_id:
            raise ArticleUnreadable("Its name is not UTF-8. Rename it.") from error
        raise ArticleUnreadable("It vanished while it was being read. Run again.") from error
    except OSError as error:
        raise ArticleUnreadable(f"It cannot be read ({error.strerror}). Check the disk and run again.") from error

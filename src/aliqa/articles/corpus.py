"""Puts articles into the folder of articles and takes them out again, one whole file at a time.

A name that leads out of the folder, or to what `loading` would never list, is refused.
"""

import os
import re
import unicodedata
import uuid
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Final

from aliqa.articles.durable import sync, translated, write_synced
from aliqa.articles.loading import MAX_BYTES, SUFFIXES, file_of, looks_like
from aliqa.foundations.errors import (
    ArticleNotDeletable,
    ArticleNotFound,
    ContentMismatch,
    CorpusMissing,
    CorpusUnwritable,
    FileTooLarge,
    FormatUnknown,
    InvalidRequest,
)
from aliqa.foundations.settings import CORPUS_NOTE, remembered_corpus

_LONGEST_NAME: Final = 1000
_LONGEST_PART: Final = 200
"""UTF-8 bytes; file systems take 255, and the temporary name is longer."""

_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffd\ud800-\udfff\\\\]")
"""Control characters, those that turn the direction of a line, halves of surrogate pairs, and the backslash."""


def accepted(name: str, size: int) -> str:
    """The ``doc_id`` that an uploaded file gets: its name in Unicode's composed form, runs of blanks as one.

    >>> accepted(" news/Kaffee  in Ko\u0308ln.txt", 5)
    'news/Kaffee in Köln.txt'

    Args:
        name: a file name, or a path inside the corpus, ``/``-separated.
        size: how many bytes the file has.

    Raises:
        InvalidRequest: the name is hidden, absolute, too long, leads out of the corpus or is none.
        FormatUnknown: files of its suffix cannot be read.
        FileTooLarge: an article may not be that large.
    """
    if fault := _fault(name):
        raise InvalidRequest("name", fault)
    doc_id = " ".join(unicodedata.normalize("NFC", name).split())
    if fault := _fault(doc_id):
        raise InvalidRequest("name", fault)
    if PurePosixPath(doc_id).suffix.lower() not in SUFFIXES:
        raise FormatUnknown(doc_id, SUFFIXES)
    if size > MAX_BYTES:
        raise FileTooLarge(doc_id, MAX_BYTES)
    return doc_id


def check_content(doc_id: str, data: bytes) -> None:
    """Raise ContentMismatch if a file holds something else than its name says."""
    if not looks_like(PurePosixPath(doc_id).suffix.lower(), data):
        raise ContentMismatch(doc_id)


def put(corpus: Path, doc_id: str, data: bytes) -> None:
    """Write a file that `accepted` has named, in one step: readers find the old file or the new one, whole.

    Raises:
        CorpusMissing: there is no such folder.
        InvalidRequest: the name leads out of the corpus, or through or to what is no file.
        CorpusUnwritable: the disk is full, or writing is not allowed.
    """
    if not corpus.is_dir():
        raise CorpusMissing(corpus)
    path = corpus / doc_id
    temporary = path.with_name(f".{uuid.uuid4().hex}.part")
    try:
        _make_folder(corpus, path.parent)
        with open(temporary, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
        sync(path.parent)
    except (IsADirectoryError, NotADirectoryError, FileExistsError) as error:
        raise InvalidRequest("name", f"a folder or a file stands in the way of {doc_id!r}; choose another") from error
    except OSError as error:
        raise CorpusUnwritable(corpus, error.strerror or type(error).__name__) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def find(corpus: Path, doc_id: str) -> Path:
    """The file of an article: a regular file inside the corpus. Raises ArticleNotFound."""
    if _fault(doc_id):
        raise ArticleNotFound(doc_id)
    path = corpus / doc_id
    try:
        root = corpus.resolve(strict=True)
        places = path.resolve(strict=True), path.parent.resolve(strict=True)
        if places[0].is_file() and all(place.is_relative_to(root) for place in places):
            return path
    except (OSError, RuntimeError):  # resolve raises RuntimeError for a loop of links
        pass
    raise ArticleNotFound(doc_id)


def remove(corpus: Path, doc_id: str) -> None:
    """Delete the file of an article; of a link, the link alone.

    Raises:
        ArticleNotFound: there is no such file.
        ArticleNotDeletable: it is an article among others in one file.
        CorpusUnwritable: deleting is not allowed.
    """
    try:
        path = find(corpus, doc_id)
    except ArticleNotFound:
        whole = file_of(doc_id)
        if whole != doc_id:
            find(corpus, whole)
            raise ArticleNotDeletable(
                doc_id, f"it is one of the articles in {whole!r}; edit that file, or delete it whole"
            ) from None
        raise
    try:
        path.unlink()
        sync(path.parent)
    except OSError as error:
        raise CorpusUnwritable(corpus, error.strerror or type(error).__name__) from error


def _fault(name: str) -> str | None:
    """What is wrong with the name of an article, if anything."""
    parts = name.strip().split("/")
    if not name.strip():
        return "it is empty; give the file a name"
    if _CONTROL.search(name):
        return "it holds control characters or a backslash; rename the file"
    if any(part.strip() in ("", ".", "..") for part in parts):
        return "it is absolute or leads out of the corpus; use a path inside it"
    if any(part.strip().startswith(".") for part in parts):
        return "it is hidden: a part of it begins with a dot; rename the file"
    if len(name) > _LONGEST_NAME or any(len(part.encode()) > _LONGEST_PART for part in parts):
        return "it is too long; shorten it"
    return None


def _make_folder(corpus: Path, folder: Path) -> None:
    """Make a folder inside the corpus, unless a link on the way leads out of it."""
    there = folder
    while not there.exists():
        there = there.parent
    if not there.resolve().is_relative_to(corpus.resolve()):
        raise InvalidRequest("name", "it leads out of the corpus; use a path inside it")
    folder.mkdir(parents=True, exist_ok=True)


def remember(corpus: Path, index: Path) -> None:
    """Note in an index folder which articles it was made of, so that who opens it need not say; see `settings.load`.

    A folder beside that of the index is noted by where it is from there: the two may move together. Where there is no
    index folder, as with a database, nothing is noted.
    """
    if not index.is_dir():
        return
    corpus, index = Path(os.path.abspath(corpus)), Path(os.path.abspath(index))
    beside = corpus.is_relative_to(index.parent) and index.parent != Path(index.anchor)
    noted = os.path.relpath(corpus, index) if beside else str(corpus)
    note = index / CORPUS_NOTE
    with translated(index), suppress(ValueError):  # a name that is no Unicode cannot be noted
        if remembered_corpus(index) != corpus:
            write_synced(note.with_name(f".{CORPUS_NOTE}"), f"{noted}\n")
            os.replace(note.with_name(f".{CORPUS_NOTE}"), note)

"""Puts files and pages that the user names into the corpus.

A file is copied in one step, under its own name or the next free one, and only if an article can be made
of it. Nothing is overwritten, and what the corpus already holds is not copied again.
"""

import hashlib
import os
import re
import uuid
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path, PurePosixPath
from typing import Final

from aliqa.articles.corpus import accepted
from aliqa.articles.fetching import Fetched, fetch, is_address
from aliqa.articles.loading import cut, list_articles, note_origin, parse_article, read_bytes
from aliqa.foundations.errors import AliqaError, ArticleError, CorpusUnwritable
from aliqa.foundations.types import Added, Failure

_UNWELCOME: Final = re.compile(
    '[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffd\ud800-\udfff/\\\\<>:"|?*]'
)
"""Separators, control characters, halves of characters, and what other systems do not take in a name."""
_LONGEST: Final = 120
"""UTF-8 bytes of a name before its suffix."""


def add(sources: Sequence[str], corpus: Path) -> tuple[list[Added], list[Failure]]:
    """Put files and pages into the corpus, which is made if it is not there; one bad one does not stop the others.

    Args:
        sources: paths of files, and ``http`` or ``https`` addresses.
        corpus: the folder of articles.

    Returns:
        What is in the corpus now, and which sources are not, and why.
    """
    added, failures = list[Added](), list[Failure]()
    for source in sources:
        try:
            added.append(_add(source, corpus))
        except AliqaError as error:
            failures.append(Failure(source, str(error)))
    return added, failures


def _add(source: str, corpus: Path) -> Added:
    given = fetch(source) if is_address(source) else _open(Path(source))
    wanted = accepted(welcome(given.name), len(given.data))
    _check(given.data, wanted)
    try:
        corpus.mkdir(parents=True, exist_ok=True)
        if there := _find(corpus, given.data, PurePosixPath(wanted).suffix):
            return Added(source, there, new=False)
        return Added(source, _place(corpus, wanted, given), new=True)
    except OSError as error:
        raise CorpusUnwritable(corpus, error.strerror or type(error).__name__) from error


def _open(path: Path) -> Fetched:
    """A file of the user's. Raises ArticleError."""
    if path.is_dir():
        raise ArticleError("It is a folder. Index it with: aliqa index --corpus DIR")
    if not path.exists():
        raise ArticleError("There is no such file.")
    accepted(welcome(path.name), 0)
    return Fetched(path.name, read_bytes(path, path.name), "")


def welcome(name: str) -> str:
    r"""The name as it may stand in the corpus: no separators, no control characters, not hidden, not too long.

    >>> welcome("..\\..\\\x1b[31mThe <mill>.txt"), welcome("云计算 😀.PDF")
    ('[31mThe mill.txt', '云计算 😀.PDF')
    """
    path = PurePosixPath(" ".join(_UNWELCOME.sub(" ", name).split()))
    stem = path.name.removesuffix(path.suffix).strip(". ").encode("utf-8", "ignore")[:_LONGEST]
    return f"{stem.decode('utf-8', 'ignore').strip() or 'article'}{path.suffix}"


def _check(data: bytes, doc_id: str) -> None:
    """Make sure that at least one article can be made of the bytes. Raises the first one's ArticleError."""
    refused: ArticleError | None = None
    for file in cut(data, doc_id):
        try:
            parse_article(file)
            return
        except ArticleError as error:
            refused = refused or error
    if refused:
        raise refused


def _find(corpus: Path, data: bytes, suffix: str) -> str | None:
    """The file of the corpus that holds these bytes in the same format, if there is one."""
    for doc_id in list_articles(corpus):
        path = corpus / doc_id
        try:
            if path.suffix.lower() == suffix.lower() and path.stat().st_size == len(data) and path.read_bytes() == data:
                return doc_id
        except OSError:  # it cannot be compared; then it is another one
            continue
    return None


def _place(corpus: Path, wanted: str, given: Fetched) -> str:
    """Write a file whole beside its place, then give it the first free name. Raises OSError."""
    temporary = corpus / f".{uuid.uuid4().hex}.part"
    try:
        with open(temporary, "xb") as file:
            file.write(given.data)
            file.flush()
            os.fsync(file.fileno())
        return next(name for name in names(wanted) if _named(temporary, corpus / name, given))
    finally:
        temporary.unlink(missing_ok=True)


def names(wanted: str) -> Iterator[str]:
    """``mill.txt``, ``mill-2.txt``, ``mill-3.txt``, and so on; in the folder that the name begins with."""
    path = PurePosixPath(wanted)
    yield wanted
    yield from (str(path.with_name(f"{path.stem}-{number}{path.suffix}")) for number in count(2))


def _named(temporary: Path, path: Path, given: Fetched) -> bool:
    """Give the file its name, unless another has it; where it came from is noted first."""
    if os.path.lexists(path):
        return False
    if given.url:
        note_origin(path, given.url, hashlib.sha256(given.data).hexdigest())
    try:
        os.link(temporary, path)
    except FileExistsError:
        return False
    except OSError:  # this file system knows no second names
        temporary.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return True

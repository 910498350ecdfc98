"""Which files of a folder are articles."""

import errno
import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from aliqa.articles.loading.formats import READERS
from aliqa.foundations.errors import CorpusMissing, CorpusUnreadable
from aliqa.foundations.messages import count, gettext, ngettext

_PAGES: Final = (".html", ".htm")


class Listing(NamedTuple):
    """The files of a folder by their paths inside it, sorted: the articles, and those of formats that are not read."""

    articles: list[str]
    skipped: list[str]


def list_articles(folder: Path) -> list[str]:
    """The sorted ``doc_id`` of each file of a known format in and below ``folder``. Raises as `list_folder` does."""
    return list_folder(folder).articles


def suffixes_of(names: Iterable[str]) -> dict[str, int]:
    """How many files there are of each suffix, most first.

    >>> suffixes_of(["a.psd", "b.exe", "sub/c.PSD", "Makefile"])
    {'.psd': 2, '': 1, '.exe': 1}
    """
    counts = Counter(os.path.splitext(name)[1].lower() for name in names)
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def skipped_words(skipped: Mapping[str, int]) -> str:
    """How many files are not read, for a person; empty if there are none.

    >>> skipped_words({".psd": 2, "": 1})
    '3 files skipped: .psd (2), no suffix (1)'
    """
    number = sum(skipped.values())
    kinds = ", ".join(f"{suffix or gettext('no suffix')} ({count(files)})" for suffix, files in skipped.items())
    told = ngettext("{number} file skipped: {kinds}", "{number} files skipped: {kinds}", number, kinds=kinds)
    return told if number else ""


def list_folder(folder: Path) -> Listing:
    """The files in ``folder`` and below: the articles by their ``doc_id``, and those that are no articles.

    Hidden files and folders, folders in which browsers keep the pictures of a saved page beside it, links that lead
    out of the folder, and what is neither a file nor a folder are left out. A file that several links lead to is
    listed once, by its own name if that is visible.

    Raises:
        CorpusMissing: ``folder`` is not there, or is not a folder.
        CorpusUnreadable: it, or a folder in it, cannot be listed.
    """
    try:
        if not folder.is_dir():
            raise CorpusMissing(folder)
        root = str(folder.resolve(strict=True))
    except OSError as error:
        raise CorpusUnreadable(folder, error.strerror or "it cannot be reached") from error
    walk = _Walk(root)
    for place, name in walk:
        try:
            mode, entries = _look(place)
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.ELOOP) and name:  # a link to nowhere, or gone since
                continue
            raise CorpusUnreadable(folder / name, error.strerror or "it cannot be reached") from error
        if stat.S_ISREG(mode):
            walk.take(place, name)
        elif stat.S_ISDIR(mode):
            walk.enter(place, name, entries)
    return Listing(sorted(walk.articles), sorted(walk.others))


class _Walk:
    """A walk through a folder: what was found, and what is still to be looked at, each place once.

    Names are text, not paths: there may be very many files. Links come last, so that each file goes by its own name.
    """

    def __init__(self, root: str) -> None:
        self.articles, self.others = list[str](), list[str]()
        self._inside, self._seen = os.path.join(root, ""), set[str]()
        self._waiting, self._links = [(root, "")], list[tuple[str, str]]()

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """The places and their names."""
        while self._waiting or self._links:
            place, name = self._waiting.pop() if self._waiting else self._links.pop(0)
            if place not in self._seen and (place + "/").startswith(self._inside):
                yield place, name

    def take(self, place: str, name: str) -> None:
        """Note a file."""
        self._seen.add(place)
        (self.articles if os.path.splitext(name)[1].lower() in READERS else self.others).append(
            name if name.isascii() else os.fsencode(name).decode("utf-8", "replace")
        )

    def enter(self, place: str, name: str, entries: Iterable[os.DirEntry[str]]) -> None:
        """Note the files of a folder, and what else there is in it to be looked at."""
        self._seen.add(place)
        for entry in entries:
            child, there = f"{name}/{entry.name}".lstrip("/"), entry.path
            if entry.is_symlink():
                self._links.append((os.path.realpath(there), child))
            elif not entry.is_file(follow_symlinks=False):
                self._waiting.append((there, child))
            elif there not in self._seen:  # the usual case, without another look
                self.take(there, child)


def _look(place: str) -> tuple[int, list[os.DirEntry[str]]]:
    """The mode of a file or folder, and what a folder shows, by name. Raises OSError."""
    mode = os.stat(place).st_mode
    if not stat.S_ISDIR(mode):
        return mode, []
    with os.scandir(place) as entries:
        shown = [entry for entry in entries if not entry.name.startswith(".")]
    pages = {os.path.splitext(entry.name)[0] + "_files" for entry in shown if entry.name.lower().endswith(_PAGES)}
    return mode, sorted((entry for entry in shown if entry.name not in pages), key=lambda entry: entry.name)

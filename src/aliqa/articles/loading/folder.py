"""Which files of a folder are articles."""

import errno
import os
import stat
from collections import Counter
from collections.abc import Iterable, Mapping
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
    found, others, seen = list[str](), list[str](), set[str]()  # text, not paths: there may be very many files
    waiting, links = [(root, "")], list[tuple[str, str]]()
    inside = os.path.join(root, "")
    while waiting or links:  # links come last, so that each file goes by its own name
        place, name = waiting.pop() if waiting else links.pop(0)
        if place in seen or not (place + "/").startswith(inside):
            continue
        try:
            mode, entries = _look(place)
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.ELOOP) and name:  # a link to nowhere, or gone since
                continue
            raise CorpusUnreadable(folder / name, error.strerror or "it cannot be reached") from error
        if stat.S_ISREG(mode):
            (found if _is_article(name) else others).append(_known_as(name))
        elif not stat.S_ISDIR(mode):
            continue
        seen.add(place)
        for entry in entries:
            child, there = f"{name}/{entry.name}".lstrip("/"), entry.path
            if entry.is_symlink():
                links.append((os.path.realpath(there), child))
            elif not entry.is_file(follow_symlinks=False):
                waiting.append((there, child))
            elif there not in seen:  # the usual case, without another look
                seen.add(there)
                (found if _is_article(child) else others).append(_known_as(child))
    return Listing(sorted(found), sorted(others))


def _is_article(name: str) -> bool:
    return os.path.splitext(name)[1].lower() in READERS


def _known_as(name: str) -> str:
    return name if name.isascii() else os.fsencode(name).decode("utf-8", "replace")


def _look(place: str) -> tuple[int, list[os.DirEntry[str]]]:
    """The mode of a file or folder, and what a folder shows, by name. Raises OSError."""
    mode = os.stat(place).st_mode
    if not stat.S_ISDIR(mode):
        return mode, []
    with os.scandir(place) as entries:
        shown = [entry for entry in entries if not entry.name.startswith(".")]
    pages = {os.path.splitext(entry.name)[0] + "_files" for entry in shown if entry.name.lower().endswith(_PAGES)}
    return mode, sorted((entry for entry in shown if entry.name not in pages), key=lambda entry: entry.name)

"""Which files of a folder are articles."""

import errno
import os
import stat
from pathlib import Path

from aliqa.articles.loading.formats import READERS
from aliqa.foundations.errors import CorpusMissing, CorpusUnreadable


def list_articles(folder: Path) -> list[str]:
    """The ``doc_id`` of every file in ``folder`` and below that has a known suffix, sorted.

    Hidden files and folders, links that lead out of the folder, and what is neither a file nor a
    folder are left out. A file that several links lead to is listed once, by its own name if that is visible.

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
    found, seen = list[str](), set[str]()  # text, not paths: there may be very many files
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
        if stat.S_ISREG(mode) and _is_article(name):
            found.append(_known_as(name))
        elif not stat.S_ISDIR(mode):
            continue
        seen.add(place)
        for entry in entries:
            child, there = f"{name}/{entry.name}".lstrip("/"), entry.path
            if entry.is_symlink():
                links.append((os.path.realpath(there), child))
            elif not entry.is_file(follow_symlinks=False):
                waiting.append((there, child))
            elif _is_article(child) and there not in seen:  # the usual case, without another look
                seen.add(there)
                found.append(_known_as(child))
    return sorted(found)


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
    return mode, sorted(shown, key=lambda entry: entry.name)

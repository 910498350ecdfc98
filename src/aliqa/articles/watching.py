"""Tells when the folder of articles changes, and waits until files are written to their end.

A folder that disappears is an error, never a deletion: it is watched again when it is back.
"""

import logging
import time
from collections.abc import Callable, Generator
from contextlib import closing
from pathlib import Path
from threading import Event
from typing import Final

from watchfiles import Change, watch

DEBOUNCE: Final = 0.3
"""Seconds for which nothing may happen before a change is told."""

_LONGEST_WAIT: Final = 10.0
"""Seconds after which a change is told although files still grow."""

_LOOK: Final = 1.0
"""How often, in seconds, it is checked that the folder is still there."""

logger = logging.getLogger(__name__)


def follow(folder: Path, changed: Callable[[], object], stop: Event, ignored: Path | None = None) -> None:
    """Call ``changed`` once when watching begins, and after every change, until ``stop`` is set.

    Args:
        folder: the folder of articles; it need not be there yet.
        changed: what to do; what it raises ends the watch.
        stop: ends the watch.
        ignored: a folder inside that is no part of it, as that of the index.
    """
    missed = polling = False
    while not stop.is_set():
        if folder.is_dir():
            missed = False
            polling |= not _follow_while_there(folder, changed, stop, ignored, polling=polling)
        elif not missed:
            logger.error("There is no folder %s. The index is left as it is until the folder is back.", folder)
            missed = True
        stop.wait(DEBOUNCE)


def _follow_while_there(
    folder: Path, changed: Callable[[], object], stop: Event, ignored: Path | None, *, polling: bool
) -> bool:
    """Watch a folder until it is removed or replaced, or ``stop`` is set; False if the system cannot watch it."""
    known = _identity(folder)
    told = False
    try:
        changes = _batches(folder.resolve(), stop, ignored.resolve() if ignored else None, polling=polling)
        with closing(changes) as batches:  # one that is left to be destroyed would drop an interrupt
            while (paths := next(batches, None)) is not None and known is not None and _identity(folder) == known:
                if paths or not told:
                    _settle(paths, stop)
                    changed()
                    told = True
    except _Unwatchable as error:
        logger.error("The folder %s cannot be watched (%s); it is looked at again and again instead.", folder, error)
        return False
    return True


class _Unwatchable(Exception):
    """The system refuses to watch a folder."""


def _batches(folder: Path, stop: Event, ignored: Path | None, *, polling: bool) -> Generator[set[Path]]:
    """What changed, many changes at a time; nothing once in a while."""

    def concerns(_: Change, name: str) -> bool:
        path = Path(name)
        if not path.is_relative_to(folder) or (ignored and path.is_relative_to(ignored)):
            return False
        return not any(part.startswith(".") for part in path.relative_to(folder).parts)

    changes = watch(
        folder,
        watch_filter=concerns,
        debounce=int(1000 * DEBOUNCE),
        rust_timeout=int(1000 * _LOOK),
        yield_on_timeout=True,
        stop_event=stop,
        force_polling=polling or None,
    )
    try:
        for found in changes:
            yield {Path(name) for _, name in found}
    except FileNotFoundError:  # it was removed at this moment
        return
    except (OSError, RuntimeError) as error:
        raise _Unwatchable(error) from error


def _settle(paths: set[Path], stop: Event) -> None:
    """Wait until no file grows or changes any more, but not for ever."""
    end = time.monotonic() + _LONGEST_WAIT
    before = None
    while (now := {path: _state(path) for path in paths}) != before and time.monotonic() < end:
        before = now
        if not paths or stop.wait(DEBOUNCE):
            return


def _state(path: Path) -> tuple[int, int] | None:
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_size, state.st_mtime_ns


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        state = folder.stat()
    except OSError:
        return None
    return state.st_dev, state.st_ino

"""Reads files in a process of their own, which is ended when one of them takes too long or too much memory.

A process reads many files, one after the other, and ends by itself when it is idle; the next file starts
another. What goes over its pipes are pickles between two halves of the same program.
"""

import atexit
import os
import pickle
import subprocess
import sys
from contextlib import suppress
from pkgutil import resolve_name
from threading import Lock, Timer
from typing import IO, Any, Final

from aliqa.foundations.errors import ArticleError

SECONDS: Final = 120.0
"""How long a file, or a page that is recognised, may take."""
_TOO_LONG: Final = "It takes more than {:.0f} seconds to read. Split it, or save it in another format."
_CRASH: Final = "It ends the program that reads it, or fills its memory. Save it again, or in another format."
_CHILD: Final = "aliqa.articles.loading.apart_child"


def read_frame(pipe: IO[bytes]) -> Any:
    """What the other side sent. Raises EOFError if it is gone."""
    return pickle.load(pipe)


def write_frame(pipe: IO[bytes], value: object) -> None:
    """Send a value to the other side."""
    pickle.dump(value, pipe, protocol=pickle.HIGHEST_PROTOCOL)
    pipe.flush()


class Apart:
    """Calls functions in other processes; one of them is kept for the next call."""

    def __init__(self, seconds: float = SECONDS) -> None:
        """Let a call, or a step of it that tells that it goes on, take so many seconds."""
        self._seconds = seconds
        self._idle: list[subprocess.Popen[bytes]] = []
        self._lock = Lock()

    def call(self, function: str, *values: object) -> Any:
        """What ``module:function`` makes of the values.

        Raises:
            ArticleError: the function raises it or another error, or it takes too long or too much memory.
        """
        for _ in range(2):
            child = self._take()
            if child is None:
                return resolve_name(function)(*values)
            try:
                return self._ask(child, function, values)
            except _Gone:
                if child.wait() != 0:
                    raise ArticleError(_CRASH) from None
        raise ArticleError(_CRASH)

    def close(self) -> None:
        """End the processes that are idle."""
        with self._lock:
            idle, self._idle = self._idle, []
        for child in idle:
            _end(child)

    def forget(self) -> None:
        """Leave the processes to the one that was forked from."""
        self._idle, self._lock = [], Lock()

    def _take(self) -> "subprocess.Popen[bytes] | None":
        with self._lock:
            while self._idle:
                child = self._idle.pop()
                if child.poll() is None:
                    return child
        return _start()

    def _ask(self, child: subprocess.Popen[bytes], function: str, values: tuple[object, ...]) -> Any:
        assert child.stdin is not None
        assert child.stdout is not None
        late = list[bool]()

        def end() -> None:
            late.append(True)
            child.kill()

        try:
            write_frame(child.stdin, (function, values))
            kind, value = "alive", None
            while kind == "alive":
                timer = Timer(self._seconds, end)
                timer.daemon = True
                timer.start()
                try:
                    kind, value = read_frame(child.stdout)
                finally:
                    timer.cancel()
        except (EOFError, OSError, pickle.UnpicklingError) as error:
            if late:
                _end(child)
                raise ArticleError(_TOO_LONG.format(self._seconds)) from error
            raise _Gone from error
        except BaseException:
            _end(child)
            raise
        self._give_back(child)
        if kind == "refused":
            raise ArticleError(value)
        return value

    def _give_back(self, child: subprocess.Popen[bytes]) -> None:
        with self._lock:
            if not self._idle:
                self._idle.append(child)
                return
        _end(child)


class _Gone(Exception):
    """The other process is no more there."""


def _start() -> "subprocess.Popen[bytes] | None":
    """Start a process with the same modules, and wait until it is there; None where no such process can be started."""
    if not sys.executable:
        return None
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-P", "-m", _CHILD]
    pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
    try:
        child = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=nowhere, env=environment)
    except OSError:
        return None
    try:
        assert child.stdout is not None
        read_frame(child.stdout)
    except (EOFError, pickle.UnpicklingError):
        _end(child)
        return None
    return child


def _end(child: subprocess.Popen[bytes]) -> None:
    child.kill()
    for pipe in (child.stdin, child.stdout):
        with suppress(OSError):  # what was still to be written goes nowhere
            if pipe is not None:
                pipe.close()
    child.wait()


shared: Final = Apart()
"""The processes that read the files of this one."""

atexit.register(shared.close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=shared.forget)

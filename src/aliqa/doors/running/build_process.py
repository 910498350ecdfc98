"""Builds in a process of its own, so that reading, cutting and embedding articles never hold up the one that answers.

The process is begun with the first build, keeps its model for the next ones, and ends when none came for a while, when
it is closed, or when its parent is gone. It gives way to whatever else wants the processors. To kill it is harmless: an
index version is published whole or not at all.

What is heavy to import is imported by the process, once it gives way: threads take that from whoever begins them.
"""

import logging
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from threading import Lock, Thread
from typing import Any, Final, Literal

from aliqa.doors.running.crossing import described, rebuilt
from aliqa.foundations.errors import AliqaError, BuildDied
from aliqa.foundations.settings import Settings
from aliqa.foundations.types import BuildOptions, BuildReport

KEPT: Final = 300.0
"""Seconds for which the process stays without a build: so long its model is loaded."""

_NICENESS: Final = 10
"""By how much it gives way: on Linux, a tenth of the share of a process that answers."""

Progress = Callable[[str, int, int], None]
_Message = tuple[Literal["progress", "done", "error"], tuple[Any, ...]]

logger = logging.getLogger(__name__)


class BuildProcess:
    """Builds one index, a build at a time."""

    _process: BaseProcess

    def __init__(self, settings: Settings, kept: float = KEPT) -> None:
        """The process stays for ``kept`` seconds without a build."""
        self._settings = settings
        self._kept = kept
        self._lock = Lock()
        self._closed = False
        self._pipe: Connection | None = None

    def __call__(self, options: BuildOptions, progress: Progress) -> BuildReport:
        """Build like `aliqa.library.build`, and raise what it raises.

        Raises:
            BuildDied: the process died, or was closed; nothing was changed.
            RuntimeError: a defect, whose stack the log has.
        """
        for _ in range(2):  # it may have ended at this very moment, for lack of work
            try:
                return self._followed(self._asked(options), progress)
            except (EOFError, OSError):
                self._drop()
            except AliqaError:
                raise
            except BaseException:  # of ``progress``: nobody wants the build any more
                self._drop()
                raise
        raise BuildDied

    def close(self) -> None:
        """End the process, and the build that it makes."""
        self._closed = True
        self._drop()

    def _asked(self, options: BuildOptions) -> Connection:
        """The pipe of a process that has been asked for a build: another process, if that from before is gone."""
        with self._lock:
            if self._closed:
                raise EOFError
            if self._pipe is None or not self._process.is_alive():
                context = get_context("spawn")
                self._pipe, theirs = context.Pipe()
                self._process = context.Process(
                    target=_serve, args=(theirs, self._settings, self._kept), name="aliqa-builds", daemon=True
                )
                self._process.start()
                theirs.close()
            self._pipe.send(options)
            return self._pipe

    @staticmethod
    def _followed(pipe: Connection, progress: Progress) -> BuildReport:
        """What the process makes, once it is done. Raises EOFError if it dies, and what the build raises."""
        while True:
            kind, values = pipe.recv()
            if kind == "progress":
                progress(*values)
            elif kind == "done":
                report: BuildReport = values[0]
                return report
            else:
                raise rebuilt(*values)

    def _drop(self) -> None:
        with self._lock:
            if self._pipe:
                self._process.kill()
                self._process.join()
                self._pipe.close()
                self._pipe = None


def _serve(pipe: Connection, settings: Settings, kept: float) -> None:
    """Build what is asked for until nothing is for a while, or nobody is left to ask."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is meant for the server
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    Thread(target=_end_with_parent, daemon=True).start()
    from aliqa.library import build, make_embedder

    embedder = None
    with suppress(EOFError, OSError):
        while pipe.poll(kept):
            options = pipe.recv()
            message: _Message
            try:
                embedder = embedder or make_embedder(settings, asked=False)
                report = build(
                    settings, options, embedder=embedder, progress=lambda *values: pipe.send(("progress", values))
                )
                message = ("done", (report,))
            except AliqaError as error:
                message = ("error", described(error))
            except Exception:
                logger.exception("A build has failed.")
                message = ("error", (RuntimeError, "a build has failed; its stack is above", {}))
            pipe.send(message)


def _end_with_parent() -> None:
    """A process that builds for nobody holds a lock that others wait for."""
    parent = parent_process()
    assert parent
    parent.join()
    os._exit(1)

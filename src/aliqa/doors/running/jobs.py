"""Builds in the background: one at a time, in one thread, with progress that anyone can follow.

What only has to bring the index up to date with the corpus is done together: one build serves all
uploads and deletions that wait. A job is done when the library that answers holds what it did.
"""

import logging
import time
import uuid
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Condition, Lock, Thread
from typing import Any, Final

from aliqa.articles import corpus
from aliqa.articles.loading import file_of
from aliqa.doors.kept import access
from aliqa.doors.running.build_process import BuildProcess
from aliqa.doors.running.current_library import CurrentLibrary
from aliqa.foundations.errors import (
    AliqaError,
    ArticleNotDeletable,
    ArticleNotFound,
    BuildDied,
    IndexBusy,
    IndexError_,
    JobNotFound,
    JobRunning,
)
from aliqa.foundations.protocols import Store
from aliqa.foundations.settings import Settings
from aliqa.foundations.types import BuildOptions, BuildReport, Job, JobCounts, JobKind
from aliqa.index.places import index_of
from aliqa.library import build

REMEMBERED: Final = 100
"""How many jobs are remembered."""

_WAIT: Final = 60.0
"""Seconds that a job waits for another process that builds."""

_LOOK: Final = 0.5
"""How often, in seconds, a job that waits looks whether the server stops."""

_PATIENCE: Final = 5.0
"""Seconds that `Jobs.close` waits for the build to give up."""

_SHARES: Final = {"reading": (0.0, 0.3), "embedding": (0.3, 0.65)}
"""Where each step of a build begins, and its share of the whole."""

_FAULT: Final = "Something went wrong inside aliqa; the server's log says what."

logger = logging.getLogger(__name__)


class _Stopped(Exception):
    """The server stops; the build is given up."""


@dataclass(frozen=True, slots=True)
class _Order:
    """A build to be made for a job."""

    job_id: str
    options: BuildOptions = BuildOptions()

    @property
    def plain(self) -> bool:
        """Whether any other plain build does the same."""
        return self.options == BuildOptions()


class Jobs:
    """The builds of one index, asked for by routes, pages and watchers. Safe to share between threads."""

    def __init__(self, settings: Settings, current: CurrentLibrary, apart: BuildProcess | None = None) -> None:
        """Begin without any.

        Args:
            settings: the folders, the model, the chunking.
            current: holds the library that is to answer from what the jobs build.
            apart: the process that builds; if None, a thread of this one does.
        """
        self._settings = settings
        self._apart = apart
        self._current = current
        self._jobs: dict[str, Job] = {}
        self._orders: deque[_Order] = deque()
        self._deleted: set[str] = set()
        self._deleting = Lock()
        self._changed = Condition()
        self._worker: Thread | None = None
        self._stopping = False

    def submit_build(self, options: BuildOptions = BuildOptions()) -> Job:
        """Bring the index up to date with the corpus.

        ``options`` say what to make anew and what to publish; what was deleted, and how long to wait, is known here.

        Raises:
            JobRunning: such a job is queued or running.
            NotAllowed: whoever asks for it may not change the index.
        """
        access.require("manage")
        with self._changed:
            for job in self._jobs.values():
                if job.kind == "index" and not job.done:
                    raise JobRunning(job.id)
            return self._submit("index", options)

    def upload(self, name: str, data: bytes) -> Job:
        """Put a file into the corpus, in the place of one of the same name, and index it. Raises like `upload_all`."""
        return self.upload_all([(name, data)])

    def upload_all(self, files: Sequence[tuple[str, bytes]]) -> Job:
        """Put files, by name and content, into the corpus and index them.

        Raises:
            InvalidRequest, FormatUnknown, ContentMismatch, FileTooLarge: one cannot be taken; none was written.
            CorpusMissing, CorpusUnwritable: the folder cannot be written.
            NotAllowed: whoever sends them may not change the articles.
        """
        access.require("manage")
        accepted = [(corpus.accepted(name, len(data)), data) for name, data in files]
        for doc_id, data in accepted:
            corpus.check_content(doc_id, data)
        for doc_id, data in accepted:
            corpus.put(self._settings.corpus_dir, doc_id, data)
        return self._submit("upload")

    def delete(self, doc_id: str) -> Job:
        """Delete the file of an article, and the article from the index.

        Raises:
            ArticleNotFound: neither the index nor the corpus knows it.
            ArticleNotDeletable: it is one of several in a file, or the last one.
            CorpusUnwritable: deleting is not allowed.
            NotAllowed: whoever asks for it may not change the articles.
        """
        access.require("manage")
        with self._deleting:  # of two deletions at once, only one may see that another article is left
            known = self._deletable(doc_id)
            self._deleted.add(doc_id)  # before the file is gone, so that a build that runs now knows why
        try:
            corpus.remove(self._settings.corpus_dir, doc_id)
        except ArticleNotFound:
            if not known:
                self._deleted.discard(doc_id)
                raise
        except AliqaError:
            self._deleted.discard(doc_id)
            raise
        return self._submit("delete")

    def original(self, doc_id: str) -> Path:
        """The file of an article, as it was given. Raises ArticleNotFound."""
        return corpus.find(self._settings.corpus_dir, file_of(doc_id))

    def follow(self) -> Job:
        """Bring the index up to date because the folder changed; a job that waits will see the change, too."""
        with self._changed:
            waiting = next((order for order in self._orders if order.plain), None)
            return self._jobs[waiting.job_id] if waiting else self._submit("watch")

    def get(self, job_id: str) -> Job:
        """A job as it stands now. Raises JobNotFound."""
        with self._changed:
            try:
                return self._jobs[job_id]
            except KeyError:
                raise JobNotFound(job_id) from None

    def wait(self, job_id: str, timeout: float | None = None) -> Job:
        """A job once it is done, or as it stands after ``timeout`` seconds. Raises JobNotFound."""
        with self._changed:
            self._changed.wait_for(lambda: self.get(job_id).done, timeout)
            return self.get(job_id)

    def close(self) -> None:
        """Give up the build that runs, if any; what is published stays as it is."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._apart:
            self._apart.close()
        if self._worker:
            self._worker.join(_PATIENCE)

    # --- inside ------------------------------------------------------------------------------

    def _deletable(self, doc_id: str) -> bool:
        """Whether the index knows an article. Raises ArticleNotDeletable if no other is left."""
        try:
            articles = self._current.library().articles()
        except IndexError_:
            return False
        indexed = {one.doc_id for one in articles if one.state == "indexed"}
        going = {one for one in indexed if not self._deleted.isdisjoint((one, file_of(one)))}
        meant = {one for one in indexed if doc_id in (one, file_of(one))}
        if meant and indexed <= going | meant:
            raise ArticleNotDeletable(doc_id, "it is the last article; add another one first")
        return doc_id in {one.doc_id for one in articles}

    def _submit(self, kind: JobKind, options: BuildOptions = BuildOptions()) -> Job:
        job = Job(uuid.uuid4().hex, kind)
        with self._changed:
            self._jobs[job.id] = job
            self._orders.append(_Order(job.id, options))
            for old in [one.id for one in self._jobs.values() if one.done][: max(0, len(self._jobs) - REMEMBERED)]:
                del self._jobs[old]
            if self._worker is None:
                self._worker = Thread(target=self._work, name="aliqa-jobs", daemon=True)
                self._worker.start()
            self._changed.notify_all()
        return job

    def _work(self) -> None:
        while orders := self._next():
            self._run(orders)

    def _next(self) -> list[_Order]:
        """The orders that the next build serves; none when the server stops."""
        with self._changed:
            self._changed.wait_for(lambda: self._orders or self._stopping)
            if self._stopping:
                return []
            first = self._orders.popleft()
            if not first.plain:
                return [first]
            others = [order for order in self._orders if order.plain]
            self._orders = deque(order for order in self._orders if not order.plain)
            return [first, *others]

    def _run(self, orders: Sequence[_Order]) -> None:
        """Build once, let the library answer from it, and tell all jobs that asked for it."""
        deleted = frozenset(self._deleted)
        self._tell(orders, state="running")
        try:
            kept: list[Store] = []  # what this process has built need not be opened again
            report = self._build(orders, kept.append)
            self._current.refresh()
        except _Stopped:
            self._tell(orders, state="failed", error="The server stopped before it was done.")
        except AliqaError as error:
            logger.error("%s", error)
            self._tell(orders, state="failed", error=self._without_paths(str(error)))
        except Exception:  # a defect must neither end the thread nor leave the job running for ever
            logger.exception("A job failed.")
            self._tell(orders, state="failed", error=_FAULT)
        else:
            self._deleted -= deleted
            counts = JobCounts(report.added, report.changed, report.removed, report.unchanged, len(report.failures))
            self._tell(
                orders,
                state="succeeded",
                progress=1.0,
                counts=counts,
                failures=report.failures,
                index_version=report.index.version,
                skipped=report.skipped,
            )

    def _build(self, orders: Sequence[_Order], keep: Callable[[Store], object]) -> BuildReport:
        def progress(what: str, done: int, total: int) -> None:
            if self._stopping:
                raise _Stopped
            begin, share = _SHARES.get(what, (0.0, 0.0))
            self._tell(orders, progress=round(begin + share * done / max(total, 1), 3))

        end = time.monotonic() + _WAIT
        while True:
            options = replace(orders[0].options, deleted=frozenset(self._deleted), wait=_LOOK)
            try:
                if self._apart:
                    return self._apart(options, progress)
                embedder = self._current.embedder()
                return build(self._settings, options, embedder=embedder, progress=progress, keep=keep)
            except BuildDied:
                if self._stopping:
                    raise _Stopped from None
                raise
            except IndexBusy:
                if self._stopping:
                    raise _Stopped from None
                if time.monotonic() > end:
                    raise

    def _tell(self, orders: Sequence[_Order], **changes: Any) -> None:
        """Change the state of all jobs that a build serves."""
        with self._changed:
            for order in orders:
                self._jobs[order.job_id] = replace(self._jobs[order.job_id], **changes)
            self._changed.notify_all()

    def _without_paths(self, message: str) -> str:
        """The message without addresses, and with only the names of folders: clients need not know where they are."""
        for folder in (self._settings.index_dir, self._settings.corpus_dir):
            message = message.replace(str(folder), folder.name or "/")
        return message.replace(str(index_of(self._settings).place), "the database")

"""Answers a bounded number of questions at a time, in threads or in processes, and refuses the rest at once.

Each thread works at one question. Where there are processes, each thread has one, with the models loaded and the same
index mapped into its memory; one that dies is replaced and asked again. How many questions may wait is decided by how
long they would have to: the mean time of the last ones, by Little's law. One whose turn has not come after half a
second nevertheless is refused then: whoever asks learns soon whether an answer comes.
"""

import logging
import math
import os
import pickle
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from multiprocessing import get_context
from multiprocessing.connection import Connection
from threading import Event, Lock, local
from types import MappingProxyType
from typing import Any, Final, ParamSpec, Protocol, TypeVar

from aliqa.doors.running.crossing import described, rebuilt
from aliqa.doors.running.current_library import CurrentLibrary
from aliqa.foundations.errors import Abandoned, AliqaError, Overloaded
from aliqa.foundations.messages import language, spoken
from aliqa.foundations.settings import Settings
from aliqa.foundations.types import Answer
from aliqa.library import Library

PATIENCE: Final = 0.5
"""Seconds that a question waits for its turn, at most."""

_EXPECTED: Final = 0.4
"""Seconds that a question may be expected to wait, for it to be let in at all: some take longer than the mean."""

_FEWEST: Final = 2
_MOST: Final = 24
"""How many questions may wait for each thread in any case, and at most: threads wait with them."""

_WEIGHT: Final = 0.1
"""How much each question counts in the mean time of the last ones."""

_GUESS: Final = 0.1
"""Seconds that a question is taken to need before there was one."""

_RESTARTING: Final = 5
"""Seconds after which to ask again where processes die."""

PLACE: Final = "aliqa.place"
"""The place of a request among those who wait, in its scope."""

GONE: Final = "aliqa.gone"
"""An event that is set when the client of a request has left, in its scope."""

P = ParamSpec("P")
T = TypeVar("T")

logger = logging.getLogger(__name__)


class Run(Protocol):
    """Says when, and where, a method of a library is called."""

    def __call__(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """What the method gives."""


def at_once(work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Call it here and now."""
    return work(*args, **kwargs)


def asking(library: Library, run: Run) -> Callable[[str], Answer]:
    """Asks the library a question, as `run` says."""
    return lambda question: run(library.ask, question)


@dataclass(slots=True)
class Load:
    """What the pool does now, and has done: counts, and ``mean`` seconds of the last questions."""

    running: int = 0
    queued: int = 0
    refused: int = 0
    restarts: int = 0
    mean: float = _GUESS


class Place:
    """A place among those who wait, for one question."""

    def __init__(self, load: Load, lock: Lock) -> None:
        """``load`` counts it already; ``lock`` guards that."""
        self._load = load
        self._lock = lock
        self._kept = True

    def taken(self) -> bool:
        """Whether whoever calls, with the lock held, has it from now on."""
        kept, self._kept = self._kept, False
        return kept

    def give_up(self) -> None:
        """Let others have it, unless it is taken."""
        with self._lock:
            self._load.queued -= self.taken()


def _processors() -> int:
    """How many processors this process may use; where no system call tells, all."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class AnswerPool:
    """The threads, or processes, that answer the questions of one server. Safe to share between threads."""

    def __init__(
        self,
        count: int = 0,
        settings: Settings | None = None,
        observe: Callable[[Answer], object] = lambda _: None,
        patience: float = PATIENCE,
    ) -> None:
        """Start the threads.

        Args:
            count: how many; one for each processor if 0.
            settings: if given, each thread has a process, which answers from them.
            observe: told every answer, by the thread that asked.
            patience: seconds after which a question that still waits for its turn is refused.
        """
        self.count = count or _processors()
        self.load = Load()
        self._settings = settings
        self._observe = observe
        self._patience = patience
        self._lock = Lock()
        self._here = local()
        self._processes: list[_Process] = []
        self._threads = ThreadPoolExecutor(self.count, thread_name_prefix="aliqa-answering")

    def warm(self) -> None:
        """Start all processes ahead of the first question, if there are to be any."""
        if self._settings:
            list(self._threads.map(lambda _: self._asked(_ready), range(self.count)))

    def run(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """What a method of a library gives, once it is its turn.

        In a process, the library there does it: whatever is sent names a library, and carries none.

        Raises:
            Overloaded: too much waits already.
        """
        return self.waiting().run(work, *args, **kwargs)

    def waiting(self, scope: Mapping[str, Any] = MappingProxyType({})) -> "Waiting":
        """Whoever asks by a request, by what its scope holds at `PLACE` and at `GONE`."""
        return Waiting(self, scope.get(PLACE), scope.get(GONE))

    def submit(self, work: Callable[[], T], place: Place | None, gone: Event | None) -> T:
        """What the work gives, once it is its turn. Raises Overloaded, and Abandoned if ``gone`` is set before."""

        def turn() -> T:
            with self._running():
                if gone and gone.is_set():
                    raise Abandoned
                answer: T = self._asked(work) if self._settings else work()
                return answer

        with self._lock:
            if not (place and place.taken()):
                self._admit()
            future = self._threads.submit(turn)
        answer = self._awaited(future)
        if isinstance(answer, Answer):
            self._observe(answer)
        return answer

    def reserve(self) -> "Place":
        """A place for a question that is about to be asked. Raises Overloaded."""
        with self._lock:
            self._admit()
        return Place(self.load, self._lock)

    def pids(self) -> list[int]:
        """The processes that answer."""
        return [process.pid for process in list(self._processes)]

    def close(self) -> None:
        """Let what runs finish and drop what waits; the processes end."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        for process in self._processes:
            process.close()

    # --- inside ------------------------------------------------------------------------------

    def _admit(self) -> None:
        """Count one more that waits. Raises Overloaded."""
        expected = (self.load.queued + 1) * self.load.mean / self.count
        fewest = min(_FEWEST * self.count, _MOST)
        if self.load.queued >= fewest and (expected > _EXPECTED or self.load.queued >= _MOST):
            self.load.refused += 1
            raise Overloaded(max(1, math.ceil(expected)))
        self.load.queued += 1

    def _awaited(self, future: Future[T]) -> T:
        """What the work gives, unless its turn does not come in time. Raises Overloaded."""
        wait([future], self._patience)
        if not future.cancel():
            return future.result()
        with self._lock:
            self.load.queued -= 1
            self.load.refused += 1
            raise Overloaded(max(1, math.ceil(self.load.queued * self.load.mean / self.count)))

    @contextmanager
    def _running(self) -> Iterator[None]:
        with self._lock:
            self.load.queued -= 1
            self.load.running += 1
        begin = time.perf_counter()
        try:
            yield
        finally:
            with self._lock:
                self.load.running -= 1
                self.load.mean += _WEIGHT * (time.perf_counter() - begin - self.load.mean)

    def _asked(self, work: Callable[[], Any]) -> Any:
        """What this thread's process gives; if it dies, what the one in its place does.

        Raises Overloaded if that dies, too.
        """
        for _ in range(2):
            with suppress(EOFError, OSError):
                return self._process().call(work)
        raise Overloaded(_RESTARTING)

    def _process(self) -> "_Process":
        """The process of this thread: another one, if that has died."""
        assert self._settings
        process: _Process | None = getattr(self._here, "process", None)
        if process is None or not process.alive:
            with self._lock:
                if process:
                    logger.error("A process that answers has died; another one takes its place.")
                    self._processes.remove(process)
                    self.load.restarts += 1
                process = self._here.process = _Process(self._settings)
                self._processes.append(process)
        return process


class Waiting:
    """Somebody who asks the pool: what was reserved for them, and whether they are still there."""

    def __init__(self, pool: AnswerPool, place: Place | None = None, gone: Event | None = None) -> None:
        """``place`` is taken by the first question; none is begun once ``gone`` is set."""
        self._pool = pool
        self._place = place
        self._gone = gone

    def run(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """What a method of a library gives, once it is its turn, in the language that is spoken here.

        Raises:
            Overloaded: too much waits already.
            Abandoned: nobody waits for it any more.
        """
        return self._pool.submit(partial(spoken, language(), work, *args, **kwargs), self._place, self._gone)


class _Process:
    """A process that answers one call at a time."""

    def __init__(self, settings: Settings) -> None:
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, settings), name="aliqa-answers", daemon=True)
        self._process.start()
        theirs.close()

    @property
    def pid(self) -> int:
        return self._process.pid or 0

    @property
    def alive(self) -> bool:
        return self._process.is_alive() and not self._pipe.closed

    def call(self, work: Callable[[], Any]) -> Any:
        """What the work gives there. Raises what it raises, and EOFError if the process dies."""
        sent = _sent(work)
        try:
            self._pipe.send_bytes(sent)
            error, value = self._pipe.recv()
        except (EOFError, OSError):
            self._pipe.close()
            raise
        if error:
            raise rebuilt(*error)
        return value

    def close(self) -> None:
        self._pipe.close()
        self._process.join(5)
        self._process.kill()


def _serve(pipe: Connection, settings: Settings) -> None:
    """Answer calls until the other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is meant for the server, which closes the pipe when it has done
    current = CurrentLibrary(settings)
    current.warm()
    with suppress(EOFError, OSError):
        while True:
            pipe.send(_outcome(current, pipe.recv_bytes()))


def _outcome(current: CurrentLibrary, sent: bytes) -> tuple[Any, Any]:
    try:
        return None, _Received(BytesIO(sent), current).load()()
    except AliqaError as error:
        return described(error), None
    except Exception:
        logger.exception("A process that answers has failed.")
        return (RuntimeError, "a process that answers has failed; its stack is above", {}), None


def _ready() -> None:
    """Asked of a process, tells that it has begun."""


class _Pickler(pickle.Pickler):
    """Names libraries instead of sending them."""

    def persistent_id(self, value: object) -> str | None:
        return "library" if isinstance(value, Library) else None


class _Received(pickle.Unpickler):
    """Puts the library of this process in the place of the one that is named."""

    def __init__(self, file: BytesIO, current: CurrentLibrary) -> None:
        super().__init__(file)
        self._current = current

    def persistent_load(self, _: object) -> Library:
        return self._current.library()


def _sent(work: Callable[[], Any]) -> bytes:
    file = BytesIO()
    _Pickler(file).dump(work)
    return file.getvalue()

"""Embeds on a Ray cluster: actors that hold the model make blocks of articles, and this process writes what comes back.

Every core of the cluster runs an actor, which is sent text and needs nothing else of this machine. A block is sent
when an actor is about to be free, and results come back in the order of the blocks, so that this process and Ray's
store hold a few blocks an actor, however long the build is. Ray starts an actor that died anew, where there is room,
and has it make its blocks again; each block arrives once. These are plain actors rather than Ray Data, which wants
all of its input in Ray's store before it begins, and cannot be driven from outside of the cluster (``ray://``).
"""

import logging
import os
import re
import socket
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from importlib import import_module
from typing import Any, Final

from aliqa import __version__
from aliqa.foundations.errors import ClusterUnreachable, PackageMissing, WorkerDiffers, WorkerFailed
from aliqa.foundations.types import Article
from aliqa.index import compiled
from aliqa.index.making import Journal, Made, Maker, pack, unpack

_AT_ONCE: Final = 2
"""How many blocks an actor has: the one that it makes, and the next."""

_UNREAD: Final = 4
"""How many blocks an actor may be ahead of the one that is wanted next."""

_TRIES: Final = 5
"""How often a block is made again whose actor died, before the block is blamed."""

_PATIENCE: Final = 5.0
"""Seconds to wait for a connection."""

_HOST_AND_PORT: Final = re.compile(r"(?:ray://)?\[?([^/\]]+)\]?:(\d{1,5})")


@contextmanager
def connected(address: str, load: Callable[[], Maker], maker: Maker, journal: Journal) -> Iterator["Cluster"]:
    """The cluster at an address, until the block ends.

    Args:
        address: as ``ray.init`` takes it: ``auto``, ``host:port``, ``ray://host:port``; ``local`` starts one here.
        load: gives the maker that an actor holds; it must be picklable.
        maker: what that must be like.
        journal: keeps what arrives.

    Raises:
        PackageMissing: Ray is not installed.
        ClusterUnreachable: there is no cluster, or one of another version.
    """
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    try:
        ray: Any = import_module("ray")
    except ImportError:
        raise PackageMissing("ray") from None
    _reach(address)
    here: dict[str, Any] = {"include_dashboard": False, "_node_ip_address": "127.0.0.1"} if address == "local" else {}
    logging.getLogger("ray").setLevel(logging.ERROR)
    try:
        ray.init(address, log_to_driver=False, logging_level=logging.ERROR, **here)
    except (OSError, RuntimeError, ValueError, ray.exceptions.RayError) as error:
        raise ClusterUnreachable(address, _summary(error)) from error
    try:
        with redirect_stdout(sys.stderr):  # where Ray tells of workers that died
            yield Cluster(load, maker, journal)
    finally:
        ray.shutdown()


class Cluster:
    """Actors on every core of the cluster that this process is connected to."""

    def __init__(self, load: Callable[[], Maker], maker: Maker, journal: Journal) -> None:
        """Start them; see `connected`."""
        self._ray: Any = import_module("ray")
        self._maker = maker
        self._journal = journal
        actor = self._ray.remote(num_cpus=1, max_restarts=-1, max_task_retries=_TRIES)(Worker)
        cores = max(1, int(self._ray.cluster_resources().get("CPU", 1)))
        self._workers: list[Any] = [actor.remote(load) for _ in range(cores)]

    def make_each(self, blocks: Iterable[Sequence[Article]]) -> Iterator[list[Made]]:
        """Make blocks on the cluster, in their order: an `aliqa.index.making.Engine`.

        Raises:
            WorkerFailed: an actor cannot start, or a block cannot be made; what arrived is kept.
            WorkerDiffers: an actor has another release or model.
            IndexUnwritable: what arrives cannot be kept.
        """
        busy = {worker.ready.remote(): worker for _ in range(_AT_ONCE) for worker in self._workers}
        free: deque[Any] = deque()
        sent: deque[tuple[Sequence[Article], Any]] = deque()
        for block in blocks:
            if len(sent) == _UNREAD * len(self._workers):
                yield self._received(*sent.popleft())
            while not free:
                [done], _ = self._ray.wait(list(busy))
                free.append(busy.pop(done))
            worker = free.popleft()
            result = worker.make.remote(list(block))
            busy[result] = worker
            sent.append((block, result))
        while sent:
            yield self._received(*sent.popleft())

    def _received(self, block: Sequence[Article], result: Any) -> list[Made]:
        """What an actor made of a block, once it is kept in the journal."""
        try:
            recipe, packed = self._ray.get(result)
        except self._ray.exceptions.RayError as error:
            raise WorkerFailed(_summary(error)) from error
        if recipe != _recipe(self._maker):
            raise WorkerDiffers(recipe, _recipe(self._maker))
        for article, blob in zip(block, packed, strict=True):
            self._journal.keep(self._maker.name(article), blob)
        return [(article, *unpack(blob)) for article, blob in zip(block, packed, strict=True)]


class Worker:
    """An actor: holds the model on one core of a machine of the cluster."""

    def __init__(self, load: Callable[[], Maker]) -> None:
        """Load the model."""
        os.environ["TOKENIZERS_PARALLELISM"] = "false"
        compiled.use_threads(1)
        self._maker = load()

    def ready(self) -> None:
        """Return once the model is loaded."""

    def make(self, block: Sequence[Article]) -> tuple[str, list[bytes]]:
        """By whom a block was made, and what was made of each article, packed."""
        return _recipe(self._maker), [pack(chunks, embedded) for _, chunks, embedded in self._maker.make(block)]


def _recipe(maker: Maker) -> str:
    return f"aliqa {__version__}, {maker.recipe}"


def _reach(address: str) -> None:
    """Ask first whether anything listens, which Ray would do for minutes. Raises ClusterUnreachable."""
    if found := _HOST_AND_PORT.fullmatch(address):
        try:
            socket.create_connection((found[1], int(found[2])), _PATIENCE).close()
        except (OSError, OverflowError) as error:
            raise ClusterUnreachable(address, str(error)) from error


def _summary(error: Exception) -> str:
    """The line of a long message that says what happened: of a traceback the last, else the first."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    return lines[-1 if "Traceback" in str(error) else 0].rstrip(".")

"""A builder killed with -9 at any instant leaves the old index or the new one, whole.

Every build runs in a process of its own, forked from a server that has imported everything, and is
killed for real: at random instants, and right before each of its operations on the index folder.
``KILL_SEED`` chooses other random instants and articles than those of every day, and ``KILLS=200`` more of them.
"""

import gc
import hashlib
import itertools
import multiprocessing
import os
import random
import shutil
import signal
import statistics
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple, NoReturn

import pytest
from tests.conftest import QUICK

from aliqa.foundations import settings as aliqa_settings
from aliqa.foundations.errors import IndexMissing
from aliqa.foundations.settings import Settings
from aliqa.index.chunking import count_tokens
from aliqa.index.folder.catalog import Catalog
from aliqa.library import Library, build

pytestmark = pytest.mark.kill

KILLS = int(os.environ.get("KILLS", "50"))
SEED = int(os.environ.get("KILL_SEED", "7"))
OPERATIONS = {"open", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.scandir"}

SUBJECTS = ("The harbour", "A night train", "The coffee roaster", "Marlowe", "The mill 😀", "The old canal")
VERBS = ("bought", "lost", "repaired", "opened", "painted")
OBJECTS = ("four ferries", "a warehouse in Doncaster", "the charging station", "12 shops", "its northern lock")
QUESTION = "Who lost a warehouse in Doncaster?"

Contents = dict[str, str]
"""The text of every article by its doc_id."""


class Folders(NamedTuple):
    """A corpus, what it holds, and the settings to index it."""

    settings: Settings
    contents: Contents


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    settings = aliqa_settings.load(corpus_dir=corpus, index_dir=tmp_path / "index", **QUICK, answering={"threshold": 0})
    chosen = Folders(settings, {})
    for number in range(12):
        _put(chosen, f"{number}.txt", _article(random.Random(number)))
    return chosen


# --- the killed process ----------------------------------------------------------------------


class Builders:
    """Processes that build, each forked from one that has everything loaded and builds nothing itself."""

    def __init__(self) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._pipe, theirs = spawn.Pipe()
        self._process = spawn.Process(target=_fork_on_request, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()

    def start(self, settings: Settings, step: int = 0) -> int:
        """The number of a process that begins to build; it kills itself before the given operation, if any."""
        self._pipe.send((settings, step))
        pid: int = self._pipe.recv()
        return pid

    def end(self) -> bool:
        """Wait for the process; whether it was killed. If it was not, it has succeeded."""
        self._pipe.send(None)
        code = os.waitstatus_to_exitcode(self._pipe.recv())
        assert code in (0, -signal.SIGKILL)
        return code != 0

    def close(self) -> None:
        self._pipe.close()
        self._process.join()


def _fork_on_request(pipe: Connection) -> None:
    count_tokens(["load the vocabulary"])
    while True:
        try:
            settings, step = pipe.recv()
        except EOFError:
            return
        pid = os.fork()
        if not pid:
            _build(settings, step)
        pipe.send(pid)
        pipe.recv()  # until the process is waited for, no other one gets its number
        pipe.send(os.waitpid(pid, 0)[1])


def _build(settings: Settings, step: int) -> NoReturn:
    try:
        if step:
            sys.addaudithook(_killer(str(settings.index_dir), step))
        build(settings)
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)


def _killer(index: str, step: int) -> Callable[[str, tuple[object, ...]], None]:
    """Watches a process and kills it right before its n-th operation that touches files of the index."""
    left = step

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        if event in OPERATIONS:
            path = arguments[0]
            outside = isinstance(path, (str, os.PathLike)) and os.path.isabs(path) and not str(path).startswith(index)
            left -= not outside  # a removal of a folder gives names inside it
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return watch


@pytest.fixture(scope="module")
def builders() -> Iterator[Builders]:
    chosen = Builders()
    yield chosen
    chosen.close()


# --- the corpus ------------------------------------------------------------------------------


def _article(chance: random.Random) -> str:
    sentences = [
        f"{chance.choice(SUBJECTS)} {chance.choice(VERBS)} {chance.choice(OBJECTS)} for {chance.randrange(999)} euros."
        for _ in range(chance.randrange(1, 12))
    ]
    return "云 " + " ".join(sentences) + "\r\n"


def _put(folders: Folders, doc_id: str, text: str) -> None:
    (folders.settings.corpus_dir / doc_id).write_bytes(text.encode())
    folders.contents[doc_id] = text


def _change(folders: Folders, chance: random.Random) -> None:
    """Add, change, rename and delete a few articles."""
    for _ in range(chance.randrange(1, 5)):
        _put(folders, f"{chance.randrange(24)}.txt", _article(chance))
    old, new = chance.choice(list(folders.contents)), f"moved-{chance.randrange(1000)}.txt"
    (folders.settings.corpus_dir / old).rename(folders.settings.corpus_dir / new)
    folders.contents[new] = folders.contents.pop(old)
    while len(folders.contents) > 12:
        gone = chance.choice(list(folders.contents))
        (folders.settings.corpus_dir / gone).unlink()
        del folders.contents[gone]


# --- what must hold --------------------------------------------------------------------------


def _held(settings: Settings) -> Contents:
    """What the index holds, nothing if there is none, after a check that it is whole and quotes what it holds."""
    try:
        library = Library.open(settings)
    except IndexMissing:
        return {}
    texts = _texts(library)
    answer = library.ask(QUESTION)
    assert answer.citations
    for citation in answer.citations:
        text = texts[citation.doc_id]
        assert text[citation.char_start : citation.char_end] == citation.quote
        assert hashlib.sha256(text.encode()).hexdigest() == citation.doc_sha256
        assert answer.answer[citation.answer_start : citation.answer_end] == citation.quote
    for found in answer.passages:
        assert texts[found.doc_id][found.char_start : found.char_end] == found.text
    return texts


def _texts(library: Library) -> Contents:
    articles = [library.article(one.doc_id) for one in library.articles()]
    for one in articles:
        assert one.sha256 == hashlib.sha256(one.text.encode()).hexdigest()
    return {one.doc_id: one.text for one in articles}


def _check(folders: Folders, old: Contents) -> str:
    """Whether the index is the old or the new one; it must be one of them, and the next build needs no help."""
    index, before = folders.settings.index_dir, _held(folders.settings)
    assert before in (old, folders.contents)
    published = {Catalog(index).current().name} if before else set()
    report = build(folders.settings)
    assert _texts(Library.open(folders.settings)) == folders.contents
    if report.index.version not in published:  # what the killed one left is gone, what was published before is not
        assert {entry.name for entry in index.iterdir()} == {
            ".lock",
            "CORPUS",
            "CURRENT",
            report.index.version,
        } | published
    return "before" if before == old else "after"


def test_killed_at_any_instant(folders: Folders, builders: Builders, capsys: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(SEED)
    build(folders.settings)
    usual = statistics.median(_seconds(folders, builders, chance) for _ in range(5))
    found = Counter[str]()
    while found.total() < KILLS or (not found["after"] and found.total() < 20 * KILLS):  # few builds come so far
        old = dict(folders.contents)
        _change(folders, chance)
        pid = builders.start(folders.settings)
        if late := chance.random() < 0.5:
            _wait_for_the_end(folders.settings.index_dir, usual)
        time.sleep(chance.uniform(0, usual / 2 if late else usual))
        os.kill(pid, signal.SIGKILL)
        if builders.end():
            found[_check(folders, old)] += 1
    assert min(found["before"], found["after"]) > 0
    _report(capsys, f"{found.total()} kills at random instants of builds of {usual:.3f} s", found)


def _wait_for_the_end(index: Path, longest: float) -> None:
    """Until the manifest is written, so that half of the kills fall on the last steps of a build."""
    end = time.monotonic() + longest
    while not list(index.glob(".building-*/manifest.json")) and time.monotonic() < end:
        time.sleep(0.0001)


def _seconds(folders: Folders, builders: Builders, chance: random.Random) -> float:
    """How long another process takes for a build."""
    _change(folders, chance)
    begin = time.perf_counter()
    builders.start(folders.settings)
    assert not builders.end()
    return time.perf_counter() - begin


@pytest.mark.parametrize("first", [True, False], ids=["first build", "later build"])
def test_killed_before_each_step(
    folders: Folders, builders: Builders, first: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    found = Counter[str]()
    if not first:
        for step in range(3):  # so that each later build removes a version
            _change(folders, random.Random(step))
            build(folders.settings)
    every = 2 if first else 5  # of some 100, and of some 250
    for step in itertools.count(1 + SEED % every, every):
        if first:
            shutil.rmtree(folders.settings.index_dir, ignore_errors=True)
        old = {} if first else dict(folders.contents)
        _change(folders, random.Random(step))
        builders.start(folders.settings, step)
        if not builders.end():
            break
        found[_check(folders, old)] += 1
    assert min(found["before"], found["after"]) > 0
    _report(capsys, f"{found.total()} kills before each operation on the index", found)


def _report(capsys: pytest.CaptureFixture[str], what: str, found: Counter[str]) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\n{what}: {found['before']} before the switch to the new version, {found['after']} after\n")


# --- readers meanwhile -----------------------------------------------------------------------


def test_a_version_in_use_is_kept_until_it_is_closed(folders: Folders) -> None:
    chance = random.Random(SEED)
    first = build(folders.settings).index.version
    library, old = Library.open(folders.settings), dict(folders.contents)
    for _ in range(4):
        _change(folders, chance)
        build(folders.settings)
    catalog = Catalog(folders.settings.index_dir)
    assert catalog.versions()[0] == first
    assert _texts(library) == old
    del library
    gc.collect()
    _change(folders, chance)
    build(folders.settings)
    assert first not in catalog.versions()
    assert len(catalog.versions()) == 2


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks in /proc whether a process has ended")
def test_readers_open_while_versions_come_and_go(folders: Folders, builders: Builders) -> None:
    build(folders.settings)
    versions = set()
    for number in range(10):
        _change(folders, random.Random(number))
        pid = builders.start(folders.settings)
        while not _has_ended(pid):
            library = Library.open(folders.settings)
            assert len(_texts(library)) == library.info.articles
            versions.add(library.info.version)
        assert not builders.end()
    assert len(versions) > 5


def _has_ended(pid: int) -> bool:
    """Whether a process that nobody has waited for yet has come to its end."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"

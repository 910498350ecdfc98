"""Folders that cannot be written, disks that are full or gone, files that change under the reader's eyes."""

import hashlib
import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.conftest import QUICK, unprivileged

from aliqa.foundations import settings as aliqa_settings
from aliqa.foundations.errors import CorpusEmpty, IndexMissing, IndexUnwritable
from aliqa.foundations.settings import Settings
from aliqa.foundations.types import BuildOptions
from aliqa.index.folder.catalog import Catalog
from aliqa.library import Library, build

PAGE = 4096
FERRY = "The harbour of Skarvik bought four electric ferries for 92 million euros.\n"
COFFEE = "Arabica prices doubled because frost hit the plantations of Minas Gerais.\n"


@pytest.fixture
def settings(open_folder: Path) -> Settings:
    corpus = open_folder / "corpus"
    corpus.mkdir()
    (open_folder / "index").mkdir()
    (corpus / "ferry.txt").write_text(FERRY, encoding="utf-8")
    (corpus / "coffee.txt").write_text(COFFEE, encoding="utf-8")
    return aliqa_settings.load(corpus_dir=corpus, index_dir=open_folder / "index", **QUICK, answering={"threshold": 0})


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[None]:
    """While something is mounted on a folder; the test is skipped where that is not allowed."""
    try:
        subprocess.run(["mount", *options, str(folder)], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"mounting is not permitted here: {error}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    with mounted(folder, "--bind", str(folder)):
        subprocess.run(["mount", "-o", "remount,bind,ro", str(folder)], check=True)
        yield


@contextmanager
def full_disk(size: str, folder: Path) -> Iterator[None]:
    with mounted(folder, "-t", "tmpfs", "-o", f"size={size}", "tmpfs"):
        yield


def texts(settings: Settings) -> dict[str, str]:
    library = Library.open(settings)
    articles = [library.article(one.doc_id) for one in library.articles() if one.state == "indexed"]
    assert all(hashlib.sha256(one.text.encode()).hexdigest() == one.sha256 for one in articles)
    return {one.doc_id: one.text for one in articles}


def assert_answers(settings: Settings) -> None:
    [first, *_] = Library.open(settings).ask("What did the harbour of Skarvik buy?").citations
    assert (first.doc_id, first.quote) == ("ferry.txt", FERRY.strip())


# --- read-only -------------------------------------------------------------------------------


def test_a_read_only_corpus_is_indexed(settings: Settings) -> None:
    with read_only(settings.corpus_dir):
        assert build(settings).added == 2
        assert_answers(settings)


def test_a_read_only_index_answers_and_refuses_to_be_built(settings: Settings) -> None:
    build(settings)
    (settings.corpus_dir / "new.txt").write_text("A night train will run to Narvik.\n", encoding="utf-8")
    with read_only(settings.index_dir):
        with pytest.raises(IndexUnwritable, match=r"Read-only file system.*still stands"):
            build(settings)
        assert_answers(settings)
    assert build(settings).added == 1


def test_another_users_index_answers_and_refuses_to_be_built(settings: Settings) -> None:
    build(settings)
    locked = [settings.index_dir, *(path for path in settings.index_dir.rglob("*"))]
    for path in locked:
        path.chmod(0o555 if path.is_dir() else 0o444)
    with unprivileged():
        with pytest.raises(IndexUnwritable, match=r"[Pp]ermission denied"):
            build(settings)
        assert_answers(settings)
    for path in locked:
        path.chmod(0o755)


# --- full disks ------------------------------------------------------------------------------


def test_a_full_disk_refuses_the_new_version_and_keeps_the_old_one(settings: Settings) -> None:
    """From no free page on, a few more each time, so that every writer in turn meets the end of the disk."""
    with full_disk("4m", settings.index_dir):
        build(settings)
        old = texts(settings)
        (settings.corpus_dir / "ferry.txt").write_text(FERRY + _words(300), encoding="utf-8")
        refusals = 0
        for free in range(0, 400 * PAGE, 6 * PAGE):
            before = set(settings.index_dir.iterdir())
            with _filled(settings.index_dir, free):
                refused = _is_refused(lambda: build(settings))
                assert_answers(settings)
            if not refused:
                break
            refusals += 1
            assert texts(settings) == old
            assert set(settings.index_dir.iterdir()) - before <= {settings.index_dir / ".CURRENT"}
        assert not refused
        assert refusals > 5
        assert texts(settings)["ferry.txt"] != old["ferry.txt"]


def test_a_full_disk_refuses_a_first_version(settings: Settings) -> None:
    with full_disk("64k", settings.index_dir):
        (settings.corpus_dir / "long.txt").write_text(_words(20_000), encoding="utf-8")
        assert _is_refused(lambda: build(settings))
        with pytest.raises(IndexMissing):
            Catalog(settings.index_dir).current()
        (settings.corpus_dir / "long.txt").unlink()


def _words(count: int) -> str:
    return " ".join(f"Word{number * 7919} stands in line {number}." for number in range(count))


def _is_refused(do: Callable[[], object]) -> bool:
    try:
        do()
    except IndexUnwritable as error:
        assert "No space left on device" in str(error)  # noqa: PT017 - not every call is refused
        return True
    return False


@contextmanager
def _filled(folder: Path, free: int) -> Iterator[None]:
    """While a disk has no more than so many bytes left."""
    ballast = folder / ".ballast"
    state = os.statvfs(folder)
    ballast.write_bytes(bytes(max(0, state.f_bavail * state.f_frsize - free)))
    try:
        yield
    finally:
        ballast.unlink()


# --- disks that are gone ---------------------------------------------------------------------


def test_an_unmounted_corpus_deletes_nothing(settings: Settings, open_folder: Path) -> None:
    point = open_folder / "disk"
    point.mkdir()
    chosen = settings.model_copy(update={"corpus_dir": point})
    with mounted(point, "--bind", str(settings.corpus_dir)):
        version = build(chosen).index.version
    for force in (False, True):
        with pytest.raises(CorpusEmpty):
            build(chosen, BuildOptions(force=force))
    assert Catalog(settings.index_dir).current().name == version
    assert_answers(chosen)
    with mounted(point, "--bind", str(settings.corpus_dir)):
        assert build(chosen).unchanged == 2


# --- files that are not what they were -------------------------------------------------------


def test_a_pipe_in_an_articles_place_is_not_waited_for(settings: Settings) -> None:
    build(settings)
    (settings.corpus_dir / "coffee.txt").unlink()
    os.mkfifo(settings.corpus_dir / "coffee.txt")
    (settings.corpus_dir / "loop").symlink_to(settings.corpus_dir)
    (settings.corpus_dir / "self.txt").symlink_to("self.txt")
    assert build(settings).removed == 1
    assert texts(settings) == {"ferry.txt": FERRY}


def test_a_file_replaced_while_it_is_read_is_one_of_its_contents(settings: Settings) -> None:
    path, other = settings.corpus_dir / "coffee.txt", settings.corpus_dir / ".coffee.part"
    contents = {COFFEE, f"{COFFEE}{_words(3_000)}\n", f"云 {_words(1_500)}"}
    path.write_text(COFFEE, encoding="utf-8")
    done = threading.Event()

    def replace() -> None:
        while not done.is_set():
            for text in contents:
                other.write_text(text, encoding="utf-8")
                other.replace(path)

    writer = threading.Thread(target=replace)
    writer.start()
    try:
        seen = set()
        for _ in range(12):
            build(settings)
            seen.add(texts(settings)["coffee.txt"])
    finally:
        done.set()
        writer.join()
    assert seen <= contents
    assert len(seen) > 1

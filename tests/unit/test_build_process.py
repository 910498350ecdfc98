"""A process that builds: what it makes and raises comes back, and its death changes nothing."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import pytest
from tests.conftest import QUICK

from aliqa.doors.running.build_process import BuildProcess
from aliqa.foundations import settings as aliqa_settings
from aliqa.foundations.errors import BuildDied, CorpusMissing
from aliqa.foundations.settings import Settings
from aliqa.foundations.types import BuildOptions
from aliqa.index.folder.catalog import Catalog


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "corpus").mkdir()
    for number in range(30):
        (tmp_path / "corpus" / f"{number}.txt").write_text(f"Ferry {number} came from Narvik.", encoding="utf-8")
    return aliqa_settings.load(corpus_dir=tmp_path / "corpus", index_dir=tmp_path / "index", **QUICK)


@pytest.fixture
def process(settings: Settings) -> Iterator[BuildProcess]:
    process = BuildProcess(settings)
    yield process
    process.close()


def ignored(*_: object) -> None:
    pass


def children() -> set[int]:
    """The processes that this one has begun and that still run."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(parent) == os.getpid() and state != "Z":
            found.add(int(stat.parent.name))
    return found


def test_builds_are_made_one_after_the_other_by_one_process_that_gives_way(
    process: BuildProcess, settings: Settings
) -> None:
    before, told = children(), list[tuple[str, int, int]]()
    assert process(BuildOptions(), lambda *values: told.append(values)).added == 30
    builders = children() - before
    assert told
    assert process(BuildOptions(), ignored).unchanged == 30
    assert children() - before == builders
    assert any(os.getpriority(os.PRIO_PROCESS, pid) >= 10 for pid in builders)
    process.close()
    assert children() <= before | builders
    with pytest.raises(BuildDied):
        process(BuildOptions(), ignored)


def test_what_a_build_raises_comes_back_and_the_next_one_is_made(process: BuildProcess, settings: Settings) -> None:
    moved = settings.corpus_dir.rename(settings.corpus_dir.with_name("elsewhere"))
    with pytest.raises(CorpusMissing, match="corpus"):
        process(BuildOptions(), ignored)
    moved.rename(settings.corpus_dir)
    assert process(BuildOptions(), ignored).added == 30


def test_a_killed_process_changes_nothing_and_another_one_takes_its_place(
    process: BuildProcess, settings: Settings
) -> None:
    before = children()
    process(BuildOptions(), ignored)
    version = Catalog(settings.index_dir).current()

    def kill(*_: object) -> None:
        for pid in children() - before:
            os.kill(pid, signal.SIGKILL)

    (settings.corpus_dir / "new.txt").write_text("The mill was sold.", encoding="utf-8")
    with pytest.raises(BuildDied):
        process(BuildOptions(full=True), kill)
    assert Catalog(settings.index_dir).current() == version
    assert process(BuildOptions(), ignored).added == 1


def test_a_build_ends_when_the_process_is_closed(process: BuildProcess) -> None:
    reached, ended = Event(), Event()

    def build() -> None:
        def held(*_: object) -> None:
            reached.set()
            time.sleep(0.01)

        with pytest.raises(BuildDied):
            while True:
                process(BuildOptions(full=True), held)
        ended.set()

    Thread(target=build, daemon=True).start()
    assert reached.wait(60)
    process.close()
    assert ended.wait(60)


def test_a_process_without_work_ends_and_another_one_is_begun(settings: Settings) -> None:
    process, before = BuildProcess(settings, kept=0.01), children()
    assert process(BuildOptions(), ignored).added == 30
    while [pid for pid in children() - before if os.getpriority(os.PRIO_PROCESS, pid) >= 10]:
        time.sleep(0.01)
    assert process(BuildOptions(), ignored).unchanged == 30
    process.close()

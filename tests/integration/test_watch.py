"""The folder of articles is followed: what is written to its end is indexed, what disappears is not forgotten."""

import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.conftest import ROOT, environment
from tests.integration.test_live import COFFEE, FERRIES, FERRY, RAIL, TRAINS, cited, folder, served, until

from aliqa.articles import watching
from aliqa.foundations.settings import Settings
from aliqa.library import Library

pytestmark = pytest.mark.slow


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return folder(tmp_path, {"ferry.txt": FERRY, "coffee.txt": COFFEE})


@contextmanager
def followed(corpus: Path, changed: Callable[[], object]) -> Iterator[None]:
    """While a folder is watched; ``changed`` is called once before the block begins."""
    stop, began = threading.Event(), threading.Event()

    def told() -> None:
        if began.is_set():
            changed()
        began.set()

    thread = threading.Thread(target=watching.follow, args=(corpus, told, stop, corpus / "index"))
    thread.start()
    try:
        until(began.is_set)
        yield
    finally:
        stop.set()
        thread.join()


def test_a_dropped_file_answers_and_a_deleted_one_does_not(settings: Settings) -> None:
    with served(settings, "--watch") as client:
        until(lambda: client.call("GET", "/readyz")[0] == 200)
        (settings.corpus_dir / "sub").mkdir()
        (settings.corpus_dir / "sub" / "rail.txt").write_text(RAIL, encoding="utf-8")
        until(lambda: client.ask(TRAINS)["answered"])
        assert client.ask(TRAINS)["citations"][0]["doc_id"] == "sub/rail.txt"
        (settings.corpus_dir / "sub" / "rail.txt").rename(settings.corpus_dir / "train.txt")
        until(lambda: "train.txt" in cited(client.ask(TRAINS)))
        (settings.corpus_dir / "train.txt").unlink()
        until(lambda: not client.ask(TRAINS)["answered"])
        assert client.ask(FERRIES)["answered"]


def test_a_file_written_in_pieces_is_waited_for(tmp_path: Path) -> None:
    seen: list[str] = []
    path = tmp_path / "slow.txt"
    with followed(tmp_path, lambda: seen.append(path.read_text())):
        with open(path, "w") as file:
            for number in range(12):
                file.write(f"Piece {number}. ")
                file.flush()
                time.sleep(watching.DEBOUNCE / 3)
        until(lambda: seen)
    assert all(text.endswith("Piece 11. ") for text in seen)


def test_hidden_files_and_the_index_do_not_count(tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    seen: list[set[str]] = []
    with followed(tmp_path, lambda: seen.append({path.name for path in tmp_path.iterdir()})):
        (tmp_path / ".draft.txt").write_text("hidden")
        (tmp_path / ".folder").mkdir()
        (tmp_path / ".folder" / "a.txt").write_text("hidden")
        (tmp_path / "index" / "CURRENT").write_text("000001")
        time.sleep(4 * watching.DEBOUNCE)
        assert not seen
        (tmp_path / "last.txt").write_text("seen")
        until(lambda: seen)
    assert all("last.txt" in names for names in seen)


def test_a_folder_that_disappears_is_followed_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    seen: list[list[str]] = []
    with followed(corpus, lambda: seen.append(sorted(path.name for path in corpus.iterdir()))):
        corpus.rename(tmp_path / "aside")
        until(lambda: "There is no folder" in caplog.text)
        assert not seen
        (tmp_path / "aside").rename(corpus)
        until(lambda: seen)
        (corpus / "new.txt").write_text("seen")
        until(lambda: ["new.txt"] in seen)
    assert caplog.text.count("There is no folder") == 1


def test_the_command_goes_on_after_errors_and_stops_when_told(settings: Settings) -> None:
    places = ["--corpus", str(settings.corpus_dir), "--index", str(settings.index_dir)]
    command = [sys.executable, "-m", "aliqa", "index", "--watch", *places]
    with subprocess.Popen(
        command, env=environment(), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline().startswith("Indexed 2 articles")
        for path in settings.corpus_dir.iterdir():
            path.unlink()
        assert process.stderr
        assert "holds no readable article" in process.stderr.readline()
        assert Library.open(settings).info.articles == 2
        for name, text in (("ferry.txt", FERRY), ("coffee.txt", COFFEE), ("rail.txt", RAIL)):
            (settings.corpus_dir / name).write_text(text, encoding="utf-8")
        assert process.stdout.readline().startswith("Indexed 3 articles")
        shutil.rmtree(settings.corpus_dir)
        assert "There is no folder" in process.stderr.readline()
        process.terminate()
        _, complaints = process.communicate()
        assert process.returncode == 0
        assert "Traceback" not in complaints
    assert Library.open(settings).info.articles == 3


LOST = """
import os, signal, sys
from pathlib import Path
from aliqa.articles import watching
from aliqa.doors.cli.articles import told_to_end

class Interrupted:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)  # Python drops what is raised here

with told_to_end() as stop:
    watching.follow(Path(sys.argv[1]), lambda: Interrupted() and None, stop)
print("ended")
"""


def test_an_interrupt_ends_the_watch_although_python_drops_it(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOST, str(tmp_path)], env=environment(), capture_output=True, text=True, timeout=60
    )
    assert "KeyboardInterrupt" in done.stderr
    assert (done.stdout, done.returncode) == ("ended\n", 0)

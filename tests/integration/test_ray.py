"""A build on a real Ray makes the same index as a build here, whoever is killed meanwhile."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from tests.conftest import ARTICLES, ROOT, environment
from tests.postgres_server import PostgresServer
from tests.ray_cluster import RayCluster, free_port, hashing_maker, lost_maker

from aliqa.foundations import settings as aliqa_settings
from aliqa.foundations.errors import ClusterUnreachable, PackageMissing, WorkerDiffers, WorkerFailed
from aliqa.foundations.settings import Settings
from aliqa.foundations.types import Article, ArticleMeta
from aliqa.index import cluster
from aliqa.index.making import Journal, Maker, unpack
from aliqa.index.places import index_of
from aliqa.library import JOURNAL, Library, build

pytestmark = [
    pytest.mark.ray,
    pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed: pip install 'aliqa[ray]'"),
]

EMBEDDER = "tests.doubles:RecordingEmbedder"
SMALL_BLOCKS = (
    "import aliqa.index.making, aliqa.doors.cli; aliqa.index.making._BLOCK_CHARACTERS = 4000; aliqa.doors.cli.main()"
)
"""The command line with blocks of about two articles; blocks are cut by who drives the build."""

PATIENCE = 120
QUESTION = "How many ferries did Northwind Lines order?"


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file in which workers write down what they embed."""
    return tmp_path_factory.mktemp("record") / "embedded"


@pytest.fixture(scope="module")
def ray(record: Path) -> Iterator[RayCluster]:
    """The cluster; this process knows its token, too, which Ray reads once."""
    running = RayCluster(environment(ALIQA_EMBEDDING__MODEL=EMBEDDER, RECORD=str(record))).start()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("RAY_AUTH_MODE", "RAY_AUTH_TOKEN", "RECORD"):
            patch.setenv(name, running.environment[name])
        yield running
    running.close()


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some thirty articles."""
    folder = tmp_path_factory.mktemp("many") / "corpus"
    chance = random.Random(7)
    for doc_id, text in ARTICLES.items():
        (folder / doc_id).parent.mkdir(parents=True, exist_ok=True)
        (folder / doc_id).write_text(text, encoding="utf-8")
    for number in range(28):
        sentences = (f"Ship {chance.randrange(10**6)} left port {chance.randrange(99)}." for _ in range(70))
        (folder / f"{number}.txt").write_text("\n\n".join(sentences), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def here(ray: RayCluster, articles: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The index that a build without Ray makes."""
    settings = _settings(articles, tmp_path_factory.mktemp("here"))
    build(settings)
    return settings


def _settings(corpus: Path, folder: Path, **more: str) -> Settings:
    return aliqa_settings.load(
        corpus_dir=corpus, index_dir=folder, embedding={"model": EMBEDDER}, reading={"model": "none"}, **more
    )


def _compare(there: Settings, here: Settings) -> None:
    """Both hold the same articles, passages, sentences and vectors, each once, and find the same."""
    one, other = index_of(there).published(), index_of(here).published()
    assert [entry.meta for entry in one.entries()] == [entry.meta for entry in other.entries()]
    for mine, theirs in zip(one.entries(), other.entries(), strict=True):
        assert one.article(mine.doc_id) == other.article(mine.doc_id)
        (chunks, made), (wanted, vectors) = one.remake(mine.key), other.remake(theirs.key)
        assert chunks == wanted
        for embedded, expected in zip(made, vectors, strict=True):
            assert np.array_equal(embedded.passage, expected.passage)
            assert np.array_equal(embedded.sentences, expected.sentences)
    found = [Library.open(settings).search(QUESTION) for settings in (there, here)]
    assert [(each.doc_id, each.text, each.score) for each in found[0]] == [
        (each.doc_id, each.text, each.score) for each in found[1]
    ]
    assert not (there.index_dir / JOURNAL).exists()


def _start(ray: RayCluster, corpus: Path, folder: Path, **more: str) -> subprocess.Popen[str]:
    """A build on Ray in a process of its own."""
    flags = ["index", "--corpus", str(corpus), "--index", str(folder), "--ray", ray.address]
    return subprocess.Popen(
        [sys.executable, "-c", SMALL_BLOCKS, *flags],
        env={**ray.environment, **more},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _end(driver: subprocess.Popen[str]) -> None:
    _, errors = driver.communicate(timeout=PATIENCE)
    assert driver.returncode == 0, errors


def _recorded(record: Path) -> list[tuple[int, str]]:
    """Which process embedded which passage."""
    lines = record.read_text().splitlines() if record.exists() else []
    return [(int(pid), passage) for pid, passage in (line.split() for line in lines)]


def _wait(ready: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not ready():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_build_on_ray_makes_the_same_index(
    ray: RayCluster, articles: Path, record: Path, tmp_path: Path, here: Settings
) -> None:
    record.unlink(missing_ok=True)
    _end(_start(ray, articles, tmp_path))
    _compare(_settings(articles, tmp_path), here)
    embedded = [passage for _, passage in _recorded(record)]
    assert len(embedded) == len(set(embedded)) == index_of(_settings(articles, tmp_path)).published().info.passages


def test_a_worker_that_is_killed_changes_nothing(
    ray: RayCluster, articles: Path, record: Path, tmp_path: Path, here: Settings
) -> None:
    record.unlink(missing_ok=True)
    driver = _start(ray, articles, tmp_path)
    _wait(lambda: len({passage for _, passage in _recorded(record)}) > 20)
    victim = _recorded(record)[-1][0]
    os.kill(victim, signal.SIGKILL)
    _end(driver)
    _compare(_settings(articles, tmp_path), here)
    assert len({pid for pid, _ in _recorded(record)} - {victim}) > 1  # another one took its place


def test_a_driver_that_is_killed_goes_on_where_it_was(
    ray: RayCluster, articles: Path, record: Path, tmp_path: Path, here: Settings
) -> None:
    journal = tmp_path / JOURNAL
    driver = _start(ray, articles, tmp_path)
    _wait(lambda: len(Journal(journal).names()) >= 8)
    driver.kill()
    driver.communicate()
    kept = [made for name in Journal(journal).names() if (made := Journal(journal).read(name))]
    assert len(kept) >= 8
    _wait(lambda: not _grows(record))  # until its workers have ended, too
    record.unlink()
    (articles / "late.txt").write_text("A lighthouse was painted.\n", encoding="utf-8")  # it moves the others' blocks
    _end(_start(ray, articles, tmp_path))
    (articles / "late.txt").unlink()
    embedded = [passage for _, passage in _recorded(record)]
    assert len(embedded) == len(set(embedded))
    there = _settings(articles, tmp_path)
    passages = index_of(there).published().info.passages
    again = len(embedded) + sum(len(chunks.passages) for chunks, _ in kept) - passages
    assert 0 <= again <= 2 * max(len(chunks.passages) for chunks, _ in kept)  # of a block that was kept in part
    build(there)
    _compare(_settings(articles, tmp_path), here)


def _grows(record: Path) -> bool:
    before = record.stat().st_size
    time.sleep(2)
    return record.stat().st_size > before


def test_a_store_in_postgresql_is_filled_alike(
    ray: RayCluster, articles: Path, tmp_path: Path, postgres: PostgresServer, here: Settings
) -> None:
    store = postgres.address(options="?corpus=ray")
    _end(_start(ray, articles, tmp_path, ALIQA_STORE=store))
    filled = index_of(_settings(articles, tmp_path, store=store)).published()
    wanted = index_of(here).published()
    assert [entry.meta for entry in filled.entries()] == [entry.meta for entry in wanted.entries()]
    for mine, other in zip(filled.entries(), wanted.entries(), strict=True):
        (chunks, made), (expected, vectors) = filled.remake(mine.key), wanted.remake(other.key)
        assert chunks == expected
        for one, another in zip(made, vectors, strict=True):
            assert float(one.passage @ another.passage) > 0.999  # halfvec
    assert not (tmp_path / JOURNAL).exists()


@pytest.mark.usefixtures("ray")
def test_nobody_listens(articles: Path, tmp_path: Path) -> None:
    address = f"127.0.0.1:{free_port()}"
    for name in (address, f"ray://{address}", "nonsense", "http://127.0.0.1:1"):
        with pytest.raises(ClusterUnreachable, match="ray status"), _connected(name, hashing_maker, tmp_path):
            pass
    done = subprocess.run(
        [sys.executable, "-m", "aliqa", "index", "--corpus", articles, "--index", tmp_path, "--ray", address],
        env=environment(),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"aliqa: No Ray cluster can be used at {address}")


def test_ray_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(PackageMissing, match=r"aliqa\[ray\]"), _connected("auto", hashing_maker, tmp_path):
        pass


def test_workers_that_cannot_do_it(ray: RayCluster, tmp_path: Path) -> None:
    block = [Article(ArticleMeta("a.txt", "", "A"), "A ferry sank.")]
    for load, reason in ((lost_maker, "no weights here"), (_unknown, "No module named")):
        with _connected(ray.address, load, tmp_path) as workers, pytest.raises(WorkerFailed, match=reason):
            list(workers.make_each([block]))
    longer = partial(hashing_maker, tokens=100)
    with _connected(ray.address, longer, tmp_path) as workers, pytest.raises(WorkerDiffers, match="tokens=100"):
        list(workers.make_each([block]))
    with _connected(ray.address, hashing_maker, tmp_path) as workers:
        [[(article, chunks, _)]] = list(workers.make_each([block]))
    assert article == block[0]
    packed = Path(tmp_path, hashing_maker().name(article)).read_bytes()
    assert unpack(packed)[0] == chunks


def _connected(address: str, load: Callable[[], Maker], folder: Path) -> AbstractContextManager[cluster.Cluster]:
    return cluster.connected(address, load, hashing_maker(), Journal(folder))


def _unknown() -> Maker:
    """What no worker can import."""
    return hashing_maker()

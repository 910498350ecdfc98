"""An index in a real PostgreSQL: the same answers, several servers, and what happens when the database goes away."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from tests.browser import serving
from tests.conftest import QUICK, THRESHOLD, environment
from tests.integration.test_querying import QUERIES, shelved
from tests.postgres_server import PostgresServer
from typer.testing import CliRunner

from aliqa.doors.cli import app
from aliqa.foundations import settings as aliqa_settings
from aliqa.foundations.errors import (
    AliqaError,
    ExtensionMissing,
    IndexError_,
    IndexMissing,
    PackageMissing,
    SchemaDiffers,
    SettingsError,
    StoreRefused,
    StoreTimeout,
    StoreUnreachable,
)
from aliqa.foundations.settings import Settings
from aliqa.foundations.types import Answer, Filters
from aliqa.index.places import index_at
from aliqa.library import Library, build

pytestmark = pytest.mark.postgres

QUESTIONS = (
    "How many ferries did Northwind Lines order?",
    "Why did Marlowe close shops?",
    "Who is the chief executive of Marlowe Stores?",
    "青岚云第二季度收入增长了多少?",
    "What do roasters pay for rent in Oslo?",
)
_NUMBER = re.compile(r"(\d+) herons")


def stored(folder: Path, address: str) -> Settings:
    """Settings for a corpus in a folder and an index at an address."""
    corpus = folder / "corpus"
    corpus.mkdir(exist_ok=True)
    return aliqa_settings.load(
        corpus_dir=corpus, index_dir=folder / "index", store=address, **QUICK, answering={"threshold": THRESHOLD}
    )


def count(settings: Settings, number: int) -> None:
    """Write articles that all tell one number, and as many more as that."""
    for name in ("north", "south", "east"):
        text = (
            f"The {name} shore of Lake Orrin counted {number} herons this spring. Wardens of the {name} shore agree.\n"
        )
        (settings.corpus_dir / f"{name}.txt").write_text(text)
    (settings.corpus_dir / f"note-{number % 3}.txt").write_text(f"Note {number}: the wardens met at the mill again.\n")


def comparable(answer: Answer) -> object:
    """An answer without what differs from one asking to the next, scores in halves of a percent."""
    rounded = [replace(one, score=round(one.score * 200)) for one in answer.citations]
    passages = [replace(one, score=round(one.score * 200)) for one in answer.passages]
    texts = (answer.answer, answer.answered, answer.abstention, answer.disagreements, answer.sources)
    return texts, round(answer.confidence * 200), rounded, passages


@contextmanager
def servers(settings: Settings, count: int) -> Iterator[list[httpx.Client]]:
    """Clients of servers that share one store."""
    address = settings.store.get_secret_value() if settings.store else ""
    flags = ["--corpus", str(settings.corpus_dir), "--index", str(settings.index_dir)]
    if not count:
        yield []
        return
    with (
        serving(flags, environment(ALIQA_STORE=address)) as one,
        httpx.Client(base_url=one, timeout=30) as client,
        servers(settings, count - 1) as others,
    ):
        yield [client, *others]


def until(met: Callable[[], object]) -> None:
    """Wait for something that will come."""
    for _ in range(6000):
        if met():
            return
        time.sleep(0.1)
    raise AssertionError("it never came")


def test_the_same_answers(settings: Settings, postgres: PostgresServer, tmp_path: Path) -> None:
    there = stored(tmp_path, postgres.address(options="?corpus=same")).model_copy(
        update={"corpus_dir": settings.corpus_dir}
    )
    assert build(there).added == 4
    assert build(there).unchanged == 4
    folder, database = Library.open(settings), Library.open(there)
    for question in QUESTIONS:
        for filters in (Filters(), Filters(sources=("retail observer",))):
            answers = [one.ask(question, filters=filters) for one in (folder, database)]
            assert comparable(answers[0]) == comparable(answers[1])
        assert [one.doc_id for one in folder.search(question)] == [one.doc_id for one in database.search(question)]
    assert folder.articles() == database.articles()
    assert folder.disagreements() == database.disagreements()
    two = [meta.doc_id for meta in folder.store.metas()][:2]
    assert folder.store.disagreements(two) == database.store.disagreements(two)
    assert folder.timeline("Marlowe").statements == database.timeline("Marlowe").statements


def test_queries_and_collections_find_the_same(postgres: PostgresServer, tmp_path: Path) -> None:
    address = postgres.address(options="?corpus=queried")
    library = shelved(tmp_path, index_dir=tmp_path / "index", store=address)
    for query, wanted in QUERIES:
        if not {"~", "*"} & set(query.replace("[*", "")):  # a database knows the words of names alone
            assert {Path(passage.doc_id).stem for passage in library.search(query)} == wanted, query
    for filters in (Filters(collections=("sea",)), Filters(collections=("sea", "land")), Filters(tags=("checked",))):
        found = {passage.doc_id for passage in library.search("Who bid for the ferry?", filters=filters)}
        assert found
        assert all(filters.tags or doc_id.split("/")[0] in (filters.collections or ()) for doc_id in found)
    assert {passage.doc_id for passage in library.search("ferry", filters=filters)} == {"land/mill.md"}


def test_copied_to_a_database_and_back(settings: Settings, postgres: PostgresServer, tmp_path: Path) -> None:
    address, back = postgres.address(options="?corpus=copied"), tmp_path / "back"
    for source, target in ((str(settings.index_dir), address), (address, str(back))):
        result = CliRunner().invoke(app, ["migrate", "--from", source, "--to", target])
        assert result.exit_code == 0, result.output
        assert "4 articles" in result.output
    first, last = index_at(settings.index_dir).published(), index_at(back).published()
    assert [(one.meta, one.state) for one in first.entries()] == [(one.meta, one.state) for one in last.entries()]
    assert replace(first.manifest, version="", built_at="", files={}, next_key=0) == replace(
        last.manifest, version="", built_at="", files={}, next_key=0
    )
    for one, other in zip(first.entries(), last.entries(), strict=True):
        assert first.article(one.meta.doc_id) == last.article(one.meta.doc_id)
        (chunks, vectors), (again, kept) = first.remake(one.key), last.remake(other.key)
        assert chunks == again
        for made, copied in zip(vectors, kept, strict=True):
            assert copied.passage == pytest.approx(made.passage, abs=1e-3)
            assert (copied.sentences == made.sentences).all()
    with pytest.raises(SettingsError, match="same index"):
        CliRunner().invoke(app, ["migrate", "--from", str(back), "--to", str(back)], catch_exceptions=False)


def test_servers_answer_from_whole_versions_while_they_are_published_and_after_a_loss_of_power(tmp_path: Path) -> None:
    server = PostgresServer().start()
    try:
        settings = stored(tmp_path, server.address())
        count(settings, 1)
        told = {build(settings).index.version: 1}
        with servers(settings, 2) as clients:
            _publish_while_asked(settings, clients, told)
            _lose_power(settings, clients, told, server)
    finally:
        server.close()


def _ask(client: httpx.Client) -> dict[str, Any]:
    response = client.post("/ask", json={"question": "How many herons did the shore of Lake Orrin count this spring?"})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def _numbers(answer: dict[str, Any]) -> set[int]:
    """The numbers of herons that an answer and its passages tell."""
    texts = [answer["answer"], *(one["text"] for one in answer["passages"])]
    return {int(number) for text in texts for number in _NUMBER.findall(text)}


_PATIENCE = 20_000
"""How often a server is asked at most until it answers from the last version."""


def _publish_while_asked(settings: Settings, clients: list[httpx.Client], told: dict[str, int]) -> None:
    done = threading.Event()

    def asking(client: httpx.Client) -> list[dict[str, Any]]:
        answers = []
        for _ in range(_PATIENCE):
            answers.append(_ask(client))
            if done.is_set() and answers[-1]["index"]["version"] == max(told):
                break
        return answers

    first = [_ask(client) for client in clients]

    with ThreadPoolExecutor() as pool:
        asked = [pool.submit(asking, client) for client in clients for _ in range(2)]
        for number in range(2, 8):
            count(settings, number)
            told[build(settings).index.version] = number
        done.set()
        answers = [*first, *(answer for one in asked for answer in one.result())]
    assert all(one.result()[-1]["index"]["version"] == max(told) for one in asked), "each server takes up the last one"
    assert len({answer["index"]["version"] for answer in answers}) > 1
    for answer in answers:
        assert _numbers(answer) == {told[answer["index"]["version"]]}


def _lose_power(settings: Settings, clients: list[httpx.Client], told: dict[str, int], server: PostgresServer) -> None:
    acknowledged: list[int] = []
    killed = threading.Event()

    def publish() -> None:
        with suppress(IndexError_):
            for number in range(8, 1000):
                count(settings, number)
                told[build(settings).index.version] = number
                acknowledged.append(number)
        killed.wait()

    with ThreadPoolExecutor() as pool:
        publishing = pool.submit(publish)
        until(lambda: len(acknowledged) > 2)
        server.kill()
        killed.set()
        publishing.result()
        assert clients[0].post("/ask", json={"question": "herons?"}).status_code == 503
        server.start()
    for client in clients:
        until(partial(_is_ready, client))
        [number] = _numbers(_ask(client))
        assert number in (acknowledged[-1], acknowledged[-1] + 1)
    settings.corpus_dir.joinpath("north.txt").unlink()
    version = build(settings).index.version
    for client in clients:
        until(partial(_answers_from, client, version))


def _is_ready(client: httpx.Client) -> bool:
    return client.get("/readyz").status_code == 200


def _answers_from(client: httpx.Client, version: str) -> bool:
    return bool(_ask(client)["index"]["version"] == version)


def test_a_replica_answers_is_promoted_and_the_servers_go_on(tmp_path: Path) -> None:
    primary = PostgresServer().start()
    replica: PostgresServer | None = None
    try:
        count(stored(tmp_path, primary.address()), 1)
        build(stored(tmp_path, primary.address()))
        replica = PostgresServer(primary).start()
        both = primary.address().replace(f":{primary.port}", f":{primary.port},127.0.0.1:{replica.port}")
        settings = stored(tmp_path, both)
        reading = Library.open(stored(tmp_path, replica.address()))
        assert reading.ask("How many herons did the shore count?").answered
        with servers(settings, 1) as [client]:
            count(settings, 2)
            second = build(settings).index.version
            until(lambda: index_at(replica.address()).published().info.version == second)
            primary.kill()
            until(lambda: _numbers(_ask(client)) == {2})
            count(settings, 3)
            with pytest.raises(IndexError_):
                build(settings)
            assert _numbers(_ask(client)) == {2}
            replica.execute("SELECT pg_promote()")
            version = build(settings).index.version
            until(partial(_answers_from, client, version))
            assert _numbers(_ask(client)) == {3}
    finally:
        for server in filter(None, (primary, replica)):
            server.close()


def raised(settings: Settings, kind: type[AliqaError], words: str) -> None:
    """Questions and builds say the same; nobody learns the password."""
    for call in (Library.open, build):
        with pytest.raises(kind, match=words) as told:
            call(settings)
        assert "horse" not in str(told.value)


def test_what_is_wrong_with_the_store_is_told(postgres: PostgresServer, tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.txt").write_text("A heron stood at the mill.\n")
    nowhere = postgres.address().replace(str(postgres.port), "1")
    raised(stored(tmp_path, nowhere), StoreUnreachable, "(?i)connection refused.*ALIQA_STORE")
    raised(stored(tmp_path, postgres.address(password="wrong horse")), StoreRefused, "password authentication failed")
    raised(stored(tmp_path, postgres.address("nowhere")), StoreRefused, '"nowhere" does not exist')
    raised(stored(tmp_path, "mysql://127.0.0.1/aliqa"), SettingsError, "postgresql://")
    with pytest.raises(SettingsError, match="invalid URI query parameter"):
        Library.open(stored(tmp_path, postgres.address(options="?colour=red")))
    with pytest.raises(IndexMissing, match="aliqa index"):
        Library.open(stored(tmp_path, postgres.address(options="?corpus=none")))


def test_a_role_that_may_only_read_answers_and_builds_nothing(postgres: PostgresServer, tmp_path: Path) -> None:
    for statement in (
        "CREATE ROLE reader LOGIN PASSWORD 'correct horse'",
        "CREATE DATABASE bare",
        "CREATE DATABASE rich",
    ):
        postgres.execute(statement)
    reading = [stored(tmp_path, postgres.address(name).replace("//aliqa:", "//reader:")) for name in ("bare", "rich")]
    count(reading[0], 1)
    with pytest.raises(ExtensionMissing, match="CREATE EXTENSION vector"):
        build(reading[0])
    build(stored(tmp_path, postgres.address("rich")))
    postgres.execute("GRANT USAGE ON SCHEMA aliqa TO reader", "rich")
    postgres.execute("GRANT SELECT ON ALL TABLES IN SCHEMA aliqa TO reader", "rich")
    assert Library.open(reading[1]).ask("How many herons did the shore count?").answered
    with pytest.raises(StoreRefused, match="permission denied"):
        build(reading[1])


def test_tables_of_another_release(postgres: PostgresServer, tmp_path: Path) -> None:
    postgres.execute("CREATE DATABASE newer")
    settings = stored(tmp_path, postgres.address("newer"))
    count(settings, 1)
    build(settings)
    postgres.execute("UPDATE aliqa.schema_version SET version = 99", "newer")
    raised(
        stored(tmp_path, postgres.address("newer", options="?application_name=other")), SchemaDiffers, "Update aliqa"
    )


def test_a_query_that_takes_too_long(postgres: PostgresServer, tmp_path: Path) -> None:
    options = "?corpus=slow&options=-c%20statement_timeout%3D300ms"
    settings = stored(tmp_path, postgres.address(options=options))
    count(settings, 1)
    build(settings)
    library = Library.open(settings)
    with psycopg.connect(postgres.address()) as other:
        other.execute("LOCK aliqa.passages")
        with pytest.raises(StoreTimeout, match="statement_timeout"):
            library.ask("How many herons?")
    assert library.ask("How many herons did the shore count?").answered


def test_a_store_whose_packages_are_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("aliqa.index.postgres", "psycopg"):
        monkeypatch.setitem(__import__("sys").modules, name, None)
    with pytest.raises(PackageMissing, match=r"aliqa\[postgres\]"):
        index_at("postgresql://127.0.0.1/none")

"""Watched questions through the command line and the server: what a newer index answers differently is told."""

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import TypeAdapter
from starlette.testclient import TestClient
from tests import commands
from tests.conftest import QUICK, THRESHOLD

from aliqa.doors.http.app import create_app
from aliqa.foundations import settings as aliqa_settings
from aliqa.foundations.settings import Settings
from aliqa.foundations.types import Watched
from aliqa.library import build

pytestmark = pytest.mark.slow

FERRY = "The harbour of Skarvik bought four electric ferries for 92 million euros.\n"
NEWER = "The harbour of Skarvik had to pay much more for the electric ferries: 97 million euros.\n"
PRICE = "How much did the harbour of Skarvik pay for the electric ferries?"
TRAMS = "How many people do the trams in Bergen carry?"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "ferry.txt").write_text(FERRY, encoding="utf-8")
    chosen = aliqa_settings.load(
        corpus_dir=tmp_path / "corpus", index_dir=tmp_path / "index", **QUICK, answering={"threshold": THRESHOLD}
    )
    build(chosen)
    return chosen


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings)) as client:
        yield client


def publish(settings: Settings) -> None:
    """Another process adds an article and publishes a version."""
    (settings.corpus_dir / "newer.txt").write_text(NEWER, encoding="utf-8")
    build(settings)


def watch(settings: Settings, *words: str) -> "subprocess.CompletedProcess[str]":
    return commands.run("watch", *words, "--index", settings.index_dir)


def test_the_command_line_adds_lists_asks_again_and_removes(settings: Settings) -> None:
    added = watch(settings, "add", PRICE)
    assert added.returncode == 0, added.stderr
    assert added.stdout.startswith("Watching ")
    assert FERRY.strip() in added.stdout
    assert "unchanged" in watch(settings, "list").stdout
    publish(settings)
    ran = watch(settings, "run").stdout
    assert ran.startswith("Asked 1 watched question; 1 changed.")
    assert f'    "{NEWER.strip()}"' in ran
    assert "  before (" in ran
    again = json.loads(watch(settings, "run", "--json").stdout)
    [listed] = TypeAdapter(list[Watched]).validate_python(again["questions"])
    assert not listed.just_changed
    assert [one.doc_id for one in listed.new_citations] == ["newer.txt"]
    assert again | {"names": []} == json.loads(watch(settings, "list", "--json").stdout)
    assert watch(settings, "remove", listed.id).stdout.startswith(f"Removed {listed.id}")
    assert watch(settings, "list").stdout.startswith("No question is watched.")


def test_the_command_line_says_what_is_wrong(settings: Settings, tmp_path: Path) -> None:
    missing = watch(settings, "remove", "nothing")
    assert missing.returncode == 1
    assert missing.stderr == "aliqa: No watched question is 'nothing'. List them with: aliqa watch list\n"
    assert watch(settings, "add", " ").returncode == 2
    (settings.index_dir / "watchlist.json").write_text("{", encoding="utf-8")
    damaged = watch(settings, "list")
    assert damaged.returncode == 1
    assert "It was left as it is" in damaged.stderr


def test_no_question_is_saved_where_none_can_be_asked(settings: Settings, tmp_path: Path) -> None:
    elsewhere = settings.model_copy(update={"index_dir": tmp_path / "nowhere"})
    assert watch(elsewhere, "add", PRICE).returncode == 1
    assert "No question is watched" in watch(elsewhere, "list").stdout


def test_the_api_adds_lists_asks_again_and_removes(client: TestClient, settings: Settings) -> None:
    added = client.post("/watchlist", json={"question": f" {PRICE} "})
    assert added.status_code == 201
    assert added.json()["question"] == PRICE
    assert added.json()["now"]["answered"]
    assert client.post("/watchlist", json={"question": PRICE}).json() == added.json()
    assert client.get("/watchlist").json() == [added.json()]
    publish(settings)
    [ran] = client.post("/watchlist/run").json()
    assert [one["quote"] for one in ran["new_citations"]] == [NEWER.strip()]
    assert ran["before"]["answer"] == added.json()["now"]["answer"]
    assert client.delete(f"/watchlist/{ran['id']}").json()["id"] == ran["id"]
    assert client.delete(f"/watchlist/{ran['id']}").status_code == 404
    assert client.get("/watchlist").json() == []


def test_the_api_refuses_what_makes_no_sense(client: TestClient, settings: Settings) -> None:
    assert client.post("/watchlist", json={"question": " "}).status_code == 422
    assert client.post("/watchlist", json={"question": "Why?", "often": True}).status_code == 422
    foreign = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
    assert client.post("/watchlist", json={"question": "Why?"}, headers=foreign).status_code == 403
    (settings.index_dir / "watchlist.json").write_text("{", encoding="utf-8")
    damaged = client.post("/watchlist", json={"question": "Why?"})
    assert damaged.status_code == 503
    assert str(settings.index_dir) not in damaged.text
    assert (settings.index_dir / "watchlist.json").read_text(encoding="utf-8") == "{"


def test_a_server_asks_again_by_itself_when_a_version_is_published(client: TestClient, settings: Settings) -> None:
    client.post("/watchlist", json={"question": PRICE})
    client.post("/watchlist", json={"question": TRAMS})
    publish(settings)
    until = time.monotonic() + 60
    while not (listed := client.get("/watchlist").json())[0]["before"]:
        assert time.monotonic() < until, "the watched questions were not asked again"
        time.sleep(0.1)
    assert [one["doc_id"] for one in listed[0]["new_citations"]] == ["newer.txt"]
    assert listed[1]["before"] is None
    assert not listed[1]["now"]["answered"]

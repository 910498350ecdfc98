"""Tags, notes and collections: one readable file, and filters by them wherever one asks."""

from typing import Any

import pytest
import yaml
from tests import commands
from tests.conftest import ARTICLES, QUICK, THRESHOLD
from tests.integration.test_live import served

from aliqa import Filters
from aliqa.articles.notes import Notes
from aliqa.foundations import settings as aliqa_settings
from aliqa.foundations.errors import ArticleNotFound, InvalidRequest, NotesDamaged
from aliqa.foundations.settings import Settings
from aliqa.library import Library, build

FERRIES = "How many electric ferries did Northwind Lines order?"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("noted")
    for doc_id, text in ARTICLES.items():
        path = folder / "corpus" / doc_id
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for doc_id in ("shipping-old/a.txt", "shipping/deep/b.txt"):
        path = folder / "corpus" / doc_id
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"The yard of {doc_id[0:4]} built a barge in 1911.\n")
    places = {"corpus_dir": folder / "corpus", "index_dir": folder / "index"}
    chosen = aliqa_settings.load(**places, **QUICK, answering={"threshold": THRESHOLD})
    build(chosen)
    return chosen


@pytest.fixture
def settings(built: Settings) -> Settings:
    Notes(built.corpus_dir).path.unlink(missing_ok=True)
    return built


def found(library: Library, **filters: Any) -> set[str]:
    return {one.doc_id for one in library.search("Northwind barge yard ferries", filters=Filters(**filters))}


def test_folders_are_collections(settings: Settings) -> None:
    library = Library.open(settings)
    assert found(library, collections="shipping") == {"shipping/northwind.md", "shipping/deep/b.txt"}
    assert found(library, collections="shipping/deep/") == {"shipping/deep/b.txt"}
    assert found(library, collections=("shipping/deep", "shipping-old")) == {
        "shipping/deep/b.txt",
        "shipping-old/a.txt",
    }
    assert found(library, collections="ship") == set()
    assert dict(library.collections()) == {"retail": 1, "shipping": 2, "shipping-old": 1, "shipping/deep": 1}
    assert not library.ask(FERRIES, filters=Filters(collections=("retail",))).citations


def test_tags_narrow_what_is_asked_at_once(settings: Settings) -> None:
    library = Library.open(settings)
    library.annotate("shipping/northwind.md", ["Ferries", "checked"], "Ring the yard.")
    library.annotate("retail/marlowe.txt", ["checked"], quote="Marlowe Stores will close 46 of its 138 shops")
    assert found(library, tags="ferries") == {"shipping/northwind.md"}
    assert found(library, tags="CHECKED") == {"shipping/northwind.md", "retail/marlowe.txt"}
    assert found(library, tags="checked", doc_ids="retail/marlowe.txt") == {"retail/marlowe.txt"}
    assert found(library, tags="nobody") == set()
    assert library.ask(FERRIES, filters=Filters(tags=("checked",))).citations
    library.annotate("shipping/northwind.md", [])
    assert found(library, tags="ferries") == set()


def test_the_file_is_readable_and_may_be_edited(settings: Settings) -> None:
    notes = Notes(settings.corpus_dir)
    notes.put("云计算.md", ["云"], "先读")
    text = notes.path.read_text(encoding="utf-8")
    assert notes.path == settings.corpus_dir.with_name("corpus.notes.yaml")
    assert "云计算.md:\n  tags:\n  - 云\n  note: 先读\n" in text
    notes.path.write_text(text + "undated-note.txt: {tags: [coffee]}\n", encoding="utf-8")
    assert notes.tagged(["coffee"]) == ("undated-note.txt",)
    assert yaml.safe_load(text)["云计算.md"]["note"] == "先读"
    notes.put("云计算.md", [], "")
    assert list(notes.all()) == ["undated-note.txt"]


@pytest.mark.parametrize(
    "damage", ["a: [", "- a list", "a.md: {tags: 7}", "a.md: {colour: red}", "!!python/object:os.system x"]
)
def test_a_damaged_file_is_left_as_it_is(settings: Settings, damage: str) -> None:
    notes = Notes(settings.corpus_dir)
    notes.path.write_text(damage)
    with pytest.raises(NotesDamaged):
        notes.put("a.md", ["x"], "")
    assert notes.path.read_text() == damage


def test_words_that_the_article_does_not_say_are_not_noted(settings: Settings) -> None:
    library = Library.open(settings)
    with pytest.raises(InvalidRequest):
        library.annotate("retail/marlowe.txt", ["x"], quote="Marlowe closes 47 shops")
    with pytest.raises(ArticleNotFound):
        library.annotate("nothing.txt", ["x"])
    assert not Notes(settings.corpus_dir).path.exists()


@pytest.mark.slow
def test_over_http_and_on_the_page(settings: Settings) -> None:
    with served(settings) as client:
        body = {"doc_id": "shipping/northwind.md", "tags": ["ferries"], "note": "Ring."}
        assert client.call("POST", "/notes", body)[1]["tags"] == ["ferries"]
        listed = client.call("GET", "/notes")[1]
        assert (listed["tags"], listed["collections"][0]) == (
            [{"tag": "ferries", "articles": 1}],
            {"collection": "retail", "articles": 1},
        )
        for filters, count in ({"tags": ["ferries"]}, 1), ({"collections": ["retail"]}, 1), ({"tags": ["no"]}, 0):
            passages = client.call("POST", "/search", {"query": "ferries and shops", "filters": filters})[1]["passages"]
            assert len({one["doc_id"] for one in passages}) == count
        assert client.call("POST", "/notes", {**body, "doc_id": "nothing"})[0] == 404
        assert client.call("POST", "/notes", {**body, "quote": "nobody said so"})[0] == 422
        state = client.call("GET", "/chat/state")[1]
        assert (state["tags"], "shipping" in state["corpus"]["collections"]) == (["ferries"], True)


@pytest.mark.slow
def test_the_commands(settings: Settings) -> None:
    def said(*words: str) -> str:
        done = commands.run(*words, "--index", settings.index_dir)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert said("tag", "shipping/northwind.md", "ferries", "checked") == "shipping/northwind.md: ferries, checked\n"
    said("note", "shipping/northwind.md", "Ring the yard.")
    assert (
        said("tag", "shipping/northwind.md", "checked", "--remove")
        == "shipping/northwind.md: ferries | Ring the yard.\n"
    )
    assert "In " in said("notes")
    assert "northwind.md" in said("search", "ferries", "--tag", "ferries", "--collection", "shipping")

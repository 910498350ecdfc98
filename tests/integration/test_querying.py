"""The language of archives: what each form finds, and that nothing else is taken for it."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import QUICK

from aliqa import Filters
from aliqa.answers.querying import is_query, parse, trouble
from aliqa.foundations import settings as aliqa_settings
from aliqa.foundations.errors import InvalidRequest
from aliqa.library import Library, build

FERRY = "The yard at Brevik built four electric ferries. Ada Lindqvist signed. The old one burned diesel."
TRAM = "An electric tram runs since May. Four lines are planned; the ferry stays."
MILL = "The miller's lease ends. Brevik bid for it, says Lindquist."
STORIES = {
    "sea/ferry.md": ("Ferries for Kelda", "Harbour Gazette", "2025-03-04", FERRY),
    "sea/tram.md": ("A tram", "Harbour Gazette", "2025-06-30", TRAM),
    "land/mill.md": ("The mill’s end", "Inland Post", "2024-11-19", MILL),
    "land/cn.md": ("青岚云", "海岸财经", "2025-01-02", "青岚云计划明年在成都建设新的数据中心。"),
}  # fmt: skip


QUERIES = [
    ('"four electric ferries"', {"ferry"}),
    ("“Four  Electric ferries”", {"ferry"}),
    ('"four electric ferry"', set()),
    ('"electric ferr"', set()),
    ('"The miller’s lease"', {"mill"}),
    ("electric AND ferry", {"ferry", "tram"}),
    ("electric ferry NOT diesel AND date:2025", {"tram"}),
    ("electric -diesel date:2025", {"tram"}),
    ("(tram OR lease) AND NOT Brevik", {"tram"}),
    ("tram OR lease", {"tram", "mill"}),
    ("Lindqist~", {"ferry", "mill"}),
    ("Lindqvist~1", {"ferry", "mill"}),
    ("Lindq*", {"ferry", "mill"}),
    ("electri* AND the AND tram", {"tram"}),
    ('outlet:"Harbour Gazette" Brevik', {"ferry"}),
    ("source:inland", {"mill"}),
    ("outlet:(Inland OR 海岸)", {"mill", "cn"}),
    ("title:ferries", {"ferry"}),
    ("date:2025 NOT date:2025-06", {"ferry", "cn"}),
    ("date:[2025-02-01 TO 2025-05-31]", {"ferry"}),
    ("date:[* TO 2024] OR tram", {"mill", "tram"}),
    ("date:>=2025-03", {"ferry", "tram"}),
    ("date:>2025-03", {"tram"}),
    ("tag:Checked", {"mill"}),
    ("collection:sea NOT tram", {"ferry"}),
    ("NOT tag:checked AND Brevik", {"ferry"}),
    ("成都 AND 数据中心", {"cn"}),
    ('"在成都建设"', {"cn"}),
    ('"在都成建设"', set()),
    ("zeppelin AND ferry", set()),
    ("author:okafor AND Lindqvist", {"ferry"}),
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("stories")
    return shelved(folder, index_dir=folder / "index")


def shelved(folder: Path, **places: Any) -> Library:
    """The stories in an index, one of them with a tag."""
    for doc_id, (title, outlet, day, text) in STORIES.items():
        path = folder / "corpus" / doc_id
        path.parent.mkdir(parents=True, exist_ok=True)
        head = f'---\ntitle: "{title}"\nsource: {outlet}\nauthor: Ines Okafor\npublished: {day}\n---\n\n'
        path.write_text(f"{head}{text}\n", encoding="utf-8")
    chosen = aliqa_settings.load(corpus_dir=folder / "corpus", **places, **QUICK)
    build(chosen)
    opened = Library.open(chosen)
    opened.annotate("land/mill.md", ["checked"])
    return opened


def found(library: Library, query: str) -> set[str]:
    return {one.doc_id.rpartition("/")[2].removesuffix(".md") for one in library.search(query)}


@pytest.mark.parametrize(("query", "wanted"), QUERIES)  # fmt: skip
def test_each_form_finds_what_it_says(library: Library, query: str, wanted: set[str]) -> None:
    assert found(library, query) == wanted


def test_passages_show_the_words_and_filters_hold(library: Library) -> None:
    [one] = library.search('"burned diesel"')
    assert "burned diesel" in one.text
    assert 0 <= one.score <= 1
    assert not library.search('"burned diesel"', filters=Filters(collections=("land",)))
    assert len(library.search("electric OR lease OR 成都", top_k=1)) == 1


@pytest.mark.parametrize(
    "question",
    [
        "electric ferries",
        "What is new?",
        "AT&T and/or IBM",
        "Note: ferries at 5:30",
        "a 'quoted' word",
        'a "',
        "C++ ~ 5",
        "2*3",
    ],
)
def test_other_words_are_searched_as_before(library: Library, question: str) -> None:
    assert not is_query(question)
    library.search(question)


@pytest.mark.parametrize(
    "query", ['"a b" AND', "(a OR b", "date:soon", "date:2025-13", "AND AND", '"" OR ()', "(" * 900 + "a AND b"]
)
def test_what_cannot_be_read_is_searched_as_words_and_said(library: Library, query: str) -> None:
    if is_query(query):
        with pytest.raises(InvalidRequest, match="query"):
            parse(query)
        assert "searched as words" in (trouble(query) or "")
        library.search(query)


PARTS = '" ( ) AND OR NOT a ab~ c* date: 2025 [ TO ] tag: ^2 / \\ : - + 青'.split()


@given(
    st.lists(st.sampled_from([*PARTS, " "]), max_size=14).map("".join) | st.lists(st.sampled_from(PARTS)).map(" ".join)
)
def test_any_words_are_read_or_refused(query: str) -> None:
    if query.strip():
        with suppress(InvalidRequest):
            parse(query)


def test_a_list_of_names_is_checked(library: Library) -> None:
    first, second, third = library.check_names(["Brevik", "Lindquist", "Zeppelin Works"])
    assert {one.doc_id for one in first.articles} == {"sea/ferry.md", "land/mill.md"}
    assert [one.quote for one in second.articles] == ["Brevik bid for it, says Lindquist."]
    assert not third.articles

"""Syndicated copies through the whole of aliqa: found when articles are indexed, counted once in answers."""

from datetime import date
from pathlib import Path

import pytest
from tests.conftest import QUICK
from tests.stories import OTHER, STORY

from aliqa.foundations import settings as aliqa_settings
from aliqa.foundations.settings import Settings
from aliqa.foundations.types import Answer, Filters
from aliqa.index import versions
from aliqa.library import Library, build

COST = "How much does Northwind Lines pay for the ferries?"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An index of a story, two copies of it, and another outlet's own report."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    texts = {"agency": STORY, "copy-a": STORY.replace("ordered", "has ordered"), "copy-b": f"# Ferries\n\n{STORY}"}
    for day, (name, text) in enumerate((texts | {"own": OTHER}).items(), 1):
        head = f"---\ntitle: {name}\nsource: {name} news\npublished: 2025-03-0{day}\n---\n\n"
        (corpus / f"{name}.md").write_text(head + text, encoding="utf-8")
    chosen = aliqa_settings.load(corpus_dir=corpus, index_dir=tmp_path / "index", **QUICK, answering={"threshold": 0.0})
    build(chosen)
    return chosen


def carried(answer: Answer) -> tuple[int, int]:
    return answer.sources.articles, answer.sources.independent


def test_an_answer_counts_copies_once_and_quotes_their_sentence_once(settings: Settings) -> None:
    library = Library.open(settings)
    answer = library.ask(COST)
    assert carried(answer) == (4, 2)
    quotes = [one.quote for one in answer.citations]
    assert len([quote for quote in quotes if "ordered four electric ferries" in quote]) <= 1
    assert len([quote for quote in quotes if "Northwind Lines pays 92 million euros" in quote]) == 1
    outlets = Filters(sources=("agency news", "own news"))
    assert carried(library.ask(COST, filters=outlets)) == (2, 2)
    assert carried(library.ask(COST, filters=Filters(until=date(2025, 3, 2)))) == (2, 1)


def test_the_passages_of_an_answer_do_not_repeat_themselves_but_a_search_finds_all(settings: Settings) -> None:
    library = Library.open(settings)
    asked = {one.doc_id for one in library.ask(COST).passages}
    assert "own.md" in asked
    assert len(asked) == 2
    assert len({one.doc_id for one in library.search(COST)}) == 4


def test_a_copy_with_a_figure_of_its_own_is_read(settings: Settings) -> None:
    path = settings.corpus_dir / "copy-a.md"
    path.write_text(path.read_text("utf-8").replace("92 million", "97 million"), encoding="utf-8")
    build(settings)
    library = Library.open(settings)
    assert library.store.copied() == {"copy-a.md": "agency.md", "copy-b.md": "agency.md"}
    read = " ".join(one.text for one in library.ask(COST).passages)
    assert "cost 92 million" in read
    assert "cost 97 million" in read


def test_articles_and_status_tell_the_copies(settings: Settings) -> None:
    copies = {one.doc_id: one.copy_of for one in Library.open(settings).articles()}
    assert copies == {"agency.md": None, "copy-a.md": "agency.md", "copy-b.md": "agency.md", "own.md": None}
    assert versions.status(settings).copies == 2


def test_what_is_a_copy_follows_the_articles(settings: Settings) -> None:
    (settings.corpus_dir / "agency.md").unlink()
    (settings.corpus_dir / "third.txt").write_text(OTHER, encoding="utf-8")
    assert build(settings).unchanged == 3
    assert Library.open(settings).store.copied() == {"copy-b.md": "copy-a.md", "third.txt": "own.md"}

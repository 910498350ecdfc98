import threading
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aliqa.index.folder.bm25 import LexicalIndex, LexicalWriter, remove
from aliqa.text.terms import content_words, terms


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    writer = LexicalWriter(tmp_path / "words")
    writer.add(1, 0, "Thunder harvests grew by 71.32 million tons")
    writer.add(1, 1, "The thunder is far today")
    writer.add(2, 0, "海港城 invests in ferries")
    writer.commit()
    return tmp_path / "words"


@given(st.text())
@example("B\u0345")
def test_any_text_has_terms(text: str) -> None:
    assert all(term and not term.isspace() for term in terms(text))
    assert set(content_words(text)) <= set(terms(text))


@pytest.mark.parametrize(
    ("one", "other"),
    [("Harvests", "harvest"), ("Brevik's", "brevik"), ("Ｂｒｅ", "bre"), ("STRASSE", "straße"), ("growing", "grow")],
)
def test_forms_of_a_word_are_one_term(one: str, other: str) -> None:
    assert terms(one) == terms(other)


def test_figures_stay_whole() -> None:
    assert terms("$7.13 billion, 60.4%, 2,518 and 1987") == ["7.13", "billion", "60.4", "2,518", "and", "1987"]


def test_the_best_match_comes_first_and_filters_hold(folder: Path) -> None:
    index = LexicalIndex.open(folder)
    places, scores = index.search(terms("thunder harvests"), 10)
    assert places.tolist() == [[1, 0], [1, 1]]
    assert scores[0] > scores[1] > 0
    assert index.search(terms("thunder harvests"), 10, [2])[0].tolist() == []
    assert index.search(terms("ferry"), 10, [2])[0].tolist() == [[2, 0]]
    assert index.search(terms("港城"), 10)[0].tolist() == [[2, 0]]
    assert index.search(terms("thunder"), 1)[0].shape == (1, 2)


def test_nothing_found_is_empty(folder: Path) -> None:
    index = LexicalIndex.open(folder)
    for query in ([], ["absent"]):
        places, scores = index.search(query, 10)
        assert places.shape == (0, 2)
        assert scores.shape == (0,)
    assert index.search(terms("thunder"), 10, [])[0].shape == (0, 2)


def test_in_a_large_index_words_that_stand_everywhere_are_not_searched_beside_others(tmp_path: Path) -> None:
    writer = LexicalWriter(tmp_path)
    for number, text in enumerate(("Die Ernte war die beste", "Der Zoll und die Mühle", "Wem die Bahn gehört", "Nie")):
        writer.add(number, 0, text)
    writer.commit()

    def found(query: str, large: int) -> set[int]:
        return {article for article, _ in LexicalIndex.open(tmp_path, large).search(terms(query), 10)[0].tolist()}

    assert found("Wie war die Ernte?", large=50) == {0, 1, 2}
    assert found("Wie war die Ernte?", large=2) == {0}
    assert found("Die?", large=2) == {0, 1, 2}, "they are if there are no others"


def test_a_removed_article_counts_no_more(folder: Path) -> None:
    assert LexicalIndex.open(folder).document_frequency("thunder") == 2
    writer = LexicalWriter(folder.parent / "next", folder)
    writer.remove(1)
    writer.add(3, 0, "ferries")
    writer.commit()
    index = LexicalIndex.open(folder.parent / "next")
    assert index.document_frequency("thunder") == 0
    assert index.search(terms("thunder"), 10)[0].tolist() == []
    assert sorted(index.search(terms("ferry"), 10)[0].tolist()) == [[2, 0], [3, 0]]
    assert LexicalIndex.open(folder).document_frequency("thunder") == 2


def test_naming_many_articles_finds_what_looking_at_all_and_leaving_some_out_does(tmp_path: Path) -> None:
    writer = LexicalWriter(tmp_path / "words")
    for key in range(3000):
        writer.add(key, 0, "lamp " * (1 + key % 50) + "word " * (key % 7))
    writer.commit()
    index = LexicalIndex.open(tmp_path / "words")
    for keys in (range(0, 3000, 2), range(2999), [7]):
        named, scores = index.search(["lamp"], 20, keys)
        looked, others = index.search(["lamp"], 20, keys, 3000)
        assert others.tolist() == pytest.approx(scores.tolist())
        assert set(looked[:, 0].tolist()) <= set(keys)
        assert len(looked) == len(named) == min(20, len(keys))


def test_a_folder_in_which_locks_are_taken_meanwhile_is_removed(tmp_path: Path) -> None:
    def take_locks() -> None:
        for number in range(20):
            with suppress(FileNotFoundError):
                (tmp_path / "links" / f"{number}.lock").touch()

    for _ in range(20):
        (tmp_path / "links").mkdir()
        taking = threading.Thread(target=take_locks)
        taking.start()
        remove(tmp_path / "links")
        taking.join()
        assert not (tmp_path / "links").exists()

"""What the user names is copied whole under a free name, or refused with a reason; nothing is overwritten."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import documents
from tests.conftest import unprivileged

from aliqa.articles.adding import add, welcome
from aliqa.articles.corpus import accepted
from aliqa.articles.loading import list_articles

SALE = "The mill at the river was sold to the town on Monday."


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return tmp_path / "corpus"


def given_file(folder: Path, name: str, content: bytes | str = SALE) -> str:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


def refusal(source: str, corpus: Path) -> str:
    [failure] = add([source], corpus)[1]
    assert failure.doc_id == source
    assert not corpus.exists() or not list_articles(corpus)
    return failure.reason


def test_a_file_is_copied_byte_for_byte(tmp_path: Path, corpus: Path) -> None:
    source = given_file(tmp_path, "The mill 磨 😀.txt", f"\ufeff{SALE}\r\n")
    [added], failures = add([source], corpus)
    assert not failures
    assert (added.source, added.doc_id, added.new) == (source, "The mill 磨 😀.txt", True)
    assert (corpus / added.doc_id).read_bytes() == Path(source).read_bytes()
    assert os.listdir(corpus) == [added.doc_id]


def test_nothing_is_overwritten_and_nothing_is_copied_twice(tmp_path: Path, corpus: Path) -> None:
    sources = [given_file(tmp_path, f"{number}/mill.txt", f"{SALE} {number}.") for number in range(3)]
    assert [one.doc_id for one in add(sources, corpus)[0]] == ["mill.txt", "mill-2.txt", "mill-3.txt"]
    again = add([*reversed(sources), str(corpus / "mill-2.txt")], corpus)[0]
    assert [(one.doc_id, one.new) for one in again] == [
        ("mill-3.txt", False), ("mill-2.txt", False), ("mill.txt", False), ("mill-2.txt", False),
    ]  # fmt: skip
    assert [(corpus / name).read_text() for name in list_articles(corpus)] == [f"{SALE} {n}." for n in (1, 2, 0)]


def test_a_link_with_the_name_is_not_written_through(tmp_path: Path, corpus: Path) -> None:
    corpus.mkdir()
    (corpus / "mill.txt").symlink_to(tmp_path / "elsewhere.txt")
    assert add([given_file(tmp_path, "mill.txt")], corpus)[0][0].doc_id == "mill-2.txt"
    assert not (tmp_path / "elsewhere.txt").exists()


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path, corpus: Path) -> None:
    sources = [str(tmp_path / "gone.txt"), given_file(tmp_path, "mill.txt"), given_file(tmp_path, "b.pdf", "no PDF")]
    added, failures = add(sources, corpus)
    assert [one.doc_id for one in added] == list_articles(corpus) == ["mill.txt"]
    assert [failure.doc_id for failure in failures] == [sources[0], sources[2]]


def test_what_cannot_be_added_says_why_and_leaves_nothing(tmp_path: Path, corpus: Path) -> None:
    giant = given_file(tmp_path, "giant.txt")
    os.truncate(giant, 60 * 1024**2)
    bomb = documents.zipped({"word/document.xml": b" " * (101 * 1024**2)})
    page = "<html><body><nav><a href='/'>Home</a></nav></body></html>"
    for source, reason in [
        (giant, "larger than 50 MB"),
        (given_file(tmp_path, "mill.psd"), ".docx"),
        (given_file(tmp_path, "mill"), ".docx"),
        (given_file(tmp_path, ".txt"), ".docx"),
        (given_file(tmp_path, "bomb.docx", bomb), "unpacks"),
        (given_file(tmp_path, "text.docx"), "not a Word document"),
        (given_file(tmp_path, "broken.pdf", b"%PDF-1.7\n1 0 obj\n<<"), "not a PDF"),
        (given_file(tmp_path, "locked.pdf", documents.pdf([["The sale", SALE]], password="x")), "encrypted"),
        (given_file(tmp_path, "menu.html", page), "No article"),
        (given_file(tmp_path, "bad.jsonl", '{"title": "x"}\n'), '"text"'),
        (str(tmp_path / "gone.txt"), "no such file"),
        (str(tmp_path), "aliqa index --corpus"),
        (str(tmp_path / ".."), "aliqa index --corpus"),
        ("https://", "cannot be fetched"),
        ("https://[::1", "cannot be fetched"),
    ]:
        assert reason in refusal(source, corpus), source


def test_a_file_of_lines_is_added_if_one_can_be_read(tmp_path: Path, corpus: Path) -> None:
    source = given_file(tmp_path, "export.jsonl", b"no JSON\n" + documents.jsonl({"text": SALE}))
    assert add([source], corpus)[0][0].doc_id == "export.jsonl"


@pytest.mark.skipif(os.geteuid() != 0, reason="becomes another user, which only root can")
def test_a_corpus_that_cannot_be_written_is_a_clear_failure(open_folder: Path) -> None:
    source, corpus = given_file(open_folder, "mill.txt"), open_folder / "corpus"
    corpus.mkdir(mode=0o555)
    with unprivileged():
        assert "cannot be written" in refusal(source, corpus)


@given(st.text(max_size=300), st.sampled_from([".txt", ".PDF", ".docx"]))
def test_any_name_becomes_one_that_the_corpus_accepts(name: str, suffix: str) -> None:
    kept = accepted(welcome(f"m{name}{suffix}"), 1)
    assert "/" not in kept
    assert not kept.startswith(".")
    assert kept.endswith(suffix)

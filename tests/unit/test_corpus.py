"""Files are put into the folder of articles whole, taken out of it alone, and never outside of it."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aliqa.articles import corpus
from aliqa.articles.loading import MAX_BYTES, list_articles
from aliqa.foundations.errors import (
    ArticleNotDeletable,
    ArticleNotFound,
    CorpusMissing,
    CorpusUnwritable,
    FileTooLarge,
    FormatUnknown,
    InvalidRequest,
)

BAD_NAMES = [
    "", "  ", "/etc/passwd.txt", "../a.txt", "a/../../b.txt", "a//b.txt", "./a.txt", ".a.txt", "a/.b/c.txt", " .a.txt",
    "a\\b.txt", "C:\\a.txt", "a\x00.txt", "a\n.txt", "a\x1b[31m.txt", "\u202etxt.exe.txt", "\ud800.txt", "a/ ../b.txt",
    "a" * 300 + ".txt", "/".join(["a" * 100] * 11) + ".txt", "..", "/",
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.txt").write_text("secret")
    folder = tmp_path / "corpus"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("name", BAD_NAMES)
def test_bad_names_are_refused(folder: Path, name: str) -> None:
    with pytest.raises(InvalidRequest, match=r"^name: it "):
        corpus.accepted(name, 1)
    with pytest.raises(ArticleNotFound):
        corpus.find(folder, name)


@pytest.mark.parametrize("name", ["a", "a.exe", "a.txt.zip", "a.", "folder/txt"])
def test_other_formats_are_refused(name: str) -> None:
    with pytest.raises(FormatUnknown, match=r"ends in .*\.txt"):
        corpus.accepted(name, 1)


def test_a_file_may_be_as_large_as_an_article() -> None:
    assert corpus.accepted("a.TXT", MAX_BYTES) == "a.TXT"
    with pytest.raises(FileTooLarge, match="50 MB"):
        corpus.accepted("a.txt", MAX_BYTES + 1)


@given(st.text(max_size=40))
def test_an_accepted_name_is_accepted_again_and_stays_inside(name: str) -> None:
    try:
        doc_id = corpus.accepted(f"{name}.txt", 1)
    except InvalidRequest:
        return
    assert corpus.accepted(doc_id, 1) == doc_id
    assert Path(os.path.normpath(Path("/corpus") / doc_id)).is_relative_to("/corpus")


@pytest.mark.parametrize("name", ["a.txt", "sub/deep/b.md", "云/计算 😀.txt", "it's 100% #1.txt"])
def test_what_is_put_is_listed_found_replaced_and_removed(folder: Path, name: str) -> None:
    doc_id = corpus.accepted(name, 3)
    for data in (b"one", b"two"):
        corpus.put(folder, doc_id, data)
        assert list_articles(folder) == [doc_id]
        assert corpus.find(folder, doc_id).read_bytes() == data
    assert not list(folder.rglob(".*"))
    corpus.remove(folder, doc_id)
    assert not list_articles(folder)
    with pytest.raises(ArticleNotFound):
        corpus.remove(folder, doc_id)


def test_links_that_lead_out_are_neither_followed_nor_written_through(folder: Path) -> None:
    outside = folder.parent / "outside"
    (folder / "way").symlink_to(outside)
    (folder / "link.txt").symlink_to(outside / "secret.txt")
    for doc_id in ("way/secret.txt", "link.txt"):
        with pytest.raises(ArticleNotFound):
            corpus.remove(folder, doc_id)
    with pytest.raises(InvalidRequest, match="leads out"):
        corpus.put(folder, "way/new.txt", b"new")
    with pytest.raises(InvalidRequest, match="leads out"):
        corpus.put(folder, "way/sub/new.txt", b"new")
    corpus.put(folder, "link.txt", b"mine")
    assert (outside / "secret.txt").read_text() == "secret"
    assert not (folder / "link.txt").is_symlink()
    assert os.listdir(outside) == ["secret.txt"]


def test_of_a_link_only_the_link_is_removed(folder: Path) -> None:
    (folder / "a.txt").write_text("text")
    (folder / "b.txt").symlink_to("a.txt")
    corpus.remove(folder, "b.txt")
    assert list_articles(folder) == ["a.txt"]


def test_only_regular_files_are_removed(folder: Path) -> None:
    (folder / "folder.txt").mkdir()
    os.mkfifo(folder / "fifo.txt")
    (folder / "loop.txt").symlink_to("loop.txt")
    for doc_id in ("folder.txt", "fifo.txt", "loop.txt"):
        with pytest.raises(ArticleNotFound):
            corpus.remove(folder, doc_id)
    with pytest.raises(InvalidRequest, match="stands in the way"):
        corpus.put(folder, "folder.txt", b"text")


def test_a_file_in_the_way_of_a_folder_is_told(folder: Path) -> None:
    corpus.put(folder, "a.txt", b"text")
    with pytest.raises(InvalidRequest, match="stands in the way"):
        corpus.put(folder, "a.txt/b.txt", b"text")


def test_one_line_of_a_file_cannot_be_deleted(folder: Path) -> None:
    (folder / "export.jsonl").write_text('{"text": "One."}\n{"text": "Two."}\n')
    with pytest.raises(ArticleNotDeletable, match=r"'export\.jsonl'"):
        corpus.remove(folder, "export.jsonl#2")
    with pytest.raises(ArticleNotFound):
        corpus.remove(folder, "other.jsonl#2")
    corpus.remove(folder, "export.jsonl")


def test_a_folder_that_is_missing_or_closed(folder: Path) -> None:
    with pytest.raises(CorpusMissing):
        corpus.put(folder / "nowhere", "a.txt", b"text")
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    folder.chmod(0o500)
    with pytest.raises(CorpusUnwritable, match="Permission denied"):
        corpus.put(folder, "a.txt", b"text")

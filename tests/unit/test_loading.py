"""Loading: the text is the file; what is known about it is read, never guessed; what is unreadable says why."""

import hashlib
import os
import random
import socket
import tempfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import unprivileged

from aliqa.articles.loading import MAX_BYTES, READERS, SUFFIXES, file_state, file_states, list_articles, read_article
from aliqa.foundations.errors import ArticleError, CorpusMissing, CorpusUnreadable
from aliqa.foundations.types import Article, ArticleMeta


def read(folder: Path, content: str | bytes, name: str = "mill.txt") -> Article:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_article(path, name)


def meta(folder: Path, content: str, name: str = "mill.txt") -> ArticleMeta:
    return read(folder, content, name).meta


def refusal(folder: Path, content: bytes) -> str:
    with pytest.raises(ArticleError) as caught:
        read(folder, content)
    assert str(folder) not in str(caught.value)
    return str(caught.value)


# --- text ------------------------------------------------------------------------------------

texts = st.text(
    st.sampled_from("aZ .\n\r\t\u2028\u2029\x85-:#`'\"é文م😀\ufeff\u200b") | st.characters(exclude_categories=["Cs"])
)


@settings(deadline=None)
@given(texts, st.booleans())
def test_the_text_is_the_file_without_its_mark(text: str, marked: bool) -> None:
    content = (b"\xef\xbb\xbf" if marked else b"") + ("x" + text).encode()
    with tempfile.TemporaryDirectory() as folder:
        if text.count("\0") * 100 > len(text) + 1:
            refusal(Path(folder), content)
            return
        article = read(Path(folder), content)
    assert article.text == ("x" + text).replace("\0", "\ufffd")
    assert article.meta.sha256 == hashlib.sha256(content).hexdigest()
    assert article.meta.bytes == len(content)


@settings(deadline=None)
@given(st.text("tid: []{}&*!\n-'\"\\%@|>#,?~0a文", max_size=60), st.sampled_from(["\n", "\r\n"]))
def test_any_front_matter_is_read_or_left_in_the_text(block: str, newline: str) -> None:
    text = newline.join(["---", *block.split("\n"), "---", "The mill was sold."])
    with tempfile.TemporaryDirectory() as folder:
        article = read(Path(folder), text)
    assert article.text == text
    start = article.meta.body_start
    assert start == 0 or text[:start].rstrip().endswith("---")
    assert text[start:].endswith("The mill was sold.")
    assert article.meta.title


def test_every_suffix_has_a_reader() -> None:
    assert set(READERS) >= set(SUFFIXES) >= {".txt", ".md"}


# --- front matter ----------------------------------------------------------------------------


def test_front_matter_stays_in_the_text_and_is_known(tmp_path: Path) -> None:
    text = (
        '---\r\nTitle: "The mill: a sale"\r\nauthors: [Ada Lind, Jo Berg]\r\nsource: Mill Weekly\r\n'
        "date: 2024-02-29\r\nurl: https://example.org/mill\r\n---\r\n\r\n# Another title\r\n\r\nIt was sold."
    )
    article = read(tmp_path, text, "mill.md")
    found = article.meta
    assert article.text == text
    assert text[found.body_start :].startswith("\r\n# Another title")
    assert (found.title, found.author, found.source) == ("The mill: a sale", "Ada Lind, Jo Berg", "Mill Weekly")
    assert (found.published, found.url, found.doc_id) == (date(2024, 2, 29), "https://example.org/mill", "mill.md")


@pytest.mark.parametrize(
    "front",
    ["just words", "- a\n- b", "{{ title }}", "[" * 5000, ""],
    ids=["words", "list", "template", "deep", "blank"],
)
def test_what_is_no_front_matter_is_text(tmp_path: Path, front: str) -> None:
    found = meta(tmp_path, f"---\n{front}\n---\n\nThe mill was sold.")
    assert found.body_start == 0


@pytest.mark.parametrize("title", ["Quay: the story", "10:30: the mill", "Ada's mill: why? [part 1]"])
def test_a_colon_in_a_title_loses_no_field(tmp_path: Path, title: str) -> None:
    found = meta(tmp_path, f"---\ntitle: {title}\nauthors:\n  - Ada Lind\n  - Jo Berg\ndate: 2024-02-29\n---\n\nSold.")
    assert (found.title, found.author, found.published) == (title, "Ada Lind, Jo Berg", date(2024, 2, 29))


@pytest.mark.parametrize("value", ["[unclosed", "&x [*x", "[" * 20_000, "{{ title }}"])
def test_syntax_is_no_title(tmp_path: Path, value: str) -> None:
    found = meta(tmp_path, f"---\ntitle: {value}\ndate: 2024-02-29\n---\n\nThe mill was sold.")
    assert (found.title, found.published) == ("The mill was sold.", date(2024, 2, 29))


def test_toml_and_bare_lines_are_front_matter_too(tmp_path: Path) -> None:
    for text in (
        '+++\ntitle = "The mill"\nauthors = ["Ada Lind"]\ndate = 2024-02-29T10:00:00Z\n'
        "[extra]\nweight = 3\n+++\n\nSold.",
        "Title: The mill\nAuthor: Ada Lind\nDate: 29 February 2024\n\nSold.",
        "\n\n---\ntitle: The mill\nauthor: {name: Ada Lind}\ncreated: 2024-02-29\n---\nSold.",
    ):
        article = read(tmp_path, text, "mill.md")
        found = article.meta
        assert (found.title, found.author, found.published) == ("The mill", "Ada Lind", date(2024, 2, 29)), text
        assert article.text[found.body_start :].strip() == "Sold."


def test_a_story_that_begins_with_a_colon_has_no_front_matter(tmp_path: Path) -> None:
    assert meta(tmp_path, "Warning: the mill burns.\nFire: it spread.\n\nIt was sold.").body_start == 0


def test_a_rule_in_the_text_is_no_front_matter(tmp_path: Path) -> None:
    assert meta(tmp_path, "The mill\n---\ntitle: x\n---\nIt was sold.").body_start == 0
    assert meta(tmp_path, "---\ntitle: no end\n\nIt was sold.").body_start == 0


def test_front_matter_of_an_old_mac_is_read(tmp_path: Path) -> None:
    assert meta(tmp_path, "---\rtitle: x\r---\rIt was sold.").title == "x"


def test_odd_values_are_text_or_nothing(tmp_path: Path) -> None:
    found = meta(
        tmp_path,
        "---\ntitle: 2024\nauthor: {nick: Ada}\nsource: null\nurl: javascript:alert(1)\ndate: soon\n---\nSold.",
    )
    assert found == ArticleMeta(
        "mill.txt", found.sha256, "2024", None, None, None, None, bytes=found.bytes, body_start=found.body_start
    )


def test_control_characters_and_halves_of_characters_are_dropped(tmp_path: Path) -> None:
    assert meta(tmp_path, '---\ntitle: "a\\ud800\\e[31m\\nb\\0"\n---\nSold.').title == "a[31m b"
    assert meta(tmp_path, "The \x1b[31mOld\x07 Mill\n\nSold.").title == "The [31mOld Mill"


def test_an_address_as_source_is_the_address(tmp_path: Path) -> None:
    found = meta(tmp_path, "---\nsource: https://example.org/mill\n---\nSold.")
    assert (found.url, found.source) == ("https://example.org/mill", None)


# --- the first lines -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("The Old Mill\n\nIt was sold.", "The Old Mill"),
        ("05/13 2025\n461\nBy Ada Lind\nWho Owns the Mill?\nIt was sold.", "Who Owns the Mill?"),
        ("Some words before.\n\n# **The** [Mill](https://example.org) #\n\nIt was sold.", "The Mill"),
        ("***\n\n*The mill in winter*\n\nIt was sold.", "The mill in winter"),
        ("- The mill was sold\n- It burned", "The mill was sold"),
        ("老磨坊的故事\n它被卖了。", "老磨坊的故事"),
        ("461\n\n***", "mill"),
        (
            "The mill at the river, which the village had built with its own hands in 1820, was sold " * 3,
            "The mill at the river, which the village had built with its own hands in 1820…",
        ),
        ("w" * 300, "w" * 80 + "…"),
    ],
    ids=["line", "after counters", "heading", "italic", "item", "chinese", "nothing", "prose", "one word"],
)
def test_the_title_is_the_first_line_that_could_be_one(tmp_path: Path, text: str, title: str) -> None:
    assert meta(tmp_path, text).title == title


@pytest.mark.parametrize(
    ("line", "author", "source"),
    [
        ("Author | Ada Lind", "Ada Lind", None),
        ("By Ada Lind", "Ada Lind", None),
        ("BY ADA LIND", "ADA LIND", None),
        ("*By Ada Lind and Jo Berg*", "Ada Lind and Jo Berg", None),
        ("By Ada Lind | May 3, 2025", "Ada Lind", None),
        ("**Author:** Ada Lind", "Ada Lind", None),
        ("作者：林小明", "林小明", None),
        ("Produced by | Mill Weekly", None, "Mill Weekly"),
        ("Source: Mill Weekly", None, "Mill Weekly"),
        ("Mill Weekly, 13 May 2025", None, "Mill Weekly"),
        ("*The Valley Post, Tuesday 13 May 2025*", None, "The Valley Post"),
        ("13 May 2025 - The Valley Post", None, "The Valley Post"),
        ("By Ada Lind, Mill Weekly, 13 May 2025", "Ada Lind", "Mill Weekly"),
        ("Ada Lind, Mill Weekly, 13 May 2025", None, None),
        ("Upper Holm, 13 May 2025", None, None),
        ("Photo: Jo Berg", None, None),
        ("By the river they found it.", None, None),
        ("The author is not known.", None, None),
    ],
)
def test_bylines_name_the_author_and_the_source(
    tmp_path: Path, line: str, author: str | None, source: str | None
) -> None:
    found = meta(tmp_path, f"The Old Mill\n{line}\n\nIt was sold in Upper Holm.")
    assert (found.author, found.source) == (author, source)


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("2025-05-13", date(2025, 5, 13)),
        ("05/13 2025", date(2025, 5, 13)),
        ("13/05/2025", date(2025, 5, 13)),
        ("05/05/2025", date(2025, 5, 5)),
        ("13.05.2025", date(2025, 5, 13)),
        ("05.06.2025", date(2025, 6, 5)),
        ("May 13, 2025", date(2025, 5, 13)),
        ("Sept. 3rd, 2024", date(2024, 9, 3)),
        ("Tuesday, 13 May 2025, 10:30 GMT", date(2025, 5, 13)),
        ("Published on May 13, 2025 at 10:30 a.m.", date(2025, 5, 13)),
        ("Mill Weekly, 13 May 2025", date(2025, 5, 13)),
        ("Holm | May 13, 2025 | Updated 10:30", None),
        ("2025年5月13日", date(2025, 5, 13)),
        ("2025-05-13T23:59:59+02:00", date(2025, 5, 13)),
        ("05/06/2025", None),
        ("2025-02-30", None),
        ("31 April 2025", None),
        ("May 2025", None),
        ("May 13", None),
        ("2025", None),
        ("461", None),
        ("On May 13, 2025 the mill was sold.", None),
        ("Mill sold on May 13, 2025", None),
        ("May 13, 2025 was the day on which the mill was sold.", None),
    ],
)
def test_a_date_is_read_and_never_guessed(tmp_path: Path, line: str, published: date | None) -> None:
    assert meta(tmp_path, f"The Old Mill\n{line}\n\nIt was sold.").published == published


@pytest.mark.parametrize(
    "value",
    [
        "2025-05-13",
        "'2025-05-13'",
        "2025-05-13 10:30:00 +0000",
        "2025-05-13T10:30:00Z",
        "May 13, 2025",
        "Tue, 13 May 2025 10:30:00 GMT",
    ],
)
def test_front_matter_dates_come_in_many_forms(tmp_path: Path, value: str) -> None:
    assert meta(tmp_path, f"---\npublished: {value}\n---\nSold.").published == date(2025, 5, 13)


def test_a_date_deep_in_the_text_is_not_its_own(tmp_path: Path) -> None:
    assert meta(tmp_path, "The mill\n\n" + "It was sold.\n" * 10 + "May 13, 2025\n").published is None


# --- refusals --------------------------------------------------------------------------------


def test_what_is_not_text_is_refused_with_a_reason_and_a_remedy(tmp_path: Path) -> None:
    assert "binary" in refusal(tmp_path, b"mill\0mill")
    assert refusal(tmp_path, random.Random(1).randbytes(500))
    for empty in (b"", b" \r\n\t", b"\xef\xbb\xbf", b"---\ntitle: x\n---\n \n"):
        assert refusal(tmp_path, empty) == "It is empty. Write something into it, or delete it."


def test_what_is_not_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.txt").mkdir()
    os.mkfifo(tmp_path / "pipe.txt")
    for name, reason in [("folder.txt", "not a file"), ("pipe.txt", "not a file"), ("gone.txt", "vanished")]:
        with pytest.raises(ArticleError, match=reason):
            read_article(tmp_path / name, name)
    with pytest.raises(ArticleError, match=r"Save it as \.txt, .* or \.\w+"):
        read_article(tmp_path / "mill.psd", "mill.psd")
    with pytest.raises(ArticleError, match="not UTF-8"):
        read_article(tmp_path / "mill\ufffd.txt", "mill\ufffd.txt")
    with pytest.raises(ArticleError, match="cannot be read"):
        read_article(tmp_path / ("m" * 300 + ".txt"), "long.txt")


def test_a_giant_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "giant.txt"
    path.touch()
    os.truncate(path, MAX_BYTES + 1)
    with pytest.raises(ArticleError, match="larger than 50 MB"):
        read_article(path, "giant.txt")


def test_a_file_that_may_not_be_read_is_refused(open_folder: Path) -> None:
    path = open_folder / "mill.txt"
    path.write_text("Sold.")
    path.chmod(0)
    with unprivileged(), pytest.raises(ArticleError, match="permission"):
        read_article(path, "mill.txt")


# --- the folder ------------------------------------------------------------------------------


def put(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("Sold.")


def test_all_articles_are_listed_and_nothing_else(tmp_path: Path) -> None:
    put(tmp_path, "b.txt", "a.md", "A.TXT", "sub/deep/c.md", "sub/文 😀.txt", "sub.txt/d.md")
    put(tmp_path, ".hidden.txt", ".git/e.txt", "picture.psd", "txt", "f.txt~", "sub/.g.md")
    os.mkfifo(tmp_path / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(tmp_path / "socket.txt"))
    assert list_articles(tmp_path) == ["A.TXT", "a.md", "b.txt", "sub.txt/d.md", "sub/deep/c.md", "sub/文 😀.txt"]


def test_links_stay_inside_and_end(tmp_path: Path) -> None:
    corpus, outside = tmp_path / "corpus", tmp_path / "outside"
    put(corpus, "a.txt", "sub/b.txt", ".versions/3/c.txt", ".versions/4/e.txt")
    put(outside, "secret.txt")
    (corpus / "loop").symlink_to(corpus)
    (corpus / "sub" / "up").symlink_to("..")
    (corpus / "self.txt").symlink_to("self.txt")
    (corpus / "broken.txt").symlink_to("nowhere.txt")
    (corpus / "leak.txt").symlink_to(outside / "secret.txt")
    (corpus / "leaks").symlink_to(outside)
    (corpus / "again.txt").symlink_to("a.txt")
    (corpus / "current").symlink_to(".versions/3")
    (corpus / "newest.txt").symlink_to(".versions/4/e.txt")
    listed = list_articles(corpus)
    assert listed == ["a.txt", "current/c.txt", "newest.txt", "sub/b.txt"]
    assert [read_article(corpus / name, name).text for name in listed] == ["Sold."] * 4


def test_a_link_to_a_corpus_is_a_corpus(tmp_path: Path) -> None:
    put(tmp_path / "real", "a.txt")
    (tmp_path / "link").symlink_to("real")
    assert list_articles(tmp_path / "link") == ["a.txt"]


def test_a_name_that_is_not_utf8_is_listed_so_that_it_can_fail_visibly(tmp_path: Path) -> None:
    with open(os.fsencode(tmp_path) + b"/mill\xff.txt", "w") as file:
        file.write("Sold.")
    (name,) = list_articles(tmp_path)
    with pytest.raises(ArticleError, match="Rename"):
        read_article(tmp_path / name, name)


def test_a_folder_that_is_not_there_is_missing(tmp_path: Path) -> None:
    put(tmp_path, "a.txt")
    for folder in (tmp_path / "gone", tmp_path / "a.txt"):
        with pytest.raises(CorpusMissing):
            list_articles(folder)


def test_a_folder_that_cannot_be_listed_is_an_error_and_not_an_absence(open_folder: Path) -> None:
    put(open_folder, "a.txt", "closed/b.txt")
    (open_folder / "closed").chmod(0)
    with unprivileged(), pytest.raises(CorpusUnreadable, match="closed"):
        list_articles(open_folder)
    with unprivileged(), pytest.raises(CorpusUnreadable):
        list_articles(open_folder / "closed" / "further")
    (open_folder / "closed").chmod(0o755)


def test_a_folder_too_deep_to_be_reached_is_an_error(tmp_path: Path) -> None:
    put(tmp_path, "a.txt")
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(20):  # longer than the 4,096 bytes that a path may have
        os.mkdir("d" * 250, dir_fd=here)
        below = os.open("d" * 250, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    with pytest.raises(CorpusUnreadable):
        list_articles(tmp_path)


def test_a_file_that_was_just_changed_has_no_state(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("a")
    assert file_state(str(path)) is None
    os.utime(path, (0, 0))
    assert file_state(str(path)) is None
    assert file_state(str(tmp_path)) is None
    assert file_state(str(tmp_path / "nowhere")) is None
    old = Path(__file__)
    assert file_state(str(old)) == file_state(str(old))
    assert file_states(old.parent, [old.name, "nowhere"]) == [file_state(str(old)), None]
    assert file_states(tmp_path, ["a.txt"]) == [None]

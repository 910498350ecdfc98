"""Every format gives its text and what it knows; what is broken, hostile or no article says why."""

import io
import os
import random
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import documents

from aliqa.articles.loading import (
    MAX_BYTES,
    READERS,
    cut,
    file_of,
    note_origin,
    parse_article,
    read_article,
    read_files,
)
from aliqa.foundations.errors import ArticleError
from aliqa.foundations.types import Article

SALE = "The mill at the river was sold to the town for 340,000 euros on Monday."
STONES = "Its two stones have ground rye since 1820, says the miller Ada Lind."
ROOF = "The roof will be made anew before the winter comes."
HEAD = (
    '<meta property="og:site_name" content="Mill Weekly"><meta name="author" content="Ada Lind">'
    '<meta property="article:published_time" content="2025-03-04T08:00:00Z">'
    '<link rel="canonical" href="https://mill.example/sale">'
)


def parse(data: bytes, name: str) -> Article:
    [file] = cut(data, name)
    return parse_article(file)


def refusal(data: bytes, name: str) -> str:
    with pytest.raises(ArticleError) as caught:
        parse(data, name)
    return str(caught.value)


# --- html ------------------------------------------------------------------------------------


def test_html_gives_the_article_and_what_the_page_says_about_it() -> None:
    article = parse(documents.html_page([SALE, STONES], HEAD).encode(), "mill.html")
    meta = article.meta
    assert article.text == f"# The mill\n\n{SALE}\n\n{STONES}"
    assert (meta.title, meta.author, meta.source) == ("The mill", "Ada Lind", "Mill Weekly")
    assert (meta.published, meta.url) == (date(2025, 3, 4), "https://mill.example/sale")


def test_html_keeps_headings_lists_and_tables_on_lines_of_their_own() -> None:
    page = documents.html_page([SALE, "@"]).replace(
        "<p>@</p>",
        "<h2>What <em>stays</em></h2><p>Two things stay as they are:</p><ul>"
        "<li>the wheel</li><li>the <b>oak</b></li></ul>"
        f"<table><tr><th>Part</th><th>Year</th></tr><tr><td>Roof</td><td>1820</td></tr></table><p>{ROOF}</p>",
    )
    text = parse(page.encode(), "mill.htm").text
    assert "\n\n## What stays\n\n" in text
    assert "\n\n- the wheel\n- the oak\n\nPart | Year\nRoof | 1820\n\n" in text


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "utf-8"),
        ("utf-16", "utf-16"),
        ("iso-8859-1", "iso-8859-1"),
        ("gb18030", "gb18030"),
        ("cp1252", "no-such"),
        ("cp1252", "idna"),
    ],
)
def test_html_is_read_in_the_encoding_that_it_declares(encoding: str, declared: str) -> None:
    words = (
        "老磨坊在星期一被卖给了镇政府。"
        if encoding == "gb18030"
        else "Das Café an der Mühle wurde für zehn Euro verkauft."
    )
    page = f"<html><head><meta charset={declared}></head><body><article><p>{words}</p></article></body></html>"
    assert parse(page.encode(encoding), "mill.html").text == words


@pytest.mark.parametrize(
    "page",
    [
        "<html><body><nav><ul><li><a href='/'>Home</a></li></ul></nav>"
        "<footer>All rights reserved.</footer></body></html>",
        "<html><head><title>Log in</title></head><body><form><label>User name</label><button>Go</button></form></body>",
        "<html><body><ul>" + "<li><a href='/1'>The mill is sold to the town</a></li>" * 40 + "</ul></body></html>",
        "<html></html>",
        "<div>" * 20_000,
    ],
    ids=["menu", "form", "headlines", "nothing", "deep"],
)
def test_html_without_an_article_is_refused(page: str) -> None:
    assert "No article was found" in refusal(page.encode(), "mill.html")


# --- pdf -------------------------------------------------------------------------------------


def test_pdf_lines_flow_and_pages_are_known() -> None:
    long = " ".join([SALE, STONES, ROOF] * 4)
    article = parse(
        documents.pdf([["The sale", long], ["What stays", ROOF]], title="The mill", author="Ada Lind"), "mill.pdf"
    )
    meta, text = article.meta, article.text
    assert (meta.title, meta.author, meta.published) == ("The mill", "Ada Lind", None)
    assert " ".join(text.split()) == f"The sale {long} What stays {ROOF}"
    assert text.startswith("The sale\n\n")
    assert "\n\n" not in text[len("The sale\n\n") : text.index("\n\nWhat stays\n\n")]
    assert meta.pages == (0, text.index("What stays"))
    assert [meta.page_of(place) for place in (0, meta.pages[1] - 1, meta.pages[1], len(text) - 1)] == [1, 1, 2, 2]


def test_pdf_titles_that_programs_make_up_are_no_titles() -> None:
    for made in ("untitled", "Microsoft Word - draft7.docx", "mill.indd"):
        assert parse(documents.pdf([["The sale", SALE]], title=made), "mill.pdf").meta.title == "The sale"


def test_pdf_heads_and_page_numbers_do_not_cut_sentences() -> None:
    halves = SALE.split(" to the ")
    pages = [["Mill Weekly", SALE, str(number)] for number in range(1, 5)]
    pages[1] = ["Mill Weekly", f"{halves[0]} to the", "2"]
    pages[2] = ["Mill Weekly", halves[1], "3"]
    article = parse(documents.pdf(pages), "mill.pdf")
    assert "Mill Weekly" not in article.text
    assert f"{halves[0]} to the\n{halves[1]}" in article.text
    assert len(article.meta.pages) == 4


def test_pdf_pages_that_say_the_same_are_all_kept() -> None:
    article = parse(documents.pdf([["The sale", ROOF]] * 4), "mill.pdf")
    assert article.text.count(ROOF) == len(article.meta.pages) == 4


def test_pdf_that_every_viewer_opens_is_read_and_any_other_refused() -> None:
    assert SALE in " ".join(parse(documents.pdf([["The sale", SALE]], password=""), "mill.pdf").text.split())
    assert "encrypted" in refusal(documents.pdf([["The sale", SALE]], password="secret"), "mill.pdf")


def test_pdf_without_words_asks_for_recognition() -> None:
    assert "OCR" in refusal(documents.pdf([["", ""]]), "mill.pdf")


# --- docx ------------------------------------------------------------------------------------


def test_docx_gives_headings_items_and_tables() -> None:
    blocks = [
        ("Title", "The mill"),
        ("heading 1", "The sale"),
        ("", SALE),
        ("", ""),
        ("List Bullet", "the wheel"),
        ("List Bullet", "the oak"),
        ("", "First line\nsecond line"),
    ]
    article = parse(documents.docx(blocks, [[["Part", "Year"], ["Roof", "1820"]]], creator="Ada Lind"), "mill.docx")
    assert article.text == (
        f"# The mill\n\n# The sale\n\n{SALE}\n\n- the wheel\n- the oak\n\nFirst line\n"
        "second line\n\nPart | Year\nRoof | 1820"
    )
    assert (article.meta.title, article.meta.author) == ("The mill", "Ada Lind")


def test_docx_that_would_fill_the_memory_is_refused_unread() -> None:
    bomb = documents.zipped({"word/document.xml": b" " * (101 * 1024**2)})
    assert len(bomb) < 1024**2
    assert "unpacks to more than 100 MB" in refusal(bomb, "mill.docx")
    assert "unpacks" in refusal(documents.zipped({f"{number}.xml": "" for number in range(10_001)}), "mill.docx")


def test_docx_entities_are_not_expanded() -> None:
    names = "abcdefghi"
    entities = "".join(f'<!ENTITY {one} "{f"&{other};" * 10}">' for other, one in pairwise(names))
    whole = documents.docx([("", SALE)])
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    document = parts["word/document.xml"].replace(SALE, f"{SALE} &i;")
    parts["word/document.xml"] = f'<!DOCTYPE w [<!ENTITY a "ha">{entities}]>{document}'
    assert "not a Word document" in refusal(documents.zipped(parts), "mill.docx")


# --- jsonl -----------------------------------------------------------------------------------


def test_jsonl_has_an_article_a_line_and_ends_lines_nowhere_else() -> None:
    first = {
        "title": "The mill",
        "text": f"{SALE}\u2028{STONES}",
        "published": "2025-03-04",
        "author": ["Ada Lind", "Jo Berg"],
        "source": "Mill Weekly",
        "url": "https://mill.example/sale",
        "tags": ["x"],
        "words": 12,
    }
    data = b"\xef\xbb\xbf" + documents.jsonl(first) + b"\r\n" + documents.jsonl({"text": f"\r\n{ROOF}\r\n"})
    one, two = cut(data, "sub/export.jsonl")
    assert (one.doc_id, two.doc_id) == ("sub/export.jsonl#1", "sub/export.jsonl#3")
    assert (file_of(one.doc_id), one.suffix) == ("sub/export.jsonl", ".jsonl")
    article = parse_article(one)
    meta = article.meta
    assert article.text == first["text"]
    assert (meta.title, meta.author, meta.source) == ("The mill", "Ada Lind, Jo Berg", "Mill Weekly")
    assert (meta.published, meta.url) == (date(2025, 3, 4), "https://mill.example/sale")
    assert parse_article(two).text == f"\n{ROOF}\n"


def test_a_line_keeps_its_hash_when_others_change() -> None:
    hashes = [
        {file.sha256 for file in cut(documents.jsonl(*({"text": words} for words in texts)), "a.jsonl")}
        for texts in ([SALE, STONES], [SALE, ROOF])
    ]
    assert len(hashes[0] & hashes[1]) == 1


def test_jsonl_lines_fail_one_by_one() -> None:
    lines = [
        b'{"text": "a"',
        b'["text"]',
        b'{"text": 7}',
        b'{"title": "x"}',
        b'{"text": " "}',
        b"[" * 99999,
    ]
    files = cut(b"\n".join([*lines, documents.jsonl({"text": SALE})]), "a.jsonl")
    reasons = []
    for file in files[:-1]:
        with pytest.raises(ArticleError) as caught:
            parse_article(file)
        reasons.append(str(caught.value))
    for reason, said in zip(
        reasons, ["not a line of JSON", '"text"', '"text"', '"text"', "empty", "JSON"], strict=True
    ):
        assert said in reason
    assert parse_article(files[-1]).text == SALE


def test_jsonl_that_is_one_document_over_several_lines_is_not_cut() -> None:
    for data in (b"{\n", b"", b"\n \n"):
        assert cut(data, "a.jsonl")[0].doc_id == "a.jsonl"
        assert refusal(data, "a.jsonl")
    assert parse(b'\n{\n "text": "The mill."\n}\n', "a.jsonl").text == "The mill."


def test_a_line_is_read_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(documents.jsonl({"text": SALE}, {"text": ROOF}))
    assert read_article(tmp_path / "a.jsonl", "a.jsonl#2").text == ROOF
    with pytest.raises(ArticleError, match="no such line"):
        read_article(tmp_path / "a.jsonl", "a.jsonl#3")


def test_halves_of_characters_become_the_sign_for_what_is_unknown() -> None:
    assert parse(b'{"text": "The \\ud83d mill \\u0000was sold."}', "a.jsonl").text == "The \ufffd mill was sold."


# --- eml -------------------------------------------------------------------------------------


def test_eml_gives_the_plain_part_else_the_html() -> None:
    headers = {
        "Subject": "The mill is sold 磨",
        "From": "Ada Lind <ada@mill.example>",
        "Date": "Tue, 04 Mar 2025 08:00:00 +0100",
    }
    plain = parse(documents.mail(f"{SALE}\n\n{ROOF}\n", "<p>Something else</p>", **headers), "mill.eml")
    assert plain.text == f"{SALE}\n\n{ROOF}"
    assert (plain.meta.title, plain.meta.author, plain.meta.published) == (
        "The mill is sold 磨",
        "Ada Lind",
        date(2025, 3, 4),
    )
    page = parse(documents.mail(None, documents.html_page([SALE, STONES]), **headers), "mill.eml")
    assert SALE in page.text
    assert page.meta.title == "The mill is sold 磨"


def test_eml_that_is_no_mail_is_refused() -> None:
    assert "not a mail" in refusal(SALE.encode(), "mill.eml")
    assert "empty" in refusal(b"Subject: x\n\n", "mill.eml")


# --- all of them -----------------------------------------------------------------------------

MAKERS: dict[str, Callable[[], bytes]] = {
    ".html": lambda: documents.html_page([SALE, STONES]).encode(),
    ".pdf": lambda: documents.pdf([["The sale", SALE], ["What stays", ROOF]]),
    ".docx": lambda: documents.docx([("heading 1", "The sale"), ("", SALE)]),
    ".jsonl": lambda: documents.jsonl({"text": SALE}),
    ".eml": lambda: documents.mail(SALE, Subject="The sale"),
}


@pytest.mark.parametrize("suffix", MAKERS)
def test_a_damaged_file_is_read_or_refused_and_nothing_else(suffix: str, capfd: pytest.CaptureFixture[str]) -> None:
    whole, chance = MAKERS[suffix](), random.Random(1)
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(chance.randrange(1, 30)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        for file in cut(bytes(data[: chance.randrange(1, len(data) + 1)]), f"mill{suffix}"):
            with suppress(ArticleError):
                article = parse_article(file)
                assert article.text.strip()
                assert article.text.encode()
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("suffix", sorted(READERS.keys() - {".txt", ".md"}))
@settings(deadline=None, max_examples=30)
@given(data=st.binary(max_size=300))
def test_bytes_of_no_format_are_refused(suffix: str, data: bytes) -> None:
    for file in cut(data, f"mill{suffix}"):
        with suppress(ArticleError):
            assert parse_article(file).text.strip()


@pytest.mark.parametrize("suffix", READERS)
def test_a_giant_of_any_format_is_refused_before_it_is_read(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"giant{suffix}"
    path.touch()
    os.truncate(path, MAX_BYTES + 1)
    with pytest.raises(ArticleError, match="larger than 50 MB"):
        read_files(path, path.name)


def test_an_origin_counts_for_the_bytes_it_was_noted_for(tmp_path: Path) -> None:
    path = tmp_path / "mill.txt"
    path.write_text(SALE)
    [file] = read_files(path, "mill.txt")
    assert file.url is None
    note_origin(path, "https://mill.example/sale", file.sha256)
    assert read_article(path, "mill.txt").meta.url == "https://mill.example/sale"
    path.write_text(ROOF)
    assert read_article(path, "mill.txt").meta.url is None

"""Books, slides, sheets, feeds, mailboxes and saved pages are read; files that are not are counted."""

import io
import json
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pytest
from openpyxl import Workbook
from tests import documents

from aliqa.articles.loading import SUFFIXES, cut, list_folder, parse_article, read_files, suffixes_of
from aliqa.articles.loading.formats import READERS
from aliqa.foundations.errors import ArticleError
from aliqa.foundations.types import Article

SALE = "The mill at the river was sold to the town for 340,000 euros on Monday."
STONES = "Its two stones have ground rye since 1820, says the miller Ada Lind."
ROOF = "The roof will be made anew before the winter comes."


def parse(data: bytes, name: str) -> list[Article]:
    return [parse_article(file) for file in cut(data, name)]


def one(data: bytes, name: str) -> Article:
    [article] = parse(data, name)
    return article


def test_an_opendocument_text_is_read_as_it_is_seen() -> None:
    styles = (
        '<style:style style:name="gone"><style:text-properties text:display="none"/></style:style>'
        '<style:style style:name="old"><style:text-properties style:text-line-through-style="solid"/></style:style>'
        '<style:style style:name="up"><style:text-properties style:text-position="super 58%"/></style:style>'
    )
    body = (
        "<text:tracked-changes><text:p>Never said.</text:p></text:tracked-changes>"
        '<text:h text:outline-level="2">The sale</text:h>'
        f"<text:p>{SALE}</text:p>"
        '<text:p>It<text:s/>opens in <text:span text:style-name="old">2025 </text:span>2027<text:tab/>or'
        '<text:line-break/>later<text:span text:style-name="gone"> for a bribe</text:span>.</text:p>'
        '<text:p>It opened in 1999<text:span text:style-name="up">4</text:span>.<text:note>'
        "<text:p>A note.</text:p></text:note></text:p>"
        "<text:list><text:list-item><text:p>oak</text:p><text:list><text:list-item><text:p>old</text:p>"
        "</text:list-item></text:list></text:list-item></text:list><table:table><table:table-row><table:table-cell><text:p>Ship</text:p></table:table-cell><table:table-cell/><table:table-cell><text:p>2011</text:p></table:table-cell></table:table-row></table:table>"
    )
    article = one(documents.odt(body, styles, title="The mill", creator="Ada Lind"), "mill.odt")
    assert article.text == (
        f"## The sale\n\n{SALE}\n\nIt opens in 2027 or\nlater.\n\nIt opened in 1999^4.\n\n- oak\n- old\n\nShip | | 2011"
    )
    assert (article.meta.title, article.meta.author) == ("The mill", "Ada Lind")


def test_a_book_is_read_chapter_by_chapter() -> None:
    article = one(
        documents.epub(
            [f"<h1>One</h1><p>{SALE}</p>", f"<h1>Two</h1><p>{ROOF}</p>"],
            title="The mill",
            creator="Ada Lind",
            date="2024-02-29",
        ),
        "mill.epub",
    )
    assert article.text == f"# One\n\n{SALE}\n\n# Two\n\n{ROOF}"
    assert (article.meta.title, article.meta.author, article.meta.published) == (
        "The mill",
        "Ada Lind",
        date(2024, 2, 29),
    )


def test_slides_are_read_in_the_order_in_which_they_are_shown() -> None:
    assert one(documents.pptx([("The sale", [SALE, ROOF]), ("The stones", [STONES])]), "mill.pptx").text == (
        f"# The sale\n\n{SALE}\n{ROOF}\n\n# The stones\n\n{STONES}"
    )


def test_rich_text_is_read() -> None:
    data = (
        rb"{\rtf1\ansi\ansicpg1252{\info{\title The mill}{\author Ada Lind}}{\fonttbl{\f0 Arial;}}The"
        rb" caf\'e9 was sold.\par It {\strike was }is old \u8364?5.\par}"
    )
    article = one(data, "mill.rtf")
    assert article.text == "The café was sold.\n\nIt is old €5."
    assert (article.meta.title, article.meta.author) == ("The mill", "Ada Lind")


def test_a_workbook_shows_its_values_under_their_headers() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Ships"
    for row in (["Ship", "Built", "Scrapped"], ["Alba", None, date(2011, 5, 1)], ["Brisa", 1999, 2015.5]):
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    assert (
        one(file.getvalue(), "ships.xlsx").text
        == "# Ships\nShip | Built | Scrapped\nAlba | | 2011-05-01\nBrisa | 1999 | 2015.5"
    )


def test_a_table_with_a_column_of_texts_holds_articles_and_any_other_is_one() -> None:
    export = f'headline;body;date\n"The mill";"{SALE}";2024-02-29\n"The roof";"{ROOF}";6. Mai 2024\n'
    first, second = parse(export.encode("cp1252"), "export.csv")
    assert (first.meta.doc_id, first.text, first.meta.title) == ("export.csv#1", SALE, "The mill")
    assert (second.meta.published, second.meta.title) == (date(2024, 5, 6), "The roof")
    assert one(b"Ship\tBuilt\tScrapped\nAlba\t\t2011\n", "ships.tsv").text == "Ship | Built | Scrapped\nAlba | | 2011"


def test_the_entries_of_a_feed_are_articles() -> None:
    feed = (
        '<?xml version="1.0"?><rss version="2.0"><channel><title>Mill Weekly</title>'
        "<item><title>The mill</title><link>https://mill.example/1</link>"
        "<pubDate>Mon, 06 May 2024 10:00:00 GMT</pubDate>"
        f"<description>&lt;p&gt;{SALE}&lt;/p&gt;&lt;p&gt;{STONES}&lt;/p&gt;</description></item>"
        f"<item><title>The roof</title><description>{ROOF}</description></item></channel></rss>"
    )
    first, second = parse(feed.encode(), "feed.xml")
    assert (first.text, first.meta.title, first.meta.source) == (f"{SALE}\n\n{STONES}", "The mill", "Mill Weekly")
    assert (first.meta.published, first.meta.url) == (date(2024, 5, 6), "https://mill.example/1")
    assert (second.meta.doc_id, second.text) == ("feed.xml#2", ROOF)
    page = (
        '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body>'
        f"<article><p>{SALE}</p></article></body></html>"
    )
    assert SALE in one(page.encode(), "mill.xml").text
    with pytest.raises(ArticleError, match="neither a feed"):
        one(b"<settings><a>1</a></settings>", "settings.xml")


def test_the_mails_of_a_mailbox_are_articles() -> None:
    box = "".join(
        f"From a@b Tue May  6 10:00:00 2025\nSubject: {title}\nFrom: Ada Lind <a@b>\n\n{words}\n\n"
        for title, words in (("Sale", SALE), ("Roof", ROOF))
    )
    assert [(article.meta.title, article.text) for article in parse(box.encode(), "mails.mbox")] == [
        ("Sale", SALE),
        ("Roof", ROOF),
    ]


def test_a_page_that_a_browser_saved_whole_is_a_page() -> None:
    page = documents.html_page([SALE, STONES])
    message = EmailMessage()
    message["Snapshot-Content-Location"] = "https://mill.example/sale"
    message.set_content(page, subtype="html", cte="quoted-printable")
    message.make_related()
    article = one(message.as_bytes(), "mill.mhtml")
    assert SALE in article.text
    assert article.meta.url == "https://mill.example/sale"


def test_lists_and_wrapped_objects_of_json_are_articles() -> None:
    pair = [{"headline": "Sale", "content": SALE}, {"headline": "Roof", "articleBody": [ROOF, STONES]}]
    for data in (pair, {"articles": pair}, {"status": "ok", "results": pair}):
        first, second = parse(json.dumps(data, indent=1).encode(), "export.json")
        assert (first.text, first.meta.title) == (SALE, "Sale")
        assert second.text == f"{ROOF}\n\n{STONES}"
    assert one(json.dumps({"data": {"title": "Sale", "text": SALE}}).encode("utf-16"), "one.json").text == SALE


# --- mails -----------------------------------------------------------------------------------


def mail(*parts: EmailMessage | str, subject: str = "The mill") -> bytes:
    message = EmailMessage()
    message["Subject"], message["From"] = subject, "Ada Lind <ada@mill.example>"
    message.make_mixed()
    for part in parts:
        if isinstance(part, str):
            inner = EmailMessage()
            inner.set_content(part)
            message.attach(inner)
        else:
            message.attach(part)
    return message.as_bytes()


def attachment(data: bytes, name: str) -> EmailMessage:
    part = EmailMessage()
    part.set_content(data, maintype="application", subtype="octet-stream", filename=name, disposition="attachment")
    return part


def test_all_parts_of_a_mail_and_what_is_attached_are_read() -> None:
    word = documents.docx([("", ROOF)])
    text = one(
        mail("See below.", STONES, attachment(SALE.encode(), "sale.txt"), attachment(word, "roof.docx")), "mill.eml"
    ).text
    assert text == f"See below.\n\n{STONES}\n\n# sale.txt\n\n{SALE}\n\n# roof.docx\n\n{ROOF}"


def test_an_attachment_that_cannot_be_read_is_said() -> None:
    article = one(mail(SALE, attachment(b"PK\x03\x04", "roof.docx"), attachment(b"\x89PNG", "photo.psd")), "mill.eml")
    assert article.text == SALE
    assert article.meta.reading is not None
    assert "roof.docx is left out" in article.meta.reading


def test_a_mail_whose_words_are_all_in_what_is_not_read_says_which() -> None:
    sent = mail("", attachment(b"\x78\x9f\x3e\x22", "winmail.dat"), attachment(b"8BPS", "plan.psd"))
    with pytest.raises(ArticleError, match=r"not read: winmail\.dat, plan\.psd\. Save"):
        one(sent, "mill.eml")


def test_a_forwarded_mail_is_read() -> None:
    inner, outer = EmailMessage(), EmailMessage()
    inner["Subject"], inner["From"] = "Inner", "Jo Berg <jo@mill.example>"
    inner.set_content(SALE)
    outer.set_content(inner)
    assert one(mail("See the report.", outer), "mill.eml").text == f"See the report.\n\n# Inner\n\n{SALE}"


def test_a_plain_part_that_points_to_the_page_is_passed_over() -> None:
    data = documents.mail(
        "View in your browser: https://x.example", documents.html_page([SALE, STONES, ROOF]), Subject="x"
    )
    text = one(data, "mill.eml").text
    assert SALE in text
    assert "browser" not in text


@pytest.mark.parametrize(
    ("head", "body", "text"),
    [
        ("Content-Type: text/plain; charset=x-unknown", SALE.encode(), SALE),
        ("Content-Type: text/plain; charset=iso-8859-1", "Café „Möwe“ – 5 €".encode("cp1252"), "Café „Möwe“ – 5 €"),
        ("Content-Type: text/plain; charset=iso-8859-1", "Das Café Möwe".encode(), "Das Café Möwe"),
        ("Content-Type: text/plain", "Das Café Möwe".encode(), "Das Café Möwe"),
        ("Content-Type: text/plain; charset=utf-8; format=flowed", b"The mill was \nsold.\n", "The mill was sold."),
        ("Content-Type: text/plain", b"<p>The mill.</p><p>It was sold.</p>", "The mill.\n\nIt was sold."),
        (
            "Content-Type: text/html",
            b"<div>The crew meets at nine</div><div>Bring the folder</div>",
            "The crew meets at nine\n\nBring the folder",
        ),
        (
            "Content-Type: multipart/alternative; boundary=----=_Next_1",
            b"------=_Next_1\nContent-Type: text/plain\n\nThe mill was sold.\n------=_Next_1--",
            "The mill was sold.",
        ),
    ],
)
def test_mails_of_careless_programs_are_read(head: str, body: bytes, text: str) -> None:
    data = f"Subject: x\nMIME-Version: 1.0\nContent-Transfer-Encoding: 8bit\n{head}\n\n".encode() + body
    assert one(data, "mill.eml").text == text


def test_a_subject_of_very_many_encoded_words_is_cut() -> None:
    subject = "=?utf-8?Q?F=C3=A4hre?= " * 20_000
    assert (
        one(
            (
                f"Subject: {subject}\nFrom: =?iso-8859-1?Q?J=F6rg?= Berg <j@x.example>\n"
                f"Date: 2025-07-29T12:42:06.000Z\n\n{SALE}"
            ).encode(),
            "mill.eml",
        ).meta.author
        == "Jörg Berg"
    )


# --- what is not read ------------------------------------------------------------------------


def test_what_is_not_read_is_counted(tmp_path: Path) -> None:
    for name in ("a.txt", "b.psd", "sub/c.PSD", "sub/d.exe", "Makefile", ".hidden.psd", ".git/x.psd"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    listing = list_folder(tmp_path)
    assert listing.articles == ["a.txt"]
    assert suffixes_of(listing.skipped) == {".psd": 2, "": 1, ".exe": 1}


def test_the_pictures_of_a_saved_page_are_no_articles(tmp_path: Path) -> None:
    for name in ("sale.html", "sale_files/logo.png", "other_files/scan.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    assert list_folder(tmp_path).articles == ["other_files/scan.png", "sale.html"]


@pytest.mark.parametrize("suffix", sorted(READERS.keys() - set(SUFFIXES)))
def test_formats_of_other_programs_are_listed_with_what_to_do(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"mill{suffix}").write_bytes(b"\xd0\xcf\x11\xe0")
    assert list_folder(tmp_path).articles == [f"mill{suffix}"]
    with pytest.raises(ArticleError, match="save it as"):
        [parse_article(file) for file in read_files(tmp_path / f"mill{suffix}", f"mill{suffix}")]


@pytest.mark.parametrize("suffix", [".docx", ".odt", ".pptx", ".epub", ".xlsx", ".rtf", ".pdf", ".png"])
def test_text_under_another_suffix_says_what_is_wrong(suffix: str) -> None:
    with pytest.raises(ArticleError, match=r"It is not|extra|ocr"):
        one(SALE.encode(), f"mill{suffix}")


def test_a_picture_and_a_scanned_page_are_read_and_it_is_said() -> None:
    pytest.importorskip("rapidocr")
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.new("RGB", (1100, 260), "white")
    draw = ImageDraw.Draw(picture)
    for number, line in enumerate(["The mill was sold to the town", "for 340,000 euros on Monday."]):
        draw.text((40, 60 + 50 * number), line, font=ImageFont.load_default(32), fill="black")
    for kind in ("PNG", "PDF"):
        file = io.BytesIO()
        picture.save(file, kind, resolution=150)
        article = one(file.getvalue(), f"mill.{kind.lower()}")
        assert "340,000 euros" in article.text
        assert article.meta.reading is not None
        assert article.meta.reading.startswith("read by OCR, confidence ")

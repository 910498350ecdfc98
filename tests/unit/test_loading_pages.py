"""A page is read as its reader sees it, and what it says about itself is believed where it is said plainly."""

import json
from datetime import date

import pytest
from tests import documents

from aliqa.articles.loading import cut, parse_article
from aliqa.foundations.errors import ArticleError
from aliqa.foundations.types import Article

SALE = "The mill at the river was sold to the town for 340,000 euros on Monday."
STONES = "Its two stones have ground rye since 1820, says the miller Ada Lind."
ROOF = "The roof will be made anew before the winter comes."


def parse(page: str | bytes) -> Article:
    [file] = cut(page.encode() if isinstance(page, str) else page, "mill.html")
    return parse_article(file)


def article(inside: str, head: str = "", outside: str = "") -> str:
    return (
        f"<html><head><title>Mill</title>{head}</head><body>{outside}<article><h1>The mill is sold</h1>"
        f"<p>{SALE}</p>{inside}<p>{STONES}</p><p>{ROOF}</p></article></body></html>"
    )


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ("<p>It opened in 1999<sup>4</sup> and closed.</p>", "It opened in 1999^4 and closed."),
        ("<p>It opened in 2019<sup>[2]</sup>.</p>", "It opened in 2019."),
        ('<p>It cost 42 crowns<sup><a href="#n1">1</a></sup> then.</p>', "It cost 42 crowns then."),
        ('<p>It was rebuilt<a href="#n1"><sup>12</sup></a> later.</p>', "It was rebuilt later."),
        (
            "<p>It grew to 10<sup>6</sup> m<sup>2</sup> on the 21<sup>st</sup> of May.</p>",
            "It grew to 10^6 m^2 on the 21st of May.",
        ),
        ("<p>It cost <del>38 million</del> <ins>42 million</ins> crowns.</p>", "It cost 42 million crowns."),
        ("<p>It opens in <s>2025</s> 2027, they said.</p>", "It opens in 2027, they said."),
        ('<p>It opens in <span style="text-decoration: line-through">2025</span> 2027.</p>', "It opens in 2027."),
        (
            "<p>The m<b>ill</b> is o<span>ld</span> and H<sub>2</sub>O drives it.</p>",
            "The mill is old and H2O drives it.",
        ),
        ("<details><summary>How long?</summary><p>It takes two years.</p></details>", "It takes two years."),
        (
            "<figure><img src=x><figcaption>The mill in the year 1820.</figcaption></figure>",
            "The mill in the year 1820.",
        ),
        ("<dl><dt>Length</dt><dd>The dam is 310 metres long.</dd></dl>", "- Length\n- The dam is 310 metres long."),
        ("<ul><li>oak<ul><li>from the forest</li></ul></li><li>iron</li></ul>", "- oak\n- from the forest\n- iron"),
        ("<blockquote><p>“We had no choice.”</p></blockquote>", "“We had no choice.”"),
        (
            "<table><tr><th>Ship</th><th>Built</th><th>Scrapped</th></tr><tr>"
            "<td>Alba</td><td></td><td>2011</td></tr></table>",
            "Ship | Built | Scrapped\nAlba | | 2011",
        ),
        (
            '<table><tr><th>Port</th><th>Ship</th></tr><tr><td rowspan="2">North</td>'
            "<td>Alba</td></tr><tr><td>Brisa</td></tr></table>",
            "Port | Ship\nNorth | Alba\nNorth | Brisa",
        ),
        (
            '<div><template shadowrootmode="open"><p>It stands in the shade.</p></template></div>',
            "It stands in the shade.",
        ),
    ],
)
def test_a_page_says_what_its_reader_sees(inside: str, text: str) -> None:
    assert f"\n\n{text}\n\n" in f"\n\n{parse(article(inside)).text}\n\n"


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>The bribe was 99 million.</p>",
        '<p style="display: none">The bribe was 99 million.</p>',
        '<div style="visibility:hidden"><p>The bribe was 99 million.</p></div>',
        '<p style="font-size:0">The bribe was 99 million.</p>',
        '<p class="gone">The bribe was 99 million.</p>',
        "<template><p>The bribe was 99 million.</p></template>",
        "<dialog><p>The bribe was 99 million.</p></dialog>",
        '<div class="box sponsored"><p>The bribe was 99 million.</p></div>',
        "<amp-ad width=300><p>The bribe was 99 million.</p></amp-ad>",
        '<div class="newsletter-signup"><p>The bribe was 99 million.</p></div>',
        '<div class="paywall"><p>The bribe was 99 million.</p></div>',
    ],
)
def test_what_no_reader_sees_and_what_is_sold_beside_it_is_left_out(hidden: str) -> None:
    text = parse(article(hidden, "<style>p.x{color:red} p.gone, #off {display:none}</style>")).text
    assert "99 million" not in text
    assert text.endswith(ROOF)


@pytest.mark.parametrize("name", ["promo", "sponsored", "ads", "post promo", "paywall"])
def test_what_holds_the_article_is_no_box_whatever_it_is_called(name: str) -> None:
    page = (
        article("")
        .replace("<article>", f'<article class="{name}">')
        .replace("<body>", f'<body class="{name}" id="ad">')
    )
    assert SALE in parse(page).text


def test_a_page_that_hides_all_until_its_script_runs_has_its_words() -> None:
    assert ROOF in parse(article("").replace("<article>", '<article style="opacity: 0">')).text


@pytest.mark.parametrize(
    "words",
    [
        "สภาท่าเรืออนุมัติงบประมาณสี่สิบสองล้านโครนสำหรับท่าเรือข้ามฟากแห่งใหม่",
        "Նավահանգստի խորհուրդը հաստատեց նոր նավամատույցի բյուջեն։",
        "የወደብ ምክር ቤቱ ለአዲሱ ወደብ አርባ ሁለት ሚሊዮን አጸደቀ።",
        "The crew meets at nine at the old mill",
        "The mill opens in May.",
    ],
)
def test_short_notes_and_languages_without_full_stops_are_articles(words: str) -> None:
    assert words in parse(f"<html><body><article><h1>Mill</h1><p>{words}</p></article></body></html>").text


def test_text_without_tags_and_text_in_other_wrappings_is_read() -> None:
    plain = f"{SALE}\n\n{STONES}"
    assert parse(plain).text == plain
    assert f"{SALE}\n\n{STONES}" in parse(f"<html><body><pre>{plain}</pre></body></html>").text
    assert (
        SALE
        in parse(
            f'<html><body><div id="app"></div><noscript><p>{SALE}</p><p>{STONES}</p></noscript></body></html>'
        ).text
    )
    known = {"@type": "NewsArticle", "headline": "The mill is sold", "articleBody": f"{SALE} {STONES}"}
    script = f'<script type="application/ld+json">{json.dumps(known)}</script>'
    found = parse(f'<html><head><title>x</title>{script}</head><body><div id="root"></div></body></html>')
    assert (found.text, found.meta.title) == (f"{SALE} {STONES}", "The mill is sold")


LINKED = {
    "@graph": [
        {"@type": "WebSite", "name": "Mill Weekly"},
        {
            "@type": "NewsArticle",
            "headline": "The mill is sold",
            "datePublished": "2022-11-05T23:30:00-05:00",
            "dateModified": "2024-01-01",
            "author": [{"name": "Jo Berg"}, {"name": "Mia R. Holm"}],
            "publisher": {"name": "Mill Weekly"},
        },
    ]
}


def test_linked_data_is_believed_first() -> None:
    meta = parse(article("", f'<script type="application/ld+json">{json.dumps(LINKED)}</script>')).meta
    assert (meta.title, meta.author, meta.source) == ("The mill is sold", "Jo Berg; Mia R. Holm", "Mill Weekly")
    assert meta.published == date(2022, 11, 5)


@pytest.mark.parametrize(
    ("head", "inside", "published"),
    [
        ('<meta property="article:published_time" content="05/06/2021">', "", None),
        (
            '<meta property="article:modified_time" content="2024-02-02"><meta name="date" content="2020-01-15">',
            "",
            date(2020, 1, 15),
        ),
        ("", "<p><time>3. März 2021</time></p>", date(2021, 3, 3)),
        ("", '<p class="dateline">12 March 2019</p>', date(2019, 3, 12)),
        ('<link rel="canonical" href="https://mill.example/2018/07/09/mill.html">', "", date(2018, 7, 9)),
        ("", "<p>The mill opens again on 14 June 2031, says the plan.</p>", None),
        ("", "<footer>© 2026 Mill Weekly. Page made on 28 November 2026</footer>", None),
    ],
)
def test_the_day_is_read_where_it_is_said_and_never_guessed(head: str, inside: str, published: date | None) -> None:
    assert parse(article(inside, head)).meta.published == published


@pytest.mark.parametrize(
    ("head", "author"),
    [
        ('<meta name="author" content="Sarah E. Holm, Jr.">', "Sarah E. Holm, Jr."),
        ('<meta name="author" content="By Ada Lind">', "Ada Lind"),
        ('<meta name="author" content="admin">', None),
        ('<meta property="article:author" content="https://mill.example/ada">', None),
    ],
)
def test_an_author_is_a_name(head: str, author: str | None) -> None:
    assert parse(article("", head)).meta.author == author


def test_an_archive_is_not_where_a_page_comes_from() -> None:
    head = '<link rel="canonical" href="https://web.archive.org/web/20150304050607/http://mill.example/sale">'
    meta = parse(article("", head)).meta
    assert (meta.url, meta.published) == ("http://mill.example/sale", None)


@pytest.mark.parametrize(
    ("encoding", "label"),
    [
        ("cp1252", "iso-8859-1"),
        ("cp1252", "latin1"),
        ("cp1252", "ascii"),
        ("cp1252", None),
        ("cp1252", "utf-8"),
        ("cp1252", "x-user-defined"),
        ("utf-8", "windows-1252"),
        ("utf-8", "utf-16"),
        ("utf-16-le", None),
        ("utf-32", None),
    ],
)
def test_labels_mean_what_they_mean_to_browsers(encoding: str, label: str | None) -> None:
    words = "Das Café „Möwe“ zahlte 42 Millionen für die Fähre – so der Rat."
    head = f"<meta charset={label}>" if label else ""
    assert (
        words
        in parse(
            f"<html><head>{head}</head><body><article><p>{words}</p></article></body></html>".encode(encoding)
        ).text
    )


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("gb18030", "港口委员会星期二批准了四千二百万克朗的新码头预算，朱镕基说。"),
        ("cp932", "港湾委員会は火曜日に新しい埠頭の予算を承認しました。"),
        ("koi8-r", "Совет порта утвердил бюджет во вторник."),
        ("cp1250", "Rada miasta zatwierdziła budżet na nową przystań."),
        ("cp1252", "The café society – “cheap” – paid £42."),
        ("mac-roman", "Das Café Möwe zahlte für die Fähre."),
    ],
)
def test_an_undeclared_encoding_is_told_and_the_guess_is_said(encoding: str, words: str) -> None:
    for name in ("mill.txt", "mill.md"):
        [file] = cut(words.encode(encoding), name)
        found = parse_article(file)
        assert found.text == words
        assert found.meta.reading is not None
        assert "guess" in found.meta.reading


def test_one_byte_that_cannot_be_decoded_loses_no_other() -> None:
    [file] = cut("Das Café zahlte für die Fähre ".encode() + b"\xff sofort.", "mill.txt")
    found = parse_article(file)
    assert found.text == "Das Café zahlte für die Fähre \ufffd sofort."
    assert found.meta.reading == "1 byte could not be decoded"


def test_marks_of_menus_alone_are_no_article() -> None:
    with pytest.raises(ArticleError):
        parse(
            "<html><body>" + documents.html_page([]).partition("<article>")[0].partition("<body>")[2] + "</body></html>"
        )

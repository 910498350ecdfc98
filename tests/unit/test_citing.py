import re
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from aliqa.answers.citing import WRITERS, bibtex, footnoted, fragment_url, html, markdown
from aliqa.foundations.types import (
    Abstention,
    Answer,
    ArticleMention,
    Citation,
    Claim,
    Disagreement,
    DisagreementKind,
    FoundPassage,
    IndexInfo,
    Timings,
)

URL = "https://harbour.example/northwind"
QUOTE = "The four ferries cost 92 million euros together."
HOSTILE = (
    r'<script>alert(1)</script> [a](javascript:alert(2)) **b** `c` $x$ ~~d~~ {e} \f &amp; 50% #1 _g_ ![h](i) "j" | k |'
)
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), min_size=1).filter(str.strip)


def citation(quote: str = QUOTE, number: int = 1, start: int = 0, **fields: object) -> Citation:
    one = Citation(
        number, "shipping/northwind.md", "Northwind Lines goes electric", "Ines Okafor", "Harbour Gazette",
        date(2025, 3, 4), URL, quote, 100, 100 + len(quote), start, start + len(quote), 0.9, "0" * 64,
    )  # fmt: skip
    return replace(one, **fields)  # type: ignore[arg-type]


def answer(*quotes: str, **fields: object) -> Answer:
    """An answer of these quotes, each of an article with these fields."""
    text, citations = "", []
    for number, quote in enumerate(quotes, 1):
        citations.append(citation(quote, number, len(text), **fields))
        text += f"{quote} [{number}]" + " " * (number < len(quotes))
    info = IndexInfo("1", datetime(2026, 1, 2, tzinfo=UTC), 1, 1, None)
    times = Timings(1, 1, 1, 1)
    return Answer("abcdef0123", "What?", None, text, True, None, 0.9, tuple(citations), (), info, times)


class Seen(HTMLParser):
    """The elements and the text that a browser would find."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def plain(text: str) -> str:
    return " ".join(text.split())


def rendered(source: str) -> Seen:
    return Seen(MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(source))


def unlatex(text: str) -> str:
    names = {"textbackslash": "\\", "textbraceleft": "{", "textbraceright": "}", "textasciitilde": "~"}
    names["textasciicircum"] = "^"
    return re.sub(r"\\(?:(text\w+)\{\}|(.))", lambda found: names[found[1]] if found[1] else found[2], text)


def test_markdown_has_numbered_footnotes_with_everything_known() -> None:
    assert markdown(answer(QUOTE)) == (
        f"{QUOTE}[^1]\n\n[^1]: Ines Okafor, “[Northwind Lines goes electric]({URL}#:~:text=The%20four%20ferries%20cost"
        "%2092%20million%20euros%20together.)”, Harbour Gazette, 2025-03-04\n"
    )
    bare = answer(QUOTE, author=None, source=None, published=None, url=None, page=3)
    assert markdown(bare).endswith("[^1]: “Northwind Lines goes electric”, undated, p. 3, shipping/northwind.md\n")


def test_html_links_marks_to_a_list_of_sources() -> None:
    seen = Seen(html(answer(QUOTE, "Delivery is in 2027.")))
    assert seen.tags == ["p", "sup", "a", "sup", "a", "ol", "li", "a", "li", "a"]
    assert seen.text.startswith(f"{QUOTE}[1] Delivery is in 2027.[2]\n")
    assert "Ines Okafor, “Northwind Lines goes electric”, Harbour Gazette, 2025-03-04" in seen.text


def test_bibtex_has_one_entry_for_each_article() -> None:
    both = answer(QUOTE, "Delivery is in 2027.", "It is late.")
    third = replace(both.citations[2], doc_id="云.md", author="Lin, Yuan and Bo", source=None, url=None, published=None)
    first, second = bibtex(replace(both, citations=(*both.citations[:2], third))).split("\n\n")
    assert first.splitlines()[:5] == [
        "@article{shipping-northwind,",
        "  author = {Ines Okafor},",
        "  title = {{Northwind Lines goes electric}},",
        "  journal = {Harbour Gazette},",
        "  year = {2025},",
    ]
    assert "  month = mar,\n  day = {4},\n" in first
    assert f"  annote = {{[1] {QUOTE} [2] Delivery is in 2027.}},\n" in first
    assert second.startswith("@misc{article,\n  author = {{Lin, Yuan and Bo}},\n")
    assert "year" not in second
    assert "url" not in second


def test_articles_of_one_name_get_different_keys() -> None:
    both = answer(QUOTE, "Late.")
    other = replace(both.citations[1], doc_id="shipping/northwind.pdf")
    keys = re.findall(r"@\w+\{([^,]+),", bibtex(replace(both, citations=(both.citations[0], other))))
    assert keys == ["shipping-northwind", "shipping-northwind-2"]


def test_an_abstention_says_so_in_every_format() -> None:
    why = Abstention("no_match", "No article mentions “parcels\n@misc{x}”.")
    for name, write in WRITERS.items():
        written = write(replace(answer(), answered=False, abstention=why))
        assert "The articles do not answer this. No article mentions “parcels" in written
        assert name != "bibtex" or (written.count("\n") == 1 and "@" not in written)


def test_disagreements_are_told() -> None:
    claims = (Claim(1, "5 *ferries*", None), Claim(2, "4", None))
    both = replace(answer(QUOTE, "Late."), disagreements=(Disagreement("the <order>", claims),))
    assert r"The sources disagree about the \<order\>: 5 \*ferries\*[^1]; 4[^2]" in markdown(both)
    assert "The sources disagree about the <order>: 5 *ferries*[1]; 4[2]" in Seen(html(both)).text


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("contradiction", "The sources disagree about order: 5[1]; 4[2]"),
        ("change", "What the sources say about order has changed over time: 5[1]; 4[2]"),
        ("scope", "What the sources say about order may differ in scope: 5[1]; 4[2]"),
    ],
)
def test_how_values_differ_is_told(kind: DisagreementKind, said: str) -> None:
    claims = (Claim(1, "5", None), Claim(2, "4", None))
    both = replace(answer(QUOTE, "Late."), disagreements=(Disagreement("order", claims, kind),))
    assert said in Seen(html(both)).text
    assert said.replace("[", "[^") in markdown(both)


def test_what_is_not_quoted_stands_above_and_is_set_apart() -> None:
    told = replace(
        answer(QUOTE), searched_as="Did *Northwind* order?", verdict="yes", notice="Nothing was found for 2019.",
        kind="yes_no",
    )  # fmt: skip
    above = ["Searched for: Did *Northwind* order?", "The articles say so", "Nothing was found for 2019."]
    text, places = footnoted(told)
    assert text.startswith(
        "*Searched for: Did \\*Northwind\\* order?*\n\n*The articles say so*\n\n*Nothing was found for 2019.*\n\n"
        + QUOTE
    )
    assert places[1].cut(text) == QUOTE
    assert Seen(html(told)).text.startswith("\n".join([*above, QUOTE]))
    assert bibtex(told).startswith("".join(f"% {line}\n" for line in above) + "@article")
    assert "The articles say otherwise" in markdown(replace(told, verdict="no"))


def test_how_often_an_article_mentions_what_was_asked_for_stands_in_its_footnote() -> None:
    one = answer(QUOTE)
    mention = ArticleMention("shipping/northwind.md", "Northwind", None, None, None, 3, QUOTE, 100, 148, 1)
    asked = replace(one, kind="which_articles", articles=(mention,))
    assert markdown(asked).endswith("Harbour Gazette, 2025-03-04, 3 mentions\n")
    assert "2025-03-04, 3 mentions" in Seen(html(asked)).text


@pytest.mark.parametrize(
    "quote", [HOSTILE, "# No heading", "1. No list", "- No list", "1) No", "=", "> no quote", "2025.5"]
)
def test_nothing_becomes_markup(quote: str) -> None:
    hostile = answer(quote, title=quote, author=quote, source=quote, url=None, doc_id=f"{quote}.md")
    seen = rendered(markdown(hostile).partition("\n")[0])
    assert seen.tags == ["p"]
    assert plain(seen.text) == plain(f"{quote}[^1]")
    assert Seen(html(hostile)).tags == ["p", "sup", "a", "ol", "li"]
    assert rendered(markdown(hostile).partition(": ")[2]).tags == ["p"]


@given(texts, texts)
def test_any_text_comes_through_whole(quote: str, title: str) -> None:
    given = answer(quote, title=title)
    seen = rendered(markdown(given).partition("\n")[0])
    assert seen.tags == ["p"]
    assert plain(seen.text) == plain(f"{quote.rstrip(' ')}[^1]")
    assert set(Seen(html(given)).tags) == {"p", "sup", "a", "ol", "li"}
    entry = bibtex(given)
    assert entry.count("{") == entry.count("}")
    depth = 0
    for sign in entry:
        depth += (sign == "{") - (sign == "}")
        assert depth >= 0
    [kept] = re.findall(r"  annote = \{\[1\] ?(.*)\},\n\}", entry)
    assert unlatex(kept) == plain(quote)


@given(texts, texts, texts)
def test_a_link_holds_the_quote_and_nothing_of_it_steers(quote: str, before: str, after: str) -> None:
    link = fragment_url("https://a.example/b#c", quote, before, after)
    page, _, named = link.partition(":~:text=")
    assert page == "https://a.example/b#c"
    assert re.fullmatch(r"([\w.~%]*-,)?[\w.~%]*(,[\w.~%]+)?(,-[\w.~%]*)?", named, re.ASCII)


def test_a_long_quote_is_named_by_its_ends() -> None:
    for quote in (
        "The ferry left, and it was late, for fog lay on the strait. " * 10,
        "渡轮起航，但是晚点了，因为海峡有雾。" * 30,
    ):
        start, end = map(unquote, fragment_url(URL, quote).partition("=")[2].split(","))
        assert quote.startswith(start)
        assert quote.strip().endswith(end)
        assert 30 < len(start) < 100
        assert 30 < len(end) < 100


def test_a_short_quote_is_named_with_what_stands_around_it_in_the_same_paragraph() -> None:
    assert fragment_url(URL, "It is late.", "# Ferries\n", " We wait. So do you.").endswith(
        "text=It%20is%20late.,-We%20wait.%20So"
    )


def test_a_link_names_a_markdown_quote_as_its_page_shows_it() -> None:
    assert unquote(fragment_url(URL, "The **four** [ferries](x.md) of `Kelda_Strait` cost _much_")).endswith(
        "=The four ferries of Kelda_Strait cost much"
    )


@pytest.mark.parametrize(
    "url", [None, "", "javascript:alert(1)", "file:///etc/passwd", "https://a.example/ b", "harbour"]
)
def test_only_addresses_of_the_web_are_links(url: str | None) -> None:
    assert "](" not in markdown(answer(QUOTE, url=url))
    assert '<a href="#' in html(answer(QUOTE, url=url))
    assert html(answer(QUOTE, url=url)).count("<a ") == 1


def test_an_address_cannot_end_its_link() -> None:
    url = "https://a.example/(x)\"'><b>{y}\\"
    written = rendered(markdown(answer(QUOTE, url=url)).partition(": ")[2])
    assert written.tags == ["p", "a"]
    assert set(Seen(html(answer(QUOTE, url=url))).tags) == {"p", "sup", "a", "ol", "li"}
    entry = bibtex(answer(QUOTE, url=url))
    assert entry.count("{") == entry.count("}")


def test_words_around_come_from_the_passages() -> None:
    short = answer("It is late.")
    one = short.citations[0]
    text = "The ferry has no fog horn. It is late. We wait."
    passage = FoundPassage(
        one.doc_id, one.title, None, None, None, None, text, one.char_start - 27, one.char_start + 20, 0.9
    )
    assert "text=no%20fog%20horn.-,It%20is%20late.,-We%20wait.)" in markdown(replace(short, passages=(passage,)))

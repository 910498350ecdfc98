"""The pictures of the corpus: what their marks stand for, and that nothing of an article becomes HTML."""

from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

import pytest

from aliqa.doors.page import picture
from aliqa.foundations.types import ArticleSummary, DatedStatement

HOSTILE = "<script>alert(1)</script>\"'&lt; $x_1$ &outlet=b"
ARTICLE = ArticleSummary("a.md", "A", None, "Gazette", date(2025, 3, 4), 10, 1)


def links(svg: str) -> list[tuple[str, str]]:
    """Where the links of a picture lead, and what they say."""
    found = [one for one in ElementTree.fromstring(svg).iter() if one.tag.endswith("}a")]
    return [(one.attrib["href"], one.attrib["aria-label"]) for one in found]


@pytest.mark.parametrize(
    ("last", "when"), [(date(2025, 6, 1), "2025-03"), (date(2028, 1, 1), "2025 Q1"), (date(2040, 1, 1), "2025")]
)
def test_every_bar_stands_for_the_articles_that_it_links_to(last: date, when: str) -> None:
    articles = [ARTICLE, replace(ARTICLE, source=None), ARTICLE, replace(ARTICLE, published=last)]
    articles += [replace(ARTICLE, published=None), replace(ARTICLE, state="failed")]
    found = dict(links(picture.articles_svg(articles)))
    assert found[f"#when={when}&outlet=Gazette"] == f"{when}, Gazette: 2 articles"
    assert len(found) == 3
    assert len(picture.chosen(articles, when, "Gazette")) == 2
    assert len(picture.chosen(articles, when, "no outlet")) == 1


def test_the_rarer_of_very_many_outlets_share_a_colour() -> None:
    articles = [replace(ARTICLE, source=f"Outlet {number}") for number in range(9)] * 2
    bars = links(picture.articles_svg(articles))
    assert len(bars) == picture.MOST_OUTLETS + 1
    assert bars[-1][1] == "2025-03, other outlets: 6 articles"
    assert len(picture.chosen(articles, "2025-03", "other outlets")) == 6


def test_dots_link_to_their_statements_whatever_they_say() -> None:
    day = date(2024, 5, 6)
    one = DatedStatement(day, day, "2024-05-06", "stated", HOSTILE, HOSTILE, HOSTILE, HOSTILE, day, 0, 3, "00")
    other = replace(one, doc_id="b.md", start=date(2025, 1, 1), basis="article")
    svg = picture.statements_svg([one, other, one])
    assert [where for where, _ in links(svg)] == ["#told-0", "#told-1", "#told-2"]
    assert links(svg)[0][1] == f"2024-05-06: {HOSTILE}"
    assert "<script" not in svg
    assert "<style" not in svg
    bar = links(picture.articles_svg([replace(ARTICLE, source=HOSTILE)] * 2))
    assert bar == [(f"#when=2025-03&outlet={HOSTILE}", f"2025-03, {HOSTILE}: 2 articles")]


def test_nothing_is_drawn_of_nothing() -> None:
    assert picture.statements_svg([]) == ""
    assert picture.articles_svg([ARTICLE, replace(ARTICLE, published=None)]) == ""

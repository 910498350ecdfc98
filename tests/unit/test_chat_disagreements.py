"""The page's HTML of disagreements: what it shows, and that nothing of an article becomes HTML."""

from datetime import date

from aliqa.doors.page.disagreements import MOST, pairs_html
from aliqa.foundations.types import DisagreementKind, StatedPair, Statement

HOSTILE = "<script>alert(1)</script><b onmouseover=x>4 ferries</b>"


def statement(value: str = "4 ferries", quote: str = "It has 4 ferries.") -> Statement:
    return Statement("a.md", HOSTILE, HOSTILE, date(2025, 3, 4), quote, 0, len(quote), value, "2025")


def pair(kind: DisagreementKind = "contradiction", about: str = "ferries") -> StatedPair:
    return StatedPair(kind, about, (statement(), statement("6 ferries", "It has 6 ferries, <i>all</i> new.")))


def test_both_quotes_stand_side_by_side_with_their_values_marked() -> None:
    html = pairs_html([pair()])
    assert html.count('<article class="source">') == 2
    assert "It has <mark>4 ferries</mark>." in html
    assert 'data-doc-id="a.md" data-start="0"' in html
    assert "as of 2025" in html
    assert "certainty 100%" in html


def test_nothing_of_an_article_becomes_html() -> None:
    shown = pairs_html([pair(about=HOSTILE)])
    assert "<script" not in shown
    assert "<i>" not in shown
    assert "<b onmouseover" not in shown
    assert "&lt;script&gt;" in shown


def test_contradictions_come_before_changes_and_very_many_are_cut() -> None:
    html = pairs_html([pair(), pair("change")])
    assert html.index("The articles disagree") < html.index("Changed over time")
    assert f"{MOST} of {MOST + 1:,} pairs are shown" in pairs_html([pair()] * (MOST + 1))
    assert "No two articles" in pairs_html([])

"""The timeline on the chat page, in a real browser: the tab's plot and list, and a question that wants one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser import CHROMIUM, ask, enter, served, show
from tests.conftest import EMBEDDER

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")]

ARTICLES = {
    "rise.md": """---
title: The rise of the Salthouse Theatre
published: 2025-05-13
---

Salthouse opened its first stage in Bergen in 2016. Nobody believed in it. In March 2023 Salthouse announced that it \
would build a second one. Half a year later, Salthouse put its plan off. On May 9 the lead dancer of Salthouse left.
""",
    "note.md": """# A note on <b>Salthouse</b>

By 28 November 2024 Salthouse had played in every second town. Salthouse sings, too.

On 1 December 2024 the ferry to Skarvik sank.
""",
    "long.md": "# The mill\n\n" + " ".join(f"In {year} the Longwood mill ground wheat." for year in range(1850, 1980)),
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("told")
    (folder / "corpus").mkdir()
    for name, text in ARTICLES.items():
        (folder / "corpus" / name).write_text(text, encoding="utf-8")
    with served(folder / "corpus", folder / "index", EMBEDDER) as address:
        yield address


def tell(page: Page, about: str) -> None:
    box = page.get_by_label("About", exact=True)
    box.fill(about)
    box.press("Enter")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (420, "dark")])
def test_the_tab_plots_and_lists_dated_statements(
    page: Page, address: str, screenshots: Path, width: int, scheme: str
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    enter(page, address)
    show(page, "Library", "Timeline")
    tell(page, "Salthouse")
    dates = ["2016", "2023-03", "2023-09", "2025-05-09"]  # "by" a day is not on it
    expect(page.locator(".timeline time")).to_have_text(dates, timeout=30_000)
    expect(page.locator(".timeline li").nth(2)).to_contain_text("inferred")
    expect(page.locator("#told .note")).to_have_text("2 sentences of undated articles could not be placed.")
    dots = page.locator(".dots a")
    expect(dots).to_have_count(len(dates))
    dots.nth(3).click()
    expect(page.locator(".timeline .source.lit")).to_contain_text("On May 9 the lead dancer")
    expect(page.locator("#told-3")).to_be_in_viewport()
    page.screenshot(path=screenshots / f"timeline-{scheme}.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.url.endswith("#library/timeline?about=Salthouse")
    page.reload()
    expect(page.locator(".timeline time")).to_have_text(dates)

    tell(page, "Marlowe")
    expect(page.locator("#told")).to_contain_text("No article says when something happened to Marlowe.", timeout=30_000)
    expect(page.locator(".dots")).to_be_hidden()


def test_a_question_for_a_history_is_answered_in_order_of_time(page: Page, address: str, screenshots: Path) -> None:
    enter(page, address)
    ask(page, "What happened to Salthouse, and when?", 1)
    text = page.locator(".answer").inner_text()
    told = ["in 2016", "In March 2023", "Half a year later", "On May 9"]
    assert [text.index(words) for words in told] == sorted(text.index(words) for words in told)
    expect(page.locator(".exchange .note")).to_contain_text("[3] 2023-09 (inferred), [4] 2025-05-09")
    expect(page.locator(".support")).to_contain_text("newest 13 May 2025")
    page.screenshot(path=screenshots / "history.png")


def test_a_long_timeline_is_shown_in_pages(page: Page, address: str) -> None:
    enter(page, address)
    show(page, "Library", "Timeline")
    tell(page, "Longwood")
    entries = page.locator(".timeline li")
    expect(entries).to_have_count(100, timeout=30_000)
    page.get_by_role("button", name="100 of 130 statements · show more").click()
    expect(entries).to_have_count(130, timeout=30_000)
    expect(page.locator("#told-129 time")).to_have_text("1979")
    expect(page.locator(".dots a")).to_have_count(130)
    expect(page.locator("#told .more")).to_have_count(0)

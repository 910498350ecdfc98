"""Searching like in an archive on the page, and asking by folder and tag, in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser import CHROMIUM, ask, enter, served, show
from tests.conftest import ARTICLES, EMBEDDER

from aliqa.articles.notes import Notes

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("archive")
    for doc_id, text in ARTICLES.items():
        path = folder / "corpus" / doc_id
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    Notes(folder / "corpus").put("retail/marlowe.txt", ["checked"], "")
    with served(folder / "corpus", folder / "index", EMBEDDER) as address:
        yield address


def test_the_library_is_searched_by_words_and_fields(page: Page, address: str, screenshots: Path) -> None:
    enter(page, address)
    show(page, "Library", "Search")
    box = page.get_by_label("Search for", exact=True)
    box.fill('"four electric ferries" AND date:2025 NOT rents')
    box.press("Enter")
    hits = page.locator("#hits .source")
    expect(hits).to_have_count(1)
    expect(hits.first).to_contain_text("Northwind Lines goes electric")
    page.screenshot(path=screenshots / "search.png")
    hits.first.locator("button.open").click()
    expect(page.locator("#side")).to_contain_text("Northwind Lines ordered four electric ferries")
    box.fill("ferries AND")
    box.press("Enter")
    expect(page.locator("#hits .note")).to_contain_text("cannot be read")
    box.fill("zeppelin AND ferries")
    box.press("Enter")
    expect(page.locator("#hits")).to_have_text("No article has this.")


def test_questions_are_asked_of_a_folder_or_a_tag(page: Page, address: str, screenshots: Path) -> None:
    enter(page, address)
    page.locator("#filters summary").click()
    page.locator("#filters .collections").get_by_label("shipping").check()
    page.screenshot(path=screenshots / "collections.png")
    expect(page.locator("#filters summary")).to_have_text("Searching: shipping")
    ask(page, "How many shops will Marlowe Stores close?", 1)
    expect(page.locator(".exchange").first).not_to_contain_text("46 of its 138")
    page.locator("#filters .collections").get_by_label("shipping").uncheck()
    page.locator("#filters .tags").get_by_label("checked").check()
    ask(page, "How many shops will Marlowe Stores close?", 2)
    expect(page.locator(".exchange").nth(1)).to_contain_text("46 of its 138 shops")

"""A follow-up question on the chat page, in a real browser: it is answered, and what was searched for is shown."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser import CHROMIUM, ask, enter, served
from tests.conftest import EMBEDDER

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")]

CLOUDS = """# Clouds of the north

Kelda Cloud's market share in Norway is 33 percent, says a survey of May 2024.

Brevik Cloud's market share in Norway is 10 percent, and falling.

Ferries cross the strait of Skarvik every hour, and bread is baked on board.
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("clouds")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "clouds.md").write_text(CLOUDS, encoding="utf-8")
    with served(folder / "corpus", folder / "index", EMBEDDER) as address:
        yield address


def test_a_follow_up_shows_what_was_searched_for(page: Page, address: str, screenshots: Path) -> None:
    enter(page, address)
    ask(page, "What is Kelda Cloud's market share in Norway?", 1)
    first = page.locator(".exchange").first
    expect(first.locator(".note")).to_have_count(0)
    ask(page, "And Brevik Cloud?", 2)
    last = page.locator(".exchange:last-child")
    expect(last.locator("h2")).to_have_text("And Brevik Cloud?")
    expect(last.locator(".note")).to_have_text("Searched for: What is Brevik Cloud's market share in Norway? Edit")
    expect(last.locator(".pull")).to_contain_text("Brevik Cloud's market share in Norway is 10 percent")
    page.screenshot(path=screenshots / "followup.png")

    ask(page, "How often do ferries cross the strait of Skarvik?", 3)
    expect(page.locator(".exchange:last-child .answer")).to_contain_text("every hour")
    expect(page.locator(".exchange:last-child .note")).to_have_count(0)

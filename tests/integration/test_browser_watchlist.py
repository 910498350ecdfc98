"""The page's watchlist in a real browser: a new article changes the answer to a watched question, and it is shown."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser import CHROMIUM, enter, served
from tests.conftest import EMBEDDER

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")]

FERRY = "The harbour of Skarvik bought four electric ferries for 92 million euros."
NEWER = "The harbour of Skarvik has now paid 97 million euros for its four electric ferries <b>in all</b>."
PRICE = "How much did the harbour of Skarvik pay for the electric ferries?"


@pytest.fixture
def place(tmp_path: Path, page: Page) -> Iterator[tuple[str, Path]]:
    """The address of a server over one article, and the folder of articles."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "ferry.txt").write_text(f"{FERRY}\n", encoding="utf-8")
    with served(corpus, tmp_path / "index", EMBEDDER) as address:
        yield address, corpus
        page.goto("about:blank")


def show(page: Page) -> None:
    page.get_by_role("link", name="Watchlist").click()
    expect(page.locator("#watched .watched, #watched .tally").first).to_be_visible()


def test_a_question_is_watched_told_when_it_changes_and_removed(
    page: Page, place: tuple[str, Path], screenshots: Path
) -> None:
    address, corpus = place
    enter(page, address)
    show(page)
    expect(page.locator("#watched")).to_contain_text("No question is watched yet.")
    box = page.get_by_label("Question to watch")
    box.fill(PRICE)
    box.press("Enter")
    watched = page.locator(".watched")
    expect(watched).to_contain_text(FERRY)
    expect(watched).to_contain_text("Unchanged")
    expect(box).to_have_value("")

    (corpus / "newer.md").write_text(
        f"---\ntitle: Skarvik harbour pays\npublished: 2026-05-02\n---\n\n{NEWER}\n", encoding="utf-8"
    )
    job = page.request.post(f"{address}/index", data={}).json()
    while page.request.get(f"{address}/jobs/{job['id']}").json()["state"] in ("queued", "running"):
        page.wait_for_timeout(100)
    page.get_by_role("button", name="Ask all again").click()
    expect(watched).to_contain_text("Changed ")
    expect(watched.locator("li").first).to_contain_text("New Skarvik harbour pays · 2 May 2026")
    expect(watched.locator("li q").first).to_have_text(NEWER)
    expect(watched.locator(".was")).to_contain_text(FERRY)
    page.screenshot(path=screenshots / "watchlist.png")
    page.set_viewport_size({"width": 420, "height": 800})
    page.screenshot(path=screenshots / "watchlist-narrow.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= 420

    watched.get_by_role("button", name=f"Remove {PRICE}").press("Enter")
    expect(page.locator("#watched")).to_contain_text("No question is watched yet.")
    assert page.request.get(f"{address}/watchlist").json() == []

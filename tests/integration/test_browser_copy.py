"""Copying an answer with its sources out of the chat page, and following a footnote to the quote."""

import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser import CHROMIUM, ask, enter, served
from tests.conftest import EMBEDDER

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")]

SENTENCE = "The long-distance ferry to Kelda, Skarvik & Brevik costs 92 million euros, 50% of it borrowed."
QUESTION = "What does the ferry to Kelda cost?"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The addresses of aliqa and of the page that its only article comes from."""
    folder = tmp_path_factory.mktemp("copy")
    (folder / "site").mkdir()
    filler = "<p>Nothing about ships.</p>" * 200
    (folder / "site" / "ferry.html").write_text(
        "<!doctype html><title>Ferries</title>"
        f"<link rel=icon href=data:,>{filler}<p>{SENTENCE.replace('&', '&amp;')}</p>{filler}",
        encoding="utf-8",
    )
    site = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder / "site")))
    threading.Thread(target=site.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{site.server_port}/ferry.html"
    (folder / "corpus").mkdir()
    (folder / "corpus" / "ferry.md").write_text(
        f"---\ntitle: Ferries\nauthor: Ines Okafor\nsource: Harbour Gazette\npublished: 2025-03-04\nurl: {url}\n---\n\n"
        f"{SENTENCE}\n",
        encoding="utf-8",
    )
    with served(folder / "corpus", folder / "index", EMBEDDER, ALIQA_ANSWERING__THRESHOLD="0.05") as address:
        yield address, url
    site.shutdown()
    site.server_close()


def pasted(page: Page) -> dict[str, str]:
    """What the clipboard holds, by type."""
    held: dict[str, str] = page.evaluate(
        """async () => {
          const [item] = await navigator.clipboard.read();
          const texts = item.types.map(async type => [type, await (await item.getType(type)).text()]);
          return Object.fromEntries(await Promise.all(texts));
        }"""
    )
    return held


def test_an_answer_is_copied_with_its_sources_and_its_link_leads_to_the_quote(
    page: Page, pages: tuple[str, str], screenshots: Path
) -> None:
    address, url = pages
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    enter(page, address)
    ask(page, QUESTION, 1)
    group = page.get_by_role("group", name="Copy with sources")
    group.get_by_role("button", name="Markdown").click()
    expect(page.locator(".acts .done")).to_have_text("Copied as Markdown")
    markdown = pasted(page)["text/plain"]
    assert SENTENCE.replace("&", r"\&") + "[^1]\n\n[^1]: Ines Okafor, “[Ferries](" in markdown
    page.screenshot(path=screenshots / "copy.png")

    page.keyboard.press("Tab")
    expect(group.get_by_role("button", name="HTML")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".acts .done")).to_have_text("Copied as HTML")
    html = pasted(page)
    assert f"{SENTENCE.replace('&', '&amp;')}<sup>" in html["text/plain"]
    assert "<ol>" in html["text/html"]

    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator(".acts .done")).to_have_text("Copied as BibTeX")
    assert pasted(page)["text/plain"].startswith("@article{ferry,\n  author = {Ines Okafor},")

    link = markdown.partition("[Ferries](")[2].partition(")")[0]
    assert link.startswith(f"{url}#:~:text=The%20long%2Ddistance%20ferry")
    page.goto(link)
    expect(page.get_by_text(SENTENCE)).to_be_in_viewport()
    page.screenshot(path=screenshots / "fragment.png")


def test_copying_works_where_the_browser_offers_no_clipboard_of_its_own(
    browser: Browser, pages: tuple[str, str]
) -> None:
    address, _ = pages
    context = browser.new_context()
    context.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page = context.new_page()
    enter(page, address)
    ask(page, QUESTION, 1)
    group = page.get_by_role("group", name="Copy with sources")
    group.get_by_role("button", name="BibTeX").click()
    expect(page.locator(".acts .done")).to_have_text("Copied as BibTeX")
    box = page.locator("#question textarea")
    box.press("Control+V")
    expect(box).to_have_value(re.compile(r"^@article\{ferry,\n  author = \{Ines Okafor\},\n"))
    context.close()

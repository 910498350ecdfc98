"""What somebody sees who opens the page before there is any article, in a real browser."""

import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from tests.browser import CHROMIUM, serving
from tests.conftest import ARTICLES, environment

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")]

FERRIES = "How many electric ferries did Northwind Lines order?"


def test_without_articles_the_page_says_what_to_do_and_answers_once_it_is_done(
    browser: Browser, tmp_path: Path, screenshots: Path
) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    places = ["--corpus", str(corpus), "--index", str(index)]
    env = environment(ALIQA_EMBEDDING__MODEL="tests.doubles:HashingEmbedder", ALIQA_READING__MODEL="none")
    page = browser.new_page(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    failures: list[str] = []  # of the scripts: a refused request is no failure here
    page.on("pageerror", lambda error: failures.append(str(error)))
    with serving(places, env) as address:
        page.goto(address, timeout=120_000)
        expect(page.locator("html.ready")).to_be_attached(timeout=60_000)
        expect(page.locator("#start .trouble")).to_contain_text("There is no index")
        expect(page.locator("#start .trouble")).to_contain_text("aliqa index --corpus")
        expect(page.locator("#start .example")).to_have_count(0)
        page.screenshot(path=screenshots / "newcomer.png")

        for section in ("timeline?about=Northwind", "disagreements"):
            page.evaluate("place => { location.hash = place; }", f"library/{section}")
            expect(page.locator("#library section:visible")).to_contain_text("aliqa index --corpus")
        page.evaluate("location.hash = 'library/names'")
        expect(page.locator("#library section:visible .tally")).to_have_text("There is no article yet.")
        page.evaluate("location.hash = 'library/articles'")
        expect(page.locator("#library section:visible .rows")).to_be_hidden()

        page.keyboard.press("/")
        page.keyboard.type(FERRIES)
        page.keyboard.press("Enter")
        expect(page.locator(".exchange .box")).to_contain_text("There is no index")

        for doc_id, text in ARTICLES.items():
            path = corpus / doc_id
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        subprocess.run([sys.executable, "-m", "aliqa", "index", *places], env=env, check=True, capture_output=True)
        page.get_by_role("button", name="Retry").click()
        expect(page.locator(".exchange:last-child .answer")).to_contain_text("four electric ferries")
    page.close()
    assert failures == []

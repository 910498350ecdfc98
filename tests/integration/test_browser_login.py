"""The page behind a login, under the policy that its server sends, in a real browser."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from tests.browser import CHROMIUM, ask, served
from tests.conftest import ARTICLES, EMBEDDER

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")]
SECRET = "a key for the page"
FERRIES = "How many electric ferries did Northwind Lines order?"


def test_the_page_asks_for_a_key_and_runs_no_script_that_is_not_its_own(browser: Browser, tmp_path: Path) -> None:
    page = browser.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "northwind.md").write_text(ARTICLES["shipping/northwind.md"], encoding="utf-8")
    with served(corpus, tmp_path / "index", EMBEDDER, ALIQA_API_KEY=SECRET) as address:
        page.goto(address)
        expect(page).to_have_url(f"{address}/login")
        chinese = page.request.get(page.url, headers={"Accept-Language": "zh-CN,zh;q=0.9"}).text()
        assert '<html lang="zh-Hans">' in chinese
        assert "您的密钥" in chinese
        page.get_by_label("Your key").fill(SECRET)
        response = page.expect_response
        with response(lambda one: one.url == f"{address}/") as shown:
            page.get_by_role("button", name="Log in").click()
        policy = shown.value.headers["content-security-policy"]
        assert "'unsafe-inline'" not in policy.partition("script-src")[2].partition(";")[0]
        expect(page.locator("#start .glance")).to_contain_text("1 article")
        ask(page, FERRIES, 1)
        expect(page.locator(".answer")).to_contain_text("four electric ferries")
        assert errors == []
        page.evaluate(
            """() => { const here = document.createElement("div");
            here.innerHTML = '<img src="data:," onerror="window.broken = 1">';
            document.body.append(here); }"""
        )
        page.wait_for_timeout(300)
        assert page.evaluate("window.broken") is None
        assert not page.evaluate("document.cookie")
        assert "inline event handler" in errors[0]
        page.close()

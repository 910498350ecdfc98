"""The chat page with a language model, in a real browser: the switch, sentences as they come, and no foreign image."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser import CHROMIUM, ask, enter, served
from tests.conftest import EMBEDDER
from tests.dairies import ARTICLES, CHEESE, TRUE
from tests.llm_server import Behaviour, LlmServer, llm_server

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")]

SHOWN = "In March 2025, Kelda Dairy sold 20 tons of goat cheese."


@pytest.fixture(scope="module")
def llm() -> Iterator[LlmServer]:
    with llm_server() as server:
        yield server


@pytest.fixture(scope="module")
def address(llm: LlmServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("dairies")
    (folder / "corpus").mkdir()
    for name, text in ARTICLES.items():
        (folder / "corpus" / name).write_text(text, encoding="utf-8")
    with served(folder / "corpus", folder / "index", EMBEDDER, **llm.environment()) as address:
        yield address


def test_the_switch_has_the_quotes_rewritten(page: Page, address: str, llm: LlmServer, screenshots: Path) -> None:
    beacon = '<img src="https://spy.example/a.png"> ![x](https://spy.example/b.png)'
    llm.wants(
        Behaviour(f"{TRUE} Kelda Dairy is {beacon} nice [@Kelda Dairy sold]. Brevik Dairy sold 9 tons.", between=0.25)
    )
    enter(page, address)
    ask(page, CHEESE, 1)
    assert llm.requests == []

    page.get_by_label("Rewrite the quotes with the language model").check()
    box = page.locator("#question textarea")
    box.fill(CHEESE)
    box.press("Enter")
    last = page.locator(".exchange").nth(1)
    expect(last.locator(".text")).to_contain_text(SHOWN)
    expect(last.locator(".support")).to_have_count(0)
    page.screenshot(path=screenshots / "synthesis-draft.png")
    expect(last.locator(".support")).to_have_count(1)
    expect(last.locator(".text")).to_have_text(f"{SHOWN} [1]")
    expect(last.locator(".note")).to_contain_text("2 sentences of the language model were left out")
    expect(page.locator("#talk img")).to_have_count(0)
    page.screenshot(path=screenshots / "synthesis.png")

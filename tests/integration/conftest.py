"""The browser that tests of the chat page share, and a server that tests of its doors share."""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Dialog, Page, sync_playwright
from tests.browser import CHROMIUM, FLAGS, serving
from tests.conftest import environment

from aliqa.foundations.settings import Settings


@pytest.fixture(scope="session")
def address(settings: Settings) -> Iterator[str]:
    """Where a real server answers from the shared index. Tests must not change its articles."""
    with serving(["--corpus", str(settings.corpus_dir), "--index", str(settings.index_dir)], environment()) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A window; at its end, every request must have stayed on this machine, and no error been logged."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.set_default_timeout(30_000)
    hosts: set[str | None] = set()
    errors: list[str] = []

    def dismissed(dialog: Dialog) -> None:
        errors.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("dialog", dismissed)
    yield page
    page.close()
    assert hosts == {"127.0.0.1"}
    assert errors == []


@pytest.fixture(scope="module")
def screenshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures go: the folder that SCREENSHOTS names, or a temporary one."""
    folder = Path(os.environ.get("SCREENSHOTS") or tmp_path_factory.mktemp("screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder

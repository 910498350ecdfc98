"""Makes the pictures of the page in docs/images: the articles in corpus/, a real server, a real browser.

Run it as ``make screenshots``.
"""

import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright
from tests.browser import CHROMIUM, FLAGS, ask, enter, served, show

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
QUARTERS = "For how many quarters has AI revenue grown at triple-digit rates?"
WITHDRAWN = "Why did Alibaba withdraw the Cainiao IPO?"
PARCELS = "How many parcels does Cainiao deliver per day?"


def wide(page: Page) -> None:
    """The first screen, an answer beside its sources, an article at its quote, an abstention, and the library."""
    expect(page.locator("#start .example")).to_have_count(4, timeout=60_000)
    page.screenshot(path=IMAGES / "opening.png")
    ask(page, QUARTERS, 1)
    page.locator("#side .quoted").first.hover()
    page.screenshot(path=IMAGES / "answer.png")
    page.locator("#side .quoted").first.click()
    expect(page.locator("#side mark.current")).to_be_in_viewport()
    page.screenshot(path=IMAGES / "article.png")
    page.keyboard.press("Escape")
    ask(page, PARCELS, 2)
    page.screenshot(path=IMAGES / "abstention.png")
    show(page, "Library")
    expect(page.locator(".row").first).to_be_visible()
    page.screenshot(path=IMAGES / "library.png")


def narrow(page: Page) -> None:
    """An answer on a telephone, in the dark."""
    ask(page, WITHDRAWN, 1)
    page.screenshot(path=IMAGES / "narrow.png")


def main() -> None:
    """Make all pictures anew."""
    IMAGES.mkdir(exist_ok=True)
    looks = ((1280, 800, "light", wide), (360, 760, "dark", narrow))
    with (
        tempfile.TemporaryDirectory() as index,
        served(ROOT / "corpus", Path(index), "bundled", ALIQA_ANSWERING__THRESHOLD="0.2") as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for width, height, scheme, take in looks:
            page = browser.new_page(
                viewport={"width": width, "height": height},
                color_scheme="dark" if scheme == "dark" else "light",
                reduced_motion="reduce",
            )
            enter(page, address)
            take(page)
            page.close()
        browser.close()
    for path in IMAGES.glob("*.png"):
        Image.open(path).convert("RGB").quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)


if __name__ == "__main__":
    main()

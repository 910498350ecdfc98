"""The chat page in a real browser, served by a real process from the articles of this repository."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect, sync_playwright
from tests.conftest import EMBEDDER, ROOT, environment

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SHARE = "How does Alibaba Cloud's market share compare with Huawei Cloud and Tencent Cloud?"
BREAD = "How do I bake sourdough bread?"
HOSTILE = '<script>alert(1)</script> <img src=x onerror="alert(2)"> [link](javascript:alert(3)) **bold** ${4} {{5}}'

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")


@contextmanager
def served(corpus: Path, index: Path, model: str) -> Iterator[str]:
    """The address of a server over a fresh index of the corpus, until the block ends."""
    aliqa = [sys.executable, "-m", "aliqa"]
    env = environment(ALIQA_EMBEDDING__MODEL=model)
    places = ["--corpus", str(corpus), "--index", str(index)]
    subprocess.run([*aliqa, "index", *places], env=env, check=True, capture_output=True)
    server = subprocess.Popen([*aliqa, "serve", *places, "--port", "0"], env=env, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout
        said = server.stdout.readline()
        address = re.search(r"http://127\.0\.0\.1:\d+", said)
        assert address, f"the server said {said!r}"
        yield address[0]
    finally:
        server.terminate()
        server.communicate()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the articles of this repository are answered with the bundled model."""
    with served(ROOT / "corpus", tmp_path_factory.mktemp("index"), "bundled") as address:
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
    """Where pictures go: the folder that ALIQA_SCREENSHOTS names, or a temporary one."""
    folder = Path(os.environ.get("ALIQA_SCREENSHOTS") or tmp_path_factory.mktemp("screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def enter(page: Page, address: str) -> None:
    """Open the page and wait until it is ready."""
    page.goto(address)
    expect(page.locator(".index-line")).to_be_visible(timeout=30_000)


def ask(page: Page, question: str, number: int) -> None:
    """Type the question, send it with Enter, and wait until the reply to this many questions is there."""
    box = page.locator("#question textarea")
    box.fill(question)
    box.press("Enter")
    expect(box).to_have_value("", timeout=30_000)
    expect(page.locator(".exchange")).to_have_count(number, timeout=30_000)
    expect(page.locator(".pending")).to_have_count(0, timeout=30_000)


def test_an_answer_stands_beside_its_sources_and_an_abstention_says_so(
    page: Page, address: str, screenshots: Path
) -> None:
    enter(page, address)
    expect(page.locator(".index-line")).to_contain_text("5 articles")
    page.screenshot(path=screenshots / "opening.png")

    ask(page, SHARE, 1)
    reply = page.request.post(f"{address}/ask", data={"question": SHARE}).json()
    assert page.locator(".answer").inner_text() == reply["answer"]
    article = (ROOT / "corpus" / "twilight-of-an-empire.md").read_bytes().decode()
    cited = next(one for one in reply["citations"] if one["doc_id"] == "twilight-of-an-empire.md")
    quote = article[cited["char_start"] : cited["char_end"]]
    assert "Huawei Cloud" in quote
    assert quote in page.locator(".answer").inner_text()
    card = page.locator(f"#source-1-{cited['number']}")
    assert card.locator("mark").inner_text() == quote
    around = card.locator("blockquote").inner_text().strip("… ")
    assert len(around) > len(quote)
    assert around in article
    expect(card).to_contain_text(f"characters {cited['char_start']}–{cited['char_end']}")

    page.locator(f".mark[href='#source-1-{cited['number']}']").click()
    expect(card).to_have_class("source lit")
    page.screenshot(path=screenshots / "answer.png")

    ask(page, BREAD, 2)
    expect(page.locator(".exchange:last-child .verdict")).to_have_text("The articles do not answer this.")
    page.screenshot(path=screenshots / "abstention.png")


def test_an_example_is_asked_with_one_click(page: Page, address: str) -> None:
    enter(page, address)
    example = page.locator("#examples button").first
    question = example.inner_text()
    example.click()
    expect(page.locator(".exchange h2")).to_have_text(question)
    expect(page.locator(".answer mark, .sources .source").first).to_be_visible()
    expect(page.locator("#examples")).to_have_count(0)


@pytest.mark.parametrize(("name", "width", "scheme"), [("narrow", 420, "light"), ("dark", 1280, "dark")])
def test_the_page_fits_a_narrow_window_and_a_dark_one(
    page: Page, address: str, screenshots: Path, name: str, width: int, scheme: str
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    enter(page, address)
    ask(page, SHARE, 1)
    page.screenshot(path=screenshots / f"{name}.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    expect(page.locator("#question textarea")).to_be_in_viewport()
    if scheme == "dark":
        red = page.evaluate("parseInt(getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0])")
        assert red < 64


def test_an_articles_markup_is_shown_as_text(page: Page, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    text = f"# {HOSTILE}\n\nThe quoll ferry costs five dollars, {HOSTILE} and nothing more [1].\n"
    (corpus / "hostile.md").write_text(text, encoding="utf-8")
    with served(corpus, tmp_path / "index", EMBEDDER) as address:
        enter(page, address)
        ask(page, f"What does the quoll ferry cost? {HOSTILE}", 1)
        expect(page.locator(".exchange")).to_contain_text(HOSTILE)
        expect(page.locator(".source blockquote").first).to_contain_text(HOSTILE)
        assert page.locator("#talk :is(script, img, strong, code)").count() == 0
        assert page.locator("#talk a[href^='javascript']").count() == 0
        page.goto("about:blank")

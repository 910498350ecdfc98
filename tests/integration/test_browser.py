"""The chat page in a real browser, served by a real process from the articles of this repository."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browser import CHROMIUM, ask, enter, served, show
from tests.conftest import EMBEDDER, ROOT

SHARE = "How does Alibaba Cloud's market share compare with Huawei Cloud and Tencent Cloud?"
BREAD = "How do I bake sourdough bread?"
HOSTILE = '<script>alert(1)</script> <img src=x onerror="alert(2)"> [link](javascript:alert(3)) **bold** ${4} {{5}}'

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the articles of this repository are answered."""
    with served(ROOT / "corpus", tmp_path_factory.mktemp("index"), EMBEDDER) as address:
        yield address


def test_an_answer_stands_beside_its_sources_and_an_abstention_says_so(
    page: Page, address: str, screenshots: Path
) -> None:
    enter(page, address)
    expect(page.locator("#foot .index-line")).to_contain_text("5 articles")
    expect(page.locator("#examples button")).to_have_count(4)
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
    expect(page.locator("#examples")).to_be_hidden()


@pytest.mark.parametrize(("name", "width", "scheme"), [("narrow", 360, "light"), ("dark", 1280, "dark")])
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


def test_an_articles_markup_is_shown_as_text(page: Page, tmp_path: Path, screenshots: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    text = f"# {HOSTILE}\n\nThe quoll ferry costs five dollars, {HOSTILE} and nothing more [1].\n"
    (corpus / "hostile.md").write_text(text, encoding="utf-8")
    with served(corpus, tmp_path / "index", EMBEDDER) as address:
        enter(page, address)
        ask(page, f"What does the quoll ferry cost? {HOSTILE}", 1)
        expect(page.locator(".exchange")).to_contain_text(HOSTILE)
        expect(page.locator(".source blockquote").first).to_contain_text(HOSTILE)
        page.screenshot(path=screenshots / "hostile.png")
        page.locator(".source .open").first.click()
        expect(page.locator("#article .text")).to_contain_text(HOSTILE)
        assert page.locator("#article :is(script, img, strong, code, a)").count() == 0
        page.keyboard.press("Escape")
        page.reload()
        expect(page.locator(".talk-title")).to_contain_text(HOSTILE)
        assert page.locator(":is(#talk, #rail) :is(script, img, strong, code)").count() == 0
        assert page.locator("#talk a[href^='javascript']").count() == 0
        page.goto("about:blank")


# --- the articles ------------------------------------------------------------------------------

TRAM = "Trams in Bergen carry 512 people each day."
TRAMS = "How many people do the trams in Bergen carry?"


@contextmanager
def reports(folder: Path) -> Iterator[tuple[str, Path]]:
    """The address of a server over sixty articles that may be changed, and their folder."""
    corpus = folder / "corpus"
    corpus.mkdir()
    for number in range(60):
        text = f"---\ntitle: Report {number}\npublished: 2024-01-01\n---\n\nHarbour {number} saw {number + 3} ships.\n"
        (corpus / f"report-{number}.md").write_text(text, encoding="utf-8")
    with served(corpus, folder / "index", EMBEDDER) as address:
        yield address, corpus


@pytest.fixture
def own(tmp_path: Path, page: Page) -> Iterator[tuple[str, Path]]:
    """Articles of one test; the page leaves before their server does, so that nothing is asked of it in vain."""
    with reports(tmp_path) as served:
        yield served
        page.goto("about:blank")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where articles are served that tests may only add to."""
    with reports(tmp_path_factory.mktemp("shared")) as (address, _):
        yield address


def choose(page: Page, name: str, data: bytes) -> None:
    page.get_by_label("Add articles").set_input_files({"name": name, "mimeType": "text/plain", "buffer": data})


def row(page: Page, doc_id: str) -> Locator:
    return page.locator("#table tr").filter(has=page.locator(f'button[data-doc-id="{doc_id}"]'))


def test_an_article_is_added_answers_and_is_deleted(page: Page, own: tuple[str, Path], screenshots: Path) -> None:
    address, corpus = own
    enter(page, address)
    show(page, "Articles")
    expect(page.locator(".tally")).to_have_text("60 articles")

    choose(page, "tram.txt", TRAM.encode())
    expect(page.locator("#notice")).to_contain_text("Added 1 article. Answerable now.")
    expect(row(page, "tram.txt")).to_contain_text("Indexed")
    expect(page.locator("#articles-foot")).to_contain_text("61 articles")
    page.screenshot(path=screenshots / "articles.png")
    show(page, "Ask")
    ask(page, TRAMS, 1)
    expect(page.locator(".answer")).to_contain_text(TRAM)
    expect(page.locator("#source-1-1 mark")).to_have_text(TRAM)

    show(page, "Articles")
    row(page, "tram.txt").get_by_role("button", name=f"Delete {TRAM}").click()
    question = page.get_by_role("dialog", name="Delete this article?")
    expect(question).to_contain_text(TRAM)
    page.screenshot(path=screenshots / "delete.png")
    page.keyboard.press("Escape")
    expect(question).to_be_hidden()
    assert (corpus / "tram.txt").exists()
    row(page, "tram.txt").locator(".delete").click()
    question.get_by_role("button", name="Delete").click()
    expect(page.locator("#notice")).to_contain_text("Removed 1 article.")
    expect(row(page, "tram.txt")).to_have_count(0)
    assert not (corpus / "tram.txt").exists()
    show(page, "Ask")
    expect(page.locator("#foot")).to_contain_text("60 articles")
    ask(page, TRAMS, 2)
    expect(page.locator(".exchange:last-child")).not_to_contain_text("tram.txt")


def test_what_cannot_be_read_is_listed_with_its_reason_and_what_nobody_reads_is_refused(
    page: Page, own: tuple[str, Path]
) -> None:
    address, corpus = own
    enter(page, address)
    show(page, "Articles")
    choose(page, "latin.txt", "Café".encode("latin-1"))
    expect(page.locator("#notice")).to_contain_text("1 file could not be read:")
    expect(page.locator("#notice")).to_contain_text("Save it as UTF-8")
    expect(row(page, "latin.txt")).to_contain_text("Save it as UTF-8")
    expect(row(page, "latin.txt")).to_contain_text("Not readable")
    choose(page, "program.exe", b"MZ")
    expect(page.locator("#notice")).to_contain_text("“program.exe” cannot be read. Choose files that end in .txt")
    assert not (corpus / "program.exe").exists()

    (corpus / "latin.txt").write_text("Cafés close at 9.", encoding="utf-8")
    (corpus / "tram.txt").write_text(TRAM, encoding="utf-8")
    page.get_by_role("button", name="Check the folder for changes").click()
    expect(page.locator("#notice")).to_contain_text("Added 2 articles. Answerable now.")
    expect(row(page, "latin.txt")).to_contain_text("Indexed")


def test_a_file_is_added_by_dropping_it(page: Page, shared: str) -> None:
    enter(page, shared)
    show(page, "Articles")
    files = page.evaluate_handle(
        "text => { const files = new DataTransfer(); files.items.add(new File([text], 'tram.txt')); return files; }",
        TRAM,
    )
    page.dispatch_event(".shelf", "dragenter", {"dataTransfer": files})
    expect(page.locator(".drop")).to_have_class("drop over")
    page.dispatch_event(".shelf", "drop", {"dataTransfer": files})
    expect(page.locator(".drop")).to_have_class("drop")
    expect(row(page, "tram.txt")).to_contain_text("Indexed")


@pytest.mark.parametrize(("name", "width", "scheme"), [("narrow", 360, "light"), ("dark", 1280, "dark")])
def test_the_list_fits_a_narrow_window_and_a_dark_one_and_opens_an_article(
    page: Page, shared: str, screenshots: Path, name: str, width: int, scheme: str
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    enter(page, shared)
    show(page, "Articles")
    page.screenshot(path=screenshots / f"articles-{name}.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Report 7", exact=True).click()
    article = page.get_by_role("dialog", name="Report 7")
    expect(article).to_contain_text("Harbour 7 saw 10 ships.")
    page.keyboard.press("Escape")
    expect(article).to_be_hidden()

"""The chat page in a real browser, served by a real process from the articles of this repository."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browser import CHROMIUM, ask, enter, served, show
from tests.conftest import EMBEDDER, ROOT

SHARE = "What is Alibaba Cloud's share of the Chinese cloud market?"
BREAD = "How do I bake sourdough bread?"
HOSTILE = '<script>alert(1)</script> <img src=x onerror="alert(2)"> [link](javascript:alert(3)) **bold** ${4} {{5}}'

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the articles of this repository are answered."""
    with served(ROOT / "corpus", tmp_path_factory.mktemp("index"), EMBEDDER) as address:
        yield address


def test_an_answer_stands_beside_its_sources_and_an_abstention_says_so(
    page: Page, address: str, screenshots: Path
) -> None:
    enter(page, address)
    expect(page.locator("#start .glance")).to_contain_text("5 articles")
    expect(page.locator("#start .example")).to_have_count(4)
    page.screenshot(path=screenshots / "opening.png")

    ask(page, SHARE, 1)
    reply = page.request.post(f"{address}/ask", data={"question": SHARE}).json()
    best = reply["citations"][0]
    article = (ROOT / "corpus" / best["doc_id"]).read_bytes().decode()
    quote = article[best["char_start"] : best["char_end"]]
    said = page.locator(".pull blockquote")
    assert said.inner_text() == f"{quote} [1]"
    card = page.locator("#side .source").first
    assert card.locator("mark").first.inner_text() == quote
    expect(card).not_to_contain_text(best["doc_id"])

    scrolled = page.evaluate("scrollY")
    page.locator(".pull .mark").hover()
    expect(page.locator("#peek blockquote")).to_have_text(quote)
    expect(card).to_have_class("source lit")
    page.locator(".pull .mark").click()
    page.screenshot(path=screenshots / "answer.png")
    card.locator(".quoted").first.click()
    expect(page.locator("#side .text mark.current")).to_have_text(quote)
    expect(page.locator("#side .text mark.current")).to_be_in_viewport()
    assert page.evaluate("scrollY") == scrolled
    page.screenshot(path=screenshots / "article.png")
    page.get_by_role("button", name="← Sources").click()
    expect(card).to_be_visible()

    ask(page, BREAD, 2)
    expect(page.locator(".exchange:last-child .verdict")).to_have_text("The articles do not answer this.")
    page.screenshot(path=screenshots / "abstention.png")


def test_an_example_is_asked_with_one_click(page: Page, address: str) -> None:
    enter(page, address)
    example = page.locator("#start .example").first
    question = example.inner_text()
    example.click()
    expect(page.locator(".exchange h2")).to_have_text(question)
    expect(page.locator("#side .source").first).to_be_visible()
    expect(page.locator("#start")).to_be_hidden()


def test_an_articles_markup_is_shown_as_text(page: Page, tmp_path: Path, screenshots: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    text = f"# {HOSTILE}\n\nThe quoll ferry costs five dollars, {HOSTILE} and nothing more [1].\n"
    (corpus / "hostile.md").write_text(text, encoding="utf-8")
    with served(corpus, tmp_path / "index", EMBEDDER) as address:
        enter(page, address)
        ask(page, f"What does the quoll ferry cost? {HOSTILE}", 1)
        expect(page.locator(".exchange")).to_contain_text(HOSTILE)
        page.locator("#side .quoted").first.click()
        expect(page.locator("#side .text")).to_contain_text(HOSTILE)
        page.screenshot(path=screenshots / "hostile.png")
        assert page.locator("#side .text :is(script, img, strong, code, a)").count() == 0
        page.reload()
        expect(page.locator(".talk-title")).to_contain_text(HOSTILE)
        assert page.locator(":is(#talk, #rail, #side .cards) :is(script, img, strong, code)").count() == 0
        assert page.locator("a[href^='javascript']").count() == 0
        show(page, "Library")
        expect(page.locator(".row")).to_contain_text("<script>")
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


def choose(page: Page, *files: tuple[str, bytes]) -> None:
    named = [{"name": name, "mimeType": "text/plain", "buffer": data} for name, data in files]
    page.get_by_label("Add articles").set_input_files(named)  # type: ignore[arg-type]


def row(page: Page, doc_id: str) -> Locator:
    return page.locator(f'.row[data-doc-id="{doc_id}"]')


def test_an_article_is_added_answers_and_is_deleted(page: Page, own: tuple[str, Path], screenshots: Path) -> None:
    address, corpus = own
    enter(page, address)
    show(page, "Library")
    tally = page.locator("section[data-section=articles] .tally")
    expect(tally).to_have_text("60 articles")

    blank = ("blank.txt", b" \n")
    choose(page, ("tram.txt", TRAM.encode()), ("program.exe", b"MZ"), blank)
    told = page.locator("#uploads li")
    expect(told).to_have_count(3)
    expect(told.nth(0)).to_have_text("tram.txt Added.")
    expect(told.nth(1)).to_contain_text("blank.txt Not readable.")
    expect(told.nth(2)).to_contain_text("program.exe Not added. Files of this kind are not read. Choose .txt")
    assert not (corpus / "program.exe").exists()
    page.screenshot(path=screenshots / "articles.png")
    choose(page, ("tram.txt", TRAM.encode()))
    expect(told).to_have_text(["tram.txt Replaced."])

    page.get_by_label("Search articles").fill("tram")
    expect(page.locator(".row")).to_have_count(1)
    show(page, "Ask")
    ask(page, TRAMS, 1)
    expect(page.locator(".pull")).to_contain_text(TRAM)

    page.go_back()
    expect(page.get_by_label("Search articles")).to_have_value("tram")
    row(page, "tram.txt").get_by_role("button", name="More for").click()
    page.get_by_role("menuitem", name="Delete…").click()
    question = page.get_by_role("dialog", name="Delete this article?")
    expect(question).to_contain_text(TRAM)
    page.screenshot(path=screenshots / "delete.png")
    page.keyboard.press("Escape")
    expect(question).to_be_hidden()
    assert (corpus / "tram.txt").exists()
    row(page, "tram.txt").get_by_role("button", name="More for").click()
    page.get_by_role("menuitem", name="Delete…").click()
    question.get_by_role("button", name="Delete").click()
    expect(page.locator("#uploads")).to_contain_text(f"Deleted {TRAM}")
    expect(row(page, "tram.txt")).to_have_count(0)
    assert not (corpus / "tram.txt").exists()

    page.get_by_label("Search articles").fill("")
    for number in (1, 2):
        page.get_by_label(f"Choose Report {number}", exact=True).check()
    expect(page.locator(".chosen")).to_contain_text("2 articles chosen")
    page.locator(".chosen").get_by_role("button", name="Delete…").click()
    page.get_by_role("dialog", name="Delete 2 articles?").get_by_role("button", name="Delete").click()
    expect(page.locator("#uploads")).to_contain_text("Deleted 2 articles.")
    expect(tally).to_contain_text("58 articles")


def test_the_folder_is_checked_and_what_cannot_be_read_is_listed(page: Page, own: tuple[str, Path]) -> None:
    address, corpus = own
    (corpus / "empty.txt").write_text("", encoding="utf-8")
    (corpus / "tram.txt").write_text(TRAM, encoding="utf-8")
    enter(page, address)
    show(page, "Library")
    page.get_by_role("button", name="Check the folder").click()
    expect(page.locator("#uploads")).to_contain_text("Added 1 article.")
    page.get_by_label("State", exact=True).select_option("Not readable")
    expect(page.locator(".row")).to_have_count(1)
    expect(row(page, "empty.txt")).to_contain_text("empty")


def test_a_file_dropped_on_the_conversation_is_added_and_nothing_is_left(page: Page, shared: str) -> None:
    enter(page, shared)
    files = page.evaluate_handle(
        "text => { const files = new DataTransfer(); files.items.add(new File([text], 'tram.txt')); return files; }",
        TRAM,
    )
    page.dispatch_event("#room", "dragenter", {"dataTransfer": files})
    expect(page.locator("#dropping")).to_be_visible()
    page.dispatch_event("#room", "drop", {"dataTransfer": files})
    expect(page.locator("#dropping")).to_be_hidden()
    expect(page.locator("#banner")).to_contain_text("Added 1 article. Answerable now.")
    assert page.url == f"{shared}/#ask"
    page.locator("#banner").get_by_role("link", name="Show").click()
    page.get_by_label("Search articles").fill("tram")
    expect(row(page, "tram.txt")).to_be_visible()


def test_a_folder_dropped_on_the_page_is_added_with_its_folders(
    page: Page, own: tuple[str, Path], tmp_path: Path
) -> None:
    address, corpus = own
    for name, text in (("trams.txt", TRAM), ("old/trams.txt", f"Once, {TRAM}"), (".hidden/secret.txt", "Secret.")):
        path = tmp_path / "press" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    enter(page, f"{address}/#library/articles")
    expect(page.locator(".row").first).to_be_visible()
    mouse = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        data = {"items": [], "files": [str(tmp_path / "press")], "dragOperationsMask": 1}
        mouse.send("Input.dispatchDragEvent", {"type": kind, "x": 640, "y": 400, "data": data})
    expect(page.locator("#uploads li")).to_have_count(2)
    assert sorted(str(path.relative_to(corpus)) for path in corpus.rglob("trams.txt")) == [
        "press/old/trams.txt",
        "press/trams.txt",
    ]
    page.get_by_label("Search articles").fill("press/")
    expect(page.locator(".row")).to_have_count(2)


@pytest.mark.parametrize(("name", "width", "scheme"), [("narrow", 360, "light"), ("dark", 1280, "dark")])
def test_only_the_rows_that_are_seen_are_there_and_one_opens_its_article(
    page: Page, shared: str, screenshots: Path, name: str, width: int, scheme: str
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    enter(page, f"{shared}/#library/articles")
    expect(page.locator(".row").first).to_be_visible()
    assert page.locator(".row").count() < 45
    page.screenshot(path=screenshots / f"articles-{name}.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("table", name="Articles").evaluate("list => { list.scrollTop = list.scrollHeight; }")
    page.get_by_role("button", name="Report 9", exact=True).click()
    expect(page.locator("#side .reader")).to_contain_text("Harbour 9 saw 12 ships.")
    page.keyboard.press("Escape")
    expect(page.locator("#side .reader")).to_be_hidden()
    expect(page.get_by_role("button", name="Report 9", exact=True)).to_be_focused()

"""What a reader does on the page, in a real browser: conversations, sources, filters, keys, feedback, a restart."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from pypdfium2 import PdfDocument
from tests.browser import CHROMIUM, ask, enter, served, show
from tests.conftest import EMBEDDER

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")]

CLOUDS = "What is Kelda Cloud's market share in Norway?"
FERRIES = "How often do ferries cross the strait of Skarvik?"
BREAD = "How do I bake sourdough bread?"
ARTICLES = {
    "clouds.md": """---
title: Clouds of the north
author: Ines Okafor
source: Harbour Gazette
published: 2024-05-13
---

# What the survey says

The survey asked 400 firms. Kelda Cloud's market share in Norway is 33 percent, says a survey of May 2024. 😀 Nobody \
was surprised.

Brevik Cloud's market share in Norway is 10 percent, and falling.
""",
    "islands/ferries.md": """---
title: Ferries of the strait
source: Island Post
published: 2025-03-04
---

Ferries cross the strait of Skarvik every hour. Northwind Lines has 38 ferries. People like them.
""",
    "harbour.md": """---
title: The harbour's accounts
source: Harbour Gazette
published: 2025-04-02
---

The summer was warm. Northwind Lines has a fleet of 52 ferries. It rained later.
""",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    for name, text in ARTICLES.items():
        path = folder / "corpus" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with served(folder / "corpus", folder / "index", EMBEDDER) as address:
        yield address


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser of its own, whose windows share what it keeps."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    yield context
    context.close()


def menu(page: Page, button: str, item: str) -> None:
    page.get_by_role("button", name=button).click()
    page.get_by_role("menuitem", name=item).click()


def test_conversations_survive_a_reload_are_renamed_searched_exported_and_deleted(
    page: Page, address: str, screenshots: Path, tmp_path: Path
) -> None:
    page.set_viewport_size({"width": 1600, "height": 900})
    enter(page, address)
    ask(page, CLOUDS, 1)
    ask(page, "And Brevik Cloud?", 2)
    assert "#talk/" in page.url
    page.reload()
    expect(page.locator(".exchange")).to_have_count(2)
    expect(page.locator(".exchange:last-child .answer")).to_contain_text("10 percent")

    with page.expect_download() as download:
        menu(page, f"More for “{CLOUDS}”", "Export as Markdown")
    download.value.save_as(tmp_path / "talk.md")
    written = (tmp_path / "talk.md").read_text(encoding="utf-8")
    assert written.startswith(f"# {CLOUDS}\n\n## {CLOUDS}\n\n")
    assert "is 10 percent, and falling.[^2-1]" in written
    assert "[^1-1]: Ines Okafor, “Clouds of the north”, Harbour Gazette, 2024-05-13, clouds.md" in written
    assert "*Searched for: What is Brevik Cloud's market share in Norway?*" in written
    assert "*As of 3 articles, the newest of 2 Apr 2025, indexed " in written
    with page.expect_download() as download:
        menu(page, f"More for “{CLOUDS}”", "Export as HTML")
    download.value.save_as(tmp_path / "talk.html")
    assert "<h2" in (tmp_path / "talk.html").read_text(encoding="utf-8")
    with page.expect_download() as download:
        menu(page, f"More for “{CLOUDS}”", "Export the quotes as CSV")
    download.value.save_as(tmp_path / "talk.csv")
    rows = list(csv.DictReader((tmp_path / "talk.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert {row["question"] for row in rows} == {CLOUDS, "And Brevik Cloud?"}
    for row in rows:
        assert ARTICLES[row["article"]][int(row["start"]) : int(row["end"])] == row["quote"]

    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".exchange")).to_have_count(0)
    expect(page.locator(".welcome h1")).to_be_visible()
    ask(page, FERRIES, 1)
    titles = page.locator(".talk-title")
    expect(titles).to_have_text([FERRIES, CLOUDS])
    with page.expect_download() as download:
        menu(page, "Export all", "Export as Markdown")
    download.value.save_as(tmp_path / "all.md")
    written = (tmp_path / "all.md").read_text(encoding="utf-8")
    assert [line for line in written.splitlines() if line.startswith("# ")] == [f"# {FERRIES}", f"# {CLOUDS}"]
    assert all(f"[^{number}-1]:" in written for number in (1, 2, 3))
    menu(page, f"More for “{FERRIES}”", "Rename")
    page.get_by_label("Name of the conversation").fill("On ferries")
    page.keyboard.press("Enter")
    expect(titles).to_have_text(["On ferries", CLOUDS])
    page.get_by_label("Search conversations").fill("brevik")
    expect(titles).to_have_text([CLOUDS])
    titles.click()
    expect(page.locator(".exchange")).to_have_count(2)
    page.screenshot(path=screenshots / "conversations.png")
    menu(page, f"More for “{CLOUDS}”", "Delete…")
    page.get_by_role("dialog", name="Delete this conversation?").get_by_role("button", name="Delete").click()
    expect(page.locator(".exchange")).to_have_count(0)
    page.get_by_label("Search conversations").evaluate("field => field.value = ''")
    expect(page.locator("#talks")).not_to_contain_text(CLOUDS)
    page.go_back()
    expect(page.locator(".exchange h2")).to_have_text([FERRIES])


def test_both_sides_of_a_disagreement_are_shown_and_an_abstention_explains_itself(
    page: Page, address: str, screenshots: Path
) -> None:
    enter(page, address)
    ask(page, BREAD, 1)
    expect(page.locator(".verdict")).to_have_text("The articles do not answer this.")
    expect(page.locator("#side h2")).to_have_text("Closest passages")
    ask(page, "How many ferries does Northwind Lines have?", 2)
    last = page.locator(".exchange:last-child")
    expect(last.locator(".support")).to_contain_text("differs")
    for words in ("38 ferries", "52 ferries"):
        expect(last.locator(".answer")).to_contain_text(words)
    expect(last.locator(".group.differ li")).to_have_count(1)
    page.screenshot(path=screenshots / "disagreement.png")


def test_filters_keys_and_what_is_searched_for(page: Page, address: str, screenshots: Path) -> None:
    enter(page, f"{address}/#watchlist")
    page.keyboard.press("/")
    box = page.locator("#question textarea")
    expect(box).to_be_focused()
    page.locator("#filters summary").click()
    page.get_by_label("Island Post").check()
    page.get_by_label("From").fill("2025-01-01")
    page.screenshot(path=screenshots / "filters.png")
    page.keyboard.press("Escape")
    expect(page.locator("#filters summary")).to_have_text("Searching: from 1 Jan 2025 · Island Post")
    page.keyboard.press("/")
    expect(box).to_be_focused()
    page.keyboard.type("Kelda Cloud")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("and its share/part?")
    expect(box).to_have_value("Kelda Cloud\nand its share/part?")
    page.keyboard.press("Enter")
    expect(page.locator(".only")).to_have_text("Searching: from 1 Jan 2025 · Island Post")
    expect(page.locator(".exchange .said .acts")).to_be_visible()
    expect(page.locator("#side")).not_to_contain_text("Clouds of the north")

    page.locator("#filters summary").click()
    page.get_by_role("button", name="Search all articles").click()
    page.keyboard.press("Escape")
    ask(page, CLOUDS, 2)
    ask(page, "And Brevik Cloud?", 3)
    page.get_by_role("button", name="Edit what was searched for").click()
    page.get_by_label("What to search for").fill(FERRIES)
    page.keyboard.press("Enter")
    expect(page.locator(".exchange:last-child .answer")).to_contain_text("every hour")
    expect(page.locator(".exchange:last-child .searched .words")).to_have_text(FERRIES)
    expect(page.locator(".exchange:last-child h2")).to_have_text("And Brevik Cloud?")

    long = "ferry " * 4000
    box.fill(long)
    box.press("Enter")
    expect(page.locator("#banner")).to_contain_text("23,999 characters long; a question may have 2,000.")
    expect(box).to_have_value(long)


def test_an_answers_link_asks_it_again_and_every_place_has_an_address(page: Page, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    enter(page, f"{address}/?q={FERRIES}")
    expect(page.locator(".pull")).to_contain_text("every hour")
    assert "?q=" not in page.url
    page.get_by_role("button", name="Link", exact=True).click()
    expect(page.locator(".acts .done")).to_have_text("Link copied")
    link = page.evaluate("navigator.clipboard.readText()")
    enter(page, link.replace("index=", "index=older-"))
    expect(page.locator(".pull")).to_contain_text("every hour")
    expect(page.locator(".exchange .note")).to_contain_text("made when the articles were others")
    expect(page.locator(".talk-title")).to_have_count(2)
    page.get_by_role("button", name="Watch", exact=True).click()
    expect(page.locator(".acts .done")).to_have_text("Watched")
    enter(page, f"{address}/#library/disagreements")
    expect(page.locator("#pairs .pair").first).to_contain_text("ferries")
    page.get_by_role("link", name="Watchlist").click()
    expect(page.locator(".watched h3")).to_have_text(FERRIES)
    page.reload()
    page.get_by_role("button", name=f"Remove {FERRIES}").click()
    expect(page.locator(".watched")).to_have_count(0)
    page.get_by_role("button", name="Settings").click()
    settings = page.get_by_role("dialog", name="Settings")
    settings.get_by_label("Dark").check()
    expect(settings).to_contain_text("3 articles · newest 2 Apr 2025")
    page.keyboard.press("Escape")
    assert page.evaluate("parseInt(getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0])") < 64


def test_the_page_speaks_the_readers_language_and_another_when_asked_to(
    browser: Browser, address: str, screenshots: Path
) -> None:
    context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    page = context.new_page()
    enter(page, address)
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(page.locator(".welcome h1")).to_have_text("向您的文章提问")
    expect(page.locator("#foot")).to_have_text("3 篇文章 · 最新 2025年4月2日")
    expect(page.get_by_placeholder("向文章提问")).to_be_visible()
    ask(page, FERRIES, 1)
    expect(page.locator(".pull")).to_contain_text("Ferries cross the strait of Skarvik every hour.")
    expect(page.locator(".pull figcaption")).to_have_text("Island Post · 2025年3月4日")
    ask(page, BREAD, 2)
    expect(page.locator(".exchange:last-child .verdict")).to_have_text("文章没有回答这个问题。")
    page.screenshot(path=screenshots / "chinese.png")
    reply = page.request.post(f"{address}/ask", data={"question": BREAD}, headers={"Accept-Language": ""}).json()
    assert reply["abstention"]["detail"].startswith("The articles touch on this")
    show(page, "文库")
    expect(page.locator(".row")).to_have_count(3)
    expect(page.locator(".tally").first).to_have_text("3 篇文章")

    page.get_by_role("button", name="设置").click()
    page.get_by_role("dialog", name="设置").get_by_label("English").click()  # which loads the page anew
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("link", name="Library")).to_be_visible()
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    context.close()


def test_a_question_is_stopped_and_asked_again(page: Page, address: str) -> None:
    enter(page, address)
    held: list[Route] = []
    page.route("**/chat/ask", lambda route: held.append(route))
    page.locator("#question textarea").fill(FERRIES)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".exchange .box")).to_have_text("You stopped this question.")
    page.unroute("**/chat/ask")
    page.get_by_role("button", name="Retry").click()
    expect(page.locator(".answer")).to_contain_text("every hour")


def test_what_is_typed_before_gradio_is_there_is_asked(page: Page, address: str) -> None:
    held: list[Route] = []
    page.route("**/assets/index-*.js", lambda route: held.append(route))
    page.goto(address, wait_until="commit")
    early = page.locator("#shell textarea")
    early.fill(FERRIES)
    early.press("Enter")
    page.unroute("**/assets/index-*.js")
    expect(page.locator(".answer")).to_contain_text("every hour")
    expect(page.locator("#shell")).to_have_count(0)


def test_what_a_reader_says_of_an_answer_is_kept_on_the_server(page: Page, address: str, folder: Path) -> None:
    enter(page, address)
    ask(page, FERRIES, 1)
    judge = page.get_by_role("group", name="Is this right?")
    judge.get_by_role("button", name="No").click()
    expect(judge.get_by_role("status")).to_have_text("Saved")
    judge.get_by_role("button", name="Yes").click()
    expect(judge.get_by_role("button", name="Yes")).to_have_attribute("aria-pressed", "true")
    page.get_by_label("A note, if you like").fill("As the timetable says")
    page.keyboard.press("Enter")
    expect(judge.get_by_role("status")).to_have_text("Saved")
    page.reload()
    expect(judge.get_by_role("button", name="Yes")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_label("A note, if you like")).to_have_value("As the timetable says")
    lines = [json.loads(line) for line in (folder / "index" / "feedback.jsonl").read_text("utf-8").splitlines()]
    assert [(one["verdict"], one["note"]) for one in lines][-1] == ("up", "As the timetable says")
    assert lines[-1]["answer"]["citations"][0]["doc_id"] == "islands/ferries.md"


def test_a_bar_shows_the_articles_that_it_stands_for(page: Page, address: str) -> None:
    enter(page, f"{address}/#library/articles")
    page.get_by_role("button", name="2025-03: 1 article").click()
    expect(page.locator(".row")).to_have_count(1)
    expect(page.locator(".row")).to_contain_text("Ferries of the strait")
    page.get_by_role("button", name="Not only 2025-03").click()
    expect(page.locator(".row")).to_have_count(3)


def test_articles_are_chosen_by_date_and_downloaded_together(page: Page, address: str, tmp_path: Path) -> None:
    enter(page, f"{address}/#library/articles")
    expect(page.locator(".row")).to_have_count(3)
    page.get_by_label("Since").fill("2025-01-01")
    expect(page.locator(".row")).to_have_count(2)
    page.get_by_label("Until").fill("2025-03-31")
    expect(page.locator(".row")).to_have_count(1)
    page.get_by_label("Choose Ferries of the strait").check()
    page.get_by_label("Since").fill("")
    page.get_by_label("Choose Clouds of the north").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    with ZipFile(download.value.path()) as archive:
        assert {name: archive.read(name).decode() for name in archive.namelist()} == {
            name: ARTICLES[name] for name in ("clouds.md", "islands/ferries.md")
        }


def test_paper_has_the_answers_with_their_sources_and_nothing_to_press(page: Page, address: str) -> None:
    enter(page, address)
    ask(page, CLOUDS, 1)
    page.emulate_media(media="print")
    expect(page.locator(".printed li").first).to_contain_text("Clouds of the north")
    for part in ("#head", "#rail", "#side", "#question", ".acts", ".judge"):
        expect(page.locator(part).first).to_be_hidden()
    text = PdfDocument(page.pdf(format="A4"))[0].get_textpage().get_text_bounded()
    assert "33 percent" in " ".join(text.split())
    assert "Ask the articles" not in text


def test_the_first_load_is_small(page: Page, address: str) -> None:
    counted = page.context.new_cdp_session(page)
    counted.send("Network.enable")
    sizes: list[int] = []
    counted.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    enter(page, address)
    page.wait_for_load_state("networkidle")
    assert len(sizes) > 20
    assert sum(sizes) <= 250_000


def test_two_windows_do_not_mix(context: BrowserContext, address: str) -> None:
    one, other = context.new_page(), context.new_page()
    enter(one, address)
    enter(other, address)
    ask(one, CLOUDS, 1)
    ask(other, FERRIES, 1)
    ask(one, "And Brevik Cloud?", 2)
    expect(one.locator(".exchange h2")).to_have_text([CLOUDS, "And Brevik Cloud?"])
    expect(other.locator(".exchange h2")).to_have_text([FERRIES])
    expect(other.locator(".talk-title")).to_have_count(2)


def test_a_question_is_asked_by_itself_when_the_server_is_back(
    context: BrowserContext, folder: Path, screenshots: Path
) -> None:
    page = context.new_page()
    with served(folder / "corpus", folder / "other", EMBEDDER) as address:
        enter(page, address)
        ask(page, CLOUDS, 1)
    ask(page, "And Brevik Cloud?", 2)
    expect(page.locator("#banner")).to_contain_text("The server does not answer.")
    expect(page.locator(".exchange:last-child .box")).to_contain_text("asked again when it is back.")
    expect(page.locator(".toast-body")).to_have_count(0)
    page.screenshot(path=screenshots / "away.png")
    with served(folder / "corpus", folder / "other", EMBEDDER, ALIQA_PORT=address.rpartition(":")[2]):
        expect(page.locator(".exchange:last-child .answer")).to_contain_text("10 percent")
        show(page, "Library")
        expect(page.locator(".row")).to_have_count(3)
        page.close()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_axe_finds_nothing_serious(browser: Browser, address: str, screenshots: Path, width: int, scheme: str) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800}, reduced_motion="reduce")
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    enter(page, address)
    found = serious(page, "the first screen")
    ask(page, CLOUDS, 1)
    ask(page, BREAD, 2)
    page.locator(".pull .mark").click()
    expect(page.locator("#peek")).to_be_visible()
    page.screenshot(path=screenshots / f"answer-{scheme}-{width}.png")
    found += serious(page, "Ask")
    page.locator("#peek .open").click()
    expect(page.locator("#side .text mark.current")).to_be_in_viewport()
    found += serious(page, "an article")
    page.keyboard.press("Escape")
    for place, there in (
        ("library/disagreements", "#pairs .pair"),
        ("library/timeline?about=Northwind", "#told .timeline"),
        ("library/articles", ".row"),
        ("library/names", ".names li"),
        ("watchlist", "#watched .tally"),
    ):
        page.evaluate("place => { location.hash = place; }", place)
        expect(page.locator(there).first).to_be_visible()
        found += serious(page, place)
        page.screenshot(path=screenshots / f"{place.partition('?')[0].replace('/', '-')}-{scheme}-{width}.png")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Settings").click()
    found += serious(page, "settings")
    page.screenshot(path=screenshots / f"settings-{scheme}-{width}.png")
    page.close()
    assert found == []


def serious(page: Page, place: str) -> list[str]:
    """What axe calls serious or critical, each with the first element it means."""
    violations = Axe().run(page).response["violations"]
    return [
        f"{place}: {one['id']}: {one['nodes'][0]['html']} {one['nodes'][0]['failureSummary']}"
        for one in violations
        if one["impact"] in ("serious", "critical")
    ]

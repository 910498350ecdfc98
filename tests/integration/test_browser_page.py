"""What a reader does on the page, in a real browser: conversations, sources, filters, keys, feedback, a restart."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from tests.browser import CHROMIUM, ask, enter, served
from tests.conftest import EMBEDDER

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")

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


def test_conversations_survive_a_reload_are_listed_exported_and_deleted(
    page: Page, address: str, screenshots: Path, tmp_path: Path
) -> None:
    page.set_viewport_size({"width": 1600, "height": 900})
    enter(page, address)
    ask(page, CLOUDS, 1)
    ask(page, "And Brevik Cloud?", 2)
    page.reload()
    expect(page.locator(".exchange")).to_have_count(2)
    expect(page.locator(".exchange:last-child .answer")).to_contain_text("10 percent")

    with page.expect_download() as download:
        page.get_by_role("button", name="Markdown", exact=True).first.click()
    download.value.save_as(tmp_path / "talk.md")
    written = (tmp_path / "talk.md").read_text(encoding="utf-8")
    assert written.startswith(f"# {CLOUDS}\n\n## {CLOUDS}\n\n")
    assert "is 10 percent, and falling.[^2-1]" in written
    assert "[^1-1]: Ines Okafor, “Clouds of the north”, Harbour Gazette, 2024-05-13, clouds.md" in written
    with page.expect_download() as download:
        page.locator("#talks").get_by_role("button", name="HTML").click()
    download.value.save_as(tmp_path / "talk.html")
    assert "<h2" in (tmp_path / "talk.html").read_text(encoding="utf-8")

    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".exchange")).to_have_count(0)
    expect(page.locator(".welcome h2")).to_be_visible()
    ask(page, FERRIES, 1)
    titles = page.locator(".talk-title")
    expect(titles).to_have_text([FERRIES, CLOUDS])
    titles.nth(1).click()
    expect(page.locator(".exchange")).to_have_count(2)
    page.screenshot(path=screenshots / "conversations.png")
    forget = page.get_by_role("button", name=f"Delete the conversation “{CLOUDS}”")
    forget.click()
    expect(forget).to_have_text("Delete")
    forget.click()
    expect(page.locator(".exchange")).to_have_count(0)
    expect(titles).to_have_text([FERRIES])


def test_a_mark_leads_to_its_card_and_the_card_to_the_place_in_the_article(
    page: Page, address: str, screenshots: Path
) -> None:
    enter(page, address)
    ask(page, CLOUDS, 1)
    expect(page.locator(".support")).to_contain_text("One source")
    card = page.locator("#source-1-1")
    expect(card.locator(".about")).to_have_text("Harbour Gazette · Ines Okafor · 2024-05-13 · What the survey says")
    page.locator(".answer .mark").first.hover()
    expect(card).to_have_class("source lit")
    card.get_by_role("button", name="Open article").click()
    article = page.get_by_role("dialog", name="Clouds of the north")
    expect(article.locator("mark")).to_have_text(card.locator("mark").inner_text())
    expect(article.locator("mark")).to_be_in_viewport()
    expect(article).to_contain_text("😀 Nobody was surprised.")
    page.screenshot(path=screenshots / "article.png")
    page.keyboard.press("Escape")
    expect(article).to_be_hidden()
    expect(card.get_by_role("button", name="Open article")).to_be_focused()


def test_an_abstention_explains_itself_and_a_disagreement_is_shown(page: Page, address: str, screenshots: Path) -> None:
    enter(page, address)
    ask(page, BREAD, 1)
    expect(page.locator(".verdict")).to_have_text("The articles do not answer this.")
    expect(page.locator(".sources h3")).to_have_text("Closest passages")
    ask(page, "How many ferries does Northwind Lines have?", 2)
    box = page.locator(".exchange:last-child .disagreement")
    expect(box).to_contain_text("38 ferries")
    expect(box).to_contain_text("52 ferries")
    expect(page.locator(".exchange:last-child .support")).to_contain_text("Disputed · 2 articles, 2 independent")
    page.screenshot(path=screenshots / "disagreement.png")


def test_filters_keys_and_what_is_searched_for(page: Page, address: str, screenshots: Path) -> None:
    enter(page, address)
    page.locator("#filters summary").click()
    page.get_by_label("Island Post").check()
    page.get_by_label("From").fill("2025-01-01")
    page.screenshot(path=screenshots / "filters.png")
    page.keyboard.press("Escape")
    expect(page.locator("#filters summary")).to_have_text("Only articles from 2025-01-01 · Island Post")
    page.keyboard.press("/")
    box = page.locator("#question textarea")
    expect(box).to_be_focused()
    page.keyboard.type("Kelda Cloud")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("and its share/part?")
    expect(box).to_have_value("Kelda Cloud\nand its share/part?")
    page.keyboard.press("Enter")
    expect(page.locator(".only")).to_have_text("Only articles from 2025-01-01 · Island Post")
    expect(page.locator(".sources, .box").first).to_be_visible()
    expect(page.locator(".exchange")).not_to_contain_text("clouds.md")

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


def test_a_question_is_stopped_and_asked_again(page: Page, address: str) -> None:
    enter(page, address)
    held: list[Route] = []
    page.route("**/chat/ask", lambda route: held.append(route))
    page.locator("#question textarea").fill(FERRIES)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".exchange .box")).to_have_text("You stopped this question.")
    page.unroute("**/chat/ask")
    page.get_by_role("button", name="Ask again").click()
    expect(page.locator(".answer")).to_contain_text("every hour")


def test_what_a_reader_says_of_an_answer_is_kept_on_the_server(
    page: Page, address: str, folder: Path, screenshots: Path
) -> None:
    enter(page, address)
    ask(page, FERRIES, 1)
    judge = page.get_by_role("group", name="Is this right?")
    judge.get_by_role("button", name="No").click()
    expect(judge.get_by_role("status")).to_have_text("Kept on the server")
    judge.get_by_role("button", name="Yes").click()
    expect(judge.get_by_role("button", name="Yes")).to_have_attribute("aria-pressed", "true")
    page.get_by_label("A note, if you like").fill("As the timetable says")
    page.keyboard.press("Enter")
    expect(judge.get_by_role("status")).to_have_text("Kept on the server")
    page.screenshot(path=screenshots / "feedback.png")
    page.reload()
    expect(judge.get_by_role("button", name="Yes")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_label("A note, if you like")).to_have_value("As the timetable says")
    lines = [json.loads(line) for line in (folder / "index" / "feedback.jsonl").read_text("utf-8").splitlines()]
    assert [(one["verdict"], one["note"]) for one in lines][-1] == ("up", "As the timetable says")
    assert lines[-1]["answer"]["citations"][0]["doc_id"] == "islands/ferries.md"


def test_a_bar_of_the_picture_of_all_articles_shows_those_it_stands_for(
    page: Page, address: str, screenshots: Path
) -> None:
    enter(page, address)
    page.get_by_role("tab", name="Articles").click()
    bars = page.locator("#picture svg a")
    expect(bars).to_have_count(3)
    page.get_by_role("link", name="2025-03, Island Post: 1 article").click()
    expect(page.locator("#table .tally")).to_contain_text("1 article: 2025-03, Island Post")
    expect(page.locator("#table tbody tr")).to_have_count(1)
    expect(page.locator("#table tbody")).to_contain_text("Ferries of the strait")
    page.screenshot(path=screenshots / "picture.png")
    page.get_by_role("button", name="Show all").click()
    expect(page.locator("#table tbody tr")).to_have_count(3)


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


def test_a_restart_of_the_server_is_noticed_and_survived(
    context: BrowserContext, folder: Path, screenshots: Path
) -> None:
    page = context.new_page()
    with served(folder / "corpus", folder / "other", EMBEDDER) as address:
        enter(page, address)
        ask(page, CLOUDS, 1)
    ask(page, "And Brevik Cloud?", 2)
    expect(page.locator("#banner")).to_contain_text("The server does not answer.")
    expect(page.locator(".exchange:last-child .box")).to_contain_text("Ask again when it is back.")
    page.screenshot(path=screenshots / "away.png")
    with served(folder / "corpus", folder / "other", EMBEDDER, ALIQA_PORT=address.rpartition(":")[2]):
        expect(page.locator("#banner")).to_contain_text("The server is back.")
        page.locator(".exchange:last-child .again").click()
        expect(page.locator(".exchange:last-child .answer")).to_contain_text("10 percent")
        page.get_by_role("tab", name="Articles").click()
        expect(page.locator("#table table")).to_be_visible()
        page.close()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_axe_finds_nothing_serious(browser: Browser, address: str, width: int, scheme: str) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800}, reduced_motion="reduce")
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    enter(page, address)
    ask(page, CLOUDS, 1)
    ask(page, "And Brevik Cloud?", 2)
    ask(page, BREAD, 3)
    found = serious(page, "Ask")
    page.locator(".source .open").first.click()
    expect(page.locator("#article mark")).to_be_visible()
    found += serious(page, "an article")
    page.keyboard.press("Escape")
    for tab, there in (
        ("Disagreements", "#pairs .pair"),
        ("Timeline", "#about"),
        ("Articles", "#table table"),
        ("Watchlist", "#watched .tally:not(.opening)"),
    ):
        page.get_by_role("tab", name=tab).click()
        expect(page.locator(there).first).to_be_visible()
        found += serious(page, tab)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
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

"""The chat page's HTML, its conversation, and its place beside the API."""

import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from fastapi import FastAPI
from gradio import EventData
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient
from tests.conftest import QUICK

from aliqa.answers import citing
from aliqa.articles.loading import MAX_BYTES, SUFFIXES
from aliqa.doors import page as chat
from aliqa.doors.kept.feedback import Feedback
from aliqa.doors.kept.watchlist import Watchlist
from aliqa.doors.page import articles, asking, listing, mounting, render
from aliqa.doors.running.current_library import CurrentLibrary
from aliqa.doors.running.jobs import Jobs
from aliqa.foundations import settings as aliqa_settings
from aliqa.foundations.errors import IndexMissing
from aliqa.foundations.settings import Settings
from aliqa.foundations.types import (
    Abstention,
    Answer,
    ArticleSummary,
    Citation,
    Failure,
    FoundPassage,
    IndexInfo,
    Job,
    JobCounts,
    Sources,
    Span,
    Timings,
    Turn,
)
from aliqa.library import Library

HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)">[a](javascript:alert(3)) **b** `c` ${d} {{e}} \'&lt;'
INDEX = IndexInfo("v1", datetime(2026, 1, 2, tzinfo=UTC), 5, 32, date(2025, 5, 13))
TAGS = {
    "section",
    "div",
    "aside",
    "article",
    "h2",
    "h3",
    "h4",
    "p",
    "span",
    "bdi",
    "b",
    "a",
    "blockquote",
    "mark",
    "button",
}
LIST_TAGS = {"p", "div", "table", "thead", "tbody", "tr", "th", "td", "span", "bdi", "b", "ul", "li", "button"}


class Seen(HTMLParser):
    """What a browser would make of some HTML: the elements with their attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.marked = ""
        self._in_mark = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._in_mark = tag == "mark"

    def handle_endtag(self, tag: str) -> None:
        self._in_mark = False

    def handle_data(self, data: str) -> None:
        self.text += data
        self.marked += data if self._in_mark else ""

    @property
    def tags(self) -> set[str]:
        return {tag for tag, _ in self.elements}

    @property
    def attributes(self) -> set[str]:
        return {name for _, attributes in self.elements for name in attributes}

    @property
    def links(self) -> list[str | None]:
        return [attributes.get("href") for tag, attributes in self.elements if tag == "a"]


def citation(quote: str, number: int = 1, at: int = 0, **more: object) -> Citation:
    """A citation of a quote that stands at 100 in ``a.md`` and at ``at`` in the answer."""
    made = Citation(
        number, "a.md", "A title", None, None, None, None, quote, 100, 100 + len(quote), at, at + len(quote), 0.9, "00"
    )
    return replace(made, **more)  # type: ignore[arg-type]


def answer(text: str, citations: Iterable[Citation] = (), passages: Iterable[FoundPassage] = ()) -> Answer:
    return Answer("id", "q", None, text, True, None, 0.9, tuple(citations), tuple(passages), INDEX, Timings(1, 1, 1, 1))


def passage(text: str, start: int = 0, section: str | None = None) -> FoundPassage:
    return FoundPassage("a.md", "A title", None, None, None, section, text, start, start + len(text), 0.5)


def no_article(doc_id: str) -> str:
    raise AssertionError(f"{doc_id} was read though a passage holds the quote")


# --- an answer as HTML -------------------------------------------------------------------------


def test_nothing_from_an_article_or_a_question_becomes_markup() -> None:
    cited = citation(HOSTILE, title=HOSTILE, source=HOSTILE, doc_id=HOSTILE, url="javascript:alert(4)")
    found = replace(passage(HOSTILE * 2, 100, HOSTILE), doc_id=HOSTILE, title=HOSTILE, source=HOSTILE)
    answered = replace(answer(f"{HOSTILE} [1]", [cited], [found]), notice=HOSTILE, standalone_question=HOSTILE)
    abstained = replace(answered, abstention=Abstention("no_match", HOSTILE, (HOSTILE,)))
    replies = [render.answer_html(one, 1, no_article, searched=HOSTILE) for one in (answered, abstained)]
    seen = Seen("".join([*replies, render.failure_html(HOSTILE)]))
    assert seen.tags <= TAGS
    assert not {name for name in seen.attributes if name.startswith("on")}
    assert seen.links == ["#source-1-1"]
    assert seen.text.count(HOSTILE) > 15
    assert "alert" not in seen.text.replace(HOSTILE, "")


@given(st.text(max_size=80), st.text(max_size=80))
def test_the_answer_shows_its_text_and_links_only_its_own_marks(first: str, second: str) -> None:
    quote = f"{first}[1][2]"
    text = f"{quote} [1] {second} [2]"
    cited = [citation(quote), citation(second, 2, len(quote) + 5)]
    html = render.answer_text_html(answer(text, cited), 7)
    seen = Seen(html)
    assert Seen(html.partition("<a ")[0]).text == Seen(escape(f"{quote} ")).text
    assert seen.links == ["#source-7-1", "#source-7-2"]
    assert seen.text == Seen(escape(text)).text


def test_an_answer_says_how_many_articles_carry_it_and_how_many_are_no_copies() -> None:
    one = answer("It costs 5 €. [1]", [citation("It costs 5 €.")], [passage("It costs 5 €.", 100)])
    told = Seen(render.answer_html(replace(one, sources=Sources(3, 2)), 1, no_article)).text
    assert "3 articles, 2 independent" in told
    assert "independent" not in render.answer_html(replace(one, sources=Sources(1, 1)), 1, no_article)


def test_a_copy_is_listed_as_one() -> None:
    copied = ArticleSummary("b.md", "B", None, None, None, 1, 1, copy_of="<a>.md")
    assert "copy of <a>.md" in Seen(listing.articles_html([copied])).text


def test_marks_that_follow_each_other_are_all_linked() -> None:
    cited = [citation("One."), citation("One.", 2)]
    assert Seen(render.answer_text_html(answer("One. [1][2]", cited), 1)).links == ["#source-1-1", "#source-1-2"]


def test_a_source_shows_its_quote_marked_within_its_passage() -> None:
    cited = citation(
        "It costs 5 €. 😀", source="Gazette", published=date(2025, 3, 4), url="https://a.example/x?a=1&b=2"
    )
    found = passage("Before it. It costs 5 €. 😀 After it.", 89, "Prices")
    seen = Seen(render.answer_html(answer("It costs 5 €. 😀 [1]", [cited], [passage("It", 100), found]), 1, no_article))
    assert seen.marked == cited.quote
    assert "Before it. It costs 5 €. 😀 After it." in seen.text
    assert "Gazette · 2025-03-04 · Prices" in seen.text
    assert f"a.md, characters 100–{cited.char_end}" in seen.text
    assert "https://a.example/x?a=1&b=2" in seen.links


def test_a_card_does_not_repeat_its_section_as_the_first_line_of_its_text() -> None:
    found = passage("Prices\n\nBefore it. It costs 5 €. After it.", 81, "Prices")
    cards = render.answer_html(answer("It costs 5 €. [1]", [citation("It costs 5 €.")], [found]), 1, no_article)
    for html in (cards, render.passage_card_html(found)):
        assert Seen(html).text.count("Prices") == 1
        assert "Before it. It costs 5 €. After it." in Seen(html).text


def test_a_quote_that_no_passage_holds_is_shown_within_its_article() -> None:
    text = "x" * 90 + " Before it. The quote. After it."
    start = text.index("The quote.")
    cited = citation("The quote.", char_start=start, char_end=start + 10)
    seen = Seen(render.answer_html(answer("The quote. [1]", [cited]), 1, lambda _: text))
    assert seen.marked == "The quote."
    assert "Before it. The quote. After it." in seen.text
    assert "undated" in seen.text


def test_a_quote_that_is_not_at_its_place_is_shown_alone() -> None:
    seen = Seen(render.answer_html(answer("Gone. [1]", [citation("Gone.")]), 1, lambda _: "another text " * 20))
    assert "another text" not in seen.text
    assert seen.marked == "Gone."


@given(st.text(alphabet="ab .。\n😀", max_size=60), st.data(), st.integers(1, 30))
def test_surroundings_are_the_text_on_either_side(text: str, data: st.DataObject, reach: int) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    before, after = render.surroundings(text, Span(start, end), reach)
    assert text[:start].endswith(before.removeprefix("… "))
    assert text[end:].startswith(after.removesuffix(" …"))
    assert len(before.removeprefix("… ")) <= reach
    assert len(after.removesuffix(" …")) <= reach


def test_a_long_sentence_around_a_quote_is_cut_between_words() -> None:
    text = "alpha " * 100 + "end. QUOTE " + "\n\n" + "omega " * 100
    start = text.index("QUOTE")
    before, after = render.surroundings(text, Span(start, start + 5), 40)
    assert before.startswith("… alpha alpha")
    assert before.endswith("end. ")
    assert after.endswith("omega omega …")


def test_an_abstention_says_so_and_shows_what_came_close() -> None:
    abstention = Abstention("no_match", "No article is about this.", ("sourdough", "bread"))
    found = [passage(f"Passage {number}.") for number in range(5)]
    html = render.answer_html(replace(answer("", (), found), answered=False, abstention=abstention), 1, no_article)
    text = Seen(html).text
    assert text.startswith("The articles do not answer this.No article is about this.")
    assert "In no article: sourdough, bread" in text
    assert [number for number in range(5) if f"Passage {number}." in text] == [0, 1, 2]


@pytest.mark.parametrize("url", ["javascript://a.example/%0aalert(1)", "ftp://a.example", "//a.example", "a.html", ""])
def test_only_an_address_of_the_web_becomes_a_link(url: str) -> None:
    assert Seen(render.source_card_html(citation("Quote.", url=url), "", "", None, 1)).links == []


def test_a_word_that_the_reason_names_is_not_named_twice() -> None:
    abstention = Abstention("no_match", "No article mentions “bread”.", ("bread", "sourdough"))
    assert Seen(render.abstention_html(abstention)).text.endswith("“bread”.In no article: sourdough")


@pytest.mark.parametrize(
    ("info", "line"),
    [
        (INDEX, "5 articles · newest 2025-05-13 · indexed 2026-01-02 00:00 UTC"),
        (replace(INDEX, articles=1, newest_published=None), "1 article · undated · indexed 2026-01-02 00:00 UTC"),
    ],
)
def test_the_index_line(info: IndexInfo, line: str) -> None:
    assert Seen(render.index_line_html(info)).text == line


# --- the conversation --------------------------------------------------------------------------


def missing() -> Library:
    raise IndexMissing(Path("index"))


def told(library: Callable[[], Library], question: str, **more: Any) -> asking.Reply:
    """The reply to a question, with which nothing is drafted."""
    [reply] = asking.replies(library, asking.Asked(question=question, **more))
    assert isinstance(reply, asking.Reply)
    return reply


def test_a_question_is_answered_with_its_sources_numbered_by_its_place_and_with_what_is_copied(
    library: Library,
) -> None:
    reply = told(lambda: library, "How many electric ferries did Northwind Lines order?", number=2)
    assert "source-2-1" in reply.html
    assert reply.said
    assert "four electric ferries" in reply.said
    assert "[^1]: Ines Okafor, “[Northwind Lines goes electric]" in reply.copies["markdown"]
    assert set(reply.copies) == set(citing.WRITERS)


def test_filters_hold_and_what_is_to_be_searched_for_is_searched_for_without_the_conversation(
    library: Library,
) -> None:
    question = "How many electric ferries did Northwind Lines order?"
    assert "northwind.md" not in told(lambda: library, question, sources=["Retail Observer"]).html
    assert "northwind.md" not in told(lambda: library, question, until="2024-12-31").html
    reply = told(lambda: library, "And they?", searched=question, history=[Turn("user", "Who closes shops?")])
    assert f"Searched for: {question}" in Seen(reply.html).text
    assert "northwind.md" in reply.html


def test_an_error_of_aliqa_is_shown_as_its_message_and_kept_out_of_follow_ups() -> None:
    reply = told(missing, "Why?")
    assert Seen(reply.html).text == f"{IndexMissing(Path('index'))}Ask again"
    assert reply.said is None


def test_a_fault_is_logged_and_told_without_its_details(caplog: pytest.LogCaptureFixture) -> None:
    def faulty() -> Library:
        raise ZeroDivisionError("secret")

    reply = told(faulty, "Why?")
    assert "secret" not in reply.html
    assert "fault" in reply.html
    assert "secret" in caplog.text


def test_what_is_offered_is_found_once_for_every_version(library: Library) -> None:
    offers = asking.Offers(lambda: library)
    state = offers.state()
    assert state.sources == ("Harbour Gazette", "Retail Observer", "海岸财经")
    assert state.index == library.info.version
    while not offers.examples().found:
        sleep(0.01)
    assert offers.examples().questions == library.examples(asking.EXAMPLES)
    assert offers.examples() is offers.examples()
    assert "There is no index" in asking.Offers(missing).state().trouble
    assert asking.Offers(missing).examples() == asking.Examples()


# --- the articles ------------------------------------------------------------------------------


def summary(doc_id: str, **more: object) -> ArticleSummary:
    return replace(ArticleSummary(doc_id, doc_id.upper(), None, None, None, 10, 3), **more)  # type: ignore[arg-type]


def test_nothing_from_an_article_becomes_markup_in_the_list_or_the_summary() -> None:
    hostile = summary(HOSTILE, title=HOSTILE, source=HOSTILE)
    failed = replace(hostile, state="failed", reason=HOSTILE)
    counts = JobCounts(added=1, failed=1)
    jobs = [
        Job("1", "upload", "succeeded", counts=counts, failures=(Failure(HOSTILE, HOSTILE),)),
        Job("2", "index", "failed", error=HOSTILE),
    ]
    seen = Seen(listing.articles_html([hostile, failed]) + "".join(map(listing.job_html, jobs)))
    assert seen.tags <= LIST_TAGS
    assert not {name for name in seen.attributes if name.startswith("on")}
    assert [attributes["data-doc-id"] for _, attributes in seen.elements if "data-doc-id" in attributes] == [
        HOSTILE
    ] * 3
    assert seen.text.count(HOSTILE) > 7
    assert "alert" not in seen.text.replace(HOSTILE, "")


def test_the_list_begins_with_what_could_not_be_read_then_the_newest_then_by_title() -> None:
    days = [date(2024, 5, 1), date(2025, 1, 2)]
    found = [
        summary("b.md", title="beta", published=days[0]),
        summary("a.md", title="Alpha", published=days[0]),
        summary("undated.md", title="Aardvark"),
        summary("new.md", published=days[1], source="Gazette", passages=1200),
        summary("bad.txt", title="bad.txt", state="failed", reason="It is not UTF-8."),
    ]
    html = listing.articles_html(found)
    buttons = [attributes for _, attributes in Seen(html).elements if attributes.get("class") == "delete"]
    order = ["bad.txt", "new.md", "a.md", "b.md", "undated.md"]
    assert [button["data-doc-id"] for button in buttons] == order
    assert [button["aria-label"] for button in buttons][:3] == ["Delete bad.txt", "Delete NEW.MD", "Delete Alpha"]
    rows = [Seen(row).text for row in html.split("<tr ")[1:]]
    assert "It is not UTF-8.Not readable" in rows[0]
    assert "NEW.MDnew.mdGazette2025-01-021,200Indexed" in rows[1]
    assert "undated" in rows[4]
    assert Seen(html).text.startswith("4 articles · 1 could not be read")


def test_of_very_many_articles_the_newest_are_listed_and_the_rest_is_told() -> None:
    html = listing.articles_html([summary(f"{number}.md") for number in range(listing.MOST + 1)])
    assert html.count('class="delete"') == listing.MOST
    assert Seen(html).text.startswith("501 articles · 500 are listed")


def test_no_article_is_told_without_a_table() -> None:
    assert Seen(listing.articles_html([])).text == "There is no article yet."


@pytest.mark.parametrize(
    ("job", "said"),
    [
        (Job("1", "index"), "Waiting for its turn…0 %"),
        (Job("1", "index", "running", 0.426), "Looking for changes, and reading what is new…43 %"),
        (Job("1", "index", "succeeded", 1, JobCounts(unchanged=5)), "Nothing has changed."),
        (Job("1", "delete", "succeeded", 1, JobCounts(removed=1)), "Removed 1 article."),
        (
            Job("1", "upload", "succeeded", 1, JobCounts(1, 2, 3, 4, 1), (Failure("x.txt", "It is empty."),)),
            "Added 1 article, changed 2, removed 3. Answerable now.1 file could not be read:x.txt: It is empty.",
        ),
        (Job("1", "index", "failed", error="The disk is full."), "The disk is full."),
    ],
)
def test_how_a_job_stands(job: Job, said: str) -> None:
    assert Seen(listing.job_html(job)).text == said


def test_a_summary_names_five_failures_and_counts_the_others() -> None:
    failures = tuple(Failure(f"{number}.txt", "It is empty.") for number in range(7))
    text = Seen(listing.job_html(Job("1", "index", "succeeded", failures=failures))).text
    assert text.startswith("Nothing has changed.7 files could not be read:0.txt")
    assert "4.txt" in text
    assert "5.txt" not in text
    assert text.endswith("2 more: see the list")


def test_the_drop_zone_takes_what_can_be_read_and_no_more() -> None:
    [attributes] = [found for tag, found in Seen(listing.drop_html(SUFFIXES, MAX_BYTES)).elements if tag == "input"]
    assert attributes["accept"] == ",".join(SUFFIXES)
    assert attributes["data-most"] == str(MAX_BYTES)
    assert attributes["aria-label"]


@pytest.fixture
def own(tmp_path: Path) -> Settings:
    """Settings for a corpus of two articles without an index, which a test may change."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "tram.txt").write_text("Trams in Bergen carry 512 people each day.", encoding="utf-8")
    (corpus / "ferry.txt").write_text("Ferries to Askøy carry 90 cars each day.", encoding="utf-8")
    return aliqa_settings.load(corpus_dir=corpus, index_dir=tmp_path / "index", **QUICK)


@pytest.fixture
def work(own: Settings) -> Iterator[articles.Work]:
    """The work of the tab over that corpus."""
    current = CurrentLibrary(own)
    jobs = Jobs(own, current)
    yield articles.Work(current.library, jobs)
    jobs.close()


def last(work: articles.Work, shown: tuple[Any, ...]) -> list[str]:
    """The text of what the tab shows at the end of what was begun: notice, table, and index line."""
    while shown[1]:
        shown = work.look(shown[1])
    return [Seen(html).text for html in (shown[0], *shown[3:])]


def test_the_folder_is_checked_an_article_deleted_and_the_list_follows(work: articles.Work, own: Settings) -> None:
    assert "There is no index" in Seen(work.lists()[0]).text
    notice, table, line = last(work, work.check([]))
    assert notice == "Added 2 articles. Answerable now."
    assert "tram.txt" in table
    assert line.startswith("2 articles")
    notice, table, *_ = last(work, work.delete([], EventData(None, {"doc_id": "tram.txt"})))
    assert notice == "Removed 1 article."
    assert "tram.txt" not in table
    assert not (own.corpus_dir / "tram.txt").exists()
    assert "add another one first" in last(work, work.delete([], EventData(None, {"doc_id": "ferry.txt"})))[0]
    assert last(work, work.delete([], EventData(None, {"doc_id": "tram.txt"})))[0] == "This article is gone already."


def test_what_the_browser_sends_is_not_trusted(work: articles.Work, caplog: pytest.LogCaptureFixture) -> None:
    assert Seen(work.refused(EventData(None, {"detail": HOSTILE}))).text == HOSTILE
    assert last(work, work.delete([], EventData(None, {"doc_id": "../index"})))[0] == "This article is gone already."
    assert "There is no job" in last(work, work.uploaded([], EventData(None, {"job": ["x"]})))[0]
    assert "fault" in last(work, work.delete([], EventData(None, {})))[0]
    assert "doc_id" in caplog.text


def test_a_second_check_follows_the_one_that_is_running(work: articles.Work) -> None:
    for shown in (work.check([]), work.check([])):
        notice, table, *_ = last(work, shown)
        assert notice in ("Added 2 articles. Answerable now.", "Nothing has changed.")
        assert "tram.txt" in table


def test_a_job_that_begins_while_another_is_looked_at_is_followed_to_its_end(work: articles.Work) -> None:
    followed: list[str] = []
    work.check(followed)
    with ThreadPoolExecutor(1) as other:
        looking = other.submit(work.look, followed)
        work.delete(followed, EventData(None, {"doc_id": "nowhere.txt"}))
        begun = work.jobs.follow().id
        followed.append(begun)
        looking.result()
    while followed:
        work.look(followed)
    assert work.jobs.get(begun).done


# --- beside the API ----------------------------------------------------------------------------


@pytest.fixture
def client(own: Settings) -> Iterator[TestClient]:
    app = FastAPI()

    @app.post("/ask")
    def ask() -> str:
        return "asked"

    with TestClient(
        chat.mount(app, missing, Jobs(own, CurrentLibrary(own)), Watchlist(own.index_dir), Feedback(own.index_dir))
    ) as client:
        yield client


def test_the_page_stands_at_the_root_and_names_no_font_or_script_of_another_host(client: TestClient) -> None:
    assert "<gradio-app" in client.get("/").text
    assert client.get("/favicon.ico").headers["content-type"].startswith("image/svg")
    theme = client.get("/theme.css").text
    assert "--font:" in theme
    assert "@font-face" not in theme
    assert "@import" not in theme


def test_every_other_path_stays_the_apps(client: TestClient) -> None:
    assert client.post("/ask").json() == "asked"
    assert client.get("/ask").status_code == 405
    assert client.get("/nothing").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "upload",
        "upload_progress",
        "component_server",
        "info",
        "file=/etc/passwd",
        "proxy=http://127.0.0.1/",
        "api/x",
        "vibe-code",
    ],
)
def test_what_the_page_does_not_need_of_gradio_is_not_served(client: TestClient, path: str) -> None:
    for method in ("GET", "POST"):
        assert client.request(method, f"/gradio_api/{path}").json() == {"detail": "Not Found"}


def test_the_page_is_made_once_the_app_runs_not_before() -> None:
    script = (
        "import sys\n"
        "from fastapi import FastAPI\n"
        "from aliqa.doors import page as chat\n"
        "import aliqa.doors.http.server, aliqa.doors.cli\n"
        "chat.mount(FastAPI(), None, None, None, None)\n"
        "print(*(name for name in ('gradio', 'pandas', 'torch', 'transformers') if name in sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_a_page_that_cannot_be_made_says_so_to_who_asks_and_the_api_goes_on() -> None:
    app = FastAPI()
    app.add_api_route("/ask", lambda: "asked")

    def unable() -> FastAPI:
        raise OSError("no page today")

    page = mounting.Page(unable)
    app.mount("/page", page)
    app.router.lifespan_context = lambda _: page.running()
    with TestClient(app) as client:
        assert client.get("/ask").json() == "asked"
        with pytest.raises(OSError, match="no page today"):
            client.get("/page")

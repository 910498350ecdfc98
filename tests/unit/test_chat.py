"""The chat page's HTML, its conversation, and its place beside the API."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient
from tests.conftest import QUICK

from aliqa.answers import citing
from aliqa.doors import page as chat
from aliqa.doors.http.app import create_app
from aliqa.doors.kept.feedback import Feedback
from aliqa.doors.kept.watchlist import Watchlist
from aliqa.doors.page import asking, browsing, mounting, render
from aliqa.doors.page.copying import copies
from aliqa.doors.page.sources import cards_html, surroundings
from aliqa.doors.running.current_library import CurrentLibrary
from aliqa.doors.running.jobs import Jobs
from aliqa.foundations import settings as aliqa_settings
from aliqa.foundations.errors import IndexMissing
from aliqa.foundations.settings import Settings
from aliqa.foundations.types import (
    Abstention,
    Answer,
    ArticleMention,
    Citation,
    Claim,
    Disagreement,
    DisagreementKind,
    FoundPassage,
    IndexInfo,
    Sources,
    Span,
    Timings,
    Turn,
    YesNo,
)
from aliqa.library import Library, build

HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)">[a](javascript:alert(3)) **b** `c` ${d} {{e}} \'&lt;'
INDEX = IndexInfo("v1", datetime(2026, 1, 2, tzinfo=UTC), 5, 32, date(2025, 5, 13))
TAGS = {
    *("section", "div", "article", "figure", "figcaption", "h3", "h4", "p", "span", "bdi", "b", "blockquote"),
    *("mark", "button", "ul", "ol", "li", "table", "tr", "td"),
}


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
    def marks(self) -> list[str | None]:
        return [attributes.get("data-number") for _, attributes in self.elements if attributes.get("class") == "mark"]


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


def told_by(one: Answer, **more: Any) -> Seen:
    """The answer and its cards, as a browser sees them."""
    return Seen(render.answer_html(one, **more) + cards_html(one))


# --- an answer as HTML -------------------------------------------------------------------------


def test_nothing_from_an_article_or_a_question_becomes_markup() -> None:
    cited = citation(HOSTILE, title=HOSTILE, source=HOSTILE, doc_id=HOSTILE, url="javascript:alert(4)")
    found = replace(passage(HOSTILE, 100, HOSTILE), doc_id=HOSTILE, title=HOSTILE, source=HOSTILE)
    answered = replace(answer(f"{HOSTILE} [1]", [cited], [found]), notice=HOSTILE, standalone_question=HOSTILE)
    abstained = replace(answered, abstention=Abstention("no_match", HOSTILE, (HOSTILE,)))
    mention = ArticleMention(HOSTILE, HOSTILE, HOSTILE, HOSTILE, None, 2, HOSTILE, 1, 2, 1)
    listed = replace(answered, kind="which_articles", lead=HOSTILE, articles=(mention,))
    digest = replace(answered, kind="digest", correction=cited, verdict="no")
    shapes = (answered, abstained, listed, digest, replace(answered, confidence=0.3))
    html = "".join(render.answer_html(one, searched=HOSTILE) + cards_html(one) for one in shapes)
    seen = Seen(html + render.failure_html(HOSTILE))
    assert seen.tags <= TAGS
    assert not {name for name in seen.attributes if name.startswith("on") or name in ("href", "src", "style")}
    assert seen.text.count(HOSTILE) > 30
    assert "alert" not in seen.text.replace(HOSTILE, "")


@given(st.text(max_size=80), st.text(max_size=80))
def test_the_answer_shows_its_text_and_marks_only_its_own_citations(first: str, second: str) -> None:
    quote = f"{first}[1][2]"
    text = f"{quote} [1] {second} [2]"
    cited = [citation(quote), citation(second, 2, len(quote) + 5)]
    html = render.answer_text_html(answer(text, cited))
    seen = Seen(html)
    assert Seen(html.partition("<button ")[0]).text == Seen(escape(f"{quote} ")).text
    assert seen.marks == ["1", "2"]
    assert seen.text == Seen(escape(text)).text


def of_outlets(*outlets: str | None, differs: tuple[int, ...] = (), **more: Any) -> Answer:
    """An answer of a quote an outlet; those that ``differs`` names give another value than the first."""
    quotes = [f"It costs {number} €." for number in range(1, len(outlets) + 1)]
    text, cited = "", []
    for number, (quote, outlet) in enumerate(zip(quotes, outlets, strict=True), 1):
        cited.append(citation(quote, number, len(text), doc_id=f"{number}.md", title=f"T{number}", source=outlet))
        text += f"{quote} [{number}] "
    claims = tuple(Claim(number, "6" if number in differs else "5", None) for number in range(1, len(outlets) + 1))
    disagreements = (Disagreement("the price", claims),) if differs else ()
    return replace(answer(text.strip(), cited), disagreements=disagreements, **more)


def test_the_best_quote_stands_alone_and_the_others_by_whether_they_agree() -> None:
    compared = Sources(2, 2, 2, 1, date(2025, 10, 21))
    seen = told_by(of_outlets("Gazette", "Post", "Herald", differs=(3,), sources=compared))
    assert "It costs 1 €. [1]Gazette · undated2 outlets agree · 1 differs · newest 21 Oct 2025" in seen.text
    assert "AgreeIt costs 2 €. [2]Post · undatedDifferIt costs 3 €. [3]Herald" in seen.text
    assert "well supported" not in seen.text.lower()


@pytest.mark.parametrize(
    ("question", "verdict", "said"),
    [
        ("Is the pier open?", "yes", "The articles say so (as of 12 Nov 2024)"),
        ("Did the pier open?", "yes", "The articles say so"),
        ("Is the pier open?", "unclear", "Read for yourself: the quotes decide"),
    ],
)
def test_a_verdict_tells_as_of_when_a_state_was_so(question: str, verdict: YesNo, said: str) -> None:
    cited = citation("The pier is open.", published=date(2024, 11, 12))
    one = replace(answer("The pier is open. [1]", [cited]), question=question, kind="yes_no", verdict=verdict)
    assert f'<p class="verdict">{said}</p>' in render.answer_html(one)


@pytest.mark.parametrize(("kind", "heading"), [("change", "At another time"), ("scope", "May differ in scope")])
def test_how_a_quote_differs_is_said(kind: DisagreementKind, heading: str) -> None:
    one = of_outlets("Gazette", "Post", differs=(2,), sources=Sources(1, 1, 1, 1))
    changed = replace(one, disagreements=(replace(one.disagreements[0], kind=kind),))
    assert f"{heading}It costs 2 €. [2]Post" in told_by(changed).text


def test_quotes_that_nobody_compared_are_not_said_to_agree() -> None:
    one = of_outlets("Gazette", "Post", sources=Sources(3, 1, 1))
    seen = told_by(one).text
    assert "1 outlet · 3 articles, 1 independent · undated" in seen
    assert "Other sources sayIt costs 2 €." in seen
    assert "agree" not in seen.lower()
    assert "AgreeIt" not in told_by(replace(one, sources=Sources(2, 2, 2))).text, "others than the one quoted may agree"
    assert "AgreeIt costs 2 €." in told_by(replace(one, sources=Sources(2, 2, 2, same=(1, 2)))).text


def test_what_differs_in_scope_is_said_beside_the_quote() -> None:
    one = of_outlets("Gazette", "Post", differs=(2,), sources=Sources(1, 1, 1, 1))
    claims = tuple(replace(claim, scope=f"of part {claim.citation}") for claim in one.disagreements[0].claims)
    apart = replace(one, disagreements=(Disagreement("it", claims, "scope"),))
    assert "May differ in scopeIt costs 2 €. [2]Post · undated · “of part 2”" in told_by(apart).text


def test_what_differs_among_quotes_of_one_rank_stands_below_them() -> None:
    one = of_outlets("Gazette", "Post", sources=Sources(1, 1, outlets=2), kind="digest")
    differ = Disagreement("the cost", (Claim(1, "1 €", None), Claim(2, "2 €", None)))
    seen = told_by(replace(one, disagreements=(differ,))).text
    assert "quoted from 2 outlets · undatedThe sources disagree about the cost: 1 € [1]; 2 € [2]" in seen


def test_of_a_weak_answer_only_the_best_sentence_is_shown_as_possibly_relevant() -> None:
    seen = Seen(render.answer_html(replace(of_outlets("Gazette", "Post"), confidence=0.4)))
    assert "Possibly relevant" in seen.text
    assert "It costs 1 €." in seen.text
    assert "It costs 2 €." not in seen.text.partition("Is this right?")[0]


def test_a_certainty_promises_nothing_of_the_truth() -> None:
    for confidence in (0.3, 0.6, 0.85, 0.99):
        told = Seen(render.answer_html(of_outlets("Gazette", "Post", confidence=confidence))).text
        assert "answer" in told
        assert "Whether it is true depends on the source." in told


def test_articles_that_were_asked_for_are_listed_with_their_best_sentence() -> None:
    mention = ArticleMention("1.md", "T1", None, "Gazette", date(2025, 3, 4), 3, "It costs 1 €.", 100, 113, 1)
    one = replace(
        of_outlets("Gazette"), kind="which_articles", lead="1 of 5 articles mentions “it”.", articles=(mention,)
    )
    assert Seen(render.answer_html(one)).text.startswith(
        "1 of 5 articles mentions “it”.T1Gazette · 4 Mar 2025 · 3 mentionsIt costs 1 €. [1]"
    )


def test_a_greeting_is_a_line_without_a_certainty() -> None:
    one = replace(answer("Hello."), kind="social", lead="Hello.")
    assert Seen(render.answer_html(one)).text.startswith("Hello.Is this right?")


def test_rows_of_a_table_are_shown_as_such() -> None:
    html = render.answer_html(answer("A | B | C [1]", [citation("A | B | C")]))
    assert "<table><tr><td>A</td><td>B</td><td>C</td></tr></table>" in html


def test_a_card_is_an_article_with_its_page_and_date_and_without_offsets_or_file_names() -> None:
    first = citation("It costs 5 €.", source="Gazette", published=date(2025, 3, 4), page=3, doc_id="9f8e7d.pdf")
    second = replace(first, number=2, quote="It opens.", char_start=200, char_end=209, page=5)
    found = passage("# Prices\nBefore it. It costs 5 €. After it.", 80)
    seen = Seen(cards_html(answer("…", [first, second], [replace(found, doc_id="9f8e7d.pdf")])))
    assert seen.text.startswith("A titleGazette · 4 Mar 2025 · pages 3, 5")
    assert "Before it. It costs 5 €. After it." in seen.text
    assert seen.marked == "It costs 5 €.It opens."
    assert not re.search("characters|9f8e7d|#|Prices", seen.text)
    assert [attributes["data-start"] for tag, attributes in seen.elements if tag == "button"] == ["100", "200"]


@given(st.text(alphabet="ab .。\n😀", max_size=60), st.data(), st.integers(1, 30))
def test_surroundings_are_the_text_on_either_side(text: str, data: st.DataObject, reach: int) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    before, after = surroundings(text, Span(start, end), reach)
    assert text[:start].endswith(before.removeprefix("… "))
    assert text[end:].startswith(after.removesuffix(" …"))
    assert len(before.removeprefix("… ")) <= reach
    assert len(after.removesuffix(" …")) <= reach


def test_an_abstention_says_so_and_shows_what_came_close() -> None:
    abstention = Abstention("no_match", "No article is about this.", ("sourdough", "bread"))
    found = [passage(f"Passage {number}.") for number in range(5)]
    text = told_by(replace(answer("", (), found), answered=False, abstention=abstention)).text
    assert text.startswith("The articles do not answer this.No article is about this.")
    assert "In no article: sourdough, bread" in text
    assert "Was this helpful?" in text
    assert [number for number in range(5) if f"Passage {number}." in text] == [0, 1, 2]


def test_a_word_that_the_reason_names_is_not_named_twice() -> None:
    abstention = Abstention("no_match", "No article mentions “bread”.", ("bread", "sourdough"))
    assert Seen(render.abstention_html(abstention)).text.endswith("“bread”.In no article: sourdough")


@pytest.mark.parametrize(
    ("info", "line"),
    [
        (INDEX, "5 articles · newest 13 May 2025"),
        (replace(INDEX, articles=1, newest_published=None), "1 article · undated"),
    ],
)
def test_the_index_line(info: IndexInfo, line: str) -> None:
    assert Seen(render.index_line_html(info)).text == line


@pytest.mark.parametrize("form", ["markdown", "html", "bibtex"])
def test_a_copy_keeps_that_an_answer_is_weak_what_was_searched_for_and_as_of_when(form: str) -> None:
    one = replace(of_outlets("Gazette", "Post", differs=(2,)), confidence=0.4, notice="No figure for 2019.")
    copied = copies(one, "What does it cost?")[form]
    for words in ("Searched for: What does it cost?", "Possibly relevant", "No figure for 2019.", "indexed 2 Jan 2026"):
        assert words in copied
    assert form == "bibtex" or "disagree about the price" in copied


# --- the conversation --------------------------------------------------------------------------


def missing() -> Library:
    raise IndexMissing(Path("index"))


def told(library: Callable[[], Library], question: str, **more: Any) -> asking.Reply:
    """The reply to a question, with which nothing is drafted."""
    [reply] = asking.replies(library, asking.Asked(question=question, **more))
    assert isinstance(reply, asking.Reply)
    return reply


def test_a_question_is_answered_with_its_sources_and_with_what_is_copied(library: Library) -> None:
    reply = told(lambda: library, "How many electric ferries did Northwind Lines order?")
    assert reply.marks[0].quote in Seen(reply.html).text
    assert reply.marks[0].outlet == "Harbour Gazette"
    assert reply.said
    assert "four electric ferries" in reply.said
    assert "[^1]: Ines Okafor, “[Northwind Lines goes electric]" in reply.copies["markdown"]
    assert set(reply.copies) == set(citing.WRITERS)
    assert reply.version == library.info.version


def test_filters_hold_and_what_is_to_be_searched_for_is_searched_for_without_the_conversation(
    library: Library,
) -> None:
    question = "How many electric ferries did Northwind Lines order?"
    assert "northwind.md" not in told(lambda: library, question, sources=["Retail Observer"]).cards
    assert "northwind.md" not in told(lambda: library, question, until="2024-12-31").cards
    reply = told(lambda: library, "And they?", searched=question, history=[Turn("user", "Who closes shops?")])
    assert f"Searched for: {question}" in Seen(reply.html).text
    assert "northwind.md" in reply.cards


def test_what_is_to_be_searched_for_is_searched_for_as_it_is_written(library: Library) -> None:
    wrong = "Who is Tomas Lindqvest?"
    assert asking.answered(library, asking.Asked(question=wrong)).searched_as == "Who is Tomas Lindqvist?"
    assert asking.answered(library, asking.Asked(question=wrong, searched=wrong)).searched_as is None


def test_the_strict_are_answered_more_seldom_than_the_bold(library: Library) -> None:
    def library_at(threshold: float) -> Callable[[], Library]:
        return lambda: library.with_threshold(threshold)

    question = "How many electric ferries did Northwind Lines order?"
    confidence = library.with_threshold(0).ask(question).confidence
    assert not told(library_at(1.0), question).marks
    assert told(library_at(min(1, 1.5 * confidence)), question, care="bold").marks
    assert not told(library_at(confidence), question, care="strict").marks


def test_an_error_of_aliqa_is_shown_as_its_message_and_kept_out_of_follow_ups() -> None:
    reply = told(missing, "Why?")
    assert Seen(reply.html).text == f"{IndexMissing(Path('index'))}Retry"
    assert reply.said is None


def test_a_fault_is_logged_and_told_without_its_details(caplog: pytest.LogCaptureFixture) -> None:
    def faulty() -> Library:
        raise ZeroDivisionError("secret")

    reply = told(faulty, "Why?")
    assert "secret" not in reply.html
    assert "fault" in reply.html
    assert "secret" in caplog.text


def test_what_is_offered_is_found_once_for_every_version(library: Library) -> None:
    offers = browsing.Offers(lambda: library)
    state = offers.state()
    assert state.corpus
    assert state.corpus.span == "Nov 2024 to Jun 2025"
    assert sorted(name for name, _ in state.corpus.outlets) == ["Harbour Gazette", "Retail Observer", "海岸财经"]
    assert state.index == library.info.version
    while not offers.examples().found:
        sleep(0.01)
    assert offers.examples().questions == library.examples(browsing.EXAMPLES)
    assert offers.examples() is offers.examples()
    assert "There is no index" in browsing.Offers(missing).state().trouble
    assert browsing.Offers(missing).examples() == browsing.Examples()


# --- the library -------------------------------------------------------------------------------


@pytest.fixture
def own(tmp_path: Path) -> Settings:
    """Settings for a corpus of two articles without an index, which a test may change."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "tram.txt").write_text("Trams in Bergen carry 512 people each day.", encoding="utf-8")
    (corpus / "ferry.txt").write_text("Ferries to Askøy carry 90 cars each day.", encoding="utf-8")
    return aliqa_settings.load(corpus_dir=corpus, index_dir=tmp_path / "index", **QUICK)


@pytest.fixture
def served(own: Settings) -> Iterator[TestClient]:
    """The whole server over that corpus, indexed."""
    build(own)
    app = create_app(own)
    state = app.state
    chat.mount(app, state.current.library, state.jobs, state.watchlist, state.feedback)
    with TestClient(app) as client:
        yield client


def done(client: TestClient, job: str) -> dict[str, Any]:
    """A job at its end."""
    while (told := client.get(f"/jobs/{job}").json())["state"] in ("queued", "running"):
        sleep(0.02)
    return dict(told)


def test_articles_are_listed_given_back_as_they_came_and_deleted_together(served: TestClient, own: Settings) -> None:
    assert [one["doc_id"] for one in served.get("/chat/articles").json()] == ["ferry.txt", "tram.txt"]
    original = served.get("/chat/original", params={"doc_id": "tram.txt"})
    assert original.content == (own.corpus_dir / "tram.txt").read_bytes()
    assert original.headers["content-disposition"] == 'attachment; filename="tram.txt"'
    told = served.post("/chat/delete", json={"doc_ids": ["tram.txt", "ferry.txt", "../index"]}).json()
    assert done(served, told["job"])["counts"]["removed"] == 1
    assert [one["doc_id"] for one in told["refused"]] == ["ferry.txt", "../index"]
    assert "last article" in told["refused"][0]["reason"]
    assert not (own.corpus_dir / "tram.txt").exists()


@pytest.mark.parametrize("doc_id", ["../index/manifest.json", "/etc/passwd", "nowhere.txt", ""])
def test_only_articles_are_given_back(served: TestClient, doc_id: str) -> None:
    answer = served.get("/chat/original", params={"doc_id": doc_id})
    assert answer.status_code == 404
    assert answer.json()["detail"]


def test_lists_are_told_in_html_and_errors_in_plain_words(served: TestClient) -> None:
    assert "No article says when" in served.get("/chat/timeline", params={"about": "Marlowe"}).json()["html"]
    assert "No two articles" in served.get("/chat/disagreements").json()["html"]
    added = served.post("/chat/watchlist", json={"question": "How many people do trams in Bergen carry?"}).json()[
        "html"
    ]
    [name] = re.findall('data-id="([^"]+)"', added)
    assert "512 people" in served.post("/chat/watchlist/run").json()["html"]
    for _ in range(2):  # the second time another window was quicker
        assert "No question is watched" in served.delete(f"/chat/watchlist/{name}").json()["html"]
    assert served.get("/chat/timeline", params={"about": " "}).status_code == 422


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

"""Where articles disagree: in an answer, over the whole index, and what of it is taken over by the next build."""

import json
import shutil
from pathlib import Path

import pytest
from mcp import Client
from starlette.testclient import TestClient
from tests import commands
from tests.conftest import QUICK, THRESHOLD
from tests.integration.test_mcp import call, using

from aliqa.doors.http.app import create_app
from aliqa.doors.mcp import build_server
from aliqa.foundations import settings as aliqa_settings
from aliqa.foundations.errors import NotCompared
from aliqa.foundations.settings import Settings
from aliqa.foundations.types import how_compared
from aliqa.library import Library, build
from aliqa.text.claims.comparing import PAIRS_FILE

TEXTS = {
    "gazette.txt": "Ferries of the north\n\nThe harbour has changed. Northwind Lines has 38 ferries. People like them.",
    "observer.txt": (
        "A fleet in numbers\n\nThe summer was warm. Northwind Lines has a fleet of 52 ferries. It rained later."
    ),
    "herald.txt": "Of tea\n\nThe Lindow tea house sells 40 sorts of tea. Nobody knows all of them by name.",
}
QUESTION = "How many ferries does Northwind Lines have?"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name, text in TEXTS.items():
        (corpus / name).write_text(text, encoding="utf-8")
    return aliqa_settings.load(
        corpus_dir=corpus,
        index_dir=tmp_path / "index",
        **QUICK,
        answering={"threshold": THRESHOLD},
    )


def values(settings: Settings) -> list[set[str]]:
    pairs = Library.open(settings).disagreements()
    return sorted(({statement.value for statement in pair.statements} for pair in pairs), key=sorted)


def test_an_answer_quotes_both_sides(settings: Settings) -> None:
    build(settings)
    answer = Library.open(settings).ask(QUESTION)
    [found] = answer.disagreements
    assert {claim.value for claim in found.claims} == {"38 ferries", "52 ferries"}
    quotes = {citation.number: citation.quote for citation in answer.citations}
    assert all(claim.value in quotes[claim.citation] for claim in found.claims)
    assert "Northwind" in found.about


def test_who_asks_where_the_articles_differ_is_shown_both_sides(settings: Settings) -> None:
    build(settings)
    library = Library.open(settings)
    for question in ("Do the articles disagree?", "Where do the sources contradict each other about Northwind Lines?"):
        answer = library.ask(question)
        assert answer.lead == "1 pair of statements may disagree or have changed."
        assert sorted(one.doc_id for one in answer.citations) == ["gazette.txt", "observer.txt"]
    none = library.ask("Are there contradictions in the articles about tea?")
    assert none.lead
    assert none.lead.startswith("I did not find two statements on “tea” that disagree")
    assert none.confidence < 1
    assert not none.citations


def test_the_statement_that_differs_is_quoted_second_and_counted(settings: Settings) -> None:
    build(settings)
    answer = Library.open(settings).ask(QUESTION)
    [found] = answer.disagreements
    assert {claim.citation for claim in found.claims} == {1, 2}
    assert (answer.sources.agree, answer.sources.differ) == (1, 1)
    assert answer.sources.line.startswith("1 outlet · 1 differs")


def test_who_gives_the_same_value_agrees_but_not_who_cites_another(settings: Settings) -> None:
    head = "---\nsource: {}\n---\n\n"
    texts = {
        "gazette.txt": head.format("Harbour Gazette") + TEXTS["gazette.txt"],
        "observer.txt": head.format("The Observer") + TEXTS["observer.txt"].replace("52", "38"),
        "bulletin.txt": head.format("Bulletin")
        + "Of ships\n\nAs the Harbour Gazette reports, Northwind Lines has 38 ferries. Tea was served on one.",
    }
    for name, text in texts.items():
        (settings.corpus_dir / name).write_text(text, encoding="utf-8")
    build(settings)
    answer = Library.open(settings).ask(QUESTION)
    assert not answer.disagreements
    assert (answer.sources.agree, answer.sources.independent, answer.sources.differ) == (2, 2, 0)
    assert answer.sources.line == "2 outlets agree · undated"


def test_what_agrees_is_as_new_as_the_newest_that_agrees(settings: Settings) -> None:
    texts = {
        "gazette.txt": TEXTS["gazette.txt"],
        "observer.txt": TEXTS["gazette.txt"].replace("38", "52"),
        "bulletin.txt": "Of ships\n\nIt was a mild day. As counted, Northwind Lines has 38 ferries. The sea was calm.",
    }
    for name, day in zip(texts, ("2019-04-02", "2024-07-19", "2019-05-30"), strict=True):
        head = f"---\nsource: {name}\npublished: {day}\n---\n\n"
        (settings.corpus_dir / name).write_text(head + texts[name], encoding="utf-8")
    build(settings)
    found = Library.open(settings).ask(QUESTION).sources
    assert (found.agree, found.differ, str(found.newest)) == (2, 1, "2019-05-30")


def test_two_articles_of_one_outlet_are_one_outlet(settings: Settings) -> None:
    head = "---\nsource: Harbour Gazette\n---\n\n"
    for name in ("gazette.txt", "observer.txt"):
        (settings.corpus_dir / name).write_text(head + TEXTS[name].replace("52", "38"), encoding="utf-8")
    build(settings)
    found = Library.open(settings).ask(QUESTION).sources
    assert (found.agree, found.independent, found.outlets) == (1, 2, 1)
    assert found.line == "1 outlet · undated"


def test_a_copy_with_another_figure_differs_and_is_listed(settings: Settings) -> None:
    (settings.corpus_dir / "observer.txt").write_text(TEXTS["gazette.txt"].replace("38", "83"), encoding="utf-8")
    build(settings)
    library = Library.open(settings)
    assert library.store.copied() == {"observer.txt": "gazette.txt"}
    assert values(settings) == [{"38 ferries", "83 ferries"}]
    answer = library.ask(QUESTION)
    assert {claim.value for claim in answer.disagreements[0].claims} == {"38 ferries", "83 ferries"}
    assert (answer.sources.articles, answer.sources.agree, answer.sources.differ) == (1, 1, 1)


def test_quotes_that_are_not_compared_are_of_so_many_outlets_and_say_what_is_known_to_differ(
    settings: Settings,
) -> None:
    build(settings)
    answer = Library.open(settings).ask("Do the articles disagree?")
    assert answer.sources.line == "quoted from 2 outlets · undated"
    assert answer.sources.agree == 0
    [found] = answer.disagreements
    assert [(claim.citation, claim.value) for claim in found.claims] == [(1, "38 ferries"), (2, "52 ferries")]


def test_pairs_are_looked_up_by_their_articles(settings: Settings) -> None:
    build(settings)
    store = Library.open(settings).store
    assert store.disagreements({"gazette.txt", "observer.txt"}) == store.disagreements() != ()
    assert store.disagreements({"gazette.txt", "herald.txt"}) == ()


def test_a_value_that_differs_from_two_that_agree_is_listed_once(settings: Settings) -> None:
    more = "Ships counted\n\nIt was a mild day. As I counted, Northwind Lines has 38 ferries. The sea was calm."
    (settings.corpus_dir / "more.txt").write_text(more, encoding="utf-8")
    build(settings)
    assert values(settings) == [{"38 ferries", "52 ferries"}]


def test_where_scopes_may_differ_the_words_that_narrow_are_said(settings: Settings) -> None:
    text = TEXTS["observer.txt"].replace("Northwind Lines has", "Counting the rented ones, Northwind Lines has")
    (settings.corpus_dir / "observer.txt").write_text(text, encoding="utf-8")
    build(settings)
    library = Library.open(settings)
    [pair] = library.disagreements()
    assert pair.kind == "scope"
    assert {one.scope for one in pair.statements if one.doc_id == "observer.txt"} == {"Counting the rented ones"}
    [found] = library.ask(QUESTION).disagreements
    assert "Counting the rented ones" in {claim.scope for claim in found.claims}
    assert "“Counting the rented ones”" in commands.run("ask", QUESTION, "--index", settings.index_dir).stdout


def test_an_answer_of_one_side_alone_has_none(settings: Settings) -> None:
    (settings.corpus_dir / "observer.txt").unlink()
    build(settings)
    assert Library.open(settings).ask(QUESTION).disagreements == ()


def test_the_index_holds_the_pairs_with_their_places(settings: Settings) -> None:
    build(settings)
    library = Library.open(settings)
    [pair] = library.disagreements()
    assert pair.kind == "contradiction"
    for one in pair.statements:
        assert library.article(one.doc_id).text[one.char_start : one.char_end] == one.quote
        assert one.value in one.quote


def test_the_next_build_takes_pairs_over_and_finds_those_of_what_is_new(settings: Settings) -> None:
    build(settings)
    more = settings.corpus_dir / "more.txt"
    more.write_text("Of tea again\n\nThe Lindow tea house sells 90 sorts of tea. The kettle is on.", encoding="utf-8")
    build(settings)
    pairs = [{"38 ferries", "52 ferries"}, {"40 sorts", "90 sorts"}]
    assert values(settings) == pairs
    shutil.rmtree(settings.index_dir)
    build(settings)
    assert values(settings) == pairs, "as if built at once"
    (settings.corpus_dir / "gazette.txt").unlink()
    build(settings)
    assert values(settings) == [{"40 sorts", "90 sorts"}]
    (settings.corpus_dir / "herald.txt").rename(settings.corpus_dir / "moved.txt")
    build(settings)
    assert values(settings) == [{"40 sorts", "90 sorts"}]


def test_an_index_of_before_answers_and_the_next_build_compares_it(settings: Settings) -> None:
    report = build(settings)
    made_old(settings.index_dir / report.index.version)
    library = Library.open(settings)
    assert library.ask(QUESTION).disagreements, "an answer needs no list"
    with pytest.raises(NotCompared, match="aliqa index"):
        library.disagreements()
    client = TestClient(create_app(settings, library))
    reply = client.get("/disagreements")
    assert reply.status_code == 503
    assert "POST /index" in reply.json()["detail"]
    report = build(settings)
    assert (report.added, report.changed, report.unchanged) == (0, 0, 3)
    assert values(settings) == [{"38 ferries", "52 ferries"}]


def made_old(version: Path) -> None:
    """Take out of a version what releases before did not write."""
    manifest = version / "manifest.json"
    fields = json.loads(manifest.read_text(encoding="utf-8"))
    fields.pop("sha256")  # earlier releases had none
    for name in [one for one in fields["files"] if one.endswith(PAIRS_FILE)]:
        del fields["files"][name]
        (version / name).unlink()
    manifest.write_text(json.dumps(fields), encoding="utf-8")


def test_the_service_lists_them(settings: Settings) -> None:
    build(settings)
    with TestClient(create_app(settings)) as client:
        [pair] = client.get("/disagreements").json()["disagreements"]
        assert {one["value"] for one in pair["statements"]} == {"38 ferries", "52 ferries"}
        assert client.post("/ask", json={"question": QUESTION}).json()["disagreements"][0]["claims"][0]["citation"] == 1


def test_agents_are_told_how_certain_they_are_and_how_they_were_found(settings: Settings) -> None:
    build(settings)
    library = Library.open(settings)

    async def asked(client: Client) -> None:
        told, text = await call(client, "disagreements")
        assert told["how"] == how_compared()
        assert f"({library.disagreements()[0].sure})\n- “" in text
        assert text.endswith(how_compared())

    using(build_server(lambda: library), asked)


def test_the_command_prints_them(settings: Settings) -> None:
    build(settings)
    shown = commands.run("disagreements", "--index", settings.index_dir).stdout
    assert "The articles disagree: Northwind Lines" in shown
    assert '"Northwind Lines has 38 ferries."' in shown
    listed = commands.run("disagreements", "--index", settings.index_dir, "--json").stdout
    assert json.loads(listed)["disagreements"][0]["kind"] == "contradiction"


def test_statements_of_different_years_are_a_change(settings: Settings) -> None:
    for name, day in (("gazette.txt", "2019-04-02"), ("observer.txt", "2024-07-19")):
        path = settings.corpus_dir / name
        path.write_text(f"---\ntitle: {name}\npublished: {day}\n---\n\n{TEXTS[name]}", encoding="utf-8")
    build(settings)
    library = Library.open(settings)
    [pair] = library.disagreements()
    assert (pair.kind, {one.as_of for one in pair.statements}) == ("change", {"2019-04-02", "2024-07-19"})
    assert [one.kind for one in library.ask(QUESTION).disagreements] == ["change"]

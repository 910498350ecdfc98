"""A citation is found, altered, of a changed source, or missing: told from the files alone."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from aliqa.answers import verifying
from aliqa.articles.loading import read_article
from aliqa.foundations.errors import InvalidRequest
from aliqa.foundations.settings import Settings
from aliqa.foundations.types import Answer, CitationCheck, Verification
from aliqa.library import Library

TEXT = "---\ntitle: Tea 😀\n---\nTea grows on hills. Tea 😀 is green. Tea grows on hills."
QUOTE = "Tea 😀 is green."


@pytest.fixture
def tea(tmp_path: Path) -> Path:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "tea.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path


def answer(tea: Path, **changes: Any) -> dict[str, Any]:
    """An answer with one citation, but for the changes."""
    start = TEXT.index(QUOTE)
    citation = {
        "number": 1,
        "doc_id": "sub/tea.txt",
        "quote": QUOTE,
        "char_start": start,
        "char_end": start + len(QUOTE),
        "answer_start": 0,
        "answer_end": len(QUOTE),
        "doc_sha256": read_article(tea / "sub" / "tea.txt", "sub/tea.txt").meta.sha256,
    }
    return {"answer": f"{QUOTE} [1]", "citations": [citation | changes]}


def verified(given: dict[str, Any], tea: Path) -> Verification:
    return verifying.verify(verifying.parse(json.dumps(given).encode()), tea)


def checked(given: dict[str, Any], tea: Path) -> CitationCheck:
    verification = verified(given, tea)
    [check] = verification.citations
    assert verification.verified == (check.verdict == "found")
    return check


def test_what_stands_there_is_found(tea: Path) -> None:
    check = checked(answer(tea), tea)
    start = TEXT.index(QUOTE)
    assert (check.verdict, check.char_start, check.char_end) == ("found", start, start + len(QUOTE))


@pytest.mark.parametrize(
    "changes",
    [
        {"char_start": 3},
        {"char_end": 10_000},
        {"quote": "Tea is blue.", "answer_end": 12},
        {"quote": "Tea 😀 is green", "answer_end": 14},
        {"answer_start": 1},
        {"answer_end": 10_000},
    ],
)
def test_other_words_or_places_are_altered(tea: Path, changes: dict[str, Any]) -> None:
    given = answer(tea, **changes)
    if "quote" in changes:
        given["answer"] = changes["quote"]
    assert checked(given, tea).verdict == "altered"


def test_an_answer_that_says_something_else_is_altered(tea: Path) -> None:
    given = answer(tea)
    given["answer"] = "Tea 😀 is black. [1]"
    assert checked(given, tea).verdict == "altered"


@pytest.mark.parametrize(("before", "moved"), [("", 0), ("News. ", 6), (f"{QUOTE} " * 2, 0)])
def test_a_changed_source_says_where_the_quote_stands_now(tea: Path, before: str, moved: int) -> None:
    given = answer(tea)
    start = TEXT.index(QUOTE)
    (tea / "sub" / "tea.txt").write_text(TEXT[:start] + before + TEXT[start:] + " More.", encoding="utf-8")
    check = checked(given, tea)
    assert (check.verdict, check.char_start) == ("source_changed", start + moved)
    assert ("at the same place" in check.detail) == (moved == 0)


def test_a_quote_that_moved_back_is_found_at_the_nearest_place(tea: Path) -> None:
    given = answer(tea)
    (tea / "sub" / "tea.txt").write_text(f"{QUOTE} And {QUOTE}", encoding="utf-8")
    check = checked(given, tea)
    assert (check.verdict, check.char_start) == ("source_changed", len(QUOTE) + 5)


def test_what_is_gone_is_missing(tea: Path) -> None:
    given = answer(tea)
    path = tea / "sub" / "tea.txt"
    for change in (
        lambda: path.write_text("Coffee is brown."),
        lambda: path.write_bytes(b"\x80\x81\x00\x02"),
        path.unlink,
        path.parent.rmdir,
        tea.rmdir,
    ):
        change()
        check = checked(given, tea)
        assert (check.verdict, check.char_start) == ("missing", None)


@pytest.mark.parametrize("doc_id", ["../secret.txt", "/etc/hostname", "", ".hidden.txt", "a\x00.txt", "sub"])
def test_nothing_outside_is_read(tea: Path, doc_id: str) -> None:
    inside = tea / "corpus"
    inside.mkdir()
    for place in (tea / "secret.txt", inside / ".hidden.txt"):
        place.write_text(TEXT, encoding="utf-8")
    assert checked(answer(tea, doc_id=doc_id), inside).verdict == "missing"


def test_an_abstention_has_nothing_to_verify_but_an_answer_needs_citations(tea: Path) -> None:
    assert verified({"answer": "", "citations": []}, tea) == Verification(True, ())
    assert verified({"answer": "Tea is blue.", "citations": []}, tea) == Verification(False, ())


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (b"", "answer"),
        (b"[]", "answer"),
        (b"{}", "answer"),
        (b'{"answer": 1, "citations": []}', "answer"),
        (b'{"answer": "", "citations": [{}]}', "citations.0.number"),
        (b'{"answer": "\xff", "citations": []}', "answer"),
    ],
)
def test_what_is_no_answer_is_refused(data: bytes, field: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        verifying.parse(data)
    assert caught.value.field == field


@pytest.mark.parametrize("wrong", [{"char_start": -1}, {"quote": ""}, {"number": "1"}, {"char_end": 1.5}])
def test_wrong_values_are_refused(tea: Path, wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest):
        verified(answer(tea, **wrong), tea)


def test_answers_of_the_library_verify(library: Library, settings: Settings, tea: Path) -> None:
    for question in ("How many electric ferries did Northwind Lines order?", "青岚云计划在哪里建设新的数据中心"):
        found = library.ask(question)
        assert found.citations
        given = verifying.parse(TypeAdapter(Answer).dump_json(found))
        assert verifying.verify(given, settings.corpus_dir).verified
        assert {check.verdict for check in verifying.verify(given, tea).citations} == {"missing"}

"""The tour in docs/tour.md, asked again with the real models."""

import re
from pathlib import Path

import pytest
from tools.tour import QUESTIONS, TOUR, ask, opened

from aliqa.library import Library

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return opened(Path(tmp_path_factory.mktemp("tour")) / "index")


def sections() -> dict[str, str]:
    """The sections of the page by their headings."""
    parts = re.split(r"^## (.+)\n", TOUR.read_text(encoding="utf-8"), flags=re.M)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def test_the_tour_has_every_question_and_every_kind() -> None:
    assert list(sections()) == [question.split(" || ")[-1] for question in QUESTIONS]
    kinds = set(re.findall(r"^Kind: `(\w+)`", TOUR.read_text(encoding="utf-8"), re.M))
    assert kinds >= {
        "social", "overview", "about_corpus", "identity", "digest", "which_articles", "plain", "yes_no", "list",
        "compare", "change",
    }  # fmt: skip


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_is_answered_is_what_the_tour_shows(library: Library, question: str) -> None:
    """Processors round differently, so near-equals may change places: the best quote and most others are the same."""
    answer = ask(library, question)
    section = sections()[question.split(" || ")[-1]]
    shown = re.findall(r"^> (.+) \[\d+\]$", section, re.M)
    assert f"Kind: `{answer.kind}`" in section
    assert answer.answered == ("The articles do not answer this" not in section)
    assert not answer.lead or answer.lead in section
    quotes = [one.quote for one in answer.citations]
    assert all(library.text(one.doc_id)[one.char_start : one.char_end] == one.quote for one in answer.citations)
    assert len(set(quotes) & set(shown)) * 2 >= len(shown)

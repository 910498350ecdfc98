"""Arbitrary bytes as files and arbitrary words as questions: refused or read, never a crash, never a wrong offset."""

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests import documents
from tests.conftest import ARTICLES
from tests.integration.test_service import FERRIES

from aliqa.articles.loading import SUFFIXES, SourceFile, cut, parse_article
from aliqa.doors.http import create_app
from aliqa.foundations.errors import ArticleError
from aliqa.foundations.settings import Settings
from aliqa.library import Library

pytestmark = pytest.mark.slow

QUICKLY = hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
SEEDS = {
    ".pdf": documents.pdf([["Coffee", "Beans cost more."], ["Ferries", "Four ferries sail."]]),
    ".docx": documents.docx([("heading 1", "Ferries"), ("", "Four ferries sail.")]),
    ".html": (
        b"<html><head><title>T</title></head><body><article><h1>T</h1><p>Four ferries sail.</p></article></body></html>"
    ),
    ".eml": (
        b"Subject: Ferries\r\nFrom: a@b.example\r\nContent-Type: text/plain; charset=utf-8\r\n"
        b"\r\nFour ferries sail.\r\n"
    ),
    ".jsonl": b'{"text": "Four ferries sail.", "title": "T", "published": "2025-01-02"}\n',
    ".md": ARTICLES["shipping/northwind.md"].encode(),
}
SEEDS |= {".txt": SEEDS[".md"], ".eml": SEEDS[".eml"]}
ZIPPED = (".docx", ".epub", ".odp", ".ods", ".odt", ".pptx", ".xlsx")
LIKE = dict.fromkeys(ZIPPED, ".docx") | dict.fromkeys((".htm", ".xhtml", ".xml", ".rss", ".atom"), ".html")
LIKE |= dict.fromkeys((".mbox", ".mht", ".mhtml"), ".eml") | dict.fromkeys((".json", ".ndjson"), ".jsonl")
"""Which seed is damaged for a suffix that has none of its own; text for the rest."""


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """A file with pieces cut out, doubled or overwritten; or bytes that never were one."""
    data = whole
    for _ in range(draw(st.integers(0, 4))):
        at, length = draw(st.integers(0, len(data))), draw(st.integers(0, 40))
        piece = draw(st.one_of(st.binary(max_size=40), st.just(data[at : at + length] * 2)))
        data = data[:at] + piece + data[at + length :]
    return draw(st.one_of(st.just(data), st.just(data), st.binary(max_size=400)))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_any_file_is_read_or_refused_with_a_reason(suffix: str) -> None:
    @QUICKLY
    @given(damaged(SEEDS.get(suffix) or SEEDS[LIKE.get(suffix, ".txt")]))
    def test(data: bytes) -> None:
        for file in cut(data, f"news/a{suffix}"):
            assert isinstance(file, SourceFile)
            try:
                article = parse_article(file)
            except ArticleError:
                continue
            article.text.encode()
            assert 0 <= article.meta.body_start <= len(article.text)
            assert all(0 <= page <= len(article.text) for page in article.meta.pages)
            assert "\n" not in article.meta.title

    test()


TEXT = st.text(st.characters(exclude_categories=()), max_size=300)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)
BODIES = st.fixed_dictionaries(
    {
        "question": st.one_of(
            TEXT, st.sampled_from((FERRIES, "And the second one?", "2024?", "What happened, and when?"))
        )
    },
    optional={
        "history": st.lists(
            st.fixed_dictionaries({"role": st.sampled_from(("user", "assistant")), "content": TEXT}), max_size=4
        ),
        "top_k": st.integers(-1, 22),
        "filters": st.one_of(
            ANYTHING, st.fixed_dictionaries({}, optional={"since": st.dates().map(str), "doc_ids": st.lists(TEXT)})
        ),
        "mode": st.sampled_from(("extractive", "synthesis", "both")),
        "surprise": ANYTHING,
    },
)


def test_any_question_is_answered_declined_or_refused(settings: Settings, library: Library) -> None:
    with TestClient(create_app(settings, library)) as client:

        @hypothesis_settings(QUICKLY, max_examples=150)
        @given(BODIES)
        def test(body: dict[str, Any]) -> None:
            response = client.post("/ask", content=json.dumps(body), headers={"Content-Type": "application/json"})
            assert response.status_code in (200, 422), response.text
            for citation in response.json().get("citations", ()):
                text = ARTICLES[citation["doc_id"]]
                assert text[citation["char_start"] : citation["char_end"]] == citation["quote"]

        test()

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from tests.doubles import HashingEmbedder

from aliqa.answers.retrieval import Retriever, fuse
from aliqa.foundations.settings import EmbeddingSettings
from aliqa.foundations.types import Filters
from aliqa.library import Library

EMBEDDER = HashingEmbedder(EmbeddingSettings())
SCORES = arrays.arrays(np.float32, 7, elements=st.floats(-1, 1, width=32))


@given(SCORES, SCORES)
def test_fused_scores_run_from_0_to_1_and_follow_both(cosines: np.ndarray, lexical: np.ndarray) -> None:
    bm25 = np.abs(lexical) * 20
    fused = fuse(cosines, bm25)
    assert ((fused >= 0) & (fused <= 1 + 1e-6)).all()
    higher = (cosines[:, None] >= cosines) & (bm25[:, None] >= bm25)
    assert (fused[:, None] >= fused - 1e-6)[higher].all()


def test_nothing_to_fuse_is_nothing() -> None:
    assert fuse(np.empty(0, np.float32), np.empty(0, np.float32)).shape == (0,)


@pytest.mark.parametrize(
    ("query", "doc_id"),
    [
        ("electric ferries", "shipping/northwind.md"),
        ("Priya Raman", "retail/marlowe.txt"),
        ("成都 数据中心", "云计算.md"),
        ("espresso", "undated-note.txt"),
    ],
)
def test_the_right_article_comes_first(library: Library, query: str, doc_id: str) -> None:
    found = Retriever(library.store).retrieve(query, EMBEDDER.embed_query(query), 3, Filters())
    assert found[0].record.meta.doc_id == doc_id
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def test_filters_hold_and_may_leave_nothing(library: Library) -> None:
    retriever, vector = Retriever(library.store), EMBEDDER.embed_query("profit")
    for filters in (Filters(since=date(2025, 1, 1)), Filters(sources=("Retail Observer",))):
        found = retriever.retrieve("profit", vector, 100, filters)
        assert found
        assert all(filters.admit(one.record.meta) for one in found)
    assert retriever.retrieve("profit", vector, 100, Filters(since=date(2099, 1, 1))) == []


def test_every_passage_can_be_reached(library: Library) -> None:
    found = Retriever(library.store).retrieve("the", EMBEDDER.embed_query("the"), 100, Filters())
    assert len(found) == library.info.passages

"""aliqa as a retriever of other libraries: the real ones, where installed, give its passages with their places."""

from typing import Any

import pytest

from aliqa.foundations.types import FoundPassage
from aliqa.library import Library

QUERY = "How many electric ferries did Northwind Lines order?"


def langchain(library: Library) -> list[tuple[str, dict[str, Any]]]:
    pytest.importorskip("langchain_core")
    from aliqa.doors.retrievers.langchain import AliqaRetriever

    found = AliqaRetriever(searcher=library, top_k=3).invoke(QUERY)
    return [(one.page_content, one.metadata) for one in found]


def llamaindex(library: Library) -> list[tuple[str, dict[str, Any]]]:
    pytest.importorskip("llama_index.core")
    from aliqa.doors.retrievers.llamaindex import AliqaRetriever

    found = AliqaRetriever(library, top_k=3).retrieve(QUERY)
    return [(one.node.get_content(), one.node.metadata) for one in found]


def haystack(library: Library) -> list[tuple[str, dict[str, Any]]]:
    pytest.importorskip("haystack")
    from haystack import Pipeline

    from aliqa.doors.retrievers.haystack import AliqaRetriever

    pipeline = Pipeline()
    pipeline.add_component("retriever", AliqaRetriever(library, top_k=3))
    found = pipeline.run({"retriever": {"query": QUERY}})["retriever"]["documents"]
    return [(one.content, one.meta) for one in found]


@pytest.mark.parametrize("retrieve", [langchain, llamaindex, haystack])
def test_passages_come_with_their_places(retrieve: Any, library: Library) -> None:
    found = retrieve(library)
    expected: tuple[FoundPassage, ...] = library.search(QUERY, top_k=3)
    assert [text for text, _ in found] == [passage.text for passage in expected]
    for text, known in found:
        assert library.text(known["doc_id"])[known["char_start"] : known["char_end"]] == text
        assert known["title"]

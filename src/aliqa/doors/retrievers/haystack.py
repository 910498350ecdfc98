"""A retriever for Haystack (``pip install haystack-ai``).

::

    retriever = AliqaRetriever(Library.open("index"), top_k=5)
    retriever.run(query="How many ferries were ordered?")["documents"]
"""

from haystack import Document, component

from aliqa.doors.retrievers import Searcher, metadata
from aliqa.foundations.types import Filters


@component  # type: ignore[untyped-decorator,misc,unused-ignore]
class AliqaRetriever:
    """The passages of an index as documents, a component of pipelines."""

    def __init__(self, searcher: Searcher, top_k: int = 5, filters: Filters = Filters()) -> None:
        """``searcher`` is a `Library` or a `Client`."""
        self._searcher = searcher
        self._top_k = top_k
        self._filters = filters

    @component.output_types(documents=list[Document])  # type: ignore[untyped-decorator,misc,unused-ignore]
    def run(self, query: str, top_k: int | None = None) -> dict[str, list[Document]]:
        """The passages that fit a query best, best first, as ``documents``."""
        found = self._searcher.search(query, top_k=top_k or self._top_k, filters=self._filters)
        return {
            "documents": [
                Document(content=passage.text, meta=metadata(passage), score=passage.score) for passage in found
            ]
        }

"""A retriever for LlamaIndex (``pip install llama-index-core``).

::

    retriever = AliqaRetriever(Library.open("index"), top_k=5)
    retriever.retrieve("How many ferries were ordered?")
"""

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from aliqa.doors.retrievers import Searcher, metadata
from aliqa.foundations.types import Filters


class AliqaRetriever(BaseRetriever):  # type: ignore[misc]  # its types are not installed
    """The passages of an index as nodes, which keep their offsets in the article."""

    def __init__(self, searcher: Searcher, top_k: int = 5, filters: Filters = Filters()) -> None:
        """``searcher`` is a `Library` or a `Client`."""
        super().__init__()
        self._searcher = searcher
        self._top_k = top_k
        self._filters = filters

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        found = self._searcher.search(query_bundle.query_str, top_k=self._top_k, filters=self._filters)
        return [
            NodeWithScore(
                node=TextNode(
                    id_=f"{passage.doc_id}:{passage.char_start}-{passage.char_end}",
                    text=passage.text,
                    metadata=metadata(passage),
                    start_char_idx=passage.char_start,
                    end_char_idx=passage.char_end,
                ),
                score=passage.score,
            )
            for passage in found
        ]

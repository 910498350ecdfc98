"""A retriever for LangChain (``pip install langchain-core``).

::

    retriever = AliqaRetriever(searcher=Library.open("index"), top_k=5)
    retriever.invoke("How many ferries were ordered?")
"""

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from aliqa.doors.retrievers import metadata
from aliqa.foundations.types import Filters


class AliqaRetriever(BaseRetriever):  # type: ignore[misc]  # its types are not installed
    """The passages of an index as documents."""

    searcher: Any
    """A `Library` or a `Client`."""

    top_k: int = 5
    filters: Filters = Filters()

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        found = self.searcher.search(query, top_k=self.top_k, filters=self.filters)
        return [Document(page_content=passage.text, metadata=metadata(passage)) for passage in found]

"""Haystack with its in-memory store, as its documentation sets it up: passages of 200 words."""

from collections.abc import Sequence
from pathlib import Path

from haystack import Document, Pipeline
from haystack.components.preprocessors import DocumentSplitter
from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
from haystack.components.writers import DocumentWriter
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)


class System:
    """See `measure`."""

    def __init__(self, model: Path, scratch: Path) -> None:
        store = InMemoryDocumentStore()
        self._indexing = Pipeline()
        self._indexing.add_component("splitter", DocumentSplitter(split_by="word", split_length=200))
        self._indexing.add_component(
            "embedder", SentenceTransformersDocumentEmbedder(model=str(model), progress_bar=False)
        )
        self._indexing.add_component("writer", DocumentWriter(document_store=store))
        self._indexing.connect("splitter", "embedder")
        self._indexing.connect("embedder", "writer")
        self._asking = Pipeline()
        self._asking.add_component("embedder", SentenceTransformersTextEmbedder(model=str(model), progress_bar=False))
        self._asking.add_component("retriever", InMemoryEmbeddingRetriever(document_store=store))
        self._asking.connect("embedder.embedding", "retriever.query_embedding")

    def index(self, articles: Sequence[tuple[str, str]]) -> None:
        """Index articles: names and texts."""
        documents = [Document(content=text, meta={"name": name}) for name, text in articles]
        self._indexing.run({"splitter": {"documents": documents}})

    def search(self, query: str, k: int) -> list[tuple[str, str]]:
        """The best passages: names of articles and texts."""
        found = self._asking.run({"embedder": {"text": query}, "retriever": {"top_k": k}})
        return [(one.meta["name"], one.content) for one in found["retriever"]["documents"]]

    def add(self, name: str, text: str) -> None:
        """Index one more article."""
        self.index([(name, text)])

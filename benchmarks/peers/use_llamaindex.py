"""LlamaIndex with its FAISS store, as its documentation sets it up: default splitter, default retriever."""

from collections.abc import Sequence
from pathlib import Path

import faiss
from llama_index.core import Document, Settings, StorageContext, VectorStoreIndex
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.vector_stores.faiss import FaissVectorStore


class System:
    """See `measure`."""

    def __init__(self, model: Path, scratch: Path) -> None:
        Settings.embed_model = HuggingFaceEmbedding(model_name=str(model), device="cpu")
        Settings.llm = None

    def index(self, articles: Sequence[tuple[str, str]]) -> None:
        """Index articles: names and texts."""
        store = FaissVectorStore(faiss_index=faiss.IndexFlatL2(384))
        documents = [_document(name, text) for name, text in articles]
        context = StorageContext.from_defaults(vector_store=store)
        self._index = VectorStoreIndex.from_documents(documents, storage_context=context)

    def search(self, query: str, k: int) -> list[tuple[str, str]]:
        """The best passages: names of articles and texts."""
        found = self._index.as_retriever(similarity_top_k=k).retrieve(query)
        return [(one.node.metadata["name"], one.node.get_content()) for one in found]

    def add(self, name: str, text: str) -> None:
        """Index one more article."""
        self._index.insert(_document(name, text))


def _document(name: str, text: str) -> Document:
    return Document(text=text, metadata={"name": name}, excluded_embed_metadata_keys=["name"])

"""LangChain with FAISS, as its documentation sets it up: passages of 1,000 characters with 200 of overlap."""

from collections.abc import Sequence
from pathlib import Path

from langchain_community.vectorstores import FAISS
from langchain_core.documents import Document
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter


class System:
    """See `measure`."""

    def __init__(self, model: Path, scratch: Path) -> None:
        self._embeddings = HuggingFaceEmbeddings(model_name=str(model), model_kwargs={"device": "cpu"})
        self._splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)

    def index(self, articles: Sequence[tuple[str, str]]) -> None:
        """Index articles: names and texts."""
        documents = [Document(page_content=text, metadata={"name": name}) for name, text in articles]
        self._store = FAISS.from_documents(self._splitter.split_documents(documents), self._embeddings)

    def search(self, query: str, k: int) -> list[tuple[str, str]]:
        """The best passages: names of articles and texts."""
        found = self._store.similarity_search(query, k)
        return [(one.metadata["name"], one.page_content) for one in found]

    def add(self, name: str, text: str) -> None:
        """Index one more article."""
        document = Document(page_content=text, metadata={"name": name})
        self._store.add_documents(self._splitter.split_documents([document]))

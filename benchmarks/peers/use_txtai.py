"""txtai, hybrid, as its documentation sets it up: rows of text, here the articles' paragraphs."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from txtai import Embeddings


class System:
    """See `measure`."""

    def __init__(self, model: Path, scratch: Path) -> None:
        self._embeddings = Embeddings(path=str(model), content=True, hybrid=True)

    def index(self, articles: Sequence[tuple[str, str]]) -> None:
        """Index articles: names and texts."""
        self._embeddings.index(row for name, text in articles for row in _rows(name, text))

    def search(self, query: str, k: int) -> list[tuple[str, str]]:
        """The best passages: names of articles and texts."""
        return [(one["id"].partition("#")[0], one["text"]) for one in self._embeddings.search(query, k)]

    def add(self, name: str, text: str) -> None:
        """Index one more article."""
        self._embeddings.upsert(_rows(name, text))


def _rows(name: str, text: str) -> Iterator[tuple[str, str, None]]:
    for number, paragraph in enumerate(filter(None, map(str.strip, re.split(r"\n\s*\n", text)))):
        yield f"{name}#{number}", paragraph, None

"""aliqa as a retriever of LangChain, LlamaIndex and Haystack: one small module each, which imports that library.

Each takes whatever searches: a `Library`, or a `Client` of a running server. Passages come with their exact places, so
that what is made of them can be checked.
"""

from dataclasses import asdict
from typing import Any, Protocol

from aliqa.foundations.shown import plain
from aliqa.foundations.types import Filters, FoundPassage


class Searcher(Protocol):
    """A library or a client."""

    def search(self, query: str, *, top_k: int = 10, filters: Filters = Filters()) -> tuple[FoundPassage, ...]:
        """The passages that fit a query best, best first."""


def metadata(passage: FoundPassage) -> dict[str, Any]:
    """What is known of a passage besides its text: article, outlet, date, place, score."""
    known: dict[str, Any] = plain(asdict(passage))
    del known["text"]
    return known

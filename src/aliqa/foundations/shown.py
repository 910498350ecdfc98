"""How an answer shows itself: as data for JSON, as a few lines where it is printed, as Markdown in a notebook."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any, Protocol

from pydantic_core import to_jsonable_python


class _Quote(Protocol):
    @property
    def number(self) -> int: ...
    @property
    def quote(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def published(self) -> date | None: ...


class _Abstention(Protocol):
    @property
    def detail(self) -> str: ...


def plain(value: Any) -> Any:
    """The value in words of JSON: objects as dicts, tuples as lists, dates as in ISO 8601.

    >>> plain((date(2025, 1, 31), None))
    ['2025-01-31', None]
    """
    return to_jsonable_python(value)


class Shown:
    """What an answer, with its fields, can do beside being one."""

    __slots__ = ()

    question: str
    answer: str
    abstention: _Abstention | None
    citations: Sequence[_Quote]

    def to_dict(self) -> dict[str, Any]:
        """The answer as dicts, lists and words, as `/ask` returns it."""
        told: dict[str, Any] = plain(self)
        return told

    def to_json(self, indent: int | None = None) -> str:
        """The answer as JSON, as `/ask` returns it."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent)

    def __str__(self) -> str:
        lines = [
            f"[{citation.number}] {citation.title} ({citation.published or 'undated'})" for citation in self.citations
        ]
        return "\n".join([self._said(), *lines])

    def __repr__(self) -> str:
        return f"<Answer to {self.question!r}: {self._said()!r}, {len(self.citations)} quotes>"

    def _repr_markdown_(self) -> str:
        """What a notebook shows."""
        quoted = [
            f"{citation.number}. “{_flat(citation.quote)}” ({_flat(citation.title)}, {citation.published or 'undated'})"
            for citation in self.citations
        ]
        return "\n".join([f"**{_flat(self._said())}**", "", *quoted])

    def _said(self) -> str:
        return self.abstention.detail if self.abstention else self.answer


def _flat(text: str) -> str:
    """The text in one line that Markdown leaves alone."""
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>#|" else sign for sign in " ".join(text.split()))

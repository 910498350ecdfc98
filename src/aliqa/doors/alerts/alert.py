"""What an alert says, and how it is known again."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from pydantic import TypeAdapter

from aliqa.foundations.types import ArticleMention, Citation, Statement

Kind = Literal["answer", "name", "disagreement", "correction"]


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of an article, verbatim, and where it stands; ``doc_id`` and offsets as in a citation."""

    quote: str
    doc_id: str
    title: str
    source: str | None = None
    published: date | None = None
    url: str | None = None
    char_start: int | None = None
    char_end: int | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """A change: what it is ``about``, ``what`` happened, and the quotes that are new and those that were there before.

    ``id`` is the same however often the change is sent: a receiver drops what it has. ``answer`` and ``before`` are
    those of a watched question.
    """

    id: str
    kind: Kind
    at: datetime
    about: str
    what: str
    new: tuple[Quote, ...] = ()
    old: tuple[Quote, ...] = ()
    answer: str | None = None
    before: str | None = None

    def to_json(self) -> str:
        """The alert as it is kept and sent."""
        return _ALERT.dump_json(self).decode()

    @classmethod
    def from_json(cls, text: str) -> "Alert":
        """What `to_json` wrote."""
        return _ALERT.validate_json(text)

    def lines(self) -> list[str]:
        """The alert in words, line by line."""
        told = [self.what]
        for label, quotes in (("New", self.new), ("Before", self.old)):
            for one in quotes:
                told += ["", f"{label}: “{one.quote}”", f"  {_origin(one)}"]
        return told


_ALERT: TypeAdapter[Alert] = TypeAdapter(Alert)


def identity(*parts: object) -> str:
    """The id of a change, by what makes it this one and no other."""
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()[:32]


def cited(citation: Citation) -> Quote:
    """The quote of a citation."""
    c = citation
    return Quote(c.quote, c.doc_id, c.title, c.source, c.published, c.url, c.char_start, c.char_end)


def stated(statement: Statement) -> Quote:
    """The quote of a statement that disagrees with another."""
    s = statement
    return Quote(s.quote, s.doc_id, s.title, s.source, s.published, None, s.char_start, s.char_end)


def mentioned(mention: ArticleMention) -> Quote:
    """The quote that mentions a name."""
    m = mention
    return Quote(m.quote or "", m.doc_id, m.title, m.source, m.published, None, m.char_start, m.char_end)


def _origin(one: Quote) -> str:
    day = one.published.isoformat() if one.published else None
    return ", ".join(filter(None, (one.title, one.source, day, one.url or one.doc_id)))

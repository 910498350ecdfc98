"""What the first lines of a text say about it: its title, its author and source, its date.

Only lines that say nothing else are believed. Nothing is guessed from prose, and a date that can be
read in two ways ("05/06/2025") is no date.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

from aliqa.articles.loading.days import day_line
from aliqa.articles.loading.extract import one_line
from aliqa.foundations.types import SentenceKind
from aliqa.text.sentences import BYLINE, split_sentences

_HEAD = 64 * 1024
"""Code points at the beginning of a text in which its first lines are looked for."""
_TITLE = 120
_CUT = 80
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)")
_LONGEST = 2000
"""Code points of a line beyond which it says nothing about the article: what is looked for is short."""


@dataclass(frozen=True, slots=True)
class FirstLines:
    """What the first lines say; None where they say nothing."""

    title: str | None
    author: str | None
    source: str | None
    published: date | None


def read_first_lines(text: str) -> FirstLines:
    r"""What the first lines of ``text`` say about it.

    >>> read_first_lines("The Old Mill\nBy Ada Lind\n13.05.2025\n\nIt was sold.").author
    'Ada Lind'
    """
    head = list(islice(_lines(text[:_HEAD]), 20))
    return FirstLines(_title(head), *_bylines(head[:10]), _date_line(head[:5]))


def _lines(text: str) -> Iterator[str]:
    """The lines that are not blank, without the blanks and the emphasis around them."""
    return (line[:_LONGEST] for line in (raw.strip().strip("*_").strip() for raw in text.splitlines()) if line)


def _title(head: list[str]) -> str | None:
    """The first heading by marks, else the first line with words, cut if it is long."""
    titles = [line for line in head if re.match(r"#{1,6}\s", line)] + head
    words = next((words for line in titles if (words := _words(line))), None)
    if words is None or len(words) <= _TITLE:
        return words
    return words[: _CUT + 1].rpartition(" ")[0].rstrip(" ,;:–—-") + "…" if " " in words[:_CUT] else words[:_CUT] + "…"


def _words(line: str) -> str:
    """A line without its marks; nothing of a line that is a date, a byline or a counter."""
    spans = [piece.span for piece in split_sentences(line) if piece.kind is not SentenceKind.BOILERPLATE]
    if not spans:
        return ""
    words = _LINK.sub(r"\1", line[spans[0].start : spans[-1].end]).replace("**", "")
    return one_line(words).strip("*_`# ")


def _bylines(head: list[str]) -> tuple[str | None, str | None]:
    """The author and the source that the first lines name."""
    lines = [match for line in head if (match := BYLINE.fullmatch(line))]
    author = next((match["author"] or match["by"] for match in lines if match["author"] or match["by"]), None)
    return author, next((match["source"] for match in lines if match["source"]), None)


def _date_line(head: list[str]) -> date | None:
    return next((day for line in head if (day := day_line(line))), None)

"""What the first lines of a text say about it: its title, its author and source, its date.

Only lines that say nothing else are believed. Nothing is guessed from prose, and a date that can be
read in two ways ("05/06/2025") is no date.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

from aliqa.articles.loading.days import day_line, weekdays
from aliqa.articles.loading.extract import one_line
from aliqa.foundations.types import SentenceKind
from aliqa.text.dates import find
from aliqa.text.dates.stated import is_stated
from aliqa.text.sentences import BYLINE, split_sentences

_HEAD = 64 * 1024
"""Code points at the beginning of a text in which its first lines are looked for."""
_TITLE = 120
_CUT = 80
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)")
_BETWEEN = re.compile(r"\s*(?:[,|｜·•/—–]|(?<!\S)-(?!\S))\s*|\s{2,}|\t")
_NAME = re.compile(r"(?:[^\W\d_a-z][\w.&'’-]*|[a-z]{1,3})(?: (?:[^\W\d_a-z&][\w.&'’-]*|[a-z]{1,3}|&)){0,6}")
_OUTLET = re.compile(r"[^\W\d_a-z][^\d]*[ ][^\W\d_a-z][^\d ]*")
_IMPRINT = 100
"""Code points of the longest line of an outlet and a day."""
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
    >>> read_first_lines("The Old Mill\nThe Valley Post, 13 May 2025\n\nIt was sold.").source
    'The Valley Post'
    """
    head = list(islice(_lines(text[:_HEAD]), 20))
    author, source = _bylines(head[:10])
    imprint = next((found for line in head[1:5] if (found := _imprint(line, text))), (None, None, None))
    return FirstLines(_title(head), author or imprint[0], source or imprint[1], _date_line(head[:5]) or imprint[2])


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


def _imprint(line: str, text: str) -> tuple[str | None, str | None, date | None] | None:
    """The author, outlet and day of a line that holds but names and a day: "The Valley Post, 13 May 2025".

    Of several names none is the outlet for sure, nor is one that may be the place where it was written.
    """
    days = [day for day in find(line) if day.days == 1 and is_stated(line, day)] if len(line) <= _IMPRINT else []
    if len(days) != 1:
        return None
    rest = f"{line[: days[0].span.start]} | {line[days[0].span.end :]}"
    names = [name for name in _BETWEEN.split(rest.strip()) if name]
    if not all(_NAME.fullmatch(name) for name in names):
        return None
    author, _ = _bylines(names)
    outlets = [name for name in names if not BYLINE.fullmatch(name) and name.casefold() not in weekdays()]
    return author, outlets[0] if len(outlets) == 1 and _is_outlet(outlets[0], text) else None, days[0].first


def _is_outlet(name: str, text: str) -> bool:
    """Whether it is a name of several words that the text does not speak of as a place."""
    place = rf"\b(?:in|at|from|near) {re.escape(name)}\b"
    return bool(_OUTLET.fullmatch(name)) and not re.search(place, text[:_HEAD])

"""What a reader makes of a file, and how text that was packed in a format is made plain."""

import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache


@dataclass(frozen=True, slots=True)
class Extract:
    """The text of a file, and what its format knows about it.

    ``body_start`` is where the text begins after any front matter; ``pages`` is where each page begins
    in the text, and empty where a format has no pages; ``reading`` is how the text was got where the file does
    not say it plainly: a guess of its encoding, the recognition of a picture.
    """

    text: str
    title: str | None = None
    author: str | None = None
    source: str | None = None
    published: date | None = None
    url: str | None = None
    body_start: int = 0
    pages: tuple[int, ...] = ()
    reading: str | None = None


Reader = Callable[[bytes], Extract]
"""Makes an article's text from the bytes of its file. Raises ArticleError."""

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""What no terminal and no JSON should get; half a surrogate pair can be written in YAML and JSON."""

_NEWLINE = re.compile("\r\n|[\r\v\f\x85]")
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\xad]")
_HALF = re.compile("[\ud800-\udfff]")


def clean(text: str) -> str:
    r"""Extracted text as it is kept: newlines are ``\n``, no control characters, no soft hyphens.

    >>> clean("elec\xadtric\x00\r\nferries")
    'electric\nferries'
    """
    return _HALF.sub("\ufffd", _UNSEEN.sub("", _NEWLINE.sub("\n", text)))


def one_line(words: str) -> str:
    r"""The words on one line, one blank between them, nothing that steers a terminal.

    >>> one_line(" The\n old \x1bmill ")
    'The old mill'
    """
    return " ".join(_CONTROL.sub("", " ".join(words.split())).split())


def row_of(cells: Sequence[str]) -> str:
    """A row of a table: its cells between bars, an empty one kept, so that each stands under its header.

    >>> row_of(["Alba", "", "2011"]), row_of(["", ""])
    ('Alba | | 2011', '')
    """
    return one_line(" | ".join(cells)).rstrip(" |") if any(cells) else ""


@cache
def mute(library: str) -> None:
    """Keep a library's own log off the terminal: what is wrong with a file comes as an ArticleError."""
    logger = logging.getLogger(library)
    logger.addHandler(logging.NullHandler())
    logger.propagate = False

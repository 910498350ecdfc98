"""What a page of a PDF is made of before its lines are put together."""

from typing import NamedTuple


class Piece(NamedTuple):
    """Words on one line, in points: ``height`` is above the foot of the page, ``size`` that of the letters."""

    words: str
    left: float
    right: float
    height: float
    size: float


class Page(NamedTuple):
    """The pieces of a page in the order in which they are painted, and how tall it is, in points."""

    pieces: list[Piece]
    tall: float

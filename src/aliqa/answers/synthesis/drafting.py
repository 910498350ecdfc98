"""Cuts what a language model writes into sentences with the numbers that they cite, as it comes."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aliqa.answers.language_model import CUT
from aliqa.foundations.types import SentenceKind, Span
from aliqa.text.sentences import split_sentences

_MARK: Final = re.compile(
    r"""
    \s*[\[【]\s*(?:(?:quote|source|passage)s?\s*)?[\^#]?(?P<numbers>\d{1,3}(?:\s*(?:,|;|&|and|、|，)\s*\d{1,3})*)\s*[\]】]
    """,
    re.IGNORECASE | re.VERBOSE,
)
_OPEN_MARK: Final = re.compile(r"\s*[\[【][^\]】]{0,30}$")
_MARKUP: Final = re.compile(
    r"[<>{}|\\`]|!?\[|\]\(|https?:|\bwww\.|\bdata:|\bjavascript:|\b\w+\.(?:com|org|net|io|cn)\b", re.I
)
_NUMBER: Final = re.compile(r"\s*([\d.,:%$€£–-]*\d[\d.,:%$€£–-]*)\s*")
_EMPHASIS: Final = re.compile(r"\*{1,3}|(?<!\w)_{1,2}|_{1,2}(?!\w)")


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence that the model wrote, without its marks, and the numbers that it cites.

    ``plain`` unless there is something in it that is no plain text: markup, a link, code.
    """

    text: str
    cited: tuple[int, ...]
    plain: bool


class Drafter:
    """Takes a reply in piece by piece and gives back sentences as soon as they are whole."""

    def __init__(self) -> None:
        self._rest = ""

    def feed(self, piece: str) -> list[Draft]:
        """The sentences that are whole now: another one has begun behind them."""
        self._rest += piece
        text, marks = _unmarked(_OPEN_MARK.sub("", self._rest))
        spans = _sentences(text)
        if len(spans) < 2:
            return []
        self._rest = self._rest[_place(marks, spans[-1].start) :]
        return _drafts(text, marks, spans)[:-1]

    def finish(self) -> list[Draft]:
        """The last sentences; one that was cut off is left out."""
        text, marks = _unmarked(self._rest)
        self._rest = ""
        return [one for one in _drafts(text, marks, _sentences(text)) if not one.text.endswith(CUT)]


def _sentences(text: str) -> list[Span]:
    """Its sentences, without list marks; a number alone is one, too, as the answer to "in which year"."""
    found = [one.span for one in split_sentences(text) if one.kind is not SentenceKind.BOILERPLATE]
    number = _NUMBER.fullmatch(text)
    return [Span(*number.span(1))] if number and not found else found


@dataclass(frozen=True, slots=True)
class _Mark:
    """Where a mark stood: in the text without marks, and in the one with them."""

    place: int
    end: int
    numbers: tuple[int, ...]


def _unmarked(text: str) -> tuple[str, list[_Mark]]:
    """The text without its marks, and where they stood in it."""
    parts: list[str] = []
    marks: list[_Mark] = []
    done = length = 0
    for match in _MARK.finditer(text):
        parts.append(text[done : match.start()])
        length += len(parts[-1])
        done = match.end()
        marks.append(_Mark(length, done, tuple(int(number) for number in re.findall(r"\d+", match["numbers"]))))
    return "".join([*parts, text[done:]]), marks


def _place(marks: Sequence[_Mark], place: int) -> int:
    """Where a place of the text without marks is in the text with them; behind the marks that stand there."""
    before = [mark for mark in marks if mark.place <= place]
    return before[-1].end + place - before[-1].place if before else place


def _drafts(text: str, marks: Sequence[_Mark], spans: Sequence[Span]) -> list[Draft]:
    """The sentences, each with the marks inside it and behind it."""
    ends = [*(span.start for span in spans[1:]), len(text) + 1][: len(spans)]
    return [
        _draft(span.cut(text), [number for mark in marks if span.start < mark.place < end for number in mark.numbers])
        for span, end in zip(spans, ends, strict=True)
    ]


def _draft(written: str, cited: Sequence[int]) -> Draft:
    """The sentence in plain words: blanks are single, emphasis and characters that cannot be seen are dropped."""
    seen = "".join(sign for sign in written if sign.isspace() or unicodedata.category(sign)[0] != "C")
    return Draft(" ".join(_EMPHASIS.sub("", seen).split()), tuple(dict.fromkeys(cited)), not _MARKUP.search(written))

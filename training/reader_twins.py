"""Sentences that answer near misses: the same question, once with an answer in its passage and once without.

People word questions that are not answered in other ways than those that are, and a reader learns the wording
instead of the passage. ``training/twins.tsv`` holds, for near misses, one invented sentence each that would answer, a
line each::

    passage <tab> question <tab> place <tab> The sentence with its [[answer]] in double brackets.

``passage`` is the beginning of its sha1; ``place`` is ``+k``, after sentence k (from 0; ``+-1`` before the first), or
``=k``, in place of it. Three kinds of rows are made of them: a near miss with its own sentence, which is answered now;
with the sentence of another near miss on the same passage, which is not; and an answerable question whose passage has
got a sentence that is not about it. So neither the question's wording nor an invented sentence tells anything.
"""

import hashlib
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from reader_data import NEAR_MISSES, Row
from reader_made import sentences_of

TWINS: Final = "twins"
FILE: Final = Path(__file__).with_name("twins.tsv")
_MARKED: Final = re.compile(r"(.*)\[\[(.+?)\]\](.*)")


@dataclass(frozen=True)
class Twin:
    """A sentence that answers ``question``, where it stands in the passage, and where its answer begins and ends."""

    question: str
    place: int
    instead: bool
    sentence: str
    answer: tuple[int, int]

    def into(self, passage: str) -> tuple[str, int, int, int]:
        """The passage with the sentence; where it begins, what it takes away, and how many characters it brings."""
        sentences = sentences_of(passage)
        place = min(self.place, len(sentences) - 1)
        if self.instead:
            first, last = sentences[place]
            return passage[:first] + self.sentence + passage[last:], first, last - first, len(self.sentence)
        first = sentences[place][1] if place >= 0 else 0
        brought = f" {self.sentence}" if place >= 0 else f"{self.sentence} "
        return passage[:first] + brought + passage[first:], first, 0, len(brought)

    def asked(self, row: Row, passage: str) -> Row:
        """The near miss, answered."""
        text, first, _, _ = self.into(passage)
        begin = text.index(self.sentence, first)
        span = begin + self.answer[0], begin + self.answer[1]
        return replace(row, passage=text, answers=(span,), source=TWINS, human=False)

    def beside(self, row: Row) -> Row | None:
        """Another question on the passage, which the sentence does not answer; None if it takes the answer away."""
        text, first, gone, brought = self.into(row.passage)
        if any(begin < first + gone and first < end for begin, end in row.answers):
            return None
        shift = brought - gone
        spans = tuple((a + shift, b + shift) if a >= first else (a, b) for a, b in row.answers)
        return replace(row, passage=text, answers=spans, source=TWINS)


def read(path: Path = FILE) -> dict[str, list[Twin]]:
    """All sentences, by their passages."""
    found: dict[str, list[Twin]] = defaultdict(list)
    for line in path.read_text("utf-8").splitlines():
        key, question, place, marked = line.split("\t")
        before, answer, after = _MARKED.fullmatch(marked).groups()  # type: ignore[union-attr]
        span = len(before), len(before) + len(answer)
        found[key].append(Twin(question, int(place[1:]), place[0] == "=", before + answer + after, span))
    return found


def key_of(passage: str) -> str:
    """What a passage is called in the file."""
    return hashlib.sha1(passage.encode()).hexdigest()[:12]


def with_twins(rows: Sequence[Row], known: dict[str, list[Twin]]) -> list[Row]:
    """Everything that the sentences make of near misses and of the answerable questions beside them."""
    made: list[Row | None] = []
    for passage, (here, near) in _near_misses(rows, known).items():
        for number, row in enumerate(here):
            if row.answerable:
                made.append(near[number % len(near)].beside(row))
            else:
                made += [
                    twin.asked(row, passage) if row.question == twin.question else twin.beside(row) for twin in near
                ]
    return [row for row in made if row]


def turned(rows: Sequence[Row], known: dict[str, list[Twin]], turn: int, rng: random.Random) -> list[Row]:
    """Each passage with one of its sentences, another one in each turn, and all that is asked of it."""
    made: list[Row] = []
    for passage, (here, near) in _near_misses(rows, known).items():
        if turn < len(near):
            twin = near[turn]
            each = [twin.asked(row, passage) if row.question == twin.question else twin.beside(row) for row in here]
            made += [replace(row, source=NEAR_MISSES) for row in each if row]
    rng.shuffle(made)
    return made


def _near_misses(rows: Iterable[Row], known: dict[str, list[Twin]]) -> dict[str, tuple[list[Row], list[Twin]]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.source == NEAR_MISSES:
            found[row.passage].append(row)
    return {text: (each, known[key]) for text, each in found.items() if (key := key_of(text)) in known}

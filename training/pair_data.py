"""Invented stories to learn from who differs, as articles of a corpus, and which of their sentences are linked.

A story are two articles on one event, sentence by sentence, in ``training/stories.txt``::

    # title | day                     the first article, then its sentences, a line each
    # title | day                     the second
    = 1-2 c, 3-1 a                    its first sentence contradicts the second one's second, …

``c`` contradiction, ``g`` changed over time, ``s`` of different scope, ``a`` the same said, ``?`` left out; all other
pairs of the two articles are about different things, which makes them near misses. A third of the stories, chosen by a
hash, is held out with all its pairs. Each is read twice, the second time two sentences as one: articles have long
sentences, too, with values of several things.
"""

import hashlib
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aliqa.foundations.protocols import Embedder, EmbeddingInput, Matrix, PassageRecord, Vector
from aliqa.foundations.types import ArticleMeta, Filters, Passage, Sentence, Span
from aliqa.text.claims.comparing import Candidate

HERE: Final = Path(__file__).parent
DIFFER: Final = frozenset("cgs")
_HELD: Final = 3


@dataclass
class Story:
    """Two articles, each a title, a day and sentences, and the letters of the sentences that are linked."""

    articles: list[tuple[str, date, list[str]]] = field(default_factory=list)
    links: dict[tuple[int, int], str] = field(default_factory=dict)

    @property
    def held(self) -> bool:
        """Whether it is held out."""
        return int(hashlib.sha1(self.articles[0][0].encode()).hexdigest()[:8], 16) % _HELD == 0


@dataclass(frozen=True)
class Linked:
    """Two values that differ: of which story the first is, how the sentences that hold them are linked, and which."""

    story: int
    letter: str
    places: tuple[int, tuple[int, int], tuple[int, int]]
    candidate: Candidate

    @property
    def differs(self) -> bool:
        """Whether both are about the same thing and say different things of it."""
        return self.letter in DIFFER


def stories(path: Path = HERE / "stories.txt") -> Iterator[Story]:
    """All stories."""
    for block in re.split(r"\n\s*\n", path.read_text("utf-8").strip()):
        story = Story()
        for line in block.splitlines():
            if line.startswith("# "):
                title, day = line[2:].rsplit(" | ", 1)
                story.articles.append((title, date.fromisoformat(day), []))
            elif line.startswith("= "):
                for one, other, letter in re.findall(r"(\d+)-(\d+) ([cgsa?])", line):
                    story.links[int(one) - 1, int(other) - 1] = letter
            else:
                story.articles[-1][2].append(line)
        yield story


class Articles:
    """Stories as the articles of an index that is being written, each one passage: a `comparing.Corpus`."""

    def __init__(self, told: Sequence[Story], embedder: Embedder, at_once: int = 1) -> None:
        """Embed them, so many sentences taken as one."""
        self._told, self._at_once = told, at_once
        articles = [(2 * i + k, one) for i, story in enumerate(told) for k, one in enumerate(story.articles)]
        self._begins = [np.cumsum([0, *(len(text) + 1 for text in texts)]) for _, (_, _, texts) in articles]
        self._records = [_record(*one, key, at_once) for key, one in articles]
        inputs = [
            EmbeddingInput(one.meta.title, one.text, tuple(each.span for each in one.sentences))
            for one in self._records
        ]
        made = embedder.embed_passages(inputs)
        self._sentences = [one.sentences for one in made]
        self._passages = np.array([one.passage for one in made])
        self.keys = range(len(made))

    def key(self, doc_id: str) -> int:
        """The number of an article; its name."""
        return int(doc_id)

    def passages_of(self, key: int) -> list[int]:
        """An article's only passage."""
        return [key]

    def vectors(self, rows: Sequence[int]) -> Matrix:
        """The vectors (n, d) of passages."""
        found: Matrix = self._passages[list(rows)]
        return found

    def dense(self, vector: Vector, k: int, filters: Filters) -> tuple[NDArray[np.int64], Vector]:
        """The nearest passages; nothing is filtered."""
        cosines = self._passages @ vector
        rows = np.argsort(-cosines)[:k]
        return rows, cosines[rows]

    def records(self, rows: Sequence[int]) -> list[PassageRecord]:
        """The passages of these rows."""
        return [self._records[row] for row in rows]

    def sentence_vectors(self, records: Sequence[PassageRecord]) -> list[Matrix]:
        """The vectors (n, d) of each passage's sentences."""
        return [self._sentences[one.row] for one in records]

    def linked(self, one: Candidate) -> Linked:
        """A candidate with the letter that its story gives to the sentences that hold the values."""
        first = one.one.article, self._number(*one.one.place, one.pair.first.span)
        second = one.other.article, self._number(*one.other.place, one.pair.second.span)
        story = first[0] // 2
        letter = self._told[story].links.get((first[1], second[1]), "") if second[0] // 2 == story else ""
        return Linked(story, letter, (self._at_once, first, second), one)

    def _number(self, key: int, start: int, value: Span) -> int:
        return int(np.searchsorted(self._begins[key], start + value.start, side="right")) - 1


def _record(title: str, day: date, texts: Sequence[str], key: int, at_once: int) -> PassageRecord:
    begins = np.cumsum([0, *(len(text) + 1 for text in texts)]).tolist()
    text = " ".join(texts)
    bounds = [*begins[:-1:at_once], len(text) + 1]
    sentences = tuple(Sentence(Span(start, end - 1)) for start, end in itertools.pairwise(bounds))
    meta = ArticleMeta(str(key), "", title, published=day)
    return PassageRecord(key, meta, Passage(Span(0, len(text)), Span(0, len(sentences))), text, None, sentences, 0)

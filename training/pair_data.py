"""Invented news to learn from who differs, as articles of a corpus, and which of their sentences are linked.

``training/worlds/*.txt`` are worlds of six to twelve articles on what happened in one place; a letter and a number
behind sentences of different articles link them::

    # title | outlet | day            an article, then its sentences, a line each
    It cost 1,250 million. {c1}       contradicts each sentence of another article that is marked c1 …

What to ask of a mark stands in ``NAME.questions``, a mark, a tab and a question a line.

A story of ``training/stories.txt`` are two articles on one event::

    # title | day                     the first article, then its sentences, a line each
    # title | day                     the second
    = 1-2 c, 3-1 a                    its first sentence contradicts the second one's second, …

``c`` contradiction, ``g`` changed over time, ``s`` of different scope, ``a`` the same said, ``n`` near in words alone,
``?`` left out; all other pairs are about different things, which makes them near misses. A third of the worlds and
stories, chosen by a hash, is held out with all its pairs. Each is read twice, the second time two sentences as one:
articles have long sentences, too, with values of several things.
"""

import hashlib
import itertools
import re
from collections import defaultdict
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
from aliqa.text.claims.pairs import Said
from aliqa.text.claims.values import names

HERE: Final = Path(__file__).parent
DIFFER: Final = frozenset("cgs")
_HELD: Final = 3
_TOGETHER: Final = 9
"""How many sentences make a passage."""
_MARKS: Final = re.compile(r"(.*?)(?:\s*\{([^}]*)\})?")


Place = tuple[int, int]
"""The number of an article, and of its sentence, from 0."""


@dataclass
class Story:
    """Articles, each a title, a day and sentences, and the letters of the sentences that are linked."""

    articles: list[tuple[str, date, list[str]]] = field(default_factory=list)
    links: dict[tuple[Place, Place], str] = field(default_factory=dict)
    name: str = ""
    questions: list[str] = field(default_factory=list)

    @property
    def held(self) -> bool:
        """Whether it is held out."""
        return int(hashlib.sha1(self.articles[0][0].encode()).hexdigest()[:8], 16) % _HELD == 0

    def linked(self, one: Place, other: Place) -> str:
        """The letter of two sentences, "" where they are not linked."""
        return self.links.get((one, other)) or self.links.get((other, one), "")


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
                    story.links[(0, int(one) - 1), (1, int(other) - 1)] = letter
            else:
                story.articles[-1][2].append(line)
        yield story


def worlds(folder: Path = HERE / "worlds") -> Iterator[Story]:
    """All worlds."""
    for path in sorted(folder.glob("*.txt")):
        world = Story(name=path.stem)
        marked: dict[str, list[Place]] = defaultdict(list)
        for line in filter(None, map(str.strip, path.read_text("utf-8").splitlines())):
            if line.startswith("# "):
                title, _, day = line[2:].rsplit(" | ", 2)
                world.articles.append((title, date.fromisoformat(day), []))
                continue
            text, marks = _MARKS.fullmatch(line).groups()  # type: ignore[union-attr]
            for mark in (marks or "").split():
                marked[mark].append((len(world.articles) - 1, len(world.articles[-1][2])))
            world.articles[-1][2].append(text)
        for mark, places in marked.items():
            world.links |= dict.fromkeys(itertools.combinations(places, 2), mark[0])
        asked = path.with_suffix(".questions")
        lines = asked.read_text("utf-8").splitlines() if asked.exists() else []
        world.questions = [line.split("\t")[1] for line in lines if "\t" in line]
        yield world


class Articles:
    """Stories as the articles of an index that is being written: a `comparing.Corpus`."""

    def __init__(self, told: Sequence[Story], embedder: Embedder, at_once: int = 1) -> None:
        """Embed them, so many sentences taken as one."""
        self._told = told
        articles = [(i, j, one) for i, story in enumerate(told) for j, one in enumerate(story.articles)]
        self._places = [(i, j) for i, j, _ in articles]
        self._begins = [np.cumsum([0, *(len(text) + 1 for text in texts)]) for _, _, (_, _, texts) in articles]
        self._records: list[PassageRecord] = []
        self._rows: list[list[int]] = []
        for key, (_, _, (title, day, texts)) in enumerate(articles):
            made = list(_records(title, day, texts, key, at_once, len(self._records)))
            self._rows.append([one.row for one in made])
            self._records += made
        inputs = [
            EmbeddingInput(one.meta.title, one.text, tuple(_within(one, each.span) for each in one.sentences))
            for one in self._records
        ]
        embedded = embedder.embed_passages(inputs)
        self._sentences = [one.sentences for one in embedded]
        self._passages = np.array([one.passage for one in embedded])
        self.keys = range(len(articles))

    def key(self, doc_id: str) -> int:
        """The number of an article; its name."""
        return int(doc_id)

    def passages_of(self, key: int) -> list[int]:
        """The rows of an article's passages."""
        return self._rows[key]

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

    def sentences(self) -> list[dict[Place, Said]]:
        """The sentences of each story by their places, of articles that were not taken two as one."""
        found: list[dict[Place, Said]] = [{} for _ in self._told]
        for key in self.keys:
            story, article = self._places[key]
            before = ""
            for row in self._rows[key]:
                record = self._records[row]
                topic = names(f"{record.meta.title}\n{record.text}")
                for sentence, vector in zip(record.sentences, self._sentences[row], strict=True):
                    text = record.cut(sentence.span)
                    said = Said(text, record.meta.title, before, record.meta.published, vector, topic)
                    found[story][article, len([one for one in found[story] if one[0] == article])] = said
                    before = text
        return found

    def linked(self, one: Candidate) -> Linked:
        """A candidate with the letter that its story gives to its sentences, those with its values if it has any."""
        starts = (one.pair.first.span.start, one.pair.second.span.start) if one.pair else (0, 0)
        first = one.one.article, self._number(*one.one.place, starts[0])
        second = one.other.article, self._number(*one.other.place, starts[1])
        (story, article), (told, beside) = self._places[first[0]], self._places[second[0]]
        letter = self._told[story].linked((article, first[1]), (beside, second[1])) if told == story else ""
        return Linked(story, letter, (id(self), first, second), one)

    def _number(self, key: int, start: int, value: int) -> int:
        return int(np.searchsorted(self._begins[key], start + value, side="right")) - 1


def _records(title: str, day: date, texts: Sequence[str], key: int, at_once: int, row: int) -> Iterator[PassageRecord]:
    """An article's passages; places count through the article."""
    begins = np.cumsum([0, *(len(text) + 1 for text in texts)]).tolist()
    meta = ArticleMeta(str(key), "", title, published=day)
    for number, first in enumerate(range(0, len(texts), _TOGETHER)):
        last = min(first + _TOGETHER, len(texts))
        bounds = [*begins[first:last:at_once], begins[last]]
        sentences = tuple(Sentence(Span(start, end - 1)) for start, end in itertools.pairwise(bounds))
        span = Span(begins[first], begins[last] - 1)
        text = " ".join(texts[first:last])
        yield PassageRecord(row + number, meta, Passage(span, Span(0, len(sentences))), text, None, sentences, 0)


def _within(record: PassageRecord, span: Span) -> Span:
    return Span(span.start - record.passage.span.start, span.end - record.passage.span.start)

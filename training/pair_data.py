"""Pairs of sentences to learn from, whether they differ, and the split into those to fit and those held out.

`stories` are two invented articles each on one event, sentence by sentence, in ``training/stories.txt``::

    # title | day                     the first article, then its sentences, a line each
    # title | day                     the second
    = 1-2 c, 3-1 a                    its first sentence contradicts the second one's second, …

``c`` contradiction, ``g`` changed over time, ``s`` of different scope, ``a`` the same said, ``?`` left out; all other
pairs of the two articles are about different things, which makes them near misses. A third of the stories, chosen by a
hash, is held out with all its pairs.
"""

import gzip
import hashlib
import itertools
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np

from aliqa.foundations.protocols import Embedder, EmbeddingInput
from aliqa.foundations.types import Span
from aliqa.text.claims.pairs import Said
from aliqa.text.claims.values import names
from aliqa.text.sentences import split_sentences

HERE: Final = Path(__file__).parent
OTHER, DIFFERS, SCOPE, SAME = range(4)
_LETTERS: Final = {"c": DIFFERS, "g": DIFFERS, "s": SCOPE, "a": SAME}
_LABELS: Final = {
    "contradiction": DIFFERS, "change": DIFFERS, "scope": SCOPE, "agreement": SAME, "other": OTHER,
    "contradict": DIFFERS, "support": SAME, "neutral": OTHER,
}  # fmt: skip
_HELD: Final = 3


@dataclass(frozen=True)
class Row:
    """Two sentences, how they are related, where the pair comes from, and what has to stay on one side of the split."""

    one: Said
    other: Said
    relation: int
    source: str
    group: str
    label: str = ""

    @property
    def held(self) -> bool:
        """Whether it is held out; the old pairs have a held part of their own, which is not read here."""
        return self.source != "old" and hash_of(self.group) % _HELD == 0

    @property
    def differs(self) -> bool:
        """Whether both are about the same thing and say different things of it."""
        return self.relation in (DIFFERS, SCOPE)


def hash_of(text: str) -> int:
    """A number that is the same in every process."""
    return int(hashlib.sha1(text.encode()).hexdigest()[:8], 16)


def stories(path: Path = HERE / "stories.txt") -> Iterator[Row]:
    """The pairs of all stories."""
    for block in re.split(r"\n\s*\n", path.read_text("utf-8").strip()):
        sides: list[list[Said]] = []
        links: dict[tuple[int, int], str] = {}
        heads: list[tuple[str, date]] = []
        lines: list[list[str]] = []
        for line in block.splitlines():
            if line.startswith("# "):
                title, day = line[2:].rsplit(" | ", 1)
                heads.append((title, date.fromisoformat(day)))
                lines.append([])
            elif line.startswith("= "):
                for one, other, letter in re.findall(r"(\d+)-(\d+) ([cgsa?])", line):
                    links[int(one) - 1, int(other) - 1] = letter
            else:
                lines[-1].append(line)
        for (title, day), said in zip(heads, lines, strict=True):
            topic = names(f"{title}\n" + " ".join(said))
            sides.append([Said(text, title, said[i - 1] if i else "", day, topic=topic) for i, text in enumerate(said)])
        for i, j in itertools.product(range(len(sides[0])), range(len(sides[1]))):
            letter = links.get((i, j), "o")
            if letter != "?":
                yield Row(sides[0][i], sides[1][j], _LETTERS.get(letter, OTHER), "story", heads[0][0], letter)


def own(path: Path, source: str) -> Iterator[Row]:
    """Single labelled pairs of invented statements; of those that tell their part of the split, the tuning part."""
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        if row.get("part", "tuning") == "tuning":
            group = row["a"].get("title", row["a"]["text"]).split(" ")
            yield Row(_side(row["a"]), _side(row["b"]), _LABELS[row["label"]], source, group[0], row["label"])


def _side(row: dict[str, Any]) -> Said:
    day = date.fromisoformat(row["published"]) if "published" in row else None
    title = row.get("title", "")
    return Said(row["text"], title, row.get("before", ""), day, topic=names(title))


def claims(folder: Path) -> Iterator[Row]:
    """People's claims with evidence that supports or contradicts them, or does neither."""
    for path in sorted(folder.glob("*.jsonl.gz")):
        for row in _read(path):
            if row["label"] in _LABELS:
                yield Row(Said(row["a"]), Said(row["b"]), _LABELS[row["label"]], path.name[:5], row["group"])


def unrelated(embedder: Embedder, shared: Path, count: int, rng: random.Random) -> Iterator[Row]:
    """Near sentences of different real passages, and neighbours in one: hardly any say the same, or the contrary."""
    found: dict[str, str] = {}
    for name in ("near_misses", "squadshifts_new_wiki"):
        found |= {row["passage"]: str(row["group"]) for row in _read(shared / "train" / f"{name}.jsonl.gz")}
    texts = rng.sample(sorted(found.items()), count)
    cut = [[one.span for one in split_sentences(text)] for text, _ in texts]
    inputs = [EmbeddingInput("", text, tuple(spans)) for (text, _), spans in zip(texts, cut, strict=True)]
    saids: list[Said] = []
    places: list[int] = []
    for number, (each, made) in enumerate(zip(inputs, embedder.embed_passages(inputs), strict=True)):
        sentences = [span.cut(each.text) for span in each.sentences]
        topic = names(each.text)
        saids += [
            Said(text, "", sentences[i - 1] if i else "", None, made.sentences[i], topic)
            for i, text in enumerate(sentences)
        ]
        places += [number] * len(sentences)
    groups = [texts[place][1] for place in places]
    yield from near(saids, np.array(places), groups, same_place=False)
    yield from near(saids, np.array(places), groups, same_place=True)


def near(
    saids: Sequence[Said], places: Any, groups: Sequence[str], *, same_place: bool, count: int = 3
) -> Iterator[Row]:
    """Each sentence with the nearest of other places, or of its own."""
    vectors = np.array([one.vector for one in saids])
    seen = set()
    for i in range(len(saids)):
        cosines = vectors @ vectors[i]
        cosines[(places == places[i]) != same_place] = -1
        cosines[i] = -1
        for j in np.argsort(-cosines)[:count].tolist():
            pair = min(i, j), max(i, j)
            if 0.35 <= cosines[j] < 0.95 and pair not in seen:
                seen.add(pair)
                yield Row(saids[pair[0]], saids[pair[1]], OTHER, "near", groups[i])


def across(rows: Sequence[Row]) -> Iterator[Row]:
    """Each sentence of a story with the nearest of others that share no name with it: other events of the same sort."""
    saids = list({(one.title, one.text): one for row in rows for one in (row.one, row.other)}.values())
    group = {row.one.title: row.group for row in rows} | {row.other.title: row.group for row in rows}
    vectors = np.array([one.vector for one in saids])
    for i, said in enumerate(saids):
        order = np.argsort(-(vectors @ vectors[i]))[:40].tolist()
        foreign = [j for j in order if not saids[j].topic & said.topic and group[saids[j].title] != group[said.title]]
        for j in foreign[:2]:
            if group[saids[j].title] and (hash_of(group[saids[j].title]) % _HELD == 0) == (
                hash_of(group[said.title]) % _HELD == 0
            ):
                yield Row(said, saids[j], OTHER, "across", group[said.title])


def embed(embedder: Embedder, rows: Sequence[Row]) -> list[Row]:
    """The same pairs, their sentences with vectors."""
    saids = list({one: None for row in rows for one in (row.one, row.other) if one.vector is None})
    inputs = [EmbeddingInput(one.title, one.text, (Span(0, len(one.text)),)) for one in saids]
    made = dict(zip(saids, embedder.embed_passages(inputs), strict=True))

    def with_vector(said: Said) -> Said:
        return replace(said, vector=made[said].sentences[0]) if said.vector is None else said

    return [replace(row, one=with_vector(row.one), other=with_vector(row.other)) for row in rows]


def _read(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)

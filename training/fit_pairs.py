"""Fit what tells whether two sentences give different values for the same thing: ``src/aliqa/text/claims/pairs.json``.

    python training/fit_pairs.py SHARED [--conflicts FOLDER]

``SHARED`` holds ``train/pairs`` and passages of ``train``. Labelled pairs: our own (``training/pairs.jsonl``, the
tuning part of ``tests/pairs.jsonl``) and people's claims with evidence that contradicts or supports them, where values
differ. Pairs of near sentences of different real passages are taken as unrelated, which nearly all are.
"""

import gzip
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from aliqa.foundations.protocols import Embedder, EmbeddingInput, SpanReader
from aliqa.foundations.types import Span
from aliqa.text.claims import pairs
from aliqa.text.claims.pairs import Differing, Said, differing, features
from aliqa.text.claims.values import names
from aliqa.text.sentences import split_sentences

HERE = Path(__file__).parent


@dataclass
class Row:
    """A pair of sentences, whether it is about the same thing, and where it comes from."""

    one: Said
    other: Said
    same: bool
    source: str
    group: str
    weight: float = 1.0


def own(path: Path, source: str) -> Iterator[Row]:
    """Labelled pairs of invented statements, but for those that agree or turn on a word."""
    for number, line in enumerate(path.read_text("utf-8").splitlines()):
        row = json.loads(line)
        if row.get("part", "tuning") == "tuning" and row["label"] != "agreement" and row.get("topic") != "direction":
            yield Row(side(row["a"]), side(row["b"]), row["label"] != "other", source, f"{source}{number}")


def side(row: dict[str, Any]) -> Said:
    """One side of a pair."""
    day = date.fromisoformat(row["published"]) if "published" in row else None
    title = row.get("title", "")
    return Said(row["text"], title, row.get("before", ""), day, topic=names(title))


def claims(folder: Path) -> Iterator[Row]:
    """People's claims with evidence; that which contradicts is about the same thing."""
    for path in sorted(folder.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                if row["label"] in ("contradict", "support"):
                    yield Row(
                        Said(row["a"]), Said(row["b"]), row["label"] == "contradict", path.name[:6], row["group"], 0.5
                    )


def embed(embedder: Embedder, saids: Sequence[Said]) -> list[Said]:
    """The same sentences with their vectors."""
    inputs = [EmbeddingInput(one.title, one.text, (Span(0, len(one.text)),)) for one in saids]
    return [
        replace(one, vector=each.sentences[0]) for one, each in zip(saids, embedder.embed_passages(inputs), strict=True)
    ]


def passages(shared: Path, count: int) -> list[tuple[str, str]]:
    """So many real passages, each with what it is from."""
    found: dict[str, str] = {}
    for name in ("near_misses", "squadshifts_new_wiki"):
        with gzip.open(shared / "train" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                found.setdefault(row["passage"], str(row.get("group")))
    chosen = sorted(found.items())
    random.Random(5).shuffle(chosen)
    return chosen[:count]


def unrelated(embedder: Embedder, shared: Path, count: int) -> Iterator[Row]:
    """Near sentences of different passages."""
    texts = passages(shared, count)
    inputs, metas = [], []
    for text, _ in texts:
        sentences = [one.span for one in split_sentences(text)]
        inputs.append(EmbeddingInput("", text, tuple(sentences)))
    saids: list[Said] = []
    for each, (text, group), made in zip(inputs, texts, embedder.embed_passages(inputs), strict=True):
        for number, span in enumerate(each.sentences):
            before = each.sentences[number - 1].cut(text) if number else ""
            saids.append(Said(span.cut(text), "", before, None, made.sentences[number], names(text)))
            metas.append((text, group))
    vectors = np.array([one.vector for one in saids])
    place = np.array([hash(text) for text, _ in metas])
    yield from near(saids, vectors, place, [group for _, group in metas])


def near(
    saids: Sequence[Said], vectors: Any, place: Any, groups: Sequence[str], least: float = 0.35, count: int = 6
) -> Iterator[Row]:
    """Each sentence with the nearest of other places."""
    seen = set()
    for i in range(len(saids)):
        cosines = vectors @ vectors[i]
        cosines[place == place[i]] = -1
        for j in np.argsort(-cosines)[:count].tolist():
            pair = min(i, j), max(i, j)
            if cosines[j] >= least and pair not in seen:
                seen.add(pair)
                yield Row(saids[pair[0]], saids[pair[1]], False, "near", groups[i])


def asked(reader: SpanReader, one: Said, other: Said, pair: Differing) -> tuple[pairs.Reply, pairs.Reply]:
    """What each sentence replies to the other's question."""
    [there] = reader.read(pair.first.question(one.text), [pairs.record(other)])
    [back] = reader.read(pair.second.question(other.text), [pairs.record(one)])
    return pairs.reply(there, other, pair.second), pairs.reply(back, one, pair.first)


@dataclass
class Example:
    """Two differing values of a row, and what the reader replied."""

    row: Row
    pair: Differing
    replies: tuple[pairs.Reply, pairs.Reply]

    @property
    def hits(self) -> tuple[int, float]:
        """How many replies are the other value, and how sure the reader is."""
        return sum(each.hit for each in self.replies), sum(each.log_odds for each in self.replies)


def examples(rows: Sequence[Row], reader: SpanReader, most: int = 4) -> Iterator[Example]:
    """The values of the rows; of one that is about the same thing those that the reader takes for it."""
    for row in rows:
        made = sorted(
            differing(row.one, row.other), key=lambda pair: (pair.first.kind == "name", pair.first.kind == "date")
        )
        tried = [Example(row, pair, asked(reader, row.one, row.other, pair)) for pair in made[:most]]
        yield from [max(tried, key=lambda one: one.hits)] if row.same and tried else tried


WEIGHTS = {"own": 2.0, "old": 0.5, "fever_": 0.3, "near": 0.7, "conf": 2.0}
UNREAD = ("asked", "reply_less", "reply_more", "hits")


def fit(found: Sequence[Example], *, read: bool, trees: int = 150) -> dict[str, Any]:
    """The trees, as the package keeps them."""
    from sklearn.ensemble import GradientBoostingClassifier

    x = np.array([features(one.row.one, one.row.other, one.pair, one.replies if read else None) for one in found])
    y = np.array([one.row.same for one in found])
    weights = np.array([WEIGHTS.get(one.row.source, 0.0) for one in found])
    kept = weights > 0
    model = GradientBoostingClassifier(
        n_estimators=trees, max_depth=2, learning_rate=0.08, subsample=0.6, min_samples_leaf=10, random_state=0
    ).fit(x[kept], y[kept], sample_weight=weights[kept])
    made = [packed(one[0].tree_) for one in model.estimators_]
    prior = float(np.average(y[kept], weights=weights[kept]))
    return {
        "start": round(float(np.log(prior / (1 - prior))), 5),
        "features": [one[0] for one in made],
        "thresholds": [one[1] for one in made],
        "leaves": [[round(0.08 * value, 5) for value in one[2]] for one in made],
    }


def packed(tree: Any) -> tuple[list[int], list[float], list[float]]:
    """A tree of at most two levels as three questions and four leaves."""
    names, above, leaves = [0, 0, 0], [1e9] * 3, [0.0] * 4

    def value(node: int) -> float:
        return float(tree.value[node].ravel()[0])

    if tree.feature[0] >= 0:
        names[0], above[0] = int(tree.feature[0]), round(float(tree.threshold[0]), 6)
    for place, child in enumerate((tree.children_left[0], tree.children_right[0]) if tree.feature[0] >= 0 else (0, 0)):
        if tree.feature[child] >= 0 and child:
            names[1 + place], above[1 + place] = int(tree.feature[child]), round(float(tree.threshold[child]), 6)
            leaves[2 * place : 2 * place + 2] = [value(tree.children_left[child]), value(tree.children_right[child])]
        else:
            leaves[2 * place : 2 * place + 2] = [value(child)] * 2
    return names, above, leaves

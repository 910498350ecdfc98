"""Fit what tells whether two sentences give different values for the same thing: ``src/aliqa/text/claims/pairs.json``.

    python training/fit_pairs.py SHARED RUN [--keep]

``SHARED`` holds ``train``; what the span reader replied is kept in the folder ``RUN``, and taken from there with
``--keep`` (not after a new reader). The pairs are those of `pair_data`, as far as values differ; near sentences
of different events are taken as unrelated, which nearly all are. A third of the stories is held out, and the figures
printed are theirs.
"""

import argparse
import json
import pickle
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from pair_data import HERE, SAME, Row, across, claims, embed, own, stories, unrelated

from aliqa.answers.reading import load_span_reader
from aliqa.foundations.protocols import SpanReader
from aliqa.foundations.settings import Settings
from aliqa.library import make_embedder
from aliqa.text.claims import model, pairs
from aliqa.text.claims.pairs import Differing, Said, differing, features

WEIGHTS: Final = {"story": 1.0, "own": 2.0, "old": 0.5, "fever": 0.3, "near": 0.7, "across": 0.5}
"""How much a pair of each source weighs; others are not used."""
MOST: Final = {"near": 700, "across": 700, "fever": 700}
"""How many rows of a source are used at most."""
VALUES: Final = 4
"""How many values of a row are read at most."""
RATE: Final = 0.08


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

    def features(self, *, read: bool) -> Any:
        """The features (f,) of the package, with or without the replies."""
        return features(self.row.one, self.row.other, self.pair, self.replies if read else None)


def gather(shared: Path, settings: Settings) -> list[Row]:
    """The rows to fit and those held out, with vectors; those that say the same have no values that differ."""
    rng = random.Random(3)
    embedder = make_embedder(settings, asked=False)
    told = embed(embedder, list(stories()))
    rows = [*own(HERE / "pairs.jsonl", "own"), *own(HERE.parent / "tests" / "pairs.jsonl", "old")]
    rows += claims(shared / "train" / "pairs")
    rows = [*told, *embed(embedder, rows), *across(told), *unrelated(embedder, shared, 300, rng)]
    chosen = []
    for source in WEIGHTS:
        mine = [row for row in rows if row.source == source and row.relation != SAME]
        chosen += rng.sample(mine, min(len(mine), MOST.get(source, len(mine))))
    return chosen


def asked(reader: SpanReader, one: Said, other: Said, pair: Differing) -> tuple[pairs.Reply, pairs.Reply]:
    """What each sentence replies to the other's question."""
    [there] = reader.read(pair.first.question(one.text), [pairs.record(other)])
    [back] = reader.read(pair.second.question(other.text), [pairs.record(one)])
    return pairs.reply(there, other, pair.second), pairs.reply(back, one, pair.first)


def examples(rows: Sequence[Row], reader: SpanReader) -> Iterator[Example]:
    """The values of the rows; of one that is about the same thing those that the reader takes for it."""
    for row in rows:
        made = sorted(
            differing(row.one, row.other), key=lambda pair: (pair.first.kind == "name", pair.first.kind == "date")
        )
        tried = [Example(row, pair, asked(reader, row.one, row.other, pair)) for pair in made[:VALUES]]
        yield from [max(tried, key=lambda one: one.hits)] if row.differs and tried else tried


def fit(found: Sequence[Example], *, read: bool, trees: int = 150) -> dict[str, Any]:
    """The trees, as the package keeps them."""
    from sklearn.ensemble import GradientBoostingClassifier

    x = np.array([one.features(read=read) for one in found])
    y = np.array([one.row.differs for one in found])
    weights = np.array([WEIGHTS[one.row.source] for one in found])
    fitted = GradientBoostingClassifier(
        n_estimators=trees, max_depth=2, learning_rate=RATE, subsample=0.6, min_samples_leaf=10, random_state=0
    ).fit(x, y, sample_weight=weights)
    made = [packed(one[0].tree_) for one in fitted.estimators_]
    prior = float(np.average(y, weights=weights))
    return {
        "start": round(float(np.log(prior / (1 - prior))), 5),
        "features": [one[0] for one in made],
        "thresholds": [one[1] for one in made],
        "leaves": [[round(RATE * value, 5) for value in one[2]] for one in made],
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


def report(name: str, found: Sequence[Example]) -> None:
    """Print how well those that differ are told from the others, without the reader, with it, and by the mean."""
    from sklearn.metrics import average_precision_score, roc_auc_score

    truth = np.array([one.row.differs for one in found])
    unread, read = (
        model.certainty(np.array([one.features(read=each) for one in found]), read=each) for each in (False, True)
    )
    print(f"{name}: {int(truth.sum())} of {len(truth)} differ")
    for kind, scores in (("unread", unread), ("read", read), ("mean", (unread + read) / 2)):
        hits = np.cumsum(truth[np.argsort(-scores)])
        precise = hits / np.arange(1, len(truth) + 1) >= 0.8
        recall = hits[precise].max() / truth.sum() if precise.any() else 0.0
        print(
            f"  {kind:7} AUROC {roc_auc_score(truth, scores):.3f}, average precision"
            f" {average_precision_score(truth, scores):.3f}, recall at precision 0.8 {recall:.2f}"
        )


def main() -> None:
    """Gather, read, fit, write, measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("run", type=Path)
    parser.add_argument("--keep", action="store_true", help="take the replies from RUN")
    arguments = parser.parse_args()
    arguments.run.mkdir(parents=True, exist_ok=True)
    kept = arguments.run / "examples.pickle"
    if not arguments.keep:
        settings = Settings(corpus_dir=arguments.run, index_dir=arguments.run)
        reader = load_span_reader(settings.reading, arguments.run / "models")
        if reader is None:
            raise SystemExit("the settings name no span reader")
        kept.write_bytes(pickle.dumps(list(examples(gather(arguments.shared, settings), reader))))
    found: list[Example] = pickle.loads(kept.read_bytes())
    shown = [one for one in found if not one.row.held]
    fitted = {name: fit(shown, read=name == "read") for name in ("read", "unread")}
    place = HERE.parent / "src" / "aliqa" / "text" / "claims" / "pairs.json"
    place.write_text(json.dumps(fitted, separators=(",", ":")), encoding="utf-8")
    for source in ("story", "own"):
        report(source, [one for one in found if one.row.held and one.row.source == source])


if __name__ == "__main__":
    main()

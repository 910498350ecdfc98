"""Train the bundled pair reader: how two sentences of different articles are related.

    python training/train_pairs.py --data TRAIN_FOLDER --out RUN_FOLDER --minutes 60 [--further]

It is the span reader under one head, for `aliqa.foundations.protocols.RELATIONS` at the first token. It learns from the
worlds and stories of `pair_data` (what is linked in them, and what only looks like it), from ``relations.tsv``
(`reader_pairs`), and from claims with evidence in ``TRAIN_FOLDER/pairs``; with the values marked that are looked at,
and without. The order of the two sentences is left to chance, and so is whether what stands before them is shown. A
third of the worlds and stories and an event in ten of the others are held out; the end measures on them. A run that was
cut is resumed from RUN_FOLDER/checkpoint.pt. ``--further`` begins with the pair reader that lies in the package.
"""

import argparse
import gzip
import hashlib
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
import torch
from fit_pairs import AT_ONCE, best_of, gather, report, rows_of
from pair_data import Articles, Linked, Story, stories, worlds
from reader_pairs import chosen_values, written
from train_reader import Run, bfloat16, frozen

from aliqa.answers.reading.bundled import bare_module, bundled_module
from aliqa.answers.reading.pairs import Tokens, inputs
from aliqa.foundations.protocols import Stated
from aliqa.foundations.settings import Settings
from aliqa.library import make_embedder
from aliqa.text.claims.model import certainty
from aliqa.text.claims.pairs import Said, differ

PEAK: Final = 1.5e-4
BATCH_TOKENS: Final = 4_500
POOL: Final = 1_500
"""So many pairs are sorted by length and cut into batches."""
SMOOTH: Final = 0.05
BEFORE: Final = 0.7
"""The share of pairs that are shown with what stands before their sentences."""
LETTERS: Final = "cgsan"
"""Those of `pair_data` in the order of ``RELATIONS``; "" is near, too."""
NEAREST: Final = 5
LEAST: Final = 0.35
"""Of so many of the nearest sentences of other articles, of at least this cosine, an unmarked pair is made each."""
LINKED, CANDIDATE, CLAIM = 1.2, 1.5, 0.7
"""How often a pass shows a pair that is linked, one whose values differ, a claim."""
UNLINKED: Final = 4.0, 0.06
"""How often it shows values that are not linked: so many times as often as they look it, and so often besides."""
NEAR: Final = ((0.6, 0.35), (0.0, 0.12))
"""How often it shows near sentences that are not linked, by the least cosine."""
PUBLIC: Final = ("fever_symmetric", "fool_me_twice_dev_test", "wice_dev_test")
LABELS: Final = {"support": "a", "contradict": "c", "neutral": "n"}


@dataclass(frozen=True)
class Row:
    """A pair, how it is related, how often it is shown in a pass.

    ``look`` is how sure its values are unread, 0 where others of the same sentences are surer.
    """

    one: Stated
    other: Stated
    letter: str
    often: float
    held: bool
    source: str
    look: float = 0.0

    @property
    def label(self) -> int:
        """The place of its relation."""
        return LETTERS.index(self.letter or "n")


def told(data: Path) -> Iterator[Row]:
    """All rows."""
    with TemporaryDirectory() as folder:
        embedder = make_embedder(Settings(corpus_dir=Path(folder), index_dir=Path(folder)), asked=False)
        for corpus in (list(stories()), list(worlds())):
            for held in (False, True):
                part = [story for story in corpus if story.held is held]
                for at_once in AT_ONCE:
                    yield from _of_candidates(gather(Articles(part, embedder, at_once)), held=held)
                yield from _of_sentences(part, Articles(part, embedder), held=held)
    yield from _of_lines()
    yield from _of_claims(data / "pairs")


def _of_candidates(found: Sequence[Linked], *, held: bool) -> Iterator[Row]:
    """Values that differ; of sentences that are linked only the likeliest, which the link is about."""
    looks = certainty(rows_of(found))
    best = set(best_of(found, looks))
    for i, (one, look) in enumerate(zip(found, looks.tolist(), strict=True)):
        linked = one.letter not in ("", "n")
        if i in best or not linked:
            often = CANDIDATE if linked else min(1.0, UNLINKED[0] * look + UNLINKED[1])
            yield Row(*one.candidate.stated, one.letter, often, held, "values", look if i in best else 0.0)


def _of_sentences(part: Sequence[Story], articles: Articles, *, held: bool) -> Iterator[Row]:
    """Linked sentences, with and without the values that say so; sentences near each other that are not linked."""
    for story, saids in zip(part, articles.sentences(), strict=True):
        for (first, second), letter in story.links.items():
            if letter != "?" and first[0] != second[0]:
                yield from _linked(saids[first], saids[second], letter, held=held, source="sentences")
        places = list(saids)
        vectors = np.array([said.vector for said in saids.values()])
        cosines = vectors @ vectors.T
        for i, place in enumerate(places):
            others = [j for j in np.argsort(-cosines[i]).tolist() if places[j][0] != place[0]][:NEAREST]
            for j in others:
                if cosines[i, j] >= LEAST and (j > i or i not in _nearest(cosines[j], places, places[j][0])):
                    letter = story.linked(place, places[j])
                    often = next(often for least, often in NEAR if cosines[i, j] >= least)
                    sides = saids[place].stated(), saids[places[j]].stated()
                    yield Row(*sides, letter, 0.0 if letter else often, held, "near")


def _nearest(cosines: Any, places: Sequence[tuple[int, int]], article: int) -> list[int]:
    return [j for j in np.argsort(-cosines).tolist() if places[j][0] != article][:NEAREST]


def _linked(one: Said, other: Said, letter: str, *, held: bool, source: str) -> Iterator[Row]:
    yield Row(one.stated(), other.stated(), letter, LINKED, held, source)
    for first, second in chosen_values(one, other, letter):
        yield Row(one.stated(first), other.stated(second), letter, LINKED, held, f"{source}' values")


def _of_lines() -> Iterator[Row]:
    for group, one, other, letter in written():
        yield from _linked(one, other, letter, held=_is_held(group), source="relations")


def _of_claims(folder: Path) -> Iterator[Row]:
    for name in PUBLIC:
        with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for raw in map(json.loads, lines):
                if letter := LABELS.get(raw["label"]):
                    yield Row(Stated(raw["a"]), Stated(raw["b"]), letter, CLAIM, _is_held(raw["group"]), "claims")


def _is_held(group: str) -> bool:
    return int(hashlib.sha256(group.encode()).hexdigest()[:8], 16) % 10 == 0


Made = tuple[list[int], int]


def batches(made: Sequence[tuple[Made, int]], rng: random.Random) -> Iterator[list[tuple[Made, int]]]:
    """All of them in batches of like length."""
    for first in range(0, len(made), POOL):
        pool = sorted(made[first : first + POOL], key=lambda one: -len(one[0][0]))
        found: list[list[tuple[Made, int]]] = [[]]
        for one in pool:
            if found[-1] and len(found[-1][0][0][0]) * (len(found[-1]) + 1) > BATCH_TOKENS:
                found.append([])
            found[-1].append(one)
        rng.shuffle(found)
        yield from found


def logits(module: Any, made: Sequence[Made]) -> torch.Tensor:
    """Those of pairs, the longest first."""
    with torch.autocast("cpu", torch.bfloat16, enabled=bfloat16()):
        found: torch.Tensor = module(*map(torch.from_numpy, inputs(made))).float()
    return found


class PairRun(Run):
    """A run on pairs."""

    def loss(self, batch: Sequence[tuple[Made, int]]) -> torch.Tensor:
        """The cross-entropy of the relations."""
        wanted = torch.tensor([label for _, label in batch])
        found = logits(self.module, [made for made, _ in batch])
        return torch.nn.functional.cross_entropy(found, wanted, label_smoothing=SMOOTH)

    def count(self, batch: Sequence[tuple[Made, int]]) -> int:
        """How many tokens it has."""
        return sum(len(ids) for (ids, _), _ in batch)


def endless(rows: Sequence[Row], rng: random.Random) -> Iterator[list[tuple[Made, int]]]:
    """Batches of pass after pass."""
    tokens = Tokens()
    while True:
        shown = [row for row in rows for _ in range(int(row.often) + (rng.random() < row.often % 1))]
        rng.shuffle(shown)
        for first in range(0, len(shown), POOL):
            made = []
            for row in shown[first : first + POOL]:
                sides = [row.one, row.other]
                if rng.random() >= BEFORE:
                    sides = [replace(one, before="") for one in sides]
                rng.shuffle(sides)
                made.append((tokens.of(*sides), row.label))
            yield from batches(made, rng)


def measure(module: Any, rows: Sequence[Row]) -> dict[str, Any]:
    """How well what differs is told, of values worth reading, of near sentences, and of lines; in one order."""
    tokens, found = Tokens(), {}
    module.eval()
    for source, least in (("values", 0.07), ("near", 0.0), ("relations", 0.0)):
        part = [row for row in rows if row.source == source and row.look >= least]
        if not part:
            continue
        made = [tokens.of(row.one, row.other) for row in part]
        order = sorted(range(len(made)), key=lambda i: -len(made[i][0]))
        related = np.zeros((len(made), len(LETTERS)), np.float32)
        with torch.inference_mode():
            for first in range(0, len(order), 32):
                chosen = order[first : first + 32]
                related[chosen] = logits(module, [made[i] for i in chosen]).numpy()
        truth = np.array([row.letter in tuple("cgs") for row in part])
        found[source] = report(source, truth, differ(related))
        linked = [i for i, row in enumerate(part) if row.letter in tuple("cgs")]
        right = np.mean([LETTERS[related[i, :3].argmax()] == part[i].letter for i in linked])
        print(f"{source}: kind right of those that differ {right:.3f}", flush=True)
    module.train()
    return found


def main() -> None:
    """Train, measure, keep the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--further", action="store_true", help="begin with the pair reader in the package")
    parser.add_argument("--peak", type=float, default=PEAK, help="the highest learning rate")
    parser.add_argument("--seed", type=int, default=20)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    rows = list(told(arguments.data))
    module = bundled_module("pairs") if arguments.further else bare_module("pairs")
    if not arguments.further:
        module.bert.load_state_dict(bundled_module().bert.state_dict())
    run = PairRun(
        arguments.out, arguments.seed, frozen(module), arguments.peak, tokens=10**12, minutes=arguments.minutes
    )
    run.train(endless([row for row in rows if not row.held], run.rng))
    figures = measure(module, [row for row in rows if row.held])
    (arguments.out / "measured.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

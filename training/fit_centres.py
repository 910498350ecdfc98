"""Find the means of the vectors that the multilingual model gives questions and passages.

    python training/fit_centres.py --train TRAIN_FOLDER

Writes ``centres.json`` beside `aliqa.index.embedding.multilingual`: both means, and those of questions in other
languages by how far the same questions of ``questions_by_language.tsv`` are from English ones. Questions and passages
are taken from some files of the folder alike, one of each from a passage.
"""

import argparse
import csv
import gzip
import json
import random
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from aliqa.foundations.protocols import Embedder, EmbeddingInput, Vector
from aliqa.foundations.settings import EmbeddingSettings
from aliqa.index.embedding.multilingual import MODEL
from aliqa.index.embedding.packaged import OTHER, PackagedEmbedder
from aliqa.text.languages import ENGLISH

OUTPUT: Final = Path(__file__).parent.parent / "src" / "aliqa" / "index" / "embedding" / "centres.json"
TRANSLATED: Final = Path(__file__).with_name("questions_by_language.tsv")
FILES: Final = ("tydiqa_goldp_en", "selqa", "onestopqa", "tatqa_text", "timeqa_human")
EACH: Final = 50
Row = dict[str, Any]


def main() -> None:
    """Read, embed, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", type=Path, required=True)
    folder = parser.parse_args().train
    chosen = [one for name in FILES for one in random.Random(1).sample(_by_passage(folder, name), EACH)]
    with tempfile.TemporaryDirectory() as cache:
        embedder = PackagedEmbedder.load(replace(MODEL, centres=None), EmbeddingSettings(), Path(cache), asked=False)
        made = embedder.embed_passages([EmbeddingInput("", row["passage"], ()) for row in chosen])
        means = _mean(embedder, [row["question"] for row in chosen]), np.mean([one.passage for one in made], axis=0)
        shifts = _shifts(embedder)
    shifts |= {ENGLISH: np.zeros_like(means[0]), OTHER: np.mean(list(shifts.values()), axis=0)}
    by_language = {language: _rounded(means[0] + shift) for language, shift in shifts.items()}
    found = {"questions": by_language, "passage": _rounded(means[1])}
    OUTPUT.write_text(json.dumps(found) + "\n", encoding="utf-8")
    print({name: round(float(np.linalg.norm(shift)), 3) for name, shift in shifts.items()})


def _rounded(mean: Vector) -> list[float]:
    return [round(float(number), 4) for number in mean]


def _shifts(embedder: Embedder) -> dict[str, Vector]:
    """How far questions in other languages are from the same in English, in the mean, by language."""
    with open(TRANSLATED, encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    means = {language: _mean(embedder, [row[language] for row in rows]) for language in rows[0]}
    return {language: mean - means[ENGLISH] for language, mean in means.items() if language != ENGLISH}


def _mean(embedder: Embedder, questions: Sequence[str]) -> Vector:
    mean: Vector = np.mean([embedder.embed_query(one) for one in questions], axis=0)
    return mean


def _by_passage(folder: Path, name: str) -> list[Row]:
    """A question of each passage that a sentence answers."""
    with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return list({row["passage"]: row for row in rows if row["answerable"] and row["answer_sentence"]}.values())


if __name__ == "__main__":
    main()

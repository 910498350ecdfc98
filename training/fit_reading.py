"""Fit the coefficients of `aliqa.reading.LinearReader` and write them to ``src/aliqa/reading.json``.

    python training/fit_reading.py --train TRAIN_FOLDER --calibrate CLAPNQ_FOLDER

The weights of sentences are fitted on questions with a known answer span (``*.jsonl.gz`` in
TRAIN_FOLDER: ``question``, ``passage``, ``answers`` with offsets): the passages become a corpus,
each question is searched in it by aliqa's own retrieval, and a conditional logit over the sentences
found (McFadden, 1974) learns to prefer those that overlap the answer. The confidence is then fitted
on CLAPNQ_FOLDER (``corpus.jsonl``, ``questions.jsonl``, half of them unanswerable) by logistic
regression on whether the first sentence is part of the evidence. Cross-validated figures are printed.
"""

import argparse
import gzip
import json
import random
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import cross_val_predict

from aliqa.catalog import Catalog, read_manifest
from aliqa.chunking import Chunker
from aliqa.indexing import Indexer
from aliqa.library import READ_PASSAGES, make_embedder
from aliqa.protocols import Candidate
from aliqa.reading import QUESTION_FEATURES, SENTENCE_FEATURES, Weighed, summarise, weigh
from aliqa.retrieval import Retriever
from aliqa.settings import Settings
from aliqa.store import FaissStore
from aliqa.types import Filters, Span

Floats = NDArray[np.float64]
OUTPUT: Final = Path(__file__).parent.parent / "src" / "aliqa" / "reading.json"
QUESTIONS_PER_FILE: Final = 500
RIDGE: Final = 1.0


@dataclass(frozen=True)
class Asked:
    """A question and where its answer stands: spans by article name; none when unanswerable."""

    question: str
    answers: dict[str, list[Span]]


@dataclass(frozen=True)
class Read:
    """A question as the reader sees it, and which of its sentences are right."""

    weighed: Weighed
    candidates: Sequence[Candidate]
    right: NDArray[np.bool_]
    answerable: bool


def training_questions(folder: Path, per_file: int, rng: random.Random) -> tuple[dict[str, str], list[Asked]]:
    """Passages by article name and a sample of the answerable questions of every file."""
    texts: dict[str, str] = {}
    asked: list[Asked] = []
    for path in sorted(folder.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            rows = [row for row in map(json.loads, lines) if row["answerable"]]
        for row in rng.sample(rows, min(per_file, len(rows))):
            name = f"{len(texts)}.txt"
            texts[name] = row["passage"]
            spans = [Span(one["start"], one["end"]) for one in row["answers"]] or [Span(*row["answer_sentence"])]
            asked.append(Asked(row["question"], {name: spans}))
    return texts, asked


def calibration_questions(folder: Path) -> tuple[dict[str, str], list[Asked]]:
    """Articles by name and all questions of an evaluation set."""

    def rows(name: str) -> Iterator[dict[str, Any]]:
        with open(folder / name, encoding="utf-8") as lines:
            yield from map(json.loads, lines)

    texts = {f"{row['doc_id']}.txt": row["text"] for row in rows("corpus.jsonl")}
    asked = []
    for row in rows("questions.jsonl"):
        answers: dict[str, list[Span]] = {}
        for one in row["evidence"] if row["answerable"] else []:
            answers.setdefault(f"{one['doc_id']}.txt", []).append(Span(one["start"], one["end"]))
        asked.append(Asked(row["question"], answers))
    return texts, asked


def read_all(texts: dict[str, str], asked: Iterable[Asked], settings: Settings) -> Iterator[Read]:
    """Index the texts and weigh the sentences found for every question."""
    embedder = make_embedder(settings)
    with tempfile.TemporaryDirectory() as folder:
        corpus, catalog = Path(folder, "corpus"), Catalog(Path(folder, "index"))
        corpus.mkdir()
        for name, text in texts.items():
            (corpus / name).write_text(text, encoding="utf-8", newline="")
        Indexer(embedder, Chunker(settings.chunking, embedder)).build(corpus, catalog, lambda *_: None)
        store = FaissStore(catalog.current(), read_manifest(catalog.current()))
        retriever = Retriever(store)
        for one in asked:
            vector = embedder.embed_query(one.question)
            candidates = retriever.retrieve(one.question, vector, READ_PASSAGES, Filters())
            weighed = weigh(one.question, vector, candidates, store)
            right = [
                any(
                    candidates[c].record.sentences[s].span.overlaps(answer)
                    for answer in one.answers.get(candidates[c].record.meta.doc_id, [])
                )
                for c, s in weighed.places
            ]
            yield Read(weighed, candidates, np.array(right, bool), bool(one.answers))


def fit_sentences(reads: Sequence[Read]) -> Floats:
    """Weights under which a right sentence comes out on top as surely as possible."""
    usable = [read for read in reads if read.right.any()]
    deviation = np.vstack([read.weighed.features for read in usable]).std(axis=0) + 1e-9

    def loss(weights: Floats) -> tuple[float, Floats]:
        total, slope = 0.5 * RIDGE * float(weights @ weights), RIDGE * weights
        for read in usable:
            features = read.weighed.features / deviation
            scores = features @ weights
            chance = np.exp(scores - scores.max())
            chance /= chance.sum()
            share = chance[read.right].sum()
            total -= np.log(share)
            slope = slope + features.T @ (chance - np.where(read.right, chance / share, 0.0))
        return total, slope

    fitted: Floats = minimize(loss, np.zeros(len(SENTENCE_FEATURES)), jac=True, method="L-BFGS-B").x
    return fitted / deviation


def fit_confidence(reads: Sequence[Read], weights: Floats) -> dict[str, float]:
    """A logistic model of whether the first sentence is right; prints cross-validated figures."""
    rows, right = [], []
    for read in reads:
        scores = read.weighed.features @ weights
        summary = summarise(read.weighed, scores, read.candidates)
        rows.append([summary[name] for name in QUESTION_FEATURES])
        right.append(bool(read.right[int(np.argmax(scores))]))
    table, target = np.array(rows), np.array(right)
    mean, deviation = table.mean(axis=0), table.std(axis=0) + 1e-9
    scaled = (table - mean) / deviation
    model = LogisticRegression(C=0.3, max_iter=1000)
    chance = cross_val_predict(model, scaled, target, cv=10, method="predict_proba")[:, 1]
    answerable = np.array([read.answerable for read in reads])
    print(f"first sentence right, of the answerable: {target[answerable].mean():.3f}")
    print(
        f"AUROC of answerable: {roc_auc_score(answerable, chance):.3f}, of right: {roc_auc_score(target, chance):.3f}"
    )
    model.fit(scaled, target)
    slopes = model.coef_[0] / deviation
    fitted = {name: round(float(slope), 4) for name, slope in zip(QUESTION_FEATURES, slopes, strict=True)}
    return {"intercept": round(float(model.intercept_[0] - slopes @ mean), 4), **fitted}


def main() -> None:
    """Fit both models and write them down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--calibrate", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=20)
    arguments = parser.parse_args()
    settings = Settings()
    texts, asked = training_questions(arguments.train, QUESTIONS_PER_FILE, random.Random(arguments.seed))
    reads = list(read_all(texts, asked, settings))
    print(f"{len(reads)} questions, answer among the passages of {np.mean([read.right.any() for read in reads]):.3f}")
    weights = fit_sentences(reads)
    first = [bool(read.right[np.argmax(read.weighed.features @ weights)]) for read in reads]
    print(f"first sentence right, on the questions fitted: {np.mean(first):.3f}")
    confidence = fit_confidence(list(read_all(*calibration_questions(arguments.calibrate), settings)), weights)
    sentence = {name: round(float(weight), 4) for name, weight in zip(SENTENCE_FEATURES, weights, strict=True)}
    OUTPUT.write_text(json.dumps({"sentence": sentence, "confidence": confidence}, indent=1) + "\n", encoding="utf-8")
    print(f"wrote {OUTPUT.name}: {sentence} {confidence}")


if __name__ == "__main__":
    main()

"""Fit the coefficients of `aliqa.reading.LinearReader` and write them to ``src/aliqa/reading.json``.

    python training/fit_reading.py --train TRAIN_FOLDER --calibrate CLAPNQ_FOLDER

The weights of sentences are fitted on questions with a known answer span (``*.jsonl.gz`` in
TRAIN_FOLDER: ``question``, ``passage``, ``answers`` with offsets): the passages become a corpus,
each question is searched in it by aliqa's own retrieval, and a conditional logit over the sentences
found (McFadden, 1974) learns to prefer those that overlap the answer.

The confidence is a logistic regression on whether the first sentence is right. It is fitted on every
other of those questions, each read with and without the article that answers it, and, counting three
times as much, on CLAPNQ_FOLDER (``corpus.jsonl``, ``questions.jsonl``), where half of the questions are
unanswerable and people wrote them. Figures for the latter are printed, cross-validated.
"""

import argparse
import gzip
import json
import random
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from aliqa.catalog import Catalog, read_manifest
from aliqa.chunking import Chunker
from aliqa.indexing import Indexer
from aliqa.library import READ_PASSAGES, make_embedder
from aliqa.protocols import Candidate, Embedder
from aliqa.reading import QUESTION_FEATURES, SENTENCE_FEATURES, Weighed, summarise, weigh
from aliqa.retrieval import Retriever
from aliqa.settings import Settings
from aliqa.store import FaissStore
from aliqa.types import Filters, Span

Floats = NDArray[np.float64]
OUTPUT: Final = Path(__file__).parent.parent / "src" / "aliqa" / "reading.json"
QUESTIONS_PER_FILE: Final = 500
RIDGE: Final = 1.0
NATURAL_WEIGHT: Final = 3


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


@contextmanager
def indexed(texts: dict[str, str], settings: Settings) -> Iterator[tuple[Embedder, FaissStore]]:
    """The texts as an open index."""
    embedder = make_embedder(settings)
    with tempfile.TemporaryDirectory() as folder:
        corpus, catalog = Path(folder, "corpus"), Catalog(Path(folder, "index"))
        corpus.mkdir()
        for name, text in texts.items():
            (corpus / name).write_text(text, encoding="utf-8", newline="")
        Indexer(embedder, Chunker(settings.chunking, embedder)).build(corpus, catalog, lambda *_: None)
        yield embedder, FaissStore(catalog.current(), read_manifest(catalog.current()))


def read(one: Asked, embedder: Embedder, store: FaissStore, *, hide_answer: bool = False) -> Read:
    """Weigh the sentences found for a question, if wanted without the articles that answer it."""
    vector = embedder.embed_query(one.question)
    candidates = Retriever(store).retrieve(one.question, vector, 2 * READ_PASSAGES, Filters())
    shown = [each for each in candidates if not (hide_answer and each.record.meta.doc_id in one.answers)]
    shown = shown[:READ_PASSAGES]
    weighed = weigh(one.question, vector, shown, store)
    right = [
        any(
            shown[c].record.sentences[s].span.overlaps(answer)
            for answer in one.answers.get(shown[c].record.meta.doc_id, [])
        )
        for c, s in weighed.places
    ]
    return Read(weighed, shown, np.array(right, bool), bool(one.answers) and not hide_answer)


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
    weights: Floats = fitted / deviation
    return weights


def summaries(reads: Iterable[Read], weights: Floats) -> tuple[Floats, NDArray[np.bool_], NDArray[np.bool_]]:
    """The features (n, f) of questions, whether the first sentence is right, whether they are answerable."""
    rows, right, answerable = [], [], []
    for one in reads:
        if one.weighed.places:
            scores = one.weighed.features @ weights
            summary = summarise(one.weighed, scores, one.candidates)
            rows.append([summary[name] for name in QUESTION_FEATURES])
            right.append(bool(one.right[int(np.argmax(scores))]))
            answerable.append(one.answerable)
    return np.array(rows), np.array(right), np.array(answerable)


def fit_confidence(general: Sequence[Read], natural: Sequence[Read], weights: Floats) -> dict[str, float]:
    """A logistic model of whether the first sentence is right; prints cross-validated figures."""
    table, right, answerable = summaries(natural, weights)
    print(f"first sentence right, of the answerable: {right[answerable].mean():.3f}")
    more, more_right, _ = summaries(general, weights)
    share = NATURAL_WEIGHT * len(more) / len(table)
    chance = np.zeros(len(table))
    for fitted_on, held_out in KFold(10, shuffle=True, random_state=0).split(table):
        model = _logistic(more, more_right, table[fitted_on], right[fitted_on], share)
        chance[held_out] = model.predict_proba(table[held_out])[:, 1]
    print(f"AUROC of answerable: {roc_auc_score(answerable, chance):.3f}, of right: {roc_auc_score(right, chance):.3f}")
    for threshold in (0.03, 0.06, 0.1, 0.2, 0.3, 0.5):
        over = chance >= threshold
        print(
            f"at {threshold}: {over[right].mean():.3f} of the right, {over[~answerable].mean():.3f} of the unanswerable"
        )
    model = _logistic(more, more_right, table, right, share)
    scaler, logistic = model[0], model[-1]
    slopes = logistic.coef_[0] / scaler.scale_
    fitted = {name: round(float(slope), 4) for name, slope in zip(QUESTION_FEATURES, slopes, strict=True)}
    return {"intercept": round(float(logistic.intercept_[0] - slopes @ scaler.mean_), 4), **fitted}


def _logistic(
    general: Floats, general_right: NDArray[np.bool_], natural: Floats, natural_right: NDArray[np.bool_], share: float
) -> Any:
    """A scaled logistic regression in which each natural question counts ``share`` times."""
    table, right = np.vstack([general, natural]), np.concatenate([general_right, natural_right])
    counts = np.concatenate([np.ones(len(general)), np.full(len(natural), share)])
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.3, max_iter=2000))
    return model.fit(table, right, logisticregression__sample_weight=counts)


def main() -> None:
    """Fit both models and write them down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--calibrate", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=20)
    arguments = parser.parse_args()
    settings = Settings()
    texts, asked = training_questions(arguments.train, QUESTIONS_PER_FILE, random.Random(arguments.seed))
    with indexed(texts, settings) as index:
        reads = [read(one, *index) for one in asked]
        general = reads[::2] + [read(one, *index, hide_answer=True) for one in asked[::2]]
    print(f"{len(reads)} questions, answer among the passages of {np.mean([one.right.any() for one in reads]):.3f}")
    weights = fit_sentences(reads)
    first = [bool(one.right[np.argmax(one.weighed.features @ weights)]) for one in reads if one.weighed.places]
    print(f"first sentence right, on the questions fitted: {np.mean(first):.3f}")
    texts, asked = calibration_questions(arguments.calibrate)
    with indexed(texts, settings) as index:
        natural = [read(one, *index) for one in asked]
    confidence = fit_confidence(general, natural, weights)
    sentence = {name: round(float(weight), 4) for name, weight in zip(SENTENCE_FEATURES, weights, strict=True)}
    OUTPUT.write_text(json.dumps({"sentence": sentence, "confidence": confidence}, indent=1) + "\n", encoding="utf-8")
    print(f"wrote {OUTPUT.name}: {sentence} {confidence}")


if __name__ == "__main__":
    main()

"""Fit the coefficients of `aliqa.answers.reading.linear` and write them to ``coefficients.json`` in that room.

    python training/fit_reading.py --train TRAIN_FOLDER --calibrate CLAPNQ_FOLDER

The weights of sentences are fitted on questions with a known answer span (``*.jsonl.gz`` in
TRAIN_FOLDER, see ``reader_data.py``): the passages become a corpus, each question is searched in it by
aliqa's own retrieval, and a conditional logit over the sentences found (McFadden, 1974) learns to prefer
those that overlap the answer. Only questions on articles that the span reader was not trained on are used,
as it would look better than it is on the others.

The confidence is a logistic regression on whether the first sentence is right. It is fitted on those
questions, each read with and every other one also without the article that answers it, and on CLAPNQ_FOLDER
(``corpus.jsonl``, ``questions.jsonl``), where half of the questions are unanswerable and people wrote them. Every
other question of both is read once more in a small corpus, some articles chosen at random: there a lower score
means more, as less competes. Figures are printed, cross-validated.
"""

import argparse
import json
import math
import random
import tempfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from reader_data import Row, load
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from aliqa.answers.asking import READ_PASSAGES
from aliqa.answers.reading import load_span_reader
from aliqa.answers.reading.features import QUESTION_FEATURES, SENTENCE_FEATURES, Weighed, summarise, weigh
from aliqa.answers.retrieval import Retriever
from aliqa.foundations.protocols import Candidate, Embedder, SpanReader, Store
from aliqa.foundations.settings import ReadingSettings, Settings
from aliqa.foundations.types import Filters, IndexInfo, Span
from aliqa.index.chunking import Chunker
from aliqa.index.folder import FaissStore
from aliqa.index.folder.index import FolderIndex
from aliqa.index.indexing import Indexer
from aliqa.index.making import Journal, Maker
from aliqa.library import JOURNAL, make_embedder

Floats = NDArray[np.float64]
Fitted = dict[str, dict[str, float]]
OUTPUT: Final = Path(__file__).parent.parent / "src" / "aliqa" / "answers" / "reading" / "coefficients.json"
DISTRACTORS: Final = 3000
RIDGE: Final = 1.0
SMALL_CORPUS: Final = (10, 200)
"""The least and the most articles of a small corpus."""
GENERAL, GENERAL_SMALL, NATURAL, NATURAL_SMALL = 0.6, 1.0, 1.0, 0.5
"""How much the training questions and those of real users count, each as a whole, and each in small corpora."""
HELD_SAMPLE: Final = 1400
BY_HAND: Final = {"unknown_names": -2.5, "named_elsewhere": -2.0, "owned_elsewhere": -2.0}
"""Set by hand: training questions name what their articles do not hold only by mistake, those have no titles, and few
ask of one what is told of another."""


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


def training_questions(
    rows: Sequence[Row], others: Sequence[Row], rng: random.Random
) -> tuple[dict[str, str], list[Asked]]:
    """Passages by article name and the questions of the rows; passages of others to search among."""
    names = {text: f"{number}.txt" for number, text in enumerate(dict.fromkeys(row.passage for row in rows))}
    more = sorted({row.passage for row in others} - names.keys())
    for text in rng.sample(more, min(DISTRACTORS, len(more))):
        names[text] = f"{len(names)}.txt"
    asked = [
        Asked(row.question, {names[row.passage]: [Span(*span) for span in row.answers]} if row.answerable else {})
        for row in rows
    ]
    return {name: text for text, name in names.items()}, asked


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
        corpus, index = Path(folder, "corpus"), FolderIndex(Path(folder, "index"))
        corpus.mkdir()
        for name, text in texts.items():
            (corpus / name).write_text(text, encoding="utf-8", newline="")
        maker = Maker(embedder, Chunker(settings.chunking, embedder))
        Indexer(maker, Journal(index.place / JOURNAL)).build(corpus, index, lambda *_: None)
        yield embedder, index.published()


class Part:
    """A store as it would be with some of its articles alone."""

    def __init__(self, store: FaissStore, doc_ids: Collection[str]) -> None:
        """Keep to these articles."""
        self._store = store
        self._filters = Filters(doc_ids=tuple(doc_ids))
        self._passages = len(store.rows_admitted(self._filters))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    @property
    def info(self) -> IndexInfo:
        """The whole store's, but for the number of passages."""
        return replace(self._store.info, passages=self._passages)

    def document_frequencies(self, terms: Collection[str]) -> dict[str, int]:
        """In how many of the passages each of these terms stands."""
        return {term: len(self._store.lexical([term], self._passages, self._filters)[0]) for term in terms}


def read(
    one: Asked, embedder: Embedder, store: FaissStore, spans: SpanReader | None, *, hide_answer: bool = False
) -> Read:
    """Weigh the sentences found for a question, if wanted without the articles that answer it."""
    hidden = one.answers if hide_answer else {}
    doc_ids = tuple(meta.doc_id for meta in store.metas() if meta.doc_id not in hidden) if hidden else None
    return _read(one, embedder, store, store, spans, Filters(doc_ids=doc_ids), bool(one.answers) and not hide_answer)


def read_small(one: Asked, embedder: Embedder, store: FaissStore, spans: SpanReader | None, rng: random.Random) -> Read:
    """Weigh the sentences found in a small part of the corpus, in half of the cases without the answer."""
    count = int(math.exp(rng.uniform(*map(math.log, SMALL_CORPUS))))
    chosen = set(rng.sample([meta.doc_id for meta in store.metas()], count))
    chosen = chosen - one.answers.keys() if rng.random() < 0.45 else chosen | one.answers.keys()
    part: Any = Part(store, chosen)
    filters = Filters(doc_ids=tuple(sorted(chosen)))
    return _read(one, embedder, store, part, spans, filters, bool(one.answers.keys() & chosen))


def _read(
    one: Asked,
    embedder: Embedder,
    store: FaissStore,
    weighed_in: Store,
    spans: SpanReader | None,
    filters: Filters,
    answerable: bool,
) -> Read:
    vector = embedder.embed_query(one.question)
    shown = Retriever(store).retrieve(one.question, vector, READ_PASSAGES, filters)
    found = spans.read(one.question, [each.record for each in shown[: ReadingSettings().passages]]) if spans else []
    weighed = weigh(one.question, vector, shown, weighed_in, found)
    right = [
        any(
            shown[c].record.sentences[s].span.overlaps(answer)
            for answer in one.answers.get(shown[c].record.meta.doc_id, [])
        )
        for c, s in weighed.places
    ]
    return Read(weighed, shown, np.array(right, bool), answerable)


def fit_sentences(reads: Sequence[Read]) -> Floats:
    """Weights under which a right sentence comes out on top as surely as possible."""
    usable = [read for read in reads if read.right.any()]
    deviation = np.vstack([read.weighed.features for read in usable]).std(axis=0)
    deviation[deviation < 1e-9] = 1.0  # a feature that is always the same tells nothing, and gets no weight

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
            rows.append([0.0 if name in BY_HAND else summary[name] for name in QUESTION_FEATURES])
            right.append(bool(one.right[int(np.argmax(scores))]))
            answerable.append(one.answerable)
    return np.array(rows), np.array(right), np.array(answerable)


def fit_confidence(groups: Sequence[tuple[Sequence[Read], float]], weights: Floats) -> dict[str, float]:
    """A logistic model of whether the first sentence is right; each group of questions has a weight as a whole."""
    tables = [summaries(reads, weights) for reads, _ in groups]
    counts = [
        np.full(len(right), weight / len(right)) for (_, right, _), (_, weight) in zip(tables, groups, strict=True)
    ]
    table, right, _ = (np.concatenate([each[i] for each in tables]) for i in range(3))
    each = np.concatenate(counts)
    chance = np.zeros(len(table))
    for fitted_on, held_out in KFold(10, shuffle=True, random_state=0).split(table):
        chance[held_out] = _logistic(table[fitted_on], right[fitted_on], each[fitted_on]).predict_proba(
            table[held_out]
        )[:, 1]
    begin = 0
    for number, (_, right_here, answerable_here) in enumerate(tables):
        here = chance[begin : begin + len(right_here)]
        begin += len(right_here)
        print(
            f"group {number}: AUROC of answerable {roc_auc_score(answerable_here, here):.3f},"
            f" of right {roc_auc_score(right_here, here):.3f}; mean {here.mean():.3f}, right {right_here.mean():.3f}"
        )
    model = _logistic(table, right, each)
    scaler, logistic = model[0], model[-1]
    slopes = logistic.coef_[0] / scaler.scale_
    fitted = {name: round(float(slope), 4) for name, slope in zip(QUESTION_FEATURES, slopes, strict=True)}
    return {"intercept": round(float(logistic.intercept_[0] - slopes @ scaler.mean_), 4), **fitted, **BY_HAND}


def _logistic(table: Floats, right: NDArray[np.bool_], counts: Floats) -> Any:
    """A scaled logistic regression, strongly regularised, in which each question counts as much as given."""
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.03, max_iter=3000))
    return model.fit(table, right, logisticregression__sample_weight=counts * len(counts) / counts.sum())


def fit(rows: Sequence[Row], others: Sequence[Row], calibrate: Path, spans: SpanReader | None, seed: int) -> Fitted:
    """The coefficients of both models, with or without a span reader."""
    settings = Settings()
    rng = random.Random(seed)
    texts, asked = training_questions(rows, others, rng)
    with indexed(texts, settings) as index:
        reads = [read(one, *index, spans) for one in asked]
        hidden = [read(one, *index, spans, hide_answer=True) for one in asked[::2] if one.answers]
        small = [read_small(one, *index, spans, rng) for one in asked[::2]]
    answerable = [one for one in (*reads, *small) if one.answerable]
    reached = np.mean([one.right.any() for one in answerable])
    print(f"{len(answerable)} questions, answer among the passages of {reached:.3f}")
    weights = fit_sentences(answerable)
    first = [bool(one.right[np.argmax(one.weighed.features @ weights)]) for one in answerable if one.weighed.places]
    print(f"first sentence right, on the questions fitted: {np.mean(first):.3f}")
    texts, asked = calibration_questions(calibrate)
    with indexed(texts, settings) as index:
        natural = [read(one, *index, spans) for one in asked]
        small_natural = [read_small(one, *index, spans, rng) for one in asked[::2]]
    groups = [
        (reads + hidden, GENERAL),
        (small, GENERAL_SMALL),
        (natural, NATURAL),
        (small_natural, NATURAL_SMALL),
    ]
    sentence = {name: round(float(weight), 4) for name, weight in zip(SENTENCE_FEATURES, weights, strict=True)}
    return {"sentence": sentence, "confidence": fit_confidence(groups, weights)}


def main() -> None:
    """Fit with and without the span reader, and write both down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--calibrate", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=20)
    arguments = parser.parse_args()
    train, held = load(arguments.train)
    rows, others = random.Random(arguments.seed).sample(held, HELD_SAMPLE), [*train, *held]
    with tempfile.TemporaryDirectory() as cache:
        readers = {"with": load_span_reader(ReadingSettings(), Path(cache)), "without": None}
        fitted = {
            name: fit(rows, others, arguments.calibrate, spans, arguments.seed) for name, spans in readers.items()
        }
    OUTPUT.write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")
    print(f"wrote {OUTPUT.name}")


if __name__ == "__main__":
    main()

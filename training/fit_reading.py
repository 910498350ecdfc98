"""Fit the coefficients of `aliqa.answers.reading.linear` and write them to ``coefficients.json`` in that room.

    python training/fit_reading.py --train TRAIN_FOLDER --calibrate CLAPNQ_FOLDER [--ablate]

The questions of `fit_questions` are searched by aliqa's own retrieval and read by its own reader. A conditional logit
over the sentences found (McFadden, 1974) learns to prefer those that overlap the answer; then a logistic regression
over the best few learns how likely each of them answers. Each corpus counts as much as any other, and within it
answerable and unanswerable questions alike. All figures are cross-validated by article; ``--ablate`` prints them
without each feature in turn. The threshold printed is the one with the best truth: 1 for a right first sentence, -1
for a wrong one, 0 for none; 1 for silence where nothing answers, -1 for an answer; the mean of both halves.
"""

import argparse
import json
import random
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from fit_questions import (
    Asked,
    Corpus,
    Part,
    evaluation_set,
    general,
    indexed,
    invented,
    near_misses,
    of_readers,
    whole_articles,
)
from numpy.typing import NDArray
from reader_asked import ASKED, FIRST, asked
from reader_data import load
from reader_twins import read as read_twins
from reader_worlds import FOLDERS
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from aliqa.answers.asking import READ_PASSAGES
from aliqa.answers.reading import load_span_reader
from aliqa.answers.reading.features import CloseFeatures, Question, SentenceFeatures, Weighed, read, weigh
from aliqa.answers.reading.linear import Coefficients, LinearReader
from aliqa.answers.retrieval import Retriever
from aliqa.foundations.protocols import Candidate, SpanReader
from aliqa.foundations.settings import ReadingSettings
from aliqa.foundations.types import Filters

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]
OUTPUT: Final = Path(__file__).parent.parent / "src" / "aliqa" / "answers" / "reading" / "coefficients.json"
RIDGE: Final = 1.0
FOLDS: Final = 10
GENERAL, WHOLE = 600, 400
"""How many questions of corpora that have more."""
INVENTED: Final = ("invented news", "long reads")
WEIGHTS: Final = {
    "near misses": 1.0, "readers": 1.0, "invented news": 1.0, "long reads": 1.0, "users": 0.5,
    "general": 0.25, "whole articles": 0.25,
}  # fmt: skip
"""How much each corpus counts."""
NEAR: Final = frozenset({"near misses", "readers", *INVENTED})
"""Without a span reader these count nothing: they could only make it silent."""

WITH: Final = ("closely", "answers", "behind", "cosine", "names_missing", "time_missing")
WITHOUT: Final = ("behind", "cosine", "held_nearby", "names_missing", "time_missing")
"""The features with and without a span reader that say how likely a sentence answers."""

_COSINES: Final = (0.4, 0.5, 0.6)
_MOST: Final = 4.0
"""Near misses are levelled by the best cosine, between these, with weights of at most so much: they were written in the
passage's words, the questions beside them in other words, which is no cue that users would give."""


@dataclass
class Read:
    """A question as the reader sees it: its sentences with whether each is right; later, the best few of them."""

    asked: Asked
    corpus: str
    question: Question
    candidates: Sequence[Candidate]
    weighed: list[Weighed]
    close: Floats = field(default_factory=lambda: np.zeros((0, len(CloseFeatures._fields))))
    close_right: Booleans = field(default_factory=lambda: np.zeros(0, bool))
    weight: float = 1.0

    @property
    def answerable(self) -> bool:
        """Whether any article answers."""
        return bool(self.asked.answers)

    def right(self, one: Weighed) -> bool:
        """Whether a sentence overlaps the answer."""
        record = self.candidates[one.candidate].record
        span = record.sentences[one.sentence].span
        return any(span.overlaps(answer) for answer in self.asked.answers.get(record.meta.doc_id, []))


def read_all(corpus: Corpus, spans: SpanReader | None, work: Path) -> list[Read]:
    """Ask everything, and weigh the sentences found."""
    reads = []
    embedder, store = indexed(corpus.texts, work / corpus.name.replace(" ", "-"))
    for one in corpus.asked:
        part: Any = Part(store, one.among) if one.among else store
        filters = part.filters if one.among else Filters()
        vector = embedder.embed_query(one.question)
        shown = Retriever(store).retrieve(one.question, vector, READ_PASSAGES, filters, distinct=True)
        records = [each.record for each in shown[: ReadingSettings().passages]]
        found = dict(enumerate(spans.read(one.question, records))) if spans else {}
        question = Question.of(one.question, shown, part)
        weighed = read(weigh(question, vector, shown, part), shown, found)
        reads.append(Read(one, corpus.name, question, shown, weighed))
    reached = np.mean([any(map(one.right, one.weighed)) for one in reads if one.answerable])
    print(f"{corpus.name}: {len(reads)} questions, {reached:.3f} of the answers found", flush=True)
    return reads


def fit_sentences(reads: Sequence[Read], names: Sequence[str]) -> dict[str, float]:
    """Weights under which a right sentence comes out on top as surely as possible."""
    columns = [SentenceFeatures._fields.index(name) for name in names]
    usable = [
        (np.array([each.features for each in one.weighed], float)[:, columns], right)
        for one in reads
        if (right := np.array([one.right(each) for each in one.weighed], bool)).any()
    ]
    deviation = np.vstack([features for features, _ in usable]).std(axis=0)
    deviation[deviation < 1e-9] = 1.0  # a feature that is always the same tells nothing, and gets no weight

    def loss(weights: Floats) -> tuple[float, Floats]:
        total, slope = 0.5 * RIDGE * float(weights @ weights), RIDGE * weights
        for features, right in usable:
            scores = features / deviation @ weights
            chance = np.exp(scores - scores.max())
            chance /= chance.sum()
            share = chance[right].sum()
            total -= np.log(share)
            slope = slope + (features / deviation).T @ (chance - np.where(right, chance / share, 0.0))
        return total, slope

    fitted = minimize(loss, np.zeros(len(columns)), jac=True, method="L-BFGS-B").x / deviation
    return {name: round(float(weight), 4) for name, weight in zip(names, fitted, strict=True)}


def look(reads: Sequence[Read], reader: LinearReader) -> None:
    """Read the best few sentences of each question a second time."""
    for one in reads:
        ranked = sorted(one.weighed, key=reader.score, reverse=True)
        closely = reader.closely(one.question, ranked, one.candidates)
        one.close = np.array(closely, float).reshape(-1, len(CloseFeatures._fields))
        one.close_right = np.array([one.right(each) for each in ranked[: len(closely)]], bool)


def level(reads: Sequence[Read]) -> None:
    """Give near misses and what stands beside them such weights that both are equally close to what was found."""
    near = [one for one in reads if one.corpus == "near misses" and len(one.close)]
    cosine = CloseFeatures._fields.index("cosine")
    bins = np.digitize([one.close[:, cosine].max() for one in near], _COSINES)
    answerable = np.array([one.answerable for one in near])
    for number in range(len(_COSINES) + 1):
        shares = [(bins[answerable == side] == number).mean() for side in (False, True)]
        for one, own in zip(near, bins, strict=True):
            if own == number:
                one.weight = min(_MOST, float(np.mean(shares) / shares[one.answerable]))


def fit_chance(reads: Sequence[Read], columns: Sequence[int]) -> Any:
    """A logistic model of whether a sentence is right."""
    usable = [one for one in reads if len(one.close)]
    sizes: dict[tuple[str, bool], float] = defaultdict(float)
    for one in usable:
        sizes[one.corpus, one.answerable] += one.weight
    shares = [WEIGHTS[one.corpus] * one.weight / sizes[one.corpus, one.answerable] for one in usable]
    counts = np.concatenate([np.full(len(one.close), share) for one, share in zip(usable, shares, strict=True)])
    table = np.vstack([one.close for one in usable])[:, columns]
    right = np.concatenate([one.close_right for one in usable])
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=3000))
    return model.fit(table, right, logisticregression__sample_weight=counts / counts.mean())


def held_out(reads: Sequence[Read], columns: Sequence[int]) -> tuple[Floats, Booleans]:
    """Each question's confidence by a model that never saw its article, and whether its first sentence is right."""
    confidence, first = np.zeros(len(reads)), np.zeros(len(reads), bool)
    groups = [f"{one.corpus}/{one.asked.group}" for one in reads]
    for fitted_on, others in GroupKFold(FOLDS).split(reads, groups=groups):
        model = fit_chance([reads[i] for i in fitted_on], columns)
        for i in others:
            if len(reads[i].close):
                chances = model.predict_proba(reads[i].close[:, columns])[:, 1]
                best = int(np.argmax(chances))
                confidence[i], first[i] = chances[best], reads[i].close_right[best]
    return confidence, first


def truth(confidence: Floats, first: Booleans, answerable: Booleans, weights: Floats, threshold: float) -> float:
    """The mean truth of answerable and of unanswerable questions."""
    said = confidence >= threshold
    gains = np.where(answerable, np.where(said, np.where(first, 1, -1), 0), np.where(said, -1, 1))
    return float(np.mean([np.average(gains[half], weights=weights[half]) for half in (answerable, ~answerable)]))


def judge(reads: Sequence[Read], names: Sequence[str]) -> tuple[dict[str, tuple[float, float, float, float]], float]:
    """Truth, AUROC, first sentence right and calibration error by corpus, at the best threshold over all; that one."""
    confidence, first = held_out(reads, [CloseFeatures._fields.index(name) for name in names])
    answerable = np.array([one.answerable for one in reads])
    levelled = np.array([one.weight for one in reads])
    corpora = {
        name: np.array([one.corpus == name for one in reads]) for name in dict.fromkeys(one.corpus for one in reads)
    }

    def at(threshold: float) -> list[float]:
        return [
            truth(confidence[each], first[each], answerable[each], levelled[each], threshold)
            for each in corpora.values()
        ]

    weights = [WEIGHTS[name] for name in corpora]
    best = max(np.arange(0.05, 0.95, 0.01), key=lambda threshold: np.average(at(float(threshold)), weights=weights))
    figures = {}
    for (name, each), reached in zip(corpora.items(), at(float(best)), strict=True):
        bins = np.minimum((confidence[each] * 10).astype(int), 9)
        gaps = [abs((confidence[each] - first[each])[bins == number].sum()) for number in range(10)]
        auroc = roc_auc_score(answerable[each], confidence[each], sample_weight=levelled[each])
        figures[name] = reached, float(auroc), float(first[each][answerable[each]].mean()), sum(gaps) / each.sum()
    return figures, float(best)


def show(title: str, figures: dict[str, tuple[float, float, float, float]], threshold: float) -> None:
    """One line: the mean over corpora, then each."""
    means = np.average(list(figures.values()), axis=0, weights=[WEIGHTS[name] for name in figures])
    told = "; ".join(f"{name} " + " ".join(f"{value:.3f}" for value in each) for name, each in figures.items())
    print(f"{title:24} truth {means[0]:.4f} AUROC {means[1]:.4f} @{threshold:.2f} | {told}", flush=True)


def fit(
    corpora: Sequence[Corpus], spans: SpanReader | None, work: Path, *, ablate: bool
) -> dict[str, dict[str, float]]:
    """The coefficients of both models, with or without a span reader."""
    corpora = [corpus for corpus in corpora if spans or corpus.name not in NEAR]
    reads = [one for corpus in corpora for one in read_all(corpus, spans, work)]
    sentence = fit_sentences(reads, SentenceFeatures._fields)
    look(reads, LinearReader(Coefficients(sentence, {"intercept": 0.0}), spans))
    if spans:
        level(reads)
    names = WITH if spans else WITHOUT
    show("all features", *judge(reads, names))
    for name in names if ablate else ():
        show(f"without {name}", *judge(reads, [each for each in names if each != name]))
    for name in CloseFeatures._fields if ablate else ():
        if name not in names:
            show(f"with {name}", *judge(reads, [*names, name]))
    model = fit_chance(reads, [CloseFeatures._fields.index(name) for name in names])
    slopes = model[-1].coef_[0] / model[0].scale_
    close = {name: round(float(slope), 4) for name, slope in zip(names, slopes, strict=True)}
    intercept = round(float(model[-1].intercept_[0] - slopes @ model[0].mean_), 4)
    return {"sentence": sentence, "close": {"intercept": intercept, **close}}


def main() -> None:
    """Fit with and without the span reader, and write both down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--calibrate", type=Path, required=True)
    parser.add_argument("--ablate", action="store_true")
    parser.add_argument("--every", type=int, default=1, help="ask one question in so many: for a trial")
    parser.add_argument("--work", type=Path, help="keep the indexes here, to fit again sooner")
    parser.add_argument("--seed", type=int, default=20)
    arguments = parser.parse_args()
    train, held = load(arguments.train)
    kept = [row for source in (ASKED, FIRST) for row in asked(train, source)[1]]
    rng = random.Random(arguments.seed)
    corpora = [
        near_misses(train, held, read_twins(), rng),
        of_readers(train, kept, rng),
        *(invented(name, folder, rng) for name, folder in zip(INVENTED, FOLDERS, strict=True)),
        general(held, rng, GENERAL),
        whole_articles(held, rng, WHOLE),
        evaluation_set(arguments.calibrate),
    ]
    for corpus in corpora:
        corpus.asked[:] = rng.sample(corpus.asked, len(corpus.asked) // arguments.every)
    with tempfile.TemporaryDirectory() as folder:
        work = arguments.work or Path(folder)
        readers = {"with": load_span_reader(ReadingSettings(), work), "without": None}
        fitted = {name: fit(corpora, spans, work, ablate=arguments.ablate) for name, spans in readers.items()}
    OUTPUT.write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")
    print(f"wrote {OUTPUT.name}")


if __name__ == "__main__":
    main()

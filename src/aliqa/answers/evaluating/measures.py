"""Figures of many judged answers, with bootstrap intervals; one table names them all.

Every figure is a function of weights: how often each question counts. Counting each once gives the figure itself;
counting them as often as a draw with replacement took them gives one resample of the bootstrap (Efron 1979). Two
runs that are resampled with the same weights are compared question by question.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from aliqa.answers.evaluating.scoring import Row

Array = NDArray[np.float64]
Compute = Callable[["Columns", Array], Array]

RESAMPLES: Final = 2000
SEED: Final = 0
FEWEST: Final = 10
"""An interval is given from so many questions on; of fewer it says more than it knows."""
BINS: Final = 10
"""Bins of confidence of the calibration error, of equal width."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value with its 95 % interval, and how many questions it rests on.

    The interval is that of resampled values (percentiles): a calibration error of few questions is biased upwards
    in it, and a share of 0 or 1 has no width.
    """

    value: float | None
    low: float | None
    high: float | None
    questions: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A measure of an earlier and of this run, with the 95 % interval of ``difference`` (new minus old).

    ``better`` is the share of resamples in which the new run is the better one; a tie counts half.
    """

    old: float
    new: float
    difference: float
    low: float
    high: float
    better: float


class Columns:
    """Judged answers as arrays (n,); what a question does not have is NaN."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.count = len(rows)
        self.answerable = np.array([row.answerable for row in rows], dtype=bool)
        self.answered = np.array([row.answered for row in rows], dtype=bool)
        self.right = np.array([row.right for row in rows], dtype=float)
        self.confidence = np.array([row.confidence for row in rows], dtype=float)
        self.at_1 = _floats([row.evidence_at_1 for row in rows])
        self.at_all = _floats([row.evidence_at_all for row in rows])
        self.at_passages = _floats([row.evidence_at_passages for row in rows])
        self.has_answer = _floats([row.has_answer for row in rows])
        self.citations = np.array([len(row.citations) for row in rows], dtype=float)
        self.quotes_valid = np.array([row.quotes_valid for row in rows], dtype=float)
        self.words = np.array([row.words for row in rows], dtype=float)
        self.ms = np.array([row.ms for row in rows], dtype=float)


def _floats(values: Sequence[float | None]) -> Array:
    return np.array([np.nan if value is None else value for value in values], dtype=float)


# --- figures of weights (b, n), one value (b,) a row; NaN where nothing is weighed ---------------


def _ratio(parts: Array, whole: Array, weights: Array) -> Array:
    with np.errstate(invalid="ignore"):
        return np.asarray((weights @ parts) / (weights @ whole))


def _share(values: Array, among: NDArray[np.bool_], weights: Array) -> Array:
    """The weighted mean of values that are there, among some questions."""
    there = among & ~np.isnan(values)
    return _ratio(np.where(there, values, 0.0), there.astype(float), weights)


def _median(values: Array, among: NDArray[np.bool_], weights: Array) -> Array:
    order = np.argsort(values, kind="stable")
    order = order[among[order]]
    if not order.size:
        return np.full(len(weights), np.nan)
    reached = np.cumsum(weights[:, order], axis=1)
    total = reached[:, -1:]
    middle = [values[order][np.argmax(reached > (total - less) // 2, axis=1)] for less in (1, 0)]
    return np.where(total[:, 0] > 0, (middle[0] + middle[1]) / 2, np.nan)


def auroc(confidence: Array, answerable: NDArray[np.bool_], weights: Array) -> Array:
    """How well confidence separates answerable questions from the others: 1 perfect, 0.5 chance; ties count half."""
    order = np.argsort(confidence, kind="stable")
    ordered = confidence[order]
    ties = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    yes = np.add.reduceat(weights[:, order] * answerable[order], ties, axis=1)
    no = np.add.reduceat(weights[:, order] * ~answerable[order], ties, axis=1)
    below = np.cumsum(no, axis=1) - no
    with np.errstate(invalid="ignore"):
        return np.asarray(np.sum(yes * (below + no / 2), axis=1) / (yes.sum(axis=1) * no.sum(axis=1)))


def calibration_error(confidence: Array, correct: Array, weights: Array) -> Array:
    """The expected calibration error: the gap between confidence and correctness, averaged over ten bins."""
    members = bin_of(confidence)[:, None] == np.arange(BINS)
    gaps = np.abs(weights @ (members * (confidence - correct)[:, None]))
    return np.asarray(gaps.sum(axis=1) / weights.sum(axis=1))


def bin_of(confidence: Array) -> NDArray[np.int64]:
    """The bin of each confidence, from 0; a confidence of 1 is in the last."""
    return np.digitize(confidence, [step / BINS for step in range(1, BINS)])


# --- truth ---------------------------------------------------------------------------------------


def truth_yes(c: "Columns", weights: Array) -> Array:
    """The mean over answerable questions: 1 for a first quote that is evidence, 0 for none, -1 for a wrong one."""
    return _share(np.where(c.answered, np.where(c.at_1 > 0, 1.0, -1.0), 0.0), c.answerable, weights)


def truth_no(c: "Columns", weights: Array) -> Array:
    """The mean over unanswerable questions: 1 for silence, -1 for an answer."""
    return _share(np.where(c.answered, -1.0, 1.0), ~c.answerable, weights)


def truth(c: "Columns", weights: Array) -> Array:
    """The mean of both halves, so that how many questions are unanswerable does not matter; -1 to 1."""
    return _both(truth_yes(c, weights), truth_no(c, weights))


def best_truth(c: "Columns", weights: Array) -> Array:
    """The truth at the threshold that is best on these questions."""
    return np.asarray(_truths(c, weights)[1].max(axis=1))


def best_threshold(c: "Columns", weights: Array) -> Array:
    """That threshold; of equally good ones the highest."""
    thresholds, truths = _truths(c, weights)
    return np.asarray(thresholds[truths.argmax(axis=1)])


def _truths(c: "Columns", weights: Array) -> tuple[Array, Array]:
    """All thresholds (t,) that differ, from 1, where nothing is answered, down, and the truth (b, t) at each."""
    order = np.argsort(-c.confidence, kind="stable")
    ordered = c.confidence[order]
    last = np.flatnonzero(np.r_[ordered[1:] != ordered[:-1], True])
    weighed, answerable = weights[:, order], c.answerable[order]
    gains = weighed * np.where(answerable, 2 * c.right[order] - 1, 0)
    answered = weighed * ~answerable
    with np.errstate(invalid="ignore"):
        yes = np.cumsum(gains, axis=1)[:, last] / (weighed @ answerable)[:, None]
        no = 1 - 2 * np.cumsum(answered, axis=1)[:, last] / (weighed @ ~answerable)[:, None]
    silent = _both(np.where(np.isnan(yes[:, :1]), np.nan, 0.0), np.where(np.isnan(no[:, :1]), np.nan, 1.0))
    return np.r_[1.0, ordered[last]], np.c_[silent, _both(yes, no)]


def _both(yes: Array, no: Array) -> Array:
    """The mean of two halves; one alone where the other has no questions."""
    return np.where(np.isnan(yes), no, np.where(np.isnan(no), yes, (yes + no) / 2))


# --- the table of measures ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure: its title, how to compute it, on which questions it rests, and which way is better, if any is."""

    title: str
    compute: Compute
    rests_on: Callable[[Columns], NDArray[np.bool_]]
    better: Literal["higher", "lower"] | None = "higher"
    digits: int = 3
    resampled: bool = True


def _mean_of(title: str, column: Callable[[Columns], Array]) -> Measure:
    """The mean of what answerable questions have."""
    return Measure(
        title,
        lambda c, weights: _share(column(c), c.answerable, weights),
        lambda c: c.answerable & ~np.isnan(column(c)),
    )


def _all(c: Columns) -> NDArray[np.bool_]:
    return np.ones(c.count, dtype=bool)


MEASURES: Final[dict[str, Measure]] = {
    "truth": Measure("truth", truth, _all),
    "truth_yes": Measure("  of answerable questions", truth_yes, lambda c: c.answerable),
    "truth_no": Measure("  of unanswerable questions", truth_no, lambda c: ~c.answerable),
    "best_truth": Measure("truth at the best threshold", best_truth, _all),
    "best_threshold": Measure("the best threshold", best_threshold, _all, better=None),
    "quotes_valid": Measure(
        "quotes word by word", lambda c, w: _ratio(c.quotes_valid, c.citations, w), lambda c: c.citations > 0
    ),
    "answered": _mean_of("answered", lambda c: c.answered.astype(float)),
    "evidence_at_1": _mean_of("first quote is evidence", lambda c: c.at_1),
    "evidence_at_all": _mean_of("a quote is evidence", lambda c: c.at_all),
    "evidence_at_passages": _mean_of("evidence in passages", lambda c: c.at_passages),
    "has_answer": _mean_of("known answer in a quote", lambda c: c.has_answer),
    "false_answers": Measure(
        "false answers",
        lambda c, w: _share(c.answered.astype(float), ~c.answerable, w),
        lambda c: ~c.answerable,
        better="lower",
    ),
    "auroc": Measure("AUROC of confidence", lambda c, w: auroc(c.confidence, c.answerable, w), _all),
    "ece": Measure(
        "calibration error (ECE)",
        lambda c, w: calibration_error(c.confidence, np.nan_to_num(c.at_1 * c.answerable) > 0, w),
        _all,
        better="lower",
    ),
    "words": Measure("words, median", lambda c, w: _median(c.words, c.answered, w), lambda c: c.answered, "lower", 0),
    "p50_ms": Measure("ms, median", lambda c, w: _median(c.ms, _all(c), w), _all, "lower", 1, resampled=False),
}


def draw(count: int) -> Array:
    """The weights (resamples, n) of the bootstrap: the same for the same number of questions."""
    return np.random.default_rng(SEED).multinomial(count, np.full(count, 1 / count), size=RESAMPLES).astype(float)


def figures(rows: Sequence[Row]) -> dict[str, Figure]:
    """Every measure of some rows, at least one."""
    columns, drawn = Columns(rows), draw(len(rows))
    return {name: _figure(measure, columns, drawn) for name, measure in MEASURES.items()}


def _figure(measure: Measure, columns: Columns, drawn: Array) -> Figure:
    value = float(measure.compute(columns, np.ones((1, columns.count)))[0])
    questions = int(measure.rests_on(columns).sum())
    if np.isnan(value):
        return Figure(None, None, None, questions)
    if not measure.resampled or questions < FEWEST:
        return Figure(value, None, None, questions)
    return Figure(value, *_interval(measure.compute(columns, drawn)), questions)


def _interval(resampled: Array) -> tuple[float, float]:
    low, high = np.nanpercentile(resampled, [2.5, 97.5])
    return float(low), float(high)


def differences(old: Sequence[Row], new: Sequence[Row]) -> dict[str, Difference]:
    """How the measures of two runs differ, by a paired bootstrap; rows of one place answer one question."""
    before, after, drawn, once = Columns(old), Columns(new), draw(len(new)), np.ones((1, len(new)))
    found = {}
    for name, measure in MEASURES.items():
        if measure.better is None:
            continue
        was, now = (float(measure.compute(columns, once)[0]) for columns in (before, after))
        if not np.isnan(now - was):
            gains = measure.compute(after, drawn) - measure.compute(before, drawn)
            found[name] = Difference(was, now, now - was, *_interval(gains), _better(gains, measure))
    return found


def _better(gains: Array, measure: Measure) -> float:
    gains = gains[~np.isnan(gains)] * (1 if measure.better == "higher" else -1)
    return float(np.mean((gains > 1e-12) + (np.abs(gains) <= 1e-12) / 2))

"""Draws a run: its risk-coverage curve, and how far its confidence can be believed.

Both count an answer as right if its first quote is, or would have been, evidence: what the threshold withheld is
judged, too, so that the curve goes on beyond it.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from aliqa.answers.evaluating.measures import BINS, Array, bin_of
from aliqa.answers.evaluating.scoring import Row
from aliqa.foundations.errors import InvalidRequest, ResultUnwritable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SUFFIXES: Final = (".svg", ".png")
_BLUE, _RED, _GREY = "#1f5a94", "#b3261e", "#8a8a8a"


def check_plot(path: Path) -> None:
    """Raises InvalidRequest if no plot can be of this file's type."""
    if path.suffix.lower() not in SUFFIXES:
        raise InvalidRequest("--plot", f"{path.name} must end in {' or '.join(SUFFIXES)}")


def risk_coverage(confidence: Array, right: Array) -> tuple[Array, Array]:
    """The curve (coverage, risk) of answering the surest questions only (El-Yaniv & Wiener 2010).

    Coverage is the share of all questions that are answered, risk the share of wrong ones among those; questions of
    one confidence are answered together. From the surest to all.

    >>> coverage, risk = risk_coverage(np.array([0.9, 0.5, 0.5, 0.1]), np.array([1, 1, 0, 0]))
    >>> [float(value) for value in coverage], [round(float(value), 2) for value in risk]
    ([0.25, 0.75, 1.0], [0.0, 0.33, 0.5])
    """
    order = np.argsort(-confidence, kind="stable")
    ordered = confidence[order]
    last = np.flatnonzero(np.r_[ordered[1:] != ordered[:-1], True])
    answered = last + 1
    return answered / len(order), 1 - np.cumsum(right[order])[last] / answered


def reliability(confidence: Array, right: Array) -> tuple[Array, Array, Array]:
    """The mean confidence, the share of right ones and the number of questions of each bin that holds any."""
    bins = bin_of(confidence)
    counts = np.bincount(bins, minlength=BINS)
    held = counts > 0
    means = [np.bincount(bins, values, BINS)[held] / counts[held] for values in (confidence, right)]
    return means[0], means[1], counts[held].astype(float)


def draw_run(rows: Sequence[Row], threshold: float, path: Path) -> None:
    """Draw the risk-coverage curve with the point of the ``threshold`` in force, beside a reliability diagram.

    Raises:
        InvalidRequest: the file is neither .svg nor .png.
        ResultUnwritable: it cannot be written.
    """
    check_plot(path)
    import matplotlib
    from matplotlib.figure import Figure

    confidence = np.array([row.confidence for row in rows], dtype=float)
    right = np.array([row.right for row in rows], dtype=float)
    figure = Figure(figsize=(9, 4.2), layout="constrained")
    curve, diagram = figure.subplots(1, 2)
    _draw_curve(curve, rows, threshold, *risk_coverage(confidence, right))
    _draw_diagram(diagram, *reliability(confidence, right))
    for axes in (curve, diagram):
        axes.spines[["top", "right"]].set_visible(False)
    try:
        with matplotlib.rc_context({"svg.hashsalt": "aliqa", "svg.fonttype": "none"}):
            figure.savefig(path, dpi=150, metadata={"Date": None} if path.suffix.lower() == ".svg" else None)
    except OSError as error:
        raise ResultUnwritable(path.name, error.strerror or "no reason is known") from error


def _draw_curve(axes: "Axes", rows: Sequence[Row], threshold: float, coverage: Array, risk: Array) -> None:
    axes.step(coverage, risk, where="post", color=_BLUE)
    answered = [row for row in rows if row.answered]
    if answered:
        point = len(answered) / len(rows), sum(not row.right for row in answered) / len(answered)
        said = f"threshold {threshold:g}: {point[0]:.0%} answered, {point[1]:.0%} of them wrong"
        axes.plot(*point, "o", color=_RED, label=said)
        axes.legend(frameon=False, loc="upper left")
    axes.set(
        title=f"Risk and coverage, {len(rows):,} questions",
        xlabel="share of all questions answered, surest first",
        ylabel="share of wrong answers among them",
        xlim=(0, 1.02),
        ylim=(-0.02, max(0.3, 1.25 * float(risk.max()))),
    )


def _draw_diagram(axes: "Axes", confidence: Array, right: Array, counts: Array) -> None:
    axes.plot([0, 1], [0, 1], "--", color=_GREY, linewidth=1)
    axes.plot(confidence, right, "-", color=_BLUE, linewidth=1)
    axes.scatter(confidence, right, s=20 + 200 * counts / counts.sum(), color=_BLUE)
    for x, y, count in zip(confidence, right, counts, strict=True):
        axes.annotate(f"{count:.0f}", (x, y), textcoords="offset points", xytext=(7, -11), color=_GREY, fontsize=8)
    axes.set(
        title="Reliability of the confidence",
        xlabel="confidence, mean of a bin (with its questions)",
        ylabel="share whose first quote is evidence",
        xlim=(-0.03, 1.03),
        ylim=(-0.03, 1.05),
    )

"""How surely a pair is about the same thing: boosted trees of depth two over the features of `aliqa.text.claims.pairs`.

``training/fit_pairs.py`` fits them (Friedman, "Greedy Function Approximation: A Gradient Boosting Machine", 2001), once
with what a span reader replies and once without, and writes ``pairs.json``: of every tree three questions "is this
feature above this threshold", the second and third for either answer to the first, and the values of its four leaves.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def certainty(rows: Floats, *, read: bool) -> Floats:
    """The probability (n,), 0 to 1, that each pair with these features (n, f) is about the same thing."""
    trees = _fitted()["read" if read else "unread"]
    names, above, leaves = trees["features"], trees["thresholds"], trees["leaves"]
    number = np.arange(len(leaves))
    first = (rows[:, names[:, 0]] > above[:, 0]).astype(np.int64)
    then = 1 + first
    second = rows[np.arange(len(rows))[:, None], names[number, then]] > above[number, then]
    totals = trees["start"] + leaves[number, 2 * first + second].sum(axis=1)
    found: Floats = 1 / (1 + np.exp(-totals))
    return found


@cache
def _fitted() -> Mapping[str, Any]:
    fitted = json.loads(files("aliqa.text.claims").joinpath("pairs.json").read_text("utf-8"))
    return {name: {part: np.array(values) for part, values in trees.items()} for name, trees in fitted.items()}

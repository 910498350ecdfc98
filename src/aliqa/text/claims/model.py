"""How surely a pair is about the same thing: logistic models over what `aliqa.text.claims.pairs` tells of it.

The first looks at every pair of values, the second also at what a span reader replied; two do so for sentences without
values, of which a pair reader tells; two more look at how far the other one is behind the first as an answer to a
question, without and with such replies. ``training/fit_pairs.py`` fits them and writes ``pairs.json``: the weight of
each feature, and of none.
"""

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Literal

import numpy as np

from aliqa.text.claims.pairs import ASKED, ASKED_READ, FEATURES, REPLIED, WORDS, WORDS_READ, Floats

Model = Literal["look", "read", "words", "words_read", "asked", "asked_read"]
NAMES: dict[Model, Sequence[str]] = {
    "look": FEATURES, "read": REPLIED, "words": WORDS, "words_read": WORDS_READ, "asked": ASKED,
    "asked_read": ASKED_READ,
}  # fmt: skip


def certainty(rows: Floats, model: Model = "look") -> Floats:
    """The probability (n,), 0 to 1, that each pair with these features (n, f) is about the same thing."""
    start, weights = fitted()[model]
    found: Floats = 1 / (1 + np.exp(-(start + rows @ weights)))
    return found


@cache
def fitted() -> dict[str, tuple[float, Floats]]:
    """For each model the weight of no feature, and those (f,) of its features."""
    models = json.loads(files("aliqa.text.claims").joinpath("pairs.json").read_text("utf-8"))
    return {name: (models[name][""], np.array([models[name][one] for one in NAMES[name]])) for name in NAMES}

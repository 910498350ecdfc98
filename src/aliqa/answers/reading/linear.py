"""The reader: a linear model over the features of sentences, and a logistic one for the confidence.

Both were fitted by ``training/fit_reading.py``, once with the bundled span reader and once without; their
coefficients are in ``coefficients.json`` beside this file.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np

from aliqa.answers.reading.features import QUESTION_FEATURES, SENTENCE_FEATURES, summarise, weigh
from aliqa.foundations.protocols import Candidate, Evidence, PassageSpans, Reading, SpanReader, Store, Vector

Weights = Mapping[str, float]

_WORDS: Final = {
    "held": 8.0, "held_with_context": 4.0, "held_nearby": 2.0, "held_pairs": 2.0, "figure_wanted": 1.0,
    "date_wanted": 1.0, "reason_wanted": 1.0, "question": -2.0,
}  # fmt: skip
_SURE: Final = {"intercept": -3.5, "held": 4.0, "held_in_passage": 4.0, "wanted_missing": -0.5, "unknown_names": -1.0}


@dataclass(frozen=True, slots=True)
class LinearReader:
    """An `aliqa.foundations.protocols.Reader` that is easy to inspect; ``spans`` reads the first ``passages`` if there is one."""

    sentence_weights: Weights
    confidence_weights: Weights
    spans: SpanReader | None = None
    passages: int = 0

    @classmethod
    def bundled(cls, spans: SpanReader | None = None, passages: int = 0) -> "LinearReader":
        """The reader with the coefficients of the package."""
        fitted = _fitted()["with" if spans else "without"]
        return cls(fitted["sentence"], fitted["confidence"], spans, passages)

    @classmethod
    def of_words(cls) -> "LinearReader":
        """A reader for text that the models cannot read: words alone count; its coefficients are set by hand."""
        return cls(
            {**dict.fromkeys(SENTENCE_FEATURES, 0.0), **_WORDS}, {**dict.fromkeys(QUESTION_FEATURES, 0.0), **_SURE}
        )

    @property
    def fingerprint(self) -> str:
        """That of the span reader; ``linear`` without one."""
        return self.spans.fingerprint if self.spans else "linear"

    def read(self, question: str, vector: Vector, candidates: Sequence[Candidate], store: Store) -> Reading:
        """Weigh the sentences of the candidates, which come best first and may be empty."""
        records = [candidate.record for candidate in candidates[: self.passages]]
        spans = self.spans.read(question, records) if self.spans else []
        weighed = weigh(question, vector, candidates, store, spans)
        if not weighed.places:
            return Reading((), 0.0, weighed.absent, weighed.unknown)
        scores = weighed.features @ np.array([self.sentence_weights[name] for name in SENTENCE_FEATURES])
        confidence = _logistic(self.confidence_weights, summarise(weighed, scores, candidates))
        evidence = [_evidence(candidates, spans, place, float(scores[i])) for i, place in enumerate(weighed.places)]
        best_first = tuple(sorted(evidence, key=lambda one: -one.score))
        return Reading(best_first, confidence, weighed.absent, weighed.unknown)


def _evidence(
    candidates: Sequence[Candidate], spans: Sequence[PassageSpans], place: tuple[int, int], score: float
) -> Evidence:
    c, s = place
    record = candidates[c].record
    return Evidence(record, record.sentences[s], score, spans[c].spans[s] if c < len(spans) else None)


def _logistic(weights: Weights, features: Mapping[str, float]) -> float:
    total = weights["intercept"] + sum(weights[name] * features[name] for name in QUESTION_FEATURES)
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@cache
def _fitted() -> dict[str, dict[str, Weights]]:
    fitted: dict[str, dict[str, Weights]] = json.loads(
        files("aliqa.answers.reading").joinpath("coefficients.json").read_text("utf-8")
    )
    return fitted

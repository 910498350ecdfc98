"""The judge: a linear model ranks the sentences found, and a logistic one says how likely the best few answer.

The span reader reads only passages of which a sentence may still come out on top, and the best few sentences a second
time, each with its neighbours under the title of its article. Both models were fitted by ``training/fit_reading.py``,
once with the bundled span reader and once without; their coefficients are in ``coefficients.json`` beside this file, by
the names of `aliqa.answers.reading.features`.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from aliqa.answers.reading.features import (
    CloseFeatures,
    Question,
    SentenceFeatures,
    Weighed,
    excerpt,
    look_closely,
    read,
    weigh,
)
from aliqa.foundations.protocols import (
    Candidate,
    Evidence,
    PairReader,
    PassageSpans,
    Reading,
    SpanReader,
    Store,
    Vector,
)

Weights = Mapping[str, float]
"""By the names of features; those that are missing are 0."""

CLOSE: Final = 3
_CLOSE_OF_SEVERAL: Final = 10
"""How many sentences are read a second time, at most, and where the question wants several."""

NEAR: Final = 3.0
"""How far behind the best sentence, in log-odds, one may be and still be worth a reading: one chance in twenty."""

_WORDS: Final = {"held": 10.0, "held_nearby": 6.0}
_SURE: Final = {"intercept": -2.8, "held_nearby": 6.0, "behind": 3.0}

_MEANING: Final = {"cosine": 13.5, "retrieval": 4.6, "held": 2.7, "held_nearby": 2.8}
_SURE_OF_MEANING: Final = {
    "intercept": -8.26, "cosine": 27.0, "behind": 0.33, "names_missing": -1.2, "time_missing": -0.8,
}  # fmt: skip
"""Set by hand, but for the intercept, which is fitted; docs/languages.md tells why."""


@dataclass(frozen=True, slots=True)
class Coefficients:
    """The weights of `SentenceFeatures`, and those of `CloseFeatures` with an ``intercept``."""

    sentence: Weights
    close: Weights


@dataclass(frozen=True, slots=True)
class LinearReader:
    """An `aliqa.foundations.protocols.Reader` that is easy to inspect.

    ``spans``, if there is one, reads those of the first ``passages`` that have a chance, ``pairs`` sentences that may
    differ. ``abroad`` says that it reads
    questions in another language than the articles.
    """

    coefficients: Coefficients
    spans: SpanReader | None = None
    passages: int = 0
    pairs: PairReader | None = None
    abroad: bool = False

    @classmethod
    def bundled(
        cls, spans: SpanReader | None = None, passages: int = 0, pairs: PairReader | None = None
    ) -> "LinearReader":
        """The reader with the coefficients of the package."""
        return cls(_fitted()["with" if spans else "without"], spans, passages, pairs)

    @classmethod
    def of_words(cls) -> "LinearReader":
        """A reader for text that the models cannot read: words alone count; its coefficients are set by hand."""
        return cls(Coefficients(_WORDS, _SURE))

    @classmethod
    def of_meaning(cls, *, abroad: bool) -> "LinearReader":
        """A reader for what the embedding model reads but the span reader does not: other languages than English."""
        return cls(Coefficients(_MEANING, _SURE_OF_MEANING), abroad=True) if abroad else cls.bundled()

    @property
    def fingerprint(self) -> str:
        """That of the span reader; ``linear`` without one."""
        return self.spans.fingerprint if self.spans else "linear"

    def read(
        self, question: str, vector: Vector, candidates: Sequence[Candidate], store: Store, *, several: bool = False
    ) -> Reading:
        """Weigh the sentences of the candidates, which come best first and may be empty."""
        asked = Question.of(question, candidates, store, abroad=self.abroad)
        ranked = self.rank(asked, vector, candidates, store)
        if not ranked:
            return Reading((), 0.0, asked.absent, asked.unknown)
        judged = self._judge(asked, ranked, candidates, _CLOSE_OF_SEVERAL if several else CLOSE)
        rest = self._rest(ranked, len(judged), judged[-1].score, candidates)
        return Reading((*judged, *rest), judged[0].chance or 0.0, asked.absent, asked.unknown)

    def rank(self, question: Question, vector: Vector, candidates: Sequence[Candidate], store: Store) -> list[Weighed]:
        """All sentences that may answer, best first."""
        weighed = weigh(question, vector, candidates, store)
        found = self._found(question, weighed, candidates)
        return sorted(read(weighed, candidates, found), key=self.score, reverse=True)

    def _found(
        self, question: Question, weighed: Sequence[Weighed], candidates: Sequence[Candidate]
    ) -> dict[int, PassageSpans]:
        """What the span reader finds, by the numbers of candidates, in those of the first that have a chance."""
        if self.spans is None:
            return {}
        near = sorted({one.candidate for one in self._near(weighed) if one.candidate < self.passages})
        found = self.spans.read(question.text, [candidates[number].record for number in near])
        return dict(zip(near, found, strict=True))

    def _near(self, weighed: Iterable[Weighed]) -> list[Weighed]:
        """Those that are not far behind the best."""
        scores = [(self.score(one), one) for one in weighed]
        least = max((score for score, _ in scores), default=0.0) - NEAR
        return [one for score, one in scores if score >= least]

    def closely(
        self, question: Question, ranked: Sequence[Weighed], candidates: Sequence[Candidate], most: int = CLOSE
    ) -> list[CloseFeatures]:
        """The features of the first few sentences that are not far behind the best, each read a second time."""
        best = self._near(ranked[:most])
        records = [candidates[one.candidate].record for one in best]
        excerpts = [excerpt(record, one.sentence) for record, one in zip(records, best, strict=True)]
        again = self.spans.read(question.text, excerpts) if self.spans else [None] * len(best)
        return [
            look_closely(question, one, self.score(one) - self.score(best[0]), record, spans)
            for one, record, spans in zip(best, records, again, strict=True)
        ]

    def _judge(
        self, question: Question, ranked: Sequence[Weighed], candidates: Sequence[Candidate], most: int
    ) -> list[Evidence]:
        """The first few sentences by their chance to answer, likeliest first; their score is its log-odds."""
        judged = []
        for one, features in zip(ranked, self.closely(question, ranked, candidates, most), strict=False):
            log_odds = self._log_odds(features)
            judged.append(_evidence(one, candidates, log_odds, 1 / (1 + math.exp(-log_odds))))
        return sorted(judged, key=lambda one: -one.score)

    def _rest(
        self, ranked: Sequence[Weighed], judged: int, least: float, candidates: Sequence[Candidate]
    ) -> list[Evidence]:
        """The sentences after those judged, scored by how far they are behind the last one of these."""
        last = self.score(ranked[judged - 1])
        return [_evidence(one, candidates, least + self.score(one) - last, None) for one in ranked[judged:]]

    def score(self, one: Weighed) -> float:
        """How a sentence ranks among all."""
        return _sum(self.coefficients.sentence, one.features)

    def _log_odds(self, features: CloseFeatures) -> float:
        total = self.coefficients.close["intercept"] + _sum(self.coefficients.close, features)
        return max(-30.0, min(30.0, total))


def _evidence(one: Weighed, candidates: Sequence[Candidate], score: float, chance: float | None) -> Evidence:
    record = candidates[one.candidate].record
    return Evidence(record, record.sentences[one.sentence], score, one.span, chance)


def _sum(weights: Weights, features: SentenceFeatures | CloseFeatures) -> float:
    return sum(weights.get(name, 0.0) * value for name, value in zip(features._fields, features, strict=True))


@cache
def _fitted() -> dict[str, Coefficients]:
    text = files("aliqa.answers.reading").joinpath("coefficients.json").read_text("utf-8")
    return {name: Coefficients(one["sentence"], one["close"]) for name, one in json.loads(text).items()}

"""Which sentences answer a question, and how surely.

Every sentence of the passages found is weighed by a linear model over a dozen plain features:
closeness of meaning, the question's words it holds (rare words count more), and whether it has what
is asked for (a figure, a date, a name, a reason). A logistic model over the best sentence and the
passages turns that into the probability that the sentence answers. Both were fitted by
``training/fit_reading.py``; their coefficients are in ``reading.json`` beside this file.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aliqa.lexical import content_words, terms
from aliqa.protocols import Candidate, Evidence, Reading, Store, Vector
from aliqa.types import SentenceKind

Features = NDArray[np.float64]

_MONTH: Final = r"jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?|nov(ember)?|dec(ember)?"
_DATE: Final = re.compile(rf"\b(1[5-9]|20)\d\d\b|\b({_MONTH})\b \d|\d (of )?\b({_MONTH})\b|century|\d年|\d月", re.I)
_FIGURE: Final = re.compile(
    r"\d|\b(two|three|four|five|six|seven|eight|nine|ten|dozen|hundred|thousand|million|billion|half|third|quarter|twice)\b|[一二三四五六七八九十百千万亿]",
    re.I,
)
_NAME: Final = re.compile(r"(?<!^)(?<![.!?] )\b[A-Z][\w’'-]+")
_REASON: Final = re.compile(
    r"\b(because|due to|since|as a result|in order to|so that|therefore|led to|caused?|reason|aim(s|ed)?|intend(s|ed)?|explanation|to)\b|因为|由于|因此|所以|理由|原因|为了|归[因结]|导致|[受因].{1,15}影响",
    re.I,
)
_ASKS: Final = {
    "figure": re.compile(
        r"\bhow (much|many|big|large|long|old|far|high|tall|fast|often|wide|deep)\b|\b(what|which) (is |was |are |were )?(the |its |\w+['’]s )?(\w+ )?(share|percentage|percent|proportion|number|amount|price|cost|rate|size|population|total|fraction|volume|revenue|profit|growth)\b|多少|几|多[大高长远久]",
        re.I,
    ),
    "date": re.compile(r"\b(when|(what|which) (year|date|day|month|decade|century)|since when)\b|何时|什么时候|哪年|哪一年|几月|哪天", re.I),
    "name": re.compile(r"\b(who|whom|whose|which (company|person|country|city)|what (company|person|country|city))\b|谁", re.I),
    "reason": re.compile(r"\bwhy\b|\bwhat (is|was|were|are) the (reason|cause|purpose|goal|aim)|为什么|为何|原因", re.I),
}  # fmt: skip
_HAS: Final = {"figure": _FIGURE, "date": _DATE, "name": _NAME, "reason": _REASON}

SENTENCE_FEATURES: Final = (
    "cosine", "cosine_before", "passage_cosine", "passage_score", "held", "held_with_context", "held_nearby",
    "held_pairs", "names_held", "log_words", "figure_wanted", "date_wanted", "name_wanted", "reason_wanted", "first_in_passage",
    "question",
)  # fmt: skip
QUESTION_FEATURES: Final = (
    "cosine", "passage_cosine", "share", "held", "held_in_passage", "names_held", "absent", "bm25", "wanted_missing",
)  # fmt: skip


_WORDS: Final = {
    "held": 8.0, "held_with_context": 4.0, "held_nearby": 2.0, "held_pairs": 2.0, "figure_wanted": 1.0,
    "date_wanted": 1.0, "reason_wanted": 1.0, "question": -2.0,
}  # fmt: skip
_SURE: Final = {"intercept": -4.0, "held": 4.0, "held_in_passage": 4.0, "wanted_missing": -0.5}


@dataclass(frozen=True, slots=True)
class Weighed:
    """A question with its candidates, ready to be read.

    ``places`` are (candidate, sentence) numbers of the sentences, ``features`` their (n, f) matrix.
    """

    idf: Mapping[str, float]
    absent: tuple[str, ...]
    asks: tuple[str, ...]
    places: tuple[tuple[int, int], ...]
    features: Features
    bm25: float


@dataclass(frozen=True, slots=True)
class LinearReader:
    """An `aliqa.protocols.Reader` without a neural network of its own: quick, and easy to inspect."""

    sentence_weights: Mapping[str, float]
    confidence_weights: Mapping[str, float]

    @classmethod
    def bundled(cls) -> "LinearReader":
        """The reader with the coefficients of the package."""
        fitted = _fitted()
        return cls(fitted["sentence"], fitted["confidence"])

    @classmethod
    def of_words(cls) -> "LinearReader":
        """A reader for text that the embedding model cannot read: words alone count; its coefficients are set by hand."""
        return cls(
            {**dict.fromkeys(SENTENCE_FEATURES, 0.0), **_WORDS}, {**dict.fromkeys(QUESTION_FEATURES, 0.0), **_SURE}
        )

    def read(self, question: str, vector: Vector, candidates: Sequence[Candidate], store: Store) -> Reading:
        """Weigh the sentences of the candidates, which come best first and may be empty."""
        weighed = weigh(question, vector, candidates, store)
        if not weighed.places:
            return Reading((), 0.0, weighed.absent)
        scores = weighed.features @ np.array([self.sentence_weights[name] for name in SENTENCE_FEATURES])
        confidence = _logistic(self.confidence_weights, summarise(weighed, scores, candidates))
        evidence = [
            Evidence(candidates[c].record, candidates[c].record.sentences[s], float(scores[i]))
            for i, (c, s) in enumerate(weighed.places)
        ]
        return Reading(tuple(sorted(evidence, key=lambda one: -one.score)), confidence, weighed.absent)


def weigh(question: str, vector: Vector, candidates: Sequence[Candidate], store: Store) -> Weighed:
    """The features of every sentence that may answer; each sentence once, from its best passage."""
    words = content_words(question)
    idf = _idf(words, store)
    pairs = frozenset(pairwise(words))
    names = frozenset(term for term, word in words.items() if word[0].isdigit() or word[0].isupper())
    absent = tuple(dict.fromkeys(word for term, word in words.items() if not store.document_frequency(term)))
    asks = tuple(what for what, pattern in _ASKS.items() if pattern.search(question))
    places: list[tuple[int, int]] = []
    rows: list[list[float]] = []
    seen: set[int] = set()
    for c, candidate in enumerate(candidates):
        record = candidate.record
        cosines = store.sentence_vectors(record.sentence_row, len(record.sentences)) @ vector
        texts = [_text(candidate, s) for s in range(len(record.sentences))]
        spoken = [[term for term in terms(text) if term in idf] for text in texts]
        held = [frozenset(found) for found in spoken]
        context = frozenset(terms(f"{record.meta.title} {record.section or ''}")) & idf.keys()
        for s, sentence in enumerate(record.sentences):
            if sentence.kind is not SentenceKind.PROSE or record.sentence_row + s in seen:
                continue
            seen.add(record.sentence_row + s)
            nearby = held[s].union(*held[max(0, s - 1) : s + 2])
            places.append((c, s))
            rows.append(
                [
                    float(cosines[s]), float(cosines[max(0, s - 1)]), candidate.cosine, candidate.score,
                    _share(held[s], idf), _share(held[s] | context, idf), _share(nearby, idf),
                    len(pairs.intersection(pairwise(spoken[s]))) / max(1, len(pairs)),
                    len(names & (nearby | context)) / len(names) if names else 1.0,
                    math.log1p(len(texts[s].split())),
                    *(_fits(what, texts[s], question) if what in asks else 0.0 for what in _ASKS),
                    float(s == 0), float(texts[s].rstrip().endswith(("?", "？"))),
                ]
            )  # fmt: skip
    features = np.array(rows, np.float64).reshape(len(rows), len(SENTENCE_FEATURES))
    top = max((candidate.lexical for candidate in candidates), default=0.0)
    return Weighed(idf, absent, asks, tuple(places), features, top / (2.2 * sum(idf.values()) or 1.0))


def summarise(weighed: Weighed, scores: Features, candidates: Sequence[Candidate]) -> dict[str, float]:
    """What tells whether the best sentence answers, by the names of `QUESTION_FEATURES`."""
    best = int(np.argmax(scores))
    column = dict(zip(SENTENCE_FEATURES, weighed.features[best], strict=True))
    candidate = candidates[weighed.places[best][0]]
    anywhere = frozenset(term for one in candidates for term in terms(one.record.text)) & weighed.idf.keys()
    in_passage = frozenset(terms(candidate.record.text)) & weighed.idf.keys()
    missing = [what for what in weighed.asks if column[f"{what}_wanted"] <= 0]
    return {
        "cosine": float(weighed.features[:, 0].max()),
        "passage_cosine": max(one.cosine for one in candidates),
        "share": float(1 / np.exp(scores - scores[best]).sum()),
        "held": column["held"],
        "held_in_passage": _share(in_passage, weighed.idf),
        "names_held": column["names_held"],
        "absent": 1 - _share(anywhere, weighed.idf),
        "bm25": weighed.bm25,
        "wanted_missing": float(bool(missing)),
    }


def _idf(words: Mapping[str, str], store: Store) -> dict[str, float]:
    """How much each term of the question says: ln(1 + (N - n + 0.5) / (n + 0.5)), as in BM25."""
    total = store.info.passages
    counts = {term: store.document_frequency(term) for term in words}
    return {term: math.log(1 + (total - n + 0.5) / (n + 0.5)) for term, n in counts.items()}


def _share(held: frozenset[str], idf: Mapping[str, float]) -> float:
    """The share of the question's weight that the held terms carry, 0 to 1."""
    total = sum(idf.values())
    return sum(idf[term] for term in held) / total if total else 0.0


def _text(candidate: Candidate, s: int) -> str:
    record = candidate.record
    span = record.sentences[s].span
    return record.text[span.start - record.passage.span.start : span.end - record.passage.span.start]


def _fits(what: str, text: str, question: str) -> float:
    """1 if a sentence holds what is asked for and the question did not say already, else -1."""
    found = {match.group().casefold() for match in _HAS[what].finditer(text)}
    asked = question.casefold()
    return 1.0 if any(one not in asked or what == "reason" for one in found) else -1.0


def _logistic(weights: Mapping[str, float], features: Mapping[str, float]) -> float:
    total = weights["intercept"] + sum(weights[name] * features[name] for name in QUESTION_FEATURES)
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@cache
def _fitted() -> dict[str, dict[str, float]]:
    fitted: dict[str, dict[str, float]] = json.loads(files("aliqa").joinpath("reading.json").read_text("utf-8"))
    return fitted

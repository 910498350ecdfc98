"""What tells whether a sentence answers a question: the features that `aliqa.answers.reading.linear` weighs.

Closeness of meaning, the question's words that a sentence holds (rare words count more), whether it has
what is asked for (a figure, a date, a name, a reason), and what the span reader said of it.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aliqa.answers.reading.owners import owned_elsewhere
from aliqa.foundations.protocols import Candidate, PassageSpans, Store, Vector
from aliqa.foundations.types import SentenceKind
from aliqa.text.english import MONTH, NAME_WORD, NUMBER, WEEKDAYS
from aliqa.text.terms import content_words, terms

Features = NDArray[np.float64]

_DATE: Final = re.compile(
    rf"\b1?\d{{3}}s?\b|\b20\d\ds?\b|\b{MONTH}\b \d|\d (of )?\b{MONTH}\b|\bcentur(y|ies)\b|\b(BCE?|AD|CE)\b|\bago\b"
    rf"|\b(spring|summer|autumn|winter|yesterday|today|tomorrow|{'|'.join(WEEKDAYS)})\b|\bq[1-4]\b|年|月|日",
    re.I,
)
_NUMBER: Final = (
    f"zero|{NUMBER}|single|both|dozens?|hundreds?|thousands?|[mbtr]+illions?"
    "|half|halved|thirds?|quarters?|once|twice|doubled?|tripled?|several|few|none|majority|minority|most"
)
_FIGURE: Final = re.compile(rf"\d|\b({_NUMBER})\b|[一二三四五六七八九十百千万亿]", re.I)
_NO_FIGURE: Final = re.compile(
    rf"\b{MONTH}\b\.? \d{{1,2}}(st|nd|rd|th)?\b(, \d{{4}}\b)?|\b\d{{1,2}}(st|nd|rd|th)? (of )?{MONTH}\b( \d{{4}}\b)?"
    r"|\b(in|since|by|until|from|of|year|during|early|late|mid) (19|20)\d\d\b|\b[A-Za-z]+-?\d[\w.]*",
    re.I,
)
"""Digits that say no amount: days, years, those in a name."""

_NAME: Final = re.compile(r"(?<!^)(?<![.!?] )\b[A-Z][\w’'-]+")
_REASON: Final = re.compile(
    r"\b(because|due to|since|as a result|in order to|so that|therefore|led to|caused?|reason|aim(s|ed)?|intend(s|ed)?|explanation|to)\b|因为|由于|因此|所以|理由|原因|为了|归[因结]|导致|[受因].{1,15}影响",
    re.I,
)
_ASKS: Final = {
    "amount": re.compile(r"\bhow (much|many)\b|\b(what|which) (percentage|percent|number)\b|多少", re.I),
    "figure": re.compile(
        r"\bhow (much|many|big|large|long|old|far|high|tall|fast|often|wide|deep)\b|\b(what|which) (is |was |are |were )?(the |its |([\w.&-]+ ){0,2}[\w.&-]+['’]s )?([\w-]+ ){0,2}(share|percentage|percent|proportion|number|amount|price|cost|rate|size|population|total|fraction|volume|revenue|profit|growth)\b|多少|几|多[大高长远久]",
        re.I,
    ),
    "date": re.compile(r"^\W*when\b|\bwhen (was|were|did|do|does|is|are|will|has|have|had|would|can)\b|\b(what|which) (year|date|day|month|decade|century)\b|\bsince when\b|何时|什么时候|哪年|哪一年|几月|哪天", re.I),
    "name": re.compile(r"\b(who|whom|whose|which (company|person|country|city)|what (company|person|country|city))\b|谁", re.I),
    "reason": re.compile(r"\bwhy\b|\bwhat (is|was|were|are) the (reason|cause|purpose|goal|aim)|为什么|为何|原因", re.I),
}  # fmt: skip
_HAS: Final = {"amount": _FIGURE, "figure": _FIGURE, "date": _DATE, "name": _NAME, "reason": _REASON}

SENTENCE_FEATURES: Final = (
    "cosine", "cosine_before", "passage_cosine", "passage_score", "held", "held_with_context", "held_nearby",
    "held_pairs", "names_held", "log_words", "amount_wanted", "figure_wanted", "date_wanted", "name_wanted", "reason_wanted", "first_in_passage",
    "question", "span", "unread",
)  # fmt: skip
QUESTION_FEATURES: Final = (
    "score", "cosine", "own_cosine", "passage_cosine", "own_passage_cosine", "share", "held", "held_in_passage", "names_held", "absent", "bm25", "amount_missing",
    "wanted_missing", "unknown_names", "named_elsewhere", "owned_elsewhere", "span", "span_anywhere", "no_answer", "log_passages",
)  # fmt: skip
_ALIKE: Final = 0.8
_FIGURES: Final = frozenset({"amount", "figure"})
"""What is asked of one thing and is easily another's: its name has to stand in the passage or above it."""

_COMPARES: Final = re.compile(rf"\b{NAME_WORD} (?:and|or|than|versus|vs\.?) (?:the )?[A-Z]|\bcompared?\b")

_SPAN: Final = SENTENCE_FEATURES.index("span")


@dataclass(frozen=True, slots=True)
class Weighed:
    """A ``question`` with its candidates, ready to be read.

    ``absent`` are the question's words that no article holds, ``unknown`` the names and years among them;
    ``named`` are the terms of all its names, none if it compares what they name, which passages may do one by one.
    ``places`` are (candidate, sentence) numbers of the sentences, ``features`` their (n, f) matrix.
    """

    question: str
    idf: Mapping[str, float]
    absent: tuple[str, ...]
    unknown: tuple[str, ...]
    named: frozenset[str]
    asks: tuple[str, ...]
    places: tuple[tuple[int, int], ...]
    features: Features
    bm25: float
    passages: int


def weigh(
    question: str,
    vector: Vector,
    candidates: Sequence[Candidate],
    store: Store,
    spans: Sequence[PassageSpans] = (),
) -> Weighed:
    """The features of every sentence that may answer; each sentence once, from its best passage.

    ``spans`` are what a span reader found in the first candidates.
    """
    words = content_words(question)
    counts = store.document_frequencies(words)
    idf = _idf(counts, store.info.passages)
    pairs = frozenset(pairwise(words))
    names = frozenset(term for term, word in words.items() if word[0].isdigit() or word[0].isupper())
    absent = {term: word for term, word in words.items() if not counts[term]}
    asks = tuple(what for what, pattern in _ASKS.items() if pattern.search(question))
    places: list[tuple[int, int]] = []
    rows: list[list[float]] = []
    seen: dict[int, int] = {}
    vectors = store.sentence_vectors([candidate.record for candidate in candidates])
    for c, candidate in enumerate(candidates):
        record = candidate.record
        cosines = vectors[c] @ vector
        texts = [_text(candidate, s) for s in range(len(record.sentences))]
        spoken = [[term for term in terms(text) if term in idf] for text in texts]
        held = [frozenset(found) for found in spoken]
        context = frozenset(terms(f"{record.meta.title} {record.section or ''}")) & idf.keys()
        for s, sentence in enumerate(record.sentences):
            span = float(spans[c].log_odds[s]) if c < len(spans) else 0.0
            if again := seen.get(record.sentence_row + s):
                rows[again - 1][_SPAN] = max(rows[again - 1][_SPAN], span)
            if sentence.kind is not SentenceKind.PROSE or again:
                continue
            seen[record.sentence_row + s] = len(rows) + 1
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
                    span, float(c >= len(spans)),
                ]
            )  # fmt: skip
    features = np.array(rows, np.float64).reshape(len(rows), len(SENTENCE_FEATURES))
    top = max((candidate.lexical for candidate in candidates), default=0.0)
    unknown = _unknown(question, absent, candidates)
    return Weighed(
        question,
        idf,
        tuple(dict.fromkeys(absent.values())),
        unknown,
        frozenset(term for term in names if not words[term][0].isdigit() and not _COMPARES.search(question)),
        asks,
        tuple(places),
        features,
        top / (2.2 * sum(idf.values()) or 1.0),
        store.info.passages,
    )


def summarise(weighed: Weighed, scores: Features, candidates: Sequence[Candidate]) -> dict[str, float]:
    """What tells whether the best sentence answers, by the names of `QUESTION_FEATURES`."""
    best = int(np.argmax(scores))
    column = dict(zip(SENTENCE_FEATURES, weighed.features[best], strict=True))
    place, sentence = weighed.places[best]
    candidate = candidates[place]
    anywhere = frozenset(term for one in candidates for term in terms(one.record.text)) & weighed.idf.keys()
    in_passage = frozenset(terms(candidate.record.text)) & weighed.idf.keys()
    about = in_passage.union(terms(f"{candidate.record.meta.title} {candidate.record.section or ''}"))
    missing = {what for what in weighed.asks if column[f"{what}_wanted"] <= 0}
    return {
        "score": float(scores[best]),
        "cosine": float(weighed.features[:, 0].max()),
        "own_cosine": column["cosine"],
        "passage_cosine": max(one.cosine for one in candidates),
        "own_passage_cosine": candidate.cosine,
        "share": float(1 / np.exp(scores - scores[best]).sum()),
        "held": column["held"],
        "held_in_passage": _share(in_passage, weighed.idf),
        "names_held": column["names_held"],
        "absent": 1 - _share(anywhere, weighed.idf),
        "bm25": weighed.bm25,
        "amount_missing": float("amount" in missing),
        "wanted_missing": float(bool(missing)),
        "unknown_names": float(bool(weighed.unknown)),
        "named_elsewhere": float(bool(_FIGURES & set(weighed.asks) and weighed.named - about)),
        "owned_elsewhere": float(owned_elsewhere(weighed.question, _text(candidate, sentence))),
        **_summarise_spans(weighed, best),
        "log_passages": math.log1p(weighed.passages),
    }


def _summarise_spans(weighed: Weighed, best: int) -> dict[str, float]:
    """The best sentence's log-odds, the best log-odds of all, and the log-probability that none of all answers."""
    column = {name: weighed.features[:, SENTENCE_FEATURES.index(name)] for name in ("span", "unread")}
    read = column["span"][column["unread"] == 0]
    if not len(read):
        return {"span": 0.0, "span_anywhere": 0.0, "no_answer": 0.0}
    own = column["span"][best] if not column["unread"][best] else read.min()
    return {
        "span": float(own),
        "span_anywhere": float(read.max()),
        "no_answer": -float(np.logaddexp.reduce(np.append(read, 0.0))),
    }


def _unknown(question: str, absent: Mapping[str, str], candidates: Sequence[Candidate]) -> tuple[str, ...]:
    """The absent names and years that are no other spelling of a word of the passages.

    The question's first word counts only as a year: it has a capital anyway.
    """
    named = {
        term: word
        for term, word in absent.items()
        if word[0].isdigit() or (word[0].isupper() and not question.lstrip(" \"'“‘¿").startswith(word))
    }
    spoken = sorted({term for one in candidates for term in terms(one.record.text)}) if named else []
    return tuple(word for term, word in named.items() if not get_close_matches(term, spoken, 1, _ALIKE))


def _idf(counts: Mapping[str, int], total: int) -> dict[str, float]:
    """How much each term says that stands in n of N passages: ln(1 + (N - n + 0.5) / (n + 0.5)), as in BM25."""
    return {term: math.log(1 + (total - n + 0.5) / (n + 0.5)) for term, n in counts.items()}


def _share(held: frozenset[str], idf: Mapping[str, float]) -> float:
    """The share of the question's weight that the held terms carry, 0 to 1."""
    total = sum(idf.values())
    return sum(idf[term] for term in held) / total if total else 0.0


def _text(candidate: Candidate, s: int) -> str:
    return candidate.record.cut(candidate.record.sentences[s].span)


def _fits(what: str, text: str, question: str) -> float:
    """1 if a sentence holds what is asked for and the question did not say already, else -1."""
    counted = _NO_FIGURE.sub(" ", text) if what in _FIGURES else text
    found = {match.group().casefold() for match in _HAS[what].finditer(counted)}
    asked = question.casefold()
    return 1.0 if any(one not in asked or what == "reason" for one in found) else -1.0

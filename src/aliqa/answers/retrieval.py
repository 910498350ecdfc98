"""Find the passages that fit a question: meaning and words, fused.

Passages come from two searches, by vector and by BM25. Each passage's cosine is scaled to 0..1 over
the passages found, its BM25 score by the best one, and both are added with fixed weights; the sum
of normalised scores beats reciprocal rank fusion here and elsewhere (Bruch et al., "An Analysis of
Fusion Functions for Hybrid Retrieval", 2023).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from aliqa.foundations.protocols import Candidate, Store, Vector
from aliqa.foundations.types import Filters
from aliqa.text.terms import query_terms, terms

LEXICAL_WEIGHT: Final = 0.7
_DEPTH: Final = 200
_SPARE: Final = 4
"""How many times as many passages are looked at where articles have copies."""

_NEW: Final = 0.1
"""The share of a passage's words that may be new, though it repeats a copy."""


@dataclass(frozen=True, slots=True)
class Retriever:
    """Searches one index version."""

    store: Store

    def retrieve(
        self, query: str, vector: Vector, k: int, filters: Filters, *, distinct: bool = False
    ) -> list[Candidate]:
        """The ``k`` passages that fit best, best first; fewer when the index or the filters hold fewer.

        Args:
            query: what is asked.
            vector: its unit-length vector (d,).
            k: how many passages.
            filters: which articles may be searched.
            distinct: leave out what near-copies of an article repeat.
        """
        depth = max(_DEPTH, 4 * k)
        words = _beside().submit(self.store.lexical, query_terms(query), depth, filters)
        near, near_cosines = self.store.dense(vector, depth, filters)
        matched, bm25 = words.result()
        others = np.setdiff1d(matched, near, assume_unique=True)
        rows = np.concatenate([near, others])
        order = np.argsort(rows)
        rows, cosines = rows[order], np.concatenate([near_cosines, self.store.cosines(vector, others)])[order]
        lexical = np.zeros(len(rows), np.float32)
        lexical[np.searchsorted(rows, matched)] = bm25
        scores = fuse(cosines, lexical)
        copied = self.store.copied() if distinct else {}
        best = np.argsort(-scores, kind="stable")[: _SPARE * k if copied else k]
        records = self.store.records(rows[best].tolist())
        found = [
            Candidate(record, float(scores[i]), float(cosines[i]), float(lexical[i]))
            for record, i in zip(records, best, strict=True)
        ]
        return _distinct(found, copied)[:k]


@cache
def _beside() -> ThreadPoolExecutor:
    """Threads that search words while who asks for it searches vectors."""
    return ThreadPoolExecutor(thread_name_prefix="aliqa-words")


def _distinct(found: Sequence[Candidate], copied: Mapping[str, str]) -> list[Candidate]:
    """The candidates without those that only repeat what better ones of a copy of their article say.

    ``copied`` names the first article of which another is a copy. A passage with a figure of its own is kept.
    """
    groups = {copied[one.record.meta.doc_id] for one in found if one.record.meta.doc_id in copied}
    said: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    kept: list[Candidate] = []
    for one in found:
        doc_id = one.record.meta.doc_id
        group = copied.get(doc_id, doc_id)
        if group in groups:
            words = set(terms(one.record.text))
            elsewhere = set[str]().union(*(held for name, held in said[group].items() if name != doc_id))
            new = words - elsewhere
            if len(new) <= _NEW * len(words) and not any(word[0].isdigit() for word in new):
                continue
            said[group][doc_id] |= words
        kept.append(one)
    return kept


def fuse(cosines: Vector, lexical: Vector) -> Vector:
    """One score from 0 to 1 per passage out of its cosine and its BM25 score, higher is better."""
    spread = float(cosines.max() - cosines.min()) if len(cosines) else 0.0
    near = (cosines - cosines.min()) / spread if spread > 0 else np.ones_like(cosines)
    top = float(lexical.max()) if len(lexical) else 0.0
    words = lexical / top if top > 0 else lexical
    fused: Vector = ((near + LEXICAL_WEIGHT * words) / (1 + LEXICAL_WEIGHT)).astype(np.float32)
    return fused

"""Find the passages that fit a question: meaning and words, fused.

Passages come from two searches, by vector and by BM25. Each passage's cosine is scaled to 0..1 over
the passages found, its BM25 score by the best one, and both are added with fixed weights; the sum
of normalised scores beats reciprocal rank fusion here and elsewhere (Bruch et al., "An Analysis of
Fusion Functions for Hybrid Retrieval", 2023).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from aliqa.lexical import terms
from aliqa.protocols import Candidate, Store, Vector
from aliqa.types import Filters

LEXICAL_WEIGHT: Final = 0.7
_DEPTH: Final = 200


@dataclass(frozen=True, slots=True)
class Retriever:
    """Searches one index version."""

    store: Store

    def retrieve(self, query: str, vector: Vector, k: int, filters: Filters) -> list[Candidate]:
        """The ``k`` passages that fit best, best first; fewer when the index or the filters hold fewer.

        Args:
            query: what is asked.
            vector: its unit-length vector (d,).
            k: how many passages.
            filters: which articles may be searched.
        """
        allowed = self.store.rows_admitted(filters)
        if allowed is not None and not len(allowed):
            return []
        depth = max(_DEPTH, 4 * k)
        near, _ = self.store.dense(vector, depth, allowed)
        matched, bm25 = self.store.lexical(terms(query), depth, allowed)
        rows = np.union1d(near, matched)
        cosines = self.store.cosines(vector, rows)
        lexical = np.zeros(len(rows), np.float32)
        lexical[np.searchsorted(rows, matched)] = bm25
        scores = fuse(cosines, lexical)
        best = np.argsort(-scores, kind="stable")[:k]
        records = self.store.records(rows[best].tolist())
        return [
            Candidate(record, float(scores[i]), float(cosines[i]), float(lexical[i]))
            for record, i in zip(records, best, strict=True)
        ]


def fuse(cosines: Vector, lexical: Vector) -> Vector:
    """One score from 0 to 1 per passage out of its cosine and its BM25 score, higher is better."""
    spread = float(cosines.max() - cosines.min()) if len(cosines) else 0.0
    near = (cosines - cosines.min()) / spread if spread > 0 else np.ones_like(cosines)
    top = float(lexical.max()) if len(lexical) else 0.0
    words = lexical / top if top > 0 else lexical
    fused: Vector = ((near + LEXICAL_WEIGHT * words) / (1 + LEXICAL_WEIGHT)).astype(np.float32)
    return fused

"""How many pairs of sentences that differ are found, and how many others raise an alarm, with the bundled models.

    python benchmarks/pairs.py pairs.jsonl [more.jsonl …]

Each line holds ``hypothesis``, ``premise`` and ``label`` ("contradiction" or not), as the claims and rationales of
SciFact (Wadden et al. 2020), or ``a`` and ``b`` with ``text`` and perhaps ``published``, and ``label``, as
``tests/pairs.jsonl``. A premise of several sentences is read sentence by sentence.
"""

import json
import sys
from datetime import date
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import numpy as np

from aliqa.answers.reading import load_span_reader
from aliqa.foundations.protocols import Embedder, EmbeddingInput, SpanReader
from aliqa.foundations.settings import Settings
from aliqa.library import make_embedder
from aliqa.text.claims.comparing import SURE, weigh
from aliqa.text.claims.kinds import kind_of
from aliqa.text.claims.pairs import Said
from aliqa.text.claims.values import names
from aliqa.text.sentences import split_sentences


def said(embedder: Embedder, side: dict[str, str]) -> list[Said]:
    """The sentences of a side."""
    text, title = side["text"], side.get("title", "")
    spans = tuple(one.span for one in split_sentences(text, 0))
    day = date.fromisoformat(side["published"]) if "published" in side else None
    [made] = embedder.embed_passages([EmbeddingInput(title, text, spans)])
    topic = names(f"{title}\n{text}")
    return [
        Said(span.cut(text), title, text[: span.start], day, vector, topic)
        for span, vector in zip(spans, made.sentences, strict=True)
    ]


def surest(row: dict[str, Any], embedder: Embedder, reader: SpanReader | None) -> tuple[float, str]:
    """How sure the surest difference of two sides is, and its kind."""
    sides = (row["a"], row["b"]) if "a" in row else ({"text": row["hypothesis"]}, {"text": row["premise"]})
    first, second = (said(embedder, side) for side in sides)
    found = [
        (sure, kind_of(one, other, pair))
        for one in first
        for other in second
        for pair, sure in weigh(one, other, reader)
    ]
    return max(found, default=(0.0, "none"))


def main(paths: list[str]) -> None:
    """Print recall and precision of contradictions where pairs are listed, and recall at 0.9 precision."""
    settings = Settings(corpus_dir=Path(gettempdir()), index_dir=Path(gettempdir()) / "aliqa-pairs")
    embedder = make_embedder(settings, asked=False)
    reader = load_span_reader(settings.reading, settings.index_dir / "models")
    rows = [json.loads(line) for path in paths for line in Path(path).read_text(encoding="utf-8").split("\n") if line]
    for part in sorted({f"{row.get('topic', 'figure')}, {row.get('part', 'all')}" for row in rows}):
        chosen = [row for row in rows if f"{row.get('topic', 'figure')}, {row.get('part', 'all')}" == part]
        report(part, chosen, [surest(row, embedder, reader) for row in chosen])


def report(part: str, rows: list[dict[str, Any]], found: list[tuple[float, str]]) -> None:
    """Print the figures of a part."""
    true = np.array([row["label"] == "contradiction" for row in rows])
    sure = np.array([each if kind != "change" else 0.0 for each, kind in found])
    right, alarms = int((true & (sure >= SURE["look"])).sum()), int((~true & (sure >= SURE["look"])).sum())
    order = np.argsort(-sure)
    hits = np.cumsum(true[order])
    precise = hits / np.arange(1, len(rows) + 1) >= 0.9
    best = int(hits[precise].max()) if precise.any() else 0
    print(f"{part:20} contradictions {right} of {int(true.sum())}, alarms {alarms} of {int((~true).sum())}", end="")
    print(f", precision {right / max(1, right + alarms):.2f}; recall at precision 0.9: {best / max(1, true.sum()):.2f}")


if __name__ == "__main__":
    main(sys.argv[1:])

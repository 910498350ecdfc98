"""How well a reader finds the spans of articles that it has not seen, and knows that there are none.

Span F1 compares words as SQuAD does (Rajpurkar et al., 2016): lower case, without articles and punctuation,
against the best of the annotated answers; here always of the best span, so that abstaining is judged by
the AUROC of the span's score over that of no answer, on unanswerable questions that people wrote.
"""

import re
import string
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import torch
from reader_data import Row, Windows, tensors
from sklearn.metrics import roc_auc_score

from aliqa.answers.reading.spans import best_span

LONGEST: Final = 400
BATCH: Final = 16


def measure(model: Any, rows: Sequence[Row], windows: Windows) -> dict[str, float]:
    """The figures by file and over all."""
    model.eval()
    order = sorted(range(len(rows)), key=lambda i: len(rows[i].passage))
    scored = defaultdict(list)
    margins: list[tuple[bool, float]] = []
    for first in range(0, len(order), BATCH):
        part = [rows[i] for i in order[first : first + BATCH]]
        for row, (text, margin) in zip(part, read(model, part, windows), strict=True):
            if row.answerable and not row.loose:
                scored[row.source].append(max(f1(text, row.passage[start:end]) for start, end in row.answers))
            if row.source == "squad2_dev_part":
                margins.append((row.answerable, margin))
    figures = {f"f1 {source}": round(float(np.mean(each)), 4) for source, each in sorted(scored.items())}
    squad = [one for source, each in scored.items() if source.startswith("squad") for one in each]
    figures["f1 SQuAD articles"] = round(float(np.mean(squad)), 4)
    figures["f1"] = round(float(np.mean([one for each in scored.values() for one in each])), 4)
    figures["no-answer AUROC"] = round(float(roc_auc_score(*zip(*margins, strict=True))), 4)
    return figures


def read(model: Any, rows: Sequence[Row], windows: Windows) -> list[tuple[str, float]]:
    """The best span of each row, and by how much its logits exceed those of no answer."""
    cut = [windows.whole(row, LONGEST) for row in rows]
    batch = tensors([window for window, _ in cut])
    inputs = {name: batch[name] for name in ("input_ids", "token_type_ids", "attention_mask")}
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        output = model(**inputs)
    found = []
    for i, (window, offsets) in enumerate(cut):
        inside = slice(window.passage_from, window.passage_from + len(offsets))
        starts, ends = (logits[i].float().numpy() for logits in (output.start_logits, output.end_logits))
        first, last, score = best_span(starts[inside], ends[inside])
        text = rows[i].passage[offsets[first, 0] : offsets[last, 1]]
        found.append((text, score - float(starts[0] + ends[0])))
    return found


def f1(one: str, other: str) -> float:
    """The harmonic mean of precision and recall of words."""
    ours, theirs = _words(one), _words(other)
    same = sum((Counter(ours) & Counter(theirs)).values())
    return 2 * same / (len(ours) + len(theirs)) if ours and theirs else float(ours == theirs)


def _words(text: str) -> list[str]:
    plain = "".join(" " if character in string.punctuation else character for character in text.casefold())
    return re.sub(r"\b(a|an|the)\b", " ", plain).split()

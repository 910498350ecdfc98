"""How well a reader finds the spans of articles that it has not seen, and knows that there are none.

    python training/reader_measure.py --data TRAIN_FOLDER [--every 3]

measures the reader in the package. Span F1 compares words as SQuAD does (Rajpurkar et al., 2016): lower case, without
articles and punctuation, against the best of the annotated answers; here always of the best span, so that abstaining is
judged by itself: by the AUROC of the third head's log-odds, and of the span's score over that of no answer, on
unanswerable questions that people wrote, and on near misses.
"""

import argparse
import json
import re
import string
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from reader_asked import SOURCES, everything
from reader_data import NEAR_MISSES, Row
from reader_pairs import STATEMENTS, VALUES
from reader_twins import TWINS
from reader_windows import Windows, tensors
from sklearn.metrics import roc_auc_score
from tokenizers import Tokenizer

from aliqa.answers.reading.bundled import bundled_module
from aliqa.answers.reading.spans import best_span
from aliqa.index.embedding.bundled import bundled_folder

LONGEST: Final = 400
BATCH: Final = 16
SQUAD: Final = frozenset({"force", "normans", "warsaw"})
JUDGED: Final = frozenset({NEAR_MISSES, TWINS, VALUES, STATEMENTS, *SOURCES})
"""The files on which silence is judged, besides these articles."""


def measure(module: Any, rows: Sequence[Row], windows: Windows) -> dict[str, float]:
    """The figures by file and over all."""
    module.eval()
    order = sorted(range(len(rows)), key=lambda i: len(rows[i].passage))
    scored = defaultdict(list)
    judged: dict[str, list[tuple[bool, float, float]]] = defaultdict(list)
    for first in range(0, len(order), BATCH):
        part = [rows[i] for i in order[first : first + BATCH]]
        for row, (text, margin, answers) in zip(part, read(module, part, windows), strict=True):
            if row.answerable and not row.loose:
                scored[row.source].append(max(f1(text, row.passage[start:end]) for start, end in row.answers))
            if row.source in JUDGED or row.article in SQUAD:
                judged[row.source].append((row.answerable, answers, margin))
    figures = {f"f1 {source}": float(np.mean(each)) for source, each in sorted(scored.items())}
    squad = [one for source, each in scored.items() if source.startswith("squad") for one in each]
    figures["f1 SQuAD articles"] = float(np.mean(squad)) if squad else float("nan")
    figures["f1"] = float(np.mean([one for each in scored.values() for one in each]))
    for source, each in sorted(judged.items()):
        table = np.array(each, float)
        figures[f"AUROC {source}"] = float(roc_auc_score(table[:, 0], table[:, 1]))
        figures[f"AUROC {source}, by spans"] = float(roc_auc_score(table[:, 0], table[:, 2]))
    return {name: round(value, 4) for name, value in figures.items()}


def read(module: Any, rows: Sequence[Row], windows: Windows) -> list[tuple[str, float, float]]:
    """The best span of each row, by how much its logits exceed those of no answer, the log-odds of an answer."""
    cut = [windows.whole(row, LONGEST) for row in rows]
    batch = tensors([window for window, _ in cut])
    with torch.inference_mode():
        logits = module(*(batch[name] for name in ("input_ids", "attention_mask", "token_type_ids"))).float().numpy()
    found = []
    for heads, row, (window, offsets) in zip(logits, rows, cut, strict=True):
        inside = slice(window.passage_from, window.passage_from + len(offsets))
        first, last, score = best_span(heads[inside, 0], heads[inside, 1])
        text = row.passage[offsets[first, 0] : offsets[last, 1]]
        found.append((text, score - float(heads[0, :2].sum()), float(heads[0, 2])))
    return found


def f1(one: str, other: str) -> float:
    """The harmonic mean of precision and recall of words."""
    ours, theirs = _words(one), _words(other)
    same = sum((Counter(ours) & Counter(theirs)).values())
    return 2 * same / (len(ours) + len(theirs)) if ours and theirs else float(ours == theirs)


def _words(text: str) -> list[str]:
    plain = "".join(" " if character in string.punctuation else character for character in text.casefold())
    return re.sub(r"\b(a|an|the)\b", " ", plain).split()


def main() -> None:
    """Measure the reader of the package."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--every", type=int, default=1, help="only every so manieth question")
    arguments = parser.parse_args()
    _, held = everything(arguments.data)
    windows = Windows(Tokenizer.from_file(str(bundled_folder() / "tokenizer.json")))
    print(json.dumps(measure(bundled_module(), held[:: arguments.every], windows), indent=1))


if __name__ == "__main__":
    main()

"""How many contradicting pairs of sentences are found, and how many of the others raise an alarm.

    python benchmarks/pairs.py pairs.jsonl [more.jsonl …]

Each line holds ``hypothesis``, ``premise`` and ``label`` ("contradiction" or not), as the claims and rationales of
SciFact (Wadden et al. 2020), or ``a`` and ``b`` with ``text`` and perhaps ``published``, and ``label``, as
``tests/pairs.jsonl``. A premise of several sentences is read sentence by sentence.
"""

import json
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from aliqa.text.claims import Relation, differ, read
from aliqa.text.sentences import split_sentences


def contradicts(row: dict[str, Any]) -> bool:
    """Whether any sentence of one side contradicts one of the other."""
    sides = (row["a"], row["b"]) if "a" in row else ({"text": row["hypothesis"]}, {"text": row["premise"]})
    first, second = (
        [read(one, published=date.fromisoformat(side["published"]) if "published" in side else None, context=side.get("title", ""))
         for one in (sentence.span.cut(side["text"]) for sentence in split_sentences(side["text"], 0))]
        for side in sides
    )  # fmt: skip
    found = (differ(one, other) for one in first for other in second)
    return any(one is not None and one[0] is Relation.CONTRADICT for one in found)


def main(paths: list[str]) -> None:
    """Print recall, false alarms and precision."""
    rows = [json.loads(line) for path in paths for line in Path(path).read_text(encoding="utf-8").split("\n") if line]
    counts = Counter((row["label"] == "contradiction", contradicts(row)) for row in rows)
    found, alarms = counts[True, True], counts[False, True]
    print(f"found        {found} of {found + counts[True, False]}")
    print(f"false alarms {alarms} of {alarms + counts[False, False]}")
    print(f"precision    {found / (found + alarms):.3f}" if found + alarms else "precision    –")


if __name__ == "__main__":
    main(sys.argv[1:])

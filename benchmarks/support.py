"""How many pairs of statements the check of `aliqa.answers.synthesis` lets pass, by their label.

    python benchmarks/support.py PAIRS.jsonl...

Each line holds ``hypothesis``, ``premise`` and ``label``, as the claims and rationales of SciFact (Wadden et
al., 2020). No contradiction should pass; of entailments only those can that shorten, and do not infer.
"""

import json
import sys
from collections import Counter
from pathlib import Path

from aliqa.answers.synthesis.carrying import Quote, carrying


def main(paths: list[str]) -> None:
    """Print how many of each label pass."""
    for path in paths:
        lines = Path(path).read_text("utf-8").split("\n")
        pairs = [json.loads(line) for line in lines if line.strip()]
        given = Counter(pair["label"] for pair in pairs)
        passed = Counter(pair["label"] for pair in pairs if carrying(pair["hypothesis"], [Quote(pair["premise"])]))
        print(path, *(f"{label}: {passed[label]} of {count} pass" for label, count in given.items()), sep="\n  ")


if __name__ == "__main__":
    main(sys.argv[1:])

"""How well follow-up questions are completed, against stand-alone questions written by people.

    python benchmarks/followups.py QUESTIONS.jsonl

A line of the file is ``{"qid", "question", "history": ["earlier question", …], "rewrite": "the stand-alone
question"}``, as made out of MTRAG (https://github.com/IBM/mt-rag-benchmark). A question whose rewrite adds no content
word stands alone. Of all others the rewrite's content words that the question lacks are looked for in what aliqa
makes of it; some of them stand nowhere in the history, so that no method can bring them in. The first half, by
conversation, is the one that the rules were made on. The last question alone, the baseline, brings nothing in and
leaves everything untouched.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha1
from pathlib import Path
from statistics import mean
from typing import Any

from aliqa.answers.followups import completions
from aliqa.foundations.types import Turn
from aliqa.text.terms import content_words


@dataclass(frozen=True, slots=True)
class Case:
    """One follow-up, as sets of search terms: what the rewrite adds, what of it was said before, what we add."""

    missing: frozenset[str]
    said: frozenset[str]
    added: frozenset[str]
    touched: bool


def case(line: dict[str, Any]) -> Case:
    """A line of the file, with what aliqa makes of it."""
    asked = content_words(line["question"]).keys()
    found = completions(line["question"], [Turn("user", question) for question in line["history"]])[0]
    missing = frozenset(content_words(line["rewrite"]).keys() - asked)
    said = frozenset(term for question in line["history"] for term in content_words(question))
    return Case(missing, missing & said, frozenset(content_words(found).keys() - asked), found != line["question"])


def first_half(line: dict[str, Any]) -> bool:
    """Whether a question is of the half that the rules were made on; a conversation is never torn apart."""
    return int(sha1(line["qid"].split("<")[0].encode()).hexdigest(), 16) % 2 == 0


def report(name: str, cases: Sequence[Case]) -> None:
    """Print the figures of some questions."""
    alone = [one for one in cases if not one.missing]
    leaning = [one for one in cases if one.missing]
    known = [one for one in leaning if one.said]
    print(f"{name}: {len(alone)} questions that stand alone, {len(leaning)} follow-ups")
    print(f"  stand-alone left untouched         {mean(not one.touched for one in alone):.3f}   baseline 1.000")
    for what, some in (("missing words brought in", leaning), ("… of those that were said before", known)):
        wanted = [one.missing if some is leaning else one.said for one in some]
        shares = [len(one.added & want) / len(want) for one, want in zip(some, wanted, strict=True)]
        print(f"  {what:<34} {mean(shares):.3f}   baseline 0.000")
    print(f"  follow-ups with at least one       {mean(bool(one.missing & one.added) for one in leaning):.3f}")
    added = [one for one in leaning if one.added]
    print(
        "  of the words brought in, wanted   "
        f" {mean(len(one.added & one.missing) / len(one.added) for one in added):.3f}"
    )


def main() -> None:
    """Measure the file that is named."""
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    with Path(sys.argv[1]).open(encoding="utf-8") as lines:
        questions = [line for line in map(json.loads, lines) if line["history"]]
    report("first half", [case(line) for line in questions if first_half(line)])
    report("other half", [case(line) for line in questions if not first_half(line)])
    report("all", [case(line) for line in questions])


if __name__ == "__main__":
    main()

"""Questions in other languages than the articles: how often the evidence is found, and quoted.

    ALIQA_EMBEDDING__MODEL=multilingual python -m benchmarks.languages --set XQUAD_EN

``languages.tsv`` holds 60 questions of XQuAD (Artetxe et al., 2020, CC BY-SA 4.0) by their numbers, translated for
aliqa into Chinese, German and Spanish. Confidence was set on the first of every two; ``--half 1`` takes the others.
"""

import argparse
import csv
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from aliqa.foundations import settings
from aliqa.foundations.types import Citation, FoundPassage
from aliqa.library import Library, build
from benchmarks.compare import read_lines

TRANSLATED: Final = Path(__file__).with_suffix(".tsv")
Place = tuple[str, int, int]


def translated(half: int | None) -> list[dict[str, str]]:
    """The questions by language, with their number as ``qid``; every second one from ``half`` on, or all."""
    with open(TRANSLATED, encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    return rows if half is None else rows[half::2]


def scored(library: Library, asked: Iterable[tuple[str, Sequence[Place]]]) -> dict[str, float]:
    """Shares of questions with evidence in five passages, in a quote, in the first quote, and of those answered."""
    found = dict.fromkeys(("passages", "quotes", "first", "answered"), 0)
    count = 0
    for question, places in asked:
        answer = library.ask(question)
        count += 1
        found["passages"] += _covered(answer.passages, places)
        found["quotes"] += _covered(answer.citations, places)
        found["first"] += _covered(answer.citations[:1], places)
        found["answered"] += answer.answered
    return {name: round(value / count, 3) for name, value in found.items()}


def _covered(shown: Sequence[Citation | FoundPassage], places: Sequence[Place]) -> bool:
    return any(
        one.doc_id == name and one.char_start < end and start < one.char_end
        for one in shown
        for name, start, end in places
    )


def main() -> None:
    """Index, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", type=Path, required=True, help="the folder of XQuAD's English part")
    parser.add_argument(
        "--half", type=int, choices=(0, 1), help="only every second question, from the first or second on"
    )
    chosen = parser.parse_args()
    known: dict[str, dict[str, Any]] = {one["qid"]: one for one in read_lines(chosen.set / "questions.jsonl")}
    rows = translated(chosen.half)
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder, "corpus")
        corpus.mkdir()
        for one in read_lines(chosen.set / "corpus.jsonl"):
            (corpus / f"{one['doc_id']}.txt").write_text(one["text"], "utf-8", newline="")
        options = settings.load(corpus_dir=corpus, index_dir=Path(folder, "index"))
        build(options)
        library = Library.open(options)
        for language in ("en", "zh", "de", "es"):
            asked = (
                (
                    known[row["qid"]]["question"] if language == "en" else row[language],
                    [(f"{one['doc_id']}.txt", one["start"], one["end"]) for one in known[row["qid"]]["evidence"]],
                )
                for row in rows
            )
            print(language, scored(library, asked), flush=True)


if __name__ == "__main__":
    main()

"""Questions as people ask them who have not seen the text: why, what and how, half of them without an answer.

``training/asked.tsv`` holds questions that were written for aliqa on passages of the training files, a line each, and
``training/first.tsv`` such as newcomers ask first: comparisons, changes, lists, key words, who somebody is;
``training/verdicts.tsv`` such as want yes or no::

    passage <tab> question <tab> start <tab> end

``passage`` is the beginning of its sha1, as in `reader_twins`; ``start`` and ``end`` are the answer in code points,
and empty where the passage does not answer. On each passage as many are answered as are not, of the same kinds and in
the same words, so that the wording tells nothing. One passage in twelve is held out.

``training/introducing.tsv`` has sentences that tell who or what something is, ``y``, or only name it, ``n``; then the
name, then the sentence.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from reader_data import Row, load
from reader_pairs import pairs
from reader_twins import key_of, with_twins
from reader_twins import read as read_twins
from reader_worlds import of_worlds

ASKED: Final = "asked"
FIRST: Final = "first"
VERDICTS: Final = "verdicts"
INTRODUCING: Final = "introducing"
SOURCES: Final = (ASKED, FIRST, VERDICTS)
_HELD_OUT: Final = 12

Known = dict[str, list[tuple[str, tuple[tuple[int, int], ...]]]]


def read(source: str = ASKED) -> Known:
    """The questions of a file and their spans, by passage."""
    found: Known = defaultdict(list)
    path = Path(__file__).with_name(f"{source}.tsv")
    for line in path.read_text("utf-8").splitlines():
        key, question, start, end = line.split("\t")
        found[key].append((question, ((int(start), int(end)),) if start else ()))
    return found


def asked(rows: Sequence[Row], source: str = ASKED) -> tuple[list[Row], list[Row]]:
    """The rows of a file to train on and those held out, on passages of these rows."""
    known = read(source)
    made: dict[str, list[Row]] = {}
    for row in rows:
        key = key_of(row.passage)
        if key in known and key not in made:
            made[key] = [
                replace(row, question=question, answers=spans, loose=False, source=source, human=not spans, near="")
                for question, spans in known[key]
            ]
    held = {key for key in made if int(key, 16) % _HELD_OUT == 0}
    return (
        [row for key, each in made.items() if key not in held for row in each],
        [row for key, each in made.items() if key in held for row in each],
    )


def introducing() -> tuple[list[Row], list[Row]]:
    """What somebody or something is, asked of single sentences: the rows to train on and those held out."""
    parts: tuple[list[Row], list[Row]] = [], []
    for number, line in enumerate(Path(__file__).with_name(f"{INTRODUCING}.tsv").read_text("utf-8").splitlines()):
        letter, name, text = line.split("\t")
        question = f"Who or what is {name}?"
        spans = ((0, len(text)),) if letter == "y" else ()
        row = Row(question, text, spans, True, name, INTRODUCING, not spans)
        parts[number % _HELD_OUT == 0].append(row)
    return parts


def everything(folder: Path) -> tuple[list[Row], list[Row]]:
    """The rows to train on and those held out: the files of a folder, and what was written for aliqa."""
    rows, held = load(folder)
    twins = read_twins()
    more, kept = ([row for source in SOURCES for row in asked(rows, source)[part]] for part in (0, 1))
    learned, others = pairs(folder)
    met, unmet = of_worlds()
    named, unnamed = introducing()
    return (
        [*rows, *with_twins(rows, twins), *more, *learned, *met, *named],
        [*held, *with_twins(held, twins), *kept, *others, *unmet, *unnamed],
    )

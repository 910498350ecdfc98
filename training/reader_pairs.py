"""What one article says, asked of another: values and statements of pairs of sentences, for the reader to learn from.

The pairs are those of `pair_data`, of ``training/relations.tsv``, and of claims and evidence in ``TRAIN_FOLDER/pairs``
(FEVER Symmetric, Fool Me Twice). A value is asked for by the question that comparing articles makes of its sentence
(`aliqa.text.claims.pairs.asked_for_value`); a sentence that is linked with it answers, with another value or with the
same one, and one that is only near it does not. A whole sentence is asked as a statement, which a linked one confirms
or denies. A third of the worlds, and one event in ten of the other pairs, are held out.

``training/relations.tsv`` holds pairs that were written for aliqa, a line each::

    group <tab> day <tab> headline <tab> sentence <tab> day <tab> headline <tab> sentence <tab> letter

``c`` contradiction, ``g`` changed over time, ``o`` of other scope, ``s`` the same said, ``n`` near each other alone.
"""

import gzip
import hashlib
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

from pair_data import Story, worlds
from reader_data import Row

from aliqa.foundations.types import Span
from aliqa.text.claims.pairs import Said, around, asked_for_value, differing, titled
from aliqa.text.claims.values import Value, names

FILE: Final = Path(__file__).with_name("relations.tsv")
VALUES, STATEMENTS, CLAIMS = "values", "statements", "claims"
_PUBLIC: Final = ("fever_symmetric", "fool_me_twice_dev_test")
_LABELS: Final = frozenset({"support", "contradict"})
_LETTERS: Final = {"o": "s", "s": "a"}
"""The letters of ``relations.tsv`` that mean something else in `pair_data`."""
_STOPS: Final = " .!?;:”\"’'"
_HELD_OUT: Final = 10
_NEAREST: Final = 2
"""Of so many near sentences of other articles each sentence's values and statement are asked in vain."""


def pairs(folder: Path) -> tuple[list[Row], list[Row]]:
    """The rows to train on, and those held out."""
    shown: list[Row] = []
    held: list[Row] = []
    for world in worlds():
        (held if world.held else shown).extend(_of_world(world))
    for row in [*_of_written(), *_public(folder / "pairs")]:
        number = int(hashlib.sha256(row.group.encode()).hexdigest()[:8], 16)
        (shown if number % _HELD_OUT else held).append(row)
    return shown, held


def _of_world(world: Story) -> Iterator[Row]:
    """What its linked sentences say of each other, and its nearest ones do not."""
    found = [
        [
            (Said(text, title, before, day, topic=names(f"{title} {' '.join(texts)}")), after)
            for text, before, after in zip(texts, ["", *texts], [*texts[1:], ""], strict=False)
        ]
        for title, day, texts in world.articles
    ]
    for (first, second), letter in world.links.items():
        for one, other in ((first, second), (second, first)) if first[0] != second[0] else ():
            yield from _asked(found[one[0]][one[1]][0], *found[other[0]][other[1]], letter, world.name)
    for number, article in enumerate(found):
        for i, (said, _) in enumerate(article):
            others = [
                (len(said.words & each[0].words) + len(said.names & each[0].names), k, j)
                for k, beside in enumerate(found)
                for j, each in enumerate(beside)
                if k != number and not world.linked((number, i), (k, j))
            ]
            for _, k, j in sorted(others, reverse=True)[:_NEAREST]:
                yield from _asked(said, *found[k][j], "n", world.name)


def _asked(one: Said, other: Said, after: str, letter: str, group: str) -> Iterator[Row]:
    """What one sentence says, asked of the other, which stands before ``after``."""
    passage = " ".join(filter(None, (other.before, other.text, after)))
    begin = len(other.before) + 1 if other.before else 0

    def row(question: str, span: Span | None, source: str) -> Row:
        spans = ((begin + span.start, begin + span.end),) if span else ()
        return Row(question, passage, spans, source == STATEMENTS, group, source, False, other.title)

    for first, second in chosen_values(one, other, letter):
        yield row(asked_for_value(one, first), None if letter == "n" else second.span, VALUES)
    if letter in "acn":
        whole = Span(0, len(other.text)) if letter != "n" else None
        yield row(as_statement(one), whole, STATEMENTS)


def as_statement(said: Said) -> str:
    """A sentence as a question that wants yes or no, under its article's title."""
    return titled(said, f"is it true that {said.text.rstrip(_STOPS)}?")


def chosen_values(one: Said, other: Said, letter: str) -> list[tuple[Value, Value]]:
    """The value of a sentence that the other one also states, or states otherwise."""
    if letter == "a":
        same = [
            (first, second)
            for first in one.values
            for second in other.values
            if first.kind != "name" and first.comparable(second) and not first.differs(second)
        ]
        return same[:1]
    found = list(differing(one, other))
    figures = [each for each in found if each.first.kind != "name"]
    chosen = figures if figures or len(found) != 1 else found
    chosen.sort(key=lambda each: -len(around(one, each.first) & around(other, each.second)))
    return [(each.first, each.second) for each in chosen[:1]]


def written(path: Path = FILE) -> Iterator[tuple[str, Said, Said, str]]:
    """The pairs of ``relations.tsv``: group, sentences, and the letter of `pair_data`."""
    for line in path.read_text("utf-8").splitlines():
        group, *sides, letter = line.split("\t")
        one, other = (
            Said(text, title, published=date.fromisoformat(day)) for day, title, text in (sides[:3], sides[3:])
        )
        yield group, one, other, _LETTERS.get(letter, letter)


def _of_written() -> Iterator[Row]:
    for group, one, other, letter in written():
        yield from _asked(one, other, "", letter, group)
        yield from _asked(other, one, "", letter, group)


def _public(folder: Path) -> Iterator[Row]:
    for name in _PUBLIC:
        with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for raw in map(json.loads, lines):
                if raw["label"] in _LABELS:
                    question, text = as_statement(Said(raw["a"])), raw["b"]
                    yield Row(question, text, ((0, len(text)),), True, raw["group"], CLAIMS, False)

"""Which sentences of the evidence differ from the best one in what they answer."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest

from aliqa.answers.disagreements import compare
from aliqa.foundations.protocols import Evidence, Matrix, PassageRecord
from aliqa.foundations.types import ArticleMeta, Passage, Sentence, Span


def evidence(name: str, text: str, answer: str, chance: float | None) -> Evidence:
    """The only sentence of an article, with the words that a reader took for the answer."""
    start = text.index(answer)
    meta = ArticleMeta(name, "", "The mill of Lund", published=date(2024, 5, 1))
    sentence = Sentence(Span(0, len(text)))
    passage = Passage(sentence.span, Span(0, 1))
    record = PassageRecord(0, meta, passage, text, None, (sentence,), 0)
    return Evidence(record, sentence, 2.0, Span(start, start + len(answer)), chance)


def vectors(records: Sequence[PassageRecord]) -> list[Matrix]:
    return [np.full((1, 4), 0.5, np.float32) for _ in records]


BEST = evidence("a", "The mill of Lund was built by Aldo Brink.", "Aldo Brink", 0.9)


@pytest.mark.parametrize(
    ("text", "answer", "chance", "differs"),
    [
        ("The mill of Lund was built by Rita Senn.", "Rita Senn", 0.8, True),
        ("The mill of Lund was built by Rita Senn.", "Rita Senn", 0.1, False),
        ("The mill of Lund was built by Rita Senn.", "Rita Senn", None, False),
        ("The mill of Lund was built by masons whom Rita Senn knew.", "masons whom Rita Senn knew", 0.8, False),
    ],
)
def test_names_differ_only_where_each_is_the_answer(
    text: str, answer: str, chance: float | None, differs: bool
) -> None:
    other = evidence("b", text, answer, chance)
    found = compare("Who built the mill of Lund?", [BEST], [BEST, other], vectors)
    assert [side.evidence for _, side in found.differing] == ([other] if differs else [])

"""Which sentences of the evidence differ from the best one in what they answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pytest

from aliqa.answers.answering import quote
from aliqa.answers.disagreements import compare
from aliqa.foundations.protocols import Evidence, Matrix, PassageRecord, PassageSpans
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
    found = compare("Who built the mill of Lund?", [BEST], [BEST, other], vectors, None)
    assert [side.evidence for _, side in found.differing] == ([other] if differs else [])


@dataclass
class Replies:
    """A span reader that takes the words it is given for the answer, as surely as it is told."""

    words: dict[str, str]
    log_odds: float
    fingerprint: str = "replies"
    asked: list[str] = field(default_factory=list)

    def read(self, question: str, records: Sequence[PassageRecord]) -> list[PassageSpans]:
        self.asked.append(question)
        found = []
        for record in records:
            start = record.text.index(self.words[record.text])
            span = Span(start, start + len(self.words[record.text]))
            found.append(PassageSpans(np.array([self.log_odds], np.float32), (span,), self.log_odds))
        return found


@pytest.mark.parametrize(("log_odds", "differs"), [(8.0, True), (-12.0, False)])
def test_a_figure_differs_where_either_sentence_answers_what_the_other_one_makes_a_question(
    log_odds: float, differs: bool
) -> None:
    best = evidence("a", "The mill of Lund cost 4 million crowns.", "4 million crowns", 0.9)
    other = evidence("b", "Lund paid 6 million crowns for the mill.", "6 million crowns", 0.5)
    spans = Replies({quote(best): "4 million crowns", quote(other): "6 million crowns"}, log_odds)
    found = compare("How much did the mill of Lund cost?", [best], [best, other], vectors, spans)
    assert [side.evidence for _, side in found.differing] == ([other] if differs else [])
    assert spans.asked == [
        "The mill of Lund: The mill of Lund cost how many crowns?",
        "The mill of Lund: Lund paid how many crowns for the mill?",
    ]

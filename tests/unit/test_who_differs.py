"""Which sentences of the evidence differ from the best one in what they answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import pytest

from aliqa.answers.answering import quote
from aliqa.answers.disagreements import asked_for, compare
from aliqa.answers.support import cites
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


@pytest.mark.parametrize(
    ("question", "text", "answer", "agrees"),
    [
        ("Who built the mill of Lund?", "The mill of Lund was built by old Aldo Brink.", "old Aldo Brink", True),
        ("Who built the mill of Lund?", "The mill of Lund was never built by Aldo Brink.", "Aldo Brink", False),
        ("Who built the mill of Lund?", "Masons whom Aldo Brink knew built Lund.", "Masons", False),
        ("How was the mill of Lund built?", "The mill of Lund was built by Aldo Brink.", "built by Aldo Brink", False),
    ],
)
def test_names_agree_only_where_a_name_is_asked_for_and_the_same_is_said(
    question: str, text: str, answer: str, agrees: bool
) -> None:
    other = evidence("b", text, answer, 0.8)
    found = compare(question, [BEST], [BEST, other], vectors, None)
    assert [side.evidence for side in found.agreeing[1:]] == ([other] if agrees else [])


@pytest.mark.parametrize(
    ("text", "answer", "agrees"),
    [
        ("The mill of Lund has shrunk.", "has shrunk", False),
        ("The mill of Lund has grown on Sunday.", "has grown", True),
        ("Lund has a mill.", "mill", False),
    ],
)
def test_to_yes_or_no_those_agree_that_say_the_same(text: str, answer: str, agrees: bool) -> None:
    best = evidence("a", "The mill of Lund has grown.", "has grown", 0.9)
    other = evidence("b", text, answer, 0.8)
    found = compare("Has the mill of Lund grown?", [best], [best, other], vectors, None)
    assert [side.evidence for side in found.agreeing[1:]] == ([other] if agrees else [])
    assert [side.evidence for _, side in found.differing] == ([other] if "shrunk" in text else [])


def test_sentences_that_say_the_contrary_do_not_agree_on_a_figure() -> None:
    best = evidence("a", "The pond of Lund rose by 12 centimetres.", "12 centimetres", 0.9)
    other = evidence("b", "The pond of Lund fell by 12 centimetres.", "12 centimetres", 0.9)
    found = compare("By how much did the pond of Lund rise?", [best], [best, other], vectors, None)
    assert [side.evidence for side in found.agreeing] == [best]


@pytest.mark.parametrize(
    ("text", "agrees"), [("They demanded 300 crowns more.", False), ("They got 300 crowns more.", True)]
)
def test_what_is_wanted_does_not_agree_with_what_is_so(text: str, agrees: bool) -> None:
    best = evidence("a", "The millers of Lund get 300 crowns more.", "300 crowns", 0.9)
    other = evidence("b", text, "300 crowns", 0.9)
    found = compare("How much more do the millers of Lund get?", [best], [best, other], vectors, None)
    assert [side.evidence for side in found.agreeing[1:]] == ([other] if agrees else [])
    assert not found.differing


@pytest.mark.parametrize(
    ("question", "end", "answer", "agreeing", "differing"),
    [
        ("How many wheels does the mill of Lund have?", "52", "52", [], ["52"]),
        ("How many wheels does the mill of Lund have?", "49", "49", ["49"], []),
        ("How many wheels does the mill of Lund have?", "52", "nine wheels in 2023 and now has 52", [], ["52"]),
        (
            "How many wheels does the mill of Lund have?",
            "52 wheels",
            "nine wheels in 2023 and now has 52",
            [],
            ["52 wheels"],
        ),
        ("How many wheels does the mill of Lund turn?", "52", "nine wheels in 2023 and now has 52", [], []),
        ("How many wheels did the mill of Lund sell?", "52", "nine wheels", [], ["nine wheels"]),
    ],
)
def test_of_several_figures_that_one_answers_which_is_marked_or_stands_behind_the_questions_verb(
    question: str, end: str, answer: str, agreeing: list[str], differing: list[str]
) -> None:
    best = evidence("a", "The mill of Lund has 49 wheels.", "49 wheels", 0.9)
    other = evidence("b", f"The mill of Lund sold nine wheels in 2023 and now has {end}.", answer, 0.9)
    spans = Replies({quote(best): "49 wheels", quote(other): answer}, 8.0)
    found = compare(question, [best], [best, other], vectors, spans)
    assert [side.value.span.cut(side.said.text) for side in found.agreeing[1:]] == agreeing
    assert [side.value.span.cut(side.said.text) for _, side in found.differing] == differing


@pytest.mark.parametrize(
    ("text", "figure", "agreeing", "differing"),
    [
        ("Crumb & Co has 18 shops.", "18 shops", 0, 0),
        ("Crumb & Co has 52 shops.", "52 shops", 0, 0),
        ("In the north, Blue Net runs some 18 shops.", "18 shops", 0, 0),
        ("The rival chain has 18 shops.", "18 shops", 0, 1),
        ("Lindholm Bread has 52 shops.", "52 shops", 1, 0),
        ("Crumb & Co says it has 18 shops.", "18 shops", 0, 1),
        ("Crumb & Co bought Lindholm with its 52 shops.", "52 shops", 1, 0),
    ],
)
def test_what_another_subject_has_neither_agrees_nor_differs(
    text: str, figure: str, agreeing: int, differing: int
) -> None:
    best = evidence("a", "Lindholm has 52 shops.", "52 shops", 0.9)
    other = evidence("b", text, figure, 0.9)
    meta = replace(other.record.meta, title="The rivals of Lindholm")
    other = replace(other, record=replace(other.record, meta=meta))
    spans = Replies({quote(best): "52 shops", quote(other): figure}, 8.0)
    found = compare("How many shops does Lindholm have?", [best], [best, other], vectors, spans)
    assert (len(found.agreeing) - 1, len(found.differing)) == (agreeing, differing)


def test_a_number_without_a_noun_answers_what_is_asked_of_a_time() -> None:
    best = evidence("a", "In 2024 the mill of Lund had 49 wheels.", "49 wheels", 0.9)
    other = evidence("b", "The mill of Lund sold old wheels in 2024 and had 52.", "52", 0.9)
    found = compare("How many wheels did the mill of Lund have in 2024?", [best], [best, other], vectors, None)
    assert [side.evidence for side in found.agreeing] == [best]


def test_a_name_that_possesses_is_no_subject() -> None:
    assert asked_for("How many shops does the Lindholm chain have?").subject == {"lindholm"}
    assert not asked_for("How many shops does Lindholm's rival have?").subject
    assert not asked_for("How many shops are there in Lindholm?").subject


def test_of_a_turn_that_is_marked_its_end_answers() -> None:
    best = evidence("a", "The toll of Lund is 15 crowns.", "15 crowns", 0.9)
    other = evidence("b", "The toll of Lund rose from 12 crowns to 15 crowns.", "from 12 crowns to 15 crowns", 0.9)
    found = compare("How much is the toll of Lund?", [best], [best, other], vectors, None)
    assert [side.evidence for side in found.agreeing] == [best, other]


def test_a_copy_with_another_figure_differs_whatever_a_reader_replies() -> None:
    best = evidence("a", "The mill of Lund employs 76 people, all of them from Lund.", "76 people", 0.9)
    other = evidence("b", "The mill of Lund employs 67 people, all of them from Lund.", "67 people", 0.9)
    spans = Replies({quote(best): "The mill", quote(other): "The mill"}, -12.0)
    found = compare("How many people does the mill of Lund employ?", [best], [best, other], vectors, spans)
    assert [(kind, side.evidence) for kind, side in found.differing] == [("contradiction", other)]


@pytest.mark.parametrize(
    ("question", "text", "apart"),
    [
        ("When did line 4 open?", "Line 1 was opened in 1911.", True),
        ("When did line 4 open?", "Unlike line 1, line 4 was opened in 2020.", False),
        ("Did it open on 4 May?", "It opened on 5 May.", False),
        ("Did the mill sell 4 wheels?", "The mill sell 5 wheels.", False),
    ],
)
def test_what_has_another_number_is_another_thing(question: str, text: str, apart: bool) -> None:
    assert asked_for(question).tells_apart(BEST, evidence("b", text, text, 0.5)) is apart


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("The mill holds 240 sacks, as the Courier found out this week.", True),
        ("As the Lund Courier reports, the mill holds 240 sacks.", True),
        ("The mill cost 4 million crowns, the Lund Courier reported, and the town paid half.", True),
        ("According to the Courier, the mill holds 240 sacks.", True),
        ("The Lund Courier has learned that the mill holds 240 sacks.", True),
        ("The miller told the Courier of 240 sacks.", True),
        ("The mill holds 240 sacks, said the miller, a reader of the Lund Courier.", False),
        ("The mill holds 240 sacks and is older than the Lund Courier.", False),
        ("By courier the mill sends 240 sacks.", False),
    ],
)
def test_an_outlet_is_cited_as_the_source_of_a_statement_not_where_it_is_mentioned(text: str, cited: bool) -> None:
    one = evidence("a", text, text, 0.9)
    assert cites(one, "Lund Courier") is cited
    own = replace(one, record=replace(one.record, meta=replace(one.record.meta, source="Lund Courier")))
    assert not cites(own, "Lund Courier")

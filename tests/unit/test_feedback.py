"""What readers said of answers: it is kept, and becomes gold questions that can be scored."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from typer.testing import CliRunner

from aliqa.answers.evaluating import ask_all, locate, read_gold
from aliqa.doors.cli import app
from aliqa.doors.kept.feedback import NAME, Feedback, Judged, Judgement
from aliqa.foundations.types import Turn
from aliqa.library import Library

SHIPS = "How many electric ferries did Northwind Lines order?"
BREAD = "How do I bake sourdough bread?"


def judgement(library: Library, question: str, verdict: str = "up", note: str = "") -> Judgement:
    history = (Turn("user", "Who closes shops?"), Turn("assistant", "Marlowe."))
    return Judgement.model_validate(
        {"verdict": verdict, "note": note, "answer": Judged.of(library.ask(question), history)}
    )


def test_answers_called_right_become_gold_questions_that_are_scored(library: Library, tmp_path: Path) -> None:
    feedback = Feedback(tmp_path)
    assert feedback.gold().questions == ()
    right, absent = judgement(library, SHIPS, note="四 ferries"), judgement(library, BREAD)
    for one in (right, absent, judgement(library, "Who builds ferries?", "down")):
        assert feedback.add(one).at
    exported = CliRunner().invoke(app, ["feedback", "export", "--index", str(tmp_path)])
    assert exported.exit_code == 0
    assert exported.stderr.strip() == (
        "2 answers called right; 1 called wrong left out, for nobody said what is right."
    )
    (tmp_path / "gold.jsonl").write_text(exported.stdout, encoding="utf-8")
    given = read_gold(tmp_path / "gold.jsonl")
    questions = locate("gold.jsonl", given, library.text)
    assert [(one.question, one.answerable) for one in questions] == [(SHIPS, True), (BREAD, False)]
    assert questions[0].history[1] == Turn("assistant", "Marlowe.")
    rows = ask_all(questions, library.ask, library.with_threshold(0).ask, library.text)
    assert len(rows) == 2
    assert json.loads(exported.stdout.splitlines()[0])["note"] == "四 ferries"


def test_the_last_word_about_an_answer_counts(library: Library, tmp_path: Path) -> None:
    feedback, first = Feedback(tmp_path), judgement(library, SHIPS)
    feedback.add(first)
    feedback.add(first.model_copy(update={"verdict": "down"}))
    assert (feedback.gold().questions, feedback.gold().wrong) == ((), 1)
    feedback.add(first)
    assert len(feedback.gold().questions) == 1


def test_a_line_that_was_cut_off_costs_no_other(library: Library, tmp_path: Path) -> None:
    feedback = Feedback(tmp_path)
    feedback.add(judgement(library, SHIPS))
    whole = (tmp_path / NAME).read_bytes()
    (tmp_path / NAME).write_bytes(whole + whole[:80])
    feedback.add(judgement(library, BREAD))
    assert [len(feedback.gold().questions), feedback.gold().damaged] == [2, 1]


def test_many_may_judge_at_once(library: Library, tmp_path: Path) -> None:
    one = judgement(library, SHIPS)
    many = [one.model_copy(update={"answer": one.answer.model_copy(update={"id": str(n)})}) for n in range(20)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda each: Feedback(tmp_path).add(each), many))
    gold = Feedback(tmp_path).gold()
    assert {question["qid"] for question in gold.questions} == {str(n) for n in range(20)}

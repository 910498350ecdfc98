"""Gold files, judgements and figures by hand, the bootstrap on synthetic runs, the plots."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aliqa.answers.evaluating import (
    GoldQuestion,
    Row,
    Run,
    ask_all,
    check_folder,
    check_plot,
    check_same,
    compare,
    draw_run,
    load_run,
    locate,
    make_run,
    read_gold,
    save_run,
    verdict,
)
from aliqa.answers.evaluating.drawing import reliability, risk_coverage
from aliqa.answers.evaluating.gold import Place
from aliqa.answers.evaluating.measures import MEASURES, Columns, differences, figures
from aliqa.answers.evaluating.scoring import covered, judge
from aliqa.foundations.errors import (
    ArticleNotFound,
    EvaluationError,
    GoldInvalid,
    InvalidRequest,
    RunsDiffer,
    RunUnreadable,
)
from aliqa.foundations.types import Abstention, Answer, Citation, FoundPassage, IndexInfo, Timings, Turn
from aliqa.library import Library

INDEX = IndexInfo("000001-test", datetime(2026, 1, 2, tzinfo=UTC), 1, 1, None)
TEXT = "Tea is green.\r\nCoffee 😀 is black. Tea again."
FERRIES = {
    "qid": "ferries",
    "type": "number",
    "question": "How many electric ferries did Northwind Lines order?",
    "answerable": True,
    "answers": ["four"],
    "evidence": [[{"source": "shipping/northwind.md", "text": "ordered four electric ferries"}]],
}


def text_of(doc_id: str) -> str:
    if doc_id != "drinks.txt":
        raise ArticleNotFound(doc_id)
    return TEXT


def gold_file(folder: Path, *lines: dict[str, Any] | str) -> Path:
    path = folder / "gold.jsonl"
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), encoding="utf-8")
    return path


def asked(**changes: Any) -> dict[str, Any]:
    return {"qid": "q", "question": "Which colour has tea?", "answerable": True, **changes}


def at(**place: Any) -> dict[str, Any]:
    return asked(evidence=[[{"source": "drinks.txt", **place}]])


def row(qid: str = "q", **changes: Any) -> Row:
    """A question that was answered with two quotes, the first of them evidence; but for the changes."""
    cited = (Place("a.txt", 0, 4, "Four"), Place("a.txt", 5, 9, "five"))
    known = Row(
        qid=qid,
        type="",
        question=f"What is {qid}?",
        answerable=True,
        evidence=((cited[0],),),
        answered=True,
        confidence=0.9,
        reason=None,
        citations=cited,
        quotes_valid=2,
        evidence_at_1=1.0,
        evidence_at_all=1.0,
        evidence_at_passages=1.0,
        has_answer=True,
        right=True,
        words=10,
        ms=5.0,
    )
    return replace(known, **changes)


def wrong(qid: str, **changes: Any) -> Row:
    return row(qid, **{"evidence_at_1": 0.0, "evidence_at_all": 0.0, "right": False, **changes})


def unanswerable(qid: str, **changes: Any) -> Row:
    nothing: dict[str, Any] = {"evidence_at_1": None, "evidence_at_all": None, "evidence_at_passages": None}
    return row(qid, answerable=False, evidence=(), has_answer=None, right=False, **{**nothing, **changes})


def withheld(one: Row, confidence: float) -> Row:
    """The question without an answer."""
    nothing = None if one.evidence_at_1 is None else 0.0
    return replace(
        one,
        answered=False,
        confidence=confidence,
        reason="weak_match",
        citations=(),
        quotes_valid=0,
        evidence_at_1=nothing,
        evidence_at_all=nothing,
        has_answer=None if one.has_answer is None else False,
        words=0,
    )


def run_of(rows: Sequence[Row], folder: Path) -> Run:
    path = folder / "gold.jsonl"
    path.write_bytes(b"{}")
    return make_run(path, rows, INDEX, {"embedding": "hashing-1"}, {"answering": {"threshold": 0.1}})


# --- gold files --------------------------------------------------------------------------------


def test_a_gold_file_is_read_and_located(tmp_path: Path) -> None:
    turns = ["What is tea?", {"role": "assistant", "content": "A plant."}]
    full = asked(
        qid=7,
        type="colour",
        answers=["green"],
        evidence=[[{"source": "drinks.txt", "text": "Coffee 😀"}, {"source": "drinks.txt", "start": 0, "end": 3}]],
        history=turns,
        note="ignored \u2028 and no end of a line",
    )
    path = gold_file(tmp_path, "\ufeff" + json.dumps(full, ensure_ascii=False), "", asked(answerable=False))
    first, second = locate("gold.jsonl", read_gold(path), text_of)
    assert first.evidence == ((Place("drinks.txt", 15, 23, "Coffee 😀"), Place("drinks.txt", 0, 3, "Tea")),)
    assert first.history == (Turn("user", "What is tea?"), Turn("assistant", "A plant."))
    assert (first.qid, first.type, first.answers) == ("7", "colour", ("green",))
    assert second == GoldQuestion("q", "Which colour has tea?", False, "", (), (), ())


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"qid": "broken"', "line 3: Invalid JSON"),
        ("[]", "line 3: Input should be an object"),
        (json.dumps({"qid": "x", "answerable": True}), "line 3: question: Field required"),
        (json.dumps(asked(question="  ")), "line 3: question: "),
        (json.dumps(asked(qid="first")), "line 3: the id 'first' is that of line 1, too"),
        (json.dumps(asked(evidence=[[]])), "line 3: evidence.0: "),
        (json.dumps(at(start=-1, end=3)), "line 3: evidence.0.0.start: "),
        (json.dumps(at(start=3, end=3)), "line 3: 3-3 is no place in drinks.txt"),
        (json.dumps(at(start=40, end=99)), "line 3: 40-99 is no place in drinks.txt, which has 44 characters"),
        (json.dumps(at(start=0, end=3, text="Ten")), "line 3: drinks.txt says 'Tea' at 0-3, not 'Ten'"),
        (json.dumps(at(text="Milk")), "line 3: drinks.txt says 'Milk' nowhere"),
        (json.dumps(at(text="Tea")), "line 3: drinks.txt says 'Tea' 2 times; give start and end"),
        (json.dumps(at(start=3)), "line 3: evidence in drinks.txt needs start and end, or the text"),
        (
            json.dumps(asked(evidence=[[{"source": "b.txt", "text": "x"}]])),
            "line 3: the index holds no article 'b.txt'",
        ),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, said: str) -> None:
    path = gold_file(tmp_path, asked(qid="first"), "", line)
    with pytest.raises(GoldInvalid) as error:
        locate(path.name, read_gold(path), text_of)
    assert str(error.value).startswith(f"gold.jsonl, {said}")
    assert str(error.value).endswith("Correct it and run again.")


def test_a_gold_file_that_is_missing_or_empty_is_named(tmp_path: Path) -> None:
    with pytest.raises(GoldInvalid, match=r"nowhere\.jsonl: it cannot be read"):
        read_gold(tmp_path / "nowhere.jsonl")
    with pytest.raises(GoldInvalid, match=r"gold\.jsonl: it holds no question"):
        read_gold(gold_file(tmp_path, "", "  "))


# --- judging -----------------------------------------------------------------------------------


def answer(*quotes: tuple[int, int], answered: bool = True, passage: tuple[int, int] = (0, 13)) -> Answer:
    """An answer with these places of `TEXT` as quotes."""
    cited = [
        Citation(
            n, "drinks.txt", "Drinks", None, None, None, None, TEXT[start:end], start, end, 0, end - start, 0.5, "sha"
        )
        for n, (start, end) in enumerate(quotes, 1)
    ]
    start, end = passage
    return Answer(
        id="1",
        question="?",
        standalone_question=None,
        answer=" ".join(citation.quote for citation in cited),
        answered=answered,
        abstention=None if answered else Abstention("weak_match", "Too weak."),
        confidence=0.5 if answered else 0.01,
        citations=tuple(cited),
        passages=(FoundPassage("drinks.txt", "Drinks", None, None, None, None, TEXT[start:end], start, end, 0.5),),
        index=INDEX,
        timings_ms=Timings(1, 1, 1, 1),
    )


TWO_GROUPS = GoldQuestion(
    "q",
    "?",
    True,
    "colour",
    ("BLACK", "white"),
    ((Place("drinks.txt", 0, 13, TEXT[:13]), Place("other.txt", 0, 5, "Tea: ")), (Place("drinks.txt", 15, 33, ""),)),
    (),
)


def test_an_answer_is_judged_by_the_groups_it_covers() -> None:
    said = answer((15, 33), (34, 44), (4, 5))
    judged = judge(TWO_GROUPS, said, said, text_of, 3.14159)
    assert (judged.evidence_at_1, judged.evidence_at_all, judged.evidence_at_passages) == (0.5, 1.0, 0.5)
    assert (judged.has_answer, judged.right, judged.quotes_valid, judged.words, judged.ms) == (True, True, 3, 7, 3.14)
    assert verdict(judged) is None


def test_what_is_withheld_counts_as_missing_but_is_known() -> None:
    none, bold = answer(answered=False), answer((0, 13))
    judged = judge(TWO_GROUPS, none, bold, text_of)
    assert (judged.evidence_at_1, judged.evidence_at_all, judged.evidence_at_passages) == (0.0, 0.0, 0.5)
    assert (judged.answered, judged.has_answer, judged.right, judged.reason) == (False, False, True, "weak_match")
    assert verdict(judged) == "not answered"
    assert not judge(replace(TWO_GROUPS, answerable=False), none, bold, text_of).right


def test_neighbours_and_other_articles_are_no_evidence() -> None:
    groups = ((Place("drinks.txt", 4, 6, "is"),),)
    for found in (Place("drinks.txt", 0, 4, "Tea "), Place("drinks.txt", 6, 7, " "), Place("b.txt", 4, 6, "is")):
        assert covered(groups, [found]) == 0
    assert covered(groups, [Place("drinks.txt", 5, 9, "")]) == 1
    assert covered((), [Place("drinks.txt", 5, 9, "")]) is None


@pytest.mark.parametrize(
    ("judged", "said"),
    [
        (row(), None),
        (row(evidence_at_all=0.5), "evidence incomplete"),
        (row(evidence_at_1=0.0), "evidence not first"),
        (wrong("q"), "no evidence quoted"),
        (withheld(row(), 0.0), "not answered"),
        (unanswerable("q"), "false answer"),
        (withheld(unanswerable("q"), 0.0), None),
        (row(evidence=(), evidence_at_1=None, evidence_at_all=None), None),
    ],
)
def test_a_verdict_says_what_is_wrong(judged: Row, said: str | None) -> None:
    assert verdict(judged) == said


def test_a_library_is_asked_with_its_threshold_and_beyond(library: Library, tmp_path: Path) -> None:
    lines = (
        FERRIES,
        asked(qid="shops", question="How many shops will Marlowe Stores close?"),
        asked(qid="none", question="Zyx?", answerable=False),
        asked(qid="follow", question="And how much did they cost?", history=[FERRIES["question"]]),
    )
    gold = locate("gold.jsonl", read_gold(gold_file(tmp_path, *lines)), library.text)
    told: list[tuple[int, int]] = []
    rows = ask_all(
        gold, library.ask, library.with_threshold(0).ask, library.text, lambda _, done, all_: told.append((done, all_))
    )
    assert told == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]
    assert [one.answered for one in rows[:3]] == [True, True, False]
    assert rows[0].evidence_at_1 == 1
    assert rows[0].has_answer
    for one in rows:
        assert one.quotes_valid == len(one.citations)
        said = library.ask(
            one.question, history=[Turn("user", str(FERRIES["question"]))] if one.qid == "follow" else ()
        )
        assert (one.answered, one.confidence) == (said.answered, said.confidence)
        assert [place.text for place in one.citations] == [citation.quote for citation in said.citations]

    follow = next(one for one in rows if one.qid == "follow")
    assert follow.confidence != library.ask(follow.question).confidence

    strict = ask_all(gold, library.with_threshold(1).ask, library.with_threshold(0).ask, library.text)
    assert [one.answered for one in strict] == [False] * 4
    assert [one.confidence for one in strict] == [one.confidence for one in rows]
    assert [one.right for one in strict] == [one.right for one in rows] == [True, False, False, False]
    assert library.ask(str(FERRIES["question"])).answered


def test_a_question_that_cannot_be_asked_is_named(library: Library, tmp_path: Path) -> None:
    gold = locate("gold.jsonl", read_gold(gold_file(tmp_path, asked(qid="long", question="why " * 600))), library.text)
    with pytest.raises(GoldInvalid, match="question 'long': question: it has 2,399 characters"):
        ask_all(gold, library.ask, library.ask, library.text)


# --- figures -----------------------------------------------------------------------------------

SIX = (
    row("a", confidence=0.9, words=4, ms=1.0),
    row("b", confidence=0.8, evidence_at_1=0.5, words=8, quotes_valid=1, ms=2.0),
    wrong("c", confidence=0.35, evidence_at_all=1.0, has_answer=False, words=30, ms=3.0),
    withheld(row("d", has_answer=None), 0.05),
    unanswerable("e", confidence=0.35, words=10, ms=7.0),
    withheld(unanswerable("f"), 0.02),
)


def test_figures_are_what_a_hand_computes() -> None:
    found = {name: figure.value for name, figure in figures(SIX).items()}
    assert found == {
        # right, right, wrong, withheld; an answer and silence; best is to answer a and b alone
        "truth": pytest.approx((1 / 4 + 0) / 2),
        "truth_yes": pytest.approx((1 + 1 - 1 + 0) / 4),
        "truth_no": pytest.approx((-1 + 1) / 2),
        "best_truth": pytest.approx((2 / 4 + 1) / 2),
        "best_threshold": pytest.approx(0.8),
        "quotes_valid": pytest.approx(7 / 8),
        "answered": pytest.approx(3 / 4),
        "evidence_at_1": pytest.approx((1 + 0.5 + 0 + 0) / 4),
        "evidence_at_all": pytest.approx((1 + 1 + 1 + 0) / 4),
        "evidence_at_passages": pytest.approx(1),
        "has_answer": pytest.approx(2 / 3),
        "false_answers": pytest.approx(1 / 2),
        # a and b beat both, c ties with e and beats f, d beats f alone: (2 + 2 + 1.5 + 1) of 8 pairs
        "auroc": pytest.approx(6.5 / 8),
        # one question in the bins of 0.9 and 0.8, two wrong ones at 0.35, two withheld ones below 0.1
        "ece": pytest.approx((0.1 + 0.2 + 0.7 + 0.07) / 6),
        "words": pytest.approx((8 + 10) / 2),
        "p50_ms": pytest.approx((3 + 5) / 2),
    }
    assert {name: figure.questions for name, figure in figures(SIX).items()} == dict(
        zip(found, (6, 4, 2, 6, 6, 4, 4, 4, 4, 4, 3, 2, 6, 6, 4, 6), strict=True)
    )
    assert all(figure.low is None for figure in figures(SIX).values())


def test_what_cannot_be_measured_is_none_and_intervals_hold_their_value() -> None:
    found = figures([row(str(n)) if n % 3 else wrong(str(n), confidence=0.3) for n in range(60)])
    assert found["false_answers"].value is None
    assert found["auroc"].value is None
    assert found["p50_ms"].low is None
    first = found["evidence_at_1"]
    assert first.low is not None
    assert first.high is not None
    assert first.value == pytest.approx(2 / 3)
    # the normal approximation: 0.667 ± 1.96 * sqrt(0.667 * 0.333 / 60)
    assert first.low == pytest.approx(0.547, abs=0.03)
    assert first.high == pytest.approx(0.786, abs=0.03)
    assert found == figures([row(str(n)) if n % 3 else wrong(str(n), confidence=0.3) for n in range(60)])


ROWS = st.builds(
    lambda one, confidence, words, ms: replace(one, confidence=confidence, words=words, ms=float(ms)),
    st.sampled_from([row(), wrong("w"), withheld(row(), 0), unanswerable("u"), withheld(unanswerable("u"), 0)]),
    st.sampled_from([0.0, 0.1, 0.3, 0.35, 0.7, 0.95, 1.0]),
    st.integers(1, 9),
    st.integers(1, 9),
)


@given(st.lists(st.tuples(ROWS, st.integers(0, 3)), min_size=1, max_size=12))
def test_a_weight_counts_a_question_so_many_times(weighted: list[tuple[Row, int]]) -> None:
    """What makes the bootstrap right: weights give the figure of the questions repeated."""
    repeated = [one for one, times in weighted for _ in range(times)]
    weights = np.array([[float(times) for _, times in weighted]])
    if repeated:
        columns, plain = Columns([one for one, _ in weighted]), Columns(repeated)
        for measure in MEASURES.values():
            by_weight = measure.compute(columns, weights)[0]
            assert by_weight == pytest.approx(measure.compute(plain, np.ones((1, len(repeated))))[0], nan_ok=True)


@given(st.lists(ROWS, min_size=1, max_size=20))
def test_auroc_is_the_share_of_pairs_in_order(rows: list[Row]) -> None:
    yes = [one.confidence for one in rows if one.answerable]
    no = [one.confidence for one in rows if not one.answerable]
    pairs = [(a > b) + (a == b) / 2 for a in yes for b in no]
    found = MEASURES["auroc"].compute(Columns(rows), np.ones((1, len(rows))))[0]
    assert found == pytest.approx(sum(pairs) / len(pairs) if pairs else np.nan, nan_ok=True)


# --- comparing ---------------------------------------------------------------------------------


def test_a_paired_bootstrap_tells_a_gain_from_noise() -> None:
    old = [row(str(n)) if n % 2 else wrong(str(n)) for n in range(100)]
    new = [row(str(n)) if n % 2 or n < 40 else wrong(str(n)) for n in range(100)]
    found = differences(old, new)
    gain = found["evidence_at_1"]
    assert (gain.old, gain.new, gain.difference) == pytest.approx((0.5, 0.7, 0.2))
    # 20 of 100 pairs differ by one: 0.2 ± 1.96 * sqrt(0.2 * 0.8 / 100); unpaired it would be ± 0.13
    assert gain.low == pytest.approx(0.122, abs=0.02)
    assert gain.high == pytest.approx(0.278, abs=0.02)
    assert gain.better == 1
    assert differences(new, old)["evidence_at_1"].better == 0
    assert differences(new, old)["evidence_at_1"].difference == pytest.approx(-0.2)
    assert "auroc" not in found
    assert "best_threshold" not in found

    swapped = [row(str(n)) if n % 2 == 0 else wrong(str(n)) for n in range(100)]
    noise = differences(old, swapped)["evidence_at_1"]
    assert noise.difference == 0
    assert noise.low < 0 < noise.high
    assert 0.4 < noise.better < 0.6


def test_less_is_better_where_less_is_better_and_a_tie_counts_half() -> None:
    old = [unanswerable(str(n)) for n in range(30)]
    new = [withheld(one, 0.0) if n < 15 else one for n, one in enumerate(old)]
    assert differences(old, new)["false_answers"].better == 1
    assert differences(old, new)["false_answers"].difference == -0.5
    same = differences(old, old)["false_answers"]
    assert (same.difference, same.low, same.high, same.better) == (0, 0, 0, 0.5)


def test_runs_are_kept_and_compared_by_id(tmp_path: Path) -> None:
    old = run_of([row("a", type="x"), wrong("b"), unanswerable("c", type="x")], tmp_path)
    assert set(old.by_type) == {"", "x"}
    assert old.by_type["x"]["false_answers"].value == 1
    assert run_of(SIX, tmp_path).by_type == {}
    save_run(old, tmp_path / "old.json")
    assert load_run(tmp_path / "old.json") == old

    new = run_of([unanswerable("c"), row("b"), row("a")], tmp_path)
    found = compare("old.json", load_run(tmp_path / "old.json"), new)
    assert (found.name, found.version) == ("old.json", INDEX.version)
    assert found.measures["evidence_at_1"].difference == 0.5
    assert found.measures["false_answers"].difference == 0
    backwards = run_of(old.rows[::-1], tmp_path)
    again = compare("old.json", old, backwards).measures["evidence_at_1"]
    assert (again.low, again.high, again.better) == (0, 0, 0.5)
    save_run(replace(new, comparison=found), tmp_path / "new.json")
    assert load_run(tmp_path / "new.json").comparison == found


def test_runs_of_other_questions_are_not_compared(tmp_path: Path) -> None:
    old = run_of([row(name) for name in "abcde"], tmp_path)
    for rows, said in (
        ([row(name) for name in "abcdefghij"], r"old\.json lacks 5 questions \(f, g, h, …\)"),
        ([row(name) for name in "abcd"], r"only old\.json has 1 question \(e\)"),
        (
            [row(name, question="Why?") if name == "b" else row(name) for name in "abcde"],
            r"expects of 1 question \(b\)",
        ),
        ([row(name, evidence=()) for name in "abcde"], r"expects of 5 questions"),
    ):
        with pytest.raises(RunsDiffer, match=said):
            compare("old.json", old, run_of(rows, tmp_path))
    moved = ((Place("a.txt", 7, 11, "Four"),),)
    check_same("old.json", old, [row(name, evidence=moved) for name in "abcde"])


def test_a_file_that_is_no_run_is_named(tmp_path: Path) -> None:
    path = gold_file(tmp_path, FERRIES)
    with pytest.raises(RunUnreadable, match=r"gold\.jsonl is no run to compare with: .* Make one with: aliqa eval"):
        load_run(path)
    with pytest.raises(RunUnreadable, match="No such file"):
        load_run(tmp_path / "nowhere.json")
    with pytest.raises(EvaluationError, match="there is no such folder"):
        check_folder(tmp_path / "nowhere" / "run.json")
    with pytest.raises(EvaluationError, match=r"cannot be written .* Name another place"):
        save_run(run_of(SIX, tmp_path), tmp_path)


# --- drawing -----------------------------------------------------------------------------------


def test_the_curve_passes_through_the_operating_point() -> None:
    confidence = np.array([one.confidence for one in SIX])
    right = np.array([float(one.right) for one in SIX])
    coverage, risk = risk_coverage(confidence, right)
    assert coverage == pytest.approx([1 / 6, 2 / 6, 4 / 6, 5 / 6, 1])
    assert risk == pytest.approx([0, 0, 2 / 4, 2 / 5, 3 / 6])
    answered = [one for one in SIX if one.answered]
    point = list(coverage).index(len(answered) / len(SIX))
    assert risk[point] == sum(not one.right for one in answered) / len(answered)


def test_reliability_is_counted_in_bins() -> None:
    mean, share, count = reliability(np.array([0.0, 0.04, 0.1, 1.0, 0.9]), np.array([0.0, 1, 1, 1, 0]))
    assert mean == pytest.approx([0.02, 0.1, 0.95])
    assert share == pytest.approx([0.5, 1, 0.5])
    assert list(count) == [2, 1, 2]


def test_plots_are_drawn(tmp_path: Path) -> None:
    draw_run(SIX, 0.1, tmp_path / "curve.svg")
    svg = (tmp_path / "curve.svg").read_text(encoding="utf-8")
    for words in ("threshold 0.1: 67% answered, 50% of them wrong", "Risk and coverage, 6 questions", "Reliability"):
        assert words in svg
    draw_run(SIX, 0.1, tmp_path / "again.svg")
    assert (tmp_path / "again.svg").read_text(encoding="utf-8") == svg
    draw_run([withheld(row(), 0.0)], 1.0, tmp_path / "curve.PNG")
    assert (tmp_path / "curve.PNG").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(InvalidRequest, match=r"--plot: curve\.doc must end in \.svg or \.png"):
        check_plot(tmp_path / "curve.doc")

import signal
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.conftest import environment

from aliqa.doors.alerts.finding import answers as alerts_on
from aliqa.doors.kept.watchlist import MOST, NAME, Watchlist, compare
from aliqa.doors.page.changes import watched_html
from aliqa.foundations.errors import InvalidRequest, WatchedNotFound, WatchlistDamaged
from aliqa.foundations.types import Abstention, Answer, Citation, Claim, Disagreement, IndexInfo, Timings, Watched

SAVED = Watched("1", "How much?", datetime(2026, 1, 1, tzinfo=UTC))


def answer(*quotes: str, version: str = "1", confidence: float = 0.9, **more: object) -> Answer:
    citations = tuple(
        Citation(n, "a.md", "A", None, None, date(2025, 1, 1), None, quote, 0, 1, 0, 1, 0.9, "0")
        for n, quote in enumerate(quotes, 1)
    )
    text = " ".join(f"{one.quote} [{one.number}]" for one in citations)
    info = IndexInfo(version, datetime(2026, 1, 2, tzinfo=UTC), 1, 1, None)
    made = Answer("1", "q", None, text, True, None, confidence, citations, (), info, Timings(1, 1, 1, 1))
    return replace(made, **more)  # type: ignore[arg-type]


def none(version: str = "1") -> Answer:
    return answer(version=version, answered=False, abstention=Abstention("no_match", "No article mentions it."))


# --- what changed --------------------------------------------------------------------------------


def test_the_first_answer_changes_nothing() -> None:
    first = compare(SAVED, answer("It costs 5."))
    assert first.now
    assert first.now.answer == "It costs 5. [1]"
    assert (first.before, first.changed_at, first.just_changed) == (None, None, False)


def test_a_new_quote_is_told_and_stays_told_until_something_changes_again() -> None:
    first = compare(SAVED, answer("It costs 5.", "It is late."))
    second = compare(first, answer("It costs 5.", "It costs 7.", version="2"))
    assert second.just_changed
    assert second.before == first.now
    assert [one.quote for one in second.new_citations] == ["It costs 7."]
    assert [one.quote for one in second.gone_citations] == ["It is late."]
    third = compare(second, answer("It costs 5.", "It costs 7.", version="3"))
    assert third.now
    assert third.now.version == "3"
    assert (third.before, third.new_citations) == (second.before, second.new_citations)


def test_an_abstention_that_becomes_an_answer_is_a_change_and_so_is_the_way_back() -> None:
    first = compare(SAVED, none())
    assert first.now
    assert first.now.answer == "No article mentions it."
    second = compare(first, answer("It costs 5."))
    assert second.just_changed
    third = compare(second, none())
    assert [one.quote for one in third.gone_citations] == ["It costs 5."]


def test_a_new_disagreement_is_a_change() -> None:
    told = Disagreement("the price", (Claim(1, "5", None), Claim(2, "7", None)))
    first = compare(SAVED, answer("It costs 5."))
    second = compare(first, answer("It costs 5.", disagreements=(told,)))
    assert second.new_disagreements == (told,)
    said = "The sources disagree about the price: 5 [1]; 7 [2]"
    changed = "What the sources say about the price has changed over time: 5 [1]; 7 [2]"
    assert said in watched_html(second)
    assert changed in watched_html(replace(second, new_disagreements=(replace(told, kind="change"),)))
    assert [alert.what for alert in alerts_on([second])] == [f"{said}."]


def test_the_confidence_changes_when_it_has_drifted_far_enough() -> None:
    watched = compare(SAVED, answer("It costs 5.", confidence=0.8))
    for confidence, changed in ((0.82, False), (0.84, False), (0.86, True), (0.88, False)):
        watched = compare(watched, answer("It costs 5.", confidence=confidence))
        assert (watched.changed_at is not None) is (changed or confidence > 0.86)
    assert watched.before
    assert watched.before.confidence == 0.8


# --- the file ------------------------------------------------------------------------------------


def test_questions_come_back_in_order_once_each(tmp_path: Path) -> None:
    watchlist = Watchlist(tmp_path / "index")
    assert watchlist.questions() == ()
    first, second = watchlist.add("How much?"), watchlist.add("为什么？ 😀")
    assert watchlist.add("How much?") == first
    assert Watchlist(tmp_path / "index").questions() == (first, second)
    assert watchlist.remove(first.id) == first
    assert watchlist.remove("为什么？ 😀") == second
    with pytest.raises(WatchedNotFound, match="aliqa watch list"):
        watchlist.remove(first.id)


def test_an_answer_is_kept_whole(tmp_path: Path) -> None:
    watchlist = Watchlist(tmp_path)
    watchlist.add("How much?")
    told = Disagreement("the price", (Claim(1, "5", "2025"),))
    [asked] = watchlist.run(lambda _: answer("It costs 5.", disagreements=(told,)))
    assert watchlist.questions() == (asked,)
    assert watchlist.outdated("1") == ()
    assert watchlist.outdated("2") == (asked.id,)


def test_there_are_only_so_many(tmp_path: Path) -> None:
    watchlist = Watchlist(tmp_path)
    for number in range(MOST):
        watchlist.add(f"How much are {number}?")
    with pytest.raises(InvalidRequest, match="remove one first"):
        watchlist.add("And this?")


def test_what_is_added_and_removed_while_questions_are_asked_is_kept(tmp_path: Path) -> None:
    watchlist = Watchlist(tmp_path)
    first, second = watchlist.add("How much?"), watchlist.add("Why?")

    def ask(question: str) -> Answer:
        if question == "Why?":
            watchlist.remove(first.id)
            watchlist.add("When?")
        return answer("It costs 5.")

    assert [one.id for one in watchlist.run(ask)] == [second.id]
    assert [(one.question, one.now is None) for one in watchlist.questions()] == [("Why?", False), ("When?", True)]


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"format": 2, "questions": []}', b'{"questions": [{}]}', b"\xff"])
def test_a_damaged_list_is_told_and_never_overwritten(tmp_path: Path, data: bytes) -> None:
    (tmp_path / NAME).write_bytes(data)
    watchlist = Watchlist(tmp_path)
    for act in (watchlist.questions, lambda: watchlist.add("Why?"), lambda: watchlist.run(lambda _: none())):
        with pytest.raises(WatchlistDamaged, match="left as it is"):
            act()
    assert (tmp_path / NAME).read_bytes() == data


def test_many_threads_lose_nothing(tmp_path: Path) -> None:
    threads = [threading.Thread(target=Watchlist(tmp_path).add, args=(f"Question {n}?",)) for n in range(20)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(Watchlist(tmp_path).questions()) == 20


ADDING = """
import sys
from pathlib import Path
from aliqa.doors.kept.watchlist import Watchlist
watchlist = Watchlist(Path(sys.argv[1]))
for number in range(150):
    watchlist.add(f"{sys.argv[2]}-{number}?")
    print(number, flush=True)
"""


def test_a_process_killed_at_any_moment_leaves_a_whole_list(tmp_path: Path) -> None:
    kept: list[str] = []
    for life, lines in enumerate((1, 7, 20)):
        process = subprocess.Popen(
            [sys.executable, "-c", ADDING, str(tmp_path), str(life)],
            env=environment(), stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdout
        kept += [f"{life}-{process.stdout.readline().strip()}?" for _ in range(lines)]
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert set(kept) <= {one.question for one in Watchlist(tmp_path).questions()}

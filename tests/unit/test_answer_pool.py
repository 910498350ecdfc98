import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest

from aliqa.doors.running.answer_pool import GONE, PLACE, AnswerPool, Place
from aliqa.foundations.errors import Abandoned, ArticleNotFound, InvalidRequest, Overloaded
from aliqa.foundations.messages import speaking
from aliqa.foundations.settings import Settings
from aliqa.library import Library

FERRIES = "How many electric ferries did Northwind Lines order?"


class Slow:
    """Work that takes until it is told to end."""

    def __init__(self) -> None:
        self.begun, self.end = Event(), Event()

    def __call__(self) -> str:
        self.begun.set()
        assert self.end.wait(30)
        return "done"


@pytest.fixture
def pool() -> Iterator[AnswerPool]:
    pool = AnswerPool(2, patience=60)
    yield pool
    pool.close()


def full(pool: AnswerPool) -> list[Place]:
    """All places that there are."""
    places: list[Place] = []
    with pytest.raises(Overloaded):
        while True:
            places.append(pool.reserve())
    return places


@pytest.fixture(scope="module")
def processes(settings: Settings) -> Iterator[AnswerPool]:
    pool = AnswerPool(2, settings, patience=60)
    pool.warm()
    yield pool
    pool.close()


def test_a_thread_answers_as_the_library_does_and_tells_it(library: Library) -> None:
    told: list[Any] = []
    pool = AnswerPool(1, observe=told.append)
    answer = pool.run(library.ask, FERRIES)
    assert answer.citations == library.ask(FERRIES).citations
    assert told == [answer]
    about = pool.run(library.ask, "What happened to the ferries, and when?")
    assert about.answered
    pool.close()


def test_a_question_whose_turn_does_not_come_in_time_is_refused_and_never_begun() -> None:
    pool, slow, late = AnswerPool(1, patience=0.01), Slow(), Slow()
    with ThreadPoolExecutor(1) as askers:
        first = askers.submit(pool.run, slow)
        assert slow.begun.wait(30)
        with pytest.raises(Overloaded):
            pool.run(late)
        assert (pool.load.running, pool.load.queued, pool.load.refused) == (1, 0, 1)
        slow.end.set()
        assert first.result() == "done"
    pool.close()
    assert not late.begun.is_set()
    assert (pool.load.running, pool.load.queued) == (0, 0)


def test_what_would_wait_too_long_is_refused_at_once_and_the_rest_is_answered(
    pool: AnswerPool, library: Library
) -> None:
    slow = Slow()
    with ThreadPoolExecutor(60) as askers:
        asked = [askers.submit(pool.run, slow) for _ in range(60)]
        while pool.load.refused < 60 - 2 - 24 or pool.load.running < 2:
            time.sleep(0.01)
        assert not slow.end.is_set()
        assert pool.load.running == 2
        assert 4 <= pool.load.queued <= 24
        refused = [one.exception() for one in asked if one.done()]
        assert all(isinstance(one, Overloaded) and one.seconds >= 1 for one in refused)
        slow.end.set()
        assert sum(one.exception() is None for one in asked) == 60 - pool.load.refused
    assert (pool.load.running, pool.load.queued) == (0, 0)


def test_a_place_counts_from_when_it_is_reserved_and_is_taken_once(pool: AnswerPool, library: Library) -> None:
    places = full(pool)
    assert 4 <= len(places) == pool.load.queued <= 24
    assert (pool.load.running, pool.load.refused) == (0, 1)
    with pytest.raises(Overloaded):
        pool.run(library.articles)
    assert pool.waiting({PLACE: places[0]}).run(library.articles)
    assert pool.load.queued == len(places) - 1
    pool.reserve().give_up()
    assert pool.load.queued == len(places) - 1
    for place in [*places, *places]:
        place.give_up()
    assert (pool.load.running, pool.load.queued) == (0, 0)


def test_more_threads_let_no_more_wait_than_threads_can(library: Library) -> None:
    pool = AnswerPool(64)
    assert len(full(pool)) == 24
    pool.close()


def test_what_nobody_waits_for_any_more_is_not_begun(library: Library) -> None:
    pool, slow, gone = AnswerPool(1, patience=60), Slow(), Event()

    with ThreadPoolExecutor(2) as askers:
        first = askers.submit(pool.run, slow)
        assert slow.begun.wait(30)
        second = askers.submit(pool.waiting({GONE: gone}).run, slow)
        while not pool.load.queued:
            time.sleep(0.01)
        gone.set()
        slow.end.set()
        assert first.result() == "done"
        with pytest.raises(Abandoned):
            second.result()
    pool.close()


def test_errors_come_back_from_a_process_as_they_were_raised(processes: AnswerPool, library: Library) -> None:
    assert processes.run(library.ask, FERRIES).citations == library.ask(FERRIES).citations
    with pytest.raises(InvalidRequest, match="it is empty") as caught:
        processes.run(library.ask, " ")
    assert caught.value.field == "question"
    with pytest.raises(ArticleNotFound, match="nope"):
        processes.run(library.article, "nope")
    with pytest.raises(RuntimeError):
        processes.run(library.article, ["no name"])  # type: ignore[arg-type]
    assert processes.run(library.search, "ferries")
    with speaking("zh-Hans"):
        assert (processes.run(library.ask, "Goodbye").lead or "").startswith("再见")
    assert (processes.run(library.ask, "Goodbye").lead or "").startswith("Goodbye")


def test_a_killed_process_loses_no_question(processes: AnswerPool, library: Library) -> None:
    before = set(processes.pids())
    assert len(before) == 2
    with ThreadPoolExecutor(4) as askers:
        asked = [askers.submit(processes.run, library.ask, FERRIES) for _ in range(4)]
        os.kill(min(before), signal.SIGKILL)
        asked += [askers.submit(processes.run, library.ask, FERRIES) for _ in range(8)]
        assert all(one.result().answered for one in asked)
    while len(set(processes.pids()) & before) != 1:  # until its thread has a question again
        processes.run(library.ask, FERRIES)
    assert len(processes.pids()) == 2
    assert processes.load.restarts == 1

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest

from aliqa.doors.running.lanes import GONE, PLACE, Lanes, Place
from aliqa.foundations.errors import Abandoned, ArticleNotFound, InvalidRequest, Overloaded
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
def lanes() -> Iterator[Lanes]:
    lanes = Lanes(2)
    yield lanes
    lanes.close()


def full(lanes: Lanes) -> list[Place]:
    """All places that there are."""
    places: list[Place] = []
    with pytest.raises(Overloaded):
        while True:
            places.append(lanes.reserve())
    return places


@pytest.fixture(scope="module")
def processes(settings: Settings) -> Iterator[Lanes]:
    lanes = Lanes(2, settings)
    lanes.warm()
    yield lanes
    lanes.close()


def test_a_lane_answers_as_the_library_does_and_tells_it(library: Library) -> None:
    told: list[Any] = []
    lanes = Lanes(1, observe=told.append)
    answer = lanes.run(library.ask, FERRIES)
    assert answer.citations == library.ask(FERRIES).citations
    assert told == [answer]
    about = lanes.run(library.ask, "What happened to the ferries, and when?")
    assert about.answered
    lanes.close()


def test_what_would_wait_too_long_is_refused_at_once_and_the_rest_is_answered(lanes: Lanes, library: Library) -> None:
    slow = Slow()
    with ThreadPoolExecutor(60) as pool:
        asked = [pool.submit(lanes.run, slow) for _ in range(60)]
        while sum(one.done() for one in asked) < 60 - 2 - 24 and lanes.load.refused < 60 - 2 - 24:
            time.sleep(0.01)
        assert not slow.end.is_set()
        assert lanes.load.running == 2
        assert 4 <= lanes.load.queued <= 24
        refused = [one.exception() for one in asked if one.done()]
        assert all(isinstance(one, Overloaded) and one.seconds >= 1 for one in refused)
        slow.end.set()
        assert sum(one.exception() is None for one in asked) == 60 - lanes.load.refused
    assert (lanes.load.running, lanes.load.queued) == (0, 0)


def test_a_place_counts_from_when_it_is_reserved_and_is_taken_once(lanes: Lanes, library: Library) -> None:
    places = full(lanes)
    assert 4 <= len(places) == lanes.load.queued <= 24
    assert (lanes.load.running, lanes.load.refused) == (0, 1)
    with pytest.raises(Overloaded):
        lanes.run(library.articles)
    assert lanes.waiting({PLACE: places[0]}).run(library.articles)
    assert lanes.load.queued == len(places) - 1
    lanes.reserve().give_up()
    assert lanes.load.queued == len(places) - 1
    for place in [*places, *places]:
        place.give_up()
    assert (lanes.load.running, lanes.load.queued) == (0, 0)


def test_more_lanes_let_no_more_wait_than_threads_can(library: Library) -> None:
    lanes = Lanes(64)
    assert len(full(lanes)) == 24
    lanes.close()


def test_what_nobody_waits_for_any_more_is_not_begun(library: Library) -> None:
    lanes, slow, gone = Lanes(1), Slow(), Event()

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(lanes.run, slow)
        assert slow.begun.wait(30)
        second = pool.submit(lanes.waiting({GONE: gone}).run, slow)
        while not lanes.load.queued:
            time.sleep(0.01)
        gone.set()
        slow.end.set()
        assert first.result() == "done"
        with pytest.raises(Abandoned):
            second.result()
    lanes.close()


def test_errors_come_back_from_a_process_as_they_were_raised(processes: Lanes, library: Library) -> None:
    assert processes.run(library.ask, FERRIES).citations == library.ask(FERRIES).citations
    with pytest.raises(InvalidRequest, match="it is empty") as caught:
        processes.run(library.ask, " ")
    assert caught.value.field == "question"
    with pytest.raises(ArticleNotFound, match="nope"):
        processes.run(library.article, "nope")
    with pytest.raises(RuntimeError):
        processes.run(library.article, ["no name"])  # type: ignore[arg-type]
    assert processes.run(library.search, "ferries")


def test_a_killed_process_loses_no_question(processes: Lanes, library: Library) -> None:
    before = set(processes.pids())
    assert len(before) == 2
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(processes.run, library.ask, FERRIES) for _ in range(4)]
        os.kill(min(before), signal.SIGKILL)
        asked += [pool.submit(processes.run, library.ask, FERRIES) for _ in range(8)]
        assert all(one.result().answered for one in asked)
    while len(set(processes.pids()) & before) != 1:  # until its lane has a question again
        processes.run(library.ask, FERRIES)
    assert len(processes.pids()) == 2
    assert processes.load.restarts == 1

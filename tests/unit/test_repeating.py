"""What a server does again and again: it goes on where an error can be mended, and ends at any other."""

import logging
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest

from aliqa.doors.running.repeating import repeat
from aliqa.foundations.errors import CorpusMissing, FeedsBusy


def taking(*outcomes: Exception | None) -> Callable[[], None]:
    """A step that fails in these ways, one after another."""
    waiting = list(outcomes)

    def step() -> None:
        if outcome := waiting.pop(0):
            raise outcome

    return step


def test_it_goes_on_until_an_error_that_nobody_can_mend(caplog: pytest.LogCaptureFixture) -> None:
    missing, busy = CorpusMissing(Path("corpus")), FeedsBusy()
    first = taking(busy, None)
    step = taking(missing, missing, None, missing, ValueError("a bug"))
    with caplog.at_level(logging.WARNING):
        repeat("Counting sheep", step, Event(), first=first, pause=0)
    said = [record.getMessage() for record in caplog.records]
    tried = "Counting sheep did not work and is tried again: "
    assert said == [tried + str(busy), tried + str(missing), tried + str(missing), "Counting sheep has ended."]


def test_it_takes_no_step_once_it_is_to_stop() -> None:
    stop = Event()
    repeat("Counting sheep", stop.set, stop, pause=0)
    repeat("Counting sheep", lambda: pytest.fail("it was to stop"), stop, pause=0)

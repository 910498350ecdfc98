"""An endpoint that fails is left alone for a while, and one caller tries whether it is back."""

import pytest

from aliqa.answers.breaker import Breaker, breaker_of
from aliqa.foundations.errors import LlmError


class Clock:
    """Tells the seconds that a test says."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


DOWN = LlmError("it cannot be reached")


def test_after_two_failures_in_a_row_callers_are_refused_with_the_reason() -> None:
    breaker = Breaker(30, Clock())
    for _ in range(3):
        breaker.admit()
        breaker.failed(DOWN)
        breaker.admit()
        breaker.answered()
    breaker.failed(DOWN)
    breaker.failed(DOWN)
    with pytest.raises(LlmError, match="it cannot be reached; it is left alone for 30 seconds"):
        breaker.admit()


@pytest.mark.parametrize("works", [True, False])
def test_after_the_pause_one_caller_tries_while_others_are_refused(works: bool) -> None:
    clock = Clock()
    breaker = Breaker(30, clock)
    breaker.failed(DOWN)
    breaker.failed(DOWN)
    clock.now = 31
    breaker.admit()
    with pytest.raises(LlmError):
        breaker.admit()
    if works:
        breaker.answered()
        breaker.admit()
        breaker.admit()
    else:
        breaker.failed(DOWN)
        clock.now = 60
        with pytest.raises(LlmError):
            breaker.admit()
        clock.now = 62
        breaker.admit()


def test_all_who_ask_a_model_share_one() -> None:
    assert breaker_of("http://a/v1", "m", 30) is breaker_of("http://a/v1", "m", 30)
    assert breaker_of("http://a/v1", "m", 30) is not breaker_of("http://a/v1", "n", 30)

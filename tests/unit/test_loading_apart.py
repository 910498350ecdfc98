"""A file that takes too long, too much memory, or the reader with it, is refused; the next one is read."""

import os
from collections.abc import Iterator

import pytest

from aliqa.articles.loading.apart import Apart
from aliqa.foundations.errors import ArticleError


@pytest.fixture
def apart() -> Iterator[Apart]:
    made = Apart(seconds=3)
    yield made
    made.close()


def still_works(apart: Apart) -> bool:
    return bool(Apart.call(apart, "math:gcd", 12, 18) == 6)


def test_a_call_gives_what_the_function_makes_and_keeps_its_process(apart: Apart) -> None:
    first = apart.call("os:getpid")
    assert first != os.getpid()
    assert apart.call("os:getpid") == first


def test_what_takes_too_long_is_ended(apart: Apart) -> None:
    with pytest.raises(ArticleError, match="more than 3 seconds"):
        apart.call("time:sleep", 600)
    assert still_works(apart)


def test_what_takes_too_much_memory_is_refused(apart: Apart) -> None:
    with pytest.raises(ArticleError, match="memory"):
        apart.call("builtins:bytearray", 64 * 1024**3)
    assert still_works(apart)


def test_what_ends_the_process_is_refused(apart: Apart) -> None:
    with pytest.raises(ArticleError, match="ends the program"):
        apart.call("os:abort")
    assert still_works(apart)


def test_an_error_nobody_thought_of_is_a_reason(apart: Apart) -> None:
    with pytest.raises(ArticleError, match="ValueError"):
        apart.call("builtins:int", "x")
    assert still_works(apart)


def test_a_process_that_ended_because_it_was_idle_is_replaced(apart: Apart) -> None:
    with pytest.raises(ArticleError, match="ends the program"):
        apart.call("os:_exit", 0)
    assert still_works(apart)

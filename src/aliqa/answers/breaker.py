"""Leaves an endpoint alone for a while that does not answer, so that not every question waits for it.

A circuit breaker (Nygard, "Release It!", 2007): after some failures in a row it is open, and whoever wants to ask is
refused at once; after a pause one caller may try, while others are still refused, and a reply closes it.
"""

import time
from collections.abc import Callable
from functools import cache
from threading import Lock
from typing import Final

from aliqa.foundations.errors import LlmError

FAILURES: Final = 2
"""After how many failures in a row the endpoint is left alone."""


class Breaker:
    """Counts the failures of one endpoint. Safe to share between threads."""

    def __init__(self, pause: float, clock: Callable[[], float] = time.monotonic) -> None:
        """The endpoint is left alone for ``pause`` seconds, as ``clock`` counts them."""
        self._pause = pause
        self._clock = clock
        self._lock = Lock()
        self._failures = 0
        self._until = 0.0
        self._last = ""

    def admit(self) -> None:
        """Raise LlmError while the endpoint is left alone."""
        with self._lock:
            if self._failures < FAILURES:
                return
            left = self._until - self._clock()
            if left > 0:
                raise LlmError(f"{self._last}; it is left alone for {left:.0f} seconds", "see what it does")
            self._until = self._clock() + self._pause  # this caller tries; others go on being refused

    def failed(self, error: LlmError) -> None:
        """It did not answer."""
        with self._lock:
            self._failures += 1
            self._last = error.reason
            self._until = self._clock() + self._pause

    def answered(self) -> None:
        """It did."""
        with self._lock:
            self._failures = 0


@cache
def breaker_of(address: str, model: str, pause: float) -> Breaker:
    """The breaker that all share who ask this model at this address."""
    return Breaker(pause)

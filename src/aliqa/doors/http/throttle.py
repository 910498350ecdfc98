"""How often a client may ask: so many requests of a key, or of an address without one; and how often it may guess."""

import math
import time
from typing import Final

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from aliqa.doors.kept.access import CONFIGURED, Key
from aliqa.foundations.errors import SettingsError

DEFAULT: Final = "600/minute"
"""How often one key may ask, where nothing else is set."""

_LONG: Final = 20
"""Characters of a key that takes long to guess: it works even from an address that guesses, which may be a proxy's."""

_GUESSES: Final = parse("20/minute")
"""How many unknown keys an address may send before it is barred for a while, and"""

_MOST_GUESSES: Final = parse("600/minute")
"""how many before long keys are, too."""


class Throttle:
    """Counts requests by key and address. Safe to share between threads."""

    def __init__(self, rate: str | None = None) -> None:
        """``rate``, as ``600/minute``, holds for keys and addresses alike; if None, the default for keys alone.

        Raises:
            SettingsError: this is no rate.
        """
        try:
            self._rate: RateLimitItem = parse(rate or DEFAULT)
        except ValueError as error:
            raise SettingsError(f"service.rate: {rate!r} is no rate; write one as 600/minute") from error
        self._everyone = rate is not None
        self._counts = MovingWindowRateLimiter(MemoryStorage())

    def asked(self, key: Key | None, address: str) -> int | None:
        """Count a request; the seconds after which to ask again if it is one too many, else None."""
        if key is None and not self._everyone:
            return None
        who = ("key", key.name) if key else ("address", address)
        return None if self._counts.hit(self._rate, *who) else self._wait(self._rate, *who)

    def tried(self, secret: str, key: Key | None, address: str) -> int | None:
        """Count a secret that is no key's.

        The seconds for which this one is not taken from a barred address, else None.

        Many may share an address, behind a proxy. There those who guess keep nobody out whose key was made here, of 256
        random bits; and whoever has chosen a key, only if it is short or they guess at a great rate.
        """
        if key and key.name != CONFIGURED:
            return None
        bound = _MOST_GUESSES if key and len(secret) >= _LONG else _GUESSES
        barred = not self._counts.test(bound, "guess", address)
        if key is None:
            self._counts.hit(_GUESSES, "guess", address)
            self._counts.hit(_MOST_GUESSES, "guess", address)
        return self._wait(bound, "guess", address) if barred else None

    def _wait(self, rate: RateLimitItem, *who: str) -> int:
        return max(1, math.ceil(self._counts.get_window_stats(rate, *who).reset_time - time.time()))

"""How often a client may ask: so many requests of a key, or of an address without one; and how often it may guess."""

import math
import time
from typing import Final

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from aliqa.doors.kept.access import Key
from aliqa.foundations.errors import SettingsError

DEFAULT: Final = "600/minute"
"""How often one key may ask, where nothing else is set."""

_GUESSES: Final = parse("20/minute")
"""How many unknown keys an address may send before it is barred for a while."""

_UNGUESSABLE: Final = 20
"""Characters of a key that nobody finds by trying: it is taken from a barred address, too, which may be a proxy's."""


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

    def tried(self, secret: str, address: str, *, known: bool) -> int | None:
        """Count a key that is not known; the seconds for which this one is not taken from a barred address, else None.

        Many may share an address, behind a proxy: there those who guess short keys keep out only those who use such.
        """
        if known and len(secret) >= _UNGUESSABLE:
            return None
        if not self._counts.test(_GUESSES, "guess", address):
            return self._wait(_GUESSES, "guess", address)
        if not known:
            self._counts.hit(_GUESSES, "guess", address)
        return None

    def _wait(self, rate: RateLimitItem, *who: str) -> int:
        return max(1, math.ceil(self._counts.get_window_stats(rate, *who).reset_time - time.time()))

"""What the page says in words: days, counts, and how far a quote can be relied on. Pure functions."""

import re
from datetime import date

WEAK = 0.55
"""Below this confidence an answer is shown as possibly relevant and nothing more."""

_CERTAINTY = ((0.95, "almost certainly answers"), (0.8, "very likely answers"), (WEAK, "probably answers"))


def day(when: date | None) -> str:
    """A day as one writes it.

    >>> day(date(2025, 10, 21)), day(None)
    ('21 Oct 2025', 'undated')
    """
    return f"{when.day} {when:%b %Y}" if when else "undated"


def written(when: str) -> str:
    """A date in ISO form as one writes it; whatever else says when, as it is.

    >>> written("2025-10-21"), written("2019 Q3")
    ('21 Oct 2025', '2019 Q3')
    """
    return day(date.fromisoformat(when)) if re.fullmatch(r"\d{4}-\d\d-\d\d", when) else when


def many(number: int, what: str, others: str = "") -> str:
    """A number and a noun.

    >>> many(1, "article"), many(2000, "file"), many(1, "differs", "differ"), many(2, "agrees", "agree")
    ('1 article', '2,000 files', '1 differs', '2 agree')
    """
    return f"{number:,} {what if number == 1 else others or f'{what}s'}"


def certainty(confidence: float) -> str:
    """How sure it is that a quote answers, given the calibrated chance of it, from 0 to 1; nothing about its truth.

    >>> certainty(0.97)
    'This quote almost certainly answers the question. Whether it is true depends on the source.'
    """
    words = next((words for least, words in _CERTAINTY if confidence >= least), "may not answer")
    return f"This quote {words} the question. Whether it is true depends on the source."


def span(first: date | None, last: date | None) -> str:
    """From when to when, as short as possible.

    >>> span(date(2019, 3, 4), date(2025, 10, 21)), span(date(2025, 3, 4), date(2025, 3, 9)), span(None, None)
    ('Mar 2019 to Oct 2025', 'Mar 2025', 'undated')
    """
    if not first or not last:
        return "undated"
    months = [f"{first:%b %Y}", f"{last:%b %Y}"]
    return months[0] if months[0] == months[1] else " to ".join(months)

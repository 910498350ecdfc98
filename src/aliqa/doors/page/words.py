"""What the page says in words: days, counts, and how far a quote can be relied on. Pure but for the language spoken."""

import re
from datetime import date, datetime
from typing import Final

from babel.dates import format_date

from aliqa.foundations import messages
from aliqa.foundations.messages import gettext, locale, ngettext

WEAK: Final = 0.55
"""Below this confidence an answer is shown as possibly relevant and nothing more."""


def day(when: date | None) -> str:
    """A day as one writes it.

    >>> day(date(2025, 10, 21)), day(None)
    ('21 Oct 2025', 'undated')
    """
    return messages.day(when) if when else gettext("undated")


def moment(when: datetime) -> str:
    """A day and the time of it, which is in UTC."""
    return f"{day(when.date())} {when:%H:%M} UTC"


def written(when: str) -> str:
    """A date in ISO form as one writes it; whatever else says when, as it is.

    >>> written("2025-10-21"), written("2019 Q3")
    ('21 Oct 2025', '2019 Q3')
    """
    return day(date.fromisoformat(when)) if re.fullmatch(r"\d{4}-\d\d-\d\d", when) else when


def articles(number: int) -> str:
    """So many articles.

    >>> articles(1), articles(2000)
    ('1 article', '2,000 articles')
    """
    return ngettext("{number} article", "{number} articles", number)


def certainty(confidence: float) -> str:
    """How sure it is that a quote answers, given the calibrated chance of it, from 0 to 1; nothing about its truth.

    >>> certainty(0.97)
    'This quote almost certainly answers the question. Whether it is true depends on the source.'
    """
    if confidence >= 0.95:
        said = gettext("This quote almost certainly answers the question.")
    elif confidence >= 0.8:
        said = gettext("This quote very likely answers the question.")
    elif confidence >= WEAK:
        said = gettext("This quote probably answers the question.")
    else:
        said = gettext("This quote may not answer the question.")
    return gettext("{certainty} Whether it is true depends on the source.", certainty=said)


def span(first: date | None, last: date | None) -> str:
    """From when to when, as short as possible.

    >>> span(date(2019, 3, 4), date(2025, 10, 21)), span(date(2025, 3, 4), date(2025, 3, 9)), span(None, None)
    ('Mar 2019 to Oct 2025', 'Mar 2025', 'undated')
    """
    if not first or not last:
        return gettext("undated")
    months = [
        gettext("{month} {year}", month=format_date(when, "MMM", locale=locale()), year=when.year)
        for when in (first, last)
    ]
    return months[0] if months[0] == months[1] else gettext("{first} to {last}", first=months[0], last=months[1])

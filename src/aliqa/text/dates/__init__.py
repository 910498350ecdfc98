"""When things were so: the times a text names, the dates a sentence states, the time a question asks about.

::

    periods.py    years, quarters, months and days named in a text, as ranges of days
    clauses.py    which dates of a sentence are of its main clause
    stated.py     what a sentence states, counted from the date before if need be; what a question asks about
    timeline.py   dated statements in order, and evidence of the time asked about first
"""

from aliqa.text.dates.clauses import had_been, measuring
from aliqa.text.dates.periods import Period, find, on, turn
from aliqa.text.dates.stated import (
    Asked,
    asked,
    event,
    is_stated,
    occurred,
    of_now,
    stated,
    told,
    when,
    without_time,
)

__all__ = [
    "Asked",
    "Period",
    "asked",
    "event",
    "find",
    "had_been",
    "is_stated",
    "measuring",
    "occurred",
    "of_now",
    "on",
    "stated",
    "told",
    "turn",
    "when",
    "without_time",
]

"""Whether text is in truth HTML, as some exports and mails carry it."""

import re
from typing import Final

_TAG: Final = re.compile(
    r"</?(?:p|div|br|h[1-6]|ul|ol|li|a|b|i|em|strong|span|article|section|table|blockquote)\b[^<>]*>", re.IGNORECASE
)
_LOOK: Final = 20_000
_FEWEST: Final = 2


def is_markup(text: str) -> bool:
    """Whether there are tags in it; one alone may be a word about them.

    >>> is_markup("<p>The mill was <b>sold</b>.</p>"), is_markup("Use <p> for a paragraph.")
    (True, False)
    """
    return len(_TAG.findall(text[:_LOOK])) >= _FEWEST

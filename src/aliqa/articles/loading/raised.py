"""What stands above the line: an exponent, the mark of a note, the end of an ordinal. None joins the word before it."""

import re
from typing import Final

_NOTE: Final = re.compile(
    r"(?:\[[^\[\]]{1,12}\]|\([\da-z]{1,3}\)|[*†‡§¶#]{1,3}|[\d,;\s–-]{1,12}|[a-z](?:[,\s]+[a-z])*)\Z", re.IGNORECASE
)
_SIGNS: Final = "[*†‡§¶"
_NUMBER_BEFORE: Final = re.compile(r"[\d)]\s*\Z")
_SHORT_NUMBER_BEFORE: Final = re.compile(r"(?<![\d.,])\d{1,2}\Z")
_UNIT_BEFORE: Final = re.compile(r"(?<![^\W\d_])[^\W\d_]{1,3}\Z")
_REACH: Final = 24
_ENDING: Final = re.compile(r"[^\W\d_]{1,4}\.?\Z")


def raised(before: str, words: str, *, is_link: bool = False) -> str:
    """How words above the line are written behind what stands before them.

    >>> raised("in 1999", "4"), raised("10", "6"), raised("the 21", "st"), raised("crowns", "1")
    ('^4', '^6', 'st', '')
    """
    words, before = words.strip(), before[-_REACH:]
    if not words or words[0] in _SIGNS or (is_link and _NOTE.match(words)):
        return ""
    ends_ordinal = _SHORT_NUMBER_BEFORE.search(before) or (len(words) > 1 and _NUMBER_BEFORE.search(before))
    if ends_ordinal and _ENDING.match(words) and not is_link:
        return words
    if _NUMBER_BEFORE.search(before) or _UNIT_BEFORE.search(before):
        return f"^{words}"
    return "" if _NOTE.match(words) else f" {words}"

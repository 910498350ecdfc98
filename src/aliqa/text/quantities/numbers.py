"""Reads a number in digits or words. text2num knows the words."""

import re
from typing import Final, NamedTuple

from text_to_num import text2num

DIGITS: Final = r"\d+(?:[.,]\d+)*"


class Number(NamedTuple):
    """A number as it is said."""

    value: float
    step: float
    """The unit of its last digit that is not 0."""


def read_number(words: str) -> Number:
    """A number in digits or words.

    >>> read_number("2,8").value, read_number("1,850").step, read_number("twenty-six").value
    (2.8, 10.0, 26.0)
    """
    lowered = words.lower()
    if not words[0].isdigit():
        small = {"a": 1.0, "an": 1.0, "half a": 0.5, "dozen": 12.0}.get(lowered)
        return Number(small if small is not None else _spelled(lowered), 1.0)
    grouped = re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", words)
    plain = (
        words.replace(",", "")
        if grouped
        else words.replace(",", ".")
        if words.count(",") == 1 and "." not in words
        else words
    )
    plain = plain if plain.count(".") <= 1 else plain.replace(".", "").replace(",", "")
    plain = plain.replace(",", "")
    whole, _, decimals = plain.partition(".")
    if decimals:
        return Number(float(plain), 10.0 ** -len(decimals))
    zeros = len(whole) - len(whole.rstrip("0")) if whole.strip("0") else 0
    return Number(float(whole), 10.0**zeros)


def _spelled(words: str) -> float:
    """A number in words, or of "a hundred and", "ten-eleven" as many of the first words as are one.

    >>> _spelled("a hundred and"), _spelled("ten-eleven"), _spelled("two hundred and six")
    (100.0, 10.0, 206.0)
    """
    said = re.split("[ -]", re.sub("^an? ", "one ", words))
    for count in range(len(said), 0, -1):
        try:
            return float(text2num(" ".join(said[:count]), "en"))
        except ValueError:
            continue
    return 1.0

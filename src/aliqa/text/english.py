"""The words of English that more than one room has to know: each list and each pattern stands here once.

Patterns are strings, to be put into longer ones; they have no groups with names, and expect ``re.I`` where they are in
lower case.
"""

import re
from typing import Final

MONTHS: Final = "January February March April May June July August September October November December".split()
WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

MONTH: Final = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?)"
)
"""A month, whole or as it is shortened, without the full stop behind it."""

MONTH_BEGINS: Final = "|".join(name[:3].lower() for name in MONTHS)
"""The first three letters of a month."""

NUMBERS: Final = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90,
}  # fmt: skip
NUMBER: Final = "|".join(NUMBERS)

UPPER: Final = "A-ZÀ-ÖØ-ÞŁŚŠŽČĆŞİĐ"
"""Capital letters, inside the brackets of a pattern."""

NAME_WORD: Final = r"[A-Z][\w’'-]*"
"""A word with a capital."""

NAME: Final = (
    rf"(?:\b{NAME_WORD}|\b[A-Z]\.)"  # its first word, or an initial
    rf"(?:\s+(?:{NAME_WORD}|&|(?:de|van|von|der)\b(?=\s+[A-Z])|of(?=\s+[A-Z])))*"
)
"""What looks like a name; its first word may also be the first of a sentence."""

_POSSESSIVE: Final = re.compile(r"['’]s$")


def _words(*lists: str) -> frozenset[str]:
    return frozenset(word for words in lists for word in words.split())


ARTICLES: Final = "a an the"
AUXILIARIES: Final = (
    "is are was were be been being am has have had having do does did doing done"
    " can could may might must shall should will would"
)
PREPOSITIONS: Final = (
    "about after as at before between by down during for from in into of off on out over through to under until up upon"
    " with than"
)
PRONOUNS: Final = (
    "he her here hers him his i it its me my our she that their them there these they this those us we you your"
)
QUESTION_WORDS: Final = "how what when where which who whom whose why"

FUNCTION_WORDS: Final = _words(
    ARTICLES, AUXILIARIES, PREPOSITIONS, PRONOUNS, QUESTION_WORDS,
    "all also and any both but each few get give given go if just kind made make many more most much no nor not once"
    " only or other own please same say so some such tell then too use while",
)  # fmt: skip
"""Words that carry no meaning of their own in a search."""

SENTENCE_OPENERS: Final = _words(
    "the a an it its they we you i he she this that these those there here in on at by for from with as if when while",
    "after before since although though however but and or so yet because what who why how which where his her their",
    "our my not all some many most both each once then thus also still instead meanwhile moreover furthermore",
    "therefore additionally according during under over among between despite unlike today now later last next several",
    "such to of no one two more other another even only until through",
)
"""Words that, with a capital behind a full stop, begin a sentence rather than a name."""

TITLES: Final = ("Mr", "Mrs", "Ms", "Dr", "Prof", "Messrs", "Lt", "Capt", "Sgt", "Cllr")
"""What stands before a person's name, shortened."""


_NAMED_BEFORE: Final = re.compile(rf"(?<![^\s(“\"‘'])([{UPPER}][\w’'-]*)[ ]\Z")
_NAMED_AFTER: Final = re.compile(rf"[ ]([{UPPER}][\w’'-]*)")
_IN_TIME: Final = re.compile(
    r"\b(?:in|since|until|till|last|this|next|every|early|late|mid|during|by|through|may)[ -]\Z", re.IGNORECASE
)


def is_of_a_name(text: str, start: int, end: int) -> bool:
    """Whether the name of a month there is part of somebody's: "Theresa May", "April Ludgate"; not "In May Alibaba".

    >>> is_of_a_name("Theresa May", 8, 11), is_of_a_name("In May Acme", 3, 6), is_of_a_name("On Ali May 5", 7, 10)
    (True, False, False)
    """
    before, after = _NAMED_BEFORE.search(text, max(0, start - 40), start), _NAMED_AFTER.match(text, end)
    if re.match(r",? ?\d", text[end:]):
        return False
    if before and _is_bearer(before[1]):
        return True
    opens = text[start:end] == "May" and not text[:start].strip()  # "May Acme close it?"
    return bool(after and _is_bearer(after[1]) and not opens and not _IN_TIME.search(text[:start]))


def _is_bearer(word: str) -> bool:
    """Whether a word with a capital may be the other part of a name."""
    other = {*FUNCTION_WORDS, *SENTENCE_OPENERS, *(name.casefold() for name in (*MONTHS, *WEEKDAYS))}
    return without_possessive(word).casefold() not in other


def month_number(word: str) -> int:
    """The number of a month by its name, whole or shortened.

    >>> month_number("sept"), month_number("January")
    (9, 1)
    """
    return 1 + [name[:3] for name in MONTHS].index(word[:3].capitalize())


def without_possessive(word: str) -> str:
    """The word without the ending that makes it an owner.

    >>> without_possessive("Amazon’s"), without_possessive("sales")
    ('Amazon', 'sales')
    """
    return _POSSESSIVE.sub("", word)

"""Questions in two parts: "When was the mill sold, and to whom?" asks two questions, and each is answered by itself.

Only what is coordinated with the question as a whole makes two of it: a second question word behind "and" that begins
a question or ends the sentence; question words side by side; a preposition that is said twice, "in 2012 and in 2023".
"The rise and fall", "who came and saw", "how tired he was" stay one.
"""

import re
from dataclasses import dataclass
from typing import Final

from aliqa.answers.followups import ask_again, carried, put_into
from aliqa.answers.followups.cues import AUX, WH, leading
from aliqa.text.english import ARTICLES, PREPOSITIONS, PRONOUNS

_ANY_OF: Final = "(?:{})\\b".format
_PREPOSITION: Final = _ANY_OF("|".join((*PREPOSITIONS.split(), "since")))
_ASKING: Final = rf"(?:{_PREPOSITION}[ ])?{WH}\b"
_SUBJECT: Final = _ANY_OF("|".join((*ARTICLES.split(), *PRONOUNS.split(), "there")))
_EMBEDDED: Final = frozenset("he i she they we".split())
_SECOND: Final = re.compile(rf",?[ ]and[ ](?:also[ ]|then[ ])?(?={_ASKING})", re.IGNORECASE | re.VERBOSE)
_BESIDE: Final = re.compile(
    rf"(?P<one>{_ASKING}),?[ ](?:and[ ])(?P<two>{_ASKING})[ ](?P<rest>{AUX}\b.+)", re.IGNORECASE | re.VERBOSE
)
_TWICE: Final = re.compile(
    rf"""
    (?P<frame>{_ASKING}.*?[ ])(?P<one>(?P<preposition>{_PREPOSITION})(?:[ ](?!{_PREPOSITION}|and\b)[^\s,]+){{1,4}}),?
    [ ]and[ ](?P<two>(?P=preposition)(?:[ ](?!{_PREPOSITION}|and\b)[^\s,]+){{1,4}})
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ASKS: Final = re.compile(rf"(?:{_ASKING}|{AUX}\b)", re.I)
_INVERTED: Final = re.compile(
    rf"""
    (?:{_PREPOSITION}[ ])?
    (?: (?:who|whom|when|where|why) | (?:what|which|whose|how)(?:[ ](?!{_SUBJECT})[^\s,]+){{0,5}}? )
    [ ]{AUX}\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_OPEN: Final = re.compile(rf"\b(?:between|both)\b(?!.* and )|\b(?:and|or|{WH})\Z", re.I)
_LONGEST: Final = 400
"""A question of more code points is not taken apart."""

_FEWEST: Final = 3
_MOST: Final = 3
_ELLIPTIC: Final = 2
"""How many words follow a question word at most that is all that is left of a question: "how much money"."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a question as it was ``said``, "to whom", and as a ``question`` of its own."""

    said: str
    question: str


def parts(question: str) -> tuple[Part, ...]:
    """The questions that a question is made of; none if it is one.

    >>> parts("When was the mill sold, and to whom?")[1]
    Part(said='to whom', question='To whom was the mill sold?')
    >>> [part.question for part in parts("How many boats were there in 2012 and in 2023?")]
    ['How many boats were there in 2012?', 'How many boats were there in 2023?']
    >>> parts("What made him forget his troubles and how tired he was?")
    ()
    """
    bare = leading(" ".join(question.split())).rstrip("?!. ")
    found = _parts(bare) if len(bare) <= _LONGEST else ()
    return found if len(found) <= _MOST else ()


def _parts(bare: str) -> tuple[Part, ...]:
    if found := _BESIDE.fullmatch(bare):
        return tuple(_part(found[each], f"{found[each]} {found['rest']}") for each in ("one", "two"))
    for second in _SECOND.finditer(bare):
        first, rest = bare[: second.start()], bare[second.end() :]
        if _is_whole(first) and (whole := _second(rest, first)):
            return _part(first, first), *(_parts(rest) or [_part(rest, whole)])
    if found := _TWICE.fullmatch(bare):
        return tuple(_part(found[each], found["frame"] + found[each]) for each in ("one", "two"))
    return ()


def _part(said: str, question: str) -> Part:
    return Part(said, f"{question[0].upper()}{question[1:].rstrip('?')}?")


def _is_whole(first: str) -> bool:
    """Whether what stands before "and" is a question already."""
    if not _ASKS.match(first) or _OPEN.search(first):
        return False
    words = len(first.split())
    verb = re.search(rf"\b{AUX}\b", first, re.I) or re.match(r"who\b", first, re.I)
    return words >= _FEWEST if verb else words > _FEWEST


def _second(text: str, first: str) -> str | None:
    """What stands behind "and" as a question of its own, completed out of the first; None if it is none."""
    found = re.match(_ASKING, text, re.I)
    if not found:
        return None
    word, rest = found.group().split()[-1].casefold(), text[found.end() :].split()
    if _INVERTED.match(text):
        return carried(text, first)
    if not rest:
        return None if text.casefold() in ("what", "which", "whose") else ask_again(text, first)
    if re.match(_SUBJECT, rest[0], re.I) or (word != "who" and _EMBEDDED & {each.casefold() for each in rest}):
        return None
    if word in ("what", "which", "how"):
        if (gap := re.search(rf"\b{_PREPOSITION}.+", text[found.end() :])) and len(rest) > 1:
            noun = text[found.end() : found.end() + gap.start()].strip()
            if noun.casefold() in first.casefold() and (filled := put_into(gap.group(), first)):
                return filled
        if len(rest) <= _ELLIPTIC and not rest[0].endswith("ed"):
            return ask_again(text, first)
        return carried(text, first)
    return carried(text, first) if word == "who" else None

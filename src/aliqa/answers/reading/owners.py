"""Whose something is: "JD.com's net profit" is not answered by Alibaba's, nor "the CEO of Pinduoduo" by another one's.

Only what is plain is told apart: both texts name an owner of the same thing, by a possessive or by "of", and the
question's owner does not stand in the sentence at all, nor anything spelled much like it or made of its initials.
"""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from aliqa.text.terms import terms

_NAME: Final = r"(?:[A-Z][\w.&-]*\s+)*[A-Z][\w.&-]*"
_POSSESSIVE: Final = re.compile(rf"\b({_NAME}?)(?:[’']s|(?<=s)[’'])\s+((?:[\w-]+\s+){{0,3}}[\w-]+)")
_OF: Final = re.compile(rf"\b([A-Za-z][\w-]+)\s+of\s+(?:the\s+)?({_NAME})")
_ENDS: Final = re.compile(
    r"\s(?:in|at|on|for|of|to|and|or|with|from|by|as|was|is|were|are|been|be|had|has|have|will|would|did|does|do|that"
    r"|which|who|when|where|than|then|during|after|before|over|under|into|since|until|while|because|but|not)\b.*"
)
"""Where the words of a thing end that a possessive stands before."""

_ALIKE: Final = 0.8


def owned_elsewhere(question: str, sentence: str) -> bool:
    """Whether the sentence tells of somebody else what the question asks of one.

    >>> owned_elsewhere("What was JD.com's net profit?", "Alibaba's net profit was 157 billion yuan.")
    True
    >>> owned_elsewhere("What was JD.com's net profit?", "JD.com had half of Alibaba's net profit.")
    False
    >>> owned_elsewhere("Who is the CEO of Pinduoduo?", "Wu Yongming took over as CEO of Alibaba Group.")
    True
    """
    asked = dict(_owners(question))
    if not asked:
        return False
    spoken = terms(sentence)
    named = [*spoken, *_initials(sentence)]
    told = [(thing, owner) for thing, owner in _owners(sentence) if thing in asked]
    return any(
        not owner & asked[thing] and not any(get_close_matches(one, named, 1, _ALIKE) for one in asked[thing])
        for thing, owner in told
    )


def _owners(text: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Things, by the last term of what names them, with the terms of the owner's name."""
    for found in _POSSESSIVE.finditer(text):
        yield from _pair(_ENDS.sub("", f" {found[2]}"), found[1])
    for found in _OF.finditer(text):
        yield from _pair(found[1], found[2])


def _pair(thing: str, owner: str) -> Iterator[tuple[str, frozenset[str]]]:
    what, whose = terms(thing), frozenset(terms(owner))
    if what and whose:
        yield what[-1], whose


def _initials(text: str) -> list[str]:
    """The initials of the names of several words, in lower case."""
    names = (found[0].split() for found in re.finditer(_NAME, text))
    return ["".join(word[0] for word in name).lower() for name in names if len(name) > 1]

"""Whether a sentence has what the quotes say the other way round: who did it to whom, what was the reason."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from aliqa.answers.synthesis.clauses import Clause, Name, clauses, is_date
from aliqa.text.terms import terms

_PASSIVE: Final = re.compile(r"\b(?:is|are|was|were|be|been|being|gets?|got)\b")
_REASONS: Final = (" because ", " due to ", " owing to ", " as a result of ")
_LIST: Final = re.compile(r"\b(?:and|or|\d+)\b|[\s,]")
_APART: Final = re.compile(r"\b(?:in|of|at|near|on|from|for|with|under|during|is|are|was|were)(?: (?:the|an?))?\s*$")
"""What stands before a second name to which the first does nothing."""


def names_turned(said: Sequence[Clause], given: Sequence[Clause], quotes: Sequence[str]) -> bool:
    """Whether two names of a clause stand the other way round than in every clause of the quotes that has both.

    Where no clause has both, the quotes are taken as a whole.
    """
    for part in said:
        for first, second in pairwise(name for name in part.names if not is_date(name)):
            between = _between(first, second, part.text)
            if between is None or (not _LIST.sub("", between) and "respectively" not in part.text):
                continue
            ways = _ways(first, second, part.text, [one.text for one in given])
            if not ways and not _APART.search(between):
                ways = _ways(first, second, part.text, quotes)
            if ways and not any(ways):
                return True
    return False


def _ways(first: Name, second: Name, said: str, given: Sequence[str]) -> list[bool]:
    """Whether the texts that have both names have them the same way round; those left out that have both ways."""
    found: list[bool] = []
    for text in given:
        onward, back = _between(first, second, text), _between(second, first, text)
        if (onward is None) != (back is None):
            passive = _is_passive(onward if onward is not None else back or "", text)
            found.append((onward is not None) != (passive != _is_passive(_between(first, second, said) or "", said)))
    return found


def _between(first: Name, second: Name, text: str) -> str | None:
    """The text between a name and the next other one; None if it is not behind, or what they share is all there is."""
    tokens = [(match.span(), frozenset(terms(match.group()))) for match in re.finditer(r"[\w'’]+", text)]
    ends = [end for (_, end), own in tokens if own and own <= first - second]
    starts = [start for (start, _), own in tokens if own and own <= second - first and ends and start > ends[0]]
    end = max((end for end in ends if starts and end < starts[0]), default=-1)
    return text[end : starts[0]] if end >= 0 else None


def _is_passive(between: str, text: str) -> bool:
    """Whether the second of two names is who does it: "was bought by the Vasa Gallery"."""
    place = between.rfind(" by ")
    return place >= 0 and bool(_PASSIVE.search(text[: text.find(between) + place]))


def reason_turned(sentence: str, quotes: Sequence[str]) -> bool:
    """Whether what the quotes give as the result has become the reason."""
    mine = _reason(sentence)
    theirs = [reason for one in quotes if (reason := _reason(one))]
    return bool(mine and theirs) and not any(2 * len(mine & reason) >= len(mine) for reason in theirs)


def _reason(text: str) -> frozenset[str]:
    """The words of the clause that gives the reason; none if no word says which it is."""
    plain = f" {text[:1].lower()}{text[1:]}"
    behind = next((plain.partition(word)[2] for word in _REASONS if word in plain), "")
    return frozenset(clauses(behind)[0].words) if behind.strip() else frozenset()

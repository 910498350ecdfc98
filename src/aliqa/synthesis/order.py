"""Whether a sentence has what the quotes say the other way round: who did it to whom, what was the reason."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from aliqa.lexical import terms
from aliqa.synthesis.clauses import Clause, Name, clauses, is_date

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
            between = _between(first, second, part.text) or ""
            if not _LIST.sub("", between) and "respectively" not in part.text:
                continue
            ways = list(_ways(first, second, part, given))
            if not ways and not _APART.search(between):
                ways = [way for one in quotes if (way := _way(first, second, between, one)) is not None]
            if ways and not any(ways):
                return True
    return False


def _ways(first: Name, second: Name, part: Clause, given: Sequence[Clause]) -> Iterator[bool]:
    """Whether each clause of the quotes that has both names has them the same way round."""
    for one in given:
        places = _place(first, one), _place(second, one)
        if places[0] is not None and places[1] is not None:
            yield (places[1] > places[0]) != (_by(one.text) != _by(part.text))


def _between(first: Name, second: Name, text: str) -> str | None:
    """The text between a name and the next other one; None if it is not behind."""
    tokens = [(match.span(), frozenset(terms(match.group()))) for match in re.finditer(r"[\w'’]+", text)]
    ends = [end for (_, end), own in tokens if own and own <= first]
    starts = [start for (start, _), own in tokens if own and own <= second and ends and start > ends[0]]
    end = max((end for end in ends if starts and end < starts[0]), default=-1)
    return text[end : starts[0]] if end >= 0 else None


def _way(first: Name, second: Name, said: str, quote: str) -> bool | None:
    """Whether a quote has two names the same way round; None if it does not have both, or both ways."""
    onward, back = _between(first, second, quote), _between(second, first, quote)
    if (onward is None) == (back is None):
        return None
    between = onward if onward is not None else back or ""
    return (onward is not None) != (_by(f"{between} ") != _by(f"{said} "))


def _place(name: Name, one: Clause) -> int | None:
    """Where a name stands among the words of a clause."""
    places = [place for place, word in enumerate(one.words) if word in name]
    return places[0] if len({one.words[place] for place in places}) == len(name) else None


def _by(text: str) -> bool:
    return text.count(" by ") % 2 == 1


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

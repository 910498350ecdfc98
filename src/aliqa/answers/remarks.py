"""What is said of an answer beside its sentences, in aliqa's own words: the same at every door."""

from collections.abc import Callable

from aliqa.answers.support import verdict_words
from aliqa.foundations.messages import gettext, ngettext
from aliqa.foundations.types import Answer, ArticleMention, Disagreement, difference_words


def above(answer: Answer) -> list[str]:
    """The lines that stand above an answer: what was searched for in place of the question, yes or no, its notice."""
    searched = answer.searched_as or answer.standalone_question
    told = [gettext("Searched for: {words}", words=searched) if searched else "", verdict_words(answer), answer.notice]
    return [line for line in told if line]


def mentions(one: ArticleMention) -> str:
    """How often an article mentions what was asked for; empty if that was not counted."""
    return ngettext("{number} mention", "{number} mentions", one.mentions) if one.mentions else ""


def difference(
    one: Disagreement,
    escaped: Callable[[str], str] = str,
    mark: Callable[[int], str] = "[{}]".format,
    between: str = " ",
) -> str:
    """A line on values that differ: that they contradict each other, have changed, or may be of other things.

    ``escaped`` makes text safe where the line is shown; ``mark`` is that of a citation, ``between`` what is before it.

    >>> from aliqa.foundations.types import Claim
    >>> difference(Disagreement("ferries", (Claim(1, "4", "2025"), Claim(2, "6", None)), "change"))
    'What the sources say about ferries has changed over time: 4 [1]; 6 [2]'
    """
    sides = "; ".join(f"{escaped(claim.value)}{between}{mark(claim.citation)}" for claim in one.claims)
    return difference_words(one.kind, escaped(one.about), sides)

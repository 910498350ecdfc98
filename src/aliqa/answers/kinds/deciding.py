"""What the articles say to a question that wants yes or no, and to one that takes for granted what they deny.

"Yes" and "no" are said only where a sentence affirms or denies the very clause that is asked (`affirming`), and no
newer one has its words and says otherwise; all else is unclear, and the quotes are shown for the reader to decide.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from aliqa.answers.answering import quote
from aliqa.answers.kinds.affirming import says
from aliqa.foundations.protocols import Evidence, Reading
from aliqa.foundations.types import YesNo
from aliqa.text.opposites import alike, converse
from aliqa.text.terms import content_words, terms

_SURE: Final = 0.6
_LOOKED_AT: Final = 10


def verdict(question: str, reading: Reading) -> tuple[YesNo, Evidence | None]:
    """What the articles say, and the quote that decides; "unclear" with none if no quote does.

    ``question`` wants yes or no.
    """
    looked_at = reading.evidence[:_LOOKED_AT]
    told = [(said, one) for one in looked_at if (said := _says(question, one)) is not None]
    if not told:
        return "unclear", None
    if _OF_NOW.match(question):
        newest = max(_day(one) for _, one in told)
        told = [(said, one) for said, one in told if _day(one) == newest]
    said, one = told[0]
    sure = all(other == said for other, _ in told) and (reading.confidence >= _SURE or not said)
    return ("yes" if said else "no") if sure and not _is_outdated(question, one, looked_at) else "unclear", one


def _says(question: str, one: Evidence) -> bool | None:
    meta = one.record.meta
    return says(question, quote(one), meta.published, f"{meta.title} {one.record.text}")


def _is_outdated(question: str, one: Evidence, others: Sequence[Evidence]) -> bool:
    """Whether a newer sentence has all words of a question that asks how things are now."""
    newer = [other for other in others if _day(other) > _day(one)]
    return bool(_OF_NOW.match(question)) and any(_has_all(question, quote(other)) for other in newer)


_OF_NOW: Final = re.compile(r"\W*(?:is|are|does|do|has|have|can|will)\b", re.IGNORECASE)


def _day(one: Evidence) -> date:
    return one.record.meta.published or date.min


def _has_all(question: str, text: str) -> bool:
    """Whether a sentence has every word of a question, or one that says the same."""
    said = set(terms(text))
    return all(alike(word) & said for word in content_words(question))


def corrected(question: str, reading: Reading) -> Evidence | None:
    """A sentence that denies what a question takes for granted: "Why did sales rise?" where they fell."""
    looked_at = reading.evidence[:_LOOKED_AT]
    presumed, denies = _presumed(question)
    told = [(said, one) for one in looked_at if presumed and (said := _says(presumed, one)) is not None]
    if not told or any(said != denies for said, _ in told) or _is_outdated(presumed, told[0][1], looked_at):
        return None
    return told[0][1]


def _presumed(question: str) -> tuple[str, bool]:
    """What a question takes for granted, as one that wants yes or no, and which of both contradicts it.

    Empty if it takes nothing for granted that is understood.

    >>> _presumed("When did Blue Net buy the pier?"), _presumed("Who sold the pier to Blue Net?")
    (('did Blue Net buy the pier?', False), ('did Blue Net sold the pier?', True))
    """
    whole = _PAID.sub(r"why \1 buy", " ".join(question.split()))
    if found := _ASKS_MORE.fullmatch(whole):
        return f"{found['rest']}?", False
    if found := _CAUSE.fullmatch(whole):
        return f"did {found['rest'].replace(' to ', ' ', 1)}?", False
    found = _PARTY.fullmatch(whole)
    trade = converse(found["verb"]) if found else None
    if found and trade and trade[1] == found["joins"]:
        return f"did {found['other']} {found['verb']} {found['thing']}?", True
    return "", False


_ASKS_MORE: Final = re.compile(
    r"""
    \W*
    (?:
        why | for[ ]what[ ]reason | (?:since[ ])?when | where | how(?:[ ](?:much|far|long|often|quickly|fast|soon))?
        | whom? | what
    )
    (?:[ ]exactly)?[ ](?P<rest>(?:is|are|was|were|did|do|does|has|have|had|will|can|could)[ ].+?)
    (?:[ ](?:from|for|to|with|by))?
    \W*
    """,
    re.IGNORECASE | re.VERBOSE,
)
_CAUSE: Final = re.compile(r"\W*(?:what (?:made|led|caused)|how come) (?P<rest>.+?)\W*", re.IGNORECASE)
_PAID: Final = re.compile(r"^\W*how much ((?:did|does|has|will) .+?) (?:pay|paid) for\b", re.IGNORECASE)
_PARTY: Final = re.compile(
    r"\W*(?:who|what|which [a-z]+) (?P<verb>[a-z]+) (?P<thing>.+) (?P<joins>to|from) (?P<other>.+?)\W*", re.IGNORECASE
)

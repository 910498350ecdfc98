"""Verbs that say the same, or the contrary of one another, and whether two texts do.

A list of pairs, by their stems: English has no form that tells opposites. They are those of moving up and down, coming
and going, giving and taking, beginning and ending, agreeing and refusing; what is not in it is not noticed.
"""

from collections import defaultdict
from typing import Final

from aliqa.text.terms import terms

_PAIRS: Final = (
    (
        "rise rose risen grow grew grown increase gain climb surge jump expand soar",
        "fall fell fallen shrink shrank shrunk decline drop decrease lose lost sink sank slump plunge",
    ),
    ("buy bought acquire purchase", "sell sold divest"),
    ("start begin began begun launch", "stop end halt cease"),
    ("open", "close shut"),
    ("hire recruit", "dismiss fire lay"),
    ("win won", "lose lost"),
    ("approve accept agree back support allow permit", "reject refuse oppose block veto ban forbid prohibit"),
    ("build built raise raised", "demolish destroy"),
    ("succeed", "fail"),
    ("keep kept retain", "abandon scrap withdraw withdrew withdrawn cancel"),
    ("confirm admit", "deny denied"),
    ("love praise welcome", "hate criticise criticize condemn"),
    ("extend prolong lengthen", "shorten cut"),
    ("improve strengthen", "worsen weaken deteriorate"),
)


_IRREGULAR: Final = (
    "become became, begin began begun, break broke broken, bring brought, build built, buy bought, catch caught,"
    " choose chose chosen, come came, deal dealt, draw drew drawn, drive drove driven, eat ate eaten,"
    " fall fell fallen, fight fought, find found, fly flew flown, forget forgot forgotten, get got, give gave given,"
    " go went gone, grow grew grown, hold held, keep kept, know knew known, lead led, leave left, lend lent,"
    " lose lost, make made, mean meant, meet met, overtake overtook overtaken, pay paid, rise rose risen, run ran,"
    " say said, see saw seen, sell sold, send sent, shrink shrank shrunk, sink sank sunk, speak spoke spoken,"
    " spend spent, stand stood, steal stole stolen, strike struck, take took taken, teach taught, tell told,"
    " think thought, understand understood, win won, withdraw withdrew withdrawn, write wrote written"
).split(", ")
"""The forms of verbs that do not end in -ed, a closed class of English."""

_FORMS: Final = {word: frozenset(group) for group in map(terms, _IRREGULAR) for word in group}


def _opposites() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for pair in _PAIRS:
        one, other = (set(terms(side)) for side in pair)
        for words, against in ((one, other), (other, one)):
            for word in words:
                found[word] |= against
    return {word: frozenset(against) for word, against in found.items()}


_OPPOSITES: Final = _opposites()


def alike(word: str) -> frozenset[str]:
    """The stems that say the same as a stem, itself included: its other forms, and those with the same opposites.

    >>> "bought" in alike("buy"), sorted(alike("tide"))
    (True, ['tide'])
    """
    against = _OPPOSITES.get(word, frozenset())
    same = frozenset(like for like, others in _OPPOSITES.items() if others & against)
    return same | _FORMS.get(word, frozenset()) | {word}


def opposed(one: str, other: str) -> tuple[str, str] | None:
    """The stem of a verb of the first text, and its opposite in the second, which lacks the verb itself.

    >>> opposed("Why did profit rise?", "Profit fell to 9 million euros.")
    ('rise', 'fell')
    >>> opposed("Why did profit rise?", "Profit rose, then fell.") is None
    True
    """
    said, words = terms(one), set(terms(other))
    for word in said:
        against = _OPPOSITES.get(word, frozenset()) & words
        if against and not alike(word) & words:
            return word, min(against)
    return None

"""How sure a text is of what it says: whether it denies, plans or doubts it."""

import re
from typing import Final

from aliqa.text.terms import terms

MONTH_MAY: Final = re.compile(
    r"\b(?:in|of|since|until|by|from|to|before|after|during|last|next|late|early|mid|\d{1,2}) May\b|\bMay (?=\d)"
)
"""The month, and not the verb."""

_DENIES: Final = re.compile(
    r"\b(?:not(?! only\b| just\b| merely\b)|no|never|none|nobody|nothing(?! short of\b| but\b)|neither|nor|cannot|without"
    r"|hardly|barely|scarcely|instead|false(?:ly)?|untrue|myth)\b|n['’]t\b|[不没未非无]",
    re.I,
)
_UNDOES: Final = re.compile(
    r"\b(?:lacks?|lacked|fail(?:s|ed|ure)?|den(?:y|ies|ied)|refus(?:e[sd]?|al|ing)|reject(?:s|ed|ion|ing)?|avoid(?:s|ed)?"
    r"|prevent(?:s|ed)?|(?<!the )(?<!an )abandon(?:s|ed|ing)?|cancel(?:s|l?ed|lation)?|withdr(?:ew|aws?|awn|awal|awing)|scrap(?:s|ped)?|unable|unlikely"
    r"|disputed?|dismiss(?:es|ed)?|rul(?:es|ed) out)\b",
    re.I,
)
"""Says "not" by itself; together with one of the above it says something else again."""

_MARKS: Final = {
    "future": re.compile(
        r"\b(?:will|shall|would|plan(?:s|ned|ning)?|expect(?:s|ed|ing|ation)?|anticipat\w+|intend(?:s|ed)?|aim(?:s|ed|ing)?|propos\w+"
        r"|consider\w*|hope[sd]?|target(?:s|ed|ing)?|advis\w+|recommend\w*|urg(?:es?|ed|ing)|forecast(?:ed|ing)|predict\w*|goals?|seeks?|sought|want(?:s|ed)?|going to|(?:is|are) (?:due |set )?to"
        r"|about to|must|should|ought)\b|['’]ll\b|计划|将|预计|拟|打算|应",
        re.I,
    ),
    "maybe": re.compile(
        r"\b(?:may|might|could|perhaps|possibl[ey]|probabl[ey]|likely|if|unless|alleg\w+|reportedly|rumou?r\w*|claims?|claimed)\b"
        r"|可能|或许|也许|如果",
        re.I,
    ),
}
_MARK_TERMS: Final = frozenset(
    terms(
        "will would shall may might could must should plan planned expect expected intend intended aim target due set going not no"
    )
)


def marks(text: str) -> frozenset[str]:
    """Which of "not", "future" and "maybe" a text says; "not of not" where it denies what undoes something.

    >>> sorted(marks("It will not close.")), sorted(marks("It closed in May 2024."))
    (['future', 'not'], [])
    """
    plain = MONTH_MAY.sub(" ", text)
    found = {name for name, pattern in _MARKS.items() if pattern.search(plain)}
    denials = bool(_DENIES.search(plain)) + bool(_UNDOES.search(plain))
    return frozenset([*found, *("not", "not of not")[:denials]])


def says_mark(term: str) -> bool:
    """Whether a term says nothing but such a mark, so that the quote may say it in another word."""
    return term in _MARK_TERMS

"""Questions that ask for several sentences, as plain questions that single sentences answer.

"How does the price of the reef compare with that of a breakwater?" is two questions on a price; "How has the price of
milk changed since 2020?" asks what it was, at several times. The judge knows such questions.
"""

import re
from typing import Final

from aliqa.answers.kinds.several import sides_of

_OF: Final = re.compile(r"(?P<frame>.+ (?:of|for|in|at) )(?P<whom>.+)")
_OWNED: Final = re.compile(r"(?P<whom>[A-Z].*?(?:[’']s|s[’'])) (?P<what>.+)")
_WHOLE: Final = re.compile(r"(?:the |that |those )?[a-z -]+ (?:of|for|in|at) .+")
_CHANGED: Final = re.compile(
    r"""
    how[ ](?:has|have|had|did|does|do)[ ](?P<what>.+?)[ ]
    (?:changed?|develop(?:ed)?|evolved?|shift(?:ed)?|fluctuated?|grown|fallen|risen|shrunk|moved|declined|(?:in|de)creased)\b
    (?P<when>.*)
    """,
    re.IGNORECASE | re.VERBOSE,
)


def of_each_side(question: str) -> tuple[str, ...]:
    """What a comparison asks of each side; none if it does not say what is compared.

    >>> of_each_side("How does the price of the reef compare with that of a breakwater?")
    ('What is the price of the reef?', 'What is the price of a breakwater?')
    >>> of_each_side("How does Acme's revenue compare with Blue Net?")
    ("What is Acme's revenue?", "What is Blue Net's revenue?")
    >>> of_each_side("Compare Acme and Blue Net")
    ()
    """
    first, *others = sides_of(question) or ["", ""]
    owned, found = _OWNED.fullmatch(first), _OF.fullmatch(first)
    if owned and others[0][:1].isupper():
        named = (other if _OWNED.fullmatch(other) else f"{other}'s {owned['what']}" for other in others)
    elif found:
        named = (other if _WHOLE.fullmatch(other) else found["frame"] + other for other in others)
    else:
        return ()
    return tuple(f"What is {each}?" for each in (first, *named))


def at_any_time(question: str) -> str | None:
    """What a question on a change asks of each time; None if it does not say what changes.

    >>> at_any_time("How has the price of milk changed since 2020?")
    'What is the price of milk?'
    """
    found = _CHANGED.fullmatch(question.strip(" ?!."))
    return f"What is {found['what']}?" if found else None

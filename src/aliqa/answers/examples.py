"""Questions that a sentence answers, made from the sentence itself.

"Acme sold its mill to pay debts." answers "Why did Acme sell its mill?". A few English patterns, no grammar;
`aliqa.library` keeps only those that the articles then do answer with the very sentence. Sentences of other kinds and
languages give none.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from aliqa.text.english import MONTHS

_BASES: Final = {
    "announced": "announce", "acquired": "acquire", "appointed": "appoint", "bought": "buy", "cancelled": "cancel",
    "canceled": "cancel", "closed": "close", "created": "create", "cut": "cut", "founded": "found", "halted": "halt",
    "introduced": "introduce", "launched": "launch", "merged": "merge", "opened": "open", "released": "release",
    "replaced": "replace", "sold": "sell", "spun off": "spin off", "started": "start", "suspended": "suspend",
    "withdrew": "withdraw", "won": "win",
}  # fmt: skip
_NAME: Final = r"(?P<name>(?:[A-Z][\w.’'-]*)(?:[ ](?:[A-Z][\w.’'-]*|of|and)){0,3})"
_VERB: Final = rf"(?P<verb>{'|'.join(_BASES)})"
_OBJECT: Final = r"(?P<object>(?:the|its|a|an|their)[ ](?:[\w’'-]+[ ]){0,6}?[\w’'-]+)"
_SUBJECT: Final = r"(?P<subject>(?:The|An?|Each) [a-z][a-z-]*(?: [a-z-]+){0,2}?)"
_MONTH: Final = "|".join(MONTHS)


def _small(subject: str) -> str:
    return subject[0].lower() + subject[1:]


_PATTERNS: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...]] = (
    (
        re.compile(rf"^{_NAME} {_VERB} {_OBJECT} (?:to|because|in order to|so that) "),
        lambda m: f"Why did {m['name']} {_BASES[m['verb']]} {m['object']}?",
    ),
    (
        re.compile(rf"^(?P<the>The )?{_NAME}(?:,| was) (?P<done>[a-z]+ed|built) (?:in|on) (?:\w+ ){{0,2}}\d{{4}}\b"),
        lambda m: f"When was {(m['the'] or '').lower()}{m['name']} {m['done']}?",
    ),
    (
        re.compile(rf"^{_NAME} was born in [A-Z]"),
        lambda m: f"Where was {m['name']} born?",
    ),
    (
        re.compile(rf"^{_SUBJECT} (?:now )?costs (?:about |around )?[^\w\s]?\d"),
        lambda m: f"How much does {_small(m['subject'])} cost?",
    ),
    (
        re.compile(rf"^{_SUBJECT} is worth (?:about |around )?[^\w\s]?\d"),
        lambda m: f"How much is {_small(m['subject'])} worth?",
    ),
    (
        re.compile(rf"\b[Ii]n (?P<when>(?:{_MONTH}) (?:19|20)\d\d),? "),
        lambda m: f"What happened in {m['when']}?",
    ),
)  # fmt: skip


def propose(sentence: str) -> Iterator[str]:
    """Questions that a sentence seems to answer, the most telling first.

    >>> next(propose("Acme sold the Dover mill to pay its debts."))
    'Why did Acme sell the Dover mill?'
    """
    for pattern, phrase in _PATTERNS:
        if match := pattern.search(" ".join(sentence.split())):
            yield phrase(match)

"""The phrases that tell who holds a role, who founded, owns or bought what, and where something is.

In each, ``who`` or ``place`` is the name, ``role`` or ``verb`` says of what, and ``org`` or ``born`` of whom.
"""

import re
from functools import lru_cache
from typing import Final, NamedTuple

from aliqa.text.english import MONTHS, WEEKDAYS
from aliqa.text.english import UPPER as UP

_NO_NAME: Final = re.compile(
    r"\b(?:The|An?(?!\.)|In|On|At|But|And|As|For|Its?|His|Her|Their|Our|This|That|These|When|While|After|Before|Since|He|She|They|We|I(?!\.)|If|Under|With"
    r"|By|Of|From|Now|Then|Both|Each|One|Only|Last|First|To|Former|Ex|Acting|Interim|Deputy|Vice|Assistant|Outgoing|Incoming|Late|Senior|Regional|Co"
    r"|Executive|Board|Chief|Although|Not|So|Yet|Founded|Owned|Led|Run|Bought|Acquired|Established|Based|Who|Which|What|Where|How|According|Today"
    rf"|Yesterday|{'|'.join((*WEEKDAYS, *MONTHS))}|CEO|CFO|COO|CTO)\b"
)
"""Capitalised words that are no part of a name."""

WORD: Final = rf"(?:[{UP}]\.(?:[{UP}]\.)*|[{UP}][\w&]*(?:[-’'](?!s\b)\w+)*)"
TITLE: Final = r"(?:(?:Mr|Mrs|Ms|Dr|Prof|Professor|Sir|Dame|Lord|Lady)\.? )?"
_PERSON: Final = rf"{TITLE}{WORD}(?: (?:(?:de|da|del|van|von|der|den|bin|al|el|la|le|di|dos) )*{WORD}){{0,3}}"
_NOUN: Final = (
    r"(?: (?:museum|university|hospital|orchestra|institute|bank|party|school|college|club|union|parliament|theatre|gallery|festival|foundation"
    r"|opera|library|city|newspaper|magazine|shipyard|yard|airport|port|brewery|hotel))?"
)
ORG: Final = (
    rf"(?:[Tt]he )?(?:(?:orchestra|university|city|museum|republic|bank|port|town|state) of )?"
    rf"{WORD}(?:(?: (?:of(?: the)?|and|&|de))? {WORD}){{0,4}}{_NOUN}"
)
_PLACE: Final = rf"(?:the )?{WORD}(?:[ -]{WORD}){{0,2}}(?:, {WORD}(?: {WORD})?)?"
ROLES: Final = {
    "chief executive": r"chief executive(?: officer)?|CEO",
    "chairman": r"chair(?:man|woman|person)?(?: of the board)?",
    "finance chief": r"chief financial officer|CFO|finance chief|finance director",
    "operating chief": r"chief operating officer|COO",
    "technology chief": r"chief technology officer|CTO",
    "managing director": r"managing director",
    "general manager": r"general manager",
    "secretary general": r"secretary[- ]general|general secretary",
    "prime minister": r"prime minister|premier",
    "minister": r"(?:foreign|finance|health|defen[cs]e|interior|justice|education|transport|energy|economy|labou?r|culture) minister",
    "president": r"president",
    "mayor": r"mayor(?:ess)?",
    "governor": r"governor",
    "chancellor": r"chancellor",
    "rector": r"rector",
    "dean": r"dean",
    "principal": r"principal|head ?teacher|headmaster|headmistress",
    "editor": r"editor(?:[- ]in[- ]chief)?|chief editor",
    "director": r"director",
    "coach": r"(?:head )?coach",
    "captain": r"captain",
    "conductor": r"(?:chief |principal )?conductor",
    "speaker": r"speaker",
    "owner": r"owner",
    "founder": r"founder",
}
_ROLE: Final = rf"(?<![\w-])(?i:{'|'.join(ROLES.values())})(?![\w-])(?! (?:elect|designate|candidate|nominee))"
_SOLE: Final = r"(?:(?P<new>new )|(?:current|present|long-?time|long-serving|incumbent) )?"
_IS: Final = r"(?P<is>is|was|remains|has been|serves as|served as)(?: now| currently| still)?"
_BECAME: Final = r"(?P<became>became|becomes|was (?:appointed|named|elected|made|sworn in as)|took over as|has been (?:appointed|named|elected)|took office as)"
VERBS: Final = {
    "leader": "led|headed|run|leads|heads|runs",
    "chairman": "chaired|chairs",
    "coach": "coached|coaches",
    "director": "directed|directs",
    "conductor": "conducted|conducts",
    "founder": "founded|established|set up",
    "owner": "owned|owns",
    "buyer": "bought|acquired|taken over|took over|has bought|has acquired|has taken over",
}
_PASSIVE: Final = (
    "led|headed|run|chaired|coached|directed|conducted|founded|established|set up|owned|bought|acquired|taken over"
)
_ACTIVE: Final = "leads|heads|runs|chairs|coaches|directs|conducts|founded|established|set up|owns|bought|acquired|took over|has (?:bought|acquired|taken over)"
_WHEN: Final = r"(?: (?:in|on) (?:[a-z]+ )?(?:\d{1,2}, )?\d{4})?"
_APPOSED: Final = r"(?:(?:the |a )?(?:(?!brothers|sisters|siblings|couple|group|pair|team|two|three|four|five|former|family|consortium|then)[a-z-]+ ){1,2})?"
_THING: Final = r"(?:the (?:(?!of\b|in\b|from\b|for\b|at\b|on\b|to\b|by\b|with\b)[a-z]+ ){1,2})?"
_WHOLE: Final = r"(?=[.,;:!?)”\"]|$| (?:in|for|from|after|before|when|last|since|on|at|as|because|during|by|but|while|this|early|late|with|and (?:now|has|is|was))\b)"

EPITHET: Final = rf"(?P<org>{ORG}) (?P<role>{_ROLE}),? (?P<who>{_PERSON})"
"""In this form histories, too, name presidents and ministers: "British Prime Minister …"."""

ITS: Final = rf"\b(?:[Ii]ts|[Tt]heir) (?P<role>{_ROLE}),? (?P<who>{_PERSON})"


class Family(NamedTuple):
    """Phrases of one kind. They are tried only on sentences with one of the ``words`` and with the ``anchor``: quicker."""

    words: frozenset[str]
    anchor: str
    patterns: tuple[str, ...]


def _family(words: str, anchor: str, *patterns: str) -> Family:
    return Family(frozenset(words.split()), anchor, patterns)


@lru_cache(maxsize=64)
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern, compiled when a sentence first needs it: that takes longer than to answer most questions."""
    return re.compile(pattern)


def plain(text: str) -> str:
    """A text of the same length in which only what may be part of a name is capitalised.

    >>> plain("In May the CEO of May Steel, I. Berg, sang.")
    'in may the cEO of may Steel, I. Berg, sang.'
    """
    return _NO_NAME.sub(lambda found: found[0][0].lower() + found[0][1:], text)


FAMILIES: Final = (
    _family(
        "executive ceo chair chairman chairwoman chairperson cfo coo cto officer chief director manager secretary minister premier president mayor"
        " governor chancellor rector dean principal headteacher headmaster headmistress editor coach captain conductor speaker owner founder",
        rf"{_ROLE}(?:,? [{UP}]| of | at | is | was | remains | has |[,.;:]|$)",
        EPITHET,
        rf"(?P<org>{ORG})['’]s? {_SOLE}(?P<role>{_ROLE}),? (?P<who>{_PERSON})",
        rf"(?P<org>{ORG})['’]s? {_SOLE}(?P<role>{_ROLE}) {_IS} (?P<who>{_PERSON})",
        rf"{_SOLE}(?P<role>{_ROLE}) (?:of|at) (?P<org>{ORG}), (?P<who>{_PERSON})",
        rf"(?P<role>(?i:mayor|president|governor|chancellor|prime minister)) of (?P<org>{WORD}) (?P<who>{WORD} {WORD})(?! {WORD})",
        rf"{_SOLE}(?P<role>{_ROLE}) (?:of|at) (?P<org>{ORG}) {_IS} (?P<who>{_PERSON})",
        rf"(?P<who>{_PERSON}), (?:the |its )?{_SOLE}(?P<role>{_ROLE}) (?:of|at) (?P<org>{ORG})",
        rf"(?P<who>{_PERSON}), (?:the )?(?P<org>{ORG})(?:['’]s?)? {_SOLE}(?P<role>{_ROLE})",
        rf"(?P<who>{_PERSON}),? (?:who )?(?:{_IS}|{_BECAME}) (?:the )?{_SOLE}(?P<role>{_ROLE}) (?:of|at) (?P<org>{ORG})",
        rf"(?P<who>{_PERSON}),? (?:who )?(?:{_IS}|{_BECAME}) (?:the )?(?P<org>{ORG})(?:['’]s?)? {_SOLE}(?P<role>{_ROLE})",
        ITS,
    ),
    _family(
        "led headed run chaired coached directed conducted founded established set owned bought acquired taken",
        rf"\b(?i:{_PASSIVE})\b[^.;]{{0,30}}? by ",
        rf"(?P<org>{ORG}),? (?:(?:which|who) )?(?:(?P<be>is|was|are|were|has been|had been) )?(?:now )?(?P<verb>{_PASSIVE}){_WHEN} by {_APPOSED}(?P<who>{_PERSON})",
        rf"\b(?P<verb>founded|owned|led|run|bought|acquired|established){_WHEN} by {_APPOSED}(?P<who>{_PERSON}){_WHEN}, (?P<org>{ORG})",
    ),
    _family(
        "leads heads runs chairs coaches directs conducts founded established set owns bought acquired took taken",
        rf"\b(?:{_ACTIVE}) (?:the |[{UP}])",
        rf"(?P<who>{_PERSON}),? (?:who )?(?P<verb>{_ACTIVE}) {_THING}(?P<org>{ORG}){_WHOLE}",
    ),
    _family(
        "headquartered based headquarters office hq",
        rf"\b(?:based|headquartered|headquarters|office|HQ) (?:in|is|are|was|were|of) |[\w]-based [{UP}]",
        rf"(?P<org>{ORG}),? (?:which )?(?:(?P<be>is|are|was|were) )?(?:now )?(?:headquartered|based) in (?P<place>{_PLACE})",
        rf"(?P<org>{ORG})['’]s? (?:headquarters|head office|HQ) (?P<be>is|are|was|were) (?:located )?in (?P<place>{_PLACE})",
        rf"(?:headquarters|head office|HQ) of (?P<org>{ORG}) (?P<be>is|are|was|were) (?:located )?in (?P<place>{_PLACE})",
        rf"(?P<org>{ORG}) (?:has|keeps) (?:its|their) (?:headquarters|head office|HQ) in (?P<place>{_PLACE})",
        rf"(?P<place>{WORD}(?: {WORD})?)-based (?P<org>{ORG})",
    ),
    _family(
        "born", r"\bwas born ", rf"(?P<born>{_PERSON}) was born (?:(?:in|on) [^,.;]{{3,20}} )?in (?P<place>{_PLACE})"
    ),
)

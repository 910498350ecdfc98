"""A sentence as the check of support sees it: clauses, each with its words, names, figures, and how sure it is.

English rules, and as much of Chinese as its numbers and negations need. No grammar: a clause ends at a
comma, a semicolon or a joining word.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from aliqa import quantities
from aliqa.lexical import content_words, terms
from aliqa.quantities import Quantity
from aliqa.types import Span

Name = frozenset[str]
"""The terms of a name."""

_JOINT: Final = re.compile(
    r"\s*[;:，；：、。—]\s*|(?<!\d),\s+|,\s+(?!\d{3}\b)|\s+[-–]\s+"
    r"|\s+(?=(?:and|or|but|while|whereas|although|though|because|since|after|before|until|which|who|when|where|as)\b)",
    re.I,
)
_OPENING: Final = re.compile(
    r"\s*(?:in|on|at|by|before|after|until|since|during|within|for|over|last|this|together|according to|as of)\b[^,;]{0,40}(?P<comma>,)\s",
    re.I,
)
"""What stands in front of a sentence only to say when, where or who says so."""

_NAME: Final = re.compile(
    r"(?:\b[A-Z][\w’'-]*|\b[A-Z]\.)(?:\s+(?:[A-Z][\w’'-]*|&|(?:de|van|von|der)\b(?=\s+[A-Z])|of(?=\s+[A-Z])))*"
)
_POSSESSIVE: Final = re.compile(r"['’]s?\b")
_NEW_SUBJECT: Final = re.compile(
    r"(?:(?:and|or|but|while|whereas|because|since|after|before)\s+)?(?:the|an?|this|that|we|I)\b", re.I
)
_JOINED: Final = re.compile(r"\s*(?:and|or|but|while|whereas)\b", re.I)
_SPEECH: Final = re.compile(
    r"\b(?:says?|said|told|tells?|according|reports?|reported|writes?|wrote|adds?|added)\b", re.I
)
_FOUND: Final = re.compile(r"\b(?:finds?|found|shows?|showed|states?|stated) that\b", re.I)
_DATE_TERMS: Final = frozenset(
    terms(
        "January February March April May June July August September October November December Monday Tuesday Wednesday"
        " Thursday Friday Saturday Sunday"
    )
)
_MONTH_MAY: Final = re.compile(
    r"\b(?:in|of|since|until|by|from|to|before|after|during|last|next|late|early|mid|\d{1,2}) May\b|\bMay (?=\d)"
)
_IN_MAY: Final = "month-may"

_WEIGHTY: Final = frozenset(
    terms(
        "more most less least few fewer many much all only over under up down off before after both same other between"
        " every each during until"
    )
)
"""Function words to a search, but not to the truth."""

_MARKS: Final = {
    "not": re.compile(
        r"\b(?:not|no|never|none|nobody|nothing|neither|nor|cannot|without|hardly|barely|scarcely|instead|false(?:ly)?|untrue|myth"
        r"|lacks?|lacked|fail(?:s|ed|ure)?|den(?:y|ies|ied)|refus(?:e[sd]?|al|ing)|reject(?:s|ed|ion|ing)?|avoid(?:s|ed)?"
        r"|prevent(?:s|ed)?|abandon(?:s|ed|ing)?|cancel(?:s|l?ed|lation)?|withdr(?:ew|aws?|awn|awal)|scrap(?:s|ped)?|unable|unlikely"
        r"|disputed?|dismiss(?:es|ed)?|rul(?:es|ed) out)\b|n['’]t\b|[不没未非无]",
        re.I,
    ),
    "future": re.compile(
        r"\b(?:will|shall|would|plan(?:s|ned|ning)?|expect(?:s|ed|ing|ation)?|anticipat\w+|intend(?:s|ed)?|aim(?:s|ed|ing)?|propos\w+"
        r"|consider\w*|hope[sd]?|target(?:s|ed|ing)?|forecast\w*|predict\w*|goals?|seeks?|sought|want(?:s|ed)?|going to|(?:is|are) (?:due |set )?to"
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
        "will would shall may might could must should plan planned expect expected intend intended aim due set going not no"
    )
)
_DENIES_ON: Final = re.compile(r"\b(?:not|never|cannot|neither)\b|n['’]t\b", re.I)
"""Denies what is joined to it, too: "did not sell shops and cut jobs", but not "rejected the offer and demands more"."""

_CONTRAST: Final = re.compile(r"\s*(?:but|while|whereas|although|though)\b", re.I)
_PAIR: Final = re.compile(r"\b(?:between|both)\b[^,;]*$", re.I)
_LENT: Final = 3

_CJK_NUMBER: Final = re.compile(r"[一二三四五六七八九十百千万亿零两]+|\d+")
_CJK: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of a sentence.

    ``words`` are its terms that weigh, in order; ``names`` its names in order, and ``subject`` those that it
    speaks of: the names of the clause before if it has none. ``lent`` are words that it leaves to the clause
    before to say. ``marks`` are which of "not", "future" and "maybe" it says, or is under.
    """

    text: str
    words: tuple[str, ...]
    names: tuple[Name, ...]
    subject: tuple[Name, ...]
    figures: tuple[Quantity, ...]
    marks: frozenset[str]
    lent: frozenset[str] = frozenset()

    @property
    def held(self) -> frozenset[str]:
        """All words that a sentence may take from it."""
        return self.lent.union(self.words)

    @property
    def contrasts(self) -> bool:
        """Whether it says something else than the clause before."""
        return bool(_CONTRAST.match(self.text))

    @property
    def speaks(self) -> bool:
        """Whether it names who says something."""
        return bool(_SPEECH.search(self.text))

    def before(self, figure: Quantity) -> str | None:
        """The last word of weight before a figure of this clause."""
        return next(reversed(list(_words(self.text[: figure.span.start]))), None)


def clauses(text: str, known: frozenset[str] = frozenset()) -> list[Clause]:
    """The clauses of a sentence; its first word is a name if its term is among the ``known`` ones."""
    text = _FOUND.sub("said that", text)
    opening = _OPENING.match(text)
    if opening:
        text = f"{text[: opening.start('comma')]} {text[opening.end('comma') :]}"
    found: list[Clause] = []
    for start, end in _pieces(text):
        one = _clause(text[start:end], known if start == 0 else None)
        found.append(_leaning(one, found[-1], text, start) if found else one)
    return found


def marks(text: str) -> frozenset[str]:
    """Which of "not", "future" and "maybe" a text says.

    >>> sorted(marks("It will not close.")), sorted(marks("It closed in May 2024."))
    (['future', 'not'], [])
    """
    plain = _MONTH_MAY.sub(" ", text)
    return frozenset(name for name, pattern in _MARKS.items() if pattern.search(plain))


def says_mark(term: str) -> bool:
    """Whether a term says nothing but such a mark, so that the quote may say it in another word."""
    return term in _MARK_TERMS


def is_date(name: Name) -> bool:
    """Whether a name is that of a month or a day."""
    return name <= _DATE_TERMS


def is_cjk(text: str) -> bool:
    """Whether at least a third of it is Chinese, Japanese or Korean."""
    return 3 * len(_CJK.findall(text)) >= len(text.strip()) > 0


def cjk_numbers(text: str) -> list[str]:
    """Its numbers, in digits or Chinese characters, in order."""
    return _CJK_NUMBER.findall(text)


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for joint in _JOINT.finditer(text):
        if text[start : joint.start()].strip() and not _PAIR.search(text[start : joint.start()]):
            yield start, joint.start()
            start = joint.end()
    if text[start:].strip():
        yield start, len(text)


def _clause(text: str, known: frozenset[str] | None) -> Clause:
    figures = tuple(quantities.find(text))
    names = tuple(_names(text, known, [figure.span for figure in figures]))
    return Clause(text, tuple(_words(text)), names, names, figures, marks(text))


def _leaning(one: Clause, before: Clause, text: str, start: int) -> Clause:
    """The clause with what it takes from the one before it: names, plans and denials, and words left out."""
    if _NEW_SUBJECT.match(one.text):
        return one
    joined = bool(_JOINED.match(text[start:])) or text[:start].rstrip().endswith((",", "、", "，"))
    if one.names and (not joined or _begins_with_name(one)):
        return replace(one, lent=_tail(one, before)) if joined else one
    under = {mark for mark in before.marks if mark == "future" or (mark == "not" and _DENIES_ON.search(before.text))}
    lead = frozenset(_lead(before)) if joined and not one.contrasts else frozenset[str]()
    subject = (*one.names, *before.subject)
    return replace(one, subject=subject, marks=one.marks | (under if joined else set()), lent=lead | _tail(one, before))


def _begins_with_name(one: Clause) -> bool:
    return bool(re.match(r"\s*(?:(?:and|or|but|while|whereas)\s+)?[A-Z]", one.text))


def _lead(before: Clause) -> tuple[str, ...]:
    """The words with which a clause begins: "The bakery cut its prices by 15 cents and hired 12 people"."""
    return before.words[:_LENT]


def _tail(one: Clause, before: Clause) -> frozenset[str]:
    """The words behind the figure of the clause before, where its own figure is its end: "33% of the market and … 18%"."""
    if not one.figures or not before.figures or any(_words(one.text[one.figures[-1].span.end :])):
        return frozenset()
    return frozenset(_words(before.text[before.figures[-1].span.end :]))


def _words(text: str) -> Iterator[str]:
    """The terms that weigh, in order, repeats kept."""
    weighing = content_words(text).keys()
    yield from (term for term in terms(text) if term in weighing or term in _WEIGHTY)
    if _MONTH_MAY.search(text):
        yield _IN_MAY


def _names(text: str, known: frozenset[str] | None, figures: Sequence[Span]) -> Iterator[Name]:
    """The names of a clause; the letters of a unit, as "MW", are none."""
    for match in _NAME.finditer(text):
        if any(Span(*match.span()).overlaps(figure) for figure in figures):
            continue
        name = frozenset(content_words(_POSSESSIVE.sub("", match.group())))
        first = known is not None and not text[: match.start()].strip(" \"“‘'(")
        plain = first and len(match.group().split()) == 1 and not name & (known or frozenset())
        if name and not plain:
            yield name

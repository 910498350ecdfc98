"""A sentence as the check of support sees it: clauses, each with its words, names, figures, and how sure it is.

English rules, and as much of Chinese as its numbers and negations need. No grammar: a clause ends at a
comma, a semicolon or a joining word.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from aliqa.answers.synthesis.marks import MONTH_MAY, marks
from aliqa.foundations.types import Span
from aliqa.text import quantities
from aliqa.text.english import CONTRAST, MONTHS, WEEKDAYS
from aliqa.text.english import NAME as NAME_PATTERN
from aliqa.text.quantities import Quantity
from aliqa.text.terms import content_words, terms

Name = frozenset[str]
"""The terms of a name."""

_JOINT: Final = re.compile(
    r"\s*(?:[;，：；、。—]|:(?!\s*[\"“]))\s*|(?<!\d),\s+|,\s+(?!\d{3}\b)|\s+[-–]\s+"
    r"|\s+(?=(?:and|or|but|while|whereas|although|though|because|since|after|before|until|which|who|when|where|(?<!such )as)\b)",
    re.I,
)
_OPENING: Final = re.compile(
    r"\s*(?:in|on|at|by|before|after|until|since|during|within|for|over|last|this|together|according to|as of)\b[^,;]{0,40}(?P<comma>,)\s",
    re.I,
)
"""What stands in front of a sentence only to say when, where or who says so."""

NAME: Final = re.compile(NAME_PATTERN)

_AND_NAME: Final = re.compile(r"\s+(?:and|or) [A-Z]")
_NAME_ALONE: Final = re.compile(r"\s+(?:and|or) [A-Z][\w’'-]*(?: [a-z]+)?\s*(?:[,;.!?]|$)")
VERB: Final = re.compile(
    r"\b(?:is|are|was|were|be|been|being|has|have|had|do|does|did|will|would|can|could|may|might|must|shall|should|says?|said"
    r"|made?|makes?|took|takes?|becomes?|became|grew|rose|fell|sold|sells?|bought|buys?|went|goes|came|comes?|gave|gives?|held|holds?"
    r"|led|leads?|won|wins?|lost|loses?|left|leaves|began|built|found|ran|runs?|costs?|kept|keeps?|means?|meant|remains?|includes?"
    r"|accounts? for|integrates?|employs?|invests?|serves?|provides?|offers?|operates?|produces?|owns?|expects?|wants?|consists?"
    r"|represents?|reach(?:es)?|belongs?|refers?|contains?|lies|lives?|stands|exceeds?|plays?|rises?|falls?|grows?|[a-z]+ed)\b|n['’]t\b"
)
"""A verb, as far as a list can tell."""

_POSSESSIVE: Final = re.compile(r"['’]s?\b")
_NEW_SUBJECT: Final = re.compile(
    r"(?:(?:and|or|but|while|whereas|because|since|after|before)\s+)?(?:the|an?|this|that|we|I)\b", re.I
)
_JOINED: Final = re.compile(r"\s*(?:and|or|but|while|whereas)\b", re.I)
SPEECH: Final = re.compile(
    r"\b(?:says?|said|told|tells?|according|reports?|reported|writes?|wrote|adds?|added)\b", re.I
)
_FOUND: Final = re.compile(r"\b(?:finds?|found|shows?|showed|states?|stated) that\b", re.I)
_DATE_TERMS: Final = frozenset(terms(" ".join((*MONTHS, *WEEKDAYS))))
_IN_MAY: Final = "month-may"

_WEIGHTY: Final = frozenset(
    terms(
        "more most less least few fewer many much all only over under up down off before after both same other between"
        " every each during until"
    )
)
"""Function words to a search, but not to the truth."""

_DENIES_ON: Final = re.compile(r"\b(?:not|never|cannot|neither)\b|n['’]t\b", re.I)
"""Denies what is joined to it, too: "did not sell shops and cut jobs", but not "rejected the offer and demands more"."""

_PAST_IN_IT: Final = re.compile(r"\bthat (?:saw|was|were|had|has|have|[a-z]+ed)\b")
_PRONOUN: Final = re.compile(r"\s*(?:(?:and|or|but|while|whereas)\s+)?(?:it|they|he|she)\b", re.I)
_CONTRAST: Final = re.compile(rf"\s*(?:{CONTRAST})\b", re.I)
_PAIR: Final = re.compile(r"\b(?:between|both)\b[^,;]*$", re.I)
_LENT: Final = 3
_LIST_WORDS: Final = 6

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
        return bool(SPEECH.search(self.text))

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
        found.append(_leaning(one, found, text, start) if found else one)
    return found


def name_of(text: str) -> Name:
    """The terms of a name, possessives as without."""
    return frozenset(content_words(_POSSESSIVE.sub("", text)))


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
        piece = text[start : joint.start()]
        if piece.strip() and not _PAIR.search(piece) and not _lists(piece, text[joint.start() :]):
            yield start, joint.start()
            start = joint.end()
    if text[start:].strip():
        yield start, len(text)


def _lists(piece: str, behind: str) -> bool:
    """Whether a joint only stands between names: "Tidewater and Volmer reached", "cloud and AI hardware, which"."""
    return bool(_AND_NAME.match(behind)) and (
        not NAME.sub("", piece.rpartition("  ")[2]).strip(" ,") or bool(_NAME_ALONE.match(behind))
    )


def _clause(text: str, known: frozenset[str] | None) -> Clause:
    figures = tuple(quantities.find(text))
    names = tuple(_names(text, known, [figure.span for figure in figures]))
    return Clause(text, tuple(_words(text)), names, names, figures, marks(text))


def _leaning(one: Clause, found: Sequence[Clause], text: str, start: int) -> Clause:
    """The clause with what it takes from those before it: names, plans and denials, and words left out."""
    before = found[-1]
    if _NEW_SUBJECT.match(one.text):
        return replace(one, subject=(*before.subject, *one.names)) if _is_apposition(one, before) else one
    joined = bool(_JOINED.match(text[start:])) or text[:start].rstrip().endswith((",", "、", "，"))
    if one.names and not joined:
        return one
    marked = one.marks | _under(one, before) if joined else one.marks
    if one.names and _begins_with_name(one):
        return replace(one, marks=one.marks if VERB.search(one.text) else marked, lent=_tail(one, found))
    lead = frozenset(_lead(before, one)) if joined and not one.contrasts else frozenset[str]()
    of_whom = found[0].subject if _PRONOUN.match(one.text) else before.subject
    return replace(one, subject=(*one.names, *of_whom), marks=marked, lent=lead | _tail(one, found))


def _under(one: Clause, before: Clause) -> frozenset[str]:
    """What the clause before plans or denies for this one, too."""
    future = "future" in before.marks and not _PAST_IN_IT.search(one.text)
    denied = "not" in before.marks and _DENIES_ON.search(before.text)
    return frozenset([*(["future"] if future else []), *(["not"] if denied else [])])


def _is_apposition(one: Clause, before: Clause) -> bool:
    """Whether it says what the name before it is: "Corvane, the cement giant"."""
    return bool(NAME.fullmatch(before.text.strip()) and re.match(r"\s*(?:the|an?)\b", one.text))


def _begins_with_name(one: Clause) -> bool:
    return bool(re.match(r"\s*(?:(?:and|or|but|while|whereas)\s+)?[A-Z]", one.text))


def _lead(before: Clause, one: Clause) -> tuple[str, ...]:
    """The words with which a clause begins: "The bakery cut its prices by 15 cents and hired 12 people"; all before a mere list."""
    listed = not one.figures and not VERB.search(one.text) and len(one.words) <= _LIST_WORDS
    return before.words if listed else before.words[:_LENT]


def _tail(one: Clause, found: Sequence[Clause]) -> frozenset[str]:
    """The words behind the figure of a clause before, where its own figure is its end: "33% of the market and … 18%"."""
    if not one.figures or any(_words(one.text[one.figures[-1].span.end :])):
        return frozenset()
    for before in reversed(found):
        behind = frozenset(_words(before.text[before.figures[-1].span.end :])) if before.figures else frozenset[str]()
        if behind or not before.figures:
            return behind
    return frozenset()


def _words(text: str) -> Iterator[str]:
    """The terms that weigh, in order, repeats kept."""
    weighing = content_words(text).keys()
    yield from (term for term in terms(text) if term in weighing or term in _WEIGHTY)
    if MONTH_MAY.search(text):
        yield _IN_MAY


def _names(text: str, known: frozenset[str] | None, figures: Sequence[Span]) -> Iterator[Name]:
    """The names of a clause; the letters of a unit, as "MW", are none."""
    for start, end in name_spans(text):
        if any(Span(start, end).overlaps(figure) for figure in figures):
            continue
        name = name_of(text[start:end])
        first = known is not None and not text[:start].strip(" \"“‘'(")
        plain = first and len(text[start:end].split()) == 1 and not name & (known or frozenset())
        if name and not plain:
            yield name


def name_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where names stand: "Ant Group" and "Taobao" in "Ant Group's Taobao", but no abbreviation behind a possessive."""
    for match in NAME.finditer(text):
        start = match.start()
        for own in re.finditer(r"['’]s?\s+", match.group()):
            yield start, match.start() + own.start()
            start = match.start() + own.end()
        if start == match.start() or not re.fullmatch(r"[A-Z\d]+", text[start : match.end()]):
            yield start, match.end()

"""Whether quotes carry a sentence.

A sentence is carried when each of its clauses is: its figures stand in the quotes with the same value and
unit, its names are those that the quotes speak of there, it denies, plans and doubts what they deny, plan
and doubt, and every other word of weight stands in them, or a near synonym of it. Where the question is known,
an answer may restate it (`asking`); of whom a quote speaks may stand in the sentences before it (`evidence`). The
rules err on the strict side: a sentence that they refuse can still be shown as the quote itself.

What they cannot see: a wrong word order within one clause without names, and words whose meaning hangs on
the sentences around the quote.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from aliqa.answers.synthesis.asking import Asked, answers, is_short, leans, meant, read_question, restating
from aliqa.answers.synthesis.clauses import (
    SPEECH,
    Clause,
    Name,
    cjk_numbers,
    clauses,
    is_cjk,
    is_date,
    name_of,
    name_spans,
)
from aliqa.answers.synthesis.evidence import Quote, kinds_of_names, names_of, referents, taken_up, title_terms
from aliqa.answers.synthesis.figures import HARMLESS, figure_held, is_period, value_words
from aliqa.answers.synthesis.marks import marks, says_mark
from aliqa.answers.synthesis.order import names_turned, reason_turned
from aliqa.answers.synthesis.words import covered
from aliqa.text.quantities import find
from aliqa.text.terms import content_words, terms

__all__ = ["Fault", "Quote", "fault"]

Fault = Literal["nothing said", "figure", "name", "word", "certainty", "order"]
"""What a sentence says that the quotes do not."""

_SOURCE: Final = re.compile(r"\b[Aa]ccording to [^,;]{1,60}")
_COMPOUND: Final = re.compile(r"\b[^\W_]+(?:-[^\W_]+)+")
_LEAST_WORDS: Final = 2
_CJK_PAIRS: Final = 0.75


@dataclass(frozen=True, slots=True)
class _Given:
    """What the quotes give.

    ``named`` are the terms that only their surroundings name, ``marked`` those of the answers that the reader marked,
    ``free`` those that need no evidence, and ``restated`` those of the question that need not stand beside a figure.
    """

    texts: Sequence[str]
    clauses: Sequence[Clause]
    named: frozenset[str]
    marked: frozenset[str]
    free: frozenset[str]
    restated: frozenset[str]


def fault(sentence: str, quotes: Sequence[Quote], question: str = "", said: str = "") -> Fault | None:
    """What the sentence says that the quotes do not; None when they carry it.

    Args:
        sentence: what is to be shown.
        quotes: what it cites.
        question: what was asked. Without it, an answer that is no sentence needs to say two words of weight.
        said: the sentence that is shown before it, of which "it" and "they" speak.

    >>> quotes = [Quote("Marlowe will close 46 shops.")]
    >>> fault("Marlowe plans to shut 46 shops.", quotes), fault("Marlowe closed 64 shops.", quotes)
    (None, 'figure')
    """
    if is_cjk(sentence):
        return _cjk_fault(sentence, "".join(one.text for one in quotes))
    asked = read_question(question)
    own = terms(sentence)
    if own and not leans(sentence) and any(own == terms(one.text) for one in quotes):
        return None
    if question and is_short(sentence):
        return _short_fault(sentence, [one for one in quotes if answers(sentence, one, asked)], question, asked)
    of_whom = meant(said, asked) if question and leans(sentence) else ()
    return _fault(sentence, _given(sentence, quotes, question, asked), of_whom, _LEAST_WORDS)


def _short_fault(sentence: str, quotes: Sequence[Quote], question: str, asked: Asked) -> Fault | None:
    """The fault of an answer without a verb; how sure it is, the question says."""
    given = _given(sentence, quotes, question, asked)
    found = _fault(sentence, given, asked.names if find(sentence) else (), 1)
    return None if found == "certainty" and frozenset(content_words(sentence)) <= given.marked else found


def _fault(sentence: str, given: _Given, of_whom: Sequence[Name], least: int) -> Fault | None:
    """The fault of a sentence that speaks of one of these names, too, and has to say so many words of weight."""
    told = clauses(sentence, _union(name for part in given.clauses for name in part.names) | given.named)
    if len({word for part in told for word in part.words if word not in HARMLESS}) < least:
        return "nothing said"
    if not _spoken_of(of_whom, given) or _names_a_source(sentence, given) or _begins_with_another(sentence, given):
        return "name"
    if not all(_compound_held(match.group(), given.clauses) for match in _COMPOUND.finditer(sentence)):
        return "word"
    told = [replace(part, subject=(*part.subject, *of_whom)) for part in told[:1]] + told[1:]
    found = next((found for part in told if (found := _clause_fault(part, given))), None)
    turned = names_turned(told, given.clauses, given.texts) or reason_turned(sentence, given.texts)
    return found or ("order" if turned else None)


def _begins_with_another(sentence: str, given: _Given) -> bool:
    """Whether the first word of a sentence looks like a name, and only resembles a word of the quotes: Kenya, Kenyatta."""
    place, name = next(names_of(sentence), (1, frozenset[str]()))
    held = _union(one.held for one in given.clauses) | given.named | given.free
    return place == 0 and len(name) == 1 and not name & held


def _names_a_source(sentence: str, given: _Given) -> bool:
    """Whether a sentence claims something of a name that the quotes only give as their source."""
    if SPEECH.search(sentence):
        return False
    own = frozenset(terms(sentence))
    rest = _union(frozenset(terms(_SOURCE.sub("", text))) for text in given.texts)
    sources = [match.group() for text in given.texts for match in _SOURCE.finditer(text)]
    names = [name_of(source[start:end]) for source in sources for start, end in name_spans(source)]
    return any(name and name <= own and not name & rest for name in names)


def _spoken_of(of_whom: Sequence[Name], given: _Given) -> bool:
    """Whether the quotes speak of one of these names, or name nothing."""
    theirs = {name for one in given.clauses for name in one.subject if not is_date(name)}
    return not of_whom or not theirs or any(_same_name(a, b) for a in of_whom for b in theirs)


def _given(sentence: str, quotes: Sequence[Quote], question: str, asked: Asked) -> _Given:
    found: list[Clause] = []
    named: frozenset[str] = frozenset()
    for one in quotes:
        of_whom = referents(one, asked.terms)
        pieces = clauses(one.text, _union(name for _, name in names_of(one.text)))
        found += [replace(piece, subject=(*piece.subject, *of_whom)) for piece in pieces[:1]] + pieces[1:]
        named |= _union(of_whom) | title_terms(one) | (taken_up(one) & asked.terms)
        named |= kinds_of_names(question, one) if of_whom else frozenset()
    free = restating(sentence, quotes, asked)
    marked = _union(frozenset(terms(one.marked)) for one in quotes) if asked.terms else frozenset[str]()
    answers_it = bool(marked & frozenset(content_words(sentence)))
    texts = [one.text for one in quotes]
    return _Given(texts, found, named, marked, HARMLESS | free, asked.terms if answers_it else frozenset())


def _compound_held(compound: str, given: Sequence[Clause]) -> bool:
    """Whether the parts of "UCP1-independent" stand side by side in a clause that has them; they may be no words of it."""
    parts = terms(compound)
    rows = [terms(one.text) for one in given]
    side_by_side = any(row[place : place + len(parts)] == parts for row in rows for place in range(len(row)))
    return side_by_side or not all(any(part in row for row in rows) for part in parts)


def _clause_fault(part: Clause, given: _Given) -> Fault | None:
    """What a clause says beyond the quotes' clauses."""
    admitted = [one for one in given.clauses if _about(part, one, given.named) and _beside(part, one, given.restated)]
    for figure in part.figures:
        if not figure_held(figure, part, given.clauses if is_period(figure, part) else admitted, given.restated):
            return "name" if figure_held(figure, part, given.clauses) else "figure"
    held = _union(one.held for one in admitted) | given.named
    if not all(_name_fits(name, part, admitted, given) for name in part.names):
        return "name"
    wanted = [word for word in part.words if word not in given.free and not says_mark(word)]
    exempt = _union(value_words(figure, part) for figure in part.figures)
    if not all(covered(word, held) or word in exempt for word in wanted):
        return "word"
    chosen = _nearest(wanted, admitted)
    if (len(chosen) > 1 and any(one.contrasts for one in chosen)) or _said_of_another(part, admitted, given):
        return "order"
    return "certainty" if part.marks != _union(one.marks for one in chosen) else None


def _said_of_another(part: Clause, admitted: Sequence[Clause], given: _Given) -> bool:
    """Whether what a figure is said of only comes up behind it: "31% are tourists, and lorry drivers the rest"."""
    figures = [figure for figure in part.figures if not is_period(figure, part)]
    names = _union(part.names)
    main = frozenset(terms(part.text.rpartition("  ")[2]))  # an opening is cut off by two blanks
    of_what = next((word for word in part.words if word in main - given.free - names), "")
    homes = [
        place for place, one in enumerate(admitted) if any(figure_held(f, part, [one], given.restated) for f in figures)
    ]
    if not homes or part.speaks or not of_what or of_what[0].isdigit() or says_mark(of_what):
        return False
    return not any(covered(of_what, one.held) or one.speaks for one in admitted[: homes[-1] + 1])


def _about(part: Clause, one: Clause, named: frozenset[str]) -> bool:
    """Whether a clause of the quotes speaks of a name of which a clause of the sentence speaks, or of none."""
    mine = [name for name in part.subject if not name <= named and not is_date(name)]
    theirs = [name for name in one.subject if not is_date(name)]
    return not mine or not theirs or one.speaks or any(_same_name(a, b) for a in mine for b in theirs)


def _same_name(one: Name, other: Name) -> bool:
    return one <= other or other <= one


def _beside(part: Clause, one: Clause, free: frozenset[str]) -> bool:
    """Whether a clause of the quotes holds no figure, or one of the sentence's: what stands beside another is its own."""
    figures = [figure for figure in part.figures if not is_period(figure, part)]
    theirs = any(not is_period(figure, one) for figure in one.figures)
    return not theirs or not figures or any(figure_held(figure, part, [one], free) for figure in figures)


def _name_fits(name: Name, part: Clause, admitted: Sequence[Clause], given: _Given) -> bool:
    """Whether a name of a clause stands where the quotes say what the clause says."""
    if name <= given.named:
        return True
    homes = [one for one in admitted if name <= one.held or any(name <= other for other in one.subject)]
    if not homes or is_date(name) or any(one.speaks for one in homes):
        return bool(homes)
    figures = [figure for figure in part.figures if not is_period(figure, part)]
    if figures:
        return any(figure_held(figure, part, [home]) for figure in figures for home in homes)
    own = _union(part.names) | given.free | given.named
    others = [word for word in part.words if word not in own]
    return not others or any(covered(word, home.held) for word in others for home in homes)


def _nearest(wanted: Sequence[str], given: Sequence[Clause]) -> list[Clause]:
    """The fewest clauses that hold the words, the one with the most of them first."""
    left, rest, chosen = set(wanted), list(given), list[Clause]()
    while left and rest:
        best = max(rest, key=lambda one: sum(covered(word, one.held) for word in left))
        found = {word for word in left if covered(word, best.held)}
        if not found:
            break
        chosen.append(best)
        rest.remove(best)
        left -= found
    return chosen


def _union(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset[str]().union(*sets)


# --- Chinese, Japanese, Korean -------------------------------------------------------------------


def _cjk_fault(sentence: str, text: str) -> Fault | None:
    if not set(cjk_numbers(sentence)) <= set(cjk_numbers(text)):
        return "figure"
    pairs = [term for part in clauses(sentence) for term in terms(part.text)]
    if not pairs:
        return "nothing said"
    held = frozenset(terms(text))
    if sum(pair in held for pair in pairs) < _CJK_PAIRS * len(pairs):
        return "word"
    if not set("".join(pairs)) <= set("".join(held)):
        return "word"
    return "certainty" if marks(sentence) != marks(text) else None

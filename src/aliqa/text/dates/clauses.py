"""Which dates of a sentence tell when its main clause was so: English grammar decides, no list of verbs or nouns.

A date does where it is an adverbial, "in 2019" or "last year", of the main clause. It does not before a noun, "the 2011
merger"; behind a bound or in a comparison, "since", "than in"; in a clause that goes before, explains or describes,
"which had closed in 2008"; in an apposition, "mayor from 2002 to 2014"; nor with a verb of what was not so, "would have
sold". Where only a date of "when it opened in 2003", "the strike of 1984" or of what a sentence begins with as so
before, "it had closed in 2019", is left, it counts as long as the sentence is in the past. In doubt a date tells
nothing.
"""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from aliqa.text.dates.periods import PART_OF_TIME, PLANNED, Period
from aliqa.text.english import (
    ARTICLES,
    AUXILIARIES,
    FUNCTION_WORDS,
    NUMBER,
    PREPOSITIONS,
    PRONOUNS,
    SENTENCE_OPENERS,
    WEEKDAYS,
)
from aliqa.text.opposites import is_past

_MASK: Final = "~"
"""Stands for every code point of a time."""

_DETERMINERS: Final = frozenset(
    f"{ARTICLES} {PRONOUNS} one two no not all some many most both each more other another several such".split()
)
"""How no phrase before a main clause begins, and what no participle is."""

_NAMED_DAY: Final = rf"(?:{'|'.join(WEEKDAYS)})"
WITHIN: Final = rf"""
    (?:
          (?:the[ ])?(?:early|late|mid|last|this|next|coming|around|about)[ -]
        | (?:the[ ])?(?:{PART_OF_TIME}|afternoon|eve|evening|morning|night)[ ](?:of[ ]|in[ ])?
        | {_NAMED_DAY},?[ ]
    )*
"""
"""What a time may be narrowed down by: "the end of", "late", "Monday,"."""

_ADVERBIAL: Final = re.compile(
    rf"""
    (?:
        \b
        (?:
            in | on | at | during | throughout | within | between
            | as[ ](?:(?:early|far[ ]back|late|recently)[ ]as|of)(?:[ ]in|[ ]on)?
        )
        [ ]{WITHIN}(?P<the>the[ ])?
      | \b(?:year|quarter|half|months)[ ]end(?:ed|ing)[ ](?:on[ ])?
      | \b(?:shall|will|would|(?:is|are|was|were)[ ]to)\b.*[ ]from[ ]{WITHIN}
      | (?<!\bof[ ])(?<!\bby[ ])(?<!\bfor[ ])\b(?:last|this|next)[ ]
      | \b{PLANNED}[ ]for[ ]{WITHIN}
      | \A\W*(?:and[ ]|but[ ]|from[ ]|just[ ]|only[ ])?(?P<bare>{WITHIN})
      | {_MASK}[ ](?:and|or)[ ](?:in[ ]|on[ ])?{WITHIN}
    )
    \Z
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""What stands before a time that is an adverbial, from the beginning of its part of the sentence on."""

_BARE_DAY: Final = re.compile(r"\b(?:[a-z]+ed|be|is|was) \Z")
"""What a day may stand behind without a preposition."""

_OF_NOUN: Final = re.compile(
    rf"""
    (?P<led>\b(?:{"|".join(set(PREPOSITIONS.split()) - {"at", "during", "in"})})[ ](?:[\w’'-]+[ ]){{0,4}})?
    \b(?!{PART_OF_TIME}\b)[\w’'-]+[ ]of[ ]{WITHIN}\Z
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""What joins a time to a noun that is subject, object or place; ``led`` to one that another word leads to."""

_ALONE: Final = re.compile(
    r".*\b(?:later|afterwards|after \w+)|(?:last|this|previous|next|final) .*|(?:between|from) .*", re.I
)
"""Times that are adverbials by themselves."""

_LED: Final = re.compile(r"\b(?:as|before|by|for|from|of|than|to|since|until|with) (?:the )?\Z", re.I)
_REPORTED: Final = (
    r"\b(?:sa(?:id|ys?)|t(?:old|ells?)|announce[sd]?|report(?:s|ed)?)(?:[ ][\w’'-]+){0,4}?"
    r"[ ](?:that|(?=(?:he|I|it|she|they|we)[ ]))"
)
"""Opens what somebody says to be so."""

_SUBORDINATE: Final = re.compile(
    rf"""
      (?P<same>\b(?:when|while)\b|{_REPORTED})(?:[ ]?(?:he|I|it|she|they|we)\b)?
    | \b
      (?:
          although | because | if | how | that(?![ ](?:of|day|month|week|year)\b) | though | unless | what | where
          | whereas | whether | which | who | whom | whose | why
          | (?<=[a-z][ ])(?<!\band[ ])(?<!\bbut[ ])(?:he|I|she|they|we|it(?=[ ](?:had|has|is|was|will|would)))
          | as[ ](?!early|far|late|recently)\w+[ ]as | as(?=[ ](?:at|in|on|when)\b) | (?-i:\AHad)
      )
      \b
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Opens a clause that is not the main one; ``same`` those that are of the time of it."""

_BOUND: Final = re.compile(
    rf"""
    \b
    (?:
        after | ahead[ ]of | before | compared[ ](?:to|with) | despite | following | instead[ ]of | prior[ ]to
        | rather[ ]than | since | than(?![ ](?:an?[ ]|half\b|(?:{NUMBER})\b|\D?\d)) | till | unlike | until
        | (?<!\w[ ])like
        | from(?=[ ]\D?\d)(?![^~]*[ ]to[ ]\D?\d)
    )
    \b[^{_MASK}]*\Z
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Opens what something is measured against or bounded by, as far as the first time behind it."""

_MEASURE: Final = re.compile(
    rf"""
    \b
    (?:
        as(?=[ ](?:at|in|on)\b) | before | compared[ ](?:to|with) | prior[ ]to | than | unlike
        | by(?=[ ]{WITHIN}(?:the[ ])?\Z)
    )
    \b[^{_MASK}\d]*\Z
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Opens a comparison or a bound that gives no figure of its own."""

_BEFORE_THEN: Final = re.compile(
    rf"""
    \b
    (?:
        had[ ](?!(?:{"|".join(sorted(_DETERMINERS))}|to|only|{NUMBER})\b)[a-z]
      | having[ ][a-z]
    )
    """,
    re.VERBOSE,
)
"""The verb of what was so before."""

_NOT_SO: Final = re.compile(r"\b(?:could|may|might|must|should|would)(?:n[’']t|[ ]not)?[ ]have\b")
_PRESENT: Final = re.compile(r"\b(?:are|does|do|has|have|is|will)\b")
_VERB_NEXT: Final = re.compile(r" (?:was|were|had|did|[a-z]+ed|(?P<now>is|are|has|have|will|[a-z]+[^\Wsu]s))\b")
"""What follows a time that stands within the subject."""

_PARTICIPLE: Final = re.compile(
    r"(?<!\bbe)(?<!\bwas)(?<!\bwere)(?<!\bbeen) [a-z]+(?:ed|en|wn|rn|ght|uilt|ade|eld|old)\b[^,]{0,20}\Z"
)
_FRONTED: Final = (
    SENTENCE_OPENERS.union(PREPOSITIONS.split(), "ahead compared following like prior rather whereas".split())
    - _DETERMINERS
)
"""How what stands before a main clause begins."""

_NO_VERBS: Final = FUNCTION_WORDS - set(AUXILIARIES.split())
_PLACED: Final = set(PREPOSITIONS.split()) - {"to"}
_SHORT: Final = 8
"""A phrase before a main clause has at most so many words."""

_LONGEST: Final = 1000
"""Beyond so many code points it is no sentence but a table."""

_BREAK: Final = re.compile(r",(?= )|[()]| [–—-] |—|–(?! ?\d)")
_NEW: Final = re.compile(r"[;:](?= )|[“”\"]")
_CJK: Final = re.compile(r"[\u3040-\u9fff]")


class _Part(NamedTuple):
    """What stands between two commas, from ``start`` to ``end``; ``main`` is whether it belongs to the main clause."""

    start: int
    end: int
    main: bool


def bearing(text: str, times: Sequence[Period]) -> list[Period]:
    """Those times of a sentence that tell when its main clause was so, in order.

    >>> from aliqa.text.dates.periods import find
    >>> text = "The museum, which closed in 2011, was sold in 2020 by the heirs of the 1950 founder."
    >>> [time.words for time in bearing(text, find(text))]
    ['2020']
    """
    if len(text) > _LONGEST:
        return []
    flat = _masked(text, times)
    parts = _parts(flat)
    weights = [_weight(flat, time, parts) for time in times]
    most = max(weights, default=0)
    return [time for time, weight in zip(times, weights, strict=True) if most and weight == most]


def measuring(text: str, times: Sequence[Period]) -> list[Period]:
    """Those times of a sentence that only bound or measure it, without telling of themselves, in order.

    >>> from aliqa.text.dates.periods import find
    >>> text = "It costs more than in 2019, when it was 4 crowns, and more than the 5 crowns of 2020."
    >>> [time.words for time in measuring(text, find(text))]
    ['2019']
    """
    flat = _masked(text, times)
    return [time for time in times if _MEASURE.search(flat[: time.span.start])]


def had_been(text: str) -> bool:
    """Whether a sentence begins with what was so before something else.

    >>> [had_been(text) for text in ("It had shut when I came.", "He left and had lost.", "He said it had shut.")]
    [True, False, False]
    """
    first = _SUBORDINATE.split(_BREAK.split(text, maxsplit=1)[0], maxsplit=1)[0]
    found = _BEFORE_THEN.search(first)
    return found is not None and not any(map(is_past, first[: found.start()].split()))


def _masked(text: str, times: Sequence[Period]) -> str:
    """The sentence with its times blotted out, and without the comma of "Monday, 3 March"."""
    for time in times:
        text = f"{text[: time.span.start]}{_MASK * (time.span.end - time.span.start)}{text[time.span.end :]}"
    return re.sub(rf"(?<=day),(?= {_MASK})", " ", text)


def _parts(flat: str) -> list[_Part]:
    """The parts of a sentence between its commas, brackets and dashes."""
    found: list[_Part] = []
    begin = 0
    for end in [*(new.start() for new in _NEW.finditer(flat)), len(flat)]:
        found += _parts_of(flat, begin, end)
        begin = end + 1
    return found


def _parts_of(flat: str, begin: int, end: int) -> list[_Part]:
    """The main clause is what comes first, but for what is put before it, and goes on behind what is put between."""
    ends = [*(found.start() for found in _BREAK.finditer(flat, begin, end)), end]
    made: list[_Part] = []
    start, waiting = begin, True  # for the main clause
    for place in ends:
        words = re.findall(r"[\w’'~-]+", flat[start:place])
        first = words[0].casefold() if words else ""
        resumed = len(made) > 1 and not made[-1].main and first not in _NO_VERBS and not first.endswith("ing")
        main = not made or waiting or first in ("and", "but", "or", "then", "yet", "so") or resumed
        bracket = flat[start - 1 : start] == "("
        made.append(_Part(start, place, main and not bracket))
        fronts = first in _FRONTED or first.endswith(("ly", "ing", "ed", "en")) or set(first) == {_MASK}
        waiting = waiting and not bracket and fronts and (len(words) <= _SHORT or first not in _PLACED)
        start = place + 1
    return made


def _weight(flat: str, time: Period, parts: Sequence[_Part]) -> int:
    """2 for an adverbial of the main clause, 1 for a time that counts where there is none, 0 for others."""
    if _CJK.search(time.words):
        return 2
    number = max(i for i, part in enumerate(parts) if part.start <= time.span.start)
    part = parts[number]
    before, after = flat[part.start : time.span.start].lstrip(), flat[time.span.end : part.end]
    joined, opened = _joined(before, after, time), list(_SUBORDINATE.finditer(before))
    if not joined or _BOUND.search(before) or not (part.main or _is_alone(before, after)):
        return 0
    if opened and not opened[-1]["same"]:
        return 0
    clause = re.split(rf"(?<=[^{_MASK}] )(?:and|but)\b", before[opened[-1].end() :] if opened else before)[-1]
    if fronted := not re.search(r"[a-z]{3}", clause):
        clause = after + "".join(flat[one.start : one.end] for one in parts[number + 1 : number + 2])
        clause = _SUBORDINATE.split(clause, maxsplit=1)[0]
    before_then = _BEFORE_THEN.search(clause) is not None and not fronted
    if _NOT_SO.search(clause) or (before_then and (number or clause != before or not had_been(clause))):
        return 0
    behind = _VERB_NEXT.match(after)
    if behind and before and (behind["now"] or _PARTICIPLE.search(f" {before}")):
        return 0
    weak = joined == 1 or bool(opened) or before_then
    return 2 - weak if not (weak and _PRESENT.search(flat[part.start : part.end])) else 0


def _is_alone(before: str, after: str) -> bool:
    """Whether a time, with what leads to it, is all that stands between two commas."""
    return not re.sub(rf"\b(?:in|on|at|early|late|the|of|{PART_OF_TIME})\b|\W", "", before + after, flags=re.I)


def _joined(before: str, after: str, time: Period) -> int:
    """2 for an adverbial, 1 for what a noun has by "of", 0 for what stands before a noun or behind another word."""
    if re.match(r"['’]|-\w", after):
        return 0
    found = _ADVERBIAL.search(before)
    if _ALONE.fullmatch(time.words):
        return 2 if found or not _LED.search(before) else 0
    year = re.fullmatch(r"(?:1[5-9]|20)\d\d", time.words)
    if found:
        if found["the"] and re.match(r"(?i:\d{4}\b(?!s)|(?!year|fiscal|financial)[a-z]{3,9}\.? \d)", time.words):
            return 0
        if found["bare"] is not None and not found["bare"] and year and re.match(r" [a-z]", after):
            return 0
        return 2
    if _BARE_DAY.search(before) and not year:
        return 2
    if re.search(r"(?i:quarter|half|fiscal)|\bQ\d|\bH\d", time.words):
        return 0 if re.search(r"\b(?:by|than|since|to|until) (?:the )?\Z", before) else 2
    of = _OF_NOUN.search(before)
    return int(of is not None and not of["led"])

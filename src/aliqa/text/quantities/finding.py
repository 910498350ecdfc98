"""Finds the values in a sentence: a number, then what the words on either side make of it."""

import math
import re
from dataclasses import replace
from typing import Final, Literal, NamedTuple

from aliqa.foundations.types import Span
from aliqa.text.english import FUNCTION_WORDS, MONTH, MONTH_BEGINS, NUMBERS, SENTENCE_OPENERS
from aliqa.text.english import NUMBER as SPELLED
from aliqa.text.quantities.numbers import DIGITS, Number, read_number
from aliqa.text.quantities.quantity import Kind, Quantity
from aliqa.text.quantities.units import MEASURE, MONEY, SCALES, currency, measure
from aliqa.text.terms import terms

_LEFT: Final = 48
"""How far before a number its words reach, in code points."""

_ROUNDED: Final = 0.05
"""A round number admits half a unit of its last digit that is not 0, but no more than this share of itself."""

_LOOSE: Final = 0.08
"""What "about" and "nearly" admit, and what a fraction in words admits, as shares of the number."""

_NUMBER: Final = re.compile(
    rf"""
      (?<![\w.,/#-])(?P<digits>{DIGITS})
    | (?<=mid-)(?P<band>\d+)
    | (?<=[$€£¥₹₩])(?P<paid>{DIGITS})
    | (?<=(?:CNY|RMB|USD|EUR|GBP|HKD))(?P<coded>{DIGITS})
    | (?<=[\u4e00-\u9fff])(?P<cjk>{DIGITS})
    | (?<![\w-])
      (?P<spelled>
          (?:(?:a|{SPELLED})[ ]hundred(?:[ ]and)?(?:[ -](?:{SPELLED}))*)
          | (?:{SPELLED})(?:[ -](?:{SPELLED}))? | (?=half[ ]a[ ](?:million|billion|dozen))half[ ]a
          | an?(?=[ ](?:million|billion|trillion|dozen)\b) | dozen
      )
      (?![\w-])
    """,
    re.IGNORECASE | re.VERBOSE,
)  # fmt: skip
_FRACTION: Final = re.compile(
    rf"""
      (?<![\w-])(?:(?P<top>an?|one|two|three|four)[ -])?
      (?P<part>half|thirds?|quarters?|fifths?|sixths?|eighths?|tenths?)(?![\w-])
    | (?<![\w-])(?P<some>one|two|three|\d+)[ -](?:in|out[ ]of)[ -](?:every[ ])?
      (?P<all>{SPELLED}|\d+)(?![ ](?:million|billion))(?![\w-])
    """,
    re.IGNORECASE | re.VERBOSE,
)  # fmt: skip
_START: Final = re.compile(
    rf"""
      (?<!\d)\d
    | \b
      (?:
          an?(?=[ -](?:half|third|quarter|fifth|sixth|eighth|tenth|hundred|million|billion|trillion|dozen))
          | half | dozen | {SPELLED} | thirds? | quarters? | fifths? | sixths? | eighths? | tenths?
      )
      \b
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Where a number may begin: quicker than to try all its forms at every letter."""

NUMBER_WORDS: Final = frozenset(NUMBERS) | frozenset(
    """half third thirds quarter quarters fifth fifths sixth sixths eighth eighths tenth tenths dozen hundred million
    billion trillion""".split()
)
"""A sentence without a digit and without any of these words, in lower case, holds no quantity."""

_PARTS: Final = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10}
_NOT_A_PART: Final = re.compile(
    r"\b(first|second|third|fourth|last|next|this|previous|the|each|per|every|one and|two and|and) $", re.I
)
_SCALE: Final = re.compile(
    rf"[ -]?(?P<scale>{'|'.join(sorted(SCALES, key=lambda words: '万亿' not in words))})(?![A-Za-z])"
)
_RANGE: Final = re.compile(
    rf"(?:\s?[%％])?(?P<join>\s?[-–—]\s?|\s(?:to|and)\s)(?:{MONEY})?\s?(?P<digits>{DIGITS})(?![\w-])", re.I
)
_UNITS: Final = re.compile(
    rf"""
    [ -]?
    (?:
          (?P<points>percentage[ ]points?|个百分点)
        | (?P<percent>%|％|per[ ]?cent(?!age)|pct\b)
        | (?P<money>(?-x:{MONEY}))(?![A-Za-z])
        | (?P<measure>(?-x:{MEASURE}))(?![A-Za-z²])
    )
    """,
    re.IGNORECASE | re.VERBOSE,
)
_PAID_IN: Final = re.compile(rf"(?<![A-Za-z])(?P<money>{MONEY})\s?$", re.I)
_BAND: Final = re.compile(r"\b(?P<band>low|mid|high)(?:dle)?[- ]$", re.I)
_FILLER: Final = r"(?:the[ ]|an?[ ]|its[ ]|record[ ]||just[ ]|only[ ]|total[ ]of[ ]|some[ ])*"
_BOUND: Final = re.compile(
    rf"""
    (?:
          (?P<just>just[ ]|slightly[ ]|little[ ])?
          (?P<over>
              \bover | (?<!no[ ])more[ ]than | \babove | exceed(?:s|ed|ing)? | surpass(?:es|ed|ing)? | topped
              | superior[ ]to | 超过 | (?P<least>at[ ]least | no[ ](?:less|fewer)[ ]than | upwards[ ]of)
          )
        | (?P<just_under>just[ ])?
          (?P<under>
              \bunder | less[ ]than | fewer[ ]than | \bbelow | 不到
              | (?P<most>
                    (?<!\bgo[ ])(?<!\bgoes[ ])(?<!\bwent[ ])(?<!\bgone[ ])\bup[ ]to
                    | at[ ]most | no[ ]more[ ]than | as[ ](?:much|many)[ ]as
                )
          )
        | (?P<nearly>\bnearly|\balmost|close[ ]to|approaching|近|将近)
        | (?P<about>\babout|\baround|\bsome|roughly|approximately|\bestimated|circa|\bca\.|~|约|大约)
    )
    \s?{_FILLER}$
    """,
    re.IGNORECASE | re.VERBOSE,
)
_TURN: Final = re.compile(r"\b(?P<turn>from|between)\s$", re.I)
_STOPS: Final = (FUNCTION_WORDS | SENTENCE_OPENERS) - frozenset(
    "few many more most much other own same several".split()
)
"""Words that end a noun phrase: those of English without a meaning of their own, but for those that stand in one."""

_WORD: Final = re.compile(r"[^\W\d_][\w’'-]*|[%()\[\],.;:!?—–\"“”]|\d+")
_PLURALS: Final = frozenset("people staff men women children police cattle sheep fish aircraft feet".split())
_NO_PLURAL: Final = re.compile(r"(?:ss|us|is|ous|'s|’s)$")
_YEAR_BEFORE: Final = re.compile(
    rf"""
    \b
    (
        in | since | by | until | of | before | after | early | late | mid | year | during | through | from | to | for
        | and | fiscal | FY | spring | summer | autumn | winter | {MONTH}
    )
    [ -,]*$
    """,
    re.IGNORECASE | re.VERBOSE,
)
_AFTER_IN: Final = re.compile(
    rf"""
    \b(?:in|by|since|until|of|early|late|mid|year|during|through|fiscal|FY|spring|summer|autumn|winter|{MONTH})[ -]$
    """,
    re.IGNORECASE | re.VERBOSE,
)
_TURNS: Final = re.compile(r"[^.;]{1,40}\bto (?:about |around |some |over |nearly |almost |just |a |the )*")
_MONTH_WORD: Final = rf"(?:{MONTH_BEGINS})[a-z]*\.?"
_DATE_BEFORE: Final = re.compile(rf"\b{_MONTH_WORD} (?:the )?$", re.I)
_DATE_AFTER: Final = re.compile(
    rf"(?:st|nd|rd|th)?,? (?:of )?{_MONTH_WORD}\b|年|月|日|号|:\d\d|(?:st|nd|rd|th)\b|[/.-]\d+[/.-]\d", re.I
)
_NAMED_BEFORE: Final = re.compile(
    r"\b(?:No|Nos|Q|chapter|section|page|figure|table|phase|version|article|route|top|number)\.? $", re.I
)


def find(text: str) -> list[Quantity]:
    """The quantities of a sentence, in order. They do not overlap.

    >>> text = "It fell from 60.5% to the mid-40% range."
    >>> [(quantity.span.cut(text), round(quantity.low, 2), round(quantity.high, 2)) for quantity in find(text)]
    [('60.5%', 60.45, 60.55), ('mid-40%', 43.0, 47.0)]
    """
    found: list[Quantity] = []
    done = 0
    for start in (match.start() for match in _START.finditer(text)):
        for quantity in _beginning(text, start) if start >= done else ():
            if quantity.span.start < done and quantity.turn != "to":
                continue  # the sign between "5$6" belongs to the first
            if found and _turns(text, found[-1], quantity):
                quantity = replace(quantity, turn="to")
            if found and (whole := _joined(text, found[-1], quantity)):
                found[-1] = whole
            else:
                found.append(quantity)
            done = quantity.span.end
    return found


def _beginning(text: str, start: int) -> list[Quantity]:
    """What begins at a place: nothing, a quantity, or the two of a turn."""
    part, number = _FRACTION.match(text, start), _NUMBER.match(text, start)
    made = _fraction(text, part) if part else None
    return (_quantity(text, number) if made is None and number else made) or []


def _joined(text: str, first: Quantity, then: Quantity) -> Quantity | None:
    """Two quantities as one: the second says the same in brackets, or more of it, as in "two hours and 14 minutes"."""
    bracketed = Span(first.span.start, then.span.end + 1)
    if first.kind == then.kind == "money" and _bracketed(text, first, then):
        return replace(first, span=bracketed, again=(*first.again, then))
    if first.kind == then.kind == "measure" and _bracketed(text, first, then, same=True):
        return replace(first, span=bracketed)
    if first.unit == then.unit == "day" and text[first.span.end : then.span.start] in (" and ", " ", ", "):
        both = Span(first.span.start, then.span.end)
        return replace(first, span=both, low=first.low + then.low, high=first.high + then.high)
    return None


def _bracketed(text: str, first: Quantity, second: Quantity, *, same: bool = False) -> bool:
    """Whether the second stands in brackets behind the first, in another currency, or, the ``same``, in other units."""
    between = text[first.span.end : second.span.start]
    closed = text[second.span.end : second.span.end + 1] in (")", "）")
    return (first.unit == second.unit) == same and closed and bool(re.fullmatch(r"\s?[(（]\w{0,6}\s?", between))


def _fraction(text: str, match: re.Match[str]) -> list[Quantity] | None:
    """The value of "two-thirds", "a quarter of", "one in five".

    None for the quarter of a year and the third in a row.
    """
    if match["some"]:
        value = 100 * read_number(match["some"]).value / max(1.0, read_number(match["all"]).value)
        if value >= 100 or read_number(match["all"]).value > 1000:
            return None
    else:
        part = match["part"].lower().rstrip("s") if match["part"].lower() != "half" else "half"
        plural = match["part"].lower().endswith("s")
        top = {"": 1, "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4}[(match["top"] or "").lower()]
        after = text[match.end() :]
        of_it = re.match(r" (?:of|more|less|fewer)\b|[.,;)]|$| (?:in|since|as|to|than|its|the|their) ", after)
        if plural != (top > 1) or not of_it or (part != "half" and not match["top"]):
            return None
        if _NOT_A_PART.search(text[: match.start()]) or re.match(r" of (?:fiscal |the year|[12]\d\d\d)", after):
            return None
        if part == "quarter" and top == 1 and not re.match(r" of\b", after):
            return None
        value = 100 * top / _PARTS[part]
    return [_bounded(text, Quantity(Span(*match.span()), "percent", "%", value, value), _LOOSE * value * 0.65)]


class _Reach(NamedTuple):
    """How far a number reaches: what it is multiplied with, where its words end, and the second one of a range."""

    scale: float
    end: int
    second: Number | None = None
    join: str = ""


def _quantity(text: str, match: re.Match[str]) -> list[Quantity] | None:
    """The quantity, or the two of a turn, whose number is ``match``; None if it is none."""
    number, before = read_number(match.group()), text[max(0, match.start() - _LEFT) : match.start()]
    paid, band = _PAID_IN.search(before), _BAND.search(before)
    plural_band = bool(band) and text[match.end() : match.end() + 1] == "s"
    reach = _reach(text, match.group(), before, match.end() + plural_band)
    kind, unit, factor, end, noun = _unit(text, reach.end, paid)
    if kind == "count" and not _counts(text, match, reach.scale, unit, noun):
        return None
    if kind == "measure" and unit == "day" and re.match(r"[ -]years? old", text[match.end() :]):
        kind, unit = "count", "age"
    start = match.start() - len(before) + (paid.start() if paid else band.start() if band else len(before))
    times, turning = reach.scale * factor, text[max(0, start - _LEFT) : start]
    plain = Quantity(Span(start, end), kind, unit, number.value * times, number.value * times, noun)
    if reach.second is not None:
        turns = reach.join == "to" and (turn := _TURN.search(turning)) and turn["turn"].lower() == "from"
        return _ranged(plain, number, reach.second, times, turns=bool(turns))
    if band:
        low, high = {"low": (0.0, 4.0), "mid": (3.0, 7.0), "high": (6.0, 10.0)}[band["band"].lower()]
        return [replace(plain, low=(number.value + low) * times, high=(number.value + high) * times)]
    slack = _slack(number, kind if reach.scale == 1 else "money") * times
    return [_bounded(text, replace(plain, turn=_turn(turning)), slack)]


def _reach(text: str, digits: str, before: str, end: int) -> _Reach:
    """How far the number that ends there reaches, as in "3 to 5 million"."""
    scale, after = _scale(text, end)
    dated = re.fullmatch(r"[12]\d\d\d", digits) and _AFTER_IN.search(before)  # "640 euros in 2019 to 790 euros"
    ranged = None if dated else _RANGE.match(text, after if scale > 1 else end)
    join = ranged["join"].strip() if ranged else ""
    if ranged is None or (join == "and" and not before.lower().endswith("between ")):
        return _Reach(scale, after)
    second, (scale_of_second, end) = read_number(ranged["digits"]), _scale(text, ranged.end())
    if scale_of_second > 1 or scale == 1:
        scale = scale if scale > 1 else scale_of_second
        times = scale_of_second if scale_of_second > 1 else scale
        second = Number(second.value * times / scale, second.step)
    return _Reach(scale, end, second, join)


def _ranged(plain: Quantity, first: Number, second: Number, times: float, *, turns: bool) -> list[Quantity]:
    """A range, or the two ends of a turn, whose numbers are to be multiplied."""
    if turns:
        ends = [(number.value, _slack(number, plain.kind)) for number in (first, second)]
        begun, ended = (replace(plain, low=(at - off) * times, high=(at + off) * times) for at, off in ends)
        return [replace(begun, turn="from"), replace(ended, turn="to")]
    low, high = sorted((first.value, second.value))
    return [replace(plain, low=low * times, high=high * times)]


def _turns(text: str, first: Quantity, then: Quantity) -> bool:
    """Whether two values apart are the ends of one turn: "from 640 euros in 2019 to 790 euros"."""
    between = text[first.span.end : then.span.start]
    same = (first.kind, first.unit) == (then.kind, then.unit)
    return first.turn == "from" and not then.turn and same and _TURNS.fullmatch(between) is not None


def _turn(before: str) -> Literal["", "from", "to"]:
    if re.search(r"\bfrom (?:a |an |the |about |some |dominant |its )*(?:\w+ )?$", before, re.I):
        return "from"
    return ""


def _bounded(text: str, plain: Quantity, slack: float) -> Quantity:
    """A quantity of one number, with what the words before it, or right behind it, make of it."""
    value, span, start = plain.low, plain.span, plain.span.start
    low, high, beyond = value - slack, value + slack, None
    if bound := _BOUND.search(text, max(0, start - 40), start):
        start = bound.start()
        if bound["over"]:
            low, high = value - slack / 2, 1.12 * value if bound["just"] else math.inf
        elif bound["under"]:
            low, high = (0.88 * value if bound["just_under"] else -math.inf), value + slack / 2
        elif bound["nearly"]:
            low = min(low, (1 - _LOOSE) * value)
        else:
            low, high = min(low, (1 - _LOOSE) * value), max(high, (1 + _LOOSE) * value)
        beyond = None if bound["least"] or bound["most"] or not math.isinf(high - low) else value
    elif re.match(r"\+| or (?:more|so)\b| plus\b", text[span.end : span.end + 8]):
        high = math.inf
    return replace(plain, span=Span(start, span.end), low=low, high=high, beyond=beyond)


def _slack(number: Number, kind: Kind) -> float:
    """How far off a number may be by rounding alone; a small count is exact."""
    if kind in ("count", "measure") and number.step == 1 and number.value < 1000:
        return 0.0
    parts = 4 if kind in ("count", "measure") and number.value < 1000 else 2  # "180 mph" is more exact than "180,000"
    return min(number.step / parts, _ROUNDED * abs(number.value))


def _scale(text: str, end: int) -> tuple[float, int]:
    """What the word behind a number multiplies it with, and where that word ends."""
    match = _SCALE.match(text, end)
    if not match or (match["scale"] in ("m", "b", "k") and text[end : end + 1] == " "):
        return (12.0, end + 6) if text[end : end + 6].lower() == " dozen" else (1.0, end)
    for words, factor in SCALES.items():
        if re.fullmatch(words, match["scale"]):
            return factor, match.end()
    return 1.0, end


def _unit(text: str, end: int, paid: re.Match[str] | None) -> tuple[Kind, str, float, int, Span | None]:
    """What a number counts: kind, unit, factor to the base unit, where the words end, and the counted noun."""
    if paid:
        return "money", currency(paid["money"]), 1.0, end, None
    if match := _UNITS.match(text, end):
        if match["points"]:
            return "points", "%", 1.0, match.end(), None
        if match["percent"]:
            return "percent", "%", 1.0, match.end(), None
        if match["money"]:
            return "money", currency(match["money"]), 1.0, match.end(), None
        unit, factor = measure(match["measure"])
        return "measure", unit, factor, match.end(), None
    noun = _noun(text, end)
    unit = terms(noun.cut(text))[-1] if noun and terms(noun.cut(text)) else ""
    return "count", unit, 1.0, noun.end if noun else end, noun


def _noun(text: str, end: int) -> Span | None:
    """The plural noun behind a number with the words between, if one comes before any word that ends a noun phrase."""
    of_its = re.compile(r" of (?:its|the|his|her|their|all|our|these)(?: [\d,]+)?(?= )", re.I).match(text, end)
    chinese = re.compile(
        "(?:多)?(?P<noun>名|人|家|个|辆|台|件|次|所|位|座|艘|项|倍|张)(?P<rest>[\u4e00-\u9fff]{0,2})"
    ).match(text, end)
    if chinese:
        return Span(chinese.start("noun"), chinese.end("noun"))
    first = -1
    for number, word in enumerate(_WORD.finditer(text, of_its.end() if of_its else end, end + 80)):
        lowered = word.group().lower()
        if number > 3 or not word.group()[0].isalpha() or word.group()[0].isupper() or lowered in _STOPS:
            return None
        first = word.start() if first < 0 else first
        if lowered in _PLURALS or (lowered.endswith("s") and len(lowered) > 3 and not _NO_PLURAL.search(lowered)):
            return Span(first, word.end())
    return None


def _counts(text: str, match: re.Match[str], scale: float, unit: str, noun: Span | None) -> bool:
    """Whether a number without a unit counts or measures something: no date, ordinal, year or name."""
    before, after, digits = text[max(0, match.start() - _LEFT) : match.start()], text[match.end() :], match.group()
    may_be_year = re.fullmatch(r"[12]\d\d\d", digits) is not None
    if may_be_year and (noun or scale == 1) and (noun is None or _YEAR_BEFORE.search(before)):
        return False
    if _DATE_BEFORE.search(before) or _DATE_AFTER.match(after) or _NAMED_BEFORE.search(before):
        return False
    if re.match(r"[-–/+×x:]\w|\.\w", after) and not re.match(r"-[a-z]{3,}", after):
        return False
    if match["spelled"]:
        return scale > 1 or (noun is not None and digits.lower() not in ("a", "an", "one"))
    if re.search(r"(?:^|[^.!?:,] )[A-Z][\w-]* $", before) and scale == 1 and noun is None:
        return False  # "Amap 2025", "Windows 11"
    return bool(unit) or scale > 1 or "." in digits or "," in digits

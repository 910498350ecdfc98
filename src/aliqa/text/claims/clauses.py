"""The clause around a value, and the words in it: names, and the others with what stands before them."""

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from aliqa.foundations.types import Span
from aliqa.text.claims.words import class_of, is_name, is_plain, name_of, terms_of
from aliqa.text.english import CONTRAST


class Token(NamedTuple):
    """A word or a mark, and where it begins."""

    word: str
    start: int


class Words(NamedTuple):
    """The terms that carry meaning, pairs of each with the one right before it, and those behind a preposition."""

    terms: frozenset[str]
    before: frozenset[tuple[str, str]]
    within: frozenset[str]


_TOKEN: Final = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*(?:['’]s)?|\d[\d.,]*|[^\w\s]")
_HARD: Final = re.compile(
    rf"[;；。，]|\s[—–-]\s|—|,? (?:{CONTRAST}|yet)\b|, (?:which|who|whose|with|up|down|and|where|as|after|before|compared"
    r"|reaching|accounting|bringing|representing|including|according|making|said|says|told)\b|[.!?] "
)
_SOFT: Final = re.compile(r",|\band\b|[:：(（]|\bwith\b|\bwhich\b")
_RELATIVE: Final = re.compile(r", (?:which|who|whose)$")
_SOURCE: Final = re.compile(r"^\W*(?:According to|As reported by) [^,]+,\s*")
_FRONTED: Final = re.compile(
    r"^\W*[A-Z][a-z]+(?:ed|rn|lt) in (?:[A-Z][a-z]+ )?\d{4}, (?P<who>(?:[Tt]he )?(?:[A-Z][\w’'-]* ?)+)"
)
_PREPOSITIONS: Final = frozenset("in among for at to from of on by with through".split())  # noqa: SIM905
_NARROWING: Final = frozenset("in among for at of".split())  # noqa: SIM905
_ARTICLES: Final = frozenset("the a an its his her their our this these those all any some each every".split())  # noqa: SIM905
_SOLD: Final = frozenset({"sell", "sold"})
_VERB: Final = re.compile(
    r"ed$|^(?:lost|lose|sold|sell|won|win|pa(?:id|y)|spen[dt]|made|make|bought|buy|rose|fell|grew|took|flew|fly|stole|stolen|drew|wrote|len[dt]|cut|shut|ran"
    r"|held|kept|brought|drove|built|shot|hit|beat|left|gave|sent|found|led|met|put|set|began|became|came|went|saw|said|got|had|did|carry|carries|employs?)$"
)
"""What stands right before a verb does not narrow it down."""

_SPOKEN: Final = frozenset({"ai", "gmv", "dau"})
"""No names, but words that tell what is measured."""


def tokens(text: str, taken: Iterable[Span] = ()) -> list[Token]:
    """The words and marks of a text outside the spans that are ``taken``."""
    found, place = [], 0
    for span in (*sorted(taken), Span(len(text), len(text))):
        found += [Token(match.group(), match.start()) for match in _TOKEN.finditer(text, place, max(place, span.start))]
        place = max(place, span.end)
    return found


def clause(text: str, values: Sequence[Span], number: int) -> Span:
    """The part of a sentence that its value ``number`` stands in: to the next clause, or to another value's words."""
    here = values[number]
    source = _SOURCE.match(text)
    start, end = source.end() if source and source.end() <= here.start else 0, len(text)
    if fronted := _FRONTED.match(text):  # "Founded in 1993, Torvald Shipping …"
        if here.end <= fronted.end():
            return Span(0, fronted.end())
        start = fronted.start("who")
    for cut in _HARD.finditer(text, start):
        if cut.end() <= here.start:
            spoken = cut.group().lstrip(", ")[:1].isalpha()
            start = cut.start() if spoken else cut.end()
            if _RELATIVE.match(cut.group()):
                start = _antecedent(text, start)
        elif cut.start() >= here.end:
            end = cut.start()
            break
    earlier = [one.end for one in values[:number] if start < one.end <= here.start]
    later = [one.start for one in values[number + 1 :] if here.end <= one.start < end]
    before = list(_SOFT.finditer(text, earlier[-1], here.start)) if earlier else []
    behind = list(_SOFT.finditer(text, here.end, later[0])) if later else []
    return Span(before[-1].start() if before else start, behind[-1].start() if behind else end)


def _antecedent(text: str, end: int) -> int:
    """Where the last three words before ``end`` begin: what "which" stands for."""
    found = re.search(r"(?:[\w’'-]+ ){0,2}[\w’'-]*\Z", text[:end])
    return found.start() if found else end


def names(words: Sequence[Token]) -> tuple[frozenset[str], str]:
    """The terms of the capitalised words, and the first word's, "" if it cannot be one: only another text tells."""
    found: set[str] = set()
    opening = ""
    for i, (word, start) in enumerate(words):
        if not word[0].isupper() or len(word) < 2:
            continue
        upper = "-".join(part for part in word.split("-") if part[:1].isupper())
        kept = [name_of(term) for term in terms_of(upper) if is_name(term)]
        first = start == 0 or i == 0 or words[i - 1].word in ("“", '"', ":", ".")
        followed = i + 1 < len(words) and words[i + 1].word[0].isupper() and not re.search(r"['’]s$", word)
        if first and not followed:
            opening = kept[0] if kept else ""
        else:
            found.update(kept)
    return frozenset(found), opening


def read_words(words: Sequence[Token], names: frozenset[str], kind: str) -> Words:
    """The words of a clause besides its names, for a value of this kind."""
    found: set[str] = set()
    before: set[tuple[str, str]] = set()
    within: set[str] = set()
    last = preposition = ""
    end = 0
    for i, (word, start) in enumerate(words):
        lowered = word.lower()
        if start > end + 1 or not word[0].isalnum():  # a value, a date or a mark stands between
            last = preposition = ""
        end = start + len(word)
        if lowered in _PREPOSITIONS:
            last, preposition = "", lowered
        elif lowered in _ARTICLES:
            last = ""
        elif _is_name(word, names):
            within.discard(last)  # "of the novel Driftwood"
            last = ""
            if preposition and not word.endswith(("'s", "’s")):  # "of Varga Energy's solar division"
                goes_on = i + 1 < len(words) and _is_name(words[i + 1].word, names)
                preposition = preposition if goes_on else ""
        elif word[0].isalnum():
            for term in terms_of(word):
                known = class_of(term, kind)
                if is_plain(term):
                    last = preposition = ""
                    continue
                if known == "revenue" and term in _SOLD and [then.word for then in words[i + 1 : i + 2]] == ["for"]:
                    known = "cost"  # "sells for 699 dollars"
                found.add(known)
                if last and not _VERB.search(lowered):
                    before.add((last, known))
                if preposition in _NARROWING:
                    within.add(known)
                last = known
    return Words(frozenset(found), frozenset(before), frozenset(within))


def _is_name(word: str, names: frozenset[str]) -> bool:
    """Whether a word is part of one of these names, or a title."""
    capital = word[0].isupper()
    if not capital and not names:
        return False
    for term in terms_of(word):
        if term in names or name_of(term) in names or (capital and not is_name(term) and term not in _SPOKEN):
            return True
    return False

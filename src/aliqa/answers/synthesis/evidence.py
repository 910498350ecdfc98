"""What a quote says, and of whom: its sentence, and the names that it only calls "it", "this" or "the company".

Those are looked for in the sentences before it, then in its heading and the title of its article. Only names are
taken from there; figures and all else a quote has to say itself.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from aliqa.answers.synthesis.clauses import NAME, Name, is_date, name_of, name_spans
from aliqa.foundations.types import Citation, SentenceKind
from aliqa.text.sentences import split_sentences
from aliqa.text.terms import content_words, terms

_NEAR: Final = 1500
"""How many characters before a quote are looked at."""

_SENTENCES: Final = 6
_NAMELESS: Final = 2
"""How many sentences before a quote are asked for a name, those left out that speak of the same "it"."""

_EMPTY: Final = re.compile(r"\bit (?:is|was|can be|must be|should be|has been) (?:[\w-]+ ){1,3}?that\b", re.I)
"""An "it" that stands for nothing: "it is worth noting that"."""

_PERSON: Final = re.compile(r"\b(?:he|she|his|her|him)\b", re.I)
_LEANS: Final = re.compile(
    rf"{_PERSON.pattern}|\b(?:it|its|they|their|them|management)\b"
    r"|\b(?:these|this)\b(?! (?:year|month|week|quarter|decade|century|day|time|spring|summer|autumn|winter)s?\b)"
    r"|\bthe (?:company|group|firm|corporation|business|club|team|band|school|university|college|church|city|town"
    r"|village|island|country|state|region|province|kingdom|river|lake|bridge|building|ship|vessel|plant|airport|museum"
    r"|observatory|library|film|book|album|song|game|device|service|product|brand|platform|app|site|park|station|party"
    r"|government|league|festival|hospital)\b",
    re.I,
)
_SUBJECT_PRONOUN: Final = re.compile(r"^(?:[^,]{0,60}, )?(?:it|they|he|she)\b", re.I)
_ALSO_NO_NAME: Final = frozenset(
    """
    according against although amid amidst among amongst another because behind beside besides beyond concerning despite
    each early eight even every finally five following four half hence however indeed inside instead last late later like
    maybe meanwhile most near nevertheless next nine one outside perhaps previous rather regarding second seven several
    since six still such ten therefore third though three throughout thus today toward towards two unless unlike upon
    whereas whether while within without yet
    """.split()  # noqa: SIM905 - a list of these would fill three screens
)
"""Words that begin sentences, and no names; besides the function words."""

_PLAIN_ENDING: Final = re.compile(
    r"(?:ers|ors|ists|ices|ares|ales|rices|ings?|ed|ly|ments?|tions?|ance|ence|ness|ity|able)$"
)
_PLAIN_AFTER: Final = re.compile(r"\s+(?:of|in|on|for|to|at|from|by|with|between|and|that|who|which)\b")


@dataclass(frozen=True, slots=True)
class Quote:
    """A quote and what it leans on.

    ``before`` are the sentences before it under its ``heading``, the nearest last; ``title`` is that of its article.
    ``marked`` are its words that the reader takes for the answer.
    """

    text: str
    title: str = ""
    before: tuple[str, ...] = ()
    heading: str = ""
    marked: str = ""


def quote_of(citation: Citation, article: str) -> Quote:
    """The quote of a citation in its article's text; "" if that is not at hand."""
    start, span = citation.char_start, citation.answer_span
    marked = citation.quote[span.start - start : span.end - start] if span else ""
    first = max(0, start - _NEAR)
    near = article[first:start]
    found = split_sentences(near)[1 if first else 0 :]
    headings = [place for place, one in enumerate(found) if one.kind is SentenceKind.HEADING]
    under = [one for one in found[headings[-1] + 1 if headings else 0 :] if one.kind is SentenceKind.PROSE]
    before = tuple(one.span.cut(near) for one in under[-_SENTENCES:])
    heading = found[headings[-1]].span.cut(near) if headings else ""
    return Quote(citation.quote, citation.title, before, heading, marked)


def referents(quote: Quote, asked: frozenset[str]) -> tuple[Name, ...]:
    """The names of which a quote speaks without naming them; none if it leans on nothing.

    Args:
        quote: the quote.
        asked: the terms of the question; who else may be meant beside the subject of the sentence before has to
            stand in it.
    """
    leaning = _leaning(quote.text)
    if leaning is None:
        return ()
    nameless = 0
    for sentence in _nearest_first(quote):
        if _is_of_the_same(sentence, leaning):
            continue
        nameless += 1
        if nameless <= _NAMELESS and (first := subject(sentence)):
            others = [name for _, name in names_of(sentence) if name <= asked] if _of_two(leaning) else []
            return tuple(dict.fromkeys([first, *others]))
    plain = quote.heading and not _is_title(quote.heading)
    above = [quote.heading] if plain and subject(quote.heading) else [quote.heading, quote.title]
    return tuple(name for text in above for _, name in names_of(text))


def _nearest_first(quote: Quote) -> list[str]:
    """The sentences before a quote: first those with a noun that it takes up ("this client"), then the nearest."""
    nouns = frozenset(_taken_nouns(quote.text))
    nearest = list(reversed(quote.before))
    return sorted(nearest, key=lambda sentence: not nouns & frozenset(re.findall(r"[a-z]+", sentence)))


def _is_of_the_same(sentence: str, leaning: list[str]) -> bool:
    """Whether a sentence leans on what the quote leans on, too, so that its own names are others."""
    again = {match.group().lower() for match in _LEANS.finditer(sentence)}
    both = any(one.startswith("the ") for one in again.intersection(leaning))
    return both or bool(_SUBJECT_PRONOUN.search(sentence))


def _taken_nouns(text: str) -> list[str]:
    return re.findall(r"\b(?:[Tt]his|[Tt]hese) ([a-z]+)", text)


def subject(sentence: str) -> Name | None:
    """The first name of a sentence, behind what opens it."""
    found = list(names_of(sentence))
    comma = sentence.find(", ")
    opened = bool(found) and found[0][0] > 0 and comma > 0 and not re.match(r"(?:The|An?)\b", sentence)
    return next((name for place, name in found if not opened or place > comma), found[0][1] if found else None)


def names_of(text: str) -> Iterator[tuple[int, Name]]:
    """Where the names of a text begin, and their terms; no dates, and no first word that may be a plain one."""
    for start, end in name_spans(text):
        name = name_of(text[start:end])
        plain = not text[:start].strip(" \"“‘'(") and _plain(text[start:end], text[end:])
        if max(map(len, name), default=0) > 1 and not is_date(name) and not plain:
            yield start, name


def _plain(word: str, behind: str) -> bool:
    """Whether the first word of a sentence may be no name."""
    lower = word.lower()
    if len(word.split()) > 1 or behind[:1] in "'’" or re.search(r"\d|[a-z][A-Z]|[A-Z]{2}", word):
        return False
    return (
        lower in _ALSO_NO_NAME
        or not content_words(lower)
        or bool(_PLAIN_ENDING.search(lower) or _PLAIN_AFTER.match(behind))
    )


def _leaning(text: str) -> list[str] | None:
    """With what a sentence leans on others before its first name; None if it has to lean on nothing."""
    without = _EMPTY.sub(lambda match: "_" * len(match.group()), text)
    end = next((place for place, _ in names_of(text)), len(text))
    found = [match.group().lower() for match in _LEANS.finditer(without) if match.start() < end]
    return found if found or end == len(text) else None


def _of_two(leaning: list[str]) -> bool:
    """Whether it speaks of a person and of something else: "he scored 20 goals for the club"."""
    return any(map(_PERSON.fullmatch, leaning)) and any(one.startswith("the ") for one in leaning)


def _is_title(heading: str) -> bool:
    """Whether all its words of weight are capitalised, so that none can be told to be a name."""
    return all(word[:1].isupper() for word in content_words(heading).values())


def taken_up(quote: Quote) -> frozenset[str]:
    """The words that go with a noun which the quote takes up from before: "desktop" for "this client"."""
    nouns = frozenset(_taken_nouns(quote.text))
    found = [re.findall(rf"([\w-]+) {noun}s?\b", sentence) for noun in nouns for sentence in quote.before]
    return frozenset(term for words in found for word in words for term in content_words(word))


def kinds_of_names(question: str, quote: Quote) -> frozenset[str]:
    """What the question says that a name is, where the quote's surroundings do, too: "the Lindholm bridge"."""
    found = re.findall(rf"\b([a-z]+) of (?:the )?{NAME.pattern}|\b[Tt]he {NAME.pattern} ([a-z]+)", question)
    kinds = [word for pair in found for word in pair if _LEANS.fullmatch(f"the {word}")]
    return frozenset(terms(" ".join(kinds))) & frozenset(terms(" ".join([*quote.before, quote.heading, quote.title])))


def title_terms(quote: Quote) -> frozenset[str]:
    """All words of the title, where it is all that there is around a quote that names nothing."""
    alone = not quote.before and not quote.heading and not any(names_of(quote.text))
    return frozenset(terms(quote.title)) if alone else frozenset()

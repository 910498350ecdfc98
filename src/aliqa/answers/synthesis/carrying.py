"""Whether quotes carry a sentence: it shortens one of them, or joins sentences that do.

Who "it" or "the company" is may be said by name only where three agree: the question names it, the sentence before
begins with it, and the title does, too, or that sentence names nobody else.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from aliqa.answers.synthesis.rewording import forms
from aliqa.answers.synthesis.shortening import CONNECTING, shortens
from aliqa.answers.synthesis.tokens import Token, Tokens, same, tokens
from aliqa.answers.synthesis.wordclasses import (
    ARTICLES,
    AUXILIARIES,
    BOUNDS,
    CONDITIONS,
    NEGATIONS,
    PREPOSITIONS,
    PRONOUNS,
    any_of,
    reports,
)
from aliqa.foundations.types import Citation, SentenceKind
from aliqa.text.sentences import split_sentences

_NEAR: Final = 1500
"""How many characters before a quote are looked at."""

_JOINS: Final = frozenset({"and", "while", "whereas", "but"})
_CALLED: Final = frozenset({"company", "firm", "group", "corporation", "business", "club", "team", "bank"})
_MOST_WORDS: Final = 120


@dataclass(frozen=True, slots=True)
class Quote:
    """A quote and what it leans on: the title of its article, and the sentences before it, the nearest last."""

    text: str
    title: str = ""
    before: tuple[str, ...] = ()


def quote_of(citation: Citation, article: str) -> Quote:
    """The quote of a citation in its article's text; "" if that is not at hand."""
    first = max(0, citation.char_start - _NEAR)
    near = article[first : citation.char_start]
    found = split_sentences(near)[1 if first else 0 :]
    under = list(takewhile(lambda one: one.kind is SentenceKind.PROSE, reversed(found)))
    return Quote(citation.quote, citation.title, tuple(one.span.cut(near) for one in reversed(under)))


def carrying(sentence: str, quotes: Sequence[Quote], question: str = "") -> list[int] | None:
    """The places of the quotes that carry the sentence, each a part of it; None if they do not.

    >>> quotes = [Quote("Marlowe will close 46 of its 138 shops in 2026."), Quote("Hale resigned.")]
    >>> carrying("Marlowe will close 46 of its 138 shops in 2026, and Hale resigned.", quotes)
    [0, 1]
    >>> carrying("Marlowe closed 46 shops.", quotes) is None
    True
    """
    if "?" in sentence:
        return None
    said, asked = _without_connecting(tokens(sentence)), tokens(question)
    if not said or len(said) > _MOST_WORDS:
        return None
    reworded = [_reworded(one, asked) for one in quotes]
    return _joined(_without_answer(said, asked), reworded)


def leans(sentence: str) -> bool:
    """Whether a sentence speaks of what was named before it."""
    said = _without_connecting(tokens(sentence))
    return bool(said) and (any_of(said[:4], PRONOUNS) or any(token.lower in _CALLED for token in said[1:2]))


def _reworded(quote: Quote, asked: Tokens) -> list[Tokens]:
    said = tokens(quote.text)
    if not 0 < len(said) <= 2 * _MOST_WORDS or quote.text.rstrip().endswith("?"):
        return []
    return [form for one in (said, *_named(said, quote, asked)) for form in forms(one)]


def _joined(said: Tokens, quotes: Sequence[list[Tokens]]) -> list[int] | None:
    """The quotes that carry the sentence whole, else its two halves."""
    for place, reworded in enumerate(quotes):
        if any(shortens(one, form) for one in forms(said) for form in reworded):
            return [place]
    for left, right in _halves(said):
        first = _joined(left, quotes)
        second = first and _joined(right, quotes)
        if first and second:
            return list(dict.fromkeys([*first, *second]))
    return None


def _halves(said: Tokens) -> Iterator[tuple[Tokens, Tokens]]:
    """The sentence cut where two can have been joined, so that nothing in one half seems to hold for the other."""
    for place, token in enumerate(said):
        if token.text in (",", ";") and 1 < place < len(said) - 2:
            right = said[place + 1 :]
            if right[0].lower in _JOINS:
                right = right[1:]
            elif token.text == ",":
                continue
            left = said[:place]
            reaches = left[0].lower in PREPOSITIONS or any_of(left, CONDITIONS) or reports(left)
            if not (reaches and token.text == ",") and not any_of(right, PRONOUNS | _CALLED):
                yield left, (Token(right[0].text, first=True), *right[1:])


def _without_connecting(said: Tokens) -> Tokens:
    """The sentence without a connecting word in front."""
    if said and said[0].lower in CONNECTING and len(said) > 2:
        said = said[2:] if said[1].text == "," else said[1:]
        return (Token(said[0].text, first=True), *said[1:])
    return said


def _without_answer(said: Tokens, asked: Tokens) -> Tokens:
    """The sentence without its "Yes," or "No,", if what follows is the question word by word."""
    if len(said) < 4 or said[1].text != "," or said[0].lower not in ("yes", "no") or asked[-1:] != (Token("?"),):
        return said
    rest = said[2:]
    affirmed = tuple(token for token in rest if token.text != "not")
    denied = len(affirmed) < len(rest)
    helper = next((place for place, token in enumerate(affirmed) if token.text in AUXILIARIES), 0)
    restated = (affirmed[helper], *affirmed[:helper], *affirmed[helper + 1 :])
    plain = helper and not any_of(asked, NEGATIONS) and denied == (said[0].lower == "no")
    told = same(tuple(Token(one.lower) for one in restated), tuple(Token(one.lower) for one in asked[:-1]))
    return (Token(rest[0].text, first=True), *rest[1:]) if plain and told else said


# --- who is meant -------------------------------------------------------------------------------


def _named(said: Tokens, quote: Quote, asked: Tokens) -> Iterator[Tokens]:
    """The quote with the name of what it only calls "it", "the company" or nothing, where that is certain."""
    yield from _shorter_name(said, quote, asked)
    sure = not any_of(said, frozenset({"that", "to", "for"})) or said[0].lower != "it"  # "it took a year to build"
    for name, alone in _meant(quote, asked):
        owner = (*name, Token("'s"))
        if alone and sure and said[0].lower in ("it", "he", "she"):
            yield (*name, *said[1:])
        elif alone and said[0].lower == "the" and len(said) > 1 and said[1].text in _CALLED:
            yield (*name, *said[2:])
        elif _follows(owner, said[0], asked):
            yield (*owner, *said)
        elif (place := _owned(said)) is not None:
            yield (*said[:place], *owner, *said[place + 1 :])


def _shorter_name(said: Tokens, quote: Quote, asked: Tokens) -> Iterator[Tokens]:
    """The quote with its subject called as the question and the title call it: "Tidewater" for "Tidewater Shipping"."""
    title = tokens(quote.title)
    called = tuple(takewhile(lambda token: token.text[0].isupper(), title))
    name = tuple(takewhile(lambda token: token.text[0].isupper(), said))
    short = 0 < len(called) < len(name) and same(called, name[: len(called)])
    if short and any(_is_name_at(asked, place, called) for place in range(1, len(asked))):
        yield (*called, *said[len(name) :])


def _is_name_at(text: Tokens, place: int, name: Tokens) -> bool:
    """Whether the name stands there, and is not a part of a longer one."""
    end = place + len(name)
    return same(text[place:end], name) and not any(
        one.is_name for one in (*text[place - 1 : place], *text[end : end + 1])
    )


def _meant(quote: Quote, asked: Tokens) -> Iterator[tuple[Tokens, bool]]:
    """Of whom the quote speaks, in full and as the question calls it, and whether nobody else is named before it."""
    place = next((place for place, one in reversed(list(enumerate(quote.before))) if not leans(one)), len(quote.before))
    near = [tokens(one) for one in quote.before[place:]]
    before = near[0] if near else ()
    the = before[:1] if before and before[0].lower in ARTICLES else ()
    named = before[len(the) :]
    capital = tuple(takewhile(lambda token: token.text[0].isupper() and not token.is_number, named))
    rest = named[len(capital) :]
    title = [token for token in tokens(quote.title) if token.lower not in ARTICLES]
    if not capital or (rest and rest[0].text == "'s"):
        return
    titled = bool(title) and title[0].lower == capital[0].lower
    alone = not any(token.is_name and not token.is_date for part in (rest, *near[1:]) for token in part)
    if titled or alone:
        for length in range(1, len(capital) + 1):
            if _contains(asked, capital[:length]) and (titled or length == len(capital)):
                yield from (((*the, *name), alone) for name in {capital[:length], capital})


def _contains(asked: Tokens, name: Tokens) -> bool:
    return any(same(asked[place : place + len(name)], name) for place in range(len(asked)))


def _follows(owner: Tokens, noun: Token, asked: Tokens) -> bool:
    """Whether the question itself says "Tidewater's revenue"."""
    return noun.text.isalpha() and _contains(asked, (*owner, noun))


def _owned(said: Tokens) -> int | None:
    """Where "its" or "their" stands if nothing before it can be the owner: "more than half of its"."""
    place = next((place for place, token in enumerate(said) if token.lower in ("its", "his", "her")), None)
    quantities = BOUNDS | ARTICLES | {"of", "third", "quarter", "majority", "rest", "one"}
    if place is None or not all(token.lower in quantities or token.is_number for token in said[:place]):
        return None
    return place

"""Whether a sentence is a quote with parts left out that can be spared: the alignment of one to the other.

Both are read from left to right. Every token of the sentence must be the next one of the quote, or the next behind a
part that may go: brackets, a clause set in between commas, a date or a price behind the verb, a title before a person's
name, a connecting word in front. Nothing may be new, nothing changes places, and denials, modals, bounds, quantities,
conditions and those who say it always stay.
"""

from collections.abc import Iterator
from itertools import takewhile
from typing import Final

from aliqa.answers.synthesis.rewording import LONGEST_ADJUNCT, compares, date_or_price, without_prices
from aliqa.answers.synthesis.tokens import Token, Tokens
from aliqa.answers.synthesis.wordclasses import (
    ARTICLES,
    BE,
    BOUNDS,
    CLAUSE_WORDS,
    CONDITIONS,
    MODALS,
    NEGATIONS,
    PAIRED,
    PREPOSITIONS,
    PRONOUNS,
    RELATIVES,
    any_of,
    is_verb,
    reports,
)

CONNECTING: Final = frozenset({"however", "moreover", "meanwhile", "also", "additionally", "furthermore", "and", "but"})
_AFTER_COMMA: Final = frozenset({"up", "down", "compared", "including"})
_LONGEST_TITLE: Final = 4


def shortens(sentence: Tokens, quote: Tokens) -> bool:
    """Whether the sentence is the quote, or what is left of it without parts that can be spared.

    >>> from aliqa.answers.synthesis.tokens import tokens
    >>> quote = tokens("The mill, which burned in 2020, employs at least 40 people.")
    >>> shortens(tokens("The mill employs at least 40 people."), quote)
    True
    >>> shortens(tokens("The mill employs 40 people."), quote)
    False
    """
    spared: dict[int, list[int]] = {}
    for start, end in _spared(quote):
        spared.setdefault(start, []).append(end)
    reached = {(0, 0)}
    waiting = [(0, 0)]
    while waiting:
        i, j = waiting.pop()
        if i == len(sentence) and j == len(quote):
            return i > 0
        steps = [(i, end) for end in spared.get(j, ())]
        if i < len(sentence) and j < len(quote) and sentence[i].same(quote[j]):
            steps.append((i + 1, j + 1))
        waiting += (new := set(steps) - reached)
        reached |= new
    return False


def _spared(quote: Tokens) -> Iterator[tuple[int, int]]:
    """Where the parts begin and end that may be left out."""
    yield from _in_brackets(quote)
    yield from _between_commas(quote)
    yield from _dates_and_prices(quote)
    yield from _titles(quote)
    if quote and quote[0].lower in CONNECTING:
        yield 0, 2 if quote[1:2] and quote[1].text == "," else 1


def _harmless(part: Tokens) -> bool:
    """Whether a part neither denies, limits nor reports what stands beside it."""
    return not any_of(part, (NEGATIONS | CONDITIONS | {"only", "but", "according"}) - {"as"}) and not reports(part)


def _in_brackets(quote: Tokens) -> Iterator[tuple[int, int]]:
    opened = [place for place, token in enumerate(quote) if token.text == "("]
    closed = [place for place, token in enumerate(quote) if token.text == ")"]
    for start, end in zip(opened, closed, strict=False):
        if start < end and _harmless(quote[start:end]):
            yield start, end + 1


def _between_commas(quote: Tokens) -> Iterator[tuple[int, int]]:
    """A clause set in (", which …,") or added at the end (", up from …"), if no other comma makes it doubtful."""
    commas = [place for place, token in enumerate(quote) if token.text == ","]
    if not 1 <= len(commas) <= 2:
        return
    start, end = commas[0], commas[1] + 1 if len(commas) == 2 else len(quote)
    part = quote[start + 1 : end]
    sets_in = bool(part) and part[0].lower in RELATIVES
    adds = len(commas) == 1 and bool(part) and (part[0].lower in _AFTER_COMMA or compares(part))
    if (sets_in or adds) and _harmless(part):
        yield start, end


def _dates_and_prices(quote: Tokens) -> Iterator[tuple[int, int]]:
    """A date or a price behind the verb, where nothing denies, limits or measures over it."""
    scope = NEGATIONS | MODALS | BOUNDS | CLAUSE_WORDS | PAIRED | BE
    for start in range(2, len(quote)):
        for end in range(start + 2, min(len(quote), start + LONGEST_ADJUNCT) + 1):
            part, before = quote[start:end], quote[:start]
            rest = (*before, *quote[end:])
            if date_or_price(part) and _stands_free(before, quote[end:]):
                dated = part[0].lower != "for" and any(
                    token.is_date for token in rest[1:]
                )  # "rose in May and fell in June"
                ranges = any_of(rest, frozenset({"from"})) and any_of(rest, frozenset({"to"}))
                if not (dated or ranges or any_of(without_prices(rest), scope) or reports(rest)):
                    yield start, end


def _stands_free(before: Tokens, behind: Tokens) -> bool:
    """Whether an adjunct between these belongs to the verb: it stands behind it, or an event ("a storm in May hit")."""
    event = len(before) == 2 and before[0].lower in ("a", "an") and bool(behind) and is_verb(behind[0])
    ends = not behind or behind[0].lower in PREPOSITIONS - {"of"} or behind[0].text == ","
    return event or (ends and any(map(is_verb, before[1:])))


def _titles(quote: Tokens) -> Iterator[tuple[int, int]]:
    """What somebody is, before the name: "Chief executive", "The union leader"."""
    for end in range(1, min(_LONGEST_TITLE, len(quote)) + 1):
        name = tuple(takewhile(lambda token: token.is_name, quote[end:]))
        verb = end + len(name)
        before = quote[1 if quote[0].lower in ARTICLES else 0 : end]
        if before and 2 <= len(name) <= 4 and verb < len(quote) and _goes_on(quote[verb:]):
            plain = all(_can_be_title(token) for token in before)
            if plain and not any_of(before, _NEVER_A_TITLE):
                yield 0, end


def _goes_on(behind: Tokens) -> bool:
    """Whether a name ends here: its verb follows, or a clause about it."""
    return is_verb(behind[0]) or (behind[0].text == "," and any_of(behind[1:2], RELATIVES))


def _can_be_title(token: Token) -> bool:
    return token.text.isalpha() and not (token.is_name or is_verb(token) or token.text.endswith("ly"))


_NEVER_A_TITLE: Final = (
    NEGATIONS | BOUNDS | MODALS | CLAUSE_WORDS | PREPOSITIONS | PRONOUNS | ARTICLES | {"perhaps", "maybe", "once"}
)

"""Other ways to say the same: a sentence with its parts in another order, and no word exchanged.

"In 2024, A was sold by B" is put back into "B sold A in 2024", "C, X said" into "X said C", and a clause set in (",
which B sold in 2024,") is taken out. Each rule asks for what makes it safe, and gives nothing where that is missing:
what then fits no quote is shown as the quote.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise, takewhile
from typing import Final

from aliqa.answers.synthesis.tokens import Token, Tokens
from aliqa.answers.synthesis.wordclasses import (
    ARTICLES,
    AUXILIARIES,
    BE,
    BOUNDS,
    CLAUSE_WORDS,
    CONDITIONS,
    NEGATIONS,
    PREPOSITIONS,
    PRONOUNS,
    RELATIVES,
    SAYING,
    any_of,
    is_past,
    is_reporting,
    is_verb,
    reports,
)

_MOST_FORMS: Final = 60
_LONGEST_SPEAKER: Final = 8
LONGEST_ADJUNCT: Final = 8
_ATTACHING: Final = PREPOSITIONS - {"of", "from", "to", "by", "in", "at", "with", "near"}
"""A second adjunct may belong to the noun behind one of these: "a report on sales in 2023"."""


def forms(sentence: Tokens) -> list[Tokens]:
    """The sentence, and all that the rules make of it."""
    found = [_without_that(sentence)]
    for form in found:
        for rule in _RULES:
            found += [new for new in rule(form) if new not in found]
        if len(found) > _MOST_FORMS:
            break
    return found


def date_or_price(part: Tokens) -> bool:
    """Whether it is an adjunct that gives a date ("in March 2024") or a price ("for about 240 million euros")."""
    if len(part) < 2:
        return False
    opening, rest = part[0].lower, part[1:]
    if opening in ("in", "on", "during"):
        return any(token.is_date for token in rest) and all(token.is_date or token.is_number for token in rest)
    worth = [token for token in rest if token.lower not in ("about", "around", "nearly", "almost", "roughly")]
    money = {"euros", "dollars", "pounds", "yuan", "yen", "$", "€", "£", "million", "billion"}
    return opening == "for" and all(token.is_number or token.lower in money for token in worth) and any_of(
        worth, frozenset(money - {"million", "billion"})
    )  # fmt: skip


def without_prices(rest: Tokens) -> Tokens:
    """The tokens without adjuncts of price, whose "about" bounds nothing else."""
    for start in range(len(rest)):
        for end in range(min(len(rest), start + LONGEST_ADJUNCT), start + 1, -1):
            if rest[start].lower == "for" and date_or_price(rest[start:end]):
                return (*rest[:start], *without_prices(rest[end:]))
    return rest


def _without_that(sentence: Tokens) -> Tokens:
    """The sentence without the "that" which English may leave out behind "said"."""
    kept = [
        token
        for place, token in enumerate(sentence)
        if token.text != "that" or not place or not is_reporting(sentence[place - 1])
    ]
    return tuple(kept)


def _commas(sentence: Tokens) -> list[int]:
    return [place for place, token in enumerate(sentence) if token.text == ","]


def _unfronted(sentence: Tokens) -> Iterator[Tokens]:
    """What stands in front ("In 2024, …", "When …, …"), put behind."""
    commas = _commas(sentence)
    if not commas or commas[0] < 2 or sentence[0].lower not in PREPOSITIONS | CONDITIONS:
        return
    front, rest = sentence[: commas[0]], sentence[commas[0] + 1 :]
    for end in range(2, len(rest) + 1):
        if _adjunct_may_end(front, rest, end) and _moves(front, rest[:end]):
            yield (*rest[:end], *front, *rest[end:])
    if _tells_when(front) and len(rest) > 3 and rest[0].lower in ("a", "an") and is_verb(rest[2]):
        yield (*rest[:2], *front, *rest[2:])  # "a storm in 2024 hit B"


def _adjunct_may_end(front: Tokens, rest: Tokens, end: int) -> bool:
    """Whether what stood in front can stand there: at the end, or as a time before another adjunct or a comparison."""
    if end == len(rest):
        return True
    behind = rest[end:]
    opens = behind[0].lower in PREPOSITIONS - {"of"} or (
        behind[0].text == "," and len(behind) > 1 and compares(behind[1:])
    )
    dated = any(token.is_date for token in behind) and behind[0].text != ","
    return opens and not dated and _tells_when(front) and any(map(is_verb, rest[1:end]))


def _event_dated(sentence: Tokens) -> Iterator[Tokens]:
    """The date of an event that is its own subject, put behind: "a storm in May 2024 hit B"."""
    for end in range(4, min(len(sentence) - 1, 3 + LONGEST_ADJUNCT)):
        date, rest = sentence[2:end], (*sentence[:2], *sentence[end:])
        dated = sentence[0].lower in ("a", "an") and date_or_price(date) and _tells_when(date)
        if dated and is_verb(sentence[end]) and _moves(date, rest):
            yield (*rest, *date)


def compares(part: Tokens) -> bool:
    """Whether it begins as "8 percent more than" or "twice as many as" do."""
    measure = [token.lower for token in part[:4]]
    more = {"more", "less", "fewer", "higher", "lower", "many", "much"} & set(measure)
    return bool(more) and (part[0].is_number or measure[0] == "twice")


def _tells_when(adjunct: Tokens) -> bool:
    """Whether an adjunct gives a time ("by the end of 2030") and nothing else."""
    opening = adjunct[0].lower in "in on at by since until before after during within from".split()
    return (
        opening
        and any(token.is_date for token in adjunct)
        and all(not token.is_name or token.is_date for token in adjunct)
    )


def _one_verb(rest: Tokens) -> bool:
    """Whether a clause has no second verb, as "sold ships damaged by fire" and "sold ships it owned" have."""
    pasts = [place for place, token in enumerate(rest) if is_past(token)]
    helpers = [place for place, token in enumerate(rest) if token.text in AUXILIARIES]
    if len(pasts) > 1 or any(helper > past for past in pasts for helper in helpers):
        return False
    return bool(helpers) or not any_of((one for past in pasts for one in rest[past + 1 : past + 2]), frozenset({"by"}))


def _moves(adjunct: Tokens, rest: Tokens) -> bool:
    """Whether an adjunct says the same in front of a clause as behind it: there is one verb that it can belong to."""
    if len(rest) < 2 or any_of(rest, CLAUSE_WORDS) or any(token.text in ',;:"()' for token in rest):
        return False
    if rest[-1].lower in PREPOSITIONS | BOUNDS | NEGATIONS or reports(rest):
        return False
    if any(token.text.islower() and token.text.endswith("ing") for token in rest) or _infinitive(rest):
        return False
    if not _one_verb(rest) or any(token.is_date for token in rest):
        return False
    if adjunct[0].lower in CONDITIONS and not _tells_when(adjunct):
        return not (adjunct[0].lower in ("because", "as", "since") and any_of(rest, NEGATIONS))
    denied = any_of(rest, NEGATIONS) and adjunct[0].lower not in ("in", "on", "since", "during")
    return _tells_when(adjunct) and not denied and not any_of(without_prices(rest), _ATTACHING)


def _infinitive(rest: Tokens) -> bool:
    following = [after for token, after in pairwise(rest) if token.text == "to"]
    return any(one.text.islower() and one.lower not in ARTICLES | PRONOUNS for one in following)


def _active(sentence: Tokens) -> Iterator[Tokens]:
    """The passive with its doer, turned: "A was sold to C by B in 2024" becomes "B sold A to C in 2024"."""
    be = next((place for place, token in enumerate(sentence) if token.text in BE), 0)
    verb = be + 1
    if not be or verb >= len(sentence) or any_of(sentence, NEGATIONS):
        return
    for by in (place for place in range(verb + 1, len(sentence) - 1) if sentence[place].text == "by"):
        if any(map(is_past, sentence[verb + 1 : by])):
            return
        for end in range(by + 2, len(sentence) + 1):
            if end == len(sentence) or _ends_doer(sentence[by + 1 : end], sentence[end:]):
                for done in _finite(sentence[be].text, sentence[verb]):
                    doer, rest = sentence[by + 1 : end], (*sentence[verb + 1 : by], *sentence[end:])
                    yield (*doer, done, *sentence[:be], *rest)


def _ends_doer(doer: Tokens, rest: Tokens) -> bool:
    """Whether what stands behind "by B" cannot belong to B: a date, a price, or anything behind a bare name."""
    bare = all(token.is_name for token in doer) and rest[0].lower in ("to", "from", "for", "in", "on", "at")
    return bare or _all_dates_or_prices(rest)


def _all_dates_or_prices(part: Tokens) -> bool:
    return any(
        date_or_price(part[:end]) and (end == len(part) or _all_dates_or_prices(part[end:]))
        for end in range(2, len(part) + 1)
    )


def _finite(be: str, participle: Token) -> list[Token]:
    """What the participle can be in the active: "sold" of "was sold", "expect" or "expects" of "is expected"."""
    text = participle.text
    if be in ("was", "were"):
        return [participle]
    bases = [text[:-2], text[:-1]] if text.endswith("ed") else []
    return [Token(base + ending) for base in bases for ending in ("", "s")]


def _set_in(sentence: Tokens) -> Iterator[Tokens]:
    """What a clause set in behind the subject says of it: ", which B sold in 2024," and ", who led it,"."""
    commas = _commas(sentence)
    if len(commas) != 2 or not commas[0] or any_of(sentence[: commas[0]], NEGATIONS | BOUNDS | CLAUSE_WORDS):
        return
    subject, clause = sentence[: commas[0]], sentence[commas[0] + 1 : commas[1]]
    if any(
        token.lower in PREPOSITIONS | {"'s"} and not _is_place(subject[place:]) for place, token in enumerate(subject)
    ):
        return  # "the daughter of A, who led B": which of the two?
    if len(clause) < 3 or clause[0].lower not in RELATIVES - {"whose", "where"} or reports(clause):
        return
    doer = tuple(takewhile(lambda token: token.is_name, clause[1:]))
    verb = len(doer) + 1
    if doer and verb < len(clause) and clause[verb].text.islower() and clause[verb].text not in AUXILIARIES:
        yield (*doer, clause[verb], *subject, *clause[verb + 1 :])
    elif not doer and (clause[1].text in AUXILIARIES or clause[1].text.endswith("ed")):
        yield (*subject, *clause[1:])


def _is_place(part: Tokens) -> bool:
    return len(part) > 1 and part[0].lower == "in" and all(token.is_name for token in part[1:])


def _said_first(sentence: Tokens) -> Iterator[Tokens]:
    """Who says it, put in front: "C, X said" and "According to X, C" become "X said C"."""
    commas = _commas(sentence)
    if not commas:
        return
    head, tail = sentence[: commas[-1]], sentence[commas[-1] + 1 :]
    if 1 < len(tail) <= _LONGEST_SPEAKER and not any_of(tail, CLAUSE_WORDS):
        if tail[-1].lower in SAYING:
            yield (*tail[:-1], tail[-1], *head)
        elif tail[0].lower in SAYING:
            yield (*tail[1:], tail[0], *head)
        elif [token.lower for token in tail[:2]] == ["according", "to"]:
            yield (*tail[2:], Token("said"), *head)
    speaker, rest = sentence[: commas[0]], sentence[commas[0] + 1 :]
    if [token.lower for token in speaker[:2]] == ["according", "to"] and len(speaker) <= _LONGEST_SPEAKER:
        yield (*speaker[2:], Token("said"), *rest)


_RULES: Final[tuple[Callable[[Tokens], Iterator[Tokens]], ...]] = (
    _unfronted,
    _event_dated,
    _active,
    _set_in,
    _said_first,
)

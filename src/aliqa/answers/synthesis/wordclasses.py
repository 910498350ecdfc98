"""The closed classes of English words that decide what may be left out of a sentence, or moved in it."""

import re
from collections.abc import Iterable
from typing import Final

from aliqa.answers.synthesis.tokens import Token, Tokens
from aliqa.text import english


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


NEGATIONS: Final = _words(
    "not no never none nobody nothing neither nor without hardly barely scarcely few little except unless unlike"
    " instead"
)
MODALS: Final = _words("can could may might must shall should will would ought need")
BOUNDS: Final = _words(
    "all every each any both half most many some several only just even almost nearly about around roughly over under"
    " more less fewer least up than between either together percent"
)
CONDITIONS: Final = _words("if unless when whenever until till while because since as though although whether provided")
"""Open a clause without which the other may be false."""

BE: Final = _words("is are was were")
AUXILIARIES: Final = BE | MODALS | _words("has have had does do did been")
RELATIVES: Final = _words("which who whose where")
CLAUSE_WORDS: Final = CONDITIONS | RELATIVES | _words("that whom and or but nor")
ARTICLES: Final = _words(english.ARTICLES)
PRONOUNS: Final = _words("it he she they its his her their this these that those we i you")
PREPOSITIONS: Final = _words(
    "in on at by from to for with of during after before within into against about over under between through across"
    " near"
)
PAIRED: Final = _words("between not either both whether")
"""Words that stand with a second one, which cannot be left out alone."""

_REPORTING: Final = re.compile(
    r"""
    (?:
          sa(?:y|ys|id)
        | tell
        | told
        | wr(?:ites?|ote)
        | th(?:ink|ought)
        | den(?:y|ies|ied)
        | fe(?:el|lt)
        | hop(?:es?|ed)
        | (?:
              warn | report | add | claim | expect | fear | suggest | insist | plan | forecast | want | admit
              | confirm | predict | alleg | argu | stat | announc | believ | estimat | propos | promis | conclud
              | intend | doubt
          )
          (?:e?s|e?d|t?ed|ned|e)?
    )
    """,
    re.VERBOSE,
)
SAYING: Final = _words("say says said warn warns warned report reports reported add adds added wrote writes")


def is_reporting(token: Token) -> bool:
    """Whether a word can say that somebody says, thinks or plans something."""
    return bool(_REPORTING.fullmatch(token.lower))


def reports(found: Tokens) -> bool:
    """Whether one of the tokens says that somebody says something, and is no noun: "plan" in "the plan"."""
    owners = ARTICLES | PRONOUNS | {"'s", "of"}
    nouns = [place + 1 for place, token in enumerate(found) if token.lower in owners - {"it", "he", "she", "they"}]
    return any(is_reporting(token) and place not in nouns for place, token in enumerate(found))


def is_verb(token: Token) -> bool:
    """Whether a word is surely a verb: an auxiliary, of reporting, or a past."""
    return token.lower in AUXILIARIES or is_reporting(token) or is_past(token)


PASTS: Final = _words(
    "sold bought won lost made took gave built led left held met paid spent sent found became began rose fell grew"
    " cut put shut hit set beat broke brought came chose drew drove went kept ran saw shot spoke stood taught threw"
    " wore"
)
"""Irregular pasts that are hardly ever nouns or adjectives in a subject."""


def is_past(token: Token) -> bool:
    """Whether a word is a past or a participle."""
    return token.text in PASTS or (token.text.islower() and token.text.endswith("ed"))


def any_of(found: Iterable[Token], words: frozenset[str]) -> bool:
    """Whether one of the tokens is among the words; the month May is no modal."""
    return any(token.lower in words and not token.is_date for token in found)

"""Who holds a role, who founded, owns or bought what, and where something is: the claims whose value is a name.

Only phrases that leave no doubt are read: "Northwind's chief executive Ines Okafor", "Okafor, the chief executive of
Northwind", "Northwind was founded by …". Roles that several may hold at once ("a director", "co-founder"), former,
acting and deputy ones, lists of holders, and parts of the whole ("Northwind's cargo division") are passed over.
"""

import re
from collections.abc import Collection
from itertools import chain
from typing import Final, NamedTuple

from aliqa.foundations.types import Span
from aliqa.text.claims.holders import Holder
from aliqa.text.claims.phrases import EPITHET, FAMILIES, ITS, ORG, ROLES, TITLE, VERBS, WORD, compiled, plain
from aliqa.text.claims.words import is_name, name_of, terms_of
from aliqa.text.english import UPPER as UP


class Held(NamedTuple):
    """Who holds a role of whom: ``of`` are the terms of the name, ``what`` the nouns beside it ("museum")."""

    holder: Holder
    of: frozenset[str]
    what: frozenset[str]
    limits: frozenset[str]
    dated: bool
    """Whether it says something only together with a date: "was", "became"."""


_NAMED: Final = re.compile(rf"(?P<org>{ORG})")
_SPOILT: Final = re.compile(
    r"(?:\b(?:former(?:ly)?|ex|acting|interim|late|deputy|vice|outgoing|incoming|co|assistant|previous|onetime|one-time|erstwhile|then|first|retired"
    r"|honorary|regional|associate)[ -](?:\w+ )?|\b(?:one of|an?|another|two|three|than|like|if|whether|denied that|not) (?:the )?)$",
    re.I,
)
_LIST_BEFORE: Final = re.compile(rf"(?:\band|&|\bor|[{UP}][\w’'.-]+,) $")
_LIST_BEHIND: Final = re.compile(
    rf",? (?:and|&|or|as well as|together with|along with|alongside) (?:(?:his|her|their|the|a|two|three|several|other)\b|{TITLE}{WORD})"
    rf"|, {WORD}(?: {WORD})*,? (?:and|&) "
)
_WITH: Final = re.compile(r"[^.;]{0,30}\bwith (?:an? |his |her |their |the |two |three |\w+ (?:other|friends)|[A-Z])")
_PART: Final = re.compile(
    r"['’]s\b|['’](?= )|-\w| (?:for|in|of) [A-Z]"
    r"| (?:division|unit|arm|subsidiary|business|department|branch|region|operations|office|team|section)\b"
)
_DOUBT: Final = re.compile(
    r"\b(?:if|whether|den(?:y|ies|ied)|rumou?rs?|would|might|could|should|not|never|unless|until|suppose\w*|falsely)\b",
    re.I,
)
_OFFICES: Final = frozenset({"president", "governor", "chancellor", "speaker"})
_ADJECTIVE: Final = re.compile(r"(?:ish|[a-z]ian|[a-z]ican|ese|French|German|Dutch|Greek|Swiss|Welsh|Thai|Czech)$")
"""Of whom "the American conductor" is not."""

_MANY: Final = frozenset({"founder", "owner", "buyer"})
_ONCE: Final = frozenset({"founder", "buyer", "birthplace"})
_LEFT: Final = 40
"""How far before a phrase what takes it back may stand, in code points."""

HINTS: Final = frozenset().union(*(family.words for family in FAMILIES))
"""A sentence without any of these words, in lower case, holds none of these claims."""


def find(text: str, words: Collection[str]) -> list[Held]:
    """Who holds which role, by a sentence with these ``words`` in lower case, in order.

    >>> [one] = find("Ines Okafor, the chief executive of Northwind, sailed.", ["chief", "executive"])
    >>> one.holder.name, one.holder.unit, one.holder.of
    ('Ines Okafor', 'chief executive', 'Northwind')
    >>> find("Northwind's former chief executive Tomas Berg sailed.", ["chief", "executive"])
    []
    """
    found: dict[tuple[Span, str], Held] = {}
    families = [family for family in FAMILIES if not family.words.isdisjoint(words)]
    shown = plain(text) if families else text
    for family in families:
        if compiled(family.anchor).search(shown):
            for match in chain.from_iterable(compiled(pattern).finditer(shown) for pattern in family.patterns):
                if held := _held(shown, match):
                    found.setdefault((held.holder.span, held.holder.unit), held)
    return sorted(found.values(), key=lambda held: held.holder.span)


def _held(text: str, match: re.Match[str]) -> Held | None:
    """What a phrase says, if it leaves no doubt; "its" stands for the only other name of the sentence."""
    if match.re.pattern == ITS:
        others = [one for one in _NAMED.finditer(text) if not Span(*one.span()).overlaps(Span(*match.span()))]
        return _made(text, match, others[0]["org"]) if len(others) == 1 else None
    return None if _is_part(text, match) else _made(text, match, match.groupdict().get("born") or match["org"])


def _is_part(text: str, match: re.Match[str]) -> bool:
    """Whether the role is one in a part of what is named: "chief executive of Northwind in Peru", "Northwind's seed business"."""
    group = match.groupdict()
    if group.get("place"):
        return False
    end = match.end("org") if match.end("org") == match.end() else match.end("role") if group.get("role") else -1
    return end == match.end() and _PART.match(text, end) is not None


def _made(text: str, match: re.Match[str], of: str) -> Held | None:
    group = match.groupdict()
    role = _role_of(group)
    epithet = match.re.pattern == EPITHET
    if (epithet and not _is_office(role) and _ADJECTIVE.search(of)) or _is_spoilt(text, match, role):
        return None
    words = [term for word in re.findall(r"[\w&.’'-]+", of) for term in terms_of(re.sub(r"['’]s?$", "", word))]
    names = frozenset(name_of(term) for term in words if _is_upper(term, of) and is_name(term))
    if not names:
        return None
    past = (group.get("is") or group.get("be") or "") in ("was", "were", "had been", "served as") and role not in _ONCE
    dated = bool(group.get("became")) or past or (epithet and _is_office(role))
    span = Span(*match.span("place" if group.get("place") else "who"))
    return Held(
        Holder(span, span.cut(text), role, re.sub(r"^[Tt]he ", "", of)),
        names,
        frozenset(term for term in words if not _is_upper(term, of)) - {"the", "of", "and", "de"},
        frozenset(limit for limit, key in (("new", "new"), ("begin", "became")) if group.get(key)),
        dated,
    )


def _is_spoilt(text: str, match: re.Match[str], role: str) -> bool:
    """Whether words around a phrase take it back: a former or acting holder, one of several, a rumour."""
    key = "place" if match.groupdict().get("place") else "who"
    places = [match.start()] + ([match.start("role")] if match.groupdict().get("role") else [])
    if any(_SPOILT.search(text[max(0, place - _LEFT) : place]) for place in places):
        return True
    lead = text[max(0, match.start(key) - _LEFT) : match.start(key)]
    return bool(_DOUBT.search(text[max(0, places[0] - _LEFT) : places[0]])) or _is_listed(
        text, Span(*match.span(key)), lead, role, key
    )


def _is_upper(term: str, text: str) -> bool:
    """Whether a term stands for a capitalised word of a text."""
    return any(term in terms_of(word) and word[0].isupper() for word in re.findall(r"[\w&.’'-]+", text))


def _role_of(group: dict[str, str | None]) -> str:
    if group.get("place"):
        return "birthplace" if group.get("born") else "headquarters"
    if verb := group.get("verb"):
        return next(role for role, verbs in VERBS.items() if re.fullmatch(verbs, verb.lower()))
    said = group["role"] or ""
    role = next(role for role, words in ROLES.items() if re.fullmatch(words, said, re.I))
    return said.lower() if role == "minister" else role


def _is_office(role: str) -> bool:
    return role in _OFFICES or role.endswith("minister")


def _is_listed(text: str, span: Span, lead: str, role: str, key: str) -> bool:
    """Whether the holder is one of several."""
    if key == "place":
        return re.match(r",? and [A-Z]", text[span.end :]) is not None
    if _LIST_BEHIND.match(text, span.end) or (role in _MANY and _WITH.match(text, span.end)):
        return True
    return _LIST_BEFORE.search(lead) is not None and (role in _MANY or not lead.endswith(", "))

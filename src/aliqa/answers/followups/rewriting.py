"""Completes a question out of those before it.

The last question comes first, then the ones before, then what was answered. Every question of the conversation is
completed before it helps the next one, so that a topic lasts as long as nobody changes it.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from aliqa.answers.followups.cues import AUX, WH, Leaning, leading, leaning
from aliqa.answers.followups.mentions import ROLE, Kind, Mention, mentions, parties, phrases, together
from aliqa.foundations.limits import LONGEST_QUESTION
from aliqa.foundations.types import Span, Turn
from aliqa.text.terms import content_words, terms

_LONG: Final = 400
"""A question of more code points than this says itself what it is about."""

_MOST: Final = 3
_READINGS: Final = 4
"""How many topics are carried over, and how many ways there are to complete a question, at most."""

_SAYS: Final = re.compile(
    r"\b(?:say|said|announced?|claim(?:ed)?|argued?|wr[io]te|mention(?:ed)?|promised?|predict(?:ed)?)\b", re.I
)
_MARK: Final = re.compile(r"\s*\[\d{1,3}\]")
_CJK: Final = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
_RANK: Final = {Kind.NAME: 0, Kind.PERSON: 1, Kind.THING: 2, Kind.PLACE: 3, Kind.DATE: 4}
_PREPOSITION: Final = re.compile(
    r"(?P<preposition>in|at|for|from|during|since|before|after|by|on|with|of|under|to|about) (?P<rest>.+)", re.I
)
_CARRIED: Final = re.compile(r"\(about (?P<topic>[^()]*)\)\W*\Z")
_ASKS: Final = re.compile(rf"(?:\w+ )?(?:{WH}|{AUX}|name|list|tell|give|describe|explain|compare)\b", re.I)
_ARTICLE: Final = re.compile(r"(?:the|a|an|its|their|his|her|your|my|our|any|about) ", re.I)
_QUANTITY: Final = re.compile(r"how (?:many|much)\b", re.I)
_OBJECT: Final = re.compile(
    r"""
    (?:how[ ](?:many|much)|which|what)[ ](?P<noun>(?:[\w'’-]+[ ]){1,6}?)
    (?P<aux>do|does|did|will|would|can|could|should)[ ](?P<rest>.+)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_DETAIL: Final = re.compile(r"( (?:in|at|for|from|during|by|on) .+)")
_ASKED: Final = re.compile(rf"(?:(?:\w+ )?{WH} (?:[\w'’-]+ ){{0,5}}?)?(?P<aux>{AUX}) (?P<rest>.+)", re.I)
_WHO: Final = re.compile(rf"who (?P<rest>(?!{AUX}\b).+)", re.I)
_HE: Final = frozenset({"he", "him", "his", "himself"})
_SHE: Final = frozenset({"she", "her", "hers", "herself"})
_PERSON: Final = _HE | _SHE
_UNNAMED: Final = re.compile(rf"[Ww]ho (?!{AUX}\b)|[Ww]ho {AUX} (?!(?:the|an?|he|his|she|her|they|it|you|i|we)\b)[a-z]")
"""What asks for somebody whom nothing has named: "Who bought it?", "Who will succeed Acme?"."""

_POINTS: Final = re.compile(r"\b(?:it|its|this|that|these|those|he|him|his|she|hers?|they|them|their)\b", re.I)
_UNSAID: Final = ("who", "how much", "how many", "by how much", "with whom", "to whom", "by whom")
"""What is asked for besides, and not of what the last question says."""

_OWNED: Final = re.compile(
    r"""
    (?:['’]s[ ]|(?<=s)['’][ ])(?P<what>[\w -]+?)
    (?=
        [ ]in[ ] | [ ]at[ ] | [ ]for[ ] | [ ]by[ ] | [ ]from[ ] | [ ]during[ ] | [ ]since[ ] | [ ]of[ ] | [?.!] | $
    )
    """,
    re.IGNORECASE | re.VERBOSE,
)
_OWN: Final = re.compile(rf"(?P<lead>{WH} (?:is|was|are|were) the )(?P<what>[\w -]+?)(?P<owner> of )", re.I)


@dataclass(frozen=True, slots=True)
class _Said(Turn):
    """A turn, completed, and as it was typed."""

    typed: str = ""


def completions(question: str, history: Sequence[Turn]) -> tuple[str, ...]:
    """What a question may mean, the likeliest first, at most four: completed, and as it was asked where that may be.

    One that leans on nothing before it means itself.

    Args:
        question: what is asked now.
        history: the conversation so far, oldest first.

    >>> said = [Turn("user", "How large is Alibaba Cloud's market share?")]
    >>> completions("And Tencent Cloud?", said)[0]
    "How large is Tencent Cloud's market share?"
    >>> completions("How many shops does Acme have?", said)
    ('How many shops does Acme have?',)
    """
    before: list[Turn] = []
    for turn in history:
        content = turn.content[:LONGEST_QUESTION]
        said = _resolved(content, before)[0] if turn.role == "user" else content
        before.append(_Said(turn.role, said, content))
    return tuple(_resolved(question, before))


def repeats(question: str, sentence: str, history: Sequence[Turn]) -> bool:
    """Whether a sentence was the last answer already, and says nothing of the other thing that a fragment asks for.

    >>> said = [Turn("user", "Has Acme closed?"), Turn("assistant", "Acme closed in May. [1]")]
    >>> repeats("And Brun?", "Acme closed in May.", said)
    True
    """
    lean = leaning(question)
    if lean is None or lean.form != "fragment" or not history or sentence not in history[-1].content:
        return False
    return set(content_words(lean.what)).isdisjoint(content_words(sentence))


def _resolved(asked: str, before: Sequence[Turn]) -> list[str]:
    question = " ".join(asked.split())
    questions = [" ".join(turn.content.split()) for turn in reversed(before) if turn.role == "user" and turn.content]
    if not questions or not 0 < len(question) <= _LONG or _CJK.search(question):
        return [asked]
    found: dict[str, str] = {}
    for completed in _complete(question, questions, before):
        if completed == question:
            found.setdefault(_key(question), asked)
        elif completed and len(completed) <= LONGEST_QUESTION and not set(terms(completed)) <= set(terms(question)):
            as_asked = completed[0].upper() + completed[1:] if question[0].isupper() else completed
            found.setdefault(_key(as_asked), as_asked)
        if len(found) == _READINGS:
            break
    return list(found.values()) or [asked]


def _complete(question: str, questions: Sequence[str], before: Sequence[Turn]) -> Iterator[str | None]:
    """What a question may mean, the likeliest first; None where a way to complete it finds nothing."""
    lean, bare, last = leaning(question), leading(question), questions[0]
    alone = None if _POINTS.search(bare) or (_is_timed(bare) and lean) else question  # another time is no topic
    if lean is None:
        yield question
        if bare != question or not any(one.kind in (Kind.NAME, Kind.PERSON, Kind.PLACE) for one in mentions(bare)):
            yield _carry(bare, before)
    elif lean.form == "fragment":
        yield _asked_of(bare, lean.what, last, before) or alone
        yield from (put_into(lean.what, earlier) for earlier in questions[1:_READINGS])
        yield _carry(bare, before)
        yield alone
    elif lean.form == "event":
        named = _named(bare, before)
        same = _SAYS.search(bare) is None or _SAYS.search(last) is not None
        yield ask_again(lean.what, last) if same and lean.what.casefold() not in _UNSAID else None
        yield _carry(named, before, whole=True)
    elif lean.form == "topic":
        yield question if _said(bare, before) else None
        yield _carry(bare, before)
        yield alone
    else:
        first = _pronoun(bare, lean, before)
        others = {_key(other): other for other in (_put(bare, lean, one) for one in _others(lean, before))}
        others.pop(_key(first or ""), None)
        yield first
        yield from islice(others.values(), _READINGS - 2)
        yield _carry(bare, before, whole=True)


def _key(question: str) -> str:
    """What two completions have in common that differ in little words alone."""
    return re.sub(r"\b(?:the|an?) ", "", question.casefold())


def _asked_of(bare: str, what: str, last: str, before: Sequence[Turn]) -> str | None:
    """The last question asked of a fragment."""
    if _QUANTITY.match(bare) and not _QUANTITY.match(leading(last)):
        return _carry(bare, before)
    return _of_theirs(what, last) or put_into(what, last)


def _pronoun(bare: str, lean: Leaning, before: Sequence[Turn]) -> str | None:
    """The question with what its pronoun most likely stands for, else with the topic behind it."""
    if lean.what.casefold() in ("this", "that"):
        return _carry(bare, before, whole=True)
    replaced = _replace(bare, lean, before)
    left = lean.what.casefold() in _PERSON and re.search(r"\bit\b", bare[lean.start :], re.I)
    return (replaced and left and _carry(replaced, before, whole=True)) or replaced or _carry(bare, before)


def _others(lean: Leaning, before: Sequence[Turn]) -> Iterator[Mention]:
    """Whom or what else a pronoun may stand for, the likeliest first: names in what was said last, and subjects."""
    lately = before[-2 * (1 if lean.what.casefold() in ("this", "that") else 2) :]
    asked, answered = (list(_turns(lately, (role,))) for role in ("user", "assistant"))
    if lean.what.casefold() in _PERSON:
        named = [one for said in (*answered[:1], *asked, *answered[1:]) for one in mentions(said)]
        nobody = {one.text for one in named if one.nobody}
        yield from (one for one in named if one.kind in (Kind.NAME, Kind.PERSON) and one.text not in nobody)
    else:
        yield from (
            one for said in (*asked, *answered) for one in mentions(said) if one.kind in (Kind.NAME, Kind.PLACE)
        )
        yield from (one for said in asked for one in parties(said) if one.kind is Kind.THING)


def _said(question: str, before: Sequence[Turn]) -> bool:
    """Whether some word of the question was in the conversation already: then it names its own topic."""
    asked = {term for one in mentions(question) for term in content_words(one.text)}
    return any(asked & set(content_words(turn.content)) for turn in before if turn.role == "user")


# --- something else in the last question's frame -------------------------------------------------


def put_into(what: str, last: str) -> str | None:
    """The last question, asked of something else of the same kind."""
    found = _PREPOSITION.fullmatch(what)
    preposition, core = (found["preposition"], found["rest"]) if found else ("", what)
    possessive = bool(re.search(r"['’]s?\Z", core))
    core = re.sub(r"['’]s?\Z", "", core)
    new = together(f"about {core}")
    if not new or not _ASKS.match(last):
        return None
    if core.casefold() in last.casefold():
        return last
    if len(new) > 1:
        return _put_both(new, last) if preposition == "" else None
    kind = new[0].kind
    old = _counterpart(Mention(core, new[0].span, kind, possessive), preposition, last)
    if old:
        lead = last[: old.span.start]
        has_article = old.kind is Kind.THING or re.search(r"\b(?:the|an?) \Z", lead, re.I)
        rest = re.sub(r"\A['’]s?(?= )", "'s", last[old.span.end :])
        return lead + (_ARTICLE.sub("", core, count=1) if has_article else core) + rest
    if kind in (Kind.DATE, Kind.PLACE) or preposition not in ("", "about"):
        return f"{last.rstrip('?!. ')} {preposition or 'in'} {core}?"
    return None


def _of_theirs(what: str, last: str) -> str | None:
    """The last question of what belongs to whom it names: "And his deputy?" after "When does Mayor Holm leave?"."""
    found = re.fullmatch(r"(?:his|her|its|their) (?P<own>.+)", what, re.I)
    owner = found and _first([Turn("user", last)], lambda one: one.kind in (Kind.NAME, Kind.PERSON))
    if not found or not owner:
        return None
    if owner.possessive:
        return put_into(found["own"], last)
    return f"{last[: owner.span.start]}{owner.text}'s {found['own']}{last[owner.span.end :]}"


def _put_both(new: Sequence[Mention], last: str) -> str | None:
    """The last question of something else of someone else: "And Acme's profit?"."""
    owner = next((one for one in mentions(last) if one.possessive), None)
    found = owner and _OWNED.match(last, owner.span.end)
    if not owner or not found or not new[0].possessive or len(new) != 2 or new[1].kind is not Kind.THING:
        return None
    return f"{last[: owner.span.start]}{new[0].text}'s {new[1].text}{last[found.end('what') :]}"


def _counterpart(new: Mention, preposition: str, last: str) -> Mention | None:
    """What of the last question the new mention takes the place of."""
    said = together(last)
    if new.kind is Kind.DATE:
        return next((one for one in said if one.kind is Kind.DATE), None)
    if at := next((one for one in said if preposition and _stands_behind(preposition, one, last)), None):
        return at
    if alike := [one for one in said if one.kind is not Kind.DATE and one.like(new)]:
        return max(alike, key=lambda one: one.like(new))
    if new.kind is Kind.PLACE and (preposition in ("in", "at") or any(one.kind is Kind.PLACE for one in said)):
        return next((one for one in said if one.kind is Kind.PLACE), None)
    if new.kind is Kind.THING and not new.possessive:
        found = _OWNED.search(last) or _OWN.search(last)
        return Mention(found["what"], Span(*found.span("what")), Kind.THING) if found else None
    kinds = (Kind.NAME, Kind.PERSON) if new.kind is not Kind.THING else (Kind.NAME, Kind.PERSON, Kind.THING)
    candidates = [one for one in said if one.kind in kinds] or [one for one in said if one.kind is Kind.PLACE]
    if owners := [one for one in (candidates or said) if one.possessive]:
        return owners[0]
    return candidates[0] if candidates and candidates[0].kind is not Kind.THING else None


def _stands_behind(preposition: str, one: Mention, text: str) -> bool:
    before = text[: one.span.start]
    return one.kind is not Kind.DATE and bool(re.search(rf"\b{preposition} (?:the |an? )?\Z", before, re.I))


def ask_again(wh: str, last: str) -> str | None:
    """The last question with another question word: "When was it sold?" and "Why?" give "Why was it sold?".

    >>> ask_again("for how much", "Who bought the mill?")
    'for how much was it that somebody bought the mill?'
    """
    asked = re.sub(r"\s*\([^()]*\)(?=\W*\Z)", "", last).rstrip("?!. ")
    wh = {"how come": "why", "how so": "how", "why not": "why"}.get(wh.casefold(), wh.casefold())
    if found := _OBJECT.fullmatch(asked):
        the = "" if asked.casefold().startswith("how") else "the "
        core, *detail = _DETAIL.split(found["rest"], maxsplit=1)
        return f"{wh} {found['aux'].lower()} {core} {the}{found['noun'].strip()}{''.join(detail)}?"
    if found := _WHO.fullmatch(asked):
        return f"{wh} was it that somebody {found['rest']}?"
    found = _ASKED.fullmatch(asked)
    return f"{wh} {found['aux'].lower()} {found['rest']}?" if found else None


# --- what a pronoun stands for ---------------------------------------------------------------------


def _replace(question: str, lean: Leaning, before: Sequence[Turn]) -> str | None:
    """The question with the name of what its pronoun stands for."""
    antecedent = _whom(lean, before) if lean.what.casefold() in _PERSON else _antecedent(lean, before)
    return _put(question, lean, antecedent) if antecedent else None


def _put(question: str, lean: Leaning, antecedent: Mention) -> str:
    """The question with a name in the place of its pronoun."""
    word = lean.what.casefold()
    possessive = word in ("his", "hers", "its", "their", "theirs") or (
        word == "her" and re.match(r" [a-z]", question[lean.start + 3 :], re.I) is not None
    )
    ending = "'s" if possessive else ""
    end = lean.start + len(lean.what)
    return question[: lean.start] + antecedent.text + ending + question[end:]


def _whom(lean: Leaning, before: Sequence[Turn]) -> Mention | None:
    """Whom "he" or "she" means; behind a question for somebody whom nothing has named, that is in the answer."""
    asked = next((turn for turn in reversed(before) if turn.role == "user"), None)
    if not asked or not _UNNAMED.match(leading(asked.content)):
        return _antecedent(lean, before)
    return _first(before[before.index(asked) + 1 :], lambda one: one.kind is Kind.PERSON)


def _named(question: str, before: Sequence[Turn]) -> str:
    """The question with a name for "he", "she" or "they", where one is known."""
    pronoun = re.search(r"\b(?:he|she|they)\b", question, re.I)
    lean = pronoun and Leaning("pronoun", pronoun.group(), pronoun.start())
    return (lean and _replace(question, lean, before)) or question


def _antecedent(lean: Leaning, before: Sequence[Turn]) -> Mention | None:
    """Whom or what a pronoun means: of the nearest turn that names something fitting, the best."""
    word = lean.what.casefold()
    if word in _PERSON:
        asked, role = [turn for turn in before if turn.role == "user"], _role(before)

        def fits(one: Mention, kind: Kind) -> bool:
            return one.kind is kind and not one.nobody and not _is_other(one, word, before)

        return (
            _first(before, lambda one: fits(one, Kind.PERSON))
            or (role if role and fits(role, Kind.PERSON) else None)
            or _first(asked, lambda one: fits(one, Kind.NAME), mentions)
        )
    if word in ("they", "them", "their", "theirs", "themselves"):
        named = _first(before, lambda one: one.kind is Kind.NAME or one.plural, parties)
        return named or _first(before, _anything, parties)
    return _first(before, _anything, parties)


def _is_other(one: Mention, word: str, before: Sequence[Turn]) -> bool:
    """Whether a pronoun of the other sex stood for somebody: then "he" or "she" does not."""
    sex = _SHE if word in _HE else _HE
    return any(
        isinstance(turn, _Said)
        and one.text in turn.content
        and one.text not in turn.typed
        and not sex.isdisjoint(re.findall(r"\w+", turn.typed.casefold()))
        for turn in before
    )


def _role(before: Sequence[Turn]) -> Mention | None:
    """Somebody who is named by what they are, "the founder of Acme"; of the nearest turn."""
    found = next((found for said in _turns(before) if (found := ROLE.search(said))), None)
    return Mention(f"the {found['role']}", Span(*found.span("role")), Kind.PERSON) if found else None


def _anything(one: Mention) -> bool:
    return one.kind is not Kind.DATE


def _first(
    before: Sequence[Turn], fits: Callable[[Mention], bool], named: Callable[[str], list[Mention]] = phrases
) -> Mention | None:
    """Of the nearest turn that names something fitting: its first name, else its first noun."""
    for said in _turns(before):
        for part in (_CARRIED.sub("", said), said):
            if fitting := [one for one in named(part) if fits(one)]:
                return min(fitting, key=lambda one: (_RANK[one.kind], one.span))
    return None


def _turns(before: Sequence[Turn], roles: Sequence[str] = ("user", "assistant")) -> Iterator[str]:
    """The questions, newest first, then the answers, newest first."""
    for role in roles:
        for turn in reversed(before):
            if turn.role == role:
                yield _MARK.sub("", turn.content)


def carried(question: str, last: str) -> str:
    """A question that leans on another one, or names nothing, with all that the other names behind it, in brackets.

    >>> carried("who designed it?", "When did Halvik open its terminal?")
    'who designed it (about Halvik, open, terminal)?'
    """
    leans = leaning(question) or all(one.kind in (Kind.THING, Kind.DATE) for one in mentions(question))
    return (leans and _carry(question, [Turn("user", last)], whole=True)) or question


# --- the topic -----------------------------------------------------------------------------------------


def _carry(question: str, before: Sequence[Turn], *, whole: bool = False) -> str | None:
    """The question with the topic of the conversation behind it, in brackets; ``whole`` takes all of a turn's.

    A question with a time of its own takes no other.
    """
    asked = set(terms(question))
    timed = _is_timed(question)
    turns = list(_turns(before, ("user",)))
    topic = _topic(turns[0]) if whole else _topics(turns)
    fresh = [text for text in topic if not set(terms(text)) <= asked and not (timed and _is_timed(text))]
    if not fresh:
        return None
    stop = re.search(r"[?!. ]*\Z", question)
    end = stop.start() if stop else len(question)
    return f"{question[:end]} (about {', '.join(dict.fromkeys(fresh))}){question[end:].strip() or '?'}"


def _is_timed(text: str) -> bool:
    return any(one.kind is Kind.DATE for one in mentions(text))


def _topics(turns: Sequence[str]) -> list[str]:
    """What a conversation is about, most telling first: named often, named lately, and by a name."""
    said = [set(terms(turn)) for turn in turns]
    weight: dict[str, float] = {}
    for age, turn in enumerate(turns):
        for text in _topic(turn):
            words = set(terms(text))
            if not any(words & set(terms(other)) for other in weight):
                weight[text] = sum(bool(words & one) for one in said) + 2 / (1 + age) + (not text.islower())
    return sorted(weight, key=lambda text: -weight[text])[:_MOST]


def _topic(said: str) -> list[str]:
    """What a turn is about: what was carried into it, else all that it names."""
    if carried := _CARRIED.search(said):
        return carried["topic"].split(", ")
    return [one.text for one in phrases(said, (" ", "'s ", "’s ", "' ", "’ "))]

"""What an answer says of who carries it: the disagreements, how many independent articles agree, how new they are."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from typing import Final

from aliqa.answers.answering import quote
from aliqa.answers.disagreements import Compared, Side, is_same
from aliqa.foundations.errors import NotCompared
from aliqa.foundations.messages import day, gettext
from aliqa.foundations.protocols import Evidence, Store
from aliqa.foundations.types import Answer, Article, Claim, Disagreement, DisagreementKind, Filters, Sources, Span
from aliqa.text import dates
from aliqa.text.claims.kinds import scopes
from aliqa.text.claims.pairs import Differing, as_of
from aliqa.text.sentences import split_sentences
from aliqa.text.terms import content_words

_WHAT_IS: Final = re.compile(r"(?:what|who) (?:is|are|was|were) (?=(?:the|its|his|her|their)\b|[^?]*['’]s? )", re.I)

_CITING: Final = (
    r"\b[Aa]ccording to {name}",
    r"\b[Aa]s {name} (?!of\b)\w",
    r"\b(?:told|cit(?:ed|es|ing)|\w+ed (?:by|in)) {name}",
    r"[,;”\"] (?:so )?{name} (?!and\b|or\b|of\b)[a-z]\w*[^,.;]{{0,40}}(?:[,.;]|\Z)",
    r"{name} (?:\w+ ){{1,3}}that\b",
)
"""How a sentence gives its source: in words for it, as who found out, behind a comma, or as who reported "that"."""


def state(question: str, compared: Compared) -> tuple[Disagreement, ...]:
    """The disagreements as an answer carries them, one a kind; what is quoted is cited as 1, 2, …, in its order."""
    kinds = dict.fromkeys(kind for kind, _ in compared.differing)
    return tuple(Disagreement(_topic(question), tuple(_claims(kind, compared)), kind) for kind in kinds)


def listed(quoted: Sequence[Evidence], store: Store) -> tuple[Disagreement, ...]:
    """What is known to differ among sentences that no value was asked of: the pairs of the index that are quoted."""
    numbers = {(one.record.meta.doc_id, one.sentence.span.start): i for i, one in enumerate(quoted, 1)}
    doc_ids = {doc_id for doc_id, _ in numbers}
    if len(doc_ids) < 2:
        return ()
    with suppress(NotCompared):
        known = store.disagreements(doc_ids)
        pairs = [(pair, [(one.doc_id, one.char_start) for one in pair.statements]) for pair in known]
        return tuple(
            Disagreement(
                pair.about,
                tuple(
                    Claim(numbers[place], one.value, one.as_of, one.scope)
                    for place, one in zip(places, pair.statements, strict=True)
                ),
                pair.kind,
            )
            for pair, places in pairs
            if numbers.keys() >= set(places)
        )
    return ()


def another_time(question: str, compared: Compared) -> str | None:
    """What is to be said where a question names a time and the best statement is of another one.

    That it has the time in a comparison or as a bound, "less than in 2019", does not count. No more is said where it
    names no time.
    """
    asked = dates.find(question)
    said = compared.agreeing[0].said if compared.agreeing else None
    if len(asked) != 1 or said is None:
        return None
    named = dates.find(said.text, said.published)
    measures = dates.measuring(said.text, named)
    fitting = [one for one in named if one.overlaps(asked[0])]
    if any(one not in measures for one in fitting):
        return None
    if said.time:
        times = {"asked": asked[0].words, "said": dates.when(said.time)}
        return gettext("Nothing was found for {asked}; the closest is for {said}.", **times)
    if fitting:
        return gettext("{asked} is only what the closest is compared with or bounded by.", asked=asked[0].words)
    return None


def verdict_words(answer: Answer) -> str:
    """What the articles say to yes or no, and as of when if it is asked how things stand; empty if that is not asked.

    "Unclear" is none of theirs: aliqa found no quote that decides by its words alone.
    """
    words = {
        "yes": gettext("The articles say so"),
        "no": gettext("The articles say otherwise"),
        "unclear": gettext("Read for yourself: the quotes decide"),
    }.get(answer.verdict or "", "")
    published = answer.citations[0].published if answer.citations else None
    if answer.verdict != "yes" or not published:
        return words
    if not dates.of_now(answer.standalone_question or answer.question, date.today()):
        return words
    return gettext("{said} (as of {day})", said=words, day=day(published))


def sources(compared: Compared, store: Store, filters: Filters) -> Sources:
    """Who carries an answer: articles with near-copies that the filters admit; those independent; those that differ."""
    agreeing = [side.evidence for side in compared.agreeing]
    carrying = agreeing or list(compared.quoted[:1])
    own = _independent(carrying)
    groups = {group: one for one in reversed(own) if (group := _carrying(one, store, filters))}
    articles = {doc_id for group in groups for doc_id in group}
    days = [one.record.meta.published for one in agreeing or compared.quoted if one.record.meta.published]
    return Sources(
        articles=len(articles),
        independent=len(groups),
        agree=_outlets(groups.values()) if agreeing else 0,
        differ=_outlets(_independent([side.evidence for _, side in compared.differing])),
        newest=max(days, default=None),
        outlets=_outlets(compared.quoted),
        same=tuple(i for i, one in enumerate(compared.quoted, 1) if any(is_same(one, other) for other in agreeing)),
    )


def _outlets(evidence: Iterable[Evidence]) -> int:
    """How many outlets sentences are from; an article without one is its own."""
    return len({one.record.meta.source or one.record.meta.doc_id for one in evidence})


def _independent(evidence: Sequence[Evidence]) -> Sequence[Evidence]:
    """Those sentences that do not give the outlet of another one as their source."""
    outlets = {one.record.meta.source for one in evidence if one.record.meta.source}
    return [one for one in evidence if not any(cites(one, outlet) for outlet in outlets)] or evidence[:1]


def _carrying(one: Evidence, store: Store, filters: Filters) -> tuple[str, ...]:
    """The near-copies of a sentence's article that have the sentence, too, itself included."""
    return tuple(
        meta.doc_id
        for meta in store.copies(one.record.meta.doc_id)
        if filters.admit(meta) and (meta.doc_id == one.record.meta.doc_id or _has(store.article(meta.doc_id), one))
    )


def _has(article: Article, one: Evidence) -> bool:
    """Whether an article has a sentence, be it with words more or fewer; one word in place of another changes it."""
    wanted, text = content_words(quote(one)).keys(), article.text[article.meta.body_start :]
    said = [content_words(sentence.span.cut(text)).keys() for sentence in split_sentences(text)]
    nearest = max(said, key=lambda words: len(wanted & words) - len(words - wanted), default=wanted - wanted)
    return not (wanted - nearest and nearest - wanted)


def cites(one: Evidence, outlet: str) -> bool:
    """Whether a sentence, or one beside it, gives another outlet as the source of what is said.

    An outlet is meant by its name or, behind "the", by the last word of it: "as the Courier found out".
    """
    if outlet == one.record.meta.source:
        return False
    name = re.sub(r"^the ", "", outlet, flags=re.I)
    named = rf"(?:(?:[Tt]he )?{re.escape(name)}|[Tt]he {re.escape(name.split()[-1])})\b"
    place = one.record.sentences.index(one.sentence)
    beside = one.record.sentences[max(0, place - 1) : place + 2]
    said = one.record.cut(Span(beside[0].span.start, beside[-1].span.end))
    return any(re.search(form.format(name=named), said) for form in _CITING)


def _claims(kind: DisagreementKind, compared: Compared) -> Iterator[Claim]:
    """The best side, then those that differ so; where scopes may differ, with the words that narrow them down."""
    best = compared.agreeing[0]
    sides = [side for each, side in compared.differing if each == kind]
    narrowed = [scopes(best.said, side.said, Differing(best.value, side.value)) for side in sides]
    apart = kind == "scope"
    yield _claim(best, compared, narrowed[0][0] if apart else None)
    for side, (_, scope) in zip(sides, narrowed, strict=True):
        yield _claim(side, compared, scope if apart else None)


def _claim(side: Side, compared: Compared, scope: str | None) -> Claim:
    number = next(i for i, one in enumerate(compared.quoted, 1) if is_same(one, side.evidence))
    return Claim(number, side.value.span.cut(side.said.text), as_of(side.said, side.value), scope)


def _topic(question: str) -> str:
    """A question as the name of what it asks for, else itself.

    >>> _topic("What was Alibaba's share of China's e-commerce market in 2024?"), _topic("How many ferries sank?")
    ("Alibaba's share of China's e-commerce market in 2024", '“How many ferries sank?”')
    """
    asked = " ".join(question.split())
    found = _WHAT_IS.match(asked)
    topic = asked[found.end() :].rstrip("?？ ") if found else f"“{asked}”"
    return topic[:1].upper() + topic[1:]

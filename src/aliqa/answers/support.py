"""What an answer says of who carries it: the disagreements, how many independent articles agree, how new they are."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from aliqa.answers.disagreements import Compared, Side, is_same
from aliqa.foundations.messages import day, gettext
from aliqa.foundations.protocols import Evidence, Store
from aliqa.foundations.types import Answer, Claim, Disagreement, Filters, Sources
from aliqa.text import dates
from aliqa.text.claims.pairs import as_of

_WHAT_IS: Final = re.compile(r"(?:what|who) (?:is|are|was|were) (?=(?:the|its|his|her|their)\b|[^?]*['’]s? )", re.I)


def state(question: str, compared: Compared) -> tuple[Disagreement, ...]:
    """The disagreements as an answer carries them, one a kind; what is quoted is cited as 1, 2, …, in its order."""
    kinds = dict.fromkeys(kind for kind, _ in compared.differing)
    return tuple(
        Disagreement(
            _topic(question),
            tuple(
                _claim(side, compared)
                for side in (compared.agreeing[0], *(one for each, one in compared.differing if each == kind))
            ),
            kind,
        )
        for kind in kinds
    )


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
    carrying = [side.evidence for side in compared.agreeing] or list(compared.quoted[:1])
    against = [side.evidence for _, side in compared.differing]
    groups, others = (_independent(each, store, filters) for each in (carrying, against))
    articles = {doc_id for group in groups for doc_id in group}
    days = [one.record.meta.published for one in (*compared.quoted, *carrying) if one.record.meta.published]
    return Sources(len(articles), len(groups), len(groups), len(others), max(days, default=None))


def _independent(evidence: Sequence[Evidence], store: Store, filters: Filters) -> set[tuple[str, ...]]:
    """The groups of near-copies that these sentences are from, without those that cite another one as their source."""
    outlets = {one.record.meta.source for one in evidence if one.record.meta.source}
    own = [one for one in evidence if not any(_cites(one, outlet) for outlet in outlets)] or evidence[:1]
    return {
        tuple(meta.doc_id for meta in store.copies(doc_id) if filters.admit(meta))
        for doc_id in dict.fromkeys(one.record.meta.doc_id for one in own)
    }


def _cites(one: Evidence, outlet: str) -> bool:
    """Whether a passage names another outlet."""
    name = re.sub(r"^the ", "", outlet, flags=re.I)
    return outlet != one.record.meta.source and re.search(rf"\b{re.escape(name)}\b", one.record.text) is not None


def _claim(side: Side, compared: Compared) -> Claim:
    number = next(i for i, one in enumerate(compared.quoted, 1) if is_same(one, side.evidence))
    return Claim(number, side.value.span.cut(side.said.text), as_of(side.said))


def _topic(question: str) -> str:
    """A question as the name of what it asks for, else itself.

    >>> _topic("What was Alibaba's share of China's e-commerce market in 2024?"), _topic("How many ferries sank?")
    ("Alibaba's share of China's e-commerce market in 2024", '“How many ferries sank?”')
    """
    asked = " ".join(question.split())
    found = _WHAT_IS.match(asked)
    topic = asked[found.end() :].rstrip("?？ ") if found else f"“{asked}”"
    return topic[:1].upper() + topic[1:]

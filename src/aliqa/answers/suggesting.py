"""Questions to ask next, each of which the articles answer: made from the names in what was quoted, and tried."""

import re
from collections.abc import Collection as Collection_
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from aliqa.answers import answering
from aliqa.answers.kinds import Collection, Phrase, Told, digest, identity
from aliqa.foundations.protocols import Evidence
from aliqa.foundations.types import Name
from aliqa.text.names import Directory, find, may_be_a_person
from aliqa.text.sentences import split_sentences

FOLLOWING: Final = 3
_TRIED: Final = 6
_REACH: Final = 40
"""How many passages are looked at for a name that may be asked about."""

_TWICE: Final = 2
"""How often a name is mentioned at least that is asked about."""

_NEAR_BEGIN: Final = len("“The ")
_CLEAR: Final = 0.8
"""How likely a sentence must introduce a name, by its words alone: to read it for each would take too long."""


def following(question: str, quotes: Iterable[str], names: Directory, articles: Collection) -> tuple[str, ...]:
    """At most three questions on whom and what the quotes name and the question does not."""
    shown = list(quotes)
    named = (name for text in shown for name in _named(text, names))
    fresh = (name for name in dict.fromkeys(named) if not _says(question, name))
    ranked = sorted(fresh, key=lambda name: (-name.articles, -name.mentions))
    return tuple(islice(_answered(ranked[:_TRIED], articles, shown), FOLLOWING))


def known(question: str, names: Directory, articles: Collection) -> tuple[str, ...]:
    """At most three questions on what a question names that was not answered, if the articles say something of it."""
    told = (name for name in named(question, names) if _quoted(digest.tell(name.name, replace(articles, reach=_REACH))))
    return tuple(f"What do the articles say about {_called(name, articles)}?" for name in islice(told, FOLLOWING))


def named(question: str, names: Directory) -> Iterator[Name]:
    """What a question names, each once.

    A common noun is also a name where one article writes it with a capital: a word written small needs two mentions.
    """
    for name in dict.fromkeys(names.within(question)):
        if " " in name.name or name.mentions >= _TWICE or name.name in question:
            yield name


def opening(names: Directory, articles: Collection, count: int) -> tuple[str, ...]:
    """So many questions on the names that stand in most articles, first of different kinds."""
    tried = list(mentioned(names, articles)[: 4 * count])
    people = [name for name in tried if name.kind == "person"]
    others = [name for name in tried if name.kind != "person"]
    turns = [name for pair in zip(others, people, strict=False) for name in pair]
    rest = [name for name in tried if name not in turns]
    return tuple(islice(_answered([*turns, *rest], articles), count))


def mentioned(names: Directory, articles: Collection) -> Sequence[Name]:
    """The names in the articles that the filters admit, those in most of them first."""
    return names.among(meta.doc_id for meta in articles.metas()) if articles.filters else names.names


def _named(text: str, names: Directory) -> Iterator[Name]:
    """The names of the articles in a text, most frequent there first."""
    for one in find(text, split_sentences(text)).names:
        if found := names.name(one.name):
            yield found


def _says(question: str, name: Name) -> bool:
    asked = question.casefold()
    return any(one.casefold() in asked for one in (name.name, *name.aliases))


def _answered(names: Iterable[Name], articles: Collection, shown: Collection_[str] = ()) -> Iterator[str]:
    """A question on each name that has an answer: who somebody is, if a sentence introduces them, else what is said.

    What answers must not be ``shown`` already.
    """
    for name in (name for name in names if name.mentions >= _TWICE):
        introduced = name.kind != "place" and _introduced(name, articles, shown)
        if introduced or _is_told_of(name, articles):
            called = _called(name, articles)
            unclear = name.kind == "other" and called == name.name and may_be_a_person(called)
            if introduced and not unclear:
                yield f"{'Who' if name.kind == 'person' else 'What'} is {called}?"
            else:
                yield f"What do the articles say about {called}?"


def _called(name: Name, articles: Collection) -> str:
    """A name with "the" before it, where most sentences write it so."""
    if name.kind == "person":
        return name.name
    records = replace(articles, reach=_REACH).records(Phrase(name.name))
    written = re.compile(rf"(\b[Tt]he )?\b{re.escape(name.name)}\b")
    before = [found[1] for record in records for found in written.finditer(record.text)]
    return f"the {name.name}" if 2 * sum(map(bool, before)) > len(before) else name.name


def _introduced(name: Name, articles: Collection, shown: Collection_[str]) -> bool:
    """Whether a sentence that was not shown clearly introduces a name."""
    told = _quoted(identity.tell(name.name, replace(articles, reach=_REACH, limit=1, spans=None)))
    return bool(told) and told[0].score >= _CLEAR and answering.quote(told[0]) not in shown


def _is_told_of(name: Name, articles: Collection) -> bool:
    """Whether sentences say something of a name: begin with it, and do not only mention it."""
    phrase = articles.phrase(name.name)
    told = map(answering.quote, _quoted(digest.tell(name.name, replace(articles, reach=_REACH))))
    return sum(any(place.start <= _NEAR_BEGIN for place in phrase.places(text)) for text in told) >= _TWICE


def _quoted(told: Told | None) -> Sequence[Evidence]:
    return told.quoted if told else ()

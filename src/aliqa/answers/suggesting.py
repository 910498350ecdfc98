"""Questions to ask next, each of which the articles answer: made from the names in what was quoted, and tried."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Final

from aliqa.answers.kinds import Collection, digest, identity
from aliqa.foundations.types import Name
from aliqa.text.names import Directory, find
from aliqa.text.sentences import split_sentences

FOLLOWING: Final = 3
_TRIED: Final = 6
_REACH: Final = 40
"""How many passages are looked at for a name that may be asked about."""

_TWICE: Final = 2


def following(question: str, quotes: Iterable[str], names: Directory, articles: Collection) -> tuple[str, ...]:
    """At most three questions on whom and what the quotes name and the question does not."""
    named = (name for text in quotes for name in _named(text, names))
    fresh = (name for name in dict.fromkeys(named) if not _says(question, name))
    ranked = sorted(fresh, key=lambda name: (-name.articles, -name.mentions))
    return tuple(islice(_answered(ranked[:_TRIED], articles), FOLLOWING))


def known(question: str, names: Directory, articles: Collection) -> tuple[str, ...]:
    """At most three questions on what a question names that was not answered, if the articles mention it."""
    found = (name for name in _named(f"On {question}", names))
    return tuple(f"What do the articles say about {name.name}?" for name in islice(dict.fromkeys(found), FOLLOWING))


def opening(names: Directory, articles: Collection, count: int) -> tuple[str, ...]:
    """So many questions on the names that stand in most articles, first of different kinds."""
    tried = list(names.names[: 4 * count])
    people = [name for name in tried if name.kind == "person"]
    others = [name for name in tried if name.kind != "person"]
    turns = [name for pair in zip(others, people, strict=False) for name in pair]
    rest = [name for name in tried if name not in turns]
    return tuple(islice(_answered([*turns, *rest], articles), count))


def _named(text: str, names: Directory) -> Iterator[Name]:
    """The names of the articles in a text, most frequent there first."""
    for one in find(text, split_sentences(text)).names:
        if found := names.name(one.name):
            yield found


def _says(question: str, name: Name) -> bool:
    asked = question.casefold()
    return any(one.casefold() in asked for one in (name.name, *name.aliases))


def _answered(names: Iterable[Name], articles: Collection) -> Iterator[str]:
    """A question on each name that has an answer: who somebody is, if a sentence introduces them, else what is said."""
    for name in names:
        who = "Who" if name.kind == "person" else "What"
        if name.kind != "place" and _tells(identity.tell, name, articles):
            yield f"{who} is {name.name}?"
        elif name.mentions >= _TWICE and _tells(digest.tell, name, articles):
            yield f"What do the articles say about {name.name}?"


def _tells(tell: Callable[[str, Collection], object], name: Name, articles: Collection) -> bool:
    told = tell(name.name, replace(articles, reach=_REACH, limit=1))
    return bool(told and getattr(told, "quoted", ()))

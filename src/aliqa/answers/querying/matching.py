"""Whether an article fits a query: its words, and what is known of it."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from rapidfuzz.distance import OSA

from aliqa.answers.querying.language import About, Both, Either, Node, Not, Words
from aliqa.articles.notes import within
from aliqa.foundations.types import ArticleMeta
from aliqa.text.terms import terms

Tagged = Callable[[str], Collection[str]]
"""Gives the articles that have a tag."""

_STEM: Final = 3
"""The letters that a stem has at least."""
_APOSTROPHES: Final = str.maketrans("’‘", "''")
_WORD_END: Final = re.compile(r"[^\W\u2e80-\u9fff\uac00-\ud7af]")
"""A character that belongs to a word between blanks."""


class Text:
    """Words of an article, as queries compare them."""

    def __init__(self, text: str) -> None:
        """Look at the text when it is asked about."""
        self._text = text

    @cached_property
    def terms(self) -> frozenset[str]:
        """The stems of its words."""
        return frozenset(terms(self._text))

    @cached_property
    def plain(self) -> str:
        """Itself, small, with single blanks."""
        return plain(self._text)

    def says(self, phrase: str) -> bool:
        """Whether the words of a phrase, which is plain, stand in it one after the other."""
        place = self.plain.find(phrase)
        while place >= 0:
            before, after = self.plain[place - 1 : place], self.plain[place + len(phrase) :][:1]
            if not (_joins(before, phrase[0]) or _joins(phrase[-1], after)):
                return True
            place = self.plain.find(phrase, place + 1)
        return False

    def has_beginning(self, beginning: str) -> bool:
        """Whether one of its words begins so."""
        place = self.plain.find(beginning)
        while place >= 0 and _joins(self.plain[place - 1 : place], beginning[:1]):
            place = self.plain.find(beginning, place + 1)
        return place >= 0


def plain(text: str) -> str:
    """A text without what does not count when words are compared one by one.

    >>> plain("The  Ferry’s   BELL")
    "the ferry's bell"
    """
    return " ".join(unicodedata.normalize("NFKC", text).translate(_APOSTROPHES).casefold().split())


def _joins(one: str, other: str) -> bool:
    return bool(_WORD_END.fullmatch(one) and _WORD_END.fullmatch(other))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Words with the stems that stand for them: one of each group must be there."""

    words: Words
    groups: tuple[frozenset[str], ...]

    def in_text(self, text: Text) -> bool:
        """Whether they are in a text."""
        if self.words.quoted:
            return text.says(plain(self.words.text))
        if self.words.begins:
            return text.has_beginning(plain(self.words.text))
        return bool(self.groups) and all(group & text.terms for group in self.groups)


def wanted(words: Words, vocabulary: Callable[[str], Collection[str]]) -> Wanted:
    """Words with all stems of the articles that they may mean; ``vocabulary`` gives those that begin in some way."""
    stems = terms(words.text)
    if words.begins and stems:
        begins = plain(words.text)
        known = vocabulary(begins[:_STEM])  # a stem may be shorter than what its word begins with
        return Wanted(words, (frozenset(word for word in known if word.startswith(begins) or begins.startswith(word)),))
    if words.wrong and stems:
        near = (other for other in vocabulary(stems[0][:1]) if OSA.distance(stems[0], other) <= words.wrong)
        return Wanted(words, (frozenset({stems[0], *near}),))
    return Wanted(words, tuple(frozenset({stem}) for stem in stems))


def leaves(node: Node) -> Iterator[Words]:
    """The words that an article may have to fit; not those that it must not have."""
    if isinstance(node, Words):
        yield node
    elif isinstance(node, Both | Either):
        for part in node.parts:
            yield from leaves(part)


def is_wordless(node: Node) -> bool:
    """Whether an article may fit that has none of the words."""
    if isinstance(node, Both):
        return all(map(is_wordless, node.parts))
    if isinstance(node, Either):
        return any(map(is_wordless, node.parts))
    return not isinstance(node, Words)


def fits(node: Node, meta: ArticleMeta, text: Text, known: Callable[[Words], Wanted], tagged: Tagged) -> bool:
    """Whether an article fits a query."""
    if isinstance(node, Both):
        return all(fits(part, meta, text, known, tagged) for part in node.parts)
    if isinstance(node, Either):
        return any(fits(part, meta, text, known, tagged) for part in node.parts)
    if isinstance(node, Not):
        return not fits(node.part, meta, text, known, tagged)
    return known(node).in_text(text) if isinstance(node, Words) else _is_about(node, meta, tagged)


def _is_about(node: About, meta: ArticleMeta, tagged: Tagged) -> bool:
    if node.field == "date":
        return meta.published is not None and node.since <= meta.published <= node.until
    if node.field == "tag":
        return meta.doc_id in tagged(node.value)
    if node.field == "collection":
        return within(meta.doc_id.casefold(), node.value)
    said = {"outlet": meta.source, "author": meta.author, "title": meta.title}[node.field]
    return node.value in plain(said or "")

"""Where a name or a few words stand in a text, however they are inflected or written large or small."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from aliqa.foundations.types import Span
from aliqa.text.terms import content_words, terms

_IDEOGRAPHS: Final = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af"
_WORD: Final = re.compile(rf"[^\W_{_IDEOGRAPHS}]+(?:['’.][^\W_{_IDEOGRAPHS}]+)*|[{_IDEOGRAPHS}]")
_WHERE: Final = re.compile(r"\b(?:in|near|outside|across|off) \Z")
_POSSESSIVE: Final = re.compile(r"['’]s?\Z")


@dataclass(frozen=True)
class Phrase:
    """A name, or a few words, with the other ways to write it.

    ``alone`` are the surnames of a person, each with the articles in which it alone means the same.
    """

    text: str
    aliases: tuple[str, ...] = ()
    alone: tuple[tuple[str, frozenset[str]], ...] = ()

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The search terms that carry its meaning; all of them, if none does."""
        return tuple(content_words(self.text)) or tuple(terms(self.text))

    @cached_property
    def forms(self) -> tuple[tuple[str, ...], ...]:
        """Each way to write it as the stems of its words; longest first."""
        bare = re.sub(r"\A(?:the|an?) ", "", self.text)
        made = (tuple(stem for stem, _ in _stems(text)) for text in (bare, *self.aliases))
        return tuple(sorted({form for form in made if form}, key=lambda form: (-len(form), form)))

    @cached_property
    def search(self) -> tuple[str, ...]:
        """The terms to search it by."""
        return tuple(dict.fromkeys(term for text in (self.text, *self.aliases) for term in terms(text)))

    def places(self, text: str) -> list[Span]:
        """Where it stands in a text, without a possessive's ending.

        >>> Phrase("ferry").places("Ferries cross. The ferry's crew sleeps.")
        [Span(start=0, end=7), Span(start=19, end=24)]
        >>> Phrase("Ada Moss", ("A. Moss",)).places("A. Moss and ada moss")
        [Span(start=0, end=7), Span(start=12, end=20)]
        >>> Phrase("the spill").places("A spill")
        [Span(start=2, end=7)]
        """
        stems = list(_stems(text))
        found: list[Span] = []
        place = 0
        while place < len(stems):
            form = next((form for form in self.forms if _stands(form, stems, place)), None)
            if form:
                found.append(Span(stems[place][1].start, stems[place + len(form) - 1][1].end))
            place += len(form) if form else 1
        return found

    def surnames(self, text: str, doc_id: str) -> list[Span]:
        """Where a person is called by the surname alone in a text of an article; not where it is part of a name.

        >>> Phrase("Ada Moss", (), (("Moss", frozenset({"a"})),)).surnames("Moss left Moss Street in Moss.", "a")
        [Span(start=0, end=4)]
        """
        found = [
            Span(*place.span())
            for last, doc_ids in self.alone
            if doc_id in doc_ids and last in text
            for place in re.finditer(rf"(?<![\w’'-]){re.escape(last)}(?![\w-]| [A-Z])", text)
            if not _WHERE.search(text, 0, place.start())
        ]
        whole = self.places(text) if found else []
        return [one for one in found if not any(other.start < one.end and one.start < other.end for other in whole)]

    def coverage(self, text: str) -> float:
        """The share of its words, from 0 to 1, that a text has, in whatever order."""
        return len(set(self.words) & set(terms(text))) / max(1, len(self.words))


def _stands(form: Sequence[str], stems: Sequence[tuple[str, Span]], place: int) -> bool:
    return len(form) <= len(stems) - place and all(stem == stems[place + i][0] for i, stem in enumerate(form))


def _stems(text: str) -> Iterator[tuple[str, Span]]:
    """The stem of every word, with its place without a possessive's ending."""
    for word in _WORD.finditer(text):
        bare = _POSSESSIVE.sub("", word.group())
        yield "".join(terms(bare)) or bare.casefold(), Span(word.start(), word.start() + len(bare))


def quoted_list(names: Iterable[str]) -> str:
    """Names in quotation marks, with commas between them.

    >>> quoted_list(["Kelda", "Brevik"])
    '“Kelda”, “Brevik”'
    """
    return ", ".join(f"“{name}”" for name in names)

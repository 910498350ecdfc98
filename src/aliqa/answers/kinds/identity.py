"""Who or what something is: the sentences that introduce it.

How surely a sentence introduces a name is told by its words (`introducing`), and of the surest also by what a span
reader replies; one that merely uses the name is none.
"""

import re
from collections.abc import Sequence
from typing import Final

from aliqa.answers.answering import alike
from aliqa.answers.kinds.introducing import QUESTION, by_reading, by_words, is_expansion
from aliqa.answers.kinds.phrases import Phrase
from aliqa.answers.kinds.telling import Collection, Mention, Told, absent, in_order, mentions
from aliqa.answers.reading.features import excerpt
from aliqa.foundations.protocols import SpanReader
from aliqa.text.scripts import LATIN, script_of

LEAST: Final = 0.5
"""How likely a sentence introduces a name at least that is quoted."""
_MOST: Final = 3
_READ: Final = 6
"""How many sentences are read at most."""
_SURE: Final = 0.9
_MEANS: Final = re.compile(r"\W*\b(?:stands? for|standing for|(?:is )?short for|means|meaning)\b")

Weighed = list[tuple[float, Mention]]


def tell(about: str, articles: Collection, *, words: bool = False) -> Told | None:
    """The sentences that introduce a name or a notion, the newest article last; None if none does.

    With ``words`` those alone count that tell what an abbreviation stands for.
    """
    phrase = articles.phrase(about)
    found = mentions(articles.records(phrase), phrase)
    if not found:
        foreign = script_of(about) not in (LATIN, None)  # its words may be known by a name of ours
        return None if foreign or any(_known(phrase, articles)) else absent(phrase, articles.filters)
    weighed = [(_SURE, one) for one in found if _spells_out(one)] if words else _weighed(phrase.text, found, articles)
    chosen: Weighed = []
    for chance, one in weighed:
        if chance < LEAST or len(chosen) == (articles.limit or _MOST):
            break
        if not any(alike(one.text, other.text) for _, other in chosen):
            chosen.append((chance, one))
    if not chosen:
        return None
    return Told(in_order([one.evidence(chance) for chance, one in chosen]), chosen[0][0])


def _known(phrase: Phrase, articles: Collection) -> list[int]:
    """In how many passages each word of a phrase stands."""
    return list(articles.store.document_frequencies(phrase.words).values())


def _weighed(name: str, found: Sequence[Mention], articles: Collection) -> Weighed:
    """The sentences with how likely they introduce a name, the surest first; where there is a reader, what it read."""
    in_turn = sorted((one.place for one in found), reverse=True)
    firsts = set({doc_id: (doc_id, start) for doc_id, start in in_turn}.values())
    weighed = [(by_words(one.text, one.spans, first=one.place in firsts), one) for one in found]
    weighed.sort(key=_surest)
    return sorted(_read(name, weighed[:_READ], articles.spans), key=_surest) if articles.spans else weighed


def _surest(one: tuple[float, Mention]) -> float:
    return -one[0]


def _read(name: str, weighed: Weighed, spans: SpanReader) -> Weighed:
    """How likely they do once they were read, each with the sentence before it."""
    records = [excerpt(one.record, one.number, behind=0) for _, one in weighed]
    replies = spans.read(QUESTION.format(name=name), records)
    return [(by_reading(chance, reply.answers), one) for (chance, one), reply in zip(weighed, replies, strict=True)]


def _spells_out(one: Mention) -> bool:
    """Whether a sentence tells what words an abbreviation stands for."""
    around = [(span.cut(one.text), one.text[: span.start], one.text[span.end :]) for span in one.spans]
    return any(is_expansion(*each) or _MEANS.match(each[2]) for each in around)

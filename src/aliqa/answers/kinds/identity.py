"""Who or what something is: the sentences that introduce it.

Every sentence that names it is weighed by the words around the name (`introducing`); the likeliest few are read by the
span reader, if there is one, which is asked the question. Both together say how likely each introduces it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aliqa.answers.answering import alike
from aliqa.answers.kinds.introducing import certainty, introduces, is_spelled_out
from aliqa.answers.kinds.phrases import Phrase
from aliqa.answers.kinds.telling import Collection, Mention, Told, absent, in_order, mentions
from aliqa.answers.reading.features import excerpt
from aliqa.foundations.protocols import SpanReader
from aliqa.text.scripts import LATIN, script_of

LEAST: Final = 0.5
"""How likely a sentence introduces something at least that is quoted for it."""
_READ: Final = 6
_MOST: Final = 3
"""How many sentences are read, and how many quoted."""


@dataclass(frozen=True, slots=True)
class Introduction:
    """A sentence that names something, and how likely, 0 to 1, it tells who or what that is."""

    mention: Mention
    chance: float


def tell(about: str, question: str, articles: Collection, *, words: bool = False) -> Told | None:
    """The sentences that introduce a name or a notion, the newest article last; None if none clearly does.

    With ``words`` those alone count that tell what an abbreviation stands for.
    """
    phrase = articles.phrase(about)
    found = mentions(articles.records(phrase), phrase)
    if not found:
        foreign = script_of(about) not in (LATIN, None)  # its words may be known by a name of ours
        return None if foreign or any(_known(phrase, articles)) else absent(phrase, articles.filters)
    if words:
        found = [one for one in found if is_spelled_out(one.text, one.spans)]
    chosen: list[Introduction] = []
    for one in weighed(found, question, articles.spans):
        if one.chance < LEAST or len(chosen) == (articles.limit or _MOST):
            break
        if not any(alike(one.mention.text, other.mention.text) for other in chosen):
            chosen.append(one)
    if not chosen:
        return None
    return Told(in_order([one.mention.evidence(one.chance) for one in chosen]), chosen[0].chance)


def weighed(found: Sequence[Mention], question: str, spans: SpanReader | None) -> list[Introduction]:
    """The likeliest of these sentences, likeliest first; all articles' sentences in the order of the text."""
    firsts: dict[str, int] = {}
    for one in found:
        doc_id, start = one.place
        firsts[doc_id] = min(start, firsts.get(doc_id, start))
    looked = [
        Introduction(one, introduces(one.text, one.spans, first=firsts[one.place[0]] == one.place[1])) for one in found
    ]
    looked.sort(key=lambda one: -one.chance)
    if spans is None:
        return looked
    best = looked[:_READ]
    replies = spans.read(question, [excerpt(one.mention.record, one.mention.number, behind=0) for one in best])
    read = [Introduction(one.mention, certainty(one.chance, reply)) for one, reply in zip(best, replies, strict=True)]
    return sorted(read, key=lambda one: -one.chance)


def _known(phrase: Phrase, articles: Collection) -> list[int]:
    """In how many passages each word of a phrase stands."""
    return list(articles.store.document_frequencies(phrase.words).values())

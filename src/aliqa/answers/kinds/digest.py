"""What the articles say about something: a handful of sentences that say different things.

Sentences are chosen one after another by maximal marginal relevance (Carbonell and Goldstein, 1998): near to what was
asked, and far from what was chosen already; no article takes more than its share.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np

from aliqa.answers.answering import alike
from aliqa.answers.kinds.phrases import Phrase
from aliqa.answers.kinds.telling import Collection, Mention, Told, absent, in_order, mentions, telling, vectors_of
from aliqa.foundations.protocols import Vector
from aliqa.text.terms import terms

_MOST: Final = 6
_READ: Final = 200
"""How many passages are looked at."""

_RELEVANCE: Final = 0.7
_SUBJECT, _FIGURE, _LEANS = 0.1, 0.05, -0.15
"""What is added for a sentence that begins with what was asked, has a figure, or leans on another."""

LEANING: Final = re.compile(
    r"""
    [“\"]?
    (?:
        he | she | it | they | this | these | that | those | such | but | and | or | so | however | yet | also | then
        | thus | therefore | instead | his | her | its | their | meanwhile | moreover | as[ ]a[ ]result
        | in[ ]addition | for[ ]example | for[ ]instance
    )
    \b
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""How a sentence begins that one understands only after the one before it."""

_SHORTEST, _LONGEST = 6, 70
_SURE: Final = 0.9
_FEW: Final = 2
"""A description has more words than this."""


def tell(about: str, articles: Collection) -> Told | None:
    """Different sentences on something, in the order of their articles' dates; None if they do not name it together."""
    phrase = articles.phrase(about)
    named = mentions(articles.records(phrase)[:_READ], phrase)
    if not named:
        return absent(phrase, articles.filters) if articles.filters or _is_unknown(phrase, articles) else None
    found = telling(named, phrase)
    if not found:
        return None
    long_enough = [one for one in found if _SHORTEST <= len(one.text.split()) <= _LONGEST] or found
    chosen = spread(
        long_enough, vectors_of(long_enough, articles.store), articles.embed(about), articles.limit or _MOST
    )
    return Told(in_order([one.evidence(weight) for weight, one in chosen]), _SURE)


def _is_unknown(phrase: Phrase, articles: Collection) -> bool:
    """Whether the articles lack a name of a description, or a word of a few; other words may be said otherwise."""
    names = [term for name in re.findall(r"\b[A-Z][\w-]+", phrase.text) for term in terms(name)]
    wanted = [word for word in phrase.words if word in names] if len(phrase.words) > _FEW else phrase.words
    return not all(articles.store.document_frequencies(wanted).values())


def spread(
    found: Sequence[Mention], vectors: Sequence[Vector], wanted: Vector, most: int
) -> list[tuple[float, Mention]]:
    """At most so many sentences that are relevant and differ, best first, each with its relevance."""
    matrix = np.stack(list(vectors))
    relevance = matrix @ wanted + np.array([_bonus(one) for one in found])
    share = max(1, -(-most // max(1, len({one.place[0] for one in found}))))
    taken: Counter[str] = Counter()
    nearest = np.zeros(len(found))
    left = set(range(len(found)))
    chosen: list[int] = []
    while left and len(chosen) < most:
        open_ = [i for i in left if taken[found[i].place[0]] <= share]
        if not open_:
            break
        best = max(open_, key=lambda i: (_RELEVANCE * relevance[i] - (1 - _RELEVANCE) * nearest[i], -i))
        left.discard(best)
        if any(alike(found[best].text, found[i].text) for i in chosen):
            continue
        chosen.append(best)
        taken[found[best].place[0]] += 1
        nearest = np.maximum(nearest, matrix @ matrix[best])
    return [(float(relevance[i]), found[i]) for i in chosen]


def _bonus(one: Mention) -> float:
    begins = bool(one.spans) and one.spans[0].start <= 2
    figure = re.search(r"\d", one.text) is not None
    return _SUBJECT * begins + _FIGURE * figure + _LEANS * bool(LEANING.match(one.text))

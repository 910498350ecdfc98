"""What a collection is about: how many articles, from when and where, what they name most, a sentence of each."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from aliqa.answers.kinds.about_corpus import MOST_OPENING, listed, summary
from aliqa.answers.kinds.digest import LEANING
from aliqa.answers.kinds.telling import Collection, Mention, Told, sentences, vectors_of
from aliqa.foundations.messages import gettext, ngettext
from aliqa.foundations.protocols import Evidence
from aliqa.foundations.types import ArticleMeta, Filters

_MOST: Final = 10
_NAMED: Final = 8
_EARLY: Final = 12
"""Among how many of an article's first sentences the one that tells most of it is looked for."""

_SHORTEST, _LONGEST = 6, 60


def tell(articles: Collection, names: Sequence[str] = ()) -> Told | None:
    """What can be said of all articles, and the best sentence of each, or of a sample in order of their dates.

    Of near-copies the first alone is quoted.
    """
    metas = articles.metas()
    if not metas:
        return None
    copied = articles.store.copied()
    distinct = {copied.get(meta.doc_id, meta.doc_id): meta for meta in reversed(metas)}
    shown = _sample(list(distinct.values()), articles.limit or _MOST)
    quoted: list[Evidence] = []
    numbered = []
    for meta in shown:
        best = best_sentence(meta, articles)
        if best:
            quoted.append(best)
        numbered.append(listed(meta, len(quoted) if best else None))
    return Told(quoted, 1.0, _lead(metas, len(shown), names), tuple(numbered))


def best_sentence(meta: ArticleMeta, articles: Collection) -> Evidence | None:
    """Of the first sentences of an article the one that is nearest to its title and to the others."""
    title = articles.embed(meta.title)
    rows, _ = articles.store.dense(title, MOST_OPENING, Filters(doc_ids=(meta.doc_id,)))
    found = sorted(sentences(articles.store.records(rows.tolist())), key=lambda one: one.sentence.span)[:_EARLY]
    telling = [one for one in found if _stands_alone(one)] or found
    if not telling:
        return None
    vectors = np.stack(vectors_of(telling, articles.store))
    weights = vectors @ title + vectors @ vectors.mean(axis=0) - 0.01 * np.arange(len(telling))
    best: Mention = telling[int(weights.argmax())]
    return best.evidence(1.0)


def _stands_alone(one: Mention) -> bool:
    """Whether a sentence is of ordinary length, leans on no other, and is not set apart, as editors' notes are."""
    return _SHORTEST <= len(one.text.split()) <= _LONGEST and not LEANING.match(one.text) and not one.set_apart


def _sample(metas: Sequence[ArticleMeta], most: int) -> list[ArticleMeta]:
    """At most so many articles, from all times alike, by date."""
    dated = sorted(metas, key=lambda meta: (meta.published is None, meta.published or 0, meta.doc_id))
    places = np.linspace(0, len(dated) - 1, min(most, len(dated))).round().astype(int)
    return [dated[place] for place in dict.fromkeys(places.tolist())]


def _lead(metas: Sequence[ArticleMeta], shown: int, names: Sequence[str]) -> str:
    parts = [summary(metas)]
    if names:
        parts.append(gettext("Named most: {names}.", names=", ".join(names[:_NAMED])))
    some = ngettext("A sentence of {number} of them:", "A sentence of {number} of them:", shown)
    parts.append(gettext("A sentence of each:") if shown == len(metas) else some)
    return " ".join(parts)

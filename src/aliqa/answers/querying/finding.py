"""The passages of the articles that fit a query, best first.

The passages that have any of the words are gone through from the best on, more and more of them, until enough
articles fit or none is left. Whether an article fits is told by the whole of it, its title included.
"""

from collections.abc import Callable, Collection, Iterator
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aliqa.answers.querying.language import About, Both, Node, Words
from aliqa.answers.querying.matching import Tagged, Text, Wanted, fits, is_wordless, leaves, wanted
from aliqa.foundations.protocols import Candidate, Store, Vector
from aliqa.foundations.types import Filters

_FIRST: Final = 200
_MOST: Final = 20_000
"""Passages that are gone through, at most."""


def find(
    query: Node, store: Store, filters: Filters, k: int, tagged: Tagged, embed: Callable[[], Vector]
) -> list[Candidate]:
    """The ``k`` best passages of the articles that fit; fewer when fewer do.

    Args:
        query: the conditions.
        store: the index.
        filters: which articles may be searched at all.
        k: how many passages.
        tagged: gives the articles that have a tag.
        embed: the vector of the query, by which passages are ranked where it has no words to rank them by.
    """

    @cache
    def known(words: Words) -> Wanted:
        return wanted(words, store.vocabulary)

    @cache
    def tags(tag: str) -> Collection[str]:
        return frozenset(tagged(tag))

    @cache
    def admits(doc_id: str) -> bool:
        article = store.article(doc_id)
        text = Text(f"{article.meta.title}\n{article.text[article.meta.body_start :]}")
        return fits(query, article.meta, text, known, tags)

    looked_for, anywhere = [known(words) for words in leaves(query)], is_wordless(query)
    narrowed = _narrowed(query, filters)
    found: dict[int, Candidate] = {}
    for candidate in _candidates(looked_for, store, narrowed, embed if anywhere else None):
        text = Text(f"{candidate.record.meta.title}\n{candidate.record.text}")
        here = anywhere or any(each.in_text(text) for each in looked_for)
        if here and admits(candidate.record.meta.doc_id):
            found.setdefault(candidate.record.row, candidate)
            if len(found) == k:
                break
    return list(found.values())


def _candidates(
    looked_for: list[Wanted], store: Store, filters: Filters, embed: Callable[[], Vector] | None
) -> Iterator[Candidate]:
    """Passages with any of the words, best first; then, if others may fit, all by how near they are in meaning."""
    if stems := sorted({stem for each in looked_for for group in each.groups for stem in group}):
        yield from _deeper(store, lambda depth: store.lexical(stems, depth, filters))
    if embed:
        vector = embed()
        yield from _deeper(store, lambda depth: store.dense(vector, depth, filters))


def _deeper(store: Store, search: Callable[[int], tuple[NDArray[np.int64], Vector]]) -> Iterator[Candidate]:
    """What a search finds, best first, looking for more and more."""
    done, depth = 0, _FIRST
    while depth <= _MOST:
        rows, scores = search(depth)
        best = float(scores[0]) if len(scores) else 1.0
        for record, score in zip(store.records(np.asarray(rows)[done:].tolist()), scores[done:].tolist(), strict=True):
            yield Candidate(record, max(0.0, score / best) if best > 0 else 0.0, 0.0, score)
        if len(rows) < depth:
            return
        done, depth = len(rows), 10 * depth


def _narrowed(query: Node, filters: Filters) -> Filters:
    """The filters with the dates that all articles of a query must have: the index then searches no others."""
    parts = query.parts if isinstance(query, Both) else (query,)
    since, until = filters.since, filters.until
    for part in parts:
        if isinstance(part, About) and part.field == "date":
            since, until = max(since or part.since, part.since), min(until or part.until, part.until)
    if (since, until) == (filters.since, filters.until) or (since and until and since > until):
        return filters
    return Filters(since, until, filters.doc_ids, filters.sources, filters.collections, filters.tags)

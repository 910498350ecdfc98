"""Which articles mention something: each with its date, its outlet, how often, and the sentence that shows it best."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from aliqa.answers import answering
from aliqa.answers.kinds.phrases import Phrase
from aliqa.answers.kinds.telling import (
    Collection,
    Mention,
    Told,
    absent,
    mentions,
    sentences,
    vectors_of,
)
from aliqa.foundations.messages import gettext, ngettext
from aliqa.foundations.protocols import Evidence
from aliqa.foundations.types import ArticleMention, ArticleMeta

_MOST: Final = 10
_ENOUGH: Final = 0.6
"""The share of the words of a remembered sentence that one must have to be taken for it."""

_LONG: Final = 4
"""Of so many words nobody expects that they stand together."""

_SURE: Final = 0.9
_NEWEST: Final = frozenset({"newest", "latest", "most recent", "last"})


@dataclass(frozen=True, slots=True)
class Mentioning:
    """An article, how often it mentions something, and the best sentence."""

    meta: ArticleMeta
    count: int
    best: Evidence


def tell(about: str, wanted: str, articles: Collection) -> Told | None:
    """The articles that mention something, most mentions first, or the newest or oldest of them alone."""
    phrase = articles.phrase(about)
    found = mentioning(phrase, articles)
    if not found:
        return absent(phrase, articles.filters)
    if wanted not in ("", "count"):
        dated = [one for one in found if one.meta.published] or found
        found = sorted(dated, key=lambda one: one.meta.published or date.min, reverse=wanted in _NEWEST)[:1]
        named = {"phrase": phrase.text, "title": found[0].meta.title, "known": _when(found[0].meta)}
        if wanted in _NEWEST:
            return _told(gettext("The newest article that mentions “{phrase}” is “{title}”{known}.", **named), found)
        return _told(gettext("The oldest article that mentions “{phrase}” is “{title}”{known}.", **named), found)
    total, shown = len(articles.metas()), found[: articles.limit or _MOST]
    literal = any(phrase.places(answering.quote(one.best)) for one in found)
    lead = (
        ngettext(
            "{number} of {total} articles mentions “{phrase}”.",
            "{number} of {total} articles mention “{phrase}”.",
            len(found), total=total, phrase=phrase.text,
        )
        if literal
        else ngettext(
            "{number} of {total} articles says something like “{phrase}”.",
            "{number} of {total} articles say something like “{phrase}”.",
            len(found), total=total, phrase=phrase.text,
        )
    )  # fmt: skip
    if len(shown) < len(found):
        lead += " " + gettext("The {number} that mention it most:", number=len(shown))
    return _told(lead, shown)


def mentioning(phrase: Phrase, articles: Collection) -> list[Mentioning]:
    """The articles that mention a phrase, most mentions first, then the newest.

    Of a remembered sentence the likeliest.
    """
    records = articles.records(phrase)
    found = mentions(records, phrase)
    if not found and len(phrase.words) >= _LONG:
        found = [one for one in sentences(records[:50]) if phrase.coverage(one.text) >= _ENOUGH]
    if not found:
        whole = [record for record in records if phrase.coverage(record.text) == 1]
        found = [one for one in sentences(whole) if phrase.coverage(one.text) > 0]
    if not found:
        return []
    weights = np.stack(vectors_of(found, articles.store)) @ articles.embed(phrase.text)
    by_article: dict[str, list[tuple[float, Mention]]] = defaultdict(list)
    for weight, one in zip(weights.tolist(), found, strict=True):
        by_article[one.place[0]].append((weight + phrase.coverage(one.text), one))
    made = [
        Mentioning(
            group[0][1].record.meta,
            sum(max(1, len(one.spans)) for _, one in group),
            max(group, key=lambda pair: (pair[0], -pair[1].place[1]))[1].evidence(max(weight for weight, _ in group)),
        )
        for group in by_article.values()
    ]
    return sorted(made, key=lambda one: (-one.count, -(one.meta.published or date.min).toordinal(), one.meta.doc_id))


def literal(phrase: Phrase, articles: Collection) -> tuple[ArticleMention, ...]:
    """The articles in which a phrase stands word by word, most mentions first, each with its best sentence for it."""
    found = [one for one in mentioning(phrase, articles) if phrase.places(answering.quote(one.best))]
    return tuple(_listed(one, number) for number, one in enumerate(found, 1))


def _told(lead: str, found: Sequence[Mentioning]) -> Told:
    return Told(
        [one.best for one in found], _SURE, lead, tuple(_listed(one, number) for number, one in enumerate(found, 1))
    )


def _listed(one: Mentioning, number: int) -> ArticleMention:
    meta, record, span = one.meta, one.best.record, one.best.sentence.span
    begin = record.passage.span.start
    return ArticleMention(
        meta.doc_id, meta.title, meta.author, meta.source, meta.published, one.count,
        record.text[span.start - begin : span.end - begin], span.start, span.end, number,
    )  # fmt: skip


def _when(meta: ArticleMeta) -> str:
    known = ", ".join(filter(None, (meta.source, meta.published.isoformat() if meta.published else "")))
    return f" ({known})" if known else ""

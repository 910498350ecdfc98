"""Which articles mention something: each with its date, its outlet, how often, and the sentence that shows it best."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np

from aliqa.answers import answering
from aliqa.answers.kinds.forms import is_nameable
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
_BOTH: Final = re.compile(r"\A(?:both|either) ", re.I)
_JOINTS: Final = re.compile(r",? (?:and|or) |, ")
_NEWEST: Final = frozenset({"newest", "latest", "most recent", "last"})


@dataclass(frozen=True, slots=True)
class Mentioning:
    """An article, how often it mentions something, and the best sentence."""

    meta: ArticleMeta
    count: int
    best: Evidence


def tell(about: str, wanted: str, articles: Collection) -> Told | None:
    """The articles that mention something, most mentions first, or the newest or oldest of them alone."""
    sought, named, found = _sought(about, articles)
    if not found:
        return absent(sought[0], articles.filters)
    if wanted not in ("", "count"):
        dated = [one for one in found if one.meta.published] or found
        found = sorted(dated, key=lambda one: one.meta.published or date.min, reverse=wanted in _NEWEST)[:1]
        known = {"phrase": named, "title": found[0].meta.title, "known": _when(found[0].meta)}
        if wanted in _NEWEST:
            return _told(gettext("The newest article that mentions “{phrase}” is “{title}”{known}.", **known), found)
        return _told(gettext("The oldest article that mentions “{phrase}” is “{title}”{known}.", **known), found)
    total, shown = len(articles.metas()), found[: articles.limit or _MOST]
    literal = any(phrase.places(answering.quote(one.best)) for one in found for phrase in sought)
    lead = (
        ngettext(
            "{number} of {total} articles mentions “{phrase}”.",
            "{number} of {total} articles mention “{phrase}”.",
            len(found), total=total, phrase=named,
        )
        if literal
        else ngettext(
            "{number} of {total} articles says something like “{phrase}”.",
            "{number} of {total} articles say something like “{phrase}”.",
            len(found), total=total, phrase=named,
        )
    )  # fmt: skip
    if len(shown) < len(found):
        lead += " " + gettext("The {number} that mention it most:", number=len(shown))
    return _told(lead, shown)


def _sought(about: str, articles: Collection) -> tuple[list[Phrase], str, list[Mentioning]]:
    """What is sought, how it is called, and the articles that mention it: all names joined by "and", any by "or"."""
    bare = _BOTH.sub("", about)
    whole = articles.phrase(bare)
    either, names = " or " in bare, [re.sub(r"\Athe ", "", name) for name in _JOINTS.split(bare)]
    if len(names) > 1 and all(map(is_nameable, names)) and not _stands(whole, articles):
        sought = [articles.phrase(name) for name in names]
        groups = [{one.meta.doc_id: one for one in mentioning(phrase, articles)} for phrase in sought]
        if found := _together(groups, either=either):
            first, last = "”, “".join(names[:-1]) + "”", f"“{names[-1]}"  # within the quotation marks of the line
            if either:
                return sought, gettext("{names} or {last}", names=first, last=last), found
            return sought, gettext("{names} and {last}", names=first, last=last), found
    return [whole], whole.text, mentioning(whole, articles)


def _stands(phrase: Phrase, articles: Collection) -> bool:
    """Whether an article has the words as they are, so that the "and" in them is part of a name."""
    return any(one.spans for one in mentions(articles.records(phrase), phrase))


def _together(groups: Sequence[Mapping[str, Mentioning]], *, either: bool) -> list[Mentioning]:
    """The articles of all groups, or of any, by ``doc_id``, each with its likeliest sentence, most mentions first."""
    doc_ids = set[str]().union(*groups) if either else set(groups[0]).intersection(*groups[1:])
    found = []
    for doc_id in doc_ids:
        ones = [group[doc_id] for group in groups if doc_id in group]
        best = max(ones, key=lambda one: one.best.score)
        found.append(replace(best, count=sum(one.count for one in ones)))
    return _most_first(found)


def _most_first(found: Iterable[Mentioning]) -> list[Mentioning]:
    return sorted(found, key=lambda one: (-one.count, -(one.meta.published or date.min).toordinal(), one.meta.doc_id))


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
        named = bool(phrase.places(one.text)) or not one.spans  # rather than the surname alone
        by_article[one.place[0]].append((weight + phrase.coverage(one.text) + named, one))
    made = [
        Mentioning(
            group[0][1].record.meta,
            sum(max(1, len(one.spans)) for _, one in group),
            max(group, key=lambda pair: (pair[0], -pair[1].place[1]))[1].evidence(max(weight for weight, _ in group)),
        )
        for group in by_article.values()
    ]
    return _most_first(made)


def listed(phrase: Phrase, articles: Collection) -> tuple[ArticleMention, ...]:
    """The articles that `mentioning` finds, each with its best sentence."""
    return tuple(map(_listed, mentioning(phrase, articles)))


def literal(phrase: Phrase, articles: Collection) -> tuple[ArticleMention, ...]:
    """The articles in which a phrase stands word by word, most mentions first, each with its best sentence for it."""
    found = [one for one in mentioning(phrase, articles) if phrase.places(answering.quote(one.best))]
    return tuple(_listed(one, number) for number, one in enumerate(found, 1))


def _told(lead: str, found: Sequence[Mentioning]) -> Told:
    return Told(
        [one.best for one in found], _SURE, lead, tuple(_listed(one, number) for number, one in enumerate(found, 1))
    )


def _listed(one: Mentioning, number: int | None = None) -> ArticleMention:
    meta, record, span = one.meta, one.best.record, one.best.sentence.span
    begin = record.passage.span.start
    return ArticleMention(
        meta.doc_id, meta.title, meta.author, meta.source, meta.published, one.count,
        record.text[span.start - begin : span.end - begin], span.start, span.end, number,
    )  # fmt: skip


def _when(meta: ArticleMeta) -> str:
    known = ", ".join(filter(None, (meta.source, meta.published.isoformat() if meta.published else "")))
    return f" ({known})" if known else ""

"""What is known of the articles themselves: how many, which is the newest, who wrote one and when.

All of it comes from their metadata; the line says so by naming the article, and the article's beginning is quoted.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Final

from aliqa.answers.answering import out_of_range
from aliqa.answers.kinds.telling import Collection, Told, sentences
from aliqa.answers.kinds.which_articles import mentioning
from aliqa.foundations import messages
from aliqa.foundations.messages import gettext, ngettext
from aliqa.foundations.protocols import Evidence
from aliqa.foundations.types import Abstention, ArticleMention, ArticleMeta, Filters
from aliqa.text.terms import content_words

_MOST: Final = 20
_ALIKE: Final = 0.75
"""The share of the words asked for that a title must have."""

_NOUNS: Final = frozenset(
    content_words("article articles document text file story piece report paper headline titled called")
)


def tell(wanted: str, about: str, articles: Collection) -> Told | None:
    """What a question wants of the articles' metadata; None if it asks of something that is no article."""
    metas = articles.metas()
    if not metas:
        return Told(abstention=out_of_range()) if articles.filters else None
    return _TELLERS[wanted](about, metas, articles)


def period(metas: Sequence[ArticleMeta]) -> str:
    """From when to when articles are; empty if none has a date.

    >>> period([ArticleMeta("a", "", "A", published=date(2025, 3, 4)), ArticleMeta("b", "", "B")])
    '4 March 2025; 1 has no date'
    """
    dates = sorted(meta.published for meta in metas if meta.published)
    if not dates:
        return ""
    undated = len(metas) - len(dates)
    span = day(dates[0])
    if dates[0] != dates[-1]:
        span = gettext("{first} to {last}", first=span, last=day(dates[-1]))
    return span + ("; " + ngettext("{number} has no date", "{number} have no date", undated) if undated else "")


def summary(metas: Sequence[ArticleMeta]) -> str:
    """How many articles, from when and which outlets.

    >>> summary([ArticleMeta("a", "", "A", source="Gazette", published=date(2025, 3, 4))])
    '1 article. Published: 4 March 2025. Outlets: Gazette.'
    """
    told = [f"{count(len(metas))}."]
    if when := period(metas):
        told.append(gettext("Published: {when}.", when=when))
    if names := named(outlets(metas)):
        told.append(gettext("Outlets: {names}.", names=names))
    return " ".join(told)


def outlets(metas: Sequence[ArticleMeta]) -> list[str]:
    """The outlets of articles, most articles first."""
    return [source for source, _ in Counter(meta.source for meta in metas if meta.source).most_common()]


def count(number: int) -> str:
    """So many articles.

    >>> count(1), count(2)
    ('1 article', '2 articles')
    """
    return ngettext("{number} article", "{number} articles", number)


def day(when: date) -> str:
    """A date as one writes it."""
    return messages.day(when, "MMMM")


def listed(meta: ArticleMeta, number: int | None = None) -> ArticleMention:
    """An article of a list, by its metadata alone."""
    return ArticleMention(meta.doc_id, meta.title, meta.author, meta.source, meta.published, number=number)


def opening(meta: ArticleMeta, articles: Collection) -> list[Evidence]:
    """The first sentence of prose of an article, if it has one."""
    rows, _ = articles.store.dense(articles.embed(meta.title), MOST_OPENING, Filters(doc_ids=(meta.doc_id,)))
    found = sorted(sentences(articles.store.records(rows.tolist())), key=lambda one: one.sentence.span)
    plain = [one for one in found if not one.set_apart] or found
    return [plain[0].evidence(1.0)] if plain else []


MOST_OPENING: Final = 1000
"""More passages than an article has that is looked at for its beginning."""


def titled(about: str, metas: Sequence[ArticleMeta]) -> list[ArticleMeta]:
    """The articles whose titles have most words of what is asked about, and nearly all of those."""
    said = content_words(about)
    wanted = said.keys() - _NOUNS
    if not wanted or not metas:
        return []
    titles = [(len(wanted & content_words(meta.title).keys()) / len(wanted), meta) for meta in metas]
    best = max(share for share, _ in titles)
    sure = best >= _ALIKE and (len(wanted) > 1 or said.keys() & _NOUNS or best == 1)
    return [meta for share, meta in titles if share == best] if sure else []


def credited(about: str, metas: Sequence[ArticleMeta]) -> bool:
    """Whether this is an author or an outlet of articles, by the last word at least, or by several."""
    wanted = content_words(about).keys()
    names = {tuple(content_words(name)) for meta in metas for name in (meta.author, meta.source) if name}
    return any(wanted and wanted <= {*name} and (len(wanted) > 1 or name[-1] in wanted) for name in names)


def _meant(about: str, metas: Sequence[ArticleMeta], articles: Collection) -> list[ArticleMeta]:
    """The articles that are meant: by their titles, else the one that mentions what they are said to be about."""
    said = content_words(about)
    if not said.keys() - _NOUNS:
        return list(metas)
    if named := titled(about, metas):
        return named
    if not said.keys() & _NOUNS:
        return []
    phrase = articles.phrase(_topic(about))
    return [found.meta for found in mentioning(phrase, articles)[:1]]


def _topic(about: str) -> str:
    """What the article is said to be about: "the article about carbon" is about carbon."""
    words = about.split()
    place = next((i for i, word in enumerate(words) if content_words(word).keys() & _NOUNS), -1)
    rest = words[place + 1 :]
    while rest and not content_words(rest[0]):
        rest.pop(0)
    return " ".join(rest) or about


def _told(lead: str, metas: Sequence[ArticleMeta], articles: Collection, *, quoted: bool = False) -> Told:
    shown = metas[: articles.limit or _MOST]
    quotes = opening(shown[0], articles) if quoted and shown else []
    return Told(quotes, 1.0, lead, tuple(listed(meta, 1 if quotes and not i else None) for i, meta in enumerate(shown)))


def _count(about: str, metas: Sequence[ArticleMeta], articles: Collection) -> Told | None:
    return _told(summary(metas), metas, articles)


def _dates(about: str, metas: Sequence[ArticleMeta], articles: Collection) -> Told | None:
    if not period(metas):
        return _told(_never_dated(), metas, articles)
    published = gettext("Published: {when}.", when=period(metas))
    return _told(f"{count(len(metas))}. {published}", _by_date(metas), articles)


def _newest(about: str, metas: Sequence[ArticleMeta], articles: Collection) -> Told | None:
    theirs = _theirs(about, metas)
    return _extreme(_by_date(theirs), articles, newest=True) if theirs else _nothing_by(about)


def _oldest(about: str, metas: Sequence[ArticleMeta], articles: Collection) -> Told | None:
    theirs = _theirs(about, metas)
    return _extreme(_by_date(theirs)[::-1], articles, newest=False) if theirs else _nothing_by(about)


def _extreme(dated: Sequence[ArticleMeta], articles: Collection, *, newest: bool) -> Told | None:
    if not dated:
        return Told(abstention=Abstention("unsupported", _never_dated()))
    meta = dated[0]
    assert meta.published
    known = {"title": meta.title, "known": ", ".join(filter(None, (meta.source, day(meta.published))))}
    if newest:
        lead = gettext("The newest article is “{title}” ({known}).", **known)
    else:
        lead = gettext("The oldest article is “{title}” ({known}).", **known)
    return _told(lead, [meta], articles, quoted=True)


def _never_dated() -> str:
    return gettext("None of the articles says when it was published.")


def _by_date(metas: Sequence[ArticleMeta]) -> list[ArticleMeta]:
    """The articles that have a date, newest first."""
    return sorted((meta for meta in metas if meta.published), key=lambda meta: meta.published or date.min, reverse=True)


def _author(about: str, metas: Sequence[ArticleMeta], articles: Collection) -> Told | None:
    meant = _meant(about, metas, articles)
    if not meant:
        return None
    if len(meant) > 1:
        authors = [name for name, _ in Counter(meta.author for meta in meant if meta.author).most_common()]
        unnamed = sum(not meta.author for meta in meant)
        if authors:
            lead = gettext("The articles name as their authors: {names}.", names=named(authors))
        else:
            lead = gettext("None of the articles names its author.")
        if authors and unnamed:
            lead += " " + ngettext("{number} article names none.", "{number} articles name none.", unnamed)
        return _told(lead, [meta for meta in meant if meta.author] or meant, articles)
    meta = meant[0]
    if meta.author:
        lead = gettext("“{title}” was written by {author}.", title=meta.title, author=meta.author)
    else:
        lead = gettext("“{title}” does not name its author.", title=meta.title)
    return _told(lead, [meta], articles, quoted=True)


def _date(about: str, metas: Sequence[ArticleMeta], articles: Collection) -> Told | None:
    meant = _meant(about, metas, articles)
    if len(meant) != 1:
        return _dates("", meant, articles) if meant else None
    meta = meant[0]
    if meta.published:
        lead = gettext("“{title}” was published on {day}.", title=meta.title, day=day(meta.published))
    else:
        lead = gettext("“{title}” does not say when it was published.", title=meta.title)
    return _told(lead, [meta], articles, quoted=True)


def _outlets(about: str, metas: Sequence[ArticleMeta], articles: Collection) -> Told | None:
    if about and len(meant := _meant(about, metas, articles)) == 1:
        title, source = meant[0].title, meant[0].source
        if source:
            lead = gettext("“{title}” was published by {outlet}.", title=title, outlet=source)
        else:
            lead = gettext("“{title}” does not name its outlet.", title=title)
        return _told(lead, meant, articles, quoted=True)
    sources = outlets(metas)
    if not sources:
        return _told(gettext("None of the articles names its outlet."), metas, articles)
    numbers = Counter(meta.source for meta in metas)
    unnamed = numbers.pop(None, 0)
    told = "; ".join(f"{source}: {count(numbers[source])}" for source in sources[:_MOST])
    if unnamed:
        told += "; " + ngettext("{number} article without an outlet", "{number} articles without an outlet", unnamed)
    return _told(f"{told}.", metas, articles)


def _list(about: str, metas: Sequence[ArticleMeta], articles: Collection) -> Told | None:
    titles = "; ".join(f"“{meta.title}”" for meta in metas[: articles.limit or _MOST])
    more = len(metas) - (articles.limit or _MOST)
    if more > 0:
        titles = gettext("{titles}, and {number} more", titles=titles, number=more)
    return _told(f"{count(len(metas))}: {titles}.", metas, articles)


def _by(about: str, metas: Sequence[ArticleMeta], articles: Collection) -> Told | None:
    theirs = _theirs(about, metas)
    if not theirs:
        return _nothing_by(about)
    titles = "; ".join(f"“{meta.title}”" for meta in theirs[: articles.limit or _MOST])
    author, source = theirs[0].author, theirs[0].source
    name = author if content_words(about).keys() <= content_words(author or "").keys() else source
    lead = gettext("{articles} by {name}: {titles}.", articles=count(len(theirs)), name=name, titles=titles)
    return _told(lead, theirs, articles)


def _theirs(about: str, metas: Sequence[ArticleMeta]) -> Sequence[ArticleMeta]:
    """The articles of an author or outlet; all of them if none is named."""
    wanted = content_words(about).keys()
    return [meta for meta in metas if wanted <= content_words(f"{meta.author or ''} {meta.source or ''}").keys()]


def _nothing_by(about: str) -> Told:
    reason = gettext("No article names “{about}” as its author or outlet.", about=about)
    return Told(abstention=Abstention("no_match", reason, (about,)))


def named(names: Sequence[str]) -> str:
    """Names in a row, at most six.

    >>> named(["A", "B", "C"])
    'A, B and C'
    """
    shown = [*names[:6]]
    if not shown:
        return ""
    if len(names) > len(shown):
        return gettext("{names} and {number} more", names=", ".join(shown), number=len(names) - len(shown))
    if len(shown) == 1:
        return shown[0]
    return gettext("{names} and {last}", names=", ".join(shown[:-1]), last=shown[-1])


_TELLERS: Final[Mapping[str, Callable[[str, Sequence[ArticleMeta], Collection], Told | None]]] = MappingProxyType(
    {
        "count": _count, "dates": _dates, "newest": _newest, "oldest": _oldest, "author": _author, "date": _date,
        "outlets": _outlets, "list": _list, "by": _by,
    }
)  # fmt: skip

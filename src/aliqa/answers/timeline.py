"""When what the articles say was so: statements in order of time, and evidence of the time that is asked about.

A date that stands in the sentence counts first; then one that the sentence gives only together with the sentences
before it or the article's date; then the article's date alone, and it is said which. What had been so before, at no
time that is said, is not of the article's.
"""

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import replace
from datetime import date
from typing import Final

from aliqa.foundations.messages import gettext
from aliqa.foundations.protocols import Evidence, PassageRecord, Reading, Store
from aliqa.foundations.types import Article, DatedStatement, Filters, SentenceKind, Span
from aliqa.text.dates import had_been, periods
from aliqa.text.dates.periods import Period
from aliqa.text.dates.stated import Asked, asked, event, is_stated, occurred, stated, when
from aliqa.text.sentences import split_sentences
from aliqa.text.terms import content_words, terms

_REACH: Final = 12
"""After how many sentences without a date "two months later" no longer counts from the last one."""

_UNSTATED: Final = 3
"""How many sentences of an article are placed by the article's date alone."""

_WEIGHT: Final = 1.0
"""What fitting the time asked about adds to a sentence's score: enough to decide among near-equals only."""

_BLOCK: Final = 1000
"""How many passages are held at once when those that name something are looked for."""

_DATING_PASSAGES: Final = 12
"""How many passages are looked at for the date of an event that a question counts from."""

_GOES_ON: Final = re.compile(r"(?:He|She|It)\b")
_OPENING: Final = 2
"""Among how many of its first words of meaning the subject of a sentence is named, behind a title or a role."""

_ABOUT: Final = re.compile(
    r"""
      what[ ](?:has[ ]|have[ ]|had[ ])?happen(?:ed|s)[ ](?:to|with|at|around)[ ](?P<one>.+?),?[ ]
      (?:and[ ])?(?:when|over[ ](?:time|the[ ]years)|in[ ](?:chronological[ ])?order)
    | (?:(?:show|give|tell|draw)(?:[ ]me)?[ ])?(?:a[ ]|the[ ])?(?:timeline|chronology)[ ]
      (?:of|for|about|on)[ ](?P<two>.+?)
    | what[ ](?:has[ ]|have[ ]|had[ ])?be(?:came|come)[ ]of[ ](?P<four>.+?)
    | what[ ]is[ ]the[ ](?:timeline|chronology)[ ](?:of|for)[ ](?P<three>.+?)
    """,
    re.IGNORECASE | re.VERBOSE,
)


_LISTING: Final = re.compile(
    r"""
    \b
    (?:
        IPO | initial[ ]public[ ]offering | went[ ]public | (?:stock[ ])?market[ ]listing | stock[ ]market[ ]debut
        | floated | flotation
    )
    \b
    """,
    re.VERBOSE,
)
"""Other words for going public."""

_NOT_SO: Final = re.compile(
    r"""
    \b
    (?:
        not | never | plan\w* | will | would | (?-i:may) | might | could | if | expect\w* | hope\w* | want\w*
        | prepar\w* | announc\w* | put[ ]off | postpon\w* | delay\w* | withdr[ae]w\w* | cancel\w* | abandon\w*
        | before | after | since | until | ahead[ ]of | anniversary | later
    )
    \b
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""What stands in sentences that date something else than the event that they name."""


def asked_about(question: str) -> str | None:
    """Whom or what a question wants the history of, if it does.

    >>> asked_about("What happened to Hema, and when?")
    'Hema'
    >>> asked_about("What happened to Hema?") is None
    True
    """
    found = _ABOUT.fullmatch(question.strip(" ?!."))
    return next(group for group in found.groups() if group) if found else None


def statements(article: Article, about: str, aliases: Sequence[str] = ()) -> tuple[list[DatedStatement], int]:
    """What an article says about something, in the order of its text, and how many more sentences have no date at all.

    Args:
        article: the article.
        about: a name or a few words; every one of its content words must stand in the sentence, or be the subject of
            the one before it, for which this one says "he", "she" or "it".
        aliases: other ways to write it.
    """
    forms = _forms(about, aliases)
    dated: list[DatedStatement] = []
    undated = unstated = 0
    for span, found in _about(article, forms):
        if found:
            text = span.cut(article.text)
            dated.append(_statement(article, span, found, "stated" if is_stated(text, found) else "inferred"))
        elif article.meta.published is None or had_been(span.cut(article.text)):
            undated += 1
        elif unstated < _UNSTATED:
            unstated += 1
            dated.append(_statement(article, span, periods.on(article.meta.published), "article"))
    return dated, undated


def _forms(about: str, aliases: Sequence[str]) -> list[Set[str]]:
    """The terms of each way to write something: those that carry meaning, or all if none does."""
    return [form for one in (about, *aliases) if (form := content_words(one).keys() or set(terms(one)))]


def _naming(store: Store, forms: Sequence[Set[str]]) -> list[str]:
    """The articles with a passage that has, with the heading above it, all terms of a form: however many they are."""
    rows, _ = store.lexical(sorted(set[str]().union(*forms)), store.info.passages, Filters())
    records = (one for i in range(0, len(rows), _BLOCK) for one in store.records(rows[i : i + _BLOCK].tolist()))
    found: dict[str, None] = {}
    for record in records:
        if record.meta.doc_id not in found:
            said = set(terms(f"{record.meta.title} {record.section or ''} {record.text}"))
            if any(form <= said for form in forms):
                found[record.meta.doc_id] = None
    return list(found)


def _about(article: Article, forms: Sequence[Set[str]]) -> Iterator[tuple[Span, Period | None]]:
    """The sentences that have all terms of a form, or go on about it; in the place of a heading, the one behind it."""
    goes_on = headed = False
    for span, found in _read(article):
        text = span.cut(article.text)
        words, said = list(content_words(text)), set(terms(text))
        named = set[str]().union(*(form for form in forms if form <= said))
        if not named and not headed and not (goes_on and _GOES_ON.match(text)):
            goes_on = False
            continue
        goes_on = not named or bool(named & set(words[:_OPENING]))
        headed = bool(named) and named.issuperset(words)
        if not headed:
            yield span, found


def tell(store: Store, about: str, aliases: Sequence[str] = ()) -> tuple[list[DatedStatement], int]:
    """What the articles say about something in order of time, and how many more sentences have no date at all."""
    told = [statements(store.article(doc_id), about, aliases) for doc_id in _naming(store, _forms(about, aliases))]
    return in_order(one for dated, _ in told for one in dated), sum(undated for _, undated in told)


def in_order(found: Iterable[DatedStatement]) -> list[DatedStatement]:
    """Statements by time, a year or a month behind the days in it; the same words count once."""
    ordered = sorted(found, key=lambda one: (periods.turn(one.start, one.end), one.doc_id, one.char_start))
    seen: dict[str, DatedStatement] = {}
    for one in ordered:
        seen.setdefault(" ".join(one.quote.split()), one)
    return list(seen.values())


def told(reading: Reading, dated: Sequence[DatedStatement], most: int) -> tuple[list[Evidence], str | None]:
    """The best evidence among dated statements, at most so many, in their order, and a line that tells their dates.

    What has a date in its text goes before what has its article's. The line numbers the evidence from 1; None of none.
    """
    places = {(one.doc_id, one.char_start): place for place, one in enumerate(dated)}
    found = [one for one in reading.evidence if _place(one) in places]
    found.sort(key=lambda one: dated[places[_place(one)]].basis == "article")
    found = sorted(found[:most], key=lambda one: places[_place(one)])
    whens = [dated[places[_place(one)]] for one in found]
    line = ", ".join(
        f"[{number}] {one.when}{one.dated_by and f' ({one.dated_by})'}" for number, one in enumerate(whens, 1)
    )
    return found, gettext("In order of time: {times}.", times=line) if found else None


def date_of_event(question: str, store: Store) -> Period | None:
    """When the event was that a question counts from, "since the IPO", if the articles date it."""
    if event(question) is None:
        return None
    rows, _ = store.lexical(terms(question), _DATING_PASSAGES, Filters())
    return happened(question, store.records(rows.tolist()))


def happened(question: str, records: Iterable[PassageRecord]) -> Period | None:
    """When the event was that a question counts from, "since the IPO", by these passages.

    None if it counts from none, or if no sentence dates it, or two do so differently.
    """
    named = event(question)
    if named is None:
        return None
    whose = set(terms(" ".join(re.findall(r"(?!\A)\b[A-Z][\w’'-]+", question)))) - set(terms(named))
    found: list[Period] = []
    for record in records:
        about = set(terms(record.meta.title))
        for sentence in record.sentences:
            text = record.cut(sentence.span)
            if _NOT_SO.search(text) or (whose and not whose & (about | set(terms(text)))):
                continue
            dated = stated(text, record.meta.published)
            if len(dated) == 1 and _names(text, named):
                found += dated
    narrowest = min(found, key=lambda one: one.days, default=None)
    return narrowest if narrowest and all(narrowest.overlaps(one) for one in found) else None


def _names(text: str, named: str) -> bool:
    """Whether a sentence names an event, or goes public by another word."""
    if _LISTING.search(named):
        return _LISTING.search(text) is not None
    return content_words(named).keys() <= set(terms(text))


def prefer(reading: Reading, question: str, today: date, since: Period | None = None) -> Reading:
    """The same evidence, that of the time which the question asks about before its near-equals.

    A question that asks about no time leaves it as it is. ``since`` is when the event was that it counts from.
    """
    wanted = asked(question, today, since)
    if wanted is None or not reading.evidence:
        return reading
    times = [_period(one) for one in reading.evidence]
    fit = {period: _fit(period, wanted) for period in times if period}
    newest = wanted.latest and not (wanted.start and any(fit.values()))
    fit = _newness(times) if newest else fit
    weighed = [
        replace(one, score=one.score + _WEIGHT * (fit[period] if period else 0.5 * newest))
        for one, period in zip(reading.evidence, times, strict=True)
    ]
    return replace(reading, evidence=tuple(sorted(weighed, key=lambda one: -one.score)))


def _read(article: Article) -> Iterator[tuple[Span, Period | None]]:
    """The sentences that are prose, each with the first date that tells when it was so."""
    before: Period | None = None
    age = 0
    for sentence in split_sentences(article.text, article.meta.body_start):
        text = sentence.span.cut(article.text)
        known = article.meta.published, before if age <= _REACH else None
        found, times = stated(text, *known), occurred(text, *known)
        before, age = (found[-1], 0) if found else (before, age + 1)
        if sentence.kind is SentenceKind.PROSE:
            yield sentence.span, min(times, key=lambda one: not is_stated(text, one), default=None)


def _statement(article: Article, span: Span, period: Period, basis: str) -> DatedStatement:
    meta = article.meta
    return DatedStatement(
        start=period.first, end=period.last, when=when(period), basis=basis, quote=span.cut(article.text),  # type: ignore[arg-type]
        doc_id=meta.doc_id, title=meta.title, source=meta.source, published=meta.published, char_start=span.start,
        char_end=span.end, doc_sha256=meta.sha256, page=meta.page_of(span.start),
    )  # fmt: skip


def _place(evidence: Evidence) -> tuple[str, int]:
    return evidence.record.meta.doc_id, evidence.sentence.span.start


def _period(evidence: Evidence) -> Period | None:
    """When what a sentence says was so: its last date, else its article's."""
    published = evidence.record.meta.published
    if found := occurred(evidence.record.cut(evidence.sentence.span), published):
        return found[-1]
    return periods.on(published) if published else None


def _newness(found: Sequence[Period | None]) -> dict[Period, float]:
    """How new each period is among all, from 0 to 1."""
    ends = sorted({period.last for period in found if period})
    return {period: (ends.index(period.last) + 1) / len(ends) for period in found if period}


def _fit(period: Period, wanted: Asked) -> float:
    """1 if a period lies within the time that is wanted, else 0."""
    return float(
        (wanted.start is None or wanted.start <= period.first) and (wanted.end is None or period.last <= wanted.end)
    )

"""An answer as HTML: the best quote large, under it what other sources say, and whether they agree.

Pure functions: each escapes every character that comes from an article or a question, so that the page shows text and
never an article's own HTML or Markdown. A mark, ``[2]``, is a button; the page's script shows what it stands for.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from aliqa.answers import citing, remarks
from aliqa.answers.support import verdict_words
from aliqa.doors.page.sources import bold_html, facts_html, open_html, page_words, quote_html
from aliqa.doors.page.words import WEAK, articles, certainty, day, moment, written
from aliqa.foundations.messages import gettext
from aliqa.foundations.types import (
    Abstention,
    Answer,
    ArticleMention,
    Citation,
    Claim,
    IndexInfo,
    Span,
)

OPEN_OTHERS: Final = 3
"""How many of the other quotes are shown; the rest is folded."""

_COPIES: Final = {"markdown": "Markdown", "html": "HTML", "bibtex": "BibTeX"}
_DIFFER: Final = ("contradiction", "change", "scope")
_RANKED: Final = frozenset({"plain", "yes_no", "identity"})
"""The kinds whose best quote stands alone; of any other, all quotes are of one rank."""


@dataclass(frozen=True, slots=True)
class Sides:
    """The quotes behind the best one: those that agree, those that differ, by how, and what else there is."""

    agree: tuple[Citation, ...]
    differ: Mapping[str, tuple[Citation, ...]]
    other: tuple[Citation, ...]

    @classmethod
    def of(cls, answer: Answer) -> "Sides":
        """How the other quotes stand to the first one, as far as they were compared with it."""
        first, *rest = answer.citations
        same, unlike = set(answer.sources.same), dict[int, str]()
        for one in answer.disagreements:
            values = {claim.citation: claim.value for claim in one.claims}
            best = values.get(first.number, one.claims[0].value)
            same |= {number for number, value in values.items() if value == best}
            unlike |= {number: one.kind for number, value in values.items() if value != best}
        same -= unlike.keys()
        return cls(
            tuple(one for one in rest if one.number in same),
            {kind: tuple(one for one in rest if unlike.get(one.number) == kind) for kind in _DIFFER},
            tuple(one for one in rest if one.number not in same and one.number not in unlike),
        )

    @property
    def groups(self) -> list[tuple[str, str, tuple[Citation, ...]]]:
        """The class, the heading and the quotes of each group that has any."""
        found = [
            ("agree", gettext("Agree"), self.agree),
            ("differ", gettext("Differ"), self.differ["contradiction"]),
            ("change", gettext("At another time"), self.differ["change"]),
            ("scope", gettext("May differ in scope"), self.differ["scope"]),
            ("also", gettext("Also"), self.other),
        ]
        return [group for group in found if group[2]]


def answer_html(answer: Answer, *, searched: str = "") -> str:
    """An answer or an abstention, and what can be done with it; ``searched`` is what the reader had searched for."""
    notes = _notes_html(answer, searched)
    if answer.abstention:
        correction = _correction_html(answer.correction) if answer.correction else ""
        return f"{notes}{abstention_html(answer.abstention)}{correction}{_acts_html(answer)}"
    return f"{notes}{_told_html(answer)}{_acts_html(answer)}{_printed_html(answer.citations)}"


def _told_html(answer: Answer) -> str:
    """The answer in the shape of its kind."""
    lead = f'<p class="lead" dir="auto">{escape(answer.lead)}</p>' if answer.lead else ""
    if answer.articles:
        return f'<div class="answer">{lead}{_articles_html(answer)}</div>'
    if not answer.citations:
        return f'<div class="answer">{lead or answer_text_html(answer)}</div>'
    if not _is_all_quotes(answer):
        return f'<div class="answer">{answer_text_html(answer)}</div>{support_html(answer)}'
    if answer.kind == "digest":
        return f'<div class="answer">{lead}{_listed_html(answer.citations)}</div>{support_html(answer)}'
    if answer.kind not in _RANKED:
        items = "".join(_item_html(one, None) for one in answer.citations)
        return f'<div class="answer">{lead}<ul class="listed">{items}</ul></div>{support_html(answer)}'
    if answer.confidence < WEAK:
        pull = pull_html(answer.citations[0])
        heading = f"<h3>{gettext('Possibly relevant')}</h3>"
        return f'<div class="answer weak">{lead}{heading}{pull}</div>{_certainty_html(answer)}'
    return (
        f'<div class="answer">{lead}{_verdict_html(answer)}{pull_html(answer.citations[0])}{support_html(answer)}'
        f"{_others_html(answer, Sides.of(answer))}</div>{_certainty_html(answer)}"
    )


def _is_all_quotes(answer: Answer) -> bool:
    """Whether an answer is its lead and its quotes, as they stand in the articles, and nothing else."""
    left, done = "", 0
    for one in sorted(answer.citations, key=lambda citation: citation.answer_start):
        if answer.answer[one.answer_start : one.answer_end] != one.quote:
            return False
        left += answer.answer[done : one.answer_start]
        done = max(done, one.answer_end)
    left = (left + answer.answer[done:]).removeprefix(answer.lead or "")
    for one in answer.citations:
        left = left.replace(f"[{one.number}]", "")
    return not left.strip()


def mark_html(citation: Citation) -> str:
    """The mark of a quote, which shows its source."""
    label = gettext("Source {number}: {title}", number=citation.number, title=citation.title)
    return (
        f'<button type="button" class="mark" data-number="{citation.number}" aria-label="{escape(label)}">'
        f"[{citation.number}]</button>"
    )


def pull_html(citation: Citation) -> str:
    """The best quote, large, the words that answer bold, with outlet and date."""
    facts = facts_html(citation.source or citation.title, day(citation.published), page_words(citation.page))
    return (
        f'<figure class="pull"><blockquote dir="auto">{quote_html(citation)} {mark_html(citation)}</blockquote>'
        f"<figcaption>{facts}</figcaption></figure>"
    )


def _others_html(answer: Answer, sides: Sides) -> str:
    """What other sources say, those that agree first; the rest folded."""
    values = {claim.citation: claim for one in answer.disagreements for claim in one.claims}
    groups = sides.groups
    named = [name for name, *_ in groups] != ["also"]
    shown = "".join(_group_html(name, heading if named else "", quotes, values) for name, heading, quotes in groups)
    others = {_outlet(one) for one in answer.citations} - {_outlet(answer.citations[0])}
    heading = gettext("Other sources say") if others else gettext("The same source also says")
    return f'<section class="others"><h3>{heading}</h3>{shown}</section>' if shown else ""


def _group_html(name: str, heading: str, quotes: Sequence[Citation], values: Mapping[int, Claim]) -> str:
    items = [_item_html(one, values.get(one.number)) for one in quotes]
    first, rest = "".join(items[:OPEN_OTHERS]), "".join(items[OPEN_OTHERS:])
    more = gettext("{number} more", number=len(items) - OPEN_OTHERS)
    folded = f"<details><summary>{more}</summary><ul>{rest}</ul></details>" if rest else ""
    headed = f"<h4>{heading}</h4>" if heading else ""
    return f'<div class="group {name}">{headed}<ul>{first}</ul>{folded}</div>'


def _item_html(citation: Citation, claim: Claim | None) -> str:
    dated = claim.as_of if claim and claim.as_of != str(citation.published) else None
    as_of = gettext("as of {when}", when=written(dated)) if dated else None
    scope = f"“{claim.scope}”" if claim and claim.scope else None
    said_by = citation.source or citation.title
    facts = facts_html(said_by, day(citation.published), page_words(citation.page), as_of, scope)
    return (
        f'<li><span class="quote" dir="auto">{quote_html(citation)}</span> {mark_html(citation)}'
        f'<span class="from">{facts}</span></li>'
    )


def _articles_html(answer: Answer) -> str:
    """The articles that a question asked for, each with the sentence that shows it best."""
    numbered = {citation.number: citation for citation in answer.citations}
    items = "".join(_mentioned_html(one, numbered.get(one.number or 0)) for one in answer.articles)
    return f'<ul class="listed articles">{items}</ul>'


def _mentioned_html(one: ArticleMention, citation: Citation | None) -> str:
    title = f"<bdi>{escape(one.title)}</bdi>"
    opened = open_html(one.doc_id, one.char_start or 0, one.char_end or 0, title, kind="title open")
    said = f'<p dir="auto">{quote_html(citation)} {mark_html(citation)}</p>' if citation else ""
    facts = facts_html(one.source, day(one.published), remarks.mentions(one))
    return f'<li>{opened}<span class="from">{facts}</span>{said}</li>'


def _listed_html(citations: Iterable[Citation]) -> str:
    """Quotes of one rank, those of one article together."""
    grouped: dict[str, list[Citation]] = {}
    for one in citations:
        grouped.setdefault(one.doc_id, []).append(one)
    return f'<ul class="listed">{"".join(_article_html(quotes) for quotes in grouped.values())}</ul>'


def _article_html(quotes: Sequence[Citation]) -> str:
    first = quotes[0]
    said = "".join(f'<p dir="auto">{quote_html(one)} {mark_html(one)}</p>' for one in quotes)
    return f'<li>{said}<span class="from">{facts_html(first.title, first.source, day(first.published))}</span></li>'


def answer_text_html(answer: Answer) -> str:
    """The answer's text, escaped, a paragraph a line, the words that answer bold, each citation's mark a button."""
    parts, done = [], 0
    bold = [span for citation in answer.citations if (span := _bold_span(answer, citation))]
    numbered = {citation.number: citation for citation in answer.citations}
    for place, number in citing.marks(answer):
        words = answer.answer[done : place.start].rstrip(" ")
        blank = answer.answer[done + len(words) : place.start]
        mark = mark_html(numbered[number])
        parts.append(f'{bold_html(words, done, bold)}<span class="together">{blank}{mark}</span>')
        done = place.end
    return f'<p class="text" dir="auto">{"".join(parts)}{bold_html(answer.answer[done:], done, bold)}</p>'


def _bold_span(answer: Answer, citation: Citation) -> Span | None:
    """Where the words that answer stand in the answer, if that quotes the citation word for word."""
    span, shift = citation.answer_span, citation.answer_start - citation.char_start
    if span is None or answer.answer[citation.answer_start : citation.answer_end] != citation.quote:
        return None
    return Span(span.start + shift, span.end + shift)


def _verdict_html(answer: Answer) -> str:
    """What the articles say to yes or no, and the sentence that says otherwise than the question takes for granted."""
    words = verdict_words(answer)
    told = f'<p class="verdict">{words}</p>' if words else ""
    return told + _correction_html(answer.correction) if answer.correction else told


def _correction_html(one: Citation) -> str:
    """The sentence that says otherwise; it is no quote of the answer and has no mark."""
    facts = facts_html(one.source or one.title, day(one.published), page_words(one.page))
    opened = open_html(one.doc_id, one.char_start, one.char_end, gettext("Open article"))
    return (
        f'<div class="box correction"><p class="verdict">{gettext("The articles say otherwise")}</p>'
        f'<p dir="auto">{quote_html(one)}</p><p class="from">{facts} {opened}</p></div>'
    )


def support_html(answer: Answer) -> str:
    """In one line: how many outlets agree, how many differ, and how new the newest is.

    Under quotes of one rank, below it what differs among them.
    """
    line = f'<p class="support">{support_words(answer)}</p>'
    if answer.kind in _RANKED:
        return line
    told = (remarks.difference(one, escape) for one in answer.disagreements)
    return line + "".join(f'<p class="support" dir="auto">{words}</p>' for words in told)


def support_words(answer: Answer) -> str:
    """What `support_html` says."""
    undated = answer.sources.newest and answer.citations[0].published is None
    return answer.sources.line + (f" · {gettext('the quoted article is undated')}" if undated else "")


def _outlet(citation: Citation) -> str:
    return citation.source or citation.doc_id


def _certainty_html(answer: Answer) -> str:
    return f'<p class="certainty">{certainty(answer.confidence)}</p>'


def abstention_html(abstention: Abstention) -> str:
    """The box that says, calmly, that the articles do not answer, why, and which words no article has."""
    unsaid = [term for term in abstention.absent_terms if term not in abstention.detail]
    absent = ", ".join(f"<b><bdi>{escape(term)}</bdi></b>" for term in unsaid)
    return (
        f'<div class="box"><p class="verdict">{gettext("The articles do not answer this.")}</p>'
        f"<p>{escape(abstention.detail)}</p>"
        + (f'<p class="absent">{gettext("In no article: {words}", words=absent)}</p>' if absent else "")
        + "</div>"
    )


def error_html(message: str) -> str:
    """A plain message that something went wrong."""
    return f'<div class="box error" role="alert"><p>{escape(message)}</p></div>'


def failure_html(message: str) -> str:
    """A reply that says why there is no answer, and offers to ask again."""
    return f'{error_html(message)}<div class="acts">{_again_html()}</div>'


def _again_html() -> str:
    return f'<button type="button" class="again">{gettext("Retry")}</button>'


def _acts_html(answer: Answer) -> str:
    """What can be done with an answer: judge it, copy it, watch it, ask it again."""
    asked = gettext("Was this helpful?") if answer.abstention else gettext("Is this right?")
    judge = (
        f'<div class="judge" role="group" aria-label="{asked}"><span>{asked}</span>'
        f'<button type="button" data-verdict="up" aria-pressed="false">{gettext("Yes")}</button>'
        f'<button type="button" data-verdict="down" aria-pressed="false">{gettext("No")}</button>'
        '<span class="kept" role="status"></span></div>'
    )
    formats = "".join(f'<button type="button" data-format="{kind}">{name}</button>' for kind, name in _COPIES.items())
    copy = (
        f'<div class="copy" role="group" aria-label="{gettext("Copy with sources")}"><span>{gettext("Copy")}</span>'
        f'{"" if answer.abstention else formats}<button type="button" class="link">{gettext("Link")}</button></div>'
    )
    told = '<span class="done" role="status"></span>'
    watch = f'<button type="button" class="watch">{gettext("Watch")}</button>'
    return f'{judge}<div class="acts">{copy}{watch}{_again_html()}{told}</div>'


def _notes_html(answer: Answer, searched: str) -> str:
    """What was searched for instead of the question, to be changed; and what else is to be said of the answer."""
    meant = searched or answer.searched_as or answer.standalone_question or ""
    words = f'<span class="words">{escape(meant)}</span>'
    named = gettext("Edit what was searched for")
    edit = f'<button type="button" class="edit" aria-label="{named}">{gettext("Edit")}</button>'
    told = gettext("Searched for: {words}", words=words)
    note = f'<p class="note searched" dir="auto">{told} {edit}</p>' if meant else ""
    return note + (f'<p class="note" dir="auto">{escape(answer.notice)}</p>' if answer.notice else "")


def _printed_html(citations: Sequence[Citation]) -> str:
    """The sources as footnotes, which are shown on paper alone."""
    items = "".join(
        f"<li>{facts_html(one.title, one.source, one.author, day(one.published), page_words(one.page))}</li>"
        for one in citations
    )
    return f'<ol class="printed">{items}</ol>' if items else ""


def index_line_html(info: IndexInfo) -> str:
    """Which index answers: how many articles, how new; when it was built, and its version, are a tooltip."""
    newest = gettext("newest {day}", day=day(info.newest_published)) if info.newest_published else gettext("undated")
    built = gettext("indexed {moment}, version {version}", moment=moment(info.built_at), version=info.version)
    return f'<p class="index-line" title="{escape(built)}">{articles(info.articles)} · {newest}</p>'

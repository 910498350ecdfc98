"""An answer as HTML.

Pure functions, and the only place that writes HTML: each escapes every character that comes from an
article or a question, so that the page shows text and never an article's own HTML or Markdown.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date
from html import escape

from aliqa.answers import citing
from aliqa.foundations.types import (
    Abstention,
    Answer,
    Citation,
    DatedStatement,
    Disagreement,
    FoundPassage,
    IndexInfo,
    Sources,
    Span,
    Statement,
    Timeline,
)

REACH = 200
"""How many code points of the article are shown on either side of a quote, at most."""

CLOSEST = 3
"""How many passages are shown when there is no answer."""

OPENING = '<p class="tally opening">Opening…</p>'
"""What a tab shows until there is what belongs there."""

_COPIES = {"markdown": "Markdown", "html": "HTML", "bibtex": "BibTeX"}
_AGAIN = '<button type="button" class="again">Ask again</button>'
_JUDGE = (
    '<div class="judge" role="group" aria-label="Is this right?"><span>Is this right?</span>'
    '<button type="button" data-verdict="up" aria-pressed="false">Yes</button>'
    '<button type="button" data-verdict="down" aria-pressed="false">No</button>'
    '<span class="kept" role="status"></span></div>'
)
_SENTENCE_END = re.compile(r"[.!?][\"'”’)\]]*\s+|[。！？]|\n+")


def support_words(confidence: float, independent: int) -> str:
    """How well an answer is supported, in words, given its confidence from 0 to 1 and how many sources carry it.

    >>> support_words(0.93, 2), support_words(0.6, 2), support_words(0.93, 1), support_words(0.4, 3)
    ('well supported', 'supported', 'one source', 'weak')
    """
    if confidence < 0.55:
        return "weak"
    if independent < 2:
        return "one source"
    return "well supported" if confidence >= 0.8 else "supported"


def odds_words(confidence: float) -> str:
    """What a confidence from 0 to 1 means: it is calibrated, so that it is a share of right answers.

    >>> odds_words(0.97), odds_words(0.62), odds_words(0.01)
    ('nearly all answers like this are right', 'about 6 in 10 answers like this are right', 'few answers like this are right')
    """
    tenths = round(10 * confidence)
    if tenths in (0, 10):
        return f"{'nearly all' if tenths else 'few'} answers like this are right"
    return f"about {tenths} in 10 answers like this are right"


def surroundings(text: str, quote: Span, reach: int = REACH) -> tuple[str, str]:
    """The whole sentences of ``text`` before and after a quote, at most ``reach`` code points each.

    Where no sentence ends within reach the cut falls between words; an ellipsis shows that text
    was left out.

    >>> surroundings("One. Two. Three. Four. Five.", Span(10, 16), reach=8)
    ('… Two. ', ' Four. …')
    """
    before, after = text[: quote.start], text[quote.end :]
    if len(before) > reach:
        before = "… " + _from_sentence_start(before[-reach:])
    if len(after) > reach:
        after = _to_sentence_end(after[:reach]) + " …"
    return before.lstrip("\n"), after.rstrip("\n")


def _from_sentence_start(text: str) -> str:
    inside = text.rstrip()
    end = _SENTENCE_END.search(text, 0, len(inside)) or re.compile(r"\s+").search(text, 0, len(inside))
    return text[end.end() :] if end else text


def _to_sentence_end(text: str) -> str:
    inside = len(text) - len(text.lstrip())
    ends = [match.end() for match in _SENTENCE_END.finditer(text, inside)]
    return text[: ends[-1]].rstrip() if ends else re.sub(r"(?<=\S)\s+\S*$", "", text)


def answer_text_html(answer: Answer, exchange: int) -> str:
    """The answer's text, escaped, the words that answer bold, each citation's mark linked to its source card."""
    parts, done = [], 0
    bold = [span for citation in answer.citations if (span := _bold_span(answer, citation))]
    for place, number in citing.marks(answer):
        words = answer.answer[done : place.start].rstrip(" ")
        blank = answer.answer[done + len(words) : place.start]
        link = f'<a class="mark" href="#source-{exchange}-{number}">[{number}]</a>'
        parts.append(f'{bold_html(words, done, bold)}<span class="together">{blank}{link}</span>')
        done = place.end
    return "".join(parts) + bold_html(answer.answer[done:], done, bold)


def _bold_span(answer: Answer, citation: Citation) -> Span | None:
    """Where the words that answer stand in the answer, if that quotes the citation word for word."""
    span, shift = citation.answer_span, citation.answer_start - citation.char_start
    if span is None or answer.answer[citation.answer_start : citation.answer_end] != citation.quote:
        return None
    return Span(span.start + shift, span.end + shift)


def bold_html(text: str, begin: int, spans: Sequence[Span]) -> str:
    """The text escaped, the parts bold that stand in one of the spans; it begins at ``begin`` of what they index.

    >>> bold_html("It cost <9 euros.", 100, [Span(108, 116)])
    'It cost <b>&lt;9 euros</b>.'
    """
    parts, done = [], 0
    for span in sorted(spans):
        first, last = max(done, span.start - begin), min(len(text), span.end - begin)
        if first < last:
            parts.append(f"{escape(text[done:first])}<b>{escape(text[first:last])}</b>")
            done = last
    return "".join(parts) + escape(text[done:])


def source_card_html(citation: Citation, before: str, after: str, section: str | None, exchange: int) -> str:
    """One source: what it is, and the quote highlighted between the text around it."""
    quote = bold_html(citation.quote, citation.char_start, [citation.answer_span] if citation.answer_span else [])
    return (
        f'<article class="source" id="source-{exchange}-{citation.number}" tabindex="-1">'
        f'<h4><span class="number">{citation.number}</span>{_title_html(citation.title, citation.url)}</h4>'
        f"{_about_html(citation.source, citation.author, citation.published, section)}"
        f'<blockquote dir="auto">{escape(before)}<mark>{quote}</mark>{escape(after)}</blockquote>'
        f"{place_html(citation)}</article>"
    )


def passage_card_html(passage: FoundPassage) -> str:
    """A passage that came close, without a quote."""
    text = surroundings(_below_heading(passage.text, passage.section), Span(0, 0), 2 * REACH)[1]
    return (
        f'<article class="source"><h4>{_title_html(passage.title, None)}</h4>'
        f"{_about_html(passage.source, passage.author, passage.published, passage.section)}"
        f'<blockquote dir="auto">{escape(text)}</blockquote>{place_html(passage)}</article>'
    )


def _below_heading(text: str, section: str | None) -> str:
    """The text without the heading that it begins with, where the card names that already."""
    heading, _, below = text.partition("\n")
    return below.lstrip("\n") if section and heading.strip("# ") == section else text


def _title_html(title: str, url: str | None) -> str:
    if url and re.match(r"https?://", url, re.IGNORECASE):
        return f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer"><bdi>{escape(title)}</bdi></a>'
    return f"<bdi>{escape(title)}</bdi>"


def _about_html(source: str | None, author: str | None, published: date | None, section: str | None) -> str:
    parts = [source, author, published.isoformat() if published else "undated", section]
    return f'<p class="about">{" · ".join(f"<bdi>{escape(part)}</bdi>" for part in parts if part)}</p>'


def place_html(place: Citation | DatedStatement | FoundPassage | Statement) -> str:
    """Where a text stands, and what opens its article there."""
    span = f"characters {place.char_start}–{place.char_end}"
    return (
        f'<p class="place"><span><bdi>{escape(place.doc_id)}</bdi>, <span>{span}</span></span>'
        f"{open_html(place.doc_id, place.title, place.char_start, place.char_end)}</p>"
    )


def open_html(doc_id: str, title: str, start: int = 0, end: int = 0, words: str = "Open article") -> str:
    """A button that opens an article, at the characters from ``start`` to ``end`` if these are not the same."""
    return (
        f'<button type="button" class="open" data-doc-id="{escape(doc_id)}" data-start="{start}" data-end="{end}" '
        f'aria-label="{escape(words)}: {escape(title)}"><bdi>{escape(words)}</bdi></button>'
    )


def abstention_html(abstention: Abstention) -> str:
    """The box that says, calmly, that the articles do not answer, why, and which words no article has."""
    unsaid = [term for term in abstention.absent_terms if term not in abstention.detail]
    absent = ", ".join(f"<b><bdi>{escape(term)}</bdi></b>" for term in unsaid)
    return (
        '<div class="box"><p class="verdict">The articles do not answer this.</p>'
        f"<p>{escape(abstention.detail)}</p>"
        + (f'<p class="absent">In no article: {absent}</p>' if absent else "")
        + "</div>"
    )


def error_html(message: str) -> str:
    """A plain message that something went wrong."""
    return f'<div class="box error" role="alert"><p>{escape(message)}</p></div>'


def failure_html(message: str) -> str:
    """A reply that says why there is no answer, and offers to ask again."""
    return reply_html(f'{error_html(message)}<div class="acts">{_AGAIN}</div>')


def answer_html(answer: Answer, exchange: int, article_text: Callable[[str], str], *, searched: str = "") -> str:
    """An answer or an abstention beside its sources.

    Args:
        answer: what the library said.
        exchange: numbers the answer within the conversation, and keeps the links of several answers apart.
        article_text: gives an article's text by its ``doc_id``; asked only when no passage of the answer holds a quote.
        searched: what the reader had searched for, if that is not the question.
    """
    notes = _notes_html(searched or answer.standalone_question or "", answer.notice or "")
    if answer.abstention:
        said = abstention_html(answer.abstention) + _acts_html(answer)
        cards = [passage_card_html(passage) for passage in answer.passages[:CLOSEST]]
        return reply_html(notes + said, "Closest passages", cards)
    said = (
        f'<p class="answer" dir="auto">{answer_text_html(answer, exchange)}</p>'
        f"{_support_html(answer)}"
        f'<p class="newest">Newest article used: {answer.newest_used or "undated"}</p>'
        + "".join(disagreement_html(one, exchange) for one in answer.disagreements)
        + _acts_html(answer)
    )
    cards = [_cited_html(citation, answer.passages, exchange, article_text) for citation in answer.citations]
    return reply_html(notes + said, "Sources", cards)


def _cited_html(
    citation: Citation, passages: Sequence[FoundPassage], exchange: int, article_text: Callable[[str], str]
) -> str:
    for passage in passages:
        span = Span(citation.char_start - passage.char_start, citation.char_end - passage.char_start)
        if passage.doc_id == citation.doc_id and span.start >= 0 and span.cut(passage.text) == citation.quote:
            before, after = surroundings(passage.text, span)
            return source_card_html(citation, _below_heading(before, passage.section), after, passage.section, exchange)
    text, span = article_text(citation.doc_id), Span(citation.char_start, citation.char_end)
    around = surroundings(text, span) if span.cut(text) == citation.quote else ("", "")
    return source_card_html(citation, *around, None, exchange)


def _support_html(answer: Answer) -> str:
    support = support_words(answer.confidence, answer.sources.independent)
    if answer.disagreements and support != "weak":
        support = "disputed"
    return (
        f'<p class="support {support.replace(" ", "-")}"><span><b>{support.capitalize()}</b>'
        f"{_sources_html(answer.sources)}</span><span>{odds_words(answer.confidence).capitalize()}</span></p>"
    )


def _sources_html(sources: Sources) -> str:
    """How many articles carry the answer, if several do: near-copies, as of one agency's story, are not independent."""
    if sources.articles < 2:
        return ""
    return f'<span class="carried"> · {sources.articles:,} articles, {sources.independent:,} independent</span>'


def _acts_html(answer: Answer) -> str:
    """What can be done with an answer."""
    buttons = "".join(f'<button type="button" data-format="{kind}">{name}</button>' for kind, name in _COPIES.items())
    copy = (
        '<div class="copy" role="group" aria-label="Copy with sources"><span>Copy with sources</span>'
        f'{buttons}<span class="copied" role="status"></span></div>'
    )
    return f'{_JUDGE}<div class="acts">{"" if answer.abstention else copy}{_AGAIN}</div>'


def disagreement_html(disagreement: Disagreement, exchange: int) -> str:
    """The box that says what the articles disagree about, and what each of them says, linked to its source card."""
    items = "".join(
        f"<li><b><bdi>{escape(claim.value)}</bdi></b>"
        f' <span class="as-of">{escape(f"as of {claim.as_of}" if claim.as_of else "undated")}</span>'
        f' <a class="mark" href="#source-{exchange}-{claim.citation}">[{claim.citation}]</a></li>'
        for claim in disagreement.claims
    )
    about = escape(disagreement.about)
    return (
        f'<div class="box disagreement" role="note"><p class="verdict">The articles disagree</p>'
        f'<p dir="auto">{about}</p><ul>{items}</ul></div>'
    )


def _notes_html(searched: str, notice: str) -> str:
    """What was searched for instead of the question, to be changed; and what else is to be said of the answer."""
    words = escape(searched)
    edit = '<button type="button" class="edit" aria-label="Edit what was searched for">Edit</button>'
    note = f'<p class="note searched" dir="auto">Searched for: <span class="words">{words}</span> {edit}</p>'
    return (note if searched else "") + (f'<p class="note" dir="auto">{escape(notice)}</p>' if notice else "")


def reply_html(said: str, heading: str = "", cards: Sequence[str] = ()) -> str:
    """A reply, and what stands beside it."""
    sources = f'<aside class="sources"><h3>{heading}</h3>{"".join(cards)}</aside>' if cards else ""
    return f'<div class="said">{said}</div>{sources}'


def timeline_html(timeline: Timeline) -> str:
    """Dated statements, oldest first, each with its article and place."""
    items = "".join(_dated_html(one, number) for number, one in enumerate(timeline.statements))
    if not items:
        return (
            '<div class="box"><p class="verdict">'
            f"No article says when something happened to <bdi>{escape(timeline.about)}</bdi>.</p></div>"
        )
    sentences = "1 sentence" if timeline.undated == 1 else f"{timeline.undated:,} sentences"
    left_out = f'<p class="note">{sentences} of undated articles could not be placed.</p>' if timeline.undated else ""
    return f'<ol class="timeline">{items}</ol>{left_out}'


def _dated_html(one: DatedStatement, number: int) -> str:
    basis = f"<span>{one.dated_by}</span>" if one.dated_by else ""
    return (
        f'<li id="told-{number}" tabindex="-1"><p class="when"><time datetime="{one.start}">{one.when}</time>{basis}</p>'
        f'<div class="source"><blockquote dir="auto">{escape(one.quote)}</blockquote>'
        f"{_about_html(one.title, one.source, one.published, None)}{place_html(one)}</div></li>"
    )


def index_line_html(info: IndexInfo) -> str:
    """Which index answers: how many articles, how new, when it was built; its version is a tooltip."""
    articles = "1 article" if info.articles == 1 else f"{info.articles:,} articles"
    newest = f"newest {info.newest_published.isoformat()}" if info.newest_published else "undated"
    built = f"{info.built_at:%Y-%m-%d %H:%M} UTC"
    return f'<p class="index-line" title="index {escape(info.version)}">{articles} · {newest} · indexed {built}</p>'

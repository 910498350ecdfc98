"""The cards of an answer's sources, one an article, and pieces that every quote is shown with.

Everything is escaped.
"""

import re
from collections.abc import Sequence
from html import escape
from typing import Final

from aliqa.doors.page.words import day
from aliqa.foundations.messages import gettext, ngettext
from aliqa.foundations.types import Answer, Citation, FoundPassage, Span

REACH: Final = 90
"""How many code points of the article are shown on either side of a quote, at most."""

CLOSEST: Final = 3
"""How many passages are shown when there is no answer."""

_SENTENCE_END: Final = re.compile(r"[.!?][\"'”’)\]]*\s+|[。！？]|\n+")
_HEADING_SIGN: Final = re.compile(r"^#{1,6} +", re.MULTILINE)
_RULE: Final = re.compile(r"[\s|:-]*")
_CELLS: Final = 3
"""From how many cells on a quote is a row of a table; two may be a headline and its site."""


def surroundings(text: str, quote: Span, reach: int = REACH) -> tuple[str, str]:
    """The whole sentences of ``text`` before and after a quote, at most ``reach`` code points each.

    Where no sentence ends within reach the cut falls between words; an ellipsis shows that text was left out.

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


def quote_html(citation: Citation) -> str:
    """A quote, the words that answer bold; the rows of a table as such."""
    spans = [citation.answer_span] if citation.answer_span else []
    return table_html(citation.quote) or bold_html(citation.quote, citation.char_start, spans)


def table_html(text: str) -> str:
    """A text of rows whose cells stand between bars as a table; empty for any other.

    >>> table_html("Pier | Budget | Open")
    '<table><tr><td>Pier</td><td>Budget</td><td>Open</td></tr></table>'
    """
    rows = [line.strip().strip("|").split("|") for line in text.splitlines() if not _RULE.fullmatch(line)]
    if not rows or any(len(row) < _CELLS for row in rows):
        return ""
    cells = ("".join(f"<td>{escape(cell.strip())}</td>" for cell in row) for row in rows)
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"


def facts_html(*facts: str | None) -> str:
    """What is known of an article, in one line."""
    return " · ".join(f"<bdi>{escape(fact)}</bdi>" for fact in facts if fact)


def page_words(page: int | None) -> str | None:
    """On which page something stands, if its article has pages."""
    return gettext("page {page}", page=page) if page else None


def open_html(
    doc_id: str, start: int, end: int, inside: str, *, number: int = 0, kind: str = "open", label: str = ""
) -> str:
    """A button that opens an article at the characters from ``start`` to ``end``, if these are not the same."""
    numbered = f' data-number="{number}"' if number else ""
    named = f' aria-label="{escape(label)}"' if label else ""
    return (
        f'<button type="button" class="{kind}" data-doc-id="{escape(doc_id)}" data-start="{start}" data-end="{end}"'
        f"{numbered}{named}>{inside}</button>"
    )


def cards_html(answer: Answer) -> str:
    """The cards of all articles that an answer quotes, in the order of its quotes.

    Or of the passages that came close.
    """
    if answer.abstention or not answer.citations:
        return "".join(map(_passage_html, answer.passages[:CLOSEST]))
    quoted: dict[str, list[Citation]] = {}
    for citation in answer.citations:
        quoted.setdefault(citation.doc_id, []).append(citation)
    return "".join(_card_html(citations, answer.passages) for citations in quoted.values())


def _card_html(citations: Sequence[Citation], passages: Sequence[FoundPassage]) -> str:
    """An article: what it is, and its quotes, each of which opens it there."""
    first = citations[0]
    pages = sorted({one.page for one in citations if one.page})
    told = ngettext("page {pages}", "pages {pages}", len(pages), pages=", ".join(map(str, pages))) if pages else None
    quotes = "".join(_quoted_html(one, passages) for one in citations)
    return (
        f'<article class="source" tabindex="-1"><h4 title="{escape(first.title)}"><bdi>{escape(first.title)}</bdi></h4>'
        f'<p class="about">{facts_html(first.source, first.author, day(first.published), told)}</p>{quotes}</article>'
    )


def _quoted_html(citation: Citation, passages: Sequence[FoundPassage]) -> str:
    before, after = _around(citation, passages)
    snippet = f"{escape(before)}<mark>{_marked(citation)}</mark>{escape(after)}"
    inside = f'<span class="number">{citation.number}</span><span class="snippet" dir="auto">{snippet}</span>'
    return open_html(
        citation.doc_id, citation.char_start, citation.char_end, inside, number=citation.number, kind="quoted open"
    )


def _marked(citation: Citation) -> str:
    spans = [citation.answer_span] if citation.answer_span else []
    return bold_html(citation.quote, citation.char_start, spans)


def _around(citation: Citation, passages: Sequence[FoundPassage]) -> tuple[str, str]:
    """What stands around a quote, where a passage of the answer holds it."""
    for passage in passages:
        span = Span(citation.char_start - passage.char_start, citation.char_end - passage.char_start)
        if passage.doc_id == citation.doc_id and span.start >= 0 and span.cut(passage.text) == citation.quote:
            before, after = surroundings(passage.text, span)
            return without_signs(_below_heading(before, passage.section)), without_signs(after)
    return "", ""


def passages_html(passages: Sequence[FoundPassage]) -> str:
    """The passages that a search found, each of which opens its article there; that there is none, if there is none."""
    if not passages:
        return f'<div class="box"><p class="verdict">{gettext("No article has this.")}</p></div>'
    return "".join(map(_passage_html, passages))


def _passage_html(passage: FoundPassage) -> str:
    """A passage that came close, without a quote."""
    text = without_signs(surroundings(_below_heading(passage.text, passage.section), Span(0, 0), 4 * REACH)[1])
    inside = f'<span class="snippet" dir="auto">{escape(text)}</span>'
    facts = facts_html(passage.source, passage.author, day(passage.published), page_words(passage.page))
    opened = open_html(passage.doc_id, passage.char_start, passage.char_end, inside, kind="quoted open")
    return (
        f'<article class="source" tabindex="-1"><h4 title="{escape(passage.title)}"><bdi>{escape(passage.title)}</bdi>'
        f'</h4><p class="about">{facts}</p>{opened}</article>'
    )


def _below_heading(text: str, section: str | None) -> str:
    """The text without the heading that it begins with: a section's or the article's own."""
    heading, _, below = text.partition("\n")
    named = heading.startswith("#") or (section and heading.strip("# ") == section)
    return below.lstrip("\n") if named and below else text


def without_signs(text: str) -> str:
    """The text without the signs that make a line a heading in Markdown.

    >>> without_signs("## Costs")
    'Costs'
    """
    return _HEADING_SIGN.sub("", text)

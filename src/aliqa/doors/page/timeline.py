"""What the articles say about something in order of time, as HTML. Everything is escaped."""

from html import escape
from typing import Final

from aliqa.doors.page.sources import facts_html, open_html, page_words
from aliqa.doors.page.words import day
from aliqa.foundations.messages import gettext, ngettext
from aliqa.foundations.types import DatedStatement, Timeline

TIMELINE_PAGE: Final = 100
"""How many statements are shown at once."""


def timeline_html(timeline: Timeline) -> str:
    """Dated statements, oldest first, each with its article and place, and a button for those that follow."""
    items = "".join(_dated_html(one, number) for number, one in enumerate(timeline.statements, timeline.offset))
    if not items:
        about = f"<bdi>{escape(timeline.about)}</bdi>"
        none = gettext("No article says when something happened to {about}.", about=about)
        return f'<div class="box"><p class="verdict">{none}</p></div>'
    left_out = ngettext(
        "{number} sentence of undated articles could not be placed.",
        "{number} sentences of undated articles could not be placed.",
        timeline.undated,
    )
    note = f'<p class="note">{left_out}</p>' if timeline.undated else ""
    shown = timeline.offset + len(timeline.statements)
    words = ngettext(
        "{shown} of {number} statement · show more",
        "{shown} of {number} statements · show more",
        timeline.total,
        shown=shown,
    )
    more = f'<button class="more" data-offset="{shown}">{words}</button>' if shown < timeline.total else ""
    return f'<ol class="timeline">{items}</ol>{more}{note}'


def _dated_html(one: DatedStatement, number: int) -> str:
    basis = f"<span>{escape(one.dated_by)}</span>" if one.dated_by else ""
    quote = f'<span class="snippet" dir="auto">{escape(one.quote)}</span>'
    facts = facts_html(one.source or one.title, day(one.published), page_words(one.page))
    return (
        f'<li id="told-{number}" tabindex="-1" data-basis="{one.basis}">'
        f'<p class="when"><time datetime="{one.start}">{escape(one.when)}</time>{basis}</p>'
        f'<div class="source">{open_html(one.doc_id, one.char_start, one.char_end, quote, kind="quoted open")}'
        f'<p class="about">{facts}</p></div></li>'
    )

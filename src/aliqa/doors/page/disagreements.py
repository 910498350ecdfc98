"""Where the articles differ: both quotes side by side, as HTML. Everything is escaped."""

from collections.abc import Sequence
from html import escape
from typing import Final

from aliqa.doors.page.sources import facts_html, open_html
from aliqa.doors.page.words import day, written
from aliqa.foundations.messages import count, gettext, ngettext
from aliqa.foundations.types import DisagreementKind, StatedPair, Statement, disagreement_headings, how_compared

MOST: Final = 200
"""How many pairs are shown, at most: a browser is slow with more."""


def pairs_html(pairs: Sequence[StatedPair]) -> str:
    """All pairs: first those that contradict each other, then those that changed. Only `MOST` are shown."""
    how = f'<p class="note">{how_compared()}</p>'
    if not pairs:
        none = gettext("No two articles were found that give different values for the same thing.")
        return f'<p class="tally">{none}</p>{how}'
    headings = disagreement_headings()
    groups: dict[DisagreementKind, list[StatedPair]] = {kind: [] for kind in headings}
    for pair in pairs[:MOST]:
        groups[pair.kind].append(pair)
    parts = [
        f'<h2 class="kind">{headings[kind]} <span>{count(len(found))}</span></h2>{"".join(map(_pair_html, found))}'
        for kind, found in groups.items()
        if found
    ]
    cut = ngettext("{shown} of {number} pair is shown.", "{shown} of {number} pairs are shown.", len(pairs), shown=MOST)
    return how + "".join(parts) + (f'<p class="tally">{cut}</p>' if len(pairs) > MOST else "")


def _pair_html(pair: StatedPair) -> str:
    sides = "".join(map(_statement_html, pair.statements))
    heading = f'<h3 dir="auto">{escape(pair.about)} <span class="as-of">{pair.sure}</span></h3>'
    return f'<section class="pair {pair.kind}">{heading}<div class="sides">{sides}</div></section>'


def _statement_html(one: Statement) -> str:
    """A side: its value, its article, and the quote with the value marked."""
    before, value, after = one.quote.partition(one.value)
    marked = f"{escape(before)}<mark>{escape(value)}</mark>{escape(after)}"
    quote = f'<span class="snippet" dir="auto">{marked}</span>'
    when = gettext("as of {when}", when=escape(written(one.as_of))) if one.as_of else ""
    as_of = f' <span class="as-of">{when}</span>' if when else ""
    scope = f"“{one.scope}”" if one.scope else None
    return (
        f'<article class="source"><h4><bdi class="value">{escape(one.value)}</bdi>{as_of}</h4>'
        f"{open_html(one.doc_id, one.char_start, one.char_end, quote, kind='quoted open')}"
        f'<p class="about">{facts_html(one.source or one.title, day(one.published), scope)}</p></article>'
    )

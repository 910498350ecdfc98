"""Where the articles differ: both quotes side by side, as HTML. Everything is escaped."""

from collections.abc import Sequence
from html import escape
from typing import Final

from aliqa.doors.page.sources import facts_html, open_html
from aliqa.doors.page.words import day, many, written
from aliqa.foundations.types import DISAGREEMENT_HEADINGS, HOW_COMPARED, DisagreementKind, StatedPair, Statement

MOST: Final = 200
"""How many pairs are shown, at most: a browser is slow with more."""

_NONE: Final = "No two articles were found that give different values for the same thing."


def pairs_html(pairs: Sequence[StatedPair]) -> str:
    """All pairs: first those that contradict each other, then those that changed. Only `MOST` are shown."""
    how = f'<p class="note">{HOW_COMPARED}</p>'
    if not pairs:
        return f'<p class="tally">{_NONE}</p>{how}'
    groups: dict[DisagreementKind, list[StatedPair]] = {kind: [] for kind in DISAGREEMENT_HEADINGS}
    for pair in pairs[:MOST]:
        groups[pair.kind].append(pair)
    parts = [
        f'<h2 class="kind">{DISAGREEMENT_HEADINGS[kind]} <span>{len(found):,}</span></h2>'
        f"{''.join(map(_pair_html, found))}"
        for kind, found in groups.items()
        if found
    ]
    more = f'<p class="tally">{MOST} of {many(len(pairs), "pair")} are shown.</p>' if len(pairs) > MOST else ""
    return how + "".join(parts) + more


def _pair_html(pair: StatedPair) -> str:
    sides = "".join(map(_statement_html, pair.statements))
    heading = f'<h3 dir="auto">{escape(pair.about)}</h3>'
    return f'<section class="pair {pair.kind}">{heading}<div class="sides">{sides}</div></section>'


def _statement_html(one: Statement) -> str:
    """A side: its value, its article, and the quote with the value marked."""
    before, value, after = one.quote.partition(one.value)
    marked = f"{escape(before)}<mark>{escape(value)}</mark>{escape(after)}"
    quote = f'<span class="snippet" dir="auto">{marked}</span>'
    as_of = f' <span class="as-of">as of {escape(written(one.as_of))}</span>' if one.as_of else ""
    return (
        f'<article class="source"><h4><bdi class="value">{escape(one.value)}</bdi>{as_of}</h4>'
        f"{open_html(one.doc_id, one.char_start, one.char_end, quote, kind='quoted open')}"
        f'<p class="about">{facts_html(one.source or one.title, day(one.published))}</p></article>'
    )

"""The tab that shows where the articles disagree: both quotes side by side. Everything is escaped."""

from collections.abc import Callable, Sequence
from functools import partial
from html import escape
from typing import Any, Final

import gradio as gr

from aliqa.doors.page import render
from aliqa.foundations.errors import AliqaError
from aliqa.foundations.types import StatedPair, Statement
from aliqa.library import Library

MOST: Final = 200
"""How many pairs are shown, at most: a browser is slow with more."""

_NONE: Final = "No two articles were found to give different values for the same thing."
_HEADINGS: Final = (("contradiction", "Contradictions"), ("change", "Changes over time"))


def disagreements_tab(library: Callable[[], Library]) -> None:
    """The tab, inside a page that is being built; it is filled whenever it is opened."""
    with gr.Tab("Disagreements", elem_id="disagreements") as tab:
        pairs = gr.HTML(render.OPENING, elem_id="pairs", apply_default_css=False)
    tab.select(partial(_shown, library), None, pairs, show_progress="hidden", api_visibility="private", queue=False)


def _shown(library: Callable[[], Library]) -> str:
    try:
        return pairs_html(library().disagreements())
    except AliqaError as error:
        return render.error_html(str(error))


def pairs_html(pairs: Sequence[StatedPair]) -> str:
    """All pairs: first those that contradict each other, then those that changed. Only `MOST` are shown."""
    if not pairs:
        return f'<p class="tally">{_NONE}</p>'
    parts = []
    for kind, heading in _HEADINGS:
        if of_kind := [pair for pair in pairs[:MOST] if pair.kind == kind]:
            parts.append(f'<h2 class="kind">{heading}</h2>{"".join(map(_pair_html, of_kind))}')
    more = f'<p class="tally">{MOST} of {len(pairs):,} are shown.</p>' if len(pairs) > MOST else ""
    return "".join(parts) + more


def _pair_html(pair: StatedPair) -> str:
    sides = "".join(map(_statement_html, pair.statements))
    return f'<section class="pair {pair.kind}"><h3 dir="auto">{escape(pair.about)}</h3><div class="sides">{sides}</div></section>'


def _statement_html(one: Statement) -> str:
    """A side: its value, its article, and the quote with the value marked."""
    before, value, after = one.quote.partition(one.value)
    about: list[Any] = [one.source, one.published.isoformat() if one.published else "undated"]
    facts = " · ".join(f"<bdi>{escape(part)}</bdi>" for part in about if part)
    as_of = f' <span class="as-of">as of {escape(one.as_of)}</span>' if one.as_of else ""
    return (
        f'<article class="source"><h4><bdi class="value">{escape(one.value)}</bdi>{as_of}</h4>'
        f'<p class="about"><b><bdi>{escape(one.title)}</bdi></b></p><p class="about">{facts}</p>'
        f'<blockquote dir="auto">{escape(before)}<mark>{escape(value)}</mark>{escape(after)}</blockquote>'
        f"{render.place_html(one)}</article>"
    )

"""The Gradio page.

It never dials out: system fonts, Gradio's assets from this server, no analytics.

A conversation is the browser's: the script sends each question to the routes of `asking` and keeps what comes back.
What the other tabs do are Gradio's events, none of which goes through its queue: its browser side may take an event for
sent on a stream that the server has just closed, and then neither hears of the answer nor lets the same event happen
again.
"""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI

from aliqa.doors.kept.watchlist import Watchlist
from aliqa.doors.page.articles import articles_tab
from aliqa.doors.page.disagreements import disagreements_tab
from aliqa.doors.page.timeline import timeline_tab
from aliqa.doors.page.watchlist import watchlist_tab
from aliqa.doors.running.answer_pool import Run, at_once
from aliqa.doors.running.jobs import Jobs
from aliqa.library import Library

_HERE = Path(__file__).parent
_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "DejaVu Sans", "sans-serif")
_MONO_FONTS = ("ui-monospace", "DejaVu Sans Mono", "monospace")
_HEAD = """<h1>aliqa</h1><p>Answers in the articles' own words</p><p id="banner" role="status"></p>
<dialog id="article" aria-labelledby="article-title"><header><div><h2 id="article-title" dir="auto"></h2>\
<p class="about"></p></div><form method="dialog"><button aria-label="Close the article">Close</button></form></header>\
<div class="text" dir="auto" tabindex="0" role="region" aria-label="Article"></div></dialog>"""
_RAIL = """<button type="button" class="shut" aria-expanded="false" aria-controls="talks">Conversations</button>\
<nav id="talks" aria-label="Conversations"><button type="button" class="new">New conversation</button><ul></ul>\
<p class="kept">Kept in this browser only.</p></nav>"""
_TALK = """<div class="welcome"><h2>Ask your articles</h2><p>Every sentence of an answer is a quote with its exact place. \
What the articles do not say is not answered.</p></div><div class="talk"></div>\
<div id="examples" hidden><h2>Questions these articles answer</h2><ul></ul></div>"""
_OPTIONS = """<div class="options"><details id="filters"><summary>All articles</summary><div class="panel" role="group" \
aria-label="Which articles are searched"><label>From <input type="date" name="since"></label>\
<label>To <input type="date" name="until"></label><fieldset hidden><legend>Only from</legend></fieldset>\
<button type="button" class="clear">Search all articles</button></div></details>\
<label id="rewrite" hidden><input type="checkbox">Rewrite the quotes with the language model</label>\
<p class="keys"><kbd>Enter</kbd> sends, <kbd>Shift</kbd> <kbd>Enter</kbd> breaks the line, <kbd>/</kbd> comes back here\
</p><div id="foot"></div></div>"""


def build_page(library: Callable[[], Library], jobs: Jobs, watchlist: Watchlist, run: Run = at_once) -> gr.Blocks:
    """The page: tabs that answer, that show where articles disagree and which there are, and that watch questions.

    ``library`` is called whenever something is to be shown, so that a newer index is seen at once. It may raise an
    AliqaError: the page shows the message. ``jobs`` make newer indexes, ``run`` says when questions are answered.
    """
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # Gradio reads it each time it is about to dial out
    with gr.Blocks(title="aliqa", analytics_enabled=False, fill_width=True) as page:
        _html(_HEAD, elem_id="head", js_on_load=_asset("reading.js"))
        with gr.Tabs(elem_id="tabs"):
            _ask_tab()
            disagreements_tab(library)
            timeline_tab(library, run)
            articles_tab(library, jobs, _asset("articles.js"))
            watchlist_tab(library, watchlist, run, _asset("watchlist.js"))
    return page


def _ask_tab() -> None:
    """The conversations beside the one that is open, which stands above the question box."""
    with gr.Tab("Ask", elem_id="asking"):
        _html(_RAIL, elem_id="rail")
        with gr.Column(elem_id="room"):
            _html(_TALK, elem_id="talk", js_on_load=_asset("storage.js") + _asset("asking.js"))
            with gr.Column(elem_id="ask"):
                look: dict[str, Any] = {"container": False, "show_label": False, "max_lines": 5, "submit_btn": True}
                box = gr.Textbox(
                    label="Question", placeholder="Ask the articles", elem_id="question", autofocus=True, **look
                )
                _html(_OPTIONS, elem_id="options")
        box.submit(None, box, box, js="words => window.aliqa.ask(words)", queue=False, api_visibility="private")


def _asset(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


_html = partial(gr.HTML, apply_default_css=False)


def page_app(library: Callable[[], Library], jobs: Jobs, watchlist: Watchlist, run: Run = at_once) -> FastAPI:
    """An app that is the page, at ``/``, and nothing else.

    It sends files to ``POST /articles``, questions to the routes below ``/chat`` and reads articles at ``GET /articles/…``.
    """
    theme = gr.themes.Base(font=_FONTS, font_mono=_MONO_FONTS)
    theme.set(body_background_fill="#faf9f7", body_background_fill_dark="#17181a")
    looks = {"theme": theme, "css": _asset("page.css"), "favicon_path": str(_HERE / "icon.svg")}
    off = {"footer_links": [], "run_history": False, "show_error": False, "ssr_mode": False, "mcp_server": False}
    app = FastAPI(openapi_url=None)
    gr.mount_gradio_app(app, build_page(library, jobs, watchlist, run), path="/", **looks, **off)
    return app

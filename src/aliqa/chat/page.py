"""The Gradio page around the rendered answers, and its place beside the API.

It never dials out: system fonts, Gradio's assets from this server, no analytics.

No event goes through Gradio's queue. Its browser side may take an event for sent on a stream that the server has just
closed, and then neither hears of the answer nor lets the same event happen again: a lost Enter.
"""

import logging
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, cast

import gradio as gr
from fastapi import FastAPI
from starlette.routing import Match, Mount
from starlette.types import Receive, Scope, Send

from aliqa.access import require
from aliqa.chat import render
from aliqa.chat.articles import articles_tab
from aliqa.chat.disagreements import disagreements_tab
from aliqa.chat.timeline import timeline_tab
from aliqa.chat.watchlist import watchlist_tab
from aliqa.errors import AliqaError
from aliqa.jobs import Jobs
from aliqa.library import Library
from aliqa.types import Answer, Delta, Mode, Restart, Turn
from aliqa.watchlist import Watchlist

EXAMPLES = 4
"""How many questions the page offers before the first one is asked."""

HISTORY_TURNS = 20
"""How many earlier messages a follow-up carries, at most."""

LOOK = 0.3
"""How often, in seconds, the page looks how far a language model is."""

_REWRITE = "Rewrite the quotes with the language model"
_OWN_PATHS = re.compile(
    r"/?|/(config|theme\.css|favicon\.ico)|/(assets|static)/.+"
    r"|/gradio_api/(run/predict|heartbeat/[^/]+|startup-events)"
)
_HEAD = "<h1>aliqa</h1><p>Answers in the articles' own words</p>"
_HERE = Path(__file__).parent
_WELCOME = """<p class="welcome">Ask a question. The answer quotes the articles word for word, with the place of \
every sentence; what they do not say is not answered.</p>"""
_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "DejaVu Sans", "sans-serif")
_MONO_FONTS = ("ui-monospace", "DejaVu Sans Mono", "monospace")
_FAULT = "This could not be answered because of a fault in aliqa. The log of the server tells more."

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and its reply: what was said, as text for follow-ups, and how it is shown.

    ``said`` is None after an error, of which follow-ups are not told; ``html`` is None until there is a reply, and
    ``draft`` is as much of it as is written.
    """

    question: str
    said: str | None = None
    html: str | None = None
    mode: Mode = "extractive"
    draft: str = ""


def exchange(
    library: Callable[[], Library],
    question: str,
    earlier: Sequence[Exchange],
    mode: Mode = "extractive",
    tell: Callable[[str], None] = lambda draft: None,
) -> Exchange:
    """Ask, and keep what came back; an error becomes its message. ``tell`` hears how far a language model is."""
    try:
        opened = library()
        answer = opened.ask(question, history=history(earlier))
        if mode == "synthesis":
            answer = _rewritten(opened, answer, tell)
        html = render.answer_html(answer, len(earlier) + 1, lambda doc_id: opened.article(doc_id).text)
    except AliqaError as error:
        return Exchange(question, None, render.reply_html(render.error_html(str(error))))
    except Exception:  # a door's last resort: else the page would wait for ever for this answer
        _log.exception("The chat page could not answer a question.")
        return Exchange(question, None, render.reply_html(render.error_html(_FAULT)))
    return Exchange(question, answer.abstention.detail if answer.abstention else answer.answer, html)


def _rewritten(opened: Library, answer: Answer, tell: Callable[[str], None]) -> Answer:
    """The answer in the language model's words, of which every sentence is told as soon as it holds."""
    draft = ""
    for part in opened.parts(answer, "synthesis"):
        if isinstance(part, Answer):
            answer = part
        elif isinstance(part, Delta | Restart):
            draft = draft + part.text if isinstance(part, Delta) else ""
            tell(draft)
    return answer


def history(exchanges: Sequence[Exchange]) -> tuple[Turn, ...]:
    """The last turns of a conversation, oldest first, as many as a follow-up may carry."""
    turns: list[Turn] = []
    for one in exchanges:
        if one.said is not None:
            turns += Turn("user", one.question), Turn("assistant", one.said)
    return tuple(turns[-HISTORY_TURNS:])


def build_page(library: Callable[[], Library], jobs: Jobs, watchlist: Watchlist) -> gr.Blocks:
    """The page: tabs that answer, that show where articles disagree and which there are, and that watch questions.

    ``library`` is called for every question, so that a newer index is seen at once. It may raise an
    AliqaError: the page shows the message where the answer would stand. ``jobs`` make newer indexes.
    """
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # Gradio reads it each time it is about to dial out
    html = partial(gr.HTML, apply_default_css=False)
    with gr.Blocks(title="aliqa", analytics_enabled=False, fill_width=True) as page:
        html(_HEAD, elem_id="head")
        with gr.Tabs(elem_id="tabs"):
            foot = _ask_tab(library, page)
            disagreements_tab(library)
            timeline_tab(library)
            articles_tab(library, jobs, _asset("articles.js"), foot)
            watchlist_tab(library, watchlist, _asset("watchlist.js"))
    return page


def _ask_tab(library: Callable[[], Library], page: gr.Blocks) -> gr.HTML:
    """The conversation above the question box; the index line below it is given back."""
    html = partial(gr.HTML, apply_default_css=False)
    with gr.Tab("Ask") as tab:
        talk = html(elem_id="talk", js_on_load=_asset("page.js"))
        with gr.Column(elem_id="examples", visible=False) as examples:
            html("<h2>Questions these articles answer</h2>")
            chips = [gr.Button(visible=False) for _ in range(EXAMPLES)]
        with gr.Column(elem_id="ask"):
            look = {"container": False, "show_label": False, "max_lines": 5, "submit_btn": True, "autofocus": True}
            box = gr.Textbox(label="Question", placeholder="Ask the articles", elem_id="question", **look)
            rewrite = gr.Checkbox(label=_REWRITE, visible=False, container=False, elem_id="rewrite")
            foot = html(elem_id="foot")
        exchanges, clock = gr.State([]), gr.Timer(LOOK, active=False)
    opening, asked = [talk, foot, examples, rewrite, *chips], [talk, examples, exchanges]
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "queue": False}
    page.load(partial(_opening, library), None, opening, **quiet)
    tab.select(partial(_return, library), exchanges, opening, **quiet)
    for ask, words in ((box.submit, box), *((chip.click, chip) for chip in chips)):
        sent = ask(_sent, [words, exchanges, rewrite], [box, *asked, clock], trigger_mode="multiple", **quiet)
        sent.then(partial(_answered, library), exchanges, [foot, *asked], trigger_mode="always_last", **quiet)
    clock.tick(_so_far, exchanges, [talk, clock], **quiet)
    return foot


def _opening(library: Callable[[], Library]) -> tuple[Any, ...]:
    """What the page shows at first: talk, foot, examples, the switch of the language model, and every chip."""
    has_llm = False
    try:
        opened = library()
        has_llm = opened.has_llm
        questions, said, foot = opened.examples(EXAMPLES), _WELCOME, render.index_line_html(opened.info)
    except AliqaError as error:
        questions, said, foot = (), render.error_html(str(error)), ""
    chips = [gr.update(value=question, visible=True) for question in questions]
    chips += [gr.update(visible=False)] * (EXAMPLES - len(chips))
    return said, foot, gr.update(visible=bool(questions)), gr.update(visible=has_llm), *chips


def _return(library: Callable[[], Library], exchanges: Sequence[Exchange]) -> tuple[Any, ...]:
    """What the page shows when one comes back from the articles: before the first question, what they answer now."""
    return (gr.skip(), _foot(library), *(gr.skip(),) * (2 + EXAMPLES)) if exchanges else _opening(library)


def _sent(question: str, exchanges: list[Exchange], rewrite: bool = False) -> tuple[Any, ...]:
    """What the page shows as soon as a question is asked: box, talk, examples, state, and the clock of `_so_far`.

    The state is changed in place: an earlier question may be being answered from it.
    """
    question = question.strip()
    if not question:
        return (gr.skip(),) * 5
    exchanges.append(Exchange(question, mode="synthesis" if rewrite else "extractive"))
    return "", *_talk(exchanges), gr.Timer(active=True) if rewrite else gr.skip()


def _so_far(exchanges: list[Exchange]) -> tuple[Any, ...]:
    """The talk while a language model writes, and the clock, which stops when it has done."""
    return _talk(exchanges)[0], gr.Timer(active=any(one.html is None for one in exchanges))


def _answered(library: Callable[[], Library], exchanges: list[Exchange]) -> tuple[Any, ...]:
    """What the page shows once every question is answered: foot, talk, examples, state."""
    for place, one in enumerate(exchanges):
        if one.html is None:
            tell = partial(_drafted, exchanges, place, one)
            exchanges[place] = exchange(library, one.question, exchanges[:place], one.mode, tell)
    return (_foot(library) if exchanges else gr.skip()), *_talk(exchanges)


def _drafted(exchanges: list[Exchange], place: int, one: Exchange, draft: str) -> None:
    exchanges[place] = replace(one, draft=draft)


def _talk(exchanges: list[Exchange]) -> tuple[Any, ...]:
    if not exchanges:
        return (gr.skip(),) * 3
    told = render.conversation_html([(one.question, one.html or render.pending_html(one.draft)) for one in exchanges])
    return told, gr.update(visible=False), exchanges


def _foot(library: Callable[[], Library]) -> str:
    try:
        return render.index_line_html(library().info)
    except AliqaError:
        return ""


def _asset(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def mount(app: FastAPI, library: Callable[[], Library], jobs: Jobs, watchlist: Watchlist) -> FastAPI:
    """The app with the chat page at ``/``; mount it last. Every path that is not the page's stays the app's.

    The page sends files to the app's ``POST /articles``.
    """
    theme = gr.themes.Base(font=_FONTS, font_mono=_MONO_FONTS)
    theme.set(body_background_fill="#faf9f7", body_background_fill_dark="#17181a")
    looks = {"theme": theme, "css": _asset("page.css"), "favicon_path": str(_HERE / "icon.svg")}
    off = {"footer_links": [], "run_history": False, "show_error": False, "ssr_mode": False, "mcp_server": False}
    gr.mount_gradio_app(app, build_page(library, jobs, watchlist), path="/", **looks, **off)
    everything = cast(Mount, app.router.routes.pop())
    app.router.routes.append(_PageRoute("/", app=everything.app))
    return app


class _PageRoute(Mount):
    """Gradio at the root, answering only on the paths that the page needs.

    All other paths stay the API's, which says 404 or 405 in its own words; Gradio's uploads, file
    and proxy routes are not served at all.
    """

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether a request is for the page."""
        if scope["type"] == "http" and _OWN_PATHS.fullmatch(scope["path"].removeprefix(scope.get("root_path", ""))):
            return super().matches(scope)
        return Match.NONE, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Show the page, unless whoever asks for it may not ask."""
        require("ask")
        await super().handle(scope, receive, send)

"""The Gradio page.

It never dials out: system fonts, Gradio's assets from this server, no analytics. Gradio makes the places and the
question box; what stands in them is the business of the page's own modules, in ``static/``. No event of the page goes
to Gradio's server side: questions and lists are asked of the routes below ``/chat``, so that it is this page, and not
Gradio, that tells what to do when the server is away.
"""

import os
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI

_HERE = Path(__file__).parent
_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "DejaVu Sans", "sans-serif")
_MONO_FONTS = ("ui-monospace", "DejaVu Sans Mono", "monospace")


def build_page() -> gr.Blocks:
    """The page: conversations with the question box, the library, the watchlist; beside them sources and articles."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # Gradio reads it each time it is about to dial out
    with gr.Blocks(title="aliqa", analytics_enabled=False, fill_width=True) as page:
        _place("head")
        with gr.Column(elem_id="desk"):
            _place("rail")
            with gr.Column(elem_id="room"):
                _place("talk")
                with gr.Column(elem_id="ask"):
                    look: dict[str, Any] = {"container": False, "show_label": False, "max_lines": 5, "submit_btn": True}
                    box = gr.Textbox(label="Question", placeholder="Ask the articles", elem_id="question", **look)
                    _place("options")
                _place("start")
            for name in ("library", "watchlist", "side"):
                _place(name)
        box.submit(None, box, box, js="words => window.aliqa.ask(words)", queue=False, api_visibility="private")
    return page


def _place(name: str) -> None:
    """Where the page puts a piece of its markup, which came with the frame: Gradio's own HTML costs 34 kB."""
    with gr.Column(elem_id=name):
        pass


def page_app() -> FastAPI:
    """An app that is the page, at ``/``, and nothing else."""
    theme = gr.themes.Base(font=_FONTS, font_mono=_MONO_FONTS)
    theme.set(body_background_fill="#faf9f7", body_background_fill_dark="#17181a")
    looks = {"theme": theme, "favicon_path": str(_HERE / "icon.svg")}
    off = {"footer_links": [], "run_history": False, "show_error": False, "ssr_mode": False, "mcp_server": False}
    app = FastAPI(openapi_url=None)
    gr.mount_gradio_app(app, build_page(), path="/", **looks, **off)
    return app

"""The tab that tells what the articles say about something in order of time: a plot and a list."""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

import gradio as gr

from aliqa.doors.page import picture, render
from aliqa.doors.running.answer_pool import Run
from aliqa.foundations.errors import AliqaError
from aliqa.library import Library

_HINT = '<p class="welcome">Name somebody or something: what the articles say about it, in order of time.</p>'
_FAULT = "This could not be told because of a fault in aliqa. The log of the server tells more."
logger = logging.getLogger(__name__)


def timeline_tab(library: Callable[[], Library], run: Run) -> None:
    """The tab, inside a page that is being built; ``library`` gives the one that answers now, ``run`` says when it does."""
    html = partial(gr.HTML, apply_default_css=False)
    with gr.Tab("Timeline", elem_id="timeline"):
        with gr.Column(elem_id="about-row"):
            look = {"container": False, "show_label": False, "max_lines": 1, "submit_btn": True}
            about = gr.Textbox(label="About", placeholder="A name", elem_id="about", **look)
        plot = html(visible=False, elem_id="plot")
        told = html(_HINT, elem_id="told")
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "queue": False}
    asked = about.submit(partial(_tell, library, run), about, [plot, told], **quiet)
    asked.then(partial(_drawn, library, run), about, plot, **quiet)  # behind the list, which need not wait for it


def _tell(library: Callable[[], Library], run: Run, about: str) -> tuple[Any, str]:
    """No plot, and the list; an error becomes its message."""
    try:
        told = render.timeline_html(run(library().timeline, about))
    except AliqaError as error:
        told = render.error_html(str(error))
    except Exception:  # a door's last resort: else the page would show the timeline of the name before
        logger.exception("The timeline of the chat page could not be told.")
        told = render.error_html(_FAULT)
    return gr.update(visible=False), told


def _drawn(library: Callable[[], Library], run: Run, about: str) -> Any:
    """The plot, if there is anything to be seen in it."""
    try:
        drawn = picture.statements_svg(run(library().timeline, about).statements)
    except AliqaError:
        return gr.skip()
    return gr.update(value=drawn, visible=bool(drawn))

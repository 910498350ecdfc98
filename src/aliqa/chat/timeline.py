"""The tab that tells what the articles say about something in order of time: a plot and a list."""

import logging
from collections.abc import Callable
from functools import partial
from textwrap import shorten
from typing import Any

import gradio as gr
import pandas as pd

from aliqa.chat import render
from aliqa.errors import AliqaError
from aliqa.library import Library
from aliqa.types import Timeline

_HINT = '<p class="welcome">Name somebody or something: what the articles say about it, in order of time.</p>'
_FAULT = "This could not be told because of a fault in aliqa. The log of the server tells more."
_FRAME, _ROW = 100, 34
"""How high, in pixels, the plot is without its rows, and the row of an article."""

_TITLE = 30
"""How many characters of an article's title stand beside its row."""

_MARGIN, _WEEK = 0.03, 7 * 86_400
"""How much room, as a share of the whole time and in seconds at least, is left before the first and after the last."""

_BY = {"stated": "the sentence", "inferred": "inference", "article": "the article"}
_COLOURS = {"the sentence": "#4a8fc7", "inference": "#c4832a", "the article": "#98948c"}

logger = logging.getLogger(__name__)


def timeline_tab(library: Callable[[], Library]) -> None:
    """The tab, inside a page that is being built; ``library`` gives the one that answers now."""
    html = partial(gr.HTML, apply_default_css=False)
    with gr.Tab("Timeline", elem_id="timeline"):
        with gr.Column(elem_id="about-row"):
            look = {"container": False, "show_label": False, "max_lines": 1, "submit_btn": True}
            about = gr.Textbox(label="About", placeholder="A name", elem_id="about", **look)
        plot = gr.ScatterPlot(
            x="Date", y="Article", color="Dated by", tooltip=["When", "Statement"], visible=False, elem_id="plot",
            color_map=_COLOURS, x_title=" ", y_title=" ", x_axis_format="%b %Y",
        )  # fmt: skip
        told = html(_HINT, elem_id="told")
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "queue": False}
    about.submit(partial(_tell, library), about, [plot, told], **quiet)


def _tell(library: Callable[[], Library], about: str) -> tuple[Any, str]:
    """The plot and the list; an error becomes its message."""
    try:
        timeline = library().timeline(about)
    except AliqaError as error:
        return gr.update(visible=False), render.error_html(str(error))
    except Exception:  # a door's last resort: else the page would show the timeline of the name before
        logger.exception("The timeline of the chat page could not be told.")
        return gr.update(visible=False), render.error_html(_FAULT)
    return _plot(timeline), render.timeline_html(timeline)


def _plot(timeline: Timeline) -> Any:
    rows = [
        {
            "Date": one.start,
            "Article": shorten(one.title, _TITLE, placeholder="…"),
            "Dated by": _BY[one.basis],
            "When": one.when,
            "Statement": one.quote,
        }
        for one in timeline.statements
    ]
    if not rows:
        return gr.update(visible=False)
    frame = pd.DataFrame(rows).astype({"Date": "datetime64[ns]"})
    first, last = frame["Date"].min().timestamp(), frame["Date"].max().timestamp()
    margin = max(_MARGIN * (last - first), _WEEK)
    height = _FRAME + _ROW * frame["Article"].nunique()
    return gr.update(value=frame, visible=True, height=height, x_lim=[first - margin, last + margin])

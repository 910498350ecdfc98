"""The tab that adds questions to the watchlist, removes them, asks them again, and shows what changed."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import gradio as gr

from aliqa.doors.kept.watchlist import Watchlist
from aliqa.doors.page import changes, render
from aliqa.doors.running.answer_pool import Run, asking, at_once
from aliqa.foundations.errors import AliqaError, WatchedNotFound
from aliqa.foundations.types import Answer, Filters
from aliqa.library import Library, checked

_FAULT: Final = "This could not be done because of a fault in aliqa. The log of the server tells more."

logger = logging.getLogger(__name__)


def watchlist_tab(library: Callable[[], Library], watchlist: Watchlist, run: Run, script: str) -> None:
    """The tab, inside a page that is being built; ``script`` is the JavaScript of its list."""
    html = partial(gr.HTML, apply_default_css=False)
    with gr.Tab("Watchlist", elem_id="watchlist") as tab:
        with gr.Column(elem_id="watch-bar"):
            look = {"container": False, "show_label": False, "max_lines": 3, "submit_btn": "Watch"}
            box = gr.Textbox(
                label="Question to watch", placeholder="Watch a question", elem_id="watch-question", **look
            )
            again = gr.Button("Ask all again", elem_id="ask-again")
        listed = html(render.OPENING, elem_id="watched", js_on_load=script)
    work = Work(library, watchlist, run)
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "queue": False}
    tab.select(work.show, None, listed, **quiet)
    box.submit(work.add, box, [box, listed], **quiet)
    again.click(work.run, None, listed, **quiet)
    listed.remove(work.remove, None, listed, **quiet)


@dataclass(frozen=True, slots=True)
class Work:
    """What the tab does; every method gives the list as it is then, under what went wrong, if anything did."""

    library: Callable[[], Library]
    watchlist: Watchlist
    when: Run = at_once

    def show(self) -> str:
        """Nothing but the list."""
        return self._done(lambda: None)

    def add(self, question: str) -> tuple[str, str]:
        """Watch a question and ask it; the emptied box comes first."""
        if not question.strip():
            return "", self.show()
        return "", self._done(lambda: self.watchlist.add_and_ask(checked("question", question, Filters()), self._ask()))

    def run(self) -> str:
        """Ask all questions again."""
        return self._done(lambda: self.watchlist.run(self._ask()))

    def remove(self, event: gr.EventData) -> str:
        """Forget a question; its id comes from the browser and is not trusted."""
        return self._done(lambda: self.watchlist.remove(str(event.name)))

    def _ask(self) -> Callable[[str], Answer]:
        return asking(self.library(), self.when)

    def _done(self, act: Callable[[], object]) -> str:
        trouble = ""
        try:
            act()
        except WatchedNotFound:
            pass  # another window was quicker
        except AliqaError as error:
            trouble = render.error_html(str(error))
        except Exception:  # a door's last resort
            logger.exception("The watchlist page could not do what it was asked.")
            trouble = render.error_html(_FAULT)
        try:
            return trouble + changes.watchlist_html(self.watchlist.questions())
        except AliqaError as error:
            return trouble or render.error_html(str(error))

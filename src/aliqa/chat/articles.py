"""The tab that shows the articles and changes them: add by dropping files, delete, check the folder.

Files go to the server's own ``POST /articles``, so that there is one place that takes uploads; the page
is told the job that this began and follows it like those that it begins itself.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import gradio as gr

from aliqa.chat import listing, render
from aliqa.errors import AliqaError, ArticleNotFound, JobRunning
from aliqa.jobs import Jobs
from aliqa.library import Library
from aliqa.loading import MAX_BYTES, SUFFIXES
from aliqa.types import Job

LOOK: Final = 0.2
"""How often, in seconds, the page looks how far a job is."""

_AT_ONCE: Final = 16
"""How many windows can follow their jobs at once; others wait for their turn."""

_CONFLICT: Final = "The folder is being checked already. Wait until that is done."
_GONE: Final = "This article is gone already."
_FAULT: Final = "This could not be done because of a fault in aliqa. The log of the server tells more."

logger = logging.getLogger(__name__)


def articles_tab(library: Callable[[], Library], jobs: Jobs, script: str, foot: gr.HTML) -> None:
    """The tab, inside a page that is being built.

    Args:
        library: the library that answers now.
        jobs: what changes it.
        script: the JavaScript of the place where files are dropped.
        foot: the index line of the other tab, kept true, too.
    """
    html = partial(gr.HTML, apply_default_css=False)
    with gr.Tab("Articles", elem_id="articles") as tab:
        with gr.Column(elem_id="desk"):
            desk = html(listing.drop_html(SUFFIXES, MAX_BYTES), elem_id="drop", js_on_load=script)
            check = gr.Button("Check the folder for changes", elem_id="check")
        table = html(elem_id="table")
        with gr.Column(elem_id="status"):
            notice = html(elem_id="notice")
            own_foot = html(elem_id="articles-foot")
    work, lists = Work(library, jobs), [table, own_foot, foot]
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "trigger_mode": "multiple"}
    tab.select(work.lists, None, lists, **quiet)
    desk.refused(work.refused, None, notice, **quiet)
    for begins, begin in ((desk.upload, work.uploaded), (desk.delete, work.delete), (check.click, work.check)):
        begins(begin, None, [notice, *lists], concurrency_limit=_AT_ONCE, concurrency_id="jobs", **quiet)


@dataclass(frozen=True, slots=True)
class Work:
    """What the tab does: every method but `refused` and `lists` follows a job and yields notice, table and index lines.

    What an event carries comes from the browser and is not trusted.
    """

    library: Callable[[], Library]
    jobs: Jobs

    def refused(self, event: gr.EventData) -> str:
        """Show why files were not taken."""
        return render.error_html(str(event.detail))

    def uploaded(self, event: gr.EventData) -> Iterator[tuple[Any, ...]]:
        """Follow the job that indexes what was sent."""
        yield from self.follow(lambda: self.jobs.get(str(event.job)))

    def delete(self, event: gr.EventData) -> Iterator[tuple[Any, ...]]:
        """Delete an article."""
        yield from self.follow(lambda: self.jobs.delete(str(event.doc_id)))

    def check(self) -> Iterator[tuple[Any, ...]]:
        """Bring the index up to date with the folder; files that could not be read are tried again."""
        yield from self.follow(lambda: self.jobs.submit_build(retry_failed=True))

    def follow(self, begin: Callable[[], Job]) -> Iterator[tuple[Any, ...]]:
        """Begin a job and tell how it stands until it is done; then list what there is now."""
        same = (gr.skip(),) * 3
        try:
            job = begin()
            while not job.done:
                yield listing.job_html(job), *same
                job = self.jobs.wait(job.id, LOOK)
            told = listing.job_html(job)
        except JobRunning:
            told = render.error_html(_CONFLICT)
        except ArticleNotFound:
            told = render.error_html(_GONE)
        except AliqaError as error:
            told = render.error_html(str(error))
        except Exception:  # a door's last resort: else the bar would stand still for ever
            logger.exception("The articles page could not do what it was asked.")
            told = render.error_html(_FAULT)
        yield told, *self.lists()

    def lists(self) -> tuple[str, str, str]:
        """The table, and the index line for both tabs."""
        try:
            opened = self.library()
            line = render.index_line_html(opened.info)
            return listing.articles_html(opened.articles()), line, line
        except AliqaError as error:
            return render.error_html(str(error)), "", ""

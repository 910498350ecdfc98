"""The tab that shows the articles and changes them: add by dropping files, delete, check the folder.

Files go to the server's own ``POST /articles``, so that there is one place that takes uploads; the page
is told the job that this began and follows it like those that it begins itself.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import gradio as gr

from aliqa.articles.loading import MAX_BYTES, SUFFIXES
from aliqa.doors.page import listing, picture, render
from aliqa.doors.running.jobs import Jobs
from aliqa.foundations.errors import AliqaError, ArticleNotFound, JobNotFound, JobRunning
from aliqa.foundations.types import BuildOptions, Job
from aliqa.library import Library

LOOK: Final = 0.2
"""How often, in seconds, the page looks how far a job is."""

_GONE: Final = "This article is gone already."
_FAULT: Final = "This could not be done because of a fault in aliqa. The log of the server tells more."

logger = logging.getLogger(__name__)


def articles_tab(library: Callable[[], Library], jobs: Jobs, script: str) -> None:
    """The tab, inside a page that is being built.

    Args:
        library: the library that answers now.
        jobs: what changes it.
        script: the JavaScript of the place where files are dropped.
    """
    html = partial(gr.HTML, apply_default_css=False)
    with gr.Tab("Articles", elem_id="articles") as tab:
        with gr.Column(elem_id="desk"):
            desk = html(listing.drop_html(SUFFIXES, MAX_BYTES), elem_id="drop", js_on_load=script)
            check = gr.Button("Check the folder for changes", elem_id="check")
        drawn = html(elem_id="picture")
        table = html(render.OPENING, elem_id="table")
        with gr.Column(elem_id="status"):
            notice = html(elem_id="notice")
            foot = html(elem_id="articles-foot")
        clock, followed = gr.Timer(LOOK, active=False), gr.State([])
    work, lists = Work(library, jobs), [table, foot]
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "queue": False}
    shown, many = [notice, followed, clock, *lists], {"trigger_mode": "multiple", **quiet}
    tab.select(work.lists, None, lists, **many)
    table.change(work.picture, None, drawn, **many)  # behind the list, which need not wait for it
    desk.choose(work.choose, None, table, **many)
    desk.refused(work.refused, None, notice, **many)
    for begins, begin in ((desk.upload, work.uploaded), (desk.delete, work.delete), (check.click, work.check)):
        begins(begin, followed, shown, **many)
    clock.tick(work.look, followed, shown, **quiet)


@dataclass(frozen=True, slots=True)
class Work:
    """What the tab does.

    What begins a job, and `look`, take the ids of the jobs that are followed, changed in place because another event
    may begin one meanwhile, and give the notice, these ids, the clock, and the table and index line. What an event
    carries comes from the browser and is not trusted.
    """

    library: Callable[[], Library]
    jobs: Jobs

    def refused(self, event: gr.EventData) -> str:
        """Show why files were not taken."""
        return render.error_html(str(event.detail))

    def uploaded(self, followed: list[str], event: gr.EventData) -> tuple[Any, ...]:
        """Follow the job that indexes what was sent."""
        return self._begun(followed, lambda: self.jobs.get(str(event.job)))

    def delete(self, followed: list[str], event: gr.EventData) -> tuple[Any, ...]:
        """Delete an article."""
        return self._begun(followed, lambda: self.jobs.delete(str(event.doc_id)))

    def check(self, followed: list[str]) -> tuple[Any, ...]:
        """Bring the index up to date with the folder; files that could not be read are tried again."""
        return self._begun(followed, self._check)

    def look(self, followed: list[str]) -> tuple[Any, ...]:
        """How the newest job stands, a moment later; once it is done, what there is now. Then the clock stops."""
        if not followed:
            return gr.skip(), followed, gr.Timer(active=False), gr.skip(), gr.skip()
        job_id = followed[-1]
        try:
            job = self.jobs.wait(job_id, LOOK)
        except JobNotFound as error:
            told = render.error_html(str(error))
        else:
            told = listing.job_html(job)
            if not job.done:
                return told, followed, *(gr.skip(),) * 3
        del followed[: followed.index(job_id) + 1]  # those before it are done, too
        return told, followed, gr.skip(), *self.lists()

    def _begun(self, followed: list[str], begin: Callable[[], Job]) -> tuple[Any, ...]:
        """The job that begins now, or why none does."""
        try:
            job = begin()
            followed.append(job.id)
            return listing.job_html(job), followed, gr.Timer(active=True), gr.skip(), gr.skip()
        except ArticleNotFound:
            told = _GONE
        except AliqaError as error:
            told = str(error)
        except Exception:  # a door's last resort: else nothing would happen at all
            logger.exception("The articles page could not do what it was asked.")
            told = _FAULT
        return render.error_html(told), followed, gr.skip(), *self.lists()

    def _check(self) -> Job:
        try:
            return self.jobs.submit_build(BuildOptions(retry_failed=True))
        except JobRunning as running:
            return self.jobs.get(running.job_id)

    def choose(self, event: gr.EventData) -> str:
        """The table of those articles that a bar of the picture stands for, or of all."""
        try:
            articles = self.library().articles()
        except AliqaError as error:
            return render.error_html(str(error))
        when, outlet = str(event.when), str(event.outlet)
        if not when:
            return listing.articles_html(articles)
        return listing.articles_html(picture.chosen(articles, when, outlet), f"{when}, {outlet}")

    def picture(self) -> str:
        """The picture of all articles."""
        try:
            return picture.articles_svg(self.library().articles())
        except AliqaError:
            return ""

    def lists(self) -> tuple[str, str]:
        """The table, and the index line."""
        try:
            opened = self.library()
            return listing.articles_html(opened.articles()), render.index_line_html(opened.info)
        except AliqaError as error:
            return render.error_html(str(error)), ""

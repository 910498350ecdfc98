"""What the page's script asks of the server besides answers: the corpus at a glance, lists, and what changes them.

What the browser sends is not trusted: names are looked up, never followed. Errors are those of the API.
"""

import json
import logging
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from html import escape
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock, Thread
from typing import Annotated, Any, Final
from zipfile import ZIP_DEFLATED, ZipFile

from fastapi import APIRouter, Depends, Request
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import FileResponse, Response, StreamingResponse

from aliqa.answers.querying import trouble
from aliqa.articles.loading import MAX_BYTES, SUFFIXES, file_of, skipped_words
from aliqa.doors.kept.access import caller, require
from aliqa.doors.kept.watchlist import Watchlist
from aliqa.doors.page.changes import watchlist_html
from aliqa.doors.page.disagreements import pairs_html
from aliqa.doors.page.files import compressed
from aliqa.doors.page.render import error_html, index_line_html
from aliqa.doors.page.sources import passages_html
from aliqa.doors.page.timeline import TIMELINE_PAGE, timeline_html
from aliqa.doors.page.words import span
from aliqa.doors.running.answer_pool import AnswerPool, Run, at_once
from aliqa.doors.running.answer_pool import asking as asks
from aliqa.doors.running.jobs import Jobs
from aliqa.foundations.errors import AliqaError, InvalidRequest, WatchedNotFound
from aliqa.foundations.limits import LONGEST_QUESTION, MOST_TURNS
from aliqa.foundations.messages import language
from aliqa.foundations.types import Filters
from aliqa.library import Library, checked

EXAMPLES: Final = 4
"""How many questions the page offers before the first one is asked."""

MOST_OUTLETS: Final = 200
"""How many outlets the page lists to choose from, at most: those with the most articles."""

MOST_NAMES: Final = 12
"""How many of the names that occur most are shown at a glance."""

MOST_HITS: Final = 30
"""How many passages a search shows."""

MOST_CHOSEN: Final = 5_000
"""How many articles may be deleted or downloaded at once."""

MOST_PACKED: Final = 500 * 1024**2
"""How many bytes of files are packed together at most."""

_PIECE: Final = 2**20

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Corpus:
    """The articles at a glance: how many, from when to when, the outlets and how many articles each has, and names."""

    articles: int
    span: str
    outlets: tuple[tuple[str, int], ...]
    names: tuple[str, ...]
    collections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """What there is to ask about; ``server`` changes when the server is started anew.

    ``trouble`` is why no question can be answered, as HTML; ``llm`` whether a language model may rewrite answers;
    ``key`` is the name of the key that the browser came with, empty where none is needed. ``longest`` is how many
    characters a question may have, ``turns`` how many earlier messages are sent with it,
    ``skipped`` which files in the folder are no articles, in words.
    """

    server: str
    manages: bool
    key: str
    suffixes: tuple[str, ...] = tuple(SUFFIXES)
    most: int = MAX_BYTES
    index: str = ""
    foot: str = ""
    llm: bool = False
    threshold: float = 0
    trouble: str = ""
    corpus: Corpus | None = None
    longest: int = LONGEST_QUESTION
    turns: int = MOST_TURNS
    skipped: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Examples:
    """Questions that the articles answer; ``found`` is False while they are being looked for."""

    questions: tuple[str, ...] = ()
    found: bool = True


class Chosen(BaseModel):
    """The articles that are to be deleted, or downloaded."""

    model_config = ConfigDict(frozen=True)

    doc_ids: Annotated[tuple[str, ...], Field(min_length=1, max_length=MOST_CHOSEN)]


class Watching(BaseModel):
    """A question that is to be watched."""

    model_config = ConfigDict(frozen=True)

    question: str


def routes(
    library: Callable[[], Library],
    jobs: Jobs,
    watchlist: Watchlist,
    route_class: type[APIRoute] = APIRoute,
    pool: AnswerPool | None = None,
) -> APIRouter:
    """The paths of the lists and of what changes them.

    ``library`` gives the one that answers now; where there is a ``pool``, it answers there.
    """
    when: Run = pool.run if pool else at_once
    may_ask = Depends(partial(require, "ask"))
    router = APIRouter(prefix="/chat", include_in_schema=False, route_class=route_class, dependencies=[may_ask])
    offers = Offers(library, when)
    router.get("/state")(offers.state)
    router.get("/examples")(offers.examples)

    @router.get("/articles")
    def articles(request: Request) -> Response:
        rows = json.dumps([asdict(one) for one in library().articles()], default=str, ensure_ascii=False)
        return compressed(request, rows.encode(), "application/json")

    @router.get("/original")
    def original(doc_id: str) -> FileResponse:
        path = jobs.original(doc_id)
        return FileResponse(path, filename=path.name, media_type="application/octet-stream")

    @router.post("/originals")
    def originals(chosen: Chosen) -> Response:
        return StreamingResponse(_packed(_originals(jobs, chosen.doc_ids)), media_type="application/zip")

    @router.post("/delete")
    def delete(chosen: Chosen) -> dict[str, Any]:
        return _deleted(jobs, chosen.doc_ids)

    @router.get("/timeline")
    def timeline(about: str, request: Request, offset: Annotated[int, Field(ge=0)] = 0) -> Response:
        return _html(request, timeline_html(when(library().timeline, about, offset=offset, limit=TIMELINE_PAGE)))

    @router.get("/search")
    def search(q: str, request: Request) -> Response:
        notice = trouble(q)
        told = f'<p class="note">{escape(notice)}</p>' if notice else ""
        return _html(request, told + passages_html(when(library().search, q, top_k=MOST_HITS)))

    @router.get("/disagreements")
    def disagreements(request: Request) -> Response:
        return _html(request, pairs_html(library().disagreements()))

    _add_watchlist(router, library, watchlist, when)
    return router


def _add_watchlist(router: APIRouter, library: Callable[[], Library], watchlist: Watchlist, when: Run) -> None:
    """The paths of the watched questions."""

    @router.get("/watchlist")
    def watched() -> dict[str, str]:
        return {"html": watchlist_html(watchlist.questions())}

    @router.post("/watchlist")
    def watch(watching: Watching) -> dict[str, str]:
        watchlist.add_and_ask(checked("question", watching.question, Filters()), asks(library(), when))
        return watched()

    @router.post("/watchlist/run")
    def run() -> dict[str, str]:
        watchlist.run(asks(library(), when))
        return watched()

    @router.delete("/watchlist/{name}")
    def unwatch(name: str) -> dict[str, str]:
        with suppress(WatchedNotFound):  # another window was quicker
            watchlist.remove(name)
        return watched()


def _html(request: Request, html: str) -> Response:
    return compressed(request, json.dumps({"html": html}, ensure_ascii=False).encode(), "application/json")


def _originals(jobs: Jobs, doc_ids: Sequence[str]) -> dict[str, Path]:
    """The files of articles by their names, which are not too large together. Raises InvalidRequest."""
    paths = {file_of(doc_id): jobs.original(doc_id) for doc_id in doc_ids}
    if sum(path.stat().st_size for path in paths.values()) > MOST_PACKED:
        raise InvalidRequest("doc_ids", f"together the files have more than {MOST_PACKED // 1024**2} MB; choose fewer")
    return paths


def _packed(paths: Mapping[str, Path]) -> Iterator[bytes]:
    """An archive of files, piece by piece; it is made on the disk and gone afterwards."""
    with TemporaryFile() as packed:
        with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
            for name, path in paths.items():
                archive.write(path, name)
        packed.seek(0)
        yield from iter(partial(packed.read, _PIECE), b"")


def _deleted(jobs: Jobs, doc_ids: Sequence[str]) -> dict[str, Any]:
    """The job that takes the articles out of the index, and why some were kept."""
    job, refused = None, []
    for doc_id in doc_ids:
        try:
            job = jobs.delete(doc_id)
        except AliqaError as error:
            refused.append({"doc_id": doc_id, "reason": str(error)})
    return {"job": job.id if job else None, "refused": refused}


class Offers:
    """What the page offers to ask and to choose from, found once for every version of the index, and language."""

    def __init__(self, library: Callable[[], Library], run: Run = at_once) -> None:
        self._library = library
        self._run = run
        self._server = uuid.uuid4().hex
        self._lock = Lock()
        self._corpus: tuple[tuple[str, str], Corpus | None] = ("", ""), None
        self._examples: tuple[str, Examples] = "", Examples()

    def state(self) -> State:
        """What there is to ask about, or why there is nothing."""
        key = caller()
        about: tuple[str, bool, str] = self._server, key is None or "manage" in key.scopes, key.name if key else ""
        try:
            opened = self._library()
        except AliqaError as error:
            return State(*about, trouble=error_html(str(error)))
        of, corpus = self._corpus
        if of != (opened.info.version, language()):
            corpus = corpus_of(opened)
            self._corpus = (opened.info.version, language()), corpus
        return State(
            *about, index=opened.info.version, foot=index_line_html(opened.info), llm=opened.has_llm,
            threshold=opened.threshold, corpus=corpus, skipped=skipped_words(opened.skipped), tags=_tags(opened),
        )  # fmt: skip

    def examples(self) -> Examples:
        """Questions that the articles answer, looked for in the background; none without an index."""
        try:
            opened = self._library()
        except AliqaError:
            return Examples()
        with self._lock:
            version, examples = self._examples
            if version != opened.info.version:
                examples = Examples(found=False)
                self._examples = opened.info.version, examples
                Thread(target=self._look, args=(opened,), name="aliqa-examples", daemon=True).start()
        return examples

    def _look(self, opened: Library) -> None:
        questions: tuple[str, ...] = ()
        try:
            questions = opened.examples(EXAMPLES, asks(opened, self._run))
        except Exception:  # the page does without them
            logger.exception("No examples were found.")
        with self._lock:
            if self._examples[0] == opened.info.version:
                self._examples = opened.info.version, Examples(questions)


def corpus_of(opened: Library) -> Corpus:
    """The articles of a library at a glance."""
    metas = opened.store.metas()
    outlets = Counter(meta.source for meta in metas if meta.source).most_common(MOST_OUTLETS)
    days = [meta.published for meta in metas if meta.published]
    dated = span(min(days), max(days)) if days else ""
    return Corpus(
        len(metas),
        dated,
        tuple(outlets),
        tuple(one.name for one in opened.names()[:MOST_NAMES]),
        tuple(folder for folder, _ in opened.collections()[:MOST_OUTLETS]),
    )


def _tags(opened: Library) -> tuple[str, ...]:
    """The tags to choose from; none while their file is damaged, which whoever asks with one is told."""
    try:
        return tuple(one.tag for one in opened.notes.tags()[:MOST_OUTLETS])
    except AliqaError as error:
        logger.warning("%s", error)
        return ()

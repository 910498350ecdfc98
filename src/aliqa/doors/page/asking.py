"""What the page's own script asks of the server: answers, and what there is to ask about.

The server keeps nothing of a conversation: the browser sends the earlier turns along. So a reload, a second window or
a restart of the server loses nothing, and no two windows mix.

An answer comes as lines of JSON: ``{"draft": "…"}`` while a language model writes, then the reply, `Reply`.
"""

import json
import logging
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import partial
from threading import Event, Lock, Thread
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import iterate_in_threadpool
from starlette.responses import StreamingResponse

from aliqa.answers import citing
from aliqa.doors.kept.access import require
from aliqa.doors.kept.feedback import Feedback, Judged, Judgement
from aliqa.doors.page import render
from aliqa.doors.running.answer_pool import AnswerPool, Run, asking, at_once
from aliqa.foundations.errors import AliqaError
from aliqa.foundations.limits import LONGEST_QUESTION, MOST_TURNS
from aliqa.foundations.types import Answer, Delta, Filters, Mode, Restart, Turn
from aliqa.library import Library

EXAMPLES: Final = 4
"""How many questions the page offers before the first one is asked."""

MOST_SOURCES: Final = 200
"""How many outlets the page lists to choose from, at most: those with the most articles."""

_FAULT = "This could not be answered because of a fault in aliqa. The log of the server tells more."

logger = logging.getLogger(__name__)


class Asked(BaseModel):
    """A question of the page; ``number`` counts the questions of its conversation, from 1.

    ``searched`` is what the reader would rather have searched for than what the conversation suggests.
    """

    model_config = ConfigDict(frozen=True)

    question: Annotated[str, Field(max_length=20_000)]
    searched: Annotated[str, Field(max_length=20_000)] = ""
    number: Annotated[int, Field(ge=1)] = 1
    history: tuple[Turn, ...] = ()
    mode: Mode = "extractive"
    since: date | None = None
    until: date | None = None
    sources: tuple[str, ...] = ()

    @property
    def filters(self) -> Filters:
        """Which articles are to be searched."""
        return Filters(self.since, self.until, None, self.sources or None)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the page shows and keeps of an answer.

    ``said`` is what follow-ups are told of it, None after an error; ``copies`` is the answer in every format it can be
    copied in, and ``judged`` what is kept of it when the reader calls it right or wrong.
    """

    html: str
    said: str | None = None
    copies: dict[str, str] = field(default_factory=dict)
    judged: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class State:
    """What there is to ask about; ``server`` changes when the server is started anew.

    ``trouble`` is why no question can be answered, as HTML; ``llm`` whether a language model may rewrite answers;
    ``longest`` how many characters a question may have, ``turns`` how many earlier messages are sent with it.
    """

    server: str
    index: str = ""
    foot: str = ""
    sources: tuple[str, ...] = ()
    llm: bool = False
    trouble: str = ""
    longest: int = LONGEST_QUESTION
    turns: int = MOST_TURNS


def routes(
    library: Callable[[], Library],
    feedback: Feedback,
    route_class: type[APIRoute] = APIRoute,
    pool: AnswerPool | None = None,
) -> APIRouter:
    """The paths below ``/chat`` that the page's script asks.

    ``library`` gives the one that answers now; where there is a ``pool``, it answers there.
    """
    may_ask = Depends(partial(require, "ask"))
    router = APIRouter(prefix="/chat", include_in_schema=False, route_class=route_class, dependencies=[may_ask])
    offers = Offers(library, pool.run if pool else at_once)

    @router.post("/ask")
    async def ask(asked: Asked, request: Request) -> StreamingResponse:
        run = pool.waiting(request.scope).run if pool else at_once
        return StreamingResponse(_lines(library, asked, run), media_type="application/x-ndjson")

    @router.post("/feedback")
    def judge(judgement: Judgement) -> Judgement:
        return feedback.add(judgement)

    router.get("/state")(offers.state)
    router.get("/examples")(offers.examples)
    return router


async def _lines(library: Callable[[], Library], asked: Asked, run: Run) -> AsyncIterator[str]:
    """The answer line by line; when the page goes away, a language model is told to stop."""
    cancelled = Event()
    try:
        async for part in iterate_in_threadpool(replies(library, asked, cancelled, run)):
            line = {"draft": part} if isinstance(part, str) else asdict(part)
            yield json.dumps(line) + "\n"
    finally:
        cancelled.set()


def replies(
    library: Callable[[], Library], asked: Asked, cancelled: Event | None = None, run: Run = at_once
) -> Iterator[str | Reply]:
    """How far a language model has written, if one does; then the reply. An error becomes its message."""
    try:
        opened = library()
        history = () if asked.searched else asked.history[-MOST_TURNS:]
        answer = run(opened.ask, asked.searched or asked.question, history=history, filters=asked.filters)
        if asked.mode == "synthesis":
            answer = yield from _rewritten(opened, answer, asked.filters, cancelled)
        yield reply(answer, asked, lambda doc_id: opened.article(doc_id).text)
    except AliqaError as error:
        yield Reply(render.failure_html(str(error)))
    except Exception:  # a door's last resort: else the page would wait for ever for this answer
        logger.exception("The chat page could not answer a question.")
        yield Reply(render.failure_html(_FAULT))


def _rewritten(
    opened: Library, answer: Answer, filters: Filters, cancelled: Event | None
) -> Generator[str, None, Answer]:
    """Give the answer in the language model's words, of which every sentence is told as soon as it holds."""
    draft = ""
    for part in opened.parts(answer, "synthesis", filters=filters, cancelled=cancelled):
        if isinstance(part, Answer):
            answer = part
        elif isinstance(part, Delta | Restart):
            draft = draft + part.text if isinstance(part, Delta) else ""
            yield draft
    return answer


def reply(answer: Answer, asked: Asked, article_text: Callable[[str], str]) -> Reply:
    """An answer as the page shows it."""
    html = render.answer_html(answer, asked.number, article_text, searched=asked.searched)
    said = answer.abstention.detail if answer.abstention else answer.answer
    judged = Judged.of(answer, () if asked.searched else asked.history[-MOST_TURNS:])
    copies = {kind: write(answer) for kind, write in citing.WRITERS.items()}
    return Reply(html, said, copies, judged.model_dump(mode="json"))


@dataclass(frozen=True, slots=True)
class Examples:
    """Questions that the articles answer; ``found`` is False while they are being looked for."""

    questions: tuple[str, ...] = ()
    found: bool = True


class Offers:
    """What the page offers to ask and to choose from, found once for every version of the index."""

    def __init__(self, library: Callable[[], Library], run: Run = at_once) -> None:
        self._library = library
        self._run = run
        self._server = uuid.uuid4().hex
        self._lock = Lock()
        self._sources: tuple[str, tuple[str, ...]] = "", ()
        self._examples: tuple[str, Examples] = "", Examples()

    def state(self) -> State:
        """What there is to ask about, or why there is nothing."""
        try:
            opened = self._library()
        except AliqaError as error:
            return State(self._server, trouble=render.error_html(str(error)))
        version, sources = self._sources
        if version != opened.info.version:
            sources = _sources(opened)
            self._sources = opened.info.version, sources
        return State(self._server, opened.info.version, render.index_line_html(opened.info), sources, opened.has_llm)

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
            questions = opened.examples(EXAMPLES, asking(opened, self._run))
        except Exception:  # the page does without them
            logger.exception("No examples were found.")
        with self._lock:
            if self._examples[0] == opened.info.version:
                self._examples = opened.info.version, Examples(questions)


def _sources(opened: Library) -> tuple[str, ...]:
    counts = Counter(meta.source for meta in opened.store.metas() if meta.source)
    return tuple(sorted((source for source, _ in counts.most_common(MOST_SOURCES)), key=str.casefold))

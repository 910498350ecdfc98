"""What the page's own script asks of the server: answers, and what there is to ask about.

The server keeps nothing of a conversation: the browser sends the earlier turns along. So a reload, a second window or
a restart of the server loses nothing, and no two windows mix.

An answer comes as lines of JSON: ``{"draft": "…"}`` while a language model writes, then the reply, `Reply`.
"""

import json
import logging
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import partial
from threading import Event
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import iterate_in_threadpool
from starlette.responses import StreamingResponse

from aliqa.doors.kept.access import require
from aliqa.doors.kept.feedback import Feedback, Judged, Judgement
from aliqa.doors.page import render
from aliqa.doors.page.copying import copies
from aliqa.doors.page.sources import cards_html
from aliqa.doors.page.words import day
from aliqa.doors.running.answer_pool import AnswerPool, Run, at_once
from aliqa.foundations.errors import AliqaError
from aliqa.foundations.limits import MOST_TURNS
from aliqa.foundations.messages import gettext
from aliqa.foundations.types import Answer, Citation, Delta, Filters, Mode, Restart, Turn
from aliqa.library import Library

Care = Literal["bold", "normal", "strict"]
"""How sure an answer must be to be given."""

logger = logging.getLogger(__name__)


class Asked(BaseModel):
    """A question of the page; ``searched`` is what the reader would have searched for instead, letter by letter."""

    model_config = ConfigDict(frozen=True)

    question: Annotated[str, Field(max_length=20_000)]
    searched: Annotated[str, Field(max_length=20_000)] = ""
    history: tuple[Turn, ...] = ()
    mode: Mode = "extractive"
    care: Care = "normal"
    since: date | None = None
    until: date | None = None
    sources: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    @property
    def filters(self) -> Filters:
        """Which articles are to be searched."""
        return Filters(
            self.since, self.until, None, *(one or None for one in (self.sources, self.collections, self.tags))
        )

    @property
    def turns(self) -> tuple[Turn, ...]:
        """What was said before, as far as it counts: nothing where the reader says what to search for."""
        return () if self.searched else self.history[-MOST_TURNS:]


@dataclass(frozen=True, slots=True)
class Mark:
    """What is shown of a source when its mark is pointed at; ``start`` and ``end`` are code points of its article."""

    number: int
    doc_id: str
    title: str
    outlet: str
    date: str
    page: int | None
    quote: str
    start: int
    end: int

    @classmethod
    def of(cls, one: Citation) -> "Mark":
        """The mark of a citation."""
        outlet, place = one.source or "", (one.char_start, one.char_end)
        return cls(one.number, one.doc_id, one.title, outlet, day(one.published), one.page, one.quote, *place)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the page shows and keeps of an answer.

    ``cards`` stand beside it. ``said`` is what follow-ups are told of it, None after an error; ``copies`` is the answer
    in every format it can be copied in, and ``judged`` what is kept of it when the reader calls it right or wrong.
    """

    html: str
    cards: str = ""
    marks: tuple[Mark, ...] = ()
    said: str | None = None
    suggestions: tuple[str, ...] = ()
    version: str = ""
    copies: dict[str, str] = field(default_factory=dict)
    judged: dict[str, Any] | None = None


def routes(
    library: Callable[[], Library],
    feedback: Feedback,
    route_class: type[APIRoute] = APIRoute,
    pool: AnswerPool | None = None,
) -> APIRouter:
    """The paths that questions and verdicts are sent to.

    ``library`` gives the one that answers now; where there is a ``pool``, it answers there.
    """
    may_ask = Depends(partial(require, "ask"))
    router = APIRouter(prefix="/chat", include_in_schema=False, route_class=route_class, dependencies=[may_ask])

    @router.post("/ask")
    async def ask(asked: Asked, request: Request) -> StreamingResponse:
        run = pool.waiting(request.scope).run if pool else at_once
        return StreamingResponse(_lines(library, asked, run), media_type="application/x-ndjson")

    @router.post("/feedback")
    def judge(judgement: Judgement) -> Judgement:
        return feedback.add(judgement)

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
        answer = run(answered, opened, asked)
        if asked.mode == "synthesis":
            answer = yield from _rewritten(opened, answer, asked.filters, cancelled)
        yield reply(answer, asked)
    except AliqaError as error:
        yield Reply(render.failure_html(str(error)))
    except Exception:  # a door's last resort: else the page would wait for ever for this answer
        logger.exception("The chat page could not answer a question.")
        yield Reply(render.failure_html(_fault()))


def _fault() -> str:
    return gettext("This could not be answered because of a fault in aliqa. The log of the server tells more.")


def answered(opened: Library, asked: Asked) -> Answer:
    """The library's answer; the bold halve its threshold, the strict go halfway from it to certainty."""
    if asked.care != "normal":
        threshold = opened.threshold
        opened = opened.with_threshold(threshold / 2 if asked.care == "bold" else (1 + threshold) / 2)
    typed = asked.searched or asked.question
    return opened.ask(typed, history=asked.turns, filters=asked.filters, as_typed=bool(asked.searched))


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


def reply(answer: Answer, asked: Asked) -> Reply:
    """An answer as the page shows it."""
    return Reply(
        render.answer_html(answer, searched=asked.searched),
        cards_html(answer),
        tuple(map(Mark.of, answer.citations)),
        answer.abstention.detail if answer.abstention else answer.answer,
        answer.suggestions,
        answer.index.version,
        copies(answer, asked.searched),
        Judged.of(answer, asked.turns).model_dump(mode="json"),
    )

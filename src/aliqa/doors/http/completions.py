"""The API that OpenAI's clients speak: a chat with the articles as if they were a language model.

An answer is a message in Markdown, its citations are footnotes in it and ``annotations`` beside it; that the articles
do not answer is a message like any other. What the protocol has no place for, the whole answer, is in ``aliqa``.
System messages, tools and sampling are taken and change nothing: no instruction makes the articles say something
else.
"""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Literal
from urllib.parse import quote

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from aliqa.answers import citing
from aliqa.doors.http import examples, problems, streaming
from aliqa.doors.http.bodies import BodyRoute
from aliqa.doors.http.dependencies import TheLibrary, WhoeverAsks
from aliqa.doors.http.guard import needs
from aliqa.doors.http.requests import AsTyped, FiltersBody, Limit, Text
from aliqa.foundations.errors import InvalidRequest
from aliqa.foundations.limits import MOST_TURNS
from aliqa.foundations.types import Answer, Filters, Mode, Part, Turn
from aliqa.index.chunking import count_tokens
from aliqa.library import Library, checked

MODELS: Final[dict[str, Mode]] = {"aliqa": "extractive", "aliqa-synthesis": "synthesis"}
"""The models by name; the second one is there if a language model is configured."""

_PIECE: Final = re.compile(r".+?(?:(?:\[\^\d+\])+\s*|\n+|\Z)", re.DOTALL)
"""What is sent at once: a sentence with its marks, or a line."""

_NOTE: Final = re.compile(r"^\[\^\d+\]: .*$|^\*(?=\S)(?:[^*\\\n]|\\.)+\*$|(?<!\\)\[\^\d+\]", re.MULTILINE)
"""What is no answer in a message that was one: a footnote, a line of aliqa's own above it, a mark."""

_ESCAPED: Final = re.compile(r"\\([\\`*_\[\]<>|~$&#+=.()-])")
_FAULT: Final = (
    b'data: {"error":{"message":"Something went wrong inside the server; its log says what.",'
    b'"type":"server_error","param":null,"code":null}}\n\n'
)
_DONE: Final = b"data: [DONE]\n\n"


class _Lenient(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class PartBody(_Lenient):
    """A piece of a message; only text is read."""

    type: Text
    text: Text = ""


class MessageBody(_Lenient):
    """A message of the conversation; those of other roles than user and assistant change nothing."""

    role: Text
    content: Text | list[PartBody] | None = None

    def text(self) -> str:
        """Its text without what this API adds to answers. Raises InvalidRequest if it is not only text."""
        if isinstance(self.content, list):
            if any(part.type != "text" for part in self.content):
                raise InvalidRequest("messages", "only text can be asked; leave images, sounds and files out")
            return "\n".join(part.text for part in self.content)
        return self.content or ""


class StreamOptions(_Lenient):
    """What a stream carries besides the answer."""

    include_usage: bool | None = Field(default=None, description="end with a chunk that counts the tokens")


class CompletionBody(_Lenient):
    """A conversation that ends with a question. Fields of the protocol that are not named here change nothing."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.COMPLETION_REQUEST]})

    model: Text = Field(description="as `GET /v1/models` lists them")
    messages: list[MessageBody] = Field(min_length=1, description="oldest first; the last one of the user is asked")
    stream: bool | None = Field(default=None, description="send the answer part by part, as text/event-stream")
    stream_options: StreamOptions | None = None
    n: Literal[1] | None = Field(default=None, description="there is one answer")
    filters: FiltersBody | None = Field(default=None, description="which articles may be searched (aliqa's own field)")
    limit: Limit = None
    as_typed: AsTyped = False

    def asked(self) -> tuple[str, tuple[Turn, ...]]:
        """The question and what was said before it. Raises InvalidRequest if there is none."""
        turns = [
            Turn("user" if one.role == "user" else "assistant", one.text() if one.role == "user" else _said(one.text()))
            for one in self.messages
            if one.role in ("user", "assistant")
        ]
        while turns and turns[-1].role != "user":
            turns.pop()
        if not turns:
            raise InvalidRequest("messages", "none is the user's; send a question")
        return checked("messages", turns[-1].content, Filters()), tuple(turns[:-1][-MOST_TURNS:])


@dataclass(frozen=True, slots=True)
class UrlCitation:
    """Which words of the message a citation carries, as code points of its content, and where they come from."""

    start_index: int
    end_index: int
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Annotation:
    """A citation as clients of this API know it; ``number`` is that of the footnote and of ``aliqa.citations``."""

    url_citation: UrlCitation
    number: int
    type: Literal["url_citation"] = "url_citation"


@dataclass(frozen=True, slots=True)
class Message:
    """The answer."""

    content: str
    annotations: tuple[Annotation, ...]
    role: Literal["assistant"] = "assistant"
    refusal: None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """The one answer."""

    message: Message
    index: int = 0
    finish_reason: Literal["stop"] = "stop"
    logprobs: None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of cl100k: of the question with what was said before it, and of the answer."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


@dataclass(frozen=True, slots=True)
class Completion:
    """An answer in the form of the chat API; ``aliqa`` is the object of ``POST /ask``."""

    id: str
    created: int
    model: str
    choices: tuple[Choice, ...]
    usage: Usage
    aliqa: Answer
    object: Literal["chat.completion"] = "chat.completion"


@dataclass(frozen=True, slots=True)
class Model:
    """A name to be sent as ``model``."""

    id: str
    created: int
    object: Literal["model"] = "model"
    owned_by: Literal["aliqa"] = "aliqa"


@dataclass(frozen=True, slots=True)
class Models:
    """All names that may be sent as ``model``."""

    data: tuple[Model, ...]
    object: Literal["list"] = "list"


completions = APIRouter(route_class=BodyRoute, dependencies=[needs("ask")], tags=["OpenAI's chat API"])
_COMPLETED = problems.shown("An answer, or that there is none", completion=examples.COMPLETION)
_COMPLETED[200]["content"]["text/event-stream"] = {"example": examples.COMPLETION_EVENTS}
_JSON: Final = TypeAdapter(Any)


@completions.post(
    "/v1/chat/completions",
    summary="Answer the last message of a conversation",
    response_model=Completion,
    responses=problems.documented(400, 404, 413, 415, 422, 503) | _COMPLETED,
)
async def complete(
    body: CompletionBody, current: TheLibrary, asker: WhoeverAsks, request: Request
) -> Completion | Response:
    """Any client of OpenAI's chat API can ask the articles; earlier messages complete a follow-up question."""
    question, history = body.asked()
    filters = body.filters.as_filters() if body.filters else Filters()

    def quoted() -> tuple[Library, Mode, Answer]:
        library = current.library()
        mode = _mode(body.model, library)
        answer = asker.run(
            library.ask, question, history=history, filters=filters, limit=body.limit, as_typed=body.as_typed
        )
        return library, mode, answer

    library, mode, answer = await run_in_threadpool(quoted)
    said = [*(turn.content for turn in history), question]
    completed = partial(_completion, body.model, said, str(request.base_url))
    parts = streaming.parts_of(library, answer, mode, filters)
    if body.stream:
        counted = body.stream_options is not None and bool(body.stream_options.include_usage)
        return streaming.stream(parts, request, lambda part: _chunks(part, completed, counted), _FAULT)
    whole = answer if mode == "extractive" else await streaming.whole(parts, request)
    return whole if isinstance(whole, Response) else await run_in_threadpool(completed, whole)


@completions.get(
    "/v1/models",
    summary="List the models that can be asked",
    responses=problems.documented(503) | problems.shown("Their names", models=examples.MODELS),
)
def models(current: TheLibrary) -> Models:
    """`aliqa` quotes; `aliqa-synthesis`, where a language model is configured, rewrites what is quoted."""
    library = current.library()
    built = int(library.info.built_at.timestamp())
    return Models(tuple(Model(name, built) for name in _names(library)))


def _names(library: Library) -> list[str]:
    return [name for name, mode in MODELS.items() if mode == "extractive" or library.has_llm]


def _mode(model: str, library: Library) -> Mode:
    if model not in _names(library):
        known = ", ".join(_names(library))
        raise HTTPException(404, f"There is no model {model[:100]!r}. Send one of: {known}.")
    return MODELS[model]


def _said(content: str) -> str:
    """An earlier answer as it was before it became a message: without what stands around it, and backslashes."""
    return _ESCAPED.sub(r"\1", _NOTE.sub("", content)).strip()


def _completion(model: str, said: Sequence[str], base: str, answer: Answer) -> Completion:
    """An answer as a completion; articles without an address of their own are linked to at this server, ``base``."""
    text, places = citing.footnoted(answer)
    annotations = tuple(
        Annotation(
            UrlCitation(
                *places.get(one.number, (0, 0)),
                title=one.title,
                url=citing.quote_url(answer, one) or f"{base}articles/{quote(one.doc_id)}",
            ),
            one.number,
        )
        for one in answer.citations
    )
    prompt, completion = sum(count_tokens(said)), sum(count_tokens([text]))
    return Completion(
        id=f"chatcmpl-{answer.id}",
        created=int(time.time()),
        model=model,
        choices=(Choice(Message(text.rstrip("\n"), annotations)),),
        usage=Usage(prompt, completion, prompt + completion),
        aliqa=answer,
    )


def _chunks(part: Part, completed: partial[Completion], counted: bool) -> bytes:
    """The events of a whole answer; of its parts none, for what is sent here cannot be taken back."""
    if not isinstance(part, Answer):
        return b""
    whole = completed(part)
    message = whole.choices[0].message
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
    deltas += ({"content": piece} for piece in _PIECE.findall(message.content))
    shared = {
        "id": whole.id,
        "object": "chat.completion.chunk",
        "created": whole.created,
        "model": whole.model,
    }
    chunks: list[dict[str, Any]] = [
        {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas
    ]
    last = {"index": 0, "delta": {"annotations": message.annotations}, "finish_reason": "stop"}
    chunks.append({"choices": [last], "aliqa": whole.aliqa})
    if counted:
        chunks.append({"choices": [], "usage": whole.usage})
    return b"".join(b"data: " + _JSON.dump_json(shared | chunk) + b"\n\n" for chunk in chunks) + _DONE

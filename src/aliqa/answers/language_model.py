"""Speaks to the language model: any endpoint of the OpenAI chat API, through the `openai` package.

A reply comes piece by piece and is bounded in time, waits between retries included, in bytes and in characters.
Nothing that the endpoint says of an error is passed on: it may echo the key.
"""

import asyncio
import logging
import ssl
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import cache, partial
from threading import Event
from typing import TYPE_CHECKING, Any, Final, cast

import certifi

from aliqa.answers.breaker import breaker_of
from aliqa.foundations.errors import LlmError
from aliqa.foundations.settings import LlmSettings
from aliqa.index.chunking import count_tokens

if TYPE_CHECKING:
    import openai

REPLY_TOKENS: Final = 300
"""The most tokens of a reply."""

_CHARACTERS: Final = 20
"""The most characters of a token, far above what texts have."""

_BYTES: Final = 2_000_000
"""The most bytes of a response: each piece of text comes wrapped in some hundred."""

CUT: Final = "…"
"""Ends a reply that was longer than that."""

Message = dict[str, str]
"""One message of a chat: ``role`` and ``content``."""

_MESSAGE_TOKENS: Final = 8
"""What the endpoint adds to each message, at most."""

_SPARE: Final = 1.1
"""Other models cut texts into more tokens than cl100k does, as a rule of thumb by a tenth."""

_RETRIES: Final = 2
_CONNECT: Final = 5.0
_LOOK: Final = 0.1
"""How often, in seconds, a reply under way is asked whether anybody still wants it."""

_NO_KEY: Final = "none"
"""Sent where no key is set, so that the package does not take one out of the environment."""

_OURSELVES: Final = ("aliqa", "aliqa-synthesis")
_IS_ALIQA: Final = ("it is aliqa itself", "let ALIQA_LLM__BASE_URL and ALIQA_LLM__MODEL name a language model")

_NOT_OURS: Final = ("OpenAI-Organization", "OpenAI-Project")
"""Headers that the package would fill out of the environment."""

logger = logging.getLogger(__name__)


def message(role: str, content: str) -> Message:
    """A message of a chat."""
    return {"role": role, "content": content}


def fits(chat: Sequence[Message], context: int, reply: int) -> bool:
    """Whether a chat and a reply of so many tokens have room in a context of so many."""
    size = sum(count_tokens([one["content"] for one in chat])) + _MESSAGE_TOKENS * len(chat)
    return _SPARE * size + reply <= context


class ChatModel:
    """A language model behind an endpoint."""

    def __init__(self, settings: LlmSettings) -> None:
        """The model that the settings name; they must name one."""
        self._settings = settings
        self._breaker = breaker_of(str(settings.base_url), str(settings.model), settings.pause)
        self._takes_schemas = True

    @property
    def name(self) -> str:
        """The model's name at its endpoint."""
        return str(self._settings.model)

    @property
    def context(self) -> int:
        """How many tokens it takes, its reply included."""
        return self._settings.context

    def reply(
        self,
        messages: Sequence[Message],
        cancelled: Event,
        most: int = REPLY_TOKENS,
        schema: Mapping[str, object] | None = None,
    ) -> Iterator[str]:
        """The reply, piece by piece as it comes; one that is too long ends with `CUT`.

        Close the iterator, or set ``cancelled``, to end the request. Call it outside of event loops.

        Args:
            messages: the chat so far.
            cancelled: set it when nobody waits for the reply any more.
            most: how many tokens the reply may have.
            schema: the JSON schema of the reply; endpoints that know no schemas are asked without.

        Raises:
            LlmError: there is no reply, it broke off, took too long, is too large, or nobody wants it any more; or the
                endpoint is left alone, as it failed before.
        """
        self._breaker.admit()
        try:
            yield from self._reply(messages, cancelled, most, schema)
        except LlmError as error:
            if not cancelled.is_set():
                self._breaker.failed(error)
            raise
        self._breaker.answered()

    def _reply(
        self, messages: Sequence[Message], cancelled: Event, most: int, schema: Mapping[str, object] | None
    ) -> Iterator[str]:
        import openai  # noqa: F401 - it may take seconds the first time, which are not the model's

        if self._settings.model in _OURSELVES:
            raise LlmError(*_IS_ALIQA)
        deadline = time.monotonic() + self._settings.timeout
        with closing(asyncio.new_event_loop()) as loop:
            loop.set_exception_handler(_forget)
            pieces = self._pieces(messages, most, schema)
            room = most * _CHARACTERS
            try:
                while (piece := self._next(loop, pieces, deadline, cancelled)) is not None:
                    room -= len(piece)
                    if room < 0:
                        raise LlmError("its reply is too long")
                    yield piece
            finally:
                loop.run_until_complete(pieces.aclose())
                loop.run_until_complete(loop.shutdown_asyncgens())

    def whole(self, messages: Sequence[Message], most: int, schema: Mapping[str, object]) -> str:
        """The whole reply, also where an event loop runs, as in a notebook.

        Arguments and errors are those of `reply`.
        """

        def read() -> str:
            return "".join(self.reply(messages, Event(), most, schema))

        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return read()
        with ThreadPoolExecutor(1) as elsewhere:
            return elsewhere.submit(read).result()

    def _next(
        self, loop: asyncio.AbstractEventLoop, pieces: AsyncGenerator[str, None], deadline: float, cancelled: Event
    ) -> str | None:
        """The next piece, or None at the end."""
        task = loop.create_task(_first_of(pieces))
        try:
            while not task.done():
                left = deadline - time.monotonic()
                if cancelled.is_set():
                    raise LlmError("nobody waits for it any more")
                if left <= 0:
                    raise LlmError(
                        f"it took longer than {self._settings.timeout:g} seconds", "raise ALIQA_LLM__TIMEOUT"
                    )
                loop.run_until_complete(asyncio.wait({task}, timeout=min(left, _LOOK)))
            return task.result()
        finally:
            task.cancel()
            loop.run_until_complete(asyncio.gather(task, return_exceptions=True))

    async def _pieces(
        self, messages: Sequence[Message], most: int, schema: Mapping[str, object] | None
    ) -> AsyncGenerator[str, None]:
        try:
            async with self._client() as client:
                stream = await self._stream(client, messages, most, schema)
                finished = None
                async for chunk in stream:
                    if "aliqa" in (chunk.model_extra or {}):
                        raise LlmError(*_IS_ALIQA)
                    for choice in chunk.choices[:1]:
                        finished = choice.finish_reason or finished
                        yield choice.delta.content or ""
        except Exception as error:  # whatever an endpoint sends instead of the chat API must end as our error
            raise _translated(error) from None
        if not finished:
            raise LlmError("its reply broke off")
        if finished != "stop":
            yield CUT

    async def _stream(
        self, client: Any, messages: Sequence[Message], most: int, schema: Mapping[str, object] | None
    ) -> Any:
        """The stream of a reply, held to the schema where the endpoint does that."""
        import openai

        request = partial(
            client.chat.completions.create,
            model=self.name, messages=messages, temperature=0, max_tokens=most, stream=True,
        )  # fmt: skip
        if schema and self._takes_schemas:
            wanted = {"type": "json_schema", "json_schema": {"name": "reply", "strict": True, "schema": schema}}
            try:
                return await request(response_format=wanted)
            except (openai.BadRequestError, openai.UnprocessableEntityError):
                self._takes_schemas = False
        return await request()

    def _client(self) -> "openai.AsyncOpenAI":
        import openai

        key = self._settings.api_key
        return openai.AsyncOpenAI(
            base_url=self._settings.base_url,
            api_key=key.get_secret_value() if key else _NO_KEY,
            timeout=openai.Timeout(self._settings.timeout, connect=_CONNECT),
            max_retries=_RETRIES,
            http_client=openai.DefaultAsyncHttpxClient(verify=_trusted(), event_hooks={"response": [_bound]}),
            default_headers=cast(Any, {**dict.fromkeys(_NOT_OURS, openai.Omit()), "Accept-Encoding": "identity"}),
        )


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates of the web; reading them takes a while."""
    return ssl.create_default_context(cafile=certifi.where())


class _Bounded:
    """The bytes of a response, up to a limit."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """The bytes as they come. Raises LlmError when there are too many."""
        left = _BYTES
        async for chunk in self._stream:
            left -= len(chunk)
            if left < 0:
                raise LlmError("its reply is too long")
            yield chunk

    async def aclose(self) -> None:
        """End the response."""
        await self._stream.aclose()


async def _bound(response: Any) -> None:
    """Bound a response; one that is packed although plain bytes were asked for could unpack into any number."""
    if response.headers.get("content-encoding", "identity") != "identity":
        raise LlmError("its reply is compressed")
    kind = next(one for one in type(response.stream).__mro__ if one.__name__ == "AsyncByteStream")
    response.stream = type("Bounded", (_Bounded, kind), {})(response.stream)  # openai takes httpx or its successor


def _forget(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What still goes wrong in a request that has ended is of no interest, and no log needs its stack."""


async def _first_of(pieces: AsyncGenerator[str, None]) -> str | None:
    return await anext(pieces, None)


def _translated(error: Exception) -> LlmError:
    """The error in words that name neither the key nor what the endpoint said."""
    import openai

    if own := _own(error):
        return own
    if isinstance(error, openai.APIStatusError):
        return LlmError(f"it answered with status {error.status_code}", _REMEDIES.get(error.status_code, ""))
    if isinstance(error, openai.APITimeoutError):
        return LlmError("it does not answer in time", "see whether it runs, or raise ALIQA_LLM__TIMEOUT")
    if isinstance(error, openai.APIConnectionError):
        return LlmError("it cannot be reached", "see whether it runs at ALIQA_LLM__BASE_URL")
    logger.info("The language model's reply could not be read: %s", type(error).__name__)
    return LlmError("its reply cannot be read", "see whether ALIQA_LLM__BASE_URL is that of an OpenAI-compatible API")


def _own(error: BaseException | None) -> LlmError | None:
    """Our error, where the package has wrapped it into its own."""
    while error and not isinstance(error, LlmError):
        error = error.__cause__ or error.__context__
    return error if isinstance(error, LlmError) else None


_REMEDIES: Final[dict[int, str]] = {
    400: "see whether ALIQA_LLM__MODEL and ALIQA_LLM__CONTEXT fit it",
    401: "set ALIQA_LLM__API_KEY",
    403: "set ALIQA_LLM__API_KEY",
    404: "see whether ALIQA_LLM__BASE_URL ends as it should, often in /v1, and whether ALIQA_LLM__MODEL exists there",
    429: "it is overloaded or its quota is used up; try later",
}

"""Reads the bodies of requests: how large they may be, and in which format they come."""

import json
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import ValidationError
from starlette.convertors import PathConvertor, register_url_convertor
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import Message

from aliqa.articles.loading import MAX_BYTES
from aliqa.doors.http.requests import UploadBody
from aliqa.foundations.errors import FileTooLarge

MAX_BODY: Final = 1_000_000
"""The most bytes that the body of a request may have, but for uploads."""

MAX_UPLOAD: Final = 4 * MAX_BYTES
"""The most bytes that an upload may have, all its files together."""

MAX_FILES: Final = 100
"""The most files of one upload."""

_DRAINED: Final = 16 * MAX_BODY
"""After how many bytes a body that is too large is refused in the middle."""

_FORM: Final = "multipart/form-data"


class _AnyName(PathConvertor):
    """The rest of an address, whatever it holds: file names may hold line breaks, where Starlette's ``path`` stops."""

    regex = r"[\s\S]*"


register_url_convertor("name", _AnyName())


class BodyRoute(APIRoute):
    """A route that refuses a body that is too large or not sent as JSON before anything parses it."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, behind the checks of the body when the route takes one."""
        handle = super().get_route_handler()
        if self.body_field is None:
            return handle
        optional = not self.body_field.field_info.is_required()

        async def checked(request: Request) -> Response:
            body = await _body(request, MAX_BODY)
            if body.strip():
                _require_json(request)
            elif not optional:
                _require_json(request)
                raise HTTPException(400, "The body is empty; send a JSON object.")
            return await handle(Request(request.scope, _replay(body.strip() and body, request.receive)))

        return checked


async def uploads(request: Request) -> list[tuple[str, bytes]]:
    """The files of an upload, by name and content: a form's parts called ``file``, or one text in JSON.

    Raises:
        HTTPException, RequestValidationError: the body is malformed, too large, or in another format.
        FileTooLarge: one file is larger than an article may be.
    """
    if _kind(request) == _FORM:
        return await _form_files(request)
    _require_json(request, f"Send files as {_FORM}, or a text as application/json.")
    body = await _body(request, MAX_UPLOAD)
    try:
        upload = UploadBody.model_validate(json.loads(body))
    except json.JSONDecodeError as error:
        malformed = {"type": "json_invalid", "loc": ("body", error.pos), "msg": "JSON", "ctx": {"error": error.msg}}
        raise RequestValidationError([malformed]) from error
    except ValidationError as error:
        raise RequestValidationError([{**one, "loc": ("body", *one["loc"])} for one in error.errors()]) from error
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, "There was an error parsing the body") from error
    return [(upload.name, upload.text.encode())]


async def _form_files(request: Request) -> list[tuple[str, bytes]]:
    """The files of a form; what is large is kept on the disk until all of it is there."""
    files = []
    async with Request(request.scope, limited(request.receive, MAX_UPLOAD)).form(
        max_files=MAX_FILES, max_fields=MAX_FILES
    ) as form:
        for part in form.getlist("file"):
            if not isinstance(part, UploadFile) or not part.filename:
                raise _missing_file("Each part called file should have a file name")
            if (part.size or 0) > MAX_BYTES:
                raise FileTooLarge(part.filename, MAX_BYTES)
            files.append((part.filename, await part.read()))
    if not files:
        raise _missing_file("The form should have a part called file")
    return files


def _missing_file(message: str) -> RequestValidationError:
    return RequestValidationError([{"type": "missing", "loc": ("body", "file"), "msg": message}])


def limited(receive: Callable[[], Awaitable[Message]], most: int) -> Callable[[], Awaitable[Message]]:
    """The same messages, until there are too many bytes in them: then HTTPException 413."""
    size = 0

    async def counted() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > most:
            raise HTTPException(413, f"The body is larger than {most:,} bytes.")
        return message

    return counted


async def _body(request: Request, most: int) -> bytes:
    """The body of a request; one that is too large is read to a limit, for a client that sends cannot listen."""
    body, size = bytearray(), 0
    try:
        async for piece in request.stream():
            size += len(piece)
            if size <= most:
                body += piece
            elif size > max(_DRAINED, most):
                break
    except ClientDisconnect as error:
        raise HTTPException(400, "The body ended too early.") from error
    if size > most:
        raise HTTPException(413, f"The body is larger than {most:,} bytes.")
    return bytes(body)


def _replay(body: bytes, after: Callable[[], Awaitable[Message]]) -> Callable[[], Awaitable[Message]]:
    """The body that was read already, and behind it what the connection says: that the client has gone."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return messages.pop() if messages else await after()

    return receive


def _kind(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _require_json(request: Request, remedy: str = "Send the body as application/json.") -> None:
    kind = _kind(request)
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise HTTPException(415, remedy)

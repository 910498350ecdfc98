"""Errors as the service tells them: RFC 9457 problem details, without stack traces or paths."""

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute
from starlette.types import Receive, Scope, Send

from aliqa.foundations.errors import (
    Abandoned,
    AlertsDamaged,
    AliqaError,
    ArticleNotDeletable,
    ArticleNotFound,
    ContentMismatch,
    CorpusError,
    FeedError,
    FeedInvalid,
    FeedNotFound,
    FileTooLarge,
    FormatUnknown,
    IndexError_,
    IndexMissing,
    InvalidRequest,
    JobNotFound,
    JobRunning,
    ModelError,
    NameNotWatched,
    NotAllowed,
    NotCompared,
    Overloaded,
    WatchedNotFound,
    WatchlistDamaged,
)

MEDIA_TYPE = "application/problem+json"
GONE = 499
"""The status of a response that nobody waits for."""

NO_INDEX = "No index is loaded yet. Build it with: aliqa index --corpus DIR --index DIR"
_MOST_ERRORS = 20
_LONGEST_NAME = 100
_OPENAI = "/v1/"

logger = logging.getLogger(__name__)


class ProblemResponse(JSONResponse):
    """A problem as a response; to clients of OpenAI's API it says the same in their words, too."""

    media_type = MEDIA_TYPE

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        if scope["path"].removeprefix(scope.get("root_path", "")).startswith(_OPENAI):
            self.body = self.render(_in_their_words(json.loads(bytes(self.body))))
            self.headers["content-length"] = str(len(self.body))
        await super().__call__(scope, receive, send)

    def render(self, content: Any) -> bytes:
        """The problem in UTF-8; what UTF-8 cannot hold, as a lone surrogate, becomes a question mark."""
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def problem(
    status: int, detail: str, errors: Sequence[Mapping[str, str]] = (), headers: Mapping[str, str] | None = None
) -> ProblemResponse:
    """A problem response; ``errors`` name the fields that are wrong."""
    content: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if errors:
        content["errors"] = [dict(error) for error in errors]
    return ProblemResponse(content, status, headers)


def overloaded(seconds: int) -> ProblemResponse:
    """The refusal of a question that would have to wait too long."""
    return problem(503, str(Overloaded(seconds)), headers={"Retry-After": str(seconds)})


def _in_their_words(told: dict[str, Any]) -> dict[str, Any]:
    """A problem with the member that clients of OpenAI's API look for."""
    kind = "server_error" if told["status"] >= HTTPStatus.INTERNAL_SERVER_ERROR else "invalid_request_error"
    field = told["errors"][0]["field"] if "errors" in told else None
    return told | {"error": {"message": told["detail"], "type": kind, "param": field, "code": None}}


def install(app: FastAPI, routes: Sequence[BaseRoute] = ()) -> None:
    """Make the app tell all its errors as problems; ``routes`` are those that a 405 names the methods of."""
    app.state.known_routes = [route for route in routes if isinstance(route, APIRoute)]
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(AliqaError, _on_aliqa)
    app.add_exception_handler(ClientDisconnect, _on_leaving)
    app.add_exception_handler(Exception, _on_bug)


async def on_http(request: Request, error: Exception) -> Response:
    """What the framework raises: unknown routes, wrong methods, bodies refused before they are read."""
    assert isinstance(error, HTTPException)
    headers = error.headers
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers = {"Allow": ", ".join(_allowed(request)) or (headers or {}).get("Allow", "")}
    return problem(error.status_code, _DETAILS.get(error.detail, error.detail), headers=headers)


def _allowed(request: Request) -> list[str]:
    """The methods that an address takes, by whichever route."""
    path = request.scope["path"]
    matching = [route for route in request.app.state.known_routes if route.path_regex.match(path)]
    return sorted({method for route in matching for method in route.methods})


_DETAILS = {
    "Not Found": "There is nothing at this address. GET /openapi.json lists what there is.",
    "Method Not Allowed": "This address does not take that method; the Allow header says which it takes.",
    "There was an error parsing the body": "The body cannot be read as JSON in UTF-8.",
}


async def _on_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    malformed = next((each for each in found if each["type"] == "json_invalid"), None)
    if malformed:
        reason = malformed.get("ctx", {}).get("error", "it cannot be parsed")
        return problem(400, f"The body is not valid JSON: {reason} at character {malformed['loc'][-1]}.")
    errors = [{"field": _field(each["loc"]), "message": str(each["msg"])} for each in found[:_MOST_ERRORS]]
    return problem(422, "; ".join(f"{each['field']}: {each['message']}" for each in errors), errors)


def _field(location: Iterable[str | int]) -> str:
    names = [str(part)[:_LONGEST_NAME] for part in location]
    return ".".join(names[1:]) or names[0]


_STATUSES: dict[type[AliqaError], int] = {
    ArticleNotFound: 404,
    JobNotFound: 404,
    ArticleNotDeletable: 409,
    WatchedNotFound: 404,
    NameNotWatched: 404,
    FeedNotFound: 404,
    FeedInvalid: 422,
    JobRunning: 409,
    FileTooLarge: 413,
    ContentMismatch: 415,
    FormatUnknown: 415,
    NotAllowed: 403,
    Overloaded: 503,
}
"""The errors whose messages clients may read, and their statuses."""


_UNUSABLE: dict[type[AliqaError], str] = {
    IndexError_: "The index cannot be used",
    CorpusError: "The folder of articles cannot be used",
    ModelError: "The embedding model cannot be used",
    FeedError: "The feeds cannot be read",
    AlertsDamaged: "The alerts cannot be read",
    WatchlistDamaged: "The watchlist cannot be read",
}
"""What is said of errors whose messages name folders."""


async def _on_aliqa(request: Request, error: Exception) -> Response:
    if isinstance(error, InvalidRequest):
        return problem(422, str(error), [{"field": error.field, "message": error.message}])
    assert isinstance(error, AliqaError)
    if isinstance(error, Abandoned):
        return Response(status_code=GONE)
    return overloaded(error.seconds) if isinstance(error, Overloaded) else problem(*told(error))


def told(error: AliqaError) -> tuple[int, str]:
    """The status of an error and what a client may know of it.

    The messages of some errors name folders: those go to the log, and the client gets the remedy alone.
    """
    for kind, status in _STATUSES.items():
        if isinstance(error, kind):
            return status, str(error)
    if isinstance(error, NotCompared):
        return 503, "The index was built before articles were compared. Bring it up to date: POST /index."
    if isinstance(error, IndexMissing):
        return 503, NO_INDEX
    logger.error("%s", error)
    for kind, what in _UNUSABLE.items():
        if isinstance(error, kind):
            return 503, f"{what}; the server's log says why and what to do."
    return 500, "The request failed; the server's log says why."


async def _on_leaving(request: Request, error: Exception) -> Response:
    """The client is gone before its body was there."""
    return Response(status_code=GONE)


async def _on_bug(request: Request, error: Exception) -> Response:
    """A defect: the server logs it with its stack, the client learns only that it happened."""
    return problem(500, "Something went wrong inside the server; its log says what.")


# --- for the OpenAPI document ------------------------------------------------------------------

_SCHEMA = {
    "title": "Problem",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "error": {"type": "object", "description": "below /v1 alone: the same as clients of OpenAI's API expect it"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}
_WHEN = {
    400: "The body is not JSON.",
    401: "There are keys, and the request brings none that is known.",
    403: "The key lacks the scope, or a page of another site made the request.",
    404: "There is no article, job or model of this name.",
    408: "The body came too slowly.",
    409: "A rebuild is running already, or the article cannot be deleted by itself.",
    413: "The body, or a file in it, is too large.",
    415: "The body, or a file in it, is in a format that cannot be read.",
    422: "A field is unknown, missing or has a value that makes no sense.",
    429: "The key, or the address, has asked too often; Retry-After says when it may again.",
    500: "A defect of the server.",
    503: "No index is loaded yet; or there is too much to do, and Retry-After says when to ask again.",
}


_ALWAYS = (401, 403, 429, 500, 503)
"""The statuses that every route can answer with."""


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The ``responses`` of a route that can fail with these statuses, and with those of every route."""
    slow = (408,) if HTTPStatus.REQUEST_ENTITY_TOO_LARGE in statuses else ()
    return {status: _document(status) for status in sorted({*statuses, *slow, *_ALWAYS})}


def shown(description: str, status: int = 200, **values: Any) -> dict[int | str, dict[str, Any]]:
    """The success of a route, with examples by name."""
    named = {name: {"value": value} for name, value in values.items()}
    return {status: {"description": description, "content": {"application/json": {"examples": named}}}}


def _document(status: int) -> dict[str, Any]:
    example: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": _WHEN[status],
    }
    if status == HTTPStatus.UNPROCESSABLE_ENTITY:
        message = "Input should be less than or equal to 20"
        example |= {"detail": f"top_k: {message}", "errors": [{"field": "top_k", "message": message}]}
    return {"description": _WHEN[status], "content": {MEDIA_TYPE: {"schema": _SCHEMA, "example": example}}}

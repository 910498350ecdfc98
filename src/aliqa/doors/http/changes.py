"""The routes that change the articles and the index: each starts a job, or tells how one stands."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from pydantic import TypeAdapter
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from aliqa.doors.http import examples, problems
from aliqa.doors.http.bodies import BodyRoute, uploads
from aliqa.doors.http.dependencies import TheJobs
from aliqa.doors.http.guard import needs
from aliqa.doors.http.requests import IndexBody, UploadBody
from aliqa.doors.running.jobs import Jobs
from aliqa.foundations.types import BuildOptions, Job

_LOOK: Final = 0.05
"""How often, in seconds, a stream looks whether its job has changed."""

_PING: Final = 10.0
"""Seconds of silence after which a stream sends a comment, so that the line stays open."""

STOPPING: Final = "aliqa.stopping"
"""Where the running server puts, in a request's scope, the event that it sets when it stops."""

_JOB = TypeAdapter(Job)


changes = APIRouter(route_class=BodyRoute, dependencies=[needs("manage")])


def _starts(description: str) -> dict[int | str, dict[str, Any]]:
    """The 202 of a route that starts a job."""
    where = {"description": "where the job can be followed", "schema": {"type": "string"}}
    shown = {"application/json": {"examples": {"queued": {"value": examples.QUEUED}}}}
    return {202: {"description": description, "headers": {"Location": where}, "content": shown}}


def _started(job: Job, request: Request, response: Response) -> Job:
    response.headers["Location"] = f"{request.scope.get('root_path', '')}/jobs/{job.id}"
    return job


@changes.post(
    "/index",
    status_code=202,
    tags=["articles"],
    summary="Bring the index up to date with the folder of articles",
    responses=problems.documented(400, 409, 413, 415, 422) | _starts("The rebuild is queued"),
)
def index(jobs: TheJobs, request: Request, response: Response, body: IndexBody | None = None) -> Job:
    """Only what changed is read and embedded; 409 while such a job is queued or running."""
    wanted = body or IndexBody()
    job = jobs.submit_build(BuildOptions(wanted.full, wanted.force, wanted.retry_failed))
    return _started(job, request, response)


_UPLOAD = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "array", "items": {"type": "string", "format": "binary"}}},
                }
            },
            "application/json": {"schema": UploadBody.model_json_schema(), "example": examples.UPLOAD},
        },
    }
}


@changes.post(
    "/articles",
    status_code=202,
    tags=["articles"],
    summary="Put articles into the folder and index them",
    responses=problems.documented(400, 413, 415, 422, 503) | _starts("The files are written, the build is queued"),
    openapi_extra=_UPLOAD,
)
async def upload(request: Request, jobs: TheJobs, response: Response) -> Job:
    """One file or several; one of the same name is replaced. They can be asked about when the job is done."""
    files = await uploads(request)
    return _started(await run_in_threadpool(jobs.upload_all, files), request, response)


@changes.delete(
    "/articles/{doc_id:name}",
    status_code=202,
    tags=["articles"],
    summary="Delete an article and its file",
    responses=problems.documented(404, 409, 422, 503) | _starts("The file is deleted, the build is queued"),
)
def delete(doc_id: str, jobs: TheJobs, request: Request, response: Response) -> Job:
    """No answer cites it once the job is done."""
    return _started(jobs.delete(doc_id), request, response)


@changes.get(
    "/jobs/{job_id}",
    tags=["articles"],
    summary="Say how a job stands",
    responses=problems.documented(404, 422)
    | {
        200: {
            "description": "The job as it stands now",
            "content": {
                "application/json": {
                    "examples": {"succeeded": {"value": examples.SUCCEEDED}, "failed": {"value": examples.FAILED}}
                }
            },
        }
    },
)
def job(job_id: str, jobs: TheJobs) -> Job:
    """The last hundred jobs are known."""
    return jobs.get(job_id)


@changes.get(
    "/jobs/{job_id}/events",
    tags=["articles"],
    summary="Follow a job until it is done",
    response_class=StreamingResponse,
    responses=problems.documented(404, 422)
    | {
        200: {
            "description": "An event `job` with the whole job at every change; the stream ends when it is done",
            "content": {"text/event-stream": {"example": examples.EVENTS}},
        }
    },
)
def events(job_id: str, jobs: TheJobs, request: Request) -> StreamingResponse:
    """Server-sent events, with a comment every ten seconds when nothing changes."""
    jobs.get(job_id)
    return StreamingResponse(
        _events(job_id, jobs, request), media_type="text/event-stream", headers={"Cache-Control": "no-cache"}
    )


async def _events(job_id: str, jobs: Jobs, request: Request) -> AsyncIterator[bytes]:
    """The states of a job as events, until it is done or the server stops."""
    stopping: asyncio.Event | None = request.scope.get(STOPPING)
    seen, silent = None, 0.0
    while not (seen and seen.done):
        now = jobs.get(job_id)
        if now != seen:
            seen, silent = now, 0.0
            yield b"event: job\ndata: " + _JOB.dump_json(now) + b"\n\n"
        elif stopping and stopping.is_set():
            return
        elif silent >= _PING:
            silent = 0.0
            yield b": still here\n\n"
        else:
            await asyncio.sleep(_LOOK)
            silent += _LOOK

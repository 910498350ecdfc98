"""A client of a running aliqa server: the questions and answers of `aliqa.library.Library`, over HTTP.

>>> with Client("http://127.0.0.1:8000", api_key="…") as articles:  # doctest: +SKIP
...     print(articles.ask("Which carmaker works with Alibaba on AI?").answer)

It imports neither the models nor the index, and tries nothing twice: a refusal says when to come again.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import Any, Final, Self, TypeVar
from urllib.parse import quote

import httpx
from pydantic import TypeAdapter, ValidationError

from aliqa.foundations.errors import RequestRefused, ServerUnreachable
from aliqa.foundations.types import (
    Answer,
    ArticleMention,
    ArticleSummary,
    ArticleText,
    Citation,
    Delta,
    Filters,
    FoundPassage,
    Job,
    Mode,
    Name,
    Part,
    Restart,
    Searched,
    StatedPair,
    StatedPairs,
    Timeline,
    Turn,
    Verification,
)

_EVENTS: Final[Mapping[str, type[Part]]] = {
    "passages": Searched,
    "delta": Delta,
    "citation": Citation,
    "restart": Restart,
    "done": Answer,
}
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class _Found:
    """What is read of a search's answer."""

    passages: tuple[FoundPassage, ...]


class Client:
    """Asks a server. Safe to share between threads; close it, or use it in a ``with`` statement.

    Every method raises `RequestRefused` if the server says no, and `ServerUnreachable` if it says nothing.
    """

    def __init__(
        self, base_url: str = "http://127.0.0.1:8000", *, api_key: str | None = None, timeout: float = 60
    ) -> None:
        """``base_url`` is where the server's page is; ``timeout`` is how many seconds it may be silent."""
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._http = httpx.Client(base_url=base_url, headers=headers, timeout=timeout)

    def __enter__(self) -> Self:
        """The client itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """End its connections."""
        self._http.close()

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        mode: Mode = "extractive",
        top_k: int = 5,
        filters: Filters = Filters(),
        limit: int | None = None,
        as_typed: bool = False,
    ) -> Answer:
        """Answer a question with verbatim quotes, or say why the articles do not."""
        more = {"limit": limit, "as_typed": as_typed}
        return self._post("/ask", Answer, _asked(question, history, mode, top_k, filters) | more)

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        mode: Mode = "extractive",
        top_k: int = 5,
        filters: Filters = Filters(),
        limit: int | None = None,
        as_typed: bool = False,
    ) -> Iterator[Part]:
        """The answer part by part, the whole last; leave the iterator and the server stops."""
        more = {"limit": limit, "as_typed": as_typed, "stream": True}
        body = _asked(question, history, mode, top_k, filters) | more
        with self._telling(), self._http.stream("POST", "/ask", json=body) as response:
            if response.is_error:
                response.read()
            _accept(response)
            for name, data in _events(response.iter_bytes()):
                if name == "error":
                    raise RequestRefused(500, str(json.loads(data).get("detail", "the answer broke off")))
                if name in _EVENTS:
                    part: Part = _read(_EVENTS[name], data)
                    yield part

    def search(self, query: str, *, top_k: int = 10, filters: Filters = Filters()) -> tuple[FoundPassage, ...]:
        """The passages that fit a query best."""
        body = {"query": query, "top_k": top_k, "filters": _filters(filters)}
        return self._post("/search", _Found, body).passages

    def timeline(self, about: str, *, offset: int = 0, limit: int | None = None) -> Timeline:
        """What the articles say about something, in order of time: all, or at most ``limit`` after ``offset``."""
        page = {"offset": offset} | ({} if limit is None else {"limit": limit})
        return self._send("GET", "/timeline", Timeline, params={"about": about, **page})

    def disagreements(self) -> tuple[StatedPair, ...]:
        """Where articles give different values for the same thing."""
        return self._send("GET", "/disagreements", StatedPairs).disagreements

    def names(self, limit: int = 100) -> tuple[Name, ...]:
        """The names in the articles, those in most articles first."""
        return self._send("GET", "/names", dict[str, tuple[Name, ...]], params={"limit": limit})["names"]

    def articles(self, filters: Filters = Filters()) -> tuple[ArticleSummary, ...]:
        """All articles, by ``doc_id``, or those that filters admit."""
        return self._send("GET", "/articles", tuple[ArticleSummary, ...], params=_given(_filters(filters)))

    def mentioning(
        self, words: str, *, filters: Filters = Filters(), limit: int | None = None
    ) -> tuple[ArticleMention, ...]:
        """The articles that mention a name or a few words, most mentions first, each with a sentence."""
        params = _given(_filters(filters) | {"mentions": words, "limit": limit})
        return self._send("GET", "/articles", tuple[ArticleMention, ...], params=params)

    def article(self, doc_id: str) -> ArticleText:
        """One whole article."""
        return self._send("GET", f"/articles/{quote(doc_id)}", ArticleText)

    def upload(self, name: str, data: bytes) -> Job:
        """Put an article into the folder; it can be asked about when the job is done."""
        return self._send("POST", "/articles", Job, files={"file": (name, data)})

    def delete(self, doc_id: str) -> Job:
        """Delete an article; no answer cites it when the job is done."""
        return self._send("DELETE", f"/articles/{quote(doc_id)}", Job)

    def index(self, *, full: bool = False, force: bool = False, retry_failed: bool = False) -> Job:
        """Bring the index up to date with the folder."""
        return self._post("/index", Job, {"full": full, "force": force, "retry_failed": retry_failed})

    def job(self, job_id: str) -> Job:
        """How a job stands."""
        return self._send("GET", f"/jobs/{quote(job_id, safe='')}", Job)

    def wait(self, job: Job) -> Job:
        """The job when it is done; as it stood last, if the server stops."""
        with self._telling(), self._http.stream("GET", f"/jobs/{quote(job.id, safe='')}/events") as response:
            if response.is_error:
                response.read()
            _accept(response)
            for _, data in _events(response.iter_bytes()):
                job = _read(Job, data)
        return job

    def verify(self, answer: Answer) -> Verification:
        """Whether the files still say what an answer quotes."""
        body = TypeAdapter(Answer).dump_json(answer)
        return self._send("POST", "/verify", Verification, content=body, headers={"Content-Type": "application/json"})

    def _post(self, path: str, kind: type[_Read], body: Mapping[str, Any]) -> _Read:
        return self._send("POST", path, kind, json=body)

    def _send(self, method: str, path: str, kind: type[_Read], **more: Any) -> _Read:
        with self._telling():
            response = self._http.request(method, path, **more)
            _accept(response)
            return _read(kind, response.content)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except httpx.HTTPError as error:
            raise ServerUnreachable(str(self._http.base_url), str(error) or type(error).__name__) from error


def _asked(question: str, history: Sequence[Turn], mode: Mode, top_k: int, filters: Filters) -> dict[str, Any]:
    turns = [asdict(turn) for turn in history]
    return {"question": question, "history": turns, "mode": mode, "top_k": top_k, "filters": _filters(filters)}


def _filters(filters: Filters) -> Any:
    return TypeAdapter(Filters).dump_python(filters, mode="json")


def _given(params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in params.items() if value is not None}


def _read(kind: type[_Read], data: bytes) -> _Read:
    """What the server said. Raises RequestRefused if it is no aliqa server."""
    try:
        return TypeAdapter(kind).validate_json(data)
    except ValidationError as error:
        raise RequestRefused(502, "what answered is no aliqa server, or one of another release") from error


def _accept(response: httpx.Response) -> None:
    """Raise RequestRefused if the server said no."""
    if not response.is_success:
        try:
            detail = str(response.json()["detail"])
        except (ValueError, KeyError, TypeError):
            detail = response.reason_phrase
        wait = response.headers.get("retry-after", "")
        raise RequestRefused(response.status_code, detail, int(wait) if wait.isdecimal() else None)


def _events(pieces: Iterator[bytes]) -> Iterator[tuple[str, bytes]]:
    r"""The server-sent events of a response: name and data. Comments are left out.

    Only ``\n`` ends a line: JSON may hold what else counts as one, as U+2028.

    >>> list(_events(iter([b": hello\n\nevent: delta\nda", b"ta: 1\n\n"])))
    [('delta', b'1')]
    """
    rest = b""
    for piece in pieces:
        *blocks, rest = (rest + piece).split(b"\n\n")
        for block in blocks:
            fields = dict(line.partition(b": ")[::2] for line in block.split(b"\n"))
            if b"data" in fields:
                yield fields.get(b"event", b"message").decode(), fields[b"data"]

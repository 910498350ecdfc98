"""What can be known of a running server: counts and times for Prometheus, the log, the questions, and traces.

The log names no key, no question and no folder of the user; questions are written down only where that is asked for,
into ``questions.jsonl`` beside the index. Traces go where OpenTelemetry's own ``OTEL_…`` variables say.
"""

import json
import logging
import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any, Final, Literal

from prometheus_client import CollectorRegistry, Counter, GCCollector, Histogram, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import Scope

from aliqa.doors.http.envelope import request_id
from aliqa.doors.http.guard import KEY_NAME
from aliqa.doors.kept.access import caller
from aliqa.doors.running.answer_pool import AnswerPool
from aliqa.foundations.errors import AliqaError, SettingsError
from aliqa.foundations.settings import Settings
from aliqa.foundations.types import Answer
from aliqa.library import Library

QUESTIONS: Final = "questions.jsonl"
_LARGEST: Final = 10_000_000
"""Bytes of the question log before it is begun anew; the three last ones are kept."""

_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_METHODS: Final = ("GET", "POST", "DELETE", "PUT", "PATCH", "HEAD", "OPTIONS")
_log: Final = logging.getLogger("aliqa.requests")


class Observer:
    """Counts what one server does; ``registry`` is what ``GET /metrics`` shows."""

    def __init__(self, settings: Settings, library: Callable[[], Library]) -> None:
        """``library`` gives the one that answers now.

        Raises:
            SettingsError: traces are asked for, but OpenTelemetry is not installed.
        """
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        name = "aliqa"
        self._requests = Counter(
            f"{name}_requests", "Requests by route and status", ["method", "route", "status"], registry=self.registry
        )
        self._seconds = Histogram(
            f"{name}_request_seconds", "Time to answer a request", ["route"], buckets=_BUCKETS, registry=self.registry
        )
        self._stages = Histogram(
            f"{name}_stage_seconds", "Time of a question's stages", ["stage"], buckets=_BUCKETS, registry=self.registry
        )
        self._answers = Counter(
            f"{name}_answers", "Answers, and abstentions by their reason", ["outcome"], registry=self.registry
        )
        self._tell = question_log(settings.index_dir) if settings.service.question_log else None
        self._trace = _tracer() if settings.service.traces else None
        self._index = library

    def watch(self, pool: AnswerPool) -> None:
        """Show what the pool of answers and the index are like, too."""
        self.registry.register(_State(pool, self._index))

    def request(self, scope: Scope, status: int, seconds: float) -> None:
        """Count a request that has been answered."""
        route = _route(scope)
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)
        _log.info(
            "%s %s %s", method, route, status,
            extra={
                "method": method, "route": route, "status": status, "ms": round(1000 * seconds, 1),
                "key": scope.get(KEY_NAME), "client": (scope.get("client") or ("-",))[0],
            },
        )  # fmt: skip

    def answer(self, answer: Answer) -> None:
        """Count an answer, whichever door asked for it."""
        for stage in ("embed", "search", "read", "total"):
            self._stages.labels(stage).observe(getattr(answer.timings_ms, stage) / 1000)
        self._answers.labels(answer.abstention.reason if answer.abstention else "answered").inc()
        if self._tell:
            self._tell(answer)
        if self._trace:
            self._trace(answer)


class _State(Collector):
    """The pool and the index as they are at the moment of looking."""

    def __init__(self, pool: AnswerPool, library: Callable[[], Library]) -> None:
        self._pool = pool
        self._library = library

    def collect(self) -> Iterator[Metric]:
        """The metrics; those of the index are missing while there is none."""
        load = self._pool.load
        yield GaugeMetricFamily("aliqa_running", "Questions that are being answered", load.running)
        yield GaugeMetricFamily("aliqa_queued", "Questions that wait for their turn", load.queued)
        yield CounterMetricFamily("aliqa_refused", "Questions refused because too many waited", load.refused)
        yield CounterMetricFamily("aliqa_restarts", "Answering processes that died and were replaced", load.restarts)
        try:
            info = self._library().info
        except AliqaError:
            yield GaugeMetricFamily("aliqa_index_loaded", "Whether an index is loaded", 0)
            return
        yield GaugeMetricFamily("aliqa_index_loaded", "Whether an index is loaded", 1)
        version = GaugeMetricFamily("aliqa_index_info", "The version of the index that answers", labels=["version"])
        version.add_metric([info.version], 1)
        yield version
        yield GaugeMetricFamily("aliqa_index_age_seconds", "Its age", time.time() - info.built_at.timestamp())
        yield GaugeMetricFamily("aliqa_index_articles", "Its articles", info.articles)
        yield GaugeMetricFamily("aliqa_index_passages", "Its passages", info.passages)


def _route(scope: Scope) -> str:
    """The route that served a request, without what clients put into addresses: that would be without end."""
    if "route" in scope:
        return str(getattr(scope["route"], "path", "page")) or "page"
    return "page" if "endpoint" in scope or scope.get("app_root_path") is not None else "none"


# --- logs ----------------------------------------------------------------------------------------


class _Json(logging.Formatter):
    """A record as one JSON object a line."""

    _OWN: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message"}

    def format(self, record: logging.LogRecord) -> str:
        """The line; control characters and line breaks are escaped in it."""
        told: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": request_id(),
        }
        told |= {name: value for name, value in vars(record).items() if name not in self._OWN}
        if record.exc_info:
            told["stack"] = self.formatException(record.exc_info)
        return json.dumps(told, default=str)


class _Numbered(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id()
        return True


def set_up_log(style: Literal["warnings", "text", "json"]) -> None:
    """Send what the process logs to stderr: warnings alone, or every request, too, as text or JSON."""
    handler = logging.StreamHandler()
    handler.addFilter(_Numbered())
    handler.setFormatter(
        _Json() if style == "json" else logging.Formatter("%(levelname)s [%(request_id)s] %(message)s")
    )
    logging.basicConfig(handlers=[handler], level="WARNING", force=True)
    _log.setLevel("WARNING" if style == "warnings" else "INFO")


class _Private(RotatingFileHandler):
    """A log file that only its owner can read."""

    def _open(self) -> TextIOWrapper:
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        return open(descriptor, "a", encoding="utf-8")


def question_log(folder: Path) -> Callable[[Answer], None]:
    """Writes down every question with what it was answered, a JSON object a line, for the owner of the file alone."""
    handler = _Private(folder / QUESTIONS, maxBytes=_LARGEST, backupCount=3, delay=True, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(message)s"))
    logger = logging.Logger("aliqa.questions")
    logger.addHandler(handler)

    def tell(answer: Answer) -> None:
        key = caller()
        logger.info(
            "%s",
            json.dumps({
                "time": datetime.now(UTC).isoformat(timespec="seconds"), "request_id": request_id(),
                "key": key.name if key else None, "question": answer.question, "searched": answer.standalone_question,
                "answered": answer.answered, "reason": answer.abstention.reason if answer.abstention else None,
                "confidence": answer.confidence, "cited": [one.doc_id for one in answer.citations],
                "ms": answer.timings_ms.total, "index": answer.index.version,
            }),
        )  # fmt: skip

    return tell


# --- traces --------------------------------------------------------------------------------------


def _tracer() -> Callable[[Answer], None]:
    """Sends each question's way through the rooms to a collector, told after the fact by its timings."""
    try:
        from opentelemetry import trace
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise SettingsError(
            "service.traces needs OpenTelemetry; install it with: pip install 'aliqa[traces]'"
        ) from error
    provider = TracerProvider(resource=Resource.create({"service.name": "aliqa"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    tracer = provider.get_tracer("aliqa")

    def tell(answer: Answer) -> None:
        took, end = answer.timings_ms, time.time_ns()
        at = end - int(took.total * 1e6)
        told: dict[str, str | bool | int] = {
            "request.id": request_id(),
            "answered": answer.answered,
            "citations": len(answer.citations),
        }
        whole = tracer.start_span("ask", start_time=at, attributes=told)
        inside = trace.set_span_in_context(whole)
        for room, milliseconds in (("embedding", took.embed), ("retrieval", took.search), ("reading", took.read)):
            span = tracer.start_span(room, context=inside, start_time=at)
            at += int(milliseconds * 1e6)
            span.end(at)
        whole.end(end)

    return tell

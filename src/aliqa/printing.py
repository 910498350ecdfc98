"""What the command line shows: results as plain lines or JSON on stdout, progress on stderr.

Quotes are printed verbatim and never wrapped; only characters that would steer a terminal are
replaced. Styles are dropped where stdout is no terminal.
"""

import sys
import time
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import typer

from aliqa.types import Answer, ArticleSummary, BuildReport, Citation, FoundPassage, IndexInfo

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_CLOSEST = 3
"""How many passages an abstention shows."""


class Bar:
    """A progress bar on stderr, there when stderr is a terminal and the work takes over a second."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._shown: tuple[Progress, TaskID] | None = None

    def __enter__(self) -> "Bar":
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown:
            self._shown[0].stop()

    def update(self, what: str, done: int, total: int) -> None:
        """Show how much of the work is done."""
        if self._shown is None and sys.stderr.isatty() and time.monotonic() - self._started > 1:
            self._shown = self._show()
        if self._shown:
            progress, task = self._shown
            progress.update(task, description=what, completed=done, total=total)

    def _show(self) -> "tuple[Progress, TaskID]":
        from rich.console import Console
        from rich.progress import Progress

        progress = Progress(console=Console(stderr=True), transient=True)
        progress.start()
        return progress, progress.add_task("")


_HARMLESS = {code: "\ufffd" for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\n\t"}


def printable(text: str) -> str:
    """The text without the characters that steer a terminal."""
    return text.replace("\r\n", "\n").translate(_HARMLESS)


def _line(text: str = "", *, bold: bool = False) -> None:
    typer.secho(printable(text), bold=bold or None)


def print_json(value: Any) -> None:
    """One line of JSON in UTF-8, dates as in the HTTP contract."""
    from pydantic import TypeAdapter

    kind = type(value) if not isinstance(value, dict) else dict[str, Any]
    typer.echo(TypeAdapter(kind).dump_json(value))


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _origin(source: str | None, published: date | None) -> str:
    return ", ".join(part for part in (source, published.isoformat() if published else "undated") if part)


def print_report(report: BuildReport) -> None:
    """What building an index did, and which files could not be read."""
    _line(
        f"Indexed {_count(report.index.articles, 'article')}, {_count(report.index.passages, 'passage')}"
        f" ({report.added:,} added, {report.changed:,} changed, {report.removed:,} removed,"
        f" {report.unchanged:,} unchanged) in {report.seconds:.1f} s."
    )
    _print_failures([(failure.doc_id, failure.reason) for failure in report.failures])


def _print_failures(failures: Sequence[tuple[str, str | None]]) -> None:
    if failures:
        _line(f"{_count(len(failures), 'file')} could not be read:")
    for doc_id, reason in failures:
        _line(f"  {doc_id}: {reason}")


def print_answer(answer: Answer) -> None:
    """The answer and its numbered sources, or why there is none and what came closest."""
    if answer.answered:
        _line(answer.answer)
        _line()
        _line("Sources", bold=True)
        for citation in answer.citations:
            _print_citation(citation)
        for disagreement in answer.disagreements:
            sides = "; ".join(f"{claim.value} [{claim.citation}]" for claim in disagreement.claims)
            _line(f"The sources disagree about {disagreement.about}: {sides}")
    else:
        _print_abstention(answer)
    if answer.notice:
        _line(f"\n{answer.notice}")


def _print_citation(citation: Citation) -> None:
    place = f"{citation.doc_id}:{citation.char_start}-{citation.char_end}"
    _line(f"[{citation.number}] {citation.title} ({_origin(citation.source, citation.published)}) {place}")
    _line(f'    "{citation.quote}"')


def _print_abstention(answer: Answer) -> None:
    if answer.abstention:
        detail, absent = answer.abstention.detail, answer.abstention.absent_terms
        _line(f"The articles do not answer this. {detail}")
        if any(term not in detail for term in absent):
            _line(f"In no article: {', '.join(absent)}")
    if answer.passages:
        _line()
        _line("Closest passages", bold=True)
        print_passages(answer.passages[:_CLOSEST])


def print_passages(passages: Sequence[FoundPassage]) -> None:
    """Passages with their articles and places, best first."""
    if not passages:
        _line("No passage fits.")
    for number, passage in enumerate(passages, 1):
        place = f"{passage.doc_id}:{passage.char_start}-{passage.char_end}"
        _line(f"{number}. {passage.title} ({_origin(passage.source, passage.published)}) {place}", bold=True)
        _line(f"{passage.text}\n")


def print_status(info: IndexInfo, model: str, failures: Sequence[ArticleSummary]) -> None:
    """What the index holds, and which files could not be read."""
    newest = info.newest_published.isoformat() if info.newest_published else "undated"
    for name, value in (
        ("version", info.version),
        ("built at", info.built_at.isoformat().replace("+00:00", "Z")),
        ("articles", f"{info.articles:,}"),
        ("passages", f"{info.passages:,}"),
        ("newest", newest),
        ("model", model),
        ("failures", f"{len(failures):,}"),
    ):
        _line(f"{name:<9} {value}")
    _print_failures([(article.doc_id, article.reason) for article in failures])

"""What the command line shows: results as plain lines or JSON on stdout, progress on stderr.

Quotes are printed verbatim and never wrapped; only characters that would steer a terminal are
replaced. Styles are dropped where stdout is no terminal.
"""

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import typer

from aliqa.articles.loading import skipped_words
from aliqa.doors.kept.access import Key
from aliqa.foundations.types import (
    Added,
    Answer,
    ArticleMention,
    ArticleSummary,
    BuildReport,
    Check,
    CheckedName,
    Citation,
    Claim,
    DatedStatement,
    Delta,
    FoundPassage,
    IndexInfo,
    IndexStatus,
    Name,
    Part,
    Restart,
    SentenceKind,
    SourceSummary,
    Span,
    StatedPair,
    Statement,
    Timeline,
    Verification,
    VersionDiff,
    Watched,
    disagreement_headings,
    how_compared,
)
from aliqa.text.sentences import split_sentences
from aliqa.text.terms import content_words, terms

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID
    from rich.table import Table

    from aliqa.answers.evaluating import Comparison, Run

_CLOSEST = 3
"""How many passages an abstention shows."""
_WIDEST = 400
"""More columns than any table needs."""


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


def _line(text: str = "", *, bold: bool = False, styled: bool = False) -> None:
    """Print a line, safely; a ``styled`` one was made safe part by part and keeps its styles."""
    typer.secho(text if styled else printable(text), bold=bold or None)


def print_json(value: Any) -> None:
    """One line of JSON in UTF-8, dates as in the HTTP contract."""
    from pydantic import TypeAdapter

    kind = type(value) if not isinstance(value, dict) else dict[str, Any]
    typer.echo(TypeAdapter(kind).dump_json(value))


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _origin(source: str | None, published: date | None) -> str:
    return ", ".join(part for part in (source, published.isoformat() if published else "undated") if part)


def print_articles(articles: Sequence[ArticleSummary]) -> None:
    """The articles, a line each: name, date, outlet, title; then those that could not be read."""
    width = max((len(one.doc_id) for one in articles if one.state == "indexed"), default=0)
    for one in articles:
        if one.state == "indexed":
            day = f"{one.published}" if one.published else "undated"
            about = " · ".join(filter(None, (one.source, one.title if one.title != one.doc_id else None)))
            _line(f"{one.doc_id:<{width}}  {day:<10}  {about}".rstrip())
    _print_failures([(one.doc_id, one.reason) for one in articles if one.state != "indexed"])


def print_mentioning(found: CheckedName) -> None:
    """The articles that mention something, each with its best sentence; what may have been meant if none does."""
    for one in found.articles:
        _line(_mentioned(one), bold=True)
        _line(f'    "{one.quote}"')
    if not found.articles:
        near = f" Did you mean “{'”, “'.join(found.similar)}”?" if found.similar else ""
        _line(f"No article mentions “{found.name}”.{near}")


def _mentioned(one: ArticleMention) -> str:
    """An article that was asked for, in a line."""
    from aliqa.answers import remarks

    often = f", {remarks.mentions(one)}" if one.mentions else ""
    return f"{one.title} ({_origin(one.source, one.published)}){often}  {one.doc_id}"


def print_sources(sources: Sequence[SourceSummary]) -> None:
    """The outlets, a line each."""
    if not sources:
        _line("No article names its outlet.")
    width = max((len(one.source) for one in sources), default=0)
    for one in sources:
        newest = f", newest {one.newest}" if one.newest else ""
        _line(f"{one.source:<{width}}  {_count(one.articles, 'article')}{newest}")


def print_added(added: Sequence[Added], report: BuildReport) -> None:
    """Under which names files and pages stand in the corpus, and what indexing them did."""
    for one in added:
        _line(f"{'Added' if one.new else 'Already there:'} {one.doc_id}")
    print_report(report)


def print_report(report: BuildReport) -> None:
    """What building an index did, and which files could not be read."""
    _line(
        f"Indexed {_count(report.index.articles, 'article')}, {_count(report.index.passages, 'passage')}"
        f" ({report.added:,} added, {report.changed:,} changed, {report.removed:,} removed,"
        f" {report.unchanged:,} unchanged) in {report.seconds:.1f} s."
    )
    _print_failures([(failure.doc_id, failure.reason) for failure in report.failures])
    if skipped := skipped_words(report.skipped):
        _line(skipped)


def _print_failures(failures: Sequence[tuple[str, str | None]]) -> None:
    if failures:
        _line(f"{_count(len(failures), 'file')} could not be read:")
    for doc_id, reason in failures:
        _line(f"  {doc_id}: {reason}")


def print_parts(parts: Iterator[Part], *, live: bool) -> tuple[Answer, str]:
    """The whole answer, and what of its text was printed as it came: nothing unless ``live``."""
    told = ""
    for part in parts:
        if isinstance(part, Delta) and live:
            typer.echo(printable(part.text), nl=False)
            told += part.text
        elif isinstance(part, Restart) and live:
            _line("\n")
            told = ""
        elif isinstance(part, Answer):
            typer.echo("\n" if told else "", nl=False)
            return part, told
    raise AssertionError("an answer ends with the whole")


def print_answer(answer: Answer, told: str = "") -> None:
    """The answer and its numbered sources, or why there is none and what came closest.

    Not what was ``told`` already.
    """
    from aliqa.answers.support import verdict_words

    if answer.standalone_question:
        _line(f"Searched for: {answer.standalone_question}\n")
    if answer.searched_as:
        _line(f"Searched for: {answer.searched_as} (--as-typed searches what you typed)\n")
    if answer.answered:
        if words := verdict_words(answer):
            _line(words, bold=True)
        if answer.answer != told:
            _line(answer.answer)
        if answer.articles:
            _print_articles(answer)
        if answer.citations:
            _print_sources(answer)
        for disagreement in answer.disagreements:
            _line(f"\n{disagreement_headings()[disagreement.kind]}: {disagreement.about}", bold=True)
            for claim in disagreement.claims:
                _line(f"    [{claim.citation}] {claim.value} ({_holds(claim)})")
    else:
        _print_abstention(answer)
    if answer.notice:
        _line(f"\n{answer.notice}")
    if answer.suggestions:
        _line("\nAsk next", bold=True)
        for question in answer.suggestions:
            _line(f"    {question}")


def _holds(one: Claim | Statement) -> str:
    """As of when a value holds and, where scopes may differ, of what."""
    return (one.as_of or "undated") + (f", “{one.scope}”" if one.scope else "")


def _print_sources(answer: Answer) -> None:
    _line()
    _line("Sources", bold=True)
    for citation in answer.citations:
        _print_citation(citation)
    _line(answer.sources.line)


def _print_articles(answer: Answer) -> None:
    """The articles that were asked for, a line each."""
    _line()
    _line("Articles", bold=True)
    for article in answer.articles:
        _line(f"    {_mentioned(article)}")


def print_written(text: str) -> None:
    """What is already laid out, as an answer in Markdown."""
    typer.echo(printable(text), nl=False)


def _place(found: Citation | FoundPassage | DatedStatement) -> str:
    page = f", p. {found.page}" if found.page else ""
    return f"{found.doc_id}:{found.char_start}-{found.char_end}{page}"


def _print_citation(citation: Citation) -> None:
    place = _place(citation)
    _line(f"[{citation.number}] {citation.title} ({_origin(citation.source, citation.published)}) {place}")
    _line(f'    "{_emphasised(citation)}"', styled=True)


def _emphasised(citation: Citation) -> str:
    """The quote, the words that answer bold."""
    if citation.answer_span is None:
        return printable(citation.quote)
    first, last = (place - citation.char_start for place in citation.answer_span)
    parts = citation.quote[:first], citation.quote[first:last], citation.quote[last:]
    before, answer, after = map(printable, parts)
    return f"{before}{typer.style(answer, bold=True)}{after}"


def _print_abstention(answer: Answer) -> None:
    if answer.abstention:
        detail, absent = answer.abstention.detail, answer.abstention.absent_terms
        _line(f"The articles do not answer this. {detail}")
        if any(term not in detail for term in absent):
            _line(f"In no article: {', '.join(absent)}")
    if answer.correction:
        _print_citation(answer.correction)
    if answer.passages:
        _line()
        _line("Closest passages", bold=True)
        question = answer.standalone_question or answer.question
        print_passages([_nearest(passage, question) for passage in answer.passages[:_CLOSEST]])


def _nearest(passage: FoundPassage, question: str) -> FoundPassage:
    """The sentence of a passage that shares most words with a question, and the one behind it."""
    spans = [piece.span for piece in split_sentences(passage.text) if piece.kind is SentenceKind.PROSE]
    if not spans:
        return passage
    wanted = content_words(question).keys()
    shared = [len(wanted & set(terms(span.cut(passage.text)))) for span in spans]
    best = shared.index(max(shared))
    cut = Span(spans[best].start, spans[min(best + 1, len(spans) - 1)].end)
    start = passage.char_start
    return replace(passage, text=cut.cut(passage.text), char_start=start + cut.start, char_end=start + cut.end)


def print_timeline(timeline: Timeline) -> None:
    """What the articles say about something, oldest first; a date that is not in the sentence says where it is from."""
    for one in timeline.statements:
        _line(f"{one.when}{one.dated_by and f' ({one.dated_by})'}", bold=True)
        _line(f'    "{one.quote}"')
        _line(f"    {one.title} ({_origin(one.source, one.published)}) {_place(one)}")
    shown = timeline.offset + len(timeline.statements)
    if timeline.statements and len(timeline.statements) < timeline.total:
        rest = f"; --offset {shown} goes on" if shown < timeline.total else ""
        _line(f"{timeline.offset + 1} to {shown} of {_count(timeline.total, 'statement')}{rest}.")
    if not timeline.total:
        _line(f"No article says when something happened to {timeline.about}.")
    if timeline.undated:
        _line(f"{_count(timeline.undated, 'sentence')} of undated articles could not be placed.")


def print_passages(passages: Sequence[FoundPassage]) -> None:
    """Passages with their articles and places, best first."""
    if not passages:
        _line("No passage fits.")
    for number, passage in enumerate(passages, 1):
        place = _place(passage)
        _line(f"{number}. {passage.title} ({_origin(passage.source, passage.published)}) {place}", bold=True)
        _line(f"{passage.text}\n")


def print_disagreements(pairs: Sequence[StatedPair]) -> None:
    """The articles that give different values for the same thing, by kind, surest first, and how they were found."""
    for kind, heading in disagreement_headings().items():
        for pair in (one for one in pairs if one.kind == kind):
            _line(f"{heading}: {pair.about} ({pair.sure})", bold=True)
            for one in pair.statements:
                place = f"{one.doc_id}:{one.char_start}-{one.char_end}"
                _line(f"  {one.value} ({_holds(one)}) {one.title}, {place}")
                _line(f'    "{one.quote}"')
    if not pairs:
        _line("No two articles were found to give different values for the same thing.")
    _line(how_compared())


def print_status(status: IndexStatus) -> None:
    """What the index holds, the version to go back to, and which files could not be read."""
    info = status.index
    newest = info.newest_published.isoformat() if info.newest_published else "undated"
    for name, value in (
        ("version", info.version),
        ("built at", info.built_at.isoformat().replace("+00:00", "Z")),
        ("articles", f"{info.articles:,}"),
        ("passages", f"{info.passages:,}"),
        ("newest", newest),
        ("model", status.model),
        ("copies", f"{status.copies:,}"),
        ("failures", f"{len(status.failures):,}"),
        *(("earlier", one.version) for one in status.versions if one != info),
    ):
        _line(f"{name:<9} {value}")
    _print_failures([(failure.doc_id, failure.reason) for failure in status.failures])
    if skipped := skipped_words(status.skipped):
        _line(skipped)
    for doc_id, reading in status.readings.items():
        _line(f"  {doc_id}: {reading}")


def print_names(names: Sequence[Name]) -> None:
    """The names, a line each."""
    for one in names:
        also = f"  = {', '.join(one.aliases)}" if one.aliases else ""
        kind = "" if one.kind == "other" else f", {one.kind}"
        _line(f"{one.name}  {_count(one.mentions, 'mention')} in {_count(one.articles, 'article')}{kind}{also}")
    if not names:
        _line("No names were found. Index again if the index is of an older release.")


def print_checks(checks: Sequence[Check]) -> None:
    """A line for each part: whether it works, and what to do if it does not."""
    for check in checks:
        _line(f"{check.part:<14}  {check.state:<6}  {check.detail}")


def print_published(info: IndexInfo, how: str = "published again") -> None:
    """Which version is published now."""
    _line(f"Version {info.version} is {how}: {_count(info.articles, 'article')}, {_count(info.passages, 'passage')}.")


def print_diff(diff: VersionDiff) -> None:
    """The articles that differ between two versions, with the passages they had and have."""
    _line(f"From {diff.old.version} to {diff.new.version}:")
    for what, changes in (("added", diff.added), ("changed", diff.changed), ("removed", diff.removed)):
        for change in changes:
            _line(f"  {what:<8} {change.doc_id}  {change.passages_before:,} -> {change.passages_after:,} passages")
            print_sentences(change.sentences)
    _line(
        f"{len(diff.added):,} added, {len(diff.changed):,} changed, {len(diff.removed):,} removed,"
        f" {diff.unchanged:,} unchanged; {diff.old.passages:,} -> {diff.new.passages:,} passages."
    )


def print_sentences(changes: Sequence[tuple[str, str]]) -> None:
    """What an edit took out of a text, and what it put there."""
    for old, new in changes:
        for mark, words in (("-", old), ("+", new)):
            if words:
                _line(f"    {mark} {words}")


def print_verification(verification: Verification) -> None:
    """What became of every citation."""
    for check in verification.citations:
        _line(f"[{check.number}] {check.verdict:<14} {check.doc_id}: {check.detail}")
    if not verification.citations:
        _line("There are no citations to verify.")
    if verification.unchecked:
        _line(f"Not a quote, and not checked: {verification.unchecked}")


def print_run(run: "Run") -> None:
    """The figures of a run, overall and by type of question, and how they differ from an earlier run's."""
    _line(f"{_count(len(run.rows), 'question')} of {run.gold}, index {run.index.version}", bold=True)
    _print_figures(run)
    if run.by_type:
        _print_types(run)
    if run.comparison:
        _print_comparison(run.comparison)


def _print_figures(run: "Run") -> None:
    from aliqa.answers.evaluating.measures import MEASURES

    table = _table("", ">value", ">95 % interval", ">questions")
    for name, measure in MEASURES.items():
        figure = run.figures[name]
        interval = _range(figure.low, figure.high, measure.digits)
        table.add_row(measure.title, _number(figure.value, measure.digits), interval, f"{figure.questions:,}")
    _print_table(table)


def _print_types(run: "Run") -> None:
    names = ("answered", "evidence_at_1", "evidence_at_all", "evidence_at_passages", "false_answers")
    table = _table("type", ">questions", ">answered", ">first quote", ">a quote", ">passages", ">false answers")
    for kind, figures in run.by_type.items():
        count = sum(row.type == kind for row in run.rows)
        table.add_row(printable(kind or "none"), f"{count:,}", *(_number(figures[name].value, 3) for name in names))
    _print_table(table)


def _print_comparison(comparison: "Comparison") -> None:
    from aliqa.answers.evaluating.measures import MEASURES

    table = _table(f"against {comparison.name}", ">old", ">new", ">difference", ">95 % interval", ">better in")
    for name, found in comparison.measures.items():
        measure = MEASURES[name]
        difference, interval = f"{found.difference:+.{measure.digits}f}", _range(found.low, found.high, measure.digits)
        values = (_number(value, measure.digits) for value in (found.old, found.new))
        table.add_row(measure.title, *values, difference, interval, f"{found.better:.0%}")
    _print_table(table)


def print_misses(run: "Run") -> None:
    """The questions that were not answered as they should be, with what was expected and what was quoted."""
    from aliqa.answers.evaluating import verdict

    missed = [(row, wrong) for row in run.rows if (wrong := verdict(row))]
    _line()
    _line("1 miss" if len(missed) == 1 else f"{len(missed):,} misses", bold=True)
    for row, wrong in missed:
        _line(f"{row.qid}  {wrong}, confidence {row.confidence:.2f}: {row.question}")
        for group in row.evidence:
            for place in group[:1]:
                _line(f'    expected {place.doc_id}:{place.start}-{place.end} "{place.text}"')
        for place in row.citations[:1]:
            _line(f'    quoted   {place.doc_id}:{place.start}-{place.end} "{place.text}"')


def _number(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"


def _range(low: float | None, high: float | None, digits: int) -> str:
    return "" if low is None or high is None else f"{low:.{digits}f} to {high:.{digits}f}"


def _table(*columns: str) -> "Table":
    """A table without lines; a column whose name begins with > is set flush right."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="bold")
    for name in columns:
        table.add_column(name.lstrip(">"), justify="right" if name.startswith(">") else "left", no_wrap=True)
    return table


def _print_table(table: "Table") -> None:
    """An empty line and the table on stdout; like quotes, its lines are never cut or wrapped."""
    from rich.console import Console

    console = Console(width=_WIDEST, markup=False, highlight=False, emoji=False)
    console.print()
    console.print(table)


def print_keys(keys: Sequence[Key]) -> None:
    """The keys, a line each; nobody knows their secrets any more."""
    if not keys:
        _line("There is no key. Make one with: aliqa keys add NAME")
    for key in keys:
        _line(f"{key.name}: {', '.join(key.scopes)}, added {key.added_at:%Y-%m-%d}")


def print_watched(watched: Watched, verb: str) -> None:
    """What was done with a watched question, and what it is answered now."""
    _line(f"{verb} {watched.id}: {watched.question}")
    if watched.now and verb != "Removed":
        _line(f"  {watched.now.answer}")


def print_watchlist(watchlist: Sequence[Watched]) -> None:
    """The watched questions, a line each."""
    if not watchlist:
        _line("No question is watched. Add one with: aliqa watch add QUESTION")
    for one in watchlist:
        _line(f"{one.id}  {_moment(one.changed_at):<19}  {one.question}")


def _moment(when: datetime | None) -> str:
    return f"changed {when:%Y-%m-%d}" if when else "unchanged"


def print_rerun(asked: Sequence[Watched]) -> None:
    """What asking the watched questions again changed."""
    changed = [one for one in asked if one.just_changed]
    _line(f"Asked {_count(len(asked), 'watched question')}; {len(changed):,} changed.")
    for one in changed:
        _line()
        _line(f"{one.id}  {one.question}", bold=True)
        _print_change(one)


def _print_change(watched: Watched) -> None:
    from aliqa.answers.remarks import difference

    if watched.before is None or watched.now is None:
        return
    for when, answer in (("before", watched.before), ("now", watched.now)):
        _line(f"  {when:<6} ({answer.confidence:.2f}) {answer.answer}")
    for sign, citations in (("+", watched.new_citations), ("-", watched.gone_citations)):
        for one in citations:
            _line(f"  {sign} {one.title} ({_origin(one.source, one.published)}) {_place(one)}")
            _line(f'    "{one.quote}"')
    for disagreement in watched.new_disagreements:
        _line(f"  {difference(disagreement)}")

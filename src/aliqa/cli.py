"""The command line. Each command asks the library and prints what it says.

Results go to stdout and nothing else does; with ``--json`` they are the objects of the HTTP
contract. Exit codes: 0 fine, 1 failed, 2 wrong usage, 3 `ask` found no answer.
What is heavy to import is imported by the commands that need it.
"""

import json
import signal
import sys
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from aliqa import __version__, settings
from aliqa.access import SCOPES, Keys
from aliqa.citing import WRITERS
from aliqa.errors import AliqaError, InvalidRequest
from aliqa.printing import (
    Bar,
    print_added,
    print_answer,
    print_checks,
    print_diff,
    print_disagreements,
    print_json,
    print_keys,
    print_misses,
    print_parts,
    print_passages,
    print_published,
    print_report,
    print_rerun,
    print_run,
    print_status,
    print_timeline,
    print_verification,
    print_watched,
    print_watchlist,
    print_written,
    printable,
)
from aliqa.types import BuildReport, Filters, Mode, Watched

if TYPE_CHECKING:
    from aliqa.library import Library
    from aliqa.protocols import Embedder
    from aliqa.watchlist import Watchlist

FAILED, MISUSED, ABSTAINED = 1, 2, 3
_KEPT = {"embedding", "chunking", "reading", "answering"}
"""The settings that a run keeps: those that change answers, no addresses and no secrets."""

app = typer.Typer(
    help="Ask a folder of articles; every sentence of the answer is a verbatim quote with its place.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

CorpusOption = Annotated[Path | None, typer.Option("--corpus", metavar="DIR", help="the folder of articles")]
IndexOption = Annotated[Path | None, typer.Option("--index", metavar="DIR", help="the folder of the index")]
JsonOption = Annotated[bool, typer.Option("--json", help="print one JSON object")]
FormatOption = Annotated[
    Literal["text", "json", "markdown", "html", "bibtex"] | None,
    typer.Option("--format", help="how to print the answer; all but text carry its sources as data or footnotes"),
]
ModeOption = Annotated[
    Mode, typer.Option("--mode", help="synthesis has the configured language model rewrite the quotes, and checks it")
]
_DAY = {"metavar": "YYYY-MM-DD", "formats": ["%Y-%m-%d"]}
SinceOption = Annotated[datetime | None, typer.Option("--since", help="only articles from this day on", **_DAY)]
UntilOption = Annotated[datetime | None, typer.Option("--until", help="only articles up to this day", **_DAY)]
SourceOption = Annotated[list[str] | None, typer.Option("--source", help="only this outlet; may be repeated")]
DocOption = Annotated[list[str] | None, typer.Option("--doc", help="only this article; may be repeated")]


def main() -> None:
    """Run the command line; errors that aliqa raises on purpose become one line and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        app()
    except AliqaError as error:
        typer.echo(f"aliqa: {printable(str(error))}", err=True)
        raise SystemExit(MISUSED if isinstance(error, InvalidRequest) else FAILED) from None


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"aliqa {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="print the version")
    ] = False,
) -> None:
    pass


@app.command()
def index(
    corpus: CorpusOption = None,
    index: IndexOption = None,
    full: Annotated[bool, typer.Option("--full", help="read every article anew")] = False,
    force: Annotated[
        bool, typer.Option("--force", help="publish even if more than half of the articles are gone")
    ] = False,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="read unchanged files anew that could not be read")
    ] = False,
    ray: Annotated[
        str | None,
        typer.Option(
            "--ray", metavar="ADDRESS", help="embed on a Ray cluster: auto, host:port, ray://host:port, local"
        ),
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help="go on, and index what changes in the folder")] = False,
    as_json: JsonOption = False,
) -> None:
    """Index a folder of articles; what has not changed is kept."""
    chosen = settings.load(corpus_dir=corpus, index_dir=index)
    from aliqa.library import build, make_embedder

    embedder = make_embedder(chosen)
    with Bar() as bar:
        report = build(
            chosen, full=full, force=force, retry_failed=retry_failed, ray=ray, embedder=embedder, progress=bar.update
        )
    _print_report(report, as_json)
    if watch:
        _index_changes(chosen, embedder, as_json)


@app.command()
def add(
    sources: Annotated[list[str], typer.Argument(metavar="FILE|URL...", help="files, or http(s) addresses of pages")],
    corpus: CorpusOption = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Copy files or fetch pages into the folder of articles, and index them."""
    chosen = settings.load(corpus_dir=corpus, index_dir=index)
    from aliqa import adding
    from aliqa.library import build

    added, failures = adding.add(sources, chosen.corpus_dir)
    for failure in failures:
        typer.echo(f"aliqa: {printable(f'{failure.doc_id}: {failure.reason}')}", err=True)
    if added:
        with Bar() as bar:
            report = build(chosen, wait=60, progress=bar.update)
        if as_json:
            print_json({"added": added, "failures": failures, "report": report})
        else:
            print_added(added, report)
    if failures:
        raise typer.Exit(FAILED)


def _index_changes(chosen: settings.Settings, embedder: "Embedder", as_json: bool) -> None:
    """Index what changes, until interrupted; an error is told and the watch goes on."""
    from aliqa import watching
    from aliqa.library import build

    def changed() -> None:
        try:
            report = build(chosen, embedder=embedder, wait=60)
        except AliqaError as error:
            typer.echo(f"aliqa: {printable(str(error))}", err=True)
        else:
            if report.added or report.changed or report.removed:
                _print_report(report, as_json)

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        watching.follow(chosen.corpus_dir, changed, Event(), ignored=chosen.index_dir)


def _print_report(report: BuildReport, as_json: bool) -> None:
    if as_json:
        print_json(report)
    else:
        print_report(report)
    sys.stdout.flush()


def _decoded(words: str) -> str:
    """The argument, unless the shell passed bytes that are no UTF-8."""
    if any("\ud800" <= character <= "\udfff" for character in words):
        raise typer.BadParameter("it is not UTF-8 text")
    return words


@app.command()
def ask(
    question: Annotated[str, typer.Argument(callback=_decoded, help="the question, 1 to 2,000 characters")],
    index: IndexOption = None,
    top_k: Annotated[int, typer.Option("--top-k", min=1, max=20, help="how many passages to return")] = 5,
    since: SinceOption = None,
    until: UntilOption = None,
    source: SourceOption = None,
    doc: DocOption = None,
    mode: ModeOption = "extractive",
    style: FormatOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer a question with numbered quotes, or say why the articles do not (exit code 3)."""
    if as_json and style not in (None, "json"):
        raise typer.BadParameter("--json and --format contradict each other; give one of them")
    style = "json" if as_json else style
    filters = _filters(since, until, source, doc)
    library = _open(index, "question", question, filters)
    answer = library.ask(question, top_k=top_k, filters=filters)
    told = ""
    if mode == "synthesis":
        live = style in (None, "text") and sys.stdout.isatty()
        answer, told = print_parts(library.parts(answer, mode, filters=filters), live=live)
    if style == "json":
        print_json(answer)
    elif style and style != "text":
        print_written(WRITERS[style](answer))
    else:
        print_answer(answer, told)
    if not answer.answered:
        raise typer.Exit(ABSTAINED)


@app.command()
def search(
    query: Annotated[str, typer.Argument(callback=_decoded, help="what to look for, 1 to 2,000 characters")],
    index: IndexOption = None,
    top_k: Annotated[int, typer.Option("--top-k", min=1, max=100, help="how many passages to print")] = 10,
    since: SinceOption = None,
    until: UntilOption = None,
    source: SourceOption = None,
    doc: DocOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the passages that fit a query best."""
    filters = _filters(since, until, source, doc)
    passages = _open(index, "query", query, filters).search(query, top_k=top_k, filters=filters)
    if as_json:
        print_json({"passages": passages})
    else:
        print_passages(passages)


@app.command()
def disagreements(index: IndexOption = None, as_json: JsonOption = False) -> None:
    """Print where articles give different values for the same thing, both quotes side by side."""
    from aliqa import versions

    found = versions.disagreements(settings.load(index_dir=index))
    if as_json:
        print_json({"disagreements": found})
    else:
        print_disagreements(found)


@app.command()
def timeline(
    about: Annotated[str, typer.Argument(callback=_decoded, help="a name or a few words")],
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print in order of time what the articles say about something."""
    found = _open(index, "about", about, Filters()).timeline(about)
    if as_json:
        print_json(found)
    else:
        print_timeline(found)


@app.command()
def serve(
    corpus: CorpusOption = None,
    index: IndexOption = None,
    host: Annotated[str | None, typer.Option("--host", help="the address to listen on")] = None,
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65535, help="the port to listen on; 0 takes a free one")
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help="index what changes in the folder of articles")] = False,
    workers: Annotated[
        int | None,
        typer.Option("--workers", min=0, max=64, help="processes that answer; 0 answers in the server's own"),
    ] = None,
) -> None:
    """Serve the HTTP API, and the chat page at /."""
    service = None if workers is None else {"workers": workers}
    chosen = settings.load(corpus_dir=corpus, index_dir=index, host=host, port=port, service=service)
    from aliqa.service import serve as run

    run(chosen, watch=watch)


@app.command()
def mcp(index: IndexOption = None) -> None:
    """Serve the articles to agents over stdin and stdout, by the Model Context Protocol."""
    chosen = settings.load(index_dir=index)
    from aliqa.mcp import serve as run

    run(chosen)


@app.command()
def status(index: IndexOption = None, as_json: JsonOption = False) -> None:
    """Print what the index holds, its versions, and which files could not be read."""
    from aliqa import versions

    found = versions.status(settings.load(index_dir=index))
    if as_json:
        print_json(found)
    else:
        print_status(found)


@app.command()
def doctor(corpus: CorpusOption = None, index: IndexOption = None, as_json: JsonOption = False) -> None:
    """Say what is configured, whether it works, and what to do (exit code 1 if something does not)."""
    chosen = settings.load(corpus_dir=corpus, index_dir=index)
    from aliqa.doctor import examine

    found = list(examine(chosen))
    if as_json:
        print_json({"checks": found})
    else:
        print_checks(found)
    if any(check.state == "broken" for check in found):
        raise typer.Exit(FAILED)


@app.command()
def rollback(index: IndexOption = None, as_json: JsonOption = False) -> None:
    """Publish the version before the published one again; the two change places."""
    from aliqa import versions

    published = versions.rollback(settings.load(index_dir=index))
    if as_json:
        print_json(published)
    else:
        print_published(published)


@app.command()
def migrate(
    source: Annotated[str, typer.Option("--from", metavar="DIR|URL", help="the index to copy")],
    target: Annotated[str, typer.Option("--to", metavar="DIR|URL", help="where to publish it")],
    as_json: JsonOption = False,
) -> None:
    """Copy an index from a folder to a database, or back, without embedding anything again."""
    from aliqa import migrating
    from aliqa.indexes import index_at

    with Bar() as bar:
        published = migrating.migrate(index_at(source), index_at(target), bar.update)
    if as_json:
        print_json(published)
    else:
        print_published(published, "published there")


@app.command()
def diff(
    old: Annotated[str | None, typer.Argument(help="a version or its number; else the one before")] = None,
    new: Annotated[str | None, typer.Argument(help="a version or its number; else the published one")] = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print which articles were added, changed and removed between two versions."""
    from aliqa import versions

    found = versions.diff(settings.load(index_dir=index), old, new)
    if as_json:
        print_json(found)
    else:
        print_diff(found)


@app.command()
def verify(
    answer: Annotated[typer.FileBinaryRead, typer.Argument(help="what ask --json printed; - reads it from stdin")],
    corpus: CorpusOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check the citations of an answer against the files alone (exit code 1 unless all are found)."""
    from aliqa import verifying

    chosen = settings.load(corpus_dir=corpus)
    found = verifying.verify(verifying.parse(answer.read()), chosen.corpus_dir)
    if as_json:
        print_json(found)
    else:
        print_verification(found)
    if not found.verified:
        raise typer.Exit(FAILED)


@app.command("eval")
def evaluate(
    gold: Annotated[Path, typer.Argument(metavar="GOLD.jsonl", help="questions, and where their answers stand")],
    index: IndexOption = None,
    misses: Annotated[bool, typer.Option("--misses", help="list the questions that went wrong")] = False,
    out: Annotated[Path | None, typer.Option("--out", metavar="RUN.json", help="keep the run, to compare with")] = None,
    plot: Annotated[
        Path | None, typer.Option("--plot", metavar="FILE.svg|png", help="draw risk, coverage and reliability")
    ] = None,
    compare: Annotated[
        Path | None, typer.Option("--compare", metavar="RUN.json", help="print the differences to a run that was kept")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Score the answers to questions whose answers are known."""
    chosen = settings.load(index_dir=index)
    from aliqa import evaluating
    from aliqa.library import Library

    for path in filter(None, (out, plot)):
        evaluating.check_folder(path)
    if plot:
        evaluating.check_plot(plot)
    old = evaluating.load_run(compare) if compare else None
    given = evaluating.read_gold(gold)
    library = Library.open(chosen)
    questions = evaluating.locate(gold.name, given, library.text)
    if compare and old:
        evaluating.check_same(compare.name, old, questions)
    with Bar() as bar:
        rows = evaluating.ask_all(questions, library.ask, library.with_threshold(0).ask, library.text, bar.update)
    models = {"embedding": library.model, "reader": library.reader.fingerprint}
    run = evaluating.make_run(gold, rows, library.info, models, chosen.model_dump(include=_KEPT))
    if compare and old:
        run = replace(run, comparison=evaluating.compare(compare.name, old, run))
    if as_json:
        print_json(run)
    else:
        print_run(run)
        if misses:
            print_misses(run)
    if out:
        evaluating.save_run(run, out)
    if plot:
        evaluating.draw_run(rows, chosen.answering.threshold, plot)


watch = typer.Typer(help="Watch questions: what a newer index answers differently.", no_args_is_help=True)
app.add_typer(watch, name="watch")


@watch.command("add")
def watch_add(
    question: Annotated[str, typer.Argument(callback=_decoded, help="the question, 1 to 2,000 characters")],
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Save a question with what is answered now."""
    chosen = settings.load(index_dir=index)
    from aliqa.library import Library, checked

    checked("question", question, Filters())
    _print_watched(_watchlist(chosen).add_and_ask(question.strip(), Library.open(chosen).ask), as_json)


@watch.command("list")
def watch_list(index: IndexOption = None, as_json: JsonOption = False) -> None:
    """Print the saved questions and when their answers last changed."""
    listed = _watchlist(settings.load(index_dir=index)).questions()
    if as_json:
        print_json({"questions": listed})
    else:
        print_watchlist(listed)


@watch.command("remove")
def watch_remove(
    name: Annotated[str, typer.Argument(callback=_decoded, help="the id of a question, or its words")],
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Forget a question."""
    _print_watched(_watchlist(settings.load(index_dir=index)).remove(name), as_json, "Removed")


@watch.command("run")
def watch_run(index: IndexOption = None, as_json: JsonOption = False) -> None:
    """Ask all saved questions again and print what changed since the last time."""
    chosen = settings.load(index_dir=index)
    from aliqa.library import Library

    asked = _watchlist(chosen).run(Library.open(chosen).ask)
    if as_json:
        print_json({"questions": asked})
    else:
        print_rerun(asked)


feedback = typer.Typer(help="What readers said of answers on the page.", no_args_is_help=True)
app.add_typer(feedback, name="feedback")


@feedback.command("export")
def feedback_export(index: IndexOption = None) -> None:
    """Print the answers that were called right as gold questions for `aliqa eval`."""
    from aliqa.feedback import Feedback

    gold = Feedback(settings.load(index_dir=index).index_dir).gold()
    for question in gold.questions:
        typer.echo(json.dumps(question, ensure_ascii=False))
    said = [f"{len(gold.questions):,} answers called right"]
    if gold.wrong:
        said.append(f"{gold.wrong:,} called wrong left out, for nobody said what is right")
    if gold.damaged:
        said.append(f"{gold.damaged:,} damaged lines left out")
    typer.echo("; ".join(said) + ".", err=True)


keys = typer.Typer(help="Keys for the server: with one, nobody gets in without.", no_args_is_help=True)
app.add_typer(keys, name="keys")


@keys.command("add")
def keys_add(
    name: Annotated[str, typer.Argument(callback=_decoded, help="who or what will use it")],
    scope: Annotated[
        Literal["ask", "manage", "all"], typer.Option("--scope", help="ask questions, manage the articles, or both")
    ] = "all",
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a key and print it, this once."""
    scopes = SCOPES if scope == "all" else (scope,)
    secret = Keys(settings.load(index_dir=index).index_dir).add(name, scopes)
    if as_json:
        print_json({"name": name, "scopes": scopes, "key": secret})
    else:
        typer.echo(secret)


@keys.command("list")
def keys_list(index: IndexOption = None, as_json: JsonOption = False) -> None:
    """Print the names and scopes of the keys."""
    chosen = settings.load(index_dir=index)
    listed = Keys(chosen.index_dir, chosen.api_key).listed()
    if as_json:
        print_json({"keys": [{"name": k.name, "scopes": k.scopes, "added_at": k.added_at} for k in listed]})
    else:
        print_keys(listed)


@keys.command("remove")
def keys_remove(
    name: Annotated[str, typer.Argument(callback=_decoded, help="the key's name")], index: IndexOption = None
) -> None:
    """Forget a key; a running server refuses it from now on."""
    Keys(settings.load(index_dir=index).index_dir).remove(name)
    typer.echo(f"Removed {name}")


def _watchlist(chosen: settings.Settings) -> "Watchlist":
    from aliqa.watchlist import Watchlist

    return Watchlist(chosen.index_dir)


def _print_watched(watched: Watched, as_json: bool, verb: str = "Watching") -> None:
    if as_json:
        print_json(watched)
    else:
        print_watched(watched, verb)


def _open(index: Path | None, field: str, text: str, filters: Filters) -> "Library":
    """The library, after a check that it can be asked this: opening it takes seconds."""
    chosen = settings.load(index_dir=index)
    from aliqa.library import Library, checked

    checked(field, text, filters)
    return Library.open(chosen)


def _filters(
    since: datetime | None, until: datetime | None, sources: list[str] | None, doc_ids: list[str] | None
) -> Filters:
    return Filters(
        since=since.date() if since else None,
        until=until.date() if until else None,
        doc_ids=tuple(doc_ids) if doc_ids else None,
        sources=tuple(sources) if sources else None,
    )

"""The command line. Each command asks the library and prints what it says.

Results go to stdout and nothing else does; with ``--json`` they are the objects of the HTTP
contract. Exit codes: 0 fine, 1 failed, 2 wrong usage, 3 `ask` found no answer.
What is heavy to import is imported by the commands that need it.
"""

import sys
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aliqa import __version__, settings
from aliqa.errors import AliqaError, InvalidRequest
from aliqa.printing import Bar, print_answer, print_json, print_passages, print_report, print_status, printable
from aliqa.types import Filters

if TYPE_CHECKING:
    from aliqa.library import Library

FAILED, MISUSED, ABSTAINED = 1, 2, 3

app = typer.Typer(
    help="Ask a folder of articles; every sentence of the answer is a verbatim quote with its place.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

CorpusOption = Annotated[Path | None, typer.Option("--corpus", metavar="DIR", help="the folder of articles")]
IndexOption = Annotated[Path | None, typer.Option("--index", metavar="DIR", help="the folder of the index")]
JsonOption = Annotated[bool, typer.Option("--json", help="print one JSON object")]
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
    as_json: JsonOption = False,
) -> None:
    """Index a folder of articles; what has not changed is kept."""
    chosen = settings.load(corpus_dir=corpus, index_dir=index)
    from aliqa.library import build

    with Bar() as bar:
        report = build(chosen, full=full, progress=bar.update)
    if as_json:
        print_json(report)
    else:
        print_report(report)


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
    as_json: JsonOption = False,
) -> None:
    """Answer a question with numbered quotes, or say why the articles do not (exit code 3)."""
    answer = _open(index).ask(question, top_k=top_k, filters=_filters(since, until, source, doc))
    if as_json:
        print_json(answer)
    else:
        print_answer(answer)
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
    passages = _open(index).search(query, top_k=top_k, filters=_filters(since, until, source, doc))
    if as_json:
        print_json({"passages": passages})
    else:
        print_passages(passages)


@app.command()
def serve(
    corpus: CorpusOption = None,
    index: IndexOption = None,
    host: Annotated[str | None, typer.Option("--host", help="the address to listen on")] = None,
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65535, help="the port to listen on; 0 takes a free one")
    ] = None,
) -> None:
    """Serve the HTTP API, and the chat page at /."""
    chosen = settings.load(corpus_dir=corpus, index_dir=index, host=host, port=port)
    from aliqa.service import serve as run

    run(chosen)


@app.command()
def status(index: IndexOption = None, as_json: JsonOption = False) -> None:
    """Print what the index holds and which articles could not be read."""
    library = _open(index)
    failures = [article for article in library.articles() if article.state == "failed"]
    if as_json:
        failed = [{"doc_id": article.doc_id, "reason": article.reason} for article in failures]
        print_json({"index": library.info, "model": library.model, "failures": failed})
    else:
        print_status(library.info, library.model, failures)


def _open(index: Path | None) -> "Library":
    chosen = settings.load(index_dir=index)
    from aliqa.library import Library

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

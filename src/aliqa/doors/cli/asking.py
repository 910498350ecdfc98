"""Commands that ask an index, and one that checks an answer."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aliqa.doors.cli.commands import from_stdin
from aliqa.doors.cli.opening import filters_of, opened
from aliqa.doors.cli.options import (
    ABSTAINED,
    FAILED,
    CollectionOption,
    CorpusOption,
    DocOption,
    FormatOption,
    IndexOption,
    JsonOption,
    LimitOption,
    ModeOption,
    SinceOption,
    SourceOption,
    TagOption,
    UntilOption,
    decoded,
)
from aliqa.doors.cli.printing import (
    print_answer,
    print_disagreements,
    print_json,
    print_parts,
    print_passages,
    print_timeline,
    print_verification,
    print_written,
)
from aliqa.foundations import settings
from aliqa.foundations.errors import BackupFailed, InvalidRequest
from aliqa.foundations.limits import LONGEST_QUESTION, MOST_FOUND, MOST_PASSAGES, MOST_TURNS
from aliqa.foundations.types import Filters, Turn

if TYPE_CHECKING:
    from aliqa.answers.dossier import DossierCheck


def ask(
    question: Annotated[
        str,
        typer.Argument(
            callback=decoded, help=f"the question, 1 to {LONGEST_QUESTION:,} characters; - reads it from stdin"
        ),
    ],
    index: IndexOption = None,
    top_k: Annotated[int, typer.Option("--top-k", min=1, max=MOST_PASSAGES, help="how many passages to return")] = 5,
    limit: LimitOption = None,
    as_typed: Annotated[bool, typer.Option("--as-typed", help="correct no misspelt name")] = False,
    history: Annotated[
        list[str] | None,
        typer.Option("--history", metavar="QUESTION", help="an earlier question, oldest first; may be repeated"),
    ] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    source: SourceOption = None,
    doc: DocOption = None,
    collection: CollectionOption = None,
    tag: TagOption = None,
    mode: ModeOption = "extractive",
    style: FormatOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer a question with numbered quotes, or say why the articles do not (exit code 3)."""
    if as_json and style not in (None, "json"):
        raise typer.BadParameter("--json and --format contradict each other; give one of them")
    style = "json" if as_json else style
    filters = filters_of(since, until, source, doc, collection, tag)
    question = from_stdin(question)
    library = opened(index, "question", question, filters)
    turns = [Turn("user", decoded(one)) for one in history or ()][-MOST_TURNS:]
    answer = library.ask(question, history=turns, top_k=top_k, filters=filters, limit=limit, as_typed=as_typed)
    told = ""
    if mode == "synthesis":
        live = style in (None, "text") and sys.stdout.isatty()
        answer, told = print_parts(library.parts(answer, mode, filters=filters), live=live)
    if style == "json":
        print_json(answer)
    elif style and style != "text":
        from aliqa.answers.citing import WRITERS

        print_written(WRITERS[style](answer))
    else:
        print_answer(answer, told)
    if not answer.answered:
        raise typer.Exit(ABSTAINED)


def search(
    query: Annotated[
        str, typer.Argument(callback=decoded, help=f"what to look for, 1 to {LONGEST_QUESTION:,} characters")
    ],
    index: IndexOption = None,
    top_k: Annotated[int, typer.Option("--top-k", min=1, max=MOST_FOUND, help="how many passages to print")] = 10,
    since: SinceOption = None,
    until: UntilOption = None,
    source: SourceOption = None,
    doc: DocOption = None,
    collection: CollectionOption = None,
    tag: TagOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the passages that fit a query best."""
    filters = filters_of(since, until, source, doc, collection, tag)
    passages = opened(index, "query", query, filters).search(query, top_k=top_k, filters=filters)
    from aliqa.answers.querying import trouble

    notice = trouble(query)
    if notice:
        typer.echo(f"aliqa: {notice}", err=True)
    if as_json:
        print_json({"passages": passages, "notice": notice})
    else:
        print_passages(passages)


def disagreements(index: IndexOption = None, as_json: JsonOption = False) -> None:
    """Print where articles give different values for the same thing, both quotes side by side."""
    from aliqa.index import versions

    found = versions.disagreements(settings.load(index_dir=index))
    if as_json:
        print_json({"disagreements": found})
    else:
        print_disagreements(found)


def timeline(
    about: Annotated[str, typer.Argument(callback=decoded, help="a name or a few words")],
    index: IndexOption = None,
    offset: Annotated[int, typer.Option("--offset", min=0, help="how many statements to leave out at first")] = 0,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="the most to print; all if not given")] = None,
    as_json: JsonOption = False,
) -> None:
    """Print in order of time what the articles say about something."""
    found = opened(index, "about", about, Filters()).timeline(about, offset=offset, limit=limit)
    if as_json:
        print_json(found)
    else:
        print_timeline(found)


def verify(
    answer: Annotated[typer.FileBinaryRead, typer.Argument(help="what ask --json printed; - reads it from stdin")],
    corpus: CorpusOption = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check the citations of an answer, or a dossier, against the files alone (exit code 1 unless all are found)."""
    from aliqa.answers import dossier, verifying

    chosen = settings.load(corpus_dir=corpus, index_dir=index)
    data = answer.read()
    if dossier.is_dossier(data):
        _print_check(dossier.verify(data, chosen.corpus_dir), as_json)
        return
    found = verifying.verify(verifying.parse(data), chosen.corpus_dir)
    if as_json:
        print_json(found)
    else:
        print_verification(found)
    if not found.verified:
        raise typer.Exit(FAILED)


def _print_check(found: "DossierCheck", as_json: bool) -> None:
    """What became of a dossier; exit code 1 unless all of it holds."""
    if as_json:
        print_json(found)
    else:
        for number, one in enumerate(found.answers, 1):
            typer.echo(f"{number}.")
            print_verification(one)
        state = "what its manifest makes" if found.intact else "NOT what its manifest makes: it was changed by hand"
        typer.echo(f"The page is {state}.")
    if not found.verified:
        raise typer.Exit(FAILED)


def dossier(
    out: Annotated[Path, typer.Argument(metavar="DOSSIER.html", help="the page to write; it must not be there")],
    answers: Annotated[
        list[typer.FileBinaryRead] | None, typer.Argument(metavar="[ANSWER.json...]", help="what ask --json printed")
    ] = None,
    title: Annotated[str, typer.Option("--title", callback=decoded, help="what stands above it")] = "Dossier",
    tag: Annotated[str | None, typer.Option("--tag", help="with the quotes that have this tag")] = None,
    index: IndexOption = None,
) -> None:
    """Put answers and tagged quotes into one page with footnotes, which `aliqa verify` checks."""
    import json

    from aliqa.answers import dossier as dossiers

    quotes: tuple[dossiers.Quoted, ...] = ()
    if tag:
        from aliqa.articles.notes import Notes
        from aliqa.index.places import index_of

        chosen = settings.load(index_dir=index)
        quotes = dossiers.tagged_quotes(index_of(chosen).published(), Notes(chosen.corpus_dir).all(), tag)
    try:
        given = [json.loads(one.read()) for one in answers or ()]
    except ValueError as error:
        raise InvalidRequest("answers", "one is no JSON; give what ask --json printed") from error
    made = dossiers.html(dossiers.compose(title, given, quotes))
    try:
        with open(out, "xb") as file:
            file.write(made)
    except OSError as error:
        raise BackupFailed(out, error.strerror or type(error).__name__) from error
    typer.echo(f"Wrote {out}: {len(given):,} answers, {len(quotes):,} quotes. Check it: aliqa verify {out}")

"""Commands that ask an index, and one that checks an answer."""

import sys
from collections.abc import Mapping
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aliqa.answers.citing import WRITERS
from aliqa.doors.cli.commands import from_stdin
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
from aliqa.foundations.limits import LONGEST_QUESTION, MOST_FOUND, MOST_PASSAGES
from aliqa.foundations.types import Filters

if TYPE_CHECKING:
    from aliqa.answers.dossier import DossierCheck
    from aliqa.library import Library


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
    filters = _filters(since, until, source, doc, collection, tag)
    question = from_stdin(question)
    library = _open(index, "question", question, filters)
    answer = library.ask(question, top_k=top_k, filters=filters, limit=limit, as_typed=as_typed)
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
    filters = _filters(since, until, source, doc, collection, tag)
    passages = _open(index, "query", query, filters).search(query, top_k=top_k, filters=filters)
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
    found = _open(index, "about", about, Filters()).timeline(about, offset=offset, limit=limit)
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


def _open(index: Path | None, field: str, text: str, filters: Filters) -> "Library":
    """The library, after a check that it can be asked this: opening it takes seconds."""
    chosen = settings.load(index_dir=index)
    from aliqa.library import Library, checked

    checked(field, text, filters)
    library = Library.open(chosen)
    _check_names(library, filters)
    return library


def _check_names(library: "Library", filters: Filters) -> None:
    """Raise InvalidRequest for an outlet or an article that the index does not hold: it is mistyped."""
    articles = library.articles()
    outlets = {one.source.casefold(): one.source for one in articles if one.source}
    doc_ids = {one.doc_id: one.doc_id for one in articles}
    for source in filters.sources or ():
        if source.casefold() not in outlets:
            raise InvalidRequest("source", _unknown("is from", source, source.casefold(), outlets, "aliqa sources"))
    for doc_id in filters.doc_ids or ():
        if doc_id not in doc_ids:
            raise InvalidRequest("doc", _unknown("is called", doc_id, doc_id, doc_ids, "aliqa articles"))


def _unknown(what: str, given: str, sought: str, known: Mapping[str, str], listing: str) -> str:
    near = get_close_matches(sought, known, n=1)
    meant = f"; did you mean “{known[near[0]]}”?" if near else "."
    return f"no article {what} “{given}”{meant} List them with: {listing}"


def _filters(since: datetime | None, until: datetime | None, *lists: list[str] | None) -> Filters:
    """The filters; ``lists`` are outlets, articles, collections and tags."""
    sources, doc_ids, collections, tags = (tuple(one) if one else None for one in lists)
    first, last = (one.date() if one else None for one in (since, until))
    return Filters(first, last, doc_ids, sources, collections, tags)

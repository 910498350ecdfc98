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
from aliqa.foundations.errors import InvalidRequest
from aliqa.foundations.limits import LONGEST_QUESTION, MOST_FOUND, MOST_PASSAGES
from aliqa.foundations.types import Filters

if TYPE_CHECKING:
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
    if as_json:
        print_json({"passages": passages})
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
    as_json: JsonOption = False,
) -> None:
    """Print in order of time what the articles say about something."""
    found = _open(index, "about", about, Filters()).timeline(about)
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
    """Check the citations of an answer against the files alone (exit code 1 unless all are found)."""
    from aliqa.answers import verifying

    chosen = settings.load(corpus_dir=corpus, index_dir=index)
    found = verifying.verify(verifying.parse(answer.read()), chosen.corpus_dir)
    if as_json:
        print_json(found)
    else:
        print_verification(found)
    if not found.verified:
        raise typer.Exit(FAILED)


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

"""Commands that make an index, change it, and say what it holds."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import TYPE_CHECKING, Annotated

import typer

from aliqa.doors.cli.commands import folder_of
from aliqa.doors.cli.opening import filters_of, opened
from aliqa.doors.cli.options import (
    FAILED,
    CollectionOption,
    CorpusOption,
    DocOption,
    IndexOption,
    JsonOption,
    SinceOption,
    SourceOption,
    TagOption,
    UntilOption,
    decoded,
)
from aliqa.doors.cli.printing import (
    Bar,
    print_added,
    print_articles,
    print_diff,
    print_json,
    print_mentioning,
    print_names,
    print_published,
    print_report,
    print_sources,
    print_status,
    printable,
)
from aliqa.foundations import settings
from aliqa.foundations.errors import AliqaError, CorpusMissing
from aliqa.foundations.types import BuildOptions, BuildReport

if TYPE_CHECKING:
    from aliqa.foundations.protocols import Embedder


def articles(
    mentions: Annotated[
        str | None, typer.Option("--mentions", help="only those that mention this, most mentions first, with quotes")
    ] = None,
    index: IndexOption = None,
    most: Annotated[int | None, typer.Option("--limit", min=1, help="how many to list, at most")] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    source: SourceOption = None,
    doc: DocOption = None,
    collection: CollectionOption = None,
    tag: TagOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the articles with their outlets and dates, those that could not be read, too."""
    filters = filters_of(since, until, source, doc, collection, tag)
    if mentions is not None:
        library = opened(index, "mentions", decoded(mentions), filters)
        told = library.mentioning(mentions, filters=filters, limit=most)
        if as_json:
            print_json(told)
        else:
            print_mentioning(told)
        return
    if filters:
        found = opened(index, "filters", "all", filters).articles(filters)[:most]
    else:
        from aliqa.index import versions

        found = versions.articles(settings.load(index_dir=index))[:most]
    if as_json:
        print_json({"articles": found})
    else:
        print_articles(found)


def sources(index: IndexOption = None, as_json: JsonOption = False) -> None:
    """List the outlets, with how many articles each has and the date of the newest."""
    from aliqa.index import versions

    found = versions.sources(settings.load(index_dir=index))
    if as_json:
        print_json({"sources": found})
    else:
        print_sources(found)


def names(
    index: IndexOption = None,
    most: Annotated[int, typer.Option("--limit", min=1, help="how many names to print")] = 50,
    check: Annotated[
        typer.FileText | None,
        typer.Option("--check", encoding="utf-8", help="look for the names of this file, one a line, in all articles"),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Print the names in the articles, with counts and other spellings; aliases.txt in the index edits those."""
    from aliqa.index import versions

    if check is not None:
        _check_names([line.strip() for line in check if line.strip()], settings.load(index_dir=index), as_json)
        return
    found = versions.names(settings.load(index_dir=index))[:most]
    if as_json:
        print_json({"names": found})
    else:
        print_names(found)


def _check_names(names: list[str], chosen: settings.Settings, as_json: bool) -> None:
    from aliqa.library import Library

    found = Library.open(chosen).check_names(names)
    if as_json:
        print_json({"names": found})
        return
    for one in found:
        near = f"; nearly so: {', '.join(one.similar)}" if one.similar else ""
        typer.echo(printable(f"{one.name}: {len(one.articles):,} articles{near}"))
        for mention in one.articles:
            typer.echo(printable(f"  {mention.doc_id} ({mention.mentions:,}): {mention.quote}"))


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

    if not chosen.corpus_dir.is_dir():  # before a model is loaded and kept for it
        raise CorpusMissing(chosen.corpus_dir)
    options = BuildOptions(full, force, retry_failed)
    with told_to_end() as stop:
        embedder = make_embedder(chosen, asked=False)
        with Bar() as bar:
            report = build(chosen, options, ray=ray, embedder=embedder, progress=bar.update)
        _print_report(report, as_json)
        if watch:
            _index_changes(chosen, embedder, stop, as_json=as_json)
        elif not as_json:
            typer.echo(" ".join(["Ask:", "aliqa", "ask", '"…"', *folder_of(chosen.index_dir)]))


def add(
    sources: Annotated[list[str], typer.Argument(metavar="FILE|URL...", help="files, or http(s) addresses of pages")],
    corpus: CorpusOption = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Copy files or fetch pages into the folder of articles, and index them."""
    chosen = settings.load(corpus_dir=corpus, index_dir=index)
    from aliqa.articles import adding
    from aliqa.library import build

    added, failures = adding.add(sources, chosen.corpus_dir)
    for failure in failures:
        typer.echo(f"aliqa: {printable(f'{failure.doc_id}: {failure.reason}')}", err=True)
    if added:
        with Bar() as bar:
            report = build(chosen, BuildOptions(wait=60), progress=bar.update)
        if as_json:
            print_json({"added": added, "failures": failures, "report": report})
        else:
            print_added(added, report)
    if failures:
        raise typer.Exit(FAILED)


def _index_changes(chosen: settings.Settings, embedder: "Embedder", stop: Event, *, as_json: bool) -> None:
    """Index what changes, until told to end; an error is told and the watch goes on."""
    from aliqa.articles import watching
    from aliqa.library import build

    def changed() -> None:
        try:
            report = build(chosen, BuildOptions(wait=60), embedder=embedder)
        except AliqaError as error:
            typer.echo(f"aliqa: {printable(str(error))}", err=True)
        else:
            if report.added or report.changed or report.removed:
                _print_report(report, as_json)

    with suppress(KeyboardInterrupt):
        watching.follow(chosen.corpus_dir, changed, stop, ignored=chosen.index_dir)


@contextmanager
def told_to_end() -> Iterator[Event]:
    """An event that is set when SIGINT or SIGTERM comes; the block is left by a KeyboardInterrupt, too.

    That alone may get lost: Python drops what is raised inside a callback of an import or while an object is destroyed.
    """
    told = Event()

    def end(*_: object) -> None:
        Thread(target=told.set).start()  # elsewhere: the thread that is interrupted may hold the event's lock
        raise KeyboardInterrupt

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield told
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _print_report(report: BuildReport, as_json: bool) -> None:
    if as_json:
        print_json(report)
    else:
        print_report(report)
    sys.stdout.flush()


def status(index: IndexOption = None, as_json: JsonOption = False) -> None:
    """Print what the index holds, its versions, and which files could not be read."""
    from aliqa.index import versions

    found = versions.status(settings.load(index_dir=index))
    if as_json:
        print_json(found)
    else:
        print_status(found)


def rollback(index: IndexOption = None, as_json: JsonOption = False) -> None:
    """Publish the version before the published one again; the two change places."""
    from aliqa.index import versions

    published = versions.rollback(settings.load(index_dir=index))
    if as_json:
        print_json(published)
    else:
        print_published(published)


def diff(
    old: Annotated[str | None, typer.Argument(help="a version or its number; else the one before")] = None,
    new: Annotated[str | None, typer.Argument(help="a version or its number; else the published one")] = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print which articles were added, changed and removed between two versions."""
    from aliqa.index import versions

    found = versions.diff(settings.load(index_dir=index), old, new)
    if as_json:
        print_json(found)
    else:
        print_diff(found)


def migrate(
    source: Annotated[str, typer.Option("--from", metavar="DIR|URL", help="the index to copy")],
    target: Annotated[str, typer.Option("--to", metavar="DIR|URL", help="where to publish it")],
    as_json: JsonOption = False,
) -> None:
    """Copy an index from a folder to a database, or back, without embedding anything again."""
    from aliqa.index import migrating
    from aliqa.index.places import index_at

    with Bar() as bar:
        published = migrating.migrate(index_at(source), index_at(target), bar.update)
    if as_json:
        print_json(published)
    else:
        print_published(published, "published there")

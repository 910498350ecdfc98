"""Commands for feeds: their pages become articles by themselves."""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from aliqa.doors.cli.options import FAILED, HELP, CorpusOption, IndexOption, JsonOption, decoded
from aliqa.doors.cli.printing import Bar, print_json, print_report, print_sentences, printable
from aliqa.foundations import settings
from aliqa.foundations.types import BuildOptions

if TYPE_CHECKING:
    from aliqa.articles.feeds import Round

feed = typer.Typer(
    name="feed",
    help="Feeds whose pages become articles: RSS, Atom, JSON Feed, sitemaps.",
    no_args_is_help=True,
    context_settings=HELP,
)
NameArgument = Annotated[str, typer.Argument(callback=decoded, help="the id or the address of a feed")]


@feed.command("add")
def feed_add(
    url: Annotated[str, typer.Argument(callback=decoded, help="the address of the feed, or of a sitemap")],
    hosts: Annotated[
        list[str] | None,
        typer.Option("--host", help="a further host that may be asked for its pages; may be repeated"),
    ] = None,
    folder: Annotated[
        str | None, typer.Option("--into", metavar="FOLDER", help="where in the corpus its articles go; else its host")
    ] = None,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask for a feed once and keep it; `feed run`, or a running server, fetches its pages."""
    from aliqa.articles import feeds

    chosen = settings.load(corpus_dir=corpus, index_dir=index)
    added = feeds.add(feeds.Feeds(chosen.index_dir), chosen, url, hosts or (), folder)
    if as_json:
        print_json(added)
    else:
        typer.echo(f"{added.id}  {printable(added.url)}: asks {', '.join(added.hosts)}, writes into {added.folder}/")


@feed.command("list")
def feed_list(index: IndexOption = None, as_json: JsonOption = False) -> None:
    """Print the feeds, when each was asked last, and what is wrong with it."""
    from aliqa.articles.feeds import Feeds

    listed = Feeds(settings.load(index_dir=index).index_dir).listed()
    if as_json:
        print_json({"feeds": listed})
    for one in () if as_json else listed:
        asked = f"asked {_moment(one.checked_at)}" if one.checked_at else "not asked yet"
        problem = f"; {one.problem}; again from {_moment(one.next_at)}" if one.problem else ""
        typer.echo(printable(f"{one.id}  {one.url}  ({asked}{problem})"))
    if not listed and not as_json:
        typer.echo("There are no feeds. Add one: aliqa feed add URL")


@feed.command("remove")
def feed_remove(name: NameArgument, index: IndexOption = None) -> None:
    """Ask a feed no more; its articles stay."""
    from aliqa.articles.feeds import Feeds

    typer.echo(f"Removed {printable(Feeds(settings.load(index_dir=index).index_dir).remove(name).url)}")


@feed.command("run")
def feed_run(
    name: Annotated[str | None, typer.Argument(callback=lambda given: given and decoded(given))] = None,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask the feeds, fetch what is new or corrected, and index it (exit code 1 if a feed cannot be had)."""
    from aliqa.articles import feeds

    chosen = settings.load(corpus_dir=corpus, index_dir=index)
    rounds = feeds.poll(feeds.Feeds(chosen.index_dir), chosen, name=name)
    if not as_json:
        _print_rounds(rounds)
    report = None
    if rounds and chosen.corpus_dir.is_dir():  # what an earlier run was killed with is indexed, too
        from aliqa.library import build

        with Bar() as bar:
            report = build(chosen, BuildOptions(wait=60), progress=bar.update)
    if as_json:
        print_json({"feeds": rounds, "report": report})
    elif report:
        print_report(report)
    if any(one.problem for one in rounds):
        raise typer.Exit(FAILED)


def _print_rounds(rounds: "Sequence[Round]") -> None:
    for one in rounds:
        typer.echo(
            printable(
                f"{one.feed.url}: {len(one.added):,} new, {len(one.corrected):,} corrected, {one.same:,} unchanged,"
                f" {len(one.failures):,} not taken"
            )
        )
        for correction in one.corrected:
            typer.echo(printable(f"  Corrected {correction.doc_id} ({correction.url})"))
            print_sentences(correction.changes)
        for failure in one.failures:
            typer.echo(printable(f"aliqa: {failure.doc_id}: {failure.reason}"), err=True)
        if one.problem:
            typer.echo(printable(f"aliqa: {one.feed.url}: {one.problem}"), err=True)


def _moment(at: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(at))

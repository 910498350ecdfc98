"""Commands for what is kept beside an index: watched questions, what readers said of answers, keys."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from aliqa.doors.cli.options import FAILED, HELP, CorpusOption, IndexOption, JsonOption, decoded
from aliqa.doors.cli.printing import print_json, print_keys, print_rerun, print_watched, print_watchlist, printable
from aliqa.doors.kept.access import SCOPES, Keys
from aliqa.foundations import settings
from aliqa.foundations.limits import LONGEST_QUESTION
from aliqa.foundations.types import Filters, Watched

if TYPE_CHECKING:
    from aliqa.doors.alerts import Alerts
    from aliqa.doors.alerts.sending import Sent
    from aliqa.doors.kept.backup import Manifest
    from aliqa.doors.kept.watchlist import Watchlist

watch = typer.Typer(
    name="watch",
    help="Watch questions: what a newer index answers differently.",
    no_args_is_help=True,
    context_settings=HELP,
)


@watch.command("add")
def watch_add(
    question: Annotated[
        str, typer.Argument(callback=decoded, help=f"the question, 1 to {LONGEST_QUESTION:,} characters")
    ],
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
    chosen = settings.load(index_dir=index)
    listed, names = _watchlist(chosen).questions(), _alerts(chosen).outbox.names()
    if as_json:
        print_json({"questions": listed, "names": names})
        return
    if listed or not names:
        print_watchlist(listed)
    for name in names:
        typer.echo(f"Name: {printable(name)}")


@watch.command("name")
def watch_name(
    name: Annotated[str, typer.Argument(callback=decoded, help="a name, as articles write it")],
    index: IndexOption = None,
) -> None:
    """Watch a name: each new article that mentions it is told in the alerts."""
    chosen = settings.load(index_dir=index)
    from aliqa.library import Library

    typer.echo(f"Watching {printable(_alerts(chosen).watch_name(name, Library.open(chosen)))}")


@watch.command("remove")
def watch_remove(
    name: Annotated[str, typer.Argument(callback=decoded, help="the id of a question, or its words; or a name")],
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Forget a question, or a name."""
    chosen = settings.load(index_dir=index)
    if name in _alerts(chosen).outbox.names():
        _alerts(chosen).outbox.remove_name(name)
        typer.echo(f"Removed {printable(name)}")
    else:
        _print_watched(_watchlist(chosen).remove(name), as_json, "Removed")


@watch.command("run")
def watch_run(index: IndexOption = None, as_json: JsonOption = False) -> None:
    """Ask all saved questions again, print what changed since the last time, and send it where that is set."""
    chosen = settings.load(index_dir=index)
    from aliqa.library import Library

    library = Library.open(chosen)
    asked = _watchlist(chosen).run(library.ask)
    _alerts(chosen).look(library)
    _sent(chosen)
    if as_json:
        print_json({"questions": asked})
    else:
        print_rerun(asked)


def _sent(chosen: settings.Settings) -> "Sent":
    """Send what waits; what goes wrong is said on stderr, and tried again the next time."""
    done = _alerts(chosen).send()
    for name, problem in done.problems.items():
        typer.echo(printable(f"aliqa: Alerts wait for the {name}: {problem}"), err=True)
    return done


alerts = typer.Typer(
    name="alerts", help="What changed, and to whom it is sent.", no_args_is_help=True, context_settings=HELP
)


@alerts.command("list")
def alerts_list(
    most: Annotated[int, typer.Option("--limit", min=1, max=1000, help="how many to print")] = 20,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the newest alerts, and what waits to be sent."""
    outbox = _alerts(settings.load(index_dir=index)).outbox
    newest, waiting = outbox.newest(most), outbox.waiting()
    if as_json:
        print_json({"alerts": newest, "waiting": waiting})
        return
    for one in reversed(newest):
        typer.echo(printable(f"{one.alert.at:%Y-%m-%d %H:%M} UTC  {one.alert.about}"), nl=True)
        for line in one.alert.lines():
            typer.echo(printable(f"  {line}" if line else ""))
    for waits in waiting:
        problem = f" ({waits.problem})" if waits.problem else ""
        dropped = f"; {waits.dropped:,} dropped, too many waited" if waits.dropped else ""
        typer.echo(printable(f"{waits.alerts:,} wait for the {waits.receiver}{problem}{dropped}"))
    if not newest:
        typer.echo("There are no alerts yet.")


@alerts.command("send")
def alerts_send(index: IndexOption = None) -> None:
    """Send what waits and whose time it is (exit code 1 if something cannot be sent)."""
    done = _sent(settings.load(index_dir=index))
    typer.echo(f"Sent {done.sent:,}.")
    if done.problems:
        raise typer.Exit(FAILED)


def export(
    archive: Annotated[Path, typer.Argument(help="the file to write; it must not be there")],
    corpus: CorpusOption = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write articles, watchlist, keys, feeds, alerts and notes into one tar file, and check it.

    The index can be built again.
    """
    from aliqa.doors.kept.backup import export as write

    _print_archive(write(settings.load(corpus_dir=corpus, index_dir=index), archive), archive, "Exported", as_json)


def import_(
    archive: Annotated[Path, typer.Argument(help="what export wrote")],
    corpus: CorpusOption = None,
    index: IndexOption = None,
    check: Annotated[bool, typer.Option("--check", help="only read the archive and compare its hashes")] = False,
    as_json: JsonOption = False,
) -> None:
    """Put back what export wrote, once all of it is found whole; nothing that is there is overwritten."""
    from aliqa.doors.kept.backup import restore, verify

    chosen = settings.load(corpus_dir=corpus, index_dir=index)
    if check:
        _print_archive(verify(archive), archive, "Whole:", as_json)
        return
    _print_archive(restore(chosen, archive), archive, "Imported", as_json)
    if not as_json:
        typer.echo(f"Index it: aliqa index --corpus {chosen.corpus_dir} --index {chosen.index_dir}")


def _print_archive(manifest: "Manifest", archive: Path, verb: str, as_json: bool) -> None:
    if as_json:
        print_json(manifest)
    else:
        size = sum(filed.bytes for filed in manifest.files)
        holds = f"{len(manifest.files):,} files, {size:,} bytes, of {manifest.made_at:%Y-%m-%d %H:%M} UTC"
        typer.echo(printable(f"{verb} {archive}: {holds}."))


feedback = typer.Typer(
    name="feedback", help="What readers said of answers on the page.", no_args_is_help=True, context_settings=HELP
)


@feedback.command("export")
def feedback_export(index: IndexOption = None) -> None:
    """Print the answers that were called right as gold questions for `aliqa eval`."""
    from aliqa.doors.kept.feedback import Feedback

    gold = Feedback(settings.load(index_dir=index).index_dir).gold()
    for question in gold.questions:
        typer.echo(json.dumps(question, ensure_ascii=False))
    said = [f"{len(gold.questions):,} answers called right"]
    if gold.wrong:
        said.append(f"{gold.wrong:,} called wrong left out, for nobody said what is right")
    if gold.damaged:
        said.append(f"{gold.damaged:,} damaged lines left out")
    typer.echo("; ".join(said) + ".", err=True)


keys = typer.Typer(
    name="keys",
    help="Keys for the server: with one, nobody gets in without.",
    no_args_is_help=True,
    context_settings=HELP,
)


@keys.command("add")
def keys_add(
    name: Annotated[str, typer.Argument(callback=decoded, help="who or what will use it")],
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
    name: Annotated[str, typer.Argument(callback=decoded, help="the key's name")], index: IndexOption = None
) -> None:
    """Forget a key; a running server refuses it from now on."""
    Keys(settings.load(index_dir=index).index_dir).remove(name)
    typer.echo(f"Removed {name}")


def _watchlist(chosen: settings.Settings) -> "Watchlist":
    from aliqa.doors.kept.watchlist import Watchlist

    return Watchlist(chosen.index_dir, _alerts(chosen).answers)


def _alerts(chosen: settings.Settings) -> "Alerts":
    from aliqa.doors.alerts import Alerts

    return Alerts(chosen)


def _print_watched(watched: Watched, as_json: bool, verb: str = "Watching") -> None:
    if as_json:
        print_json(watched)
    else:
        print_watched(watched, verb)

"""Commands for what is kept beside an index: watched questions, what readers said of answers, keys."""

import json
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from aliqa.doors.cli.options import HELP, IndexOption, JsonOption, decoded
from aliqa.doors.cli.printing import print_json, print_keys, print_rerun, print_watched, print_watchlist
from aliqa.doors.kept.access import SCOPES, Keys
from aliqa.foundations import settings
from aliqa.foundations.limits import LONGEST_QUESTION
from aliqa.foundations.types import Filters, Watched

if TYPE_CHECKING:
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
    listed = _watchlist(settings.load(index_dir=index)).questions()
    if as_json:
        print_json({"questions": listed})
    else:
        print_watchlist(listed)


@watch.command("remove")
def watch_remove(
    name: Annotated[str, typer.Argument(callback=decoded, help="the id of a question, or its words")],
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

    return Watchlist(chosen.index_dir)


def _print_watched(watched: Watched, as_json: bool, verb: str = "Watching") -> None:
    if as_json:
        print_json(watched)
    else:
        print_watched(watched, verb)

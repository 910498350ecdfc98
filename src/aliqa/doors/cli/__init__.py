"""The command line. Each command asks the library and prints what it says.

Results go to stdout and nothing else does; with ``--json`` they are the objects of the HTTP
contract. Exit codes: 0 fine, 1 failed, 2 wrong usage, 3 `ask` found no answer.
What is heavy to import is imported by the commands that need it.

    options.py   options that commands share      asking.py    ask, search, timeline, disagreements, verify, dossier
    articles.py  index, add, status, diff and     serving.py   serve, mcp, doctor
                 the ways back                    scoring.py   eval
    keeping.py   watch, alerts, feedback, keys, export, import        feeding.py   feed
    noting.py    tag, note, notes                 opening.py   the library that they ask
"""

import os
import sys
from io import TextIOWrapper
from typing import Annotated

import typer

from aliqa import __version__
from aliqa.doors.cli import articles, asking, feeding, keeping, noting, scoring, serving
from aliqa.doors.cli.commands import Commands
from aliqa.doors.cli.options import FAILED, HELP, MISUSED
from aliqa.doors.cli.printing import printable
from aliqa.foundations.errors import AliqaError, InvalidRequest

app = typer.Typer(
    help="Ask a folder of articles; every sentence of the answer is a verbatim quote with its place.",
    cls=Commands,
    no_args_is_help=False,
    context_settings=HELP,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Run the command line; errors that aliqa raises on purpose become one line and an exit code."""
    os.environ.setdefault("HF_HUB_VERBOSITY", "error")  # the error at the end says what every retry would
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


for _command in (
    articles.index, articles.add, asking.ask, asking.search, asking.disagreements, asking.timeline, serving.serve,
    serving.mcp, articles.status, articles.articles, articles.sources, articles.names, serving.doctor,
    articles.rollback, articles.migrate, articles.diff, asking.verify,
):  # fmt: skip
    app.command(context_settings=HELP)(_command)
for _more in (noting.tag, noting.note, noting.notes, asking.dossier):
    app.command(context_settings=HELP)(_more)
app.command("export", context_settings=HELP)(keeping.export)
app.command("import", context_settings=HELP)(keeping.import_)
app.command("eval", context_settings=HELP)(scoring.evaluate)
for _group in (feeding.feed, keeping.watch, keeping.alerts, keeping.feedback, keeping.keys):
    app.add_typer(_group)

"""Commands that let others ask, and one that says whether all is ready."""

import os
import sys
import webbrowser
from threading import Thread
from typing import Annotated

import typer

from aliqa.doors.cli.options import FAILED, CorpusOption, IndexOption, JsonOption
from aliqa.doors.cli.printing import Bar, print_checks, print_json
from aliqa.foundations import settings
from aliqa.foundations.errors import CorpusMissing


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
    show: Annotated[bool, typer.Option("--open", help="open the page in a browser")] = False,
) -> None:
    """Serve the HTTP API, and the chat page at /; where there is no index yet, one is made first."""
    service = None if workers is None else {"workers": workers}
    chosen = settings.load(corpus_dir=corpus, index_dir=index, host=host, port=port, service=service)
    if show and corpus and not chosen.corpus_dir.is_dir() and not _has_index(chosen):  # others may make them later
        raise CorpusMissing(chosen.corpus_dir)
    from aliqa.doors.http import serve as run

    run(chosen, watch=watch, prepare=lambda: _first_index(chosen), ready=_open if show else None)


def _open(address: str) -> None:
    """Open the page, where there is a screen to show it on, or a browser is named.

    Those that take the terminal are not asked.
    """
    if sys.platform in ("darwin", "win32") or any(map(os.environ.get, ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY"))):
        Thread(target=webbrowser.open, args=(address,), daemon=True).start()  # some come back only when it is closed


def _first_index(chosen: settings.Settings) -> None:
    """Make an index where there is none yet, if there are articles."""
    if _has_index(chosen) or not chosen.corpus_dir.is_dir():
        return
    from aliqa.library import build

    with Bar() as bar:
        report = build(chosen, progress=bar.update)
    typer.echo(f"Indexed {report.index.articles:,} articles of {chosen.corpus_dir}.", err=True)


def _has_index(chosen: settings.Settings) -> bool:
    """Whether there is an index already, or may be one in a database."""
    return bool(chosen.store) or (chosen.index_dir / "CURRENT").exists()


def mcp(index: IndexOption = None) -> None:
    """Serve the articles to agents over stdin and stdout, by the Model Context Protocol."""
    chosen = settings.load(index_dir=index)
    from aliqa.doors.mcp import serve as run

    run(chosen)


def doctor(corpus: CorpusOption = None, index: IndexOption = None, as_json: JsonOption = False) -> None:
    """Say what is configured, whether it works, and what to do (exit code 1 if something does not)."""
    chosen = settings.load(corpus_dir=corpus, index_dir=index)
    from aliqa.doors.doctor import examine

    found = list(examine(chosen))
    if as_json:
        print_json({"checks": found})
    else:
        print_checks(found)
    if any(check.state == "broken" for check in found):
        raise typer.Exit(FAILED)

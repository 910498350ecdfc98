"""How words on the command line become a command: a question alone is asked, a folder alone is shown on the page."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import typer
from typer.core import TyperGroup

from aliqa.foundations import settings

_FOLDERS: Final = ("--index", "--corpus")
"""Options of most commands that may stand before the command, too."""

_INTERRUPTED: Final = 130
_EXTRA: Final = "unexpected extra argument"
_FIRST: Final = """\
Put articles into ./corpus, or name a folder of yours:  aliqa --corpus FOLDER    (opens the page on it)
Then ask:                                               aliqa "What is it about?"
or serve the page to others, too:                       aliqa serve      (all commands: aliqa --help)"""
_PAGE: Final = ["serve", "--watch", "--open"]
"""What is done where nothing is said but which folder."""


class Commands(TyperGroup):
    """The commands of aliqa."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The arguments, with the command first."""
        named, rest = _taken(args)
        if not rest:
            if not named and not _has_articles_to_show():
                sys.stdout.write(_FIRST + "\n")
                raise typer.Exit
            rest = list(_PAGE)
        if rest and _is_question(rest[0]) and rest[0] not in self.commands:
            rest = ["ask", *rest]
        if named:
            place = 1 + (len(rest) > 1 and isinstance(self.commands.get(rest[0]), TyperGroup))
            rest[place:place] = named
        parsed: list[str] = super().parse_args(ctx, rest)
        return parsed

    def invoke(self, ctx: Any) -> Any:
        """Run the command; what goes wrong on the way to it is told with a remedy."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            typer.echo("aliqa: Stopped. An index that was being made is as it was before.", err=True)
            raise typer.Exit(_INTERRUPTED) from None
        except Exception as error:
            message = getattr(error, "message", "")
            if isinstance(message, str) and _EXTRA in message:
                error.message = f"{message}. Put the question in quotes."  # type: ignore[attr-defined]
            raise


def _has_articles_to_show() -> bool:
    """Whether somebody sits before a terminal, where the folder of articles is, or an index."""
    chosen = settings.load()
    return sys.stdout.isatty() and (chosen.corpus_dir.is_dir() or chosen.index_dir.is_dir())


def _is_question(words: str) -> bool:
    """Whether an argument is no misspelt command but something to ask."""
    return not words.startswith("-") and (" " in words.strip() or words.endswith("?"))


def _taken(args: list[str]) -> tuple[list[str], list[str]]:
    """The folders named before the command, and the rest."""
    named: list[str] = []
    rest = list(args)
    while rest and rest[0].partition("=")[0] in _FOLDERS:
        count = 1 if "=" in rest[0] else 2
        named, rest = [*named, *rest[:count]], rest[count:]
    return named, rest


def from_stdin(words: str) -> str:
    """The argument, or what stdin holds if it is a dash. Raises BadParameter for what is no UTF-8."""
    if words != "-":
        return words
    try:
        return sys.stdin.buffer.read().decode().strip()
    except UnicodeDecodeError:
        raise typer.BadParameter("stdin is not UTF-8 text") from None


def folder_of(index: Path) -> Iterator[str]:
    """The option that names an index again, unless it is where aliqa looks anyhow."""
    if index != Path("index"):
        yield f"--index {index}"

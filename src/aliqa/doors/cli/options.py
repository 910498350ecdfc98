"""Options that commands share, and exit codes."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from aliqa.foundations.types import Mode

FAILED, MISUSED, ABSTAINED = 1, 2, 3
HELP = {"help_option_names": ["-h", "--help"]}

CorpusOption = Annotated[Path | None, typer.Option("--corpus", metavar="DIR", help="the folder of articles")]
IndexOption = Annotated[Path | None, typer.Option("--index", metavar="DIR", help="the folder of the index")]
JsonOption = Annotated[bool, typer.Option("--json", help="print one JSON object")]
FormatOption = Annotated[
    Literal["text", "json", "markdown", "html", "bibtex"] | None,
    typer.Option("--format", help="how to print the answer; all but text carry its sources as data or footnotes"),
]
ModeOption = Annotated[
    Mode, typer.Option("--mode", help="synthesis has the configured language model rewrite the quotes, and checks it")
]
_DAY = {"metavar": "YYYY-MM-DD", "formats": ["%Y-%m-%d"]}
SinceOption = Annotated[datetime | None, typer.Option("--since", help="only articles from this day on", **_DAY)]
UntilOption = Annotated[datetime | None, typer.Option("--until", help="only articles up to this day", **_DAY)]
SourceOption = Annotated[list[str] | None, typer.Option("--source", help="only this outlet; may be repeated")]
CollectionOption = Annotated[
    list[str] | None, typer.Option("--collection", help="only articles in this folder; may be repeated")
]
TagOption = Annotated[list[str] | None, typer.Option("--tag", help="only articles with this tag; may be repeated")]
DocOption = Annotated[list[str] | None, typer.Option("--doc", help="only this article; may be repeated")]


LimitOption = Annotated[
    int | None, typer.Option("--limit", min=1, max=50, help="how many sentences or articles to tell where several are")
]


def decoded(words: str) -> str:
    """The argument, unless the shell passed bytes that are no UTF-8."""
    if any("\ud800" <= character <= "\udfff" for character in words):
        raise typer.BadParameter("it is not UTF-8 text")
    return words

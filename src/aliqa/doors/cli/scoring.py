"""The command that scores answers to questions whose evidence is known."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from aliqa.doors.cli.options import IndexOption, JsonOption
from aliqa.doors.cli.printing import Bar, print_json, print_misses, print_run
from aliqa.foundations import settings

_KEPT = {"embedding", "chunking", "reading", "answering"}
"""The settings that a run keeps: those that change answers, no addresses and no secrets."""


def evaluate(
    gold: Annotated[Path, typer.Argument(metavar="GOLD.jsonl", help="questions, and where their answers stand")],
    index: IndexOption = None,
    misses: Annotated[bool, typer.Option("--misses", help="list the questions that went wrong")] = False,
    out: Annotated[Path | None, typer.Option("--out", metavar="RUN.json", help="keep the run, to compare with")] = None,
    plot: Annotated[
        Path | None, typer.Option("--plot", metavar="FILE.svg|png", help="draw risk, coverage and reliability")
    ] = None,
    compare: Annotated[
        Path | None, typer.Option("--compare", metavar="RUN.json", help="print the differences to a run that was kept")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Score the answers to questions whose answers are known."""
    chosen = settings.load(index_dir=index)
    from aliqa.answers import evaluating
    from aliqa.library import Library

    for path in filter(None, (out, plot)):
        evaluating.check_folder(path)
    if plot:
        evaluating.check_plot(plot)
    old = evaluating.load_run(compare) if compare else None
    given = evaluating.read_gold(gold)
    library = Library.open(chosen)
    questions = evaluating.locate(gold.name, given, library.text)
    if compare and old:
        evaluating.check_same(compare.name, old, questions)
    with Bar() as bar:
        rows = evaluating.ask_all(questions, library.ask, library.with_threshold(0).ask, library.text, bar.update)
    models = {"embedding": library.model, "reader": library.reader.fingerprint}
    run = evaluating.make_run(gold, rows, library.info, models, chosen.model_dump(include=_KEPT))
    if compare and old:
        run = replace(run, comparison=evaluating.compare(compare.name, old, run))
    if as_json:
        print_json(run)
    else:
        print_run(run)
        if misses:
            print_misses(run)
    if out:
        evaluating.save_run(run, out)
    if plot:
        evaluating.draw_run(rows, chosen.answering.threshold, plot)

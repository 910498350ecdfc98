"""Runs: what was measured of which index with which settings; kept in a file, and compared."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from aliqa import __version__
from aliqa.answers.evaluating.gold import GoldQuestion
from aliqa.answers.evaluating.measures import Difference, Figure, differences, figures
from aliqa.answers.evaluating.scoring import Row
from aliqa.foundations.errors import ResultUnwritable, RunsDiffer, RunUnreadable
from aliqa.foundations.types import IndexInfo

_NAMED: Final = 3
"""How many questions an error names."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a run differs from an earlier one; ``version`` is the index version of that one."""

    name: str
    version: str
    measures: dict[str, Difference]


@dataclass(frozen=True, slots=True)
class Run:
    """What was measured, of what, and every answer behind it.

    ``figures`` are named as in `measures.MEASURES`; ``by_type`` has them for each type of question, and is empty if
    the gold file names none. ``models`` are the fingerprints of the models that answered.
    """

    gold: str
    gold_sha256: str
    made_at: datetime
    aliqa: str
    index: IndexInfo
    models: dict[str, str]
    settings: dict[str, Any]
    figures: dict[str, Figure]
    by_type: dict[str, dict[str, Figure]]
    rows: tuple[Row, ...]
    comparison: Comparison | None = None


_RUN: Final = TypeAdapter(Run)


def make_run(
    gold: Path, rows: Sequence[Row], index: IndexInfo, models: Mapping[str, str], settings: Mapping[str, Any]
) -> Run:
    """The run with its figures, overall and by type of question."""
    types = defaultdict(list)
    for row in rows:
        types[row.type].append(row)
    named = set(types) != {""}
    return Run(
        gold=gold.name,
        gold_sha256=hashlib.sha256(gold.read_bytes()).hexdigest(),
        made_at=datetime.now(UTC).replace(microsecond=0),
        aliqa=__version__,
        index=index,
        models=dict(models),
        settings=dict(settings),
        figures=figures(rows),
        by_type={name: figures(some) for name, some in sorted(types.items())} if named else {},
        rows=tuple(rows),
    )


def check_folder(path: Path) -> None:
    """Raises ResultUnwritable if a result cannot be put there because its folder is missing."""
    if not path.parent.is_dir():
        raise ResultUnwritable(str(path), "there is no such folder")


def save_run(run: Run, path: Path) -> None:
    """Write a run as one JSON object. Raises ResultUnwritable."""
    try:
        path.write_bytes(_RUN.dump_json(run, indent=1) + b"\n")
    except OSError as error:
        raise ResultUnwritable(path.name, error.strerror or "no reason is known") from error


def load_run(path: Path) -> Run:
    """A run that was kept. Raises RunUnreadable."""
    try:
        return _RUN.validate_json(path.read_bytes())
    except OSError as error:
        raise RunUnreadable(path.name, error.strerror or "it cannot be read") from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise RunUnreadable(path.name, f"{field}: {first['msg']}" if field else first["msg"]) from error


def check_same(name: str, old: Run, asked: Sequence[GoldQuestion | Row]) -> None:
    """Raises RunsDiffer unless ``old``, whose file is called ``name``, was asked these questions, too.

    The evidence that is expected must be of the same words, but may have moved inside its article.
    """
    before, after = {row.qid: row for row in old.rows}, {question.qid: question for question in asked}
    if missing := after.keys() - before.keys():
        raise RunsDiffer(f"{name} lacks {_name(missing)}")
    if missing := before.keys() - after.keys():
        raise RunsDiffer(f"only {name} has {_name(missing)}")
    if changed := {qid for qid, question in after.items() if _asked(question) != _asked(before[qid])}:
        raise RunsDiffer(f"what {name} expects of {_name(changed)} is something else")


def compare(name: str, old: Run, new: Run) -> Comparison:
    """How the new run differs from the old one, question by question. Raises RunsDiffer like `check_same`."""
    check_same(name, old, new.rows)
    before = {row.qid: row for row in old.rows}
    return Comparison(name, old.index.version, differences([before[row.qid] for row in new.rows], new.rows))


def _asked(line: GoldQuestion | Row) -> tuple[object, ...]:
    return line.question, line.answerable, [[(place.doc_id, place.text) for place in group] for group in line.evidence]


def _name(qids: set[str]) -> str:
    named = ", ".join(sorted(qids)[:_NAMED])
    count = f"{len(qids):,} question{'s' if len(qids) > 1 else ''}"
    return f"{count} ({named}{', …' if len(qids) > _NAMED else ''})"

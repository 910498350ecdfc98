"""Measures one system on one corpus, in that system's own environment: standard library only.

    python measure.py SYSTEM JOB.json SCRATCH

It loads the system, then does what it is told, a line at a time, and answers each with a line of JSON of names and
values:

==============================  ================================================================
``index``                       index the articles of the job
``search FIRST LAST``           answer its questions of these numbers: milliseconds of each
``finish``                      how good is what is found, and how long it takes to add an article
==============================  ================================================================

A system is a module ``use_SYSTEM.py`` beside this file with a class ``System``:

==============================  ================================================================
``System(model, scratch)``      load the model in a folder; a folder for files of its own
``index(articles)``             index articles, pairs of a name and a text
``search(query, k)``            the best ``k`` passages, pairs of an article's name and a text
``add(name, text)``             index one more article, so that the next search finds it
``prepare(articles)``           optional: what is done with them before the time begins to run
``limits()``                    optional: more names and values, asked for once the articles are indexed
==============================  ================================================================
"""

import importlib
import json
import math
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

Passages = list[tuple[str, str]]
Values = dict[str, Any]

K: Final = 10
DEEP: Final = 50
"""So many passages are ranked to find ten articles."""

FEW: Final = 5
WARM: Final = 5


class System(Protocol):
    """What is measured."""

    def index(self, articles: Sequence[tuple[str, str]]) -> None:
        """Index articles: names and texts."""

    def search(self, query: str, k: int) -> Passages:
        """The best passages: names of articles and texts."""

    def add(self, name: str, text: str) -> None:
        """Index one more article."""


def indexed(system: System, job: Values) -> Values:
    """How long it takes to index the articles, seconds (``cpu``: of processors), and the peak of memory, megabytes."""
    articles = [(name, text) for name, text in job["articles"]]
    getattr(system, "prepare", lambda _: None)(articles)
    wall, busy = _seconds(lambda: system.index(articles))
    limits: Callable[[], Values] = getattr(system, "limits", dict)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"index_s": wall, "index_cpu_s": busy, "peak_mb": peak, **limits()}


def searched(system: System, job: Values, first: int, last: int) -> Values:
    """How long each of some questions takes; milliseconds. Those before them are asked first, to be warm."""
    questions = [one["question"] for one in job["questions"]]
    for one in questions[max(0, first - WARM) : first] or questions[:WARM]:
        system.search(one, K)
    times = [_seconds(lambda one=one: system.search(one, K)) for one in questions[first:last]]
    return {"search_ms": [1000 * wall for wall, _ in times], "search_cpu_ms": [1000 * busy for _, busy in times]}


def finished(system: System, job: Values) -> Values:
    """How good is what is found (shares), and how long it takes to add an article."""
    questions = job["questions"]
    values: Values = {}
    if any(one.get("relevant") for one in questions):
        values["ndcg_at_10"] = statistics.mean(ndcg(system, one) for one in questions if one.get("relevant"))
    if any(one.get("evidence") for one in questions):
        values["evidence_at_5"] = statistics.mean(evidence(system, one) for one in questions if one.get("evidence"))
    name, text = job["new"]
    values["add_s"], values["add_cpu_s"] = _seconds(lambda: system.add(name, text))
    asked = " ".join(text.split()[:12])
    return {**values, "new_is_found": float(any(found == name for found, _ in system.search(asked, K)))}


def ndcg(system: System, question: Values) -> float:
    """nDCG@10 over articles, each at the rank of its best passage."""
    relevant = set(question["relevant"])
    ranked = list(dict.fromkeys(name for name, _ in system.search(question["question"], DEEP)))[:K]
    gain = sum(1 / math.log2(place + 2) for place, name in enumerate(ranked) if name in relevant)
    return gain / sum(1 / math.log2(place + 2) for place in range(min(K, len(relevant))))


def evidence(system: System, question: Values) -> float:
    """The share of the groups of evidence of which some text stands in the best five passages."""
    found = [_plain(text) for _, text in system.search(question["question"], FEW)]
    groups = question["evidence"]
    return sum(any(_plain(one) in text for one in group for text in found) for group in groups) / len(groups)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _seconds(do: Any) -> tuple[float, float]:
    """How long it takes, and how much time of processors, which a busy machine lengthens little."""
    begin, busy = time.perf_counter(), time.process_time()
    do()
    return time.perf_counter() - begin, time.process_time() - busy


def main() -> None:
    """Load the system and do what is told; what systems print goes to the errors."""
    name, job_file, scratch = sys.argv[1:]
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    sys.path.insert(0, str(Path(__file__).parent))
    job = json.loads(Path(job_file).read_text("utf-8"))
    begin = time.perf_counter()
    system = importlib.import_module(f"use_{name}").System(Path(job["model"]), Path(scratch))
    values: Values = {"load_s": time.perf_counter() - begin}
    print(json.dumps(values), file=answers, flush=True)
    for line in sys.stdin:
        match line.split():
            case ["index"]:
                values = indexed(system, job)
            case ["search", first, last]:
                values = searched(system, job, int(first), int(last))
            case _:
                values = finished(system, job)
        print(json.dumps(values), file=answers, flush=True)


if __name__ == "__main__":
    main()

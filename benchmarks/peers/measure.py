"""Measures one system on one corpus, in that system's own environment: standard library only.

    python measure.py SYSTEM JOB.json RESULT.json

A system is a module ``use_SYSTEM.py`` beside this file with a class ``System``:

==============================  ================================================================
``System(model, scratch)``      load the model in a folder; a folder for files of its own
``index(articles)``             index articles, pairs of a name and a text
``search(query, k)``            the best ``k`` passages, pairs of an article's name and a text
``add(name, text)``             index one more article, so that the next search finds it
``prepare(articles)``           optional: what is done with them before the time begins to run
``limits()``                    optional: more names and values, asked for at the end
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
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

Passages = list[tuple[str, str]]

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


def measure(system: System, job: dict[str, Any]) -> Iterator[tuple[str, float]]:
    """The names and values of what is measured; seconds (``cpu``: of processors), milliseconds, megabytes, shares."""
    questions = job["questions"]
    articles = [(name, text) for name, text in job["articles"]]
    getattr(system, "prepare", lambda _: None)(articles)
    yield from zip(("index_s", "index_cpu_s"), _seconds(lambda: system.index(articles)), strict=True)
    for one in questions[:WARM]:
        system.search(one["question"], K)
    times = [_seconds(lambda one=one: system.search(one["question"], K)) for one in questions]
    wall = sorted(1000 * one for one, _ in times)
    yield "search_p50_ms", statistics.median(wall)
    yield "search_p95_ms", wall[int(0.95 * (len(wall) - 1))]
    yield "search_cpu_ms", statistics.median(1000 * one for _, one in times)
    yield "peak_mb", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if any(one.get("relevant") for one in questions):
        yield "ndcg_at_10", statistics.mean(ndcg(system, one) for one in questions if one.get("relevant"))
    if any(one.get("evidence") for one in questions):
        yield "evidence_at_5", statistics.mean(evidence(system, one) for one in questions if one.get("evidence"))
    name, text = job["new"]
    yield from zip(("add_s", "add_cpu_s"), _seconds(lambda: system.add(name, text)), strict=True)
    asked = " ".join(text.split()[:12])
    yield "new_is_found", float(any(found == name for found, _ in system.search(asked, K)))


def ndcg(system: System, question: dict[str, Any]) -> float:
    """nDCG@10 over articles, each at the rank of its best passage."""
    relevant = set(question["relevant"])
    ranked = list(dict.fromkeys(name for name, _ in system.search(question["question"], DEEP)))[:K]
    gain = sum(1 / math.log2(place + 2) for place, name in enumerate(ranked) if name in relevant)
    return gain / sum(1 / math.log2(place + 2) for place in range(min(K, len(relevant))))


def evidence(system: System, question: dict[str, Any]) -> float:
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
    """Measure, and write the values as JSON."""
    name, job_file, result = sys.argv[1:]
    sys.path.insert(0, str(Path(__file__).parent))
    job = json.loads(Path(job_file).read_text("utf-8"))
    before = os.getloadavg()[0]
    begin = time.perf_counter()
    system = importlib.import_module(f"use_{name}").System(Path(job["model"]), Path(job["scratch"]))
    values = {"load_s": time.perf_counter() - begin, **dict(measure(system, job))}
    extra: dict[str, float] = getattr(system, "limits", dict)()
    Path(result).write_text(json.dumps({**values, **extra, "loadavg": [before, os.getloadavg()[0]]}), "utf-8")


if __name__ == "__main__":
    main()

"""Does a server stay right while its index changes under it?

    python benchmarks/live.py [--seconds 60] [--rate 20] [--rebuilds 30]

A real server process answers questions over HTTP at a steady rate while every article is rewritten
and the index rebuilt, again and again. Each sentence of each article carries the number of its
edition, so an answer that mixes two index versions shows. One article is deleted half-way; after
its job is done no answer may cite it. Prints what went wrong, which should be nothing, and how long
answers took.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

TOPICS: Final = ("ferries", "coffee", "railways", "glaciers", "violins", "vineyards")
DOOMED: Final = "vineyards.txt"


@dataclass
class Seen:
    """What the clients saw."""

    milliseconds: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)
    after_deletion: list[str] = field(default_factory=list)
    editions: dict[str, set[str]] = field(default_factory=dict)


def write_edition(corpus: Path, edition: int, topics: tuple[str, ...]) -> None:
    """Rewrite every article; each of its sentences names the edition."""
    for topic in topics:
        lines = [
            f"In edition {edition} the report on {topic} counts {edition * 10 + n} {topic} in harbour {n}."
            for n in range(20)
        ]
        (corpus / f".{topic}").write_text(
            f"The {topic} of edition {edition}\n\n" + "\n".join(lines) + "\n", encoding="utf-8"
        )
        (corpus / f".{topic}").replace(corpus / f"{topic}.txt")


def call(base: str, path: str, body: dict[str, Any] | None = None, method: str | None = None) -> Any:
    """A request and its JSON."""
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(base + path, data, {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(request, timeout=60) as reply:
        return json.load(reply)


def finished(base: str, job: dict[str, Any]) -> dict[str, Any]:
    """The job once it is done."""
    while job["state"] in ("queued", "running"):
        time.sleep(0.05)
        job = call(base, f"/jobs/{job['id']}")
    return job


def ask(base: str, topic: str, seen: Seen, deleted: threading.Event) -> None:
    """One question; whatever is wrong with its answer is noted."""
    gone = deleted.is_set()
    begin = time.perf_counter()
    try:
        answer = call(base, "/ask", {"question": f"What does the report on {topic} count in harbour 7?"})
    except (OSError, ValueError) as error:
        seen.failed.append(repr(error))
        return
    seen.milliseconds.append(1000 * (time.perf_counter() - begin))
    texts = [one["quote"] for one in answer["citations"]] + [one["text"] for one in answer["passages"]]
    editions = {
        word
        for text in texts
        for word, before in zip(text.split()[1:], text.split(), strict=False)
        if before == "edition"
    }
    seen.editions.setdefault(answer["index"]["version"], set()).update(editions)
    if len(editions) > 1:
        seen.mixed.append(f"{answer['index']['version']}: {sorted(editions)}")
    if gone and any(one["doc_id"] == DOOMED for one in answer["citations"] + answer["passages"]):
        seen.after_deletion.append(answer["id"])


def main() -> None:
    """Run it and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rate", type=float, default=20, help="questions a second")
    parser.add_argument("--rebuilds", type=int, default=30)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        corpus, index = Path(folder, "corpus"), Path(folder, "index")
        corpus.mkdir()
        write_edition(corpus, 1, TOPICS)
        folders = ["--corpus", str(corpus), "--index", str(index)]
        subprocess.run([sys.executable, "-m", "aliqa", "index", *folders], check=True)
        command = [sys.executable, "-m", "aliqa", "serve", *folders, "--port", "0"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ)) as server:
            try:
                assert server.stdout
                base = server.stdout.readline().split()[3]
                report(*run(base, corpus, arguments.seconds, arguments.rate, arguments.rebuilds))
            finally:
                server.terminate()


def run(base: str, corpus: Path, seconds: float, rate: float, rebuilds: int) -> tuple[Seen, int]:
    """Ask at a steady rate while the index is rebuilt; how many rebuilds were published."""
    seen, deleted, published = Seen(), threading.Event(), 0
    stop = threading.Event()
    threads: list[threading.Thread] = []

    def client() -> None:
        due = time.monotonic()
        while not stop.is_set():
            topic = TOPICS[len(threads) % len(TOPICS)]
            threads.append(threading.Thread(target=ask, args=(base, topic, seen, deleted)))
            threads[-1].start()
            due += 1 / rate
            time.sleep(max(0, due - time.monotonic()))

    asking = threading.Thread(target=client)
    asking.start()
    begin = time.monotonic()
    topics: tuple[str, ...] = TOPICS
    for edition in range(2, rebuilds + 2):
        if edition == rebuilds // 2:
            finished(base, call(base, f"/articles/{DOOMED}", method="DELETE"))
            deleted.set()
            topics = tuple(topic for topic in TOPICS if f"{topic}.txt" != DOOMED)
        write_edition(corpus, edition, topics)
        job = finished(base, call(base, "/index", {}))
        published += job["state"] == "succeeded"
        time.sleep(max(0, begin + (edition - 1) * seconds / rebuilds - time.monotonic()))
    stop.set()
    asking.join()
    for thread in threads:
        thread.join()
    return seen, published


def report(seen: Seen, published: int) -> None:
    """Print what was seen."""
    ordered = sorted(seen.milliseconds)
    rows = {
        "questions": len(ordered) + len(seen.failed),
        "rebuilds published": published,
        "index versions that answered": len(seen.editions),
        "failed": len(seen.failed),
        "mixed": len(seen.mixed) + sum(len(editions) > 1 for editions in seen.editions.values()),
        "answers from the deleted article": len(seen.after_deletion),
        "p50 ms": round(statistics.median(ordered), 1),
        "p95 ms": round(ordered[int(0.95 * (len(ordered) - 1))], 1),
    }
    for name, value in rows.items():
        print(f"{name:34} {value}")
    for trouble in (seen.failed + seen.mixed + seen.after_deletion)[:5]:
        print(f"  {trouble}")


if __name__ == "__main__":
    main()

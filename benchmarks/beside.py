"""Two versions of aliqa side by side: asked by 1, 8 and 32 clients in turns, and while a thousand articles are indexed.

    python -m benchmarks.beside BEFORE AFTER --texts SET... [--seconds 8] [--rounds 3] [--articles 1000]

``BEFORE`` and ``AFTER`` are clones whose ``src/`` is run, by this Python; a ``SET`` is a folder with a
``corpus.jsonl``, whose paragraphs make the articles. Both servers run with the reader over the articles in ``corpus/``
of this clone, and only one is asked at a time. Then each is asked by one client, first when it has nothing else to do,
then while it indexes. Questions are those of `benchmarks.load`, all distinct; percentiles are of those served.
"""

import argparse
import asyncio
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from benchmarks.index_life import paragraphs, write_corpus
from benchmarks.load import ROOT, Reply, closed, told
from benchmarks.machine import machine

CLIENTS: Final = (1, 8, 32)
WARM_UP: Final = 20
"""Questions before the clock starts."""


class Server(NamedTuple):
    """A running server: where it answers, and its folder of articles."""

    port: int
    corpus: Path

    def asked(self, clients: int, seconds: float, most: int = sys.maxsize) -> list[Reply]:
        """What so many clients see."""
        return asyncio.run(closed(self.port, clients, seconds, most))

    def call(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """A request and its JSON."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", data, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=60) as reply:
            return json.load(reply)


@contextmanager
def serving(tree: Path, folder: Path) -> Iterator[Server]:
    """A server of a clone, over its own copy of the articles and its own index."""
    shutil.copytree(ROOT / "corpus", folder / "corpus")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ALIQA_")}
    environment = kept | {"PYTHONPATH": str(tree / "src")}
    aliqa, places = [sys.executable, "-m", "aliqa"], ["--corpus", "corpus", "--index", "index"]
    subprocess.run([*aliqa, "index", *places], cwd=folder, env=environment, check=True, capture_output=True)
    process = subprocess.Popen(
        [*aliqa, "serve", *places, "--port", "0"], cwd=folder, env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout
        port = re.search(r":(\d+) ", process.stdout.readline())
        assert port
        server = Server(int(port[1]), folder / "corpus")
        server.asked(1, 600, WARM_UP)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()


def in_turns(servers: Sequence[Server], seconds: float, rounds: int) -> dict[tuple[int, int], list[Reply]]:
    """What each number of clients saw of each server, asked one after the other in every round."""
    seen: dict[tuple[int, int], list[Reply]] = defaultdict(list)
    for clients in CLIENTS:
        for _ in range(rounds):
            for number, server in enumerate(servers):
                seen[clients, number] += server.asked(clients, seconds)
    return seen


def indexing(
    server: Server, source: Sequence[str], articles: int, seconds: float
) -> tuple[list[Reply], list[Reply], str]:
    """What one client saw while the server had nothing else to do, what while it indexed, and how far that came."""
    idle = server.asked(1, seconds)
    write_corpus(server.corpus, articles, source, random.Random(7))
    job = server.call("/index", {})["id"]
    time.sleep(2)
    busy = server.asked(1, 2 * seconds)
    state = server.call(f"/jobs/{job}")
    return idle, busy, f"{state['state']}, {state['progress']:.0%}"


def row(label: str, seen: list[Reply], seconds: float) -> str:
    """A line of the table."""
    found = told(seen, seconds)
    times = " | ".join(f"{found[name]:.0f}" for name in ("p50", "p95", "p99"))
    return f"| {label} | {found['served_per_s']:.1f} | {times} | {found['refused']} | {found['errors']} |"


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trees", type=Path, nargs=2, metavar="TREE")
    parser.add_argument("--texts", type=Path, nargs="+", required=True)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--articles", type=int, default=1000)
    chosen = parser.parse_args()
    if missing := [tree for tree in chosen.trees if not (tree / "src" / "aliqa").is_dir()]:
        parser.error(f"{missing[0]} is no clone of aliqa: it has no src/aliqa")
    source = paragraphs(chosen.texts)
    print(f"{machine()}, load {os.getloadavg()[0]:.1f}\n")
    print("| | served/s | p50 ms | p95 | p99 | 503 | errors |\n|---|---|---|---|---|---|---|")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for name in ("before", "after"):
            (folder / name).mkdir()
        names = ("before", "after")
        lives = [stack.enter_context(ExitStack()) for _ in names]
        servers = [
            life.enter_context(serving(tree.resolve(), folder / name))
            for life, tree, name in zip(lives, chosen.trees, names, strict=True)
        ]
        for (clients, number), seen in in_turns(servers, chosen.seconds, chosen.rounds).items():
            print(row(f"{clients} clients, {names[number]}", seen, chosen.rounds * chosen.seconds), flush=True)
        for name, server, life in zip(names, servers, lives, strict=True):
            seconds = chosen.rounds * chosen.seconds
            idle, busy, state = indexing(server, source, chosen.articles, seconds)
            print(row(f"idle, {name}", idle, seconds))
            print(row(f"indexing ({state}), {name}", busy, 2 * seconds), flush=True)
            life.close()  # it would go on indexing beside the next
    print(f"\nload {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()

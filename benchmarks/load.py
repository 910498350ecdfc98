"""How a server behaves under load: distinct questions over HTTP from this machine, by 1, 8, 32 and 128 clients.

    python benchmarks/load.py                        the corpus/ of this repository, one process, 10 s each
    python benchmarks/load.py --workers 2 --seconds 30 --endurance 20000

A client has one connection and asks the next question as soon as it has the answer; one that is refused does so after
the time that the server names. Then questions come at ten times the rate that was served, whether or not answers do.
Times are of served questions, from the first byte sent to the last one read; the server runs in a process of its own.
"""

import argparse
import asyncio
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[1]
CLIENTS = (1, 8, 32, 128)
NAMES = (
    "Alibaba",
    "Huawei Cloud",
    "Tencent",
    "Cainiao",
    "Jack Ma",
    "Hema",
    "Qwen",
    "Taobao",
    "BMW",
    "Pinduoduo",
    "88VIP",
)
ASKED = ("How large is {}?", "What did {} announce?", "Why did {} lose customers?", "Who leads {}?", "When was {} founded?",
         "How does {} compete?", "What does {} cost?", "Which plan has {} for AI?", "How fast does {} grow?")  # fmt: skip


def questions() -> Iterator[bytes]:
    """Requests without end, no two of them the same."""
    for number in itertools.count():
        name, asked = NAMES[number % len(NAMES)], ASKED[number % len(ASKED)]
        body = json.dumps({"question": f"{asked.format(name)} Tell me about point {number}."}).encode()
        head = f"POST /ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        yield head.encode() + body


class Client:
    """One connection to the server, opened again when it is lost."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: bytes) -> tuple[int, float, float]:
        """The status, the seconds that it took, and those after which to ask again."""
        begin = time.perf_counter()
        try:
            if self._streams is None:
                self._streams = await asyncio.open_connection("127.0.0.1", self._port)
            reader, writer = self._streams
            writer.write(request)
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            length = re.search(r"content-length: (\d+)", head)
            await reader.readexactly(int(length[1]) if length else 0)
        except (OSError, asyncio.IncompleteReadError):
            self._streams = None
            return 0, time.perf_counter() - begin, 0.1
        again = re.search(r"retry-after: (\d+)", head)
        return int(head.split()[1]), time.perf_counter() - begin, float(again[1]) if again else 0


async def closed(port: int, clients: int, seconds: float, most: int = sys.maxsize) -> list[tuple[int, float]]:
    """What so many clients see that each wait for their answers."""
    asked, seen, end = itertools.islice(questions(), most), list[tuple[int, float]](), time.monotonic() + seconds

    async def one() -> None:
        client = Client(port)
        for request in asked:
            if time.monotonic() > end:
                return
            status, took, wait = await client.ask(request)
            seen.append((status, took))
            await asyncio.sleep(wait)

    await asyncio.gather(*(one() for _ in range(clients)))
    return seen


async def opened(port: int, rate: float, seconds: float) -> list[tuple[int, float]]:
    """What clients see that come at a rate, whether those before them have their answers or not."""
    asked, seen, idle = questions(), list[tuple[int, float]](), [Client(port) for _ in range(32)]
    tasks: set[asyncio.Task[None]] = set()

    async def one() -> None:
        client = idle.pop() if idle else Client(port)
        status, took, _ = await client.ask(next(asked))
        seen.append((status, took))
        idle.append(client)

    begin = time.monotonic()
    for number in range(int(rate * seconds)):
        await asyncio.sleep(max(0, begin + number / rate - time.monotonic()))
        task = asyncio.create_task(one())
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    await asyncio.gather(*tasks)
    return seen


def told(seen: list[tuple[int, float]], seconds: float) -> dict[str, Any]:
    """Served questions a second and their milliseconds, the refused ones and theirs, and what went wrong."""
    counts = Counter(status for status, _ in seen)
    served = 1000 * np.array([took for status, took in seen if status == 200] or [np.nan])
    refused = 1000 * np.array([took for status, took in seen if status == 503] or [np.nan])
    p50, p95, p99 = np.percentile(served, (50, 95, 99))
    return {
        "served_per_s": counts[200] / seconds, "p50": p50, "p95": p95, "p99": p99,
        "refused": counts[503], "refused_p99": np.percentile(refused, 99),
        "errors": sum(counts.values()) - counts[200] - counts[503],
    }  # fmt: skip


def memory(pid: int) -> float:
    """The megabytes that a process and its children hold for themselves alone."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    private = re.findall(r"^Private_\w+:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    return sum(map(int, private)) / 1024 + sum(memory(int(child)) for child in children)


def measured(port: int, pid: int, chosen: argparse.Namespace) -> dict[str, Any]:
    """All runs, after questions enough to warm up."""
    asyncio.run(closed(port, 4, 60, 200))
    levels = {}
    for clients in CLIENTS:
        begin = time.monotonic()
        seen = asyncio.run(closed(port, clients, chosen.seconds))
        levels[clients] = told(seen, time.monotonic() - begin)
    rate = 10 * max(level["served_per_s"] for level in levels.values())
    flood = told(asyncio.run(opened(port, rate, chosen.seconds)), chosen.seconds)
    before = memory(pid)
    asked = asyncio.run(closed(port, 4, 24 * 3600, chosen.endurance))
    return {
        "levels": levels, "flood": {"rate": rate, **flood}, "endurance": len(asked),
        "memory": (before, memory(pid)), "load": os.getloadavg(),
    }  # fmt: skip


def table(found: dict[str, Any]) -> str:
    """The figures as Markdown: those of one client, and the others as multiples of them."""
    alone = found["levels"][1]
    lines = ["| | served/s | p50 | p95 | p99 | refused | refused p99 | errors |", "|---|---|---|---|---|---|---|---|"]
    for name, level in [*found["levels"].items(), ("10 times the rate", found["flood"])]:
        ratios = " | ".join(f"{level[one] / alone[one]:.2f}" for one in ("served_per_s", "p50", "p95", "p99"))
        label = f"{name} client{'s' * (name != 1)}" if isinstance(name, int) else name
        lines.append(
            f"| {label} | {ratios} | {level['refused']} | {level['refused_p99'] / alone['p50']:.2f} | {level['errors']} |"
        )
    before, after = found["memory"]
    lines.append(f"\nOne client: {alone['served_per_s']:.1f}/s, p50 {alone['p50']:.1f} ms, p99 {alone['p99']:.1f} ms.")
    lines.append(f"Flood: {found['flood']['rate']:.0f}/s asked, p99 of the served {found['flood']['p99']:.0f} ms.")
    lines.append(
        f"Memory: {before:.0f} MB before, {after:.0f} MB after {found['endurance']} questions ({after / before - 1:+.1%})."
    )
    return "\n".join([*lines, f"Load of the machine: {found['load']}"])


def main() -> None:
    """Index, serve, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=ROOT / "corpus")
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--endurance", type=int, default=2000)
    chosen = parser.parse_args()
    aliqa = [sys.executable, "-m", "aliqa"]
    with tempfile.TemporaryDirectory() as index:
        places = ["--corpus", str(chosen.corpus), "--index", index]
        subprocess.run([*aliqa, "index", *places], check=True, capture_output=True)
        options = [*places, "--port", "0", "--workers", str(chosen.workers)]
        server = subprocess.Popen([*aliqa, "serve", *options], stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout
            port = re.search(r":(\d+) ", server.stdout.readline())
            assert port
            print(table(measured(int(port[1]), server.pid, chosen)))
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()

"""How a server behaves under load: distinct questions over HTTP from this machine, by 1, 8, 32 and 128 clients.

    python benchmarks/load.py                        the corpus/ of this repository, one process, 10 s each
    python benchmarks/load.py --workers 2 --seconds 30 --endurance 20000

A client has one connection and asks the next question as soon as it has the answer; one that is refused does so after
the time that the server names. Then questions come at ten times the rate that was served, whether or not answers do.
Times are of served questions, from the first byte sent to the last one read; the server runs in a process of its own.
The client shares the processors with the server: it makes its requests before the clock starts, reads no more of an
answer than its status and length, and tells how much of a processor it took.
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
from typing import Any, NamedTuple

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
ASKED = (
    "How large is {}?",
    "What did {} announce?",
    "Why did {} lose customers?",
    "Who leads {}?",
    "When was {} founded?",
    "How does {} compete?",
    "What does {} cost?",
    "Which plan has {} for AI?",
    "How fast does {} grow?",
)


NUMBERS = itertools.count()
LENGTH, AGAIN = re.compile(rb"content-length: (\d+)", re.I), re.compile(rb"retry-after: (\d+)", re.I)


class Reply(NamedTuple):
    """A status, the seconds until it was there whole, and those after which to ask again."""

    status: int
    took: float
    again: float


def questions() -> Iterator[bytes]:
    """Requests without end, no two of them the same in all of a run."""
    for number in NUMBERS:
        name, asked = NAMES[number % len(NAMES)], ASKED[number % len(ASKED)]
        body = json.dumps({"question": f"{asked.format(name)} Tell me about point {number}."}).encode()
        head = (
            "POST /ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        yield head.encode() + body


class Client(asyncio.Protocol):
    """One connection to the server, opened again when it is lost; it asks one question at a time."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._transport: asyncio.Transport | None = None
        self._reply = bytearray()
        self._answered: asyncio.Future[Reply] | None = None
        self._begin = 0.0

    async def ask(self, request: bytes) -> Reply:
        """What comes back; status 0 if nothing does."""
        loop, self._begin = asyncio.get_running_loop(), time.perf_counter()
        self._answered = loop.create_future()
        self._reply.clear()
        try:
            if self._transport is None or self._transport.is_closing():
                await loop.create_connection(lambda: self, "127.0.0.1", self._port)
            assert self._transport
            self._transport.write(request)
        except OSError:
            return Reply(0, time.perf_counter() - self._begin, 0.1)
        return await self._answered

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Look whether the answer is whole."""
        self._reply += data
        if (end := self._reply.find(b"\r\n\r\n")) < 0:
            return
        length, again = LENGTH.search(self._reply, 0, end), AGAIN.search(self._reply, 0, end)
        if len(self._reply) >= end + 4 + (int(length[1]) if length else 0):
            self._end(int(self._reply[9:12]), float(again[1]) if again else 0)

    def connection_lost(self, error: Exception | None) -> None:
        """Say so if an answer is waited for."""
        self._transport = None
        self._end(0, 0.1)

    def _end(self, status: int, again: float) -> None:
        if self._answered and not self._answered.done():
            self._answered.set_result(Reply(status, time.perf_counter() - self._begin, again))


async def closed(port: int, clients: int, seconds: float, most: int = sys.maxsize) -> list[Reply]:
    """What so many clients see that each wait for their answers."""
    asked, seen, end = itertools.islice(questions(), most), list[Reply](), time.monotonic() + seconds

    async def one() -> None:
        client = Client(port)
        for request in asked:
            if time.monotonic() > end:
                return
            seen.append(await client.ask(request))
            await asyncio.sleep(seen[-1].again)

    await asyncio.gather(*(one() for _ in range(clients)))
    return seen


async def opened(port: int, rate: float, seconds: float) -> list[Reply]:
    """What clients see that come at a rate, whether those before them have their answers or not."""
    requests = list(itertools.islice(questions(), int(rate * seconds)))
    seen, idle, tasks = list[Reply](), [Client(port) for _ in range(32)], set[asyncio.Task[None]]()

    async def one(request: bytes) -> None:
        client = idle.pop() if idle else Client(port)
        seen.append(await client.ask(request))
        idle.append(client)

    begin = time.monotonic()
    for number, request in enumerate(requests):
        if (early := begin + number / rate - time.monotonic()) > 0:
            await asyncio.sleep(early)
        task = asyncio.create_task(one(request))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    await asyncio.gather(*tasks)
    return seen


def told(seen: list[Reply], seconds: float) -> dict[str, Any]:
    """Served questions a second and their milliseconds, the refused ones and theirs, and what went wrong.

    A refusal that does not say when to ask again has gone wrong.
    """
    counts = Counter(status for status, _, _ in seen)
    served = 1000 * np.array([took for status, took, _ in seen if status == 200] or [np.nan])
    refused = 1000 * np.array([took for status, took, _ in seen if status == 503] or [np.nan])
    p50, p95, p99 = np.percentile(served, (50, 95, 99))
    return {
        "served_per_s": counts[200] / seconds, "p50": p50, "p95": p95, "p99": p99,
        "refused": counts[503], "refused_p99": np.percentile(refused, 99),
        "errors": sum(reply.status != 200 and not (reply.status == 503 and reply.again) for reply in seen),
    }  # fmt: skip


def memory(pid: int) -> float:
    """The megabytes that a process and its children, whichever thread started them, hold for themselves alone."""
    children = " ".join(path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children")).split()
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
    begin, used = time.monotonic(), time.process_time()
    seen = asyncio.run(opened(port, rate, chosen.seconds))
    flood, took = told(seen, chosen.seconds), time.monotonic() - begin
    used = (time.process_time() - used) / took
    asyncio.run(closed(port, 4, 600, 500))
    before = memory(pid)
    asked = asyncio.run(closed(port, 4, 24 * 3600, chosen.endurance))
    return {
        "levels": levels, "flood": {"rate": rate, "client": used, **flood}, "endurance": len(asked),
        "memory": (before, memory(pid)), "load": os.getloadavg(),
    }  # fmt: skip


def table(found: dict[str, Any]) -> str:
    """The figures as Markdown: those of one client, and the others as multiples of them."""
    alone, flood = found["levels"][1], found["flood"]
    lines = [
        "| | served/s | p50 | p95 | p99 | refused | p99 of refusals | errors |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, level in [*found["levels"].items(), ("questions at ten times the rate served", flood)]:
        ratios = " | ".join(f"{level[one] / alone[one]:.1f}" for one in ("served_per_s", "p50", "p95", "p99"))
        label = f"{name} client{'s' * (name != 1)}" if isinstance(name, int) else name
        refused = f"{level['refused_p99'] / alone['p50']:.1f}" if level["refused"] else ""
        lines.append(f"| {label} | {ratios} | {level['refused']} | {refused} | {level['errors']} |")
    before, after = found["memory"]
    busiest = max(found["levels"])
    return "\n".join([
        *lines, "",
        f"One client: {alone['served_per_s']:.1f}/s, p50 {alone['p50']:.0f} ms, p99 {alone['p99']:.0f} ms."
        f" {busiest} clients: p99 {found['levels'][busiest]['p99']:.0f} ms.",
        f"Flood: {flood['rate']:.0f}/s asked, p99 of the served {flood['p99']:.0f} ms, of refusals"
        f" {flood['refused_p99']:.0f} ms; the client took {flood['client']:.2f} of a processor.",
        f"Memory: {before:.0f} MB before, {after:.0f} MB after {found['endurance']}"
        f" questions ({after / before - 1:+.1%}).",
        "Load of the machine in the last minutes: " + ", ".join(f"{one:.1f}" for one in found["load"]) + ".",
    ])  # fmt: skip


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

"""Runs commands of aliqa to their end, each in a process forked from one that has imported everything.

That is what ``python -m aliqa`` does, with streams, an environment and an exit code of its own, but without starting
an interpreter each time. `tests/integration/test_readme.py` and `test_package.py` start commands as users do.
"""

import atexit
import gc
import importlib
import json
import os
import runpy
import select
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tests.conftest import ROOT, environment

_PRELOADED = ("aliqa.doors.cli", "aliqa.library", "tests.doubles", "faiss", "tantivy")
_STREAMS = ("stdin", "stdout", "stderr")
_LOCK = threading.Lock()
_PATIENCE = 1200
"""Seconds after which a command is taken for one that never ends."""


def run(
    *words: str | Path, env: Mapping[str, str] | None = None, cwd: Path = ROOT, given: str = ""
) -> "subprocess.CompletedProcess[str]":
    """The finished command ``aliqa`` with these words; ``given`` is what it reads from stdin."""
    parent = _parent()
    assert parent.stdin
    assert parent.stdout
    with tempfile.TemporaryDirectory(prefix="command-") as name:
        streams = {stream: Path(name, stream) for stream in _STREAMS}
        streams["stdin"].write_text(given, encoding="utf-8")
        order = {
            "words": [*map(str, words)],
            "env": dict(environment() if env is None else env),
            "cwd": str(cwd),
            "streams": [str(path) for path in streams.values()],
        }
        with _LOCK:
            parent.stdin.write(json.dumps(order) + "\n")
            parent.stdin.flush()
            assert select.select([parent.stdout], [], [], _PATIENCE)[0], f"it does not end: aliqa {order['words']}"
            code = int(parent.stdout.readline())
        said, told = (streams[stream].read_text(encoding="utf-8") for stream in _STREAMS[1:])
    return subprocess.CompletedProcess(["aliqa", *map(str, words)], code, said, told)


@cache
def _parent() -> "subprocess.Popen[str]":
    """The process that commands are forked from. It ends with this one."""
    command = [sys.executable, "-m", "tests.commands"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    atexit.register(process.communicate)
    return process


def main() -> None:
    """For each line of stdin fork a command and print its exit code; in the forked process, become the command."""
    for name in _PRELOADED:
        importlib.import_module(name)
    gc.freeze()  # nothing of it is looked through when a command ends
    assert threading.active_count() == 1, "what a thread holds when the process is forked is never let go"
    while line := sys.stdin.readline():
        if not (pid := os.fork()):
            _become(json.loads(line))
            return
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])}\n")
        sys.stdout.flush()


def _become(order: dict[str, Any]) -> None:
    for number, path in enumerate(order["streams"]):
        opened = os.open(path, os.O_WRONLY | os.O_CREAT if number else os.O_RDONLY)
        os.dup2(opened, number)
        os.close(opened)
        setattr(sys, _STREAMS[number], open(number, "w" if number else "r", encoding="utf-8", closefd=False))  # noqa: SIM115
    os.environ.clear()
    os.environ.update(order["env"])
    os.chdir(order["cwd"])
    sys.argv = ["aliqa", *order["words"]]
    runpy.run_module("aliqa", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()

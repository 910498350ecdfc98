"""A real Ray on this machine for tests: a head with two workers, which asks for a token."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from aliqa.foundations.errors import ModelError
from aliqa.foundations.settings import ChunkingSettings, EmbeddingSettings
from aliqa.index.chunking import Chunker
from aliqa.index.making import Maker
from tests.conftest import ROOT
from tests.doubles import HashingEmbedder

_PATIENCE = 120


class RayCluster:
    """A head in processes of its own. Workers inherit ``environment``."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="ray-")  # short: sockets are in it
        self._port = free_port()
        self.address = f"127.0.0.1:{self._port}"
        token = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32), "RAY_USAGE_STATS_ENABLED": "0"}
        self.environment = {**environment, **token}
        self._log = Path(self._folder.name, "log")

    def start(self) -> "RayCluster":
        """Start it and wait until it can be used."""
        command = (
            f"start --head --block --node-ip-address=127.0.0.1 --port={self._port}"
            f" --num-cpus=2 --object-store-memory=100000000 --include-dashboard=false --temp-dir={self._folder.name}"
        )
        ray = Path(sys.executable).parent / "ray"
        with open(self._log, "wb") as log:
            self._head = subprocess.Popen(
                [ray, *command.split()], env=self.environment, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
            )
        end = time.monotonic() + _PATIENCE
        while "runtime started" not in self._log.read_text():
            if self._head.poll() is not None or time.monotonic() > end:
                said = self._log.read_text()
                self.close()
                raise RuntimeError(f"Ray did not start: {said}")
            time.sleep(0.1)
        return self

    def close(self) -> None:
        """End all its processes."""
        self._head.terminate()
        try:
            self._head.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self._head.pid, signal.SIGKILL)
        self._folder.cleanup()


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def hashing_maker(tokens: int = 200) -> Maker:
    """What a worker may load: no neural network."""
    embedder = HashingEmbedder(EmbeddingSettings())
    return Maker(embedder, Chunker(ChunkingSettings(tokens=tokens), embedder))


def lost_maker() -> Maker:
    """What a worker cannot load."""
    raise ModelError("lost", "there are no weights here")

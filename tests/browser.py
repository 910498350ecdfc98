"""What tests of the doors share: real servers, and what a visitor of the page does."""

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Page, expect

from aliqa.doors import page as chat
from aliqa.doors.http import server
from aliqa.doors.http.app import create_app
from aliqa.doors.http.bodies import BodyRoute
from aliqa.foundations import settings as aliqa_settings
from aliqa.library import build
from tests.conftest import environment

expect.set_options(timeout=30_000)  # a busy machine is slow, not wrong

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def served(corpus: Path, index: Path, model: str, **variables: str) -> Iterator[str]:
    """The address of a server in a thread of this process, until the block ends; its index is brought up to date.

    ``ALIQA_PORT`` is any free one by default.
    """
    reader = "bundled" if model == "bundled" else "none"
    env = environment(ALIQA_EMBEDDING__MODEL=model, ALIQA_READING__MODEL=reader, **{"ALIQA_PORT": "0", **variables})
    with _environment(env):
        settings = aliqa_settings.load(corpus_dir=corpus, index_dir=index)
    build(settings)
    app = create_app(settings)
    chat.mount(
        app,
        app.state.current.library,
        app.state.jobs,
        app.state.watchlist,
        app.state.feedback,
        BodyRoute,
        app.state.pool,
    )
    with socket.create_server(("127.0.0.1", settings.port)) as listener:
        running = server.Server(app, settings)
        thread = Thread(target=running.run, args=([listener],))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            running.should_exit = True
            thread.join()


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def serving(options: list[str], env: dict[str, str]) -> Iterator[str]:
    """The address of a server in a process of its own, until the block ends."""
    command = [sys.executable, "-m", "aliqa", "serve", *options, "--port", "0"]
    server = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout
        said = server.stdout.readline()
        address = re.search(r"http://127\.0\.0\.1:\d+", said)
        assert address, f"the server said {said!r}"
        yield address[0]
    finally:
        server.terminate()
        server.communicate()


@contextmanager
def running(app: FastAPI) -> Iterator[int]:
    """The port of a real server of the app, until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        server.should_exit = True
        thread.join(20)


def enter(page: Page, address: str) -> None:
    """Open the page and wait until it is ready."""
    page.goto(address, timeout=120_000)  # a server's first page waits until Gradio is loaded
    expect(page.locator("html.ready")).to_be_attached(timeout=60_000)
    expect(page.locator("#foot .index-line")).to_be_attached(timeout=30_000)


def ask(page: Page, question: str, number: int) -> None:
    """Type the question, send it with Enter, and wait until the reply to this many questions is there."""
    box = page.locator("#question textarea")
    box.fill(question)
    box.press("Enter")
    expect(box).to_have_value("", timeout=30_000)
    expect(page.locator(".exchange")).to_have_count(number, timeout=30_000)
    expect(page.locator(".stop")).to_have_count(0, timeout=30_000)


def show(page: Page, area: str, section: str = "") -> None:
    """Go to the area by the bar above, and to a section of the library."""
    page.locator("#head").get_by_role("link", name=area, exact=True).click()
    if section:
        page.locator("#library .sections").get_by_role("link", name=section).click()

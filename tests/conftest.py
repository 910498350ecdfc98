"""A small corpus of invented articles, and an index of it made with a hashing embedder."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from aliqa.foundations import settings as aliqa_settings
from aliqa.foundations.settings import Settings
from aliqa.library import Library, build
from tests.postgres_server import PostgresServer

ROOT = Path(__file__).parents[1]
EMBEDDER = "tests.doubles:HashingEmbedder"
QUICK: dict[str, Any] = {"embedding": {"model": EMBEDDER}, "reading": {"model": "none"}}
"""Settings without a neural network."""
THRESHOLD = 0.1
"""Below the default: the reader's confidence was fitted to a model whose cosines are higher."""

LONGEST = ("kill", "postgres", "ray", "slow", "browser", "model")
"""Marks of the tests that take longest: begun first, so that none is left when the others are done."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest tests first."""
    items.sort(key=lambda item: next((rank for rank, mark in enumerate(LONGEST) if item.get_closest_marker(mark)), 9))


ARTICLES = {
    "shipping/northwind.md": """---
title: "Northwind Lines goes electric"
author: "Ines Okafor"
source: "Harbour Gazette"
published: 2025-03-04
url: "https://harbour.example/northwind"
---

# The order

Northwind Lines ordered four electric ferries from the Brevik shipyard on Monday. The four ferries cost 92 million \
euros together. Delivery of the first ferry is planned for the spring of 2027.

# What it replaces

Diesel ferries first crossed the Kelda strait in 1968. Each crossing of a diesel ferry burns 310 litres of fuel, \
says chief engineer Tomas Lindqvist. The harbour of Skarvik must build a charging station first.
""",
    "retail/marlowe.txt": """---
title: Marlowe closes a third of its shops
source: Retail Observer
published: 2024-11-19
---

Marlowe Stores will close 46 of its 138 shops before the summer. Chief executive Priya Raman blames high rents and a \
warm autumn. Marlowe lost 12 million pounds in the last quarter, after a profit of 3 million pounds a year before.

The online shop grew by 18 percent and now brings in more than half of all sales. Marlowe's warehouse in Doncaster \
will be doubled in size.
""",
    "云计算.md": """---
title: 青岚云发布财报
source: 海岸财经
published: 2025-06-30
---

青岚云第二季度收入增长了二十六个百分点。公司首席执行官林远表示，人工智能产品贡献了五分之一的收入。

青岚云计划明年在成都建设新的数据中心。
""",
    "undated-note.txt": """A note on the coffee market 😀

Arabica prices doubled within one year because frost hit the plantations of Minas Gerais. Roasters such as Café Solé \
pass on only half of the increase. “Nobody wants to pay six euros for an espresso,” said one roaster.
""",
}


def environment(**more: str) -> dict[str, str]:
    """The environment of a command under test: no neural network, and no settings from outside."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ALIQA_")}
    path = os.pathsep.join(filter(None, (os.environ.get("PYTHONPATH"), str(ROOT))))
    return {
        **inherited,
        "PYTHONPATH": path,
        "ALIQA_EMBEDDING__MODEL": EMBEDDER,
        "ALIQA_READING__MODEL": "none",
        "ALIQA_ANSWERING__THRESHOLD": str(THRESHOLD),
        **more,
    }


NOBODY = 65534


@contextmanager
def unprivileged() -> Iterator[None]:
    """As a user whom file permissions bind; the superuser may read everything."""
    superuser = os.geteuid() == 0
    if superuser:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if superuser:
            os.seteuid(0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can reach."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the articles, one of them unreadable. Tests must not change it."""
    folder = tmp_path_factory.mktemp("corpus")
    for doc_id, text in ARTICLES.items():
        path = folder / doc_id
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    (folder / "broken.txt").write_bytes(bytes(range(256)) * 4)
    return folder


@pytest.fixture(scope="session")
def settings(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings for the corpus and its index, which is built once. Tests must not change the index."""
    chosen = aliqa_settings.load(
        corpus_dir=corpus,
        index_dir=tmp_path_factory.mktemp("index"),
        **QUICK,
        answering={"threshold": THRESHOLD},
    )
    build(chosen)
    return chosen


@pytest.fixture(scope="session")
def library(settings: Settings) -> Library:
    """The index, open."""
    return Library.open(settings)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A running database with pgvector. Tests take a corpus, or a database, of their own."""
    server = PostgresServer().start()
    yield server
    server.close()

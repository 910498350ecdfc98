"""A day in fast motion: 100 articles come in by a feed, 12 questions are watched, the server is killed again and again.

Each change of an answer is told exactly once: the alerts of a question are a chain, from its first answer to its last.
"""

import os
import random
import signal
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import QUICK, THRESHOLD
from tests.integration.test_feeds import LOOSE
from tests.integration.test_live import Client, served, until
from tests.news_server import NewsServer, news_server
from tests.receivers import SECRET, WebhookServer, webhook_server

from aliqa.foundations import settings as aliqa_settings
from aliqa.foundations.settings import Settings

pytestmark = [pytest.mark.slow, pytest.mark.kill]

TOWNS = [
    "Alfen",
    "Brunnau",
    "Castrop",
    "Dorsk",
    "Elmrath",
    "Farnholt",
    "Gellin",
    "Hostru",
    "Ilmen",
    "Jarvik",
    "Kolden",
    "Lunsted",
]
THINGS = [
    "ferry",
    "library",
    "orchard",
    "tram",
    "museum",
    "bakery",
    "stadium",
    "lighthouse",
    "quarry",
    "theatre",
    "brewery",
    "cinema",
]
HOURS, A_HOUR, A_LIFE = int(os.environ.get("DAY_HOURS", "4")), 25, 2
"""So many rounds of so many articles; after so many rounds the server is killed."""


def question(number: int) -> str:
    return f"How many euros did the {THINGS[number]} of {TOWNS[number]} cost?"


def price(number: int, edition: int) -> str:
    return f"The {THINGS[number]} of {TOWNS[number]} cost {number + 2}{edition}00 euros."


def filler(number: int, chance: random.Random) -> tuple[str, ...]:
    """An article about something else."""
    seen = chance.sample(["kestrels", "otters", "lanterns", "violins", "anvils", "comets", "glaciers", "kilns"], 3)
    return (f"Report {number} counts {seen[0]} beside {seen[1]}.", f"Nobody in report {number} expected {seen[2]}.")


def test_a_day(tmp_path: Path) -> None:
    with news_server() as news, webhook_server() as webhook:
        Day(tmp_path, news, webhook).run()


class Day:
    """A newsroom, who reads it, and what must come of it."""

    def __init__(self, folder: Path, news: NewsServer, webhook: WebhookServer) -> None:
        self.news, self.webhook = news, webhook
        self.chance = random.Random(24)
        self.paths: list[str] = []
        self.editions: dict[int, int] = {}
        self.first: dict[str, str] = {}
        self.settings: Settings = aliqa_settings.load(
            corpus_dir=folder / "corpus", index_dir=folder / "index", **QUICK, answering={"threshold": THRESHOLD}
        )
        self.settings.corpus_dir.mkdir()
        (self.settings.corpus_dir / "masthead.txt").write_text("This paper is printed at the harbour.\n")
        self.variables = {
            **LOOSE,
            "ALIQA_FEEDS__INTERVAL": "0.005",
            "ALIQA_FEEDS__PAGES": "200",
            "ALIQA_ALERTS__WEBHOOK": webhook.address,
            "ALIQA_ALERTS__WEBHOOK_SECRET": SECRET,
        }

    def run(self) -> None:
        """From the first hour to the last; again and again the server is killed, wherever it is."""
        self.publish()
        with served(self.settings, **self.variables) as client:
            until(lambda: client.call("GET", "/readyz")[0] == 200)
            assert client.call("POST", "/feeds", {"url": f"{self.news.address}/feed"})[0] == 201
            for number in range(len(TOWNS)):
                self.watch(client, question(number))
        for hour in range(0, HOURS, A_LIFE):
            with served(self.settings, **self.variables) as client:
                for now in range(hour, hour + A_LIFE):
                    self.webhook.status = 503 if now % 5 == 3 else 204
                    self.publish()
                    self.wait_a_while(client)
                client.process.send_signal(signal.SIGKILL)
        self.webhook.status = 204
        with served(self.settings, **self.variables) as client:
            self.wait_for_the_end(client)
            self.check(client)

    def watch(self, client: Client, asked: str) -> None:
        """Watch a question, however busy the server is, and note its first answer."""
        status, told = 503, dict[str, Any]()
        while status != 201:
            status, told = client.call("POST", "/watchlist", {"question": asked})
        self.first[asked] = told["now"]["answer"]

    def publish(self) -> None:
        """The articles of an hour: news, stories that are watched, and corrections of those."""
        for _ in range(A_HOUR if len(self.paths) < HOURS * A_HOUR else 0):
            number = len(self.paths)
            path = f"/story{number}"
            self.paths.append(path)
            if number % 5 == 0 and number // 5 < len(TOWNS):
                self.editions[number // 5] = 0
                self.story(number // 5)
            else:
                self.news.publish(path, f"Report {number}", *filler(number, self.chance))
        for number in self.chance.sample(sorted(self.editions), min(3, len(self.editions))):
            self.editions[number] += 1
            self.story(number)
        self.news.list_rss("/feed", list(reversed(self.paths)))

    def story(self, number: int) -> None:
        """The story that a watched question asks for, as it stands now."""
        self.news.publish(
            f"/story{5 * number}", f"The {THINGS[number]} of {TOWNS[number]}", price(number, self.editions[number])
        )

    def wait_a_while(self, client: Client) -> None:
        """Until the server has begun to work on what is new, and a moment more."""
        asked = len(self.news.asked)
        until(lambda: len(self.news.asked) > asked + self.chance.randrange(1, 40) or client.process.poll() is not None)

    def wait_for_the_end(self, client: Client) -> None:
        """Until all that was published is answered, and nothing waits; as long as something happens."""
        before, since = "", time.monotonic()
        while left := self.left(client):
            if left != before:
                before, since = left, time.monotonic()
            assert time.monotonic() < since + 200, left
            time.sleep(1)

    def left(self, client: Client) -> str:
        """What is still to come, in words; empty at the end."""
        answers = {one["question"]: one["now"]["answer"] for one in self.watched(client)}
        wrong = [
            f"{price(number, edition)} {answers[question(number)]}"
            for number, edition in self.editions.items()
            if price(number, edition) not in answers[question(number)]
        ]
        waiting = sum(one["alerts"] for one in client.call("GET", "/alerts")[1]["waiting"])
        missing = len(self.paths) + 1 - len(client.call("GET", "/articles")[1])
        return f"{missing} articles, {waiting} alerts, {wrong}" if missing or waiting or wrong else ""

    def watched(self, client: Client) -> list[dict[str, Any]]:
        found: Any = client.call("GET", "/watchlist")[1]
        return list(found)

    def check(self, client: Client) -> None:
        """The alerts of each question lead from its first answer to its last, without a gap and without a fork."""
        assert not self.webhook.forged
        chains: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for body in self.webhook.bodies.values():
            if body["type"] == "aliqa.answer":
                chains[body["data"]["about"]].append(body["data"])
        last = {one["question"]: one["now"]["answer"] for one in self.watched(client)}
        assert len(chains) == len(TOWNS)
        for asked, chain in chains.items():
            chain.sort(key=lambda one: one["at"])
            befores, afters = [one["before"] for one in chain], [one["answer"] for one in chain]
            assert befores == [self.first[asked], *afters[:-1]]
            assert afters[-1] == last[asked]
        corrected = Counter(
            (one["data"]["about"], quote["quote"])
            for one in self.webhook.bodies.values()
            if one["type"] == "aliqa.correction"
            for quote in one["data"]["new"]
        )
        assert max(corrected.values()) == 1
        doubles = len(self.webhook.ids) - len(self.webhook.bodies)
        assert doubles <= HOURS // A_LIFE  # at most the one that was under way when the server was killed

"""No text makes reading an article take long: not one regular expression, and not the reading as a whole.

Of the reading as a whole, what is measured is the processor's time of this process, against a bound that only work of
another order passes.
"""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from tests.conftest import ROOT, environment

from aliqa.articles.loading import cut, parse_article
from aliqa.text.sentences import split_sentences

END = "The mill at the river was sold to the town on Monday.\n"
MAIL = "From: a@b.example\nDate: Mon, 1 Jan 2024 10:00:00 +0000\n"


class TooSlow(BaseException):
    """A processor was busy for too long; no code expects it, so that none goes on."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise TooSlow once this process has kept a processor busy for so long."""

    def stop(*_: object) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before or signal.SIG_IGN)  # by default one that is late ends the process


@pytest.mark.slow
def test_no_expression_grows_faster_than_what_it_reads() -> None:
    """With the length of an article; on questions, which have 2,000 characters at most, with the square of it."""
    run = [sys.executable, "-m", "tests.growth", "text", "articles", "index", "answers", "doors", "foundations"]
    done = subprocess.run(run, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    *found, counted = map(json.loads, done.stdout.splitlines())
    assert found == []
    assert counted["expressions"] > 300


BAD = """
import re, signal
from tests.growth import SEARCH, SHORT, too_fast, too_slow
signal.signal(signal.SIGPROF, too_slow)
TRIED = (r"(?:a+)+b", "match"), (r"x+y", SEARCH), (r"\\s*:?\\s*!", "match"), (r"x+y", "match"), (r"a|b", SEARCH)
for pattern, way in TRIED:
    print(too_fast(re.compile(pattern), 8 * SHORT, 9, {way}) is not None)
"""


def test_an_expression_that_grows_too_fast_would_be_found() -> None:
    done = subprocess.run(
        [sys.executable, "-c", BAD], cwd=ROOT, env=environment(), capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["True", "True", "True", "False", "False"], done.stderr


LONG: dict[str, tuple[str, Callable[[int], str]]] = {
    "brackets": ("a.txt", lambda size: "In " + "[" * size + f"\n{END}"),
    "links": ("a.md", lambda size: "[a](" * (size // 4) + f"\n{END}"),
    "front matter": ("a.md", lambda size: "---\na: " + "[" * size + f"\n---\n{END}"),
    "anchors": ("a.md", lambda size: "---\na: " + "&a [*a, " * (size // 8) + f"\n---\n{END}"),
    "subject": ("a.eml", lambda size: "Subject: " + "=?utf-8?q?a?= " * (size // 14) + f"\n{MAIL}\n{END}"),
    "senders": ("a.eml", lambda size: "From: " + "a@b, " * (size // 5) + f"\nSubject: x\n\n{END}"),
    "a date": ("a.txt", lambda size: "published on" + " " * size + f"x\n{END}"),
    "a byline": ("a.txt", lambda size: "By " + "A " * (size // 2) + f"\n{END}"),
    "a title": ("a.html", lambda size: f"<title>a{' ' * size}b</title><p>{END}</p>"),
    "blanks": ("a.txt", lambda size: "a" + " " * size + f"b\n{END}"),
    "digits": ("a.txt", lambda size: "7" * size + f"\n{END}"),
    "initials": ("a.txt", lambda size: "A. " * (size // 3) + f"\n{END}"),
    "quotes": ("a.txt", lambda size: "“a " * (size // 3) + f"\n{END}"),
    "lines": ("a.txt", lambda size: "a\n" * (size // 2) + END),
    "values": ("a.txt", lambda size: "$5 " * (size // 3) + f"\n{END}"),
}


@pytest.mark.parametrize("kind", LONG)
def test_reading_an_article_takes_time_in_proportion_to_its_length(kind: str) -> None:
    name, make = LONG[kind]
    with within(10):
        for file in cut(make(60_000).encode(), name):
            article = parse_article(file)
            split_sentences(article.text, article.meta.body_start)

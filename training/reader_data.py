"""Questions for the reader: loaded, split by article, and how often each is shown.

A row of the training files holds ``question``, ``passage``, ``answers`` (``start``, ``end`` in code points; none when a
person wrote an unanswerable question), ``group`` (the article) and ``negative`` for other windows of the same article,
which are left out: `reader_made` makes harder ones. Articles never stand in both parts of the split.
"""

import gzip
import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

NEAR_MISSES: Final = "near_misses"
HELD_OUT: Final = frozenset(
    {"force", "normans", "warsaw", "oxygen", "prime number", "southern california", "armenian apostolic church"}
)
"""Articles held out by name, wherever they occur."""

LARGE: Final = frozenset(
    {
        "squadshifts_new_wiki",
        "squad2_train_10articles",
        "squad2_dev_part",
        "squad2_dev_other19",
        "squad1_train_extra_articles",
    }
)
"""Files of a few articles with many questions each: nothing more of them is held out."""

_NEAR, _OTHER = 10, 25
"""Of articles with near misses one in so many is held out, by its hash, and of the other ones one in so many."""

COPIES: Final = {
    "near_misses": (1.0, 1.0), "twins": (1.0, 0.3), "asked": (1.5, 1.5), "first": (2.0, 2.0),
    "verdicts": (1.5, 1.5), "values": (2.5, 2.0), "statements": (0.5, 0.2), "claims": (0.5, 0.5),
    "worlds": (4.0, 6.0),
    "squad2_dev_part": (1.0, 2.0), "squad2_dev_other19": (1.0, 2.0),
    "squad2_train_10articles": (1.0, 2.0), "squad2_train_unans_matched": (1.0, 1.6),
    "squad2_train_unans_batch": (1.0, 1.6), "squad2_train_unans_tfidf": (1.0, 0.7),
    "squad2_train_unansq_dev": (0.7, 1.0), "squad_train_nqg_test": (0.4, 0.5), "timeqa_human": (1.0, 2.5),
    "tatqa_text": (1.5, 1.0), "tatqa_table_only": (1.0, 1.5), "multispanqa_valid": (1.5, 1.0),
    "nomiracl_en_nonrelevant": (1.0, 0.7), "covidqa": (0.8, 1.0), "selqa": (0.8, 1.0), "onestopqa": (0.6, 1.0),
    "friendsqa_dev_test": (0.35, 1.0), "molweni_test": (0.3, 0.6), "fairytaleqa_explicit": (0.25, 1.0),
    "qamr_dev_test": (0.14, 1.0),
}  # fmt: skip
"""How often a pass shows a file's answerable and unanswerable questions; all others once."""

_LEVELLED: Final = 2.0
"""By how much, at most, copies change so that a question's first words tell little about the answer."""

_LOOSE: Final = frozenset({"sentence", "critical_span"})
_FIRST_WORDS: Final = re.compile(r"[a-z']+")
_NO_TITLE: Final = re.compile(r"(ctx|uq|nqg|ms[0-9a-f]{6}|mo\d|fr[s_]|ft|os|qm|conda|doc\d|[0-9a-f]{8}-|\d)")


@dataclass(frozen=True)
class Row:
    """A question on a passage; ``answers`` are spans in code points, and whole sentences if ``loose``.

    ``human`` says that a person wrote it as unanswerable; ``near`` is the kind of a near miss, ``kind`` that of its
    text; ``beside`` are passages with their titles that were found for the question, too, and do not answer.
    """

    question: str
    passage: str
    answers: tuple[tuple[int, int], ...]
    loose: bool
    group: str
    source: str
    human: bool
    title: str = ""
    near: str = ""
    kind: str = ""
    beside: tuple[tuple[str, str], ...] = ()

    @property
    def answerable(self) -> bool:
        """Whether the passage answers."""
        return bool(self.answers)

    @property
    def article(self) -> str:
        """The article as all files spell it."""
        return _article(self.group)


def load(folder: Path) -> tuple[list[Row], list[Row]]:
    """The rows to train on and the rows held out."""
    raws: list[tuple[str, dict[str, Any]]] = []
    for path in sorted(folder.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            raws += [(path.name.removesuffix(".jsonl.gz"), raw) for raw in map(json.loads, lines)]
    near = {_article(raw["group"]) for source, raw in raws if source == NEAR_MISSES}
    large = {_article(raw["group"]) for source, raw in raws if source in LARGE}
    train: list[Row] = []
    held: list[Row] = []
    for source, raw in raws:
        if raw.get("negative") != "window":
            (held if _is_held_out(raw, source, near, large) else train).append(_row(raw, source))
    return train, held


def copies(rows: Sequence[Row]) -> list[float]:
    """How often each row is shown in a pass, levelled by how the question begins."""
    base = [COPIES.get(row.source, (1.0, 1.0))[not row.answerable] for row in rows]
    mass: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for row, count in zip(rows, base, strict=True):
        mass[_opening(row.question)][row.answerable] += count
    totals = [sum(each[side] for each in mass.values()) for side in (0, 1)]
    shares = [total / sum(totals) for total in totals]

    def levelled(row: Row, count: float) -> float:
        here = mass[_opening(row.question)]
        smooth = 20.0
        share = (here[row.answerable] + smooth * shares[row.answerable]) / (sum(here) + smooth)
        return count * min(_LEVELLED, max(1 / _LEVELLED, shares[row.answerable] / share))

    return [levelled(row, count) for row, count in zip(rows, base, strict=True)]


def _opening(question: str) -> str:
    """What a question begins with: "how many", "what", "who"."""
    words = _FIRST_WORDS.findall(question.casefold())[:3]
    if len(words) > 1 and words[0] in ("in", "on", "at", "by", "from", "to", "for", "of", "with", "after", "during"):
        words = words[1:]
    return " ".join(words[: 2 if words and words[0] in ("how", "what", "which") else 1])


def _is_held_out(raw: dict[str, Any], source: str, near: set[str], large: set[str]) -> bool:
    article = _article(raw["group"])
    if article in HELD_OUT or (source.startswith("tydiqa") and raw.get("split") == "dev"):
        return True
    number = int(hashlib.sha256(article.encode()).hexdigest()[:8], 16)
    return article not in large and number % (_NEAR if article in near else _OTHER) == 0


def _row(raw: dict[str, Any], source: str) -> Row:
    spans = {(one["start"], one["end"]): None for one in raw["answers"]} if raw["answerable"] else {}
    loose = raw.get("answer_type") in _LOOSE or source == "squad_train_nqg_test"
    return Row(
        raw["question"].strip(), raw["passage"], tuple(spans), loose, raw["group"], source, not raw["answerable"],
        raw.get("title") or _title(raw["group"]), raw.get("near") or "", raw.get("kind") or "",
    )  # fmt: skip


def _article(group: str) -> str:
    return group.replace("_", " ").casefold()


def _title(group: str) -> str:
    """The article's title, where the group is one."""
    return "" if _NO_TITLE.match(group) else group.removeprefix("wikinews/").removeprefix("/wiki/").replace("_", " ")

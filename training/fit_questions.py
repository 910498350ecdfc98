"""What the reader's last models are fitted on: questions asked of small corpora made of held-out passages.

Seven kinds, none of which the span reader was trained on: near misses with the passages that they were written for
among others of their kind, each passage with a sentence that answers one of them; questions of readers who have not
seen the text, and on invented news and long reads, half of all three answered; people's questions and near misses on
whole articles (SQuAD 2.0); questions of several kinds, a third of them without the passage that answers; and an
evaluation set of real users' questions (CLAP NQ dev).
"""

import json
import random
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from pair_data import worlds
from reader_asked import ASKED, FIRST
from reader_data import HELD_OUT, NEAR_MISSES, Row
from reader_twins import Twin, turned
from reader_worlds import questions

from aliqa.foundations.protocols import Embedder
from aliqa.foundations.settings import Settings
from aliqa.foundations.types import Filters, IndexInfo, Span
from aliqa.index.places import index_of
from aliqa.library import build, make_embedder

_TOGETHER: Final = 12
_OTHERS: Final = (8, 30, 80)
_AROUND: Final = 500
"""How many passages with near misses make a corpus, and how many others, out of so many, stand among them."""

_TURNS: Final = (None, 0, 1)
"""A passage is asked as it is, then with one sentence, then with another."""

_WORLDS: Final = (0, 1, 3, 8)
"""How many other worlds stand beside one that is asked about."""

_SIZES: Final = (20, 60, 150, 300, 600)
_GENERAL: Final = frozenset(
    {
        "tydiqa_goldp_en", "timeqa_human", "qed_dev", "multispanqa_valid", "tatqa_text", "tatqa_table_only",
        "nomiracl_en_nonrelevant", "squad1_train_800ctx", "squad2_train_unans_matched", "covidqa",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """A question; the spans that answer it, by article, none if it is unanswerable; the articles that it is asked of.

    ``among`` None are all; questions of one ``group`` share an article; ``kind`` is that of a near miss.
    """

    question: str
    answers: dict[str, list[Span]]
    group: str
    among: frozenset[str] | None = None
    kind: str = ""


@dataclass(frozen=True)
class Corpus:
    """Articles by name, and what they are asked."""

    name: str
    texts: dict[str, str]
    asked: list[Asked]


class Part:
    """A store as it would be with some of its articles alone."""

    def __init__(self, store: Any, doc_ids: Collection[str]) -> None:
        """Keep to these articles."""
        self._store = store
        self.filters = Filters(doc_ids=tuple(sorted(doc_ids)))
        self._passages = len(store.rows_admitted(self.filters))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    @property
    def info(self) -> IndexInfo:
        """The whole store's, but for the number of passages."""
        info: IndexInfo = replace(self._store.info, passages=self._passages)
        return info

    def document_frequencies(self, terms: Collection[str]) -> dict[str, int]:
        """In how many of the passages each of these terms stands."""
        return {term: len(self._store.lexical([term], self._passages, self.filters)[0]) for term in terms}


def indexed(texts: dict[str, str], folder: Path) -> tuple[Embedder, Any]:
    """The texts as an open index in a folder; what lies there already is not made again."""
    settings = Settings(corpus_dir=folder / "corpus", index_dir=folder / "index")
    settings.corpus_dir.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (settings.corpus_dir / name).write_text(text, encoding="utf-8", newline="")
    embedder = make_embedder(settings)
    build(settings, embedder=embedder)
    return embedder, index_of(settings).published()


def near_misses(train: Sequence[Row], held: Sequence[Row], known: dict[str, list[Twin]], rng: random.Random) -> Corpus:
    """Near misses and the questions beside them, on passages as they are and with a sentence each."""
    plain = [row for row in held if row.source == NEAR_MISSES]
    turns = [plain if turn is None else turned(held, known, turn, rng) for turn in _TURNS]
    return _among_others("near misses", turns, train, rng)


def of_readers(train: Sequence[Row], held: Sequence[Row], rng: random.Random) -> Corpus:
    """Questions of people who have not seen the text, half of them without an answer."""
    return _among_others("readers", [[row for row in held if row.source in (ASKED, FIRST)]], train, rng)


def _among_others(name: str, turns: Iterable[Sequence[Row]], train: Sequence[Row], rng: random.Random) -> Corpus:
    """What is asked of passages, a dozen at a time among others of their kind; a turn may have changed them."""
    near = _by_passage(row for row in train if row.source == NEAR_MISSES)
    texts = {text: near[text] for text in rng.sample(list(near), _AROUND)}
    names = {text: f"{number}.txt" for number, text in enumerate(texts)}
    alike = {kind: [names[text] for text in texts if texts[text][0].kind == kind] for kind in _kinds(texts)}
    asked = []
    for turn, plain in enumerate(turns):
        rows = _by_passage(plain)
        names |= {text: f"{turn}-{number}.txt" for number, text in enumerate(rows)}
        texts |= rows
        for kind in _kinds(rows):
            mine = [text for text in rows if rows[text][0].kind == kind]
            around = alike.get(kind) or sorted(names[text] for text in near if text in texts)
            for first in range(0, len(mine), _TOGETHER):
                together = mine[first : first + _TOGETHER]
                others = rng.sample(around, min(len(around), rng.choice(_OTHERS)))
                among = frozenset({names[text] for text in together} | set(others))
                asked += [_asked(row, names[text], among) for text in together for row in rows[text]]
    return Corpus(name, {names[text]: _headed(each[0]) for text, each in texts.items()}, asked)


def _kinds(rows: dict[str, list[Row]]) -> list[str]:
    return sorted({each[0].kind for each in rows.values()})


def invented(name: str, folder: Path, rng: random.Random) -> Corpus:
    """Questions on the worlds of a folder that are held out, each asked among other worlds."""
    told = {world.name: world for world in worlds(folder)}
    names = {name: [f"{name}-{number}.txt" for number in range(len(one.articles))] for name, one in told.items()}
    articles = {
        name: "\n\n".join([title, *sentences])
        for one in told.values()
        for name, (title, _, sentences) in zip(names[one.name], one.articles, strict=True)
    }
    asked = []
    for world in told.values():
        known = list(questions(world, folder)) if world.held else []
        others = rng.sample(sorted(told.keys() - {world.name}), rng.choice(_WORLDS))
        among = frozenset(name for each in (world.name, *others) for name in names[each])
        for one in known:
            answers: dict[str, list[Span]] = defaultdict(list)
            for i, j in one.answers:
                answers[names[world.name][i]].append(_place(world.articles[i], j))
            asked.append(Asked(one.text, dict(answers), world.name, among))
    return Corpus(name, articles, asked)


def _place(article: tuple[str, date, list[str]], number: int) -> Span:
    """Where a sentence stands in an article's text."""
    title, _, sentences = article
    start = len("\n\n".join([title, *sentences[:number], ""]))
    return Span(start, start + len(sentences[number]))


def whole_articles(held: Sequence[Row], rng: random.Random, count: int) -> Corpus:
    """So many questions on articles put together from their paragraphs."""
    texts: dict[str, str] = {}
    asked = []
    for article in sorted(HELD_OUT):
        rows = _by_passage(row for row in held if row.article == article and row.source.startswith("squad2_dev"))
        if not rows:
            continue
        name, text = f"{article}.txt", article.title()
        for passage, each in rows.items():
            text += "\n\n"
            asked += [_asked(row, name, None, len(text)) for row in each]
            text += passage
        texts[name] = text
    return Corpus("whole articles", texts, rng.sample(asked, min(count, len(asked))))


def general(held: Sequence[Row], rng: random.Random, count: int) -> Corpus:
    """Questions of other files in corpora of all sizes; every third has its answer left out."""
    rows = [row for row in held if row.source in _GENERAL]
    rows = rng.sample(rows, min(count, len(rows)))
    passages = _by_passage([*rows, *(row for row in held if row.source in _GENERAL and row.title)])
    names = {text: f"{number}.txt" for number, text in enumerate(passages)}
    asked = []
    for number, row in enumerate(rows):
        own = names[row.passage]
        among = frozenset(rng.sample(list(names.values()), min(len(names), rng.choice(_SIZES))))
        gone = row.answerable and number % 3 == 0
        found = _asked(row, own, among - {own} if gone else among | {own})
        asked.append(replace(found, answers={}) if gone else found)
    return Corpus("general", {names[text]: _headed(each[0]) for text, each in passages.items()}, asked)


def evaluation_set(folder: Path) -> Corpus:
    """An evaluation set of ``corpus.jsonl`` and ``questions.jsonl``."""

    def rows(name: str) -> Iterator[dict[str, Any]]:
        with open(folder / name, encoding="utf-8") as lines:
            yield from map(json.loads, lines)

    asked = []
    for row in rows("questions.jsonl"):
        answers: dict[str, list[Span]] = defaultdict(list)
        for one in row["evidence"] if row["answerable"] else []:
            answers[f"{one['doc_id']}.txt"].append(Span(one["start"], one["end"]))
        asked.append(Asked(row["question"], dict(answers), row["qid"]))
    return Corpus("users", {f"{row['doc_id']}.txt": row["text"] for row in rows("corpus.jsonl")}, asked)


def _by_passage(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.passage].append(row)
    return dict(found)


def _headed(row: Row) -> str:
    """A passage as an article, under its title."""
    return f"{row.title}\n\n{row.passage}" if row.title else row.passage


def _asked(row: Row, name: str, among: frozenset[str] | None, start: int | None = None) -> Asked:
    begin = len(_headed(row)) - len(row.passage) if start is None else start
    spans = [Span(begin + first, begin + last) for first, last in row.answers]
    return Asked(row.question, {name: spans} if spans else {}, row.article, among, row.near)

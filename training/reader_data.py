"""Questions for the reader: loaded, split by article, joined with hard negatives, cut into windows of tokens.

A row of the training files holds ``question``, ``passage``, ``answers`` (``start``, ``end`` in code points;
none when a person wrote an unanswerable question), ``answer_sentence``, ``group`` (the article) and
``negative`` for other windows of the same article. Articles never stand in both parts of the split.
"""

import gzip
import hashlib
import json
import random
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray

from aliqa.index.folder.bm25 import LexicalIndex, LexicalWriter
from aliqa.text.terms import content_words

HELD_OUT: Final = {
    "squad2_dev_part": {"Force", "Normans", "Warsaw"},
    "squadshifts_new_wiki": {"Armenian Apostolic Church"},
}
"""Articles held out by name; of the other files one article in twenty-five, by its hash."""
SHORTEST, LONGEST = 72, 232
"""The least and the most word pieces of a training window, the question not counted."""
HUMAN_COPIES: Final = 2
NEGATIVES: Final = 0.45
"""The share of the answerable questions that are also shown with a wrong passage of their article."""
FAR: Final = 0.15
"""The share that are also shown with one of another article."""
_SEARCHED: Final = 12
_SENTENCE_END: Final = re.compile(r"[.!?][\"”’')\]]*\s+|\n+")

Ids = NDArray[np.int32]


@dataclass(frozen=True)
class Row:
    """A question on a passage; ``answers`` are spans in code points, and whole sentences if ``loose``."""

    question: str
    passage: str
    answers: tuple[tuple[int, int], ...]
    loose: bool
    group: str
    source: str
    human: bool

    @property
    def answerable(self) -> bool:
        """Whether the passage answers."""
        return bool(self.answers)


@dataclass(frozen=True)
class Window:
    """What the model reads: token ids, which of them are the question's, and where answers may begin and end."""

    ids: Ids
    passage_from: int
    starts: tuple[int, ...]
    ends: tuple[int, ...]


def load(folder: Path) -> tuple[list[Row], list[Row]]:
    """The rows to train on and the rows held out."""
    train: list[Row] = []
    held: list[Row] = []
    for path in sorted(folder.glob("*.jsonl.gz")):
        source = path.name.removesuffix(".jsonl.gz")
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for raw in map(json.loads, lines):
                if raw.get("negative") != "window":
                    (held if _is_held_out(raw, source) else train).append(_row(raw, source))
    return train, held


def _is_held_out(raw: dict[str, Any], source: str) -> bool:
    if source in HELD_OUT:
        return raw["group"] in HELD_OUT[source]
    if raw.get("split") and source.startswith("tydiqa"):
        return bool(raw["split"] == "dev")
    return int(hashlib.sha256(raw["group"].encode()).hexdigest()[:8], 16) % 25 == 0


def _row(raw: dict[str, Any], source: str) -> Row:
    spans = {(one["start"], one["end"]): None for one in raw["answers"]} if raw["answerable"] else {}
    return Row(
        raw["question"].strip(), raw["passage"], tuple(spans), raw.get("answer_type") == "sentence", raw["group"],
        source, not raw["answerable"],
    )  # fmt: skip


def hard_negatives(rows: Sequence[Row], rng: random.Random) -> list[Row]:
    """For a share of the answerable questions, the passage that lexical search finds best and that does not answer.

    It is one of the same article where there is one, else of any article; for a smaller share one of another
    article. A passage that holds the words of an answer is not taken.
    """
    passages: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row.passage not in passages[row.group]:
            passages[row.group].append(row.passage)
    groups = list(passages)
    answerable = [row for row in rows if row.answerable]
    near, far = (rng.sample(answerable, int(share * len(answerable))) for share in (NEGATIVES, FAR))
    with tempfile.TemporaryDirectory() as folder:
        writer = LexicalWriter(Path(folder))
        for key, group in enumerate(groups):
            for number, text in enumerate(passages[group]):
                writer.add(key, number, text)
        writer.commit()
        index = LexicalIndex.open(Path(folder))
        keys = {group: key for key, group in enumerate(groups)}

        def wrong(row: Row, own: list[int] | None) -> Iterator[Row]:
            answers = [row.passage[start:end].casefold() for start, end in row.answers]
            for key, number in index.search(list(content_words(row.question)), _SEARCHED, own)[0]:
                text = passages[groups[int(key)]][int(number)]
                mine = groups[int(key)] == row.group and not own
                if text != row.passage and not mine and not any(answer in text.casefold() for answer in answers):
                    yield Row(row.question, text, (), False, row.group, row.source, False)

        def first(row: Row, own: list[int] | None) -> list[Row]:
            return list(islice(wrong(row, own), 1))

        inside = (first(row, [keys[row.group]] if len(passages[row.group]) > 1 else None) for row in near)
        return [one for found in (*inside, *(first(row, None) for row in far)) for one in found]


class Windows:
    """Cuts rows into windows of tokens; every text is tokenized once."""

    def __init__(self, tokenizer: Any) -> None:
        """Use a `tokenizers.Tokenizer`, without padding and truncation from now on."""
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self._tokenizer = tokenizer
        self._kept: dict[str, tuple[Ids, NDArray[np.int32]]] = {}
        self._cls, self._sep = (tokenizer.token_to_id(token) for token in ("[CLS]", "[SEP]"))

    def prepare(self, rows: Iterable[Row]) -> None:
        """Tokenize all texts at once."""
        texts = list({text for row in rows for text in (row.question, row.passage)} - self._kept.keys())
        for first in range(0, len(texts), 2000):
            part = texts[first : first + 2000]
            for text, one in zip(part, self._tokenizer.encode_batch(part, add_special_tokens=False), strict=True):
                self._kept[text] = np.array(one.ids, np.int32), np.array(one.offsets, np.int32).reshape(-1, 2)

    def cut(self, row: Row, rng: random.Random) -> Window:
        """A window of random length and place around an answer; it begins with a sentence where one is near."""
        ids, offsets = self._kept[row.passage]
        length = rng.randint(SHORTEST, LONGEST)
        spans = [self._tokens(offsets, *span) for span in row.answers]
        first, last = rng.choice(spans) if spans else (rng.randrange(len(ids)),) * 2
        begin = rng.randint(min(last + 1 - length, first), first)
        begin = max(0, min(begin, len(ids) - length))
        begin = self._sentence_start(row.passage, offsets, begin, first)
        return self._window(row, ids, begin, length, spans, offsets)

    def whole(self, row: Row, longest: int) -> tuple[Window, NDArray[np.int32]]:
        """The passage from its beginning, and its tokens' offsets."""
        ids, offsets = self._kept[row.passage]
        spans = [self._tokens(offsets, *span) for span in row.answers]
        return self._window(row, ids, 0, longest, spans, offsets), offsets[:longest]

    def _window(
        self, row: Row, ids: Ids, begin: int, length: int, spans: Sequence[tuple[int, int]], offsets: NDArray[np.int32]
    ) -> Window:
        asked = self._kept[row.question][0][:64]
        shift = len(asked) + 2 - begin
        cut = ids[begin : begin + length]
        parts = ([self._cls], asked, [self._sep], cut, [self._sep])
        inside = [(first, last) for first, last in spans if begin <= first and last < begin + len(cut)]
        if row.loose:
            starts = ends = [place for first, last in inside for place in range(first, last + 1)]
        else:
            starts, ends = [first for first, _ in inside], [last for _, last in inside]
        return Window(
            np.concatenate([np.array(part, np.int32) for part in parts]), len(asked) + 2,
            tuple(sorted({place + shift for place in starts})) or (0,), tuple(sorted({place + shift for place in ends})) or (0,),
        )  # fmt: skip

    @staticmethod
    def _tokens(offsets: NDArray[np.int32], start: int, end: int) -> tuple[int, int]:
        """The first and the last token of a span."""
        first = int(np.searchsorted(offsets[:, 1], start, side="right"))
        last = int(np.searchsorted(offsets[:, 0], end, side="left")) - 1
        return min(first, len(offsets) - 1), max(min(first, len(offsets) - 1), last)

    @staticmethod
    def _sentence_start(passage: str, offsets: NDArray[np.int32], begin: int, first: int) -> int:
        """The token that begins the next sentence, if that comes before token ``first``; else ``begin``."""
        if begin == 0:
            return 0
        end = _SENTENCE_END.search(passage, int(offsets[begin, 0]), int(offsets[first, 0]) + 1)
        if not end:
            return begin
        place = int(np.searchsorted(offsets[:, 0], end.end()))
        return place if place <= first else begin


def batches(windows: Sequence[Window], tokens: int, rng: random.Random) -> Iterator[list[Window]]:
    """Windows of like length together, about ``tokens`` tokens at a time, in random order."""
    order = list(range(len(windows)))
    rng.shuffle(order)
    for pool in range(0, len(order), 2048):
        by_length = sorted(order[pool : pool + 2048], key=lambda i: len(windows[i].ids))
        made: list[list[Window]] = [[]]
        for i in by_length:
            if (len(made[-1]) + 1) * len(windows[i].ids) > tokens and made[-1]:
                made.append([])
            made[-1].append(windows[i])
        rng.shuffle(made)
        yield from made


def epoch(rows: Sequence[Row], negatives: Sequence[Row], windows: Windows, rng: random.Random) -> list[Window]:
    """All rows of one pass: every question once, people's unanswerable ones more often, and the negatives."""
    chosen = [row for row in rows for _ in range(HUMAN_COPIES if row.human else 1)]
    return [windows.cut(row, rng) for row in (*chosen, *negatives)]


def tensors(batch: Sequence[Window]) -> dict[str, torch.Tensor]:
    """A batch (b, t): ids, token types, mask, and where starts and ends may be."""
    shape = len(batch), max(len(one.ids) for one in batch)
    made = {name: np.zeros(shape, np.int64) for name in ("input_ids", "token_type_ids", "attention_mask")}
    made |= {name: np.zeros(shape, bool) for name in ("starts", "ends")}
    for row, one in enumerate(batch):
        length = len(one.ids)
        made["input_ids"][row, :length] = one.ids
        made["token_type_ids"][row, one.passage_from : length] = 1
        made["attention_mask"][row, :length] = 1
        made["starts"][row, list(one.starts)] = True
        made["ends"][row, list(one.ends)] = True
    return {name: torch.from_numpy(array) for name, array in made.items()}

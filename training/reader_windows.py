"""Rows cut into windows of tokens, as the model reads them, and windows made into batches.

A window holds a question and a part of a passage: of random length and place around the answer, or the answering
sentence with its neighbours alone, as the reader reads it the second time. Where a title is known, it stands before
every other window. An unanswerable question is shown with the sentence that shares most words with it.
"""

import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from reader_data import Row
from reader_made import Sentences, sentences_of

SHORTEST, LONGEST = 72, 232
"""The least and the most word pieces of a window, the question and the title not counted."""
ALONE: Final = 0.22
"""The share of windows that are a sentence and its neighbours alone."""
TITLED: Final = 0.5
LOWERED, UNMARKED = 0.12, 0.1
"""The shares of questions in lower case and of those without their question mark."""
QUESTION, TITLE = 64, 24
"""How many of a question's and a title's tokens are read."""

_WORD: Final = re.compile(r"\w{3,}")
_POOL: Final = 2048

Ids = NDArray[np.int32]
Tokens = tuple[Ids, NDArray[np.int32]]


@dataclass(frozen=True)
class Window:
    """What the model reads: token ids, where the title and the passage begin, where answers may begin and end.

    ``starts`` and ``ends`` are (0,), the first token, where it does not answer.
    """

    ids: Ids
    title_from: int
    passage_from: int
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    answerable: bool
    human: bool


class Windows:
    """Cuts rows into windows; every text is tokenized once."""

    def __init__(self, tokenizer: Any) -> None:
        """Use a `tokenizers.Tokenizer`, without padding and truncation from now on."""
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self._tokenizer = tokenizer
        self._kept: dict[str, Tokens] = {}
        self._sentences: dict[str, Sentences] = {}
        self._cls, self._sep = (tokenizer.token_to_id(token) for token in ("[CLS]", "[SEP]"))

    def prepare(self, rows: Iterable[Row]) -> None:
        """Tokenize all texts at once, which is quicker than one by one."""
        texts = {text for row in rows for text in (row.question, row.passage, _head(row.title))} - self._kept.keys()
        ordered = list(texts)
        for first in range(0, len(ordered), 2000):
            part = ordered[first : first + 2000]
            for text, one in zip(part, self._tokenizer.encode_batch(part, add_special_tokens=False), strict=True):
                self._kept[text] = _tokens_of(one)

    def cut(self, row: Row, rng: random.Random) -> Window:
        """A window around an answer, or around what comes nearest to one."""
        ids, offsets = self._get(row.passage)
        question = row.question.lower() if rng.random() < LOWERED else row.question
        question = question.rstrip("? ") if rng.random() < UNMARKED else question
        title = row.title if rng.random() < TITLED else ""
        place = rng.choice(row.answers) if row.answers else self._nearest(row, rng)
        if rng.random() < ALONE:
            begin, end = self._with_neighbours(row, place, offsets, rng)
            return self._window(row, question, title, begin, min(end, begin + LONGEST))
        first, last = _place(offsets, *place)
        length = rng.randint(SHORTEST, LONGEST)
        begin = rng.randint(min(last + 1 - length, first), first)
        begin = max(0, min(begin, len(ids) - length))
        starts = (_place(offsets, *each)[0] for each in self.sentences(row.passage)) if begin else ()
        begin = next((start for start in starts if begin <= start <= first), begin)
        return self._window(row, question, title, begin, begin + length)

    def whole(self, row: Row, longest: int) -> tuple[Window, NDArray[np.int32]]:
        """The passage from its beginning under its title, and its tokens' offsets."""
        return self._window(row, row.question, row.title, 0, longest), self._get(row.passage)[1][:longest]

    def sentences(self, passage: str) -> Sentences:
        """The sentences of a passage."""
        if passage not in self._sentences:
            self._sentences[passage] = sentences_of(passage)
        return self._sentences[passage]

    def _nearest(self, row: Row, rng: random.Random) -> tuple[int, int]:
        """The sentence that shares most words with the question, or in a fifth of the cases any."""
        sentences = self.sentences(row.passage)
        asked = _beginnings(row.question)
        shared = [len(asked & _beginnings(row.passage[first:last])) for first, last in sentences]
        most = max(range(len(sentences)), key=lambda i: (shared[i], rng.random()))
        return sentences[most] if rng.random() < 0.8 else rng.choice(sentences)

    def _with_neighbours(
        self, row: Row, place: tuple[int, int], offsets: NDArray[np.int32], rng: random.Random
    ) -> tuple[int, int]:
        sentences = self.sentences(row.passage)
        own = [i for i, (first, last) in enumerate(sentences) if first < place[1] and place[0] < last] or [0]
        first, last = (
            max(0, own[0] - rng.choice((0, 1, 1, 2))),
            min(len(sentences) - 1, own[-1] + rng.choice((0, 1, 1))),
        )
        return _place(offsets, *sentences[first])[0], _place(offsets, *sentences[last])[1] + 1

    def _window(self, row: Row, question: str, title: str, begin: int, end: int) -> Window:
        ids, offsets = self._get(row.passage)
        asked = self._get(question)[0][:QUESTION]
        head = self._get(_head(title))[0][:TITLE] if title else np.zeros(0, np.int32)
        cut = ids[begin:end]
        title_from = len(asked) + 2
        shift = title_from + len(head) - begin
        spans = [_place(offsets, *span) for span in row.answers]
        inside = [(first, last) for first, last in spans if begin <= first and last < begin + len(cut)]
        if row.loose:
            starts = ends = [place for first, last in inside for place in range(first, last + 1)]
        else:
            starts, ends = [first for first, _ in inside], [last for _, last in inside]
        parts = ([self._cls], asked, [self._sep], head, cut, [self._sep])
        return Window(
            np.concatenate([np.array(part, np.int32) for part in parts]),
            title_from,
            title_from + len(head),
            tuple(sorted({place + shift for place in starts})) or (0,),
            tuple(sorted({place + shift for place in ends})) or (0,),
            bool(inside),
            row.human,
        )

    def _get(self, text: str) -> Tokens:
        if text not in self._kept:
            self._kept[text] = _tokens_of(self._tokenizer.encode(text, add_special_tokens=False))
        return self._kept[text]


def batches(units: Sequence[Sequence[Window]], tokens: int, rng: random.Random) -> Iterator[list[Sequence[Window]]]:
    """Units of like length together, about ``tokens`` tokens at a time, in random order; a unit stays whole."""
    order = list(range(len(units)))
    rng.shuffle(order)
    longest = [max(len(window.ids) for window in unit) for unit in units]
    for pool in range(0, len(order), _POOL):
        made: list[list[Sequence[Window]]] = [[]]
        count = 0
        for i in sorted(order[pool : pool + _POOL], key=lambda i: longest[i]):
            if (count + len(units[i])) * longest[i] > tokens and made[-1]:
                made.append([])
                count = 0
            made[-1].append(units[i])
            count += len(units[i])
        rng.shuffle(made)
        yield from made


def tensors(batch: Sequence[Window]) -> dict[str, torch.Tensor]:
    """A batch (b, t): ids, token types, mask, what may be marked, and where starts and ends may be."""
    shape = len(batch), max(len(one.ids) for one in batch)
    made = {name: np.zeros(shape, np.int64) for name in ("input_ids", "token_type_ids", "attention_mask")}
    made |= {name: np.zeros(shape, bool) for name in ("readable", "starts", "ends")}
    for row, one in enumerate(batch):
        length = len(one.ids)
        made["input_ids"][row, :length] = one.ids
        made["token_type_ids"][row, one.title_from : length] = 1
        made["attention_mask"][row, :length] = 1
        made["readable"][row, [0, *range(one.passage_from, length - 1)]] = True
        made["starts"][row, list(one.starts)] = True
        made["ends"][row, list(one.ends)] = True
    return {name: torch.from_numpy(array) for name, array in made.items()}


def _head(title: str) -> str:
    """A title as it stands before a passage."""
    return f"{title} :"


def _tokens_of(encoded: Any) -> Tokens:
    return np.array(encoded.ids, np.int32), np.array(encoded.offsets, np.int32).reshape(-1, 2)


def _place(offsets: NDArray[np.int32], start: int, end: int) -> tuple[int, int]:
    """The first and the last token of a span."""
    first = min(int(np.searchsorted(offsets[:, 1], start, side="right")), len(offsets) - 1)
    return first, max(first, int(np.searchsorted(offsets[:, 0], end, side="left")) - 1)


def _beginnings(text: str) -> set[str]:
    """The first letters of its words, which are alike where words are of one family."""
    return {word[:6] for word in _WORD.findall(text.lower())}

"""The bundled pair reader: how two sentences of different articles are related.

It reads both at once, each behind its day, its title and the end of what stands before it, and with a mark on either
side of the value that is looked at, if there is one. It gives logits for `RELATIONS`; ``training/train_pairs.py`` made
it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from aliqa.answers.reading.bundled import bundled_module, fingerprint, weights_file
from aliqa.foundations.protocols import RELATIONS, Matrix, Stated
from aliqa.index import compiled
from aliqa.index.compiled import Ids, Output
from aliqa.index.embedding.bundled import bundled_file

INPUTS: Final = ("input_ids", "attention_mask", "token_type_ids")
_FIRST, _BETWEEN, _MARKS = 101, 102, (1, 2)
"""The tokens before all, behind each sentence, and around a value."""
_BEHIND_TITLE: Final = 1024
HEAD, BEFORE, TEXT = 20, 24, 92
"""How many tokens are read of day and title, of what stands before a sentence, of the sentence."""
_AFTER: Final = 10
"""How many tokens behind a value are read in a sentence that is longer."""
_AT_ONCE: Final = 4
_TOKENS_AT_ONCE: Final = 512

Run = Callable[[Iterable[tuple[Ids, ...]]], Iterable[Output]]


class Tokens:
    """Makes what the network reads. Safe to share between threads."""

    def __init__(self) -> None:
        """Take the tokenizer of the bundled model."""
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(bundled_file("tokenizer.json")))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def of(self, one: Stated, other: Stated) -> tuple[list[int], int]:
        """The tokens of both sentences, and how many of them are the first one's."""
        first, second = self._side(one), self._side(other)
        return [_FIRST, *first, _BETWEEN, *second, _BETWEEN], len(first) + 2

    def _side(self, one: Stated) -> list[int]:
        head = f"{one.published:%d %b %Y} {one.title}" if one.published else f" {one.title}"
        ids = [*self._encoded(head).ids[:HEAD], _BEHIND_TITLE]
        if one.before:
            ids += self._encoded(one.before).ids[-BEFORE:]
        text = self._encoded(one.text)
        touched = [
            i for i, (start, end) in enumerate(text.offsets)
            if one.value and start < one.value.end and end > one.value.start
        ]  # fmt: skip
        if not touched:
            return [*ids, *text.ids[:TEXT]]
        first, last = touched[0], touched[-1] + 1
        begin = max(0, last - TEXT + _AFTER)
        marked = [*text.ids[begin:first], _MARKS[0], *text.ids[first:last], _MARKS[1], *text.ids[last:]]
        return [*ids, *marked[: TEXT + 2]]

    def _encoded(self, text: str) -> Any:
        return self._tokenizer.encode(text, add_special_tokens=False)


def inputs(made: Sequence[tuple[Sequence[int], int]]) -> tuple[Ids, ...]:
    """What the network reads of pairs, the longest first: tokens, which of them are any, which the second one's."""
    ids = [one for one, _ in made]
    second = [[int(i >= own) for i in range(len(one))] for one, own in made]
    return compiled.padded(ids), compiled.padded([[1] * len(one) for one in ids]), compiled.padded(second)


class BundledPairReader:
    """An `aliqa.foundations.protocols.PairReader`. Safe to share between threads."""

    def __init__(self, run: Run) -> None:
        """Read by what runs the network over batches of its inputs."""
        self._run = run
        self._tokens = Tokens()

    @classmethod
    def on_openvino(cls, cache: Path) -> "BundledPairReader":
        """On OpenVINO, converted first if ``cache`` does not hold it.

        Raises:
            ImportError, RuntimeError: OpenVINO cannot run it.
            ModelError: the weights were altered.
        """
        weights_file("pairs")
        folder = cache / fingerprint("pairs")
        model = compiled.load(folder, INPUTS, lambda: bundled_module("pairs"), called=False, eight_bits=True)
        return cls(model.each)

    @classmethod
    def on_torch(cls) -> "BundledPairReader":
        """On PyTorch. Raises ModelError."""
        module = bundled_module("pairs")

        def run(batches: Iterable[tuple[Ids, ...]]) -> Iterator[Output]:
            import torch

            for batch in batches:
                with torch.inference_mode():
                    yield module(*map(torch.from_numpy, batch)).float().numpy()

        return cls(run)

    def read(self, pairs: Sequence[tuple[Stated, Stated]]) -> Matrix:
        """How the sentences of each pair are related: logits (n, 5), in the order of `RELATIONS`."""
        made = [self._tokens.of(*pair) for pair in pairs]
        found = np.zeros((len(pairs), len(RELATIONS)), np.float32)
        chosen = list(compiled.batches([len(ids) for ids, _ in made], _AT_ONCE, _TOKENS_AT_ONCE))
        for batch, output in zip(chosen, self._run(inputs([made[i] for i in batch]) for batch in chosen), strict=True):
            found[batch] = output
        return found

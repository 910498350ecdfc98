"""The bundled span reader on OpenVINO."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from aliqa.answers.reading.bundled import bundled_module, fingerprint, weights_file
from aliqa.answers.reading.spans import LONGEST_QUESTION, TokenLogits, token_logits
from aliqa.index import compiled
from aliqa.index.compiled import Ids, Output
from aliqa.index.embedding.bundled import bundled_file

_INPUTS: Final = ("input_ids", "attention_mask", "token_type_ids")
_MAX_TOKENS: Final = 512

_AT_ONCE: Final = 2
_TOKENS_AT_ONCE: Final = 512
"""Passages a batch, and about how many tokens: few, so that the cores finish at about the same time."""


class OpenVinoReader:
    """An `aliqa.answers.reading.spans.TokenModel`. Safe to share between threads."""

    def __init__(self, cache: Path) -> None:
        """Load it, converted first if ``cache`` does not hold it.

        Raises:
            ImportError, RuntimeError: OpenVINO cannot run it.
            ModelError: the weights were altered.
        """
        from tokenizers import Tokenizer

        weights_file()
        self._model = compiled.load(cache / fingerprint(), _INPUTS, bundled_module, called=False, eight_bits=True)
        self._tokenizer = Tokenizer.from_file(str(bundled_file("tokenizer.json")))
        self._tokenizer.enable_truncation(_MAX_TOKENS, strategy="only_second")
        self._tokenizer.no_padding()
        self._questions = Tokenizer.from_file(str(bundled_file("tokenizer.json")))
        self._questions.enable_truncation(LONGEST_QUESTION)
        self._questions.no_padding()

    @property
    def fingerprint(self) -> str:
        """The reader's name and the beginning of its weights' sha256; the same on every backend."""
        return fingerprint()

    def logits(self, question: str, texts: Sequence[str]) -> list[TokenLogits]:
        """What it says of each text; the longest are read first."""
        places = self._questions.encode(question, add_special_tokens=False).offsets
        asked = question[: places[-1][1]] if places else question
        encoded = self._tokenizer.encode_batch([(asked, text) for text in texts])
        chosen = list(compiled.batches([len(one) for one in encoded], _AT_ONCE, _TOKENS_AT_ONCE))
        outputs = self._model.each(_inputs([encoded[i] for i in batch]) for batch in chosen)
        found = {
            i: _logits(encoded[i], heads)
            for batch, output in zip(chosen, outputs, strict=True)
            for i, heads in zip(batch, output, strict=True)
        }
        return [found[i] for i in range(len(encoded))]


def _inputs(batch: Sequence[Any]) -> tuple[Ids, ...]:
    names = "ids", "attention_mask", "type_ids"
    return tuple(compiled.padded([getattr(one, name) for one in batch]) for name in names)


def _logits(one: Any, heads: Output) -> TokenLogits:
    passage = np.array(one.type_ids, bool) & ~np.array(one.special_tokens_mask, bool)
    return token_logits(heads[: len(passage)].copy(), np.array(one.offsets, np.int64), passage)

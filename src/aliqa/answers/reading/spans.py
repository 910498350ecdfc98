"""From the logits of an extractive question-answering model to the best span of every sentence.

Such a model gives each token a logit as an answer's first and as its last token, and the first token of
all stands for "no answer here" (SQuAD 2.0; Devlin et al., 2019). A span's logits less those of no answer
are log-odds, which compare across passages; so all passages compete, and one "no answer" of 0 with them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from aliqa.foundations.protocols import PassageRecord, PassageSpans
from aliqa.foundations.types import Span

Floats = NDArray[np.float32]

LONGEST_QUESTION: Final = 64
"""How many of a question's tokens are read."""
_LONGEST_SPAN: Final = 30
_LEAST, _MOST = -15.0, 15.0


@dataclass(frozen=True, slots=True)
class TokenLogits:
    """The logits (t,) of a passage's tokens as first and last of an answer, and that of no answer.

    ``offsets`` (t, 2) are the tokens' places in the passage's text, in code points.
    """

    starts: Floats
    ends: Floats
    no_answer: float
    offsets: NDArray[np.int64]


class TokenModel(Protocol):
    """Something that runs an extractive question-answering model."""

    @property
    def fingerprint(self) -> str:
        """Names the model and its weights."""

    def logits(self, question: str, texts: Sequence[str]) -> list[TokenLogits]:
        """What it says of each text; what is too long for it is left out."""


class ModelSpanReader:
    """An `aliqa.foundations.protocols.SpanReader` over any model of tokens."""

    def __init__(self, model: TokenModel) -> None:
        """Read with this model."""
        self._model = model

    @property
    def fingerprint(self) -> str:
        """Names the model and its weights."""
        return self._model.fingerprint

    def read(self, question: str, records: Sequence[PassageRecord]) -> list[PassageSpans]:
        """The best span of every sentence of the passages."""
        logits = self._model.logits(question, [record.text for record in records]) if records else []
        return [_passage_spans(record, one) for record, one in zip(records, logits, strict=True)]


def _passage_spans(record: PassageRecord, logits: TokenLogits) -> PassageSpans:
    begin = record.passage.span.start
    firsts = np.searchsorted(logits.offsets[:, 0], [one.span.start - begin for one in record.sentences])
    lasts = np.searchsorted(logits.offsets[:, 0], [one.span.end - begin for one in record.sentences])
    log_odds: list[float] = []
    spans: list[Span | None] = []
    for first, last in zip(firsts.tolist(), lasts.tolist(), strict=True):
        if first == last:
            log_odds.append(_LEAST)
            spans.append(None)
            continue
        one, other, score = best_span(logits.starts[first:last], logits.ends[first:last])
        log_odds.append(min(max(score - logits.no_answer, _LEAST), _MOST))
        spans.append(Span(begin + int(logits.offsets[first + one, 0]), begin + int(logits.offsets[first + other, 1])))
    return PassageSpans(np.array(log_odds, np.float32), tuple(spans))


def best_span(starts: Floats, ends: Floats) -> tuple[int, int, float]:
    """The first and the last token of the best span of at most 30 tokens, and the sum of its logits.

    >>> best_span(np.array([0, 2, 1], np.float32), np.array([3, 0, 1], np.float32))
    (0, 0, 3.0)
    """
    sums = starts[:, None] + ends[None, :]
    allowed = np.triu(np.ones_like(sums, bool)) & ~np.triu(np.ones_like(sums, bool), _LONGEST_SPAN)
    first, last = np.unravel_index(int(np.where(allowed, sums, -np.inf).argmax()), sums.shape)
    return int(first), int(last), float(sums[first, last])


def token_logits(starts: Any, ends: Any, offsets: NDArray[np.int64], passage: NDArray[np.bool_]) -> TokenLogits:
    """The logits (t,) of a whole input, cut down to the tokens of the passage."""
    return TokenLogits(starts[passage], ends[passage], float(starts[0] + ends[0]), offsets[passage])

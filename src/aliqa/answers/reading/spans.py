"""From the logits of an extractive question-answering model to the best span of every sentence.

Such a model gives each token a logit as an answer's first and as its last token, and the first token of
all stands for "no answer here" (SQuAD 2.0; Devlin et al., 2019). A span's logits less those of no answer
are log-odds, which compare across passages; so all passages compete, and one "no answer" of 0 with them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

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

    ``offsets`` (t, 2) are the tokens' places in the passage's text, in code points. ``answers`` are the log-odds that
    the passage answers at all; None of a model that was not trained to tell.
    """

    starts: Floats
    ends: Floats
    no_answer: float
    offsets: NDArray[np.int64]
    answers: float | None = None


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
        """The best span of every sentence of the passages; each is read under the title of its article."""
        heads = [_head(record) for record in records]
        texts = [head + record.text for head, record in zip(heads, records, strict=True)]
        logits = self._model.logits(question, texts) if texts else []
        return [
            _passage_spans(record, one, record.passage.span.start - len(head))
            for record, head, one in zip(records, heads, logits, strict=True)
        ]


def _head(record: PassageRecord) -> str:
    """The title as it stands before the passage, as in training; none where the passage begins with it."""
    title = record.meta.title.strip()
    return f"{title} : " if title and not record.text.startswith(title) else ""


def _passage_spans(record: PassageRecord, logits: TokenLogits, begin: int) -> PassageSpans:
    """What was found in a passage; ``begin`` is where in the article the text that was read would begin."""
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
        log_odds.append(_within(score - logits.no_answer))
        spans.append(Span(begin + int(logits.offsets[first + one, 0]), begin + int(logits.offsets[first + other, 1])))
    answers = logits.answers if logits.answers is not None else max(log_odds, default=_LEAST)
    return PassageSpans(np.array(log_odds, np.float32), tuple(spans), _within(answers))


def _within(log_odds: float) -> float:
    return min(max(log_odds, _LEAST), _MOST)


def best_span(starts: Floats, ends: Floats) -> tuple[int, int, float]:
    """The first and the last token of the best span of at most 30 tokens, and the sum of its logits.

    >>> best_span(np.array([0, 2, 1], np.float32), np.array([3, 0, 1], np.float32))
    (0, 0, 3.0)
    """
    sums = starts[:, None] + ends[None, :]
    allowed = np.triu(np.ones_like(sums, bool)) & ~np.triu(np.ones_like(sums, bool), _LONGEST_SPAN)
    first, last = np.unravel_index(int(np.where(allowed, sums, -np.inf).argmax()), sums.shape)
    return int(first), int(last), float(sums[first, last])


def token_logits(heads: Floats, offsets: NDArray[np.int64], passage: NDArray[np.bool_]) -> TokenLogits:
    """The logits (t, 2 or 3) of a whole input, cut down to the tokens of the passage."""
    answers = float(heads[0, 2]) if heads.shape[1] > 2 else None
    return TokenLogits(heads[passage, 0], heads[passage, 1], float(heads[0, :2].sum()), offsets[passage], answers)

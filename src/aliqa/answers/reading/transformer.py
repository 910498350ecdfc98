"""Any extractive question-answering checkpoint of transformers as a span reader, on PyTorch."""

import os
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any, Final

import numpy as np

from aliqa.answers.reading.bundled import bundled_module, fingerprint
from aliqa.answers.reading.spans import LONGEST_QUESTION, TokenLogits, token_logits
from aliqa.foundations.errors import ModelError
from aliqa.foundations.settings import BUNDLED
from aliqa.index.compiled import weights_sha256
from aliqa.index.embedding.bundled import bundled_folder

_MAX_TOKENS: Final = 512


class TransformerReader:
    """An `aliqa.answers.reading.spans.TokenModel` over ``AutoModelForQuestionAnswering``.

    The checkpoint should have learned to give "no answer" to its first token, as those trained on
    SQuAD 2.0 have; else its confidence means little.
    """

    def __init__(self, model: str) -> None:
        """Load the bundled reader, a folder, or a model of the hub.

        Raises:
            ModelError: it is not there, is no such model, or has no fast tokenizer.
        """
        self._bundled = model == BUNDLED
        if self._bundled or Path(model).exists():
            os.environ.setdefault("HF_HUB_OFFLINE", "1")
        from transformers import AutoModelForQuestionAnswering, AutoTokenizer
        from transformers.utils import logging

        logging.set_verbosity_error()
        logging.disable_progress_bar()
        try:
            self._tokenizer: Any = AutoTokenizer.from_pretrained(str(bundled_folder()) if self._bundled else model)
            self._module: Any = (
                bundled_module() if self._bundled else AutoModelForQuestionAnswering.from_pretrained(model).eval()
            )
        except (OSError, ValueError) as error:
            raise ModelError(
                model, "it cannot be loaded; name a folder or a hub model for extractive question answering"
            ) from error
        self._tokenizing = Lock()
        if not self._tokenizer.is_fast:
            raise ModelError(model, "its tokenizer does not tell where tokens stand; name a model with a fast one")
        self._fingerprint = (
            fingerprint() if self._bundled else f"{Path(model).name}@{weights_sha256(self._module)[:16]}"
        )
        self._longest = min(_MAX_TOKENS, self._tokenizer.model_max_length)

    @property
    def fingerprint(self) -> str:
        """The model's name and the beginning of its weights' sha256."""
        return self._fingerprint

    def logits(self, question: str, texts: Sequence[str]) -> list[TokenLogits]:
        """One forward pass for all texts."""
        import torch

        with self._tokenizing:  # it keeps how it cuts texts off from one call to the next
            places = self._tokenizer(
                question,
                add_special_tokens=False,
                truncation=True,
                max_length=LONGEST_QUESTION,
                return_offsets_mapping=True,
            )["offset_mapping"]
            asked = question[: places[-1][1]] if places else question
            encoded = self._tokenizer(
                [asked] * len(texts), list(texts), truncation="only_second", max_length=self._longest, padding=True,
                return_offsets_mapping=True, return_tensors="pt",
            )  # fmt: skip
        offsets = encoded.pop("offset_mapping").numpy().astype(np.int64)
        with torch.inference_mode():
            heads = self._heads(**encoded).float().numpy()
        return [
            token_logits(heads[row], offsets[row], np.array([one == 1 for one in encoded.sequence_ids(row)]))
            for row in range(len(texts))
        ]

    def _heads(self, **encoded: Any) -> Any:
        """The logits (b, t, 2 or 3) of all heads."""
        import torch

        output = self._module(**encoded)
        return output if self._bundled else torch.stack((output.start_logits, output.end_logits), dim=-1)

"""The bundled span reader: its weights, and whether they are what they say.

It is all-MiniLM-L6-v2 under a start and an end head, trained by ``training/train_reader.py``. Its word
embeddings are those of the bundled embedding model, which training left as they are; so only the rest
lies here, as float16.
"""

import hashlib
import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from aliqa.foundations.errors import ModelError
from aliqa.foundations.settings import BUNDLED
from aliqa.index.embedding.bundled import bundled_file

WEIGHTS: Final = "reader.safetensors"
WORDS: Final = "bert.embeddings.word_embeddings.weight"


@cache
def manifest() -> dict[str, Any]:
    """What is known about the weights: ``name``, ``sha256``, ``bytes``, and how they were made."""
    found: dict[str, Any] = json.loads((_folder() / "manifest.json").read_text("utf-8"))
    return found


def fingerprint() -> str:
    """The reader's name and the beginning of its weights' sha256."""
    return f"{manifest()['name']}@{manifest()['sha256'][:16]}"


def weights_file() -> Path:
    """The file of the weights, whose hash was just checked.

    Raises:
        ModelError: it is missing or was altered.
    """
    path = _folder() / WEIGHTS
    try:
        with open(path, "rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() == manifest()["sha256"]:
                return path
    except OSError:
        pass
    raise ModelError(BUNDLED, f"its {WEIGHTS} is missing or was altered; install aliqa again")


def bundled_module() -> Any:
    """The reader as a PyTorch module of transformers, a ``BertForQuestionAnswering``. Raises ModelError."""
    from safetensors.torch import load_file
    from transformers import BertConfig, BertForQuestionAnswering
    from transformers.utils import logging

    logging.set_verbosity_error()
    base = bundled_file("model.safetensors")
    state = {name: tensor.float() for name, tensor in load_file(weights_file()).items()}
    state[WORDS] = load_file(base)[WORDS.removeprefix("bert.")].float()
    module = BertForQuestionAnswering(BertConfig.from_pretrained(str(base.parent), attn_implementation="eager"))
    module.load_state_dict(state)
    return module.eval()


def _folder() -> Path:
    return Path(str(files("aliqa.answers.reading").joinpath("weights")))

"""The bundled span reader: its weights, and whether they are what they say.

It is all-MiniLM-L6-v2 under three heads (start, end, whether the passage answers), trained by
``training/train_reader.py``. Its word embeddings are those of the bundled embedding model, which training left as
they are; so only the rest lies here, as float16.
"""

import hashlib
import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from aliqa.foundations.errors import ModelError
from aliqa.foundations.settings import BUNDLED
from aliqa.index.embedding.bundled import bundled_file, bundled_folder

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
    """The reader as a PyTorch module, (ids, mask, types) -> logits (b, t, 3): start, end, answerable.

    Raises ModelError.

    The third is trained at the first token alone.
    """
    from safetensors.torch import load_file

    state = {name: tensor.float() for name, tensor in load_file(weights_file()).items()}
    state[WORDS] = load_file(bundled_file("model.safetensors"))[WORDS.removeprefix("bert.")].float()
    module = bare_module()
    module.load_state_dict(state)
    return module.eval()


def bare_module() -> Any:
    """The network of the reader without its weights."""
    import torch
    from transformers import BertConfig, BertModel
    from transformers.utils import logging

    logging.set_verbosity_error()
    config = BertConfig.from_pretrained(
        str(bundled_folder()), attn_implementation="eager", hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
    )

    class Network(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.bert = BertModel(config, add_pooling_layer=False)
            self.heads = torch.nn.Linear(config.hidden_size, 3)

        def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any) -> Any:
            output = self.bert(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids)
            return self.heads(output.last_hidden_state)

    return Network()


def _folder() -> Path:
    return Path(str(files("aliqa.answers.reading").joinpath("weights")))

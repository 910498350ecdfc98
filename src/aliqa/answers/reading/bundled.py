"""The bundled networks that read: their weights, and whether they are what they say.

Both are all-MiniLM-L6-v2 under heads of their own: the span reader's say where an answer starts and ends and whether
the passage answers (``training/train_reader.py``), the pair reader's how two sentences are related
(``training/train_pairs.py``). Their word embeddings are those of the bundled embedding model, which training left as
they are; so only the rest lies here, the span reader's as float16, the pair reader's matrices in eight bits.
"""

import hashlib
import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Literal

from aliqa.foundations.errors import ModelError
from aliqa.foundations.settings import BUNDLED
from aliqa.index.embedding.bundled import bundled_file, bundled_folder

Name = Literal["reader", "pairs"]
HEADS: Final[dict[Name, int]] = {"reader": 3, "pairs": 5}
WORDS: Final = "bert.embeddings.word_embeddings.weight"
SCALE: Final = ".scale"
"""Behind the name of a matrix in eight bits: what its rows are to be multiplied with."""


@cache
def manifest(name: Name = "reader") -> dict[str, Any]:
    """What is known about the weights: ``name``, ``sha256``, ``bytes``, and how they were made."""
    found: dict[str, Any] = json.loads((_folder() / f"{name}.json").read_text("utf-8"))
    return found


def fingerprint(name: Name = "reader") -> str:
    """The network's name and the beginning of its weights' sha256."""
    return f"{manifest(name)['name']}@{manifest(name)['sha256'][:16]}"


def weights_file(name: Name = "reader") -> Path:
    """The file of the weights, whose hash was just checked.

    Raises:
        ModelError: it is missing or was altered.
    """
    path = _folder() / f"{name}.safetensors"
    try:
        with open(path, "rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() == manifest(name)["sha256"]:
                return path
    except OSError:
        pass
    raise ModelError(BUNDLED, f"its {path.name} is missing or was altered; install aliqa again")


def bundled_module(name: Name = "reader") -> Any:
    """A network as a PyTorch module, (ids, mask, types) -> logits (b, t, 3) of the reader, (b, 5) of the pair reader.

    Raises ModelError.

    The reader's are start, end and answerable, which is trained at the first token alone.
    """
    from safetensors.torch import load_file

    state = unpacked(load_file(weights_file(name)))
    state[WORDS] = load_file(bundled_file("model.safetensors"))[WORDS.removeprefix("bert.")].float()
    module = bare_module(name)
    module.load_state_dict(state)
    return module.eval()


def unpacked(kept: dict[str, Any]) -> dict[str, Any]:
    """The tensors of a file, in float32."""
    return {
        name: tensor.float() * kept[name + SCALE].float()[:, None] if name + SCALE in kept else tensor.float()
        for name, tensor in kept.items()
        if not name.endswith(SCALE)
    }


def bare_module(name: Name = "reader") -> Any:
    """A network without its weights."""
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
            self.heads = torch.nn.Linear(config.hidden_size, HEADS[name])

        def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any) -> Any:
            output = self.bert(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids)
            states = output.last_hidden_state
            return self.heads(states if name == "reader" else states[:, 0])

    return Network()


def _folder() -> Path:
    return Path(str(files("aliqa.answers.reading").joinpath("weights")))

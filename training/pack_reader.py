"""Put trained weights into the package, without the word embeddings that training left alone.

    python training/pack_reader.py --run RUN_FOLDER [--mix 0.5]
    python training/pack_reader.py --run RUN_FOLDER --pairs

RUN_FOLDER is that of ``train_reader.py``, or of ``train_pairs.py``. The span reader is packed as float16, of the pair
reader each row of a matrix in eight bits. ``--mix`` packs the mean of this share of the trained weights and the rest of
those in the package, which may be better than either (Wortsman et al., 2022, "Robust fine-tuning of zero-shot models").
The packed network must give the logits of the trained one on probe texts but for rounding; the manifest beside the
weights says what they are.
"""

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any, Final

import torch
from safetensors.torch import save_file

from aliqa.answers.reading.bundled import SCALE, WORDS, Name, bare_module, bundled_module, manifest

PACKAGE: Final = Path(__file__).parent.parent / "src" / "aliqa" / "answers" / "reading" / "weights"
TOLERANCE: Final[dict[Name, float]] = {"reader": 0.05, "pairs": 0.3}
"""How far a logit may move; logits run from about -10 to 10."""
Tensors = dict[str, torch.Tensor]


def in_halves(state: Tensors) -> Tensors:
    """As float16."""
    return {name: tensor.half().contiguous() for name, tensor in state.items()}


def in_eight_bits(state: Tensors) -> Tensors:
    """Each row of a matrix in eight bits, with its scale; the rest as float16."""
    packed = in_halves({name: tensor for name, tensor in state.items() if tensor.dim() != 2})
    for name, tensor in state.items():
        if tensor.dim() == 2:
            scale = (tensor.abs().amax(dim=1) / 127).half().clamp(min=1e-7)
            packed[name] = (tensor / scale.float()[:, None]).round().clamp(-127, 127).to(torch.int8)
            packed[name + SCALE] = scale
    return packed


def pack(state: Tensors, facts: dict[str, Any], name: Name = "reader") -> float:
    """Write weights and manifest, and return how far the logits of the packed network are at most."""
    from safetensors.torch import load_file

    from aliqa.index.embedding.bundled import bundled_file

    trained = bare_module(name)
    if not torch.equal(state[WORDS], load_file(bundled_file("model.safetensors"))[WORDS.removeprefix("bert.")].float()):
        raise SystemExit("the word embeddings were changed by training; they could not be shared")
    trained.load_state_dict(state)
    PACKAGE.mkdir(exist_ok=True)
    kept = {key: tensor for key, tensor in state.items() if key != WORDS}
    path = PACKAGE / f"{name}.safetensors"
    save_file(in_halves(kept) if name == "reader" else in_eight_bits(kept), path)
    path.chmod(0o644)
    data = path.read_bytes()
    known = {"name": f"aliqa-{name}", "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)} | facts
    (PACKAGE / f"{name}.json").write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
    manifest.cache_clear()
    ids = torch.randint(1000, 20_000, (8, 200), generator=torch.Generator().manual_seed(0))
    given = ids, torch.ones_like(ids), torch.zeros_like(ids)
    with torch.inference_mode():
        return float((trained.eval()(*given) - bundled_module(name)(*given)).abs().max())


def main() -> None:
    """Pack what a run ended with."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--mix", type=float, default=1.0)
    parser.add_argument("--pairs", action="store_true")
    arguments = parser.parse_args()
    name: Name = "pairs" if arguments.pairs else "reader"
    kept = torch.load(arguments.run / "checkpoint.pt", weights_only=True)
    state = kept["module"]
    if arguments.mix < 1:
        before = bundled_module(name).state_dict()
        state = {key: torch.lerp(before[key], tensor, arguments.mix) for key, tensor in state.items()}
    measured = arguments.run / "measured.json"
    facts = {"base": "all-MiniLM-L6-v2", "steps": kept["step"], "tokens": kept["tokens"], "mix": arguments.mix}
    facts["held_out"] = json.loads(measured.read_text("utf-8")) if measured.exists() else {}
    moved = pack(state, facts, name)
    print(f"{manifest(name)['bytes'] / 1e6:.1f} MB; logits moved by at most {moved:.4f}")
    if moved > TOLERANCE[name]:
        raise SystemExit(f"that is more than {TOLERANCE[name]}")


if __name__ == "__main__":
    main()

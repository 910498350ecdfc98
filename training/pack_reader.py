"""Put trained weights into the package: float16, without the word embeddings that training left alone.

    python training/pack_reader.py --run RUN_FOLDER [--mix 0.5]

RUN_FOLDER is that of ``train_reader.py``. ``--mix`` packs the mean of this share of the trained weights and the rest
of those in the package, which may be better than either (Wortsman et al., 2022, "Robust fine-tuning of zero-shot
models"). The packed reader must give the logits of the trained one on probe texts but for rounding; the manifest
beside the weights says what they are.
"""

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any, Final

import torch
from safetensors.torch import save_file
from train_reader import fresh_module

from aliqa.answers.reading.bundled import WEIGHTS, WORDS, bundled_module, manifest

PACKAGE: Final = Path(__file__).parent.parent / "src" / "aliqa" / "answers" / "reading" / "weights"
TOLERANCE: Final = 0.05
"""How far a logit may move; logits run from about -10 to 10."""


def pack(state: dict[str, torch.Tensor], facts: dict[str, Any]) -> float:
    """Write weights and manifest, and return how far the logits of the packed reader are at most."""
    trained = fresh_module()
    if not torch.equal(state[WORDS], trained.state_dict()[WORDS]):
        raise SystemExit("the word embeddings were changed by training; they could not be shared")
    trained.load_state_dict(state)
    PACKAGE.mkdir(exist_ok=True)
    packed = {name: tensor.half().contiguous() for name, tensor in state.items() if name != WORDS}
    save_file(packed, PACKAGE / WEIGHTS)
    (PACKAGE / WEIGHTS).chmod(0o644)
    data = (PACKAGE / WEIGHTS).read_bytes()
    known = {"name": "aliqa-reader", "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)} | facts
    (PACKAGE / "manifest.json").write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
    manifest.cache_clear()
    ids = torch.randint(1000, 20_000, (8, 200), generator=torch.Generator().manual_seed(0))
    given = ids, torch.ones_like(ids), torch.zeros_like(ids)
    with torch.inference_mode():
        return float((trained.eval()(*given) - bundled_module()(*given)).abs().max())


def main() -> None:
    """Pack what a run ended with."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--mix", type=float, default=1.0)
    arguments = parser.parse_args()
    kept = torch.load(arguments.run / "checkpoint.pt", weights_only=True)
    state = kept["module"]
    if arguments.mix < 1:
        before = bundled_module().state_dict()
        state = {name: torch.lerp(before[name], tensor, arguments.mix) for name, tensor in state.items()}
    measured = arguments.run / "measured.json"
    facts = {"base": "all-MiniLM-L6-v2", "steps": kept["step"], "tokens": kept["tokens"], "mix": arguments.mix}
    facts["held_out"] = json.loads(measured.read_text("utf-8")) if measured.exists() else {}
    moved = pack(state, facts)
    print(f"{(PACKAGE / WEIGHTS).stat().st_size / 1e6:.1f} MB; logits moved by at most {moved:.4f}")
    if moved > TOLERANCE:
        raise SystemExit(f"that is more than {TOLERANCE}")


if __name__ == "__main__":
    main()

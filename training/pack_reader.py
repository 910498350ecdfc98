"""Put trained weights into the package: float16, without the word embeddings that training left alone.

    python training/pack_reader.py --run RUN_FOLDER

RUN_FOLDER is that of ``train_reader.py``. The packed reader must give the logits of the trained one on
probe texts but for rounding; the manifest beside the weights says what they are.
"""

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any, Final

import torch
from safetensors.torch import save_file
from train_reader import fresh_model

from aliqa.answers.reading.bundled import WEIGHTS, WORDS, bundled_module, manifest

PACKAGE: Final = Path(__file__).parent.parent / "src" / "aliqa" / "answers" / "reading" / "weights"
TOLERANCE: Final = 0.05
"""How far a logit may move; logits run from about -10 to 10."""


def pack(state: dict[str, torch.Tensor], facts: dict[str, Any]) -> float:
    """Write weights and manifest, and return how far the logits of the packed reader are at most."""
    trained = fresh_model()
    trained.load_state_dict(state)
    base = fresh_model().state_dict()
    if not torch.equal(state[WORDS], base[WORDS]):
        raise SystemExit("the word embeddings were changed by training; they could not be shared")
    PACKAGE.mkdir(exist_ok=True)
    packed = {name: tensor.half().contiguous() for name, tensor in state.items() if name != WORDS}
    save_file(packed, PACKAGE / WEIGHTS)
    (PACKAGE / WEIGHTS).chmod(0o644)
    data = (PACKAGE / WEIGHTS).read_bytes()
    known = {"name": "aliqa-reader", "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)} | facts
    (PACKAGE / "manifest.json").write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
    manifest.cache_clear()
    ids = torch.randint(1000, 20_000, (8, 200), generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        one, other = trained.eval()(input_ids=ids), bundled_module()(input_ids=ids)
    return float(max((one[name] - other[name]).abs().max() for name in ("start_logits", "end_logits")))


def main() -> None:
    """Pack what a run ended with."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True)
    run = parser.parse_args().run
    kept = torch.load(run / "checkpoint.pt", weights_only=True)
    measured = run / "measured.json"
    facts = {"base": "all-MiniLM-L6-v2", "steps": kept["step"], "tokens": kept["tokens"]}
    facts["held_out"] = json.loads(measured.read_text("utf-8")) if measured.exists() else {}
    moved = pack(torch.load(run / "weights.pt", weights_only=True), facts)
    print(f"{(PACKAGE / WEIGHTS).stat().st_size / 1e6:.1f} MB; logits moved by at most {moved:.4f}")
    if moved > TOLERANCE:
        raise SystemExit(f"that is more than {TOLERANCE}")


if __name__ == "__main__":
    main()

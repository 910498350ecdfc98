"""Train the bundled reader: all-MiniLM-L6-v2 with a start and an end head, on questions with answer spans.

    python training/train_reader.py --data TRAIN_FOLDER --out RUN_FOLDER [--epochs 2] [--rows 5000]
    python training/train_reader.py --data TRAIN_FOLDER --out RUN_FOLDER --further --peak 1e-4

The first token stands for "no answer", as in SQuAD 2.0 (Devlin et al., 2019). The loss is the marginal
likelihood of all annotated starts and ends; where only a sentence is annotated, any of its tokens counts.
Word embeddings stay as they are. The learning rate rises, stays, and falls over the last part. A run
that was cut is resumed from RUN_FOLDER/checkpoint.pt; ``--epochs`` may be changed then. Losses go to
RUN_FOLDER/log.jsonl; the end measures the reader on the articles held out. ``--further`` begins with the
reader that lies in the package instead of the bare encoder, and ends with the mean of the weights before and
after, which is better than either (Wortsman et al., 2022, "Robust fine-tuning of zero-shot models").
"""

import argparse
import json
import math
import os
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from reader_data import Row, Window, Windows, batches, epoch, hard_negatives, load, tensors
from reader_measure import measure
from tokenizers import Tokenizer
from transformers import BertForQuestionAnswering

from aliqa.answers.reading.bundled import bundled_module
from aliqa.index.embedding.bundled import bundled_folder

PEAK: Final = 1.5e-4
WARM_UP, FALL = 0.03, 0.45
"""The shares of all steps in which the learning rate rises and falls."""
BATCH_TOKENS: Final = 5_000
CHECKPOINT_STEPS: Final = 250


def fresh_model() -> Any:
    """The encoder of the bundled embedding model under new heads."""
    model = BertForQuestionAnswering.from_pretrained(
        str(bundled_folder()), attn_implementation="eager", attention_probs_dropout_prob=0.0, hidden_dropout_prob=0.0
    )
    for parameter in model.bert.embeddings.parameters():
        parameter.requires_grad = False
    return model


def packed_model() -> Any:
    """The reader of the package, to be trained further."""
    model = fresh_model()
    model.load_state_dict(bundled_module().state_dict())
    return model


def mean(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The mean of two models' weights."""
    return {name: (tensor + other[name]) / 2 for name, tensor in one.items()}


def loss_of(model: Any, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    """The mean negative log-likelihood that start and end stand where they may."""
    wanted = batch.pop("starts"), batch.pop("ends")
    readable = batch["attention_mask"].bool() & batch["token_type_ids"].bool()
    readable[:, 0] = True
    with torch.autocast("cpu", torch.bfloat16):
        output = model(**batch)
    total = torch.zeros(())
    for logits, right in zip((output.start_logits, output.end_logits), wanted, strict=True):
        scores = logits.float().masked_fill(~readable, -1e4)
        total = total + (scores.logsumexp(1) - scores.masked_fill(~right, -1e4).logsumexp(1)).mean()
    return total / 2


def rate(step: int, steps: int) -> float:
    """The learning rate at a step, as a share of the highest."""
    return min(1.0, (step + 1) / (WARM_UP * steps), max(0.02, (steps - step) / (FALL * steps)))


class Run:
    """A training run that can be cut at any time."""

    def __init__(self, out: Path, seed: int, model: Any, peak: float) -> None:
        """Train a model at a learning rate of at most ``peak``; go on where the folder holds a checkpoint."""
        self.path, self.log = out / "checkpoint.pt", out / "log.jsonl"
        self.model, self.peak = model, peak
        trained = [parameter for parameter in self.model.parameters() if parameter.requires_grad]
        self.optimizer = torch.optim.AdamW(trained, lr=peak, weight_decay=0.01, fused=True)
        self.step, self.tokens, self.seed = 0, 0, seed
        torch.manual_seed(seed)
        if self.path.exists():
            kept = torch.load(self.path, weights_only=True)
            self.model.load_state_dict(kept["model"])
            self.optimizer.load_state_dict(kept["optimizer"])
            self.step, self.tokens = kept["step"], kept["tokens"]

    def keep(self) -> None:
        """Write the checkpoint in one step."""
        state = {"model": self.model.state_dict(), "optimizer": self.optimizer.state_dict()}
        torch.save({**state, "step": self.step, "tokens": self.tokens}, self.path.with_suffix(".new"))
        os.replace(self.path.with_suffix(".new"), self.path)

    def learn(self, batch: Sequence[Window], steps: int) -> float:
        """One step of the optimizer; its loss."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.peak * rate(self.step, steps)
        loss = loss_of(self.model, tensors(batch))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.step += 1
        self.tokens += sum(len(one.ids) for one in batch)
        return float(loss.detach())


def train(run: Run, rows: Sequence[Row], windows: Windows, epochs: float) -> None:
    """Go through the rows again and again, cut anew each time."""
    negatives = hard_negatives(rows, random.Random(run.seed))
    windows.prepare((*rows, *negatives))
    passes = []
    for number in range(math.ceil(epochs)):
        rng = random.Random(f"{run.seed}/{number}")
        one = list(batches(epoch(rows, negatives, windows, rng), BATCH_TOKENS, rng))
        passes += one[: round(len(one) * (epochs - number))]
    print(f"{len(rows)} rows, {len(negatives)} hard negatives, {len(passes)} steps, from step {run.step}", flush=True)
    run.model.train()
    begin, losses, seen = time.monotonic(), [], run.tokens
    with open(run.log, "a", encoding="utf-8") as log:
        for batch in passes[run.step :]:
            losses.append(run.learn(batch, len(passes)))
            if run.step % 50 == 0:
                speed = (run.tokens - seen) / (time.monotonic() - begin)
                line = {
                    "step": run.step,
                    "tokens": run.tokens,
                    "loss": round(float(np.mean(losses)), 4),
                    "tokens_s": int(speed),
                }
                print(json.dumps(line), file=log, flush=True)
                losses.clear()
            if run.step % CHECKPOINT_STEPS == 0:
                run.keep()
    run.keep()


def main() -> None:
    """Train, measure, keep the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=float, default=2)
    parser.add_argument("--rows", type=int, help="take this many rows at random: for a trial, or a learning curve")
    parser.add_argument("--further", action="store_true", help="begin with the reader in the package")
    parser.add_argument("--peak", type=float, default=PEAK, help="the highest learning rate")
    parser.add_argument("--seed", type=int, default=20)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    rows, held = load(arguments.data)
    if arguments.rows:
        rows = random.Random(arguments.seed).sample(rows, arguments.rows)
    windows = Windows(Tokenizer.from_file(str(bundled_folder() / "tokenizer.json")))
    model = packed_model() if arguments.further else fresh_model()
    run = Run(arguments.out, arguments.seed, model, arguments.peak)
    train(run, rows, windows, arguments.epochs)
    if arguments.further:
        model.load_state_dict(mean(packed_model().state_dict(), model.state_dict()))
    windows.prepare(held)
    figures = measure(model, held, windows)
    (arguments.out / "measured.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    torch.save(model.state_dict(), arguments.out / "weights.pt")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()

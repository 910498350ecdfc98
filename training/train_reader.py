"""Train the bundled reader: all-MiniLM-L6-v2 under three heads, on questions with answer spans and near misses.

    python training/train_reader.py --data TRAIN_FOLDER --out RUN_FOLDER [--minutes 60 | --tokens 8000000]
    python training/train_reader.py --data TRAIN_FOLDER --out RUN_FOLDER --further --peak 1e-4

The start and the end head mark the answer; the first token stands for "no answer", as in SQuAD 2.0 (Devlin et al.,
2019). The loss is the marginal likelihood of all annotated starts and ends; where only a sentence is annotated, any
of its tokens counts. The third head says at the first token whether the passage answers; its loss is the
cross-entropy for each passage, and, where several passages compete for a question, that of the right one among them
and "none". Word embeddings stay as they are. The learning rate rises, stays, and falls over the last part, of the
tokens or of the minutes that are given. A run that was cut is resumed from RUN_FOLDER/checkpoint.pt. Losses go to
RUN_FOLDER/log.jsonl; the end measures the reader on the articles held out. ``--further`` begins with the reader that
lies in the package instead of the bare encoder. On processors with bfloat16 of their own matrix products are made in
it.
"""

import argparse
import json
import os
import random
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from reader_asked import everything
from reader_data import Row, copies
from reader_made import Competing, names_in, swapped, without_answer
from reader_measure import measure
from reader_windows import Window, Windows, batches, tensors
from safetensors.torch import load_file
from tokenizers import Tokenizer

from aliqa.answers.reading.bundled import bare_module, bundled_module
from aliqa.index.embedding.bundled import bundled_file, bundled_folder

PEAK: Final = 1.5e-4
HEAD: Final = 5.0
"""How many times the learning rate the heads have."""
WARM_UP, FALL = 0.02, 0.42
"""The shares of the run in which the learning rate rises and falls."""
BATCH_TOKENS: Final = 5_000
KEEP_SECONDS: Final = 240
COMPETE: Final = (0.35, 2)
COMPETE_FOUND: Final = (0.7, 3)
"""The share of questions that are shown with passages that compete, and how many at most; where such were found."""
CUT, SWAP = 0.1, 0.1
"""The shares of answerable questions that are also shown without their answer, and about another name or year."""
SMOOTH, SMOOTH_MADE = 0.02, 0.06
"""How far labels are from 0 and 1; of unanswerable questions that no person wrote farther."""
LISTED: Final = 0.5
"""The weight of the loss among competing passages."""

Unit = Sequence[Window]
"""Windows of one question, which compete if they are several."""


def fresh_module() -> Any:
    """The encoder of the bundled embedding model under new heads."""
    module = bare_module()
    module.bert.load_state_dict(load_file(bundled_file("model.safetensors")), strict=False)
    return frozen(module)


def frozen(module: Any) -> Any:
    """The module, its embeddings left out of the training."""
    for parameter in module.bert.embeddings.parameters():
        parameter.requires_grad = False
    return module


def units(rows: Sequence[Row], competing: Sequence[Sequence[Row]], windows: Windows, rng: random.Random) -> list[Unit]:
    """All of one pass: rows as often as they are shown, with what competes, and what is made of them."""
    made: list[Unit] = []
    names = _names(rows)
    anywhere = [name for each in names.values() for name in each]
    for row, count, others in zip(rows, copies(rows), competing, strict=True):
        for _ in range(int(count) + (rng.random() < count % 1)):
            share, most = COMPETE_FOUND if row.beside else COMPETE
            against = rng.sample(others[:6], min(len(others), rng.randint(1, most))) if rng.random() < share else []
            made.append([windows.cut(one, rng) for one in (row, *against)])
            changed = [without_answer(row, windows.sentences(row.passage))] if rng.random() < CUT else []
            if rng.random() < SWAP:
                pool = names[row.group] if rng.random() < 0.7 else rng.sample(anywhere, min(len(anywhere), 200))
                changed.append(swapped(row, pool, rng))
            made += [[windows.cut(one, rng)] for one in changed if one and row.answerable]
    return made


def _names(rows: Sequence[Row]) -> dict[str, list[str]]:
    """The names in the passages of each article."""
    passages: dict[str, dict[str, None]] = {}
    for row in rows:
        passages.setdefault(row.group, {})[row.passage] = None
    return {
        group: list(dict.fromkeys(one for text in texts for one in names_in(text)))[:400]
        for group, texts in passages.items()
    }


def loss_of(module: Any, batch: Sequence[Unit]) -> torch.Tensor:
    """The losses of spans, of passages and among competing passages."""
    flat = [window for unit in batch for window in unit]
    given = tensors(flat)
    with torch.autocast("cpu", torch.bfloat16, enabled=bfloat16()):
        logits = module(*(given[name] for name in ("input_ids", "attention_mask", "token_type_ids"))).float()
    spans = torch.zeros(())
    for head, wanted in enumerate((given["starts"], given["ends"])):
        scores = logits[..., head].masked_fill(~given["readable"], -1e4)
        spans = spans + (scores.logsumexp(1) - scores.masked_fill(~wanted, -1e4).logsumexp(1)).mean() / 2
    answers = logits[:, 0, 2]
    smooth = [SMOOTH if one.answerable or one.human else SMOOTH_MADE for one in flat]
    labels = torch.tensor([1 - less if one.answerable else less for one, less in zip(flat, smooth, strict=True)])
    each = torch.nn.functional.binary_cross_entropy_with_logits(answers, labels)
    return spans + each + LISTED * _among(answers, batch)


def _among(answers: torch.Tensor, batch: Sequence[Unit]) -> torch.Tensor:
    """The mean loss of the passages that answer among those that compete and "none"."""
    losses = []
    first = 0
    for unit in batch:
        if len(unit) > 1:
            scores = torch.cat([torch.zeros(1), answers[first : first + len(unit)]])
            right = [place for place, one in enumerate(unit, 1) if one.answerable] or [0]
            losses.append(scores.logsumexp(0) - scores[right].logsumexp(0))
        first += len(unit)
    return torch.stack(losses).mean() if losses else torch.zeros(())


def bfloat16() -> bool:
    """Whether the processor multiplies in bfloat16 by itself; elsewhere it is emulated, and slow."""
    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())


def rate(share: float) -> float:
    """The learning rate after a share of the run, as a share of the highest."""
    return min(1.0, 0.01 + share / WARM_UP, max(0.01, (1 - share) / FALL))


class Run:
    """A training run that can be cut at any time."""

    def __init__(self, out: Path, seed: int, module: Any, peak: float, *, tokens: int, minutes: float) -> None:
        """Train for so many tokens or minutes, whatever comes first; go on where the folder holds a checkpoint."""
        self.path, self.log = out / "checkpoint.pt", out / "log.jsonl"
        self.module, self.peak = module, peak
        self.wanted, self.seconds = tokens, 60 * minutes
        heads = list(module.heads.parameters())
        rest = [one for one in module.bert.parameters() if one.requires_grad]
        groups = [{"params": rest, "times": 1.0}, {"params": heads, "times": HEAD}]
        self.optimizer = torch.optim.AdamW(groups, lr=peak, weight_decay=0.01, fused=True)
        self.step, self.tokens, self.spent = 0, 0, 0.0
        torch.manual_seed(seed)
        if self.path.exists():
            kept = torch.load(self.path, weights_only=True)
            self.module.load_state_dict(kept["module"])
            self.optimizer.load_state_dict(kept["optimizer"])
            self.step, self.tokens, self.spent = kept["step"], kept["tokens"], kept["spent"]
        self.rng = random.Random(f"{seed}/{self.step}")

    @property
    def share(self) -> float:
        """The share of the run that is done."""
        return max(self.tokens / self.wanted, self.spent / self.seconds)

    def keep(self) -> None:
        """Write the checkpoint in one step."""
        state = {"module": self.module.state_dict(), "optimizer": self.optimizer.state_dict()}
        done = {"step": self.step, "tokens": self.tokens, "spent": self.spent}
        torch.save(state | done, self.path.with_suffix(".new"))
        os.replace(self.path.with_suffix(".new"), self.path)

    def loss(self, batch: Any) -> torch.Tensor:
        """The loss of a batch."""
        return loss_of(self.module, batch)

    def count(self, batch: Any) -> int:
        """How many tokens a batch has."""
        return sum(len(window.ids) for unit in batch for window in unit)

    def learn(self, batch: Any) -> float:
        """One step of the optimizer; its loss."""
        begin = time.monotonic()
        for group in self.optimizer.param_groups:
            group["lr"] = self.peak * rate(self.share) * group["times"]
        loss = self.loss(batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.module.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.step += 1
        self.tokens += self.count(batch)
        self.spent += time.monotonic() - begin
        return float(loss.detach())

    def train(self, units: Iterable[Any]) -> None:
        """Learn from batches until the run is done."""
        self.module.train()
        losses: list[float] = []
        kept = time.monotonic()
        with open(self.log, "a", encoding="utf-8") as log:
            for batch in units:
                if self.share >= 1:
                    break
                losses.append(self.learn(batch))
                if self.step % 50 == 0:
                    done = {"step": self.step, "tokens": self.tokens, "share": round(self.share, 3)}
                    print(json.dumps(done | {"loss": round(float(np.mean(losses)), 4)}), file=log, flush=True)
                    losses.clear()
                if time.monotonic() - kept > KEEP_SECONDS:
                    self.keep()
                    kept = time.monotonic()
        self.keep()


def endless(rows: Sequence[Row], windows: Windows, rng: random.Random) -> Iterator[list[Unit]]:
    """Batches of pass after pass, everything cut anew in each."""
    competing = Competing(rows).find(rows)
    windows.prepare(rows)
    while True:
        yield from batches(units(rows, competing, windows, rng), BATCH_TOKENS, rng)


def main() -> None:
    """Train, measure, keep the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--tokens", type=int, default=8_000_000)
    parser.add_argument("--minutes", type=float, default=float("inf"))
    parser.add_argument("--rows", type=int, help="take this many rows at random: for a trial, or a learning curve")
    parser.add_argument("--further", action="store_true", help="begin with the reader in the package")
    parser.add_argument("--peak", type=float, default=PEAK, help="the highest learning rate")
    parser.add_argument("--seed", type=int, default=20)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    rows, held = everything(arguments.data)
    if arguments.rows:
        rows = random.Random(arguments.seed).sample(rows, arguments.rows)
    windows = Windows(Tokenizer.from_file(str(bundled_folder() / "tokenizer.json")))
    module = frozen(bundled_module()) if arguments.further else fresh_module()
    run = Run(arguments.out, arguments.seed, module, arguments.peak, tokens=arguments.tokens, minutes=arguments.minutes)
    run.train(endless(rows, windows, run.rng))
    figures = measure(module, held, windows)
    (arguments.out / "measured.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()

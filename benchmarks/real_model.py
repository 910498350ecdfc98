"""What a real language model does as chooser and as writer, beside the bundled reader on the same questions.

    ALIQA_LLM__BASE_URL=… ALIQA_LLM__MODEL=… python -m benchmarks.real_model --set CORPUS GOLD... --out FILE

A ``GOLD`` file has a question a line, with ``answerable``, ``kind`` and the places of its evidence in the articles of
``CORPUS``. Every third question of each kind is asked (``--every``, ``--seed``): of the bundled reader, of it with the
model as chooser, and what the bundled reader answers is written by the model, too. The order mixes sets and kinds, so
that a run that is cut short (``--minutes``) has some of each. Each question is kept in ``FILE`` as soon as it is done;
the same command goes on where it stopped. ``--summary`` only prints what is there.
"""

import argparse
import json
import random
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

from aliqa.foundations import settings as aliqa_settings
from aliqa.foundations.settings import ReadingSettings
from aliqa.foundations.types import Answer, Turn
from aliqa.library import Library, build

Gold = dict[str, Any]


def sampled(path: Path, every: int, seed: int) -> list[Gold]:
    """Every so many-th question of each kind, mixed."""
    with path.open(encoding="utf-8") as lines:
        questions = [gold for gold in map(json.loads, lines) if not gold.get("near_corrects")]
    questions.sort(key=lambda gold: (gold["answerable"], str(gold.get("kind")), gold["qid"]))
    chosen = questions[seed % every :: every]
    random.Random(seed).shuffle(chosen)
    return chosen


def truth(answer: Answer, gold: Gold) -> int:
    """1 for a right first quote, 0 for none, -1 for another; where nothing answers, 1 for none and -1 for any."""
    if not answer.answered:
        return 0 if gold["answerable"] else 1
    first = answer.citations[0] if answer.citations else None
    places = [one for group in gold["evidence"] for one in group if first and one["source"] == first.doc_id]
    right = first and any(first.char_start < one["end"] and one["start"] < first.char_end for one in places)
    return 1 if right else -1


def opened(corpus: Path, index: Path) -> tuple[Library, Library]:
    """The articles with the bundled reader, and with the model that the settings name as chooser."""
    chosen = aliqa_settings.load(corpus_dir=corpus, index_dir=index, reading={"model": "llm"})
    build(chosen)
    chooser = Library.open(chosen)
    return Library.open(chosen.model_copy(update={"reading": ReadingSettings()}), chooser.embedder), chooser


def timed(library: Library, gold: Gold) -> tuple[Answer, float]:
    """An answer and its seconds."""
    history = [Turn("user", one if isinstance(one, str) else one["content"]) for one in gold.get("history", [])]
    begin = time.perf_counter()
    return library.ask(gold["question"], history=history), time.perf_counter() - begin


def asked(alone: Library, chooser: Library, gold: Gold) -> dict[str, Any]:
    """What became of a question."""
    answer, seconds = timed(alone, gold)
    chosen, choosing = timed(chooser, gold)
    if any(words in (chosen.notice or "") for words in ("cannot be reached", "left alone")):
        sys.exit("The model cannot be reached. What is done so far is kept.")
    found: dict[str, Any] = {
        "qid": gold["qid"], "answerable": gold["answerable"], "kind": gold.get("kind"),
        "bundled": truth(answer, gold), "bundled_seconds": round(seconds, 2),
        "chooser": truth(chosen, gold), "chooser_seconds": round(choosing, 2),
        "confidence": [round(answer.confidence, 3), round(chosen.confidence, 3)], "notice": chosen.notice,
    }  # fmt: skip
    if answer.answered:
        begin = time.perf_counter()
        *_, written = alone.parts(answer, "synthesis")
        assert isinstance(written, Answer)
        shown = written.citations if written.mode == "synthesis" else ()
        found |= {"by_model": sum(one.by == "model" for one in shown), "replaced": sum(one.replaces for one in shown)}
        found["written"] = written.answer
        found["writing_seconds"] = round(time.perf_counter() - begin, 2)
    return found


def summary(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Lines that tell of one set."""
    for who in ("bundled", "chooser"):
        halves = [[row[who] for row in rows if row["answerable"] is half] for half in (True, False)]
        known = [statistics.mean(half) for half in halves if half]
        false = sum(truth < 0 for truth in halves[1])
        wrong = sum(truth < 0 for truth in halves[0])
        seconds = statistics.median(row[f"{who}_seconds"] for row in rows)
        yield (
            f"  {who}: truth {statistics.mean(known):.2f}, false answers {false} of {len(halves[1])}, "
            f"wrong {wrong} and silent {halves[0].count(0)} of {len(halves[0])}, median {seconds:.1f} s"
        )
    refused = sum("did not choose" in (row["notice"] or "") for row in rows)
    yield f"  the model did not reply, or something else when asked again: {refused}"
    written = [row for row in rows if "written" in row]
    if written:
        shown = [sum(row[name] for row in written) for name in ("by_model", "replaced")]
        seconds = statistics.median(row["writing_seconds"] for row in written)
        yield (
            f"  written: {len(written)} answers, {shown[0]} sentences in its words, {shown[1]} replaced, "
            f"{sum(not row['by_model'] for row in written)} answers with none, median {seconds:.1f} s"
        )


def main() -> None:
    """Ask what was not asked yet, keep it, and print what there is."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", nargs=2, type=Path, action="append", required=True, metavar=("CORPUS", "GOLD"))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--every", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--most", type=int, default=None, help="so many questions of each set")
    parser.add_argument("--summary", action="store_true")
    chosen = parser.parse_args()
    done = [json.loads(line) for line in chosen.out.read_text().splitlines()] if chosen.out.exists() else []
    known = {(row["set"], row["qid"]) for row in done}
    end = time.monotonic() + 60 * chosen.minutes
    if not chosen.summary:
        samples = [sampled(gold, chosen.every, chosen.seed)[: chosen.most] for _, gold in chosen.set]
        libraries = [opened(corpus, chosen.out.with_suffix(f".{gold.stem}")) for corpus, gold in chosen.set]
        for together in zip_longest(*samples):
            for (_, path), pair, gold in zip(chosen.set, libraries, together, strict=True):
                if gold is None or (path.stem, gold["qid"]) in known or time.monotonic() > end:
                    continue
                done.append({"set": path.stem} | asked(*pair, gold))
                with chosen.out.open("a") as out:
                    out.write(json.dumps(done[-1], ensure_ascii=False) + "\n")
                print({name: value for name, value in done[-1].items() if name != "written"}, flush=True)
    by_set = defaultdict(list)
    for row in done:
        by_set[row["set"]].append(row)
    print(f"every {chosen.every}, seed {chosen.seed}")
    for name, rows in by_set.items():
        print(f"{name}: {len(rows)} questions", *summary(rows), sep="\n")


if __name__ == "__main__":
    main()

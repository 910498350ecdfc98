"""What a build on Ray costs beside one without: clock, processor time, and how far their vectors differ.

``python -m benchmarks.on_ray --texts EVAL_SET... [--articles 360] [--ray local]``

The articles are those of `benchmarks.index_life`, the model is the bundled one. Every process that embeds writes down
its processor time, so that on Ray that of the workers on this machine is counted, and Ray's own processes are not.
"""

import argparse
import os
import random
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from aliqa.foundations import settings as aliqa_settings
from aliqa.foundations.protocols import Embedded, EmbeddingInput, Vector
from aliqa.foundations.settings import EmbeddingSettings, Settings
from aliqa.index.places import index_of
from aliqa.library import build, make_embedder
from benchmarks.index_life import paragraphs, write_corpus


class Timed:
    """The bundled model; writes into the folder that TIMES names how much processor time its process has used."""

    def __init__(self, settings: EmbeddingSettings) -> None:
        """Load the model, converted before or not."""
        bundled = settings.model_copy(update={"model": "bundled"})
        self._model = make_embedder(Settings(embedding=bundled, index_dir=Path(os.environ["TIMES"])))
        self.fingerprint = self._model.fingerprint
        self.dimension = self._model.dimension
        self.max_tokens = self._model.max_tokens
        self.count_tokens = self._model.count_tokens
        self._begin = time.process_time()

    def embed_query(self, text: str) -> Vector:
        """The model's."""
        return self._model.embed_query(text)

    def embed_passages(self, inputs: Sequence[EmbeddingInput]) -> list[Embedded]:
        """The model's."""
        found = self._model.embed_passages(inputs)
        Path(os.environ["TIMES"], f"{os.getpid()}.seconds").write_text(str(time.process_time() - self._begin))
        return found


def measured(settings: Settings, ray: str | None) -> tuple[float, float, int]:
    """Seconds by the clock, seconds of processor time while embedding, and passages, of a build."""
    times = Path(os.environ["TIMES"])
    for old in times.glob("*.seconds"):
        old.unlink()
    embedder = make_embedder(settings)
    begin = time.perf_counter()
    report = build(settings, ray=ray, embedder=embedder)
    spent = [float(path.read_text()) for path in times.glob("*.seconds")]
    return time.perf_counter() - begin, sum(spent), report.index.passages


def least_cosine(one: Settings, other: Settings) -> float:
    """The least cosine between the vectors of a passage in two indexes."""
    first, second = index_of(one).published(), index_of(other).published()
    pairs = zip(first.entries(), second.entries(), strict=True)
    made = ((first.remake(a.key)[1], second.remake(b.key)[1]) for a, b in pairs)
    return min(float(a.passage @ b.passage) for mine, theirs in made for a, b in zip(mine, theirs, strict=True))


def main() -> None:
    """Build without and with Ray, and print both beside each other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=Path, nargs="+", required=True, help="folders with a corpus.jsonl")
    parser.add_argument("--articles", type=int, default=360)
    parser.add_argument("--ray", default="local", help="the address of a Ray on this machine")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["TIMES"] = name
        write_corpus(folder / "corpus", chosen.articles, paragraphs(chosen.texts), random.Random(7))
        indexes = {
            ray: aliqa_settings.load(
                corpus_dir=folder / "corpus",
                index_dir=folder / (ray or "here").replace("/", "_"),
                embedding={"model": "benchmarks.on_ray:Timed"},
                reading={"model": "none"},
            )
            for ray in (None, chosen.ray)
        }
        for ray, settings in indexes.items():
            clock, spent, passages = measured(settings, ray)
            print(
                f"{ray or 'without Ray'}: {passages} passages, {clock:.1f} s, processor time {spent:.1f} s", flush=True
            )
        print(f"least cosine of a passage's two vectors: {least_cosine(*indexes.values()):.7f}")


if __name__ == "__main__":
    main()
